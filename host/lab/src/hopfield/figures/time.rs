//! How long the classical network takes: updates, sweeps and flips until it rests, against N, by load and start; and where
//! the rule of lecture L15c, N updates in a row that change nothing, ends a run.

use super::{START, classical, memories};
use crate::figures::declared::file_kind;
use crate::figures::numbers::mean_error;
use crate::figures::numbers::{exponent, through};
use crate::figures::{Drawn, FigureError, Size, Table};
use crate::hopfield::{Classical, ClassicalRun, Condition, Order, Results, Start};
use slotless_draw::{CurvePanel, Figure, LineStyle, Role, Scale, Series};
use slotless_files::dictionary::Variable;

file_kind! {
    /// A row per load, start, order of updates and size; means over runs
    pub(crate) TIMES: "hopfield-time.csv" by "reproduce hopfield-time" {
        Variable::number("load", "memories per unit", "Load K/N"),
        START,
        Variable::text("order", "Order of updates: sweeps (each unit once, in random order, until one changes nothing) or random (units drawn at random, until N in a row change nothing)"),
        Variable::integer("units", "units", "Units N"),
        Variable::integer("runs", "runs", "Runs"),
        Variable::number("last_flip", "updates", "Number of the last update that changed anything"),
        Variable::number("last_flip_se", "updates", "Standard error of last_flip over runs"),
        Variable::number("updates", "updates", "Updates made"),
        Variable::number("updates_se", "updates", "Standard error of updates over runs"),
        Variable::number("flips", "updates", "Updates that flipped their unit"),
        Variable::number("flips_se", "updates", "Standard error of flips over runs"),
        Variable::number("ended_early", "share", "Share of runs whose last state an update would still change"),
        Variable::number("ended_early_se", "share", "Standard error of ended_early over runs"),
    }
}

const UNITS: [u32; 7] = [100, 200, 400, 800, 1600, 3200, 6400];

/// Runs of a trial, over as many networks as it takes.
const RUNS: u32 = 20;

const NOISE: Start = Start::Noise { share: 0.2 };

/// Loads and starts that are swept, in the order of the legend.
const SWEPT: [(f64, Start); 6] = [
    (0.05, NOISE),
    (0.1, NOISE),
    (0.14, NOISE),
    (0.1, Start::Noise { share: 0.35 }),
    (0.05, Start::Random),
    (0.1, Start::Random),
];

/// Loads at which units are drawn at random, from [`NOISE`].
const DRAWN: [f64; 3] = [0.05, 0.1, 0.14];

/// Their colours.
const ROLES: [Role; 3] = [Role::Other(0), Role::OneWinner, Role::KWinner];

/// Every load and start at every size.
#[must_use]
pub fn conditions(size: Size) -> Vec<Condition> {
    let sizes = match size {
        Size::Paper => &UNITS[..],
        Size::Quick => &UNITS[..4],
    };
    let swept = SWEPT.map(|(load, start)| (load, start, Order::Sweeps));
    let drawn = DRAWN.map(|load| (load, NOISE, Order::Random));
    let all = swept.into_iter().chain(drawn);
    let condition = |(load, start, order)| {
        sizes.iter().map(move |&units| {
            let memories = memories(load, units);
            let runs = RUNS.min(memories);
            Condition::Classical(Classical {
                units,
                memories,
                start,
                order,
                networks: RUNS.div_ceil(runs),
                runs,
            })
        })
    };
    all.flat_map(condition).collect()
}

/// Means and standard errors at one size.
struct Point {
    units: f64,
    last_flip: [f64; 2],
    updates: [f64; 2],
    flips: [f64; 2],
    unfinished: [f64; 2],
    runs: usize,
}

impl Point {
    fn of(of: &Classical, results: &Results) -> Self {
        let runs: Vec<&ClassicalRun> = results.classical().flatten().collect();
        let mean = |value: fn(&ClassicalRun) -> f64| {
            mean_error(&runs.iter().map(|run| value(run)).collect::<Vec<_>>())
        };
        Self {
            units: of.units.into(),
            last_flip: mean(|run| run.last_flip as f64),
            updates: mean(|run| run.updates as f64),
            flips: mean(|run| run.flips as f64),
            unfinished: mean(|run| f64::from(1 - run.fixed)),
            runs: runs.len(),
        }
    }

    fn a_unit(&self, [mean, error]: [f64; 2]) -> [f64; 2] {
        [mean / self.units, error / self.units]
    }
}

/// All sizes of one load, start and order.
struct Line {
    load: f64,
    start: Start,
    order: Order,
    points: Vec<Point>,
}

impl Line {
    fn series(&self, label: &str, value: impl Fn(&Point) -> [f64; 2]) -> Series {
        let x = self.points.iter().map(|point| point.units).collect();
        let values = self.points.iter().map(value);
        let (y, band) = values.map(|[y, error]| (y, error)).unzip();
        Series::new(label, self.role(), x, y)
            .band(band)
            .style(self.style())
    }

    /// A colour each load.
    fn role(&self) -> Role {
        let of = |load: &f64| load.total_cmp(&self.load).is_eq();
        ROLES[DRAWN.iter().position(of).unwrap_or(0)]
    }

    /// The start: noise solid, more noise dashed, random dotted.
    fn style(&self) -> LineStyle {
        match self.start {
            Start::Random => LineStyle::Dotted,
            start if start == NOISE => LineStyle::Solid,
            _ => LineStyle::Dashed,
        }
    }

    fn label(&self) -> String {
        format!("K/N = {}, {}", self.load, self.start.caption())
    }

    /// The power of N as which a mean grows.
    fn power(&self, value: impl Fn(&Point) -> [f64; 2]) -> f64 {
        let x: Vec<f64> = self.points.iter().map(|point| point.units).collect();
        let y: Vec<f64> = self.points.iter().map(|point| value(point)[0]).collect();
        exponent(&x, &y)
    }
}

fn lines(results: &[&Results]) -> Vec<Line> {
    let of = classical(results);
    let all = SWEPT.map(|(load, start)| (load, start, Order::Sweeps));
    let all = all
        .into_iter()
        .chain(DRAWN.map(|load| (load, NOISE, Order::Random)));
    all.map(|(load, start, order)| {
        let own = of.iter().filter(|(of, _)| {
            (of.start, of.order) == (start, order) && of.memories == memories(load, of.units)
        });
        Line {
            load,
            start,
            order,
            points: own.map(|(of, results)| Point::of(of, results)).collect(),
        }
    })
    .collect()
}

/// Updates, sweeps and flips against N.
///
/// # Errors
/// [`FigureError`].
pub fn time(results: &[&Results]) -> Result<Drawn, FigureError> {
    let lines = lines(results);
    let mut drawn = Drawn::default();
    let panel = |title: &str, y: &str| {
        CurvePanel::new("units 𝑁", y)
            .title(title)
            .x_scale(Scale::Log10)
    };
    let mut updates = panel("until nothing changes any more", "updates").y_scale(Scale::Log10);
    let mut sweeps = panel("the same in sweeps", "updates / 𝑁").y_scale(Scale::Log10);
    let mut flips = panel("flips", "flips").y_scale(Scale::Log10);
    let mut random = panel(
        "𝑁 idle updates in a row, at most 10 𝑁",
        "share of runs ended too early",
    );
    for line in &lines {
        if line.order == Order::Random {
            random = random.series(line.series("", |point| point.unfinished));
            continue;
        }
        updates = updates.series(line.series(&line.label(), |point| point.last_flip));
        sweeps = sweeps.series(line.series("", |point| point.a_unit(point.last_flip)));
        flips = flips.series(line.series("", |point| point.flips));
    }
    let proportional = |first: Option<&Point>| {
        let points = lines.first().map_or(&[][..], |line| &line.points);
        let x: Vec<f64> = points.iter().map(|point| point.units).collect();
        let start = first.map_or(1.0, |point| point.last_flip[0] / point.units);
        let y = x.iter().map(|x| x * start).collect();
        Series::new("in proportion to 𝑁", Role::Neutral, x, y).width(0.9)
    };
    let first = lines.first().and_then(|line| line.points.first());
    updates = updates.series(proportional(first));
    let runs = lines.iter().flat_map(|line| &line.points);
    let least = runs.map(|point| point.runs).min().unwrap_or(0);
    let figure = Figure::new("How long the classical Hopfield network takes", 2, 2)
        .subtitle("Random patterns; A to C: sweeps in random order until one changes nothing. D: units drawn at random")
        .panel(updates)
        .panel(sweeps)
        .panel(flips)
        .panel(random.y_range(0.0, 1.0))
        .note(&format!(
            "At least {least} runs per point; bands: one standard error. D: the rule of lecture L15c; a run ended too early if an update would still change its state."
        ));
    drawn.pictures.push(("hopfield-time".to_owned(), figure));
    report(&mut drawn, &lines);
    Ok(drawn)
}

fn report(drawn: &mut Drawn, lines: &[Line]) {
    for line in lines {
        let (Some(first), Some(last)) = (line.points.first(), line.points.last()) else {
            continue;
        };
        let ends = format!("{} to {}", first.units, last.units);
        drawn.report.push(match line.order {
            Order::Sweeps => format!(
                "{}, N {ends}: updates grow as the power {:.2} of N, flips as {:.2}{}; at rest after {:.2} to {:.2} sweeps",
                line.label(),
                line.power(|point| point.last_flip),
                line.power(|point| point.flips),
                through(line.points.len()),
                first.a_unit(first.last_flip)[0],
                last.a_unit(last.last_flip)[0],
            ),
            Order::Random => format!(
                "units at random, {}, N {ends}: ends after {:.2} to {:.2} N updates, too early in {:.0}% to {:.0}% of runs",
                line.label(),
                first.a_unit(first.updates)[0],
                last.a_unit(last.updates)[0],
                100.0 * first.unfinished[0],
                100.0 * last.unfinished[0],
            ),
        });
    }
    let rows = lines.iter().flat_map(|line| {
        line.points.iter().map(|point| {
            let order = match line.order {
                Order::Sweeps => "sweeps",
                Order::Random => "random",
            };
            let key = [
                line.load.to_string(),
                line.start.caption(),
                order.to_owned(),
                point.units.to_string(),
                point.runs.to_string(),
            ];
            let measured = [
                point.last_flip,
                point.updates,
                point.flips,
                point.unfinished,
            ]
            .concat();
            let numbers = measured.into_iter().map(|number| number.to_string());
            key.into_iter().chain(numbers).collect()
        })
    });
    drawn
        .tables
        .push(Table::new("hopfield-time.csv", &TIMES, rows.collect()));
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
}
