//! Models and how they are trained: what a user asks for, checked.

use crate::choice::choices;
use serde::{Deserialize, Serialize};

use super::parameters::Sweep;
use super::task;
use crate::SpecError;
use crate::run::slug;
use slotless_kernels::transformer::{
    Allocation, Attention, KeyRule, Module, Settings, Sizes, Slow, ValueRule,
};

choices! {
    /// How `W_K` learns, and whether there is a memory module at all.
    pub enum Rule {
        /// The transformer with slots: attention to the items of the context
        Baseline = "baseline",
        /// A memory module, and W_K as it starts
        Fixed = "fixed",
        /// A memory module, and W_K learns through it
        Mhn = "mhn",
        /// A memory module, and W_K learns by alignment with the query
        Qk = "qk",
        /// A memory module, and W_K learns by a Hebbian step
        Hebbian = "hebbian",
    }
}

choices! {
    /// What chooses the hidden units that store an item.
    pub enum WinnerBy = Key {
        /// Its key
        Key = "key",
        /// Its key, with input projections from the tokens
        Projections = "projections",
        /// The item itself, through fast weights ("item in MHN")
        Item = "item",
    }
}

choices! {
    /// Which gradient the baseline has.
    pub enum Form = Standard {
        /// The true one
        Standard = "standard",
        /// That of the published baseline: start weights a quarter as large, logits over sqrt(N), and a gradient that leaves
        /// that scale out
        Published2025 = "published-2025",
    }
}

choices! {
    /// A slow weight matrix, as `freeze` names it.
    pub enum Frozen {
        /// W_Q
        Q = "q",
        /// W_K
        K = "k",
        /// W_V
        V = "v",
    }
}

choices! {
    /// What `W_V` learns from, by name.
    pub enum ValuesBy = Reinstated {
        /// The error of W_V times the reinstated item
        Reinstated = "reinstated",
        /// The error of the module's output
        Output = "output",
    }
}

choices! {
    /// Where sequences come from.
    pub enum Data = Random {
        /// Fresh random sequences in every batch
        Random = "random",
        /// All sequences in alphabetical order, the same in every batch
        PermutationReduced = "permutation-reduced",
        /// The eight sequences of two letters in alphabetical order
        Toy = "toy",
    }
}

/// A model: sizes, module, rates. [`Model::of`] has the published values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Partial")]
pub struct Model {
    /// Name in figures and files.
    pub name: String,
    /// How `W_K` learns.
    pub model: Rule,
    /// What chooses hidden units.
    pub winner_by: WinnerBy,
    /// Letters L, 1 to 1,024.
    pub letters: u32,
    /// Items of a context C, 1 to L.
    pub context: u32,
    /// Length N of queries and keys, 1 to 65,536.
    pub n: u32,
    /// Hidden units n_h of the module, from C, from 2L K with projections; 0 in the baseline.
    pub n_h: u32,
    /// Hidden units K that store an item; 0 in the baseline.
    pub hidden_winners: u32,
    /// Inverse temperature, above 0.
    pub beta: f64,
    /// Standard deviation of the start of `W_Q` and `W_K` times sqrt(N), 0 or more.
    pub init_scale: f64,
    /// Strength of the input projections, 0 or more.
    pub projection_strength: f64,
    /// Matrices that stay as they start.
    pub freeze: Vec<Frozen>,
    /// Learning rate of `W_Q`, above 0.
    pub rate_q: f64,
    /// Learning rate of `W_K`, above 0.
    pub rate_k: f64,
    /// Learning rate of `W_V`, above 0.
    pub rate_v: f64,
    /// What `W_V` learns from.
    pub values_by: ValuesBy,
    /// Which gradient the baseline has.
    pub form: Form,
}

/// A model with what is left out: read from a file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Partial {
    /// See [`Model`]; so are all others.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Left out: `qk`.
    pub model: Option<Rule>,
    #[allow(missing_docs)]
    pub winner_by: Option<WinnerBy>,
    #[allow(missing_docs)]
    pub letters: Option<u32>,
    #[allow(missing_docs)]
    pub context: Option<u32>,
    #[allow(missing_docs)]
    pub n: Option<u32>,
    #[allow(missing_docs)]
    pub n_h: Option<u32>,
    #[allow(missing_docs)]
    pub hidden_winners: Option<u32>,
    #[allow(missing_docs)]
    pub beta: Option<f64>,
    #[allow(missing_docs)]
    pub init_scale: Option<f64>,
    #[allow(missing_docs)]
    pub projection_strength: Option<f64>,
    #[allow(missing_docs)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub freeze: Vec<Frozen>,
    #[allow(missing_docs)]
    pub rate_q: Option<f64>,
    #[allow(missing_docs)]
    pub rate_k: Option<f64>,
    #[allow(missing_docs)]
    pub rate_v: Option<f64>,
    #[allow(missing_docs)]
    pub values_by: Option<ValuesBy>,
    #[allow(missing_docs)]
    pub form: Option<Form>,
}

impl From<Model> for Partial {
    fn from(model: Model) -> Self {
        Self {
            name: model.name,
            model: Some(model.model),
            winner_by: Some(model.winner_by),
            letters: Some(model.letters),
            context: Some(model.context),
            n: Some(model.n),
            n_h: Some(model.n_h),
            hidden_winners: Some(model.hidden_winners),
            beta: Some(model.beta),
            init_scale: Some(model.init_scale),
            projection_strength: Some(model.projection_strength),
            freeze: model.freeze,
            rate_q: Some(model.rate_q),
            rate_k: Some(model.rate_k),
            rate_v: Some(model.rate_v),
            values_by: Some(model.values_by),
            form: Some(model.form),
        }
    }
}

impl From<Partial> for Model {
    fn from(given: Partial) -> Self {
        let rule = given.model.unwrap_or(Rule::Qk);
        let mut model = Self::of(rule, given.winner_by.unwrap_or_default());
        model.name = given.name;
        model.letters = given.letters.unwrap_or(model.letters);
        model.context = given.context.unwrap_or(model.letters);
        model.n = given.n.unwrap_or(model.n);
        model.hidden_winners = given.hidden_winners.unwrap_or(model.hidden_winners);
        let least = model.least_hidden();
        model.n_h = given.n_h.unwrap_or(model.n_h.max(least));
        model.beta = given.beta.unwrap_or(model.beta);
        model.init_scale = given.init_scale.unwrap_or(model.init_scale);
        model.projection_strength = given
            .projection_strength
            .unwrap_or(model.projection_strength);
        model.freeze = given.freeze;
        model.rate_q = given.rate_q.unwrap_or(model.rate_q);
        model.rate_k = given.rate_k.unwrap_or(model.rate_k);
        model.rate_v = given.rate_v.unwrap_or(model.rate_v);
        model.values_by = given.values_by.unwrap_or_default();
        model.form = given.form.unwrap_or_default();
        model
    }
}

impl Model {
    /// The model with the sizes and rates of the published runs, L = C = 4.
    #[must_use]
    pub fn of(model: Rule, winner_by: WinnerBy) -> Self {
        let projections = winner_by == WinnerBy::Projections;
        let (n, n_h, rate, rate_k) = match model {
            Rule::Baseline => (10, 0, 1e-3, 1e-3),
            Rule::Fixed if projections => (32, 8, 1e-3, 1e-3),
            Rule::Fixed => (50, 10, 1e-3, 1e-3),
            Rule::Mhn if projections => (50, 10, 5e-3, 5e-3),
            Rule::Mhn => (50, 16, 5e-3, 5e-3),
            Rule::Qk | Rule::Hebbian => (50, 16, 5e-3, 1e-4),
        };
        Self {
            name: String::new(),
            model,
            winner_by: if model == Rule::Baseline {
                WinnerBy::Key
            } else {
                winner_by
            },
            letters: 4,
            context: 4,
            n,
            n_h,
            hidden_winners: u32::from(model != Rule::Baseline),
            beta: 1.0,
            init_scale: 1.0,
            projection_strength: 1.0,
            freeze: Vec::new(),
            rate_q: rate,
            rate_k,
            rate_v: rate,
            values_by: ValuesBy::Reinstated,
            form: Form::Standard,
        }
    }

    /// The seven models of the paper under its names: the baseline, then those without and with input projections.
    #[must_use]
    pub fn published() -> [Self; 7] {
        let named = |rule, winner_by, name: &str| Self {
            name: name.to_owned(),
            ..Self::of(rule, winner_by)
        };
        [
            named(Rule::Baseline, WinnerBy::Key, "baseline"),
            named(Rule::Fixed, WinnerBy::Key, "fixed W_K"),
            named(Rule::Mhn, WinnerBy::Key, "MHN"),
            named(Rule::Qk, WinnerBy::Key, "QK"),
            named(
                Rule::Fixed,
                WinnerBy::Projections,
                "fixed W_K + projections",
            ),
            named(Rule::Mhn, WinnerBy::Projections, "MHN + projections"),
            named(Rule::Qk, WinnerBy::Projections, "QK + projections"),
        ]
    }

    /// Whether there is a memory module.
    #[must_use]
    pub fn has_module(&self) -> bool {
        self.model != Rule::Baseline
    }

    /// The fewest hidden units that the module may have.
    #[must_use]
    pub fn least_hidden(&self) -> u32 {
        match (self.model, self.winner_by) {
            (Rule::Baseline, _) => 0,
            (_, WinnerBy::Projections) => {
                let each = self.letters.saturating_mul(2);
                each.saturating_mul(self.hidden_winners.max(1))
                    .max(self.context)
            }
            _ => self.context.max(self.hidden_winners),
        }
    }

    /// Whether a matrix learns.
    #[must_use]
    pub fn learns(&self, matrix: Slow) -> bool {
        let frozen = match matrix {
            Slow::Queries => Frozen::Q,
            Slow::Keys => Frozen::K,
            Slow::Values => Frozen::V,
        };
        !(self.freeze.contains(&frozen) || matrix == Slow::Keys && self.model == Rule::Fixed)
    }

    /// Checks the sizes that depend on each other.
    fn check(&self) -> Result<(), SpecError> {
        let range = |name, value: u32, low: u32, high: u32, why: &str| {
            if (low..=high).contains(&value) {
                return Ok(());
            }
            let allowed = if low == high {
                format!("{low}{why}")
            } else {
                format!("{low} to {high}{why}")
            };
            Err(SpecError::range(name, value, allowed))
        };
        range(
            "context",
            self.context,
            1,
            self.letters,
            " (the number of letters)",
        )?;
        if self.has_module() {
            range("hidden_winners", self.hidden_winners, 1, 1024, "")?;
            let why = match self.winner_by {
                WinnerBy::Projections if self.hidden_winners > 1 => {
                    " (2 x letters x hidden winners and more, with input projections)"
                }
                WinnerBy::Projections => " (2 x letters and more, with input projections)",
                _ if self.hidden_winners > self.context => " (the hidden winners and more)",
                _ => " (the items of a context and more)",
            };
            range("n_h", self.n_h, self.least_hidden(), 1 << 16, why)?;
            // The places of all start weights fit 30 bits.
            let row = u64::from(self.n.max(3 * self.letters + 2)).div_ceil(32) * 16;
            if u64::from(self.n_h) * row >= 1 << 30 {
                return Err(SpecError::range(
                    "n_h",
                    self.n_h,
                    format!("below {} for such rows", (1 << 30) / row),
                ));
            }
        } else {
            let none = " (the baseline has no module)";
            range("n_h", self.n_h, 0, 0, none)?;
            range("hidden_winners", self.hidden_winners, 0, 0, none)?;
        }
        if self.form == Form::Published2025 && self.model != Rule::Baseline {
            return Err(SpecError::range(
                "form",
                "published-2025",
                "standard, but in the baseline",
            ));
        }
        Ok(())
    }

    /// The inverse temperature of the logits.
    #[must_use]
    pub fn logit_scale(&self) -> f64 {
        match self.form {
            Form::Standard => self.beta,
            Form::Published2025 => self.beta / f64::from(self.n).sqrt(),
        }
    }

    /// Standard deviation of the start of `W_Q` and `W_K`.
    #[must_use]
    pub fn start_deviation(&self) -> f64 {
        let scale = match self.form {
            Form::Standard => self.init_scale,
            Form::Published2025 => 0.25 * self.init_scale,
        };
        scale / f64::from(self.n).sqrt()
    }

    /// What the backend needs, for batches of this many sequences.
    #[must_use]
    pub fn settings(&self, batch: u32) -> Settings {
        let rate = |matrix, rate: f64| self.learns(matrix).then_some(rate as f32);
        let attention = match self.model {
            Rule::Baseline => match self.form {
                Form::Standard => Attention::Slots,
                Form::Published2025 => Attention::SlotsPublished,
            },
            Rule::Fixed | Rule::Mhn | Rule::Qk | Rule::Hebbian => Attention::Memory(Module {
                hidden: self.n_h,
                winners: self.hidden_winners,
                allocation: match self.winner_by {
                    WinnerBy::Key => Allocation::Key,
                    WinnerBy::Projections => Allocation::Projected(self.projection_strength as f32),
                    WinnerBy::Item => Allocation::Item,
                },
                keys: match self.model {
                    Rule::Mhn => KeyRule::Through,
                    Rule::Qk => KeyRule::Align,
                    Rule::Hebbian => KeyRule::Hebbian,
                    Rule::Baseline | Rule::Fixed => KeyRule::Fixed,
                },
                values: match self.values_by {
                    ValuesBy::Reinstated => ValueRule::Reinstated,
                    ValuesBy::Output => ValueRule::Output,
                },
            }),
        };
        Settings {
            sizes: Sizes {
                letters: self.letters,
                context: self.context,
                keys: self.n,
                batch,
            },
            attention,
            beta: self.logit_scale() as f32,
            rates: [
                rate(Slow::Queries, self.rate_q),
                rate(Slow::Keys, self.rate_k),
                rate(Slow::Values, self.rate_v),
            ],
        }
    }
}

/// How long and on what a model is trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Training {
    /// Sequences of a batch, 1 to 65,536; of data that is the same in every batch it is the number of those sequences.
    pub batch: u32,
    /// Batches, from 1: iterations of gradient descent.
    pub batches: u32,
    /// Where sequences come from.
    pub data: Data,
}

impl Default for Training {
    fn default() -> Self {
        Self {
            batch: 64,
            batches: 5000,
            data: Data::Random,
        }
    }
}

/// One model with its training: what trials are run of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The model.
    pub model: Model,
    /// Its training.
    pub training: Training,
    /// Iterations after which the weights are kept, ascending, below the last; 0 is the start. The last are always kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checkpoints: Vec<u32>,
}

impl Condition {
    /// Checks every value.
    ///
    /// # Errors
    /// [`SpecError::Range`] for the first that is out of its range.
    pub fn check(&self) -> Result<(), SpecError> {
        let Training { batches, data, .. } = self.training;
        for (parameter, value) in Sweep::values(self) {
            // Of the same sequences in every batch there may be none too many; that is said below, in words.
            if parameter.name != "batch" || data == Data::Random {
                parameter.check(&value)?;
            }
        }
        self.model.check()?;
        if data == Data::Toy && (self.model.letters, self.model.context) != (2, 2) {
            let value = format!("{} and {}", self.model.letters, self.model.context);
            return Err(SpecError::range(
                "letters and context",
                value,
                "2 and 2 with toy data",
            ));
        }
        match self.sequences() {
            Some(all) if all > 1 << 16 => {
                return Err(SpecError::range(
                    "number of sequences in alphabetical order",
                    all,
                    "up to 65536",
                ));
            }
            _ => {}
        }
        let ordered = self.checkpoints.is_sorted_by(|a, b| a < b);
        if !ordered || self.checkpoints.last().is_some_and(|&last| last >= batches) {
            return Err(SpecError::range(
                "checkpoints",
                format!("{:?}", self.checkpoints),
                format!("ascending numbers below the number of batches, {batches}"),
            ));
        }
        Ok(())
    }

    /// Sequences there are, where every batch has all of them.
    fn sequences(&self) -> Option<u64> {
        match self.training.data {
            Data::Random => None,
            Data::PermutationReduced | Data::Toy => Some(task::count(
                self.model.letters,
                self.model.context,
                task::Order::Alphabetical,
            )),
        }
    }

    /// Sequences of a batch.
    #[must_use]
    pub fn batch(&self) -> u32 {
        match self.sequences() {
            Some(all) => all as u32,
            None => self.training.batch,
        }
    }

    /// Its name in letters, digits and underscores.
    #[must_use]
    pub fn slug(&self) -> String {
        slug(&self.model.name)
    }
}
