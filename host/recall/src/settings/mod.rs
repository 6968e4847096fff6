//! `memory.toml`: what a memory was made with, and is never changed.

mod document;

use std::io::{Read, Write};
use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};
use slotless_core::RESULTS_VERSION;
use slotless_core::words::Units;

use super::{StoreError, durable};
use slotless_files::{FileError, hex, input};

/// Version of the files' layout in which memories are made. Those of versions 1 to 3 are read, and written anew in this one before
/// anything is added to them.
pub const FORMAT: u32 = 4;

/// From this version on texts have no code beside their vector, and words are settings.
pub(super) const WITHOUT_CODES: u32 = 4;

/// The oldest version that is read.
const OLDEST: u32 = 1;

/// The longest file that is read.
const LONGEST: u64 = 1 << 16;

/// Name of the file.
pub(super) const NAME: &str = "memory.toml";

/// The sentence encoder that a memory's vectors come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Model {
    /// Its folder.
    pub folder: String,
    /// A hash that tells models apart.
    pub hash: String,
}

impl Model {
    /// The encoder in a folder. Its hash is of the lengths and the first mebibytes of `config.json`, `tokenizer.json` and
    /// `model.safetensors`: enough to tell models apart, without reading one.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Unreadable`].
    pub fn of(folder: &Path) -> Result<Self, StoreError> {
        let mut hasher = Sha256::new();
        for name in ["config.json", "tokenizer.json", "model.safetensors"] {
            let path = folder.join(name);
            let mut bytes = Vec::new();
            let file = input::open(&path)?;
            let length = file.metadata().and_then(|metadata| {
                file.take(1 << 20).read_to_end(&mut bytes)?;
                Ok(metadata.len())
            });
            let length = length.map_err(|error| StoreError::io(&path, error))?;
            hasher.update(length.to_le_bytes());
            hasher.update(&bytes);
        }
        let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        Ok(Self {
            folder: absolute.to_string_lossy().into_owned(),
            hash: hex(&hasher.finalize()),
        })
    }
}

/// What a memory is made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// Numbers of a vector, 1 to 65,536; 0 where texts have none, and words alone are compared.
    pub inputs: u32,
    /// Units of words; none where vectors alone are compared.
    #[serde(serialize_with = "bits")]
    pub words: Option<Units>,
    /// The encoder, if vectors come from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<Model>,
}

/// Bits of a unit, 0 for none.
#[expect(clippy::ref_option, reason = "as serde calls it")]
fn bits<S: serde::Serializer>(words: &Option<Units>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u32(words.as_ref().map_or(0, Units::bits))
}

impl Settings {
    /// The most numbers of a vector.
    pub const MOST_INPUTS: u32 = 65_536;

    /// Vectors of so many numbers, or none for 0, and words of 32 bits, of which hardly two are alike.
    #[must_use]
    pub fn new(inputs: u32) -> Self {
        Self {
            inputs,
            words: Units::new(32).ok(),
            model: None,
        }
    }

    /// Refuses settings that no memory can have.
    ///
    /// # Errors
    /// [`StoreError::Setting`] for vectors of more than 65,536 numbers, and for neither vectors nor words.
    pub fn check(&self) -> Result<(), StoreError> {
        let Self { inputs, words, .. } = self;
        if *inputs > Self::MOST_INPUTS {
            let most = Self::MOST_INPUTS;
            let why = format!("vectors have {inputs} numbers, allowed 0 to {most}");
            return Err(StoreError::Setting(why));
        }
        if *inputs == 0 && words.is_none() {
            let why = "neither vectors nor words, of which a memory has one or both";
            return Err(StoreError::Setting(why.to_owned()));
        }
        Ok(())
    }

    /// The file's text.
    fn to_toml(&self, created: u64) -> String {
        let words = self.words.as_ref().map_or(0, Units::bits);
        let mut text = format!(
            "# A memory of slotless. Written once; changing a line makes it unreadable.\nformat = {FORMAT}\n\
             results_version = {RESULTS_VERSION}\ncreated = {created}\ninputs = {}\nwords = {words}\n",
            self.inputs
        );
        if let Some(Model { folder, hash }) = &self.model {
            let [folder, hash] = [folder, hash].map(|text| toml::Value::from(text.clone()));
            text += &format!("\n[model]\nfolder = {folder}\nhash = {hash}\n");
        }
        text
    }

    /// Writes the file into a folder.
    pub(super) fn write(&self, folder: &Path, created: u64) -> Result<(), StoreError> {
        let path = folder.join(NAME);
        let text = self.to_toml(created);
        durable::replace(&path, |file| file.write_all(text.as_bytes()))
            .map_err(|error| StoreError::io(&path, error))
    }

    /// Reads the file of a folder.
    pub(super) fn read(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(NAME);
        let text = input::read_text(&path, LONGEST).map_err(|error| match error {
            FileError::Io { error, .. } if durable::is_missing(&error) => missing(folder, NAME),
            error => error.into(),
        })?;
        let wrong = |why: String| StoreError::not_a_memory(folder, format!("{NAME}: {why}"));
        let table = document::parse(&text).map_err(wrong)?;
        // Of another version there may be other keys.
        let (format, results_version) = document::versions(&table, &text).map_err(wrong)?;
        check_versions(&path, format, results_version)?;
        document::settings(&table, &text, format).map_err(wrong)
    }

    /// Refuses settings that are not those a memory has.
    ///
    /// # Errors
    /// [`StoreError::OtherSetting`] for the first that differs; models are not compared.
    pub fn same_as(&self, stored: &Self) -> Result<(), StoreError> {
        fn same<T: PartialEq + ToString>(
            what: &'static str,
            given: T,
            stored: T,
        ) -> Result<(), StoreError> {
            if given == stored {
                return Ok(());
            }
            Err(StoreError::OtherSetting {
                what,
                given: given.to_string(),
                stored: stored.to_string(),
            })
        }
        same("the length of a vector", self.inputs, stored.inputs)?;
        let bits = |words: Option<Units>| words.as_ref().map_or(0, Units::bits);
        same("words", bits(self.words), bits(stored.words))
    }
}

/// Why a file of a memory is not there.
pub(super) fn missing(folder: &Path, name: &str) -> StoreError {
    match folder.metadata() {
        Ok(there) if there.is_dir() => {
            let why = match slotless_files::leads_nowhere(&folder.join(name)) {
                true => format!("{name} is a link that leads nowhere, expected a file"),
                false => format!("no file {name} in it"),
            };
            StoreError::not_a_memory(folder, why)
        }
        Ok(there) => {
            let why = format!(
                "{}, expected a folder",
                slotless_files::kind_of(there.file_type())
            );
            StoreError::not_a_memory(folder, why)
        }
        Err(error) if durable::is_missing(&error) => {
            let why = match slotless_files::leads_nowhere(folder) {
                true => "a link that leads nowhere, expected a folder",
                false => "no such folder",
            };
            StoreError::not_a_memory(folder, why)
        }
        // One that may not be looked at may well be there.
        Err(error) => StoreError::io(folder, error),
    }
}

/// Refuses files of versions that are not read.
pub(super) fn check_versions(path: &Path, format: u32, results: u32) -> Result<(), StoreError> {
    const READ: &str = "1 to 4";
    const RESULTS: &str = "1";
    const { assert!(OLDEST == 1 && FORMAT == 4 && RESULTS_VERSION == 1) };
    let version = |what, is_read, found, expected| {
        if is_read {
            return Ok(());
        }
        Err(StoreError::Version {
            path: path.to_owned(),
            what,
            found,
            expected,
        })
    };
    let is_read = (OLDEST..=FORMAT).contains(&format);
    version("the format", is_read, format, READ)?;
    let is_read = results == RESULTS_VERSION;
    version("results_version", is_read, results, RESULTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            words: Units::new(18).ok(),
            model: Some(Model {
                folder: "models/a \"b\"".to_owned(),
                hash: "00ff".to_owned(),
            }),
            ..Settings::new(384)
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::TempDir::new().unwrap();
        let without = Settings {
            words: None,
            ..Settings::new(3)
        };
        for settings in [settings(), Settings::new(0), without] {
            settings.check().unwrap();
            settings.write(folder.path(), 12).unwrap();
            assert_eq!(Settings::read(folder.path()).unwrap(), settings);
        }
    }

    #[test]
    fn what_no_memory_has_is_refused() {
        for (inputs, words, why) in [
            (0, None, "neither vectors nor words"),
            (
                65_537,
                Units::new(8).ok(),
                "vectors have 65537 numbers, allowed 0 to 65536",
            ),
        ] {
            let settings = Settings {
                words,
                ..Settings::new(inputs)
            };
            let line = settings.check().unwrap_err().to_string();
            assert!(line.contains(why), "{line}");
        }
    }

    #[test]
    fn other_files_are_refused_with_what_is_wrong() {
        let folder = tempfile::TempDir::new().unwrap();
        let refused = |text: &str, needle: &str| {
            std::fs::write(folder.path().join(NAME), text).unwrap();
            let line = Settings::read(folder.path()).unwrap_err().to_string();
            assert!(line.contains(needle) && !line.contains('\n'), "{line}");
        };
        let good = settings().to_toml(12);
        refused(
            &good.replace("format = 4", "format = 9"),
            "the format is 9, this program reads 1 to 4",
        );
        let version = format!("results_version = {RESULTS_VERSION}");
        refused(
            &good.replace(&version, "results_version = 99"),
            "results_version is 99",
        );
        refused(&good.replace("words", "word"), "word");
        refused(&good.replace("words = 18", "words = -8"), "memory.toml");
        refused(&good.replace("words = 18", "words = 7"), "words is 7");
        refused("format = ", "memory.toml");
        refused("", "memory.toml");
        let none = Settings::read(&folder.path().join("none")).unwrap_err();
        assert!(none.to_string().contains("no such folder"), "{none}");
    }
}
