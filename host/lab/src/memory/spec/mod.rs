//! The spec of `slotless memory`: what a user writes in TOML, or in flags.

use serde::{Deserialize, Serialize};
use slotless_core::kwinner::{Assignment, WiringKind};
use slotless_core::weight::Rounding;

use super::{Condition, Data, MemoryKind, Network, Protocol, WeightWidth};
use crate::SpecError;
use crate::run::grid::{self, Point};
use crate::run::parameter::{Range, parameters};

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

parameters! {
    /// Values of parameters; every combination is a condition.
    pub struct Sweep of Place, Network {
        /// What learns the patterns
        memory: MemoryKind {
            put: |at, value| at.network.memory = value,
            get: |network| Some(network.memory),
            default: "kwinner",
            heading: "Network",
        }
        /// Visible units
        n_i: u32 {
            put: |at, value| at.network.n_i = value,
            get: |network| Some(network.n_i),
            symbol: "n_i",
            unit: "units",
            range: Range::Whole(1, None),
            default: "1000",
            heading: "Network",
        }
        /// Hidden units; rows or slots of other memories
        n_h: u32 {
            put: |at, value| at.network.n_h = value,
            get: |network| network.memory.has_hidden().then_some(network.n_h),
            symbol: "n_h",
            unit: "units",
            range: Range::Said("from 1"),
            default: "2000",
            heading: "Network",
        }
        /// Ones of a pattern
        s: u32 {
            put: |at, value| at.network.s = value,
            get: |network| Some(network.s),
            symbol: "s",
            unit: "units",
            range: Range::Said("1 to n_i"),
            default: "100",
            heading: "Network",
        }
        /// Share of the visible units wired to each hidden unit
        f: f64 {
            put: |at, value| at.network.f = value,
            get: |network| network.memory.is_kwinner().then_some(network.f),
            symbol: "f",
            range: Range::Share,
            default: "0.05",
            heading: "Network",
        }
        /// Winners: hidden units that learn a pattern
        k: u32 {
            put: |at, value| at.network.k = value,
            get: |network| network.memory.is_kwinner().then_some(network.k),
            symbol: "k",
            unit: "units",
            range: Range::Said("1 to n_h"),
            default: "50",
            heading: "Network",
        }
        /// Learning rate
        eps: f64 {
            put: |at, value| at.network.eps = value,
            get: |network| network.memory.has_rate().then_some(network.eps),
            symbol: "eps",
            range: Range::Share,
            default: "0.3",
            heading: "Network",
        }
        /// Width of a weight
        weights: WeightWidth {
            put: |at, value| at.network.weights = value,
            get: |network| network.memory.is_kwinner().then_some(network.weights),
            unit: "bits",
            default: "u16",
            heading: "Network",
        }
        /// Rounding of the learning step
        rounding: Rounding {
            put: |at, value| at.network.rounding = value,
            get: |network| network.memory.is_kwinner().then_some(network.rounding),
            default: "nearest",
            heading: "Network",
        }
        /// How a learning step chooses its winners
        assignment: Assignment {
            put: |at, value| at.network.assignment = value,
            get: |network| network.memory.is_kwinner().then_some(network.assignment),
            default: "competitive",
            heading: "Network",
        }
        /// Which visible units are wired to a hidden unit
        wiring: WiringKind {
            put: |at, value| at.network.wiring = value,
            get: |network| network.memory.is_kwinner().then_some(network.wiring),
            default: "random",
            heading: "Network",
        }
        /// Levels of a recency memory; unless told otherwise 5, of the plain form 9
        recency_levels: u32 {
            put: |at, value| at.network.recency_levels = Some(value),
            get: |network| network.levels(),
            symbol: "L",
            unit: "levels",
            range: Range::Whole(1, Some(254)),
            heading: "Network",
        }
        /// Parts that the units are split into (recency-plain)
        parts: u32 {
            put: |at, value| at.network.parts = Some(value),
            get: |network| network.parts(),
            symbol: "g",
            unit: "parts",
            range: Range::Said("divisors of n_h, up to n_i"),
            heading: "Network",
        }
        /// Bits flipped each way from parent to child (tree), or from prototype to example (correlated)
        b: u32 {
            put: |at, value| match &mut at.data {
                Data::Tree { b, .. } | Data::Correlated { b, .. } => *b = value,
                Data::Random | Data::File { .. } => {}
            },
            get: |_| None,
            symbol: "b",
            unit: "bits",
            range: Range::Said("1 to the smaller of s and n_i - s"),
            heading: "Data",
        }
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
