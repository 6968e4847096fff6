//! Figures of Hopfield networks: what they keep, how their energy falls, how long they take.
//!
//! Every figure has `conditions(size)`, what it runs, and a function that draws it from the results of those conditions in
//! that order.

pub mod capacity;
pub mod time;

use super::catalogue::Table;
use super::draw::Role;
use crate::hopfield::{Classical, Condition, Results};

/// Asymptotic capacity of the classical network in memories a unit (Amit, Gutfreund and Sompolinsky 1985).
const ASYMPTOTIC: f64 = 0.138;

/// A colour each, for one curve after the other.
const COLOURS: [Role; 7] = [
    Role::Other(0),
    Role::OneWinner,
    Role::Graded,
    Role::Other(1),
    Role::KWinner,
    Role::Slow,
    Role::Other(2),
];

/// Mean and standard error of the mean; the error is NaN of fewer than two.
fn mean_error(values: &[f64]) -> [f64; 2] {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    [mean, (squares / (count - 1.0) / count).sqrt()]
}

/// Results of runs of the classical network, with what was run.
fn classical<'r>(results: &[&'r Results]) -> Vec<(&'r Classical, &'r Results)> {
    let of = |results: &&'r Results| match &results.condition {
        Condition::Classical(of) => Some((of, *results)),
        Condition::ClassicalEnergy(_) => None,
    };
    results.iter().filter_map(of).collect()
}

/// The number nearest to a share of the units, at least 1.
fn memories(load: f64, units: u32) -> u32 {
    ((load * f64::from(units)).round() as u32).max(1)
}

fn table(name: &str, header: &[&str], rows: Vec<Vec<String>>) -> Table {
    Table {
        name: name.to_owned(),
        header: header.iter().map(|&name| name.to_owned()).collect(),
        rows,
    }
}

/// Every condition can be run, and none has the name of another.
#[cfg(test)]
fn assert_sound(conditions: &[Condition]) {
    let mut slugs: Vec<String> = conditions.iter().map(Condition::slug).collect();
    conditions.iter().for_each(|one| one.check().unwrap());
    slugs.sort();
    slugs.dedup();
    assert_eq!(slugs.len(), conditions.len());
}
