//! Theorem 7: with `W_Q` and `W_K` as they start, `W_V` learns the case.
//!
//! A logit is a sum of N products of an entry of `W_Q` and one of `W_K`, times beta. With standard deviation s of the entries
//! its own is `beta s^2 sqrt(N)`: 1 / sqrt(N) here, where s is 1 / sqrt(N) and beta is 1, so attention becomes uniform as N
//! grows. With s = 1 it takes a beta that falls faster than 1 / sqrt(N), as 1 / N does: at 1 / sqrt(N) logits keep the
//! standard deviation 1 at every N, and attention stays uneven.
//!
//! Where attention is uniform, the output is the mean of the columns of `W_V` over the context, and the case columns, (1, 0)
//! for lowercase and (0, 1) for uppercase letters, are a minimum of the loss. Where C < L it is the only one. Where C = L a
//! context has every letter once, so offsets `a_l` of both columns of letter l change no output if they add up to zero over
//! letters: L - 1 directions for each row of `W_V` that carry no gradient, along which the start survives. At any finite N
//! attention is a little uneven, and what it leaves of a gradient moves `W_V` along them slowly, as long as training lasts.

use super::{diverged, median, trials_note};
use crate::figures::declared::file_kind;
use crate::figures::numbers::{mean, mean_of};
use crate::figures::{Drawn, FigureError, Size, Table};
use crate::run::manifest::Check;
use crate::transformer::model::Frozen;
use crate::transformer::tables::{ITERATION, MODEL, TRIAL};
use crate::transformer::{Condition, Model, Results, Rule, Slow, Training, Weights, WinnerBy};
use slotless_draw::{CurvePanel, Figure, LineStyle, Role, Scale, Series};
use slotless_files::dictionary::Variable;

/// Letters and items of a context: the paper's own setting, and one where C < L.
const SETTINGS: [(u32, u32); 2] = [(4, 4), (8, 4)];

/// Lengths of keys, at [`RATE`].
const SIZES: [u32; 4] = [10, 50, 200, 1000];

/// Learning rates of `W_V` under uniform attention.
const RATES: [f64; 4] = [0.001, 0.003, 0.01, 0.03];
const RATE: f64 = 0.001;

/// Which model learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Baseline,
    /// The baseline with `W_Q = W_K = 0`: attention is uniform, as in the limit of large N.
    Uniform,
    /// The baseline with start weights of variance 1 and beta = 1 / sqrt(N).
    Uneven,
    /// A memory with input projections, 2L hidden units.
    Projections,
    /// A memory whose units are chosen by the item, as many as there are items.
    Item,
}

impl Kind {
    /// Those that are shown by length of keys.
    const BY_SIZE: [Self; 4] = [Self::Baseline, Self::Item, Self::Projections, Self::Uneven];

    fn of(model: &Model) -> Self {
        match (model.model, model.winner_by) {
            (Rule::Baseline, _) if model.init_scale == 0.0 => Self::Uniform,
            (Rule::Baseline, _) if model.beta == 1.0 => Self::Baseline,
            (Rule::Baseline, _) => Self::Uneven,
            (_, WinnerBy::Item) => Self::Item,
            _ => Self::Projections,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Uniform => "uniform attention",
            Self::Uneven => "baseline, variance 1, beta = N^-1/2",
            Self::Projections => "memory, projections, 2L units",
            Self::Item => "memory, by item, C units",
        }
    }

    /// Its name in pictures.
    fn label(self) -> &'static str {
        match self {
            Self::Uneven => "baseline, variance 1, 𝛽 = 1/\u{221a}𝑁",
            Self::Projections => "memory, projections, 2𝐿 units",
            Self::Item => "memory, by item, 𝐶 units",
            other => other.name(),
        }
    }

    fn look(self) -> (Role, LineStyle) {
        match self {
            Self::Baseline => (Role::Theory, LineStyle::Solid),
            Self::Uniform => (Role::Theory, LineStyle::Dotted),
            Self::Uneven => (Role::Neutral, LineStyle::Solid),
            Self::Projections => (Role::Other(3), LineStyle::Solid),
            // On top of the baseline, which it equals.
            Self::Item => (Role::Other(1), LineStyle::Dashed),
        }
    }

    fn model(self, (letters, context): (u32, u32), n: u32, rate: f64) -> Model {
        let mut model = match self {
            Self::Baseline | Self::Uniform | Self::Uneven => {
                Model::of(Rule::Baseline, WinnerBy::Key)
            }
            Self::Projections => Model::of(Rule::Fixed, WinnerBy::Projections),
            Self::Item => Model::of(Rule::Fixed, WinnerBy::Item),
        };
        model.name = format!(
            "{}, L {letters}, C {context}, N {n}, rate {rate}",
            self.name()
        );
        (model.letters, model.context, model.n) = (letters, context, n);
        model.n_h = match self {
            Self::Baseline | Self::Uniform | Self::Uneven => 0,
            Self::Projections => 2 * letters,
            Self::Item => context,
        };
        if self == Self::Uniform {
            model.init_scale = 0.0;
        }
        if self == Self::Uneven {
            (model.init_scale, model.beta) = (f64::from(n).sqrt(), 1.0 / f64::from(n).sqrt());
        }
        model.rate_v = rate;
        model.freeze = vec![Frozen::Q, Frozen::K];
        model
    }
}

/// All models at all lengths of keys, and uniform attention at all rates.
#[must_use]
pub fn conditions(size: Size) -> Vec<Condition> {
    let batches = match size {
        Size::Paper => 6_000,
        Size::Quick => 2_000,
    };
    let training = Training {
        batches,
        ..Training::default()
    };
    // A few on the way, and five over the last half.
    let early = [0, 3, 10, 30, 100, 300, 600, 1000, 1800];
    let late = [5, 6, 7, 8, 9].map(|tenth| batches / 10 * tenth);
    let before = early.into_iter().filter(|&at| at < late[0]);
    let checkpoints: Vec<u32> = before.chain(late).collect();
    let mut conditions = Vec::new();
    for setting in SETTINGS {
        let mut add = |model| {
            conditions.push(Condition {
                model,
                training,
                checkpoints: checkpoints.clone(),
            });
        };
        for kind in Kind::BY_SIZE {
            SIZES
                .into_iter()
                .for_each(|n| add(kind.model(setting, n, RATE)));
        }
        RATES
            .into_iter()
            .for_each(|rate| add(Kind::Uniform.model(setting, SIZES[0], rate)));
    }
    conditions
}

/// How far the letters' columns of `W_V` are from the case columns: root mean squares over entries.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Distance {
    /// Of the difference itself.
    all: f64,
    /// Of the difference without letter-wise offsets that add up to zero.
    held: f64,
    /// Of those offsets.
    offsets: f64,
}

impl Distance {
    fn of(weights: &Weights) -> Self {
        let letters = weights.tokens() / 3;
        let (mut all, mut offsets) = (0.0, 0.0);
        for case in 0..2 {
            let difference = |token: usize| {
                let target = f64::from(u8::from(token / letters == case));
                f64::from(weights.get(Slow::Values, case, token)) - target
            };
            let middle = |letter| (difference(letter) + difference(letters + letter)) / 2.0;
            let centre = mean_of((0..letters).map(middle));
            all += (0..2 * letters)
                .map(|token| difference(token).powi(2))
                .sum::<f64>();
            // Both cases of a letter have its offset.
            offsets += (0..letters)
                .map(|letter| 2.0 * (middle(letter) - centre).powi(2))
                .sum::<f64>();
        }
        let entries = (4 * letters) as f64;
        let root = |squares: f64| (squares.max(0.0) / entries).sqrt();
        Self {
            all: root(all),
            held: root(all - offsets),
            offsets: root(offsets),
        }
    }

    /// What a model can learn: without the offsets where they carry no gradient.
    fn learnable(self, model: &Model) -> f64 {
        if model.letters == model.context {
            self.held
        } else {
            self.all
        }
    }
}

/// Distances of all trials of a condition.
struct Course<'a> {
    model: &'a Model,
    /// Trials x checkpoints.
    trials: Vec<Vec<(u32, Distance)>>,
    half: u32,
}

impl<'a> Course<'a> {
    fn new(results: &'a Results) -> Self {
        let of = |kept: &Vec<crate::transformer::Checkpoint>| {
            kept.iter()
                .map(|one| (one.iteration, Distance::of(&one.weights)))
                .collect()
        };
        Self {
            model: &results.condition.model,
            trials: results.checkpoints.iter().map(of).collect(),
            half: results.condition.training.batches / 2,
        }
    }

    /// The median over trials at every checkpoint after the start.
    fn medians(&self, read: impl Fn(Distance) -> f64) -> (Vec<f64>, Vec<f64>) {
        let Some(longest) = self.trials.iter().max_by_key(|trial| trial.len()) else {
            return (Vec::new(), Vec::new());
        };
        let at = |place: usize| {
            let values: Vec<f64> = self
                .trials
                .iter()
                .filter_map(|of| of.get(place))
                .map(|of| read(of.1))
                .collect();
            median(&values)
        };
        let places = longest
            .iter()
            .enumerate()
            .filter(|(_, (iteration, _))| *iteration > 0);
        places
            .map(|(place, (iteration, _))| (f64::from(*iteration), at(place)))
            .unzip()
    }

    /// The mean over the checkpoints of the last half, trial by trial.
    fn floors(&self, read: impl Fn(Distance) -> f64) -> Vec<f64> {
        let of = |trial: &Vec<(u32, Distance)>| {
            let late: Vec<f64> = trial
                .iter()
                .filter(|of| of.0 >= self.half)
                .map(|of| read(of.1))
                .collect();
            mean(&late)
        };
        self.trials.iter().map(of).collect()
    }

    /// The median over trials at an iteration; NaN if there is no such checkpoint.
    fn at(&self, iteration: u32, read: impl Fn(Distance) -> f64) -> f64 {
        let kept = self.trials.iter().flatten().filter(|of| of.0 == iteration);
        median(&kept.map(|of| read(of.1)).collect::<Vec<_>>())
    }

    /// What is left over the last half of training: the median over trials.
    fn floor(&self) -> f64 {
        median(&self.floors(|distance| distance.learnable(self.model)))
    }

    fn is(&self, kind: Kind, setting: (u32, u32)) -> bool {
        Kind::of(self.model) == kind && (self.model.letters, self.model.context) == setting
    }
}

/// The slope of a straight line through points, by least squares; NaN of fewer than two.
fn slope(x: &[f64], y: &[f64]) -> f64 {
    let (x_mean, y_mean) = (mean(x), mean(y));
    let products: f64 = x
        .iter()
        .zip(y)
        .map(|(x, y)| (x - x_mean) * (y - y_mean))
        .sum();
    let squares: f64 = x.iter().map(|x| (x - x_mean).powi(2)).sum();
    products / squares
}

fn log_slope(x: &[f64], y: &[f64]) -> f64 {
    let log = |values: &[f64]| values.iter().map(|value| value.ln()).collect::<Vec<_>>();
    slope(&log(x), &log(y))
}

const COLOURS: [Role; 4] = [Role::Other(0), Role::OneWinner, Role::Graded, Role::KWinner];

/// The distance of `W_V` from the case columns against iterations, length of keys and rate.
///
/// # Errors
/// [`FigureError`].
pub fn theorem7(results: &[&Results]) -> Result<Drawn, FigureError> {
    let courses: Vec<Course<'_>> = results.iter().map(|one| Course::new(one)).collect();
    let mut drawn = Drawn {
        report: diverged(results),
        ..Drawn::default()
    };
    let mut figure = Figure::new("Theorem 7: W_V learns the case while W_Q and W_K stay as they start", 2, 3)
        .subtitle(
            "Root mean square distance of the entries of W_V from the case columns; at C = 𝐿 without the directions that carry no \
             gradient (dashed: with them)",
        )
        .note(&format!(
            "Medians over {}. B, C, E, F: means over the last half of training. A, B, D, E: rate 0.001. Start weights have variance 1/𝑁 \
             and 𝛽 is 1 unless told otherwise.",
            trials_note(results)
        ))
        .width(980.0);
    for setting in SETTINGS {
        let [by_iteration, by_size, by_rate] = panels(setting, &courses);
        figure = figure.panel(by_iteration).panel(by_size).panel(by_rate);
        report(&mut drawn, setting, &courses);
    }
    drawn.pictures.push(("theorem7".to_owned(), figure));
    drawn.tables = tables(&courses);
    Ok(drawn)
}

fn by_rate<'c>(
    setting: (u32, u32),
    courses: &'c [Course<'c>],
) -> impl Iterator<Item = &'c Course<'c>> {
    let of = courses.iter();
    of.filter(move |one| one.is(Kind::Uniform, setting))
}

fn by_size<'c>(
    kind: Kind,
    setting: (u32, u32),
    courses: &'c [Course<'c>],
) -> impl Iterator<Item = &'c Course<'c>> {
    courses
        .iter()
        .filter(move |one| one.is(kind, setting) && one.model.rate_v == RATE)
}

fn panels(setting: (u32, u32), courses: &[Course<'_>]) -> [CurvePanel; 3] {
    let title = format!("L = {}, C = {}", setting.0, setting.1);
    let panel = |x| {
        CurvePanel::new(x, "distance from the case columns")
            .title(&title)
            .x_scale(Scale::Log10)
            .y_scale(Scale::Log10)
            .y_range(0.005, 1.0)
    };
    let mut iterations = panel("iteration");
    for (one, role) in by_size(Kind::Baseline, setting, courses).zip(COLOURS) {
        let (x, y) = one.medians(|distance| distance.learnable(one.model));
        if x.is_empty() {
            continue;
        }
        iterations = iterations.series(Series::new(
            &format!("baseline, N = {}", one.model.n),
            role,
            x,
            y,
        ));
        if setting.0 == setting.1 {
            let (x, y) = one.medians(|distance| distance.all);
            iterations = iterations.series(Series::new("", role, x, y).style(LineStyle::Dashed));
        }
    }
    for one in by_rate(setting, courses).filter(|one| one.model.rate_v == RATE) {
        let (role, style) = Kind::Uniform.look();
        let (x, y) = one.medians(|distance| distance.learnable(one.model));
        if !x.is_empty() {
            iterations = iterations.series(
                Series::new(Kind::Uniform.label(), role, x, y)
                    .style(style)
                    .measured(),
            );
        }
    }
    let mut sizes = panel("length of keys 𝑁");
    for kind in Kind::BY_SIZE {
        let (x, y): (Vec<f64>, Vec<f64>) = by_size(kind, setting, courses)
            .map(|one| (f64::from(one.model.n), one.floor()))
            .unzip();
        if !x.is_empty() {
            let (role, style) = kind.look();
            let series = Series::new(kind.label(), role, x, y).style(style);
            sizes = sizes.series(series.measured());
        }
    }
    let mut rates = panel("rate of W_V");
    let (x, y): (Vec<f64>, Vec<f64>) = by_rate(setting, courses)
        .map(|one| (one.model.rate_v, one.floor()))
        .unzip();
    if !x.is_empty() {
        let last = y[y.len() - 1];
        let highest = x[x.len() - 1];
        let root = x
            .iter()
            .map(|rate| last * (rate / highest).sqrt())
            .collect();
        let (role, style) = Kind::Uniform.look();
        rates = rates
            .series(Series::new(
                "proportional to the square root of the rate",
                Role::Fit,
                x.clone(),
                root,
            ))
            .series(
                Series::new(Kind::Uniform.label(), role, x, y)
                    .style(style)
                    .measured(),
            );
    }
    [iterations, sizes, rates]
}

fn report(drawn: &mut Drawn, setting: (u32, u32), courses: &[Course<'_>]) {
    let (letters, context) = setting;
    let name = format!("L = {letters}, C = {context}");
    let last = |courses: Vec<&Course<'_>>| {
        let parts = courses
            .iter()
            .map(|one| format!("N {}: {:.4}", one.model.n, one.floor()));
        parts.collect::<Vec<_>>().join(", ")
    };
    for kind in Kind::BY_SIZE {
        let of: Vec<&Course<'_>> = by_size(kind, setting, courses).collect();
        drawn.report.push(format!(
            "{name}, {}: distance over the last half, {}",
            kind.name(),
            last(of)
        ));
    }
    let free = "letter-wise offsets that add up to zero";
    for (kind, of) in [
        (
            Kind::Uniform,
            by_rate(setting, courses)
                .filter(|one| one.model.rate_v == RATE)
                .collect(),
        ),
        (
            Kind::Baseline,
            by_size(Kind::Baseline, setting, courses).collect::<Vec<_>>(),
        ),
    ] {
        if letters != context {
            continue;
        }
        for one in of {
            let at = |iteration| one.at(iteration, |distance| distance.offsets);
            let last = one.half * 2;
            let whole = one.at(last, |distance| distance.all);
            drawn.report.push(format!(
                "{name}, {}, N {}: {free}, root mean square, {:.4} at the start, {:.4} after 1000 iterations, {:.4} at the end (with \
                 them the distance is {whole:.4} there)",
                kind.name(),
                one.model.n,
                at(0),
                at(1000),
                at(last)
            ));
        }
    }
    let of: Vec<&Course<'_>> = by_rate(setting, courses).collect();
    let (rates, floors): (Vec<f64>, Vec<f64>) =
        of.iter().map(|one| (one.model.rate_v, one.floor())).unzip();
    let parts = rates
        .iter()
        .zip(&floors)
        .map(|(rate, floor)| format!("rate {rate}: {floor:.4}"));
    let parts: Vec<String> = parts.collect();
    let fitted = log_slope(&rates, &floors);
    drawn.report.push(format!(
        "{name}, uniform attention: floor by {}; fitted power of the rate {fitted:.2}",
        parts.join(", ")
    ));
    let longest = by_size(Kind::Baseline, setting, courses).max_by_key(|one| one.model.n);
    if let Some(longest) = longest.filter(|one| one.half >= 3000) {
        let what =
            format!("{name}, uniform attention: power of the rate with which the floor falls");
        drawn.checks.push(Check::within(what, fitted, 0.4, 0.65));
        let what = format!(
            "{name}, baseline, N {}: distance over the last half",
            longest.model.n
        );
        drawn
            .checks
            .push(Check::within(what, longest.floor(), 0.0, 0.04));
    }
}

file_kind! {
    /// A row per model, trial and checkpoint
    pub(crate) DISTANCES: "theorem7_distance.csv" by "reproduce theorem7" {
        MODEL,
        Variable::text("kind", "What attends: the baseline, a memory, or uniform attention"),
        Variable::integer("letters", "letters", "Letters L"),
        Variable::integer("context", "items", "Items of a context C"),
        Variable::integer("n", "numbers", "Length N of queries and keys"),
        Variable::number("rate_v", "", "Learning rate of W_V"),
        TRIAL,
        ITERATION,
        Variable::number("distance", "", "Root mean square distance of W_V from the case columns (Theorem 7)"),
        Variable::number("distance_without_offsets", "", "distance without letter-wise offsets that add up to zero, which carry no gradient where C = L"),
        Variable::number("offsets", "", "Root mean square of the letter-wise offsets that distance_without_offsets leaves out"),
    }
}

fn tables(courses: &[Course<'_>]) -> Vec<Table> {
    let key = |one: &Course<'_>| {
        let model = one.model;
        vec![
            model.name.clone(),
            Kind::of(model).name().to_owned(),
            model.letters.to_string(),
            model.context.to_string(),
            model.n.to_string(),
            model.rate_v.to_string(),
        ]
    };
    let rows = courses.iter().flat_map(|one| {
        one.trials.iter().enumerate().flat_map(move |(trial, of)| {
            of.iter().map(move |(iteration, distance)| {
                let numbers = [distance.all, distance.held, distance.offsets]
                    .map(|number| number.to_string());
                let place = vec![trial.to_string(), iteration.to_string()];
                [key(one), place, numbers.to_vec()].concat()
            })
        })
    });
    vec![Table::new(
        "theorem7_distance.csv",
        &DISTANCES,
        rows.collect(),
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// L = 2 with these rows of `W_V` over the letters a, b, A, B.
    fn weights(lower: [f32; 4], upper: [f32; 4]) -> Weights {
        let model = Kind::Baseline.model((2, 2), 3, RATE);
        let mut weights = Weights::new(&model.settings(1).sizes);
        for (case, row) in [lower, upper].into_iter().enumerate() {
            for (token, value) in row.into_iter().enumerate() {
                weights.set(Slow::Values, case, token, value);
            }
        }
        weights
    }

    #[test]
    fn case_columns_are_no_distance_away() {
        let distance = Distance::of(&weights([1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]));
        assert_eq!(
            (distance.all, distance.held, distance.offsets),
            (0.0, 0.0, 0.0)
        );
    }

    #[test]
    fn offsets_of_letters_that_add_up_to_zero_are_taken_out() {
        // +.25 on both cases of a, -.25 on those of b, in the first row.
        let distance = Distance::of(&weights([1.25, 0.75, 0.25, -0.25], [0.0, 0.0, 1.0, 1.0]));
        let offsets = (4.0 * 0.0625 / 8.0_f64).sqrt();
        assert_eq!(
            (distance.all, distance.held, distance.offsets),
            (offsets, 0.0, offsets)
        );
        // The same for all letters is no such direction, and neither is a difference between the cases.
        let distance = Distance::of(&weights([1.25, 1.25, 0.25, 0.25], [0.5, 0.0, 0.5, 1.0]));
        let held = ((4.0 * 0.0625 + 2.0 * 0.25) / 8.0_f64).sqrt();
        assert_eq!(
            (distance.all, distance.held, distance.offsets),
            (held, held, 0.0)
        );
    }

    #[test]
    fn powers_are_found() {
        assert!((log_slope(&[1.0, 4.0, 16.0], &[3.0, 6.0, 12.0]) - 0.5).abs() < 1e-12);
        assert!(slope(&[1.0], &[1.0]).is_nan());
    }

    #[test]
    fn every_condition_is_valid_and_has_a_name_of_its_own() {
        for size in [Size::Paper, Size::Quick] {
            let conditions = conditions(size);
            let mut slugs: Vec<String> = conditions.iter().map(Condition::slug).collect();
            conditions.iter().for_each(|one| one.check().unwrap());
            slugs.sort();
            slugs.dedup();
            assert_eq!(slugs.len(), conditions.len());
        }
    }
}
