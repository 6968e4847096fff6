//! The K-winner MHN on one CPU core.
//!
//! [`Network`] gives the same hidden codes, recalls, scores and weights as [`slotless_core::kwinner::KWinner`], from a
//! layout made for speed: input-major lists of (hidden unit, weight), walked for the active inputs only. It is built
//! from the core's state and exported back to it; the list layout itself is never saved.

mod lists;
mod select;

use slotless_core::bits;
use slotless_core::kwinner::{Assignment, KWinner, Params};
use slotless_core::rng::{self, Key, Purpose};
use slotless_core::weight::{Rounding, U1, U2, U4, U8, U16, Width};

use lists::{Index, Lists, SHORT_UNITS};
pub use select::Selector;

/// Integer parameters of a network whose weight width is known at run time only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnyParams {
    /// 1-bit weights.
    U1(Params<U1>),
    /// 2-bit weights.
    U2(Params<U2>),
    /// 4-bit weights.
    U4(Params<U4>),
    /// 8-bit weights.
    U8(Params<U8>),
    /// 16-bit weights.
    U16(Params<U16>),
}

/// Runs `$body` with `$p` bound to the typed parameters and `$w` to their width.
macro_rules! with_params {
    ($any:expr, $w:ident, $p:ident => $body:expr) => {
        match $any {
            AnyParams::U1($p) => {
                type $w = U1;
                $body
            }
            AnyParams::U2($p) => {
                type $w = U2;
                $body
            }
            AnyParams::U4($p) => {
                type $w = U4;
                $body
            }
            AnyParams::U8($p) => {
                type $w = U8;
                $body
            }
            AnyParams::U16($p) => {
                type $w = U16;
                $body
            }
        }
    };
}

/// Lists whose indices fit the number of units.
#[derive(Debug)]
enum AnyLists {
    Short(Lists<u16>),
    Long(Lists<u32>),
}

/// Runs `$body` with `$lists` bound to whichever lists there are.
macro_rules! with_lists {
    ($any:expr, $lists:ident => $body:expr) => {
        match $any {
            AnyLists::Short($lists) => $body,
            AnyLists::Long($lists) => $body,
        }
    };
}

/// The settings the layout needs, whatever the width.
#[derive(Clone, Copy, Debug)]
struct Settings {
    visible: u32,
    hidden: u32,
    fan_in: u32,
    winners: u32,
    full: u32,
    rounding: Rounding,
    assignment: Assignment,
    seed: u64,
}

/// A core state that cannot be laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The core refuses the buffer.
    #[error(transparent)]
    Core(#[from] slotless_core::kwinner::NetworkError),
    /// A fan-in mask has the wrong number of ones, or one at or beyond n_i.
    #[error(
        "the fan-in mask of hidden unit {unit} has {ones} ones, expected {fan_in}, all below {visible} (n_i)"
    )]
    Mask {
        /// Hidden unit.
        unit: u32,
        /// Ones of its mask.
        ones: u32,
        /// Ones it should have.
        fan_in: u32,
        /// Visible units.
        visible: u32,
    },
}

/// A K-winner MHN laid out for one CPU core; see the [module](self).
#[derive(Debug)]
pub struct Network {
    params: AnyParams,
    settings: Settings,
    learned: u64,
    lists: AnyLists,
    potentials: Vec<u32>,
    sums: Vec<u32>,
    winners: Vec<u32>,
    hidden_selector: Selector,
    output_selector: Selector,
}

impl Network {
    /// A fresh network: the core's wiring and start weights for these parameters.
    #[must_use]
    pub fn new(params: AnyParams) -> Self {
        with_params!(params, W, p => {
            let mut words = vec![0; p.words()];
            // The length is right, so this is the core's fresh state.
            let fresh = KWinner::<W, _>::new(p, words.as_mut_slice());
            debug_assert!(fresh.is_ok());
            Self::layout::<W>(params, p, &words)
        })
    }

    /// The same network as a core state in its own layout.
    ///
    /// # Errors
    /// [`StateError`] for a buffer of a wrong length, or one whose masks are not those of a network: the core gives
    /// answers from such masks, which this layout does not stand for.
    pub fn from_words(params: AnyParams, words: &[u32]) -> Result<Self, StateError> {
        with_params!(params, W, p => {
            let core = KWinner::<W, _>::open(p, words)?;
            for unit in 0..p.hidden() {
                let mask = core.mask(unit);
                let ones = bits::count(mask);
                if bits::check(mask, p.visible()).is_err() || ones != p.fan_in() {
                    let (fan_in, visible) = (p.fan_in(), p.visible());
                    return Err(StateError::Mask { unit, ones, fan_in, visible });
                }
            }
            Ok(Self::layout::<W>(params, p, words))
        })
    }

    fn layout<W: Width>(any: AnyParams, p: Params<W>, words: &[u32]) -> Self {
        let settings = Settings {
            visible: p.visible(),
            hidden: p.hidden(),
            fan_in: p.fan_in(),
            winners: p.winners(),
            full: W::FULL,
            rounding: p.rounding(),
            assignment: p.assignment(),
            seed: p.seed(),
        };
        let learned = u64::from(words[0]) | u64::from(words[1]) << 32;
        let masks = 2..2 + p.hidden() as usize * p.pattern_words();
        let (masks, weights) = (&words[masks.clone()], &words[masks.end..]);
        let (hidden, visible) = (p.hidden(), p.visible());
        let short = hidden.max(visible) < SHORT_UNITS as u32;
        let (lists, rooms) = if short {
            let lists = Lists::new::<W>(&p, masks, weights);
            (
                AnyLists::Short(lists),
                [u16::room(hidden), u16::room(visible)],
            )
        } else {
            let lists = Lists::new::<W>(&p, masks, weights);
            (
                AnyLists::Long(lists),
                [u32::room(hidden), u32::room(visible)],
            )
        };
        Self {
            params: any,
            settings,
            learned,
            lists,
            potentials: vec![0; rooms[0]],
            sums: vec![0; rooms[1]],
            winners: Vec::with_capacity(p.winners() as usize),
            hidden_selector: Selector::default(),
            output_selector: Selector::default(),
        }
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> AnyParams {
        self.params
    }

    /// Patterns learned so far.
    #[must_use]
    pub fn learned(&self) -> u64 {
        self.learned
    }

    /// The winners of the last learning step or recall, ascending.
    #[must_use]
    pub fn winners(&self) -> &[u32] {
        &self.winners
    }

    /// The core's state of this network: the buffer of [`KWinner`].
    #[must_use]
    pub fn export(&self) -> Vec<u32> {
        with_params!(self.params, W, p => {
            let mut words = vec![0; p.words()];
            words[0] = self.learned as u32;
            words[1] = (self.learned >> 32) as u32;
            let (masks, weights) = words[2..].split_at_mut(p.hidden() as usize * p.pattern_words());
            with_lists!(&self.lists, lists => lists.export::<W>(&p, masks, weights));
            words
        })
    }

    /// Bytes this layout holds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        with_lists!(&self.lists, lists => lists.bytes())
            + 4 * (self.potentials.len() + self.sums.len() + self.winners.capacity())
    }

    /// Learns one pattern (packed, n_i bits); gives the match score before learning, as
    /// [`KWinner::learn`] does.
    pub fn learn(&mut self, pattern: &[u32]) -> u64 {
        let score = match self.settings.assignment {
            Assignment::Competitive => self.find_winners(pattern),
            Assignment::RandomK => self.draw_winners(pattern),
        };
        let winners = std::mem::take(&mut self.winners);
        self.reinforce(&winners, pattern);
        self.winners = winners;
        score
    }

    /// The learning step for given hidden units in place of the winners: teacher forcing.
    ///
    /// `W[h][j] += eps (pattern[j] - W[h][j])` for every unit `h` of `units` and every `j` it is wired to; a unit that
    /// is listed twice learns twice. Counts as one pattern learned, so [`Network::learn`] is this step for the winners
    /// it finds. Costs `units m` weights.
    ///
    /// # Panics
    /// If a unit is not below n_h.
    pub fn reinforce(&mut self, units: &[u32], pattern: &[u32]) {
        let Settings { full, rounding, .. } = self.settings;
        let dither = (rounding == Rounding::Stochastic)
            .then(|| Key::new(self.settings.seed, Purpose::DITHER).derive_u64(self.learned));
        with_lists!(&mut self.lists, lists => {
            lists.aim(pattern, full);
            lists.update(units, dither);
        });
        self.learned += 1;
    }

    /// Hidden potentials of a cue, n_h sums of raw weights: `a = (W . M) x`, as [`KWinner::potentials`] gives them.
    ///
    /// Takes `&mut self` for its work space only. Costs about `s n_h m / n_i` weights for a cue of s ones.
    pub fn potentials(&mut self, cue: &[u32]) -> &[u32] {
        with_lists!(&self.lists, lists => lists.activate(cue, &mut self.potentials));
        &self.potentials[..self.settings.hidden as usize]
    }

    /// Recalls into `pattern` (packed, n_i bits) with `active` ones; gives the match score.
    ///
    /// Takes `&mut self` for its work space only: the network's state does not change.
    pub fn recall(&mut self, cue: &[u32], active: u32, pattern: &mut [u32]) -> u64 {
        let score = self.find_winners(cue);
        let sums = &mut self.sums[..];
        sums[..self.settings.visible as usize].fill(0);
        with_lists!(&self.lists, lists => for &unit in &self.winners {
            lists.scatter(unit, sums);
        });
        pattern.fill(0);
        let key = self.tie_key(Purpose::OUTPUT_TIE, cue);
        self.output_selector.top_k(
            &self.sums[..self.settings.visible as usize],
            active,
            key,
            |visible| bits::set(pattern, visible),
        );
        score
    }

    fn tie_key(&self, purpose: Purpose, cue: &[u32]) -> Key {
        let key = Key::new(self.settings.seed, purpose).derive_u64(self.learned);
        key.derive(key.digest(cue))
    }

    fn find_winners(&mut self, cue: &[u32]) -> u64 {
        self.potentials(cue);
        let hidden = self.settings.hidden as usize;
        let key = self.tie_key(Purpose::HIDDEN_TIE, cue);
        let (winners, potentials) = (&mut self.winners, &self.potentials[..hidden]);
        winners.clear();
        let mut score = 0;
        self.hidden_selector
            .top_k(potentials, self.settings.winners, key, |unit| {
                winners.push(unit);
                score += u64::from(potentials[unit as usize]);
            });
        score
    }

    fn draw_winners(&mut self, pattern: &[u32]) -> u64 {
        self.potentials(pattern);
        let mut rng = rng::stream(
            self.settings.seed,
            Purpose::RANDOM_WINNERS,
            (self.learned >> 32) as u32,
            self.learned as u32,
        );
        self.winners.clear();
        let (mut left, mut wanted, mut score) = (self.settings.hidden, self.settings.winners, 0);
        for (unit, &potential) in (0..self.settings.hidden).zip(&self.potentials) {
            if rng::below(&mut rng, left) < wanted {
                wanted -= 1;
                score += u64::from(potential);
                self.winners.push(unit);
            }
            left -= 1;
        }
        score
    }

    /// The largest score a cue with `ones` ones could have: `k F min(m, ones)`.
    #[must_use]
    pub fn most(&self, ones: u32) -> u64 {
        let Settings {
            winners,
            full,
            fan_in,
            visible,
            ..
        } = self.settings;
        u64::from(winners) * u64::from(full) * u64::from(fan_in.min(ones).min(visible))
    }
}

#[cfg(test)]
mod tests;
