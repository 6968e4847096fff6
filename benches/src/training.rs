//! Training of the transformers: one iteration of gradient descent on a batch of 64.

use std::fmt;

use slotless::bench::training::{MODELS, run};
use slotless::transformer::trial::Run;
use slotless::transformer::{Slow, Weights};
use slotless_kernels::cpu::Isa;

use crate::{CHECKED, Work};

/// One row of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Training {
    /// The model's name.
    pub model: &'static str,
    /// The instructions.
    pub isa: Isa,
}

impl Training {
    /// Every row, models outermost.
    pub fn all() -> impl Iterator<Item = Self> {
        MODELS
            .into_iter()
            .flat_map(|model| Isa::available().map(move |isa| Self { model, isa }))
    }

    /// The work of this row, ready for its first repetition.
    #[must_use]
    pub fn work(&self) -> Box<dyn Work> {
        Box::new(Iterations(run(self.model, self.isa)))
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

#[derive(Debug)]
struct Iterations(Run);

impl Work for Iterations {
    fn run(&mut self) {
        std::hint::black_box(self.0.step());
    }

    fn answer(&mut self) -> Vec<u32> {
        let weights: &Weights = self.0.weights();
        let all = Slow::ALL.into_iter().flat_map(|of| weights.matrix(of));
        all.map(f32::to_bits).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_gives_its_answer() {
        for row in Training::all() {
            row.check();
        }
    }
}
