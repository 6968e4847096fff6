//! Capacity of the classical network: the share of stored patterns that it keeps, and its errors, against K/N.
//!
//! A run starts at a stored pattern and sweeps over all units in random order until a sweep changes nothing. The pattern is
//! kept if the overlap with it, `1 - 2 wrong / N`, is above 0.9 then.

use super::{ASYMPTOTIC, COLOURS, classical, crossing, memories};
use crate::figures::declared::file_kind;
use crate::figures::numbers::{exponent, mean, mean_error, mean_of, squares_about, through};
use crate::figures::{Drawn, FigureError, Size, Table};
use crate::hopfield::{Classical, ClassicalRun, Condition, Order, Results, Start};
use crate::run::manifest::Check;
use slotless_draw::{CurvePanel, Figure, LineStyle, Role, Scale, Series};
use slotless_files::dictionary::Variable;

file_kind! {
    /// A row per size and load; means over networks
    pub(crate) CURVES: "hopfield-capacity.csv" by "reproduce hopfield-capacity" {
        Variable::integer("units", "units", "Units N"),
        Variable::integer("memories", "memories", "Memories K"),
        Variable::number("load", "memories per unit", "Load K/N"),
        Variable::integer("networks", "networks", "Networks"),
        Variable::integer("patterns", "patterns", "Patterns tested, of all networks"),
        Variable::number("kept", "share", "Share of patterns whose overlap 1 - 2 wrong / N with the state that the network comes to from them is above .9"),
        Variable::number("kept_se", "share", "Standard error of kept over networks"),
        Variable::number("wrong_bits", "share", "Share of units in which the state that the network comes to differs from the pattern"),
        Variable::number("wrong_bits_se", "share", "Standard error of wrong_bits over networks"),
        Variable::number("sweeps", "sweeps", "Updates over N until nothing changes"),
        Variable::number("sweeps_se", "sweeps", "Standard error of sweeps over networks"),
    }
}

file_kind! {
    /// A row per size
    pub(crate) MIDPOINTS: "hopfield-capacity_midpoints.csv" by "reproduce hopfield-capacity" {
        Variable::integer("units", "units", "Units N"),
        Variable::number("load_of_half", "memories per unit", "Load at which half of the patterns are kept, interpolated"),
        Variable::number("load_of_half_se", "memories per unit", "Standard error of load_of_half: jackknife over trials"),
    }
}

/// K/N; close to one another where large networks lose their patterns.
const LOADS: [f64; 26] = [
    0.02, 0.05, 0.08, 0.10, 0.11, 0.12, 0.125, 0.13, 0.135, 0.138, 0.14, 0.143, 0.145, 0.148, 0.15,
    0.153, 0.155, 0.158, 0.163, 0.17, 0.175, 0.18, 0.20, 0.22, 0.25, 0.30,
];

/// Units, and networks per trial: small networks differ more from one another, and cost less.
const SIZES: [(u32, u32); 6] = [
    (100, 40),
    (200, 20),
    (500, 8),
    (1000, 4),
    (2000, 2),
    (4000, 1),
];

/// Patterns tested of each network, if it has that many.
const TESTED: u32 = 60;

/// The size whose shares are checked.
const CHECKED: u32 = 4000;

/// Every size at every load.
#[must_use]
pub fn conditions(size: Size) -> Vec<Condition> {
    let (sizes, tested) = match size {
        Size::Paper => (&SIZES[..], TESTED),
        Size::Quick => (&SIZES[..4], 20),
    };
    let mut conditions = Vec::new();
    for &(units, networks) in sizes {
        let mut last = 0;
        for (at, load) in LOADS.into_iter().enumerate() {
            let memories = memories(load, units);
            // Loads between those of the small networks are one of theirs again.
            if memories == last || size == Size::Quick && at % 2 == 0 {
                continue;
            }
            last = memories;
            conditions.push(Condition::Classical(Classical {
                units,
                memories,
                start: Start::Memory,
                order: Order::Sweeps,
                networks,
                runs: tested.min(memories),
            }));
        }
    }
    conditions
}

/// What the networks of one size and load kept.
struct Point {
    units: u32,
    memories: u32,
    load: f64,
    /// Patterns kept and tested, trial by trial.
    trials: Vec<[f64; 2]>,
    networks: usize,
    /// Means over networks, with their standard errors.
    kept: [f64; 2],
    error: [f64; 2],
    sweeps: [f64; 2],
}

fn is_kept(run: &ClassicalRun, units: u32) -> bool {
    // 1 - 2 wrong / N > 0.9
    20 * u64::from(run.wrong) < u64::from(units)
}

impl Point {
    fn of(of: &Classical, results: &Results) -> Self {
        let networks: Vec<&[ClassicalRun]> = results
            .classical()
            .flat_map(|trial| trial.chunks_exact(of.runs as usize))
            .collect();
        let units = f64::from(of.units);
        let mean = |value: &dyn Fn(&ClassicalRun) -> f64| {
            let of_network = |runs: &&[ClassicalRun]| mean_of(runs.iter().map(value));
            mean_error(&networks.iter().map(of_network).collect::<Vec<_>>())
        };
        let count = |runs: &[ClassicalRun]| {
            let kept = runs.iter().filter(|run| is_kept(run, of.units)).count();
            [kept as f64, runs.len() as f64]
        };
        Self {
            units: of.units,
            memories: of.memories,
            load: of.load(),
            trials: results.classical().map(count).collect(),
            networks: networks.len(),
            kept: mean(&|run| f64::from(u8::from(is_kept(run, of.units)))),
            error: mean(&|run| f64::from(run.wrong) / units),
            sweeps: mean(&|run| run.updates as f64 / units),
        }
    }

    fn patterns(&self) -> f64 {
        self.trials.iter().map(|[_, tested]| tested).sum()
    }
}

/// The load at which one size keeps half of its patterns, and its standard error (jackknife over trials).
fn midpoint(points: &[&Point]) -> Option<[f64; 2]> {
    let trials = points.first()?.trials.len();
    let without = |left_out: Option<usize>| {
        let share = |point: &&Point| {
            let used = point.trials.iter().enumerate();
            let used = used.filter(|&(trial, _)| Some(trial) != left_out);
            let [kept, tested] =
                used.fold([0.0; 2], |sum, (_, of)| [sum[0] + of[0], sum[1] + of[1]]);
            [point.load, kept / tested, tested]
        };
        crossing(&points.iter().map(share).collect::<Vec<_>>())
    };
    let whole = without(None)?;
    let parts: Option<Vec<f64>> = (0..trials).map(|trial| without(Some(trial))).collect();
    let error = match parts {
        Some(parts) if trials > 1 => {
            let count = trials as f64;
            let squares = squares_about(mean(&parts), &parts);
            (squares * (count - 1.0) / count).sqrt()
        }
        _ => f64::NAN,
    };
    Some([whole, error])
}

/// K/N and the share of wrong bits of the mean-field theory without noise (Amit, Gutfreund and Sompolinsky 1985), up to the
/// load where it loses its solution: with y the mean of the field over its deviation and root two, the overlap is `erf y` and
/// `sqrt(2 K/N) = erf(y) / y - 2 exp(-y^2) / sqrt(pi)`.
fn mean_field() -> (Vec<f64>, Vec<f64>) {
    let load = |y: f64| {
        let root = libm::erf(y) / y - std::f64::consts::FRAC_2_SQRT_PI * libm::exp(-y * y);
        root * root / 2.0
    };
    let mut curve: Vec<(f64, f64)> = (1..=400)
        .map(|step| 5.0 - 0.01 * f64::from(step))
        .map(|y| (load(y), libm::erfc(y) / 2.0))
        .collect();
    let largest = curve
        .windows(2)
        .position(|pair| pair[1].0 < pair[0].0)
        .unwrap_or(curve.len());
    curve.truncate(largest + 1);
    curve.into_iter().unzip()
}

/// Shares kept and errors against K/N, and where the transition is, by N.
///
/// # Errors
/// [`FigureError`].
pub fn capacity(results: &[&Results]) -> Result<Drawn, FigureError> {
    let of = classical(results).into_iter();
    let points: Vec<Point> = of.map(|(of, results)| Point::of(of, results)).collect();
    let mut sizes: Vec<u32> = points.iter().map(|point| point.units).collect();
    sizes.dedup();
    let mut drawn = Drawn::default();
    let whole = (0.0, 0.3);
    let panel = |y: &str, (from, to): (f64, f64)| {
        CurvePanel::new("stored patterns per unit, 𝐾/𝑁", y).x_range(from, to)
    };
    let share = "share of patterns kept";
    let mut kept = panel(share, whole)
        .y_range(0.0, 1.0)
        .title("kept: overlap above 0.9");
    let mut close = panel(share, (0.12, 0.18))
        .y_range(0.0, 1.0)
        .title("the same, around the transition");
    let mut error = panel("share of wrong bits", whole)
        .y_scale(Scale::Log10)
        .y_range(1e-5, 0.6)
        .title("retrieval error");
    let mut midpoints = Vec::new();
    for (&units, role) in sizes.iter().zip(COLOURS) {
        let of: Vec<&Point> = points.iter().filter(|point| point.units == units).collect();
        let label = format!("N = {units}");
        let series = |value: &dyn Fn(&Point) -> [f64; 2]| {
            let x = of.iter().map(|point| point.load).collect();
            let (y, band) = of
                .iter()
                .map(|point| value(point))
                .map(|[y, e]| (y, e))
                .unzip();
            Series::new(&label, role, x, y).band(band)
        };
        kept = kept.series(series(&|point| point.kept));
        close = close.series(series(&|point| point.kept));
        error = error.series(series(&|point| point.error));
        match midpoint(&of) {
            Some([middle, deviation]) => midpoints.push((units, middle, deviation)),
            None => drawn.report.push(format!(
                "N {units}: no load that was run is that at which half of the patterns are kept"
            )),
        }
        check(&mut drawn, units, &of);
    }
    let line = |from: f64, to: f64| {
        let label = format!("{ASYMPTOTIC}, the limit of large 𝑁");
        Series::new(&label, Role::Theory, vec![ASYMPTOTIC; 2], vec![from, to]).width(0.9)
    };
    let (x, y) = mean_field();
    let theory = Series::new("mean-field theory, large 𝑁", Role::Fit, x, y).width(1.6);
    let middle = middle_panel(&midpoints);
    let figure = Figure::new("Capacity of the classical Hopfield network", 2, 2)
        .subtitle(
            "Random patterns; start at a stored pattern, sweeps in random order until one changes nothing",
        )
        .panel(kept.series(line(0.0, 1.0)))
        .panel(close.series(line(0.0, 1.0)))
        .panel(error.series(theory).series(line(1e-6, 1.0)))
        .panel(middle)
        .note(&note(&points));
    drawn
        .pictures
        .push(("hopfield-capacity".to_owned(), figure));
    for &(units, middle, deviation) in &midpoints {
        let spread = match deviation.is_finite() {
            true => format!("standard error {deviation:.4}"),
            false => "too few trials for a standard error".to_owned(),
        };
        drawn.report.push(format!(
            "N {units}: half of the patterns are kept at K/N {middle:.4} ({spread})"
        ));
        if units == CHECKED {
            let what = format!("N {units}: K/N at which half of the patterns are kept");
            drawn.checks.push(Check::within(what, middle, 0.142, 0.158));
        }
    }
    let (x, y): (Vec<f64>, Vec<f64>) = midpoints
        .iter()
        .map(|&(units, middle, _)| (f64::from(units), middle - ASYMPTOTIC))
        .filter(|&(_, above)| above > 0.0)
        .unzip();
    if x.len() > 1 {
        drawn.report.push(format!(
            "its distance from {ASYMPTOTIC} falls as the power {:.2} of N{}",
            exponent(&x, &y),
            through(x.len())
        ));
    }
    drawn.tables = tables(&points, &midpoints);
    Ok(drawn)
}

/// How the transition moves with N.
fn middle_panel(midpoints: &[(u32, f64, f64)]) -> CurvePanel {
    let x: Vec<f64> = midpoints.iter().map(|&(units, ..)| units.into()).collect();
    let (y, band) = midpoints.iter().map(|&(_, y, error)| (y, error)).unzip();
    let ends = [x.first(), x.last()].map(|end| end.copied().unwrap_or(1.0));
    let limit = Series::new("", Role::Theory, ends.to_vec(), vec![ASYMPTOTIC; 2]).width(0.9);
    let mut panel = CurvePanel::new("units 𝑁", "𝐾/𝑁 where half are kept")
        .title("where the transition is")
        .x_scale(Scale::Log10)
        .y_range(0.12, 0.24)
        .series(limit);
    if !x.is_empty() {
        let line = Series::new("half of the patterns kept", Role::Neutral, x, y).band(band);
        panel = panel.series(line.style(LineStyle::Solid).width(1.6).measured());
    }
    panel
}

fn note(points: &[Point]) -> String {
    let least = points
        .iter()
        .map(Point::patterns)
        .fold(f64::INFINITY, f64::min);
    let mut large = points.iter().filter(|point| point.units == CHECKED);
    let of_large = large.next().map_or_else(String::new, |point| {
        format!("; N = {CHECKED}: {} networks per point", point.networks)
    });
    format!(
        "Bands: one standard error over networks (D: over trials, jackknife). At least {least} patterns per point{of_large}."
    )
}

/// What the largest size must reach, and its shares in words.
fn check(drawn: &mut Drawn, units: u32, points: &[&Point]) {
    if units != CHECKED {
        return;
    }
    let parts: Vec<String> = points
        .iter()
        .filter(|point| (0.13..=0.18).contains(&point.load))
        .map(|point| format!("{:.2} at {}", point.kept[0], point.load))
        .collect();
    drawn
        .report
        .push(format!("N {units}: share kept {}", parts.join(", ")));
    for (load, from, to) in [(0.135, 0.85, 1.0), (0.175, 0.0, 0.1)] {
        let near = |point: &&&Point| (point.load - load).abs() < 1e-9;
        if let Some(point) = points.iter().find(near) {
            let what = format!(
                "N {units}: share kept at K/N {load} ({} patterns, {} networks)",
                point.patterns(),
                point.networks
            );
            drawn
                .checks
                .push(Check::within(what, point.kept[0], from, to));
        }
    }
}

fn tables(points: &[Point], midpoints: &[(u32, f64, f64)]) -> Vec<Table> {
    let rows = points.iter().map(|point| {
        let counts = [
            f64::from(point.units),
            f64::from(point.memories),
            point.load,
            point.networks as f64,
            point.patterns(),
        ];
        let measured = [point.kept, point.error, point.sweeps].concat();
        let numbers = counts.into_iter().chain(measured);
        numbers.map(|number| number.to_string()).collect()
    });
    let curves = Table::new("hopfield-capacity.csv", &CURVES, rows.collect());
    let rows = midpoints.iter().map(|&(units, middle, error)| {
        vec![units.to_string(), middle.to_string(), error.to_string()]
    });
    let middles = Table::new(
        "hopfield-capacity_midpoints.csv",
        &MIDPOINTS,
        rows.collect(),
    );
    vec![curves, middles]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_theory_ends_at_the_known_capacity() {
        let (loads, errors) = mean_field();
        let (load, error) = (loads[loads.len() - 1], errors[errors.len() - 1]);
        assert!((load - 0.1379).abs() < 1e-4, "{load}");
        // Overlap .967.
        assert!((error - 0.0163).abs() < 5e-4, "{error}");
        assert!(loads.is_sorted() && errors.is_sorted());
    }

    #[test]
    fn an_overlap_of_nine_tenths_is_not_enough() {
        let run = |wrong| ClassicalRun {
            wrong,
            updates: 0,
            last_flip: 0,
            flips: 0,
            fixed: 1,
        };
        assert!(is_kept(&run(4), 100) && !is_kept(&run(5), 100));
    }

    #[test]
    fn every_condition_is_valid_and_has_a_name_of_its_own() {
        for size in [Size::Paper, Size::Quick] {
            crate::hopfield::figures::assert_sound(&conditions(size));
        }
        // What is checked is there: whole numbers of memories at .135 and .175.
        for memories in [540, 700] {
            assert!(conditions(Size::Paper).iter().any(|condition| matches!(
                condition,
                Condition::Classical(of) if (of.units, of.memories) == (CHECKED, memories)
            )));
        }
    }
}
