//! A condition in a line.

use super::model::{Data, Form, Rule, ValuesBy, WinnerBy};
use super::parameters::Sweep;
use super::{Condition, Slow};
use crate::run::parameter::Value;

impl Condition {
    /// The model and its training as a report shows them.
    #[must_use]
    pub fn caption(&self) -> String {
        let model = &self.model;
        // Of what the baseline has not, and of a single winner, nothing is said.
        let said = |name: &str, value: &Value| match name {
            "n_h" => model.has_module(),
            "hidden_winners" => *value != Value::Whole(1) && model.has_module(),
            _ => true,
        };
        let numbers = Sweep::values(self).into_iter();
        let numbers: Vec<String> = numbers
            .filter(|(one, value)| !one.symbol.is_empty() && said(one.name, value))
            .map(|(one, value)| format!("{} = {value}", one.symbol))
            .collect();
        let mut caption = format!("{}: {}", model.name, numbers.join(", "));
        caption += match model.winner_by {
            WinnerBy::Key => "",
            WinnerBy::Projections => ", input projections",
            WinnerBy::Item => ", winner by item",
        };
        if model.winner_by == WinnerBy::Projections && model.projection_strength != 1.0 {
            caption += &format!(" of strength {}", model.projection_strength);
        }
        if model.init_scale != 1.0 {
            caption += &format!(", init scale {}", model.init_scale);
        }
        for (matrix, rate) in Slow::ALL
            .into_iter()
            .zip([model.rate_q, model.rate_k, model.rate_v])
        {
            caption += &if model.learns(matrix) {
                format!(", rate of {} = {rate}", matrix.name())
            } else {
                format!(", {} fixed", matrix.name())
            };
        }
        if model.learns(Slow::Keys) && model.model != Rule::Baseline {
            caption += &format!(" ({})", model.model);
        }
        if model.values_by == ValuesBy::Output {
            caption += ", W_V by the module's output";
        }
        if model.form == Form::Published2025 {
            caption += ", gradient of the published baseline";
        }
        caption += &format!("; {} batches of {}", self.training.batches, self.batch());
        caption += match self.training.data {
            Data::Random => "",
            Data::PermutationReduced => ", all in alphabetical order",
            Data::Toy => ", the toy's",
        };
        caption
    }
}
