//! What memories keep in the same bits: content against recognition, by age, size and similarity of patterns.

mod damage;
mod designs;

use slotless_draw::{CurvePanel, Figure, LegendPlace, LineStyle, Role, Series};

use super::paper::{cue_title, trials_note};
use super::retention::Quantity;
use crate::figures::declared::file_kind;
use crate::figures::{Drawn, FigureError, Table};
use crate::memory::columns::{CUE as CUE_LEVEL, DATA, NETWORK};
use crate::memory::curves::Curves;
use crate::memory::measure::whole_patterns;
use crate::memory::{Condition, Measured, MemoryKind, Network};
use crate::patterns::floor_share;
use crate::run::manifest::Check;
pub(super) use designs::conditions;
pub(super) use designs::main_designs;
use designs::{CUE, KBITS, MAIN, all_designs};
use slotless_files::dictionary::{Named, Variable};

/// Who has which colour.
pub(super) fn role_of(memory: MemoryKind, name: &str) -> Role {
    match memory {
        MemoryKind::KWinner if name.contains("graded") => Role::Fit,
        MemoryKind::KWinner if name.contains("1-winner") => Role::OneWinner,
        MemoryKind::KWinner if name.contains("0.1") => Role::Slow,
        MemoryKind::KWinner => Role::KWinner,
        MemoryKind::Recency => Role::Graded,
        MemoryKind::RecencyPlain => Role::Other(2),
        MemoryKind::RecencyPairs => Role::Neutral,
        MemoryKind::CodedRing => Role::Other(1),
        MemoryKind::PolarRing => Role::Other(6),
        MemoryKind::Ring => Role::Other(0),
        MemoryKind::RandomSlots => Role::Other(3),
        MemoryKind::ReservoirSlots => Role::Other(4),
        MemoryKind::Willshaw => Role::Other(5),
        MemoryKind::Hopfield | MemoryKind::Own => Role::Theory,
    }
}

/// The curves of a condition at a cue level, against pseudo-patterns.
fn at<'m>(one: &'m Measured<'_>, cue: f64) -> Option<&'m Curves> {
    one.curves.get(one.results.cue(cue)?)?.first()
}

/// Content in bits per bit of storage.
fn per_bit(one: &Measured<'_>) -> f64 {
    let storage = one.results.condition.network.storage_bits().unwrap_or(1);
    let content = at(one, CUE).and_then(Curves::content_bits);
    content.map_or(f64::NAN, |bits| bits / storage as f64)
}

/// Content per bit of slots that hold whole patterns: the cue already knows the rest of what is stored.
fn bound(network: &Network) -> f64 {
    whole_patterns([network.n_i, network.s, floor_share(CUE, network.s)])
}

/// The figure and its tables.
pub(super) fn draw(measured: &[Measured<'_>]) -> Result<Drawn, FigureError> {
    let count = all_designs().len().min(measured.len());
    let all: Vec<&Measured<'_>> = measured[..count].iter().collect();
    let main = &all[..MAIN.min(count)];
    let ages = all.first().map_or(1, |one| one.ages());
    let x: Vec<f64> = (1..=ages).map(|age| age as f64).collect();
    const X: &str = "age (patterns learned since, 1 = newest)";
    let by_age = |label: &str| CurvePanel::new(X, label).x_range(0.0, ages as f64);
    let mut accuracy = by_age(Quantity::Accuracy.label())
        .title(&cue_title(CUE))
        .y_range(0.0, 1.0);
    let mut content =
        by_age("content (bits)").title(&format!("{}: the units left out", cue_title(CUE)));
    for one in main {
        let network = &one.results.condition.network;
        let role = role_of(network.memory, &network.name);
        let Some(curves) = at(one, CUE) else { continue };
        let line = |y: Vec<f64>| Series::new(&network.name, role, x.clone(), y).width(1.3);
        let pseudo = format!("{}, pseudo-patterns", network.name);
        let base = Series::new(&pseudo, role, x.clone(), curves.base.mean.clone());
        accuracy = accuracy
            .series(line(curves.real.mean.clone()).band(curves.real.standard_error.clone()))
            .series(base.baseline());
        let bits = curves.content.iter().flatten().map(|at| at.bits());
        content = content.series(line(bits.collect()));
    }
    let mut plane = CurvePanel::new(
        "recognition (bits of all ages)",
        "content per bit of storage",
    )
    .title(&format!("{} kbit", KBITS[0]))
    .x_range(0.0, 1.05 * ages as f64)
    .y_range(0.0, 0.7);
    for (number, one) in all.iter().enumerate() {
        let network = &one.results.condition.network;
        // Curves of this colour are in the legend already.
        let label = if number < MAIN { "" } else { &network.name };
        let recognition = at(one, CUE).map_or(f64::NAN, Curves::recognition_bits);
        let role = role_of(network.memory, &network.name);
        let dot = Series::new(label, role, vec![recognition], vec![per_bit(one)]);
        plane = plane.series(dot.width(5.0).measured());
    }
    if let Some(one) = all.first() {
        let bound = bound(&one.results.condition.network);
        let ends = vec![0.0, ages as f64];
        let line = Series::new(
            "whole patterns in slots, at most",
            Role::Theory,
            ends,
            vec![bound; 2],
        );
        plane = plane.series(line.style(LineStyle::Dotted));
    }
    let mut sizes = CurvePanel::new("storage (kbit)", "content per bit of storage")
        .title("by size of the memory")
        .y_range(0.0, 0.7);
    for (place, one) in main.iter().enumerate() {
        let network = &one.results.condition.network;
        let mut points: Vec<(f64, f64)> = KBITS
            .iter()
            .enumerate()
            .filter_map(|(number, _)| {
                let index = if number == 0 {
                    place
                } else {
                    all_designs().len() + (number - 1) * MAIN + place
                };
                let one = measured.get(index)?;
                let storage = one.results.condition.network.storage_bits().ok()? as f64;
                Some((storage / 1000.0, per_bit(one)))
            })
            .collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (x, y) = points.into_iter().unzip();
        let role = role_of(network.memory, &network.name);
        sizes = sizes.series(Series::new("", role, x, y).width(1.3));
    }
    let figure = Figure::new("What memories keep in the same bits", 2, 2)
        .subtitle("content: bits that an answer says of the units its cue leaves out; recognition: bits about old or new")
        .legend(LegendPlace::Below)
        .note(&format!(
            "{} The polar ring is not read unit by unit: its cue takes part in decoding.",
            trials_note(measured, &[Quantity::Accuracy])
        ))
        .panel(accuracy)
        .panel(content)
        .panel(plane)
        .panel(sizes);
    let (report, checks) = dominance(&all);
    Ok(Drawn {
        // Other weights and fewer trials than those of the reference.
        referenced: Some(Vec::new()),
        pictures: vec![
            ("frontier".to_owned(), figure),
            ("frontier-damage".to_owned(), damage::draw(measured)),
        ],
        tables: vec![table(measured)],
        report,
        checks,
        ..Drawn::default()
    })
}

/// At which ages recency levels are below the networks of the paper, by what.
fn dominance(all: &[&Measured<'_>]) -> (Vec<String>, Vec<Check>) {
    let find = |name: &str| {
        all.iter()
            .find(|one| one.results.condition.network.name == name)
    };
    let Some(own) = find("recency levels") else {
        return (Vec::new(), Vec::new());
    };
    let (mut report, mut checks) = (Vec::new(), Vec::new());
    for name in ["K-winner MHN", "1-winner MHN", "K-winner MHN, eps = 0.1"] {
        let Some(other) = find(name) else { continue };
        let mut below = 0;
        for cue in [1.0, CUE] {
            let (Some(own), Some(other)) = (at(own, cue), at(other, cue)) else {
                continue;
            };
            for (what, values) in quantities(own, other, cue) {
                // Equal within what trials leave open: two standard errors, where there are any.
                let ages: Vec<usize> = values
                    .iter()
                    .enumerate()
                    .filter(|(_, [own, other, error])| *own < other - 2.0 * error)
                    .map(|(age, _)| age + 1)
                    .collect();
                below += ages.len();
                if let (Some(first), Some(last)) = (ages.first(), ages.last()) {
                    report.push(format!(
                        "recency levels below {name} in {what} at {} ages from {first} to {last}, {}",
                        ages.len(),
                        cue_title(cue)
                    ));
                }
            }
        }
        let name = format!("ages at which recency levels are below {name}, any measure and cue");
        checks.push(Check::within(&name, f64::from(below as u32), 0.0, 0.0));
    }
    (report, checks)
}

/// What two memories are compared by, at each age: values of the first and the second, and the standard error of the
/// difference.
fn quantities(own: &Curves, other: &Curves, cue: f64) -> Vec<(&'static str, Vec<[f64; 3]>)> {
    let error = |a: f64, b: f64| libm::hypot(a, b);
    let accuracy = (0..own.ages()).map(|age| {
        let errors = [own, other].map(|of| of.real.standard_error[age]);
        [
            own.real.mean[age],
            other.real.mean[age],
            error(errors[0], errors[1]),
        ]
    });
    let difference = (0..own.ages()).map(|age| {
        let of = |curves: &Curves| curves.real.mean[age] - curves.base.mean[age];
        let squared = |curves: &Curves| {
            error(
                curves.real.standard_error[age],
                curves.base.standard_error[age],
            )
        };
        [of(own), of(other), error(squared(own), squared(other))]
    });
    let (first, second) = (own.auc.summary(), other.auc.summary());
    let auc = (0..own.ages()).map(|age| {
        let value = |at: &crate::memory::measure::AgeSummary| at.mean.unwrap_or(0.0);
        let spread = |at: &crate::memory::measure::AgeSummary| at.standard_error.unwrap_or(0.0);
        [
            value(&first[age]),
            value(&second[age]),
            error(spread(&first[age]), spread(&second[age])),
        ]
    });
    let mut all = vec![
        ("accuracy", accuracy.collect()),
        ("raw difference", difference.collect()),
        ("AUC", auc.collect()),
    ];
    if let (Some(first), Some(second)) = (&own.content, &other.content)
        && cue < 1.0
    {
        let pairs = first.iter().zip(second);
        let content = pairs.map(|(own, other)| {
            [
                own.bits(),
                other.bits(),
                error(own.standard_error, other.standard_error),
            ]
        });
        all.push(("content", content.collect()));
    }
    all
}

/// Ages whose values the table gives.
const AGES: [usize; 10] = [1, 10, 50, 100, 200, 300, 400, 600, 800, 1000];

const AT_AGES: [Variable; 3] = [
    Variable::number(
        "accuracy_age_{age}",
        "share",
        "Accuracy of learned patterns at this age: that of the curves",
    ),
    Variable::number(
        "content_age_{age}",
        "bits",
        "Content at this age: content_bits of the curves",
    ),
    Variable::number("auc_age_{age}", "", "AUC at this age: that of the curves"),
];

file_kind! {
    /// A row per condition and cue level
    pub(crate) DESIGNS: "frontier_designs.csv" by "reproduce frontier" {
        NETWORK,
        Variable::text("memory", "What learns the patterns: the parameter of this name"),
        DATA,
        Variable::integer("n_i", "units", "Visible units"),
        Variable::integer("n_h", "units", "Hidden units; rows or slots of other memories"),
        Variable::integer("s", "units", "Ones of a pattern"),
        CUE_LEVEL,
        Variable::number("added", "share", "Wrong units in every cue: floor(added s) that are no ones of the pattern"),
        Variable::number("flipped", "share", "Damage after learning: probability with which a stored bit is flipped"),
        Variable::number("jitter", "share", "Damage after learning: probability with which a graded cell moves by one"),
        Variable::integer("storage_bits", "bits", "Storage: of K-winner networks weights and random partial masks, of other memories all their words"),
        Variable::number("baseline_accuracy", "share", "Accuracy of pseudo-patterns, mean over trials and ages"),
        Variable::number("content_bits", "bits", "Content of all ages together; empty where it was not counted"),
        Variable::number("content_per_bit", "", "content_bits over storage_bits"),
        Variable::number("slots_per_bit", "", "What content_per_bit is at the most of slots with whole patterns; empty at other cue levels than .5"),
        Variable::number("recognition_bits", "bits", "What the match score says about learned or not, of all ages together"),
        AT_AGES[0],
        AT_AGES[1],
        AT_AGES[2],
    }
}

/// A row for each condition and cue level.
fn table(measured: &[Measured<'_>]) -> Table {
    let last = measured.iter().map(Measured::ages).max().unwrap_or(1);
    let ages: Vec<usize> = AGES.into_iter().filter(|&age| age <= last).collect();
    let mut header: Vec<Named> = Vec::new();
    for &of in DESIGNS.variables {
        if AT_AGES.contains(&of) {
            header.extend(ages.iter().map(|age| of.of(&[age])));
        } else {
            header.push(of.into());
        }
    }
    let mut rows = Vec::new();
    for one in measured {
        let Condition {
            network,
            data,
            protocol,
        } = &one.results.condition;
        let storage = network.storage_bits().unwrap_or(1);
        for &cue in &protocol.cues {
            let Some(curves) = at(one, cue) else { continue };
            let cell =
                |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
            let content = curves.content_bits();
            let base = &curves.base.mean;
            let mut row = vec![
                network.name.clone(),
                network.memory.to_string(),
                data.caption(),
                network.n_i.to_string(),
                network.n_h.to_string(),
                network.s.to_string(),
                cue.to_string(),
                protocol.added.to_string(),
                protocol.flipped.to_string(),
                protocol.jitter.to_string(),
                storage.to_string(),
                (base.iter().sum::<f64>() / base.len() as f64).to_string(),
                cell(content),
                cell(content.map(|bits| bits / storage as f64)),
                cell((cue == CUE).then(|| bound(network))),
                curves.recognition_bits().to_string(),
            ];
            row.extend(ages.iter().map(|age| curves.real.mean[age - 1].to_string()));
            row.extend(ages.iter().map(|age| {
                let content = curves
                    .content
                    .as_ref()
                    .map(|content| content[age - 1].bits());
                cell(content)
            }));
            let auc = curves.auc.summary();
            row.extend(ages.iter().map(|age| cell(auc[age - 1].mean)));
            rows.push(row);
        }
    }
    Table {
        name: DESIGNS.name.to_owned(),
        header,
        rows,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Size;

    /// Every condition can be run, under a name of its own, and in as many bits as are said.
    #[test]
    fn all_are_in_the_same_bits() {
        for size in [Size::Paper, Size::Quick] {
            let all = conditions(size);
            let mut slugs: Vec<String> = all.iter().map(Condition::slug).collect();
            slugs.sort();
            slugs.dedup();
            assert_eq!(slugs.len(), all.len());
            for condition in &all {
                condition.check().unwrap();
                let network = &condition.network;
                let bits = network.storage_bits().unwrap() as f64;
                let said = match network.name.split_once(", ") {
                    // Synapses between all units have the size that they have.
                    _ if network.memory == MemoryKind::Willshaw => 499_500.0,
                    _ if network.memory == MemoryKind::Hopfield => 4.0 * 499_500.0,
                    Some((_, "100 kbit")) => 100_000.0,
                    Some((_, "800 kbit")) => 800_000.0,
                    Some((_, "16 KB")) => 131_072.0,
                    _ => 400_000.0,
                };
                // Whole words: plain levels of 10 and 21 values fill theirs badly.
                let over = match network.memory {
                    MemoryKind::RecencyPlain | MemoryKind::RecencyPairs => 1.06,
                    _ => 1.01,
                };
                assert!(
                    bits < over * said && bits > 0.94 * said,
                    "{}: {bits}",
                    network.name
                );
            }
        }
    }

    /// 50 ones of 950 units take 278.5 bits to say, 100 of 1,000 take 464.4.
    #[test]
    fn slots_of_whole_patterns_have_a_bound() {
        let bound = bound(&Network::default());
        assert!((bound - 278.5 / 464.4).abs() < 0.0005, "{bound}");
    }
}
