//! The modern network from averaging to the nearest memory: what its inverse temperature decides.

use crate::figures::declared::file_kind;
use crate::figures::numbers::mean_error;
use crate::figures::{Drawn, FigureError, Size, Table};
use crate::hopfield::{Condition, Modern, ModernRun, Results, Start};
use slotless_draw::{CurvePanel, Figure, LineStyle, Role, Scale, Series};
use slotless_files::dictionary::Variable;

file_kind! {
    /// A row per number of memories and beta; means over runs, each from a memory with a quarter of its units flipped
    pub(crate) POINTS: "hopfield-beta.csv" by "reproduce hopfield-beta" {
        Variable::integer("memories", "memories", "Memories K"),
        Variable::number("beta", "", "Inverse temperature"),
        Variable::integer("runs", "runs", "Runs"),
        Variable::number("effective", "memories", "Memories that take part in the last state: exp of the entropy of their shares"),
        Variable::number("effective_se", "memories", "Standard error of effective over runs"),
        Variable::number("to_mean", "norms", "Distance of the last state from the mean of all memories, over the norm of a memory"),
        Variable::number("to_mean_se", "norms", "Standard error of to_mean over runs"),
        Variable::number("to_nearest", "norms", "Distance of the last state from the nearest memory, over the norm of a memory"),
        Variable::number("to_nearest_se", "norms", "Standard error of to_nearest over runs"),
        Variable::number("overlap", "", "Overlap s^T x / N of the last state with the memory that it started from"),
        Variable::number("overlap_se", "", "Standard error of overlap over runs"),
        Variable::number("steps", "steps", "Steps made"),
        Variable::number("steps_se", "steps", "Standard error of steps over runs"),
        Variable::integer("most_steps", "steps", "Steps of the run with the most"),
        Variable::number("rested", "share", "Share of runs that came to rest"),
    }
}

const UNITS: u32 = 64;
const MEMORIES: [u32; 3] = [10, 100, 1000];
const ROLES: [Role; 3] = [Role::Other(0), Role::OneWinner, Role::KWinner];

/// The steps that it takes in practice, says lecture L15c of CHEME 5800 (fall 2025).
const LECTURE: [f64; 2] = [1.0, 5.0];

/// 10^(-2.5) to 10, a number of points a decade.
fn betas(size: Size) -> Vec<f64> {
    let decade = match size {
        Size::Paper => 16,
        Size::Quick => 4,
    };
    let steps = -5 * decade / 2..=decade;
    // Four digits, so that they read well as names and numbers.
    let beta = |step: i32| 10f64.powf(f64::from(step) / f64::from(decade));
    let round = |beta: f64| format!("{beta:.3e}").parse().unwrap_or(beta);
    steps.map(|step| round(beta(step))).collect()
}

/// Every beta with every number of memories.
#[must_use]
pub fn conditions(size: Size) -> Vec<Condition> {
    let betas = betas(size);
    let of = |memories: u32| {
        betas.iter().map(move |&beta| {
            Condition::Modern(Modern {
                units: UNITS,
                memories,
                beta,
                start: Start::Noise { share: 0.25 },
                steps: 1000,
                networks: 2,
                runs: memories.min(10),
            })
        })
    };
    MEMORIES.into_iter().flat_map(of).collect()
}

struct Point {
    beta: f64,
    memories: u32,
    runs: usize,
    effective: [f64; 2],
    to_mean: [f64; 2],
    to_nearest: [f64; 2],
    overlap: [f64; 2],
    steps: [f64; 2],
    max_steps: u32,
    rested: f64,
}

impl Point {
    fn of(of: &Modern, results: &Results) -> Self {
        let runs: Vec<&ModernRun> = results.modern().flatten().collect();
        let mean = |value: fn(&ModernRun) -> f64| {
            mean_error(&runs.iter().map(|run| value(run)).collect::<Vec<_>>())
        };
        Self {
            beta: of.beta,
            memories: of.memories,
            runs: runs.len(),
            effective: mean(|run| run.effective),
            to_mean: mean(|run| run.to_mean),
            to_nearest: mean(|run| run.to_nearest),
            overlap: mean(|run| run.overlap),
            steps: mean(|run| run.steps.into()),
            max_steps: runs.iter().map(|run| run.steps).max().unwrap_or(0),
            rested: mean(|run| run.rested.into())[0],
        }
    }
}

/// Memories that take part, distances and steps against beta.
///
/// # Errors
/// [`FigureError`].
pub fn beta(results: &[&Results]) -> Result<Drawn, FigureError> {
    let all = super::modern(results);
    let points: Vec<Point> = all
        .iter()
        .map(|(of, results)| Point::of(of, results))
        .collect();
    let mut drawn = Drawn::default();
    let panel = |title: &str, y: &str| {
        CurvePanel::new("inverse temperature 𝛽", y)
            .title(title)
            .x_scale(Scale::Log10)
    };
    let mut effective =
        panel("memories that take part", "exp(entropy of shares)").y_scale(Scale::Log10);
    let distance = "distance / norm of a memory";
    let mut distances = panel("from the mean of all to the nearest", distance).y_range(0.0, 1.2);
    let mut overlap = panel("what is recalled", "overlap with the memory").y_range(0.0, 1.02);
    let mut steps = panel("steps until rest", "steps").y_scale(Scale::Log10);
    for (memories, role) in MEMORIES.into_iter().zip(ROLES) {
        let of: Vec<&Point> = points
            .iter()
            .filter(|point| point.memories == memories)
            .collect();
        let label = format!("K = {memories}");
        let series = |label: &str, value: fn(&Point) -> [f64; 2]| {
            let x = of.iter().map(|point| point.beta).collect();
            let (y, band) = of
                .iter()
                .map(|point| value(point))
                .map(|[y, e]| (y, e))
                .unzip();
            Series::new(label, role, x, y).band(band)
        };
        effective = effective.series(series(&label, |point| point.effective));
        distances = distances
            .series(series("", |point| point.to_nearest))
            .series(series("", |point| point.to_mean).style(LineStyle::Dashed));
        overlap = overlap.series(series("", |point| point.overlap));
        steps = steps.series(series("", |point| point.steps));
        report(&mut drawn, memories, &of);
    }
    let ends = [points.first(), points.last()].map(|end| end.map_or(1.0, |point| point.beta));
    for (at, steps_of) in LECTURE.into_iter().enumerate() {
        let label = if at == 0 {
            "1 to 5 steps (lecture L15c)"
        } else {
            ""
        };
        steps = steps
            .series(Series::new(label, Role::Theory, ends.to_vec(), vec![steps_of; 2]).width(0.9));
    }
    let runs = points.iter().map(|point| point.runs).min().unwrap_or(0);
    let figure = Figure::new("Inverse temperature: from averaging to the nearest memory", 2, 2)
        .subtitle(&format!(
            "N = {UNITS}, random memories of -1 and +1; start at a memory with 25% of units flipped"
        ))
        .panel(effective)
        .panel(distances)
        .panel(overlap)
        .panel(steps)
        .note(&format!(
            "{runs} runs per point and more; bands: one standard error. B: solid from the nearest memory, dashed from the mean of all. \
             D: until the state moves less than 1e-6 of its norm, or the shares less than 1e-8."
        ));
    drawn.pictures.push(("hopfield-beta".to_owned(), figure));
    let row = |point: &Point| {
        let measured = [
            point.effective,
            point.to_mean,
            point.to_nearest,
            point.overlap,
            point.steps,
        ];
        let key = [point.memories.into(), point.beta, point.runs as f64];
        let last = [f64::from(point.max_steps), point.rested];
        let numbers = key.into_iter().chain(measured.concat()).chain(last);
        numbers.map(|number| number.to_string()).collect()
    };
    let rows = points.iter().map(row).collect();
    drawn
        .tables
        .push(Table::new("hopfield-beta.csv", &POINTS, rows));
    Ok(drawn)
}

fn report(drawn: &mut Drawn, memories: u32, points: &[&Point]) {
    let few = |point: &&&Point| (LECTURE[0]..=LECTURE[1]).contains(&point.steps[0]);
    let Some(longest) = points
        .iter()
        .max_by(|a, b| a.steps[0].total_cmp(&b.steps[0]))
    else {
        return;
    };
    let ranges: Vec<String> = points
        .chunk_by(|a, b| few(&a) == few(&b))
        .filter(|part| part.iter().all(|point| few(&point)))
        .filter_map(|part| Some(format!("{} to {}", part.first()?.beta, part.last()?.beta)))
        .collect();
    drawn.report.push(format!(
        "K {memories}: 1 to 5 steps on average at beta {}; most at beta {}: {:.0} on average, up to {}",
        if ranges.is_empty() { "none".to_owned() } else { ranges.join(" and ") },
        longest.beta,
        longest.steps[0],
        longest.max_steps
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_is_valid_and_has_a_name_of_its_own() {
        for size in [Size::Paper, Size::Quick] {
            crate::hopfield::figures::assert_sound(&conditions(size));
            let betas = betas(size);
            assert!((betas[0] - 3.162e-3).abs() < 1e-9);
            assert!((betas[betas.len() - 1] - 10.0).abs() < 1e-9);
        }
    }
}
