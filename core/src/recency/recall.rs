//! Which event a cue belongs to, and what is left of it.

use core::cmp::Ordering;

use super::row::Ranks;
use super::{Params, Recency, RecencyError};
use crate::bits;

/// How well an event matches a cue, and which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Match {
    score: i32,
    most: i32,
    age: u64,
    row: u32,
    level: u32,
}

impl Match {
    /// `hit H - miss O`, in 1/16 nat: H ones of the cue at the event's level, O at older levels or in empty cells.
    #[must_use]
    pub const fn score(self) -> i32 {
        self.score
    }

    /// The largest score that a cue with as many ones could have.
    #[must_use]
    pub const fn most(self) -> i32 {
        self.most
    }

    /// The score as a share of the most, in 1/65536, rounded down; 0 for one below 0 and for an empty cue.
    #[must_use]
    pub const fn share(self) -> u32 {
        if self.score <= 0 {
            return 0;
        }
        match ((self.score as u64) << 16).checked_div(self.most as u64) {
            Some(share) => share as u32,
            None => 0,
        }
    }

    /// How long ago it was learned, in events: 1 for the last. Its number is [`Recency::learned`] less this.
    #[must_use]
    pub const fn age(self) -> u64 {
        self.age
    }

    /// The row that holds it.
    #[must_use]
    pub const fn row(self) -> u32 {
        self.row
    }

    /// Its level there, 0 the newest.
    #[must_use]
    pub const fn level(self) -> u32 {
        self.level
    }
}

/// What is known of a unit of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Unit {
    /// A one of its pattern.
    Member,
    /// A newer event has taken the cell.
    Unknown,
    /// None of its ones; or one that was cleared to keep the row within its cap.
    NonMember,
}

/// What [`Recency::recall`] found, in the scratch buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Recalled<'a> {
    /// The recalled pattern, packed: up to s ones, fewer where there are fewer members and unknown units.
    pub pattern: &'a [u32],
    /// The units that are members, packed.
    pub members: &'a [u32],
    /// Those that are unknown, packed.
    pub unknown: &'a [u32],
    /// The event; none in an empty memory, and all of the above is zero then.
    pub matched: Option<Match>,
}

impl Recalled<'_> {
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
}

/// An event of the window, as a search meets it.
struct Candidate<'a> {
    age: u64,
    row: u32,
    level: u32,
    words: &'a [u32],
    /// The cue, its units turned to the cells of this event.
    cue: &'a [u32],
}

/// Whether a search goes on.
enum Next {
    More,
    Enough,
}

impl<S: AsRef<[u32]>> Recency<S> {
    /// The event with the largest score from a cue, of equal ones the newest; none in an empty memory.
    ///
    /// # Errors
    /// [`RecencyError::Cue`] for a cue that is no vector of n bits, [`RecencyError::Scratch`] for fewer than
    /// [`Params::scratch_words`] words.
    pub fn find(&self, cue: &[u32], scratch: &mut [u32]) -> Result<Option<Match>, RecencyError> {
        let scratch = self.checked(cue, scratch)?;
        Ok(self.search(cue, 0, scratch))
    }

    /// The same, of all events but that of this age: with [`Match::age`] of the best one, the next.
    ///
    /// Costs more than [`Recency::find`] where that has found the cue's own event, which leaves others no chance early.
    ///
    /// # Errors
    /// As there.
    pub fn runner_up(
        &self,
        cue: &[u32],
        age: u64,
        scratch: &mut [u32],
    ) -> Result<Option<Match>, RecencyError> {
        let scratch = self.checked(cue, scratch)?;
        Ok(self.search(cue, age, scratch))
    }

    /// Recalls the event that a cue belongs to into the scratch buffer.
    ///
    /// A pure function of the memory and the cue: nothing in the memory changes.
    ///
    /// # Errors
    /// As [`Recency::find`].
    pub fn recall<'a>(
        &self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Recalled<'a>, RecencyError> {
        let scratch = self.checked(cue, scratch)?;
        let (levels, patterns) = scratch
            .split_at_mut_checked(2 * self.params().levels() as usize)
            .unwrap_or_default();
        let size = self.params().pattern_words();
        let (turned, rest) = patterns.split_at_mut_checked(size).unwrap_or_default();
        let (members, rest) = rest.split_at_mut_checked(size).unwrap_or_default();
        let (unknown, rest) = rest.split_at_mut_checked(size).unwrap_or_default();
        let pattern = rest.get_mut(..size).unwrap_or(&mut []);
        let matched = self.search(cue, 0, turned);
        for part in [&mut *members, &mut *unknown, &mut *pattern, &mut *levels] {
            part.fill(0);
        }
        if let Some(found) = matched {
            let (generation, _) = self.place(self.learned().wrapping_sub(found.age));
            let rotation = self.params().rotation(generation);
            turn(self.params(), cue, rotation, turned);
            for (cell, level) in self.cells(found.row) {
                let unit = self.params().unit(cell, rotation);
                if level == found.level {
                    bits::set(members, unit);
                } else if level < found.level {
                    bits::set(unknown, unit);
                    let counts = levels.get_mut(2 * level as usize..).unwrap_or(&mut []);
                    if let [cells, hits, ..] = counts {
                        *cells = cells.wrapping_add(1);
                        *hits = hits.wrapping_add(u32::from(bits::get(turned, cell)));
                    }
                }
            }
            let mut left = self.params().active();
            take(bits::ones(members), pattern, &mut left);
            while left > 0 {
                let Some(level) = fullest(levels) else { break };
                turned.fill(0);
                for (cell, other) in self.cells(found.row) {
                    if other == level {
                        bits::set(turned, self.params().unit(cell, rotation));
                    }
                }
                take(bits::ones(turned), pattern, &mut left);
                if let Some(cells) = levels.get_mut(2 * level as usize) {
                    *cells = 0;
                }
            }
        }
        Ok(Recalled {
            pattern,
            members,
            unknown,
            matched,
        })
    }

    /// The scratch that is needed, and a cue of n bits.
    fn checked<'a>(
        &self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<&'a mut [u32], RecencyError> {
        bits::check(cue, self.params().visible()).map_err(RecencyError::Cue)?;
        // Longer is welcome: what is left over is not touched.
        let (got, expected) = (scratch.len(), self.params().scratch_words());
        scratch
            .get_mut(..expected)
            .ok_or(RecencyError::Scratch { got, expected })
    }

    /// Calls `each` with the events of the window, newest first.
    #[inline(always)]
    fn events(&self, cue: &[u32], turned: &mut [u32], mut each: impl FnMut(Candidate<'_>) -> Next) {
        let params = self.params();
        let size = params.row_words();
        let (newest, next) = self.place(self.learned());
        let mut rotation = params.rotation(newest);
        let mut age = 0u64;
        for back in 0..=params.levels() {
            if u64::from(back) > newest {
                return;
            }
            // The rows whose newest event is of the last generation, those of the one before it, or both.
            let first = if back == params.levels() { next } else { 0 };
            let end = if back == 0 { next } else { params.rows() };
            turn(params, cue, rotation, turned);
            rotation = params.rotation_before(rotation);
            let words = self.rows().get(first as usize * size..end as usize * size);
            let words = words.unwrap_or(&[]).chunks_exact(size.max(1));
            for (row, words) in (first..end).zip(words).rev() {
                age = age.wrapping_add(1);
                let level = if row < next {
                    back
                } else {
                    back.wrapping_sub(1)
                };
                let candidate = Candidate {
                    age,
                    row,
                    level,
                    words,
                    cue: turned,
                };
                if let Next::Enough = each(candidate) {
                    return;
                }
            }
        }
    }

    /// The best of all events but that of age `except`.
    #[inline(never)]
    fn search(&self, cue: &[u32], except: u64, scratch: &mut [u32]) -> Option<Match> {
        let params = self.params();
        let turned = scratch.get_mut(..params.pattern_words()).unwrap_or(&mut []);
        let ones = bits::count(cue);
        let (hit, miss) = (params.hit() as i32, params.miss() as i32);
        // Below 2^28 and 2^30, since n is at most 2^20.
        let most = hit.wrapping_mul(ones as i32);
        let matched = |event: &Candidate<'_>, score| Match {
            score,
            most,
            age: event.age,
            row: event.row,
            level: event.level,
        };
        // The event with the fewest ones of the cue in empty cells is a good one to hold others against.
        let mut best = None;
        let mut fewest = u32::MAX;
        self.events(cue, turned, |event| {
            if event.age == except {
                return Next::More;
            }
            let empty = empty_cells(event.words, event.cue, fewest);
            if empty < fewest || best.is_none() {
                fewest = empty;
                best = Some(matched(&event, i32::MIN));
            }
            if fewest == 0 {
                Next::Enough
            } else {
                Next::More
            }
        });
        let mut best = best?;
        let first = best.age;
        let (generation, _) = self.place(self.learned().wrapping_sub(first));
        turn(params, cue, params.rotation(generation), turned);
        let event = Candidate {
            age: first,
            row: best.row,
            level: best.level,
            words: self.row(best.row),
            cue: turned,
        };
        best.score = self.score(&event, most, i32::MIN).unwrap_or(i32::MIN);

        // The most ones in empty cells with which a score can still be so much.
        let bar_of = |floor: i32| {
            let room = u32::try_from(most.wrapping_sub(floor)).ok()?;
            room.checked_div(hit.wrapping_add(miss) as u32)
        };
        // Newer events may have the score of the best, older ones have to have more.
        let mut floor = best.score;
        let mut bar = bar_of(floor);
        self.events(cue, turned, |event| {
            if event.age == except {
                return Next::More;
            }
            if event.age == first {
                if best.age == first {
                    floor = best.score.wrapping_add(1);
                    bar = bar_of(floor);
                }
                return Next::More;
            }
            let Some(most_empty) = bar else {
                return Next::Enough;
            };
            let empty = empty_cells(event.words, event.cue, most_empty.wrapping_add(1));
            if empty <= most_empty
                && let Some(score) = self.score(&event, most, floor)
            {
                best = matched(&event, score);
                floor = score.wrapping_add(1);
                bar = bar_of(floor);
            }
            Next::More
        });
        Some(best)
    }

    /// The score of an event, `most` being that of a cue all at its level; none if it is below `floor`.
    #[inline(never)]
    fn score(&self, event: &Candidate<'_>, most: i32, floor: i32) -> Option<i32> {
        let params = self.params();
        let hit = params.hit() as i32;
        let contradicted = hit.wrapping_add(params.miss() as i32);
        let mut ranks = Ranks::new(event.words, params.visible(), params.coding());
        // What it is if all that is still to come is at the event's level.
        let mut score = most;
        for cell in bits::ones(event.cue) {
            let less = if bits::get(event.words, cell) {
                match ranks.level(cell).cmp(&event.level) {
                    Ordering::Less => hit,
                    Ordering::Equal => 0,
                    Ordering::Greater => contradicted,
                }
            } else {
                contradicted
            };
            score = score.wrapping_sub(less);
            if score < floor {
                return None;
            }
        }
        Some(score)
    }
}

/// The ones of a cue, turned to cells.
fn turn(params: &Params, cue: &[u32], rotation: u32, turned: &mut [u32]) {
    turned.fill(0);
    for unit in bits::ones(cue) {
        bits::set(turned, params.cell(unit, rotation));
    }
}

/// How many ones of a turned cue are in empty cells of a row; no more than so many are counted for certain.
#[inline(always)]
fn empty_cells(row: &[u32], cue: &[u32], enough: u32) -> u32 {
    let mut empty = 0u32;
    for (&cue, &set) in cue.iter().zip(row) {
        let own = cue & !set;
        if own != 0 {
            empty = empty.wrapping_add(own.count_ones());
            if empty >= enough {
                break;
            }
        }
    }
    empty
}

/// Of levels as pairs of cells and ones of the cue among them, that with the largest share of ones, the oldest of equal
/// ones; none where no level has a cell.
fn fullest(levels: &[u32]) -> Option<u32> {
    let mut fullest: Option<(u32, u64, u64)> = None;
    for (level, pair) in (0..).zip(levels.chunks_exact(2)) {
        let &[cells, ones] = pair else { continue };
        if cells == 0 {
            continue;
        }
        let (cells, ones) = (u64::from(cells), u64::from(ones));
        if fullest.is_none_or(|(_, most, of)| ones * of >= most * cells) {
            fullest = Some((level, ones, cells));
        }
    }
    fullest.map(|(level, _, _)| level)
}

/// Sets bits until no more are left to set.
pub(super) fn take(units: bits::Ones<'_>, pattern: &mut [u32], left: &mut u32) {
    for unit in units.take(*left as usize) {
        bits::set(pattern, unit);
        *left = left.wrapping_sub(1);
    }
}
