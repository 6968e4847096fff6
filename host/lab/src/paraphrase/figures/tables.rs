//! Every number with its standard error, and a short table for people.

use super::{AMONG_ALL, PARAPHRASE, chain_units, chains, share, triples};
use crate::figures::Table;
use crate::figures::declared::file_kind;
use crate::paraphrase::{
    CHAIN_METHODS, COSINES, CUES, HOPS, NOISE_METHODS, Results, Vary, methods,
};
use slotless_files::dictionary::Variable;

const BACKGROUND: Variable = Variable::text(
    "background",
    "Pairs that are stored beside the tests: varied, templated or synthetic",
);
const ACTIVE: Variable = Variable::integer("active", "units", "Ones of a code");

file_kind! {
    /// A row per background, ones of a code, number of background pairs, method, what is varied, its value and measure
    pub(crate) MEASURES: "exp07.csv" by "reproduce exp07" {
        BACKGROUND,
        ACTIVE,
        Variable::integer("pairs", "pairs", "Background pairs that are stored"),
        Variable::text("method", "What recalls"),
        Variable::text("varied", "cue: the way to ask; cosine: a noisy cue's cosine with the stored one; hops: links of a chain that were followed"),
        Variable::text("value", "Value of what is varied: a name for cue, a number for cosine and hops"),
        Variable::text("measure", "Share of cues that come to their own target among the tests' targets or among all; tied: several targets as near; cosine of a chain's code; share of chains right up to this hop"),
        Variable::number("mean", "share", "Mean over seeds"),
        Variable::number("mean_se", "share", "Standard error of mean over seeds"),
        Variable::integer("seeds", "seeds", "Seeds: trials"),
    }
}

/// Measures of each kind of table, by count.
const CUE_MEASURES: [&str; 4] = [
    "right_among_tests",
    "tied_among_tests",
    "right_among_all",
    "tied_among_all",
];
const NOISE_MEASURES: [&str; 2] = ["right_among_tests", "right_among_all"];
const HOP_MEASURES: [&str; 2] = ["cosine", "chains_right"];

pub(super) fn all(results: &[&Results]) -> Vec<Table> {
    let mut rows = Vec::new();
    for one in results {
        for (at, &size) in one.condition.sizes.iter().enumerate() {
            rows_of(one, at, size, &mut rows);
        }
    }
    let similarity = results.iter().flat_map(|one| similarities(one)).collect();
    vec![
        Table::new("exp07.csv", &MEASURES, rows),
        Table::new("exp07_similarity.csv", &SIMILARITY, similarity),
    ]
}

fn rows_of(one: &Results, at: usize, size: u32, rows: &mut Vec<Vec<String>>) {
    let condition = &one.condition;
    let mut push =
        |method: &str, varied: &str, value: String, measure: &str, [mean, error]: [f64; 2]| {
            rows.push(vec![
                condition.background.name().to_owned(),
                condition.active.to_string(),
                size.to_string(),
                method.to_owned(),
                varied.to_owned(),
                value,
                measure.to_owned(),
                mean.to_string(),
                error.to_string(),
                one.trials.len().to_string(),
            ]);
        };
    for (number, method) in methods().iter().enumerate() {
        for (cue, name) in CUES.iter().enumerate() {
            for (count, measure) in CUE_MEASURES.iter().enumerate() {
                let value = share(one, Vary::Cues, [at, number, cue], count, triples());
                push(&method.name, "cue", (*name).to_owned(), measure, value);
            }
        }
    }
    for (number, method) in NOISE_METHODS.iter().enumerate() {
        for (level, cosine) in COSINES.iter().enumerate() {
            for (count, measure) in NOISE_MEASURES.iter().enumerate() {
                let value = share(one, Vary::Noise, [at, number, level], count, triples());
                push(method, "cosine", cosine.to_string(), measure, value);
            }
        }
    }
    for (number, method) in CHAIN_METHODS.iter().enumerate() {
        for hop in 0..HOPS {
            for (count, measure) in HOP_MEASURES.iter().enumerate() {
                let of = [chain_units(one), chains()][count];
                let value = share(one, Vary::Hops, [at, number, hop], count, of);
                push(method, "hops", (hop + 1).to_string(), measure, value);
            }
        }
    }
}

file_kind! {
    /// A row per background and ones of a code: mean cosines of vectors, of the first seed
    pub(crate) SIMILARITY: "exp07_similarity.csv" by "reproduce exp07" {
        BACKGROUND,
        ACTIVE,
        Variable::number("background_cues", "", "Mean cosine of two background cues"),
        Variable::number("background_targets", "", "Mean cosine of two background targets"),
        Variable::number("cue_and_paraphrase", "", "Mean cosine of a cue and its paraphrase"),
        Variable::number("cues_of_triples", "", "Mean cosine of two triples' cues"),
    }
}

/// Mean cosines, of the first seed: those of texts are the same for all.
fn similarities(one: &Results) -> Option<Vec<String>> {
    let similarity = one.trials.first()?.similarity;
    let condition = &one.condition;
    let start = [
        condition.background.name().to_owned(),
        condition.active.to_string(),
    ];
    let numbers = similarity.iter().map(|value| format!("{value:.4}"));
    Some(start.into_iter().chain(numbers).collect())
}

/// Paraphrase recall by method and number of background pairs, a block per condition.
pub(super) fn report(results: &[&Results]) -> Vec<String> {
    let mut lines = Vec::new();
    for one in results {
        let condition = &one.condition;
        lines.push(format!(
            "paraphrase recall in %, {} background, codes of {}, among all targets:",
            condition.background.name(),
            condition.active
        ));
        let sizes = condition.sizes.iter().map(|size| format!("{size:>12}"));
        lines.push(format!(
            "{:<30}{}",
            "background pairs",
            sizes.collect::<String>()
        ));
        for (number, method) in methods().iter().enumerate() {
            let cells = (0..condition.sizes.len()).map(|at| {
                let cell = [at, number, PARAPHRASE];
                let [mean, error] = share(one, Vary::Cues, cell, AMONG_ALL, triples());
                if error.is_nan() {
                    return format!("{:>12.1}", 100.0 * mean);
                }
                format!("{:>6.1} +-{:>3.1}", 100.0 * mean, 100.0 * error)
            });
            lines.push(format!("{:<30}{}", method.name, cells.collect::<String>()));
        }
    }
    lines
}
