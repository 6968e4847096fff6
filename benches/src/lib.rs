//! What is measured: the cases that the criterion benchmarks time and `instructions` counts.
//!
//! A [`Case`] is one operation of one of the paper's networks, with 8- or 16-bit weights, in one backend. Its [`Work`]
//! does the operation once per call, on a network that has learned [`TRAINED`] patterns, cycling through the last
//! [`PATTERNS`] of them. Every case carries its answer: [`Case::check`] compares what it computes, unit by unit and
//! weight by weight, with another backend (the scalar core; for the core itself, the fast network).
//!
//! [`Training`] is an iteration of training of one of the paper's transformers.
//!
//! The fast network is there once for each set of vector instructions that the machine has.

mod training;
mod work;

use std::fmt;

use slotless_core::bits;
use slotless_core::kwinner::Params;
use slotless_core::rng::{self, Purpose};
use slotless_core::weight::{U8, U16, Width};
use slotless_kernels::cpu::{AnyParams, Isa, Network};

pub use training::Training;
pub use work::Work;

/// Patterns a network learns before it is measured.
pub const TRAINED: u32 = 3_000;
/// Patterns the work cycles through: the last that were learned.
pub const PATTERNS: u32 = 1_000;
/// Sets of sums that the selections cycle through, few enough for the second-level cache.
pub const SELECTIONS: u32 = 64;
/// Cues of one repetition of [`Operation::RecallMany`].
pub const MANY: usize = 8;
/// Steps of the answer that [`Case::check`] compares.
const CHECKED: u32 = 8;

const VISIBLE: u32 = 1_000;
const ACTIVE: u32 = 100;
const SEED: u64 = 20_260;

/// The networks of the paper's retention figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// 2,000 hidden units, fan-in .05, 50 winners, rate .3.
    KwF005,
    /// 1,000 hidden units, fan-in .1, 50 winners, rate .3.
    KwF01,
    /// The 1-winner MHN: 100 hidden units that see everything, rate 1.
    Mhn,
}

/// Width of the weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weights {
    /// 8 bits.
    U8,
    /// 16 bits.
    U16,
}

/// What is done once per repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Learn a pattern: activation, selection, update.
    Learn,
    /// Recall from a whole pattern: activation, selection, sums of the visible units, output.
    Recall,
    /// Recall from [`MANY`] whole patterns at a time; one repetition is all of them.
    RecallMany,
    /// Potentials of the hidden units.
    Activation,
    /// The k winners of given potentials.
    Selection,
    /// The learning step of given winners.
    Update,
    /// The s visible units with the largest of given sums.
    Output,
}

/// The implementation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// The scalar core, which runs on a microcontroller and defines the results.
    Core,
    /// The host's network on one core, with these vector instructions and the layout it then chooses.
    Cpu(Isa),
}

/// One row of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// The network.
    pub network: Paper,
    /// Its weights.
    pub weights: Weights,
    /// The operation.
    pub operation: Operation,
    /// The backend.
    pub backend: Backend,
}

impl Paper {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::KwF005, Self::KwF01, Self::Mhn];

    /// (hidden units, fan-in, winners, rate in 1/65536)
    const fn sizes(self) -> (u32, u32, u32, u32) {
        match self {
            Self::KwF005 => (2_000, 50, 50, 19_661),
            Self::KwF01 => (1_000, 100, 50, 19_661),
            Self::Mhn => (100, VISIBLE, 1, 65_536),
        }
    }

    fn params<W: Width>(self) -> Params<W> {
        let (hidden, fan_in, winners, rate) = self.sizes();
        Params::builder(VISIBLE, hidden)
            .fan_in(fan_in)
            .winners(winners)
            .active(ACTIVE)
            .rate(rate)
            .seed(SEED)
            .build()
            .expect("sizes in range")
    }
}

impl Weights {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::U8, Self::U16];
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Learn,
        Self::Recall,
        Self::RecallMany,
        Self::Activation,
        Self::Selection,
        Self::Update,
        Self::Output,
    ];
}

impl Backend {
    /// All that this machine has.
    pub fn available() -> impl Iterator<Item = Self> + Clone {
        let sets: Vec<Isa> = Isa::available().collect();
        std::iter::once(Self::Core).chain(sets.into_iter().map(Self::Cpu))
    }

    /// Whether its rows of this operation are in the tables.
    const fn measures(self, operation: Operation) -> bool {
        match self {
            Self::Core => matches!(operation, Operation::Learn | Operation::Recall),
            Self::Cpu(_) => true,
        }
    }

    /// The backend whose answers it is held to.
    const fn oracle(self) -> Self {
        match self {
            Self::Core => Self::Cpu(Isa::PORTABLE),
            Self::Cpu(_) => Self::Core,
        }
    }
}

macro_rules! names {
    ($type:ty: $($variant:ident $name:literal),+) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self { $(Self::$variant => $name),+ })
            }
        }
    };
}
names!(Paper: KwF005 "kw_f005", KwF01 "kw_f01", Mhn "mhn");
names!(Weights: U8 "u8", U16 "u16");
names!(Operation: Learn "learn", Recall "recall", RecallMany "recall_many", Activation "activation", Selection "selection", Update "update",
    Output "output");

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Core => f.pad("core"),
            Self::Cpu(isa) => isa.fmt(f),
        }
    }
}

/// `network/weights/operation/backend`: the name of the benchmark and of the count.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            network,
            weights,
            operation,
            backend,
        } = self;
        f.pad(&format!("{network}/{weights}/{operation}/{backend}"))
    }
}

/// A network at its working point, and the patterns its work cycles through.
#[derive(Clone, Debug)]
pub struct Trained {
    params: AnyParams,
    words: Vec<u32>,
    patterns: Vec<Vec<u32>>,
}

impl Trained {
    /// Learns [`TRAINED`] random patterns.
    #[must_use]
    pub fn new(network: Paper, weights: Weights) -> Self {
        let params = any_params(network, weights);
        let mut trained = Network::new(params);
        for number in 0..TRAINED {
            trained.learn(&pattern(number)).expect("patterns have ones");
        }
        Self::from_words(network, weights, trained.export())
    }

    /// One that was trained before, from its [`Trained::words`].
    #[must_use]
    pub fn from_words(network: Paper, weights: Weights, words: Vec<u32>) -> Self {
        Self {
            params: any_params(network, weights),
            words,
            patterns: (TRAINED - PATTERNS..TRAINED).map(pattern).collect(),
        }
    }

    /// The network's state in the core's layout.
    #[must_use]
    pub fn words(&self) -> &[u32] {
        &self.words
    }
}

fn any_params(network: Paper, weights: Weights) -> AnyParams {
    match weights {
        Weights::U8 => AnyParams::U8(network.params::<U8>()),
        Weights::U16 => AnyParams::U16(network.params::<U16>()),
    }
}

fn pattern(number: u32) -> Vec<u32> {
    let mut out = vec![0; bits::words_for(VISIBLE)];
    let mut rng = rng::stream(SEED, Purpose(300), 0, number);
    bits::sample(VISIBLE, ACTIVE, &mut rng, &mut out).expect("sizes in range");
    out
}

impl Case {
    /// Every row, networks outermost.
    pub fn all() -> impl Iterator<Item = Self> {
        Paper::ALL
            .into_iter()
            .flat_map(|network| Weights::ALL.map(|weights| (network, weights)))
            .flat_map(|(network, weights)| Self::of(network, weights))
    }

    /// The rows of one network.
    pub fn of(network: Paper, weights: Weights) -> impl Iterator<Item = Self> {
        let pairs = Operation::ALL
            .into_iter()
            .flat_map(|operation| Backend::available().map(move |backend| (operation, backend)));
        pairs
            .filter(|(operation, backend)| backend.measures(*operation))
            .map(move |(operation, backend)| Self {
                network,
                weights,
                operation,
                backend,
            })
    }

    /// Weights that a repetition touches, on average; for the selections, the sums it looks at.
    #[must_use]
    pub fn elements(&self) -> u32 {
        let (hidden, fan_in, winners, _) = self.network.sizes();
        let activation = ACTIVE * hidden * fan_in / VISIBLE;
        match self.operation {
            Operation::Learn | Operation::Recall => activation + winners * fan_in,
            Operation::RecallMany => MANY as u32 * (activation + winners * fan_in),
            Operation::Activation => activation,
            Operation::Selection => hidden,
            Operation::Update => winners * fan_in,
            Operation::Output => VISIBLE,
        }
    }

    /// The work of this row, ready for its first repetition.
    #[must_use]
    pub fn work(&self, trained: &Trained) -> Box<dyn Work> {
        match self.backend {
            Backend::Core => match trained.params {
                AnyParams::U8(params) => work::core(self.operation, params, trained),
                AnyParams::U16(params) => work::core(self.operation, params, trained),
                _ => unreachable!("weights have 8 or 16 bits here"),
            },
            Backend::Cpu(isa) => work::cpu(self.operation, isa, trained),
        }
    }

    /// Compares the answers of the first repetitions with those of another backend.
    ///
    /// # Panics
    /// Where they differ.
    pub fn check(&self, trained: &Trained) {
        let oracle = Self {
            backend: self.backend.oracle(),
            ..*self
        };
        let (mut work, mut expected) = (self.work(trained), oracle.work(trained));
        for step in 0..CHECKED {
            work.run();
            expected.run();
            // Not assert_eq: an answer may be a whole network.
            assert!(
                work.answer() == expected.answer(),
                "{self}: another answer than {oracle} at repetition {step}"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_gives_its_answer() {
        for network in Paper::ALL {
            for weights in Weights::ALL {
                let trained = Trained::new(network, weights);
                for case in Case::of(network, weights) {
                    case.check(&trained);
                }
            }
        }
    }

    #[test]
    fn training_reaches_the_working_point() {
        let trained = Trained::new(Paper::KwF005, Weights::U8);
        let mut network = Network::from_words(trained.params, &trained.words).expect("its words");
        let mut out = vec![0; bits::words_for(VISIBLE)];
        let mut overlap = |pattern: &Vec<u32>| {
            network.recall(pattern, ACTIVE, &mut out);
            bits::overlap(&out, pattern)
        };
        // On average .846 of a newest pattern's ones come back, and .52 of one a thousand patterns old.
        assert!(overlap(&trained.patterns[PATTERNS as usize - 1]) > 70);
        assert!(overlap(&trained.patterns[0]) < 70);
    }
}
