//! One item per class: its mean.

use super::recognition::{self, Nearest, Unit};
use super::threshold::Threshold;
use super::{
    MAX_FEATURES, MAX_LABELS, Outcome, ParamsError, Recogniser, RecogniserError, Recognition,
    check_buffer, check_label, check_sample,
};
use crate::memory::Writable;

/// The longest window.
const MAX_WINDOW: u32 = 256;
/// Bits of a rate.
const RATE: u32 = 15;

/// Checked sizes of a recogniser by means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct MeansParams {
    features: u32,
    labels: u32,
    window: u32,
}

impl MeansParams {
    /// d `features`, 1 to 1,024; C `labels`, 1 to 16; a `window` of 1 to 256 samples: how far back a mean reaches. The first
    /// that many samples of a class weigh alike, from then on each new one weighs as much as that share.
    ///
    /// # Errors
    /// [`ParamsError::Features`], [`ParamsError::Labels`], [`ParamsError::Window`].
    pub const fn new(features: u32, labels: u32, window: u32) -> Result<Self, ParamsError> {
        if features == 0 || features > MAX_FEATURES {
            return Err(ParamsError::Features { features });
        }
        if labels == 0 || labels > MAX_LABELS {
            return Err(ParamsError::Labels { labels });
        }
        if window == 0 || window > MAX_WINDOW {
            let most = MAX_WINDOW;
            return Err(ParamsError::Window { window, most });
        }
        Ok(Self {
            features,
            labels,
            window,
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

    /// Samples that a mean reaches back.
    #[must_use]
    pub const fn window(&self) -> u32 {
        self.window
    }

    /// Words of a mean: `ceil(d / 2)`.
    #[must_use]
    pub const fn mean_words(&self) -> usize {
        self.features.div_ceil(2) as usize
    }

    /// Words of the one buffer: 1 for the threshold, then C counts of samples, two to a word, and C means.
    #[must_use]
    pub const fn words(&self) -> usize {
        self.means_at() + self.labels as usize * self.mean_words()
    }

    const fn means_at(&self) -> usize {
        1 + self.labels.div_ceil(2) as usize
    }
}

/// The mean of each class, in the caller's buffer: for little memory and few samples. 64 features of four classes take 524
/// bytes.
///
/// A mean is the running one of 16 bits per feature, eight of them a fraction. Where a class has several clusters, or drifts
/// faster than the window, other recognisers are better. Distances are sums of squared differences of 8-bit features: 256 times
/// those of [`Grow`](super::Grow), and scores are in the same units.
#[derive(Clone, Debug)]
pub struct Means<S> {
    params: MeansParams,
    words: S,
}

impl<S: AsRef<[u32]>> Means<S> {
    /// Views a buffer that holds a recogniser already. Any content is safe.
    ///
    /// # Errors
    /// [`RecogniserError::Buffer`] unless there are exactly [`MeansParams::words`] words.
    pub fn open(params: MeansParams, words: S) -> Result<Self, RecogniserError> {
        check_buffer(words.as_ref(), params.words())?;
        Ok(Self { params, words })
    }

    /// The sizes.
    #[must_use]
    pub fn params(&self) -> &MeansParams {
        &self.params
    }

    /// The whole state.
    #[must_use]
    pub fn words(&self) -> &[u32] {
        self.words.as_ref()
    }

    /// Gives the buffer back.
    #[must_use]
    pub fn into_words(self) -> S {
        self.words
    }

    /// Samples of a class that its mean reaches back, at most the window; 0 for a label that there is not.
    #[must_use]
    pub fn samples_of(&self, label: u8) -> u32 {
        if u32::from(label) >= self.params.labels {
            return 0;
        }
        let at = usize::from(label / 2).saturating_add(1);
        let word = self.words.as_ref().get(at).copied().unwrap_or(0);
        half(word, usize::from(label)).min(self.params.window)
    }

    /// The score above which a sample is unknown; none before there is one.
    #[must_use]
    pub fn threshold(&self) -> Option<u32> {
        self.set_threshold().shown()
    }

    /// Recognises a sample; nothing in an empty memory. Changes nothing.
    ///
    /// # Errors
    /// [`RecogniserError::Sample`] for a sample of another number of features than d.
    pub fn recognise(&self, sample: &[u8]) -> Result<Option<Recognition>, RecogniserError> {
        check_sample(sample, self.params.features)?;
        let mut nearest = Nearest::NONE;
        for label in self.known() {
            nearest.take(label, self.distance(label, sample));
        }
        Ok(Recognition::of(&nearest, Unit::Part, self.set_threshold()))
    }

    fn set_threshold(&self) -> Threshold {
        Threshold::of(self.words.as_ref().first().copied().unwrap_or(0))
    }

    fn known(&self) -> impl Iterator<Item = u8> {
        (0..self.params.labels as u8).filter(|&label| self.samples_of(label) > 0)
    }

    fn distance(&self, label: u8, sample: &[u8]) -> u32 {
        let start = start(&self.params, label);
        let mean = self.words.as_ref().get(start..).unwrap_or(&[]);
        // In pairs of a known length: the number of `chunks`, which `zip` asks for, is a division to builds for size.
        let (pairs, last) = sample.as_chunks::<2>();
        let mut sum = 0u32;
        for (&word, &[low, high]) in mean.iter().zip(pairs) {
            let both = square(half(word, 0), low).wrapping_add(square(half(word, 1), high));
            sum = sum.wrapping_add(both);
        }
        if let (Some(&word), Some(&last)) = (mean.get(pairs.len()), last.first()) {
            sum = sum.wrapping_add(square(half(word, 0), last));
        }
        sum
    }
}

/// The squared difference of a mean and a feature. The mean is at most 256 where no learning has made it: sums are below 2^27.
const fn square(mean: u32, feature: u8) -> u32 {
    let difference = (mean.wrapping_add(128) >> 8).abs_diff(feature as u32);
    difference.wrapping_mul(difference)
}

/// A mean moved towards a feature.
const fn moved(mean: u32, feature: u8, rate: i32) -> u32 {
    // Below 2^16 of either sign: the product is one of 32 bits.
    let error = 256 * feature as i32 - mean as i32;
    let step = error.wrapping_mul(rate).wrapping_add(1 << (RATE - 1)) >> RATE;
    (mean as i32).wrapping_add(step) as u32
}

/// Where the mean of a label starts.
const fn start(params: &MeansParams, label: u8) -> usize {
    let before = (label as usize).saturating_mul(params.mean_words());
    before.saturating_add(params.means_at())
}

/// The low half of a word for an even index, else the high one.
const fn half(word: u32, index: usize) -> u32 {
    word >> (16 * (index as u32 & 1)) & 0xffff
}

impl<S: AsRef<[u32]>> Means<S> {
    /// Makes an empty recogniser in the buffer. What the buffer held is lost; [`Means::open`] keeps it.
    ///
    /// # Errors
    /// [`RecogniserError::Buffer`] unless there are exactly [`MeansParams::words`] words.
    pub fn new(params: MeansParams, words: S) -> Result<Self, RecogniserError>
    where
        S: Writable,
    {
        let mut recogniser = Self::open(params, words)?;
        recogniser.words.as_mut().fill(0);
        Ok(recogniser)
    }

    /// Learns a sample of a class, new or known, and tells what it would have been recognised as.
    ///
    /// # Errors
    /// [`RecogniserError::Sample`] for a sample of another number of features than d, [`RecogniserError::Label`] for a
    /// label that there is not. Nothing is learned then.
    pub fn learn(&mut self, sample: &[u8], label: u8) -> Result<Outcome, RecogniserError>
    where
        S: Writable,
    {
        check_sample(sample, self.params.features)?;
        check_label(label, self.params.labels)?;
        let seen = self.samples_of(label);
        let others = self.known().filter(|&other| other != label);
        let other = others.map(|other| self.distance(other, sample)).min();
        let own = (seen > 0).then(|| self.distance(label, sample));
        let classes = self.known().count();
        let (outcome, threshold) =
            recognition::judged(own, other, classes, Unit::Part, self.set_threshold());
        let count = seen.saturating_add(1).min(self.params.window);
        let rate = (1 << RATE) / count.max(1) as i32;
        let start = start(&self.params, label);
        let words = self.words.as_mut();
        if let Some(word) = words.first_mut() {
            *word = threshold.word();
        }
        if let Some(word) = words.get_mut(usize::from(label / 2).saturating_add(1)) {
            *word = with_half(*word, usize::from(label), count);
        }
        let mean = words.get_mut(start..).unwrap_or(&mut []);
        let (pairs, last) = sample.as_chunks::<2>();
        for (word, &[low, high]) in mean.iter_mut().zip(pairs) {
            let low = moved(half(*word, 0), low, rate) & 0xffff;
            *word = low | moved(half(*word, 1), high, rate) << 16;
        }
        if let (Some(word), Some(&last)) = (mean.get_mut(pairs.len()), last.first()) {
            *word = with_half(*word, 0, moved(half(*word, 0), last, rate));
        }
        Ok(outcome)
    }
}

const fn with_half(word: u32, index: usize, value: u32) -> u32 {
    let shift = 16 * (index as u32 & 1);
    word & !(0xffff << shift) | (value & 0xffff) << shift
}

impl<S: AsRef<[u32]> + AsMut<[u32]>> Recogniser for Means<S> {
    type Error = RecogniserError;

    fn features(&self) -> u32 {
        self.params.features
    }

    fn labels(&self) -> u32 {
        self.params.labels
    }

    fn state_words(&self) -> usize {
        self.params.words()
    }

    fn threshold(&self) -> Option<u32> {
        Self::threshold(self)
    }

    fn learn(&mut self, sample: &[u8], label: u8) -> Result<Outcome, RecogniserError> {
        Self::learn(self, sample, label)
    }

    fn recognise(&self, sample: &[u8]) -> Result<Option<Recognition>, RecogniserError> {
        Self::recognise(self, sample)
    }
}
