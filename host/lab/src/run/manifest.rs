//! `manifest.json`: what was run, by what, what came of it, and how it compares.

use std::path::Path;

use serde::{Deserialize, Serialize};
use slotless_core::RESULTS_VERSION;

use super::RunError;
use crate::paraphrase as exp07;
use crate::{hopfield, memory, transformer};
use slotless_files::{FileEntry, FileError, Folder};

/// Name of the file.
pub const NAME: &str = "manifest.json";

/// The manifest of one output folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// "slotless".
    pub program: String,
    /// Version of the program.
    pub version: String,
    /// Git revision that the program was built from, or "unknown".
    pub revision: String,
    /// Version of the results contract.
    pub results_version: u32,
    /// What was made: a figure's name, "run" or "sweep".
    pub figure: String,
    /// Seed of every stream.
    pub seed: u64,
    /// Trials of each condition.
    pub trials: u32,
    /// Samples that the trials were cut into, and trials in each, for d' and its like; zeros for others than memories.
    pub samples: [u32; 2],
    /// Networks, data and protocol.
    pub conditions: Vec<memory::Condition>,
    /// Transformers and their training.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transformers: Vec<transformer::Condition>,
    /// Pictures recalled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recall: Option<crate::images::recall::Spec>,
    /// Hopfield networks and what was done with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hopfield: Vec<hopfield::Condition>,
    /// Backgrounds of pairs of sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exp07: Vec<exp07::Condition>,
    /// Integers that the fractions resolved to, and warnings, a line each.
    pub resolved: Vec<String>,
    /// Where it was computed.
    pub device: String,
    /// Threads used.
    pub threads: usize,
    /// What kernels took, of GPUs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kernels: Vec<KernelReport>,
    /// Seconds from start to end of this run; kept trials are not computed again.
    pub wall_seconds: f64,
    /// Comparisons with the reference curves the program carries, and other checks.
    pub checks: Vec<Check>,
    /// What was found, a line each.
    pub report: Vec<String>,
    /// Every other file of the folder.
    pub files: Vec<FileEntry>,
}

/// A kernel's times on a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KernelReport {
    /// The device: `cuda:N`.
    pub device: String,
    /// The kernel.
    pub kernel: String,
    /// How often it was launched.
    pub launches: u64,
    /// Time of all launches by CUDA events, in milliseconds.
    pub milliseconds: f64,
}

/// A comparison and its verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// What is compared, with what.
    pub name: String,
    /// The distance.
    pub value: f64,
    /// The smallest and largest value that passes.
    pub allowed: [f64; 2],
    /// Whether it does.
    pub pass: bool,
    /// Why it may not, where that is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Check {
    /// A check that `value` lies in `low..=high`.
    #[must_use]
    pub fn within(name: impl Into<String>, value: f64, low: f64, high: f64) -> Self {
        let pass = value >= low && value <= high;
        Self {
            name: name.into(),
            value,
            allowed: [low, high],
            pass,
            note: String::new(),
        }
    }

    /// One line for people.
    #[must_use]
    pub fn line(&self) -> String {
        let verdict = if self.pass { "pass" } else { "MISS" };
        let [low, high] = self.allowed.map(short);
        let mut line = format!(
            "{verdict}  {}: {:.4} (allowed {low} to {high})",
            self.name, self.value
        );
        if !self.pass && !self.note.is_empty() {
            line += &format!("; {}", self.note);
        }
        line
    }
}

/// A number with at most four decimals, and no more than it needs.
fn short(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Manifest {
    /// A manifest with what the program knows of itself.
    #[must_use]
    pub fn new(figure: &str, seed: u64, trials: u32, samples: [u32; 2]) -> Self {
        Self {
            program: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            revision: "unknown".to_owned(),
            results_version: RESULTS_VERSION,
            figure: figure.to_owned(),
            seed,
            trials,
            samples,
            conditions: Vec::new(),
            transformers: Vec::new(),
            recall: None,
            hopfield: Vec::new(),
            exp07: Vec::new(),
            resolved: Vec::new(),
            device: "cpu".to_owned(),
            threads: 0,
            kernels: Vec::new(),
            wall_seconds: 0.0,
            checks: Vec::new(),
            report: Vec::new(),
            files: Vec::new(),
        }
    }

    /// Writes it, last of all files, with the hashes of the others.
    ///
    /// # Errors
    /// [`FileError::Io`].
    pub fn save(&mut self, folder: &mut Folder) -> Result<(), FileError> {
        self.files = folder.entries().to_vec();
        let mut text = serde_json::to_string_pretty(self).expect("plain data");
        text.push('\n');
        folder.write(NAME, text.as_bytes())
    }

    /// Reads the manifest of a folder.
    ///
    /// # Errors
    /// [`RunError`] if there is none or it is damaged.
    pub fn load(folder: &Path) -> Result<Self, RunError> {
        let path = folder.join(NAME);
        let text = std::fs::read_to_string(&path).map_err(|error| RunError::io(&path, error))?;
        serde_json::from_str(&text).map_err(|error| RunError::damaged(&path, error))
    }
}
