//! Which two rows and weights a cue belongs to, and what is left there.

use super::super::super::RecencyError;
use super::super::super::recall::take;
use super::super::recall::{fullest, note};
use super::super::{Remembered, Winner};
use super::{Pairs, PairsParams};
use crate::bits;
use crate::memory::{Capacity, Memory, Recollection};

/// What a one of the cue costs that is older than a row's level or missing there, while the other row is not known: it is in
/// that one with probability 1/2. `16 ln 2` to the nearest.
const ELSEWHERE: i32 = 11;

/// The best of some scores, and the next.
#[derive(Clone, Copy)]
struct Best {
    winner: Option<Winner>,
    score: i32,
    next: Option<i32>,
}

impl Best {
    /// Takes in one more, which of equal ones is the last to be taken.
    fn take(best: &mut Option<Self>, winner: Option<Winner>, score: i32) {
        match best {
            Some(best) if score <= best.score => {
                best.next = Some(best.next.map_or(score, |next| next.max(score)));
            }
            _ => {
                *best = Some(Self {
                    winner,
                    score,
                    next: best.map(|best| best.score),
                });
            }
        }
    }
}

impl<S: AsRef<[u32]>> Pairs<S> {
    /// Recalls from a cue into the scratch buffer: the row and the level with the largest score, of equal ones the lowest row
    /// and there the newest level, and with it the best second row, if one does better than none.
    ///
    /// [`Remembered::winners`] are these one or two rows; [`Remembered::next`] is the best score of the first row with another
    /// second one, or without. A pure function of the memory and the cue: nothing in the memory changes.
    ///
    /// # Errors
    /// [`RecencyError::Cue`] for a cue that is no vector of n bits, [`RecencyError::Scratch`] for fewer than
    /// [`PairsParams::scratch_words`] words.
    pub fn recall<'a>(
        &self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Remembered<'a>, RecencyError> {
        let params = self.params();
        bits::check(cue, params.visible()).map_err(RecencyError::Cue)?;
        let (got, expected) = (scratch.len(), params.scratch_words());
        let short = RecencyError::Scratch { got, expected };
        let scratch = scratch.get_mut(..expected).ok_or(short)?;
        let size = params.pattern_words();
        let (pattern, rest) = scratch.split_at_mut_checked(size).ok_or(short)?;
        let (members, rest) = rest.split_at_mut_checked(size).ok_or(short)?;
        let (unknown, rest) = rest.split_at_mut_checked(size).ok_or(short)?;
        let (counts, rest) = rest
            .split_at_mut_checked(2 * params.plain().count_words())
            .ok_or(short)?;
        let part_size = params.plain().part_words();
        let known = rest.get_mut(..2 * part_size).ok_or(short)?;
        for part in [&mut *pattern, &mut *members, &mut *unknown, &mut *known] {
            part.fill(0);
        }

        let first = self.first(cue, counts);
        let both = self.with_second(first, cue, counts);
        let found = if both.winner.is_some() { 2 } else { 1 };
        let known = known.get_mut(..found * part_size).unwrap_or(&mut []);
        let winners = [Some(first), both.winner].into_iter().flatten();
        for (known, winner) in known.chunks_exact_mut(part_size.max(1)).zip(winners) {
            if let [row, level, ..] = known {
                (*row, *level) = (winner.row, winner.level);
            }
        }
        for unit in 0..params.visible() {
            match self.place(first, both.winner, unit) {
                Place::Member => bits::set(members, unit),
                Place::Newer(row, level) => {
                    bits::set(unknown, unit);
                    note(known, part_size, (row, level), bits::get(cue, unit));
                }
                Place::Out => {}
            }
        }
        let mut left = params.active();
        take(bits::ones(members), pattern, &mut left);
        while left > 0 {
            let Some(group) = fullest(known, part_size) else {
                break;
            };
            for unit in bits::ones(unknown) {
                let own = match self.place(first, both.winner, unit) {
                    Place::Newer(row, level) => (row, level) == group,
                    _ => false,
                };
                if left > 0 && own {
                    bits::set(pattern, unit);
                    left = left.wrapping_sub(1);
                }
            }
            let at = (group.0 as usize).saturating_mul(part_size);
            let at = at.saturating_add(2).saturating_add(2 * group.1 as usize);
            if let Some(cells) = known.get_mut(at) {
                *cells = 0;
            }
        }
        Ok(Remembered {
            pattern,
            members,
            unknown,
            score: both.score,
            most: (params.hit() as i32).wrapping_mul(bits::count(cue) as i32),
            next: both.next,
            parts: known,
            size: part_size,
        })
    }

    /// The row and level with the largest score for themselves.
    #[inline(never)]
    fn first(&self, cue: &[u32], counts: &mut [u32]) -> Winner {
        let params = self.params();
        let hit = params.hit() as i32;
        let mut best = None;
        for row in 0..params.rows() {
            counts.fill(0);
            for unit in bits::ones(cue) {
                count(counts, self.level(row, unit));
            }
            let mut older = bits::count(cue) as i32;
            for (level, &here) in (0..params.levels()).zip(&*counts) {
                older = older.wrapping_sub(here as i32);
                let score = hit
                    .wrapping_mul(here as i32)
                    .wrapping_sub(older.wrapping_mul(ELSEWHERE));
                Best::take(&mut best, Some(Winner { row, level }), score);
            }
        }
        let none = Winner { row: 0, level: 0 };
        best.and_then(|best| best.winner).unwrap_or(none)
    }

    /// The best second row and level beside the first, and the score of both; none where the first does better alone.
    #[inline(never)]
    fn with_second(&self, first: Winner, cue: &[u32], counts: &mut [u32]) -> Best {
        let params = self.params();
        let (hit, miss) = (params.hit() as i32, params.miss() as i32);
        let (all, older) = counts
            .split_at_mut_checked(params.plain().count_words())
            .unwrap_or_default();
        let (mut at_first, mut open) = (0i32, 0i32);
        for unit in bits::ones(cue) {
            let level = self.level(first.row, unit);
            at_first = at_first.wrapping_add(i32::from(level == first.level));
            open = open.wrapping_add(i32::from(level > first.level));
        }
        let score = |hits: i32, misses: i32| {
            hit.wrapping_mul(hits)
                .wrapping_sub(miss.wrapping_mul(misses))
        };
        let mut best = None;
        // Alone, which no other with the same score replaces.
        Best::take(&mut best, None, score(at_first, open));
        for row in (0..params.rows()).filter(|&row| row != first.row) {
            all.fill(0);
            older.fill(0);
            for unit in bits::ones(cue) {
                let in_first = self.level(first.row, unit);
                if in_first != first.level {
                    let level = self.level(row, unit);
                    count(all, level);
                    if in_first > first.level {
                        count(older, level);
                    }
                }
            }
            let mut misses = open;
            for ((level, &here), &own) in (0..params.levels()).zip(&*all).zip(&*older) {
                misses = misses.wrapping_sub(own as i32);
                let score = score(at_first.wrapping_add(here as i32), misses);
                Best::take(&mut best, Some(Winner { row, level }), score);
            }
        }
        best.unwrap_or(Best {
            winner: None,
            score: 0,
            next: None,
        })
    }

    /// What a unit is to the winners.
    fn place(&self, first: Winner, second: Option<Winner>, unit: u32) -> Place {
        let in_first = self.level(first.row, unit);
        let in_second = second.map(|second| (self.level(second.row, unit), second.level));
        let newer_in_second = in_second.filter(|(own, level)| own < level);
        if in_first == first.level || in_second.is_some_and(|(own, level)| own == level) {
            Place::Member
        } else if in_first < first.level {
            Place::Newer(0, in_first)
        } else if let Some((own, _)) = newer_in_second {
            Place::Newer(1, own)
        } else {
            Place::Out
        }
    }
}

/// What a unit is to the two winners.
enum Place {
    Member,
    /// At a newer level of the first (0) or the second (1).
    Newer(u32, u32),
    Out,
}

fn count(counts: &mut [u32], level: u32) {
    if let Some(count) = counts.get_mut(level as usize) {
        *count = count.wrapping_add(1);
    }
}

impl<S: AsRef<[u32]> + AsMut<[u32]>> Memory for Pairs<S> {
    type Error = RecencyError;

    fn units(&self) -> u32 {
        self.params().visible()
    }

    fn stored(&self) -> u64 {
        self.learned()
    }

    /// No pattern is refused before the number of events ends: old ones fade. How many are reliable depends on the draws.
    fn capacity(&self) -> Capacity {
        Capacity {
            reliable: None,
            limit: Some(u64::MAX),
        }
    }

    fn state_words(&self) -> usize {
        self.params().words()
    }

    fn scratch_words(&self) -> usize {
        PairsParams::scratch_words(self.params())
    }

    fn store(&mut self, pattern: &[u32], scratch: &mut [u32]) -> Result<(), RecencyError> {
        self.learn(pattern, scratch)
    }

    /// What [`Pairs::recall`] finds, and the share of [`Remembered::share`].
    fn recall<'a>(
        &'a self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Recollection<'a>, RecencyError> {
        let recalled = Self::recall(self, cue, scratch)?;
        Ok(Recollection {
            pattern: recalled.pattern,
            share: recalled.share(),
        })
    }
}
