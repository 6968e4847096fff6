//! Which rows and levels a cue belongs to, and what is left there.

use super::super::recall::take;
use super::super::{RecencyError, Unit};
use super::{Levels, PlainParams};
use crate::bits;
use crate::memory::{Capacity, Memory, Recollection};

/// The row and the level with the largest score in a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Winner {
    /// The row, `part` modulo g.
    pub row: u32,
    /// The level there, 0 the newest.
    pub level: u32,
}

/// What [`Levels::recall`] found, in the scratch buffer, or [`Pairs::recall`](super::Pairs::recall).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Remembered<'a> {
    /// The recalled pattern, packed: up to s ones, fewer where there are fewer members and unknown units.
    pub pattern: &'a [u32],
    /// The units that are members, packed.
    pub members: &'a [u32],
    /// Those that are unknown, packed.
    pub unknown: &'a [u32],
    /// The score, in 1/16 nat: the sum of those of the parts' winners.
    pub score: i32,
    /// The largest score that a cue with as many ones could have.
    pub most: i32,
    /// The next best score, with another row or level in one part; none if there is but one of each.
    pub next: Option<i32>,
    /// Of each part the winner's row and level, and of the levels before that the cells and the ones of the cue there.
    pub(super) parts: &'a [u32],
    pub(super) size: usize,
}

impl Remembered<'_> {
    /// What is known of a unit.
    #[must_use]
    pub fn unit(&self, unit: u32) -> Unit {
        if bits::get(self.members, unit) {
            Unit::Member
        } else if bits::get(self.unknown, unit) {
            Unit::Unknown
        } else {
            Unit::NonMember
        }
    }

    /// The winner of each part, in their order.
    pub fn winners(&self) -> impl Iterator<Item = Winner> {
        let parts = self.parts.chunks_exact(self.size.max(1));
        parts.map(|part| match *part {
            [row, level, ..] => Winner { row, level },
            _ => Winner { row: 0, level: 0 },
        })
    }

    /// The score as a share of the most, in 1/65536, rounded down; 0 for one below 0 and for an empty cue.
    #[must_use]
    pub const fn share(&self) -> u32 {
        if self.score <= 0 {
            return 0;
        }
        match ((self.score as u64) << 16).checked_div(self.most as u64) {
            Some(share) => share as u32,
            None => 0,
        }
    }
}

/// The winner of a part, its score, and the next best of the part.
struct Best {
    winner: Winner,
    score: i32,
    next: Option<i32>,
}

impl<S: AsRef<[u32]>> Levels<S> {
    /// Recalls from a cue into the scratch buffer: in each part the row and the level with the largest score, of equal ones the
    /// lowest row and there the newest level.
    ///
    /// A pure function of the memory and the cue: nothing in the memory changes.
    ///
    /// # Errors
    /// [`RecencyError::Cue`] for a cue that is no vector of n bits, [`RecencyError::Scratch`] for fewer than
    /// [`PlainParams::scratch_words`] words.
    pub fn recall<'a>(
        &self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Remembered<'a>, RecencyError> {
        let params = *self.params();
        bits::check(cue, params.visible()).map_err(RecencyError::Cue)?;
        let (got, expected) = (scratch.len(), params.scratch_words());
        let short = RecencyError::Scratch { got, expected };
        let scratch = scratch.get_mut(..expected).ok_or(short)?;
        let size = params.pattern_words();
        let (pattern, rest) = scratch.split_at_mut_checked(size).ok_or(short)?;
        let (members, rest) = rest.split_at_mut_checked(size).ok_or(short)?;
        let (unknown, rest) = rest.split_at_mut_checked(size).ok_or(short)?;
        let (counts, rest) = rest
            .split_at_mut_checked(params.count_words())
            .ok_or(short)?;
        let part_size = params.part_words();
        let parts = rest
            .get_mut(..part_size.saturating_mul(params.parts() as usize))
            .ok_or(short)?;
        for part in [&mut *pattern, &mut *members, &mut *unknown, &mut *parts] {
            part.fill(0);
        }

        let (mut score, mut margin) = (0i32, None);
        for (part, known) in (0..).zip(parts.chunks_exact_mut(part_size.max(1))) {
            let best = self.best_of(part, cue, counts);
            // Sums of scores of parts are scores of all ones: below 2^31.
            score = score.wrapping_add(best.score);
            if let Some(next) = best.next {
                let own = best.score.wrapping_sub(next);
                margin = Some(margin.map_or(own, |margin: i32| margin.min(own)));
            }
            if let [row, level, ..] = known {
                (*row, *level) = (best.winner.row, best.winner.level);
            }
        }
        self.judge(cue, parts, members, unknown);
        let mut left = params.active();
        take(bits::ones(members), pattern, &mut left);
        while left > 0 {
            let Some((part, level)) = fullest(parts, part_size) else {
                break;
            };
            let row = self.winner(parts, part).row;
            for unit in bits::ones(unknown) {
                let (own, cell) = params.place(unit);
                if left > 0 && own == part && self.level(self.row(row), cell) == level {
                    bits::set(pattern, unit);
                    left = left.wrapping_sub(1);
                }
            }
            let at = (part as usize).saturating_mul(part_size);
            let at = at.saturating_add(2).saturating_add(2 * level as usize);
            if let Some(cells) = parts.get_mut(at) {
                *cells = 0;
            }
        }
        Ok(Remembered {
            pattern,
            members,
            unknown,
            score,
            most: (params.hit() as i32).wrapping_mul(bits::count(cue) as i32),
            next: margin.map(|margin| score.wrapping_sub(margin)),
            parts,
            size: part_size,
        })
    }

    /// The winner of a part.
    fn best_of(&self, part: u32, cue: &[u32], counts: &mut [u32]) -> Best {
        let params = self.params();
        let (hit, miss) = (params.hit() as i32, params.miss() as i32);
        let mut best: Option<Best> = None;
        for place in 0..params.part_rows() {
            let row = place.wrapping_mul(params.parts()).wrapping_add(part);
            let words = self.row(row);
            counts.fill(0);
            let mut older = 0i32;
            for unit in bits::ones(cue) {
                let (own, cell) = params.place(unit);
                if own == part {
                    older = older.wrapping_add(1);
                    if let Some(count) = counts.get_mut(self.level(words, cell) as usize) {
                        *count = count.wrapping_add(1);
                    }
                }
            }
            for (level, &here) in (0..params.levels()).zip(&*counts) {
                let here = here as i32;
                older = older.wrapping_sub(here);
                let score = hit
                    .wrapping_mul(here)
                    .wrapping_sub(miss.wrapping_mul(older));
                match &mut best {
                    Some(best) if score <= best.score => {
                        best.next = Some(best.next.map_or(score, |next| next.max(score)));
                    }
                    _ => {
                        best = Some(Best {
                            winner: Winner { row, level },
                            score,
                            next: best.map(|best| best.score),
                        });
                    }
                }
            }
        }
        // There is a row and a level.
        best.unwrap_or(Best {
            winner: Winner {
                row: part,
                level: 0,
            },
            score: 0,
            next: None,
        })
    }

    /// Marks members and unknown units, and counts the cells and the ones of the cue at newer levels.
    fn judge(&self, cue: &[u32], parts: &mut [u32], members: &mut [u32], unknown: &mut [u32]) {
        let params = self.params();
        for unit in 0..params.visible() {
            let (part, cell) = params.place(unit);
            let winner = self.winner(parts, part);
            let level = self.level(self.row(winner.row), cell);
            if level == winner.level {
                bits::set(members, unit);
            } else if level < winner.level {
                bits::set(unknown, unit);
                let own = bits::get(cue, unit);
                note(parts, params.part_words(), (part, level), own);
            }
        }
    }

    fn winner(&self, parts: &[u32], part: u32) -> Winner {
        let at = (part as usize).saturating_mul(self.params().part_words());
        match parts.get(at..).unwrap_or(&[]) {
            [row, level, ..] => Winner {
                row: *row,
                level: *level,
            },
            _ => Winner { row: 0, level: 0 },
        }
    }
}

/// Counts a cell of a level of a part, and whether a one of the cue is there.
pub(super) fn note(parts: &mut [u32], size: usize, (part, level): (u32, u32), one: bool) {
    let at = (part as usize).saturating_mul(size);
    let at = at.saturating_add(2).saturating_add(2 * level as usize);
    if let [cells, ones, ..] = parts.get_mut(at..).unwrap_or(&mut []) {
        *cells = cells.wrapping_add(1);
        *ones = ones.wrapping_add(u32::from(one));
    }
}

/// Part and level with the largest share of ones of the cue among their cells, of equal ones the oldest level and there the
/// lowest part; none where no level has a cell left.
pub(super) fn fullest(parts: &[u32], size: usize) -> Option<(u32, u32)> {
    let mut fullest: Option<(u32, u32, u64, u64)> = None;
    for (part, known) in (0..).zip(parts.chunks_exact(size.max(1))) {
        for (level, pair) in (0..).zip(known.get(2..).unwrap_or(&[]).chunks_exact(2)) {
            let &[cells, ones] = pair else { continue };
            if cells == 0 {
                continue;
            }
            let (cells, ones) = (u64::from(cells), u64::from(ones));
            let better = fullest.is_none_or(|(_, other, most, of)| {
                let (own, others) = (ones * of, most * cells);
                own > others || own == others && level > other
            });
            if better {
                fullest = Some((part, level, ones, cells));
            }
        }
    }
    fullest.map(|(part, level, _, _)| (part, level))
}

impl<S: AsRef<[u32]> + AsMut<[u32]>> Memory for Levels<S> {
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
        PlainParams::scratch_words(self.params())
    }

    fn store(&mut self, pattern: &[u32], scratch: &mut [u32]) -> Result<(), RecencyError> {
        self.learn(pattern, scratch)
    }

    /// What [`Levels::recall`] finds, and the share of [`Remembered::share`].
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
