//! The spec of `slotless memory`: what a user writes in TOML, or in flags.

mod keys;

use serde::{Deserialize, Serialize};

use super::condition::Place;
pub use super::condition::Sweep;
use super::{Condition, Data, Network, Protocol};
use crate::SpecError;
use crate::run::grid::{self, Point};
pub use keys::Rows;

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
        let has_flips = matches!(
            self.data,
            Data::Tree { .. } | Data::Correlated { .. } | Data::Drift { .. }
        );
        if !sweep.b.is_empty() && !has_flips {
            return Err(SpecError::Missing(
                "data of kind tree, correlated or drift, for values of b",
            ));
        }
        sweep.check_rates()?;
        if !sweep.memory.is_empty() {
            first.check_used(&sweep.memory)?;
        }
        let points = vec![Point::new(Place {
            network: first.clone(),
            data: self.data.clone(),
        })];
        sweep.grid(points)
    }

    /// The same with what is given in place of its own: of lists with one value the value, for the first network and the data;
    /// of others the list.
    #[must_use]
    pub fn with(mut self, given: &Sweep) -> Self {
        let mut rest = given.clone();
        if let Some(network) = self.network.first_mut() {
            let mut place = Place {
                network: network.clone(),
                data: self.data.clone(),
            };
            rest.settle(&mut place);
            (*network, self.data) = (place.network, place.data);
        }
        self.sweep.take(given, rest);
        self
    }
}

#[cfg(test)]
mod tests;
