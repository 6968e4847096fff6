//! What an image says about itself.

use std::path::{Path, PathBuf};
use std::{fs, io};

use object::elf::{EM_RISCV, FileHeader32, PT_LOAD, SHF_ALLOC, SHF_EXECINSTR, SHF_WRITE};
use object::read::elf::{ElfFile, FileHeader, ProgramHeader};
use object::{Endianness, Object, ObjectSection, ObjectSymbol, SectionFlags};
use serde::Deserialize;

/// A firmware image: its bytes and how it is to be run.
#[derive(Debug)]
pub struct Image {
    /// Where it was read from.
    pub path: PathBuf,
    /// The ELF file.
    pub bytes: Vec<u8>,
    /// Whose instructions it has.
    pub processor: Processor,
    /// Which board it is for and how it logs.
    pub made_for: MadeFor,
    /// What goes to flash, by address.
    pub segments: Vec<Segment>,
    /// What it takes of the device's memories.
    pub sizes: Sizes,
    /// Its on-target tests, if it is a test binary.
    pub tests: Vec<Test>,
}

/// A processor's architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Processor {
    /// Cortex-M.
    Arm,
    /// RISC-V of 32 bits.
    RiscV,
}

/// A test of embedded-test: a symbol whose name is this, in JSON, and whose first word is the address to run.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Test {
    /// The function's name.
    pub name: String,
    /// Only run when asked for.
    pub ignored: bool,
    /// Success is to panic.
    pub should_panic: bool,
    /// Its time limit in seconds, if it has one of its own.
    #[serde(default)]
    pub timeout: Option<u64>,
    #[serde(skip)]
    pub address: u32,
}

/// Bytes of an image's sections, by their kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Instructions, with the constants that the compiler puts between them.
    pub code: u32,
    /// Constants.
    pub tables: u32,
    /// Statics that are written.
    pub ram: u32,
}

/// A run of bytes in flash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub address: u32,
    pub bytes: Vec<u8>,
}

/// The name of the symbol that `firmware/build.rs` puts into each image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeFor {
    /// The board, a feature of the firmware.
    pub board: String,
    /// The log sink, a feature of the firmware.
    pub sink: Sink,
    /// QEMU's machine, if it has one.
    pub machine: Option<String>,
    /// probe-rs's name of the chip, if it is one.
    pub chip: Option<String>,
    /// The family id of UF2 files for it, if it takes them.
    pub family: Option<u32>,
}

/// How an image logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sink {
    /// Through the debugger or emulator, which also ends the run.
    Semihosting,
    /// In memory, read by the debug probe.
    Rtt,
    /// On a serial port.
    Uart,
}

/// An image that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ElfError {
    #[error("{path}: {error}")]
    Read { path: PathBuf, error: io::Error },
    #[error("{path}: no ELF file of 32 bits: {error}")]
    NoElf { path: PathBuf, error: object::Error },
    #[error("{path}: shorter than it says itself")]
    CutOff { path: PathBuf },
    #[error("{path}: its list of tests is none of embedded-test 0.7")]
    Tests { path: PathBuf },
    #[error("{path}: no slotless firmware: it does not name its board and log sink")]
    Unmarked { path: PathBuf },
}

const MARK: &str = "slotless-image ";

impl Image {
    /// Reads an ELF file and its mark.
    pub fn read(path: &Path) -> Result<Self, ElfError> {
        let owned = || path.to_owned();
        let bytes = fs::read(path).map_err(|error| ElfError::Read {
            path: owned(),
            error,
        })?;
        let no_elf = |error| ElfError::NoElf {
            path: owned(),
            error,
        };
        let file = Elf::parse(&*bytes).map_err(no_elf)?;
        let segments = segments(&file).ok_or_else(|| ElfError::CutOff { path: owned() })?;
        let sizes = sizes(&file);
        let processor = match file.elf_header().e_machine(file.endian()) {
            EM_RISCV => Processor::RiscV,
            _ => Processor::Arm,
        };
        let tests = tests(&file).ok_or_else(|| ElfError::Tests { path: owned() })?;
        let made_for = file
            .symbols()
            .filter_map(|symbol| symbol.name().ok())
            .find_map(MadeFor::parse)
            .ok_or_else(|| ElfError::Unmarked { path: owned() })?;
        Ok(Self {
            path: owned(),
            bytes,
            processor,
            made_for,
            segments,
            sizes,
            tests,
        })
    }
}

type Elf<'a> = ElfFile<'a, FileHeader32<Endianness>>;

/// Where bytes lie before start-up code copies some of them: their physical addresses.
/// `None` if the file is shorter than it says.
fn segments(file: &Elf<'_>) -> Option<Vec<Segment>> {
    let endian = file.endian();
    let mut segments = Vec::new();
    for header in file.elf_program_headers() {
        let bytes = header.data(endian, file.data()).ok()?;
        if header.p_type(endian) == PT_LOAD && !bytes.is_empty() {
            segments.push(Segment {
                address: header.p_paddr(endian),
                bytes: bytes.to_vec(),
            });
        }
    }
    segments.sort_by_key(|segment| segment.address);
    Some(segments)
}

fn sizes(file: &Elf<'_>) -> Sizes {
    let mut sizes = Sizes::default();
    for section in file.sections() {
        let SectionFlags::Elf { sh_flags } = section.flags() else {
            continue;
        };
        // Only what the linker was told of what is left of the RAM.
        if matches!(section.name(), Ok(".heap" | ".stack")) {
            continue;
        }
        let has = |flag: u32| sh_flags & u64::from(flag) != 0;
        let sum = match (has(SHF_ALLOC), has(SHF_WRITE), has(SHF_EXECINSTR)) {
            (false, ..) => continue,
            (true, true, _) => &mut sizes.ram,
            (true, false, true) => &mut sizes.code,
            (true, false, false) => &mut sizes.tables,
        };
        // Of an ELF file of 32 bits.
        *sum += section.size() as u32;
    }
    sizes
}

/// In the order of their names; `None` if one cannot be understood.
fn tests(file: &Elf<'_>) -> Option<Vec<Test>> {
    let Some(section) = file.section_by_name(".embedded_test") else {
        return Some(Vec::new());
    };
    let mut tests = Vec::new();
    for symbol in file.symbols() {
        let name = symbol.name().ok()?;
        if symbol.section_index() != Some(section.index()) || !name.starts_with('{') {
            continue;
        }
        let mut test: Test = serde_json::from_str(name).ok()?;
        let word = section.data_range(symbol.address(), 4).ok()??;
        test.address = u32::from_le_bytes(word.try_into().ok()?);
        tests.push(test);
    }
    tests.sort_by(|one, other| one.name.cmp(&other.name));
    Some(tests)
}

impl MadeFor {
    /// `slotless-image board=B sink=S machine=M chip=C family=F`, the last three `-` where there is none.
    fn parse(symbol: &str) -> Option<Self> {
        // lld keeps the quotes that the name has in the linker script.
        let mark = symbol.trim_matches('"').strip_prefix(MARK)?;
        let field = |name: &str| {
            mark.split(' ')
                .find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
                .map(str::to_owned)
        };
        let some = |text: String| Some(text).filter(|text| text != "-");
        Some(Self {
            board: field("board")?,
            sink: match &*field("sink")? {
                "semihosting" => Sink::Semihosting,
                "rtt" => Sink::Rtt,
                "uart" => Sink::Uart,
                _ => return None,
            },
            machine: some(field("machine")?),
            chip: some(field("chip")?),
            family: match some(field("family")?) {
                Some(text) => Some(u32::from_str_radix(text.strip_prefix("0x")?, 16).ok()?),
                None => None,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_with_and_without_quotes_and_others_are_not() {
        let mark = "slotless-image board=pico sink=rtt machine=- chip=RP2040 family=0xe48bff56";
        let made_for = MadeFor {
            board: "pico".into(),
            sink: Sink::Rtt,
            machine: None,
            chip: Some("RP2040".into()),
            family: Some(0xe48b_ff56),
        };
        assert_eq!(MadeFor::parse(mark), Some(made_for.clone()));
        assert_eq!(MadeFor::parse(&format!("\"{mark}\"")), Some(made_for));
        assert_eq!(MadeFor::parse("main"), None);
        assert_eq!(MadeFor::parse(&mark.replace("rtt", "paper")), None);
        assert_eq!(MadeFor::parse(&mark.replace("board", "bored")), None);
        assert_eq!(MadeFor::parse(&mark.replace("0x", "#")), None);
    }
}
