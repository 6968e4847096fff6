//! Sizes of a ring of polar codes, checked once.

use super::code::{CHECK_BITS, MAX_LOG, last_stored};
use crate::bits::{self, WORD_BITS};
use crate::real;
use crate::ring::{COUNTER_WORDS, ParamsError, PolarSize};

/// The most visible units.
const MAX_VISIBLE: u32 = 1 << MAX_LOG;
/// The most paths of a list.
pub(super) const MAX_LIST: u32 = 32;
/// The most words of a state, 2 GiB.
const MAX_WORDS: u32 = 1 << 29;
/// The most bits of a sketch unless told otherwise.
const USUAL_SKETCH: u32 = 64;
/// Paths of a list unless told otherwise.
const USUAL_LIST: u32 = 8;

/// Checked sizes of a [ring of polar codes](super::Polar).
///
/// ```
/// use slotless_core::ring::PolarParams;
/// // Patterns of 100 ones in 1,000 units: 448 bits each.
/// const PARAMS: PolarParams = match PolarParams::builder(1000, 892).active(100).build() {
///     Ok(params) => params,
///     Err(_) => panic!("sizes out of range"),
/// };
/// assert_eq!((PARAMS.sketch(), PARAMS.group(), PARAMS.parities()), (64, 7, 378));
/// assert_eq!(PARAMS.words(), 2 + 892 * 14);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PolarParams {
    visible: u32,
    active: u32,
    slots: u32,
    sketch: u32,
    parities: u32,
    list: u32,
    group: u32,
    last_stored: u32,
}

/// Settings on their way to [`PolarParams`]; made by [`PolarParams::builder`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct PolarParamsBuilder {
    visible: u32,
    active: u32,
    slots: u32,
    sketch: Option<u32>,
    parities: Option<u32>,
    list: u32,
}

impl PolarParams {
    /// Starts from the sizes: n `visible` units, 2 to 4,096, and K `slots`.
    ///
    /// The other settings start as n / 10 ones a pattern (at least 1), 64 bits of a sketch or as many as there are groups of
    /// units for, parities that make a cue of half the ones enough, and 8 paths.
    pub const fn builder(visible: u32, slots: u32) -> PolarParamsBuilder {
        PolarParamsBuilder {
            visible,
            active: if visible < 20 { 1 } else { visible / 10 },
            slots,
            sketch: None,
            parities: None,
            list: USUAL_LIST,
        }
    }

    /// Visible units, n.
    #[must_use]
    pub const fn visible(&self) -> u32 {
        self.visible
    }

    /// Ones of a pattern, s.
    #[must_use]
    pub const fn active(&self) -> u32 {
        self.active
    }

    /// Slots, K.
    #[must_use]
    pub const fn slots(&self) -> u32 {
        self.slots
    }

    /// Bits of a sketch, T.
    #[must_use]
    pub const fn sketch(&self) -> u32 {
        self.sketch
    }

    /// Parities, M.
    #[must_use]
    pub const fn parities(&self) -> u32 {
        self.parities
    }

    /// The most paths that decoding goes on with, L.
    #[must_use]
    pub const fn list(&self) -> u32 {
        self.list
    }

    /// Units of a bit of the sketch, g: so many that about half of all bits are ones.
    #[must_use]
    pub const fn group(&self) -> u32 {
        self.group
    }

    /// Length of the polar code, N: the least power of two from n on, at least 32.
    #[must_use]
    pub const fn length(&self) -> u32 {
        length(self.visible)
    }

    /// Words of a slot: `ceil((T + M + 6) / 32)`, 6 bits being a check.
    #[must_use]
    pub const fn slot_words(&self) -> usize {
        bits::words_for(self.sketch + self.parities + CHECK_BITS)
    }

    /// Words of the memory's one buffer: 2 for the number learned, then those of K slots.
    #[must_use]
    pub const fn words(&self) -> usize {
        COUNTER_WORDS + self.slots as usize * self.slot_words()
    }

    /// Words of scratch that recalling takes: about `(L + 1) N`, and an eighth of that. It may be longer.
    #[must_use]
    pub const fn scratch_words(&self) -> usize {
        3 * bits::words_for(self.visible)
            + 3 * bits::words_for(self.sketch)
            + 2 * bits::words_for(self.length())
            + self.ratios()
            + self.bit_words()
    }

    /// Log likelihood ratios that decoding takes: N, and of each path half as many for each depth below.
    pub(super) const fn ratios(&self) -> usize {
        let length = self.length() as usize;
        length + self.list as usize * (length - 1)
    }

    /// Words of a path's bits, of all depths: those of N, half as many and so on, and five of single ones.
    pub(super) const fn path_words(&self) -> usize {
        2 * bits::words_for(self.length()) + 4
    }

    /// Words of all paths' bits, of left halves and of right ones.
    pub(super) const fn bit_words(&self) -> usize {
        2 * self.list as usize * self.path_words()
    }

    /// Units in groups, `T g`; those from there on are in none.
    pub(super) const fn grouped(&self) -> u32 {
        self.sketch * self.group
    }

    /// The bit of the sketch that a unit is in, `(unit + unit / T) % T`: neighbours are in different groups, and units of a group
    /// not a power of two apart, as those are that the code takes together.
    pub(super) const fn group_of(&self, unit: u32) -> Option<u32> {
        if unit >= self.grouped() {
            return None;
        }
        match unit.checked_div(self.sketch) {
            Some(row) => unit.wrapping_add(row).checked_rem(self.sketch),
            None => None,
        }
    }

    /// Writes the sketch of a pattern to the first of these words.
    pub(super) fn sketch_of(&self, pattern: &[u32], sketch: &mut [u32]) {
        sketch.fill(0);
        for group in bits::ones(pattern).filter_map(|unit| self.group_of(unit)) {
            bits::set(sketch, group);
        }
    }

    /// What marks the stored positions.
    pub(super) const fn last_stored(&self) -> u32 {
        self.last_stored
    }
}

impl PolarParamsBuilder {
    /// Ones of a pattern, s: 1 to n - 1.
    pub const fn active(mut self, active: u32) -> Self {
        self.active = active;
        self
    }

    /// Bits of a sketch, T: 1 to n / g, each of which says whether one of g units is on.
    pub const fn sketch(mut self, bits: u32) -> Self {
        self.sketch = Some(bits);
        self
    }

    /// Parities, M: 1 to N. The fewer, the more of a pattern a cue must have.
    pub const fn parities(mut self, parities: u32) -> Self {
        self.parities = Some(parities);
        self
    }

    /// The most paths that decoding goes on with, L: 1 to 32. More of them decode from smaller cues, and cost as much more.
    pub const fn list(mut self, paths: u32) -> Self {
        self.list = paths;
        self
    }

    /// Checks the sizes.
    ///
    /// # Errors
    /// [`ParamsError::Polar`], [`ParamsError::Slots`].
    pub const fn build(self) -> Result<PolarParams, ParamsError> {
        let Self {
            visible,
            active,
            slots,
            sketch,
            parities,
            list,
        } = self;
        if let Err(error) = within(PolarSize::Visible, visible, 2, MAX_VISIBLE) {
            return Err(error);
        }
        if let Err(error) = within(PolarSize::Active, active, 1, visible - 1) {
            return Err(error);
        }
        let group = group(visible, active);
        let groups = match visible.checked_div(group) {
            Some(groups) => groups,
            None => 1,
        };
        let sketch = match sketch {
            Some(sketch) => sketch,
            None if groups < USUAL_SKETCH => groups,
            None => USUAL_SKETCH,
        };
        if let Err(error) = within(PolarSize::Sketch, sketch, 1, groups) {
            return Err(error);
        }
        let parities = match parities {
            Some(parities) => parities,
            None => usual_parities(visible, active, sketch),
        };
        let length = length(visible);
        if let Err(error) = within(PolarSize::Parities, parities, 1, length) {
            return Err(error);
        }
        if let Err(error) = within(PolarSize::List, list, 1, MAX_LIST) {
            return Err(error);
        }
        let size = bits::words_for(sketch + parities + CHECK_BITS) as u32;
        let most = match (MAX_WORDS - COUNTER_WORDS as u32).checked_div(size) {
            Some(most) => most,
            None => 0,
        };
        if slots == 0 || slots > most {
            return Err(ParamsError::Slots { slots, most });
        }
        Ok(PolarParams {
            visible,
            active,
            slots,
            sketch,
            parities,
            list,
            group,
            last_stored: last_stored(length, parities),
        })
    }
}

/// Checks a size.
const fn within(size: PolarSize, value: u32, least: u32, most: u32) -> Result<(), ParamsError> {
    if value < least || value > most {
        return Err(ParamsError::Polar {
            size,
            value,
            least,
            most,
        });
    }
    Ok(())
}

const fn length(visible: u32) -> u32 {
    let length = visible.next_power_of_two();
    if length < WORD_BITS {
        WORD_BITS
    } else {
        length
    }
}

/// The least g for which `q^(2 g + 1)` is at most a quarter, q being the share of zeros, or n: in about half of all patterns g units
/// are all zero.
const fn group(visible: u32, active: u32) -> u32 {
    let zeros = share(visible - active, visible);
    let square = (zeros * zeros) >> 31;
    let mut power = (zeros * square) >> 31;
    let mut group = 1;
    while power > 1 << 29 && group < visible {
        power = (power * square) >> 31;
        group += 1;
    }
    group
}

/// `part / whole` in 2^-31; 0 of nothing.
pub(super) const fn share(part: u32, whole: u32) -> u64 {
    match ((part as u64) << 31).checked_div(whole as u64) {
        Some(share) => share,
        None => 0,
    }
}

/// As many as fill up the last word, from what a cue of half the ones was measured to need.
///
/// Those ones leave `m h(r / m)` bits open, of `m = n - floor(s / 2)` units r ones, h being the entropy of a bit. Of a longer code
/// decoding wastes more of its parities: of these bits it takes `1 + (log2 N - 7) / 12`.
const fn usual_parities(visible: u32, active: u32, sketch: u32) -> u32 {
    let units = visible - active / 2;
    let ones = active - active / 2;
    // In 2^-32 nats: `m ln m - r ln r - (m - r) ln(m - r)`.
    let nats = entropy_part(units) - entropy_part(ones) - entropy_part(units - ones);
    // 1 / ln 2 in 2^-16.
    let bits = ((nats >> 16) * 94_548) >> 32;
    let length = length(visible);
    let needed = (bits * (length.trailing_zeros() as u64 + 5)).div_ceil(12) as u32;
    let before = sketch + CHECK_BITS;
    let parities = (before + needed).div_ceil(WORD_BITS) * WORD_BITS - before;
    if parities > length { length } else { parities }
}

/// `x ln x` in 2^-32.
const fn entropy_part(x: u32) -> u64 {
    x as u64 * real::ln_of_integer((x as u64) << 31)
}
