//! Curves of transformers: trials x iterations.

use ndarray::Array2;
use slotless_files::npy::npz::NpzWriter;

use crate::transformer::Results;
use slotless_files::{FileError, Folder};

/// Writes the arrays of all conditions to one `.npz`: `CONDITION_accuracy`, the share of a batch answered correctly, and
/// `CONDITION_loss`; NaN after divergence.
///
/// # Errors
/// [`FileError::Io`].
pub fn save(folder: &mut Folder, name: &str, results: &[&Results]) -> Result<(), FileError> {
    folder.write_with(name, |file| {
        let mut npz = NpzWriter::new(file);
        let mut put = |name: String, array: &Array2<f32>| {
            npz.add(&name, array.shape(), array.iter().copied())
        };
        for results in results {
            let slug = results.condition.slug();
            put(format!("{slug}_accuracy"), &results.accuracy)?;
            put(format!("{slug}_loss"), &results.loss)?;
        }
        npz.finish()
    })
}
