//! The spec of `slotless transformer`: what a user writes in TOML, or in flags.

use crate::choice::Choice;
use serde::{Deserialize, Serialize};

use crate::SpecError;
use crate::run::grid::{self, Point, expand};
use crate::transformer::model::{Partial, ValuesBy};
use crate::transformer::{Condition, Data, Form, Model, Rule, Training, WinnerBy};

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

/// Values of parameters; every combination is a condition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sweep {
    /// How `W_K` learns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub model: Vec<Rule>,
    /// What chooses hidden units.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub winner_by: Vec<WinnerBy>,
    /// Letters L.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub letters: Vec<u32>,
    /// Items of a context C.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<u32>,
    /// Length N of queries and keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub n: Vec<u32>,
    /// Hidden units.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub n_h: Vec<u32>,
    /// Hidden units that store an item.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hidden_winners: Vec<u32>,
    /// Inverse temperatures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub beta: Vec<f64>,
    /// Scales of the start of `W_Q` and `W_K`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub init_scale: Vec<f64>,
    /// Strengths of the input projections.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub projection_strength: Vec<f64>,
    /// Learning rates of all matrices that the model itself gives none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rate: Vec<f64>,
    /// Learning rates of `W_Q`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rate_q: Vec<f64>,
    /// Learning rates of `W_K`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rate_k: Vec<f64>,
    /// Learning rates of `W_V`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rate_v: Vec<f64>,
    /// What `W_V` learns from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values_by: Vec<ValuesBy>,
    /// Gradients of the baseline.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub form: Vec<Form>,
    /// Sequences of a batch.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub batch: Vec<u32>,
    /// Batches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub batches: Vec<u32>,
    /// Where sequences come from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<Data>,
}

/// What is swept, on one line: `n_h = [8, 16], beta = [1.0, 2.0]`.
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

/// A model and its training.
#[derive(Clone)]
struct Place {
    model: Partial,
    training: Training,
}

/// [`expand`] by choices.
fn choices<T: Choice>(
    points: Vec<Point<Place>>,
    name: &str,
    values: &[T],
    put: impl Fn(&mut Place, T),
) -> Vec<Point<Place>> {
    expand(points, name, values, |value| value.word().to_owned(), put)
}

impl Sweep {
    /// Every combination.
    fn grid(&self, place: Place) -> Vec<Point<Place>> {
        let whole = u32::to_string;
        let real = f64::to_string;
        let mut all = vec![Point::new(place)];
        all = choices(all, "model", &self.model, |at, v| at.model.model = Some(v));
        all = choices(all, "winner_by", &self.winner_by, |at, v| {
            at.model.winner_by = Some(v)
        });
        all = expand(all, "letters", &self.letters, whole, |at, v| {
            at.model.letters = Some(v)
        });
        all = expand(all, "context", &self.context, whole, |at, v| {
            at.model.context = Some(v)
        });
        all = expand(all, "n", &self.n, whole, |at, v| at.model.n = Some(v));
        all = expand(all, "n_h", &self.n_h, whole, |at, v| at.model.n_h = Some(v));
        all = expand(
            all,
            "hidden_winners",
            &self.hidden_winners,
            whole,
            |at, v| {
                at.model.hidden_winners = Some(v);
            },
        );
        all = expand(all, "beta", &self.beta, real, |at, v| {
            at.model.beta = Some(v)
        });
        all = expand(all, "init_scale", &self.init_scale, real, |at, v| {
            at.model.init_scale = Some(v);
        });
        all = expand(
            all,
            "projection_strength",
            &self.projection_strength,
            real,
            |at, v| {
                at.model.projection_strength = Some(v);
            },
        );
        all = expand(all, "rate", &self.rate, real, |at, v| {
            let Partial {
                rate_q,
                rate_k,
                rate_v,
                ..
            } = &mut at.model;
            for rate in [rate_q, rate_k, rate_v] {
                rate.get_or_insert(v);
            }
        });
        all = expand(all, "rate_q", &self.rate_q, real, |at, v| {
            at.model.rate_q = Some(v)
        });
        all = expand(all, "rate_k", &self.rate_k, real, |at, v| {
            at.model.rate_k = Some(v)
        });
        all = expand(all, "rate_v", &self.rate_v, real, |at, v| {
            at.model.rate_v = Some(v)
        });
        all = choices(all, "values_by", &self.values_by, |at, v| {
            at.model.values_by = Some(v)
        });
        all = choices(all, "form", &self.form, |at, v| at.model.form = Some(v));
        all = expand(all, "batch", &self.batch, whole, |at, v| {
            at.training.batch = v
        });
        all = expand(all, "batches", &self.batches, whole, |at, v| {
            at.training.batches = v
        });
        choices(all, "data", &self.data, |at, v| at.training.data = v)
    }
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
        let points = self.model.iter().flat_map(|model| {
            self.sweep.grid(Place {
                model: model.clone(),
                training: self.training,
            })
        });
        let conditions = points
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
                return Err(SpecError::range("projection strength", strength, allowed));
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
