//! What is said of a network: a warning, and its parameters as a figure shows them.

use slotless_core::kwinner::{Assignment, Code, WiringKind};
use slotless_core::weight::{Rate, Rounding, stall_level};

use super::network::fixed_rate;
use super::{MemoryKind, Network, Sweep, WeightWidth};
use crate::run::parameter::Value;

impl Network {
    /// One line where nearest rounding would stall the decay of weights well above zero.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        if self.weights == WeightWidth::Float || !self.memory.is_kwinner() {
            return None;
        }
        let eps = self.least_rate();
        let rate = Rate::new(fixed_rate(eps))?;
        let full = self.weights.full();
        let stall = f64::from(stall_level(rate, self.rounding).min(full)) / f64::from(full);
        if stall <= 0.02 {
            return None;
        }
        Some(format!(
            "{}: {}-bit weights with nearest rounding stop decaying at {stall:.3} of full scale for eps {eps}; \
             take 16-bit weights or stochastic rounding",
            self.name,
            self.weights.bits(),
        ))
    }

    /// The parameter set as a figure shows it.
    #[must_use]
    pub fn caption(&self) -> String {
        if self.memory == MemoryKind::Own {
            return format!(
                "{}: n_i = {}, s = {}, {} words of state",
                self.name, self.n_i, self.s, self.n_h
            );
        }
        // Names that are the paper's go unsaid, the others are said in words.
        let numbers = Sweep::values(self).into_iter();
        let numbers = numbers.filter(|(_, value)| !matches!(value, Value::Name(_)));
        let numbers: Vec<String> = numbers
            .map(|(parameter, value)| format!("{} = {value}", parameter.symbol))
            .collect();
        let mut caption = format!("{}: {}", self.name, numbers.join(", "));
        if !self.memory.is_kwinner() {
            if self.memory.has_weights() {
                caption += &format!(", {}-bit weights", self.weights.bits());
            }
            return caption;
        }
        if self.weights == WeightWidth::Float {
            caption += ", float weights";
        } else if self.weights != WeightWidth::U16 || self.rounding != Rounding::Nearest {
            caption += &format!(", {}-bit {:?}", self.weights.bits(), self.rounding).to_lowercase();
        }
        if self.assignment == Assignment::RandomK {
            caption += ", random k";
        }
        if self.winners_code == Code::Graded {
            caption += ", graded winners";
        }
        if self.wiring == WiringKind::Structured {
            caption += ", structured wiring";
        }
        if let Some(layer) = &self.preprocess {
            caption += &format!(
                ", behind a fixed layer n = {}, f = {}, k = {}",
                layer.n, layer.f, layer.k
            );
        }
        caption
    }
}
