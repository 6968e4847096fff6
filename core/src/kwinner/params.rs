//! Sizes and rules of a K-winner MHN, checked once.

use core::marker::PhantomData;

use crate::bits;
use crate::kwinner::wiring::{Lent, Random, Wiring, WiringKind};
use crate::kwinner::{NetworkError, ParamsError};
use crate::rng::Key;
use crate::structured::Structured;
use crate::weight::{self, Rate, Rounding, Width};

/// Words of a network's buffer before its rows: the number of patterns learned, low word first.
pub(crate) const COUNTER_WORDS: usize = 2;

/// How the winners of a learning step are chosen; recall always takes the k largest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Assignment {
    /// The k hidden units with the largest potentials.
    #[default]
    Competitive,
    /// k hidden units drawn at random: the random-k control.
    RandomK,
}

/// Checked parameters of a K-winner MHN with weights of width `W` and wiring `G`.
///
/// Made by [`Params::builder`], in a `const` where the buffer is to be static.
///
/// ```
/// use slotless_core::{kwinner::Params, weight::U8};
/// const PARAMS: Params<U8> = match Params::<U8>::builder(256, 64).fan_in(32).winners(8).active(32).rate(19_661).build() {
///     Ok(params) => params,
///     Err(_) => panic!("parameters out of range"),
/// };
/// static MEMORY: [u32; PARAMS.words()] = [0; PARAMS.words()];
/// assert_eq!(MEMORY.len(), 2 + 64 * 8 + 64 * 8);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "super::Settings", try_from = "super::Settings"),
    serde(bound = "W: Width, G: super::wiring::Seeded")
)]
pub struct Params<W, G = Random> {
    visible: u32,
    hidden: u32,
    fan_in: u32,
    winners: u32,
    active: u32,
    rate: Rate,
    rounding: Rounding,
    assignment: Assignment,
    seed: u64,
    wiring: G,
    width: PhantomData<W>,
}

/// Settings on their way to [`Params`]; made by [`Params::builder`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct ParamsBuilder<W, G = Random> {
    visible: u32,
    hidden: u32,
    fan_in: u32,
    winners: u32,
    active: u32,
    rate: u32,
    rounding: Rounding,
    assignment: Assignment,
    seed: u64,
    types: PhantomData<(W, G)>,
}

impl<W: Width> Params<W> {
    /// Starts from the sizes: `visible` units n_i and `hidden` units n_h.
    ///
    /// The other settings start as a 1-winner MHN: fan-in n_i, 1 winner, rate 1, n_i / 10 active units (at least 1),
    /// nearest rounding, competitive assignment, seed 0, random wiring.
    pub const fn builder(visible: u32, hidden: u32) -> ParamsBuilder<W> {
        ParamsBuilder {
            visible,
            hidden,
            fan_in: visible,
            winners: 1,
            active: if visible < 20 { 1 } else { visible / 10 },
            rate: 65536,
            rounding: Rounding::Nearest,
            assignment: Assignment::Competitive,
            seed: 0,
            types: PhantomData,
        }
    }

    /// The same sizes and rules with [structured](crate::structured) wiring.
    ///
    /// # Errors
    /// [`ParamsError::Structured`] for an n_h that has no wiring as good as random.
    pub const fn structured(self) -> Result<Params<W, Structured>, ParamsError> {
        match Structured::new(self.visible, self.hidden, self.fan_in, self.seed) {
            Some(wiring) => Ok(self.with(wiring)),
            None => Err(ParamsError::Structured {
                visible: self.visible,
                hidden: self.hidden,
                fan_in: self.fan_in,
            }),
        }
    }

    /// The same network with its masks outside its buffer, such as in flash: n_h rows of [`Params::pattern_words`] words, or
    /// none where m = n_i.
    ///
    /// # Errors
    /// [`NetworkError::Masks`] unless there are exactly as many words. Any content is safe.
    pub const fn lend_masks(self, masks: &[u32]) -> Result<Params<W, Lent<'_>>, NetworkError> {
        let expected = self.all_mask_words();
        if masks.len() != expected {
            let got = masks.len();
            return Err(NetworkError::Masks { got, expected });
        }
        Ok(self.with(Lent { masks }))
    }
}

impl<W: Width, G: Wiring> Params<W, G> {
    /// The same sizes and rules with another wiring.
    const fn with<H: Copy>(self, wiring: H) -> Params<W, H> {
        Params {
            visible: self.visible,
            hidden: self.hidden,
            fan_in: self.fan_in,
            winners: self.winners,
            active: self.active,
            rate: self.rate,
            rounding: self.rounding,
            assignment: self.assignment,
            seed: self.seed,
            wiring,
            width: PhantomData,
        }
    }

    /// Who is wired to whom.
    #[must_use]
    pub const fn wiring(&self) -> &G {
        &self.wiring
    }

    /// Visible units, n_i.
    #[must_use]
    pub const fn visible(&self) -> u32 {
        self.visible
    }

    /// Hidden units, n_h.
    #[must_use]
    pub const fn hidden(&self) -> u32 {
        self.hidden
    }

    /// Visible units wired to each hidden unit, m.
    #[must_use]
    pub const fn fan_in(&self) -> u32 {
        self.fan_in
    }

    /// Winners, k.
    #[must_use]
    pub const fn winners(&self) -> u32 {
        self.winners
    }

    /// Ones of a recalled pattern, s.
    #[must_use]
    pub const fn active(&self) -> u32 {
        self.active
    }

    /// Learning rate, eps.
    #[must_use]
    pub const fn rate(&self) -> Rate {
        self.rate
    }

    /// Rounding of the learning step.
    #[must_use]
    pub const fn rounding(&self) -> Rounding {
        self.rounding
    }

    /// How learning chooses its winners.
    #[must_use]
    pub const fn assignment(&self) -> Assignment {
        self.assignment
    }

    /// Seed of wiring, start weights, ties and dither.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// Words of a packed pattern: `ceil(n_i / 32)`.
    #[must_use]
    pub const fn pattern_words(&self) -> usize {
        bits::words_for(self.visible)
    }

    /// Words of one weight row: `ceil(m BITS / 32)` for the weights of a hidden unit, and with structured wiring
    /// `ceil(n_h BITS / 32)` for those of a block.
    #[must_use]
    pub const fn row_words(&self) -> usize {
        let slots = if G::BLOCKS { self.hidden } else { self.fan_in };
        slots.div_ceil(W::PER_WORD) as usize
    }

    /// Whether every hidden unit sees every visible one: then there are no masks, and slot j is that of visible unit j.
    pub(crate) const fn sees_all(&self) -> bool {
        self.fan_in == self.visible
    }

    /// Words of the network's one buffer: 2 for the number learned, then `n_h` mask rows if the wiring keeps them there and
    /// `m < n_i`, then the weight rows, `n_h` or with structured wiring `m`.
    #[must_use]
    pub const fn words(&self) -> usize {
        COUNTER_WORDS + self.mask_words() + self.weight_words()
    }

    /// Words of all weights.
    pub(crate) const fn weight_words(&self) -> usize {
        let rows = if G::BLOCKS { self.fan_in } else { self.hidden };
        rows as usize * self.row_words()
    }

    /// Words of all masks, wherever they are.
    pub(crate) const fn all_mask_words(&self) -> usize {
        if matches!(G::KIND, WiringKind::Structured) || self.sees_all() {
            0
        } else {
            self.hidden as usize * self.pattern_words()
        }
    }

    /// [`Params::words`], and those of masks that lie elsewhere.
    pub(crate) const fn words_with_masks(&self) -> usize {
        COUNTER_WORDS + self.all_mask_words() + self.weight_words()
    }

    /// Words that the scratch buffer needs: `max(n_h, n_i)` sums, k winners and one pattern. It may be longer, so that
    /// one serves several networks, and it may hold anything: nothing is kept in it from call to call.
    #[must_use]
    pub const fn scratch_words(&self) -> usize {
        self.sum_words() + self.winners as usize + self.pattern_words()
    }

    /// The same with another learning rate.
    pub(super) const fn at_rate(mut self, rate: Rate) -> Self {
        self.rate = rate;
        self
    }

    /// The rounding offsets of a hidden unit's slots in one step, whose key is `dither`.
    pub(super) fn offsets(&self, dither: Key, unit: u32) -> Offsets {
        match self.rounding {
            Rounding::Nearest => Offsets::Nearest,
            Rounding::Stochastic => Offsets::Stochastic {
                key: dither.derive(unit),
                group: 0,
            },
        }
    }

    pub(super) const fn sum_words(&self) -> usize {
        if self.visible > self.hidden {
            self.visible as usize
        } else {
            self.hidden as usize
        }
    }

    /// Words of all masks in the buffer.
    pub(super) const fn mask_words(&self) -> usize {
        if G::MASKS { self.all_mask_words() } else { 0 }
    }
}

impl<W: Width, G> ParamsBuilder<W, G> {
    /// Visible units wired to each hidden unit, m: 1..=n_i.
    pub const fn fan_in(mut self, fan_in: u32) -> Self {
        self.fan_in = fan_in;
        self
    }

    /// Winners, k: 1..=n_h.
    pub const fn winners(mut self, winners: u32) -> Self {
        self.winners = winners;
        self
    }

    /// Ones of a recalled pattern, s: 1..=n_i. Patterns to learn and cues may have any number of ones.
    pub const fn active(mut self, active: u32) -> Self {
        self.active = active;
        self
    }

    /// Learning rate eps in 1/65536: 1..=65536. Slow rates want wide weights or stochastic rounding:
    /// [`stall_level`](crate::weight::stall_level).
    pub const fn rate(mut self, rate: u32) -> Self {
        self.rate = rate;
        self
    }

    /// The learning rate as a share, the nearest that there is: `.rate_of(3, 10)` is `.rate(19_661)`. See [`Rate::from_ratio`].
    pub const fn rate_of(self, numerator: u32, denominator: u32) -> Self {
        self.rate(Rate::parts(numerator, denominator))
    }

    /// Rounding of the learning step.
    pub const fn rounding(mut self, rounding: Rounding) -> Self {
        self.rounding = rounding;
        self
    }

    /// How learning chooses its winners.
    pub const fn assignment(mut self, assignment: Assignment) -> Self {
        self.assignment = assignment;
        self
    }

    /// Seed of wiring, start weights, ties and dither.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Wiring that is computed in place of masks that are drawn and kept: see [`structured`](crate::structured).
    pub const fn structured(self) -> ParamsBuilder<W, Structured> {
        ParamsBuilder {
            visible: self.visible,
            hidden: self.hidden,
            fan_in: self.fan_in,
            winners: self.winners,
            active: self.active,
            rate: self.rate,
            rounding: self.rounding,
            assignment: self.assignment,
            seed: self.seed,
            types: PhantomData,
        }
    }

    /// Checks what does not depend on the wiring, and that the sizes fit the address space with `network` words of rows.
    const fn check(self, network: u64) -> Result<Params<W>, ParamsError> {
        use ParamsError as E;
        if self.visible == 0 {
            return Err(E::NoVisible);
        }
        if self.hidden == 0 {
            return Err(E::NoHidden);
        }
        if self.fan_in == 0 || self.fan_in > self.visible {
            return Err(E::FanIn {
                fan_in: self.fan_in,
                visible: self.visible,
            });
        }
        if self.winners == 0 || self.winners > self.hidden {
            return Err(E::Winners {
                winners: self.winners,
                hidden: self.hidden,
            });
        }
        if self.active == 0 || self.active > self.visible {
            return Err(E::Active {
                active: self.active,
                visible: self.visible,
            });
        }
        let Some(rate) = Rate::new(self.rate) else {
            return Err(E::Rate { rate: self.rate });
        };
        let most = u32::MAX / W::FULL;
        if self.fan_in > most || self.winners > most {
            return Err(E::Sum {
                bits: W::BITS,
                most,
            });
        }
        let scratch = self.visible as u64 + 2 * self.hidden as u64 + self.random_row();
        let limit = (isize::MAX as u64) / 4 - COUNTER_WORDS as u64;
        if network > limit || scratch > limit {
            return Err(E::TooLarge);
        }
        Ok(Params {
            visible: self.visible,
            hidden: self.hidden,
            fan_in: self.fan_in,
            winners: self.winners,
            active: self.active,
            rate,
            rounding: self.rounding,
            assignment: self.assignment,
            seed: self.seed,
            wiring: Random,
            width: PhantomData,
        })
    }

    const fn too_few(&self, words: usize, rows: u64) -> ParamsError {
        let least = rows.saturating_add(COUNTER_WORDS as u64);
        ParamsError::Words { words, least }
    }

    /// Words of a mask row and a weight row of random wiring.
    const fn random_row(&self) -> u64 {
        self.visible.div_ceil(32) as u64 + self.fan_in.div_ceil(W::PER_WORD) as u64
    }
}

impl<W: Width> ParamsBuilder<W> {
    /// Checks the settings.
    ///
    /// # Errors
    /// The first setting out of range, with its value and what is allowed; or sizes whose sums do not fit 32 bits
    /// (m F or k F) or whose buffers do not fit the address space, which happens on 32-bit devices only.
    pub const fn build(self) -> Result<Params<W>, ParamsError> {
        self.check(self.random_words())
    }

    /// [`ParamsBuilder::build`] with the most hidden units whose buffer, of [`Params::words`], has `words` words at most; the
    /// number that the builder began with does not matter.
    ///
    /// ```
    /// use slotless_core::{kwinner::Params, weight::U8};
    /// const PARAMS: Params<U8> = match Params::<U8>::builder(256, 1).fan_in(32).winners(8).build_within(2_048) {
    ///     Ok(params) => params,
    ///     Err(error) => panic!("{}", error.setting()),
    /// };
    /// assert_eq!((PARAMS.hidden(), PARAMS.words()), (127, 2_034));
    /// ```
    ///
    /// # Errors
    /// [`ParamsError::Words`] for fewer words than a network with one hidden unit has; those of [`ParamsBuilder::build`].
    pub const fn build_within(mut self, words: usize) -> Result<Params<W>, ParamsError> {
        self.hidden = 1;
        let one = self.random_words();
        let rows = (words as u64).saturating_sub(COUNTER_WORDS as u64);
        if rows < one {
            return Err(self.too_few(words, one));
        }
        self.hidden = match rows.checked_div(one) {
            Some(hidden) if hidden <= u32::MAX as u64 => hidden as u32,
            _ => u32::MAX,
        };
        self.build()
    }

    /// Words of all rows.
    const fn random_words(&self) -> u64 {
        // In u64, so that the check itself cannot overflow on a 32-bit device: each factor is below 2^32, and a row
        // below 2^27 + 2^31 words.
        let mask = if self.fan_in == self.visible {
            0
        } else {
            self.visible.div_ceil(32) as u64
        };
        let weights = self.fan_in.div_ceil(W::PER_WORD) as u64;
        (self.hidden as u64).saturating_mul(mask + weights)
    }
}

impl<W: Width> ParamsBuilder<W, Structured> {
    /// Checks the settings, and works out the wiring: some thousands of steps, at compile time in a `const`.
    ///
    /// # Errors
    /// Those of random wiring, and [`ParamsError::Structured`] for an n_h that has no wiring as good as random.
    pub const fn build(self) -> Result<Params<W, Structured>, ParamsError> {
        let row = self.hidden.div_ceil(W::PER_WORD) as u64;
        match self.check((self.fan_in as u64).saturating_mul(row)) {
            Ok(params) => params.structured(),
            Err(error) => Err(error),
        }
    }

    /// [`ParamsBuilder::build`] with the most hidden units that have a wiring and whose buffer, of [`Params::words`], has `words`
    /// words at most; the number that the builder began with does not matter. Cost: that of `build` for each number that is tried,
    /// from the largest down.
    ///
    /// ```
    /// use slotless_core::{kwinner::Params, structured::Structured, weight::U8};
    /// const PARAMS: Params<U8, Structured> =
    ///     match Params::<U8>::builder(256, 1).fan_in(32).winners(8).structured().build_within(2_048) {
    ///         Ok(params) => params,
    ///         Err(error) => panic!("{}", error.setting()),
    ///     };
    /// assert_eq!((PARAMS.hidden(), PARAMS.words()), (251, 2_018));
    /// ```
    ///
    /// # Errors
    /// [`ParamsError::Words`] for fewer words than a network with as many hidden units as a word has weights;
    /// [`ParamsError::Structured`] where no number is taken; those of [`ParamsBuilder::build`].
    pub const fn build_within(
        mut self,
        words: usize,
    ) -> Result<Params<W, Structured>, ParamsError> {
        let rows = (words as u64).saturating_sub(COUNTER_WORDS as u64);
        let row = match rows.checked_div(self.fan_in as u64) {
            Some(row) => row,
            // No fan-in: refused by its name.
            None => 1,
        };
        if row == 0 {
            return Err(self.too_few(words, self.fan_in as u64));
        }
        let most = row.saturating_mul(W::PER_WORD as u64);
        self.hidden = if most > u32::MAX as u64 {
            u32::MAX
        } else {
            most as u32
        };
        loop {
            match self.build() {
                Err(ParamsError::Structured { .. }) if self.hidden > 1 => self.hidden -= 1,
                built => return built,
            }
        }
    }
}

/// The rounding offsets of one hidden unit's slots, which are asked for in ascending order from slot 0.
#[derive(Clone, Copy, Debug)]
pub(super) enum Offsets {
    Nearest,
    Stochastic {
        key: Key,
        /// The hash word of the four slots at hand.
        group: u32,
    },
}

impl Offsets {
    #[inline(always)]
    pub(super) fn of(&mut self, slot: u32) -> u32 {
        match self {
            Self::Nearest => weight::HALF,
            Self::Stochastic { key, group } => {
                if slot.is_multiple_of(4) {
                    *group = key.at(slot / 4);
                }
                weight::dither_of(*group, slot)
            }
        }
    }
}
