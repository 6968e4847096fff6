//! Memories other than K-winner networks, as a trial drives them: recency levels, slots, synapses between all units.

mod core;
mod hopfield;
mod kind;
mod own;
mod ranked;
mod willshaw;

use std::fmt::Debug;

use slotless_core::bits;
use slotless_core::recency;
use slotless_core::recency::plain::{PairsParams, PlainParams};
use slotless_core::ring::{CodedParams, PolarParams, Replacement, SlotsParams};

use self::core::{Codes, InPairs, Packed, Parities, Plain, Ring};
use self::hopfield::{Hopfield, HopfieldParams};
pub use self::kind::MemoryKind;
pub use self::own::Rule;
use self::willshaw::{Willshaw, WillshawParams};
use super::damage::Damage;
use crate::SpecError;

/// What a memory answered to a cue.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    /// The recalled pattern, packed.
    pub pattern: &'a [u32],
    /// The match score, from 0.
    pub score: u64,
    /// Sets of units in the order of how surely they are ones, packed; a unit is in at most one, and those in none come last.
    pub sets: Sets<'a>,
}

/// Sets of units, packed one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sets<'a> {
    /// The pattern alone.
    One(&'a [u32]),
    /// Members, then unknown ones.
    Two([&'a [u32]; 2]),
    /// Sets in rows of so many words.
    Rows(&'a [u32], usize),
}

impl<'a> Sets<'a> {
    /// The sets.
    pub fn iter(self) -> impl Iterator<Item = &'a [u32]> {
        let (several, rows): ([Option<&'a [u32]>; 2], &'a [u32]) = match self {
            Self::One(set) => ([Some(set), None], &[]),
            Self::Two([first, second]) => ([Some(first), Some(second)], &[]),
            Self::Rows(rows, _) => ([None, None], rows),
        };
        let words = match self {
            Self::Rows(_, words) => words.max(1),
            _ => 1,
        };
        several
            .into_iter()
            .flatten()
            .chain(rows.chunks_exact(words))
    }
}

/// A memory in a trial.
pub(crate) trait Other: Debug + Send {
    /// Learns a pattern that has ones, as many as [`Design::most_ones`] at most.
    fn learn(&mut self, pattern: &[u32]);

    /// What recalls from now on are asked for: so many ones, among the units from one on. A memory of ranked units answers with
    /// just these; others answer with the patterns that they have, of which a part is cut out.
    fn ask(&mut self, _ones: u32, _from: u32) {}

    /// Recalls from a cue; changes nothing that later answers depend on.
    fn recall(&mut self, cue: &[u32]) -> Answer<'_>;

    /// Damages what is stored; no more is learned then.
    fn damage(&mut self, damage: &Damage);
}

/// The sizes of such a memory, those that it has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// Visible units.
    pub n_i: u32,
    /// Rows or slots.
    pub n_h: u32,
    /// Ones of a pattern.
    pub s: u32,
    /// Share of synapses that a pattern clears.
    pub eps: f64,
    /// Levels of recency.
    pub levels: u32,
    /// Set cells of a row at most, if told.
    pub cap: Option<u32>,
    /// Parts that the units are split into.
    pub parts: u32,
    /// Bits of a weight.
    pub weight_bits: u32,
}

/// The checked sizes of such a memory.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Design {
    Packed(recency::Params),
    Plain(PlainParams),
    Pairs(PairsParams),
    Slots(SlotsParams),
    Coded(CodedParams),
    Polar(PolarParams),
    Willshaw(WillshawParams),
    Hopfield(HopfieldParams),
    Own(OwnSizes),
}

/// What is known of a rule of somebody's own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnSizes {
    units: u32,
    words: u32,
}

/// Ranks, in ones of a pattern and quarters, at which units in the order of their scores change class.
const RANKS: [u32; 8] = [1, 2, 3, 4, 6, 8, 12, 20];

/// The ranks at which units in the order of their scores change class: a quarter of s, a half, three quarters, s, 1.5 s, 2 s,
/// 3 s and 5 s, rounded up, as far as there are units.
pub(crate) fn ranks(units: u32, active: u32) -> Vec<u32> {
    let mut ranks: Vec<u32> = RANKS
        .iter()
        .map(|&quarters| (u64::from(quarters) * u64::from(active)).div_ceil(4))
        .filter_map(|rank| u32::try_from(rank).ok())
        .filter(|&rank| rank < units)
        .collect();
    ranks.dedup();
    ranks
}

impl Design {
    /// Checks the sizes of a memory.
    ///
    /// # Errors
    /// [`SpecError`] with the value and what is allowed.
    pub fn new(memory: MemoryKind, sizes: Sizes, seed: u64) -> Result<Self, SpecError> {
        let Sizes {
            n_i,
            n_h,
            s,
            eps,
            levels,
            cap,
            parts,
            weight_bits,
        } = sizes;
        Ok(match memory {
            MemoryKind::KWinner => {
                let allowed = "any but kwinner here";
                return Err(SpecError::range("memory", memory, allowed));
            }
            MemoryKind::Recency => {
                let params = recency::Params::builder(n_i, n_h).active(s).levels(levels);
                let params = match cap {
                    Some(cap) => params.cap(cap),
                    None => params,
                };
                Self::Packed(params.build()?)
            }
            MemoryKind::RecencyPlain => {
                let params = PlainParams::builder(n_i, n_h).active(s).levels(levels);
                Self::Plain(params.parts(parts).seed(seed).build()?)
            }
            MemoryKind::RecencyPairs => {
                let params = PairsParams::builder(n_i, n_h).active(s).levels(levels);
                Self::Pairs(params.seed(seed).build()?)
            }
            MemoryKind::Ring => Self::Slots(SlotsParams::new(n_i, n_h, Replacement::Fifo)?),
            MemoryKind::RandomSlots => {
                Self::Slots(SlotsParams::new(n_i, n_h, Replacement::Random { seed })?)
            }
            MemoryKind::ReservoirSlots => {
                Self::Slots(SlotsParams::new(n_i, n_h, Replacement::Reservoir { seed })?)
            }
            MemoryKind::CodedRing => Self::Coded(coded(n_i, n_h, s)?),
            MemoryKind::PolarRing => Self::Polar(PolarParams::builder(n_i, n_h).active(s).build()?),
            MemoryKind::Willshaw => Self::Willshaw(WillshawParams::new(n_i, s, eps, seed)?),
            MemoryKind::Hopfield => Self::Hopfield(HopfieldParams::new(n_i, s, weight_bits, seed)?),
            MemoryKind::Own => Self::Own(OwnSizes {
                units: n_i,
                words: n_h,
            }),
        })
    }

    /// An empty memory; none of somebody's own rule, which makes its own.
    pub fn make(self) -> Option<Box<dyn Other>> {
        Some(match self {
            Self::Packed(params) => Box::new(Packed::new(params)),
            Self::Plain(params) => Box::new(Plain::new(params)),
            Self::Pairs(params) => Box::new(InPairs::new(params)),
            Self::Slots(params) => Box::new(Ring::new(params)),
            Self::Coded(params) => Box::new(Codes::new(params)),
            Self::Polar(params) => Box::new(Parities::new(params)),
            Self::Willshaw(params) => Box::new(Willshaw::new(params)),
            Self::Hopfield(params) => Box::new(Hopfield::new(params)),
            Self::Own(_) => return None,
        })
    }

    /// Bits that the memory takes, counters and padding to whole words included.
    pub fn storage_bits(&self) -> u64 {
        let words = match self {
            Self::Packed(params) => params.words(),
            Self::Plain(params) => params.words(),
            Self::Pairs(params) => params.words(),
            Self::Slots(params) => params.words(),
            Self::Coded(params) => params.words(),
            Self::Polar(params) => params.words(),
            Self::Own(sizes) => sizes.words as usize,
            Self::Willshaw(params) => return params.synapses(),
            Self::Hopfield(params) => return params.bits(),
        };
        words as u64 * u64::from(bits::WORD_BITS)
    }

    /// The most ones that a pattern may have.
    pub fn most_ones(&self) -> u32 {
        match self {
            Self::Packed(params) => params.cap(),
            Self::Coded(params) => {
                let bits = u64::from(params.code_words()) * u64::from(bits::WORD_BITS);
                let fits = |&ones: &u32| longest_code(params, ones) <= bits;
                (1..=params.visible()).take_while(fits).last().unwrap_or(0)
            }
            Self::Polar(params) => params.active(),
            Self::Plain(params) => params.visible(),
            Self::Pairs(params) => params.visible(),
            Self::Slots(params) => params.visible(),
            Self::Willshaw(params) => params.visible(),
            Self::Hopfield(params) => params.visible(),
            Self::Own(sizes) => sizes.units,
        }
    }

    /// The fewest ones that a pattern may have.
    pub fn least_ones(&self) -> u32 {
        match self {
            Self::Polar(params) => params.active(),
            _ => 0,
        }
    }

    /// The largest score of a cue with so many ones.
    pub fn max_score(&self, ones: u32) -> u64 {
        let ones = u64::from(ones);
        match self {
            Self::Packed(params) => u64::from(params.hit() + params.miss()) * ones,
            Self::Plain(params) => u64::from(params.hit() + params.miss()) * ones,
            Self::Pairs(params) => u64::from(params.hit() + params.miss()) * ones,
            Self::Slots(_) | Self::Coded(_) => ones,
            Self::Polar(params) => 2 * u64::from(params.sketch()),
            Self::Own(_) => own::MAX_SCORE,
            Self::Willshaw(params) => u64::from(params.active()) * ones,
            Self::Hopfield(params) => u64::from(params.active()) * u64::from(params.span()) * ones,
        }
    }

    /// Classes that an answer puts units in: its sets, and the rest.
    pub fn classes(&self) -> usize {
        match self {
            Self::Packed(_) | Self::Plain(_) | Self::Pairs(_) | Self::Polar(_) => 3,
            Self::Slots(_) | Self::Coded(_) | Self::Own(_) => 2,
            Self::Willshaw(params) => ranks(params.visible(), params.active()).len() + 1,
            Self::Hopfield(params) => ranks(params.visible(), params.active()).len() + 1,
        }
    }

    /// Steps of about a nanosecond to learn a pattern, and to recall one.
    pub fn steps(&self, active: u32) -> [f64; 2] {
        let active = f64::from(active);
        match self {
            Self::Packed(params) => {
                let cap = f64::from(params.cap());
                let events = params.window() as f64;
                let row = 200.0 + 4.0 * cap;
                [
                    row,
                    row + active * (events / 512.0).ceil() * 8.0 + events / 8.0,
                ]
            }
            Self::Plain(params) => {
                let rows = f64::from(params.rows());
                let levels = f64::from(params.levels());
                [200.0 + rows * (10.0 * active + 4.0 * levels) + rows * rows; 2]
            }
            Self::Pairs(params) => {
                let rows = f64::from(params.rows());
                let levels = f64::from(params.levels());
                [200.0 + 2.0 * rows * (10.0 * active + 4.0 * levels) + rows * rows; 2]
            }
            Self::Slots(params) => {
                let words = params.pattern_words() as f64;
                [100.0 + words, 100.0 + f64::from(params.slots()) * words]
            }
            // Of what it does nothing is known.
            Self::Own(sizes) => [100.0 + 2.0 * f64::from(sizes.words); 2],
            // A pattern is coded bit by bit, and asked for among all codes.
            Self::Coded(params) => [
                100.0 + 20.0 * active,
                100.0 + 10.0 * f64::from(params.code_words()) * 7.0,
            ],
            Self::Polar(params) => {
                let length = f64::from(params.length());
                let coding = length * length.log2();
                let search = 2.0 * f64::from(params.slots());
                // A stored pattern is decoded once, a new one up to eight times.
                [
                    4.0 * coding,
                    search + 8.0 * f64::from(params.list()) * coding,
                ]
            }
            Self::Willshaw(params) => {
                let units = f64::from(params.visible());
                let each = 500.0
                    + active * active
                    + active * units / 16.0
                    + 10.0 * units
                    + params.cleared() * 20.0;
                [each; 2]
            }
            Self::Hopfield(params) => {
                let units = f64::from(params.visible());
                [500.0 + units * units / 5.0 + 20.0 * units; 2]
            }
        }
    }

    /// Bytes of one while it works.
    pub fn bytes(&self) -> f64 {
        match self {
            Self::Willshaw(params) => {
                let units = params.visible();
                4.0 * bits::words_for(units) as f64 * (f64::from(units) + 10.0)
                    + 12.0 * f64::from(units)
            }
            Self::Hopfield(params) => {
                let units = f64::from(params.visible());
                2.0 * units * units + 24.0 * units
            }
            Self::Packed(params) => {
                f64::from(params.visible()) * f64::from(params.rows().next_multiple_of(512)) * 1.2
            }
            others => others.storage_bits() as f64 / 8.0 * 1.1,
        }
    }
}

/// A ring of codes that holds n_h patterns of s ones on average.
fn coded(n_i: u32, n_h: u32, s: u32) -> Result<CodedParams, SpecError> {
    if n_h == 0 {
        return Err(SpecError::range("n_h", n_h, "from 1"));
    }
    let typical = |words| CodedParams::new(n_i, s, words).map(|params| params.typical());
    // The most words, and the fewest that are enough.
    let (mut low, mut high) = (1u32, 1 << 26);
    if typical(high)? < u64::from(n_h) {
        let allowed = format!("1..={} (2^26 words of codes)", typical(high)?);
        return Err(SpecError::range("n_h", n_h, allowed));
    }
    while low < high {
        let middle = low.midpoint(high);
        if typical(middle)? >= u64::from(n_h) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    let params = CodedParams::new(n_i, s, low)?;
    // A ring of a few patterns of typical length may have no room for one of the others.
    let longest = longest_code(&params, s);
    let words = longest.div_ceil(u64::from(bits::WORD_BITS)) as u32;
    if low < words {
        let least = typical(words - 1)? + 1;
        let allowed = format!("from {least} (a code of {s} ones takes up to {longest} bits)");
        return Err(SpecError::range("n_h", n_h, allowed));
    }
    Ok(params)
}

/// Bits of the longest code that a pattern of so many ones has, at least one: how far they are from s, in twice the octave of
/// that and one; for each its low bits and the one that ends its high part; and the high parts, no more than that of all units
/// that are off in one gap.
fn longest_code(params: &CodedParams, ones: u32) -> u64 {
    let number = match ones.checked_sub(params.active()) {
        Some(more) => 2 * more + 1,
        None => 2 * (params.active() - ones),
    };
    let off = params.visible().saturating_sub(ones);
    let gaps = u64::from(ones) * u64::from(params.rice() + 1);
    u64::from(2 * number.ilog2() + 1) + gaps + u64::from(off >> params.rice())
}

#[cfg(test)]
mod tests;
