//! A transformer that learns the Case Sequence Task, as `slotless transformer train` trains it: trial 0 of a seed.

use slotless_core::rng::{Key, Purpose};
use slotless_kernels::transformer::{
    self as kernel, Allocation, Attention, Batch, KeyRule, Module, Outcome, Sizes, Slow, Trainer,
    ValueRule, Weights,
};

use crate::{Error, Range};

/// Batches of a trial, as the laboratory draws them.
const TASK: Purpose = Purpose(310);
/// Modules of a trial.
const MODULE: Purpose = Purpose(311);
/// Slow weights at the start.
const START: Purpose = Purpose(312);
/// Sequences of a batch.
const BATCH: u32 = 64;

/// A model of the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The transformer with slots.
    Baseline,
    /// A memory module, `W_K` as it starts.
    Fixed,
    /// A memory module, `W_K` learns through it.
    Mhn,
    /// A memory module, `W_K` learns by alignment with the query.
    Qk,
    /// The same with input projections, by which items choose hidden units of their own.
    QkProjected,
}

impl Rule {
    /// By its number on the page.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn of(number: u32) -> Result<Self, Error> {
        match number {
            0 => Ok(Self::Baseline),
            1 => Ok(Self::Fixed),
            2 => Ok(Self::Mhn),
            3 => Ok(Self::Qk),
            4 => Ok(Self::QkProjected),
            _ => Err(Error::Unknown("model", number)),
        }
    }
}

/// What a visitor chooses; sizes and rates are those of the published runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The model.
    pub rule: Rule,
    /// Letters L, and items of a context.
    pub letters: u32,
    /// Seed of batches, modules and start weights.
    pub seed: u32,
}

impl Settings {
    /// Letters.
    pub const LETTERS: Range = Range { low: 2, high: 10 };

    fn model(&self) -> kernel::Settings {
        let letters = self.letters;
        let (keys, hidden, rate, key_rate): (u32, u32, f32, f32) = match self.rule {
            Rule::Baseline => (10, 0, 1e-3, 1e-3),
            Rule::Fixed => (50, 10, 1e-3, 1e-3),
            Rule::Mhn => (50, 16, 5e-3, 5e-3),
            Rule::Qk | Rule::QkProjected => (50, 16, 5e-3, 1e-4),
        };
        let (allocation, least) = match self.rule {
            Rule::QkProjected => (Allocation::Projected(1.0), 2 * letters),
            _ => (Allocation::Key, letters),
        };
        let module = |keys| {
            Attention::Memory(Module {
                hidden: least.max(hidden),
                winners: 1,
                allocation,
                keys,
                values: ValueRule::Reinstated,
            })
        };
        kernel::Settings {
            sizes: Sizes {
                letters,
                context: letters,
                keys,
                batch: BATCH,
            },
            attention: match self.rule {
                Rule::Baseline => Attention::Slots,
                Rule::Fixed => module(KeyRule::Fixed),
                Rule::Mhn => module(KeyRule::Through),
                Rule::Qk | Rule::QkProjected => module(KeyRule::Align),
            },
            beta: 1.0,
            rates: [
                Some(rate),
                (self.rule != Rule::Fixed).then_some(key_rate),
                Some(rate),
            ],
        }
    }
}

/// A training on its way.
#[derive(Debug)]
pub struct Training {
    settings: Settings,
    trainer: Trainer,
    weights: Weights,
    batch: Batch,
    iteration: u32,
}

impl Training {
    /// A training at its start.
    ///
    /// # Errors
    /// [`Error::Range`] for a number of letters out of its range.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Error::check("letters", settings.letters, Settings::LETTERS)?;
        let model = settings.model();
        let key = Key::new(settings.seed.into(), START).derive(0);
        let deviation = 1.0 / f64::from(model.sizes.keys).sqrt();
        Ok(Self {
            settings,
            trainer: Trainer::new(model),
            weights: Weights::random(&model.sizes, deviation, key),
            batch: Batch::empty(settings.letters, BATCH),
            iteration: 0,
        })
    }

    /// Iterations made.
    #[must_use]
    pub fn iteration(&self) -> u32 {
        self.iteration
    }

    /// The weights as they are.
    #[must_use]
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// One iteration: makes a batch, answers it, learns from it.
    pub fn step(&mut self) -> Outcome {
        let seed = self.settings.seed.into();
        let task = Key::new(seed, TASK).derive(0).derive(self.iteration);
        let modules = Key::new(seed, MODULE).derive(0).derive(self.iteration);
        self.iteration += 1;
        self.batch.draw(self.settings.letters, task);
        self.trainer.step(&mut self.weights, &self.batch, modules)
    }

    /// Sequences of a batch.
    #[must_use]
    pub const fn batch() -> u32 {
        BATCH
    }

    /// `W_V` over the columns of letters, 2 x 2L, row after row.
    #[must_use]
    pub fn values(&self) -> Vec<f32> {
        let tokens = 2 * self.settings.letters as usize;
        let entry = |case, token| self.weights.get(Slow::Values, case, token);
        (0..2)
            .flat_map(|case| (0..tokens).map(move |token| entry(case, token)))
            .collect()
    }

    /// Products of queries (rows) and keys, L x 2L, lowercase first.
    #[must_use]
    pub fn queries_keys(&self) -> Vec<f32> {
        let letters = self.settings.letters as usize;
        self.products(Slow::Queries, 2 * letters..3 * letters, 0..2 * letters)
    }

    /// Products of keys with keys, 2L x 2L, lowercase first.
    #[must_use]
    pub fn keys_keys(&self) -> Vec<f32> {
        let tokens = 2 * self.settings.letters as usize;
        self.products(Slow::Keys, 0..tokens, 0..tokens)
    }

    fn products(
        &self,
        of: Slow,
        rows: std::ops::Range<usize>,
        columns: std::ops::Range<usize>,
    ) -> Vec<f32> {
        let places = self.weights.rows(of);
        let product = |row, column| -> f32 {
            let factors = (0..places).map(|place| {
                let key = self.weights.get(Slow::Keys, place, column);
                self.weights.get(of, place, row) * key
            });
            factors.sum()
        };
        rows.flat_map(|row| columns.clone().map(move |column| product(row, column)))
            .collect()
    }
}
