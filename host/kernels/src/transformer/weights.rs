//! The slow weights, laid out for the trainer.

use slotless_core::rng::Key;

use super::super::normal;
use super::super::simd::{Chunk, LANES};
use super::Sizes;

/// Which of the three matrices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slow {
    /// `W_Q`, N x 3L.
    Queries,
    /// `W_K`, N x 3L.
    Keys,
    /// `W_V`, 2 x 3L.
    Values,
}

impl Slow {
    /// All three, in this order.
    pub const ALL: [Self; 3] = [Self::Queries, Self::Keys, Self::Values];

    /// Its name: `W_Q`, `W_K` or `W_V`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Queries => "W_Q",
            Self::Keys => "W_K",
            Self::Values => "W_V",
        }
    }
}

/// Three matrices in chunks, filled up with zeros: a column of `W_Q` and `W_K` after the other, and the two rows of `W_V`.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    tokens: usize,
    keys: usize,
    pub(super) columns: [Vec<Chunk>; 2],
    pub(super) values: [Vec<Chunk>; 2],
}

/// Number `at` of numbers in chunks.
#[inline(always)]
pub(super) fn get(chunks: &[Chunk], at: usize) -> f32 {
    chunks[at / LANES].0[at % LANES]
}

#[inline(always)]
pub(super) fn set(chunks: &mut [Chunk], at: usize, value: f32) {
    chunks[at / LANES].0[at % LANES] = value;
}

impl Weights {
    /// All zero.
    #[must_use]
    pub fn new(sizes: &Sizes) -> Self {
        let (tokens, keys) = (sizes.tokens() as usize, sizes.keys as usize);
        let column = || vec![Chunk::ZERO; tokens * keys.div_ceil(LANES)];
        let row = || vec![Chunk::ZERO; (tokens + 2).div_ceil(LANES)];
        Self {
            tokens,
            keys,
            columns: [column(), column()],
            values: [row(), row()],
        }
    }

    /// The start of training: `W_Q` and `W_K` are normal with this standard deviation, `W_V` is uniform over 0 to 0.1.
    ///
    /// Entry (row, token) of a matrix is draw `3 L row + token` of its key, which is derived from `key`, as a share of 2^32:
    /// `(draw + 1/2) / 2^32`. A normal entry is the standard deviation times the quantile of that share, computed in double
    /// precision and rounded.
    #[must_use]
    pub fn random(sizes: &Sizes, deviation: f64, key: Key) -> Self {
        let mut weights = Self::new(sizes);
        for matrix in Slow::ALL {
            let key = key.derive(matrix as u32);
            let mut place = 0;
            for row in 0..weights.rows(matrix) {
                for token in 0..weights.tokens() {
                    let share = (f64::from(key.at(place)) + 0.5) / 4_294_967_296.0;
                    let value = match matrix {
                        // The share is between 0 and 1, so there is a quantile.
                        Slow::Queries | Slow::Keys => {
                            deviation * normal::quantile(share).unwrap_or(0.0)
                        }
                        Slow::Values => 0.1 * share,
                    };
                    weights.set(matrix, row, token, value as f32);
                    place += 1;
                }
            }
        }
        weights
    }

    /// Rows of a matrix: N, or 2 of `W_V`.
    #[must_use]
    pub fn rows(&self, of: Slow) -> usize {
        match of {
            Slow::Queries | Slow::Keys => self.keys,
            Slow::Values => 2,
        }
    }

    /// Columns of each matrix, 3L.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.tokens
    }

    /// An entry.
    ///
    /// # Panics
    /// If there is no such row or column.
    #[must_use]
    pub fn get(&self, of: Slow, row: usize, token: usize) -> f32 {
        let (chunks, at) = self.place(of, row, token);
        get(chunks, at)
    }

    /// Sets an entry.
    ///
    /// # Panics
    /// If there is no such row or column.
    pub fn set(&mut self, of: Slow, row: usize, token: usize, value: f32) {
        let (_, at) = self.place(of, row, token);
        let chunks = match of {
            Slow::Queries => &mut self.columns[0],
            Slow::Keys => &mut self.columns[1],
            Slow::Values => &mut self.values[row],
        };
        set(chunks, at, value);
    }

    fn place(&self, of: Slow, row: usize, token: usize) -> (&[Chunk], usize) {
        assert!(
            row < self.rows(of) && token < self.tokens,
            "an entry of the matrix"
        );
        let column = token * self.keys.div_ceil(LANES) * LANES + row;
        match of {
            Slow::Queries => (&self.columns[0], column),
            Slow::Keys => (&self.columns[1], column),
            Slow::Values => (&self.values[row], token),
        }
    }

    /// A matrix, row after row.
    #[must_use]
    pub fn matrix(&self, of: Slow) -> Vec<f32> {
        let rows = 0..self.rows(of);
        rows.flat_map(|row| (0..self.tokens).map(move |token| self.get(of, row, token)))
            .collect()
    }

    /// Takes over a matrix, row after row.
    ///
    /// # Panics
    /// If it is of another size.
    pub fn set_matrix(&mut self, of: Slow, matrix: &[f32]) {
        assert_eq!(
            matrix.len(),
            self.rows(of) * self.tokens,
            "entries of the matrix"
        );
        for (row, values) in matrix.chunks_exact(self.tokens).enumerate() {
            for (token, &value) in values.iter().enumerate() {
                self.set(of, row, token, value);
            }
        }
    }

    /// Whether they are of these sizes.
    pub(in super::super) fn fits(&self, sizes: &Sizes) -> bool {
        self.tokens == sizes.tokens() as usize && self.keys == sizes.keys as usize
    }
}
