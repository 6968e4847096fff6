//! The paper's memory figures, one function each.

use super::retention::{
    Bars, Entry, Quantity, Theory, View, better_ages, fit, panel, role_of, sensitivity_range,
};
use super::trees::{Similarity, correlation, similarity_matrices, small_tree};
use crate::figures::declared::file_kind;
use crate::figures::numbers::mean;
use crate::figures::output::trials_of;
use crate::figures::{Drawn, FigureError, Size, Table};
use crate::memory::columns::{CUE, DATA, NETWORK};
use crate::memory::curves::theory_of;
use crate::memory::published::FLIPS;
use crate::memory::{Data, Measured, Network};
use crate::run::manifest::Check;
use crate::run::work::Watch;
use slotless_draw::{Figure, Scale};
use slotless_files::dictionary::Variable;

const BANDS: &str = "Bands: mean \u{b1} one standard error.";
const CLIPPED: &str =
    " 𝑑\u{2032} of 1-winner networks at the first ages lies above the axis; the CSV file has it.";

pub(super) fn cue_title(level: f64) -> String {
    format!("{}% cues", level * 100.0)
}

pub(super) fn captions(measured: &[Measured<'_>]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for one in measured {
        let condition = &one.results.condition;
        let mut caption = condition.network.caption();
        for remark in condition.protocol.remarks(condition.cued_ones()) {
            caption += &format!(", {remark}");
        }
        if !lines.contains(&caption) {
            lines.push(caption);
        }
    }
    // Of several kinds of data each panel says its own.
    let mut data = measured.iter().map(|one| &one.results.condition.data);
    if let Some(first) = data.next()
        && *first != Data::Random
        && data.all(|other| other == first)
    {
        lines.push(first.caption());
    }
    lines.join("\n")
}

/// Which baselines a panel has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Baselines {
    /// Pseudo-patterns from the learned patterns' source.
    #[default]
    Pseudo,
    /// Unstructured pseudo-patterns.
    Unstructured,
    /// Both, where there are both.
    Both,
}

/// The entries of some conditions at one cue level; a condition without that level or that baseline has none.
pub(super) fn entries<'m>(
    measured: impl IntoIterator<Item = &'m Measured<'m>>,
    level: f64,
    baselines: Baselines,
) -> Vec<Entry<'m>> {
    let measured: Vec<&'m Measured<'m>> = measured.into_iter().collect();
    let networks: Vec<&Network> = measured
        .iter()
        .map(|one| &one.results.condition.network)
        .collect();
    let entry = |(index, one): (usize, &&'m Measured<'m>)| {
        let curves = &one.curves[one.results.cue(level)?];
        let curves = match baselines {
            Baselines::Pseudo => &curves[..1],
            Baselines::Unstructured => curves.get(1..2)?,
            Baselines::Both => &curves[..],
        };
        let network = &one.results.condition.network;
        Some(Entry {
            role: role_of(&networks, index),
            network,
            curves,
        })
    };
    measured.iter().enumerate().filter_map(entry).collect()
}

/// The range of d' that all panels of these cue levels have, of points that are means over `bin` ages.
pub(super) fn one_range(
    measured: &[Measured<'_>],
    levels: &[f64],
    bin: usize,
) -> Option<(f64, f64)> {
    let of = |&level: &f64| entries(measured, level, Baselines::Pseudo);
    let all: Vec<Entry<'_>> = levels.iter().flat_map(of).collect();
    sensitivity_range(&all, bin)
}

fn max_age(measured: &[Measured<'_>]) -> usize {
    measured.iter().map(Measured::ages).max().unwrap_or(1)
}

/// What the panels average over, for the foot of a figure of these quantities.
pub(super) fn trials_note(measured: &[Measured<'_>], quantities: &[Quantity]) -> String {
    let Some(curves) = measured.first().and_then(|one| one.curves.first()?.first()) else {
        return String::new();
    };
    let (plan, samples) = (curves.plan, curves.plan.samples);
    let has = |quantity| quantities.contains(&quantity);
    let mut note = String::new();
    let trials = |count: usize| trials_of(u32::try_from(count).unwrap_or(u32::MAX));
    if has(Quantity::Accuracy) {
        note += &format!("Accuracy: {}. ", trials(plan.accuracy));
    }
    let (count, each) = (samples.samples(), samples.trials_each());
    for (quantity, name) in [
        (Quantity::RawDifference, "Raw difference"),
        (Quantity::DPrime, "𝑑\u{2032}"),
        (Quantity::Auc, "AUC"),
    ] {
        if has(quantity) {
            let samples = if count == 1 { "sample" } else { "samples" };
            note += &format!("{name}: {count} {samples} of {}. ", trials(each));
        }
    }
    note += BANDS;
    let networks = measured.iter().map(|one| &one.results.condition.network);
    let networks = networks.filter(|network| network.memory.is_kwinner());
    let winners = || networks.clone().map(|network| network.k);
    if has(Quantity::DPrime) && winners().any(|k| k == 1) && winners().any(|k| k > 1) {
        note += CLIPPED;
    }
    note
}

/// How many ages favour either network, in words.
fn advantage_line(
    first: &Entry<'_>,
    second: &Entry<'_>,
    level: f64,
) -> Result<(String, usize), FigureError> {
    let [better, worse] = better_ages(&first.curves[0], &second.curves[0], Quantity::DPrime)?;
    let from = |ages: &[usize]| {
        ages.first()
            .map_or_else(String::new, |age| format!(", from age {age}"))
    };
    let line = format!(
        "{}: d' of the {} is significantly larger at {} ages{}; of the {} at {} ages{}",
        cue_title(level),
        first.network.name,
        better.len(),
        from(&better),
        second.network.name,
        worse.len(),
        from(&worse),
    );
    Ok((line, better.len()))
}

/// Figure 4: accuracy and sensitivity of the K-winner and the 1-winner MHN.
///
/// # Errors
/// [`FigureError`].
pub fn fig4(measured: &[Measured<'_>]) -> Result<Drawn, FigureError> {
    let ages = max_age(measured);
    let mut figure = Figure::new("Retention of random patterns", 2, 2)
        .subtitle(&captions(measured))
        .note(&format!(
            "A, B: figure 4A of the paper; C, D: 4B. {}",
            trials_note(measured, &[Quantity::Accuracy, Quantity::DPrime])
        ));
    let mut drawn = Drawn::default();
    for (quantity, range) in [
        (Quantity::Accuracy, Some((0.0, 1.0))),
        (Quantity::DPrime, one_range(measured, &[1.0, 0.5], 1)),
    ] {
        for level in [1.0, 0.5] {
            let view = View {
                y_range: range,
                ..View::new(quantity, ages)
            };
            figure = figure.panel(panel(
                &cue_title(level),
                &entries(measured, level, Baselines::Pseudo),
                &view,
            )?);
        }
    }
    for level in [1.0, 0.5] {
        let entries = entries(measured, level, Baselines::Pseudo);
        if let [first, second] = entries.as_slice()
            && first.curves[0].plan.samples.samples() >= 3
        {
            let (line, count) = advantage_line(first, second, level)?;
            drawn.report.push(line);
            let paper_scale = ages == 1000 && first.curves[0].plan.samples.samples() == 10;
            if level == 1.0 && paper_scale {
                let name = "ages of significant K-winner advantage, 100% cues (published: 642)";
                drawn
                    .checks
                    .push(Check::within(name, count as f64, 580.0, 720.0));
            }
        }
    }
    drawn.pictures.push(("fig4".to_owned(), figure));
    Ok(drawn)
}

file_kind! {
    /// A row per network and cue level: RD(t) = amplitude exp(-rate t), a line of least squares through ln RD at ages 1 to 200
    pub(crate) FITS: "s1_fits.csv" by "reproduce s1" {
        NETWORK,
        DATA,
        CUE,
        Variable::number("amplitude", "share", "Raw difference of the fit at age 0"),
        Variable::number("rate", "1/pattern", "How fast the raw difference falls; negative if it grows"),
        Variable::number("r_squared", "share", "Share of the variance of ln RD that the line explains; empty if ln RD does not vary"),
        Variable::integer("ages_used", "ages", "Ages that entered the fit"),
        Variable::integer("ages_dropped", "ages", "Ages left out because RD is 0 or less there"),
    }
}

/// S1: raw differences, linear and logarithmic, with fits and theory.
///
/// # Errors
/// [`FigureError`].
pub fn s1(measured: &[Measured<'_>]) -> Result<Drawn, FigureError> {
    const FIT: usize = 200;
    const LOG_AGES: usize = 350;
    let ages = max_age(measured);
    let mut figure = Figure::new(
        "Raw difference in accuracy, learned less pseudo-patterns",
        2,
        2,
    )
    .subtitle(&captions(measured))
    .note(&format!(
        "{} Exponentials are fitted to ages 1 to {}.",
        trials_note(measured, &[Quantity::RawDifference]),
        FIT.min(ages)
    ));
    let mut table = Table::new("s1_fits.csv", &FITS, Vec::new());
    // The same of all networks.
    let data = measured
        .first()
        .map_or_else(String::new, |one| one.results.condition.data.caption());
    let mut drawn = Drawn::default();
    for level in [1.0, 0.5] {
        let entries = entries(measured, level, Baselines::Pseudo);
        let title = cue_title(level);
        let linear = View {
            theory: Theory::OneWinner,
            bars: Bars::Drawn,
            ..View::new(Quantity::RawDifference, ages)
        };
        let log = View {
            y_scale: Scale::Log10,
            y_range: Some((0.003, 1.0)),
            fit_ages: Some(FIT),
            theory: Theory::OneWinner,
            ..View::new(Quantity::RawDifference, LOG_AGES.min(ages))
        };
        figure = figure.panel(panel(&title, &entries, &linear)?).panel(panel(
            &format!("{title}, logarithmic"),
            &entries,
            &log,
        )?);
        for entry in &entries {
            let fitted = fit(&entry.curves[0], FIT)?;
            let r_squared = fitted
                .r_squared
                .map_or_else(String::new, |value| value.to_string());
            table.rows.push(vec![
                entry.network.name.clone(),
                data.clone(),
                level.to_string(),
                fitted.amplitude.to_string(),
                fitted.rate.to_string(),
                r_squared,
                fitted.ages_used.to_string(),
                fitted.ages_dropped.to_string(),
            ]);
            let mut line = format!(
                "{title}, {}: RD = {:.4} exp(-{:.5} t), r^2 = {:.4}, {} ages dropped",
                entry.network.name,
                fitted.amplitude,
                fitted.rate,
                fitted.r_squared.unwrap_or(f64::NAN),
                fitted.ages_dropped
            );
            if let Some(caution) = fitted.caution() {
                line += &format!(" ({caution})");
            }
            if let Some(theory) = theory_of(entry.network, level) {
                let rate = -libm::log1p(-1.0 / f64::from(entry.network.n_h));
                line += &format!(
                    "; Theorem 1: rate {rate:.5}, baseline {:.4}",
                    theory.baseline()
                );
            }
            drawn.report.push(line);
        }
    }
    drawn.tables.push(table);
    drawn.pictures.push(("s1".to_owned(), figure));
    Ok(drawn)
}

/// S2: the more connected K-winner MHN.
///
/// # Errors
/// [`FigureError`].
pub fn s2(measured: &[Measured<'_>]) -> Result<Drawn, FigureError> {
    let ages = max_age(measured);
    let mut figure = Figure::new("A K-winner MHN with increased connectivity", 3, 2)
        .subtitle(&captions(measured))
        .note(&trials_note(
            measured,
            &[
                Quantity::Accuracy,
                Quantity::RawDifference,
                Quantity::DPrime,
            ],
        ));
    for (quantity, range) in [
        (Quantity::Accuracy, Some((0.0, 1.0))),
        (Quantity::RawDifference, None),
        (Quantity::DPrime, one_range(measured, &[1.0, 0.5], 1)),
    ] {
        for level in [1.0, 0.5] {
            let view = View {
                y_range: range,
                ..View::new(quantity, ages)
            };
            figure = figure.panel(panel(
                &cue_title(level),
                &entries(measured, level, Baselines::Pseudo),
                &view,
            )?);
        }
    }
    let mut drawn = Drawn::default();
    for level in [1.0, 0.5] {
        if let [first, second] = entries(measured, level, Baselines::Pseudo).as_slice()
            && first.curves[0].plan.samples.samples() >= 3
        {
            drawn.report.push(advantage_line(first, second, level)?.0);
        }
    }
    drawn.pictures.push(("s2".to_owned(), figure));
    Ok(drawn)
}

/// S3: graded weight updates in the 1-winner MHN, beside K-winner MHNs of two rates.
///
/// # Errors
/// [`FigureError`].
pub fn s3(measured: &[Measured<'_>]) -> Result<Drawn, FigureError> {
    let ages = max_age(measured);
    let mut figure = Figure::new("Graded weight updates", 2, 2)
        .subtitle(&captions(measured))
        .note(&trials_note(
            measured,
            &[Quantity::Accuracy, Quantity::DPrime],
        ));
    for level in [1.0, 0.5] {
        let entries = entries(measured, level, Baselines::Pseudo);
        let title = cue_title(level);
        let accuracy = View {
            y_range: Some((0.0, 1.0)),
            ..View::new(Quantity::Accuracy, ages)
        };
        let sensitivity = View {
            y_range: one_range(measured, &[1.0, 0.5], 1),
            ..View::new(Quantity::DPrime, ages)
        };
        // Accuracy of the two 1-winner networks, sensitivity of all four, as in the paper.
        figure = figure
            .panel(panel(&title, &entries[..2.min(entries.len())], &accuracy)?)
            .panel(panel(&title, &entries, &sensitivity)?);
    }
    Ok(Drawn {
        pictures: vec![("s3".to_owned(), figure)],
        ..Drawn::default()
    })
}

/// S4: a small tree.
///
/// # Errors
/// [`FigureError`].
pub fn s4(seed: u64) -> Result<Drawn, FigureError> {
    Ok(Drawn {
        pictures: vec![("s4".to_owned(), small_tree(seed))],
        ..Drawn::default()
    })
}

/// Trees of each data set of S5, and their nodes.
fn s5_trees(size: Size) -> (u32, u32) {
    match size {
        Size::Paper => (20, 15_000),
        Size::Quick => (4, 3_000),
    }
}

/// Trees that [`s5`] grows.
#[must_use]
pub fn s5_steps(size: Size) -> f64 {
    f64::from(s5_trees(size).0) * FLIPS.len() as f64
}

file_kind! {
    /// A row per number of flipped bits
    pub(crate) SIMILARITY: "s5.csv" by "reproduce s5" {
        Variable::integer("b", "bits", "Bits flipped each way from parent to child"),
        Variable::number("mean_similarity", "share", "Similarity of two leaves, overlap over ones: mean over pairs and trees"),
        Variable::number("mean_similarity_se", "share", "Standard error of mean_similarity over trees"),
        Variable::number("mean_correlation", "", "Correlation of two leaves that goes with that similarity"),
        Variable::integer("trees", "trees", "Trees that were grown"),
    }
}

/// S5: similarity matrices of tree-structured patterns.
///
/// # Errors
/// [`FigureError`]; [`FigureError::Stopped`] where `watch` says so, which is told of each tree.
pub fn s5(seed: u64, size: Size, watch: Watch<'_>) -> Result<Drawn, FigureError> {
    let (trees, steps) = s5_trees(size);
    let sets: Vec<Similarity> = FLIPS
        .into_iter()
        .map(|b| Similarity::new(seed, b, trees, steps, watch))
        .collect::<Option<_>>()
        .ok_or(FigureError::Stopped)?;
    let mut drawn = Drawn::default();
    let mut rows = Vec::new();
    for set in &sets {
        let (mean, error) = set.summary();
        let correlation = correlation(mean);
        drawn.report.push(format!(
            "b = {}: mean similarity of leaf pairs {mean:.4} (standard error {error:.4} over {trees} trees), \
             mean correlation {correlation:.4}",
            set.b
        ));
        rows.push(
            [f64::from(set.b), mean, error, correlation, f64::from(trees)]
                .map(|cell| cell.to_string())
                .to_vec(),
        );
    }
    drawn.tables.push(Table::new("s5.csv", &SIMILARITY, rows));
    drawn
        .pictures
        .push(("s5".to_owned(), similarity_matrices(&sets)));
    Ok(drawn)
}

/// The panel title of a pair of conditions on one kind of data.
fn data_title(one: &Measured<'_>) -> String {
    match one.results.condition.data {
        crate::memory::Data::Tree { b, .. } => {
            let similarity = one.results.similarity.column(0).mean().unwrap_or(0.0);
            format!("mean similarity {similarity:.2} (b = {b})")
        }
        _ => "unstructured patterns".to_owned(),
    }
}

/// Ages that a point of S6 is the mean over.
const BIN: usize = 10;

/// S6: sensitivity on trees of five similarities (A to E) and on unstructured patterns (F).
///
/// # Errors
/// [`FigureError`].
pub fn s6(measured: &[Measured<'_>]) -> Result<Drawn, FigureError> {
    let ages = max_age(measured);
    let mut figure = Figure::new("Sensitivity for tree-structured patterns, 100% cues", 2, 3)
        .subtitle(&captions(measured))
        .note(&format!(
            "{} A point is the mean over {BIN} ages.",
            trials_note(measured, &[Quantity::DPrime])
        ))
        .width(900.0);
    let mut drawn = Drawn::default();
    // One age has so few trials that noise would hide the curves.
    let view = View {
        y_range: one_range(measured, &[1.0], BIN),
        bin: BIN,
        ..View::new(Quantity::DPrime, ages)
    };
    for pair in measured.chunks(2) {
        let entries = entries(pair, 1.0, Baselines::Pseudo);
        let title = data_title(&pair[0]);
        figure = figure.panel(panel(&title, &entries, &view)?);
        if let [first, second] = entries.as_slice()
            && first.curves[0].plan.samples.samples() >= 3
        {
            drawn.report.push(format!(
                "{title}; {}",
                advantage_line(first, second, 1.0)?.0
            ));
        }
    }
    drawn.pictures.push(("s6".to_owned(), figure));
    Ok(drawn)
}

/// S7: accuracy on the trees of S6, against pseudo-patterns of the same tree and unstructured ones.
///
/// # Errors
/// [`FigureError`].
pub fn s7(measured: &[Measured<'_>]) -> Result<Drawn, FigureError> {
    let ages = max_age(measured);
    let mut figure = Figure::new("Accuracy for tree-structured patterns, 100% cues", 2, 3)
        .subtitle(&captions(measured))
        .note(&trials_note(measured, &[Quantity::Accuracy]))
        .width(900.0);
    let mut drawn = Drawn::default();
    for pair in measured.chunks(2) {
        let title = data_title(&pair[0]);
        let view = View {
            y_range: Some((0.0, 1.0)),
            ..View::new(Quantity::Accuracy, ages)
        };
        figure = figure.panel(panel(&title, &entries(pair, 1.0, Baselines::Both), &view)?);
        for one in pair {
            let [structured, unstructured] =
                [0, 1].map(|baseline| mean(&one.curves[0][baseline].base.mean));
            drawn.report.push(format!(
                "{title}, {}: pseudo-patterns of the tree {structured:.4}, unstructured {unstructured:.4}",
                one.results.condition.network.name
            ));
        }
    }
    drawn.pictures.push(("s7".to_owned(), figure));
    Ok(drawn)
}

/// The proposed stack: a fixed layer in front of the K-winner MHN, on similar patterns.
///
/// # Errors
/// [`FigureError`].
pub fn stack(measured: &[Measured<'_>]) -> Result<Drawn, FigureError> {
    let ages = max_age(measured);
    let mut figure = Figure::new(
        "A fixed layer in front of the K-winner MHN, 100% cues",
        2,
        2,
    )
    .subtitle(&captions(measured))
    .note(&trials_note(
        measured,
        &[Quantity::Accuracy, Quantity::DPrime],
    ));
    let mut drawn = Drawn::default();
    for quantity in [Quantity::Accuracy, Quantity::DPrime] {
        for pair in measured.chunks(2) {
            let range = match quantity {
                Quantity::Accuracy => Some((0.0, 1.0)),
                _ => one_range(measured, &[1.0], 1),
            };
            let view = View {
                y_range: range,
                ..View::new(quantity, ages)
            };
            figure = figure.panel(panel(
                &data_title(&pair[0]),
                &entries(pair, 1.0, Baselines::Pseudo),
                &view,
            )?);
        }
    }
    for pair in measured.chunks(2) {
        for one in pair {
            let accuracy = &one.curves[0][0].real.mean;
            let base = &one.curves[0][0].base.mean;
            drawn.report.push(format!(
                "{}, {}: accuracy at age 1 {:.4}, of pseudo-patterns {:.4}",
                data_title(one),
                one.results.condition.network.name,
                accuracy[0],
                mean(base)
            ));
        }
        if let [first, second] = entries(pair, 1.0, Baselines::Pseudo).as_slice()
            && first.curves[0].plan.samples.samples() >= 3
        {
            drawn.report.push(format!(
                "{}; {}",
                data_title(&pair[0]),
                advantage_line(first, second, 1.0)?.0
            ));
        }
    }
    drawn.pictures.push(("stack".to_owned(), figure));
    Ok(drawn)
}
