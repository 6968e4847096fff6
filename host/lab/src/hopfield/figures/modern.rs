//! Capacity of the modern network: its errors against the number of memories, far beyond 0.138 N.
//!
//! Memories are random vectors of -1 and +1; a run starts at a memory with a quarter of its units flipped. The memory is
//! recalled if the overlap of the last state with it is above 0.9, as for the classical network.

use super::{ASYMPTOTIC, COLOURS, crossing};
use crate::figures::declared::file_kind;
use crate::figures::numbers::mean_error;
use crate::figures::numbers::{exponent, through};
use crate::figures::{Drawn, FigureError, Size, Table};
use crate::hopfield::{Condition, Modern, Results, Start};
use slotless_draw::{CurvePanel, Figure, Role, Scale, Series};
use slotless_files::dictionary::Variable;

file_kind! {
    /// A row per beta, size and number of memories; means over runs, each from a memory with a quarter of its units flipped
    pub(crate) CURVES: "hopfield-modern.csv" by "reproduce hopfield-modern" {
        Variable::number("beta", "", "Inverse temperature"),
        Variable::integer("units", "units", "Units N"),
        Variable::integer("memories", "memories", "Memories K"),
        Variable::integer("runs", "runs", "Runs"),
        Variable::number("recalled", "share", "Share of runs that end at an overlap above .9 with the memory"),
        Variable::number("recalled_se", "share", "Standard error of recalled over runs"),
        Variable::number("error", "share", "(1 - overlap) / 2 at the end"),
        Variable::number("error_se", "share", "Standard error of error over runs"),
        Variable::number("steps", "steps", "Steps made"),
        Variable::number("steps_se", "steps", "Standard error of steps over runs"),
    }
}

file_kind! {
    /// A row per beta and size at which the share recalled falls through one half
    pub(crate) CAPACITIES: "hopfield-modern_capacity.csv" by "reproduce hopfield-modern" {
        Variable::number("beta", "", "Inverse temperature"),
        Variable::integer("units", "units", "Units N"),
        Variable::number("memories_of_half", "memories", "Number of memories of which half are recalled, interpolated"),
        Variable::integer("least_runs", "runs", "Runs of the point with the fewest"),
    }
}

const UNITS: [u32; 5] = [16, 32, 48, 64, 80];

const BETAS: [f64; 4] = [0.1, 0.25, 0.5, 1.0];

/// The sizes and the beta of the panels that vary the other.
const ONE_BETA: f64 = 0.5;
const ONE_SIZE: u32 = 64;

/// Overlap of a start with its memory.
const START: f64 = 0.5;
const NOISE: Start = Start::Noise { share: 0.25 };

/// Runs of a trial.
const RUNS: u32 = 16;

/// The most steps of a run.
const STEPS: u32 = 30;

/// Every size and beta with 2, 4, 8, ... memories.
#[must_use]
pub fn conditions(size: Size) -> Vec<Condition> {
    let (sizes, powers) = match size {
        Size::Paper => (&UNITS[..], 16),
        Size::Quick => (&UNITS[..4], 11),
    };
    let mut conditions = Vec::new();
    for beta in BETAS {
        for &units in sizes {
            conditions.extend((1..=powers).map(|power| {
                let memories = 1 << power;
                let runs = RUNS.min(memories);
                Condition::Modern(Modern {
                    units,
                    memories,
                    beta,
                    start: NOISE,
                    steps: STEPS,
                    networks: RUNS / runs,
                    runs,
                })
            }));
        }
    }
    conditions
}

/// One size and beta with this many memories.
struct Point {
    memories: f64,
    recalled: [f64; 2],
    error: [f64; 2],
    steps: [f64; 2],
    runs: f64,
}

/// All numbers of memories of one size and beta.
struct Line {
    units: u32,
    beta: f64,
    points: Vec<Point>,
}

impl Line {
    fn of(units: u32, beta: f64, all: &[(&Modern, &Results)]) -> Self {
        let own = all
            .iter()
            .filter(|(of, _)| of.units == units && of.beta.total_cmp(&beta).is_eq());
        let point = |(of, results): &(&Modern, &Results)| {
            let runs: Vec<_> = results.modern().flatten().collect();
            let mean = |value: &dyn Fn(f64, u32) -> f64| {
                let values = runs.iter().map(|run| value(run.overlap, run.steps));
                mean_error(&values.collect::<Vec<_>>())
            };
            Point {
                memories: of.memories.into(),
                recalled: mean(&|overlap, _| f64::from(u8::from(overlap > 0.9))),
                error: mean(&|overlap, _| (1.0 - overlap) / 2.0),
                steps: mean(&|_, steps| steps.into()),
                runs: runs.len() as f64,
            }
        };
        Self {
            units,
            beta,
            points: own.map(point).collect(),
        }
    }

    fn series(&self, label: &str, role: Role) -> Series {
        let x = self.points.iter().map(|point| point.memories).collect();
        let errors = self.points.iter().map(|point| point.error);
        let (y, band) = errors.map(|[y, error]| (y, error)).unzip();
        Series::new(label, role, x, y).band(band)
    }

    /// Where that number is, if it is none that was run: below all of them, or above.
    fn beyond(&self) -> f64 {
        let last = self.points.last().map_or(0.0, |point| point.recalled[0]);
        if last >= 0.5 { f64::MAX } else { 0.0 }
    }

    /// The number of memories at which half of them are recalled.
    fn half(&self) -> Option<f64> {
        let points = self.points.iter();
        let points = points.map(|point| [libm::log(point.memories), point.recalled[0], point.runs]);
        crossing(&points.collect::<Vec<_>>()).map(libm::exp)
    }
}

/// The rate r of the capacity `exp(r N)` of the first step, from an overlap m with the memory: the memory's term in the sum of
/// exponentials, `exp(beta m N)`, against that of K others, which is `K cosh(beta)^N`; or, where a single one of them makes
/// that sum, `K` times the chance of an overlap of m.
fn rate(beta: f64) -> f64 {
    if libm::tanh(beta) < START {
        return beta * START - libm::log(libm::cosh(beta));
    }
    let part = |p: f64| p * libm::log(2.0 * p);
    part((1.0 + START) / 2.0) + part((1.0 - START) / 2.0)
}

/// Errors against K, and the number of memories that are recalled, by N and beta.
///
/// # Errors
/// [`FigureError`].
pub fn modern(results: &[&Results]) -> Result<Drawn, FigureError> {
    let all = super::modern(results);
    let mut sizes: Vec<u32> = all.iter().map(|(of, _)| of.units).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let largest = all.iter().map(|(of, _)| of.memories).max().unwrap_or(2);
    let mut drawn = Drawn::default();
    let panel = |title: &str| {
        CurvePanel::new("memories 𝐾", "error, (1 - overlap) / 2")
            .title(title)
            .x_scale(Scale::Log10)
            .x_range(2.0, largest.max(4).into())
            .y_range(0.0, 0.55)
            .reference((1.0 - START) / 2.0)
    };
    let mut by_size = panel(&format!("beta = {ONE_BETA}"));
    let mut by_beta = panel(&format!("N = {ONE_SIZE}"));
    let mut halves = CurvePanel::new("units 𝑁", "𝐾 where half are recalled")
        .title("capacity")
        .y_scale(Scale::Log10)
        .y_range(1.0, 1e5);
    let mut steps = CurvePanel::new("memories 𝐾", "steps")
        .title(&format!("steps until rest, N = {ONE_SIZE}"))
        .x_scale(Scale::Log10)
        .y_scale(Scale::Log10)
        .x_range(2.0, largest.max(4).into());
    for (&units, role) in sizes.iter().zip(COLOURS) {
        let line = Line::of(units, ONE_BETA, &all);
        by_size = by_size.series(line.series(&format!("N = {units}"), role));
    }
    let mut rows = Vec::new();
    let mut capacities = Vec::new();
    let roles = [Role::Slow, Role::Other(2), Role::Other(3), Role::Other(5)];
    for (beta, role) in BETAS.into_iter().zip(roles) {
        let lines: Vec<Line> = sizes
            .iter()
            .map(|&units| Line::of(units, beta, &all))
            .collect();
        let label = format!("beta = {beta}");
        if let Some(line) = lines.iter().find(|line| line.units == ONE_SIZE) {
            by_beta = by_beta.series(line.series(&label, role));
            let x = line.points.iter().map(|point| point.memories).collect();
            let (y, band) = line
                .points
                .iter()
                .map(|point| (point.steps[0], point.steps[1]))
                .unzip();
            steps = steps.series(Series::new("", role, x, y).band(band));
        }
        let (mut x, mut y, mut missed) = (Vec::new(), Vec::new(), Vec::new());
        let mut beyond: Vec<(f64, f64)> = Vec::new();
        for line in &lines {
            let runs = line.points.iter().map(|point| point.runs);
            let runs = runs.fold(f64::INFINITY, f64::min);
            let half = line.half();
            match half {
                Some(half) => {
                    x.push(f64::from(line.units));
                    y.push(half);
                }
                None => {
                    missed.push(line.units);
                    // Beyond the axis, on the side where it is.
                    beyond.push((f64::from(line.units), line.beyond()));
                }
            }
            let half = half.map_or_else(String::new, |half| half.to_string());
            let row = [
                beta.to_string(),
                line.units.to_string(),
                half,
                runs.to_string(),
            ];
            capacities.push(row.to_vec());
        }
        let theory: Vec<f64> = sizes
            .iter()
            .map(|&n| libm::exp(rate(beta) * f64::from(n)))
            .collect();
        let all_sizes: Vec<f64> = sizes.iter().map(|&units| units.into()).collect();
        halves = halves.series(Series::new("", role, all_sizes, theory).model());
        if let Some(line) = not_reached(beta, &missed) {
            drawn.report.push(line);
        }
        if !x.is_empty() {
            report(&mut drawn, beta, &x, &y);
            halves = halves.series(Series::new("", role, x, y).width(1.6));
        }
        if !beyond.is_empty() {
            let (x, y) = beyond.into_iter().unzip();
            halves = halves.series(Series::new("", role, x, y));
        }
        rows.extend(lines.iter().flat_map(table_rows));
    }
    let ends = [sizes.first(), sizes.last()].map(|end| end.map_or(1.0, |&end| f64::from(end)));
    let classical = ends.map(|units| (ASYMPTOTIC * units).max(1.0)).to_vec();
    let label = format!("{ASYMPTOTIC} 𝑁, the classical network");
    halves = halves.series(Series::new(&label, Role::Theory, ends.to_vec(), classical));
    let runs = results.iter().map(|one| one.modern().flatten().count());
    let figure = Figure::new("Capacity of the modern Hopfield network", 2, 2)
        .subtitle("Random memories of -1 and +1; start at a memory with 25% of units flipped (grey line: error of the start)")
        .panel(by_size)
        .panel(by_beta)
        .panel(halves)
        .panel(steps)
        .note(&format!(
            "{} runs per point, at most {STEPS} steps; bands: one standard error. C: overlap above 0.9; dotted: exp(𝑟 𝑁), the rate at which the first step still favours the memory; a triangle: more memories than {largest}, the most that were run, or fewer than 2.",
            runs.min().unwrap_or(0)
        ));
    drawn.pictures.push(("hopfield-modern".to_owned(), figure));
    drawn
        .tables
        .push(Table::new("hopfield-modern.csv", &CURVES, rows));
    drawn.tables.push(Table::new(
        "hopfield-modern_capacity.csv",
        &CAPACITIES,
        capacities,
    ));
    Ok(drawn)
}

/// That the share recalled does not fall through one half at these sizes, if there are any.
fn not_reached(beta: f64, missed: &[u32]) -> Option<String> {
    let sizes: Vec<String> = missed.iter().map(u32::to_string).collect();
    (!sizes.is_empty()).then(|| {
        format!(
            "beta {beta}: no number of memories that was run is that of which half are recalled, at N {}",
            sizes.join(", ")
        )
    })
}

/// The capacities of one beta, and how they grow.
fn report(drawn: &mut Drawn, beta: f64, units: &[f64], halves: &[f64]) {
    let parts: Vec<String> = units
        .iter()
        .zip(halves)
        .map(|(units, half)| format!("{half:.0} at N {units}"))
        .collect();
    let mut line = format!(
        "beta {beta}: half of the memories are recalled with K = {}",
        parts.join(", ")
    );
    if units.len() > 1 {
        // exp of both, so that the exponent of the power is the slope of the logarithm over N.
        let x: Vec<f64> = units.iter().map(|units| libm::exp(*units)).collect();
        line += &format!(
            "; grows as exp({:.3} N){}, theory for large N exp({:.3} N)",
            exponent(&x, halves),
            through(x.len()),
            rate(beta)
        );
    }
    drawn.report.push(line);
}

fn table_rows(line: &Line) -> Vec<Vec<String>> {
    let row = |point: &Point| {
        let key = [line.beta, line.units.into(), point.memories, point.runs];
        let measured = [point.recalled, point.error, point.steps].concat();
        let numbers = key.into_iter().chain(measured);
        numbers.map(|number| number.to_string()).collect()
    };
    line.points.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_is_valid_and_has_a_name_of_its_own() {
        for size in [Size::Paper, Size::Quick] {
            crate::hopfield::figures::assert_sound(&conditions(size));
        }
    }

    #[test]
    fn rates_are_those_of_counting() {
        // From an overlap of one half: ln 2 less the entropy of 3/4, however large beta is.
        let entropy = -(0.75 * 0.75_f64.ln() + 0.25 * 0.25_f64.ln());
        assert!((rate(3.0) - (2.0_f64.ln() - entropy)).abs() < 1e-12);
        // The two meet where tanh(beta) is the overlap, and the rate is largest there.
        let at = 0.5_f64.atanh();
        assert!((rate(at - 1e-9) - rate(at + 1e-9)).abs() < 1e-8);
        assert!(rate(0.1) < rate(0.25) && rate(0.25) < rate(at));
    }
}
