//! Curves of transformers: trials x iterations.

use ndarray::Array2;
use slotless_files::dictionary::{Named, Variable};
use slotless_files::npy::npz::NpzWriter;

use crate::figures::declared::file_kind;
use crate::transformer::Results;
use slotless_files::{FileError, Folder};

const ACCURACY: Variable = Variable::number(
    "{condition}_accuracy",
    "share",
    "Share of a batch answered correctly; NaN after divergence",
)
.over(&["trials", "iterations"]);
const LOSS: Variable = Variable::number(
    "{condition}_loss",
    "",
    "Squared error of an answer, summed over both cases, mean over the sequences of a batch; NaN after divergence",
)
.over(&["trials", "iterations"]);

file_kind! {
    /// Every trial. A condition is that of the tables
    pub ARRAYS: "{name}.npz" by "transformer train, transformer sweep; reproduce fig7, s9 to s13, tables, theorem7, kwinner-attention" {
        ACCURACY,
        LOSS,
    }
}

/// The arrays of a condition, as [`ARRAYS`] has them: accuracy, then loss.
#[must_use]
pub fn arrays(results: &Results) -> [(Named, &Array2<f32>); 2] {
    let slug = results.condition.slug();
    [
        (ACCURACY.of(&[&slug]), &results.accuracy),
        (LOSS.of(&[&slug]), &results.loss),
    ]
}

/// Writes the arrays of all conditions to one `.npz`, as [`ARRAYS`] has them.
///
/// # Errors
/// [`FileError::Io`].
pub fn save(folder: &mut Folder, name: &str, results: &[&Results]) -> Result<(), FileError> {
    folder.write_described(name, |file| {
        let mut npz = NpzWriter::new(file);
        for (name, array) in results.iter().flat_map(|one| arrays(one)) {
            npz.add(name, array.shape(), array.iter().copied())?;
        }
        npz.finish()
    })
}
