//! Tables S1 to S3.

use super::compare::{Cell, PUBLISHED_TRIALS, STATISTICS, cells, is_theirs, reference_accuracy};
use super::{condition, diverged, look, trials_note, window};
use crate::figures::declared::file_kind;
use crate::figures::numbers::mean;
use crate::figures::{Drawn, FigureError, Size, Table};
use crate::run::manifest::Check;
use crate::transformer::statistics::{Similarity, value_contrast};
use crate::transformer::summary::mean_deviation;
use crate::transformer::tables::MODEL;
use crate::transformer::{Condition, Form, Model, Results, Rule, Training, WinnerBy};
use slotless_draw::{Figure, MarkPanel};
use slotless_files::dictionary::Variable;

/// Largest |z| that counts as the same, of most models and of those with alignment.
const LARGEST: f64 = 4.5;
const LARGEST_ALIGNED: f64 = 3.5;

/// Of a model's twelve figures, how many may be beyond |z| = 3: those of a model are correlated.
const BEYOND: f64 = 2.0;

/// The seven models, the baseline in the form of the published runs.
#[must_use]
pub fn conditions(size: Size) -> Vec<Condition> {
    let mut models = Model::published();
    for model in &mut models {
        if model.model == Rule::Baseline {
            model.form = Form::Published2025;
        }
    }
    models
        .into_iter()
        .map(|model| condition(model, size, []))
        .collect()
}

/// Whether the hyperparameters of the published run are not known for certain.
fn uncertain(model: &Model) -> bool {
    (model.model, model.winner_by) == (Rule::Fixed, WinnerBy::Projections)
}

/// Which source a figure is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Published,
    Reference,
}

impl Source {
    const ALL: [Self; 2] = [Self::Published, Self::Reference];

    fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Reference => "independent program",
        }
    }

    fn z(self, cell: &Cell) -> Option<f64> {
        match self {
            Self::Published => cell.published_z(),
            Self::Reference => cell.reference_z(),
        }
    }
}

/// Tables S1 to S3, and how they compare with the published ones and with those of an independent program.
///
/// # Errors
/// [`FigureError`].
pub fn tables(results: &[&Results]) -> Result<Drawn, FigureError> {
    let cells = cells(results);
    let mut drawn = Drawn {
        report: diverged(results),
        ..Drawn::default()
    };
    drawn.report.push(
        "the baseline is that of the published runs (form published-2025); the hyperparameters of fixed W_K + projections are \
         not certain"
            .to_owned(),
    );
    let theirs = |one: &&&Results| is_theirs(&one.condition.training);
    if let Some(other) = results.iter().find(|one| !theirs(one)) {
        let Training { batches, batch, .. } = other.condition.training;
        drawn.report.push(format!(
            "not compared with the published tables and the independent program, which are of 5000 batches of 64 random \
             sequences: these are of {batches} of {batch}"
        ));
    }
    for which in Similarity::ALL {
        let of: Vec<&Cell> = cells.iter().filter(|cell| cell.table == which).collect();
        drawn.tables.push(csv(
            &format!("table_{}.csv", which.table().to_lowercase()),
            &of,
        ));
    }
    drawn
        .texts
        .push(("tables.md".to_owned(), markdown(results, &cells)));
    let mut figure = Figure::new("Tables S1 to S3: distance from other figures", 1, 2)
        .note(&format!(
            "{} per model; twelve figures per model, in standard errors of the difference. Fixed W_K + projections: hyperparameters \
             not certain.",
            trials_note(results)
        ))
        .width(980.0);
    for source in Source::ALL {
        let mut panel = MarkPanel::new("", "𝑧")
            .title(&format!(
                "against the {}",
                match source {
                    Source::Published => "published tables",
                    Source::Reference => "independent program",
                }
            ))
            .y_range(-5.0, 5.0)
            .legend_labels("one figure of a table", "median")
            .reference(-3.0)
            .reference(0.0)
            .reference(3.0)
            .reference_label("𝑧 = \u{2212}3, 0 and 3");
        for one in results {
            let model = &one.condition.model;
            let of: Vec<&Cell> = cells
                .iter()
                .filter(|cell| cell.model == model.name)
                .collect();
            let values: Vec<f64> = of.iter().filter_map(|cell| source.z(cell)).collect();
            panel = panel.category(&model.name, look(model).0, values);
            compare(&mut drawn, model, source, &of);
        }
        figure = figure.panel(panel);
    }
    for one in results {
        signs(&mut drawn, one, &cells);
    }
    for one in results {
        let name = &one.condition.model.name;
        let ending = mean(&Results::ending(&one.accuracy, window(one)));
        let other = reference_accuracy(name).filter(|_| theirs(&one));
        let other = other.map_or_else(String::new, |other| {
            format!(", independent program {other:.3}")
        });
        let [contrast, _] = contrast(one);
        drawn.report.push(format!(
            "{name}: ending accuracy {ending:.4}{other}; W_V right less wrong {contrast:.3}"
        ));
    }
    drawn.pictures.push(("tables".to_owned(), figure));
    Ok(drawn)
}

/// A line with every z of a model, and the checks.
fn compare(drawn: &mut Drawn, model: &Model, source: Source, cells: &[&Cell]) {
    let all: Vec<f64> = cells.iter().filter_map(|cell| source.z(cell)).collect();
    if all.is_empty() {
        return;
    }
    let mut parts = Vec::new();
    for which in Similarity::ALL {
        let of = cells.iter().filter(|cell| cell.table == which);
        let numbers: Vec<String> = of
            .map(|cell| {
                source
                    .z(cell)
                    .map_or_else(|| "-".to_owned(), |z| format!("{z:+.2}"))
            })
            .collect();
        parts.push(format!("{} {}", which.table(), numbers.join(" ")));
    }
    let remark = if uncertain(model) {
        " (not certain)"
    } else {
        ""
    };
    drawn.report.push(format!(
        "{}{remark}, z against {}: {}",
        model.name,
        source.name(),
        parts.join("; ")
    ));
    // A model whose hyperparameters are not certain is reported, and not judged.
    if uncertain(model) {
        return;
    }
    let most = all.iter().fold(0.0, |most: f64, z| most.max(z.abs()));
    let beyond = all.iter().filter(|z| z.abs() > 3.0).count() as f64;
    let allowed = if model.model == Rule::Qk {
        LARGEST_ALIGNED
    } else {
        LARGEST
    };
    let name = |what: &str| format!("{}, against {}: {what}", model.name, source.name());
    drawn
        .checks
        .push(Check::within(name("largest |z|"), most, 0.0, allowed));
    drawn.checks.push(Check::within(
        name("figures beyond |z| = 3"),
        beyond,
        0.0,
        BEYOND,
    ));
}

/// Whether a published mean can be told from zero: it lies three standard errors of its 10 trials from it. There are 63 of
/// them: with two, some would be told from zero by chance, such as the keys that start at random and stay.
fn told(value: f64, sd: f64) -> bool {
    value.abs() > 3.0 * sd / PUBLISHED_TRIALS.sqrt()
}

/// Signs and the order of the two means, where the published ones are told apart.
fn signs(drawn: &mut Drawn, one: &Results, cells: &[Cell]) {
    let model = &one.condition.model;
    let (mut other, mut compared) = (Vec::new(), 0);
    for which in Similarity::ALL {
        let find = |statistic| {
            cells.iter().find(|cell| {
                (&cell.model, cell.table, cell.statistic) == (&model.name, which, statistic)
            })
        };
        let (Some(on), Some(off)) = (find(0), find(2)) else {
            continue;
        };
        let (Some(on_published), Some(off_published)) = (on.published, off.published) else {
            continue;
        };
        let pairs = [
            ("diagonal", on.mean, on_published, on.sd),
            ("off-diagonal", off.mean, off_published, off.sd),
            (
                "diagonal less off-diagonal",
                on.mean - off.mean,
                on_published - off_published,
                on.sd.hypot(off.sd),
            ),
        ];
        for (what, ours, published, sd) in pairs {
            if told(published, sd) {
                compared += 1;
                if ours * published <= 0.0 {
                    other.push(format!("{} {what}", which.table()));
                }
            }
        }
    }
    if compared == 0 {
        return;
    }
    let verdict = if other.is_empty() {
        "as published".to_owned()
    } else {
        format!("other than published: {}", other.join(", "))
    };
    let remark = if uncertain(model) {
        " (not certain)"
    } else {
        ""
    };
    drawn.report.push(format!(
        "{}{remark}: {compared} of 9 signs (of means, and of diagonal less off-diagonal) are told from chance, {verdict}",
        model.name
    ));
    if !uncertain(model) {
        let name = format!("{}: signs other than published", model.name);
        drawn
            .checks
            .push(Check::within(name, other.len() as f64, 0.0, 0.0));
    }
}

file_kind! {
    /// A row per model and statistic. S1: keys of uppercase and lowercase letters; S2, S3: queries and keys of lowercase, of uppercase letters
    pub(crate) SIMILARITIES: "table_s{number}.csv" by "reproduce tables" {
        MODEL,
        Variable::text("statistic", "Mean or range (largest less smallest), on the diagonal or off it"),
        Variable::integer("trials", "trials", "Trials that did not diverge"),
        Variable::number("mean", "", "Mean over trials"),
        Variable::number("sd", "", "Standard deviation over trials (over n - 1)"),
        Variable::number("published", "", "The paper's number, of 10 trials; empty where it has none"),
        Variable::number("published_z", "", "mean less published in standard errors"),
        Variable::number("independent", "", "Number of an independent program (host/lab/data); empty where it has none"),
        Variable::number("independent_sd", "", "Standard deviation over trials of independent"),
        Variable::integer("independent_trials", "trials", "Trials of the independent program"),
        Variable::number("independent_z", "", "mean less independent in standard errors"),
    }
}

fn csv(name: &str, cells: &[&Cell]) -> Table {
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let rows = cells.iter().map(|cell| {
        let [other, sd, trials] = match cell.reference {
            Some(of) => of.map(Some),
            None => [None; 3],
        };
        vec![
            cell.model.clone(),
            STATISTICS[cell.statistic].to_owned(),
            cell.trials.to_string(),
            cell.mean.to_string(),
            cell.sd.to_string(),
            number(cell.published),
            number(cell.published_z()),
            number(other),
            number(sd),
            number(trials),
            number(cell.reference_z()),
        ]
    });
    Table::new(name, &SIMILARITIES, rows.collect())
}

/// A figure as the paper prints it: three digits.
fn digits(value: f64) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    let before = value.abs().max(1e-12).log10().floor() as i32;
    let decimals = (2 - before).clamp(0, 5) as usize;
    format!("{value:.decimals$}")
}

/// The three tables in the paper's layout, each with what is published and the distance.
fn markdown(results: &[&Results], cells: &[Cell]) -> String {
    let titles = [
        "On-diagonal mean",
        "On-diagonal range",
        "Off-diagonal mean",
        "Off-diagonal range",
    ];
    let mut text = format!(
        "# Tables S1 to S3\n\nMean over {} (standard deviation); published, of {PUBLISHED_TRIALS} trials; z, their distance in \
         standard errors.\n",
        trials_note(results)
    );
    for which in Similarity::ALL {
        text += &format!(
            "\n## Table {}: {}\n\n| Model |",
            which.table(),
            which.name()
        );
        for title in titles {
            text += &format!(" {title} | published | z |");
        }
        text += &format!("\n|---|{}\n", "---|---|---|".repeat(titles.len()));
        for one in results {
            let model = &one.condition.model;
            let remark = if uncertain(model) {
                " (hyperparameters not certain)"
            } else {
                ""
            };
            text += &format!("| {}{remark} |", model.name);
            let of = cells
                .iter()
                .filter(|cell| cell.table == which && cell.model == model.name);
            for cell in of {
                let z = cell
                    .published_z()
                    .map_or_else(|| "-".to_owned(), |z| format!("{z:+.1}"));
                text += &format!(
                    " {} ({}) | {} | {z} |",
                    digits(cell.mean),
                    digits(cell.sd),
                    digits(cell.published.unwrap_or(f64::NAN))
                );
            }
            text += "\n";
        }
    }
    text += "\n## W_V\n\nMean of the entries of W_V that should be 1 less mean of those that should be 0 (standard deviation over \
             trials).\n\n| Model | Right less wrong |\n|---|---|\n";
    for one in results {
        let [mean, sd] = contrast(one);
        let name = &one.condition.model.name;
        text += &format!("| {name} | {} ({}) |\n", digits(mean), digits(sd));
    }
    text
}

/// Mean and standard deviation over trials of how well W_V knows the case.
fn contrast(one: &Results) -> [f64; 2] {
    mean_deviation(
        one.final_weights()
            .map(|(_, weights)| value_contrast(weights)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits() {
        assert_eq!(digits(3.3412), "3.34");
        assert_eq!(digits(-0.00152), "-0.00152");
        assert_eq!(digits(0.4821), "0.482");
        assert_eq!(digits(12.34), "12.3");
        assert_eq!(digits(0.0), "0.00000");
        assert_eq!(digits(f64::NAN), "-");
    }

    #[test]
    fn a_sign_counts_where_it_is_told_from_chance() {
        // Three standard errors of ten trials with deviation 1 are 0.949.
        assert!(told(-0.95, 1.0) && !told(0.94, 1.0));
    }
}
