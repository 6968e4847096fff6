//! What memories lose to what is learned after: lists that share their items (A-B, A-C), lists of a context, and longer lists.

use slotless_core::kwinner::Assignment;
use slotless_draw::{CurvePanel, Figure, LegendPlace, Role, Scale, Series};
use slotless_files::dictionary::Variable;

use super::frontier::{main_designs, role_of};
use super::paper::{cue_title, trials_note};
use super::retention::Quantity;
use crate::figures::declared::file_kind;
use crate::figures::numbers::rounded;
use crate::figures::{Drawn, FigureError, Size, Table};
use crate::memory::columns::{CUE as CUE_LEVEL, DATA, NETWORK};
use crate::memory::curves::Curves;
use crate::memory::published::protocol;
use crate::memory::{Condition, Data, Intrusions, Measured, Network, Outcomes, Protocol};

/// Kilobits of storage of each memory.
const KBIT: u32 = 400;
/// Pairs of a list.
const PAIRS: u32 = 50;
/// Shares of a cue that are the context of its list.
const CONTEXTS: [f64; 5] = [0.0, 0.05, 0.1, 0.2, 0.4];
/// Cue level of lists that are recalled from a part of each pattern.
const CUE: f64 = 0.5;
/// Lengths of lists, as far as there are ages.
const LENGTHS: [usize; 10] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/// The memories: those of the frontier, and K winners drawn at random.
fn designs() -> Vec<Network> {
    let mut designs = main_designs(KBIT);
    let random = Network {
        name: "K random winners".to_owned(),
        assignment: Assignment::RandomK,
        ..designs[0].clone()
    };
    designs.insert(2, random);
    designs
}

/// Two lists of pairs after a burn-in: with the same items, or, for control, with items of their own.
fn lists(size: Size, lists: u32, context: f64) -> (Data, Protocol) {
    let protocol = Protocol {
        learned: 2 * PAIRS,
        intrusions: Intrusions::Counted,
        ..protocol(size, &[1.0])
    };
    (Data::Pairs { lists, context }, protocol)
}

/// Of each memory: both lists for each share of context, the control, and single patterns for lists of any length.
pub(super) fn conditions(size: Size) -> Vec<Condition> {
    let mut all = Vec::new();
    for network in designs() {
        let mut add = |(data, protocol)| {
            all.push(Condition {
                network: network.clone(),
                data,
                protocol,
            });
        };
        CONTEXTS
            .iter()
            .for_each(|&context| add(lists(size, 2, context)));
        add(lists(size, 1, 0.0));
        add((Data::Random, protocol(size, &[CUE])));
    }
    all
}

/// Conditions of a memory.
const EACH: usize = CONTEXTS.len() + 2;

/// What was measured of a memory.
struct Of<'m, 'r> {
    network: &'m Network,
    role: Role,
    /// Both lists, for each share of context.
    shared: Vec<&'m Measured<'r>>,
    /// Lists with items of their own.
    control: &'m Measured<'r>,
    /// Single patterns.
    single: &'m Measured<'r>,
}

impl<'m, 'r> Of<'m, 'r> {
    fn all(measured: &'m [Measured<'r>]) -> Vec<Self> {
        let of = |own: &'m [Measured<'r>]| {
            let network = &own[0].results.condition.network;
            let role = match network.assignment {
                Assignment::RandomK => Role::Fit,
                Assignment::Competitive => role_of(network.memory, &network.name),
            };
            Self {
                network,
                role,
                shared: own[..CONTEXTS.len()].iter().collect(),
                control: &own[CONTEXTS.len()],
                single: &own[CONTEXTS.len() + 1],
            }
        };
        measured.chunks_exact(EACH).map(of).collect()
    }
}

/// The curves of a condition with one cue level.
fn curves<'m>(one: &'m Measured<'_>) -> Option<&'m Curves> {
    one.curves.first()?.first()
}

/// A list: its name, and its ages from 0.
const LISTS: [(&str, [usize; 2]); 2] = [
    ("A-C", [0, PAIRS as usize]),
    ("A-B", [PAIRS as usize, 2 * PAIRS as usize]),
];

/// Mean accuracy of some ages, from 0.
fn accuracy(one: &Measured<'_>, [from, to]: [usize; 2]) -> f64 {
    curves(one).map_or(f64::NAN, |curves| mean(&curves.real.mean[from..to]))
}

/// Standard error of that mean over trials.
fn standard_error(one: &Measured<'_>, [from, to]: [usize; 2]) -> f64 {
    let shares = one.results.accuracy(0, crate::memory::Kind::Real);
    let means: Vec<f64> = shares
        .rows()
        .into_iter()
        .map(|row| mean(&row.to_vec()[from..to]))
        .collect();
    let (count, centre) = (means.len() as f64, mean(&means));
    if means.len() < 2 {
        return f64::NAN;
    }
    let variance = means
        .iter()
        .map(|one| (one - centre) * (one - centre))
        .sum::<f64>()
        / count;
    libm::sqrt(variance / count)
}

/// Mean outcomes of some ages.
fn outcomes(one: &Measured<'_>, [from, to]: [usize; 2]) -> Option<Outcomes> {
    let all = curves(one)?.outcomes.as_ref()?;
    let mean = |of: fn(&Outcomes) -> f64| mean(&all[from..to].iter().map(of).collect::<Vec<_>>());
    Some(Outcomes {
        recalled: mean(|one| one.recalled),
        intrusions: mean(|one| one.intrusions),
        spurious: mean(|one| one.spurious),
    })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The figure and its tables.
pub(super) fn draw(measured: &[Measured<'_>]) -> Result<Drawn, FigureError> {
    let all = Of::all(measured);
    let x: Vec<f64> = (1..=2 * PAIRS).map(f64::from).collect();
    const AGE: &str = "age (pairs, 1 = newest)";
    let by_age = |title: &str, label: &str| {
        CurvePanel::new(AGE, label)
            .title(title)
            .x_range(0.0, f64::from(2 * PAIRS))
            .y_range(0.0, 1.05)
            .boundary(f64::from(PAIRS) + 0.5, "")
    };
    let mut shared = by_age("A-B, then A-C", "accuracy");
    let mut control = by_age("control: items of their own", "accuracy");
    let mut intruded = by_age("A-B, then A-C", "intrusions (share of answers)");
    let mut contexts = CurvePanel::new("context (share of the cue)", "accuracy of list A-B")
        .title("with a context of each list")
        .x_range(-0.01, 0.42)
        .y_range(0.0, 1.05);
    let ages = all.first().map_or(1, |of| of.single.ages());
    let lengths: Vec<usize> = LENGTHS
        .into_iter()
        .filter(|&length| length <= ages)
        .collect();
    let by_length = |title: &str, label: &str| {
        CurvePanel::new("patterns of the list", label)
            .title(title)
            .x_scale(Scale::Log10)
            .x_range(0.9, 1.1 * ages as f64)
    };
    let mut recall =
        by_length(&format!("recall, {}", cue_title(CUE)), "accuracy").y_range(0.0, 1.05);
    let mut recognition = by_length(
        &format!("recognition, {}", cue_title(CUE)),
        "AUC of the match score",
    )
    .y_range(0.4, 1.03);
    for of in &all {
        let name = of.network.name.as_str();
        let line = |y: Vec<f64>| Series::new("", of.role, x.clone(), y).width(1.2);
        if let Some(curves) = curves(of.shared[0]) {
            let band = curves.real.standard_error.clone();
            let own = Series::new(name, of.role, x.clone(), curves.real.mean.clone());
            shared = shared.series(own.width(1.2).band(band));
            let others = curves.outcomes.iter().flatten().map(|one| one.intrusions);
            intruded = intruded.series(line(others.collect()));
        }
        if let Some(curves) = curves(of.control) {
            let band = curves.real.standard_error.clone();
            control = control.series(line(curves.real.mean.clone()).band(band));
        }
        let of_context = of
            .shared
            .iter()
            .map(|one| accuracy(one, LISTS[1].1))
            .collect();
        contexts =
            contexts.series(Series::new("", of.role, CONTEXTS.to_vec(), of_context).width(1.2));
        let at: Vec<f64> = lengths.iter().map(|&length| length as f64).collect();
        let [of_recall, of_recognition] = by_lengths(of.single, &lengths);
        recall = recall.series(Series::new("", of.role, at.clone(), of_recall).width(1.2));
        recognition = recognition.series(Series::new("", of.role, at, of_recognition).width(1.2));
    }
    let note = format!(
        "{} A to D: lists of {PAIRS} pairs; the cue is A and the context of its list, accuracy that of the other half of the units; \
         dashed: where list A-B begins. Intrusions: answers that are rather those of another pair. E, F: the newest patterns, so many. Curves at 1 lie on each other.",
        trials_note(measured, &[Quantity::Accuracy])
    );
    let figure = Figure::new(
        "What is learned after takes from what was learned before",
        2,
        3,
    )
    .subtitle(&format!(
        "{KBIT} kbit of storage each; patterns of 1000 units, 100 ones; pairs of two halves"
    ))
    .legend(LegendPlace::Below)
    .note(&note)
    .panel(shared)
    .panel(control)
    .panel(intruded)
    .panel(contexts)
    .panel(recall)
    .panel(recognition);
    Ok(Drawn {
        // Other weights, data and fewer trials than those of the reference.
        referenced: Some(Vec::new()),
        pictures: vec![("interference".to_owned(), figure)],
        tables: vec![lists_table(&all), lengths_table(&all, &lengths)],
        report: all.iter().filter_map(said).collect(),
        ..Drawn::default()
    })
}

/// Mean accuracy, and mean AUC of the match score, of the newest patterns, so many.
fn by_lengths(one: &Measured<'_>, lengths: &[usize]) -> [Vec<f64>; 2] {
    let Some(curves) = curves(one) else {
        return [Vec::new(), Vec::new()];
    };
    let auc: Vec<f64> = curves
        .match_auc
        .summary()
        .iter()
        .map(|at| at.mean.unwrap_or(f64::NAN))
        .collect();
    let of = |values: &[f64]| {
        lengths
            .iter()
            .map(|&length| mean(&values[..length]))
            .collect()
    };
    [of(&curves.real.mean), of(&auc)]
}

/// What the second list cost the first.
fn said(of: &Of<'_, '_>) -> Option<String> {
    let both = of.shared[0];
    let [second, first] = LISTS.map(|(_, ages)| ages);
    let after = outcomes(both, first)?;
    Some(format!(
        "{}: list A-B {} after A-C, {} with items of their own; {} of its answers are of another pair; list A-C {}, control {}",
        of.network.name,
        rounded(accuracy(both, first), 3),
        rounded(accuracy(of.control, first), 3),
        rounded(after.intrusions, 3),
        rounded(accuracy(both, second), 3),
        rounded(accuracy(of.control, second), 3),
    ))
}

file_kind! {
    /// A row per network, data and list of pairs
    pub(crate) PAIRED: "interference_lists.csv" by "reproduce interference" {
        NETWORK,
        DATA,
        CUE_LEVEL,
        Variable::text("list", "A-B, learned first, or A-C, learned after it; of the control the same places, with items of their own"),
        Variable::number("context", "share", "Share of the cue's units, and of its ones, that are the same in all pairs of a list"),
        Variable::number("accuracy", "share", "Accuracy of what is asked for, mean over trials and the pairs of the list"),
        Variable::number("accuracy_se", "share", "Standard error of that mean over trials: deviation (over n) / sqrt(n); empty for one trial"),
        Variable::number("recalled", "share", "Answers that share most, and at least half of the ones, with what is asked for"),
        Variable::number("intrusions", "share", "Answers that share more with what goes with another pair that was learned, and at least half as many ones as were asked for"),
        Variable::number("spurious", "share", "Other answers"),
        Variable::integer("storage_bits", "bits", "Storage: of K-winner networks weights and random partial masks, of other memories all their words"),
    }
}

fn lists_table(all: &[Of<'_, '_>]) -> Table {
    let cell = |value: f64| value.to_string();
    let mut rows = Vec::new();
    for of in all {
        for &one in of.shared.iter().chain([&of.control]) {
            let data = &one.results.condition.data;
            let Data::Pairs { context, .. } = *data else {
                continue;
            };
            for (list, ages) in LISTS {
                let found = outcomes(one, ages).unwrap_or_default();
                rows.push(vec![
                    of.network.name.clone(),
                    data.caption(),
                    1.to_string(),
                    list.to_owned(),
                    context.to_string(),
                    cell(accuracy(one, ages)),
                    cell(standard_error(one, ages)),
                    cell(found.recalled),
                    cell(found.intrusions),
                    cell(found.spurious),
                    of.network.storage_bits().unwrap_or(0).to_string(),
                ]);
            }
        }
    }
    Table::new(PAIRED.name, &PAIRED, rows)
}

file_kind! {
    /// A row per network and length of a list of single patterns
    pub(crate) LISTED: "interference_lengths.csv" by "reproduce interference" {
        NETWORK,
        DATA,
        CUE_LEVEL,
        Variable::integer("length", "patterns", "Patterns of the list: the newest ones, of ages 1 to this"),
        Variable::number("accuracy", "share", "Accuracy, mean over trials and the patterns of the list"),
        Variable::number("accuracy_se", "share", "Standard error of that mean over trials: deviation (over n) / sqrt(n); empty for one trial"),
        Variable::number("match_auc", "", "AUC of the match score, mean over the patterns of the list"),
    }
}

fn lengths_table(all: &[Of<'_, '_>], lengths: &[usize]) -> Table {
    let mut rows = Vec::new();
    for of in all {
        let [recall, recognition] = by_lengths(of.single, lengths);
        for (number, &length) in lengths.iter().enumerate() {
            rows.push(vec![
                of.network.name.clone(),
                of.single.results.condition.data.caption(),
                CUE.to_string(),
                length.to_string(),
                recall[number].to_string(),
                standard_error(of.single, [0, length]).to_string(),
                recognition[number].to_string(),
            ]);
        }
    }
    Table::new(LISTED.name, &LISTED, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every condition can be run, under a name of its own, and all memories have the same bits.
    #[test]
    fn memories_have_the_same_bits() {
        for size in [Size::Paper, Size::Quick] {
            let all = conditions(size);
            assert_eq!(all.len(), EACH * designs().len());
            let mut slugs: Vec<String> = all.iter().map(Condition::slug).collect();
            slugs.sort();
            slugs.dedup();
            assert_eq!(slugs.len(), all.len());
            for condition in &all {
                condition.check().unwrap();
                let bits = condition.network.storage_bits().unwrap();
                assert!(
                    (395_000..=404_000).contains(&bits),
                    "{}: {bits}",
                    condition.network.name
                );
            }
        }
    }
}
