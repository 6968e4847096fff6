//! What a step costs against each size of the network: times on this machine, with fitted exponents.

use crate::figures::numbers::exponent;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use crate::bench::{Sizes, Step, prepare, sizes, time};
use crate::figures::{Drawn, FigureError, Size, Table};
use crate::memory::{Condition, Data, Protocol, Setup, WeightWidth};
use crate::run::simulate::{NoKeeper, simulate};
use slotless_draw::{CurvePanel, Figure, LegendPlace, LineStyle, Role, Scale, Series};
use slotless_kernels::cpu::{Isa, Layout, Network};

/// One size that is varied, the others held.
struct Axis {
    name: &'static str,
    label: &'static str,
    title: &'static str,
    values: [u32; 7],
    sizes: fn(u32) -> Sizes,
}

const BASE: Sizes = sizes::PAPER[0];

const AXES: [Axis; 5] = [
    Axis {
        name: "n_h",
        label: "hidden units n_h",
        title: "hidden units",
        values: [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000],
        sizes: |n_h| Sizes { n_h, ..BASE },
    },
    Axis {
        name: "m",
        label: "fan-in m = 𝑓 n_i",
        title: "fan-in",
        values: [12, 25, 50, 100, 200, 400, 800],
        sizes: |m| Sizes { m, ..BASE },
    },
    Axis {
        name: "k",
        label: "winners 𝑘",
        title: "winners",
        values: [12, 25, 50, 100, 200, 400, 800],
        sizes: |k| Sizes { k, ..BASE },
    },
    Axis {
        name: "s",
        label: "ones of a pattern 𝑠",
        title: "ones of a pattern",
        values: [8, 16, 32, 64, 128, 256, 512],
        sizes: |s| Sizes { s, ..BASE },
    },
    Axis {
        name: "n_i",
        label: "visible units n_i",
        title: "visible units, fan-in held",
        values: [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000],
        sizes: |n_i| Sizes { n_i, ..BASE },
    },
];

/// What is timed at each point: a name in the legend and the table, a step, and the layout if it is not the library's choice.
const TIMED: [(&str, Step, Option<Layout>, Role); 3] = [
    ("learn", Step::Learn, None, Role::KWinner),
    ("recall", Step::Recall, None, Role::OneWinner),
    (
        "recall, input-major lists",
        Step::Recall,
        Some(Layout::Lists),
        Role::Other(0),
    ),
];

/// Cost of learning and recall against n_h, f, k, s, n_i, trials and threads.
///
/// # Errors
/// [`FigureError`].
pub fn scaling(size: Size, seed: u64) -> Result<Drawn, FigureError> {
    let (budget, patterns) = match size {
        Size::Paper => (Duration::from_millis(80), 500),
        Size::Quick => (Duration::from_millis(10), 60),
    };
    let mut drawn = Drawn::default();
    let mut figure = Figure::new("Cost of a step against the network's sizes", 2, 3)
        .subtitle(&format!(
            "Unless varied: n_i = {}, n_h = {}, s = {}, m = {}, k = {}, 8-bit weights; {} instructions, one core",
            BASE.n_i, BASE.n_h, BASE.s, BASE.m, BASE.k, Isa::best()
        ))
        .legend(LegendPlace::Below)
        .note("Dotted: in proportion to the weights touched, 𝑠 n_h 𝑚 / n_i + 𝑘 𝑚, through the first point. Least of many rounds.");
    let mut rows = Vec::new();
    for axis in &AXES {
        figure = figure.panel(vary(axis, budget, patterns, &mut drawn.report, &mut rows));
    }
    figure = figure.panel(trials(size, seed, &mut drawn.report, &mut rows));
    drawn.tables.push(Table {
        name: "scaling.csv".to_owned(),
        header: [
            "axis",
            "value",
            "what",
            "microseconds",
            "weights_touched",
            "network_bytes",
            "rounds",
        ]
        .map(str::to_owned)
        .to_vec(),
        rows,
    });
    drawn.pictures.push(("scaling".to_owned(), figure.draw()?));
    Ok(drawn)
}

fn vary(
    axis: &Axis,
    budget: Duration,
    patterns: usize,
    report: &mut Vec<String>,
    rows: &mut Vec<Vec<String>>,
) -> CurvePanel {
    let x: Vec<f64> = axis.values.map(f64::from).to_vec();
    let mut times = vec![Vec::new(); TIMED.len()];
    let mut touched = Vec::new();
    for value in axis.values {
        let sizes = (axis.sizes)(value);
        for (at, (what, step, layout, _)) in TIMED.iter().enumerate() {
            let network = Network::with(sizes.params(WeightWidth::U8), Isa::best(), *layout);
            let (mut network, data) = prepare(network, &sizes, patterns);
            let timing = time(&mut network, &data, *step, budget);
            let least = 1e6 * timing.min;
            times[at].push(least);
            let weights = network.work(sizes.s).weights;
            if at == 0 {
                touched.push(weights);
            }
            rows.push(vec![
                axis.name.to_owned(),
                value.to_string(),
                (*what).to_owned(),
                format!("{least:.4}"),
                format!("{weights:.0}"),
                network.bytes().to_string(),
                timing.rounds.to_string(),
            ]);
        }
    }
    let slope = |y: &[f64]| exponent(&x, y);
    let area: Vec<f64> = axis
        .values
        .iter()
        .map(|&value| {
            let sizes = (axis.sizes)(value);
            f64::from(sizes.n_i) * f64::from(sizes.n_h)
        })
        .collect();
    let mut line = format!(
        "{}, {} to {}: time grows as the power",
        axis.title, axis.values[0], axis.values[6]
    );
    for ((what, ..), times) in TIMED.iter().zip(&times) {
        line += &format!(" {:.2} ({what}),", slope(times));
    }
    report.push(format!(
        "{line} weights touched {:.2}, n_i n_h {:.2}",
        slope(&touched),
        slope(&area)
    ));
    let scaled: Vec<f64> = touched
        .iter()
        .map(|weights| weights / touched[0] * times[0][0])
        .collect();
    let mut panel = panel(axis.title, axis.label, "microseconds per step");
    for ((what, .., role), times) in TIMED.iter().zip(times) {
        panel = panel.series(Series::new(what, *role, x.clone(), times));
    }
    panel.series(Series::new("weights touched", Role::Neutral, x, scaled).style(LineStyle::Dotted))
}

/// Whole trials: their number on one thread and on all.
fn trials(
    size: Size,
    seed: u64,
    report: &mut Vec<String>,
    rows: &mut Vec<Vec<String>>,
) -> CurvePanel {
    let (burn_in, learned) = match size {
        Size::Paper => (1_000, 500),
        Size::Quick => (100, 50),
    };
    let condition = Condition {
        network: crate::memory::published::k_winner(),
        data: Data::Random,
        protocol: Protocol {
            burn_in,
            learned,
            cues: vec![1.0],
        },
    };
    let setup = Setup::new(condition, seed).expect("the paper's network");
    let counts = [1u32, 2, 4, 8, 16];
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut panel = panel("trials and threads", "trials", "milliseconds in all");
    let x = counts.map(f64::from).to_vec();
    let mut last = Vec::new();
    let mut threads = 1;
    let mut hue = 0;
    while threads <= cores {
        let mut times = Vec::new();
        for &count in &counts {
            // The least of two, since other work may come between.
            let once = || {
                let start = Instant::now();
                let stop = AtomicBool::new(false);
                let done = simulate(
                    std::slice::from_ref(&setup),
                    &[count],
                    threads,
                    &NoKeeper,
                    &stop,
                );
                done.expect("nothing stops it");
                1e3 * start.elapsed().as_secs_f64()
            };
            let least = once().min(once());
            times.push(least);
            rows.push(vec![
                format!("trials on {threads} threads"),
                count.to_string(),
                "trials".to_owned(),
                format!("{:.1}", 1e3 * least),
                String::new(),
                String::new(),
                "2".to_owned(),
            ]);
        }
        report.push(format!(
            "trials, 1 to 16 on {threads} threads: time grows as the power {:.2}",
            exponent(&x, &times)
        ));
        last.push((threads, times[counts.len() - 1]));
        let label = format!("{threads} threads");
        let label = label.trim_end_matches(if threads == 1 { "s" } else { "" });
        panel = panel.series(Series::new(label, Role::Other(2 + hue), x.clone(), times));
        threads *= 2;
        hue += 1;
    }
    for (threads, time) in &last[1..] {
        report.push(threads_line(*threads, last[0].1 / time));
    }
    panel
}

/// How many times faster several threads are, where they are.
fn threads_line(threads: usize, gain: f64) -> String {
    match gain {
        1.05.. => format!("16 trials: {threads} threads take {gain:.2} times less than one"),
        ..0.95 => format!(
            "16 trials: {threads} threads take {:.2} times as long as one: no gain, other work may run beside them",
            1.0 / gain
        ),
        _ => format!("16 trials: {threads} threads take as long as one, within 5%: no gain"),
    }
}

fn panel(title: &str, x: &str, y: &str) -> CurvePanel {
    CurvePanel::new(x, y)
        .title(title)
        .x_scale(Scale::Log10)
        .y_scale(Scale::Log10)
}

#[cfg(test)]
mod tests {
    use super::threads_line;

    #[test]
    fn a_slowdown_is_called_one() {
        for (gain, words) in [
            (1.9, "take 1.90 times less than one"),
            (0.93, "take 1.08 times as long as one: no gain"),
            (1.0, "as long as one, within 5%: no gain"),
        ] {
            assert!(threads_line(2, gain).contains(words));
        }
    }
}
