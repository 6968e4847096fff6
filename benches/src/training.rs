//! Training of the transformers: one iteration of gradient descent on a batch of 64.

use std::fmt;

use slotless_core::rng::{Key, Purpose};
use slotless_kernels::cpu::Isa;
use slotless_kernels::transformer::{
    Allocation, Attention, Batch, KeyRule, Module, Settings, Sizes, Slow, Trainer, ValueRule,
    Weights,
};

use crate::{CHECKED, Work};

/// Sequences of a batch.
const BATCH: u32 = 64;

/// The paper's seven models, as the laboratory has them (a test compares), without the crates that it needs.
fn published() -> [(&'static str, Settings); 7] {
    let model = |keys: u32, attention, [queries, of_keys]: [Option<f32>; 2]| Settings {
        sizes: Sizes {
            letters: 4,
            context: 4,
            keys,
            batch: BATCH,
        },
        attention,
        beta: 1.0,
        rates: [queries, of_keys, queries],
    };
    let module = |hidden, allocation, keys| {
        Attention::Memory(Module {
            hidden,
            winners: 1,
            allocation,
            keys,
            values: ValueRule::Reinstated,
        })
    };
    let (key, projected) = (Allocation::Key, Allocation::Projected(1.0));
    let (slow, fast) = (Some(1e-3), Some(5e-3));
    let fixed = |n, hidden, by| model(n, module(hidden, by, KeyRule::Fixed), [slow, None]);
    let mhn = |hidden, by| model(50, module(hidden, by, KeyRule::Through), [fast, fast]);
    let qk = |hidden, by| model(50, module(hidden, by, KeyRule::Align), [fast, Some(1e-4)]);
    [
        ("tf_baseline", model(10, Attention::Slots, [slow, slow])),
        ("tf_fixed", fixed(50, 10, key)),
        ("tf_mhn", mhn(16, key)),
        ("tf_qk", qk(16, key)),
        ("tf_fixed_proj", fixed(32, 8, projected)),
        ("tf_mhn_proj", mhn(10, projected)),
        ("tf_qk_proj", qk(16, projected)),
    ]
}

/// One row of the tables.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Training {
    /// The model's name.
    pub model: &'static str,
    /// The instructions.
    pub isa: Isa,
    settings: Settings,
}

impl Training {
    /// Every row, models outermost.
    pub fn all() -> impl Iterator<Item = Self> {
        published().into_iter().flat_map(|(model, settings)| {
            Isa::available().map(move |isa| Self {
                model,
                isa,
                settings,
            })
        })
    }

    /// The work of this row, ready for its first repetition.
    #[must_use]
    pub fn work(&self) -> Box<dyn Work> {
        Box::new(Iterations {
            trainer: Trainer::with_isa(self.settings, self.isa),
            weights: start(&self.settings.sizes),
            batch: Batch::empty(self.settings.sizes.context, BATCH),
            iteration: 0,
        })
    }

    /// Compares the weights after the first iterations with those of other instructions.
    ///
    /// # Panics
    /// Where they differ.
    pub fn check(&self) {
        let isa = if self.isa == Isa::PORTABLE {
            Isa::best()
        } else {
            Isa::PORTABLE
        };
        let (mut work, mut expected) = (self.work(), Self { isa, ..*self }.work());
        for step in 0..CHECKED {
            work.run();
            expected.run();
            assert!(
                work.answer() == expected.answer(),
                "{self}: other weights than with {isa} after iteration {step}"
            );
        }
    }
}

/// `model/f32/iteration/backend`: the name of the benchmark and of the count.
impl fmt::Display for Training {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/f32/iteration/{}", self.model, self.isa))
    }
}

/// Weights at the start: queries and keys uniform, with the standard deviation 1 / sqrt(N) of the paper's normal ones; values from
/// 0 to 0.1.
fn start(sizes: &Sizes) -> Weights {
    let mut weights = Weights::new(sizes);
    let reach = (12.0 / f64::from(sizes.keys)).sqrt();
    for matrix in Slow::ALL {
        let key = Key::new(1, Purpose(303)).derive(matrix as u32);
        let mut place = 0;
        for row in 0..weights.rows(matrix) {
            for token in 0..weights.tokens() {
                let share = (f64::from(key.at(place)) + 0.5) / 4_294_967_296.0;
                let value = match matrix {
                    Slow::Queries | Slow::Keys => reach * (share - 0.5),
                    Slow::Values => 0.1 * share,
                };
                weights.set(matrix, row, token, value as f32);
                place += 1;
            }
        }
    }
    weights
}

#[derive(Debug)]
struct Iterations {
    trainer: Trainer,
    weights: Weights,
    batch: Batch,
    iteration: u32,
}

impl Work for Iterations {
    fn run(&mut self) {
        let letters = self.trainer.settings().sizes.letters;
        let tasks = Key::new(1, Purpose(304));
        self.batch.draw(letters, tasks.derive(self.iteration));
        let modules = Key::new(1, Purpose(305)).derive(self.iteration);
        self.iteration += 1;
        std::hint::black_box(self.trainer.step(&mut self.weights, &self.batch, modules));
    }

    fn answer(&mut self) -> Vec<u32> {
        let all = Slow::ALL.into_iter();
        all.flat_map(|of| self.weights.matrix(of))
            .map(f32::to_bits)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use slotless::bench::training::MODELS;
    use slotless::transformer::Model;

    use super::*;

    #[test]
    fn every_row_gives_its_answer() {
        for row in Training::all() {
            row.check();
        }
    }

    #[test]
    fn models_are_those_of_the_laboratory() {
        let laboratory = MODELS.into_iter().zip(Model::published());
        for ((name, settings), (known, model)) in published().into_iter().zip(laboratory) {
            assert_eq!((name, settings), (known, model.settings(BATCH)));
        }
    }
}
