//! Fields of a request, each read by its name; what is wrong is said with the name and the value.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::super::super::Failure;
use crate::print::seen;

/// The fields of an object that are not read yet, and the names of those that were looked for.
#[derive(Debug)]
pub(super) struct Fields {
    left: Map<String, Value>,
    known: Vec<&'static str>,
}

impl Fields {
    pub fn of(object: Map<String, Value>) -> Self {
        Self {
            left: object,
            known: Vec::new(),
        }
    }

    /// A field; one that is null is one that is not there.
    pub fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.left.remove(name).filter(|value| !value.is_null())
    }

    pub fn text(&mut self, name: &'static str) -> Result<Option<String>, Failure> {
        self.take(name).map(|value| text(name, value)).transpose()
    }

    pub fn texts(&mut self, name: &'static str) -> Result<Option<Vec<String>>, Failure> {
        let list = |value| match value {
            Value::Array(values) => values.into_iter().map(|value| text(name, value)).collect(),
            other => Err(refused(name, &other, "a list of texts")),
        };
        self.take(name).map(list).transpose()
    }

    pub fn texts_by_key(
        &mut self,
        name: &'static str,
    ) -> Result<BTreeMap<String, String>, Failure> {
        match self.take(name) {
            None => Ok(BTreeMap::new()),
            Some(Value::Object(values)) => {
                let pairs = values.into_iter();
                let pairs = pairs.map(|(key, value)| match value {
                    Value::String(text) => Ok((key, text)),
                    other => Err(refused(&format!("{name}: {key}"), &other, "a text")),
                });
                pairs.collect()
            }
            Some(other) => Err(refused(name, &other, "an object of texts")),
        }
    }

    /// A whole number of a range.
    pub fn whole(
        &mut self,
        name: &'static str,
        allowed: std::ops::RangeInclusive<u64>,
    ) -> Result<Option<u64>, Failure> {
        let number = |value: Value| {
            let found = value.as_u64().filter(|number| allowed.contains(number));
            let expected = match *allowed.end() {
                u64::MAX => format!("a whole number from {} on", allowed.start()),
                end => format!("a whole number, {} to {end}", allowed.start()),
            };
            found.ok_or_else(|| refused(name, &value, &expected))
        };
        self.take(name).map(number).transpose()
    }

    pub fn number(&mut self, name: &'static str) -> Result<Option<f64>, Failure> {
        let number = |value: Value| {
            value
                .as_f64()
                .ok_or_else(|| refused(name, &value, "a number"))
        };
        self.take(name).map(number).transpose()
    }

    pub fn vector(&mut self, name: &'static str) -> Result<Option<Vec<f32>>, Failure> {
        self.take(name).map(|value| vector(name, value)).transpose()
    }

    pub fn vectors(&mut self, name: &'static str) -> Result<Option<Vec<Vec<f32>>>, Failure> {
        let list = |value| match value {
            Value::Array(values) => values
                .into_iter()
                .map(|value| vector(name, value))
                .collect(),
            other => Err(refused(name, &other, "a list of lists of numbers")),
        };
        self.take(name).map(list).transpose()
    }

    /// Refuses what nothing has looked for.
    pub fn done(self) -> Result<(), Failure> {
        match self.left.keys().next() {
            None => Ok(()),
            Some(name) => Err(Failure::Input(format!(
                "\"{}\" is not known, allowed: {}",
                seen(&short(name)),
                self.known.join(", ")
            ))),
        }
    }
}

/// That a field is missing.
pub(super) fn missing(name: &str) -> Failure {
    Failure::Input(format!("{name} is missing"))
}

fn text(name: &str, value: Value) -> Result<String, Failure> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(refused(name, &other, "a text")),
    }
}

fn vector(name: &str, value: Value) -> Result<Vec<f32>, Failure> {
    const EXPECTED: &str = "a list of numbers";
    let Value::Array(values) = value else {
        return Err(refused(name, &value, EXPECTED));
    };
    let number = |value: Value| match value.as_f64() {
        Some(number) => Ok(number as f32),
        None => Err(refused(name, &value, EXPECTED)),
    };
    values.into_iter().map(number).collect()
}

/// What is wrong with a value.
fn refused(name: &str, value: &Value, expected: &str) -> Failure {
    let value = seen(&short(&value.to_string()));
    Failure::Input(format!(
        "{} is {value}, expected {expected}",
        seen(&short(name))
    ))
}

/// The beginning of what may be long.
fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}...", &text[..end]),
    }
}
