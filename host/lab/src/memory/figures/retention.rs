//! Panels of retention: accuracy, raw difference, d' or AUC by age.

use crate::choice::choices;

use crate::memory::curves::{Curves, theory_of};
use crate::memory::measure::{
    AdvantageTest, Better, ExponentialFit, MeasureError, SampleValues, advantage, fit_exponential,
};
use crate::memory::theory::Forgetting;
use crate::memory::{Kind, Network, Outcomes};
use slotless_draw::{Advantage, CurvePanel, LineStyle, Role, Scale, Series};

choices! {
    /// What is drawn over age.
    pub enum Quantity = Accuracy {
        /// Retrieval accuracy: overlap / s, of learned and of pseudo-patterns.
        Accuracy = "accuracy",
        /// Raw difference: accuracy of learned less that of pseudo-patterns.
        RawDifference = "rd",
        /// Sensitivity d'.
        DPrime = "dprime",
        /// Area under the ROC curve of the overlaps.
        Auc = "auc",
        /// What answers are: the pattern, another one that was learned, none (where intrusions were counted).
        Outcomes = "outcomes",
    }
}

impl Quantity {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Accuracy => "retrieval accuracy (overlap / 𝑠)",
            Self::RawDifference => "raw difference in accuracy",
            Self::DPrime => "sensitivity 𝑑\u{2032}",
            Self::Auc => "AUC, learned against pseudo-patterns",
            Self::Outcomes => "share of answers",
        }
    }
}

/// How a panel shows its quantity.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// What is drawn.
    pub quantity: Quantity,
    /// Last age drawn.
    pub max_age: usize,
    /// Scale of the y axis.
    pub y_scale: Scale,
    /// Range of the y axis; fitted to the data if `None`.
    pub y_range: Option<(f64, f64)>,
    /// Ages 1..= this are fitted by an exponential (raw difference only).
    pub fit_ages: Option<usize>,
    /// Whose curve in theory is drawn.
    pub theory: Theory,
    /// Whether ages of significant advantage are marked.
    pub bars: Bars,
    /// Ages whose values a point is the mean of (not of accuracy).
    pub bin: usize,
    /// What the y axis is called, where not after the quantity.
    pub y_label: Option<&'static str>,
}

/// Whose curve in theory is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theory {
    /// Theorem 1's, of every 1-winner network (raw difference only).
    OneWinner,
    /// That of every memory that has one, [`Forgetting`] (accuracy and raw difference).
    Each,
    /// None.
    Hidden,
}

/// Whether ages of significant advantage are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bars {
    /// They are, where there are two networks and several samples.
    Drawn,
    /// They are not.
    Hidden,
}

impl View {
    /// A quantity over all ages, with advantage bars on d' and raw difference.
    #[must_use]
    pub fn new(quantity: Quantity, max_age: usize) -> Self {
        Self {
            quantity,
            max_age,
            y_scale: Scale::Linear,
            y_range: None,
            fit_ages: None,
            theory: Theory::Hidden,
            bars: match quantity {
                Quantity::DPrime => Bars::Drawn,
                _ => Bars::Hidden,
            },
            bin: 1,
            y_label: None,
        }
    }
}

/// A network's curves in a panel.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Colour.
    pub role: Role,
    /// The network.
    pub network: &'a Network,
    /// Its curves, one for each baseline drawn; the first is the one compared with.
    pub curves: &'a [Curves],
}

/// The colour of a network among others: by what it is, then by its place.
#[must_use]
pub fn role_of(networks: &[&Network], index: usize) -> Role {
    let class = |network: &Network| match network {
        network if !network.memory.is_kwinner() => Role::Other(0),
        network if network.k > 1 => Role::KWinner,
        network if network.eps < 1.0 => Role::Graded,
        _ => Role::OneWinner,
    };
    let role = class(networks[index]);
    let before = networks[..index]
        .iter()
        .filter(|network| class(network) == role)
        .count();
    match (role, before) {
        (Role::Other(_), _) => Role::Other((index % 256) as u8),
        (role, 0) => role,
        (Role::KWinner, 1) => Role::Slow,
        _ => Role::Other((index % 256) as u8),
    }
}

fn ages(count: usize) -> Vec<f64> {
    (1..=count).map(|age| age as f64).collect()
}

/// Means and standard errors as the plots take them: NaN where undefined.
fn summary(values: &SampleValues, count: usize) -> (Vec<f64>, Vec<f64>) {
    let points = values.summary();
    let cut = |value: fn(&crate::memory::measure::AgeSummary) -> Option<f64>| {
        points
            .iter()
            .take(count)
            .map(|point| value(point).unwrap_or(f64::NAN))
            .collect()
    };
    (cut(|point| point.mean), cut(|point| point.standard_error))
}

fn values_of(curves: &Curves, quantity: Quantity) -> &SampleValues {
    match quantity {
        Quantity::DPrime => &curves.d_prime,
        Quantity::Auc => &curves.auc,
        Quantity::Accuracy | Quantity::RawDifference | Quantity::Outcomes => &curves.raw_difference,
    }
}

/// The fit of a network's raw difference over the ages 1..=`max_age`, or fewer where there are fewer.
///
/// # Errors
/// [`MeasureError`] if too few ages lie above the baseline.
pub fn fit(curves: &Curves, max_age: usize) -> Result<ExponentialFit, MeasureError> {
    fit_exponential(&curves.raw_difference.means()?, max_age.min(curves.ages()))
}

/// The ages at which the first, or the second, of two networks is significantly better.
///
/// # Errors
/// [`MeasureError`] if their samples differ.
pub fn better_ages(
    first: &Curves,
    second: &Curves,
    quantity: Quantity,
) -> Result<[Vec<usize>; 2], MeasureError> {
    let test = AdvantageTest::default();
    let verdicts = advantage(
        values_of(first, quantity),
        values_of(second, quantity),
        test,
    )?;
    Ok([
        verdicts.ages_of(Better::First),
        verdicts.ages_of(Better::Second),
    ])
}

/// A range of d' that the K-winner curves of some panels fill: the 1-winner's first ages, up to ten times as high, would flatten
/// them.
pub(super) fn sensitivity_range<'e>(
    entries: impl IntoIterator<Item = &'e Entry<'e>>,
    bin: usize,
) -> Option<(f64, f64)> {
    let several = entries
        .into_iter()
        .filter(|entry| !entry.network.memory.is_kwinner() || entry.network.k > 1);
    let values = several.flat_map(|entry| {
        let values = &entry.curves[0].d_prime;
        let binned = values.binned(bin.max(1));
        binned.map_or_else(|_| values.summary(), |binned| binned.summary())
    });
    let most = values.filter_map(|at| at.mean).fold(0.0, f64::max);
    (most > 0.0).then(|| (-1.0, (most * 1.15).ceil().max(2.0)))
}

/// A panel of one quantity for some networks.
///
/// # Errors
/// [`MeasureError`] if a fit or a test cannot be made of these curves.
pub fn panel(title: &str, entries: &[Entry<'_>], view: &View) -> Result<CurvePanel, MeasureError> {
    let mut panel = CurvePanel::new(
        "age (patterns learned since, 1 = newest)",
        view.y_label.unwrap_or(view.quantity.label()),
    )
    .title(title)
    .x_range(0.0, view.max_age as f64)
    .y_scale(view.y_scale);
    let by_data = || match view.quantity {
        Quantity::DPrime if view.y_scale == Scale::Linear => sensitivity_range(entries, view.bin),
        _ => None,
    };
    if let Some((low, high)) = view.y_range.or_else(by_data) {
        panel = panel.y_range(low, high);
    }
    if view.quantity == Quantity::DPrime && view.y_scale == Scale::Linear {
        panel = panel.reference(0.0);
    }
    for entry in entries {
        for (index, curves) in entry.curves.iter().enumerate() {
            panel = add(panel, entry, index, curves, view)?;
        }
    }
    for entry in entries {
        panel = add_models(panel, entry, view)?;
    }
    if let (Bars::Drawn, [first, second]) = (view.bars, entries)
        && first.curves[0].plan.samples.samples() >= 3
    {
        let better = better_ages(&first.curves[0], &second.curves[0], view.quantity)?;
        for (entry, ages) in entries.iter().zip(better) {
            let ages = ages.into_iter().filter(|&age| age <= view.max_age);
            let label = format!("{} better (one-tailed 𝑝 < .01)", entry.network.name);
            let ages = ages.map(|age| age as f64).collect();
            panel = panel.advantage(Advantage::new(&label, entry.role, ages));
        }
    }
    Ok(panel)
}

fn add(
    mut panel: CurvePanel,
    entry: &Entry<'_>,
    index: usize,
    curves: &Curves,
    view: &View,
) -> Result<CurvePanel, MeasureError> {
    let count = view.max_age.min(curves.ages());
    let name = &entry.network.name;
    let against = match curves.baseline {
        Kind::Unstructured => "unstructured pseudo-patterns",
        _ => "pseudo-patterns",
    };
    if view.quantity == Quantity::Accuracy {
        let series = |label: &str, curve: &crate::memory::measure::Curve| {
            Series::new(label, entry.role, ages(count), curve.mean[..count].to_vec())
                .band(curve.standard_error[..count].to_vec())
        };
        if index == 0 {
            panel = panel.series(series(name, &curves.real));
        }
        let mut base = series(&format!("{name}, {against}"), &curves.base).baseline();
        if curves.baseline == Kind::Unstructured {
            base = base.style(LineStyle::Dotted);
        }
        return Ok(panel.series(base));
    }
    if view.quantity == Quantity::Outcomes {
        let Some(outcomes) = curves.outcomes.as_ref().filter(|_| index == 0) else {
            return Ok(panel);
        };
        let outcomes = &outcomes[..count];
        type Share = fn(&Outcomes) -> f64;
        let shares: [(&str, LineStyle, Share); 3] = [
            ("recalled", LineStyle::Solid, |of| of.recalled),
            ("intrusions", LineStyle::Dashed, |of| of.intrusions),
            ("spurious", LineStyle::Dotted, |of| of.spurious),
        ];
        for (what, style, share) in shares {
            let y = outcomes.iter().map(share).collect();
            let series = Series::new(&format!("{name}, {what}"), entry.role, ages(count), y);
            panel = panel.series(series.style(style));
        }
        return Ok(panel);
    }
    let values = values_of(curves, view.quantity);
    let (x, (mean, error)) = match view.bin {
        0 | 1 => (ages(count), summary(values, count)),
        bin => {
            let bins = count / bin;
            let middle = |number: usize| (number * bin) as f64 + (bin as f64 + 1.0) / 2.0;
            let x = (0..bins).map(middle).collect();
            (x, summary(&values.binned(bin)?, bins))
        }
    };
    let label = if entry.curves.len() > 1 {
        format!("{name}, against {against}")
    } else {
        name.clone()
    };
    let mut series = Series::new(&label, entry.role, x, mean).band(error);
    if index > 0 {
        series = series.style(LineStyle::Dotted);
    }
    Ok(panel.series(series))
}

fn add_models(
    mut panel: CurvePanel,
    entry: &Entry<'_>,
    view: &View,
) -> Result<CurvePanel, MeasureError> {
    let curves = &entry.curves[0];
    let count = view.max_age.min(curves.ages());
    if view.quantity == Quantity::RawDifference {
        // A network that has no fit has no fitted curve; the report says so.
        if let Some(fitted) = view.fit_ages.and_then(|ages| fit(curves, ages).ok()) {
            let values = ages(count).into_iter().map(|age| fitted.at(age)).collect();
            let span = format!(
                "fit of ages 1 to {}",
                fitted.ages_used + fitted.ages_dropped
            );
            let name = &entry.network.name;
            let label = match fitted.caution() {
                None => format!("{name}, {span}"),
                Some(caution) => format!("{name}, {span} ({caution})"),
            };
            let series = Series::new(&label, entry.role, ages(count), values);
            panel = panel.series(series.model());
        }
    }
    match view.theory {
        Theory::Hidden => Ok(panel),
        Theory::OneWinner => Ok(add_theorem(panel, entry, view, count)),
        Theory::Each => add_theory(panel, entry, view, count),
    }
}

fn add_theorem(panel: CurvePanel, entry: &Entry<'_>, view: &View, count: usize) -> CurvePanel {
    let Some(theory) = theory_of(entry.network, entry.curves[0].cue) else {
        return panel;
    };
    if view.quantity != Quantity::RawDifference {
        return panel;
    }
    let values = (1..=count)
        .map(|age| theory.raw_difference(age).unwrap_or(f64::NAN))
        .collect();
    let label = "1-winner MHN, Theorem 1";
    panel.series(Series::new(label, Role::Theory, ages(count), values).width(1.4))
}

fn add_theory(
    mut panel: CurvePanel,
    entry: &Entry<'_>,
    view: &View,
    count: usize,
) -> Result<CurvePanel, MeasureError> {
    let Ok(theory) = Forgetting::of_network(entry.network) else {
        return Ok(panel);
    };
    let at = theory.ages(count);
    let forecast = theory.forecast(entry.curves[0].cue, &at)?;
    let x: Vec<f64> = at.iter().map(|&age| age as f64).collect();
    let line =
        |label: &str, x: Vec<f64>, y: Vec<f64>| Series::new(label, Role::Theory, x, y).width(1.4);
    match view.quantity {
        Quantity::Accuracy => {
            panel = panel.series(line(theory.name(), x, forecast.accuracy));
            let ends = vec![1.0, count as f64];
            let label = format!("{}, pseudo-patterns", theory.name());
            let base = line(&label, ends, vec![forecast.pseudo; 2]);
            panel = panel.series(base.style(LineStyle::Dotted));
        }
        Quantity::RawDifference => {
            panel = panel.series(line(theory.name(), x, forecast.raw_difference()));
        }
        Quantity::DPrime | Quantity::Auc | Quantity::Outcomes => {}
    }
    Ok(panel)
}
