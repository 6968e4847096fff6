//! Several arrays in a file: `.npz`, a zip of `.npy`s.

use std::io::{self, Read, Seek, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{Array, Cell, NpyError, write};

/// Writes arrays, deflated, one after the other.
pub struct NpzWriter<W: Write + Seek> {
    zip: ZipWriter<W>,
}

impl<W: Write + Seek> std::fmt::Debug for NpzWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NpzWriter").finish_non_exhaustive()
    }
}

impl<W: Write + Seek> NpzWriter<W> {
    /// Nothing yet.
    pub fn new(writer: W) -> Self {
        let zip = ZipWriter::new(writer);
        Self { zip }
    }

    /// Adds an array under a name, its last axis first.
    ///
    /// # Errors
    /// As [`write()`].
    pub fn add<T: Cell>(
        &mut self,
        name: &str,
        shape: &[usize],
        cells: impl IntoIterator<Item = T>,
    ) -> io::Result<()> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.zip.start_file(format!("{name}.npy"), options)?;
        write(&mut self.zip, shape, cells)
    }

    /// Writes the directory.
    ///
    /// # Errors
    /// What the writer says.
    pub fn finish(self) -> io::Result<()> {
        self.zip.finish()?.flush()
    }
}

/// Reads arrays by their names.
pub struct NpzReader<R> {
    zip: ZipArchive<R>,
}

impl<R> std::fmt::Debug for NpzReader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NpzReader").finish_non_exhaustive()
    }
}

/// Bytes that one of a deflated file may become, at most.
const GROWTH: u64 = 1032;

impl<R: Read + Seek> NpzReader<R> {
    /// Reads the directory.
    ///
    /// # Errors
    /// [`NpyError`] where it is no zip.
    pub fn new(reader: R) -> Result<Self, NpyError> {
        let zip = ZipArchive::new(reader).map_err(of_zip)?;
        Ok(Self { zip })
    }

    /// The shape and the cells of an array, along the last axis first.
    ///
    /// # Errors
    /// [`NpyError`] where there is none of this name, or it is no whole array of this type.
    pub fn array<T: Cell>(&mut self, name: &str) -> Result<(Vec<usize>, Vec<T>), NpyError> {
        let file = self.zip.by_name(&format!("{name}.npy")).map_err(of_zip)?;
        // What the directory says of its length is held against the bytes that there are of it.
        let (length, packed) = (file.size(), file.compressed_size());
        if length > packed.saturating_add(1).saturating_mul(GROWTH) {
            return Err(NpyError::format(format!(
                "it is said to have {length} bytes, of which {packed} are there"
            )));
        }
        let mut bytes = Vec::new();
        file.take(length).read_to_end(&mut bytes)?;
        let array = Array::read(&bytes)?;
        Ok((array.shape().to_vec(), array.cells()?))
    }
}

fn of_zip(error: ZipError) -> NpyError {
    match error {
        ZipError::Io(error) => error.into(),
        ZipError::FileNotFound => NpyError::format("there is none of this name"),
        other => NpyError::format(other.to_string()),
    }
}
