//! What is compared: recognisers made for a number of bytes.

use slotless_core::kwinner::{self, KWinner};
use slotless_core::memory::Memory;
use slotless_core::recency::{self, Recency};
use slotless_core::recogniser::{
    Code, Grow, GrowParams, Labelled, LabelledParams, Means, MeansParams, Outcome, Recogniser,
    Recognition, Replacement, Ring, RingParams, Units,
};
use slotless_core::weight::U8;

/// A recogniser of the core, with its setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Design {
    /// [`Grow`], its usefulness fading by so many points.
    Grow(u32),
    /// [`Ring`], of nibbles or thermometer codes.
    Ring(Code, Replacement),
    /// [`Means`] of a window.
    Means(u32),
    /// [`Labelled`] over a K-winner network.
    KWinner,
    /// [`Labelled`] over recency levels.
    Recency,
}

/// A recogniser, whichever; what it refuses does not occur here.
pub trait Any {
    /// Learns a sample.
    fn learn(&mut self, sample: &[u8], label: u8) -> Option<Outcome>;
    /// Recognises one.
    fn recognise(&self, sample: &[u8]) -> Option<Recognition>;
    /// Its state, in words; none of labels over a memory.
    fn state(&self) -> Option<&[u32]>;
}

/// A recogniser whose state is seen.
trait Seen: Recogniser {
    fn words(&self) -> Option<&[u32]>;
}

impl Seen for Grow<Vec<u32>> {
    fn words(&self) -> Option<&[u32]> {
        Some(Self::words(self))
    }
}

impl Seen for Ring<Vec<u32>> {
    fn words(&self) -> Option<&[u32]> {
        Some(Self::words(self))
    }
}

impl Seen for Means<Vec<u32>> {
    fn words(&self) -> Option<&[u32]> {
        Some(Self::words(self))
    }
}

impl<M: Memory> Seen for Labelled<M, Vec<u32>> {
    fn words(&self) -> Option<&[u32]> {
        None
    }
}

impl<R: Seen> Any for R {
    fn learn(&mut self, sample: &[u8], label: u8) -> Option<Outcome> {
        Recogniser::learn(self, sample, label).ok()
    }

    fn recognise(&self, sample: &[u8]) -> Option<Recognition> {
        Recogniser::recognise(self, sample).ok().flatten()
    }

    fn state(&self) -> Option<&[u32]> {
        self.words()
    }
}

/// A recogniser in words of its own.
pub type Boxed = Box<dyn Any>;

const THERMOMETER: Code = Code::Thermometer { bits: 3 };
const RESERVOIR: Replacement = Replacement::Reservoir { seed: 1 };

impl Design {
    /// All.
    pub const ALL: &[Self] = &[
        Self::Grow(0),
        Self::Grow(15),
        Self::Ring(Code::Nibbles, Replacement::Fifo),
        Self::Ring(Code::Nibbles, RESERVOIR),
        Self::Ring(Code::Nibbles, Replacement::Balanced),
        Self::Ring(THERMOMETER, Replacement::Fifo),
        Self::Ring(THERMOMETER, Replacement::Balanced),
        Self::Means(256),
        Self::KWinner,
        Self::Recency,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Grow(0) => "grow",
            Self::Grow(_) => "grow-fading",
            Self::Ring(Code::Nibbles, Replacement::Fifo) => "ring-fifo",
            Self::Ring(Code::Nibbles, Replacement::Reservoir { .. }) => "ring-reservoir",
            Self::Ring(Code::Nibbles, Replacement::Balanced) => "ring-balanced",
            Self::Ring(_, Replacement::Fifo) => "thermometer-fifo",
            Self::Ring(_, Replacement::Reservoir { .. }) => "thermometer-reservoir",
            Self::Ring(_, Replacement::Balanced) => "thermometer-balanced",
            Self::Means(_) => "means",
            Self::KWinner => "k-winner",
            Self::Recency => "recency",
        }
    }

    /// An empty one for so many features and labels, of no more than so many bytes, or one of this state; none where nothing
    /// fits.
    #[must_use]
    pub fn make(
        self,
        features: usize,
        labels: u8,
        bytes: usize,
        seed: u64,
        state: Option<Vec<u32>>,
    ) -> Option<Boxed> {
        let held = |words| state.unwrap_or_else(|| vec![0; words]);
        let (features, labels, words) = (features as u32, u32::from(labels), bytes / 4);
        Some(match self {
            Self::Grow(fading) => {
                let params = GrowParams::within(features, words).ok()?.seed(seed);
                let params = params.fading(fading).ok()?;
                Box::new(Grow::open(params, held(params.words())).ok()?)
            }
            Self::Ring(code, replacement) => {
                let params = RingParams::within(features, words, code, replacement).ok()?;
                Box::new(Ring::open(params, held(params.words())).ok()?)
            }
            Self::Means(window) => {
                let params = MeansParams::new(features, labels, window).ok()?;
                if params.words() > words {
                    return None;
                }
                Box::new(Means::open(params, held(params.words())).ok()?)
            }
            Self::KWinner => {
                let params =
                    LabelledParams::new(features, Units::Buckets { bits: 4 }, labels, 16).ok()?;
                // One winner of 8-bit weights to all units: a prototype for each hidden unit, as many as fit.
                let hidden = (words as u32 - 2) / params.units().div_ceil(4);
                let network = kwinner::Params::<U8>::builder(params.units(), hidden)
                    .winners(1)
                    .active(params.most_ones())
                    .rate(1 << 14)
                    .seed(seed)
                    .build()
                    .ok()?;
                let network = KWinner::new(network, vec![0; network.words()]).ok()?;
                over(network, params)?
            }
            Self::Recency => {
                let params =
                    LabelledParams::new(features, Units::Buckets { bits: 4 }, labels, 16).ok()?;
                // As many rows as fit.
                let build = |rows| {
                    recency::Params::builder(params.units(), rows)
                        .active(params.most_ones())
                        .build()
                        .ok()
                };
                let fits = |rows: &u32| build(*rows).is_some_and(|built| built.words() <= words);
                let rows = (1..4096).take_while(fits).last()?;
                let recency = build(rows)?;
                over(
                    Recency::new(recency, vec![0; recency.words()]).ok()?,
                    params,
                )?
            }
        })
    }
}

fn over<M: Memory + 'static>(memory: M, params: LabelledParams) -> Option<Boxed> {
    let scratch = vec![0; params.scratch_words(&memory)];
    Some(Box::new(Labelled::new(memory, params, scratch).ok()?))
}
