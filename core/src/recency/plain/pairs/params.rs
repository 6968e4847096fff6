//! Sizes of a memory in pairs of rows, checked once.

use super::super::super::params::ParamsError;
use super::super::{PlainParams, PlainParamsBuilder};

/// Checked parameters of a memory in [pairs](super) of rows; made by [`PairsParams::builder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PairsParams {
    plain: PlainParams,
    rested: u32,
}

/// Settings on their way to [`PairsParams`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct PairsParamsBuilder {
    plain: PlainParamsBuilder,
    rows: u32,
    rested: Option<u32>,
}

impl PairsParams {
    /// Starts from the sizes: n `visible` units, 1 to 2^20, and R `rows`, from 2.
    ///
    /// The other settings start as 20 levels, n / 10 ones a pattern (at least 1), a sixth of the rows to draw from (at least
    /// 2), 6 nats for a contradiction, seed 0.
    pub const fn builder(visible: u32, rows: u32) -> PairsParamsBuilder {
        PairsParamsBuilder {
            plain: PlainParams::builder(visible, rows).levels(20),
            rows,
            rested: None,
        }
    }

    /// Visible units, n.
    #[must_use]
    pub const fn visible(&self) -> u32 {
        self.plain.visible()
    }

    /// Rows, R.
    #[must_use]
    pub const fn rows(&self) -> u32 {
        self.plain.rows()
    }

    /// Levels, L.
    #[must_use]
    pub const fn levels(&self) -> u32 {
        self.plain.levels()
    }

    /// The most ones of a recalled pattern, s.
    #[must_use]
    pub const fn active(&self) -> u32 {
        self.plain.active()
    }

    /// Of the rows that have rested longest so many are drawn from, P.
    #[must_use]
    pub const fn rested(&self) -> u32 {
        self.rested
    }

    /// What a one of the cue at the level of a pattern counts for it, in 1/16 nat: `16 ln(n / s)` to the nearest, at least 1.
    #[must_use]
    pub const fn hit(&self) -> u32 {
        self.plain.hit()
    }

    /// What one that is older or missing in both rows counts against it, in 1/16 nat.
    #[must_use]
    pub const fn miss(&self) -> u32 {
        self.plain.miss()
    }

    /// Seed of the draws of rows.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.plain.seed()
    }

    /// Words of a packed pattern: `ceil(n / 32)`.
    #[must_use]
    pub const fn pattern_words(&self) -> usize {
        self.plain.pattern_words()
    }

    /// Words of one row: 2, then groups of weights.
    #[must_use]
    pub const fn row_words(&self) -> usize {
        self.plain.row_words()
    }

    /// Words of the memory's one buffer: 2 for the number of events, then R rows.
    #[must_use]
    pub const fn words(&self) -> usize {
        self.plain.words()
    }

    /// Words of scratch: two patterns and a number for each row to learn; three patterns, `2 (L + 1)` counts, and `2 + 2 L`
    /// words for each of two rows to recall.
    #[must_use]
    pub const fn scratch_words(&self) -> usize {
        let pattern = self.pattern_words();
        let (learn, recall) = (
            2 * pattern + self.rows() as usize,
            3 * pattern + 2 * self.plain.count_words() + 2 * self.plain.part_words(),
        );
        if learn > recall { learn } else { recall }
    }

    /// The same sizes as those of one part.
    pub(super) const fn plain(&self) -> &PlainParams {
        &self.plain
    }
}

impl PairsParamsBuilder {
    /// Levels, L: 1..=254.
    pub const fn levels(mut self, levels: u32) -> Self {
        self.plain = self.plain.levels(levels);
        self
    }

    /// The most ones of a recalled pattern, s: 1..=n.
    pub const fn active(mut self, active: u32) -> Self {
        self.plain = self.plain.active(active);
        self
    }

    /// Of the rows that have rested longest so many are drawn from, P: 2..=R.
    pub const fn rested(mut self, rested: u32) -> Self {
        self.rested = Some(rested);
        self
    }

    /// What a contradiction counts against a pattern, in 1/16 nat, 1..=1024.
    pub const fn miss(mut self, miss: u32) -> Self {
        self.plain = self.plain.miss(miss);
        self
    }

    /// Seed of the draws of rows.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.plain = self.plain.seed(seed);
        self
    }

    /// Checks the sizes.
    ///
    /// # Errors
    /// [`ParamsError`].
    pub const fn build(self) -> Result<PairsParams, ParamsError> {
        let plain = match self.plain.build() {
            Ok(plain) => plain,
            Err(error) => return Err(error),
        };
        let rows = self.rows;
        if rows < 2 {
            return Err(ParamsError::OneRow);
        }
        let rested = match self.rested {
            Some(rested) => rested,
            None if plain.rested() < 2 => 2,
            None => plain.rested(),
        };
        if rested < 2 || rested > rows {
            return Err(ParamsError::Rested { rested, rows });
        }
        Ok(PairsParams { plain, rested })
    }
}
