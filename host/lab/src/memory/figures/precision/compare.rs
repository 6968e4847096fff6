//! A width of the weights compared with the float network: at every age, over stretches of ages, and over all.

use ndarray::Array2;

use super::super::paper::cue_title;
use super::{Expected, Variant};
use crate::memory::Kind;
use crate::memory::Measured;
use crate::memory::measure::{Equality, MeasureError, SampleValues, equality};
use crate::run::manifest::Check;

/// Mean squared t of two equal networks: the band that the other comparisons of curves allow.
pub(super) const SQUARES: [f64; 2] = [0.7, 1.4];

/// Probability that a comparison finds two equal networks apart at any age.
pub(super) const LEVEL: f64 = 0.001;

/// Stretches of ages that are compared as a whole.
pub(super) const STRETCHES: usize = 20;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compared {
    Accuracy,
    DPrime,
}

impl Compared {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::DPrime => "d'",
        }
    }

    /// Independent rows of one value per age: trials, or samples of trials.
    pub(super) fn rows(
        self,
        measured: &Measured<'_>,
        cue: usize,
    ) -> Result<SampleValues, MeasureError> {
        match self {
            Self::Accuracy => {
                let results = &measured.results;
                let count = |at| results.count(cue, Kind::Real, at).map(u64::from);
                SampleValues::of_shares(&Array2::from_shape_fn(results.ones_real.dim(), count))
            }
            Self::DPrime => Ok(measured.curves[cue][0].d_prime.clone()),
        }
    }
}

/// A width compared with the float network at one cue level.
#[derive(Debug)]
pub(super) struct Comparison {
    pub(super) variant: Variant,
    pub(super) level: f64,
    pub(super) compared: Compared,
    pub(super) rows: usize,
    /// At every age, over stretches of ages, and over all ages at once.
    pub(super) ages: Equality,
    pub(super) stretches: Equality,
    pub(super) all: Equality,
    /// Ages in a stretch.
    width: usize,
}

impl Comparison {
    /// `None` where there are too few rows to compare.
    pub(super) fn new(
        variant: Variant,
        level: f64,
        compared: Compared,
        ours: &SampleValues,
        float: &SampleValues,
    ) -> Result<Option<Self>, MeasureError> {
        if ours.samples() < 3 {
            return Ok(None);
        }
        let by = |width: usize| equality(&ours.binned(width)?, &float.binned(width)?, LEVEL);
        let width = ours.ages().div_ceil(STRETCHES);
        Ok(Some(Self {
            variant,
            level,
            compared,
            rows: ours.samples(),
            ages: by(1)?,
            stretches: by(width)?,
            all: by(ours.ages())?,
            width,
        }))
    }

    fn name(&self) -> String {
        let (name, cue) = (self.variant.name(), cue_title(self.level));
        format!("{name}, {cue}: {}", self.compared.name())
    }

    fn beyond(&self) -> usize {
        self.ages.beyond + self.stretches.beyond
    }

    /// Whether no test tells the width from the float network.
    pub(super) fn equal(&self) -> bool {
        let squares = self.ages.mean_squared_t.unwrap_or(1.0);
        let [low, high] = SQUARES;
        self.beyond() == 0 && self.all.beyond == 0 && (low..=high).contains(&squares)
    }

    /// Difference over all ages, and its standard error.
    pub(super) fn mean_difference(&self) -> (f64, f64) {
        let all = self.all.ages[0];
        (
            all.difference.unwrap_or(f64::NAN),
            all.error.unwrap_or(f64::NAN),
        )
    }

    /// First and last age, difference and t of the stretch that lies farthest apart.
    pub(super) fn worst_stretch(&self) -> Option<(usize, usize, f64, f64)> {
        let (index, t) = self.stretches.worst?;
        let first = index * self.width + 1;
        let last = self.ages.ages.len().min((index + 1) * self.width);
        Some((first, last, self.stretches.ages[index].difference?, t))
    }

    pub(super) fn line(&self) -> String {
        let (difference, error) = self.mean_difference();
        let mut line = format!(
            "{}: mean squared t {:.3}, {} of {} ages differ (|t| > {:.2})",
            self.name(),
            self.ages.mean_squared_t.unwrap_or(f64::NAN),
            self.ages.beyond,
            self.ages.ages.len(),
            self.ages.critical,
        );
        if let Some((age, t)) = self.ages.worst {
            line += &format!(", largest t {t:+.2} at age {}", age + 1);
        }
        line += &format!("; mean difference {difference:+.5} +- {error:.5}");
        if let Some((first, last, difference, t)) = self.worst_stretch() {
            line += &format!("; worst ages {first} to {last}: {difference:+.4} (t {t:+.2})");
        }
        line
    }

    pub(super) fn checks(&self) -> Vec<Check> {
        let (count, total) = (self.beyond() as f64, self.ages.ages.len() + STRETCHES);
        let differ = format!(
            "{}, ages and stretches of {} that differ from float (p < {LEVEL} over all)",
            self.name(),
            self.width
        );
        match (self.variant.expected, self.compared) {
            (Expected::Different, Compared::DPrime) => Vec::new(),
            (Expected::Different, Compared::Accuracy) => {
                vec![Check::within(differ, count, 1.0, total as f64)]
            }
            (Expected::Equal, _) => {
                let name = |what: &str| format!("{}, {what}", self.name());
                let squares = self.ages.mean_squared_t.unwrap_or(f64::NAN);
                let [low, high] = SQUARES;
                // Without scatter there is no t: the counts then say whether there is a difference.
                let t = self.all.ages[0].t().unwrap_or(0.0);
                let most = self.all.critical;
                let squared = name("mean squared difference from float in standard errors");
                let all = name("mean difference over all ages in standard errors");
                let mut checks = vec![
                    Check::within(squared, squares, low, high),
                    Check::within(differ, count, 0.0, 0.0),
                    Check::within(all, t, -most, most),
                ];
                for check in &mut checks {
                    check.note = self.variant.note();
                }
                checks
            }
        }
    }
}

/// The comparison of a width at a cue level, if there is one.
pub(super) fn find(
    comparisons: &[Comparison],
    variant: Variant,
    level: f64,
    compared: Compared,
) -> Option<&Comparison> {
    let key = |variant: Variant| (variant.weights, variant.rounding);
    comparisons.iter().find(|one| {
        key(one.variant) == key(variant) && one.level == level && one.compared == compared
    })
}
