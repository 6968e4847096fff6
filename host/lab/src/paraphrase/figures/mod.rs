//! exp07 on our own sentences: recall against the background, noise, hops and the length of codes, for every method.

mod claims;
mod tables;

use crate::SpecError;
use crate::figures::numbers::mean_error;
use crate::figures::{
    Asked, Drawable, Drawn, FigureError, Made, Named, Reproduce, RunFiles, Size, TrialFigure,
};
use crate::paraphrase::raw::Files;
use crate::paraphrase::{
    Background, CHAIN_METHODS, COSINES, Condition, HOPS, NOISE_METHODS, Plan, Results, Setup,
    Shape, Source, Vary, conditions, methods, texts,
};
use crate::run::family::{AnySetup, Computed};
use slotless_draw::{CurvePanel, Figure, LineStyle, Role, Scale, Series};
use slotless_files::dictionary::FileKind;

/// What is in the files.
pub(crate) const FILES: &[FileKind] = &[tables::MEASURES, tables::SIMILARITY, super::raw::ARRAYS];

/// How a method is drawn; those that are not here are in the tables only.
const LOOKS: [(&str, &str, Role, LineStyle); 9] = [
    (
        "nearest-neighbour",
        "nearest neighbour over the vectors",
        Role::Theory,
        LineStyle::Solid,
    ),
    ("flat", "flat Hebbian", Role::OneWinner, LineStyle::Solid),
    (
        "attractor",
        "attractor, 10 steps",
        Role::Graded,
        LineStyle::Solid,
    ),
    (
        "hopfield-beta8",
        "Hopfield, beta = 8",
        Role::KWinner,
        LineStyle::Solid,
    ),
    (
        "recurrent-inhibition0.5-step1",
        "recurrent, step 1",
        Role::Slow,
        LineStyle::Solid,
    ),
    (
        "recurrent-inhibition0.5-step5",
        "recurrent, step 5",
        Role::Slow,
        LineStyle::Dashed,
    ),
    (
        "two-stage",
        "two stages over codes",
        Role::Other(1),
        LineStyle::Dashed,
    ),
    (
        "two-stage-wide-cue",
        "two stages, wide cue",
        Role::Other(2),
        LineStyle::Solid,
    ),
    (
        "two-stage-vectors-beta32",
        "two stages over vectors, beta = 32",
        Role::Other(0),
        LineStyle::Solid,
    ),
];

/// Counts of [`Vary::Cues`] and [`Vary::Noise`].
const AMONG_TESTS: usize = 0;
const AMONG_ALL: usize = 2;
const NOISE_AMONG_ALL: usize = 1;

/// Ways to ask, in the order of `CUES`.
const EXACT: usize = 0;
const PARAPHRASE: usize = 1;
const PARAPHRASE_AUGMENTED: usize = 3;

fn method(name: &str) -> usize {
    let place = methods().iter().position(|method| method.name == name);
    place.expect("a method of the list")
}

/// A count of a cell over another number, trial by trial: mean and standard error.
fn share(results: &Results, vary: Vary, cell: [usize; 3], count: usize, of: f64) -> [f64; 2] {
    let counts = results.counts(vary, cell, count).into_iter();
    let shares: Vec<f64> = counts.map(|count| f64::from(count) / of).collect();
    mean_error(&shares)
}

fn triples() -> f64 {
    texts::triples().len() as f64
}

fn chains() -> f64 {
    texts::chains().len() as f64
}

/// Units of the right codes of all chains.
fn chain_units(results: &Results) -> f64 {
    chains() * f64::from(results.condition.active)
}

/// The methods of a list that are drawn, with their places in it: nearest-neighbour search lies under all others.
fn in_order<'a>(list: &[&'a str]) -> Vec<(usize, &'a str)> {
    let place = |name: &str| {
        let number = list.iter().position(|other| *other == name)?;
        Some((number, list[number]))
    };
    LOOKS.iter().filter_map(|look| place(look.0)).collect()
}

/// Where a number of pairs stands on a logarithmic axis that has no 0.
fn place(size: u32) -> f64 {
    f64::from(size.max(10))
}

fn series(name: &str, points: impl Iterator<Item = (f64, [f64; 2])>) -> Option<Series> {
    let &(_, label, role, style) = LOOKS.iter().find(|look| look.0 == name)?;
    let (x, values): (Vec<f64>, Vec<[f64; 2]>) = points.unzip();
    let (y, band) = values.into_iter().map(|[y, error]| (y, error)).unzip();
    let width = if role == Role::Theory { 1.8 } else { 1.2 };
    let series = Series::new(label, role, x, y).band(band);
    Some(series.style(style).width(width).measured())
}

/// Recall by the number of background pairs.
fn by_size(results: &Results, title: &str, cue: usize, count: usize) -> CurvePanel {
    let sizes = &results.condition.sizes;
    let mut panel = CurvePanel::new("background pairs (10 stands for none)", "share right")
        .title(title)
        .x_scale(Scale::Log10)
        .y_range(0.0, 1.0);
    for (name, ..) in LOOKS {
        let number = method(name);
        let points = sizes.iter().enumerate().map(|(at, &size)| {
            let cell = [at, number, cue];
            (
                place(size),
                share(results, Vary::Cues, cell, count, triples()),
            )
        });
        if let Some(series) = series(name, points) {
            panel = panel.series(series);
        }
    }
    panel
}

/// Recall by the cosine of a noisy cue, at the last number of background pairs or the first.
fn by_noise(results: &Results, title: &str, size: usize) -> CurvePanel {
    let mut panel = CurvePanel::new("cosine of the cue with the stored one", "share right")
        .title(title)
        .x_range(0.5, 1.0)
        .y_range(0.0, 1.0);
    for (number, name) in in_order(&NOISE_METHODS) {
        let points = COSINES.iter().enumerate().map(|(level, &cosine)| {
            let cell = [size, number, level];
            (
                cosine,
                share(results, Vary::Noise, cell, NOISE_AMONG_ALL, triples()),
            )
        });
        if let Some(series) = series(name, points) {
            panel = panel.series(series);
        }
    }
    panel
}

/// Cosine of what each hop of a chain recalls with the true code.
fn by_hop(results: &Results, title: &str) -> CurvePanel {
    let size = results.condition.sizes.len() - 1;
    let mut panel = CurvePanel::new("hops", "cosine with the true code")
        .title(title)
        .x_range(1.0, HOPS as f64)
        .y_range(0.0, 1.05);
    for (number, name) in in_order(&CHAIN_METHODS) {
        let points = (0..HOPS).map(|hop| {
            let cell = [size, number, hop];
            let cosine = share(results, Vary::Hops, cell, 0, chain_units(results));
            ((hop + 1) as f64, cosine)
        });
        if let Some(series) = series(name, points) {
            panel = panel.series(series);
        }
    }
    panel
}

/// Recurrent recall after each step, for the exact cue and a paraphrase.
fn by_step(results: &Results) -> CurvePanel {
    let sizes = &results.condition.sizes;
    let mut panel = CurvePanel::new("steps", "share right")
        .title("recurrent recall after each step")
        .x_range(1.0, 5.0)
        .y_range(0.0, 1.0);
    let last = sizes.len() - 1;
    let looks = [(0, Role::OneWinner), (last, Role::KWinner)];
    for (at, role) in looks {
        for (cue, what, style) in [
            (EXACT, "exact", LineStyle::Solid),
            (PARAPHRASE, "paraphrase", LineStyle::Dashed),
        ] {
            let points = (1..=5).map(|step| {
                let number = method(&format!("recurrent-inhibition0.5-step{step}"));
                let cell = [at, number, cue];
                let [y, error] = share(results, Vary::Cues, cell, AMONG_ALL, triples());
                (f64::from(step), y, error)
            });
            let points: Vec<(f64, f64, f64)> = points.collect();
            let column = |of: fn(&(f64, f64, f64)) -> f64| points.iter().map(of).collect();
            let label = format!("{what} cue, {} pairs (by step)", sizes[at]);
            let series = Series::new(&label, role, column(|p| p.0), column(|p| p.1));
            panel = panel.series(series.band(column(|p| p.2)).style(style));
        }
    }
    panel
}

/// Paraphrase recall by the length of codes, at the largest background that all of them have.
fn by_length(results: &[&Results]) -> Option<CurvePanel> {
    let first = results.first()?;
    let same = |one: &&&Results| one.condition.background == first.condition.background;
    let lengths: Vec<&Results> = results.iter().filter(same).copied().collect();
    let common = |size: &&u32| {
        let mut all = lengths.iter();
        all.all(|one| one.condition.sizes.contains(size))
    };
    let size = *first.condition.sizes.iter().rev().find(common)?;
    let mut panel = CurvePanel::new("active units of a stored code", "share right")
        .title(&format!("paraphrase by length of codes, {size} pairs"))
        .x_scale(Scale::Log10)
        .y_range(0.0, 1.0);
    for (name, ..) in LOOKS {
        let number = method(name);
        let points = lengths.iter().filter_map(|one| {
            let at = one.condition.sizes.iter().position(|&of| of == size)?;
            let cell = [at, number, PARAPHRASE];
            let y = share(one, Vary::Cues, cell, AMONG_ALL, triples());
            Some((one.condition.active.into(), y))
        });
        if let Some(series) = series(name, points) {
            panel = panel.series(series);
        }
    }
    Some(panel)
}

/// Recall of exp07 in pictures and tables, and what of its claims comes out.
///
/// # Errors
/// [`FigureError`].
pub fn exp07(results: &[&Results]) -> Result<Drawn, FigureError> {
    let mut drawn = Drawn::default();
    let Some(&first) = results.first() else {
        return Ok(drawn);
    };
    let main = Shape::of(&first.condition);
    let name = first.condition.background.name();
    let templated = results
        .iter()
        .find(|one| one.condition.background == Background::Templated);
    let titled = |what: &str| format!("{what}, {name}");
    let last = first.condition.most();
    let mut figure = Figure::new("Recall from another wording, by architecture", 4, 3)
        .subtitle(&subtitle(first))
        .width(960.0)
        .panel(by_size(
            first,
            &titled("paraphrase among test targets"),
            PARAPHRASE,
            AMONG_TESTS,
        ))
        .panel(by_size(
            first,
            &titled("paraphrase among all targets"),
            PARAPHRASE,
            AMONG_ALL,
        ));
    figure = match templated {
        Some(one) => figure.panel(by_size(
            one,
            "paraphrase among all, templated",
            PARAPHRASE,
            AMONG_ALL,
        )),
        None => figure.skip(),
    };
    figure = figure
        .panel(by_size(
            first,
            &titled("exact cue among all"),
            EXACT,
            AMONG_ALL,
        ))
        .panel(by_size(
            first,
            &titled("paraphrase, further cues stored"),
            PARAPHRASE_AUGMENTED,
            AMONG_ALL,
        ))
        .panel(by_step(first))
        .panel(by_noise(first, "noisy cue, no background", 0))
        .panel(by_noise(
            first,
            &format!("noisy cue, {last} pairs"),
            main.sizes - 1,
        ));
    figure = match by_length(results) {
        Some(panel) => figure.panel(panel),
        None => figure.skip(),
    };
    figure = figure.panel(by_hop(first, &format!("chains, {last} pairs, {name}")));
    if let Some(one) = templated {
        let most = one.condition.most();
        figure = figure.panel(by_hop(one, &format!("chains, {most} pairs, templated")));
    }
    let figure = figure.note(&note(first.trials.len()));
    drawn.pictures.push(("exp07".to_owned(), figure));
    drawn.tables = tables::all(results);
    drawn.report = tables::report(results);
    claims::tell(results, &mut drawn);
    Ok(drawn)
}

fn subtitle(first: &Results) -> String {
    let condition = &first.condition;
    format!(
        "{} triples and {} chains of our own; codes of {} of {} units, wide cues {}",
        triples(),
        chains(),
        condition.active,
        condition.units,
        condition.wide()
    )
}

fn note(trials: usize) -> String {
    let over = if trials == 1 {
        "One seed".to_owned()
    } else {
        format!("Means over {trials} seeds; bands: one standard error")
    };
    format!(
        "{over}. A seed sets the projection, the noise and the order of background pairs. Right: the right target's code shares \
         more units with what is recalled than any other; ties are wrong. Where a curve is missing, another hides it."
    )
}

impl Drawable for Setup {
    fn narrowed(results: &Results, _: &Condition, trials: usize) -> Results {
        results.narrowed(trials)
    }

    fn files(results: Vec<Results>) -> Box<dyn RunFiles> {
        Box::new(Files(results))
    }
}

/// Name of the figure.
pub const NAME: &str = "exp07";

/// The figure of the vectors that come with the program.
const SHIPPED: TrialFigure<Setup> = TrialFigure {
    trials: [10, 2],
    conditions: |size| conditions(&Plan::of(size), &Source::Shipped),
    draw: |results, _, _| exp07(results),
};

/// The figure with sizes, or vectors, of one's own.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Its conditions.
    pub conditions: Vec<Condition>,
}

impl Reproduce for Planned {
    fn trials(&self, size: Size) -> u32 {
        SHIPPED.trials(size)
    }

    fn setups(&self, _: Size, seed: u64) -> Result<Vec<AnySetup>, SpecError> {
        AnySetup::all::<Setup>(self.conditions.iter().cloned(), seed)
    }

    fn make<'a>(&self, asked: Asked<'_>, computed: &'a Computed) -> Result<Made<'a>, FigureError> {
        // Whatever was run is of this figure, and knows by now what is in its folder.
        let results = computed.all::<Setup>();
        SHIPPED.of(
            results
                .map(|one| one.narrowed(asked.trials as usize))
                .collect(),
            asked,
        )
    }
}

/// All of them, in the order of the help.
pub static FIGURES: &[Named] = &[Named {
    name: NAME,
    about: "Recall of sentences from another wording: attractor memories over embeddings, beside nearest-neighbour search",
    group: None,
    figure: &SHIPPED,
}];
