//! Every measure of one condition at one cue level against one baseline, by age.

use super::Network;
use super::columns::CURVES;
use super::measure::{
    Content, Curve, DPrimeForm, Deviation, Measure, MeasureError, OneWinnerTheory, Paired,
    SamplePlan, SampleValues, Trials, d_prime_of_shares, over_samples, over_shares,
    raw_differences, recognition,
};
use super::results::{Kind, Outcomes, Results};
use crate::figures::output::trials_of;
use std::borrow::Cow;

/// How trials are used: the first `accuracy` of them for accuracy curves, all that the plan takes for the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Trials whose accuracies are averaged.
    pub accuracy: usize,
    /// Samples of d', raw difference and AUC.
    pub samples: SamplePlan,
}

/// Runs a sample, as in the paper.
const EACH: usize = 20;

impl Plan {
    /// A plan for `trials` trials: samples of 20 where there are at least 40 trials, else two halves (one sample for
    /// fewer than 4); accuracies over the first `accuracy` trials.
    #[must_use]
    pub fn new(trials: usize, accuracy: usize) -> Self {
        let (samples, each) = match trials {
            0..4 => (1, trials.max(1)),
            4..40 => (2, trials / 2),
            _ => (trials / EACH, EACH),
        };
        let samples = SamplePlan::new(samples, each).expect("both are at least 1");
        Self {
            accuracy: accuracy.min(trials),
            samples,
        }
    }
}

/// Fewer trials or samples than these hardly tell a spread.
const FEW: usize = 5;

impl Plan {
    /// What is to be known of numbers that so few trials give; none where there are enough.
    #[must_use]
    pub fn caution(&self) -> Option<String> {
        let (samples, each) = (self.samples.samples(), self.samples.trials_each());
        let mut parts = Vec::new();
        if each < FEW {
            parts.push(format!(
                "d' and AUC are of {} each: deviations of so few mean little",
                trials_of(u32::try_from(each).unwrap_or(u32::MAX))
            ));
        }
        if samples < 2 {
            parts.push("one sample has no standard error".to_owned());
        } else if samples < FEW {
            parts.push(format!("standard errors over {samples} samples are rough"));
        }
        if self.accuracy < 2 {
            parts.push("accuracies of one trial have no standard error".to_owned());
        }
        (!parts.is_empty()).then(|| format!("few trials: {}", parts.join("; ")))
    }
}

/// The measures; entry 0 of every curve is age 1.
#[derive(Clone, Debug)]
pub struct Curves {
    /// Cue level.
    pub cue: f64,
    /// What learned patterns are compared with.
    pub baseline: Kind,
    /// How trials were used.
    pub plan: Plan,
    /// Accuracy of learned patterns.
    pub real: Curve,
    /// Accuracy of the baseline's patterns.
    pub base: Curve,
    /// Raw difference over samples.
    pub raw_difference: SampleValues,
    /// Paired d' over samples: the authors' form.
    pub d_prime: SampleValues,
    /// Classical d' over samples.
    pub classical: SampleValues,
    /// Paired d' over all trials at once.
    pub d_prime_all: Vec<Option<f64>>,
    /// AUC of the overlaps over samples.
    pub auc: SampleValues,
    /// AUC on the scale of d'.
    pub auc_sensitivity: SampleValues,
    /// d' of the match score: familiarity.
    pub match_d_prime: SampleValues,
    /// AUC of the match score.
    pub match_auc: SampleValues,
    /// Bits that the match score says about old or new, by age, over all trials.
    pub recognition: Vec<f64>,
    /// Bits that answers say about the units that were not in the cue, by age, over all trials; where that was counted.
    pub content: Option<Vec<Content>>,
    /// What answers are, by age, over all trials; where that was counted.
    pub outcomes: Option<Vec<Outcomes>>,
}

impl Curves {
    /// Computes every measure of cue level number `cue` against `baseline`.
    ///
    /// # Errors
    /// [`MeasureError`] if there are fewer trials than the plan takes.
    ///
    /// # Panics
    /// If there is no such cue level or baseline.
    pub fn new(
        results: &Results,
        cue: usize,
        baseline: Kind,
        plan: Plan,
    ) -> Result<Self, MeasureError> {
        let (real, base) = (
            results.accuracy(cue, Kind::Real),
            results.accuracy(cue, baseline),
        );
        let paired = Paired::new(real.view(), base.view())?;
        let (seen, unseen) = (
            results.familiarity(cue, Kind::Real),
            results.familiarity(cue, baseline),
        );
        let matches = Paired::new(seen.view(), unseen.view())?;
        let classes = results.class_counts(cue, Kind::Real);
        let first = ndarray::s![..plan.accuracy, ..];
        let curve = |table: &ndarray::Array2<f64>| {
            Trials::new(table.slice(first))?.curve(Deviation::Population)
        };
        let counts = |at| {
            let count = |kind| results.count(cue, kind, at).map(u64::from);
            (count(Kind::Real), count(baseline))
        };
        let scores = |at| {
            let score = |kind| results.score(cue, kind, at);
            (score(Kind::Real), score(baseline))
        };
        let of_counts = |measure| over_shares(&paired, plan.samples, measure, counts);
        let paired_form = Measure::DPrime(DPrimeForm::Paired);
        Ok(Self {
            cue: results.condition.protocol.cues[cue],
            baseline,
            plan,
            real: curve(&real)?,
            base: curve(&base)?,
            raw_difference: raw_differences(plan.samples, paired.ages(), |at| {
                let count = |kind| results.count(cue, kind, at);
                (count(Kind::Real), count(baseline))
            })?,
            d_prime: of_counts(paired_form)?,
            classical: of_counts(Measure::DPrime(DPrimeForm::Classical))?,
            d_prime_all: d_prime_of_shares(&paired, DPrimeForm::Paired, counts),
            auc: over_samples(&paired, plan.samples, Measure::Auc)?,
            auc_sensitivity: of_counts(Measure::AucSensitivity)?,
            match_d_prime: over_shares(&matches, plan.samples, paired_form, scores)?,
            match_auc: over_samples(&matches, plan.samples, Measure::Auc)?,
            recognition: recognition(seen.view(), unseen.view())?,
            outcomes: results.outcomes(cue),
            content: classes.map(|classes| {
                let ages = 0..classes.ages();
                ages.map(|age| classes.content(age)).collect()
            }),
        })
    }

    /// Number of ages.
    #[must_use]
    pub fn ages(&self) -> usize {
        self.real.mean.len()
    }

    /// Content of all ages together, in bits; none where it was not counted.
    #[must_use]
    pub fn content_bits(&self) -> Option<f64> {
        let content = self.content.as_ref()?;
        Some(content.iter().map(Content::bits).sum())
    }

    /// Bits about old or new of all ages together.
    #[must_use]
    pub fn recognition_bits(&self) -> f64 {
        self.recognition.iter().sum()
    }
}

/// Names of the columns of the table that [`rows`] fills, as [`CURVES`] declares them.
pub const COLUMNS: [&str; 35] = {
    let mut names = [""; 35];
    let mut at = 0;
    while at < CURVES.variables.len() {
        names[at] = CURVES.variables[at].name;
        at += 1;
    }
    names
};

/// One row per age, cells in the order of [`COLUMNS`]; an undefined value is an empty cell.
#[must_use]
pub fn rows(results: &Results, curves: &Curves) -> Vec<[String; 35]> {
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    // One trial has no spread that could be told.
    let error = |value: f64| number(Some(value).filter(|_| curves.plan.accuracy > 1));
    let raw_difference = curves.raw_difference.summary();
    let d_prime = curves.d_prime.summary();
    let classical = curves.classical.summary();
    let auc = curves.auc.summary();
    let auc_sensitivity = curves.auc_sensitivity.summary();
    let match_d_prime = curves.match_d_prime.summary();
    let match_auc = curves.match_auc.summary();
    let condition = &results.condition;
    let storage = condition.network.storage_bits().ok();
    let content = |age: usize, of: fn(&Content) -> f64| {
        number(curves.content.as_ref().map(|content| of(&content[age])))
    };
    let outcome = |age: usize, of: fn(&Outcomes) -> f64| {
        number(curves.outcomes.as_ref().map(|outcomes| of(&outcomes[age])))
    };
    (0..curves.ages())
        .map(|age| {
            [
                condition.slug(),
                condition.network.name.clone(),
                condition.data.caption(),
                curves.cue.to_string(),
                curves.baseline.name().to_owned(),
                (age + 1).to_string(),
                curves.plan.accuracy.to_string(),
                curves.real.mean[age].to_string(),
                error(curves.real.standard_error[age]),
                curves.base.mean[age].to_string(),
                error(curves.base.standard_error[age]),
                curves.plan.samples.samples().to_string(),
                curves.plan.samples.trials_each().to_string(),
                number(raw_difference[age].mean),
                number(raw_difference[age].standard_error),
                number(d_prime[age].mean),
                number(d_prime[age].standard_error),
                d_prime[age].undefined.to_string(),
                number(classical[age].mean),
                number(classical[age].standard_error),
                number(curves.d_prime_all[age]),
                number(auc[age].mean),
                number(auc[age].standard_error),
                number(auc_sensitivity[age].median),
                number(match_d_prime[age].mean),
                number(match_auc[age].mean),
                number(match_auc[age].standard_error),
                curves.recognition[age].to_string(),
                content(age, Content::bits),
                content(age, |content| content.standard_error),
                content(age, |content| content.by_units),
                storage.map_or_else(String::new, |bits| bits.to_string()),
                outcome(age, |outcomes| outcomes.recalled),
                outcome(age, |outcomes| outcomes.intrusions),
                outcome(age, |outcomes| outcomes.spurious),
            ]
        })
        .collect()
}

/// A condition's results with all their curves.
#[derive(Debug)]
pub struct Measured<'a> {
    /// The results.
    pub results: Cow<'a, Results>,
    /// For each cue level, curves against each baseline.
    pub curves: Vec<Vec<Curves>>,
}

impl<'a> Measured<'a> {
    /// Computes the curves of every cue level and baseline.
    ///
    /// # Errors
    /// [`MeasureError`] if there are too few trials for the plan.
    pub fn new(results: impl Into<Cow<'a, Results>>, plan: Plan) -> Result<Self, MeasureError> {
        let results = results.into();
        let cues = 0..results.cues.len();
        let curves = cues
            .map(|cue| {
                let baselines = results.kinds()[1..].iter();
                baselines
                    .map(|&baseline| Curves::new(&results, cue, baseline, plan))
                    .collect()
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { results, curves })
    }

    /// Number of ages tested.
    #[must_use]
    pub fn ages(&self) -> usize {
        self.results.condition.protocol.learned as usize
    }
}

/// Theorem 1 for a network, if it is a 1-winner one.
#[must_use]
pub fn theory_of(network: &Network, cue: f64) -> Option<OneWinnerTheory> {
    if !network.memory.is_kwinner() || network.k != 1 || network.f != 1.0 || network.eps != 1.0 {
        return None;
    }
    OneWinnerTheory::new(network.n_i, network.n_h, network.s, cue).ok()
}
