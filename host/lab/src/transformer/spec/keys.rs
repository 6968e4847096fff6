//! A spec of keys and values, as programs give them: the names of the command's flags.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Spec, Sweep};
use crate::SpecError;
use crate::run::given::{self, Wrong};
use crate::run::parameter::{Sweeps, add_json};
use crate::transformer::model::Partial;
use crate::transformer::{Data, Model, Training};

/// Keys of models that are no parameters, and `published`: whether the seven models of the paper are trained.
const MODEL: [&str; 3] = ["name", "freeze", "published"];

/// Keys of a run.
const RUN: [&str; 4] = ["final_window", "checkpoints", "seed", "trials"];

/// What is read of a value, with the name of its key.
fn read<T: for<'de> Deserialize<'de>>(name: &'static str, value: Value) -> Result<T, SpecError> {
    given::read(value).map_err(|wrong: Wrong| SpecError::File(wrong.within(name).to_string()))
}

impl Partial {
    /// The seven models of the paper, with all else as in this one.
    #[must_use]
    pub fn each_published(&self) -> Vec<Self> {
        let published = Model::published().into_iter();
        let with = |published: Model| Self {
            name: published.name,
            model: Some(published.model),
            winner_by: Some(published.winner_by),
            ..self.clone()
        };
        published.map(with).collect()
    }
}

impl Spec {
    /// What some models stand for unless more is said: seed 1, 10 trials, the training of the paper.
    #[must_use]
    pub fn of(models: Vec<Partial>) -> Self {
        Self {
            seed: 1,
            trials: 10,
            final_window: None,
            checkpoints: Vec::new(),
            training: Training::default(),
            model: models,
            sweep: Sweep::default(),
        }
    }

    /// [`Spec::with`] what was asked for: a size of batches is refused where data has its own.
    ///
    /// # Errors
    /// [`SpecError::Range`].
    pub fn asked(self, given: &Sweep) -> Result<Self, SpecError> {
        let spec = self.with(given);
        match given.batch.first() {
            Some(batch) if spec.training.data != Data::Random => {
                let allowed = "none but for data random: the other data have all their sequences in every batch";
                Err(SpecError::range("batch", batch, allowed))
            }
            _ => Ok(spec),
        }
    }

    /// The keys that [`Spec::from_keys`] takes.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        let parameters = Sweep::PARAMETERS.iter().map(|parameter| parameter.name);
        parameters.chain(MODEL).chain(RUN)
    }

    /// The spec of keys and values in the form of JSON: parameters of models and of their training, lists of them for a sweep,
    /// and keys of the run. What is left out has its published value.
    ///
    /// # Errors
    /// [`SpecError`] with the key, its value and what is allowed.
    pub fn from_keys(keys: &Map<String, Value>) -> Result<Self, SpecError> {
        let mut model = Partial::default();
        if let Some(value) = keys.get("name") {
            model.name = read("name", value.clone())?;
        }
        if let Some(value) = keys.get("freeze") {
            let list = match value {
                Value::String(_) => json!([value]),
                _ => value.clone(),
            };
            model.freeze = read("freeze", list)?;
        }
        let published = keys.get("published").cloned();
        let models = match published.map(|value| read("published", value)) {
            Some(Err(error)) => return Err(error),
            Some(Ok(true)) => {
                let taken = ["model", "winner_by", "name"];
                if let Some(name) = taken.into_iter().find(|name| keys.contains_key(*name)) {
                    let allowed = "none beside published models, which have their own";
                    return Err(SpecError::range(name, &keys[name], allowed));
                }
                model.each_published()
            }
            Some(Ok(false)) | None => vec![model],
        };
        let mut spec = Self::of(models);
        spec.set_keys(keys)?;
        Ok(spec)
    }

    /// The spec of tables in the form of JSON: those of the TOML.
    ///
    /// # Errors
    /// [`SpecError`] with the key, its value and what is allowed.
    pub fn from_tables(tables: Map<String, Value>) -> Result<Self, SpecError> {
        let read = given::read(Value::Object(tables));
        read.map_err(|wrong: Wrong| SpecError::File(wrong.within("spec").to_string()))
    }

    /// Parameters and keys of the run in place of what the spec has.
    ///
    /// # Errors
    /// As [`Spec::from_keys`].
    pub fn set_keys(&mut self, keys: &Map<String, Value>) -> Result<(), SpecError> {
        if let Some(key) = keys.keys().find(|key| !Self::keys().any(|one| one == *key)) {
            let known: Vec<&str> = Self::keys().collect();
            let known = known.join(", ");
            return Err(SpecError::File(format!(
                "{key:?} is no key, allowed {known}"
            )));
        }
        let mut given = Sweep::default();
        for parameter in Sweep::PARAMETERS {
            if let Some(value) = keys.get(parameter.name) {
                add_json(&mut given, parameter, value)?;
            }
        }
        *self = self.clone().asked(&given)?;
        if let Some(value) = keys.get("final_window") {
            self.final_window = Some(read("final_window", value.clone())?);
        }
        if let Some(value) = keys.get("checkpoints") {
            self.checkpoints = read("checkpoints", value.clone())?;
        }
        if let Some(value) = keys.get("seed") {
            self.seed = read("seed", value.clone())?;
        }
        if let Some(value) = keys.get("trials") {
            self.trials = read("trials", value.clone())?;
        }
        Ok(())
    }

    /// Whether a key may stand beside a whole spec: one of training or of the run.
    #[must_use]
    pub fn is_of_training(key: &str) -> bool {
        RUN.contains(&key) || ["batch", "batches", "data"].contains(&key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transformer::{Rule, WinnerBy};

    fn keys(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn keys_say_what_flags_say() {
        let spec = Spec::from_keys(&Map::new()).unwrap();
        assert_eq!(spec, Spec::of(vec![Partial::default()]));
        let spec = Spec::from_keys(&keys(json!({
            "model": "mhn", "n_h": [16, 32], "rate": 0.25, "letters": 2, "data": "toy", "batches": 50, "freeze": "q",
            "checkpoints": [0, 10], "final_window": 5, "seed": u64::MAX, "trials": 2,
        })))
        .unwrap();
        let model = &spec.model[0];
        assert_eq!((model.model, model.letters), (Some(Rule::Mhn), Some(2)));
        assert_eq!(spec.sweep.n_h, [16, 32]);
        assert_eq!((spec.training.batches, spec.training.data), (50, Data::Toy));
        assert_eq!(
            (spec.seed, spec.trials, spec.final_window),
            (u64::MAX, 2, Some(5))
        );
        let conditions = spec.conditions().unwrap();
        assert_eq!(conditions.len(), 2);
        assert_eq!(conditions[0].model.rate_q, 0.25);
        assert_eq!(conditions[0].checkpoints, [0, 10]);
        let spec = Spec::from_keys(&keys(json!({ "published": true, "n_h": 40 }))).unwrap();
        assert_eq!(spec.model.len(), 7);
        assert_eq!(spec.model[6].winner_by, Some(WinnerBy::Projections));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (value, line) in [
            (
                json!({ "layers": 3 }),
                "\"layers\" is no key, allowed model, winner_by, ",
            ),
            (json!({ "n_h": 1.5 }), "n_h is 1.5, allowed a whole number"),
            (
                json!({ "batch": 8, "letters": 2, "data": "toy" }),
                "batch is 8, allowed none but",
            ),
            (
                json!({ "published": true, "model": "qk" }),
                "model is \"qk\", allowed none beside",
            ),
            (
                json!({ "freeze": ["x"] }),
                "freeze[0] is \"x\", allowed one of ",
            ),
            (
                json!({ "published": 3 }),
                "published is 3, allowed true or false",
            ),
            (
                json!({ "checkpoints": [0, -1] }),
                "checkpoints[1] is -1, allowed a whole number, 0 to 4294967295",
            ),
        ] {
            let said = Spec::from_keys(&keys(value)).unwrap_err().to_string();
            assert!(said.starts_with(line), "{said}");
        }
    }

    #[test]
    fn tables_are_what_the_toml_has() {
        let spec = Spec::of(vec![Partial::default()]);
        let tables = keys(serde_json::to_value(&spec).unwrap());
        assert_eq!(Spec::from_tables(tables.clone()).unwrap(), spec);
        let mut wrong = tables;
        wrong["training"]["batches"] = json!("many");
        let said = Spec::from_tables(wrong).unwrap_err().to_string();
        assert_eq!(
            said,
            "spec.training.batches is \"many\", allowed a whole number, 0 to 4294967295"
        );
    }
}
