//! `manifest.json`: what was run, by what, what came of it, and how it compares.

use std::path::{Component, Path};
use std::time::Instant;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use slotless_core::RESULTS_VERSION;

use super::RunError;
use slotless_files::{FileEntry, FileError, Folder, input};

/// Bytes of it at most.
const MAX: u64 = 1 << 26;

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
    /// What was run, by family: a list of conditions a key ([`Listed::KEY`]).
    #[serde(skip)]
    families: Map<String, Value>,
    /// SHA-256 of what was run: figure, results version, seed, trials, samples and conditions. By it is seen whether one was edited.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    ran_sha256: String,
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

/// What a manifest lists under a key.
pub trait Listed: Serialize + DeserializeOwned {
    /// Name of the list in the file.
    const KEY: &'static str;
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
    /// Share of a multiprocessor's threads that the kernel's blocks fill, by the driver.
    #[serde(default)]
    pub occupancy: f64,
}

/// What computed a run.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Threads used.
    pub threads: usize,
    /// `cpu`, or the GPUs.
    pub device: String,
    /// What kernels took, of GPUs.
    pub kernels: Vec<KernelReport>,
    /// When it began.
    pub started: Instant,
}

/// A comparison and its verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// What is compared, with what.
    pub name: String,
    /// The distance; NaN, in the file null, where there is none.
    #[serde(deserialize_with = "number_or_nan")]
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

/// JSON has no NaN, and null in its place.
fn number_or_nan<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

/// A number with at most four decimals, and no more than it needs.
fn short(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Whether a figure's name is that of a file, and a file's one that leads nowhere but below the folder.
fn lies_within(what: &str, name: &str) -> bool {
    let mut parts = Path::new(name).components();
    let first = parts.next();
    let is_file =
        matches!(first, Some(Component::Normal(part)) if what != "figure" || part == name);
    is_file && parts.all(|part| matches!(part, Component::Normal(_))) && !name.contains('\0')
}

impl Manifest {
    /// A manifest with what the program knows of itself.
    #[must_use]
    pub fn new(figure: &str, seed: u64, trials: u32) -> Self {
        Self {
            program: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            revision: "unknown".to_owned(),
            results_version: RESULTS_VERSION,
            figure: figure.to_owned(),
            seed,
            trials,
            samples: [0, 0],
            // There even where no memory was run: readers of the file may count on it.
            families: Map::from_iter([("conditions".to_owned(), Value::Array(Vec::new()))]),
            ran_sha256: String::new(),
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

    /// Adds what was run to the list of its family.
    pub fn list<T: Listed>(&mut self, item: &T) {
        let value = serde_json::to_value(item).expect("plain data");
        match self.families.get_mut(T::KEY) {
            Some(Value::Array(list)) => list.push(value),
            _ => {
                let list = Value::Array(vec![value]);
                self.families.insert(T::KEY.to_owned(), list);
            }
        }
    }

    /// Says what was run where there is but one of its kind: an object in place of a list.
    pub fn single<T: Listed>(&mut self, item: &T) {
        let value = serde_json::to_value(item).expect("plain data");
        self.families.insert(T::KEY.to_owned(), value);
    }

    /// What was run, of all families.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Value> {
        self.families.values().flat_map(|of| match of {
            Value::Array(list) => list.as_slice(),
            single => std::slice::from_ref(single),
        })
    }

    /// What was run, of a family; nothing where there is none of it.
    ///
    /// # Errors
    /// What is wrong with an entry.
    pub fn listed<T: Listed>(&self) -> Result<Vec<T>, serde_json::Error> {
        match self.families.get(T::KEY) {
            Some(Value::Array(list)) => list.iter().cloned().map(serde_json::from_value).collect(),
            Some(single) => Ok(vec![serde_json::from_value(single.clone())?]),
            None => Ok(Vec::new()),
        }
    }

    /// Writes it, last of all files, with the hashes of the others.
    ///
    /// # Errors
    /// [`FileError::Io`].
    pub fn save(&mut self, folder: &mut Folder) -> Result<(), FileError> {
        self.files = folder.entries().to_vec();
        self.ran_sha256 = self.identity();
        let own = serde_json::to_value(&*self).expect("plain data");
        let Value::Object(own) = own else {
            unreachable!("a struct is an object")
        };
        // What was run stands behind the seed and the trials, before what came of it.
        let mut all = Map::new();
        for (key, value) in own {
            if key == "ran_sha256" {
                all.extend(self.families.clone());
            }
            all.insert(key, value);
        }
        let mut text = serde_json::to_string_pretty(&all).expect("plain data");
        text.push('\n');
        folder.write(NAME, text.as_bytes())
    }

    /// SHA-256 of what was run.
    fn identity(&self) -> String {
        let mut all = Map::from_iter([
            ("figure".to_owned(), self.figure.clone().into()),
            ("results_version".to_owned(), self.results_version.into()),
            ("seed".to_owned(), self.seed.into()),
            ("trials".to_owned(), self.trials.into()),
            ("samples".to_owned(), self.samples.to_vec().into()),
        ]);
        all.extend(self.families.clone());
        // Numbers as they are once they have been written and read: of some the last bit is another one then.
        let text = Value::Object(all).to_string();
        let read: Value = serde_json::from_str(&text).expect("it was written here");
        let mut plain = String::new();
        write_plain(&read, &mut plain);
        slotless_files::hex(&Sha256::digest(plain))
    }

    /// Holds the manifest of a folder against itself and against what lies beside it: what was run against its hash, and the file
    /// `raw` against the one that is listed.
    ///
    /// # Errors
    /// [`RunError`] with what is not as the run left it.
    pub fn verify(&self, folder: &Path, raw: &str) -> Result<(), RunError> {
        let path = folder.join(NAME);
        if !self.ran_sha256.is_empty() && self.ran_sha256 != self.identity() {
            let why = "what was run is not what the run wrote (its ran_sha256 is another), expected the file as it was left";
            return Err(RunError::damaged(path, why));
        }
        if self.results_version > RESULTS_VERSION {
            let why = format!(
                "results_version is {}, allowed up to {RESULTS_VERSION}, which this program has",
                self.results_version
            );
            return Err(RunError::damaged(path, why));
        }
        if let Some(listed) = self.files.iter().find(|file| file.name == raw) {
            let file = folder.join(raw);
            let (sha256, _) =
                slotless_files::hash(&file).map_err(|error| RunError::io(&file, error))?;
            if sha256 != listed.sha256 {
                let why = format!("not the file that {NAME} lists: its SHA-256 is another");
                return Err(RunError::damaged(file, why));
            }
        }
        Ok(())
    }

    /// Reads the manifest of a folder.
    ///
    /// # Errors
    /// [`RunError`] if there is none or it is damaged.
    pub fn load(folder: &Path) -> Result<Self, RunError> {
        let path = folder.join(NAME);
        let text = input::read_text(&path, MAX)?;
        let all: Map<String, Value> =
            serde_json::from_str(&text).map_err(|error| damaged(&path, &error))?;
        let own: Self = serde_json::from_value(Value::Object(all.clone()))
            .map_err(|error| damaged(&path, &error))?;
        // They are made to paths of files in the folder.
        let names = own.files.iter().map(|file| ("a file", &file.name));
        let mut names = std::iter::once(("figure", &own.figure)).chain(names);
        if let Some((what, name)) = names.find(|(what, name)| !lies_within(what, name)) {
            let why = format!("{what} is {name:?}, allowed a name within the folder");
            return Err(RunError::damaged(&path, why));
        }
        let known = serde_json::to_value(&own).expect("plain data");
        let other = all.into_iter().filter(|(key, _)| known.get(key).is_none());
        Ok(Self {
            families: other
                .filter(|(_, value)| value.is_array() || value.is_object())
                .collect(),
            ..own
        })
    }
}

/// JSON with its keys in order, and numbers in one form: what programs that write it anew do not agree on.
fn write_plain(value: &Value, text: &mut String) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|entry| entry.0);
            text.push('{');
            for (key, value) in entries {
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write_plain(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(list) => {
            text.push('[');
            for value in list {
                write_plain(value, text);
                text.push(',');
            }
            text.push(']');
        }
        // 1 and 1.0.
        Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(whole), ..) => text.push_str(&whole.to_string()),
            (_, Some(whole), _) => text.push_str(&whole.to_string()),
            (.., real) => text.push_str(&real.unwrap_or(f64::NAN).to_string()),
        },
        plain => text.push_str(&plain.to_string()),
    }
}

fn damaged(path: &Path, error: &serde_json::Error) -> RunError {
    RunError::damaged(path, input::in_words(&error.to_string()))
}
