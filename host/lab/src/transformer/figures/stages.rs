//! Figures S12 and S13: in which order the matrices are learned.

use super::matrices::{curves, shown};
use super::{Map, condition, diverged, median, scale};
use crate::figures::declared::file_kind;
use crate::figures::{Drawn, FigureError, Size, Table};
use crate::run::manifest::Check;
use crate::transformer::statistics::{Block, Similarity, value_contrast};
use crate::transformer::tables::{ITERATION, TRIAL};
use crate::transformer::{Checkpoint, Condition, Results, Rule, Weights};
use slotless_draw::{CurvePanel, Figure, LineStyle, Role, Series};
use slotless_files::dictionary::Variable;

file_kind! {
    /// A row per trial and checkpoint: how much of each structure there is
    pub(crate) STRUCTURE: "{name}_structure.csv" by "reproduce s12, s13" {
        TRIAL,
        ITERATION,
        Variable::number("case", "", "W_V: mean of the entries that should be 1 less mean of those that should be 0"),
        Variable::number("query_key", "", "W_Q^T W_K: a query's own letter less the other letters, mean over both cases"),
        Variable::number("upper_lower", "", "W_K^T W_K: the letter in the other case less the other letters"),
    }
}

file_kind! {
    /// A row per trial: the first checkpoint at which a structure is half of what it is at last, empty where it never is
    pub(crate) HALF_WAY: "{name}_half_way.csv" by "reproduce s12, s13" {
        TRIAL,
        Variable::number("case", "iterations", "Iteration of the first checkpoint at which case is half of its last value"),
        Variable::number("query_key", "iterations", "Iteration of the first checkpoint at which query_key is half of its last value"),
        Variable::number("upper_lower", "iterations", "Iteration of the first checkpoint at which upper_lower is half of its last value"),
    }
}

/// Iterations between checkpoints.
const EVERY: u32 = 50;

/// Iterations that a point of a curve averages.
const SMOOTH: usize = 10;

/// Iterations whose matrices are shown.
const BASELINE: [u32; 6] = [0, 300, 600, 900, 1200, 2000];
const ALIGNED: [u32; 6] = [0, 100, 300, 600, 1000, 1600];

fn conditions(rule: Rule, size: Size) -> Vec<Condition> {
    let last = super::training(size).batches;
    vec![condition(
        shown(rule),
        size,
        (0..last).step_by(EVERY as usize),
    )]
}

/// The baseline, with checkpoints every 50 iterations.
#[must_use]
pub fn s12_conditions(size: Size) -> Vec<Condition> {
    conditions(Rule::Baseline, size)
}

/// Alignment with input projections, with the same checkpoints.
#[must_use]
pub fn s13_conditions(size: Size) -> Vec<Condition> {
    conditions(Rule::Qk, size)
}

/// S12: stages of the baseline.
///
/// # Errors
/// [`FigureError`].
pub fn s12(results: &[&Results]) -> Result<Drawn, FigureError> {
    draw(
        "s12",
        "What the baseline transformer learns first",
        &BASELINE,
        results,
    )
}

/// S13: stages of the memory model with alignment and input projections.
///
/// # Errors
/// [`FigureError`].
pub fn s13(results: &[&Results]) -> Result<Drawn, FigureError> {
    let title = "What the transformer with a memory learns first, W_K by alignment";
    draw("s13", title, &ALIGNED, results)
}

/// What is learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Structure {
    /// `W_V`: right less wrong entries.
    Case,
    /// `W_Q^T W_K`: a query's own letter less the others, over both cases.
    QueryKey,
    /// `W_K^T W_K`: the letter in the other case less the other letters.
    KeyKey,
}

impl Structure {
    const ALL: [Self; 3] = [Self::Case, Self::QueryKey, Self::KeyKey];

    fn name(self) -> &'static str {
        match self {
            Self::Case => "case in W_V",
            Self::QueryKey => "query-key",
            Self::KeyKey => "upper-lower keys",
        }
    }

    fn role(self) -> Role {
        match self {
            Self::Case => Role::Theory,
            Self::QueryKey => Role::KWinner,
            Self::KeyKey => Role::OneWinner,
        }
    }

    /// How much of it there is.
    fn contrast(self, weights: &Weights) -> f64 {
        let letters = weights.tokens() / 3;
        let of = |which: Similarity| {
            let block = Block::of(&which.matrix(weights), letters);
            block.diagonal_mean - block.off_mean
        };
        match self {
            Self::Case => value_contrast(weights),
            Self::QueryKey => (of(Similarity::QueryLower) + of(Similarity::QueryUpper)) / 2.0,
            Self::KeyKey => of(Similarity::UpperLowerKeys),
        }
    }
}

/// The first iteration at which a contrast is at least half of its last value, which has to be above zero.
fn half_way(iterations: &[u32], contrasts: &[f64]) -> Option<u32> {
    let last = contrasts.last().copied().filter(|&last| last > 0.0)?;
    let at = contrasts
        .iter()
        .position(|&contrast| contrast >= last / 2.0)?;
    iterations.get(at).copied()
}

/// The contrasts of a trial by iteration.
struct Course {
    iterations: Vec<u32>,
    contrasts: [Vec<f64>; 3],
}

impl Course {
    fn new(kept: &[Checkpoint]) -> Self {
        let of = |which: Structure| {
            kept.iter()
                .map(|one| which.contrast(&one.weights))
                .collect()
        };
        Self {
            iterations: kept.iter().map(|one| one.iteration).collect(),
            contrasts: Structure::ALL.map(of),
        }
    }

    /// When each is half there; NaN if never.
    fn half_ways(&self) -> [f64; 3] {
        let at = |contrasts: &Vec<f64>| {
            half_way(&self.iterations, contrasts).map_or(f64::NAN, f64::from)
        };
        self.contrasts.each_ref().map(at)
    }

    /// Each as a share of its last value.
    fn shares(&self) -> [Vec<f64>; 3] {
        self.contrasts.each_ref().map(|contrasts| {
            let last = contrasts.last().copied().unwrap_or(f64::NAN);
            contrasts.iter().map(|contrast| contrast / last).collect()
        })
    }
}

fn draw(
    name: &str,
    title: &str,
    chosen: &[u32],
    results: &[&Results],
) -> Result<Drawn, FigureError> {
    let mut drawn = Drawn {
        report: diverged(results),
        ..Drawn::default()
    };
    let Some(one) = results.first() else {
        return Ok(drawn);
    };
    let courses: Vec<Course> = one
        .checkpoints
        .iter()
        .map(|kept| Course::new(kept))
        .collect();
    let kept = one.checkpoints.first().map_or(&[][..], Vec::as_slice);
    let shown: Vec<&Checkpoint> = kept
        .iter()
        .filter(|at| chosen.contains(&at.iteration))
        .collect();
    let last = chosen.last().map_or(1.0, |&last| f64::from(last) * 1.25);
    let last = last.min(f64::from(one.condition.training.batches));
    let marks = |low: f64, high: f64| {
        let ends = shown.iter().flat_map(|at| [f64::from(at.iteration); 3]);
        let heights = shown.iter().flat_map(|_| [low, high, f64::NAN]);
        let label = "matrices shown below";
        Series::new(label, Role::Neutral, ends.collect(), heights.collect())
            .style(LineStyle::Dotted)
    };
    let [accuracy, loss] = curves(one, SMOOTH);
    let highest = one
        .loss
        .row(0)
        .iter()
        .copied()
        .filter(|loss| !loss.is_nan())
        .fold(0.1, f32::max);
    let highest = f64::from(highest) * 1.02;
    let mut most: f64 = 1.15;
    let mut parts = CurvePanel::new("iteration", "share of its last value");
    if let Some(course) = courses.first() {
        let at: Vec<f64> = course.iterations.iter().map(|&at| f64::from(at)).collect();
        for (which, shares) in Structure::ALL.into_iter().zip(course.shares()) {
            let shown = shares.iter().zip(&at).filter(|(_, at)| **at <= last);
            most = shown.fold(most, |most, (share, _)| most.max(share * 1.03));
            let series =
                Series::new(which.name(), which.role(), at.clone(), shares).style(LineStyle::Solid);
            parts = parts.series(series.measured());
        }
    }
    let mut figure = Figure::new(title, 4, 6)
        .subtitle(&one.condition.caption())
        .note(&format!(
            "Trial 0; accuracy and loss averaged over {SMOOTH} iterations; D to F: matrices at these iterations. Structure learned: W_V, right less wrong entries; \
             query-key and upper-lower keys, the same letter less other letters."
        ))
        .width(940.0)
        .wide_panel(accuracy.title("accuracy").x_range(0.0, last).series(marks(0.4, 1.01)), 2)
        .wide_panel(
            loss.title("loss").x_range(0.0, last).y_range(0.0, highest).series(marks(0.0, highest)),
            2,
        )
        .wide_panel(
            parts
                .title("structure learned")
                .x_range(0.0, last)
                .y_range(-0.1, most)
                .series(marks(-0.1, most)),
            2,
        );
    type Reading = fn(&Weights) -> Map;
    let readings: [(Reading, &str); 3] = [
        (Map::values, "W_V"),
        (Map::upper_lower, "W_K\u{1d40} W_K, upper by lower"),
        (Map::query_key, "W_Q\u{1d40} W_K"),
    ];
    let ranges = {
        let maps: Vec<Vec<Map>> = readings
            .iter()
            .map(|(read, _)| shown.iter().map(|at| read(&at.weights)).collect())
            .collect();
        [scale(&maps[0]), scale(maps[1..].iter().flatten())]
    };
    for (row, (read, label)) in readings.into_iter().enumerate() {
        for (column, at) in shown.iter().enumerate() {
            let map = read(&at.weights);
            let columns = map.columns.clone();
            let mut panel = map.panel(&ranges[row.min(1)]);
            // The first of a row says the names of its rows for all.
            if column > 0 {
                panel = panel.ticks(Vec::new(), columns);
            }
            if column + 1 < shown.len() {
                panel = panel.without_bar();
            }
            panel = panel.title(&format!("at {}", at.iteration));
            figure = if column == 0 {
                figure.panel(panel.labels("", label))
            } else {
                figure.following_panel(panel)
            };
        }
        for _ in shown.len()..6 {
            figure = figure.skip();
        }
    }
    drawn.pictures.push((name.to_owned(), figure));
    report(&mut drawn, name, one, &courses);
    Ok(drawn)
}

/// The median of when each structure is half there, over the trials in which it comes at all.
fn half_way_text(half: &[[f64; 3]]) -> String {
    let part = |(index, which): (usize, &Structure)| {
        let reached: Vec<f64> = half
            .iter()
            .map(|of| of[index])
            .filter(|at| !at.is_nan())
            .collect();
        let name = which.name();
        match (reached.len(), half.len()) {
            (0, _) => format!("{name} never"),
            (some, all) if some < all => {
                format!("{name} {} ({some} of {all} reach it)", median(&reached))
            }
            _ => format!("{name} {}", median(&reached)),
        }
    };
    let parts: Vec<String> = Structure::ALL.iter().enumerate().map(part).collect();
    parts.join(", ")
}

/// The order in numbers.
fn report(drawn: &mut Drawn, name: &str, one: &Results, courses: &[Course]) {
    let half: Vec<[f64; 3]> = courses.iter().map(Course::half_ways).collect();
    let Some(first) = half.first() else {
        return;
    };
    let medians =
        [0, 1, 2].map(|which| median(&half.iter().map(|of| of[which]).collect::<Vec<_>>()));
    drawn.report.push(format!(
        "iteration at which half of the last value is reached (checkpoints every {EVERY}), trial 0: {}",
        half_way_text(std::slice::from_ref(first))
    ));
    drawn.report.push(format!(
        "the same, median over {} trials: {}",
        half.len(),
        half_way_text(&half)
    ));
    let earlier = |a: usize, b: usize| half.iter().filter(|of| of[a] < of[b]).count();
    drawn.report.push(format!(
        "trials in which case comes before query-key: {} of {n}, before upper-lower keys: {} of {n}; query-key before \
         upper-lower keys: {} of {n}",
        earlier(0, 1),
        earlier(0, 2),
        earlier(1, 2),
        n = half.len()
    ));
    // A short training may end before there is any structure.
    if one.condition.training.batches >= 5000 {
        let [case, query_key, key_key] = medians;
        let mut lead = |what: &str, iterations: f64| {
            drawn
                .checks
                .push(Check::within(what, iterations, f64::from(EVERY), 5000.0));
        };
        lead("median iterations from case to query-key", query_key - case);
        lead(
            "median iterations from case to upper-lower keys",
            key_key - case,
        );
        if one.condition.model.model == Rule::Qk {
            lead(
                "median iterations from query-key to upper-lower keys",
                key_key - query_key,
            );
        }
    }
    let rows = courses.iter().enumerate().flat_map(|(trial, course)| {
        course
            .iterations
            .iter()
            .enumerate()
            .map(move |(at, iteration)| {
                let numbers = course.contrasts.each_ref().map(|of| of[at].to_string());
                [
                    vec![trial.to_string(), iteration.to_string()],
                    numbers.to_vec(),
                ]
                .concat()
            })
    });
    drawn.tables.push(Table::new(
        &format!("{name}_structure.csv"),
        &STRUCTURE,
        rows.collect(),
    ));
    let rows = half.iter().enumerate().map(|(trial, at)| {
        [
            vec![trial.to_string()],
            at.map(|at| at.to_string()).to_vec(),
        ]
        .concat()
    });
    drawn.tables.push(Table::new(
        &format!("{name}_half_way.csv"),
        &HALF_WAY,
        rows.collect(),
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transformer::{Model, Slow, WinnerBy};

    #[test]
    fn what_is_never_reached_is_said_and_in_how_many_trials() {
        let never = f64::NAN;
        let [a, b, c] = Structure::ALL.map(Structure::name);
        assert_eq!(
            half_way_text(&[[100.0, 300.0, never], [300.0, never, never]]),
            format!("{a} 200, {b} 300 (1 of 2 reach it), {c} never")
        );
    }

    #[test]
    fn half_way_is_the_first_checkpoint_that_has_it() {
        let at = [0, 50, 100, 150];
        assert_eq!(half_way(&at, &[0.0, 3.9, 5.0, 8.0]), Some(100));
        assert_eq!(half_way(&at, &[4.0, 0.0, 0.0, 8.0]), Some(0));
        assert_eq!(half_way(&at, &[1.0, 1.0, 1.0, -1.0]), None);
        assert_eq!(half_way(&at, &[0.0, 0.0, 0.0, f64::NAN]), None);
        assert_eq!(half_way(&[], &[]), None);
    }

    #[test]
    fn contrasts_of_matrices_made_by_hand() {
        // L = 2, N = 2: the keys of letter 0 are (1, 0) and (2, 0), those of letter 1 (0, 1) and (0, 3); the queries are
        // (5, 1) and (0, 4).
        let mut model = Model::of(Rule::Baseline, WinnerBy::Key);
        (model.letters, model.context, model.n) = (2, 2, 2);
        let mut weights = Weights::new(&model.settings(1).sizes);
        weights.set_matrix(
            Slow::Keys,
            &[1.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 3.0, 0.0, 0.0],
        );
        weights.set_matrix(
            Slow::Queries,
            &[0.0, 0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 4.0],
        );
        weights.set_matrix(
            Slow::Values,
            &[0.9, 0.7, 0.0, 0.2, 9.0, 9.0, 0.1, 0.0, 1.0, 0.8, 9.0, 9.0],
        );
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} {b}");
        // (0.8 + 0.7 + 1.0 + 0.6) / 4
        close(Structure::Case.contrast(&weights), 0.775);
        // Lower: [[5, 1], [0, 4]], upper: [[10, 3], [0, 12]].
        close(
            Structure::QueryKey.contrast(&weights),
            ((4.5 - 0.5) + (11.0 - 1.5)) / 2.0,
        );
        // [[2, 0], [0, 3]]
        close(Structure::KeyKey.contrast(&weights), 2.5);
    }
}
