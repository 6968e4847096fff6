//! Labels over a memory of patterns: units of their own beside those of the sample.

use core::cell::RefCell;
use core::fmt;

use super::recognition::{Nearest, Unit};
use super::threshold::Threshold;
use super::{
    MAX_FEATURES, MAX_LABELS, Outcome, ParamsError, Recogniser, RecogniserError, Recognition,
    check_label, check_sample,
};
use crate::bits;
use crate::memory::{Memory, Writable};

/// The most bits of a feature.
const MAX_BITS: u32 = 32;
/// The most units of a label.
const MAX_UNITS: u32 = 1024;
/// The whole share of a recollection.
const WHOLE: u32 = 1 << 16;

/// What the units of a feature stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Units {
    /// L units, of which the first `x (L + 1) >> 8` are ones: near values share most.
    Thermometer {
        /// L, 1 to 32.
        bits: u32,
    },
    /// L units, of which unit `x L >> 8` is one: every sample has as many ones as features, which is what memories of a fixed
    /// number of ones want.
    Buckets {
        /// L, 1 to 32.
        bits: u32,
    },
}

impl Units {
    const fn bits(self) -> u32 {
        match self {
            Self::Thermometer { bits } | Self::Buckets { bits } => bits,
        }
    }

    /// From which unit to which a feature has ones.
    fn ones(self, feature: u8) -> core::ops::Range<u32> {
        let feature = u32::from(feature);
        match self {
            Self::Thermometer { bits } => 0..(feature * (bits + 1)) >> 8,
            Self::Buckets { bits } => {
                let bucket = (feature * bits) >> 8;
                bucket..bucket + 1
            }
        }
    }
}

/// Checked sizes of labels over a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LabelledParams {
    features: u32,
    units: Units,
    labels: u32,
    label_units: u32,
}

impl LabelledParams {
    /// d `features`, 1 to 1,024, the `units` of each; C `labels`, 1 to 16, with `label_units` each, 1 to 1,024.
    ///
    /// # Errors
    /// [`ParamsError::Features`], [`ParamsError::Bits`], [`ParamsError::Labels`], [`ParamsError::LabelUnits`].
    pub const fn new(
        features: u32,
        units: Units,
        labels: u32,
        label_units: u32,
    ) -> Result<Self, ParamsError> {
        if features == 0 || features > MAX_FEATURES {
            return Err(ParamsError::Features { features });
        }
        let bits = units.bits();
        if bits == 0 || bits > MAX_BITS {
            let most = MAX_BITS;
            return Err(ParamsError::Bits { bits, most });
        }
        if labels == 0 || labels > MAX_LABELS {
            return Err(ParamsError::Labels { labels });
        }
        if label_units == 0 || label_units > MAX_UNITS {
            let most = MAX_UNITS;
            return Err(ParamsError::LabelUnits {
                units: label_units,
                most,
            });
        }
        Ok(Self {
            features,
            units,
            labels,
            label_units,
        })
    }

    /// Features of a sample, d.
    #[must_use]
    pub const fn features(&self) -> u32 {
        self.features
    }

    /// Labels, C.
    #[must_use]
    pub const fn labels(&self) -> u32 {
        self.labels
    }

    /// Units that the features take: those of the labels come behind them.
    #[must_use]
    pub const fn feature_units(&self) -> u32 {
        self.features * self.units.bits()
    }

    /// Units of a pattern: those of the features, then those of label 0, of label 1 and so on.
    #[must_use]
    pub const fn units(&self) -> u32 {
        self.feature_units() + self.labels * self.label_units
    }

    /// Ones of a pattern with its label: with buckets always d and the units of a label, else up to this.
    #[must_use]
    pub const fn most_ones(&self) -> u32 {
        let feature = match self.units {
            Units::Thermometer { bits } => bits,
            Units::Buckets { .. } => 1,
        };
        self.features * feature + self.label_units
    }

    /// Words of scratch over this memory: a pattern, and what the memory asks for.
    pub fn scratch_words<M: Memory>(&self, memory: &M) -> usize {
        bits::words_for(memory.units()).saturating_add(memory.scratch_words())
    }

    /// Writes the units of a sample, without a label.
    fn encode(&self, sample: &[u8], pattern: &mut [u32]) {
        pattern.fill(0);
        let mut first = 0u32;
        for &feature in sample {
            for unit in self.units.ones(feature) {
                bits::set(pattern, first.wrapping_add(unit));
            }
            first = first.wrapping_add(self.units.bits());
        }
    }

    fn label_ones(&self, label: u8) -> core::ops::Range<u32> {
        let first = self.feature_units() + u32::from(label) * self.label_units;
        first..first + self.label_units
    }
}

/// What is wrong with a call of labels over a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum LabelledError<E> {
    /// The call itself.
    Call(RecogniserError),
    /// The memory's error.
    Memory(E),
}

impl<E: fmt::Display> fmt::Display for LabelledError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Memory(error) => error.fmt(f),
        }
    }
}

impl<E: core::error::Error> core::error::Error for LabelledError<E> {}

impl<E> From<RecogniserError> for LabelledError<E> {
    fn from(error: RecogniserError) -> Self {
        Self::Call(error)
    }
}

/// Labels over any [memory of patterns](Memory): a sample is learned with the units of its label, and recalled without them; the
/// label whose units come back most is recognised.
///
/// It is here to compare with. These memories complete patterns; at equal bytes [`Grow`](super::Grow) recognises better.
/// The distance is how many of the label's units did not come back, and the score `65,536 - share`, what is missing of the
/// memory's [match](crate::memory::Recollection::share). Threshold and known labels are here, beside the memory's buffer.
#[derive(Debug)]
pub struct Labelled<M, S> {
    memory: M,
    params: LabelledParams,
    /// Only ever borrowed within a call.
    scratch: RefCell<S>,
    threshold: Threshold,
    known: u16,
}

impl<M: Memory, S: AsRef<[u32]>> Labelled<M, S> {
    /// Over a memory, with scratch of [`LabelledParams::scratch_words`] or more.
    ///
    /// # Errors
    /// [`RecogniserError::Units`] if the patterns of the memory have fewer units than [`LabelledParams::units`],
    /// [`RecogniserError::Scratch`].
    pub fn new(memory: M, params: LabelledParams, scratch: S) -> Result<Self, RecogniserError>
    where
        S: Writable,
    {
        let (units, most) = (params.units(), memory.units());
        if units > most {
            return Err(RecogniserError::Units { units, most });
        }
        let expected = params.scratch_words(&memory);
        let got = scratch.as_ref().len();
        if got < expected {
            return Err(RecogniserError::Scratch { got, expected });
        }
        Ok(Self {
            memory,
            params,
            scratch: RefCell::new(scratch),
            threshold: Threshold::NONE,
            known: 0,
        })
    }

    /// The sizes.
    pub fn params(&self) -> &LabelledParams
    where
        S: Writable,
    {
        &self.params
    }

    /// The memory.
    pub fn memory(&self) -> &M
    where
        S: Writable,
    {
        &self.memory
    }

    /// Gives it back.
    pub fn into_memory(self) -> M
    where
        S: Writable,
    {
        self.memory
    }

    /// What comes back with a sample, none of the labels' units being given.
    fn recalled(&self, sample: &[u8]) -> Result<Option<Recognition>, LabelledError<M::Error>>
    where
        S: Writable,
    {
        let expected = self.params.scratch_words(&self.memory);
        let mut scratch = self.scratch.try_borrow_mut();
        let scratch = match &mut scratch {
            Ok(scratch) => scratch.as_mut(),
            Err(_) => return Err(RecogniserError::Scratch { got: 0, expected }.into()),
        };
        let (pattern, rest) = split(scratch, self.memory.units());
        self.params.encode(sample, pattern);
        let recalled = self.memory.recall(pattern, rest);
        let recalled = recalled.map_err(LabelledError::Memory)?;
        let mut nearest = Nearest::NONE;
        let mut any = false;
        for label in 0..self.params.labels as u8 {
            let ones = self.params.label_ones(label);
            let back = ones.filter(|&unit| bits::get(recalled.pattern, unit));
            let back = back.count() as u32;
            any |= back > 0;
            if back > 0 || self.known >> label & 1 == 1 {
                nearest.take(label, self.params.label_units.saturating_sub(back));
            }
        }
        if !any {
            return Ok(None);
        }
        let found = Recognition::of(&nearest, Unit::One, self.threshold);
        let missing = WHOLE.saturating_sub(recalled.share);
        Ok(found.map(|found| found.scored(missing)))
    }
}

/// Scratch in two: a pattern, and the rest.
fn split(scratch: &mut [u32], units: u32) -> (&mut [u32], &mut [u32]) {
    let words = bits::words_for(units);
    scratch.split_at_mut_checked(words).unwrap_or_default()
}

impl<M: Memory, S: AsRef<[u32]> + AsMut<[u32]>> Recogniser for Labelled<M, S> {
    type Error = LabelledError<M::Error>;

    fn features(&self) -> u32 {
        self.params.features
    }

    fn labels(&self) -> u32 {
        self.params.labels
    }

    /// The memory's, and two more.
    fn state_words(&self) -> usize {
        self.memory.state_words().saturating_add(2)
    }

    fn threshold(&self) -> Option<u32> {
        self.threshold.shown()
    }

    /// Recalls first, to set the threshold.
    fn learn(&mut self, sample: &[u8], label: u8) -> Result<Outcome, Self::Error> {
        check_sample(sample, self.params.features)?;
        check_label(label, self.params.labels)?;
        let found = self.recalled(sample)?;
        let scratch = self.scratch.get_mut().as_mut();
        let (pattern, rest) = split(scratch, self.memory.units());
        self.params.encode(sample, pattern);
        for unit in self.params.label_ones(label) {
            bits::set(pattern, unit);
        }
        let stored = self.memory.store(pattern, rest);
        stored.map_err(LabelledError::Memory)?;
        let known = self.known >> label & 1 == 1;
        self.known |= 1 << label;
        let outcome = match found {
            _ if !known => Outcome::New,
            Some(found) if found.label() == label => Outcome::Right,
            _ => Outcome::Wrong,
        };
        if known {
            let score = found.map_or(WHOLE, Recognition::score);
            self.threshold = self.threshold.after(score);
        }
        Ok(outcome)
    }

    fn recognise(&self, sample: &[u8]) -> Result<Option<Recognition>, Self::Error> {
        check_sample(sample, self.params.features)?;
        self.recalled(sample)
    }
}
