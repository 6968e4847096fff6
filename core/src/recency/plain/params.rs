//! Sizes of the plain form, checked once.

use super::super::params::{
    COUNTER_WORDS, MAX_LEVELS, MAX_MISS, MAX_VISIBLE, MAX_WORDS, ParamsError, hit, turn,
};
use super::super::row::Coding;
use crate::bits;

/// Words of a row before its weights: its count, and the event after its last.
pub(super) const ROW_HEAD: usize = 2;
/// Of the rows of a part the one in so many that has rested longest is among those that are drawn from.
const RESTED: u32 = 6;

/// Checked parameters of the [plain form](super) of recency levels; made by [`PlainParams::builder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PlainParams {
    visible: u32,
    rows: u32,
    levels: u32,
    active: u32,
    parts: u32,
    draws: u32,
    hit: u32,
    miss: u32,
    seed: u64,
    turn: u32,
    coding: Coding,
}

/// Settings on their way to [`PlainParams`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct PlainParamsBuilder {
    settings: PlainParams,
}

impl PlainParams {
    /// Starts from the sizes: n `visible` units, 1 to 2^20, and R `rows`.
    ///
    /// The other settings start as 9 levels, n / 10 ones a pattern (at least 1), 1 part, 10 draws, 6 nats for a
    /// contradiction, seed 0.
    pub const fn builder(visible: u32, rows: u32) -> PlainParamsBuilder {
        PlainParamsBuilder {
            settings: Self {
                visible,
                rows,
                levels: 9,
                active: if visible < 20 { 1 } else { visible / 10 },
                parts: 1,
                draws: 10,
                hit: 1,
                miss: 96,
                seed: 0,
                turn: 0,
                coding: Coding::new(1),
            },
        }
    }

    /// Visible units, n.
    #[must_use]
    pub const fn visible(&self) -> u32 {
        self.visible
    }

    /// Rows of all parts, R.
    #[must_use]
    pub const fn rows(&self) -> u32 {
        self.rows
    }

    /// Levels, L.
    #[must_use]
    pub const fn levels(&self) -> u32 {
        self.levels
    }

    /// The most ones of a recalled pattern, s.
    #[must_use]
    pub const fn active(&self) -> u32 {
        self.active
    }

    /// Parts that the units are split into, g.
    #[must_use]
    pub const fn parts(&self) -> u32 {
        self.parts
    }

    /// Rows that are drawn for an event in each part, T.
    #[must_use]
    pub const fn draws(&self) -> u32 {
        self.draws
    }

    /// What a one of the cue at the level of a pattern counts for it, in 1/16 nat: `16 ln(n / s)` to the nearest, at least 1.
    #[must_use]
    pub const fn hit(&self) -> u32 {
        self.hit
    }

    /// What one at an older level or in an empty cell counts against it, in 1/16 nat.
    #[must_use]
    pub const fn miss(&self) -> u32 {
        self.miss
    }

    /// Seed of the draws of rows.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// How weights are packed: how many are in a group, and the bits of one.
    #[must_use]
    pub const fn group(&self) -> (u32, u32) {
        (self.coding.cells, self.coding.bits)
    }

    /// Words of a packed pattern: `ceil(n / 32)`.
    #[must_use]
    pub const fn pattern_words(&self) -> usize {
        bits::words_for(self.visible)
    }

    /// Words of one row: 2, then groups of weights.
    #[must_use]
    pub const fn row_words(&self) -> usize {
        ROW_HEAD + self.coding.row_words(0, self.cells()) as usize
    }

    /// Words of the memory's one buffer: 2 for the number of events, then R rows.
    #[must_use]
    pub const fn words(&self) -> usize {
        COUNTER_WORDS + self.rows as usize * self.row_words()
    }

    /// Words of scratch: a number for each row of a part to learn; three patterns, `L + 1` counts, and `2 + 2 L` words
    /// a part to recall.
    #[must_use]
    pub const fn scratch_words(&self) -> usize {
        let (learn, recall) = (
            self.part_rows() as usize,
            3 * self.pattern_words() + self.count_words() + self.parts as usize * self.part_words(),
        );
        if learn > recall { learn } else { recall }
    }

    /// Words of counts by level, the empty cells last.
    pub(super) const fn count_words(&self) -> usize {
        self.levels as usize + 1
    }

    /// Words of what is known of a part's winner: row and level, then cells and ones of the cue by level.
    pub(super) const fn part_words(&self) -> usize {
        2 + 2 * self.levels as usize
    }

    pub(super) const fn coding(&self) -> Coding {
        self.coding
    }

    /// The most units of a part.
    pub(super) const fn cells(&self) -> u32 {
        match self.visible.checked_next_multiple_of(self.parts) {
            Some(units) => match units.checked_div(self.parts) {
                Some(cells) => cells,
                None => 0,
            },
            None => 0,
        }
    }

    /// Rows of a part.
    pub(super) const fn part_rows(&self) -> u32 {
        match self.rows.checked_div(self.parts) {
            Some(rows) => rows,
            None => 0,
        }
    }

    /// Rows of a part that are drawn from.
    pub(super) const fn rested(&self) -> u32 {
        let rested = self.part_rows() / RESTED;
        if rested == 0 { 1 } else { rested }
    }

    /// Part and cell of a unit.
    pub(super) fn place(&self, unit: u32) -> (u32, u32) {
        let turned = u64::from(unit) * u64::from(self.turn);
        let place = turned.checked_rem(u64::from(self.visible)).unwrap_or(0) as u32;
        let cell = place.checked_div(self.parts).unwrap_or(0);
        (place.wrapping_sub(cell.wrapping_mul(self.parts)), cell)
    }
}

impl PlainParamsBuilder {
    /// Levels, L: 1..=254.
    pub const fn levels(mut self, levels: u32) -> Self {
        self.settings.levels = levels;
        self
    }

    /// The most ones of a recalled pattern, s: 1..=n.
    pub const fn active(mut self, active: u32) -> Self {
        self.settings.active = active;
        self
    }

    /// Parts that the units are split into, g: a divisor of R, and n at most.
    pub const fn parts(mut self, parts: u32) -> Self {
        self.settings.parts = parts;
        self
    }

    /// Rows that are drawn for an event in each part, T: 1..=1024.
    pub const fn draws(mut self, draws: u32) -> Self {
        self.settings.draws = draws;
        self
    }

    /// What a contradiction counts against a pattern, in 1/16 nat, 1..=1024.
    pub const fn miss(mut self, miss: u32) -> Self {
        self.settings.miss = miss;
        self
    }

    /// Seed of the draws of rows.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Checks the sizes.
    ///
    /// # Errors
    /// [`ParamsError`].
    pub const fn build(self) -> Result<PlainParams, ParamsError> {
        let PlainParams {
            visible,
            rows,
            levels,
            active,
            parts,
            draws,
            miss,
            ..
        } = self.settings;
        if visible == 0 || visible > MAX_VISIBLE {
            return Err(ParamsError::Visible { visible });
        }
        if rows == 0 {
            return Err(ParamsError::NoRows);
        }
        // With 0 there is a value more.
        if levels == 0 || levels >= MAX_LEVELS {
            return Err(ParamsError::PlainLevels { levels });
        }
        if active == 0 || active > visible {
            return Err(ParamsError::Active { active, visible });
        }
        if parts == 0 || parts > visible || rows % parts != 0 {
            return Err(ParamsError::Parts {
                parts,
                rows,
                visible,
            });
        }
        if draws == 0 || draws > MAX_MISS {
            return Err(ParamsError::Draws { draws });
        }
        if miss == 0 || miss > MAX_MISS {
            return Err(ParamsError::Miss { miss });
        }
        let params = PlainParams {
            hit: hit(visible, active),
            turn: turn(visible),
            coding: Coding::new(levels + 1),
            ..self.settings
        };
        let row_words = params.row_words() as u32;
        if COUNTER_WORDS as u64 + rows as u64 * row_words as u64 > MAX_WORDS {
            return Err(ParamsError::TooLarge { rows, row_words });
        }
        Ok(params)
    }
}
