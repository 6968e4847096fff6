//! What a trained network answers to cues of one's own, and what it has learned, as arrays.

use std::io::{self, Seek, Write};

use slotless_core::bits;
use slotless_core::kwinner::{KWinner, Random, Seeded, WiringKind};
use slotless_core::structured::Structured;
use slotless_core::weight::{U1, U2, U4, U8, U16, Width};
use slotless_files::dictionary::Variable;
use slotless_files::npy::npz::NpzWriter;

use super::snapshot::SnapshotFile;
use crate::SpecError;
use crate::figures::declared::file_kind;
use crate::patterns::Patterns;

/// A network of a snapshot, whatever its width and wiring.
trait Network {
    /// The pattern, its score and the largest possible one, the winners and the potentials of a cue.
    fn answer(&mut self, cue: &[u32], active: u32) -> Answer<'_>;

    /// Visible units wired to a hidden one, ascending, and the weights to them.
    fn connections(&self, hidden: u32) -> Vec<(u32, u32)>;
}

struct Answer<'a> {
    pattern: &'a [u32],
    score: u64,
    most: u64,
    winners: &'a [u32],
    potentials: &'a [u32],
}

/// The core's network with what its calls need.
struct Core<'a, W: Width, G: Seeded> {
    network: KWinner<W, &'a [u32], G>,
    scratch: Vec<u32>,
    pattern: Vec<u32>,
    winners: Vec<u32>,
    potentials: Vec<u32>,
}

const FITS: &str = "buffers are as large as the network says";

impl<W: Width, G: Seeded> Network for Core<'_, W, G> {
    fn answer(&mut self, cue: &[u32], active: u32) -> Answer<'_> {
        let network = &self.network;
        network.potentials(cue, &mut self.potentials).expect(FITS);
        let matched = network.recall_into(cue, active, &mut self.scratch, &mut self.pattern);
        let matched = matched.expect(FITS);
        let code = network.hidden_code(cue, &mut self.scratch).expect(FITS);
        self.winners.clear();
        self.winners.extend(code.winners);
        self.winners.sort_unstable();
        Answer {
            pattern: &self.pattern,
            score: matched.score(),
            most: matched.most(),
            winners: &self.winners,
            potentials: &self.potentials,
        }
    }

    fn connections(&self, hidden: u32) -> Vec<(u32, u32)> {
        let mut mask = vec![0; self.network.params().pattern_words()];
        self.network.fan_in(hidden, &mut mask).expect(FITS);
        let weight = |visible| self.network.weight(hidden, visible);
        bits::ones(&mask)
            .filter_map(|visible| Some((visible, raw::<W>(weight(visible)?))))
            .collect()
    }
}

/// The raw weight of a fixed-point one: the core gives no more, and of 2^bits the right one is soon found.
fn raw<W: Width>(weight: W::Fixed) -> u32 {
    let (mut low, mut high) = (0, W::FULL);
    while low < high {
        let middle = low.midpoint(high);
        if W::to_fixed(middle) < weight {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Opens the network of a verified snapshot.
fn open(file: &SnapshotFile) -> Box<dyn Network + '_> {
    let snapshot = file.snapshot();
    let settings = snapshot
        .kwinner_settings()
        .expect("the kind was looked at when it was read");
    macro_rules! of {
        ($width:ident, $wiring:ident) => {{
            let network = snapshot
                .kwinner::<$width, $wiring>()
                .expect("of these settings");
            let params = *network.params();
            Box::new(Core {
                scratch: vec![0; params.scratch_words()],
                pattern: vec![0; params.pattern_words()],
                winners: Vec::new(),
                potentials: vec![0; params.hidden() as usize],
                network,
            })
        }};
    }
    macro_rules! wired {
        ($width:ident) => {
            match settings.wiring {
                WiringKind::Random => of!($width, Random),
                WiringKind::Structured => of!($width, Structured),
            }
        };
    }
    match settings.bits {
        U1::BITS => wired!(U1),
        U2::BITS => wired!(U2),
        U4::BITS => wired!(U4),
        U8::BITS => wired!(U8),
        _ => wired!(U16),
    }
}

/// Whether potentials of all hidden units are written too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Potentials {
    /// They are not.
    #[default]
    LeftOut,
    /// An array of cues x hidden units.
    Written,
}

const RECALLED: Variable =
    Variable::integer("recalled", "", "Patterns that were recalled, 0 and 1")
        .over(&["cues", "n_i"]);
const SCORES: Variable = Variable::integer(
    "scores",
    "",
    "Match score: sum of the winners' potentials, in raw weights",
)
.over(&["cues"]);
const MAX_SCORES: Variable = Variable::integer(
    "max_scores",
    "",
    "The largest score that a cue of as many ones could have",
)
.over(&["cues"]);
const HIDDEN: Variable = Variable::integer(
    "hidden",
    "",
    "Hidden units that won, ascending, counted from 0",
)
.over(&["cues", "k"]);
const POTENTIALS: Variable = Variable::integer(
    "potentials",
    "",
    "Potential of every hidden unit, in raw weights; with --potentials",
)
.over(&["cues", "n_h"]);

file_kind! {
    /// What a network of a snapshot answers to cues of one's own
    pub ANSWERS: "{name}.npz" by "snapshot recall" {
        RECALLED,
        SCORES,
        MAX_SCORES,
        HIDDEN,
        POTENTIALS,
    }
}

const INPUTS: Variable = Variable::integer(
    "inputs",
    "",
    "Visible units wired to each hidden unit, ascending, counted from 0",
)
.over(&["n_h", "m"]);
const WEIGHTS: Variable = Variable::integer(
    "weights",
    "",
    "Weights to those units, raw: their share of full is the weight",
)
.over(&["n_h", "m"]);
const FULL: Variable =
    Variable::integer("full", "", "The raw weight that stands for 1").over(&["one"]);
const LEARNED: Variable = Variable::integer(
    "learned",
    "patterns",
    "Patterns that the network has learned",
)
.over(&["one"]);

file_kind! {
    /// What a network of a snapshot has learned
    pub CONNECTIONS: "{name}.npz" by "snapshot export --format npz" {
        INPUTS,
        WEIGHTS,
        FULL,
        LEARNED,
    }
}

/// What a network answers to cues, to be written as an `.npz` ([`ANSWERS`]).
#[derive(Debug)]
pub struct Answers<'a> {
    file: &'a SnapshotFile,
    cues: &'a Patterns,
    active: u32,
    potentials: Potentials,
}

impl<'a> Answers<'a> {
    /// Of a network whose CRC is right ([`SnapshotFile::verified`]), with so many ones in each answer, s if none.
    ///
    /// # Errors
    /// [`SpecError`] for cues of another length, or more ones than units.
    pub fn new(
        file: &'a SnapshotFile,
        cues: &'a Patterns,
        active: Option<u32>,
        potentials: Potentials,
    ) -> Result<Self, SpecError> {
        let info = file.info();
        if cues.visible() != info.n_i {
            let line = format!(
                "cues have {} bits, expected {} (n_i)",
                cues.visible(),
                info.n_i
            );
            return Err(SpecError::File(line));
        }
        let active = active.unwrap_or(info.s);
        if active == 0 || active > info.n_i {
            let allowed = format!("1..={} (n_i)", info.n_i);
            return Err(SpecError::range("ones", active, allowed));
        }
        Ok(Self {
            file,
            cues,
            active,
            potentials,
        })
    }

    /// Bytes of the arrays, which are made before they are written.
    #[must_use]
    pub fn bytes(&self) -> f64 {
        let info = self.file.info();
        let potentials = match self.potentials {
            Potentials::LeftOut => 0.0,
            Potentials::Written => 4.0 * f64::from(info.n_h),
        };
        let each = f64::from(info.n_i) + 16.0 + 4.0 * f64::from(info.k) + potentials;
        2.0 * each * self.cues.len() as f64
    }

    /// Recalls from all cues, one after the other on the scalar core, and writes the arrays.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write<W: Write + Seek>(&self, to: W) -> io::Result<()> {
        let mut network = open(self.file);
        let (count, visible) = (self.cues.len(), self.cues.visible() as usize);
        let mut recalled: Vec<u8> = Vec::with_capacity(count * visible);
        let [mut scores, mut most] = [Vec::with_capacity(count), Vec::with_capacity(count)];
        let [mut hidden, mut potentials]: [Vec<u32>; 2] = Default::default();
        for cue in self.cues.iter() {
            let answer = network.answer(cue, self.active);
            recalled.extend(
                (0..self.cues.visible()).map(|unit| u8::from(bits::get(answer.pattern, unit))),
            );
            scores.push(answer.score);
            most.push(answer.most);
            hidden.extend(answer.winners);
            if self.potentials == Potentials::Written {
                potentials.extend(answer.potentials);
            }
        }
        let info = self.file.info();
        let (units, winners) = (info.n_h as usize, info.k as usize);
        let mut npz = NpzWriter::new(to);
        npz.add(RECALLED, &[count, visible], recalled)?;
        npz.add(SCORES, &[count], scores)?;
        npz.add(MAX_SCORES, &[count], most)?;
        npz.add(HIDDEN, &[count, winners], hidden)?;
        if self.potentials == Potentials::Written {
            npz.add(POTENTIALS, &[count, units], potentials)?;
        }
        npz.finish().map(drop)
    }
}

/// Writes what a network of a verified snapshot has learned as an `.npz` ([`CONNECTIONS`]).
///
/// # Errors
/// What the writer says.
pub fn write_connections<W: Write + Seek>(file: &SnapshotFile, to: W) -> io::Result<()> {
    let info = file.info();
    let network = open(file);
    let rows: Vec<Vec<(u32, u32)>> = (0..info.n_h)
        .map(|hidden| network.connections(hidden))
        .collect();
    let shape = [info.n_h as usize, info.m as usize];
    let cells = || rows.iter().flatten();
    let mut npz = NpzWriter::new(to);
    npz.add(INPUTS, &shape, cells().map(|cell| cell.0))?;
    npz.add(WEIGHTS, &shape, cells().map(|cell| cell.1))?;
    npz.add(FULL, &[1], [(1u32 << info.weight_bits) - 1])?;
    npz.add(LEARNED, &[1], [info.learned])?;
    npz.finish().map(drop)
}
