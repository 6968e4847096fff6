//! From a cue to a slot and a pattern.

use super::code::{CHECK_BITS, check, mark_stored};
use super::decode::Decoder;
use super::priors::{Class, Trust, classes, priors};
use super::{Polar, PolarParams, copy};
use crate::ring::{COUNTER_WORDS, Match, RingError};
use crate::{bits, weight};

/// How many slots are decoded at most.
const TRIES: usize = 4;

/// What was recalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PolarRecalled<'a> {
    /// A pattern of s ones, packed; zeros in an empty memory.
    pub pattern: &'a [u32],
    /// The units that are members, packed: of a verified pattern its ones, else the cue's.
    pub members: &'a [u32],
    /// Those that may be, packed: none of a verified pattern, else all that the sketch leaves open.
    pub unknown: &'a [u32],
    /// The slot: that of the verified pattern, else the one whose sketch matches best; overlaps count bits of sketches. None in
    /// an empty memory.
    pub matched: Option<Match>,
    /// Whether the pattern has s ones and all that the slot holds of it.
    pub verified: bool,
}

/// A slot that may hold the pattern.
#[derive(Clone, Copy)]
struct Candidate {
    /// Bits that the sketch of the cue has, and that of the slot has not.
    misses: u32,
    slot: u32,
    age: u64,
}

/// Scratch by what it is for.
struct Scratch<'a> {
    pattern: &'a mut [u32],
    members: &'a mut [u32],
    unknown: &'a mut [u32],
    /// Sketches of the cue, of a slot, and of what was decoded.
    touched: &'a mut [u32],
    sketch: &'a mut [u32],
    decoded: &'a mut [u32],
    /// The check of a slot.
    check: u32,
    stored: &'a mut [u32],
    values: &'a mut [u32],
    ratios: &'a mut [i32],
    bits: &'a mut [u32],
}

impl<'a> Scratch<'a> {
    fn new(params: &PolarParams, mut words: &'a mut [u32]) -> Self {
        let mut take = |count: usize| {
            let (first, rest) = core::mem::take(&mut words)
                .split_at_mut_checked(count)
                .unwrap_or_default();
            words = rest;
            first
        };
        let [units, sketch, code] =
            [params.visible(), params.sketch(), params.length()].map(bits::words_for);
        Self {
            pattern: take(units),
            members: take(units),
            unknown: take(units),
            touched: take(sketch),
            sketch: take(sketch),
            decoded: take(sketch),
            check: 0,
            stored: take(code),
            values: take(code),
            ratios: weight::view_mut(take(params.ratios())),
            bits: take(params.bit_words()),
        }
    }
}

impl<S: AsRef<[u32]>> Polar<S> {
    /// Decodes the pattern that a cue is part of into the scratch buffer.
    ///
    /// # Errors
    /// [`RingError::Cue`] for a cue that is no vector of n bits, [`RingError::Scratch`] for fewer than
    /// [`PolarParams::scratch_words`] words.
    pub fn recall<'a>(
        &self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<PolarRecalled<'a>, RingError> {
        bits::check(cue, self.params.visible()).map_err(RingError::Cue)?;
        let (got, expected) = (scratch.len(), self.params.scratch_words());
        let short = RingError::Scratch { got, expected };
        let scratch = scratch.get_mut(..expected).ok_or(short)?;
        let mut scratch = Scratch::new(&self.params, scratch);
        self.params.sketch_of(cue, scratch.touched);
        let touched = bits::count(scratch.touched);
        let (candidates, count) = self.search(scratch.touched);
        let candidates = candidates.get(..count).unwrap_or_default();
        let matched = |candidate: &Candidate| Match {
            overlap: touched.wrapping_sub(candidate.misses),
            ones: touched,
            slot: candidate.slot,
            age: Some(candidate.age),
        };
        mark_stored(self.params.last_stored(), scratch.stored);
        let found = self.decode_first(cue, candidates, touched / 4 + 1, &mut scratch);
        match (found, candidates.first()) {
            (Some(_), _) => {
                copy(scratch.pattern, scratch.members);
                scratch.unknown.fill(0);
            }
            (None, Some(best)) => {
                self.load(best.slot, &mut scratch);
                self.guess(cue, &mut scratch);
            }
            (None, None) => {
                for set in [
                    &mut scratch.pattern,
                    &mut scratch.members,
                    &mut scratch.unknown,
                ] {
                    set.fill(0);
                }
            }
        }
        Ok(PolarRecalled {
            pattern: scratch.pattern,
            members: scratch.members,
            unknown: scratch.unknown,
            matched: found.or(candidates.first()).map(matched),
            verified: found.is_some(),
        })
    }

    /// The first slot that a pattern comes out of: of those with no misses from a cue that is all right, of the others from one
    /// that may be wrong, and then of the first from that, too.
    fn decode_first<'c>(
        &self,
        cue: &[u32],
        candidates: &'c [Candidate],
        most: u32,
        scratch: &mut Scratch<'_>,
    ) -> Option<&'c Candidate> {
        if bits::count(cue) == 0 {
            return None;
        }
        let near = || candidates.iter().filter(|one| one.misses <= most);
        let first = near().map(|one| match one.misses {
            0 => (one, Trust::All),
            _ => (one, Trust::Most),
        });
        let again = near().filter(|one| one.misses == 0);
        let again = again.map(|one| (one, Trust::Most));
        let mut all = first.chain(again);
        let found = all.find(|&(one, trust)| {
            self.load(one.slot, scratch);
            self.decode(cue, trust, scratch)
        });
        found.map(|(one, _)| one)
    }

    /// The slots whose sketches miss least of the cue's, of equal ones the newest first.
    fn search(&self, touched: &[u32]) -> ([Candidate; TRIES], usize) {
        let learned = self.learned();
        let slots = u64::from(self.params.slots());
        let taken = learned.min(slots);
        let last = learned.wrapping_sub(1).checked_rem(slots).unwrap_or(0);
        let none = Candidate {
            misses: u32::MAX,
            slot: 0,
            age: 0,
        };
        let mut best = [none; TRIES];
        for step in 0..taken {
            let slot = match last.checked_sub(step) {
                Some(slot) => slot,
                None => last.wrapping_add(slots).wrapping_sub(step),
            };
            let slot = slot as u32;
            let sketch = self.slot(slot).iter().zip(touched);
            let misses = sketch.fold(0u32, |sum, (own, cue)| {
                sum.wrapping_add((cue & !own).count_ones())
            });
            let mut one = Candidate {
                misses,
                slot,
                age: step.wrapping_add(1),
            };
            if best.last().is_some_and(|last| misses < last.misses) {
                for best in &mut best {
                    if (one.misses, one.age) < (best.misses, best.age) {
                        core::mem::swap(best, &mut one);
                    }
                }
            }
        }
        (best, taken.min(TRIES as u64) as usize)
    }

    fn slot(&self, slot: u32) -> &[u32] {
        let size = self.params.slot_words();
        let start = COUNTER_WORDS.saturating_add((slot as usize).saturating_mul(size));
        let rest = self.words.as_ref().get(start..).unwrap_or(&[]);
        rest.get(..size).unwrap_or(&[])
    }

    /// Takes sketch and parities of a slot apart.
    fn load(&self, slot: u32, scratch: &mut Scratch<'_>) {
        let slot = self.slot(slot);
        copy(slot, scratch.sketch);
        bits::clear_tail(scratch.sketch, self.params.sketch());
        let mut next = self.params.sketch();
        for (value, &stored) in scratch.values.iter_mut().zip(&*scratch.stored) {
            *value = 0;
            let mut left = stored;
            while left != 0 {
                let place = left & left.wrapping_neg();
                if bits::get(slot, next) {
                    *value |= place;
                }
                left ^= place;
                next = next.wrapping_add(1);
            }
        }
        scratch.check = bits::window(slot, next) & ((1 << CHECK_BITS) - 1);
    }

    /// Decodes what is loaded; whether a path has all that is stored.
    fn decode(&self, cue: &[u32], trust: Trust, scratch: &mut Scratch<'_>) -> bool {
        let params = &self.params;
        let ones = bits::count(cue);
        let stored = [&*scratch.stored, &*scratch.values];
        let mut decoder = Decoder::new(params, stored, scratch.ratios, scratch.bits);
        let sketches = [&*scratch.touched, &*scratch.sketch];
        priors(params, cue, trust, sketches, decoder.whole());
        for path in decoder.run() {
            let (own, beyond) = path.split_at_checked(cue.len()).unwrap_or_default();
            let inside = bits::check(own, params.visible()).is_ok() && bits::count(beyond) == 0;
            // A slot of nearly as many bits as a pattern may be decoded without a cue: then it is none that the cue is of.
            let least = match trust {
                Trust::All => ones,
                Trust::Most => ones.div_ceil(2),
            };
            let part = bits::overlap(own, cue) >= least;
            if inside && part && bits::count(own) == params.active() {
                params.sketch_of(own, scratch.decoded);
                if scratch.decoded == scratch.sketch && check(own) == scratch.check {
                    copy(own, scratch.pattern);
                    return true;
                }
            }
        }
        false
    }

    /// Fills up a cue from the sketch that is loaded.
    fn guess(&self, cue: &[u32], scratch: &mut Scratch<'_>) {
        let params = &self.params;
        scratch.pattern.fill(0);
        scratch.unknown.fill(0);
        copy(cue, scratch.members);
        let mut left = params.active();
        // What of the cue there is, and then what is likeliest.
        let order = |class| match class {
            Class::Cue | Class::Denied => 0,
            Class::Open => 1,
            Class::Other => 2,
            Class::Zero => 3,
        };
        for turn in 0..4 {
            for (unit, class) in classes(params, cue, [&*scratch.touched, &*scratch.sketch]) {
                if order(class) == turn && left > 0 {
                    bits::set(scratch.pattern, unit);
                    left = left.wrapping_sub(1);
                }
                if order(class) == turn && matches!(class, Class::Open | Class::Other) {
                    bits::set(scratch.unknown, unit);
                }
            }
        }
    }
}
