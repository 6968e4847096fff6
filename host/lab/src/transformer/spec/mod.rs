//! The spec of `slotless transformer`: what a user writes in TOML, or in flags.

mod keys;

use serde::{Deserialize, Serialize};

use crate::SpecError;
use crate::run::grid::{self, Point};
use crate::transformer::model::{Partial, ValuesBy};
use crate::transformer::parameters::Place;
pub use crate::transformer::parameters::Sweep;
use crate::transformer::{Condition, Model, Rule, Training, WinnerBy};

/// Iterations over which the ending is averaged, where there are as many.
pub const FINAL_WINDOW: u32 = 1000;

/// Models and their training, of one run or sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Seed of every stream.
    #[serde(default = "one")]
    pub seed: u64,
    /// Trials of each condition.
    #[serde(default = "ten")]
    pub trials: u32,
    /// Last iterations over which accuracy and loss are averaged; [`FINAL_WINDOW`], or all where there are fewer, if left
    /// out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_window: Option<u32>,
    /// Iterations after which weights are kept, besides the last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checkpoints: Vec<u32>,
    /// How long, and on what.
    #[serde(default)]
    pub training: Training,
    /// The models; what is left out has its published value.
    pub model: Vec<Partial>,
    /// Values to take in place of each model's (and the training's): every combination.
    #[serde(default, skip_serializing_if = "Sweep::is_empty")]
    pub sweep: Sweep,
}

fn one() -> u64 {
    1
}

fn ten() -> u32 {
    10
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

    /// The same with what is given in place of its own: of lists with one value the value, of others the list.
    #[must_use]
    pub fn with(mut self, given: &Sweep) -> Self {
        let mut rest = given.clone();
        for model in &mut self.model {
            let mut place = Place {
                model: model.clone(),
                training: self.training,
            };
            rest.clone_from(given);
            rest.settle(&mut place);
            (*model, self.training) = (place.model, place.training);
        }
        self.sweep.take(given, rest);
        self
    }

    /// The conditions it stands for: every combination of swept values, for each model.
    ///
    /// # Errors
    /// [`SpecError`] if there is no model, a condition is out of range, or two come out with one name.
    pub fn conditions(&self) -> Result<Vec<Condition>, SpecError> {
        if self.model.is_empty() {
            return Err(SpecError::Missing("[[model]]: at least one model"));
        }
        if self.trials == 0 {
            return Err(SpecError::range("trials", self.trials, "from 1"));
        }
        let models = self.model.iter().map(|model| {
            Point::new(Place {
                model: model.clone(),
                training: self.training,
            })
        });
        let models = self.sweep.grid(models.collect())?;
        let conditions = models
            .into_iter()
            .map(|point| self.condition(point))
            .collect::<Result<Vec<_>, _>>()?;
        grid::check_names(
            conditions
                .iter()
                .map(|one| (one.slug(), one.model.name.as_str())),
            "length of a model's name, with values swept,",
            "name of two models",
        )?;
        let most = conditions.iter().map(|one| one.training.batches).min();
        let most = most.unwrap_or(self.training.batches);
        if let Some(window) = self
            .final_window
            .filter(|window| !(1..=most).contains(window))
        {
            let allowed = format!("1 to {most} (the batches)");
            return Err(SpecError::range("final window", window, allowed));
        }
        Ok(conditions)
    }

    fn condition(&self, point: Point<Place>) -> Result<Condition, SpecError> {
        let Place {
            model: given,
            training,
        } = point.of.clone();
        let rule = given.model.unwrap_or(Rule::Qk);
        let by = given.winner_by.unwrap_or_default();
        if rule == Rule::Baseline && by != WinnerBy::Key {
            let allowed = "key in the baseline, which has no module";
            return Err(SpecError::range("winner by", by.to_string(), allowed));
        }
        let by_projections = by == WinnerBy::Projections;
        if let Some(strength) = given.projection_strength.filter(|_| !by_projections) {
            // The published value is what a printed spec has.
            if strength != 1.0 {
                let allowed = "1 but with winner by projections";
                return Err(SpecError::range("projection_strength", strength, allowed));
            }
        }
        if rule == Rule::Baseline && given.values_by == Some(ValuesBy::Output) {
            let allowed = "reinstated in the baseline, which has no module";
            return Err(SpecError::range("values by", "output", allowed));
        }
        let mut model = Model::from(given);
        model.name = point.name(&model.name, || name_of(rule, by));
        if model
            .freeze
            .iter()
            .enumerate()
            .any(|(at, one)| model.freeze[..at].contains(one))
        {
            let matrices: Vec<String> = model.freeze.iter().map(ToString::to_string).collect();
            return Err(SpecError::range(
                "freeze",
                matrices.join(","),
                "each matrix once",
            ));
        }
        let condition = Condition {
            model,
            training,
            checkpoints: self.checkpoints.clone(),
        };
        condition.check()?;
        Ok(condition)
    }

    /// The last iterations of a condition over which accuracy and loss are averaged.
    #[must_use]
    pub fn window(&self) -> u32 {
        self.final_window.unwrap_or(FINAL_WINDOW)
    }
}

/// The published name of a model, or one in its way.
fn name_of(rule: Rule, by: WinnerBy) -> String {
    let named = match rule {
        Rule::Baseline => "baseline",
        Rule::Fixed => "fixed W_K",
        Rule::Mhn => "MHN",
        Rule::Qk => "QK",
        Rule::Hebbian => "Hebbian",
    };
    match by {
        WinnerBy::Key => named.to_owned(),
        WinnerBy::Projections => format!("{named} + projections"),
        WinnerBy::Item => format!("{named}, winner by item"),
    }
}

#[cfg(test)]
mod tests;
