//! Memories of recency levels ([`slotless_core::recency`]), laid out for speed, equal to the core's bit for bit.
//!
//! The core scans row by row. Here the map of set cells lies in columns, for each cell a bit a row: all events of a generation
//! share their rotation, so that the ones of a cue are as many columns for all of them, and how many ones of the cue each row
//! lacks is counted in bit planes, 512 rows together. Levels are a byte a cell, and are looked at for the few rows alone that
//! could still be the best.
//!
//! ```
//! use slotless_core::recency::Params;
//! use slotless_kernels::recency::{Recency, Scratch};
//!
//! let mut memory = Recency::new(Params::builder(64, 4).active(6).window(12).build()?);
//! for event in 0..20 {
//!     memory.learn(&[0b111 << event, 0b111 << event])?;
//! }
//! let mut scratch = Scratch::default();
//! let recalled = memory.recall(&[0b011 << 17, 0b001 << 17], &mut scratch)?;
//! assert_eq!(recalled.pattern, [0b111 << 17, 0b111 << 17]);
//! assert_eq!(recalled.found.map(|found| found.age), Some(3));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Memory
//! A byte for each cell of each row, and a bit for each, in lines of 512 rows: about `9/8 n R` bytes where R is large.
//!
//! # Cost
//! Learning goes over the levels of a row once and changes a bit of a column for each cell that is set or cleared. A search takes,
//! for each of `L + 1` generations, as many lines as the cue has ones for every 512 rows, and some operations on bit planes for
//! each.

mod search;

use slotless_core::bits;
use slotless_core::recency::{self, Params, RecencyError, Unit};

use super::simd::{BYTES, Isa, Line};

pub use search::{Found, Scratch};

/// The level of an empty cell.
const EMPTY: u8 = u8::MAX;
/// Rows in a line of a column.
const ROWS: usize = 8 * BYTES;

/// A memory of recency levels.
#[derive(Clone, Debug)]
pub struct Recency {
    params: Params,
    isa: Isa,
    events: u64,
    /// Row by row, of each cell.
    levels: Vec<u8>,
    /// Column by column, of each row whether its cell is set.
    columns: Vec<Line>,
    /// Set cells of each row.
    set: Vec<u32>,
}

/// What [`Recency::recall`] found, in the scratch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recalled<'a> {
    /// The recalled pattern, packed: up to s ones.
    pub pattern: &'a [u32],
    /// The units that are members, packed.
    pub members: &'a [u32],
    /// Those that are unknown, packed.
    pub unknown: &'a [u32],
    /// The event; none in an empty memory.
    pub found: Option<Found>,
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

impl Recency {
    /// An empty memory, with the best vector instructions that this machine has.
    #[must_use]
    pub fn new(params: Params) -> Self {
        Self::with_isa(params, Isa::best())
    }

    /// An empty memory with these vector instructions.
    #[must_use]
    pub fn with_isa(params: Params, isa: Isa) -> Self {
        let (cells, rows) = (params.visible() as usize, params.rows() as usize);
        Self {
            params,
            isa,
            events: 0,
            levels: vec![EMPTY; cells * rows],
            columns: vec![Line([0; BYTES]); cells * rows.div_ceil(ROWS)],
            set: vec![0; rows],
        }
    }

    /// A memory as the core has it, whatever its words: it finds and recalls what the core does. A level that no learning makes
    /// is that of an empty cell here.
    #[must_use]
    pub fn of<S: AsRef<[u32]>>(memory: &recency::Recency<S>) -> Self {
        let params = *memory.params();
        let mut own = Self::new(params);
        own.events = memory.learned();
        for row in 0..params.rows() {
            for (cell, level) in memory.levels(row) {
                if level < params.levels() {
                    own.set_cell(row as usize, cell as usize, level as u8);
                    own.set[row as usize] += 1;
                }
            }
        }
        own
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// Events learned so far; the next has this number.
    #[must_use]
    pub fn learned(&self) -> u64 {
        self.events
    }

    /// The state as the core has it: [`recency::Recency::open`] takes it.
    #[must_use]
    pub fn state(&self) -> Vec<u32> {
        let params = &self.params;
        let (digits, width) = params.group();
        let mut state = vec![self.events as u32, (self.events >> 32) as u32];
        for levels in self.levels.chunks_exact(params.visible() as usize) {
            let mut words = vec![0u32; params.row_words()];
            let mut put =
                |at: u32, bit: u64| words[at as usize / 32] |= (bit as u32 & 1) << (at % 32);
            let set = (0u32..).zip(levels).filter(|(_, level)| **level != EMPTY);
            let mut group = 0u64;
            let mut last = 0;
            let write = |number: u32, group: u64, put: &mut dyn FnMut(u32, u64)| {
                for place in 0..width {
                    put(params.visible() + number * width + place, group >> place);
                }
            };
            for (rank, (cell, &level)) in (0u32..).zip(set) {
                if rank / digits != last {
                    write(last, group, &mut put);
                    (group, last) = (0, rank / digits);
                }
                group += u64::from(level) * u64::from(params.levels()).pow(rank % digits);
                put(cell, 1);
            }
            write(last, group, &mut put);
            state.extend(words);
        }
        state
    }

    /// Learns a pattern, and gives the event's number.
    ///
    /// # Errors
    /// Those of the core's [`recency::Recency::learn`], but for scratch.
    pub fn learn(&mut self, pattern: &[u32]) -> Result<u64, RecencyError> {
        let params = self.params;
        bits::check(pattern, params.visible()).map_err(RecencyError::Pattern)?;
        let (ones, cap) = (bits::count(pattern), params.cap());
        if ones == 0 {
            return Err(RecencyError::Empty);
        }
        if ones > cap {
            return Err(RecencyError::Ones { ones, cap });
        }
        let event = self.events;
        let next = event.checked_add(1).ok_or(RecencyError::End)?;
        let rows = u64::from(params.rows());
        let (generation, row) = (event / rows, (event % rows) as usize);
        let rotation = params.rotation(generation);
        self.age(row);
        for unit in bits::ones(pattern) {
            let cell = turned(unit, rotation, params.visible()) as usize;
            self.set[row] += u32::from(self.level(row, cell) == EMPTY);
            self.set_cell(row, cell, 0);
        }
        while self.set[row] > cap {
            self.clear_oldest(row);
        }
        self.events = next;
        Ok(event)
    }

    fn level(&self, row: usize, cell: usize) -> u8 {
        self.levels[row * self.params.visible() as usize + cell]
    }

    /// Lines of a column.
    fn lines(&self) -> usize {
        self.set.len().div_ceil(ROWS)
    }

    fn set_cell(&mut self, row: usize, cell: usize, level: u8) {
        self.levels[row * self.params.visible() as usize + cell] = level;
        let at = cell * self.lines() + row / ROWS;
        let byte = &mut self.columns[at].0[row % ROWS / 8];
        let bit = 1 << (row % 8);
        *byte = if level == EMPTY {
            *byte & !bit
        } else {
            *byte | bit
        };
    }

    /// Makes the cells of a row a level older, and empties those beyond the last.
    fn age(&mut self, row: usize) {
        let cells = self.params.visible() as usize;
        let oldest = (self.params.levels() - 1) as u8;
        let lines = self.lines();
        let (first, byte, bit) = (row / ROWS, row % ROWS / 8, 1u8 << (row % 8));
        let levels = &mut self.levels[row * cells..][..cells];
        for (cell, level) in levels.iter().enumerate() {
            if *level == oldest {
                self.columns[cell * lines + first].0[byte] &= !bit;
                self.set[row] -= 1;
            }
        }
        for level in levels {
            // Of an empty cell more than the oldest, too.
            let older = level.saturating_add(1);
            *level = if older > oldest { EMPTY } else { older };
        }
    }

    /// Empties cells of the oldest level of a row, the lowest first, until so many are set as may be or none of it is left.
    fn clear_oldest(&mut self, row: usize) {
        let cells = self.params.visible() as usize;
        let levels = &self.levels[row * cells..][..cells];
        let set = levels.iter().copied().filter(|&level| level != EMPTY);
        let Some(oldest) = set.max() else { return };
        for cell in 0..cells {
            if self.set[row] > self.params.cap() && self.level(row, cell) == oldest {
                self.set_cell(row, cell, EMPTY);
                self.set[row] -= 1;
            }
        }
    }
}

/// The cell of a unit under a rotation.
fn turned(unit: u32, rotation: u32, visible: u32) -> u32 {
    let cell = unit + rotation;
    if cell >= visible {
        cell - visible
    } else {
        cell
    }
}

#[cfg(test)]
mod tests;
