//! The picture: accuracy, raw difference, traces, constants, recency levels.

use slotless_draw::{CurvePanel, Figure, LegendPlace, LineStyle, Role, Scale, Series};

use super::{CUES, Compared, Traced};
use crate::figures::FigureError;
use crate::memory::{Measured, MemoryKind};

const X: &str = "age (patterns learned since, 1 = newest)";
/// Excess of weights down to which traces are drawn.
const LEAST: f64 = 0.02;

/// Networks whose curves are drawn, by their place, with their colours: the others lie between them.
const SHOWN: [(usize, Role); 4] = [
    (0, Role::OneWinner),
    (1, Role::Slow),
    (2, Role::KWinner),
    (8, Role::Graded),
];

fn numbers(ages: impl IntoIterator<Item = usize>) -> Vec<f64> {
    ages.into_iter().map(|age| age as f64).collect()
}

/// Measured curves in colour, theory dashed over them.
pub(super) fn figure(
    all: &[Compared<'_>],
    measured: &[Measured<'_>],
) -> Result<Figure, FigureError> {
    let last = measured.iter().map(Measured::ages).max().unwrap_or(1);
    let shown: Vec<(&Compared<'_>, Role)> = SHOWN
        .iter()
        .filter_map(|&(place, role)| Some((all.get(place)?, role)))
        .collect();
    let trials = measured.first().map_or(0, |one| one.results.trials());
    let figure = Figure::new("Forgetting, measured and in theory", 3, 2)
        .subtitle(
            "1,000 visible units, 100 ones; weights of 4 bits. Theory has no fitted number: C1 to C11, R2 and R3 of docs/theory.md.",
        )
        .legend(LegendPlace::Below)
        .note(&format!(
            "Accuracy: {trials} trials. Bands: mean \u{b1} one standard error. Traces: mean excess of the weights of a pattern's \
             ones in its winners."
        ))
        .panel(by_age(&shown, Shown::Accuracy, 0, last))
        .panel(by_age(&shown, Shown::Accuracy, 1, last))
        .panel(by_age(&shown, Shown::RawDifference, 1, last))
        .panel(traces(&shown, last))
        .panel(constants(all))
        .panel(recency(all, last));
    Ok(figure)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Accuracy,
    RawDifference,
}

fn by_age(shown: &[(&Compared<'_>, Role)], what: Shown, cue: usize, last: usize) -> CurvePanel {
    let title = format!("{}% cues", CUES[cue] * 100.0);
    let (label, range) = match what {
        Shown::Accuracy => ("retrieval accuracy", (0.0, 1.0)),
        Shown::RawDifference => ("raw difference in accuracy", (-0.05, 0.65)),
    };
    let mut panel = CurvePanel::new(X, label)
        .title(&title)
        .x_range(0.0, last as f64)
        .y_range(range.0, range.1);
    for &(one, role) in shown {
        let curves = one.curves[cue];
        let line = |y: Vec<f64>, error: Vec<f64>| {
            let x = numbers(1..=y.len());
            Series::new(&one.network.name, role, x, y).band(error)
        };
        panel = panel.series(match what {
            Shown::Accuracy => line(curves.real.mean.clone(), curves.real.standard_error.clone()),
            Shown::RawDifference => {
                let base = super::base(curves);
                let y = curves.real.mean.iter().map(|real| real - base).collect();
                line(y, curves.real.standard_error.clone())
            }
        });
    }
    for (one, _) in shown {
        let forecast = &one.forecasts[cue];
        let y = match what {
            Shown::Accuracy => forecast.accuracy.clone(),
            Shown::RawDifference => forecast.raw_difference(),
        };
        panel = panel.series(theory(numbers(one.ages.iter().copied()), y));
    }
    panel
}

fn theory(x: Vec<f64>, y: Vec<f64>) -> Series {
    Series::new("theory", Role::Theory, x, y).width(1.3)
}

fn traces(shown: &[(&Compared<'_>, Role)], last: usize) -> CurvePanel {
    let mut panel = CurvePanel::new(X, "excess of stored weights")
        .title("traces")
        .x_range(0.0, last as f64)
        .y_scale(Scale::Log10)
        .y_range(0.008, 0.5);
    let traced = || {
        shown
            .iter()
            .filter_map(|&(one, role)| Some((one, one.traced.as_ref()?, role)))
    };
    // Below, what is left of a trace is as large as its error.
    let until = |traced: &Traced| {
        let ages = (1..=last).take_while(|&age| traced.chain.excess(age as u32) > LEAST);
        ages.count().max(2)
    };
    for (one, traced, role) in traced() {
        let y = &traced.trace.excess;
        let y = y[..until(traced).min(y.len())].to_vec();
        let x = numbers(1..=y.len());
        panel = panel.series(Series::new(&one.network.name, role, x, y));
    }
    for (_, traced, _) in traced() {
        let ages = 1..=until(traced);
        let y = ages.clone().map(|age| traced.chain.excess(age as u32));
        panel = panel.series(theory(numbers(ages), y.collect()));
    }
    panel
}

/// Constants in theory against those of the weights, a point a network.
fn constants(all: &[Compared<'_>]) -> CurvePanel {
    let ends = vec![80.0, 3000.0];
    let mut panel = CurvePanel::new("𝜏 of the weights (patterns)", "𝜏 in theory (patterns)")
        .title("constants of all networks")
        .x_scale(Scale::Log10)
        .y_scale(Scale::Log10)
        .x_range(80.0, 3000.0)
        .y_range(80.0, 3000.0)
        .series(Series::new("equal", Role::Neutral, ends.clone(), ends).width(1.0));
    type Constant = fn(&Compared<'_>, &Traced) -> f64;
    let kinds: [(&str, Role, Constant); 3] = [
        ("n_h / (𝑘 |ln(1 - 𝜀)|)", Role::Other(0), |one, _| {
            Traced::independent(one.network)
        }),
        ("K4, two moments", Role::Other(1), |_, traced| {
            traced.moments.tau()
        }),
        ("chain, C5", Role::Other(3), |_, traced| traced.chain.tau()),
    ];
    for (label, role, of) in kinds {
        for one in all {
            let Some(traced) = &one.traced else { continue };
            let (x, y) = (traced.trace.tau[0], of(one, traced));
            panel = panel.series(Series::new(label, role, vec![x], vec![y]).width(5.0));
        }
    }
    panel
}

fn recency(all: &[Compared<'_>], last: usize) -> CurvePanel {
    let mut panel = CurvePanel::new(X, "retrieval accuracy")
        .title("recency levels, 200 rows of 5")
        .x_range(0.0, last as f64)
        .y_range(0.0, 1.0);
    let Some(one) = all
        .iter()
        .find(|one| one.network.memory == MemoryKind::Recency)
    else {
        return panel;
    };
    for (cue, role) in [(0, Role::Other(2)), (1, Role::Other(4))] {
        let curves = one.curves[cue];
        let label = format!("recency levels, {}% cues", CUES[cue] * 100.0);
        let line = |label: &str, y: Vec<f64>| Series::new(label, role, numbers(1..=y.len()), y);
        let base = curves.base.mean.clone();
        panel = panel
            .series(line(&label, curves.real.mean.clone()).band(curves.real.standard_error.clone()))
            .series(line(&format!("{label}, pseudo-patterns"), base).baseline());
    }
    for forecast in &one.forecasts {
        let x = numbers(one.ages.iter().copied());
        let ends = vec![0.0, last as f64];
        panel = panel.series(theory(x, forecast.accuracy.clone())).series(
            Series::new(
                "theory, pseudo-patterns",
                Role::Theory,
                ends,
                vec![forecast.pseudo; 2],
            )
            .style(LineStyle::Dotted),
        );
    }
    panel
}
