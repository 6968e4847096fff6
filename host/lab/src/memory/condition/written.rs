//! A network as specs and manifests have it: what its memory does not have is not there.

use serde::{Deserialize, Serialize};
use slotless_core::kwinner::{Assignment, Code, WiringKind};
use slotless_core::weight::Rounding;

use crate::choice::Choice;

use super::network::usual_weights;
use super::{MemoryKind, Network, Preprocess, Rates, SpecError, WeightWidth};

/// The keys of a network, in their order.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    #[serde(default)]
    name: String,
    n_i: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n_h: Option<u32>,
    s: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    f: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    k: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    eps: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rates: Option<Rates>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weights: Option<WeightWidth>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rounding: Option<Rounding>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    assignment: Option<Assignment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wiring: Option<WiringKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    winners_code: Option<Code>,
    #[serde(default, skip_serializing_if = "is_kwinner")]
    memory: MemoryKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recency_levels: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cap: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parts: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    preprocess: Option<Preprocess>,
}

/// What is allowed of eps beside rates.
pub(super) const EPS_BESIDE_RATES: &str = "none beside rates, which take its place";

fn is_kwinner(memory: &MemoryKind) -> bool {
    memory.is_kwinner()
}

impl From<Network> for Written {
    fn from(network: Network) -> Self {
        let memory = network.memory;
        let is_kwinner = memory.is_kwinner();
        Self {
            name: network.name,
            n_i: network.n_i,
            n_h: memory.has_hidden().then_some(network.n_h),
            s: network.s,
            f: is_kwinner.then_some(network.f),
            k: is_kwinner.then_some(network.k),
            eps: (memory.has_rate() && network.rates.is_none()).then_some(network.eps),
            rates: network.rates,
            weights: memory.has_weights().then_some(network.weights),
            rounding: is_kwinner.then_some(network.rounding),
            assignment: is_kwinner.then_some(network.assignment),
            wiring: Some(network.wiring).filter(|&wiring| wiring != WiringKind::Random),
            winners_code: Some(network.winners_code).filter(|&code| code != Code::Binary),
            memory,
            recency_levels: network.recency_levels,
            cap: network.cap,
            parts: network.parts,
            preprocess: network.preprocess,
        }
    }
}

impl TryFrom<Written> for Network {
    type Error = SpecError;

    fn try_from(written: Written) -> Result<Self, SpecError> {
        let memory = written.memory;
        // What a memory has no use for is a mistake; what it needs is not to be guessed.
        let kept = |name, is_there, has: bool| match (is_there, has) {
            (true, false) => Err(SpecError::idle(name, memory.word())),
            (false, true) => Err(SpecError::absent(name, memory.word())),
            _ => Ok(()),
        };
        let is_kwinner = memory.is_kwinner();
        kept("n_h", written.n_h.is_some(), memory.has_hidden())?;
        kept("f", written.f.is_some(), is_kwinner)?;
        kept("k", written.k.is_some(), is_kwinner)?;
        let has_eps = memory.has_rate() && written.rates.is_none();
        if let (Some(eps), Some(_)) = (written.eps, &written.rates) {
            return Err(SpecError::range("eps", eps, EPS_BESIDE_RATES));
        }
        kept("eps", written.eps.is_some(), has_eps)?;
        let extra = [
            ("weights", written.weights.is_some(), memory.has_weights()),
            ("rounding", written.rounding.is_some(), is_kwinner),
            ("assignment", written.assignment.is_some(), is_kwinner),
            ("wiring", written.wiring.is_some(), is_kwinner),
            ("rates", written.rates.is_some(), is_kwinner),
            ("winners_code", written.winners_code.is_some(), is_kwinner),
            (
                "recency_levels",
                written.recency_levels.is_some(),
                memory.usual_levels().is_some(),
            ),
            ("cap", written.cap.is_some(), memory.has_cap()),
            (
                "parts",
                written.parts.is_some(),
                memory.usual_parts().is_some(),
            ),
        ];
        for (name, is_there, has) in extra {
            if is_there && !has {
                return Err(SpecError::idle(name, memory.word()));
            }
        }
        let usual = Self::default();
        Ok(Self {
            name: written.name,
            n_i: written.n_i,
            n_h: written.n_h.unwrap_or(usual.n_h),
            s: written.s,
            f: written.f.unwrap_or(usual.f),
            k: written.k.unwrap_or(usual.k),
            eps: written.eps.unwrap_or(usual.eps),
            weights: written.weights.unwrap_or(usual_weights(memory)),
            rounding: written.rounding.unwrap_or_default(),
            assignment: written.assignment.unwrap_or_default(),
            wiring: written.wiring.unwrap_or_default(),
            rates: written.rates,
            winners_code: written.winners_code.unwrap_or_default(),
            memory,
            recency_levels: written.recency_levels,
            cap: written.cap,
            parts: written.parts,
            preprocess: written.preprocess,
        })
    }
}
