//! Counts of exp07: trials x sizes x methods x what is varied x counts.

use slotless_files::npy::npz::NpzWriter;

use crate::figures::output::{Sink, trials_of};
use crate::figures::{Drawn, FigureError, RunFiles};
use crate::paraphrase::{Results, Shape, Vary};
use slotless_files::{FileError, Folder};

/// Writes the arrays of all conditions to one `.npz`: `CONDITION_cues`, `CONDITION_noise` and `CONDITION_hops`, each trials x
/// [`Shape::axes`], and `CONDITION_similarity`, trials x 4.
///
/// # Errors
/// [`FileError::Io`].
pub fn save(folder: &mut Folder, name: &str, results: &[&Results]) -> Result<(), FileError> {
    folder.write_with(name, |file| {
        let mut npz = NpzWriter::new(file);
        for results in results {
            let slug = results.condition.slug();
            let shape = Shape::of(&results.condition);
            let trials = results.trials.len();
            for (what, vary) in [
                ("cues", Vary::Cues),
                ("noise", Vary::Noise),
                ("hops", Vary::Hops),
            ] {
                let axes: Vec<usize> = std::iter::once(trials).chain(shape.axes(vary)).collect();
                let counts = results.trials.iter().flat_map(|trial| trial.table(vary));
                npz.add(&format!("{slug}_{what}"), &axes, counts.copied())?;
            }
            let similarity = results.trials.iter().flat_map(|trial| trial.similarity);
            npz.add(&format!("{slug}_similarity"), &[trials, 4], similarity)?;
        }
        npz.finish()
    })
}

/// Results, to be written with a figure.
#[derive(Debug)]
pub(super) struct Files(pub(super) Vec<Results>);

impl RunFiles for Files {
    fn write(&self, _: &Drawn, sink: &mut Sink<'_>) -> Result<(), FigureError> {
        let results: Vec<&Results> = self.0.iter().collect();
        save(sink.folder, &format!("{}.npz", sink.name), &results)?;
        for one in results {
            sink.manifest.list(&one.condition);
        }
        Ok(())
    }

    fn usage(&self, trials: u32) -> Option<String> {
        Some(trials_of(trials))
    }
}
