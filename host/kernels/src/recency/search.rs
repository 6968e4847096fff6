//! Which event a cue belongs to, and what is left of it.

use slotless_core::bits;
use slotless_core::recency::RecencyError;

use super::super::simd::{BYTES, Block, Kernel, Line};
use super::{ROWS, Recalled, Recency, turned};

/// Bits of the most ones that a cue may have, 2^20.
const PLANES: usize = 21;
/// 64 rows each in a line.
const WORDS: usize = ROWS / 64;

/// How well an event matches a cue, and which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The score, in 1/16 nat.
    pub score: i32,
    /// The largest score that a cue with as many ones could have.
    pub most: i32,
    /// How long ago it was learned, in events: 1 for the last.
    pub age: u64,
    /// The row that holds it.
    pub row: u32,
    /// Its level there, 0 the newest.
    pub level: u32,
}

/// Room for searches.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    ones: Vec<u32>,
    /// Of each generation the cells of the cue's ones.
    cells: Vec<u32>,
    /// Of each generation the planes of how many ones of the cue are in empty cells: of each line its planes, the lowest first.
    planes: Vec<Line>,
    /// Of each generation its rows that are in the window, a bit each.
    rows: Vec<u64>,
    /// Of each generation the fewest ones of the cue that a row has in empty cells.
    least: Vec<u32>,
    pattern: Vec<u32>,
    members: Vec<u32>,
    unknown: Vec<u32>,
    counts: Vec<[u32; 2]>,
}

/// Events of the same rotation.
struct Generation {
    number: u64,
    rotation: u32,
    /// The first of its rows that are in the window, and the one after the last.
    rows: [u32; 2],
}

impl Recency {
    /// The event with the largest score from a cue, of equal ones the newest; none in an empty memory.
    ///
    /// # Errors
    /// [`RecencyError::Cue`] for a cue that is no vector of n bits.
    pub fn find(&self, cue: &[u32], scratch: &mut Scratch) -> Result<Option<Found>, RecencyError> {
        bits::check(cue, self.params.visible()).map_err(RecencyError::Cue)?;
        Ok(self.search(cue, 0, scratch))
    }

    /// The same, of all events but that of this age: with the age of the best one, the next.
    ///
    /// # Errors
    /// As there.
    pub fn runner_up(
        &self,
        cue: &[u32],
        age: u64,
        scratch: &mut Scratch,
    ) -> Result<Option<Found>, RecencyError> {
        bits::check(cue, self.params.visible()).map_err(RecencyError::Cue)?;
        Ok(self.search(cue, age, scratch))
    }

    /// Recalls the event that a cue belongs to into the scratch.
    ///
    /// # Errors
    /// As [`Recency::find`].
    pub fn recall<'a>(
        &self,
        cue: &[u32],
        scratch: &'a mut Scratch,
    ) -> Result<Recalled<'a>, RecencyError> {
        let found = self.find(cue, scratch)?;
        let params = &self.params;
        let Scratch {
            pattern,
            members,
            unknown,
            counts,
            ..
        } = scratch;
        for words in [&mut *pattern, &mut *members, &mut *unknown] {
            words.clear();
            words.resize(params.pattern_words(), 0);
        }
        if let Some(found) = found {
            let generation = (self.events - found.age) / u64::from(params.rows());
            let rotation = params.rotation(generation);
            let levels = self.row(found.row);
            let level_of = |unit: u32| levels[turned(unit, rotation, params.visible()) as usize];
            counts.clear();
            counts.resize(found.level as usize, [0; 2]);
            let mut left = params.active();
            for unit in 0..params.visible() {
                let level = level_of(unit);
                if u32::from(level) == found.level {
                    bits::set(members, unit);
                    if left > 0 {
                        bits::set(pattern, unit);
                        left -= 1;
                    }
                } else if u32::from(level) < found.level {
                    bits::set(unknown, unit);
                    let [cells, ones] = &mut counts[usize::from(level)];
                    *cells += 1;
                    *ones += u32::from(bits::get(cue, unit));
                }
            }
            while left > 0
                && let Some(level) = fullest(counts)
            {
                for unit in bits::ones(unknown) {
                    if left > 0 && usize::from(level_of(unit)) == level {
                        bits::set(pattern, unit);
                        left -= 1;
                    }
                }
                counts[level][0] = 0;
            }
        }
        Ok(Recalled {
            pattern,
            members,
            unknown,
            found,
        })
    }

    fn row(&self, row: u32) -> &[u8] {
        let cells = self.params.visible() as usize;
        &self.levels[row as usize * cells..][..cells]
    }

    /// The generations of the window, the newest first.
    fn generations(&self) -> impl Iterator<Item = Generation> {
        let (rows, levels) = (self.params.rows(), u64::from(self.params.levels()));
        let newest = self.events / u64::from(rows);
        let next = (self.events % u64::from(rows)) as u32;
        (0..=levels.min(newest)).map(move |back| Generation {
            number: newest - back,
            rotation: self.params.rotation(newest - back),
            rows: [
                if back == levels { next } else { 0 },
                if back == 0 { next } else { rows },
            ],
        })
    }

    /// The best of all events but that of age `except`.
    fn search(&self, cue: &[u32], except: u64, scratch: &mut Scratch) -> Option<Found> {
        let params = &self.params;
        let (hit, miss) = (params.hit() as i32, params.miss() as i32);
        let Scratch {
            ones,
            cells,
            planes,
            rows,
            least,
            ..
        } = scratch;
        ones.clear();
        least.clear();
        ones.extend(bits::ones(cue));
        let most = hit * ones.len() as i32;
        let count = (u32::BITS - (ones.len() as u32).leading_zeros()) as usize;
        let lines = self.lines();
        let size = count * lines;
        let generations: Vec<Generation> = self.generations().collect();
        planes.resize(size * generations.len(), Line([0; BYTES]));
        cells.clear();
        for generation in &generations {
            let visible = params.visible();
            cells.extend(
                ones.iter()
                    .map(|&unit| turned(unit, generation.rotation, visible)),
            );
        }
        rows.clear();
        for generation in &generations {
            self.window(generation, except, rows);
        }
        let words = lines * WORDS;
        let cells_of = |place: usize| &cells[ones.len() * place..][..ones.len()];

        // The event with the fewest ones of the cue in empty cells is a good one to hold others against.
        let mut fewest: Option<(u32, usize, u32)> = None;
        for place in 0..generations.len() {
            let planes = &mut planes[size * place..][..size];
            let found = self.isa.run(Lacking {
                columns: &self.columns,
                lines,
                cells: cells_of(place),
                planes,
                count,
                rows: &rows[words * place..][..words],
            });
            let lacking = found.map_or(u32::MAX, |(lacking, _)| lacking);
            least.push(lacking);
            if let Some((_, row)) = found
                && fewest.as_ref().is_none_or(|(other, _, _)| lacking < *other)
            {
                fewest = Some((lacking, place, row));
            }
        }
        let (mut lacking, place, row) = fewest?;
        let mut best = self.found(&generations[place], row, cells_of(place), most);

        // Those with the fewest first, until so many in empty cells leave no more than the best has: the sooner a good one is
        // found, the fewer are looked at.
        let beyond = |lacking: u32, best: &Found| (hit + miss) * lacking as i32 > most - best.score;
        while !beyond(lacking, &best) {
            for (place, generation) in generations.iter().enumerate() {
                if least[place] > lacking {
                    continue;
                }
                let planes = &planes[size * place..][..size];
                for (at, word) in rows[words * place..][..words].iter().enumerate() {
                    let mut left = word & equal_to(planes, count, at, lacking);
                    while left != 0 {
                        let row = (64 * at) as u32 + left.trailing_zeros();
                        left &= left - 1;
                        let other = self.found(generation, row, cells_of(place), most);
                        if (other.score, best.age) > (best.score, other.age) {
                            best = other;
                        }
                    }
                }
            }
            lacking += 1;
        }
        Some(best)
    }

    /// Appends the rows of a generation that are in the window, a bit each, but for the event of age `except`.
    fn window(&self, generation: &Generation, except: u64, rows: &mut Vec<u64>) {
        let before = rows.len();
        rows.resize(before + self.lines() * WORDS, 0);
        let rows = &mut rows[before..];
        let [first, end] = generation.rows;
        for (word, from) in rows.iter_mut().zip((0u32..).step_by(64)) {
            let below = |bound: u32| match bound.saturating_sub(from) {
                0 => 0,
                some if some >= 64 => u64::MAX,
                some => (1 << some) - 1,
            };
            *word = below(end) & !below(first);
        }
        let of = generation.number * u64::from(self.params.rows());
        if let Some(event) = self.events.checked_sub(except)
            && let Some(row) = event.checked_sub(of)
            && row < u64::from(self.params.rows())
        {
            rows[row as usize / 64] &= !(1 << (row % 64));
        }
    }

    /// An event and its score, from the cells of the cue's ones.
    fn found(&self, generation: &Generation, row: u32, cells: &[u32], most: i32) -> Found {
        let params = &self.params;
        let (rows, next) = (
            u64::from(params.rows()),
            self.events % u64::from(params.rows()),
        );
        let back = self.events / rows - generation.number;
        let level = back - u64::from(u64::from(row) >= next);
        let (hit, miss) = (params.hit() as i32, params.miss() as i32);
        let levels = self.row(row);
        // No branch: which cells are younger or empty is as good as random. An empty one is beyond the oldest level.
        let own = level as u8;
        let (mut older, mut younger) = (0, 0);
        for &cell in cells {
            let level = levels[cell as usize];
            older += i32::from(level > own);
            younger += i32::from(level < own);
        }
        let score = most - (hit + miss) * older - hit * younger;
        Found {
            score,
            most,
            age: self.events - (generation.number * rows + u64::from(row)),
            row,
            level: level as u32,
        }
    }
}

/// Counts for each row how many cells are empty in it, in planes; of the rows in question gives the fewest, and one that has
/// so few.
struct Lacking<'a> {
    columns: &'a [Line],
    lines: usize,
    cells: &'a [u32],
    planes: &'a mut [Line],
    count: usize,
    rows: &'a [u64],
}

impl Kernel for Lacking<'_> {
    type Output = Option<(u32, u32)>;

    #[inline(always)]
    fn run<B: Block>(self) -> Self::Output {
        let mut fewest: Option<(u32, u32)> = None;
        for (line, rows) in self.rows.as_chunks::<WORDS>().0.iter().enumerate() {
            let mut planes = [B::zero(); PLANES];
            let planes = &mut planes[..self.count];
            for &cell in self.cells {
                let column = &self.columns[cell as usize * self.lines + line];
                let mut carry = B::load(&column.0).xor(B::ones());
                for plane in planes.iter_mut() {
                    let both = plane.and(carry);
                    *plane = plane.xor(carry);
                    carry = both;
                }
            }
            let own = &mut self.planes[line * self.count..][..self.count];
            for (own, plane) in own.iter_mut().zip(&*planes) {
                own.0 = plane.store();
            }
            let mut rows = B::from_groups(*rows);
            if !rows.any() {
                continue;
            }
            let mut least = 0;
            for (place, plane) in planes.iter().enumerate().rev() {
                let without = rows.and(plane.xor(B::ones()));
                if without.any() {
                    rows = without;
                } else {
                    least |= 1 << place;
                }
            }
            let mut better = true;
            if let Some((other, _)) = fewest {
                better = least < other;
            }
            if better {
                let mut row = (line * ROWS) as u32;
                for group in rows.to_groups() {
                    row += group.trailing_zeros();
                    if group != 0 {
                        break;
                    }
                }
                fewest = Some((least, row));
            }
        }
        fewest
    }
}

/// 64 rows of a plane.
fn word(planes: &[Line], count: usize, at: usize, plane: usize) -> u64 {
    let bytes = planes[at / WORDS * count + plane].0.as_chunks::<8>().0;
    u64::from_le_bytes(bytes[at % WORDS])
}

/// Of 64 rows those whose number is `number`.
fn equal_to(planes: &[Line], count: usize, at: usize, number: u32) -> u64 {
    let mut equal = if number >> count == 0 { u64::MAX } else { 0 };
    for plane in 0..count {
        let own = word(planes, count, at, plane);
        equal &= if number >> plane & 1 == 1 { own } else { !own };
    }
    equal
}

/// Of levels as cells and ones of the cue among them, that with the largest share of ones, the oldest of equal ones.
fn fullest(counts: &[[u32; 2]]) -> Option<usize> {
    let mut fullest: Option<(usize, u64, u64)> = None;
    for (level, &[cells, ones]) in counts.iter().enumerate() {
        let (cells, ones) = (u64::from(cells), u64::from(ones));
        if cells > 0 && fullest.is_none_or(|(_, most, of)| ones * of >= most * cells) {
            fullest = Some((level, ones, cells));
        }
    }
    fullest.map(|(level, _, _)| level)
}
