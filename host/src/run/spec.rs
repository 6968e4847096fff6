//! The spec of `slotless memory`: what a user writes in TOML, or in flags.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use slotless_core::kwinner::{Assignment, WiringKind};
use slotless_core::weight::Rounding;

use crate::memory::{Condition, Data, Network, Protocol, SpecError, WeightWidth};

/// Networks, data and protocol of one run or sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Seed of every stream.
    #[serde(default = "one")]
    pub seed: u64,
    /// Trials of each condition.
    #[serde(default = "hundred")]
    pub trials: u32,
    /// How a trial runs.
    #[serde(default)]
    pub protocol: Protocol,
    /// Where patterns come from.
    #[serde(default = "random")]
    pub data: Data,
    /// The networks.
    pub network: Vec<Network>,
    /// Values to take in place of the first network's (and the data's b): every combination.
    #[serde(default, skip_serializing_if = "Sweep::is_empty")]
    pub sweep: Sweep,
}

fn one() -> u64 {
    1
}

fn hundred() -> u32 {
    100
}

fn random() -> Data {
    Data::Random
}

/// Values of parameters; every combination is a condition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sweep {
    /// Visible units.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub n_i: Vec<u32>,
    /// Hidden units.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub n_h: Vec<u32>,
    /// Ones of a pattern.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub s: Vec<u32>,
    /// Share of visible units wired to a hidden unit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub f: Vec<f64>,
    /// Winners.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub k: Vec<u32>,
    /// Learning rates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub eps: Vec<f64>,
    /// Widths of the weights.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weights: Vec<WeightWidth>,
    /// Roundings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rounding: Vec<Rounding>,
    /// Assignments of winners.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assignment: Vec<Assignment>,
    /// Wirings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wiring: Vec<WiringKind>,
    /// b of the tree or the categories.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub b: Vec<u32>,
}

/// Reads a spec in TOML; an error is one line that says where.
pub(super) fn from_toml<T: DeserializeOwned>(text: &str) -> Result<T, SpecError> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.unwrap_or_default().matches('\n').count() + 1;
        let message = error.message().replace('\n', " ");
        SpecError::File(format!("line {line}: {message}"))
    })
}

/// What is swept, on one line: `k = [10, 20], eps = [0.1, 0.3]`.
impl std::fmt::Display for Sweep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines = toml::to_string(self).map_err(|_| std::fmt::Error)?;
        f.write_str(&lines.lines().collect::<Vec<_>>().join(", "))
    }
}

impl Sweep {
    /// Whether nothing is swept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A network and its data on their way through the grid, with the values taken so far.
#[derive(Clone)]
struct Point {
    network: Network,
    data: Data,
    taken: Vec<String>,
}

/// Every point with every value put in, and the value noted.
fn expand<T: Clone>(
    points: Vec<Point>,
    values: &[T],
    name: &str,
    show: impl Fn(&T) -> String,
    put: impl Fn(&mut Point, T),
) -> Vec<Point> {
    if values.is_empty() {
        return points;
    }
    let mut expanded = Vec::new();
    for point in points {
        for value in values {
            let mut point = point.clone();
            put(&mut point, value.clone());
            point.taken.push(format!("{name} = {}", show(value)));
            expanded.push(point);
        }
    }
    expanded
}

impl Spec {
    /// Reads a spec in TOML.
    ///
    /// # Errors
    /// One line: where it is wrong, and what is expected.
    pub fn from_toml(text: &str) -> Result<Self, SpecError> {
        from_toml(text)
    }

    /// The spec in TOML.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a spec has only strings, numbers, lists and tables")
    }

    /// The conditions it stands for: every combination of swept values for the first network, then the other networks.
    ///
    /// # Errors
    /// [`SpecError`] if there is no network, a condition is out of range, or two come out with one name.
    pub fn conditions(&self) -> Result<Vec<Condition>, SpecError> {
        let Some((first, others)) = self.network.split_first() else {
            return Err(SpecError::Missing("[[network]]: at least one network"));
        };
        if self.trials == 0 {
            return Err(SpecError::range("trials", self.trials, "from 1"));
        }
        let mut points: Vec<Point> = self.grid(first)?;
        points.extend(others.iter().map(|network| Point {
            network: network.clone(),
            data: self.data.clone(),
            taken: Vec::new(),
        }));
        let mut conditions: Vec<Condition> = Vec::new();
        for (number, mut point) in (1..).zip(points) {
            if point.network.name.is_empty() {
                point.network.name = if point.taken.is_empty() {
                    format!("network {number}")
                } else {
                    point.taken.join(", ")
                };
            } else if !point.taken.is_empty() {
                point.network.name = format!("{}, {}", point.network.name, point.taken.join(", "));
            }
            let condition = Condition {
                network: point.network,
                data: point.data,
                protocol: self.protocol.clone(),
            };
            condition.check()?;
            // File names have an end: 255 bytes on most systems.
            let length = condition.slug().len();
            if length > 200 {
                let name = "length of a network's name, with values swept and data,";
                return Err(SpecError::range(name, length, "up to 200"));
            }
            if conditions
                .iter()
                .any(|other| other.slug() == condition.slug())
            {
                return Err(SpecError::range(
                    "name of two networks",
                    format!("{:?}", condition.network.name),
                    "names that differ in letters and digits",
                ));
            }
            conditions.push(condition);
        }
        Ok(conditions)
    }

    fn grid(&self, first: &Network) -> Result<Vec<Point>, SpecError> {
        let sweep = &self.sweep;
        if !sweep.b.is_empty() && !matches!(self.data, Data::Tree { .. } | Data::Correlated { .. })
        {
            return Err(SpecError::Missing(
                "data of kind tree or correlated, for values of b",
            ));
        }
        let points = vec![Point {
            network: first.clone(),
            data: self.data.clone(),
            taken: Vec::new(),
        }];
        let points = expand(points, &sweep.n_i, "n_i", u32::to_string, |at, v| {
            at.network.n_i = v
        });
        let points = expand(points, &sweep.n_h, "n_h", u32::to_string, |at, v| {
            at.network.n_h = v
        });
        let points = expand(points, &sweep.s, "s", u32::to_string, |at, v| {
            at.network.s = v
        });
        let points = expand(points, &sweep.f, "f", f64::to_string, |at, v| {
            at.network.f = v
        });
        let points = expand(points, &sweep.k, "k", u32::to_string, |at, v| {
            at.network.k = v
        });
        let points = expand(points, &sweep.eps, "eps", f64::to_string, |at, v| {
            at.network.eps = v
        });
        let points = expand(
            points,
            &sweep.weights,
            "weights",
            |v| format!("{v:?}").to_lowercase(),
            |at, v| at.network.weights = v,
        );
        let points = expand(
            points,
            &sweep.rounding,
            "rounding",
            |v| format!("{v:?}").to_lowercase(),
            |at, v| at.network.rounding = v,
        );
        let points = expand(
            points,
            &sweep.assignment,
            "assignment",
            |v| format!("{v:?}").to_lowercase(),
            |at, v| at.network.assignment = v,
        );
        let points = expand(
            points,
            &sweep.wiring,
            "wiring",
            WiringKind::to_string,
            |at, v| at.network.wiring = v,
        );
        Ok(expand(
            points,
            &sweep.b,
            "b",
            u32::to_string,
            |at, v| match &mut at.data {
                Data::Tree { b, .. } | Data::Correlated { b, .. } => *b = v,
                Data::Random | Data::File { .. } => {}
            },
        ))
    }
}

#[cfg(test)]
mod tests;
