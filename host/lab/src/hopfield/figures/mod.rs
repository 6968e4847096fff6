//! Figures of Hopfield networks: what they keep, how their energy falls, how long they take.
//!
//! Every figure has `conditions(size)`, what it runs, and a function that draws it from the results of those conditions in
//! that order.

pub mod beta;
pub mod capacity;
pub mod energy;
pub mod equal_bits;
pub mod modern;
pub mod time;

use crate::figures::{Drawable, Group, Named, RunFiles, TrialFigure};
use crate::hopfield::raw::Files;
use crate::hopfield::{Classical, Condition, Modern, Results, Setup};
use slotless_draw::Role;
use slotless_files::dictionary::{FileKind, Variable};

/// Asymptotic capacity of the classical network in memories a unit (Amit, Gutfreund and Sompolinsky 1985).
const ASYMPTOTIC: f64 = 0.138;

/// Where a run starts.
const START: Variable = Variable::text(
    "start",
    "What a run starts from: a memory, one with some units flipped, or a random state",
);

/// What is in the files.
pub(crate) const FILES: &[FileKind] = &[
    capacity::CURVES,
    capacity::MIDPOINTS,
    modern::CURVES,
    modern::CAPACITIES,
    beta::POINTS,
    energy::ENERGIES,
    time::TIMES,
    equal_bits::CURVES,
    equal_bits::SUMMARY,
    super::raw::ARRAYS,
];

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

/// Results of runs of the classical network, with what was run.
fn classical<'r>(results: &[&'r Results]) -> Vec<(&'r Classical, &'r Results)> {
    let of = |results: &&'r Results| match &results.condition {
        Condition::Classical(of) => Some((of, *results)),
        _ => None,
    };
    results.iter().filter_map(of).collect()
}

/// Results of runs of the modern network, with what was run.
fn modern<'r>(results: &[&'r Results]) -> Vec<(&'r Modern, &'r Results)> {
    let of = |results: &&'r Results| match &results.condition {
        Condition::Modern(of) => Some((of, *results)),
        _ => None,
    };
    results.iter().filter_map(of).collect()
}

/// The number nearest to a share of the units, at least 1.
fn memories(load: f64, units: u32) -> u32 {
    ((load * f64::from(units)).round() as u32).max(1)
}

/// Where a share falls below one half: linear between the points of the nearest curve that nowhere rises (weighted least
/// squares). Points are place, share and weight, in ascending order of places; `None` if it does not cross.
fn crossing(points: &[[f64; 3]]) -> Option<f64> {
    // Neighbours that rise are pooled: share, weight, and how many.
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for &[_, share, weight] in points {
        let mut pool = (share, weight, 1);
        while let Some(&(before, weight, count)) = pools.last()
            && before < pool.0
        {
            let sum = weight + pool.1;
            pool = (
                (before * weight + pool.0 * pool.1) / sum,
                sum,
                count + pool.2,
            );
            pools.pop();
        }
        pools.push(pool);
    }
    let shares = pools
        .iter()
        .flat_map(|&(share, _, count)| std::iter::repeat_n(share, count));
    let curve: Vec<(f64, f64)> = points.iter().map(|point| point[0]).zip(shares).collect();
    let pair = curve
        .windows(2)
        .find(|pair| pair[0].1 >= 0.5 && pair[1].1 < 0.5)?;
    let [(x, y), (x_next, y_next)] = [pair[0], pair[1]];
    Some(x + (x_next - x) * (y - 0.5) / (y - y_next))
}

/// A figure of this family.
pub type Figure = TrialFigure<Setup>;

impl Drawable for Setup {
    fn narrowed(results: &Results, _: &Condition, trials: usize) -> Results {
        results.narrowed(trials)
    }

    fn files(results: Vec<Results>) -> Box<dyn RunFiles> {
        Box::new(Files(results))
    }
}

/// All of them, in the order of the help.
pub static FIGURES: &[Named] = &[
    Named {
        name: "hopfield-capacity",
        about: "Patterns that the classical Hopfield network keeps, and its errors, against K/N",
        group: Some(Group::Hopfield),
        figure: &Figure {
            trials: [5, 2],
            conditions: capacity::conditions,
            draw: |results, _, _| capacity::capacity(results),
        },
    },
    Named {
        name: "hopfield-modern",
        about: "Errors of the modern Hopfield network against the number of memories, by N and beta",
        group: Some(Group::Hopfield),
        figure: &Figure {
            trials: [4, 2],
            conditions: modern::conditions,
            draw: |results, _, _| modern::modern(results),
        },
    },
    Named {
        name: "hopfield-beta",
        about: "The modern Hopfield network from averaging to the nearest memory, by beta",
        group: Some(Group::Hopfield),
        figure: &Figure {
            trials: [5, 2],
            conditions: beta::conditions,
            draw: |results, _, _| beta::beta(results),
        },
    },
    Named {
        name: "hopfield-energy",
        about: "Energy along runs of the classical and the modern Hopfield network",
        group: Some(Group::Hopfield),
        figure: &Figure {
            trials: [2, 1],
            conditions: energy::conditions,
            draw: |results, _, _| energy::energy(results),
        },
    },
    Named {
        name: "hopfield-time",
        about: "Updates and flips until the classical Hopfield network rests, against N",
        group: Some(Group::Hopfield),
        figure: &Figure {
            trials: [5, 2],
            conditions: time::conditions,
            draw: |results, _, _| time::time(results),
        },
    },
    Named {
        name: "hopfield-equal-bits",
        about: "All memories side by side at equal bits of storage: patterns, information, time",
        group: Some(Group::Hopfield),
        figure: &Figure {
            trials: [4, 1],
            conditions: equal_bits::conditions,
            draw: equal_bits::equal_bits,
        },
    },
];

/// Every condition can be run, and none has the name of another.
#[cfg(test)]
fn assert_sound(conditions: &[Condition]) {
    let mut slugs: Vec<String> = conditions.iter().map(Condition::slug).collect();
    conditions.iter().for_each(|one| one.check().unwrap());
    slugs.sort();
    slugs.dedup();
    assert_eq!(slugs.len(), conditions.len());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossings_are_found_between_points() {
        let points = |shares: &[f64]| -> Vec<[f64; 3]> {
            let at = |(at, &share)| [at as f64, share, 1.0];
            shares.iter().enumerate().map(at).collect()
        };
        let near = |shares: &[f64], at: f64| {
            let found = crossing(&points(shares)).unwrap();
            assert!((found - at).abs() < 1e-12, "{shares:?}: {found}");
        };
        near(&[1.0, 0.75, 0.25, 0.0], 1.5);
        near(&[0.9, 0.6, 0.1], 1.2);
        // A rise is levelled: .4 and .8 become .6 each.
        near(&[1.0, 0.4, 0.8, 0.4], 2.5);
        near(&[0.5, 0.0], 0.0);
        assert_eq!(crossing(&points(&[1.0, 0.9])), None);
        assert_eq!(crossing(&points(&[0.4, 0.3])), None);
        // A point of more weight pulls the level: (.2 3 + .6) / 4 = .3.
        let weighted = [[0.0, 0.7, 1.0], [1.0, 0.2, 3.0], [2.0, 0.6, 1.0]];
        assert!((crossing(&weighted).unwrap() - 0.5).abs() < 1e-12);
    }
}
