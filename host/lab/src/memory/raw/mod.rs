//! Raw data as `.npz`: integer overlaps and match scores, trials x ages, for numpy and for redrawing.

use std::io::{Cursor, Read, Seek, Write};
use std::path::Path;

use ndarray::Array2;
use slotless_files::dictionary::{Contents, Named, Variable};
use slotless_files::npy::Cell;
use slotless_files::npy::npz::{NpzReader, NpzWriter};

use crate::figures::declared::file_kind;
pub use crate::memory::condition::cue_name;
use crate::memory::{Condition, Counted, Data, Intrusions, Results, Tested};
use crate::run::RunError;
use slotless_files::{FileError, Folder, input};

const SIMILARITY: Variable = Variable::number("{condition}_similarity", "share", "Mean pairwise similarity (overlap over ones) of a trial's tested patterns, and of the codes that were stored of them").over(&["trials", "patterns and codes"]);
const ONES: Variable = Variable::integer(
    "{condition}_ones_{set}",
    "units",
    "Ones of a file's patterns, which differ in them; where a part is asked for, of that part. Not there for other patterns: s, of pairs and sequences s / 2",
)
.over(&["trials", "ages"]);
const OVERLAP: Variable = Variable::integer(
    "{condition}_{cue}_{set}_overlap",
    "units",
    "Ones that what is recalled has in common with the pattern, or with the part that is asked for: over its ones, accuracy",
)
.over(&["trials", "ages"]);
const SCORE: Variable = Variable::integer(
    "{condition}_{cue}_{set}_score",
    "",
    "Match score of the cue that was given; of K-winner networks the sum of the winners' potentials in raw weights, k F min(m, ones of the cue) at the most: over that, familiarity",
)
.over(&["trials", "ages"]);
const CLASSES: Variable = Variable::integer("{condition}_{cue}_{set}_classes", "units", "Where content is counted: for each age and class of units that the answer tells apart, units outside the cue and ones of the pattern among them").over(&["trials", "ages x classes x 2"]);

const ONES_CUED: Variable = Variable::integer(
    "{condition}_ones_cued_{set}",
    "units",
    "Ones of what cues are drawn from, where that is rows of another file, or a part of a file's patterns",
)
.over(&["trials", "ages"]);
const OTHERS: Variable = Variable::integer(
    "{condition}_{cue}_{set}_others",
    "units",
    "Where intrusions are counted: the most ones that what is recalled has in common with another pattern that was learned",
)
.over(&["trials", "ages"]);

file_kind! {
    /// Every trial. Column 0 is age 1. A condition is that of the table, a cue as in cue50, a set real (learned), pseudo or unstructured
    pub ARRAYS: "{name}.npz" by "memory run, memory sweep; reproduce fig4, s1 to s3, s6, s7, stack, precision, frontier, interference, decay" {
        SIMILARITY,
        ONES,
        OVERLAP,
        SCORE,
        CLASSES,
        ONES_CUED,
        OTHERS,
    }
}

/// The cells of an array.
#[derive(Clone, Copy, Debug)]
pub enum Cells<'a> {
    /// Shares.
    Shares(&'a Array2<f64>),
    /// Units.
    Units(&'a Array2<u32>),
    /// Match scores.
    Scores(&'a Array2<u64>),
}

/// The arrays of a condition, as [`ARRAYS`] has them, each with its name.
#[must_use]
pub fn arrays(results: &Results) -> Vec<(Named, Cells<'_>)> {
    let slug = results.condition.slug();
    let mut arrays = vec![(SIMILARITY.of(&[&slug]), Cells::Shares(&results.similarity))];
    let mut units = |name: Named, array| arrays.push((name, Cells::Units(array)));
    if matches!(results.condition.data, Data::File(_)) {
        units(ONES.of(&[&slug, &"real"]), &results.ones_real);
        units(ONES.of(&[&slug, &"pseudo"]), &results.ones_pseudo);
    }
    for (cued, set) in results.ones_cued.iter().flatten().zip(["real", "pseudo"]) {
        units(ONES_CUED.of(&[&slug, &set]), cued);
    }
    for (sets, &level) in results.cues.iter().zip(&results.condition.protocol.cues) {
        for (tested, kind) in sets.iter().zip(results.kinds()) {
            let named = |array: Variable| array.of(&[&slug, &cue_name(level), &kind.name()]);
            arrays.push((named(OVERLAP), Cells::Units(&tested.overlaps)));
            arrays.push((named(SCORE), Cells::Scores(&tested.scores)));
            if !tested.counts.is_empty() {
                arrays.push((named(CLASSES), Cells::Units(&tested.counts)));
            }
            if !tested.others.is_empty() {
                arrays.push((named(OTHERS), Cells::Units(&tested.others)));
            }
        }
    }
    arrays
}

/// Writes the arrays of all conditions to one `.npz`, as [`ARRAYS`] has them; gives what is in it.
///
/// # Errors
/// What the writer says.
pub fn write(results: &[&Results], to: impl Write + Seek) -> std::io::Result<Contents> {
    let mut npz = NpzWriter::new(to);
    for (name, cells) in results.iter().flat_map(|one| arrays(one)) {
        match cells {
            Cells::Shares(array) => put(&mut npz, name, array)?,
            Cells::Units(array) => put(&mut npz, name, array)?,
            Cells::Scores(array) => put(&mut npz, name, array)?,
        }
    }
    npz.finish()
}

/// [`write()`] to a file.
///
/// # Errors
/// [`FileError::Io`].
pub fn save(folder: &mut Folder, name: &str, results: &[&Results]) -> Result<(), FileError> {
    folder.write_described(name, |file| write(results, file))
}

fn put<T: Cell>(
    npz: &mut NpzWriter<impl Write + Seek>,
    name: Named,
    array: &Array2<T>,
) -> std::io::Result<()> {
    npz.add(name, array.shape(), array.iter().copied())
}

/// Reads back what [`save`] wrote for these conditions.
///
/// # Errors
/// [`RunError`] if the file cannot be read, lacks an array or holds one of another shape.
pub fn load(path: &Path, conditions: &[Condition]) -> Result<Vec<Results>, RunError> {
    read(input::open(path)?, path, conditions)
}

/// Reads back what [`write()`] wrote to memory.
///
/// # Errors
/// As [`load`], with `name` in place of a file's.
pub fn of_bytes(
    bytes: &[u8],
    name: &str,
    conditions: &[Condition],
) -> Result<Vec<Results>, RunError> {
    read(Cursor::new(bytes), name.as_ref(), conditions)
}

fn read(
    from: impl Read + Seek,
    path: &Path,
    conditions: &[Condition],
) -> Result<Vec<Results>, RunError> {
    let mut npz = NpzReader::new(from).map_err(|error| RunError::damaged(path, error))?;
    conditions
        .iter()
        .map(|condition| load_one(&mut npz, path, condition))
        .collect()
}

fn get<T: Cell>(
    npz: &mut NpzReader<impl Read + Seek>,
    path: &Path,
    name: &str,
) -> Result<Array2<T>, RunError> {
    let damaged = |why: String| RunError::damaged(path, format!("array {name}: {why}"));
    let (shape, cells) = npz
        .array(name)
        .map_err(|error| damaged(error.to_string()))?;
    let [rows, columns] = shape[..] else {
        return Err(damaged(format!(
            "number of axes is {}, allowed 2",
            shape.len()
        )));
    };
    Array2::from_shape_vec((rows, columns), cells).map_err(|error| damaged(error.to_string()))
}

fn load_one(
    npz: &mut NpzReader<impl Read + Seek>,
    path: &Path,
    condition: &Condition,
) -> Result<Results, RunError> {
    let slug = condition.slug();
    let similarity: Array2<f64> = get(npz, path, &format!("{slug}_similarity"))?;
    let shape = (similarity.nrows(), condition.protocol.learned as usize);
    let kinds = if condition.data.structured() { 3 } else { 2 };
    let mut cues = Vec::new();
    for &level in &condition.protocol.cues {
        let mut sets = Vec::new();
        for kind in &crate::memory::Kind::ALL[..kinds] {
            let stem = format!("{slug}_{}_{}", cue_name(level), kind.name());
            let overlaps = get(npz, path, &format!("{stem}_overlap"))?;
            let scores = get(npz, path, &format!("{stem}_score"))?;
            let columns = match condition.protocol.counted {
                Counted::Overlap => 0,
                Counted::Content => 2 * condition.classes() * shape.1,
            };
            let counts = match columns {
                0 => Array2::default((shape.0, 0)),
                _ => get(npz, path, &format!("{stem}_classes"))?,
            };
            let (others, ages) = match condition.protocol.intrusions {
                Intrusions::Uncounted => (Array2::default((shape.0, 0)), 0),
                Intrusions::Counted => (get(npz, path, &format!("{stem}_others"))?, shape.1),
            };
            let tested = Tested {
                overlaps,
                scores,
                counts,
                others,
            };
            let more = [tested.counts.dim(), tested.others.dim()];
            if [tested.overlaps.dim(), tested.scores.dim()] != [shape; 2]
                || more != [(shape.0, columns), (shape.0, ages)]
            {
                return Err(RunError::damaged(
                    path,
                    format!("array {stem}: expected {shape:?}"),
                ));
            }
            sets.push(tested);
        }
        cues.push(sets);
    }
    let network = &condition.network;
    let [_, asked] = condition
        .data
        .ones(network.n_i, network.s)
        .unwrap_or([network.s; 2]);
    let uniform = || Array2::from_elem(shape, asked);
    let (ones_real, ones_pseudo) = if matches!(condition.data, Data::File(_)) {
        (
            get(npz, path, &format!("{slug}_ones_real"))?,
            get(npz, path, &format!("{slug}_ones_pseudo"))?,
        )
    } else {
        (uniform(), uniform())
    };
    let ones_cued = match condition.data.has_own_cues() {
        true => {
            let mut cued = |set: &str| get(npz, path, &format!("{slug}_ones_cued_{set}"));
            Some([cued("real")?, cued("pseudo")?])
        }
        false => None,
    };
    let ones = [&ones_real, &ones_pseudo]
        .into_iter()
        .chain(ones_cued.iter().flatten());
    if ones.into_iter().any(|ones| ones.dim() != shape) {
        return Err(RunError::damaged(
            path,
            format!("array {slug}_ones: expected {shape:?}"),
        ));
    }
    let results = Results {
        condition: condition.clone(),
        cues,
        ones_real,
        ones_pseudo,
        ones_cued,
        similarity,
    };
    match impossible(&results) {
        None => Ok(results),
        Some(why) => Err(RunError::damaged(path, why)),
    }
}

/// What of these arrays no run of their condition has, if anything: more ones than there are.
fn impossible(results: &Results) -> Option<String> {
    let slug = results.condition.slug();
    let visible = results.condition.network.n_i;
    let ones = results.ones_real.iter().chain(&results.ones_pseudo);
    if let Some(ones) = ones.copied().find(|&ones| ones > visible) {
        return Some(format!(
            "array {slug}_ones: a pattern has {ones} ones, and n_i is {visible}"
        ));
    }
    for (cue, &level) in results.condition.protocol.cues.iter().enumerate() {
        for &kind in results.kinds() {
            let stem = format!("{slug}_{}_{}", cue_name(level), kind.name());
            for (at, _) in results.ones_real.indexed_iter() {
                let [overlap, ones] = results.count(cue, kind, at);
                if overlap > ones {
                    return Some(format!(
                        "array {stem}_overlap: {overlap} ones are recalled of a pattern that has {ones} (s)"
                    ));
                }
                let others = &results.cues[cue][kind as usize].others;
                if let Some(&shared) = others.get(at).filter(|&&shared| shared > visible) {
                    return Some(format!(
                        "array {stem}_others: {shared} ones are shared, and n_i is {visible}"
                    ));
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests;
