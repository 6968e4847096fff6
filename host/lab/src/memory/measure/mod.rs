//! Measures of memory: from recall accuracies to the curves, tests and fits of the paper.
//!
//! Everything here is a pure function of its input. Sums run in one fixed order and every transcendental function comes
//! from the `libm` crate, so a result has the same bits on every machine.
//!
//! # What goes in
//! A table of numbers, **trials x ages**: row = trial, column 0 = age 1 = the pattern learned last. [`Trials`] is one such
//! table, checked once; [`Paired`] is two of one shape, real patterns and never-learned pseudo-patterns, where cell (i, j)
//! of both comes from one run of one network. Accuracies lie in 0..=1, but any finite score will do: the familiarity
//! measures (d' and AUC of a match score) are the same functions on match scores.
//!
//! # What comes out
//! | question | item |
//! |---|---|
//! | mean and standard error per age | [`Trials::curve`] |
//! | raw difference RD(t), per-run differences | [`Paired::raw_difference`], [`Paired::differences`] |
//! | d' of one sample, paired or classical | [`d_prime`] |
//! | AUC of two lists of scores; the same on the scale of d' | [`auc`], [`auc_to_sensitivity`] |
//! | any of these inside each of 10 samples of 20 trials, then mean, standard error, median | [`over_samples`] |
//! | bits that answers say about the other units of a pattern | [`ClassCounts::content`] |
//! | bits that the match score says about old or new | [`recognition`] |
//! | the same of scores that are shares of whole numbers, exactly zero where their counts are equal | [`over_shares`], [`d_prime_of_shares`] |
//! | at which ages one network beats another | [`advantage`] |
//! | exponential forgetting rate | [`fit_exponential`] |
//! | Theorem 1: baseline, survival and RD of the 1-winner network | [`OneWinnerTheory`], [`survival`] |
//! | constant of decay of a K-winner network's traces; what recency levels keep | [`KWinnerDecay`], [`RecencyDecay`] |
//! | a K-winner network's weights, traces and accuracy at any age, by whole distributions | [`KWinnerChain`] |
//! | measured against theoretical survival, by bins of age | [`survival_check`] |
//! | distance to a reference curve in standard errors | [`compare_curves`] |
//! | whether two networks have the same curve, at every age and over all | [`equality`], [`SampleValues::binned`] |
//! | quantiles and tails of the normal and Student's t | [`crate::normal::quantile`], [`t_cdf`], [`t_quantile`] |
//!
//! # Undefined is not a number here
//! A ratio whose denominator vanishes is `Some(0.0)` if its numerator vanishes too and `None` otherwise; means leave a
//! `None` out and count it. No function returns NaN for finite input. "Vanishes" allows for the rounding of the input: 0.9 - 0.3 and
//! 0.8 - 0.2 differ in their last bit and mean the same; a mean or a spread of at most 16 `f64::EPSILON` times the largest
//! value that went in counts as zero.
//!
//! ```
//! use slotless::memory::measure::{Measure, Paired, SamplePlan, DPrimeForm, over_samples};
//! # fn main() -> Result<(), slotless::memory::measure::MeasureError> {
//! // Four trials of two ages.
//! let real = ndarray::array![[0.9, 0.6], [0.8, 0.5], [0.9, 0.4], [1.0, 0.7]];
//! let pseudo = ndarray::array![[0.5, 0.5], [0.5, 0.4], [0.4, 0.5], [0.6, 0.5]];
//! let paired = Paired::new(real.view(), pseudo.view())?;
//!
//! let plan = SamplePlan::new(2, 2)?; // the paper: SamplePlan::default(), 10 x 20
//! let d_prime = over_samples(&paired, plan, Measure::DPrime(DPrimeForm::Paired))?;
//! for (age, point) in (1..).zip(d_prime.summary()) {
//!     println!("{age}: {:?} +- {:?} ({} undefined)", point.mean, point.standard_error, point.undefined);
//! }
//! # Ok(())
//! # }
//! ```

mod accuracy;
mod advantage;
mod auc;
mod bounds;
mod chain;
mod content;
mod decay;
mod equality;
mod error;
mod exact;
mod fit;
mod parity;
mod recognition;
mod roots;
mod samples;
mod sensitivity;
mod stats;
mod student;
mod survival;
mod theory;

pub use self::accuracy::{Curve, Paired, Trials};
pub use self::advantage::{Advantage, AdvantageAge, AdvantageTest, Better, advantage};
pub use self::auc::{AUC_CLIP, auc, auc_to_sensitivity};
pub use self::bounds::{few_ones, recency_cell, unit_by_unit, whole_patterns};
pub use self::chain::{ChainBuilder, ChainPoint, ChainRecall, KWinnerChain};
pub use self::content::{ClassCounts, Content, log2_binomial};
pub use self::decay::{KWinnerDecay, RecencyDecay};
pub use self::equality::{Equality, EqualityAge, equality};
pub use self::error::MeasureError;
pub use self::exact::{Count, mean_difference, raw_differences};
pub use self::fit::{ExponentialFit, FIT_MAX_AGE, fit_exponential};
pub use self::parity::{CurveEstimate, CurveParity, compare_curves};
pub use self::recognition::recognition;
pub use self::roots::Share;
pub use self::samples::{AgeSummary, Measure, SamplePlan, SampleValues, over_samples, over_shares};
pub use self::sensitivity::{DPrimeForm, d_prime, d_prime_of_shares};
pub use self::stats::{Deviation, MAX_MAGNITUDE};
pub use self::student::{t_cdf, t_quantile};
pub use self::survival::{AgeBin, SURVIVAL_BINS, SurvivalBin, SurvivalCheck, survival_check};
pub use self::theory::{OneWinnerTheory, survival};
