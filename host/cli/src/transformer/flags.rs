//! Flags that describe transformers and their training, and the file that may do so in their place.

use std::path::PathBuf;

use crate::choice::choice;
use clap::Args;

use super::super::Failure;
use slotless::transformer::model::{Frozen, Partial, ValuesBy};
use slotless::transformer::spec::{Spec, Sweep};
use slotless::transformer::{Data, Form, Model, Rule, Training, WinnerBy};

/// Flags that go with a file of models.
const TAKEN: &str = "--trials, --seed, --batch, --batches, --data, --final-window, --checkpoints, --threads, --device and --out";

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Read the spec from a TOML file (see `transformer train --print-spec`); flags of the model are then not taken
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// How W_K learns, or the baseline with slots [default: qk]
    #[arg(long, value_parser = choice::<Rule>(), value_delimiter = ',', help_heading = "Model")]
    model: Vec<Rule>,
    /// What chooses the hidden units that store an item [default: key]
    #[arg(long, value_parser = choice::<WinnerBy>(), value_delimiter = ',', help_heading = "Model")]
    winner_by: Vec<WinnerBy>,
    /// The seven models of the paper, one after the other
    #[arg(long, help_heading = "Model", conflicts_with_all = ["model", "winner_by", "name"])]
    published: bool,
    /// Name of the model in figures and files
    #[arg(long, help_heading = "Model")]
    name: Option<String>,
    /// Letters L [default: 4]
    #[arg(
        short = 'L',
        long,
        value_name = "N",
        value_delimiter = ',',
        help_heading = "Model"
    )]
    letters: Vec<u32>,
    /// Items of a context C, up to L [default: L]
    #[arg(
        short = 'C',
        long,
        value_name = "N",
        value_delimiter = ',',
        help_heading = "Model"
    )]
    context: Vec<u32>,
    /// Length N of queries and keys [default: published]
    #[arg(
        short = 'N',
        long,
        value_name = "N",
        value_delimiter = ',',
        help_heading = "Model"
    )]
    n: Vec<u32>,
    /// Hidden units n_h of the module, from C; with projections from 2 L K [default: published, or that many]
    #[arg(long, value_name = "N", value_delimiter = ',', help_heading = "Model")]
    n_h: Vec<u32>,
    /// Hidden units K that store an item [default: 1]
    #[arg(
        short = 'K',
        long,
        value_name = "N",
        value_delimiter = ',',
        help_heading = "Model"
    )]
    hidden_winners: Vec<u32>,
    /// Inverse temperature, above 0 [default: 1]
    #[arg(
        long,
        value_name = "X",
        value_delimiter = ',',
        allow_hyphen_values = true,
        help_heading = "Model"
    )]
    beta: Vec<f64>,
    /// Standard deviation of the start of W_Q and W_K, times the root of N [default: 1]
    #[arg(
        long,
        value_name = "X",
        value_delimiter = ',',
        allow_hyphen_values = true,
        help_heading = "Model"
    )]
    init_scale: Vec<f64>,
    /// Strength of the input projections [default: 1]
    #[arg(
        long,
        value_name = "X",
        value_delimiter = ',',
        allow_hyphen_values = true,
        help_heading = "Model"
    )]
    projection_strength: Vec<f64>,
    /// Which gradient the baseline has [default: standard]
    #[arg(long, value_parser = choice::<Form>(), value_delimiter = ',', help_heading = "Model")]
    form: Vec<Form>,
    /// Learning rate of all three matrices, above 0
    #[arg(
        long,
        value_name = "RATE",
        value_delimiter = ',',
        allow_hyphen_values = true,
        help_heading = "Learning"
    )]
    rate: Vec<f64>,
    /// Learning rate of W_Q [default: published]
    #[arg(
        long,
        value_name = "RATE",
        value_delimiter = ',',
        allow_hyphen_values = true,
        help_heading = "Learning"
    )]
    rate_q: Vec<f64>,
    /// Learning rate of W_K [default: published]
    #[arg(
        long,
        value_name = "RATE",
        value_delimiter = ',',
        allow_hyphen_values = true,
        help_heading = "Learning"
    )]
    rate_k: Vec<f64>,
    /// Learning rate of W_V [default: published]
    #[arg(
        long,
        value_name = "RATE",
        value_delimiter = ',',
        allow_hyphen_values = true,
        help_heading = "Learning"
    )]
    rate_v: Vec<f64>,
    /// Matrices that stay as they start
    #[arg(
        long,
        value_name = "MATRICES",
        value_parser = choice::<Frozen>(),
        value_delimiter = ',',
        help_heading = "Learning"
    )]
    freeze: Vec<Frozen>,
    /// What W_V learns from [default: reinstated]
    #[arg(long, value_parser = choice::<ValuesBy>(), value_delimiter = ',', help_heading = "Learning")]
    values_by: Vec<ValuesBy>,
    /// Sequences of a batch [default: 64]
    #[arg(
        long,
        value_name = "N",
        value_delimiter = ',',
        help_heading = "Training"
    )]
    batch: Vec<u32>,
    /// Batches: iterations of gradient descent [default: 5000]
    #[arg(
        long,
        value_name = "N",
        value_delimiter = ',',
        help_heading = "Training"
    )]
    batches: Vec<u32>,
    /// Where sequences come from [default: random]
    #[arg(long, value_parser = choice::<Data>(), value_delimiter = ',', help_heading = "Training")]
    data: Vec<Data>,
    /// Last iterations over which accuracy and loss are averaged [default: 1000, or all where there are fewer]
    #[arg(long, value_name = "N", help_heading = "Training")]
    final_window: Option<u32>,
    /// Iterations after which weights are kept, too; 0 is the start
    #[arg(
        long,
        value_name = "N",
        value_delimiter = ',',
        help_heading = "Training"
    )]
    checkpoints: Vec<u32>,
}

impl Flags {
    /// The spec that they stand for.
    pub(super) fn spec(&self) -> Result<Spec, Failure> {
        let mut spec = match &self.spec {
            Some(path) => self.file(path)?,
            None => Spec {
                seed: 1,
                trials: 10,
                final_window: None,
                checkpoints: Vec::new(),
                training: Training::default(),
                model: Vec::new(),
                sweep: self.sweep_of_model(),
            },
        };
        // A flag with one value sets it; with several it makes a grid.
        let Training {
            batch,
            batches,
            data,
        } = &mut spec.training;
        set(&self.batch, batch, &mut spec.sweep.batch);
        set(&self.batches, batches, &mut spec.sweep.batches);
        set(&self.data, data, &mut spec.sweep.data);
        if self.spec.is_none() {
            spec.model = self.models(&mut spec.sweep);
        }
        if !self.batch.is_empty() && spec.training.data != Data::Random {
            let line = "--batch is for --data random; the other data have all their sequences in every batch";
            return Err(Failure::Input(line.to_owned()));
        }
        spec.final_window = self.final_window.or(spec.final_window);
        if !self.checkpoints.is_empty() {
            spec.checkpoints.clone_from(&self.checkpoints);
        }
        Ok(spec)
    }

    fn file(&self, path: &std::path::Path) -> Result<Spec, Failure> {
        let described = self.published
            || self.name.is_some()
            || !self.freeze.is_empty()
            || !self.sweep_of_model().is_empty();
        if described {
            let line =
                format!("--spec already describes the models; of the other flags it takes {TAKEN}");
            return Err(Failure::Input(line));
        }
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::Input(format!("{}: {error}", path.display())))?;
        Spec::from_toml(&text)
            .map_err(|error| Failure::Input(format!("{}, {error}", path.display())))
    }

    /// Every list of values of the model, as given.
    fn sweep_of_model(&self) -> Sweep {
        Sweep {
            model: self.model.clone(),
            winner_by: self.winner_by.clone(),
            letters: self.letters.clone(),
            context: self.context.clone(),
            n: self.n.clone(),
            n_h: self.n_h.clone(),
            hidden_winners: self.hidden_winners.clone(),
            beta: self.beta.clone(),
            init_scale: self.init_scale.clone(),
            projection_strength: self.projection_strength.clone(),
            rate: self.rate.clone(),
            rate_q: self.rate_q.clone(),
            rate_k: self.rate_k.clone(),
            rate_v: self.rate_v.clone(),
            values_by: self.values_by.clone(),
            form: self.form.clone(),
            ..Sweep::default()
        }
    }

    /// The models, with every single value put in and taken out of the grid.
    fn models(&self, sweep: &mut Sweep) -> Vec<Partial> {
        let rate = single(&mut sweep.rate);
        let model = Partial {
            name: self.name.clone().unwrap_or_default(),
            model: single(&mut sweep.model),
            winner_by: single(&mut sweep.winner_by),
            letters: single(&mut sweep.letters),
            context: single(&mut sweep.context),
            n: single(&mut sweep.n),
            n_h: single(&mut sweep.n_h),
            hidden_winners: single(&mut sweep.hidden_winners),
            beta: single(&mut sweep.beta),
            init_scale: single(&mut sweep.init_scale),
            projection_strength: single(&mut sweep.projection_strength),
            freeze: self.freeze.clone(),
            rate_q: single(&mut sweep.rate_q).or(rate),
            rate_k: single(&mut sweep.rate_k).or(rate),
            rate_v: single(&mut sweep.rate_v).or(rate),
            values_by: single(&mut sweep.values_by),
            form: single(&mut sweep.form),
        };
        if !self.published {
            return vec![model];
        }
        Model::published()
            .into_iter()
            .map(|published| Partial {
                name: published.name,
                model: Some(published.model),
                winner_by: Some(published.winner_by),
                ..model.clone()
            })
            .collect()
    }
}

/// The value, if there is one; the list is then empty.
fn single<T: Copy>(values: &mut Vec<T>) -> Option<T> {
    match values[..] {
        [value] => {
            values.clear();
            Some(value)
        }
        _ => None,
    }
}

/// Puts a single value into `target`, and several into the grid.
fn set<T: Copy>(given: &[T], target: &mut T, grid: &mut Vec<T>) {
    match *given {
        [] => {}
        [value] => {
            *target = value;
            grid.clear();
        }
        _ => *grid = given.to_vec(),
    }
}
