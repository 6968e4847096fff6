//! The network itself: a checked view of one buffer.

use crate::bits;
use crate::kwinner::params::COUNTER_WORDS;
use crate::kwinner::wiring::{self, Masks, Random, Wiring};
use crate::kwinner::{Assignment, NetworkError, Params};
use crate::memory::Writable;
use crate::rng::{self, Key, Purpose};
use crate::select;
use crate::weight::Width;

/// A K-winner MHN in the caller's buffer.
///
/// `S` is anything that lends words: `[u32; N]`, `&mut [u32]`, `Vec<u32>`, or `&[u32]` straight out of flash, from
/// which the network can be recalled but not taught. The buffer is the whole state, in the snapshot's layout: the
/// number of patterns learned, the masks, the weights. `G` is the wiring, [`Random`] unless the parameters say
/// otherwise.
#[derive(Clone, Debug)]
pub struct KWinner<W, S, G = Random> {
    pub(super) params: Params<W, G>,
    pub(super) words: S,
}

/// How well a cue matched: the answer to "have I seen this".
///
/// Ordered by score, then by the most. Cues with different numbers of ones are compared by [`Match::share`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Match {
    score: u64,
    pub(super) most: u64,
}

impl Match {
    /// Sum of the k winners' potentials, in raw weights ([`Width::FULL`], `F`, for a weight of 1).
    #[must_use]
    pub const fn score(self) -> u64 {
        self.score
    }

    /// The largest score that a cue with as many ones could have: `k F min(m, ones)`. A winner that sees fewer of the
    /// cue's ones brings less, so where m is below n_i even a pattern just learned at rate 1 mostly stays below it.
    #[must_use]
    pub const fn most(self) -> u64 {
        self.most
    }

    /// The score as a share of the most, in 1/65536, rounded down; 0 for an empty cue.
    #[must_use]
    pub const fn share(self) -> u32 {
        // Both are below 2^40 or so for any network that fits memory; shift first where they are not.
        let shift = if self.most >> 47 == 0 { 0 } else { 17 };
        match ((self.score >> shift) << 16).checked_div(self.most >> shift) {
            Some(share) if share < 65536 => share as u32,
            Some(_) => 65536,
            None => 0,
        }
    }
}

/// The hidden code of a cue: what [`KWinner::hidden_code`] found, in the scratch buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Assigned<'a> {
    /// The k winners, ascending.
    pub winners: &'a [u32],
    /// How well the cue matched.
    pub matched: Match,
}

/// What [`KWinner::recall`] found, in the scratch buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Recalled<'a> {
    /// The recalled pattern, packed.
    pub pattern: &'a [u32],
    /// The k winners, ascending.
    pub winners: &'a [u32],
    /// How well the cue matched.
    pub matched: Match,
}

/// The scratch buffer, cut into its parts.
pub(super) struct Scratch<'a> {
    pub(super) sums: &'a mut [u32],
    pub(super) winners: &'a mut [u32],
    pattern: &'a mut [u32],
}

impl<W: Width, S: AsRef<[u32]>, G: Wiring> KWinner<W, S, G> {
    /// Views a buffer that holds a network already, such as one from a snapshot.
    ///
    /// Only the length is checked. Any content is safe: a mask row with the wrong number of ones gives other results
    /// than the network that made it, and nothing worse.
    ///
    /// # Errors
    /// [`NetworkError::Buffer`] unless there are exactly [`Params::words`] words.
    pub fn open(params: Params<W, G>, words: S) -> Result<Self, NetworkError> {
        let got = words.as_ref().len();
        let expected = params.words();
        if got != expected {
            return Err(NetworkError::Buffer { got, expected });
        }
        Ok(Self { params, words })
    }

    /// [`KWinner::open`] of words that a snapshot has, which of before may have masks where there are none now.
    pub(crate) fn open_state(params: Params<W, G>, words: S) -> Result<Self, NetworkError> {
        let (got, expected) = (words.as_ref().len(), params.words());
        if !G::BLOCKS && params.sees_all() && got > expected {
            return Ok(Self { params, words });
        }
        Self::open(params, words)
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> &Params<W, G> {
        &self.params
    }

    /// Patterns learned so far.
    #[must_use]
    pub fn learned(&self) -> u64 {
        match self.words.as_ref() {
            [low, high, ..] => u64::from(*low) | u64::from(*high) << 32,
            _ => 0,
        }
    }

    /// The whole state, in the snapshot's layout; a view of a snapshot of before may have more between number and weights.
    #[must_use]
    pub fn words(&self) -> &[u32] {
        self.words.as_ref()
    }

    /// Gives the buffer back.
    #[must_use]
    pub fn into_words(self) -> S {
        self.words
    }

    /// The weight between a hidden and a visible unit; `None` where they are not wired. Costs a count of the wired
    /// units before it.
    #[must_use]
    pub fn weight(&self, hidden: u32, visible: u32) -> Option<W::Fixed> {
        G::weight(&self.params, self.rows(), hidden, visible).map(W::to_fixed)
    }

    /// Writes the fan-in mask of a hidden unit, packed; all zero if there is no such unit.
    ///
    /// # Errors
    /// [`NetworkError::Output`] unless `mask` is [`Params::pattern_words`] words.
    pub fn fan_in(&self, hidden: u32, mask: &mut [u32]) -> Result<(), NetworkError> {
        let (got, expected) = (mask.len(), self.params.pattern_words());
        if got != expected {
            return Err(NetworkError::Output { got, expected });
        }
        mask.fill(0);
        G::fan_in(&self.params, self.rows(), hidden, mask);
        Ok(())
    }

    /// Hidden potentials of a cue into `potentials` (n_h sums of raw weights): `a = (W . M) x`.
    ///
    /// # Errors
    /// [`NetworkError::Cue`] for a cue that is no vector of n_i bits, [`NetworkError::Output`] unless there are exactly
    /// n_h potentials.
    pub fn potentials(&self, cue: &[u32], potentials: &mut [u32]) -> Result<(), NetworkError> {
        bits::check(cue, self.params.visible()).map_err(NetworkError::Cue)?;
        let expected = self.params.hidden() as usize;
        if potentials.len() != expected {
            return Err(NetworkError::Output {
                got: potentials.len(),
                expected,
            });
        }
        G::activate(&self.params, self.rows(), cue, potentials);
        Ok(())
    }

    /// The hidden code of a cue and how well it matched, without recalling a pattern.
    ///
    /// # Errors
    /// [`NetworkError::Cue`] for a cue that is no vector of n_i bits, [`NetworkError::Scratch`] for fewer than
    /// [`Params::scratch_words`] words.
    pub fn hidden_code<'a>(
        &self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Assigned<'a>, NetworkError> {
        let mut scratch = self.scratch(cue, scratch)?;
        let matched = self.find_winners(cue, &mut scratch);
        Ok(Assigned {
            winners: scratch.winners,
            matched,
        })
    }

    /// Recalls the pattern that a cue belongs to, [`Params::active`] ones, into the scratch buffer.
    ///
    /// A pure function of the network and the cue: nothing in the network changes.
    ///
    /// # Errors
    /// [`NetworkError::Cue`] for a cue that is no vector of n_i bits, [`NetworkError::Scratch`] for fewer than
    /// [`Params::scratch_words`] words.
    pub fn recall<'a>(
        &self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Recalled<'a>, NetworkError> {
        let mut scratch = self.scratch(cue, scratch)?;
        let matched = self.find_winners(cue, &mut scratch);
        self.fill_pattern(
            cue,
            self.params.active(),
            scratch.winners,
            scratch.sums,
            scratch.pattern,
        );
        Ok(Recalled {
            pattern: scratch.pattern,
            winners: scratch.winners,
            matched,
        })
    }

    /// Recalls into `pattern`, with `active` ones in place of [`Params::active`] (0..=n_i; more is taken as n_i).
    ///
    /// The winners and the sums are those of [`KWinner::recall`], so the pattern with fewer ones lies within the one
    /// with more.
    ///
    /// # Errors
    /// [`NetworkError::Output`] unless `pattern` is [`Params::pattern_words`] words; and those of [`KWinner::recall`].
    pub fn recall_into(
        &self,
        cue: &[u32],
        active: u32,
        scratch: &mut [u32],
        pattern: &mut [u32],
    ) -> Result<Match, NetworkError> {
        let expected = self.params.pattern_words();
        if pattern.len() != expected {
            return Err(NetworkError::Output {
                got: pattern.len(),
                expected,
            });
        }
        let mut scratch = self.scratch(cue, scratch)?;
        let matched = self.find_winners(cue, &mut scratch);
        self.fill_pattern(cue, active, scratch.winners, scratch.sums, pattern);
        Ok(matched)
    }

    /// The sums that a recall chooses from, into `sums`: `b = (W . M)^T y`, n_i of them in raw weights, and how well the cue
    /// matched. A unit that all k winners know stands at `k F`; one that is far below the others is a guess.
    ///
    /// [`KWinner::recall`] has ones where the [`Params::active`] largest are, with ties by its rule.
    ///
    /// # Errors
    /// [`NetworkError::Output`] unless there are exactly n_i sums; and those of [`KWinner::recall`].
    pub fn recall_sums(
        &self,
        cue: &[u32],
        scratch: &mut [u32],
        sums: &mut [u32],
    ) -> Result<Match, NetworkError> {
        let (got, expected) = (sums.len(), self.params.visible() as usize);
        if got != expected {
            return Err(NetworkError::Output { got, expected });
        }
        let mut scratch = self.scratch(cue, scratch)?;
        let matched = self.find_winners(cue, &mut scratch);
        sums.fill(0);
        G::scatter(&self.params, self.rows(), scratch.winners, sums);
        Ok(matched)
    }

    /// The buffer behind the number learned.
    pub(super) fn rows(&self) -> &[u32] {
        self.words.as_ref().get(COUNTER_WORDS..).unwrap_or(&[])
    }

    pub(super) fn scratch<'a>(
        &self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Scratch<'a>, NetworkError> {
        bits::check(cue, self.params.visible()).map_err(NetworkError::Cue)?;
        // Longer is welcome: what is left over is not touched.
        let short = NetworkError::Scratch {
            got: scratch.len(),
            expected: self.params.scratch_words(),
        };
        let (sums, rest) = scratch
            .split_at_mut_checked(self.params.sum_words())
            .ok_or(short)?;
        let (winners, rest) = rest
            .split_at_mut_checked(self.params.winners() as usize)
            .ok_or(short)?;
        let pattern = rest.get_mut(..self.params.pattern_words()).ok_or(short)?;
        Ok(Scratch {
            sums,
            winners,
            pattern,
        })
    }

    /// The key of ties for this state and cue: from the seed, the number learned and the cue's words.
    pub(super) fn tie_key(&self, purpose: Purpose, cue: &[u32]) -> Key {
        let key = Key::new(self.params.seed(), purpose).derive_u64(self.learned());
        key.derive(key.digest(cue))
    }

    // Not inlined, like `fill_pattern`: every method that recalls would have a copy.
    #[inline(never)]
    pub(super) fn find_winners(&self, cue: &[u32], scratch: &mut Scratch<'_>) -> Match {
        let Some(potentials) = scratch.sums.get_mut(..self.params.hidden() as usize) else {
            return self.matched(0, cue);
        };
        G::activate(&self.params, self.rows(), cue, potentials);
        let key = || self.tie_key(Purpose::HIDDEN_TIE, cue);
        let mut score = 0;
        let mut free = scratch.winners.iter_mut();
        select::top_k_with(potentials, self.params.winners(), key, |unit| {
            if let Some(winner) = free.next() {
                *winner = unit;
            }
            score += u64::from(potentials.get(unit as usize).copied().unwrap_or(0));
        });
        self.matched(score, cue)
    }

    fn matched(&self, score: u64, cue: &[u32]) -> Match {
        let reach = bits::count(cue).min(self.params.fan_in());
        let most = u64::from(self.params.winners()) * u64::from(W::FULL) * u64::from(reach);
        Match { score, most }
    }

    #[inline(never)]
    fn fill_pattern(
        &self,
        cue: &[u32],
        active: u32,
        winners: &[u32],
        sums: &mut [u32],
        pattern: &mut [u32],
    ) {
        let Some(sums) = sums.get_mut(..self.params.visible() as usize) else {
            return;
        };
        sums.fill(0);
        G::scatter(&self.params, self.rows(), winners, sums);
        let key = || self.tie_key(Purpose::OUTPUT_TIE, cue);
        select::mark_top_k_with(sums, active, key, pattern);
    }
}

impl<W: Width, S: AsRef<[u32]>, G: Masks> KWinner<W, S, G> {
    /// The fan-in mask of a hidden unit, packed; empty if there is no such unit, and where the fan-in is n_i: then none are
    /// kept, and [`KWinner::fan_in`] writes what they would be.
    #[must_use]
    pub fn mask(&self, unit: u32) -> &[u32] {
        if self.params.sees_all() {
            return &[];
        }
        let (masks, _) = G::split(&self.params, self.rows());
        wiring::row(masks, unit, self.params.pattern_words())
    }

    /// The packed weights of a hidden unit, slot `r` for the `r`-th visible unit that it sees; read them with
    /// [`Width::get`]. Empty if there is no such unit.
    #[must_use]
    pub fn weights(&self, unit: u32) -> &[u32] {
        let (_, weights) = G::split(&self.params, self.rows());
        wiring::row(weights, unit, self.params.row_words())
    }
}

impl<W: Width, S: AsRef<[u32]>, G: Wiring> KWinner<W, S, G> {
    /// Makes a fresh network in the buffer: wiring and uniform start weights from the seed, nothing learned. What the
    /// buffer held is lost; [`KWinner::open`] keeps it.
    ///
    /// # Errors
    /// [`NetworkError::Buffer`] unless there are exactly [`Params::words`] words.
    pub fn new(params: Params<W, G>, words: S) -> Result<Self, NetworkError>
    where
        S: Writable,
    {
        let mut network = Self::open(params, words)?;
        network.restart();
        Ok(network)
    }

    /// Forgets all: a fresh network.
    pub(super) fn restart(&mut self)
    where
        S: Writable,
    {
        if let Some((counter, rows)) = self.words.as_mut().split_at_mut_checked(COUNTER_WORDS) {
            counter.fill(0);
            G::fresh(&self.params, rows);
        }
    }

    /// Learns one pattern, with any number of ones but none, in one step.
    ///
    /// Says how well the pattern matched *before* it was learned, so that "have I seen this" needs no second pass;
    /// under [`Assignment::RandomK`] that is the match of the units drawn.
    ///
    /// A pattern whose ones no hidden unit sees drives none of them either, and is learned: the tie rule chooses the
    /// winners, whose weights all fall, and it cannot be recalled. Its score is 0, which
    /// [`KWinner::hidden_code`] tells beforehand. With random wiring a visible unit is unseen with a probability of
    /// about `exp(-n_h m / n_i)`; with structured wiring only where a block has more units than there are hidden ones.
    ///
    /// # Errors
    /// [`NetworkError::Cue`] for a pattern that is no vector of n_i bits, [`NetworkError::Scratch`] for fewer than
    /// [`Params::scratch_words`] words, [`NetworkError::Empty`] for a pattern without a one; nothing is then learned.
    pub fn learn(&mut self, pattern: &[u32], scratch: &mut [u32]) -> Result<Match, NetworkError>
    where
        S: Writable,
    {
        let mut scratch = self.scratch(pattern, scratch)?;
        self.learn_with(pattern, &mut scratch, |_| false, Self::update_by(pattern))
    }

    /// The step of the winners towards a pattern, all at the network's rate.
    #[inline(always)]
    pub(super) fn update_by(
        pattern: &[u32],
    ) -> impl FnOnce(&Params<W, G>, &mut [u32], &mut Scratch<'_>, Key)
    where
        S: Writable,
    {
        |params, rows, scratch, dither| {
            let (winners, room) = (&*scratch.winners, &mut *scratch.sums);
            G::update(params, rows, winners, pattern, room, dither);
        }
    }

    /// Learns a pattern unless its match is `known`, the step of its winners being `update`, a function of (parameters, rows,
    /// scratch, key of the dither).
    // In one piece: with the step in a function of its own, weights of one bit took 2 % more instructions on a Cortex-M4.
    #[inline(always)]
    pub(super) fn learn_with(
        &mut self,
        pattern: &[u32],
        scratch: &mut Scratch<'_>,
        known: impl FnOnce(Match) -> bool,
        update: impl FnOnce(&Params<W, G>, &mut [u32], &mut Scratch<'_>, Key),
    ) -> Result<Match, NetworkError>
    where
        S: Writable,
    {
        let matched = match self.params.assignment() {
            Assignment::Competitive => self.find_winners(pattern, scratch),
            Assignment::RandomK => self.draw_winners(pattern, scratch),
        };
        // The ones have been counted for the match: without any, and only then, there is nothing to be had.
        if matched.most == 0 {
            return Err(NetworkError::Empty);
        }
        if known(matched) {
            return Ok(matched);
        }
        let dither = Key::new(self.params.seed(), Purpose::DITHER).derive_u64(self.learned());
        let learned = self.learned().wrapping_add(1);
        if let Some(([low, high], rows)) = self.words.as_mut().split_first_chunk_mut() {
            update(&self.params, rows, scratch, dither);
            *low = learned as u32;
            *high = (learned >> 32) as u32;
        }
        Ok(matched)
    }

    fn draw_winners(&self, pattern: &[u32], scratch: &mut Scratch<'_>) -> Match
    where
        S: Writable,
    {
        let hidden = self.params.hidden();
        if let Some(potentials) = scratch.sums.get_mut(..hidden as usize) {
            G::activate(&self.params, self.rows(), pattern, potentials);
        }
        let learned = self.learned();
        let mut rng = rng::stream(
            self.params.seed(),
            Purpose::RANDOM_WINNERS,
            (learned >> 32) as u32,
            learned as u32,
        );
        let mut score = 0;
        let mut left = hidden;
        let mut wanted = self.params.winners();
        let mut free = scratch.winners.iter_mut();
        for (unit, &potential) in (0..hidden).zip(scratch.sums.iter()) {
            // Selection sampling, ascending: no room for a set of drawn units is needed.
            if rng::below(&mut rng, left) < wanted {
                wanted -= 1;
                score += u64::from(potential);
                if let Some(winner) = free.next() {
                    *winner = unit;
                }
            }
            left -= 1;
        }
        self.matched(score, pattern)
    }
}

#[cfg(test)]
mod tests {
    use super::Match;

    #[test]
    fn the_share_is_the_floor_of_score_over_most() {
        // Small, large enough to lose bits above 2^64 were they not shifted out first, and the largest there are.
        for most in [
            1u64,
            2,
            3,
            255,
            65_535,
            65_536,
            3 << 40,
            1 << 47,
            1 << 55,
            u64::MAX,
        ] {
            for score in [
                0,
                1,
                most / 3,
                most / 2,
                most - most / 65_536,
                most - 1,
                most,
            ] {
                let exact = u128::from(score) * 65_536 / u128::from(most);
                let share = u128::from(Match { score, most }.share());
                // Above 2^47 the lowest 17 bits are left out of both.
                let slack = u128::from(most >> 47 != 0);
                assert!(share.abs_diff(exact) <= slack, "{score} of {most}: {share}");
            }
            assert_eq!(Match { score: most, most }.share(), 65_536);
            assert_eq!(Match { score: 0, most }.share(), 0);
            // Hostile masks can bring more than the most.
            let score = most.saturating_mul(2);
            assert_eq!(Match { score, most }.share(), 65_536);
        }
        assert_eq!(Match { score: 0, most: 0 }.share(), 0);
    }
}
