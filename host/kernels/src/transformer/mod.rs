//! Training of the transformers of section 3 of the paper on one CPU core, a batch at a time.
//!
//! [`Trainer`] computes what the equations of the transformers say, in the arithmetic of [`slotless_core::real`]: the
//! memory module of every sequence is [`slotless_core::hetero`]'s, with its start weights and its winners, and the sums over
//! a batch have the same one shape. So every set of instructions gives the same bits, and the tests compare them with a
//! plain program that uses the core.
//!
//! What makes it fast: inputs are one-hot, so a product with them is a column; potentials of stored keys are products of
//! columns of `W_K`, taken once a batch; the start weights are drawn where they are used, 16 at a time; and a sequence leaves
//! no products of its own, but its shares in the columns, from which the gradients are made at the end of the batch.
//!
//! # The gradients, bit for bit
//! All sums are [`slotless_core::real::sum`]'s unless told otherwise; those over hidden units go by their number, those over
//! sequences by the place in the batch. `u_b` is `J s` of sequence `b`, and `u'_b` that of the pass through the module.
//!
//! * `P_b[t]`, for the tokens `t` of letters: the sum, in ascending order, of `u_b[h]` over the units (items) that store `t`.
//!   `M[l][t]` is the sum over the batch of `P_b[t]`, times 1 where letter `l` is asked for and 0 elsewhere. With
//!   [`Allocation::Key`], `r_b[n]` is the sum over units of `u_b[h] W_KH[h][n]`, where those that store an item have 0.
//! * Column `l` of the queries of `dW_Q`: `2 beta (sum_t M[l][t] K_t + sum_b [l] r_b)`, `K_t` columns of `W_K`; the second
//!   sum only with [`Allocation::Key`], here and below.
//! * `dW_V`: 2 times the sum over the batch of `e x~^T`.
//! * `dW_K`, column `t`: in the baseline `2 beta sum_l M[l][t] Q_l`, `Q_l` the columns of queries of `W_Q`; through the module
//!   `2 beta (sum_t' C[t][t'] K_t' + sum_b x~_b[t] r'_b)`, with `C[t][t']` the sum over the batch of `x~_b[t] P'_b[t']`; by
//!   alignment `2 (sum_t' A[t][t'] K_t' - sum_l B[l][t] Q_l)`, with `A[t][t']` the sum over the batch of `x~_b[t] x~_b[t']` and
//!   `B[l][t]` that of `x~_b[t]` where `l` is asked for; and Hebbian `-sum_l B[l][t] Q_l`.
//! * A step subtracts gradient times rate.

mod by_lane;
mod lanes;
mod memory;
mod products;
mod scratch;
mod shape;
mod slots;
mod task;
mod update;
mod weights;

use slotless_core::rng::Key;

use super::simd::{Isa, LANES};
use scratch::Scratch;
pub use weights::{Slow, Weights};

/// Sizes of the task and of the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Letters L, from 1; tokens are L lowercase letters, L uppercase ones, L queries.
    pub letters: u32,
    /// Items of a context C, 1 to L.
    pub context: u32,
    /// Length N of queries and keys, from 1.
    pub keys: u32,
    /// Sequences of a batch, from 1.
    pub batch: u32,
}

impl Sizes {
    /// Bytes of the three matrices.
    #[must_use]
    pub fn weight_bytes(&self) -> f64 {
        let keys = f64::from(self.keys.next_multiple_of(LANES as u32));
        8.0 * f64::from(self.tokens()) * (keys + 1.0) + 16.0 * LANES as f64
    }

    /// Number of tokens, 3L: columns of all three matrices.
    #[must_use]
    pub fn tokens(&self) -> u32 {
        3 * self.letters
    }
}

/// How `W_K` learns in a memory model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRule {
    /// Not at all.
    Fixed,
    /// Through the module (equation S16).
    Through,
    /// By alignment of the reinstated key with the query (equation S17).
    Align,
    /// By the product of query and reinstated item.
    Hebbian,
}

/// What `W_V` learns from in a memory model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueRule {
    /// The error of `W_V` times the reinstated item (equation S14).
    Reinstated,
    /// The error of the module's own output.
    Output,
}

/// How the module of a sequence chooses hidden units for an item; see [`slotless_core::hetero::Allocation`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Allocation {
    /// By the key alone.
    Key,
    /// By the key, and by projections of this strength from the tokens of letters.
    Projected(f32),
    /// By the item alone.
    Item,
}

/// The memory module of every sequence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Module {
    /// Hidden units n_h, from C; from 2L K with projections.
    pub hidden: u32,
    /// Hidden units K that store an item, 1 to n_h.
    pub winners: u32,
    /// How they are chosen.
    pub allocation: Allocation,
    /// How `W_K` learns.
    pub keys: KeyRule,
    /// How `W_V` learns.
    pub values: ValueRule,
}

/// What attends to the context.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Attention {
    /// The baseline: softmax over the items of the context (equations S11 to S13).
    Slots,
    /// The baseline with the gradient of the published runs: from the softmax of logits without beta, and without its factor.
    SlotsPublished,
    /// A memory module.
    Memory(Module),
}

/// A model and how it is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Sizes.
    pub sizes: Sizes,
    /// What attends.
    pub attention: Attention,
    /// Inverse temperature, above 0.
    pub beta: f32,
    /// Learning rates of `W_Q`, `W_K` and `W_V`; without one, that matrix stays.
    pub rates: [Option<f32>; 3],
}

impl Settings {
    /// About the bytes that [`Trainer::new`] takes, counted before it is made.
    #[must_use]
    pub fn scratch_bytes(&self) -> f64 {
        scratch::bytes(self)
    }

    /// # Panics
    /// If a size is out of its range.
    pub(super) fn assert_sizes(&self) {
        let Sizes {
            letters,
            context,
            keys,
            batch,
        } = self.sizes;
        assert!(
            letters > 0 && keys > 0 && batch > 0 && (1..=letters).contains(&context),
            "sizes out of range"
        );
        if let Attention::Memory(module) = self.attention {
            let least = match module.allocation {
                Allocation::Projected(_) => 2 * letters * module.winners,
                Allocation::Key | Allocation::Item => context,
            };
            assert!(
                module.hidden >= least && (1..=module.hidden).contains(&module.winners),
                "hidden units or winners out of range"
            );
        }
    }

    /// What the sums over a batch are multiplied by to be gradients.
    pub(super) fn factors(&self) -> [f32; 3] {
        let beta = self.beta;
        match self.attention {
            Attention::Slots => [2.0 * beta, 2.0 * beta, 2.0],
            Attention::SlotsPublished => [2.0; 3],
            Attention::Memory(module) => {
                let keys = match module.keys {
                    KeyRule::Fixed => 0.0,
                    KeyRule::Through => 2.0 * beta,
                    KeyRule::Align => 2.0,
                    KeyRule::Hebbian => -1.0,
                };
                [2.0 * beta, keys, 2.0]
            }
        }
    }
}

/// Sequences of the task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Tokens of the contexts, below 2L: batch x C.
    pub context: Vec<u32>,
    /// Letters asked for, below L, one per sequence.
    pub queries: Vec<u32>,
    /// Case of the letter asked for: 0 lowercase, 1 uppercase.
    pub targets: Vec<u32>,
}

impl Batch {
    /// # Panics
    /// If it is no batch of these sizes.
    pub(super) fn assert_fits(&self, sizes: &Sizes) {
        let (sequences, tokens) = (sizes.batch as usize, 2 * sizes.letters);
        assert!(
            self.context.len() == sequences * sizes.context as usize
                && self.queries.len() == sequences
                && self.targets.len() == sequences,
            "a batch of these sizes"
        );
        assert!(
            self.context.iter().all(|&token| token < tokens)
                && self.queries.iter().all(|&letter| letter < sizes.letters)
                && self.targets.iter().all(|&target| target < 2),
            "tokens, letters and cases of the task"
        );
    }
}

/// How well a model did on a batch, before it learned from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Sequences answered correctly; the larger output is the answer, lowercase if they are equal.
    pub correct: u32,
    /// Sum of the squared errors over the batch's size.
    pub loss: f32,
}

/// Trains a model.
#[derive(Debug)]
pub struct Trainer {
    settings: Settings,
    isa: Isa,
    scratch: Scratch,
}

impl Trainer {
    /// A trainer with the best instructions of the machine.
    ///
    /// # Panics
    /// If a size is out of its range.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self::with_isa(settings, Isa::best())
    }

    /// A trainer with these instructions.
    ///
    /// # Panics
    /// If a size is out of its range.
    #[must_use]
    pub fn with_isa(settings: Settings, isa: Isa) -> Self {
        settings.assert_sizes();
        Self {
            settings,
            isa,
            scratch: Scratch::new(&settings),
        }
    }

    /// The model.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Runs a batch and learns from it. `key` is that of the batch: sequence b takes its start weights from
    /// `key.derive(b)`.
    ///
    /// # Panics
    /// If the weights or the batch are of another size.
    pub fn step(&mut self, weights: &mut Weights, batch: &Batch, key: Key) -> Outcome {
        let outcome = self.gradients(weights, batch, key);
        let rates = self.settings.rates;
        let factors = self.settings.factors();
        self.isa.run(update::Apply {
            weights,
            scratch: &self.scratch,
            rates,
            factors,
        });
        outcome
    }

    /// Runs a batch without learning, and keeps its gradients for [`Trainer::gradient`].
    ///
    /// # Panics
    /// As [`Trainer::step`].
    pub fn gradients(&mut self, weights: &Weights, batch: &Batch, key: Key) -> Outcome {
        let sizes = &self.settings.sizes;
        assert!(weights.fits(sizes), "weights of these sizes");
        batch.assert_fits(sizes);
        let Self {
            settings,
            isa,
            scratch,
        } = self;
        // Kernels one after the other: as one, which had all of this in it for each kind of attention, they took most of the
        // crate's compilation.
        isa.run(products::Tables {
            settings,
            weights,
            scratch,
        });
        let correct = match settings.attention {
            Attention::Slots | Attention::SlotsPublished => isa.run(slots::Attend {
                settings,
                back: match settings.attention {
                    Attention::SlotsPublished => 1.0,
                    _ => settings.beta,
                },
                weights,
                batch,
                scratch,
            }),
            Attention::Memory(module) => {
                let model = (&*settings, &module);
                if let Some(mut lanes) = scratch.lanes.take() {
                    let buffers = (&mut *scratch, &mut lanes);
                    let correct = lanes::batch(*isa, model, weights, batch, key, buffers);
                    scratch.lanes = Some(lanes);
                    correct
                } else {
                    memory::batch(*isa, model, weights, batch, key, scratch)
                }
            }
        };
        let loss = isa.run(update::SumBatch {
            settings,
            weights,
            batch,
            scratch,
        });
        Outcome {
            correct,
            loss: loss / settings.sizes.batch as f32,
        }
    }

    /// The gradient of the last batch: of the sum of squared errors over the batch for `W_Q` and `W_V`, and what the rule of
    /// `W_K` has in its place. `W_Q` and `W_K` are N x 3L, `W_V` is 2 x 3L, row after row.
    #[must_use]
    pub fn gradient(&self, of: Slow) -> Vec<f32> {
        let factor = self.settings.factors()[of as usize];
        let mut matrix = self.scratch.sums.matrix(of);
        for value in &mut matrix {
            *value *= factor;
        }
        matrix
    }
}
