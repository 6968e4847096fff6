//! Pictures as memories: grey values from files, turned into bits or real vectors, corrupted, and recalled by a network.
//!
//! * [`load`]: a folder of PNGs, a `.npy` array, or the handwritten digits that come with the program.
//! * [`Threshold`]: how a picture becomes a pattern of bits.
//! * [`Corruption`]: what is done to a picture before a network is shown it.
//! * [`mod@recall`]: what a network that has stored the pictures makes of the corrupted ones.

mod corrupt;
pub mod figures;
pub mod load;
pub mod recall;
mod threshold;

pub use corrupt::{Corruption, CorruptionError, Erased, Side};
pub use load::{ImageError, ImageErrorKind, Source};
pub use threshold::{Threshold, ThresholdError};

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Shape {
    /// Pixels of a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Shape {
    /// Number of pixels, which is the number of units of a network that stores such pictures.
    #[must_use]
    pub const fn pixels(self) -> u32 {
        self.width.saturating_mul(self.height)
    }
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} x {}", self.width, self.height)
    }
}

/// Grey pictures of one size. Values are as they were read, larger ones brighter; see [`Pictures::grey`].
#[derive(Clone, Debug, PartialEq)]
pub struct Pictures {
    shape: Shape,
    names: Vec<String>,
    /// Picture after picture, row after row.
    values: Vec<f64>,
    /// Smallest and largest value.
    range: (f64, f64),
}

impl Pictures {
    /// Pictures with values that are all finite and not all equal; `None` otherwise, or if they are not of this size.
    fn new(shape: Shape, names: Vec<String>, values: Vec<f64>) -> Option<Self> {
        let fold = |start, pick: fn(f64, f64) -> f64| values.iter().copied().fold(start, pick);
        let range = (
            fold(f64::INFINITY, f64::min),
            fold(f64::NEG_INFINITY, f64::max),
        );
        let whole = (shape.pixels() as usize).checked_mul(names.len()) == Some(values.len());
        let told_apart = (range.1 - range.0).is_finite() && range.0 < range.1;
        (whole && told_apart).then_some(Self {
            shape,
            names,
            values,
            range,
        })
    }

    /// Size of each picture.
    #[must_use]
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// How many there are: one at least.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "there is always one")]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// What each is called: its file's name without extension, its digit, or its place in an array.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Smallest and largest value of all pictures.
    #[must_use]
    pub const fn range(&self) -> (f64, f64) {
        self.range
    }

    /// The first `count` pictures (all, if there are no more), whose range stays that of all.
    #[must_use]
    pub fn first(mut self, count: usize) -> Self {
        self.names.truncate(count.max(1));
        self.values
            .truncate(self.names.len() * self.shape.pixels() as usize);
        self
    }

    /// Values of each picture in turn, as they were read.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.values.chunks_exact(self.shape.pixels() as usize)
    }

    /// Every picture in turn on one scale: -1 for the smallest value of all pictures, +1 for the largest.
    #[must_use]
    pub fn grey(&self) -> Vec<f32> {
        let (lo, hi) = self.range;
        let scaled = |value: &f64| (2.0 * ((value - lo) / (hi - lo)) - 1.0) as f32;
        self.values.iter().map(scaled).collect()
    }
}

#[cfg(test)]
mod tests;
