//! What a step costs against each size of the network: times on this machine, with fitted exponents.

use crate::figures::numbers::exponent;
use std::ops::Range;
use std::time::{Duration, Instant};

use crate::bench::{Sizes, Step, prepare, sizes, time};
use crate::figures::declared::file_kind;
use crate::figures::{Drawn, FigureError, Size, Table};
use crate::memory::{Condition, Data, Protocol, Setup, WeightWidth};
use crate::run::simulate::{NoKeeper, simulate};
use crate::run::work::{Held, Part, Watch};
use slotless_draw::{CurvePanel, Figure, LegendPlace, LineStyle, Role, Scale, Series};
use slotless_files::dictionary::Variable;
use slotless_files::machine::{Cache, caches};
use slotless_kernels::cpu::{Isa, Layout, Network};

/// One size that is varied, the others held.
struct Axis {
    name: &'static str,
    label: &'static str,
    title: &'static str,
    values: &'static [u32],
    /// Further values at paper scale.
    more: &'static [u32],
    /// A value at which a step touches hardly a weight, where weights of every kind are in proportion to the value: what is
    /// left of a step then is taken off before exponents of weights are fitted.
    least: Option<u32>,
    sizes: fn(u32) -> Sizes,
}

const BASE: Sizes = sizes::PAPER[0];

/// Hidden units per winner where their share is held: the paper's.
const SHARE: u32 = BASE.n_h / BASE.k;
/// A network is said to lie in a cache only if it is this many times as large as the next smaller one: up to there a good part
/// of it is still found in that.
const CLEAR: f64 = 4.0;

const AXES: [Axis; 5] = [
    Axis {
        name: "n_h",
        label: "hidden units n_h, 𝑘 = n_h / 40",
        title: "hidden units",
        values: &[
            1_000, 1_500, 2_000, 3_000, 4_000, 6_000, 8_000, 16_000, 32_000, 64_000,
        ],
        more: &[128_000, 256_000, 512_000, 1_024_000],
        least: Some(SHARE),
        sizes: |n_h| Sizes {
            n_h,
            k: n_h / SHARE,
            ..BASE
        },
    },
    Axis {
        name: "m",
        label: "fan-in m = 𝑓 n_i",
        title: "fan-in",
        values: &[12, 25, 50, 75, 100, 150, 200, 400, 800],
        more: &[],
        least: Some(1),
        sizes: |m| Sizes { m, ..BASE },
    },
    Axis {
        name: "k",
        label: "winners 𝑘",
        title: "winners",
        values: &[12, 25, 50, 100, 200, 400, 800],
        more: &[],
        least: None,
        sizes: |k| Sizes { k, ..BASE },
    },
    Axis {
        name: "s",
        label: "ones of a pattern 𝑠",
        title: "ones of a pattern",
        values: &[8, 16, 32, 64, 128, 256, 512],
        more: &[],
        least: None,
        sizes: |s| Sizes { s, ..BASE },
    },
    Axis {
        name: "n_i",
        label: "visible units n_i",
        title: "visible units, fan-in held",
        values: &[500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000],
        more: &[],
        least: None,
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

impl Axis {
    fn values(&self, size: Size) -> Vec<u32> {
        let more: &[u32] = match size {
            Size::Paper => self.more,
            Size::Quick => &[],
        };
        [self.values, more].concat()
    }
}

/// The largest network that is made, counted before it is.
#[must_use]
pub fn largest(size: Size) -> Part {
    let all = AXES.iter().flat_map(|axis| {
        let sizes = axis.values(size).into_iter().map(axis.sizes);
        sizes.map(|of| (of.n_h, of.params(WeightWidth::U8).layout_bytes()))
    });
    let (hidden, bytes) = all.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 0.0));
    Part {
        name: "hidden units",
        value: hidden.into(),
        // Its rows are drawn before they are laid out.
        bytes: 2.0 * bytes,
        held: Held::OnTheWay,
    }
}

/// For how long a step is timed, and how many patterns the network has learned then.
fn effort(size: Size) -> (Duration, usize) {
    match size {
        Size::Paper => (Duration::from_millis(80), 500),
        Size::Quick => (Duration::from_millis(10), 60),
    }
}

/// Burn-in and learned patterns of the trials that are timed.
fn protocol(size: Size) -> (u32, u32) {
    match size {
        Size::Paper => (1_000, 500),
        Size::Quick => (100, 50),
    }
}

/// How many trials are timed at a time.
const COUNTS: [u32; 5] = [1, 2, 4, 8, 16];

/// Nanoseconds, about, that timing a step of a network takes: drawing its rows, learning patterns, and the rounds.
fn timed(sizes: &Sizes, size: Size) -> f64 {
    let (budget, patterns) = effort(size);
    let [n_i, n_h, s, m, k] = [sizes.n_i, sizes.n_h, sizes.s, sizes.m, sizes.k].map(f64::from);
    let step = s * n_h * m / n_i + k * m;
    1e9 * budget.as_secs_f64() + 5.0 * n_h * m + patterns as f64 * step
}

/// Nanoseconds, about, that some trials take.
fn of_trials(size: Size, count: u32, threads: usize) -> f64 {
    let (burn_in, learned) = protocol(size);
    let steps = f64::from(burn_in + 3 * learned) * 2e4;
    2.0 * steps * (f64::from(count) / threads as f64).ceil()
}

/// Numbers of threads: powers of two, up to the cores.
fn threads() -> impl Iterator<Item = usize> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::iter::successors(Some(1), |threads| Some(2 * threads))
        .take_while(move |&threads| threads <= cores)
}

/// What [`scaling`] takes, in steps of about a nanosecond.
#[must_use]
pub fn steps(size: Size) -> f64 {
    let networks = AXES.iter().flat_map(|axis| {
        let sizes = axis.values(size).into_iter().map(axis.sizes);
        sizes.map(|sizes| TIMED.len() as f64 * timed(&sizes, size))
    });
    let trials = threads().flat_map(|threads| COUNTS.map(|count| of_trials(size, count, threads)));
    networks.sum::<f64>() + trials.sum::<f64>()
}

file_kind! {
    /// A row per size and operation
    pub(crate) TIMES: "scaling.csv" by "reproduce scaling" {
        Variable::text("axis", "What is varied: n_h, f, k, s, n_i, or the number of trials on so many threads"),
        Variable::integer("value", "", "Value of what is varied"),
        Variable::text("operation", "What is timed"),
        Variable::number("min_us", "us", "Least time of a step, or of all trials, over the rounds"),
        Variable::number("weights_touched", "weights", "Weights that a step touches; empty of trials"),
        Variable::integer("network_bytes", "bytes", "Bytes of the network as it is laid out; empty of trials"),
        Variable::integer("rounds", "rounds", "Rounds"),
    }
}

/// Cost of learning and recall against n_h, f, k, s, n_i, trials and threads.
///
/// # Errors
/// [`FigureError`]; [`FigureError::Stopped`] where `watch` says so, which is told of what has been timed.
pub fn scaling(size: Size, seed: u64, watch: Watch<'_>) -> Result<Drawn, FigureError> {
    let mut drawn = Drawn::default();
    let mut figure = Figure::new("Cost of a step against the network's sizes", 2, 3)
        .subtitle(&format!(
            "Unless varied: n_i = {}, n_h = {}, s = {}, m = {}, k = {}, 8-bit weights; {} instructions, one core",
            BASE.n_i, BASE.n_h, BASE.s, BASE.m, BASE.k, Isa::best()
        ))
        .legend(LegendPlace::Below)
        .note("Dotted: in proportion to the weights touched, 𝑠 n_h 𝑚 / n_i + 𝑘 𝑚, through the first point. Dashed: the network outgrows a cache. Least of many rounds.");
    let mut rows = Vec::new();
    for axis in &AXES {
        let values = axis.values(size);
        let panel = vary(axis, &values, (size, watch), &mut drawn.report, &mut rows);
        figure = figure.panel(panel.ok_or(FigureError::Stopped)?);
    }
    let panel = trials((size, watch), seed, &mut drawn.report, &mut rows);
    figure = figure.panel(panel.ok_or(FigureError::Stopped)?);
    drawn.tables.push(Table::new("scaling.csv", &TIMES, rows));
    drawn.pictures.push(("scaling".to_owned(), figure));
    Ok(drawn)
}

fn vary(
    axis: &Axis,
    values: &[u32],
    (size, watch): (Size, Watch<'_>),
    report: &mut Vec<String>,
    rows: &mut Vec<Vec<String>>,
) -> Option<CurvePanel> {
    let (budget, patterns) = effort(size);
    let x: Vec<f64> = values.iter().copied().map(f64::from).collect();
    let mut times = vec![Vec::new(); TIMED.len()];
    let mut touched = Vec::new();
    let mut stores = vec![Vec::new(); TIMED.len()];
    for &value in values {
        let sizes = (axis.sizes)(value);
        for (at, (what, step, layout, _)) in TIMED.iter().enumerate() {
            let network = Network::with(sizes.params(WeightWidth::U8), Isa::best(), *layout);
            let (mut network, data) = prepare(network, &sizes, patterns);
            let timing = time(&mut network, &data, *step, budget);
            let least = 1e6 * timing.min;
            times[at].push(least);
            stores[at].push((network.layout(), network.bytes() as f64));
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
            watch.after(timed(&sizes, size))?;
        }
    }
    let slope = |y: &[f64]| exponent(&x, y);
    let area: Vec<f64> = values
        .iter()
        .map(|&value| {
            let sizes = (axis.sizes)(value);
            f64::from(sizes.n_i) * f64::from(sizes.n_h)
        })
        .collect();
    let mut line = format!(
        "{}, {} to {}: time grows as the power",
        axis.title,
        values[0],
        values[values.len() - 1]
    );
    for ((what, ..), times) in TIMED.iter().zip(&times) {
        line += &format!(" {:.2} ({what}),", slope(times));
    }
    report.push(format!(
        "{line} weights touched {:.2}, n_i n_h {:.2}",
        slope(&touched),
        slope(&area)
    ));
    let caches = caches();
    if let Some(least) = axis.least {
        let sizes = (axis.sizes)(least);
        for ((what, step, layout, _), (times, stores)) in
            TIMED.iter().zip(times.iter().zip(&stores))
        {
            let network = Network::with(sizes.params(WeightWidth::U8), Isa::best(), *layout);
            let (mut network, data) = prepare(network, &sizes, patterns);
            let rest = 1e6 * time(&mut network, &data, *step, budget).min;
            for (level, places) in levels(stores, &caches) {
                // Two sizes have an exponent whatever they are.
                if places.len() < 3 {
                    continue;
                }
                let more: Vec<f64> = times[places.clone()]
                    .iter()
                    .map(|time| time - rest)
                    .collect();
                if more[0] <= 0.0 {
                    continue;
                }
                report.push(format!(
                    "{}, {what}, {} to {} ({level}): time less {rest:.2} us grows as the power {:.2} of the weights touched",
                    axis.title,
                    values[places.start],
                    values[places.end - 1],
                    exponent(&touched[places], &more)
                ));
            }
        }
    }
    let scaled: Vec<f64> = touched
        .iter()
        .map(|weights| weights / touched[0] * times[0][0])
        .collect();
    let mut panel = panel(axis.title, axis.label, "microseconds per step");
    // Of the layouts that the library chooses, as learning is timed with them.
    let bytes: Vec<f64> = stores[0].iter().map(|&(_, bytes)| bytes).collect();
    for cache in &caches {
        if let Some(at) = crossing(&x, &bytes, cache.bytes as f64) {
            panel = panel.boundary(at, &format!("L{}", cache.level));
        }
    }
    for ((what, .., role), times) in TIMED.iter().zip(times) {
        panel = panel.series(Series::new(what, *role, x.clone(), times));
    }
    let touched = Series::new("weights touched", Role::Neutral, x, scaled);
    Some(panel.series(touched.style(LineStyle::Dotted)))
}

/// Which networks of one layout lie in which cache, most of them in no smaller one: ranges of places, with words for them.
fn levels(stores: &[(Layout, f64)], caches: &[Cache]) -> Vec<(String, Range<usize>)> {
    // In none, or in none for certain: None.
    let level = |&(_, of): &(Layout, f64)| {
        let at = caches.iter().position(|cache| of <= cache.bytes as f64);
        let at = at.unwrap_or(caches.len());
        let smaller = at.checked_sub(1).map_or(0.0, |at| caches[at].bytes as f64);
        (of >= CLEAR * smaller).then_some(at)
    };
    let name = |at: usize| match caches.get(at) {
        Some(cache) => format!("in L{}", cache.level),
        None if caches.is_empty() => "caches unknown".to_owned(),
        None => "in memory".to_owned(),
    };
    let mut start = 0;
    let runs = stores.chunk_by(|a, b| a.0 == b.0 && level(a) == level(b));
    runs.filter_map(|run| {
        let places = start..start + run.len();
        start = places.end;
        let level = level(&run[0])?;
        Some((format!("{}, {}", run[0].0.name(), name(level)), places))
    })
    .collect()
}

/// The value at which networks become larger than `limit`, on a straight line in logarithms.
fn crossing(x: &[f64], bytes: &[f64], limit: f64) -> Option<f64> {
    let at = bytes
        .windows(2)
        .position(|two| two[0] <= limit && limit < two[1])?;
    let share = (limit / bytes[at]).ln() / (bytes[at + 1] / bytes[at]).ln();
    Some(x[at] * (x[at + 1] / x[at]).powf(share))
}

/// Whole trials: their number on one thread and on all.
fn trials(
    (size, watch): (Size, Watch<'_>),
    seed: u64,
    report: &mut Vec<String>,
    rows: &mut Vec<Vec<String>>,
) -> Option<CurvePanel> {
    let (burn_in, learned) = protocol(size);
    let condition = Condition {
        network: crate::memory::published::k_winner(),
        data: Data::Random,
        protocol: Protocol {
            burn_in,
            learned,
            cues: vec![1.0],
            ..Protocol::default()
        },
    };
    let setup = Setup::new(condition, seed).expect("the paper's network");
    let mut panel = panel("trials and threads", "trials", "milliseconds in all");
    let x = COUNTS.map(f64::from).to_vec();
    let mut last = Vec::new();
    for (hue, threads) in (0..).zip(threads()) {
        let mut times = Vec::new();
        for count in COUNTS {
            // The least of two, since other work may come between.
            let once = || {
                let start = Instant::now();
                let stop = watch.flag();
                let setup = std::slice::from_ref(&setup);
                simulate(setup, &[count], threads, &NoKeeper, stop).ok()?;
                Some(1e3 * start.elapsed().as_secs_f64())
            };
            let least = once()?.min(once()?);
            watch.after(of_trials(size, count, threads))?;
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
        last.push((threads, times[COUNTS.len() - 1]));
        let label = format!("{threads} threads");
        let label = label.trim_end_matches(if threads == 1 { "s" } else { "" });
        panel = panel.series(Series::new(label, Role::Other(2 + hue), x.clone(), times));
    }
    for (threads, time) in &last[1..] {
        report.push(threads_line(*threads, last[0].1 / time));
    }
    Some(panel)
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
    use super::*;

    #[test]
    fn networks_are_told_apart_by_the_caches_they_fit_into() {
        let cache = |level, bytes| Cache { level, bytes };
        let caches = [cache(1, 100), cache(2, 1_000)];
        let lists = [10.0, 100.0, 401.0, 5_000.0, 6_000.0].map(|bytes| (Layout::Lists, bytes));
        let expected = [
            ("lists, in L1", 0..2),
            ("lists, in L2", 2..3),
            ("lists, in memory", 3..5),
        ];
        let words = |found: &[(&str, Range<usize>)]| -> Vec<(String, Range<usize>)> {
            found
                .iter()
                .map(|(name, places)| ((*name).to_owned(), places.clone()))
                .collect()
        };
        assert_eq!(levels(&lists, &caches), words(&expected));
        // Another layout, and what lies in two caches.
        let others = [
            (Layout::Lists, 50.0),
            (Layout::Tiles, 60.0),
            (Layout::Tiles, 150.0),
            (Layout::Tiles, 70.0),
        ];
        let expected = [
            ("lists, in L1", 0..1),
            ("tiles, in L1", 1..2),
            ("tiles, in L1", 3..4),
        ];
        assert_eq!(levels(&others, &caches), words(&expected));
        assert_eq!(
            levels(&[(Layout::Lists, 1.0); 3], &[]),
            words(&[("lists, caches unknown", 0..3)])
        );
        let at = crossing(&[1.0, 4.0, 16.0], &[10.0, 40.0, 160.0], 80.0);
        assert!(at.is_some_and(|at| (at - 8.0).abs() < 1e-9), "{at:?}");
        assert_eq!(crossing(&[1.0, 2.0], &[10.0, 20.0], 9.0), None);
        assert_eq!(crossing(&[1.0, 2.0], &[10.0, 20.0], 20.0), None);
    }

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
