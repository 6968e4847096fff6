//! Flags that describe transformers and their training, and the file that may do so in their place.

use std::path::PathBuf;

use crate::choice::choice;
use clap::Args;

use super::super::Failure;
use super::super::parameters::ParameterFlags;
use super::super::spec::MAX_SPEC;
use slotless::transformer::model::{Frozen, Partial};
use slotless::transformer::spec::{Spec, Sweep};
use slotless_files::input;

/// Flags that go with a file of models.
const TAKEN: &str = "--trials, --seed, --batch, --batches, --data, --final-window, --checkpoints, --threads, --device and --out";

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Read the spec from a TOML file (see `transformer train --print-spec`); flags of the model are then not taken
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    #[command(flatten)]
    swept: ParameterFlags<Sweep>,
    /// The seven models of the paper, one after the other
    #[arg(long, help_heading = "Model", conflicts_with_all = ["model", "winner_by", "name"])]
    published: bool,
    /// Name of the model in figures and files
    #[arg(long, help_heading = "Model")]
    name: Option<String>,
    /// Matrices that stay as they start
    #[arg(
        long,
        value_name = "MATRICES",
        value_parser = choice::<Frozen>(),
        value_delimiter = ',',
        help_heading = "Learning"
    )]
    freeze: Vec<Frozen>,
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
        let spec = match &self.spec {
            Some(path) => self.file(path)?,
            None => Spec::of(self.models()),
        };
        // A flag with one value sets it; with several it makes a grid.
        let mut spec = spec.asked(&self.swept.0)?;
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
            || !self.swept.0.of_model().is_empty();
        if described {
            let line =
                format!("--spec already describes the models; of the other flags it takes {TAKEN}");
            return Err(Failure::Input(line));
        }
        let text = input::read_text(path, MAX_SPEC)?;
        Spec::from_toml(&text)
            .map_err(|error| Failure::Input(format!("{}, {error}", path.display())))
    }

    /// The models, before a flag says more of them.
    fn models(&self) -> Vec<Partial> {
        let model = Partial {
            name: self.name.clone().unwrap_or_default(),
            freeze: self.freeze.clone(),
            ..Partial::default()
        };
        match self.published {
            true => model.each_published(),
            false => vec![model],
        }
    }
}
