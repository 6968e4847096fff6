//! What a trial measured.

use super::condition::Condition;
use super::method::methods;
use super::texts;

/// Ways to ask: the stored cue and a paraphrase, with one cue stored a triple; the same with the further cues.
pub const CUES: [&str; 4] = [
    "exact",
    "paraphrase",
    "exact-augmented",
    "paraphrase-augmented",
];

/// Cosines of a noisy cue with the original.
pub const COSINES: [f64; 11] = [1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5];

/// The longest chain.
pub const HOPS: usize = texts::STATEMENTS - 1;

/// Methods that are asked with noisy cues.
pub const NOISE_METHODS: [&str; 9] = [
    "flat",
    "attractor",
    "hopfield-beta8",
    "recurrent-inhibition0.5-step1",
    "recurrent-inhibition0.5-step5",
    "two-stage",
    "two-stage-wide-cue",
    "two-stage-vectors-beta32",
    "nearest-neighbour",
];

/// Methods that follow chains.
pub const CHAIN_METHODS: [&str; 6] = [
    "flat",
    "attractor",
    "hopfield-beta8",
    "recurrent-inhibition0.5-step1",
    "two-stage",
    "nearest-neighbour",
];

/// What a table of a trial varies, besides background sizes and methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vary {
    /// [`CUES`].
    Cues,
    /// [`COSINES`].
    Noise,
    /// 1 to [`HOPS`].
    Hops,
}

/// Counts of one cell of a table: of [`Vary::Cues`] right and tied among the tests, right and tied among all; of
/// [`Vary::Noise`] right among the tests and among all; of [`Vary::Hops`] units shared with the true codes, and chains right
/// up to this hop.
pub type Counts<'a> = &'a [u32];

/// Sizes of the tables of a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Numbers of background pairs.
    pub sizes: usize,
}

impl Shape {
    /// Of the trials of a condition.
    #[must_use]
    pub fn of(condition: &Condition) -> Self {
        Self {
            sizes: condition.sizes.len(),
        }
    }

    /// Axes of a table: sizes, methods, what is varied, counts.
    #[must_use]
    pub fn axes(self, vary: Vary) -> [usize; 4] {
        match vary {
            Vary::Cues => [self.sizes, methods().len(), CUES.len(), 4],
            Vary::Noise => [self.sizes, NOISE_METHODS.len(), COSINES.len(), 2],
            Vary::Hops => [self.sizes, CHAIN_METHODS.len(), HOPS, 2],
        }
    }

    pub(crate) fn cells(self, vary: Vary) -> usize {
        self.axes(vary).iter().product()
    }
}

/// What a trial measured: counts, in the order of [`Shape::axes`].
#[derive(Clone, Debug, PartialEq)]
pub struct TrialRecord {
    /// By the way to ask.
    pub cues: Vec<u32>,
    /// By noise.
    pub noise: Vec<u32>,
    /// By hops.
    pub hops: Vec<u32>,
    /// Mean cosines of unit vectors: of two background cues, of two background targets, of a cue and its paraphrase, of two
    /// triples' cues. NaN where there are none.
    pub similarity: [f64; 4],
}

impl TrialRecord {
    pub(super) fn new(shape: Shape) -> Self {
        let zeros = |vary| vec![0; shape.cells(vary)];
        Self {
            cues: zeros(Vary::Cues),
            noise: zeros(Vary::Noise),
            hops: zeros(Vary::Hops),
            similarity: [f64::NAN; 4],
        }
    }

    /// A table.
    #[must_use]
    pub fn table(&self, vary: Vary) -> &[u32] {
        match vary {
            Vary::Cues => &self.cues,
            Vary::Noise => &self.noise,
            Vary::Hops => &self.hops,
        }
    }

    /// Counts of a cell.
    #[must_use]
    pub fn at(&self, shape: Shape, vary: Vary, cell: [usize; 3]) -> Counts<'_> {
        let start = start(shape, vary, cell);
        &self.table(vary)[start..][..shape.axes(vary)[3]]
    }

    pub(super) fn at_mut(&mut self, shape: Shape, vary: Vary, cell: [usize; 3]) -> &mut [u32] {
        let start = start(shape, vary, cell);
        let table = match vary {
            Vary::Cues => &mut self.cues,
            Vary::Noise => &mut self.noise,
            Vary::Hops => &mut self.hops,
        };
        &mut table[start..][..shape.axes(vary)[3]]
    }
}

fn start(shape: Shape, vary: Vary, [size, method, column]: [usize; 3]) -> usize {
    let [_, methods, columns, counts] = shape.axes(vary);
    ((size * methods + method) * columns + column) * counts
}
