//! Numbers of the figure.

use super::{AGES, CUES, Compared, Traced, base};
use crate::figures::Table;

/// Constants, accuracies, errors and traces.
pub(super) fn all(all: &[Compared<'_>]) -> Vec<Table> {
    vec![constants(all), accuracy(all), errors(all), traces(all)]
}

fn constants(all: &[Compared<'_>]) -> Table {
    let header = [
        "network",
        "n_i",
        "n_h",
        "s",
        "m",
        "k",
        "eps",
        "weights",
        "tau",
        "tau_se",
        "tau_chain",
        "tau_moments",
        "tau_independent",
        "beta_chain",
        "beta_moments",
        "mean_weight",
        "mean_weight_chain",
        "excess_age_1",
        "excess_age_1_chain",
    ];
    let rows = all.iter().filter_map(|one| {
        let (network, traced) = (one.network, one.traced.as_ref()?);
        let Traced {
            trace,
            chain,
            moments,
            ..
        } = traced;
        Some(vec![
            network.name.clone(),
            network.n_i.to_string(),
            network.n_h.to_string(),
            network.s.to_string(),
            network.fan_in().to_string(),
            network.k.to_string(),
            network.eps.to_string(),
            network.weights.to_string(),
            trace.tau[0].to_string(),
            trace.tau[1].to_string(),
            chain.tau().to_string(),
            moments.tau().to_string(),
            Traced::independent(network).to_string(),
            chain.beta().to_string(),
            moments.beta().to_string(),
            trace.mean_weight.to_string(),
            chain.mean_weight().to_string(),
            trace.excess[0].to_string(),
            chain.excess(1).to_string(),
        ])
    });
    Table::new("decay_constants.csv", &header, rows.collect())
}

fn accuracy(all: &[Compared<'_>]) -> Table {
    let header = [
        "network",
        "cue",
        "age",
        "accuracy",
        "accuracy_se",
        "accuracy_theory",
        "raw_difference",
        "raw_difference_theory",
        "surviving_theory",
    ];
    let mut rows = Vec::new();
    for one in all {
        for (cue, level) in CUES.iter().enumerate() {
            for point in one.points(cue) {
                let (age, accuracy, difference) = (point.age, point.accuracy, point.difference);
                let surviving = one.traced.as_ref().and_then(|traced| {
                    let place = AGES.iter().position(|&other| other == age)?;
                    traced.surviving[cue].get(place)
                });
                rows.push(vec![
                    one.network.name.clone(),
                    level.to_string(),
                    age.to_string(),
                    accuracy[0].to_string(),
                    one.curves[cue].real.standard_error[age - 1].to_string(),
                    accuracy[1].to_string(),
                    difference[0].to_string(),
                    difference[1].to_string(),
                    surviving.map_or_else(String::new, f64::to_string),
                ]);
            }
        }
    }
    Table::new("decay_accuracy.csv", &header, rows)
}

fn errors(all: &[Compared<'_>]) -> Table {
    let header = [
        "network",
        "cue",
        "accuracy_error",
        "raw_difference_error",
        "pseudo_accuracy",
        "pseudo_accuracy_theory",
    ];
    let mut rows = Vec::new();
    for one in all {
        for (cue, level) in CUES.iter().enumerate() {
            let [accuracy, difference, _] = one.errors(cue);
            rows.push(vec![
                one.network.name.clone(),
                level.to_string(),
                accuracy.to_string(),
                difference.to_string(),
                base(one.curves[cue]).to_string(),
                one.forecasts[cue].pseudo.to_string(),
            ]);
        }
    }
    Table::new("decay_errors.csv", &header, rows)
}

fn traces(all: &[Compared<'_>]) -> Table {
    let header = ["network", "age", "excess", "excess_chain", "excess_moments"];
    let mut rows = Vec::new();
    for one in all {
        let Some(traced) = &one.traced else { continue };
        for (age, excess) in (1..).zip(&traced.trace.excess) {
            rows.push(vec![
                one.network.name.clone(),
                age.to_string(),
                excess.to_string(),
                traced.chain.excess(age).to_string(),
                (traced.chain.excess(1) * traced.moments.left(age)).to_string(),
            ]);
        }
    }
    Table::new("decay_traces.csv", &header, rows)
}
