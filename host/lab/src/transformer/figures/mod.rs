//! Figures and tables of the transformers (section 3.4, appendices B.3 and B.5 of the paper), and one that goes beyond it.
//!
//! Every figure has `conditions(size)`, what it runs, and a function that draws it from the results of those conditions in
//! that order.

pub mod compare;
pub mod kwinner;
pub mod learning;
pub mod matrices;
pub mod stages;
pub mod tables;
pub mod theorem;
pub mod training;

use std::borrow::Cow;

use crate::figures::numbers::mean;
use crate::figures::output::trials_of;
use crate::figures::{Drawable, Group, Named, RunFiles, Size, TrialFigure};
use crate::transformer::output::{Files, WeightFiles};
use crate::transformer::spec::FINAL_WINDOW;
use crate::transformer::statistics::products;
use crate::transformer::summary::median;
use crate::transformer::{
    Condition, Model, Results, Rule, Setup, Slow, Training, Weights, WinnerBy,
};
use slotless_draw::{ColourScale, Colours, HeatPanel, LineStyle, Role, Series};
use slotless_files::dictionary::FileKind;

/// What is in the files.
pub(crate) const FILES: &[FileKind] = &[
    super::tables::CURVES,
    super::tables::STATISTICS_OF_TRIALS,
    super::raw::ARRAYS,
    super::weights::ARRAYS,
    super::tables::SUMMARY,
    matrices::ENTRIES,
    stages::STRUCTURE,
    stages::HALF_WAY,
    tables::SIMILARITIES,
    theorem::DISTANCES,
    kwinner::ENDING,
];

/// The published training, or a shorter one for a picture in seconds.
#[must_use]
pub fn training(size: Size) -> Training {
    Training {
        batches: match size {
            Size::Paper => 5000,
            Size::Quick => 1500,
        },
        ..Training::default()
    }
}

/// A model with the training of [`training`] and checkpoints at these iterations, as far as it goes.
fn condition(model: Model, size: Size, checkpoints: impl IntoIterator<Item = u32>) -> Condition {
    let training = training(size);
    Condition {
        model,
        training,
        checkpoints: checkpoints
            .into_iter()
            .filter(|&at| at < training.batches)
            .collect(),
    }
}

/// The seven models of the paper.
#[must_use]
pub fn published(size: Size) -> Vec<Condition> {
    let models = Model::published().into_iter();
    models.map(|model| condition(model, size, [])).collect()
}

/// Iterations at the end whose mean is "ending": the last fifth, 1,000 of the published 5,000.
fn window(results: &Results) -> usize {
    (results.condition.training.batches as usize / 5).max(1)
}

/// Colour by rule, as in the paper: black, blue, green, red; dashed without input projections, but the baseline.
fn look(model: &Model) -> (Role, LineStyle) {
    let role = match model.model {
        Rule::Baseline => Role::Theory,
        Rule::Fixed => Role::OneWinner,
        Rule::Mhn => Role::Graded,
        Rule::Qk => Role::KWinner,
        Rule::Hebbian => Role::Slow,
    };
    let style = match (model.model, model.winner_by) {
        (Rule::Baseline, _) | (_, WinnerBy::Projections | WinnerBy::Item) => LineStyle::Solid,
        (_, WinnerBy::Key) => LineStyle::Dashed,
    };
    (role, style)
}

fn captions(results: &[&Results]) -> String {
    let lines: Vec<String> = results.iter().map(|one| one.condition.caption()).collect();
    lines.join("\n")
}

/// "10 trials", or the range where models differ.
fn trials_note(results: &[&Results]) -> String {
    let trials = results.iter().map(|one| one.trials());
    let (low, high) = (trials.clone().min().unwrap_or(0), trials.max().unwrap_or(0));
    if low == high {
        trials_of(u32::try_from(low).unwrap_or(u32::MAX))
    } else {
        format!("{low} to {high} trials")
    }
}

/// A line for each model whose training diverged.
fn diverged(results: &[&Results]) -> Vec<String> {
    let line = |one: &&Results| {
        let mut at = one.diverged.iter().flatten();
        let first = at.clone().min()?;
        let count = at.by_ref().count();
        Some(format!(
            "{}: {count} of {} trials diverged, the first at iteration {first}",
            one.condition.model.name,
            one.trials()
        ))
    };
    results.iter().filter_map(line).collect()
}

/// Means of blocks of `width` values, and the middle of each block, counted from 1.
fn blocks(values: &[f64], width: usize) -> (Vec<f64>, Vec<f64>) {
    let middle =
        |(at, block): (usize, &[f64])| (at * width) as f64 + (block.len() as f64 + 1.0) / 2.0;
    let chunks = values.chunks(width.max(1));
    (
        chunks.clone().enumerate().map(middle).collect(),
        chunks.map(mean).collect(),
    )
}

/// Letters a, b, ..., z, then l26, l27, ...
fn lowercase(letters: usize) -> Vec<String> {
    (0..letters)
        .map(|at| match u8::try_from(at) {
            Ok(at) if at < 26 => char::from(b'a' + at).to_string(),
            _ => format!("l{at}"),
        })
        .collect()
}

fn uppercase(letters: usize) -> Vec<String> {
    let names = lowercase(letters).into_iter();
    names.map(|name| name.to_uppercase()).collect()
}

/// Names of the letters of both cases, in the order of the tokens.
fn both_cases(letters: usize) -> Vec<String> {
    [lowercase(letters), uppercase(letters)].concat()
}

/// Names of the queries: a letter whatever its case.
fn queries(letters: usize) -> Vec<String> {
    let names = lowercase(letters).into_iter().zip(uppercase(letters));
    names.map(|(low, up)| format!("{up}/{low}")).collect()
}

/// A matrix that a figure shows, with its names.
struct Map {
    rows: Vec<String>,
    columns: Vec<String>,
    values: Vec<f64>,
}

impl Map {
    /// `W_V` over the letters: 2 x 2L.
    fn values(weights: &Weights) -> Self {
        let letters = weights.tokens() / 3;
        let entry = |case, token| f64::from(weights.get(Slow::Values, case, token));
        Self {
            rows: ["lower", "upper"].map(str::to_owned).to_vec(),
            columns: both_cases(letters),
            values: (0..2)
                .flat_map(|case| (0..2 * letters).map(move |token| entry(case, token)))
                .collect(),
        }
    }

    /// `W_Q^T W_K`, queries by letters: L x 2L.
    fn query_key(weights: &Weights) -> Self {
        let letters = weights.tokens() / 3;
        Self {
            rows: queries(letters),
            columns: both_cases(letters),
            values: products(
                weights,
                (Slow::Queries, 2 * letters..3 * letters),
                (Slow::Keys, 0..2 * letters),
            ),
        }
    }

    /// `W_K^T W_K` over the letters: 2L x 2L.
    fn key_key(weights: &Weights) -> Self {
        let letters = weights.tokens() / 3;
        Self {
            rows: both_cases(letters),
            columns: both_cases(letters),
            values: products(
                weights,
                (Slow::Keys, 0..2 * letters),
                (Slow::Keys, 0..2 * letters),
            ),
        }
    }

    /// The block of `W_K^T W_K` of uppercase (rows) and lowercase letters: L x L.
    fn upper_lower(weights: &Weights) -> Self {
        let letters = weights.tokens() / 3;
        Self {
            rows: uppercase(letters),
            columns: lowercase(letters),
            values: products(
                weights,
                (Slow::Keys, letters..2 * letters),
                (Slow::Keys, 0..letters),
            ),
        }
    }

    fn largest(&self) -> f64 {
        self.values
            .iter()
            .fold(0.0, |most, value| value.abs().max(most))
    }

    fn panel(self, scale: &ColourScale) -> HeatPanel {
        HeatPanel::new(
            self.rows.len(),
            self.columns.len(),
            self.values,
            scale.clone(),
        )
        .ticks(self.rows, self.columns)
    }
}

/// Colours for entries of both signs, symmetric around 0, up to a round number that no entry of these matrices exceeds.
fn scale<'m>(maps: impl IntoIterator<Item = &'m Map>) -> ColourScale {
    let most = round_bound(maps.into_iter().map(Map::largest).fold(0.0, f64::max));
    ColourScale::new("", -most, most).colours(Colours::Diverging)
}

/// The smallest round number that is at least `most`: such bounds give even a small colour bar its three ticks.
fn round_bound(most: f64) -> f64 {
    let most = most.max(1e-3);
    let power = 10_f64.powf(most.log10().floor());
    let bounds = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 5.0, 6.0, 7.5, 10.0].map(|bound| bound * power);
    bounds
        .into_iter()
        .find(|&bound| bound >= most)
        .unwrap_or(10.0 * power)
}

/// A curve over iterations counted from 1, drawn as means over blocks of `width`.
fn curve(label: &str, (role, style): (Role, LineStyle), values: &[f64], width: usize) -> Series {
    let (x, y) = blocks(values, width);
    Series::new(label, role, x, y).style(style).measured()
}

/// A figure of this family.
pub type Figure = TrialFigure<Setup>;

impl Drawable for Setup {
    fn narrowed(results: &Results, condition: &Condition, trials: usize) -> Results {
        results.narrowed(condition, trials)
    }

    fn files(results: Vec<Results>) -> Box<dyn RunFiles> {
        Box::new(Files {
            results: results.into_iter().map(Cow::Owned).collect(),
            window: FINAL_WINDOW,
            weights: WeightFiles::LeftOut,
        })
    }
}

/// All of them, in the order of the help.
pub static FIGURES: &[Named] = &[
    Named {
        name: "fig7",
        about: "Figure 7: accuracy of the transformers, every run and by iteration",
        group: Some(Group::Transformer),
        figure: &Figure {
            trials: [10, 4],
            conditions: published,
            draw: |results, _, _| learning::fig7(results),
        },
    },
    Named {
        name: "s9",
        about: "A single run of the baseline transformer: curves and matrices",
        group: Some(Group::Transformer),
        figure: &Figure {
            trials: [1, 1],
            conditions: matrices::s9_conditions,
            draw: |results, _, _| matrices::s9(results),
        },
    },
    Named {
        name: "s10",
        about: "A single run of the QK transformer with projections: curves and matrices",
        group: Some(Group::Transformer),
        figure: &Figure {
            trials: [1, 1],
            conditions: matrices::s10_conditions,
            draw: |results, _, _| matrices::s10(results),
        },
    },
    Named {
        name: "s11",
        about: "Loss of the transformers, every run and by iteration",
        group: Some(Group::Transformer),
        figure: &Figure {
            trials: [10, 4],
            conditions: published,
            draw: |results, _, _| learning::s11(results),
        },
    },
    Named {
        name: "s12",
        about: "What the baseline transformer learns first",
        group: Some(Group::Transformer),
        figure: &Figure {
            trials: [10, 4],
            conditions: stages::s12_conditions,
            draw: |results, _, _| stages::s12(results),
        },
    },
    Named {
        name: "s13",
        about: "What the QK transformer with projections learns first",
        group: Some(Group::Transformer),
        figure: &Figure {
            trials: [10, 4],
            conditions: stages::s13_conditions,
            draw: |results, _, _| stages::s13(results),
        },
    },
    Named {
        name: "tables",
        about: "Tables S1 to S3, and how they compare with the published ones",
        group: Some(Group::Transformer),
        figure: &Figure {
            trials: [30, 4],
            conditions: tables::conditions,
            draw: |results, _, _| tables::tables(results),
        },
    },
    Named {
        name: "theorem7",
        about: "Theorem 7: W_V learns the case while W_Q and W_K stay",
        group: Some(Group::Transformer),
        figure: &Figure {
            trials: [5, 2],
            conditions: theorem::conditions,
            draw: |results, _, _| theorem::theorem7(results),
        },
    },
    Named {
        name: "kwinner-attention",
        about: "K winners in the transformer's memory: accuracy by K and length of the context (beyond the paper)",
        group: None,
        figure: &Figure {
            trials: [3, 1],
            conditions: kwinner::conditions,
            draw: |results, _, _| kwinner::kwinner_attention(results),
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_average_and_stand_in_the_middle() {
        let (x, y) = blocks(&[1.0, 3.0, 5.0, 7.0, 10.0], 2);
        assert_eq!((x, y), (vec![1.5, 3.5, 5.0], vec![2.0, 6.0, 10.0]));
    }

    #[test]
    fn bounds_are_round_and_cut_nothing() {
        let near =
            |most: f64, bound: f64| assert!((round_bound(most) - bound).abs() < 1e-9, "{most}");
        near(1.0, 1.0);
        near(1.04, 1.2);
        near(1.21, 1.5);
        near(8.1, 10.0);
        near(0.31, 0.5);
        near(0.0, 0.001);
    }

    #[test]
    fn tokens_have_the_names_of_the_paper() {
        assert_eq!(both_cases(2), ["a", "b", "A", "B"]);
        assert_eq!(queries(2), ["A/a", "B/b"]);
        assert_eq!(lowercase(27)[26], "l26");
    }
}
