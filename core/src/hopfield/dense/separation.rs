//! What becomes of a similarity.

/// The separation function F of a similarity z.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Separation {
    /// `z^n`. For even n the inverse of a memory is as good as the memory.
    Power(u32),
    /// `z^n` where z is above 0, else 0.
    Rectified(u32),
}

impl Separation {
    /// The degree, n.
    #[must_use]
    pub const fn degree(self) -> u32 {
        match self {
            Self::Power(degree) | Self::Rectified(degree) => degree,
        }
    }

    /// The number whose power F takes.
    const fn base(self, similarity: i32) -> i32 {
        match self {
            Self::Power(_) => similarity,
            Self::Rectified(_) if similarity < 0 => 0,
            Self::Rectified(_) => similarity,
        }
    }

    /// `F(z)`, modulo 2^128.
    #[must_use]
    pub const fn of(self, similarity: i32) -> i128 {
        (self.base(similarity) as i128).wrapping_pow(self.degree())
    }

    /// `F(z)`, modulo 2^64.
    pub(super) const fn of_small(self, similarity: i32) -> i64 {
        (self.base(similarity) as i64).wrapping_pow(self.degree())
    }
}
