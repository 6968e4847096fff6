//! Reference curves, and how far results are from them.
//!
//! The curves were measured for this project with an independent program (see `data/README.md`): the paper's protocol,
//! 3,000 burn-in and 1,000 evaluated patterns, 32 to 92 trials. They are compared with whatever condition is the same.

use serde::Deserialize;

use crate::figures::numbers::{mean, mean_of, squares_about};
use crate::memory::Measured;
use crate::memory::curves::{Curves, theory_of};
use crate::memory::measure::{
    CurveEstimate, MeasureError, Paired, SURVIVAL_BINS, Trials, compare_curves, survival_check,
};
use crate::memory::{Condition, Data, Kind, Network, Protocol, Results};
use crate::run::manifest::Check;
use slotless_core::kwinner::{Assignment, Code};

/// A reference curve and what it is of.
struct Reference {
    name: &'static str,
    /// (n_i, n_h, s, f, k, eps)
    network: (u32, u32, u32, f64, u32, f64),
    /// b of the tree; `None` for unstructured patterns.
    tree: Option<u32>,
    cue: f64,
    csv: &'static str,
}

const K_WINNER: (u32, u32, u32, f64, u32, f64) = (1000, 2000, 100, 0.05, 50, 0.3);
const MORE_CONNECTED: (u32, u32, u32, f64, u32, f64) = (1000, 1000, 100, 0.1, 50, 0.3);
const ONE_WINNER: (u32, u32, u32, f64, u32, f64) = (1000, 100, 100, 1.0, 1, 1.0);

macro_rules! reference {
    ($name:literal, $network:expr, $tree:expr, $cue:expr) => {
        Reference {
            name: $name,
            network: $network,
            tree: $tree,
            cue: $cue,
            csv: include_str!(concat!("../../data/measured/", $name, ".csv")),
        }
    };
}

const REFERENCES: [Reference; 9] = [
    reference!("random_kw_f005_cue100", K_WINNER, None, 1.0),
    reference!("random_kw_f005_cue50", K_WINNER, None, 0.5),
    reference!("random_kw_f01_cue100", MORE_CONNECTED, None, 1.0),
    reference!("random_mhn_cue100", ONE_WINNER, None, 1.0),
    reference!("random_mhn_cue50", ONE_WINNER, None, 0.5),
    reference!("tree5_kw_f005_cue100", K_WINNER, Some(5), 1.0),
    reference!("tree5_mhn_cue100", ONE_WINNER, Some(5), 1.0),
    reference!("tree20_kw_f005_cue100", K_WINNER, Some(20), 1.0),
    reference!("tree20_mhn_cue100", ONE_WINNER, Some(20), 1.0),
];

/// One age of a reference curve; accuracies in shares of s.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Row {
    n_trials: f64,
    mean_real: f64,
    se_real: f64,
    mean_pseudo: f64,
    dprime_pseudo: f64,
    auc_pseudo: f64,
    mean_unif: Option<f64>,
}

impl Reference {
    fn is_of(&self, condition: &Condition) -> bool {
        let Condition {
            network,
            data,
            protocol,
        } = condition;
        let network = network.clone().with_one_rate();
        let Network {
            n_i,
            n_h,
            s,
            f,
            k,
            eps,
            ..
        } = network;
        let data = match (data, self.tree) {
            (Data::Random, None) => true,
            (Data::Tree { b, steps }, Some(flips)) => {
                *b == flips && steps.is_none_or(|steps| steps == 15_000)
            }
            _ => false,
        };
        let Protocol {
            burn_in, learned, ..
        } = Protocol::default();
        network.memory.is_kwinner()
            && (n_i, n_h, s, f, k, eps) == self.network
            && network.rates.is_none()
            && network.winners_code == Code::Binary
            && network.assignment == Assignment::Competitive
            && network.preprocess.is_none()
            && data
            && !protocol.differs()
            && (protocol.burn_in, protocol.learned) == (burn_in, learned)
    }

    fn rows(&self) -> Vec<Row> {
        csv::Reader::from_reader(self.csv.as_bytes())
            .deserialize()
            .collect::<Result<_, _>>()
            .expect("the reference files are part of the program, and a test reads each")
    }
}

/// Standard error over trials of the mean over ages of an array of trials x ages.
fn error_over_trials(table: &ndarray::Array2<f64>) -> f64 {
    let means: Vec<f64> = table
        .outer_iter()
        .map(|trial| mean_of(trial.iter().copied()))
        .collect();
    let variance = squares_about(mean(&means), &means);
    let n = means.len() as f64;
    (variance / (n - 1.0).max(1.0) / n).sqrt()
}

/// Every check that can be made of a condition's results: against the reference curves it has, and against Theorem 1.
///
/// # Errors
/// [`MeasureError`] if the results are too few to compare.
pub fn checks(measured: &Measured<'_>) -> Result<Vec<Check>, MeasureError> {
    let results = &*measured.results;
    let mut checks = Vec::new();
    for reference in REFERENCES
        .iter()
        .filter(|reference| reference.is_of(&results.condition))
    {
        if let Some(cue) = results.cue(reference.cue) {
            compare(
                reference,
                results,
                cue,
                &measured.curves[cue][0],
                &mut checks,
            )?;
        }
    }
    let condition = &results.condition;
    if theory_of(&condition.network, 1.0).is_some()
        && condition.data == Data::Random
        && !condition.protocol.differs()
        && condition.protocol.learned >= 300
        && results.trials() >= 2
        && condition.network.s < condition.network.n_i
    {
        for (cue, level) in condition
            .protocol
            .cues
            .iter()
            .enumerate()
            .filter(|(_, level)| **level > 0.0)
        {
            let (real, pseudo) = (
                results.accuracy(cue, Kind::Real),
                results.accuracy(cue, Kind::Pseudo),
            );
            let paired = Paired::new(real.view(), pseudo.view())?;
            let found = survival_check(&paired, condition.network.n_h, &SURVIVAL_BINS)?;
            if let Some(worst) = found.worst() {
                let name = format!(
                    "{}, cue {level}: survival RD / (1 - baseline) against (1 - 1/n_h)^(t - 1), worst of 8 bins of age, in standard errors",
                    condition.network.name
                );
                checks.push(Check::within(name, worst, 0.0, 4.0));
            }
        }
    }
    Ok(checks)
}

fn compare(
    reference: &Reference,
    results: &Results,
    cue: usize,
    curves: &Curves,
    checks: &mut Vec<Check>,
) -> Result<(), MeasureError> {
    let rows = reference.rows();
    let name = |what: &str| format!("{}: {what}", reference.name);
    // The trials that the accuracy curves are of, as drawn.
    let first = ndarray::s![..curves.plan.accuracy, ..];
    let real = results.accuracy(cue, Kind::Real).slice_move(first);
    let pseudo = results.accuracy(cue, Kind::Pseudo).slice_move(first);
    if real.nrows() < 2 {
        return Ok(());
    }

    let ours = CurveEstimate::from_trials(&Trials::new(real.view())?)?;
    let theirs = CurveEstimate::new(
        rows.iter().map(|row| row.mean_real).collect(),
        rows.iter().map(|row| row.se_real.powi(2)).collect(),
    )?;
    let distance = compare_curves(&ours, &theirs)?;
    if let Some(squared) = distance.mean_squared_z {
        checks.push(Check::within(
            name("accuracy, mean squared distance in standard errors"),
            squared,
            0.7,
            1.4,
        ));
    }
    checks.push(Check::within(
        name("accuracy, mean signed difference"),
        distance.mean_difference,
        -0.003,
        0.003,
    ));

    // A tree is drawn once a trial: its baselines scatter from trial to trial.
    let tolerance = |table: &ndarray::Array2<f64>| match reference.tree {
        None => 0.003,
        Some(_) => {
            let ours = table.nrows() as f64;
            3.5 * error_over_trials(table) * (1.0 + ours / rows[0].n_trials).sqrt()
        }
    };
    let limit = tolerance(&pseudo);
    let difference =
        mean_of(pseudo.iter().copied()) - mean_of(rows.iter().map(|row| row.mean_pseudo));
    checks.push(Check::within(
        name("pseudo-pattern baseline, difference"),
        difference,
        -limit,
        limit,
    ));

    if reference.tree.is_some() {
        let unstructured = results.accuracy(cue, Kind::Unstructured).slice_move(first);
        let limit = tolerance(&unstructured).max(0.003);
        let reference_mean = mean_of(rows.iter().map(|row| row.mean_unif.unwrap_or(f64::NAN)));
        let difference = mean_of(unstructured.iter().copied()) - reference_mean;
        let mut check = Check::within(
            name("unstructured baseline, difference"),
            difference,
            -limit,
            limit,
        );
        check.note = "expected where many hidden units never win: the reference starts W and W_out from different random \
                      draws, here W_out = W^T, so an untouched unit that an unknown pattern selects also speaks for it"
            .to_owned();
        checks.push(check);
    }

    // d' is heavy-tailed for the 1-winner network at young ages; AUC is compared at all ages.
    let auc: Vec<f64> = curves.auc.means()?;
    let difference = mean_of(
        auc.iter()
            .zip(&rows)
            .map(|(ours, row)| ours - row.auc_pseudo),
    );
    checks.push(Check::within(
        name("AUC, mean signed difference"),
        difference,
        -0.01,
        0.01,
    ));
    // d' of n runs has a variance of about (1 + d'^2 / 2) / n, and a deviation of n runs is too small on average: without
    // this factor d' of 30 runs would be 3 % larger than that of 92.
    let unbiased = |n: f64| libm::sqrt((n - 1.0) / n) * (1.0 - 3.0 / (4.0 * n - 5.0));
    let (mut difference, mut variance) = (0.0, 0.0);
    for (ours, row) in curves.d_prime_all.iter().zip(&rows).take(400).skip(39) {
        let (our_runs, their_runs) = (results.trials() as f64, row.n_trials);
        let theirs = row.dprime_pseudo * unbiased(their_runs);
        let runs = 1.0 / our_runs + 1.0 / their_runs;
        if let Some(ours) = ours {
            difference += ours * unbiased(our_runs) - theirs;
            variance += (1.0 + theirs * theirs / 2.0) * runs;
        }
    }
    if results.trials() >= 20 && variance > 0.0 {
        let what =
            "d' over all trials at once, summed over ages 40 to 400, difference in standard errors";
        checks.push(Check::within(
            name(what),
            difference / libm::sqrt(variance),
            -4.0,
            4.0,
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Networks that learn or are asked in another way are compared with none.
    #[test]
    fn curves_are_of_the_papers_networks_alone() {
        let found = |network| {
            let condition = Condition {
                network,
                data: Data::Random,
                protocol: Protocol::default(),
            };
            REFERENCES
                .iter()
                .filter(|one| one.is_of(&condition))
                .count()
        };
        let rates = |rates: &str| Network {
            rates: rates.parse().ok(),
            ..Network::default()
        };
        assert_eq!(found(Network::default()), 2);
        assert_eq!(found(rates("0.3")), 2);
        assert_eq!(found(rates("0.3+0.1")), 0);
        assert_eq!(found(rates("0.03..1:log")), 0);
        let graded = Network {
            winners_code: Code::Graded,
            ..Network::default()
        };
        assert_eq!(found(graded), 0);
    }

    #[test]
    fn every_reference_file_is_whole() {
        for reference in &REFERENCES {
            let rows = reference.rows();
            assert_eq!(rows.len(), 1000, "{}", reference.name);
            assert_eq!(
                reference.tree.is_some(),
                rows.iter().all(|row| row.mean_unif.is_some())
            );
            assert!(
                rows.iter()
                    .all(|row| (0.0..=1.0).contains(&row.mean_real) && row.n_trials >= 30.0)
            );
        }
    }
}
