//! Figures 7 and S11: accuracy and loss of the seven models.

use ndarray::Array2;

use super::{blocks, captions, curve, diverged, look, median, trials_note, window};
use crate::figures::{Drawn, FigureError};
use crate::run::manifest::Check;
use crate::transformer::summary::reaches;
use crate::transformer::{Condition, Results, Rule, WinnerBy};
use slotless_draw::{CurvePanel, Figure, MarkPanel};

/// Iterations that a point of a curve averages.
const SMOOTH: usize = 20;

/// Which curve of the trials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    Accuracy,
    Loss,
}

impl Measure {
    fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::Loss => "loss",
        }
    }

    fn of(self, results: &Results) -> &Array2<f32> {
        match self {
            Self::Accuracy => &results.accuracy,
            Self::Loss => &results.loss,
        }
    }
}

/// Figure 7: ending accuracy of every run by model (A), and the median accuracy by iteration (B).
///
/// # Errors
/// [`FigureError`].
pub fn fig7(results: &[&Results]) -> Result<Drawn, FigureError> {
    let mut drawn = draw(
        "fig7",
        "Accuracy of the transformers",
        Measure::Accuracy,
        results,
    )?;
    drawn.checks = claims(results);
    Ok(drawn)
}

/// S11: the same of the loss.
///
/// # Errors
/// [`FigureError`].
pub fn s11(results: &[&Results]) -> Result<Drawn, FigureError> {
    draw("s11", "Loss of the transformers", Measure::Loss, results)
}

fn draw(
    name: &str,
    title: &str,
    measure: Measure,
    results: &[&Results],
) -> Result<Drawn, FigureError> {
    let what = measure.name();
    let last = results.first().map_or(1, |one| window(one));
    let mut ending = MarkPanel::new("", &format!("mean {what}, last {last} iterations"));
    let mut by_iteration = CurvePanel::new("iteration", &format!("median {what}"));
    if measure == Measure::Accuracy {
        ending = ending.y_range(0.7, 1.005);
        by_iteration = by_iteration.y_range(0.4, 1.005).reference(0.5);
    }
    let mut drawn = Drawn {
        report: diverged(results),
        ..Drawn::default()
    };
    for one in results {
        let model = &one.condition.model;
        let (role, style) = look(model);
        let values = Results::ending(measure.of(one), window(one));
        let by = Results::median(measure.of(one));
        by_iteration = by_iteration.series(curve(&model.name, (role, style), &by, SMOOTH));
        ending = ending.category(&model.name, role, values.clone());
        drawn.report.push(line(one, measure, &values, &by));
    }
    let figure = Figure::new(title, 1, 2)
        .subtitle(&captions(results))
        .note(&format!(
            "{} per model. B: medians over trials, averaged over {SMOOTH} iterations; dashed: without input projections.",
            trials_note(results)
        ))
        .width(980.0)
        .panel(ending)
        .panel(by_iteration);
    drawn.pictures.push((name.to_owned(), figure));
    Ok(drawn)
}

/// What a model does, in numbers.
fn line(one: &Results, measure: Measure, values: &[f64], curve: &[f64]) -> String {
    let finite = || values.iter().copied().filter(|value| !value.is_nan());
    let (low, high) = (
        finite().fold(f64::INFINITY, f64::min),
        finite().fold(0.0, f64::max),
    );
    let mut text = format!(
        "{}: ending {} {:.4} (median over trials; {low:.4} to {high:.4})",
        one.condition.model.name,
        measure.name(),
        median(values),
    );
    if measure == Measure::Accuracy {
        let below = finite().filter(|&value| value < 0.99).count();
        text += &format!(", {below} of {} trials below .99", values.len());
        text += &match reaches(one, LEVEL, SMOOTH) {
            Some(at) => format!(", {LEVEL} first reached by the median at iteration {at}"),
            None => format!(", {LEVEL} never reached by the median"),
        };
        if let Some(rise) = Rise::of(curve) {
            text += &format!(
                ", highest {:.3} in the first {EARLY} iterations, lowest {:.3} after that",
                rise.peak, rise.dip
            );
        }
    }
    text
}

/// Accuracy that counts as knowing the task.
const LEVEL: f64 = 0.99;

/// Iterations in which models that learn quickly have risen.
const EARLY: usize = 1000;

/// A median that rises, and what becomes of it.
struct Rise {
    /// The highest mean of a block in the first [`EARLY`] iterations.
    peak: f64,
    /// The lowest after that block.
    dip: f64,
}

impl Rise {
    fn of(curve: &[f64]) -> Option<Self> {
        let (_, means) = blocks(curve, SMOOTH);
        let early = means.len().min(EARLY / SMOOTH);
        let best = (0..early).max_by(|&a, &b| means[a].total_cmp(&means[b]))?;
        Some(Self {
            peak: means[best],
            dip: means[best..].iter().copied().fold(means[best], f64::min),
        })
    }
}

/// What section 3.4 says of accuracies, where training is as long as there.
fn claims(results: &[&Results]) -> Vec<Check> {
    let find = |rule, winner_by| {
        results.iter().copied().find(|one| {
            let Condition {
                model, training, ..
            } = &one.condition;
            (model.model, model.winner_by) == (rule, winner_by) && training.batches >= 5000
        })
    };
    let ending = |one: &Results| median(&Results::ending(&one.accuracy, window(one)));
    // A level that is never reached counts as reached after the end.
    let at = |one: &Results| {
        let end = one.condition.training.batches as usize + 1;
        reaches(one, LEVEL, SMOOTH).unwrap_or(end) as f64
    };
    let mut checks = Vec::new();
    let mut within =
        |name: &str, value, low, high| checks.push(Check::within(name, value, low, high));
    let baseline = find(Rule::Baseline, WinnerBy::Key);
    if let Some(one) = baseline {
        within("baseline: median ending accuracy", ending(one), 0.999, 1.0);
    }
    if let Some(one) = find(Rule::Qk, WinnerBy::Projections) {
        within(
            "QK + projections: median ending accuracy",
            ending(one),
            0.999,
            1.0,
        );
        within(
            "QK + projections: iteration at which the median reaches .99",
            at(one),
            1.0,
            1000.0,
        );
        if let Some(slots) = baseline {
            let lead = at(slots) - at(one);
            within(
                "QK + projections: iterations ahead of the baseline there",
                lead,
                1.0,
                5000.0,
            );
        }
    }
    if let Some(one) = find(Rule::Fixed, WinnerBy::Projections) {
        within(
            "fixed W_K + projections: median ending accuracy",
            ending(one),
            0.98,
            1.0,
        );
    }
    if let Some(one) = find(Rule::Mhn, WinnerBy::Projections)
        && let Some(rise) = Rise::of(&Results::median(&one.accuracy))
    {
        within(
            "MHN + projections: highest median accuracy in the first 1,000 iterations",
            rise.peak,
            0.95,
            1.0,
        );
        within(
            "MHN + projections: how far it falls after that",
            rise.peak - rise.dip,
            0.03,
            0.3,
        );
    }
    checks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rise_is_followed_by_its_lowest_block() {
        let block = |value| [value; SMOOTH];
        let curve = [0.5, 0.9, 0.7, 0.8].map(block).concat();
        let rise = Rise::of(&curve).unwrap();
        assert!((rise.peak - 0.9).abs() < 1e-12 && (rise.dip - 0.7).abs() < 1e-12);
        // What comes after the first 1,000 iterations is no early peak, and what came before the peak no dip.
        let late = [
            vec![0.1; EARLY - SMOOTH],
            vec![0.4; SMOOTH],
            vec![0.6; EARLY],
        ]
        .concat();
        let rise = Rise::of(&late).unwrap();
        assert!((rise.peak - 0.4).abs() < 1e-12 && (rise.dip - 0.4).abs() < 1e-12);
        assert!(Rise::of(&[]).is_none());
    }
}
