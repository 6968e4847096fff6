//! What is written of transformers: curves, statistics, and the weights where they are wanted.

use std::borrow::Cow;

use super::{Results, Slow, Weights, raw, tables, weights};
use crate::figures::output::{Sink, trials_of, write_table};
use crate::figures::{Drawn, FigureError, RunFiles};
use slotless_files::FileError;

/// Whether the weights of every trial are written, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightFiles {
    /// Each in two formats.
    Written,
    /// None.
    LeftOut,
}

/// Folder of the weights.
pub const WEIGHTS: &str = "weights";

/// Results, and what is written of them.
#[derive(Debug)]
pub struct Files<'a> {
    /// The results.
    pub results: Vec<Cow<'a, Results>>,
    /// Last iterations over which endings are averaged.
    pub window: u32,
    /// Whether weights are written.
    pub weights: WeightFiles,
}

impl RunFiles for Files<'_> {
    fn write(&self, _: &Drawn, sink: &mut Sink<'_>) -> Result<(), FigureError> {
        let (name, window) = (sink.name, self.window);
        let results: Vec<&Results> = self.results.iter().map(|one| &**one).collect();
        let curves = tables::curves_table(&format!("{name}.csv"), &results);
        write_table(sink.folder, &curves)?;
        let table = format!("{name}_statistics.csv");
        write_table(
            sink.folder,
            &tables::statistics_table(&table, &results, window),
        )?;
        raw::save(sink.folder, &format!("{name}.npz"), &results)?;
        for one in results {
            let manifest = &mut *sink.manifest;
            manifest.resolved.push(one.condition.caption());
            manifest.report.push(tables::ending_line(one, window));
            manifest.list(&one.condition);
            if self.weights == WeightFiles::Written {
                write_weights(sink, one)?;
            }
        }
        Ok(())
    }

    fn usage(&self, trials: u32) -> Option<String> {
        Some(trials_of(trials))
    }
}

/// The final weights of every trial, and those at the checkpoints.
fn write_weights(sink: &mut Sink<'_>, results: &Results) -> Result<(), FileError> {
    let condition = &results.condition;
    let slug = condition.slug();
    let finite = |weights: &Weights| {
        let mut values = Slow::ALL.into_iter().flat_map(|of| weights.matrix(of));
        values.all(f32::is_finite)
    };
    for (trial, kept) in results.checkpoints.iter().enumerate() {
        for one in kept {
            // A step from a finite loss may lead anywhere; only the next loss would have told.
            if !finite(&one.weights) {
                sink.warnings.push(format!(
                    "{}, trial {trial}: weights after {} iterations are no finite numbers, and have no file",
                    condition.model.name, one.iteration
                ));
                continue;
            }
            let mut name = format!("{WEIGHTS}/{slug}_trial{trial}");
            if one.iteration < condition.training.batches {
                name += &format!("_iteration{}", one.iteration);
            }
            let path = sink.folder.path().join(&name);
            let error = |error| FileError::io(&path, error);
            sink.folder
                .write_described(&format!("{name}.npz"), |file| {
                    weights::write_npz(condition, &one.weights, file)
                })?;
            let safetensors = weights::safetensors(condition, &one.weights).map_err(error)?;
            sink.folder
                .write(&format!("{name}.safetensors"), &safetensors)?;
        }
    }
    Ok(())
}
