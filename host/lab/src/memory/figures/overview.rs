//! Pictures and tables of any set of conditions: what `memory` and `plot` draw.

use super::paper::{Baselines, captions, cue_title, entries, one_range, trials_note};
use super::retention::{Quantity, View, fit, panel};
use crate::figures::declared::file_kind;
use crate::figures::look::not_drawn;
use crate::figures::numbers::mean;
use crate::figures::swept::{Measure, Values, swept};
use crate::figures::{Drawn, FigureError, Made, Table};
use crate::memory::columns::{CONDITION, CUE, DATA, NETWORK};
use crate::memory::curves::{Curves, Plan};
use crate::memory::measure::{FIT_MAX_AGE, SampleValues};
use crate::memory::output::Files;
use crate::memory::raw::cue_name;
use crate::memory::spec::Sweep;
use crate::memory::{Condition, Cueing, Data, Measured, Outcomes};
use crate::run::parameter::{Parameter, Sweeps, Value};
use slotless_draw::{DrawError, Figure, Layout, LegendPlace};
use slotless_files::dictionary::{Named, Variable};

/// What an overview shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    /// File name of the picture.
    pub name: String,
    /// One row of panels a view; without one, accuracy and d' over all ages.
    pub views: Vec<View>,
    /// Baselines drawn.
    pub baselines: Baselines,
    /// Where the legend stands.
    pub legend: LegendPlace,
}

impl Overview {
    /// Accuracy and d' over all ages, against pseudo-patterns.
    #[must_use]
    pub fn new(name: &str, legend: LegendPlace) -> Self {
        Self {
            name: name.to_owned(),
            views: Vec::new(),
            baselines: Baselines::Pseudo,
            legend,
        }
    }
}

/// What was asked for: `memory run` or `memory sweep`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Some networks: curves of each.
    Run,
    /// A grid: also what comes out over what is swept.
    Sweep,
}

impl Asked {
    /// The name of its files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Sweep => "sweep",
        }
    }
}

/// Pictures, tables and files of conditions, so many trials of each.
///
/// # Errors
/// [`FigureError`].
pub fn made(
    asked: Asked,
    measured: Vec<Measured<'_>>,
    plan: Plan,
    trials: u32,
) -> Result<Made<'_>, FigureError> {
    let name = asked.name();
    let mut drawn = retention(&measured, &Overview::new(name, LegendPlace::Below))?;
    if asked == Asked::Sweep {
        add_swept(&mut drawn, &measured, name);
        let table = summary_table(&measured, "sweep_summary.csv");
        drawn.tables.push(table);
    }
    drawn.mark_small(trials, u32::MAX);
    let files = Box::new(Files { measured, plan });
    Ok(Made { drawn, files })
}

/// The conditions in groups that share a panel: those on the same data.
fn groups<'m>(measured: &'m [Measured<'m>]) -> Vec<(String, Vec<&'m Measured<'m>>)> {
    let mut groups: Vec<(String, Vec<&'m Measured<'m>>)> = Vec::new();
    for one in measured {
        let caption = one.results.condition.data.caption();
        match groups.iter_mut().find(|(name, _)| *name == caption) {
            Some((_, group)) => group.push(one),
            None => groups.push((caption, vec![one])),
        }
    }
    groups
}

/// One panel for each (view, data, cue level).
///
/// # Errors
/// [`FigureError`].
pub fn retention(measured: &[Measured<'_>], overview: &Overview) -> Result<Drawn, FigureError> {
    let ages = measured.iter().map(Measured::ages).max().unwrap_or(1);
    let views = if overview.views.is_empty() {
        let accuracy = View {
            y_range: Some((0.0, 1.0)),
            ..View::new(Quantity::Accuracy, ages)
        };
        let cues = measured
            .first()
            .map_or_else(Vec::new, |one| one.results.condition.protocol.cues.clone());
        let sensitivity = View {
            y_range: one_range(measured, &cues, 1),
            ..View::new(Quantity::DPrime, ages)
        };
        let mut views = vec![accuracy, sensitivity];
        let counted =
            |one: &Measured<'_>| one.curves.iter().flatten().any(|of| of.outcomes.is_some());
        if measured.iter().any(counted) {
            views.push(View {
                y_range: Some((0.0, 1.0)),
                ..View::new(Quantity::Outcomes, ages)
            });
        }
        views
    } else {
        overview.views.clone()
    };
    let groups = groups(measured);
    let cues: Vec<f64> = measured
        .first()
        .map_or_else(Vec::new, |one| one.results.condition.protocol.cues.clone());
    let columns = (groups.len() * cues.len()).max(1);
    // More than four in a row would be too small to read.
    let (across, down) = if columns <= 4 {
        (columns, 1)
    } else {
        (3, columns.div_ceil(3))
    };
    let mut figure = Figure::new("Retention by age", views.len() * down, across)
        .subtitle(&captions(measured))
        .legend(overview.legend)
        .note(&trials_note(
            measured,
            &views.iter().map(|view| view.quantity).collect::<Vec<_>>(),
        ));
    for view in &views {
        let mut panels = 0;
        for (data, group) in &groups {
            for &cue in &cues {
                let condition = group.first().map(|one| &one.results.condition);
                let asked = condition.map_or_else(|| cue_title(cue), |of| cued_title(of, cue));
                let title = if groups.len() > 1 {
                    format!("{data}, {asked}")
                } else {
                    asked
                };
                let is_part = |of: &Condition| of.data.target(of.network.n_i).is_some();
                let view = &View {
                    y_label: condition
                        .filter(|of| view.quantity == Quantity::Accuracy && is_part(of))
                        .map(|_| "retrieval accuracy (of the part asked for)"),
                    ..view.clone()
                };
                let entries = entries(group.iter().copied(), cue, overview.baselines);
                figure = figure.panel(panel(&title, &entries, view)?);
                panels += 1;
            }
        }
        for _ in panels..across * down {
            figure = figure.skip();
        }
    }
    // Too much for a picture is not too much for tables.
    Ok(match figure.lay_out(&Layout::new()) {
        Err(error @ (DrawError::Grid { .. } | DrawError::TooLarge { .. })) => Drawn {
            report: vec![not_drawn(&overview.name, &error)],
            ..Drawn::default()
        },
        Err(error) => return Err(error.into()),
        Ok(_) => Drawn {
            pictures: vec![(overview.name.clone(), figure)],
            ..Drawn::default()
        },
    })
}

/// What the cues of a panel are.
fn cued_title(condition: &Condition, cue: f64) -> String {
    let percent = cue * 100.0;
    match (&condition.data, condition.protocol.cueing) {
        (_, Cueing::Chain) => format!("chains from {percent}% of the first element"),
        (Data::Pairs { .. } | Data::Sequence { .. }, _) => {
            format!("cues of {percent}% of the first half")
        }
        (Data::File(file), _) if file.cues.is_some() => format!("{percent}% of cues of their own"),
        _ => cue_title(cue),
    }
}

/// What a picture over swept parameters shows: means over ages, a value of each sample.
fn measures(measured: &[Measured<'_>], cue: usize) -> Vec<Measure> {
    let of = |label: &str, values: fn(&Curves) -> &SampleValues| {
        let values = measured.iter().map(|one| {
            let curves = one.curves.get(cue).and_then(|curves| curves.first());
            curves.map_or_else(Vec::new, |curves| age_means(values(curves)))
        });
        Measure {
            label: label.to_owned(),
            values: values.collect(),
            range: None,
        }
    };
    vec![
        of("raw difference", |curves| &curves.raw_difference),
        of("sensitivity 𝑑\u{2032}", |curves| &curves.d_prime),
    ]
}

/// The mean over ages of each sample, of the ages at which it has a value.
fn age_means(values: &SampleValues) -> Vec<f64> {
    let rows = values.values();
    let rows = rows.rows().into_iter();
    rows.map(|row| mean(&row.iter().copied().flatten().collect::<Vec<f64>>()))
        .collect()
}

/// The parameters of a condition, those of its data included.
fn values_of(condition: &Condition) -> Values {
    let mut values = Sweep::values(&condition.network);
    if let Data::Tree { b, .. } | Data::Correlated { b, .. } | Data::Drift { b, .. } =
        condition.data
    {
        let of = Sweep::PARAMETERS.iter().find(|one| one.name == "b");
        values.extend(of.map(|of| (of, Value::Whole(b))));
    }
    values
}

/// Adds the pictures of a grid: what was measured against what was swept, for each cue level; or, to the report, why there are none.
pub fn add_swept(drawn: &mut Drawn, measured: &[Measured<'_>], name: &str) {
    let Some(first) = measured.first() else {
        return;
    };
    let conditions: Vec<Values> = measured
        .iter()
        .map(|one| values_of(&one.results.condition))
        .collect();
    let cues = &first.results.condition.protocol.cues;
    for (cue, &level) in cues.iter().enumerate() {
        let title = format!("Retention by what is swept, {}", cue_title(level));
        let note = trials_note(measured, &[Quantity::RawDifference, Quantity::DPrime]);
        let note = format!("{note} Means are over ages 1 to {}.", first.ages());
        let file = format!("{name}_{}", cue_name(level));
        match swept(&title, &conditions, &measures(measured, cue), &note) {
            Ok(Some(figure)) => drawn.pictures.push((file, figure)),
            Ok(None) => return,
            Err(why) => {
                let line = format!("no picture over what is swept: {why}");
                drawn.report.push(line);
                return;
            }
        }
    }
}

/// A cell; empty without a value.
fn cell_of(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// Ages whose values the summary gives.
const AGES: [usize; 8] = [1, 10, 50, 100, 200, 400, 800, 1000];

const PARAMETERS: Variable = Variable::text("{parameter}", "A parameter of memories");
const ACCURACY_AT: Variable = Variable::number(
    "accuracy_age_{age}",
    "share",
    "Accuracy of learned patterns at this age: that of the curves",
);
const DPRIME_AT: Variable = Variable::number(
    "dprime_age_{age}",
    "",
    "d' at this age: that of the curves; empty where it is not defined",
);

file_kind! {
    /// A row per condition and cue level. Of the parameters those that any of the networks has, empty where a network has it not
    pub(crate) SUMMARY: "sweep_summary.csv" by "memory sweep" {
        CONDITION,
        NETWORK,
        DATA,
        PARAMETERS,
        CUE,
        Variable::number("baseline_accuracy", "share", "Accuracy of the baseline's patterns, mean over trials and ages"),
        Variable::number("fit_amplitude", "share", "Amplitude A of RD(t) = A exp(-a t), a line of least squares through ln RD at ages 1 to 200; empty where there is no fit"),
        Variable::number("fit_rate", "1/pattern", "Rate a of the fit A exp(-a t)"),
        Variable::number("fit_r_squared", "share", "Share of the variance of ln RD that the fit explains; empty if ln RD does not vary"),
        Variable::integer("fit_ages_used", "ages", "Ages that entered the fit: those with RD above 0"),
        Variable::integer("trials", "trials", "Trials whose accuracies are averaged"),
        Variable::integer("samples", "samples", "Samples that trials are cut into, for d'"),
        Variable::integer("trials_a_sample", "trials", "Trials of a sample"),
        Variable::integer("storage_bits", "bits", "Storage: of K-winner networks weights and random partial masks, of other memories all their words"),
        Variable::number("content_bits", "bits", "Content of all ages together; empty where it was not counted"),
        Variable::number("content_per_bit", "", "content_bits over storage_bits"),
        Variable::number("recognition_bits", "bits", "What the match score says about learned or not, of all ages together"),
        Variable::number("recalled", "share", "Mean over ages of that of the curves; empty where it was not counted"),
        Variable::number("intrusions", "share", "Mean over ages of that of the curves; empty where it was not counted"),
        Variable::number("spurious", "share", "Mean over ages of that of the curves; empty where it was not counted"),
        ACCURACY_AT,
        DPRIME_AT,
    }
}

/// One row per condition and cue level: accuracies and d' at chosen ages, baselines, the fitted forgetting rate.
#[must_use]
pub fn summary_table(measured: &[Measured<'_>], name: &str) -> Table {
    // Those that any of them has, each in a column.
    let values = |one: &Measured<'_>| Sweep::values(&one.results.condition.network);
    let has = |name: &str| {
        let mut all = measured.iter().flat_map(values);
        all.any(|(parameter, _)| parameter.name == name)
    };
    let parameters: Vec<&Parameter> = Sweep::PARAMETERS
        .iter()
        .filter(|parameter| has(parameter.name))
        .collect();
    let last = measured.iter().map(Measured::ages).max().unwrap_or(1);
    let ages: Vec<usize> = AGES.into_iter().filter(|&age| age <= last).collect();
    let mut header: Vec<Named> = Vec::new();
    for &of in SUMMARY.variables {
        match of {
            PARAMETERS => header.extend(parameters.iter().map(|one| one.variable().into())),
            ACCURACY_AT | DPRIME_AT => header.extend(ages.iter().map(|age| of.of(&[age]))),
            of => header.push(of.into()),
        }
    }
    let mut rows = Vec::new();
    for one in measured {
        let condition = &one.results.condition;
        let network = &condition.network;
        for (curves, &cue) in one.curves.iter().zip(&condition.protocol.cues) {
            let curves = &curves[0];
            let base = mean(&curves.base.mean);
            let fitted = fit(curves, FIT_MAX_AGE).ok();
            let cell =
                |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
            let mut row = vec![
                condition.slug(),
                network.name.clone(),
                condition.data.caption(),
            ];
            let own = Sweep::values(network);
            row.extend(parameters.iter().map(|parameter| {
                let value = own.iter().find(|(of, _)| of.name == parameter.name);
                cell_of(value.map(|(_, value)| value))
            }));
            row.extend([
                cue.to_string(),
                base.to_string(),
                cell(fitted.map(|fitted| fitted.amplitude)),
                cell(fitted.map(|fitted| fitted.rate)),
                cell(fitted.and_then(|fitted| fitted.r_squared)),
                fitted.map_or_else(String::new, |fitted| fitted.ages_used.to_string()),
                curves.plan.accuracy.to_string(),
                curves.plan.samples.samples().to_string(),
                curves.plan.samples.trials_each().to_string(),
            ]);
            let storage = network.storage_bits().ok();
            let content = curves.content_bits();
            row.extend([
                cell_of(storage),
                cell_of(content),
                cell_of(content.zip(storage).map(|(bits, of)| bits / of as f64)),
                curves.recognition_bits().to_string(),
            ]);
            let outcomes = |of: fn(&Outcomes) -> f64| {
                let all = curves.outcomes.as_ref()?;
                Some(mean(&all.iter().map(of).collect::<Vec<f64>>()))
            };
            row.extend([
                cell(outcomes(|of| of.recalled)),
                cell(outcomes(|of| of.intrusions)),
                cell(outcomes(|of| of.spurious)),
            ]);
            row.extend(
                ages.iter()
                    .map(|&age| cell(curves.real.mean.get(age - 1).copied())),
            );
            let d_prime = curves.d_prime.summary();
            row.extend(
                ages.iter()
                    .map(|&age| cell(d_prime.get(age - 1).and_then(|at| at.mean))),
            );
            rows.push(row);
        }
    }
    Table {
        name: name.to_owned(),
        header,
        rows,
    }
}
