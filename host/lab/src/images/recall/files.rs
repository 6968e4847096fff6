//! What is in the files of recalled pictures.

use crate::figures::declared::file_kind;
use slotless_files::dictionary::{FileKind, Variable};

file_kind! {
    /// A row per picture
    pub RECALLED: "recall.csv" by "hopfield recall" {
        Variable::integer("picture", "", "Number of the picture, from 0: its place along the first axis of the arrays"),
        Variable::text("name", "Name of the picture"),
        Variable::text("network", "What recalls: the network of the spec"),
        Variable::number("overlap_before", "", "Overlap of the cue with the picture: mean product of their units for states of -1 and +1, cosine for real ones"),
        Variable::number("overlap_after", "", "Overlap of what was recalled with the picture"),
        Variable::integer("nearest_memory", "", "Number of the stored picture that is nearest to what was recalled"),
        Variable::text("verdict", "What was recalled, in a word: right, wrong (another memory), inverted, mixture, spurious"),
        Variable::text("recalled", "verdict in words, with what it was mistaken for"),
        Variable::integer("steps", "steps", "Steps made: updates of one unit, or of the whole state, as the network makes them"),
        Variable::text("ended_by", "What ended the run of the network"),
        Variable::number("energy_before", "", "Energy of the cue; empty where the network has none"),
        Variable::number("energy_after", "", "Energy of what was recalled"),
    }
}

/// The pictures.
pub const ORIGINALS: Variable = Variable::number("originals", "", "Pictures as they were stored")
    .over(&["pictures", "height", "width"]);
/// The cues.
pub const CUES: Variable =
    Variable::number("cues", "", "Cues: pictures that the network was shown")
        .over(&["pictures", "height", "width"]);
/// What was recalled.
pub const STATES: Variable = Variable::number("recalled", "", "Pictures that were recalled")
    .over(&["pictures", "height", "width"]);
/// Energies.
pub const ENERGIES: Variable = Variable::number(
    "energies",
    "",
    "Energy of each cue and of what was recalled; no rows where the network has none",
)
.over(&["pictures", "cue and recalled"]);
/// The way of a picture.
pub const PATH: Variable = Variable::number(
    "path_{picture}",
    "",
    "Of pictures of the strip: steps made, and the energy then",
)
.over(&["points", "steps and energy"]);

file_kind! {
    /// Every picture
    pub ARRAYS: "recall.npz" by "hopfield recall" {
        ORIGINALS,
        CUES,
        STATES,
        ENERGIES,
        PATH,
    }
}

/// What is in the files.
pub(crate) const FILES: &[FileKind] = &[RECALLED, ARRAYS];
