//! Retention by width and rounding of the weights, beside a network of floating-point weights.
//!
//! Every width is compared with the float network age by age, by tests that could fail: see [`equality`](crate::memory::measure::equality()). Each condition
//! has streams of its own, the float network's too, so trials of two conditions are independent.

mod compare;
mod pictures;
mod report;

use slotless_core::weight::Rounding;

use crate::figures::{Drawn, FigureError};
use crate::memory::Measured;
use crate::memory::{Network, WeightWidth};
use compare::{Compared, Comparison};
pub(super) use report::{BYTES, DIFFERENCE, SUMMARY};
use slotless_draw::{LineStyle, Role};

/// What the figure expects of a width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// The float curve at every age.
    Equal,
    /// Another curve.
    Different,
}

/// A width and rounding, and how it is drawn.
#[derive(Clone, Copy, Debug)]
struct Variant {
    weights: WeightWidth,
    rounding: Rounding,
    role: Role,
    expected: Expected,
}

const fn variant(
    weights: WeightWidth,
    rounding: Rounding,
    role: Role,
    expected: Expected,
) -> Variant {
    Variant {
        weights,
        rounding,
        role,
        expected,
    }
}

/// Every width and rounding of the figure; one hue a width. 4 bits with nearest rounding stop decaying at .067 of full
/// scale for the paper's rate, which is more than the program lets pass without a warning.
const VARIANTS: [Variant; 7] = {
    use Expected::{Different, Equal};
    use Rounding::{Nearest, Stochastic};
    [
        variant(WeightWidth::U16, Nearest, Role::OneWinner, Equal),
        variant(WeightWidth::U8, Nearest, Role::Other(0), Equal),
        variant(WeightWidth::U8, Stochastic, Role::Other(0), Equal),
        variant(WeightWidth::U4, Nearest, Role::Graded, Different),
        variant(WeightWidth::U4, Stochastic, Role::Graded, Equal),
        variant(WeightWidth::U2, Stochastic, Role::Other(1), Different),
        variant(WeightWidth::U1, Stochastic, Role::Other(3), Different),
    ]
};

/// The networks of the figure: `network` at every width and rounding, then with float weights.
#[must_use]
pub fn networks(network: &Network) -> Vec<Network> {
    let with = |weights, rounding, name: String| {
        let mut network = network.clone();
        (network.weights, network.rounding, network.name) = (weights, rounding, name);
        network
    };
    let mut networks: Vec<Network> = VARIANTS
        .iter()
        .map(|variant| with(variant.weights, variant.rounding, variant.name()))
        .collect();
    let float = "64-bit float".to_owned();
    networks.push(with(WeightWidth::Float, Rounding::Nearest, float));
    networks
}

impl Variant {
    fn name(self) -> String {
        let bits = self.weights.bits();
        let plural = if bits == 1 { "" } else { "s" };
        format!("{bits} bit{plural}, {}", rounding_name(self.rounding))
    }

    /// Why the width may be told from float although it is expected to equal it.
    fn note(self) -> String {
        match (self.rounding, self.weights.full()) {
            (Rounding::Stochastic, full) if full < 255 => {
                format!("weights are rounded at random to multiples of 1/{full} of full scale")
            }
            _ => String::new(),
        }
    }

    fn style(self) -> LineStyle {
        match self.rounding {
            Rounding::Nearest => LineStyle::Solid,
            Rounding::Stochastic => LineStyle::Dotted,
        }
    }
}

fn rounding_name(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::Nearest => "nearest",
        Rounding::Stochastic => "stochastic",
    }
}

fn weights_name(weights: WeightWidth) -> String {
    format!("{weights:?}").to_lowercase()
}

/// The figure: accuracy, d' and the difference from float for every width, and that difference age by age.
///
/// Takes the results of [`networks`], in that order.
///
/// # Errors
/// [`FigureError`].
pub fn precision(measured: &[Measured<'_>]) -> Result<Drawn, FigureError> {
    let mut drawn = Drawn::default();
    let Some((float, variants)) = measured.split_last() else {
        return Ok(drawn);
    };
    let variants: Vec<(Variant, &Measured<'_>)> = VARIANTS.into_iter().zip(variants).collect();
    let levels = float.results.condition.protocol.cues.clone();
    let mut comparisons: Vec<Comparison> = Vec::new();
    for (cue, &level) in levels.iter().enumerate() {
        for compared in [Compared::Accuracy, Compared::DPrime] {
            let oracle = compared.rows(float, cue)?;
            for &(variant, one) in &variants {
                let ours = compared.rows(one, cue)?;
                comparisons.extend(Comparison::new(variant, level, compared, &ours, &oracle)?);
            }
        }
    }
    let curves = pictures::all_widths(&variants, float, &levels, &comparisons)?;
    drawn.pictures.push(("precision".to_owned(), curves));
    if !comparisons.is_empty() {
        let picture = pictures::age_by_age(float, &levels, &comparisons)?;
        drawn
            .pictures
            .push(("precision_difference".to_owned(), picture));
    }
    report::report(&mut drawn, float, &variants, &comparisons)?;
    // The widths are compared with the float network, and that one with the reference curves.
    drawn.referenced = Some(vec![variants.len()]);
    Ok(drawn)
}
