//! Numbers of the figure.

use super::{AGES, CUES, Compared, Traced, base};
use crate::figures::Table;
use crate::figures::declared::file_kind;
use crate::memory::columns::{AGE, CUE, DATA, NETWORK};
use slotless_files::dictionary::Variable;

file_kind! {
    /// A row per K-winner network: constants of its traces, measured and of the theory of docs/theory.md
    pub(crate) CONSTANTS: "decay_constants.csv" by "reproduce decay" {
        NETWORK,
        DATA,
        Variable::integer("n_i", "units", "Visible units"),
        Variable::integer("n_h", "units", "Hidden units"),
        Variable::integer("s", "units", "Ones of a pattern"),
        Variable::integer("m", "units", "Fan-in: visible units wired to each hidden unit"),
        Variable::integer("k", "units", "Winners"),
        Variable::number("eps", "", "Learning rate"),
        Variable::text("weights", "Width of a weight"),
        Variable::number("tau", "patterns", "Constant of decay of traces in the weights: an exponential through the mean excess"),
        Variable::number("tau_se", "patterns", "Standard error of tau over networks"),
        Variable::number("tau_chain", "patterns", "tau of the chain (equation C5)"),
        Variable::number("tau_moments", "patterns", "tau of the moments (equation K4)"),
        Variable::number("tau_independent", "patterns", "tau if units won whatever they hold: n_h / (k abs(ln(1 - eps)))"),
        Variable::number("beta_chain", "", "How much a weight of 1 adds to the probability that its input is active in a win, by the chain (C5)"),
        Variable::number("beta_moments", "", "beta by the moments (K4)"),
        Variable::number("mean_weight", "full scale", "Mean weight of a network, measured"),
        Variable::number("mean_weight_chain", "full scale", "Mean weight by the chain"),
        Variable::number("excess_age_1", "full scale", "Mean excess of the weights of a pattern's ones, in the units that won for it, at age 1, measured"),
        Variable::number("excess_age_1_chain", "full scale", "excess_age_1 by the chain"),
    }
}

file_kind! {
    /// A row per network, cue level and age at which theory is held against trials
    pub(crate) ACCURACY: "decay_accuracy.csv" by "reproduce decay" {
        NETWORK,
        DATA,
        CUE,
        AGE,
        Variable::number("accuracy", "share", "Accuracy of learned patterns, mean over trials: that of decay.csv"),
        Variable::number("accuracy_se", "share", "Standard error of accuracy over trials"),
        Variable::number("accuracy_theory", "share", "Accuracy by the theory: the chain of K-winner networks, R2 of recency levels"),
        Variable::number("raw_difference", "share", "Accuracy less pseudo_accuracy of decay_errors.csv: pseudo-patterns of all ages, which have none"),
        Variable::number("raw_difference_theory", "share", "Raw difference by the theory"),
        Variable::number("surviving_theory", "share", "Share of the winners that stored the pattern which win for its cue still, by the chain; empty of recency levels"),
    }
}

file_kind! {
    /// A row per network and cue level: means over the ages of decay_accuracy.csv
    pub(crate) ERRORS: "decay_errors.csv" by "reproduce decay" {
        NETWORK,
        DATA,
        CUE,
        Variable::number("accuracy_error", "share", "Mean absolute difference of accuracy, measured less theory"),
        Variable::number("raw_difference_error", "share", "Mean absolute difference of the raw difference, measured less theory"),
        Variable::number("pseudo_accuracy", "share", "Accuracy of pseudo-patterns, mean over trials and ages"),
        Variable::number("pseudo_accuracy_theory", "share", "Accuracy of pseudo-patterns by the theory"),
    }
}

file_kind! {
    /// A row per K-winner network and age
    pub(crate) TRACES: "decay_traces.csv" by "reproduce decay" {
        NETWORK,
        DATA,
        AGE,
        Variable::number("excess", "full scale", "Mean excess of the weights of a pattern's ones, in the units that won for it, over the mean of all weights; measured"),
        Variable::number("excess_chain", "full scale", "excess by the chain"),
        Variable::number("excess_moments", "full scale", "Excess of the chain at age 1 times what is left by the moments (K4)"),
    }
}

/// Constants, accuracies, errors and traces.
pub(super) fn all(all: &[Compared<'_>]) -> Vec<Table> {
    vec![constants(all), accuracy(all), errors(all), traces(all)]
}

fn constants(all: &[Compared<'_>]) -> Table {
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
            one.data.caption(),
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
    Table::new("decay_constants.csv", &CONSTANTS, rows.collect())
}

fn accuracy(all: &[Compared<'_>]) -> Table {
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
                    one.data.caption(),
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
    Table::new("decay_accuracy.csv", &ACCURACY, rows)
}

fn errors(all: &[Compared<'_>]) -> Table {
    let mut rows = Vec::new();
    for one in all {
        for (cue, level) in CUES.iter().enumerate() {
            let [accuracy, difference, _] = one.errors(cue);
            rows.push(vec![
                one.network.name.clone(),
                one.data.caption(),
                level.to_string(),
                accuracy.to_string(),
                difference.to_string(),
                base(one.curves[cue]).to_string(),
                one.forecasts[cue].pseudo.to_string(),
            ]);
        }
    }
    Table::new("decay_errors.csv", &ERRORS, rows)
}

fn traces(all: &[Compared<'_>]) -> Table {
    let mut rows = Vec::new();
    for one in all {
        let Some(traced) = &one.traced else { continue };
        for (age, excess) in (1..).zip(&traced.trace.excess) {
            rows.push(vec![
                one.network.name.clone(),
                one.data.caption(),
                age.to_string(),
                excess.to_string(),
                traced.chain.excess(age).to_string(),
                (traced.chain.excess(1) * traced.moments.left(age)).to_string(),
            ]);
        }
    }
    Table::new("decay_traces.csv", &TRACES, rows)
}
