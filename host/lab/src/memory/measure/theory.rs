//! Theorem 1: the 1-winner modern Hopfield network in closed form.

use super::MeasureError;

/// Theory of the 1-winner network (k = 1, f = 1, eps = 1) on random patterns.
///
/// A pattern of age t is intact if none of the t - 1 later ones took its unit, each of which does so with probability
/// 1/n_h; it is then recalled perfectly, and otherwise as well as a pattern never learned.
/// Source: paper section 2, Theorem 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OneWinnerTheory {
    hidden: u32,
    baseline: f64,
}

impl OneWinnerTheory {
    /// Theory for `visible` units n_i, `hidden` units n_h, `active` bits s in a pattern and the cue level c in (0, 1].
    ///
    /// # Errors
    /// [`MeasureError::OutOfRange`] unless n_h >= 1, 1 <= s <= n_i and 0 < c <= 1.
    pub fn new(
        visible: u32,
        hidden: u32,
        active: u32,
        cue_level: f64,
    ) -> Result<Self, MeasureError> {
        check_hidden(hidden)?;
        if active == 0 || active > visible {
            return Err(MeasureError::OutOfRange {
                what: "active bits s",
                range: "in 1..=n_i",
                value: f64::from(active),
            });
        }
        if !(cue_level > 0.0 && cue_level <= 1.0) {
            return Err(MeasureError::OutOfRange {
                what: "cue level",
                range: "above 0 and at most 1",
                value: cue_level,
            });
        }
        let (n_i, n_h) = (f64::from(visible), f64::from(hidden));
        let sparsity = f64::from(active) / n_i;
        let lift = libm::sqrt(2.0 * (cue_level / n_i) * (1.0 - sparsity) * libm::log(n_h));
        Ok(Self {
            hidden,
            baseline: (sparsity + lift).min(1.0),
        })
    }

    /// Accuracy for pseudo-patterns: p = s/n_i + sqrt(2 (c/n_i) (1 - s/n_i) ln n_h), at most 1.
    ///
    /// An asymptotic value (the mean of the best of n_h normal overlaps, to first order): at n_i 1000, n_h 100, s 100 it is
    /// .191 where .176 is measured.
    #[must_use]
    pub const fn baseline(&self) -> f64 {
        self.baseline
    }

    /// Probability that a pattern of this age (from 1) is intact; see [`survival`].
    ///
    /// # Errors
    /// [`MeasureError::OutOfRange`] for age 0.
    pub fn survival(&self, age: usize) -> Result<f64, MeasureError> {
        survival(self.hidden, age)
    }

    /// Raw difference at an age: RD(t) = (1 - 1/n_h)^(t-1) (1 - p).
    ///
    /// # Errors
    /// [`MeasureError::OutOfRange`] for age 0.
    pub fn raw_difference(&self, age: usize) -> Result<f64, MeasureError> {
        Ok(self.survival(age)? * (1.0 - self.baseline))
    }

    /// Accuracy for real patterns at an age: p + RD(t).
    ///
    /// # Errors
    /// [`MeasureError::OutOfRange`] for age 0.
    pub fn accuracy(&self, age: usize) -> Result<f64, MeasureError> {
        Ok(self.baseline + self.raw_difference(age)?)
    }
}

/// Survival of a pattern of `age` t >= 1 among `hidden` units: (1 - 1/n_h)^(t-1); 1 at age 1, 0 later if n_h = 1.
///
/// Exact up to tie bias for random patterns, whatever their size and sparsity.
///
/// # Errors
/// [`MeasureError::OutOfRange`] for no hidden unit or age 0.
pub fn survival(hidden: u32, age: usize) -> Result<f64, MeasureError> {
    check_hidden(hidden)?;
    match age {
        0 => Err(MeasureError::OutOfRange {
            what: "age",
            range: "at least 1",
            value: 0.0,
        }),
        1 => Ok(1.0),
        _ if hidden == 1 => Ok(0.0),
        // exp(n log1p(-1/n_h)) keeps its digits for large n_h, where 1 - 1/n_h loses them.
        _ => Ok(libm::exp(
            (age - 1) as f64 * libm::log1p(-1.0 / f64::from(hidden)),
        )),
    }
}

fn check_hidden(hidden: u32) -> Result<(), MeasureError> {
    if hidden > 0 {
        return Ok(());
    }
    Err(MeasureError::OutOfRange {
        what: "hidden units n_h",
        range: "at least 1",
        value: 0.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_papers_network() -> Result<(), MeasureError> {
        let full = OneWinnerTheory::new(1000, 100, 100, 1.0)?;
        assert!((full.baseline() - 0.191_045).abs() < 1e-5);
        let half = OneWinnerTheory::new(1000, 100, 100, 0.5)?;
        assert!((half.baseline() - 0.164_38).abs() < 1e-5);
        assert_eq!(full.accuracy(1)?, 1.0);
        // .99^99 (1 - p) + p: the .494 of the published curve.
        assert!((full.accuracy(100)? - 0.490_1).abs() < 1e-3);
        Ok(())
    }

    #[test]
    fn edges() -> Result<(), MeasureError> {
        // One hidden unit: remembers exactly the last pattern, and its baseline is the sparsity.
        let one = OneWinnerTheory::new(10, 1, 5, 1.0)?;
        assert_eq!(
            (one.baseline(), one.survival(1)?, one.survival(2)?),
            (0.5, 1.0, 0.0)
        );
        assert_eq!(survival(2, 3)?, 0.25);
        assert_eq!(survival(100, usize::MAX)?, 0.0);
        // Patterns of ones only: nothing to tell apart.
        assert_eq!(
            OneWinnerTheory::new(10, 5, 10, 1.0)?.raw_difference(1)?,
            0.0
        );
        // Tiny networks: the asymptotic baseline would pass 1.
        assert_eq!(OneWinnerTheory::new(2, u32::MAX, 1, 1.0)?.baseline(), 1.0);
        for refused in [
            OneWinnerTheory::new(10, 0, 5, 1.0),
            OneWinnerTheory::new(10, 5, 0, 1.0),
            OneWinnerTheory::new(10, 5, 11, 1.0),
            OneWinnerTheory::new(10, 5, 5, 0.0),
            OneWinnerTheory::new(10, 5, 5, 1.1),
            OneWinnerTheory::new(10, 5, 5, f64::NAN),
        ] {
            assert!(matches!(refused, Err(MeasureError::OutOfRange { .. })));
        }
        assert!(survival(5, 0).is_err());
        assert!(survival(0, 1).is_err());
        Ok(())
    }

    proptest! {
        #[test]
        fn survival_is_a_product(hidden in 2..5000_u32, age in 1..400_usize) {
            let factor = 1.0 - 1.0 / f64::from(hidden);
            let product = (1..age).fold(1.0, |product, _| product * factor);
            prop_assert!((survival(hidden, age).unwrap() - product).abs() < 1e-12);
        }
    }
}
