//! Networks that have no snapshot for devices, as the bytes of a `.npz`, whose arrays numpy reads, too.

use std::io::{self, Cursor};
use std::path::{Path, PathBuf};

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use slotless_files::dictionary::Variable;
use slotless_files::input;
use slotless_files::npy::npz::{NpzReader, NpzWriter};
use slotless_files::npy::{Cell, NpyError};

use crate::{calls, errors, storage};

/// Bytes of a file at most.
const LARGEST: u64 = 1 << 36;
/// Of this form of files.
const VERSION: u64 = 1;
/// Settings before a network's own: the network, the version, and how many of each kind of cells there are.
const HEAD: usize = 6;

const SETTINGS: Variable = Variable::integer(
    "settings",
    "",
    "Which network, the version of its file, how many numbers, words, vectors and thresholds there are, and the network's settings",
)
.over(&["settings"]);
const NUMBERS: Variable =
    Variable::number("numbers", "", "Settings that are real numbers").over(&["numbers"]);
const WORDS: Variable = Variable::integer(
    "words",
    "",
    "Patterns, 32 units a word, or all weights as they lie",
)
.over(&["words"]);
const VECTORS: Variable = Variable::number(
    "vectors",
    "",
    "Patterns of real numbers, one after the other",
)
.over(&["numbers"]);
const THRESHOLDS: Variable =
    Variable::integer("thresholds", "", "Thresholds of the units").over(&["units"]);

/// Which network it is of, by the number in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    Hopfield = 1,
    DenseHopfield = 2,
    ModernHopfield = 3,
    HeteroMhn = 4,
}

/// All that a network is.
#[derive(Debug, Default)]
pub(crate) struct Archive {
    pub(crate) settings: Vec<u64>,
    pub(crate) numbers: Vec<f32>,
    pub(crate) words: Vec<u32>,
    pub(crate) vectors: Vec<f32>,
    pub(crate) thresholds: Vec<i32>,
}

impl Archive {
    /// About the bytes that packing them costs the time of.
    pub(crate) fn work(&self) -> f64 {
        let cells = self.words.len() + self.vectors.len() + self.thresholds.len();
        // Deflating takes ten times what a copy does.
        40.0 * cells as f64
    }

    fn bytes(&self, of: Network) -> io::Result<Vec<u8>> {
        let lengths = [
            self.numbers.len(),
            self.words.len(),
            self.vectors.len(),
            self.thresholds.len(),
        ];
        let head = [of as u64, VERSION].into_iter();
        let head = head.chain(lengths.map(|length| length as u64));
        let settings: Vec<u64> = head.chain(self.settings.iter().copied()).collect();
        let mut bytes = Vec::new();
        let mut npz = NpzWriter::new(Cursor::new(&mut bytes));
        let mut put = Put(&mut npz);
        put.array(SETTINGS, &settings)?;
        put.array(NUMBERS, &self.numbers)?;
        put.array(WORDS, &self.words)?;
        put.array(VECTORS, &self.vectors)?;
        put.array(THRESHOLDS, &self.thresholds)?;
        npz.finish()?;
        Ok(bytes)
    }

    fn of_bytes(bytes: &[u8], of: Network) -> Result<Self, String> {
        let said = |error: NpyError| format!("no file of this network: {error}");
        let mut npz = NpzReader::new(Cursor::new(bytes)).map_err(said)?;
        let (_, settings) = npz.array::<u64>(SETTINGS.name).map_err(said)?;
        let (Some(&[network, version, numbers, words, vectors, thresholds]), Some(own)) =
            (settings.first_chunk::<HEAD>(), settings.get(HEAD..))
        else {
            return Err("no file of this network: too few settings".to_owned());
        };
        if network != of as u64 {
            return Err("the file is of another network".to_owned());
        }
        if version != VERSION {
            return Err(format!(
                "the file is of version {version}, allowed {VERSION}"
            ));
        }
        let mut npz = Take(npz);
        Ok(Self {
            settings: own.to_vec(),
            numbers: npz.array(NUMBERS, numbers)?,
            words: npz.array(WORDS, words)?,
            vectors: npz.array(VECTORS, vectors)?,
            thresholds: npz.array(THRESHOLDS, thresholds)?,
        })
    }
}

struct Put<'a, W: io::Write + io::Seek>(&'a mut NpzWriter<W>);

impl<W: io::Write + io::Seek> Put<'_, W> {
    /// No array has no cell.
    fn array<T: Cell>(&mut self, name: Variable, cells: &[T]) -> io::Result<()> {
        match cells.len() {
            0 => Ok(()),
            length => self.0.add(name, &[length], cells.iter().copied()),
        }
    }
}

struct Take<R>(NpzReader<R>);

impl<R: io::Read + io::Seek> Take<R> {
    fn array<T: Cell>(&mut self, name: Variable, length: u64) -> Result<Vec<T>, String> {
        if length == 0 {
            return Ok(Vec::new());
        }
        let read = self.0.array(name.name);
        let (shape, cells) = read.map_err(|error| format!("array {}: {error}", name.name))?;
        match shape[..] {
            [found] if found as u64 == length => Ok(cells),
            _ => Err(format!(
                "array {} is of shape {shape:?}, allowed [{length}]",
                name.name
            )),
        }
    }
}

/// The bytes of a network's file.
pub(crate) fn to_bytes<'py>(
    py: Python<'py>,
    of: Network,
    archive: Archive,
) -> PyResult<Bound<'py, PyBytes>> {
    let bytes = calls::apart(py, archive.work(), move || packed(&archive, of))?;
    Ok(PyBytes::new(py, &bytes))
}

fn packed(archive: &Archive, of: Network) -> PyResult<Vec<u8>> {
    archive.bytes(of).map_err(errors::value)
}

/// Writes a network's file, whole or not at all.
pub(crate) fn save(py: Python<'_>, of: Network, archive: Archive, path: PathBuf) -> PyResult<()> {
    calls::apart(py, archive.work(), move || {
        storage::save(&path, &packed(&archive, of)?)
    })
}

/// What a file's bytes hold, made into a network.
pub(crate) fn from_bytes<T: Send + 'static>(
    py: Python<'_>,
    of: Network,
    bytes: &Bound<'_, PyBytes>,
    make: impl FnOnce(Archive) -> PyResult<T> + Send + 'static,
) -> PyResult<T> {
    let bytes = bytes.as_bytes().to_vec();
    calls::apart(py, 10.0 * bytes.len() as f64, move || {
        make(Archive::of_bytes(&bytes, of).map_err(errors::refuse)?)
    })
}

/// The same of a file; what is wrong with it is said with its name.
pub(crate) fn load<T: Send + 'static>(
    py: Python<'_>,
    of: Network,
    path: PathBuf,
    make: impl FnOnce(Archive) -> PyResult<T> + Send + 'static,
) -> PyResult<T> {
    let size = path.metadata().map_or(0, |found| found.len());
    calls::apart(py, 10.0 * size as f64, move || {
        let bytes = read(&path)?;
        let archive = Archive::of_bytes(&bytes, of).map_err(errors::refuse);
        archive
            .and_then(make)
            .map_err(|error| errors::of_file(&path, error))
    })
}

fn read(path: &Path) -> PyResult<Vec<u8>> {
    input::read(path, LARGEST).map_err(|error| errors::file(&error))
}

/// Refuses settings that are not those of a network.
pub(crate) fn damaged(what: &str) -> PyErr {
    errors::refuse(format!("no file of this network: {what}"))
}
