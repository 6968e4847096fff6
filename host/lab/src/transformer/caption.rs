//! A condition in a line.

use super::model::{Data, Form, Rule, ValuesBy, WinnerBy};
use super::{Condition, Slow};

impl Condition {
    /// The model and its training as a report shows them.
    #[must_use]
    pub fn caption(&self) -> String {
        let model = &self.model;
        let mut caption = format!(
            "{}: L = {}, C = {}, N = {}",
            model.name, model.letters, model.context, model.n
        );
        if model.has_module() {
            caption += &format!(", n_h = {}", model.n_h);
        }
        if model.hidden_winners > 1 {
            caption += &format!(", K = {}", model.hidden_winners);
        }
        caption += match model.winner_by {
            WinnerBy::Key => "",
            WinnerBy::Projections => ", input projections",
            WinnerBy::Item => ", winner by item",
        };
        if model.winner_by == WinnerBy::Projections && model.projection_strength != 1.0 {
            caption += &format!(" of strength {}", model.projection_strength);
        }
        caption += &format!(", beta = {}", model.beta);
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
