//! Beyond the paper: the K-winner ensemble as the transformer's memory, against the number of winners and the length of the
//! context.
//!
//! With K winners every item of the context is stored in K hidden units, and the softmax over all units recalls. Units that
//! store nothing keep their random start and take part in it: the share of an item in what is recalled, K / n_h before there is
//! any attention, is what a model learns from. So all networks here have the same few hidden units, and the alphabet is as
//! long as the context, as in the paper (L = C). Rates of `W_Q` and `W_V` are lower than the published ones (0.002 instead of
//! 0.005): the items of unused units, of 3L tokens each, make the higher ones unstable for long alphabets.

use super::{diverged, trials_note, window};
use crate::figures::declared::file_kind;
use crate::figures::{Drawn, FigureError, Size, Table};
use crate::transformer::summary::mean_deviation;
use crate::transformer::tables::{CONDITION, MODEL};
use crate::transformer::{Condition, Model, Results, Rule, Training, WinnerBy};
use slotless_draw::{CurvePanel, Figure, LineStyle, Role, Scale, Series};
use slotless_files::dictionary::Variable;

file_kind! {
    /// A row per condition
    pub(crate) ENDING: "kwinner-attention_ending.csv" by "reproduce kwinner-attention" {
        CONDITION,
        MODEL,
        Variable::text("winner_by", "What chooses the hidden units that store an item: the parameter of this name"),
        Variable::integer("hidden_winners", "units", "Hidden units K that store an item"),
        Variable::integer("context", "items", "Items of a context C"),
        Variable::integer("n_h", "units", "Hidden units of the module"),
        Variable::integer("trials", "trials", "Trials"),
        Variable::number("accuracy", "share", "Share answered correctly over the last iterations, mean over trials"),
        Variable::number("accuracy_se", "share", "Standard error of accuracy over trials"),
    }
}

/// Length of keys.
const KEYS: u32 = 50;

/// Winners K.
const WINNERS: [u32; 4] = [1, 2, 4, 8];

/// Items of a context C.
const CONTEXTS: [u32; 5] = [2, 4, 8, 16, 26];

/// Hidden units, of every network.
const UNITS: u32 = 32;

/// Rate of `W_Q` and `W_V`; that of `W_K` is the published one.
const RATE: f64 = 0.002;

const COLOURS: [Role; 5] = [
    Role::OneWinner,
    Role::Graded,
    Role::KWinner,
    Role::Slow,
    Role::Other(1),
];

/// What chooses the winners, in the order of the rows.
const CHOICES: [WinnerBy; 2] = [WinnerBy::Key, WinnerBy::Projections];

fn choice_name(choice: WinnerBy) -> &'static str {
    match choice {
        WinnerBy::Key => "winners by key",
        WinnerBy::Projections => "winners by key and input projections",
        WinnerBy::Item => "winners by item",
    }
}

/// The contexts of a size.
fn contexts(size: Size) -> &'static [u32] {
    match size {
        Size::Paper => &CONTEXTS,
        Size::Quick => &CONTEXTS[..3],
    }
}

/// Every number of winners with every length of the context, without input projections, and with them where there are units
/// enough (2 L K).
#[must_use]
pub fn conditions(size: Size) -> Vec<Condition> {
    let training = Training {
        batches: match size {
            Size::Paper => 10_000,
            Size::Quick => 300,
        },
        ..Training::default()
    };
    let mut conditions = Vec::new();
    for choice in CHOICES {
        for winners in WINNERS {
            for &context in contexts(size) {
                let mut model = Model::of(Rule::Qk, choice);
                let projected = if choice == WinnerBy::Projections {
                    ", projections"
                } else {
                    ""
                };
                model.name = format!("K {winners}, C {context}{projected}");
                (model.letters, model.context, model.n) = (context, context, KEYS);
                (model.n_h, model.hidden_winners) = (UNITS, winners);
                (model.rate_q, model.rate_v) = (RATE, RATE);
                if model.least_hidden() > UNITS {
                    continue;
                }
                conditions.push(Condition {
                    model,
                    training,
                    checkpoints: Vec::new(),
                });
            }
        }
    }
    conditions
}

/// Accuracy of a model that knows the cases of the context and not which letter is which: it answers the commoner case, which
/// `max(u, C - u)` of C items have where u of them are uppercase.
fn majority(context: u32) -> f64 {
    let items = f64::from(context);
    // Probability of u uppercase letters, and the sum so far.
    let (mut probability, mut sum) = (0.5_f64.powf(items), 0.0);
    for upper in (0..=context).map(f64::from) {
        sum += probability * upper.max(items - upper) / items;
        probability *= (items - upper) / (upper + 1.0);
    }
    sum
}

/// Ending accuracy of a condition: mean and standard error over trials.
fn ending(one: &Results) -> (f64, f64) {
    let values = Results::ending(&one.accuracy, window(one));
    let [mean, deviation] = mean_deviation(values.iter().copied());
    (mean, deviation / (values.len() as f64).sqrt())
}

/// Ending accuracy against C by K, and against K by C.
///
/// # Errors
/// [`FigureError`].
pub fn kwinner_attention(results: &[&Results]) -> Result<Drawn, FigureError> {
    let mut drawn = Drawn {
        report: diverged(results),
        ..Drawn::default()
    };
    let Some(first) = results.first() else {
        return Ok(drawn);
    };
    let contexts = results.iter().map(|one| one.condition.model.context);
    let longest = contexts.max().unwrap_or(1);
    let mut figure = Figure::new("K-winner attention: accuracy by winners and length of the context", 2, 2)
        .subtitle(&first.condition.caption())
        .note(&format!(
            "{}; accuracy over the last {} of {} iterations, bands: mean \u{b1} one standard error. Above, the first network: the \
             others differ in 𝐾, in L = 𝐶, and in how winners are chosen. With input projections 2𝐿𝐾 units at the least.",
            trials_note(results),
            window(first),
            first.condition.training.batches
        ))
        .width(900.0);
    for choice in CHOICES {
        let of: Vec<&Results> = results
            .iter()
            .copied()
            .filter(|one| one.condition.model.winner_by == choice)
            .collect();
        let [by_context, by_winners] = panels(choice, &of, longest);
        figure = figure.panel(by_context).panel(by_winners);
        report(&mut drawn, choice, &of);
    }
    let rows = results.iter().map(|one| {
        let model = &one.condition.model;
        let (accuracy, error) = ending(one);
        vec![
            one.condition.slug(),
            model.name.clone(),
            model.winner_by.to_string(),
            model.hidden_winners.to_string(),
            model.context.to_string(),
            model.n_h.to_string(),
            one.trials().to_string(),
            accuracy.to_string(),
            error.to_string(),
        ]
    });
    drawn.tables.push(Table::new(
        "kwinner-attention_ending.csv",
        &ENDING,
        rows.collect(),
    ));
    drawn
        .pictures
        .push(("kwinner-attention".to_owned(), figure));
    Ok(drawn)
}

/// Ending accuracy along one parameter, a curve for each value of the other; contexts up to the longest of all.
fn panels(choice: WinnerBy, results: &[&Results], longest: u32) -> [CurvePanel; 2] {
    let winners = |one: &Results| one.condition.model.hidden_winners;
    let context = |one: &Results| one.condition.model.context;
    let panel = |label: &str| {
        CurvePanel::new(label, "ending accuracy")
            .title(choice_name(choice))
            .x_scale(Scale::Log10)
            .y_range(0.4, 1.01)
            .reference(0.5)
    };
    let series = |name: String, role: Role, of: Vec<&&Results>, x: &dyn Fn(&Results) -> u32| {
        let at: Vec<f64> = of.iter().map(|one| f64::from(x(one))).collect();
        let (y, error): (Vec<f64>, Vec<f64>) = of.iter().map(|one| ending(one)).unzip();
        Series::new(&name, role, at, y).band(error)
    };
    let range = |from: u32, to: u32| (f64::from(from), f64::from(to));
    let (from, to) = range(CONTEXTS[0], longest);
    let mut by_context = panel("items of a context 𝐶").x_range(from, to);
    let shown = CONTEXTS.into_iter().filter(|&context| context <= longest);
    let (x, y) = shown
        .map(|context| (f64::from(context), majority(context)))
        .unzip();
    let guess = Series::new("commoner case of the context", Role::Fit, x, y);
    by_context = by_context.series(guess);
    for (k, role) in WINNERS.into_iter().zip(COLOURS) {
        let of: Vec<&&Results> = results.iter().filter(|one| winners(one) == k).collect();
        // A single point draws no line.
        if of.len() > 1 {
            by_context = by_context.series(series(format!("K = {k}"), role, of, &context));
        }
    }
    let (from, to) = range(WINNERS[0], WINNERS[WINNERS.len() - 1]);
    let mut by_winners = panel("winners 𝐾").x_range(from, to);
    for (c, role) in CONTEXTS.into_iter().zip(COLOURS) {
        let of: Vec<&&Results> = results.iter().filter(|one| context(one) == c).collect();
        if of.len() > 1 {
            let line = series(format!("C = {c}"), role, of, &winners);
            by_winners = by_winners.series(line.style(LineStyle::Dashed));
        }
    }
    [by_context, by_winners]
}

/// The accuracies of one row, and which K is best for each C.
fn report(drawn: &mut Drawn, choice: WinnerBy, results: &[&Results]) {
    for context in CONTEXTS {
        let of: Vec<&&Results> = results
            .iter()
            .filter(|one| one.condition.model.context == context)
            .collect();
        if of.is_empty() {
            continue;
        }
        let parts: Vec<String> = of
            .iter()
            .map(|one| {
                format!(
                    "K {} {:.3}",
                    one.condition.model.hidden_winners,
                    ending(one).0
                )
            })
            .collect();
        drawn.report.push(format!(
            "{}, C {context}: ending accuracy {} (the commoner case alone: {:.3})",
            choice_name(choice),
            parts.join(", "),
            majority(context)
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commoner_case_is_right_more_often_than_not() {
        // One item: always. Two: 1/2 1 + 1/2 1/2. Three: 1/4 1 + 3/4 2/3. Four: 2/16 1 + 8/16 3/4 + 6/16 1/2.
        for (context, share) in [(1, 1.0), (2, 0.75), (3, 0.75), (4, 0.6875)] {
            assert!((majority(context) - share).abs() < 1e-12, "{context}");
        }
        assert!((0.57..0.58).contains(&majority(26)));
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
        // 2 L K <= 32: four, three, two and one number of winners for C = 2, 4, 8 and 16.
        let projected = |one: &&Condition| one.model.winner_by == WinnerBy::Projections;
        assert_eq!(conditions(Size::Paper).iter().filter(projected).count(), 10);
    }
}
