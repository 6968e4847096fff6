//! Pictures of any set of trained transformers.

use ndarray::Array2;

use crate::figures::numbers::mean;
use crate::figures::swept::{Measure, Values, swept};
use crate::figures::{Drawn, FigureError};
use crate::transformer::Results;
use crate::transformer::spec::Sweep;
use slotless_draw::{CurvePanel, Figure, LineStyle, Role, Series};

/// Points of a curve that a picture has room for.
const POINTS: usize = 250;

/// The colour and line of model number `index`.
fn look(index: usize) -> (Role, LineStyle) {
    let roles = [
        Role::OneWinner,
        Role::KWinner,
        Role::Graded,
        Role::Slow,
        Role::Other(0),
        Role::Other(1),
        Role::Other(2),
        Role::Other(3),
    ];
    let styles = [LineStyle::Solid, LineStyle::Dashed, LineStyle::Dotted];
    let style = styles[index / roles.len() % styles.len()];
    (roles[index % roles.len()], style)
}

/// The medians of a curve over trials, averaged over stretches of iterations: x is the last iteration of each.
fn thinned(curve: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let each = curve.len().div_ceil(POINTS).max(1);
    let parts = curve.chunks(each).enumerate();
    parts
        .map(|(number, part)| {
            let last = number * each + part.len();
            (last as f64, mean(part))
        })
        .unzip()
}

/// Adds the picture of a grid: how training ended, against what was swept; or, to the report, why there is none. Endings are
/// means over the last `window` iterations.
pub fn add_swept(drawn: &mut Drawn, name: &str, results: &[&Results], window: usize) {
    let conditions: Vec<Values> = results
        .iter()
        .map(|one| Sweep::values(&one.condition))
        .collect();
    let longest = results.iter().map(|one| one.accuracy.ncols()).max();
    let window = window.min(longest.unwrap_or(1).max(1));
    let of = |what: &str, curve: fn(&Results) -> &Array2<f32>, range| Measure {
        label: format!("{what}, mean of the last {window} iterations"),
        values: results
            .iter()
            .map(|one| Results::ending(curve(one), window))
            .collect(),
        range,
    };
    let measures = [
        of("accuracy", |one| &one.accuracy, Some((0.0, 1.02))),
        of("loss", |one| &one.loss, None),
    ];
    let trials = results.iter().map(|one| one.trials()).max().unwrap_or(0);
    let note = format!("{trials} trials; bands: mean \u{b1} one standard error.");
    match swept("How training ended", &conditions, &measures, &note) {
        Ok(Some(figure)) => drawn.pictures.push((format!("{name}_ending"), figure)),
        Ok(None) => {}
        Err(why) => {
            let line = format!("no picture over what is swept: {why}");
            drawn.report.push(line);
        }
    }
}

/// Accuracy and loss by iteration: the median over trials of every condition.
///
/// # Errors
/// [`FigureError`].
pub fn learning(name: &str, results: &[&Results]) -> Result<Drawn, FigureError> {
    let mut accuracy = CurvePanel::new("iteration", "accuracy")
        .y_range(0.0, 1.0)
        .reference(0.5);
    let mut loss = CurvePanel::new("iteration", "loss");
    let mut each = 1;
    for (index, one) in results.iter().enumerate() {
        let (role, style) = look(index);
        let label = &one.condition.model.name;
        let series = |curve| {
            let (x, y) = thinned(&Results::median(curve));
            Series::new(label, role, x, y).style(style)
        };
        accuracy = accuracy.series(series(&one.accuracy));
        loss = loss.series(series(&one.loss));
        each = each.max(one.accuracy.ncols().div_ceil(POINTS));
    }
    // Losses on their way to divergence would leave no room for the others.
    let whole = results
        .iter()
        .filter(|one| one.diverged.iter().all(Option::is_none));
    let most = whole.flat_map(|one| Results::median(&one.loss));
    let most = most.fold(0.0, f64::max);
    if most > 0.0
        && results
            .iter()
            .any(|one| one.diverged.iter().any(Option::is_some))
    {
        loss = loss.y_range(0.0, 1.05 * most);
    }
    // More lines would push the panels off the page.
    let captions: Vec<String> = match results.len() {
        0..=4 => results.iter().map(|one| one.condition.caption()).collect(),
        _ => Vec::new(),
    };
    let trials = results.iter().map(|one| one.trials()).max().unwrap_or(0);
    let mut note = format!("Medians of {trials} trials");
    if each > 1 {
        note += &format!(", averaged over {each} iterations");
    }
    let figure = Figure::new("Accuracy and loss by iteration", 1, 2)
        .subtitle(&captions.join("\n"))
        .panel(accuracy)
        .panel(loss)
        .note(&format!("{note}."));
    Ok(Drawn {
        pictures: vec![(name.to_owned(), figure)],
        ..Drawn::default()
    })
}
