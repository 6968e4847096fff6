//! The spec of `slotless memory`: what a user writes in TOML, or in flags.

use serde::{Deserialize, Serialize};
use slotless_core::kwinner::{Assignment, WiringKind};
use slotless_core::weight::Rounding;

use super::{Condition, Data, Network, Protocol, WeightWidth};
use crate::SpecError;
use crate::run::grid::{self, Point, expand};

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

/// What is swept, on one line: `k = [10, 20], eps = [0.1, 0.3]`.
impl std::fmt::Display for Sweep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        grid::line(self, f)
    }
}

impl Sweep {
    /// Whether nothing is swept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A network and its data.
#[derive(Clone)]
struct Place {
    network: Network,
    data: Data,
}

impl Spec {
    /// Reads a spec in TOML.
    ///
    /// # Errors
    /// One line: where it is wrong, and what is expected.
    pub fn from_toml(text: &str) -> Result<Self, SpecError> {
        grid::from_toml(text)
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
        let mut points = self.grid(first)?;
        points.extend(others.iter().map(|network| {
            Point::new(Place {
                network: network.clone(),
                data: self.data.clone(),
            })
        }));
        let mut conditions: Vec<Condition> = Vec::new();
        for (number, point) in (1..).zip(points) {
            let name = point.name(&point.of.network.name, || format!("network {number}"));
            let Place { network, data } = point.of;
            let condition = Condition {
                network: Network { name, ..network },
                data,
                protocol: self.protocol.clone(),
            };
            condition.check()?;
            conditions.push(condition);
        }
        grid::check_names(
            conditions
                .iter()
                .map(|one| (one.slug(), one.network.name.as_str())),
            "length of a network's name, with values swept and data,",
            "name of two networks",
        )?;
        Ok(conditions)
    }

    fn grid(&self, first: &Network) -> Result<Vec<Point<Place>>, SpecError> {
        let sweep = &self.sweep;
        if !sweep.b.is_empty() && !matches!(self.data, Data::Tree { .. } | Data::Correlated { .. })
        {
            return Err(SpecError::Missing(
                "data of kind tree or correlated, for values of b",
            ));
        }
        let points = vec![Point::new(Place {
            network: first.clone(),
            data: self.data.clone(),
        })];
        let points = expand(points, "n_i", &sweep.n_i, u32::to_string, |at, v| {
            at.network.n_i = v
        });
        let points = expand(points, "n_h", &sweep.n_h, u32::to_string, |at, v| {
            at.network.n_h = v
        });
        let points = expand(points, "s", &sweep.s, u32::to_string, |at, v| {
            at.network.s = v
        });
        let points = expand(points, "f", &sweep.f, f64::to_string, |at, v| {
            at.network.f = v
        });
        let points = expand(points, "k", &sweep.k, u32::to_string, |at, v| {
            at.network.k = v
        });
        let points = expand(points, "eps", &sweep.eps, f64::to_string, |at, v| {
            at.network.eps = v
        });
        let points = expand(
            points,
            "weights",
            &sweep.weights,
            |v| format!("{v:?}").to_lowercase(),
            |at, v| at.network.weights = v,
        );
        let points = expand(
            points,
            "rounding",
            &sweep.rounding,
            |v| format!("{v:?}").to_lowercase(),
            |at, v| at.network.rounding = v,
        );
        let points = expand(
            points,
            "assignment",
            &sweep.assignment,
            |v| format!("{v:?}").to_lowercase(),
            |at, v| at.network.assignment = v,
        );
        let points = expand(
            points,
            "wiring",
            &sweep.wiring,
            WiringKind::to_string,
            |at, v| at.network.wiring = v,
        );
        Ok(expand(
            points,
            "b",
            &sweep.b,
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
