//! Checked sizes.

use super::super::item;
use super::super::{MAX_FEATURES, MAX_ITEMS, ParamsError, items_within};
use crate::rng::{Key, Purpose};

/// Words before the items: how many there are and where a search for the least useful starts; words drawn; the threshold.
pub(super) const HEADER: usize = 3;
/// The most usefulness.
pub(super) const MOST_USEFUL: u8 = 15;
/// Bytes in a word: labels and usefulness.
const IN_WORD: u32 = 4;

/// Checked sizes of a growing recogniser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct GrowParams {
    features: u32,
    items: u32,
    seed: u64,
    fading: u8,
    /// What the seed gives.
    key: Key,
}

impl GrowParams {
    /// d `features`, 1 to 1,024; N `items`, 1 to 65,535; seed 0.
    ///
    /// # Errors
    /// [`ParamsError::Features`], [`ParamsError::Items`].
    pub const fn new(features: u32, items: u32) -> Result<Self, ParamsError> {
        if features == 0 || features > MAX_FEATURES {
            return Err(ParamsError::Features { features });
        }
        if items == 0 || items > MAX_ITEMS {
            return Err(ParamsError::Items { items });
        }
        Ok(Self {
            features,
            items,
            seed: 0,
            fading: 0,
            key: Key::new(0, Purpose::MOVE),
        })
    }

    /// As many items as so many words hold.
    ///
    /// # Errors
    /// [`ParamsError::Features`], [`ParamsError::Words`].
    pub const fn within(features: u32, words: usize) -> Result<Self, ParamsError> {
        let one = match Self::new(features, 1) {
            Ok(one) => one,
            Err(error) => return Err(error),
        };
        if words < one.words() {
            let least = one.words();
            return Err(ParamsError::Words { words, least });
        }
        let items = items_within(words - HEADER, one.item_words(), 2);
        Self::new(features, items)
    }

    /// The seed of the random rounding.
    #[must_use]
    pub const fn seed(self, seed: u64) -> Self {
        Self {
            seed,
            key: Key::new(seed, Purpose::MOVE),
            ..self
        }
    }

    /// The seed that was set.
    #[must_use]
    pub const fn rounding_seed(&self) -> u64 {
        self.seed
    }

    /// How fast usefulness fades: with every sample learned by a full memory one item, each in its turn, loses so many of its
    /// points, of which it has up to 15. 0, which is where this starts, keeps what has proved useful for ever. 15 is for streams in
    /// which classes move into each other's place: in 4,096 bytes .914 of the UCI digits that do are recognised in place of .848, and
    /// .968 in place of .972 of those that do not.
    ///
    /// # Errors
    /// [`ParamsError::Fading`] above 15.
    pub const fn fading(self, points: u32) -> Result<Self, ParamsError> {
        if points > MOST_USEFUL as u32 {
            return Err(ParamsError::Fading { points });
        }
        Ok(Self {
            fading: points as u8,
            ..self
        })
    }

    /// Points of usefulness that an item loses in its turn.
    #[must_use]
    pub const fn fades(&self) -> u32 {
        self.fading as u32
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

    /// The key of the random rounding.
    pub(super) const fn key(&self) -> Key {
        self.key
    }

    /// Words of an item: `ceil(d / 8)`.
    #[must_use]
    pub const fn item_words(&self) -> usize {
        item::words_for(self.features)
    }

    /// Words of the labels of all items, and of their usefulness: `ceil(N / 4)`.
    #[must_use]
    pub const fn label_words(&self) -> usize {
        self.items.div_ceil(IN_WORD) as usize
    }

    /// Words of the one buffer: 3, then N items, their labels and their usefulness.
    #[must_use]
    pub const fn words(&self) -> usize {
        HEADER + self.items as usize * self.item_words() + 2 * self.label_words()
    }
}
