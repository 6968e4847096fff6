//! Memories where the caller keeps them.

use core::fmt;

use crate::real::Real;

/// How a matrix of memories lies in its storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Layout {
    /// K rows of N: the numbers of a memory are next to each other.
    Rows,
    /// N rows of K: the numbers of a unit are, each memory being a column.
    Columns,
}

/// K memories of N real numbers in the caller's storage, checked.
///
/// Rows and columns of the same memories give the same bits everywhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Memories<'a, R> {
    numbers: &'a [R],
    units: u32,
    count: u32,
    layout: Layout,
    /// The largest squared norm.
    square: R,
}

impl<'a, R: Real> Memories<'a, R> {
    /// K x N numbers, memory after memory.
    ///
    /// # Errors
    /// [`MemoriesError`]: no units, no memories, numbers that are not whole memories, one that is not finite, a memory
    /// that is too long. Cost: N K multiplications.
    pub fn rows(numbers: &'a [R], units: u32) -> Result<Self, MemoriesError> {
        Self::new(numbers, units, Layout::Rows)
    }

    /// N x K numbers, unit after unit: the matrix `X`, row by row.
    ///
    /// # Errors
    /// As for [`Memories::rows`].
    pub fn columns(numbers: &'a [R], units: u32) -> Result<Self, MemoriesError> {
        Self::new(numbers, units, Layout::Columns)
    }

    fn new(numbers: &'a [R], units: u32, layout: Layout) -> Result<Self, MemoriesError> {
        if units == 0 {
            return Err(MemoriesError::NoUnits);
        }
        if numbers.is_empty() {
            return Err(MemoriesError::NoMemories);
        }
        let got = numbers.len();
        let per_memory = (units as usize).max(1);
        let count = u32::try_from(got / per_memory).ok();
        let Some(count) = count.filter(|_| got.is_multiple_of(per_memory)) else {
            return Err(MemoriesError::Length { got, units });
        };
        let mut memories = Self {
            numbers,
            units,
            count,
            layout,
            square: R::ZERO,
        };
        if let Some(place) = numbers.iter().position(|number| !number.finite()) {
            let (memory, unit) = memories.place(place);
            return Err(MemoriesError::NotFinite { memory, unit });
        }
        for memory in 0..count {
            let square = R::sum_of_products(memories.memory(memory).map(|number| (number, number)));
            // Neither is infinity, which the square of a long one may be.
            if square >= R::SQUARE {
                return Err(MemoriesError::TooLong { memory });
            }
            if square > memories.square {
                memories.square = square;
            }
        }
        Ok(memories)
    }

    /// Number of memories, K.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// Numbers of a memory, N.
    #[must_use]
    pub const fn units(&self) -> u32 {
        self.units
    }

    /// How they lie.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// All numbers, as they lie.
    #[must_use]
    pub const fn numbers(&self) -> &'a [R] {
        self.numbers
    }

    /// The largest squared norm of a memory, `M^2`.
    #[must_use]
    pub const fn largest_square(&self) -> R {
        self.square
    }

    /// The numbers of a memory; none if there is no such memory.
    pub fn memory(&self, memory: u32) -> impl Iterator<Item = R> + use<'a, R> {
        let (units, count) = (self.units as usize, self.count as usize);
        let (start, step) = match self.layout {
            Layout::Rows => ((memory as usize).saturating_mul(units), 1),
            Layout::Columns => (memory as usize, count.max(1)),
        };
        let length = if memory < self.count { units } else { 0 };
        let numbers = self.numbers.get(start..).unwrap_or(&[]);
        numbers.iter().step_by(step).take(length).copied()
    }

    /// `X^T s`: a similarity for each memory.
    pub(crate) fn similarities(&self, state: &[R], out: &mut [R]) {
        match self.layout {
            Layout::Rows => dots(self.numbers, state, out),
            Layout::Columns => R::columns(self.numbers, state, out),
        }
    }

    /// `X p`: the mean of the memories under shares.
    pub(crate) fn mean(&self, shares: &[R], out: &mut [R]) {
        match self.layout {
            Layout::Rows => R::columns(self.numbers, shares, out),
            Layout::Columns => dots(self.numbers, shares, out),
        }
    }

    /// Memory and unit of a place in the storage.
    fn place(&self, place: usize) -> (u32, u32) {
        let width = match self.layout {
            Layout::Rows => self.units,
            Layout::Columns => self.count,
        };
        let width = (width as usize).max(1);
        let (row, column) = ((place / width) as u32, (place % width) as u32);
        match self.layout {
            Layout::Rows => (row, column),
            Layout::Columns => (column, row),
        }
    }
}

/// The product of each row of a matrix with a vector.
fn dots<R: Real>(matrix: &[R], vector: &[R], out: &mut [R]) {
    let rows = matrix.chunks_exact(vector.len().max(1));
    for (out, row) in out.iter_mut().zip(rows) {
        *out = R::dot(row, vector);
    }
}

/// What is wrong with memories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum MemoriesError {
    /// Memories of no units.
    NoUnits,
    /// No memories.
    NoMemories,
    /// The numbers are not whole memories, or of more than 2^32 - 1.
    Length {
        /// Numbers given.
        got: usize,
        /// Numbers of a memory, N.
        units: u32,
    },
    /// A number is infinite or NaN.
    NotFinite {
        /// Its memory.
        memory: u32,
        /// Its unit.
        unit: u32,
    },
    /// The squared norm of a memory is `f32::MAX / 4` or above, in fixed point 32,768 or above.
    TooLong {
        /// Its number.
        memory: u32,
    },
}

impl fmt::Display for MemoriesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoUnits => f.write_str("N is 0, allowed from 1"),
            Self::NoMemories => f.write_str("K is 0, allowed from 1"),
            Self::Length { got, units } => write!(
                f,
                "memories of {got} numbers, expected a multiple of {units} (N), at most {} of them",
                u32::MAX
            ),
            Self::NotFinite { memory, unit } => {
                write!(f, "memory {memory}, unit {unit}: not a finite number")
            }
            Self::TooLong { memory } => write!(
                f,
                "memory {memory}: its squared norm is too large (allowed below 2^126, in fixed point below 2^15)"
            ),
        }
    }
}

impl core::error::Error for MemoriesError {}
