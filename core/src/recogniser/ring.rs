//! A ring of samples with their labels: what an engineer would take, and what others are held against.

use super::item::{self, Query};
use super::recognition::{self, Nearest, Unit};
use super::threshold::Threshold;
use super::{
    MAX_FEATURES, MAX_ITEMS, MAX_LABELS, Outcome, ParamsError, Recogniser, RecogniserError,
    Recognition, check_buffer, check_label, check_sample, label, with_room,
};
use crate::memory::Writable;
use crate::rng::{self, Purpose};

/// Words before the items: how many there are; samples learned, low word first; the threshold.
const HEADER: usize = 4;
/// The most bits of a feature.
const MAX_BITS: u32 = 16;

/// What is kept of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Code {
    /// The high four bits of each feature; distances are sums of squared differences.
    Nibbles,
    /// L bits per feature, of which the first `x (L + 1) >> 8` are ones; distances are numbers of bits that differ (the
    /// thermometer code: sums of differences of levels).
    Thermometer {
        /// L, 1 to 16.
        bits: u32,
    },
}

/// Which item gives its place to a sample, once all are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Replacement {
    /// The oldest: a ring buffer.
    Fifo,
    /// One drawn at random, or none: after t samples each of them is kept with probability N / t (Vitter's algorithm R).
    Reservoir {
        /// Seed of the draws.
        seed: u64,
    },
    /// The oldest of the class that has most: of several such classes that of the sample itself, if it is among them, else
    /// that of the lowest label.
    Balanced,
}

/// Checked sizes of a ring of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RingParams {
    features: u32,
    items: u32,
    code: Code,
    replacement: Replacement,
}

impl RingParams {
    /// d `features`, 1 to 1,024; N `items`, 1 to 65,535.
    ///
    /// # Errors
    /// [`ParamsError::Features`], [`ParamsError::Items`], [`ParamsError::Bits`].
    pub const fn new(
        features: u32,
        items: u32,
        code: Code,
        replacement: Replacement,
    ) -> Result<Self, ParamsError> {
        if features == 0 || features > MAX_FEATURES {
            return Err(ParamsError::Features { features });
        }
        if items == 0 || items > MAX_ITEMS {
            return Err(ParamsError::Items { items });
        }
        if let Code::Thermometer { bits } = code
            && (bits == 0 || bits > MAX_BITS)
        {
            let most = MAX_BITS;
            return Err(ParamsError::Bits { bits, most });
        }
        Ok(Self {
            features,
            items,
            code,
            replacement,
        })
    }

    /// As many items as so many words hold.
    ///
    /// # Errors
    /// [`ParamsError::Features`], [`ParamsError::Bits`], [`ParamsError::Words`].
    pub const fn within(
        features: u32,
        words: usize,
        code: Code,
        replacement: Replacement,
    ) -> Result<Self, ParamsError> {
        let one = match Self::new(features, 1, code, replacement) {
            Ok(one) => one,
            Err(error) => return Err(error),
        };
        let least = one.words();
        if words < least {
            return Err(ParamsError::Words { words, least });
        }
        let items = super::items_within(words - HEADER, one.item_words(), 1);
        Self::new(features, items, code, replacement)
    }

    /// Features of a sample, d.
    #[must_use]
    pub const fn features(&self) -> u32 {
        self.features
    }

    /// Items, N.
    #[must_use]
    pub const fn items(&self) -> u32 {
        self.items
    }

    /// What is kept of a sample.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Which item gives its place.
    #[must_use]
    pub const fn replacement(&self) -> Replacement {
        self.replacement
    }

    /// Words of an item: `ceil(d / 8)` of nibbles, else `ceil(d L / 32)`.
    #[must_use]
    pub const fn item_words(&self) -> usize {
        match self.code {
            Code::Nibbles => item::words_for(self.features),
            Code::Thermometer { bits } => (self.features * bits).div_ceil(32) as usize,
        }
    }

    /// Words of the labels of all items: `ceil(N / 4)`.
    #[must_use]
    pub const fn label_words(&self) -> usize {
        self.items.div_ceil(4) as usize
    }

    /// Words of the one buffer: 4, then N items and their labels.
    #[must_use]
    pub const fn words(&self) -> usize {
        HEADER + self.items as usize * self.item_words() + self.label_words()
    }

    /// Words that a sample takes where distances are computed.
    const fn room(&self) -> usize {
        match self.code {
            Code::Nibbles => item::lanes_for(self.item_words()),
            Code::Thermometer { .. } => self.item_words(),
        }
    }

    /// Writes an item.
    fn encode(&self, sample: &[u8], item: &mut [u32]) {
        match self.code {
            Code::Nibbles => item::write(item, sample),
            Code::Thermometer { bits } => {
                item.fill(0);
                let mut at = 0u32;
                for &feature in sample {
                    let level = (u32::from(feature) * (bits + 1)) >> 8;
                    // At most 16 ones, which reach into two words.
                    let ones = ((1u64 << level) - 1) << (at % 32);
                    let place = (at / 32) as usize;
                    let words = item.iter_mut().skip(place);
                    for (word, part) in words.zip([ones as u32, (ones >> 32) as u32]) {
                        *word |= part;
                    }
                    at = at.wrapping_add(bits);
                }
            }
        }
    }
}

/// A sample as distances take it.
enum Cue<'a> {
    Nibbles(Query<'a>),
    Thermometer(&'a [u32]),
}

impl<'a> Cue<'a> {
    fn new(params: &RingParams, sample: &[u8], room: &'a mut [u32]) -> Self {
        match params.code {
            Code::Nibbles => Self::Nibbles(Query::new(sample, room)),
            Code::Thermometer { .. } => {
                params.encode(sample, room);
                Self::Thermometer(room)
            }
        }
    }

    fn distance(&self, item: &[u32]) -> u32 {
        match self {
            Self::Nibbles(query) => query.distance(item),
            Self::Thermometer(cue) => {
                let differ = cue.iter().zip(item).map(|(a, b)| (a ^ b).count_ones());
                differ.fold(0, u32::wrapping_add)
            }
        }
    }
}

/// The last samples with their labels, in the caller's buffer.
///
/// A new sample goes behind the others; the one that is replaced is taken out, and later ones move up: items are always in the
/// order in which they came.
#[derive(Clone, Debug)]
pub struct Ring<S> {
    params: RingParams,
    words: S,
}

impl<S: AsRef<[u32]>> Ring<S> {
    /// Views a buffer that holds a recogniser already. Any content is safe.
    ///
    /// # Errors
    /// [`RecogniserError::Buffer`] unless there are exactly [`RingParams::words`] words.
    pub fn open(params: RingParams, words: S) -> Result<Self, RecogniserError> {
        check_buffer(words.as_ref(), params.words())?;
        Ok(Self { params, words })
    }

    /// The sizes.
    #[must_use]
    pub fn params(&self) -> &RingParams {
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

    /// Samples learned so far, with those that have lost their places or had none.
    #[must_use]
    pub fn learned(&self) -> u64 {
        u64::from(self.word(1)) | u64::from(self.word(2)) << 32
    }

    /// Items in use, of N.
    #[must_use]
    pub fn items(&self) -> u32 {
        self.word(0).min(self.params.items)
    }

    /// The items of a class; 0 for a label that there is not.
    #[must_use]
    pub fn items_of(&self, label: u8) -> u32 {
        let of = |&place: &usize| self.label(place) == Some(label);
        (0..self.items() as usize).filter(of).count() as u32
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
        self.distances(sample, |label, distance| nearest.take(label, distance));
        Ok(Recognition::of(&nearest, Unit::One, self.set_threshold()))
    }

    /// Hands over label and distance of each item, the newest first.
    fn distances(&self, sample: &[u8], mut take: impl FnMut(u8, u32)) {
        with_room(self.params.room(), |room| {
            let cue = Cue::new(&self.params, sample, room);
            let size = self.params.item_words();
            let words = self.words.as_ref().get(HEADER..).unwrap_or(&[]);
            let taken = (self.items() as usize).saturating_mul(size);
            let items = words.get(..taken).unwrap_or(&[]).chunks_exact(size.max(1));
            let labels = self.labels();
            // Counted by hand: the length of chunks, which `rev` of `enumerate` asks for each time, is a division.
            let mut place = self.items() as usize;
            for item in items.rev() {
                place = place.saturating_sub(1);
                if let Some(label) = label::decode(label::byte(labels, place)) {
                    take(label, cue.distance(item));
                }
            }
        });
    }

    fn set_threshold(&self) -> Threshold {
        Threshold::of(self.word(3))
    }

    fn word(&self, at: usize) -> u32 {
        self.words.as_ref().get(at).copied().unwrap_or(0)
    }

    fn label(&self, place: usize) -> Option<u8> {
        label::decode(label::byte(self.labels(), place))
    }

    fn labels(&self) -> &[u32] {
        self.words.as_ref().get(self.labels_at()..).unwrap_or(&[])
    }

    fn labels_at(&self) -> usize {
        let words = self.params.words();
        words.saturating_sub(self.params.label_words())
    }

    /// The oldest item of the largest class.
    fn oldest_of_largest(&self, own: u8) -> Option<usize> {
        let mut counts = [0u32; MAX_LABELS as usize];
        let labels = self.labels();
        let of = |place| label::decode(label::byte(labels, place));
        let places = 0..self.items() as usize;
        for label in places.clone().filter_map(of) {
            if let Some(count) = counts.get_mut(usize::from(label)) {
                *count = count.wrapping_add(1);
            }
        }
        let mut largest = own;
        let mut most = counts.get(usize::from(own)).copied().unwrap_or(0);
        for (label, &count) in (0..).zip(&counts) {
            if count > most {
                (largest, most) = (label, count);
            }
        }
        let mut places = places;
        places.find(|&place| of(place) == Some(largest))
    }

    /// Which place is given up by a full ring; none where the sample is not kept.
    fn given_up(&self, label: u8) -> Option<usize> {
        match self.params.replacement {
            Replacement::Fifo => Some(0),
            Replacement::Reservoir { seed } => {
                let learned = self.learned();
                let (high, low) = ((learned >> 32) as u32, learned as u32);
                let mut draws = rng::stream(seed, Purpose::SAMPLE, high, low);
                let drawn = rng::below_u64(&mut draws, learned.saturating_add(1));
                (drawn < u64::from(self.params.items)).then_some(drawn as usize)
            }
            Replacement::Balanced => self.oldest_of_largest(label),
        }
    }
}

impl<S: AsRef<[u32]>> Ring<S> {
    /// Makes an empty recogniser in the buffer. What the buffer held is lost; [`Ring::open`] keeps it.
    ///
    /// # Errors
    /// [`RecogniserError::Buffer`] unless there are exactly [`RingParams::words`] words.
    pub fn new(params: RingParams, words: S) -> Result<Self, RecogniserError>
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
    /// label from 16 on. Nothing is learned then.
    pub fn learn(&mut self, sample: &[u8], label: u8) -> Result<Outcome, RecogniserError>
    where
        S: Writable,
    {
        check_sample(sample, self.params.features)?;
        check_label(label, MAX_LABELS)?;
        let (mut own, mut other) = (None, None);
        let mut classes = 0u16;
        self.distances(sample, |of, distance| {
            classes |= 1 << (of & 15);
            let nearest: &mut Option<u32> = if of == label { &mut own } else { &mut other };
            *nearest = Some(nearest.map_or(distance, |nearest| nearest.min(distance)));
        });
        let known = classes.count_ones() as usize;
        let (outcome, threshold) =
            recognition::judged(own, other, known, Unit::One, self.set_threshold());
        let items = self.items() as usize;
        let labels = self.labels();
        let silent = |&place: &usize| label::decode(label::byte(labels, place)).is_none();
        let silent = (0..items).find(silent);
        let kept = match silent {
            Some(place) => Some(Some(place)),
            None if items < self.params.items as usize => Some(None),
            None => self.given_up(label).map(Some),
        };
        match kept {
            Some(Some(place)) => self.put_last(place, items, sample, label),
            Some(None) => self.put_last(items, items.saturating_add(1), sample, label),
            None => {}
        }
        let learned = self.learned().saturating_add(1);
        let header = [learned as u32, (learned >> 32) as u32, threshold.word()];
        for (word, value) in self.words.as_mut().iter_mut().skip(1).zip(header) {
            *word = value;
        }
        Ok(outcome)
    }

    /// Takes the item of a place out, and puts the sample behind the others, which are so many then.
    fn put_last(&mut self, place: usize, items: usize, sample: &[u8], of: u8)
    where
        S: Writable,
    {
        let params = self.params;
        let (size, labels_at) = (params.item_words(), self.labels_at());
        let words = self.words.as_mut();
        if let Some(word) = words.first_mut() {
            *word = items as u32;
        }
        let last = items.saturating_sub(1);
        let (rows, labels) = words.split_at_mut_checked(labels_at).unwrap_or_default();
        let rows = rows.get_mut(HEADER..).unwrap_or(&mut []);
        let (from, to) = (place.saturating_mul(size), last.saturating_mul(size));
        if let Some(moved) = rows.get_mut(from..to.saturating_add(size))
            && size <= moved.len()
        {
            moved.copy_within(size.., 0);
        }
        for at in place..last {
            let next = label::byte(labels, at.saturating_add(1));
            label::set_byte(labels, at, next);
        }
        let row = rows.get_mut(to..).unwrap_or(&mut []);
        params.encode(sample, row.get_mut(..size).unwrap_or(&mut []));
        label::set_byte(labels, last, label::encode(of));
    }
}

impl<S: AsRef<[u32]> + AsMut<[u32]>> Recogniser for Ring<S> {
    type Error = RecogniserError;

    fn features(&self) -> u32 {
        self.params.features
    }

    fn labels(&self) -> u32 {
        MAX_LABELS
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
