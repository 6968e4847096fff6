//! The parameters of memories, each declared once: flags, specs, grids, captions and tables read them here.

use slotless_core::kwinner::{Assignment, Code, WiringKind};
use slotless_core::weight::Rounding;

use super::written::EPS_BESIDE_RATES;
use super::{Data, MemoryKind, Network, Rates, SpecError, WeightWidth};
use crate::run::parameter::{Range, parameters};

parameters! {
    /// Values of parameters; every combination is a condition.
    pub struct Sweep of Place, Network {
        /// What learns the patterns
        memory: MemoryKind {
            put: |at, value| at.network = at.network.clone().of(value),
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
            get: |network| {
                let is_one = network.memory.has_rate() && network.rates.is_none();
                is_one.then_some(network.eps)
            },
            symbol: "eps",
            range: Range::Share,
            default: "0.3",
            heading: "Network",
        }
        /// Learning rates by hidden unit in place of eps
        rates: Rates {
            put: |at, value| {
                at.network.eps = Network::default().eps;
                at.network.rates = Some(value);
            },
            get: |network| network.rates.clone(),
            symbol: "eps",
            range: Range::Said("0.1+0.3 (equal groups of units), 0.05..0.5 (drawn) or 0.05..0.5:log, above 0 to 1"),
            heading: "Network",
        }
        /// Width of a weight; of hopfield u4 unless told otherwise, and not u1 or float
        weights: WeightWidth {
            put: |at, value| at.network.weights = value,
            get: |network| network.memory.has_weights().then_some(network.weights),
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
        /// What winners count for in a recall
        winners_code: Code {
            put: |at, value| at.network.winners_code = value,
            get: |network| network.memory.is_kwinner().then_some(network.winners_code),
            default: "binary",
            heading: "Network",
        }
        /// Which visible units are wired to a hidden unit
        wiring: WiringKind {
            put: |at, value| at.network.wiring = value,
            get: |network| network.memory.is_kwinner().then_some(network.wiring),
            default: "random",
            heading: "Network",
        }
        /// Levels of a recency memory; unless told otherwise 5, of the plain form 9, in pairs 20
        recency_levels: u32 {
            put: |at, value| at.network.recency_levels = Some(value),
            get: |network| network.levels(),
            symbol: "L",
            unit: "levels",
            range: Range::Whole(1, Some(254)),
            heading: "Network",
        }
        /// Set cells of a row at most (recency); unless told otherwise their mean, its root and what fits into whole words
        cap: u32 {
            put: |at, value| at.network.cap = Some(value),
            get: |network| network.cap.filter(|_| network.memory.has_cap()),
            symbol: "C",
            unit: "cells",
            range: Range::Said("s to n_i"),
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
        /// Bits flipped each way from parent to child (tree), from prototype to example (correlated), or from pattern to pattern (drift)
        b: u32 {
            put: |at, value| match &mut at.data {
                Data::Tree { b, .. } | Data::Correlated { b, .. } | Data::Drift { b, .. } => *b = value,
                _ => {}
            },
            get: |_| None,
            symbol: "b",
            unit: "bits",
            range: Range::Said("1 to the smaller of s and n_i - s, of drift of the context's ones and zeros"),
            heading: "Data",
        }
    }
}

impl Sweep {
    /// Refuses values of eps beside rates, which take its place.
    ///
    /// # Errors
    /// [`SpecError::Range`].
    pub fn check_rates(&self) -> Result<(), SpecError> {
        match self.eps.first() {
            Some(eps) if !self.rates.is_empty() => {
                Err(SpecError::range("eps", eps, EPS_BESIDE_RATES))
            }
            _ => Ok(()),
        }
    }
}

/// A network and its data.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub network: Network,
    pub data: Data,
}
