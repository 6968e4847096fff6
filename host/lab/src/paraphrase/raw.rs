//! Counts of exp07: trials x sizes x methods x what is varied x counts.

use ndarray::{Array2, ArrayD, IxDyn};
use ndarray_npy::NpzWriter;

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
        let mut npz = NpzWriter::new_compressed(file);
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
                let array = ArrayD::from_shape_vec(IxDyn(&axes), counts.copied().collect());
                let array = array.map_err(std::io::Error::other)?;
                npz.add_array(format!("{slug}_{what}"), &array)
                    .map_err(std::io::Error::other)?;
            }
            let similarity = Array2::from_shape_fn((trials, 4), |(trial, of)| {
                results.trials[trial].similarity[of]
            });
            npz.add_array(format!("{slug}_similarity"), &similarity)
                .map_err(std::io::Error::other)?;
        }
        npz.finish().map_err(std::io::Error::other)?;
        Ok(())
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
