//! Sizes of a memory of recency levels, checked once.

use core::fmt;

use super::row::Coding;
use crate::bits;
use crate::real;

/// The most visible units: scores then fit 32 bits.
pub const MAX_VISIBLE: u32 = 1 << 20;
/// The most levels.
pub const MAX_LEVELS: u32 = 255;
/// The most that a contradiction costs, in 1/16 nat.
pub const MAX_MISS: u32 = 1 << 10;

/// The most words of a state, 2 GiB.
pub(super) const MAX_WORDS: u64 = 1 << 29;
/// Words of a state before its rows: the number of events, low word first.
pub(crate) const COUNTER_WORDS: usize = 2;

/// Checked parameters of a memory of [recency levels](super).
///
/// Made by [`Params::builder`], in a `const` where the buffer is to be static.
///
/// ```
/// use slotless_core::recency::Params;
/// // A window of 1,000 events: 200 rows need 5 levels.
/// const PARAMS: Params = match Params::builder(1000, 200).active(100).window(1000).build() {
///     Ok(params) => params,
///     Err(_) => panic!("parameters out of range"),
/// };
/// static MEMORY: [u32; PARAMS.words()] = [0; PARAMS.words()];
/// assert_eq!((PARAMS.levels(), PARAMS.group(), PARAMS.cap()), (5, (3, 7), 435));
/// assert_eq!((PARAMS.hit(), PARAMS.miss(), MEMORY.len()), (37, 96, 2 + 200 * 63));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Params {
    visible: u32,
    rows: u32,
    levels: u32,
    active: u32,
    cap: u32,
    hit: u32,
    miss: u32,
    /// g of the rotations.
    turn: u32,
    row_words: u32,
    coding: Coding,
}

/// Settings on their way to [`Params`]; made by [`Params::builder`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct ParamsBuilder {
    visible: u32,
    rows: u32,
    levels: u32,
    active: u32,
    cap: Option<u32>,
    miss: u32,
}

impl Params {
    /// Starts from the sizes: n `visible` units, 1 to 2^20, and R `rows`.
    ///
    /// The other settings start as 5 levels, n / 10 ones a pattern (at least 1), a cap from those
    /// ([`ParamsBuilder::cap`]), and 6 nats for a contradiction.
    pub const fn builder(visible: u32, rows: u32) -> ParamsBuilder {
        ParamsBuilder {
            visible,
            rows,
            levels: 5,
            active: if visible < 20 { 1 } else { visible / 10 },
            cap: None,
            miss: 96,
        }
    }

    /// Visible units, n.
    #[must_use]
    pub const fn visible(&self) -> u32 {
        self.visible
    }

    /// Rows, R.
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

    /// The most cells that are set in a row, C.
    #[must_use]
    pub const fn cap(&self) -> u32 {
        self.cap
    }

    /// What a one of the cue at the level of an event counts for it, in 1/16 nat: the integer nearest to `16 ln(n / s)`, at
    /// least 1.
    #[must_use]
    pub const fn hit(&self) -> u32 {
        self.hit
    }

    /// What one at an older level, or in an empty cell, counts against it, in 1/16 nat.
    #[must_use]
    pub const fn miss(&self) -> u32 {
        self.miss
    }

    /// How many of the last events are in the memory: `R L`.
    #[must_use]
    pub const fn window(&self) -> u64 {
        self.rows as u64 * self.levels as u64
    }

    /// How levels are packed: how many are in a group, and the bits of one.
    ///
    /// Of all groups of up to 16 bits the one with the fewest bits a level, and of those the smallest; (1, 0) for one level.
    #[must_use]
    pub const fn group(&self) -> (u32, u32) {
        (self.coding.cells, self.coding.bits)
    }

    /// Words of a packed pattern: `ceil(n / 32)`.
    #[must_use]
    pub const fn pattern_words(&self) -> usize {
        bits::words_for(self.visible)
    }

    /// Words of one row: a bit for each cell, then groups of levels for C of them.
    #[must_use]
    pub const fn row_words(&self) -> usize {
        self.row_words as usize
    }

    /// Words of the memory's one buffer: 2 for the number of events, then R rows.
    #[must_use]
    pub const fn words(&self) -> usize {
        COUNTER_WORDS + self.rows as usize * self.row_words()
    }

    /// Words that the scratch buffer needs: a pattern and a row to learn; four patterns and two words a level to recall. It
    /// may be longer, so that one serves several memories, and it may hold anything: nothing is kept in it from call to call.
    #[must_use]
    pub const fn scratch_words(&self) -> usize {
        let pattern = self.pattern_words();
        let (learn, recall) = (
            pattern + self.row_words(),
            4 * pattern + 2 * self.levels as usize,
        );
        if learn > recall { learn } else { recall }
    }

    pub(super) const fn coding(&self) -> Coding {
        self.coding
    }

    /// The rotation of the events of a generation, as the [contract](crate::contract#recency-levels) has it: unit j is cell
    /// `(j + rotation) % n`.
    #[must_use]
    pub fn rotation(&self, generation: u64) -> u32 {
        let visible = u64::from(self.visible);
        let turned = generation
            .checked_rem(visible)
            .and_then(|place| (place * u64::from(self.turn)).checked_rem(visible));
        turned.unwrap_or(0) as u32
    }

    /// The rotation of the generation before that with this one.
    pub(super) const fn rotation_before(&self, rotation: u32) -> u32 {
        if rotation >= self.turn {
            rotation - self.turn
        } else {
            rotation + (self.visible - self.turn)
        }
    }

    /// The cell of a unit under a rotation.
    pub(super) const fn cell(&self, unit: u32, rotation: u32) -> u32 {
        // Both are below n, which is at most 2^20.
        let cell = unit.wrapping_add(rotation);
        if cell >= self.visible {
            cell - self.visible
        } else {
            cell
        }
    }

    /// The unit of a cell under a rotation.
    pub(super) const fn unit(&self, cell: u32, rotation: u32) -> u32 {
        if cell >= rotation {
            cell - rotation
        } else {
            cell.wrapping_add(self.visible).wrapping_sub(rotation)
        }
    }
}

impl ParamsBuilder {
    /// Levels, L: 1..=255.
    pub const fn levels(mut self, levels: u32) -> Self {
        self.levels = levels;
        self
    }

    /// The fewest levels that keep the last `window` events: `ceil(window / R)`.
    pub const fn window(mut self, window: u32) -> Self {
        self.levels = if self.rows == 0 {
            0
        } else {
            window.div_ceil(self.rows)
        };
        self
    }

    /// The most ones of a recalled pattern, s: 1..=n. Patterns to learn may have up to C ones, and cues any number.
    pub const fn active(mut self, active: u32) -> Self {
        self.active = active;
        self
    }

    /// The most cells that are set in a row, C: s..=n.
    ///
    /// Without this it is the mean number for patterns of s ones, `n (1 - (1 - s/n)^L)`, and its root more; and as many more
    /// as fit into the row's last word.
    pub const fn cap(mut self, cap: u32) -> Self {
        self.cap = Some(cap);
        self
    }

    /// What a contradiction counts against an event, in 1/16 nat, 1..=1024: a one of the cue where the event cannot have
    /// had one. The less, the more wrong ones a cue may have.
    pub const fn miss(mut self, miss: u32) -> Self {
        self.miss = miss;
        self
    }

    /// As many rows as fit into so many bytes, with the other settings as they are.
    ///
    /// # Errors
    /// Those of [`ParamsBuilder::build`], and [`ParamsError::Bytes`] where there is no room for a row.
    pub const fn build_in(mut self, bytes: u64) -> Result<Params, ParamsError> {
        // What a row takes does not depend on how many there are.
        self.rows = 1;
        let one = match self.build() {
            Ok(params) => params,
            Err(error) => return Err(error),
        };
        let needed = 4 * one.words() as u64;
        if bytes < needed {
            return Err(ParamsError::Bytes { bytes, needed });
        }
        // More than a state may have are not used.
        let words = if bytes / 4 > MAX_WORDS {
            MAX_WORDS
        } else {
            bytes / 4
        };
        let for_rows = words - COUNTER_WORDS as u64;
        self.rows = match for_rows.checked_div(one.row_words as u64) {
            Some(rows) => rows as u32,
            None => 1,
        };
        self.build()
    }

    /// The fewest levels with which so many bytes hold rows for a window of so many events, and those rows.
    ///
    /// The more levels, the fewer rows and the more that events of a row take from each other: with the fewest levels that
    /// do, a pattern in the window has lost least. Levels, rows and window of the builder are replaced; a cap that was given
    /// stays.
    ///
    /// ```
    /// use slotless_core::recency::Params;
    /// // 8 KB for the last 500 patterns of 20 ones in 256 units.
    /// const PARAMS: Params = match Params::builder(256, 1).active(20).build_for(500, 8192) {
    ///     Ok(params) => params,
    ///     Err(_) => panic!("parameters out of range"),
    /// };
    /// assert_eq!((PARAMS.rows(), PARAMS.levels(), PARAMS.window()), (170, 3, 510));
    /// ```
    ///
    /// # Errors
    /// Those of [`ParamsBuilder::build`], and [`ParamsError::Window`] where the bytes hold no such window with any number of
    /// levels.
    pub const fn build_for(mut self, window: u64, bytes: u64) -> Result<Params, ParamsError> {
        let mut longest = 0;
        self.levels = 1;
        while self.levels <= MAX_LEVELS {
            match self.build_in(bytes) {
                Ok(params) if params.window() >= window => return Ok(params),
                Ok(params) => {
                    if params.window() > longest {
                        longest = params.window();
                    }
                }
                // With other levels rows may be shorter.
                Err(ParamsError::Bytes { .. }) if self.levels > 1 => {}
                Err(error) => return Err(error),
            }
            self.levels += 1;
        }
        Err(ParamsError::Window {
            window,
            bytes,
            longest,
        })
    }

    /// Checks the sizes.
    ///
    /// # Errors
    /// [`ParamsError`].
    pub const fn build(self) -> Result<Params, ParamsError> {
        let Self {
            visible,
            rows,
            levels,
            active,
            cap,
            miss,
        } = self;
        if visible == 0 || visible > MAX_VISIBLE {
            return Err(ParamsError::Visible { visible });
        }
        if rows == 0 {
            return Err(ParamsError::NoRows);
        }
        if levels == 0 || levels > MAX_LEVELS {
            return Err(ParamsError::Levels { levels });
        }
        if active == 0 || active > visible {
            return Err(ParamsError::Active { active, visible });
        }
        if miss == 0 || miss > MAX_MISS {
            return Err(ParamsError::Miss { miss });
        }
        let coding = Coding::new(levels);
        let cap = match cap {
            Some(cap) => cap,
            None => usual_cap(visible, active, coding),
        };
        if cap < active || cap > visible {
            return Err(ParamsError::Cap {
                cap,
                active,
                visible,
            });
        }
        let row_words = coding.row_words(visible, cap);
        if COUNTER_WORDS as u64 + rows as u64 * row_words as u64 > MAX_WORDS {
            return Err(ParamsError::TooLarge { rows, row_words });
        }
        Ok(Params {
            visible,
            rows,
            levels,
            active,
            cap,
            hit: hit(visible, active),
            miss,
            turn: turn(visible),
            row_words,
            coding,
        })
    }
}

/// `16 ln(n / s)` to the nearest integer, at least 1.
pub(super) const fn hit(visible: u32, active: u32) -> u32 {
    // In 2^-32, from n / s in 2^-31; a product below 2^32 * 16 * 14.
    let ratio = match ((visible as u64) << 31).checked_div(active as u64) {
        Some(ratio) => ratio,
        None => 0,
    };
    let hit = ((real::ln_of_integer(ratio) * 16 + (1 << 31)) >> 32) as u32;
    if hit == 0 { 1 } else { hit }
}

/// The cap of rows for patterns of s ones: a root above the mean, and up to the end of the last word.
const fn usual_cap(visible: u32, active: u32, coding: Coding) -> u32 {
    if coding.bits == 0 {
        return visible;
    }
    // Cells in 1/256: each event sets its share of those that are still empty.
    let all = (visible as u64) << 8;
    let (mut mean, mut level) = (0, 0);
    while level < coding.levels {
        mean += match ((all - mean) * active as u64).checked_div(visible as u64) {
            Some(more) => more,
            None => 0,
        };
        level += 1;
    }
    let mean = (mean.div_ceil(256)) as u32;
    let wanted = mean + mean.isqrt();
    // Below 2^25 bits.
    let bits_left = coding.row_words(visible, wanted) * bits::WORD_BITS - visible;
    let fits = match bits_left.checked_div(coding.bits) {
        Some(groups) => groups * coding.cells,
        None => visible,
    };
    if fits < visible { fits } else { visible }
}

/// g of the rotations: the first number from the golden section of n up that is coprime to n.
pub(super) const fn turn(visible: u32) -> u32 {
    // 2^32 over the golden ratio. From 2 units on there is one below n: n - 1 is coprime to it.
    let mut turn = ((visible as u64 * 2_654_435_769) >> 32) as u32;
    while gcd(turn, visible) != 1 {
        turn += 1;
    }
    turn
}

const fn gcd(mut a: u32, mut b: u32) -> u32 {
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a
}

/// Which setting is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ParamsError {
    /// No visible units or too many.
    Visible {
        /// Units given.
        visible: u32,
    },
    /// No rows.
    NoRows,
    /// No levels or too many.
    Levels {
        /// Levels given, or those that the window takes.
        levels: u32,
    },
    /// The same, where a weight of 0 is a value more.
    PlainLevels {
        /// Levels given.
        levels: u32,
    },
    /// No parts, more than there are units, or rows that cannot be shared out.
    Parts {
        /// Parts given.
        parts: u32,
        /// Rows.
        rows: u32,
        /// Visible units.
        visible: u32,
    },
    /// A single row, where a pattern takes two.
    OneRow,
    /// Fewer than two rows to draw from, or more than there are.
    Rested {
        /// Rows that are drawn from.
        rested: u32,
        /// Rows.
        rows: u32,
    },
    /// No draws of rows, or too many.
    Draws {
        /// Draws given.
        draws: u32,
    },
    /// No ones, or more than there are units.
    Active {
        /// Ones of a pattern.
        active: u32,
        /// Visible units.
        visible: u32,
    },
    /// A cap below the ones of a pattern, or above the units.
    Cap {
        /// The most set cells of a row.
        cap: u32,
        /// Ones of a pattern.
        active: u32,
        /// Visible units.
        visible: u32,
    },
    /// A contradiction that costs nothing or too much.
    Miss {
        /// 1/16 nats given.
        miss: u32,
    },
    /// Too few bytes for a row.
    Bytes {
        /// Bytes given.
        bytes: u64,
        /// Bytes of a state of one row.
        needed: u64,
    },
    /// A longer window than the bytes have room for.
    Window {
        /// Events wanted.
        window: u64,
        /// Bytes given.
        bytes: u64,
        /// The longest window that they hold.
        longest: u64,
    },
    /// More words than an address of 32 bits reaches.
    TooLarge {
        /// Rows given.
        rows: u32,
        /// Words of each.
        row_words: u32,
    },
}

impl fmt::Display for ParamsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Visible { visible } => {
                write!(f, "n is {visible}, allowed 1..={MAX_VISIBLE}")
            }
            Self::NoRows => f.write_str("rows are 0, allowed from 1"),
            Self::Levels { levels } => {
                write!(f, "levels are {levels}, allowed 1..={MAX_LEVELS}")
            }
            Self::PlainLevels { levels } => {
                write!(f, "levels are {levels}, allowed 1..={}", MAX_LEVELS - 1)
            }
            Self::Parts {
                parts,
                rows,
                visible,
            } => write!(
                f,
                "parts are {parts}, allowed 1..={visible} (n) that {rows} (rows) is a multiple of"
            ),
            Self::OneRow => f.write_str("rows are 1, allowed from 2 (a pattern takes two)"),
            Self::Rested { rested, rows } => {
                write!(
                    f,
                    "rows to draw from are {rested}, allowed 2..={rows} (rows)"
                )
            }
            Self::Draws { draws } => write!(f, "draws are {draws}, allowed 1..={MAX_MISS}"),
            Self::Active { active, visible } => {
                write!(f, "s is {active}, allowed 1..={visible} (n)")
            }
            Self::Cap {
                cap,
                active,
                visible,
            } => write!(
                f,
                "set cells of a row are {cap}, allowed {active}..={visible} (s to n)"
            ),
            Self::Miss { miss } => {
                write!(
                    f,
                    "a contradiction costs {miss}/16 nat, allowed 1..={MAX_MISS}"
                )
            }
            Self::Bytes { bytes, needed } => {
                write!(f, "{bytes} bytes, a memory of one row takes {needed}")
            }
            Self::Window {
                window,
                bytes,
                longest,
            } => write!(
                f,
                "{bytes} bytes have no room for a window of {window} events, allowed up to {longest}"
            ),
            Self::TooLarge { rows, row_words } => write!(
                f,
                "{rows} rows of {row_words} words, allowed are up to {MAX_WORDS} words together"
            ),
        }
    }
}

impl core::error::Error for ParamsError {}
