//! The parameters of transformers, each declared once: flags, specs, grids, captions and tables read them here.

use super::model::{Partial, ValuesBy};
use super::{Condition, Data, Form, Rule, Training, WinnerBy};
use crate::run::parameter::{Range, parameters};

parameters! {
    /// Values of parameters; every combination is a condition.
    pub struct Sweep of Place, Condition {
        /// How W_K learns, or the baseline with slots
        model: Rule {
            put: |at, value| at.model.model = Some(value),
            get: |of| Some(of.model.model),
            default: "qk",
            heading: "Model",
            column: Some("rule"),
        }
        /// What chooses the hidden units that store an item
        winner_by: WinnerBy {
            put: |at, value| at.model.winner_by = Some(value),
            get: |of| Some(of.model.winner_by),
            default: "key",
            heading: "Model",
        }
        /// Letters L
        letters: u32 {
            put: |at, value| at.model.letters = Some(value),
            get: |of| Some(of.model.letters),
            short: Some('L'),
            symbol: "L",
            unit: "letters",
            range: Range::Whole(1, Some(1024)),
            default: "4",
            heading: "Model",
        }
        /// Items of a context C
        context: u32 {
            put: |at, value| at.model.context = Some(value),
            get: |of| Some(of.model.context),
            short: Some('C'),
            symbol: "C",
            unit: "items",
            range: Range::Said("1 to L"),
            default: "L",
            heading: "Model",
        }
        /// Length N of queries and keys
        n: u32 {
            put: |at, value| at.model.n = Some(value),
            get: |of| Some(of.model.n),
            short: Some('N'),
            symbol: "N",
            unit: "numbers",
            range: Range::Whole(1, Some(65_536)),
            default: "published",
            heading: "Model",
        }
        /// Hidden units n_h of the module
        n_h: u32 {
            put: |at, value| at.model.n_h = Some(value),
            get: |of| Some(of.model.n_h),
            symbol: "n_h",
            unit: "units",
            range: Range::Said("from C; with projections from 2 L K"),
            default: "published, or that many",
            heading: "Model",
        }
        /// Hidden units K that store an item
        hidden_winners: u32 {
            put: |at, value| at.model.hidden_winners = Some(value),
            get: |of| Some(of.model.hidden_winners),
            short: Some('K'),
            symbol: "K",
            unit: "units",
            range: Range::Said("1 to 1024"),
            default: "1",
            heading: "Model",
        }
        /// Inverse temperature
        beta: f64 {
            put: |at, value| at.model.beta = Some(value),
            get: |of| Some(of.model.beta),
            symbol: "beta",
            range: Range::Positive,
            default: "1",
            heading: "Model",
        }
        /// Standard deviation of the start of W_Q and W_K, times the root of N
        init_scale: f64 {
            put: |at, value| at.model.init_scale = Some(value),
            get: |of| Some(of.model.init_scale),
            range: Range::NotNegative,
            default: "1",
            heading: "Model",
        }
        /// Strength of the input projections
        projection_strength: f64 {
            put: |at, value| at.model.projection_strength = Some(value),
            get: |of| Some(of.model.projection_strength),
            range: Range::NotNegative,
            default: "1",
            heading: "Model",
        }
        /// Learning rate of all three matrices
        rate: f64 {
            put: |at, value| {
                let Partial {
                    rate_q,
                    rate_k,
                    rate_v,
                    ..
                } = &mut at.model;
                for rate in [rate_q, rate_k, rate_v] {
                    rate.get_or_insert(value);
                }
            },
            get: |_| None,
            range: Range::Positive,
            default: "published",
            heading: "Learning",
        }
        /// Learning rate of W_Q
        rate_q: f64 {
            put: |at, value| at.model.rate_q = Some(value),
            get: |of| Some(of.model.rate_q),
            range: Range::Positive,
            default: "published",
            heading: "Learning",
        }
        /// Learning rate of W_K
        rate_k: f64 {
            put: |at, value| at.model.rate_k = Some(value),
            get: |of| Some(of.model.rate_k),
            range: Range::Positive,
            default: "published",
            heading: "Learning",
        }
        /// Learning rate of W_V
        rate_v: f64 {
            put: |at, value| at.model.rate_v = Some(value),
            get: |of| Some(of.model.rate_v),
            range: Range::Positive,
            default: "published",
            heading: "Learning",
        }
        /// What W_V learns from
        values_by: ValuesBy {
            put: |at, value| at.model.values_by = Some(value),
            get: |of| Some(of.model.values_by),
            default: "reinstated",
            heading: "Learning",
        }
        /// Which gradient the baseline has
        form: Form {
            put: |at, value| at.model.form = Some(value),
            get: |of| Some(of.model.form),
            default: "standard",
            heading: "Model",
        }
        /// Sequences of a batch
        batch: u32 {
            put: |at, value| at.training.batch = value,
            get: |of| Some(of.batch()),
            unit: "sequences",
            range: Range::Whole(1, Some(65_536)),
            default: "64",
            heading: "Training",
        }
        /// Batches: iterations of gradient descent
        batches: u32 {
            put: |at, value| at.training.batches = value,
            get: |of| Some(of.training.batches),
            unit: "iterations",
            range: Range::Whole(1, None),
            default: "5000",
            heading: "Training",
        }
        /// Where sequences come from
        data: Data {
            put: |at, value| at.training.data = value,
            get: |of| Some(of.training.data),
            default: "random",
            heading: "Training",
        }
    }
}

impl Sweep {
    /// The lists of the model's own parameters.
    #[must_use]
    pub fn of_model(&self) -> Self {
        Self {
            batch: Vec::new(),
            batches: Vec::new(),
            data: Vec::new(),
            ..self.clone()
        }
    }
}

/// A model and its training.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub model: Partial,
    pub training: Training,
}
