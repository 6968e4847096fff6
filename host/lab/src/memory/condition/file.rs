//! Patterns of a file.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::data::is_default;
use crate::patterns::{Levels, RowOrder};

/// Rows of a file, and how they are learned and asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileData {
    /// `.npy`, `.npz` of one array, or CSV.
    pub path: PathBuf,
    /// SHA-256 of its rows ([`Patterns::sha256`](crate::patterns::Patterns::sha256)), filled in when it is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The numbers in it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub levels: Levels,
    /// The order of its rows.
    #[serde(default, skip_serializing_if = "is_default")]
    pub order: RowOrder,
    /// Pseudo-patterns of another file, in place of further rows of this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lures: Option<OtherRows>,
    /// Cues of another file, row by row of those that are learned from: a cue keeps a share of the ones of its row there, in
    /// place of the pattern's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cues: Option<OtherRows>,
    /// Cues of the pseudo-patterns, where these and the cues have files of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lure_cues: Option<OtherRows>,
    /// How many units, the last ones, are what a pattern is answered with: they are in no cue, and accuracy is theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<u32>,
}

impl FileData {
    /// Rows of zeros and ones, in a new random order every trial.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            ..Self::default()
        }
    }

    /// The numbers in its files.
    #[must_use]
    pub fn levels(mut self, levels: Levels) -> Self {
        self.levels = levels;
        self
    }

    /// The order of its rows.
    #[must_use]
    pub fn order(mut self, order: RowOrder) -> Self {
        self.order = order;
        self
    }

    /// Pseudo-patterns of a file of their own.
    #[must_use]
    pub fn lures(mut self, path: impl Into<PathBuf>) -> Self {
        self.lures = Some(OtherRows::from(path.into()));
        self
    }

    /// Cues of a file of their own, a row for each of the patterns.
    #[must_use]
    pub fn cues(mut self, path: impl Into<PathBuf>) -> Self {
        self.cues = Some(OtherRows::from(path.into()));
        self
    }

    /// Cues of the lures, a row for each.
    #[must_use]
    pub fn lure_cues(mut self, path: impl Into<PathBuf>) -> Self {
        self.lure_cues = Some(OtherRows::from(path.into()));
        self
    }

    /// How many units, the last ones, are asked for.
    #[must_use]
    pub fn target(mut self, units: u32) -> Self {
        self.target = Some(units);
        self
    }
}

/// Rows of another file beside those that are learned, of the same numbers and in the same kind of order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherRows {
    /// `.npy`, `.npz` of one array, or CSV.
    pub path: PathBuf,
    /// SHA-256 of its rows, filled in when it is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

impl From<PathBuf> for OtherRows {
    fn from(path: PathBuf) -> Self {
        Self { path, sha256: None }
    }
}
