//! Snapshot files: written from a network, read, described, and turned into what a device's build takes.

use std::fmt;
use std::path::Path;

use serde::Serialize;
use slotless_core::RESULTS_VERSION;
use slotless_core::kwinner::{Assignment, KWinner, Params, Random, Seeded, Structured};
use slotless_core::kwinner::{Wiring, WiringKind};
use slotless_core::snapshot::kwinner::Settings;
use slotless_core::snapshot::{self, Kind, SectionKind, Snapshot, SnapshotError};
use slotless_core::weight::{Rounding, U1, U2, U4, U8, Width};

use crate::run::RunError;
use slotless_files::input;
use slotless_kernels::cpu::{self, AnyParams, StructuredParams};

/// Bytes of a snapshot at most: its format has no more.
const MAX: u64 = 1 << 34;

/// Bytes of which a header is less.
const START: u64 = 1 << 12;

/// The bytes of a network's snapshot.
///
/// # Errors
/// [`SnapshotError::TooLarge`] from 16 GiB on.
pub fn bytes(network: &cpu::Network) -> Result<Vec<u8>, SnapshotError> {
    fn wired<W: Width>(
        params: Params<W>,
        wiring: WiringKind,
        words: Vec<u32>,
    ) -> Result<Vec<u8>, SnapshotError> {
        match wiring {
            WiringKind::Random => of(params, words),
            WiringKind::Structured => of(
                params
                    .structured()
                    .expect("the wiring that the network has"),
                words,
            ),
        }
    }
    fn of<W: Width, G: Wiring>(
        params: Params<W, G>,
        words: Vec<u32>,
    ) -> Result<Vec<u8>, SnapshotError> {
        let network = KWinner::open(params, words).expect("an exported state has the right length");
        let parts = snapshot::kwinner::parts(&network)?;
        Ok(parts.words().flat_map(u32::to_le_bytes).collect())
    }
    let words = network.export();
    match network.params() {
        AnyParams::U1(params) => wired(params, network.wiring(), words),
        AnyParams::U2(params) => wired(params, network.wiring(), words),
        AnyParams::U4(params) => wired(params, network.wiring(), words),
        AnyParams::U8(params) => wired(params, network.wiring(), words),
        AnyParams::U16(params) => wired(params, network.wiring(), words),
    }
}

/// Why a snapshot gives no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is the snapshot of another memory.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// It holds wiring that no network has.
    #[error(transparent)]
    State(#[from] cpu::StateError),
}

/// The network of a snapshot, laid out for speed; its CRC is not looked at.
///
/// # Errors
/// [`OpenError`] for another kind of memory, and for wiring that no network has.
pub fn network(snapshot: &Snapshot<'_>) -> Result<cpu::Network, OpenError> {
    fn state<W: Width, G: Seeded>(snapshot: &Snapshot<'_>) -> Result<Vec<u32>, SnapshotError> {
        let params: Params<W, G> = snapshot.kwinner_settings()?.params()?;
        let mut words = vec![0; params.words()];
        snapshot.thaw_kwinner::<W, G>(&mut words)?;
        Ok(words)
    }
    fn of<W: Width>(
        snapshot: &Snapshot<'_>,
        mut settings: Settings,
        any: impl Fn(Params<W>) -> AnyParams,
    ) -> Result<cpu::Network, OpenError> {
        let wiring = std::mem::replace(&mut settings.wiring, WiringKind::Random);
        let params = any(settings.params().map_err(SnapshotError::from)?);
        Ok(match wiring {
            WiringKind::Random => cpu::Network::from_words(params, &state::<W, Random>(snapshot)?)?,
            WiringKind::Structured => {
                let words = state::<W, Structured>(snapshot)?;
                let params = StructuredParams::new(params).map_err(SnapshotError::Params)?;
                cpu::Network::structured_from_words(params, &words)?
            }
        })
    }
    let settings = snapshot.kwinner_settings()?;
    match settings.bits {
        U1::BITS => of(snapshot, settings, AnyParams::U1),
        U2::BITS => of(snapshot, settings, AnyParams::U2),
        U4::BITS => of(snapshot, settings, AnyParams::U4),
        U8::BITS => of(snapshot, settings, AnyParams::U8),
        _ => of(snapshot, settings, AnyParams::U16),
    }
}

/// The words of a snapshot file that can be opened, though its CRC may be wrong.
#[derive(Debug)]
pub struct SnapshotFile {
    words: Vec<u32>,
}

impl SnapshotFile {
    /// Reads a file.
    ///
    /// # Errors
    /// [`RunError::File`], also for a file that is no snapshot of a K-winner network, but for a wrong CRC.
    pub fn read(path: &Path) -> Result<Self, RunError> {
        let (start, length) = input::start(path, START)?;
        // A long file is what its header says before the rest is read.
        if length > START {
            let mut words = vec![0; start.len() / 4];
            match Snapshot::copy(&start, &mut words).map(drop) {
                Err(SnapshotError::Length { expected, .. })
                    if u64::from(expected) * 4 == length => {}
                Err(SnapshotError::Length { expected, .. }) => {
                    let got = usize::try_from(length / 4).unwrap_or(usize::MAX);
                    let error = SnapshotError::Length { got, expected };
                    return Err(RunError::damaged(path, error));
                }
                Err(error) => return Err(RunError::damaged(path, error)),
                Ok(()) => {}
            }
        }
        let bytes = input::read(path, MAX)?;
        let mut words = vec![0; bytes.len() / 4];
        match Snapshot::copy(&bytes, &mut words).map(drop) {
            Ok(()) | Err(SnapshotError::Crc { .. }) => {}
            Err(error) => return Err(RunError::damaged(path, error)),
        }
        let file = Self { words };
        let settings = file.snapshot().kwinner_settings().map(drop);
        settings.map_err(|error| RunError::damaged(path, error))?;
        Ok(file)
    }

    /// The snapshot of a network, as a file of it would be.
    ///
    /// # Errors
    /// As [`bytes`].
    pub fn of(network: &cpu::Network) -> Result<Self, SnapshotError> {
        let bytes = bytes(network)?;
        let words = bytes.as_chunks().0.iter().copied().map(u32::from_le_bytes);
        Ok(Self {
            words: words.collect(),
        })
    }

    /// Reads a file whose CRC must be right, too.
    ///
    /// # Errors
    /// As [`SnapshotFile::read`].
    pub fn verified(path: &Path) -> Result<Self, RunError> {
        let file = Self::read(path)?;
        file.snapshot()
            .verify()
            .map_err(|error| RunError::damaged(path, error))?;
        Ok(file)
    }

    /// The snapshot.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot<'_> {
        Snapshot::from_words_unverified(&self.words).expect("opened when it was read")
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.words
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect()
    }

    /// What its header says.
    #[must_use]
    pub fn info(&self) -> Info {
        Info::of(&self.snapshot())
    }

    /// Rust source with the snapshot as a static of this name, which must be a constant's: see [`is_constant`].
    #[must_use]
    pub fn rust_source(&self, name: &str) -> String {
        let info = self.info();
        let mut source = String::from(
            "// A snapshot of slotless, written by `slotless snapshot export --format rust`.\n//\n",
        );
        for line in info.to_string().lines() {
            source += &format!("// {line}\n");
        }
        source += &format!(
            "//\n// Open it in place: slotless_core::snapshot::Snapshot::from_words(&{name})?\n\
             //     .kwinner::<slotless_core::weight::U{}, slotless_core::kwinner::{}>()?\n\n\
             /// Snapshot of a K-winner network.\n\
             pub static {name}: [u32; {}] = [\n",
            info.weight_bits,
            match info.wiring {
                WiringKind::Random => "Random",
                WiringKind::Structured => "Structured",
            },
            self.words.len()
        );
        source + &self.rows() + "];\n"
    }

    /// A C header, C99 and C++, with the snapshot as an array of this name, its sizes as macros that begin with it, and a
    /// guard. The name must be a constant's ([`is_constant`]) that does not begin with an underscore, as C reserves those.
    #[must_use]
    pub fn c_source(&self, name: &str) -> String {
        let info = self.info();
        let mut source = String::from(
            "/* A snapshot of slotless, written by `slotless snapshot export --format c`.\n *\n",
        );
        for line in info.to_string().lines() {
            source += &format!(" * {line}\n");
        }
        source += &format!(
            " *\n * Words of 32 bits; on a little-endian machine they are the bytes of the file, at the address\n \
             * that it needs. slotless_core::snapshot::Snapshot::from_words opens them in place. */\n\
             #ifndef {name}_H\n#define {name}_H\n\n#include <stdint.h>\n\n"
        );
        for (what, value) in [
            ("FORMAT_VERSION", info.format_version),
            ("RESULTS_VERSION", info.results_version),
            ("N_I", info.n_i),
            ("N_H", info.n_h),
            ("FAN_IN", info.m),
            ("WINNERS", info.k),
            ("ACTIVE", info.s),
            ("WEIGHT_BITS", info.weight_bits),
        ] {
            source += &format!("#define {name}_{what} {value}\n");
        }
        source += &format!(
            "#define {name}_BYTES {}\n#define {name}_WORDS {}\n\n\
             static const uint32_t {name}[{name}_WORDS] = {{\n{}}};\n\n#endif\n",
            info.bytes,
            self.words.len(),
            self.rows()
        );
        source
    }

    /// The words as lines of numbers, each with its comma.
    fn rows(&self) -> String {
        let row = |row: &[u32]| {
            let row: Vec<String> = row.iter().map(|word| format!("{word:#010x},")).collect();
            format!("    {}\n", row.join(" "))
        };
        self.words.chunks(8).map(row).collect()
    }
}

/// Whether a text is a name of a Rust constant: capitals, digits and underscores, of which one is a capital and the first
/// no digit.
#[must_use]
pub fn is_constant(name: &str) -> bool {
    name.chars()
        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        && name.chars().any(|c| c.is_ascii_uppercase())
        && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// What the header of a snapshot says, and whether the rest agrees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Info {
    /// Kind of the model.
    pub model: &'static str,
    /// Version of the format.
    pub format_version: u32,
    /// Version of the results contract.
    pub results_version: u32,
    /// Bytes of the file.
    pub bytes: u64,
    /// Patterns learned.
    pub learned: u64,
    /// Visible units.
    pub n_i: u32,
    /// Hidden units.
    pub n_h: u32,
    /// Fan-in.
    pub m: u32,
    /// Winners.
    pub k: u32,
    /// Ones of a recalled pattern.
    pub s: u32,
    /// Learning rate in 1/65536.
    pub rate: u32,
    /// Bits of a weight.
    pub weight_bits: u32,
    /// Rounding of the learning step.
    pub rounding: Rounding,
    /// How learning chooses its winners.
    pub assignment: Assignment,
    /// How it is wired.
    pub wiring: WiringKind,
    /// Seed.
    pub seed: u64,
    /// Its sections.
    pub sections: Vec<SectionInfo>,
    /// The CRC that it carries, in hexadecimal.
    pub crc: String,
    /// Whether that is the CRC of its content.
    pub crc_right: bool,
}

/// A section of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SectionInfo {
    /// What it holds.
    pub kind: &'static str,
    /// Where it starts, in bytes.
    pub offset: u64,
    /// Its length in bytes.
    pub bytes: u64,
}

impl Info {
    fn of(snapshot: &Snapshot<'_>) -> Self {
        let Settings {
            bits,
            visible,
            hidden,
            fan_in,
            winners,
            active,
            rate,
            rounding,
            assignment,
            wiring,
            seed,
            ..
        } = snapshot
            .kwinner_settings()
            .expect("the kind was looked at when it was read");
        let sections = snapshot.sections().map(|section| SectionInfo {
            kind: match section.kind {
                SectionKind::Position => "position",
                SectionKind::Masks => "masks",
                SectionKind::Weights => "weights",
                _ => "other",
            },
            offset: 4 * u64::from(section.offset),
            bytes: 4 * u64::from(section.words),
        });
        Self {
            model: match snapshot.kind() {
                Kind::KWinner => "K-winner network",
                _ => "other",
            },
            format_version: snapshot.version(),
            results_version: RESULTS_VERSION,
            bytes: 4 * snapshot.words().len() as u64,
            learned: snapshot.learned(),
            n_i: visible,
            n_h: hidden,
            m: fan_in,
            k: winners,
            s: active,
            rate,
            weight_bits: bits,
            rounding,
            assignment,
            wiring,
            seed,
            sections: sections.collect(),
            crc: format!("{:#010x}", snapshot.crc()),
            crc_right: snapshot.verify().is_ok(),
        }
    }
}

/// For people, some lines.
impl fmt::Display for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}, {} bytes, {} patterns learned; format {}, results version {}",
            self.model, self.bytes, self.learned, self.format_version, self.results_version
        )?;
        writeln!(
            f,
            "n_i {}, n_h {}, fan-in {}, k {}, s {}, rate {}/65536, seed {}",
            self.n_i, self.n_h, self.m, self.k, self.s, self.rate, self.seed
        )?;
        let words = format!(
            "{}-bit weights, {:?} rounding, {} assignment, {} wiring",
            self.weight_bits,
            self.rounding,
            match self.assignment {
                Assignment::Competitive => "competitive",
                Assignment::RandomK => "random-k",
            },
            self.wiring
        );
        writeln!(f, "{}", words.to_lowercase())?;
        for section in &self.sections {
            writeln!(
                f,
                "{} at byte {}, {} bytes",
                section.kind, section.offset, section.bytes
            )?;
        }
        let verdict = if self.crc_right { "right" } else { "wrong" };
        write!(f, "CRC {}, {verdict}", self.crc)
    }
}
