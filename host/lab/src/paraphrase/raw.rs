//! Counts of exp07: trials x sizes x methods x what is varied x counts.

use slotless_files::dictionary::Variable;
use slotless_files::npy::npz::NpzWriter;

use crate::figures::declared::file_kind;
use crate::figures::output::{Sink, trials_of};
use crate::figures::{Drawn, FigureError, RunFiles};
use crate::paraphrase::{Results, Shape, Vary};
use slotless_files::{FileError, Folder};

const CUES: Variable = Variable::integer("{condition}_cues", "cues", "By way to ask: cues that are right and tied among the tests' targets, right and tied among all").over(&["trials", "sizes", "methods", "ways to ask", "counts"]);
const NOISE: Variable = Variable::integer(
    "{condition}_noise",
    "cues",
    "By cosine of a noisy cue: cues that are right among the tests' targets, and among all",
)
.over(&["trials", "sizes", "methods", "cosines", "counts"]);
const HOPS: Variable = Variable::integer(
    "{condition}_hops",
    "units, chains",
    "By hop: units shared with the true codes, and chains right up to this hop",
)
.over(&["trials", "sizes", "methods", "hops", "counts"]);
const SIMILARITY: Variable = Variable::number("{condition}_similarity", "", "Mean cosines: of two background cues, two background targets, a cue and its paraphrase, two triples' cues").over(&["trials", "pairs"]);

file_kind! {
    /// Every trial
    pub ARRAYS: "exp07.npz" by "reproduce exp07" {
        CUES,
        NOISE,
        HOPS,
        SIMILARITY,
    }
}

/// Writes the arrays of all conditions to one `.npz`, as [`ARRAYS`] has them; axes are trials and [`Shape::axes`].
///
/// # Errors
/// [`FileError::Io`].
pub fn save(folder: &mut Folder, name: &str, results: &[&Results]) -> Result<(), FileError> {
    folder.write_described(name, |file| {
        let mut npz = NpzWriter::new(file);
        for results in results {
            let slug = results.condition.slug();
            let shape = Shape::of(&results.condition);
            let trials = results.trials.len();
            for (what, vary) in [(CUES, Vary::Cues), (NOISE, Vary::Noise), (HOPS, Vary::Hops)] {
                let axes: Vec<usize> = std::iter::once(trials).chain(shape.axes(vary)).collect();
                let counts = results.trials.iter().flat_map(|trial| trial.table(vary));
                npz.add(what.of(&[&slug]), &axes, counts.copied())?;
            }
            let similarity = results.trials.iter().flat_map(|trial| trial.similarity);
            npz.add(SIMILARITY.of(&[&slug]), &[trials, 4], similarity)?;
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
