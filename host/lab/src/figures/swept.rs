//! Pictures over what was swept: a measure against one parameter, heat maps over two.

use slotless_draw::{
    ColourScale, CurvePanel, Figure, HeatPanel, MarkPanel, Panel, Role, Scale, Series,
};

use super::numbers::{mean, mean_error};
use crate::run::parameter::{Parameter, Value};

/// The parameters of a condition, those that it has, with their values.
pub(crate) type Values = Vec<(&'static Parameter, Value)>;

/// What is measured of every condition.
pub(crate) struct Measure {
    /// What it is, with its unit.
    pub label: String,
    /// For each condition a value of each sample; what is no number is left out.
    pub values: Vec<Vec<f64>>,
    /// Values that an axis must reach.
    pub range: Option<(f64, f64)>,
}

/// Values of a parameter of which heat maps are drawn beside one another, or curves into one panel.
const MOST: usize = 7;

/// Ratio of the largest to the smallest value from which an axis is logarithmic.
const LOGARITHMIC: f64 = 8.0;

/// A parameter that was swept.
struct Axis {
    parameter: &'static Parameter,
    /// Its values: numbers from the smallest, names as they came.
    values: Vec<Value>,
    /// For each condition the place of its value, if it has the parameter.
    at: Vec<Option<usize>>,
    /// Parameters whose values follow from its own.
    with: Vec<&'static str>,
}

fn number(value: &Value) -> Option<f64> {
    match *value {
        Value::Whole(value) => Some(value.into()),
        Value::Real(value) => Some(value),
        Value::Name(_) | Value::Text(_) => None,
    }
}

/// A single letter as a variable; others are found by themselves.
fn symbol(parameter: &Parameter) -> String {
    let symbol = parameter.symbol;
    let mut letters = symbol.chars();
    match (letters.next(), letters.next()) {
        (Some(letter @ ('A'..='Z')), None) => italic(0x1d434, letter, 'A'),
        (Some('h'), None) => "\u{210e}".to_owned(),
        (Some(letter @ ('a'..='z')), None) => italic(0x1d44e, letter, 'a'),
        _ => match symbol {
            "eps" => "\u{1d700}".to_owned(),
            "beta" => "\u{1d6fd}".to_owned(),
            other => other.to_owned(),
        },
    }
}

fn italic(first: u32, letter: char, from: char) -> String {
    let place = first + (letter as u32 - from as u32);
    char::from_u32(place).map_or_else(|| letter.to_string(), |letter| letter.to_string())
}

impl Axis {
    fn new(parameter: &'static Parameter, conditions: &[Values]) -> Self {
        let own: Vec<Option<&Value>> = conditions
            .iter()
            .map(|values| {
                let found = values.iter().find(|(own, _)| own.name == parameter.name);
                found.map(|(_, value)| value)
            })
            .collect();
        let mut values: Vec<Value> = Vec::new();
        for &value in own.iter().flatten() {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        if values.iter().all(|value| number(value).is_some()) {
            values.sort_by(|a, b| number(a).partial_cmp(&number(b)).expect("numbers"));
        }
        let place = |of: &Value| values.iter().position(|value| value == of);
        Self {
            parameter,
            at: own.iter().map(|of| place((*of)?)).collect(),
            values,
            with: Vec::new(),
        }
    }

    /// Whether the other's values follow from its own.
    fn decides(&self, other: &Self) -> bool {
        let mut images: Vec<Option<Option<usize>>> = vec![None; self.values.len()];
        self.at.iter().zip(&other.at).all(|(own, other)| {
            let Some(own) = own else {
                return other.is_none();
            };
            *images[*own].get_or_insert(*other) == *other
        })
    }

    /// What it is, with its symbol: "hidden units, n_h".
    fn label(&self) -> String {
        let Parameter { help, name, .. } = self.parameter;
        let short = help.split([';', ':', '(']).next().unwrap_or(help).trim();
        let mut letters = short.chars();
        let first = letters
            .next()
            .map(|letter| letter.to_lowercase().to_string());
        let short = first.unwrap_or_default() + letters.as_str();
        match self.parameter.symbol {
            // In a few words, or by its name.
            "" if short.chars().count() <= 24 => short,
            "" => name.replace('_', " "),
            symbol if short.contains(symbol) => short,
            _ => format!("{short}, {}", symbol(self.parameter)),
        }
    }

    fn names(&self) -> Vec<String> {
        self.values.iter().map(Value::to_string).collect()
    }

    /// The values as numbers, if they are.
    fn numbers(&self) -> Option<Vec<f64>> {
        self.values.iter().map(number).collect()
    }

    /// A value of it: `k = 50`.
    fn said(&self, place: usize) -> String {
        let name = match self.parameter.symbol {
            "" => self.parameter.name,
            symbol => symbol,
        };
        format!("{name} = {}", self.values[place])
    }
}

/// What was swept: parameters of several values, but for those whose values follow from another's.
fn axes(conditions: &[Values]) -> Vec<Axis> {
    let mut parameters: Vec<&'static Parameter> = Vec::new();
    for (parameter, _) in conditions.iter().flatten() {
        if !parameters.iter().any(|own| own.name == parameter.name) {
            parameters.push(parameter);
        }
    }
    let mut axes: Vec<Axis> = Vec::new();
    for parameter in parameters {
        let mut axis = Axis::new(parameter, conditions);
        if axis.values.len() < 2 {
            continue;
        }
        if let Some(before) = axes.iter_mut().find(|before| before.decides(&axis)) {
            before.with.push(parameter.name);
            continue;
        }
        let mut kept = Vec::new();
        for before in axes {
            if axis.decides(&before) {
                axis.with.push(before.parameter.name);
                axis.with.extend(before.with);
            } else {
                kept.push(before);
            }
        }
        axes = kept;
        axes.push(axis);
    }
    axes
}

/// Means, and their standard errors, of the conditions at each of `places`; NaN where there is none.
fn points(measure: &Measure, places: &[Option<usize>]) -> (Vec<f64>, Vec<f64>) {
    let of = |place: &Option<usize>| {
        let Some(condition) = *place else {
            return [f64::NAN; 2];
        };
        let values = finite(&measure.values[condition]);
        match values.len() {
            0 => [f64::NAN; 2],
            1 => [values[0], f64::NAN],
            _ => mean_error(&values),
        }
    };
    places.iter().map(of).map(|[y, error]| (y, error)).unzip()
}

fn finite(values: &[f64]) -> Vec<f64> {
    let finite = values.iter().copied().filter(|value| value.is_finite());
    finite.collect()
}

const COLOURS: [Role; MOST] = [
    Role::OneWinner,
    Role::KWinner,
    Role::Graded,
    Role::Slow,
    Role::Other(1),
    Role::Other(2),
    Role::Other(0),
];

/// Curves of a measure over an axis of numbers: each with its label and, for every value, its condition.
fn curves(
    measure: &Measure,
    axis: &Axis,
    x: &[f64],
    curves: &[(String, Vec<Option<usize>>)],
) -> CurvePanel {
    let mut panel = CurvePanel::new(&axis.label(), &measure.label);
    let (lo, hi) = (x[0], x[x.len() - 1]);
    if lo > 0.0 && hi / lo >= LOGARITHMIC {
        panel = panel.x_scale(Scale::Log10);
    }
    if let Some((lo, hi)) = measure.range {
        panel = panel.y_range(lo, hi);
    }
    for ((label, places), role) in curves.iter().zip(COLOURS) {
        let (y, error) = points(measure, places);
        let series = Series::new(label, role, x.to_vec(), y);
        panel = panel.series(series.band(error));
    }
    panel
}

/// A measure over one axis.
fn over_one(measure: &Measure, axis: &Axis) -> Panel {
    let places: Vec<Option<usize>> = (0..axis.values.len())
        .map(|place| axis.at.iter().position(|&at| at == Some(place)))
        .collect();
    if let Some(x) = axis.numbers() {
        return curves(measure, axis, &x, &[(String::new(), places)]).into();
    }
    let mut panel =
        MarkPanel::new(&axis.label(), &measure.label).legend_labels("one sample", "median");
    if let Some((lo, hi)) = measure.range {
        panel = panel.y_range(lo, hi);
    }
    for (number, (name, condition)) in axis.names().into_iter().zip(places).enumerate() {
        let values = condition.map_or_else(Vec::new, |at| measure.values[at].clone());
        panel = panel.category(&name, COLOURS[number % MOST], values);
    }
    panel.into()
}

/// The conditions over two axes: for each value of the first those of the second.
type Table = Vec<Vec<Option<usize>>>;

/// Puts conditions on two axes; an error if two of them have one place.
fn table(first: &Axis, second: &Axis, among: &[usize]) -> Result<Table, String> {
    let mut table = vec![vec![None; second.values.len()]; first.values.len()];
    for &condition in among {
        let (Some(row), Some(column)) = (first.at[condition], second.at[condition]) else {
            continue;
        };
        if table[row][column].replace(condition).is_some() {
            return Err(format!(
                "several conditions have {} and {}",
                first.said(row),
                second.said(column)
            ));
        }
    }
    Ok(table)
}

/// A measure over two axes: the first upwards, the second to the right.
fn heat(measure: &Measure, [first, second]: [&Axis; 2], table: &Table) -> HeatPanel {
    let all = measure.values.iter().map(|values| mean(&finite(values)));
    let all = all.filter(|value| value.is_finite());
    let (lo, hi) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), value| {
        (lo.min(value), hi.max(value))
    });
    // Equal values, or none.
    let (lo, hi) = match (lo, hi) {
        (lo, hi) if hi - lo > 1e-9 * hi.abs().max(1e-9) => (lo, hi),
        (lo, _) if lo.is_finite() => (lo - 0.5, lo + 0.5),
        _ => (0.0, 1.0),
    };
    let rows = table.iter().rev();
    let values = rows.flat_map(|row| points(measure, row).0).collect();
    let mut names = first.names();
    names.reverse();
    let scale = ColourScale::new(&measure.label, lo, hi);
    HeatPanel::new(names.len(), second.values.len(), values, scale)
        .labels(&second.label(), &first.label())
        .ticks(names, second.names())
        // As high as the curves beside it.
        .height_over_width(0.66)
}

/// The picture over what was swept; none where nothing was.
///
/// # Errors
/// Why there is none where something was.
pub(crate) fn swept(
    title: &str,
    conditions: &[Values],
    measures: &[Measure],
    note: &str,
) -> Result<Option<Figure>, String> {
    let axes = axes(conditions);
    let all: Vec<usize> = (0..conditions.len()).collect();
    let with: Vec<String> = axes
        .iter()
        .filter(|axis| !axis.with.is_empty())
        .map(|axis| {
            format!(
                " With {} vary {}.",
                axis.parameter.name,
                axis.with.join(", ")
            )
        })
        .collect();
    let note = note.to_owned() + &with.concat();
    let figure = match axes.as_slice() {
        [] => return Ok(None),
        [one] => {
            let columns = measures.len().clamp(1, 2);
            let mut figure = Figure::new(title, measures.len().div_ceil(columns), columns);
            for measure in measures {
                figure = figure.panel(over_one(measure, one));
            }
            figure
        }
        [first, second] => {
            let table = table(first, second, &all)?;
            over_two(title, measures, [first, second], &table)
        }
        [outer, first, second] => {
            if outer.values.len() > MOST {
                return Err(format!(
                    "{} has {} values, a heat map each is drawn of up to {MOST}",
                    outer.parameter.name,
                    outer.values.len()
                ));
            }
            let across = outer.values.len();
            let mut figure = Figure::new(title, measures.len(), across);
            for measure in measures {
                for place in 0..across {
                    let among: Vec<usize> = all
                        .iter()
                        .copied()
                        .filter(|&condition| outer.at[condition] == Some(place))
                        .collect();
                    let table = table(first, second, &among)?;
                    let panel = heat(measure, [first, second], &table);
                    let panel = panel.title(&outer.said(place));
                    figure = figure.panel(if place + 1 < across {
                        panel.without_bar()
                    } else {
                        panel
                    });
                }
            }
            figure
        }
        more => {
            let names: Vec<&str> = more.iter().map(|axis| axis.parameter.name).collect();
            return Err(format!(
                "{} parameters were swept ({}), pictures are drawn over up to three",
                more.len(),
                names.join(", ")
            ));
        }
    };
    Ok(Some(figure.note(note.trim())))
}

/// A row for each measure: curves along the axis with more values, and a heat map.
fn over_two(
    title: &str,
    measures: &[Measure],
    [first, second]: [&Axis; 2],
    table: &Table,
) -> Figure {
    let turned: Table = (0..second.values.len())
        .map(|column| table.iter().map(|row| row[column]).collect())
        .collect();
    // Along numbers, where there are some, and along the longer of two.
    let along_second = (first, second, table);
    let along_first = (second, first, &turned);
    let (outer, along, rows) = match (first.numbers(), second.numbers()) {
        (Some(_), None) => along_first,
        (Some(a), Some(b)) if a.len() > b.len() => along_first,
        _ => along_second,
    };
    let lines = along.numbers().filter(|_| outer.values.len() <= MOST);
    let columns = if lines.is_some() { 2 } else { 1 };
    let mut figure = Figure::new(title, measures.len(), columns);
    for measure in measures {
        if let Some(x) = &lines {
            let of: Vec<(String, Vec<Option<usize>>)> = rows
                .iter()
                .enumerate()
                .map(|(place, row)| (outer.said(place), row.clone()))
                .collect();
            figure = figure.panel(curves(measure, along, x, &of));
        }
        figure = figure.panel(heat(measure, [first, second], table));
    }
    figure
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::spec::Sweep;
    use crate::run::parameter::Sweeps;
    use slotless_draw::Layout;

    fn condition(values: &[(&str, Value)]) -> Values {
        let of = |(name, value): &(&str, Value)| {
            let mut all = Sweep::PARAMETERS.iter();
            (all.find(|one| one.name == *name).unwrap(), value.clone())
        };
        values.iter().map(of).collect()
    }

    fn whole(name: &str, value: u32) -> (&str, Value) {
        (name, Value::Whole(value))
    }

    fn measure(count: usize) -> [Measure; 1] {
        [Measure {
            label: "what is measured".to_owned(),
            values: (0..count)
                .map(|at| vec![at as f64, at as f64 + 1.0])
                .collect(),
            range: None,
        }]
    }

    fn words(conditions: &[Values]) -> Vec<String> {
        let measures = measure(conditions.len());
        let figure = swept("", conditions, &measures, "").unwrap().unwrap();
        let sheet = figure.lay_out(&Layout::new()).unwrap();
        sheet.words().map(str::to_owned).collect()
    }

    #[test]
    fn what_follows_from_another_is_no_axis() {
        // n_h and s follow from k; the rate does not.
        let of = |k: u32, eps: f64| {
            let values = [
                whole("n_h", 2 * (k / 20)),
                whole("s", 7),
                whole("k", k),
                ("eps", Value::Real(eps)),
            ];
            condition(&values)
        };
        let conditions = [
            of(20, 0.1),
            of(10, 0.1),
            of(30, 0.1),
            of(10, 0.3),
            of(20, 0.3),
        ];
        let found = axes(&conditions);
        let names: Vec<&str> = found.iter().map(|axis| axis.parameter.name).collect();
        assert_eq!(names, ["k", "eps"]);
        assert_eq!(found[0].with, ["n_h"]);
        // Numbers in their order, whatever that of the conditions.
        assert_eq!(found[0].numbers().unwrap(), [10.0, 20.0, 30.0]);
        assert_eq!(found[0].at, [Some(1), Some(0), Some(2), Some(0), Some(1)]);
    }

    #[test]
    fn one_is_a_curve_and_two_are_a_map() {
        let one: Vec<Values> = [1, 2, 4].map(|k| condition(&[whole("k", k)])).into();
        let text = words(&one).join("|");
        assert!(
            text.contains("hidden units that learn") || text.contains("winners"),
            "{text}"
        );
        let two: Vec<Values> = [1, 2, 4]
            .into_iter()
            .flat_map(|k| [10, 20].map(|s| condition(&[whole("s", s), whole("k", k)])))
            .collect();
        let found = words(&two);
        for name in ["s = 10", "s = 20", "1", "2", "4"] {
            assert!(found.iter().any(|word| word == name), "{name} in {found:?}");
        }
        let names = [
            ("memory", Value::Name("ring")),
            ("memory", Value::Name("recency")),
        ];
        let found = words(&names.map(|one| condition(&[one])));
        assert!(found.iter().any(|word| word == "recency"), "{found:?}");
    }

    #[test]
    fn what_cannot_be_drawn_is_said() {
        let none = [condition(&[whole("k", 1)]), condition(&[whole("k", 1)])];
        assert!(swept("", &none, &measure(2), "").unwrap().is_none());
        let digits: Vec<Values> = (0..16)
            .map(|at| {
                let digit = |place: u32| at >> place & 1;
                condition(&[
                    whole("n_i", digit(0)),
                    whole("n_h", digit(1)),
                    whole("s", digit(2)),
                    whole("k", digit(3)),
                ])
            })
            .collect();
        let why = swept("", &digits, &measure(16), "").unwrap_err();
        assert!(why.contains("4 parameters") && why.contains("n_h"), "{why}");
        let twice = [(1, 1), (1, 2), (2, 1), (2, 2), (1, 1)]
            .map(|(s, k)| condition(&[whole("s", s), whole("k", k)]));
        let why = swept("", &twice, &measure(5), "").unwrap_err();
        assert!(why.contains("s = 1") && why.contains("k = 1"), "{why}");
    }
}
