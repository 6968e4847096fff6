//! What a trial takes, before anything of it is made.

use slotless_core::attractor::{Index, Params};

use super::condition::Condition;
use super::record::{Shape, Vary};
use super::texts;
use crate::run::work::{Held, Work};

/// Steps of the parts of a trial, each of about a nanosecond.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    /// The projection, the background's vectors, and all codes that are asked with.
    pub build: f64,
    /// A pair of the background, stored beside everything else.
    pub store: f64,
    units: f64,
    active: f64,
}

impl Steps {
    /// All questions about a triple beside this many pairs.
    pub fn ask(&self, pairs: u32) -> f64 {
        // About a hundred recalls, each along the lists of the cue's units; and cosines with all pairs.
        100.0 * (self.units + f64::from(pairs) * (self.active * self.active / self.units + 5.0))
    }
}

impl Condition {
    pub(super) fn steps(&self, dim: usize) -> Steps {
        let [units, active, most] = [self.units, self.active, self.most()].map(f64::from);
        let product = units * dim as f64;
        Steps {
            build: 20.0 * product + 100.0 * most * dim as f64,
            store: product / 4.0 + 10.0 * units,
            units,
            active,
        }
    }

    /// What a trial takes, of vectors of this many numbers.
    #[must_use]
    pub fn work(&self, dim: usize) -> Work {
        let [units, active, most] = [self.units, self.active, self.most()].map(f64::from);
        let dim_bytes = 4.0 * dim as f64;
        let steps = self.steps(dim);
        let triples = texts::triples().len() as f64;
        let asked = self.sizes.iter().map(|&pairs| triples * steps.ask(pairs));
        let index = Params::builder(self.units, self.active)
            .build()
            .map_or(0.0, |params| {
                4.0 * Index::<()>::words(params, self.most()) as f64
            });
        let shape = Shape::of(self);
        let cells = [Vary::Cues, Vary::Noise, Vary::Hops].map(|vary| shape.cells(vary) as f64);
        let sizes = [
            ("units", units, 16_384.0),
            ("active", active, 50.0),
            ("sizes", most, 20_000.0),
        ];
        Work::new(steps.build + most * steps.store + asked.sum::<f64>())
            .with(Held::OnTheWay, &sizes[..1], units * (dim_bytes + 64.0))
            // Three memories, and codes of all that competes.
            .with(
                Held::OnTheWay,
                &sizes,
                3.0 * index + 8.0 * most * active + most * 100.0,
            )
            .with(Held::OnTheWay, &sizes[2..], 2.0 * most * dim_bytes)
            .with(
                Held::OnTheWay,
                &sizes[..2],
                triples * 12.0 * (units / 10.0 + active) * 4.0,
            )
            .with(
                Held::Kept,
                &sizes[2..],
                200.0 + 4.0 * cells.iter().sum::<f64>(),
            )
    }
}
