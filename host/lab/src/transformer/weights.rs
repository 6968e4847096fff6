//! Weights of trained transformers as files: `.npz` for numpy, `.safetensors` for everything else.
//!
//! Both hold `W_Q` and `W_K` (N x 3L) and `W_V` (2 x 3L) as 32-bit floats, and the condition as JSON: in the `.npz` as an
//! array `condition` of its bytes, in the `.safetensors` as the entry `condition` of its metadata.

use std::collections::HashMap;
use std::io::{Cursor, Seek, Write};
use std::path::Path;

use ndarray::Array2;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use crate::figures::declared::file_kind;
use crate::run::RunError;
use crate::transformer::{Condition, Slow, Weights};
use slotless_files::dictionary::{Contents, Variable};
use slotless_files::input;
use slotless_files::npy::Format;
use slotless_files::npy::npz::{NpzReader, NpzWriter};

/// Bytes of a file at most.
const MAX: u64 = 1 << 30;

/// Name of the condition in both formats.
const CONDITION: &str = "condition";

fn json(condition: &Condition) -> String {
    serde_json::to_string(condition).expect("a condition has only strings, numbers and lists")
}

const QUERIES: Variable =
    Variable::number("W_Q", "", "Slow weights of queries").over(&["N", "3 L"]);
const KEYS: Variable = Variable::number("W_K", "", "Slow weights of keys").over(&["N", "3 L"]);
const VALUES: Variable =
    Variable::number("W_V", "", "Slow weights of values: lowercase, uppercase")
        .over(&["cases", "3 L"]);
const TRAINED: Variable = Variable::integer(
    CONDITION,
    "",
    "Bytes of the condition that they were trained under, as JSON in UTF-8",
)
.over(&["bytes"]);

file_kind! {
    /// Weights of a trial after training; with _iterationN before its end. Columns are tokens: L lowercase letters, L uppercase ones, L queries. The same as .safetensors
    pub ARRAYS: "weights/{condition}_trial{trial}.npz" by "transformer train" {
        QUERIES,
        KEYS,
        VALUES,
        TRAINED,
    }
}

/// Writes an `.npz` ([`ARRAYS`]); gives what is in it.
///
/// # Errors
/// What the writer says.
pub fn write_npz(
    condition: &Condition,
    weights: &Weights,
    to: impl Write + Seek,
) -> std::io::Result<Contents> {
    let mut npz = NpzWriter::new(to);
    for matrix in Slow::ALL {
        let shape = [weights.rows(matrix), weights.tokens()];
        let declared = match matrix {
            Slow::Queries => QUERIES,
            Slow::Keys => KEYS,
            Slow::Values => VALUES,
        };
        npz.add(declared, &shape, weights.matrix(matrix))?;
    }
    let condition = json(condition).into_bytes();
    npz.add(TRAINED, &[condition.len()], condition)?;
    npz.finish()
}

/// The bytes of an `.npz`.
///
/// # Errors
/// What the archive's writer says.
pub fn npz(condition: &Condition, weights: &Weights) -> std::io::Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    write_npz(condition, weights, &mut bytes)?;
    Ok(bytes.into_inner())
}

/// The bytes of a `.safetensors` file.
///
/// # Errors
/// What the format's writer says.
pub fn safetensors(condition: &Condition, weights: &Weights) -> std::io::Result<Vec<u8>> {
    let matrices = Slow::ALL.map(|matrix| {
        let values = weights.matrix(matrix).into_iter();
        let bytes: Vec<u8> = values.flat_map(f32::to_le_bytes).collect();
        (matrix, bytes)
    });
    let views = matrices.iter().map(|(matrix, bytes)| {
        let shape = vec![weights.rows(*matrix), weights.tokens()];
        let view = TensorView::new(Dtype::F32, shape, bytes).expect("rows x columns values");
        (matrix.name(), view)
    });
    // One entry: the order of several would change from run to run.
    let metadata = HashMap::from([(CONDITION.to_owned(), json(condition))]);
    safetensors::serialize(views, Some(metadata)).map_err(std::io::Error::other)
}

/// Reads a file of either format; which one it is, its first bytes say.
///
/// # Errors
/// [`RunError`] if it cannot be read, is neither, lacks an array, or holds one of another shape or with an entry that is no
/// finite number.
pub fn load(path: &Path) -> Result<(Condition, Weights), RunError> {
    let bytes = input::read(path, MAX)?;
    let read = if Format::of(&bytes) == Some(Format::Npz) {
        read_npz(bytes)
    } else {
        read_safetensors(&bytes)
    };
    let (condition, matrices) = read.map_err(|why| RunError::damaged(path, why))?;
    let condition: Condition = serde_json::from_slice(&condition)
        .map_err(|error| RunError::damaged(path, format!("condition: {error}")))?;
    condition
        .check()
        .map_err(|error| RunError::damaged(path, error))?;
    let sizes = condition.model.settings(1).sizes;
    let expected = |matrix| {
        let rows = match matrix {
            Slow::Queries | Slow::Keys => sizes.keys as usize,
            Slow::Values => 2,
        };
        (rows, sizes.tokens() as usize)
    };
    for (matrix, values) in Slow::ALL.into_iter().zip(&matrices) {
        let name = matrix.name();
        let (found, expected) = (values.dim(), expected(matrix));
        if found != expected {
            let why = format!(
                "{name} is {} x {}, expected {} x {}",
                found.0, found.1, expected.0, expected.1
            );
            return Err(RunError::damaged(path, why));
        }
        if let Some((at, value)) = values.indexed_iter().find(|(_, value)| !value.is_finite()) {
            let why = format!("{name} has {value} at {at:?}, allowed finite numbers");
            return Err(RunError::damaged(path, why));
        }
    }
    let mut weights = Weights::new(&sizes);
    for (matrix, values) in Slow::ALL.into_iter().zip(matrices) {
        weights.set_matrix(matrix, &values.into_iter().collect::<Vec<_>>());
    }
    Ok((condition, weights))
}

/// The bytes of a condition, and the three matrices.
type Read = (Vec<u8>, [Array2<f32>; 3]);

fn read_npz(bytes: Vec<u8>) -> Result<Read, String> {
    let mut npz = NpzReader::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let (_, condition) = npz
        .array::<u8>(CONDITION)
        .map_err(|error| format!("array {CONDITION}: {error}"))?;
    let mut matrix = |matrix: Slow| {
        let wrong = |why: String| format!("array {}: {why}", matrix.name());
        let (shape, cells) = npz
            .array::<f32>(matrix.name())
            .map_err(|error| wrong(error.to_string()))?;
        let [rows, columns] = shape[..] else {
            return Err(wrong(format!(
                "number of axes is {}, allowed 2",
                shape.len()
            )));
        };
        Array2::from_shape_vec((rows, columns), cells).map_err(|error| wrong(error.to_string()))
    };
    let matrices = [
        matrix(Slow::Queries)?,
        matrix(Slow::Keys)?,
        matrix(Slow::Values)?,
    ];
    Ok((condition, matrices))
}

fn read_safetensors(bytes: &[u8]) -> Result<Read, String> {
    let neither = |error| format!("neither .npz nor .safetensors: {error}");
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(neither)?;
    let entries = metadata.metadata().as_ref();
    let condition = entries
        .and_then(|entries| entries.get(CONDITION))
        .ok_or_else(|| format!("no {CONDITION} in its metadata"))?;
    let tensors = SafeTensors::deserialize(bytes).map_err(neither)?;
    let matrix = |matrix: Slow| {
        let name = matrix.name();
        let view = tensors.tensor(name).map_err(|error| error.to_string())?;
        let &[rows, columns] = view.shape() else {
            return Err(format!(
                "{name} has {} axes, expected 2",
                view.shape().len()
            ));
        };
        if view.dtype() != Dtype::F32 {
            return Err(format!("{name} is of {:?}, expected F32", view.dtype()));
        }
        let values = view.data().chunks_exact(4);
        let values = values.map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]));
        Array2::from_shape_vec((rows, columns), values.collect())
            .map_err(|error| format!("{name}: {error}"))
    };
    let matrices = [
        matrix(Slow::Queries)?,
        matrix(Slow::Keys)?,
        matrix(Slow::Values)?,
    ];
    Ok((condition.clone().into_bytes(), matrices))
}
