//! Several arrays in a file: `.npz`, a zip of `.npy`s.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::header::{self, Header, MAX_WITH_PREFIX};
use super::{Array, Cell, NpyError, write};
use crate::dictionary::{self, Contents, Kind, Named};

/// Writes arrays, deflated, one after the other, and behind them what each is: the array `dictionary`.
pub struct NpzWriter<W: Write + Seek> {
    zip: ZipWriter<Kept<W>>,
    refused: Refused,
    arrays: Vec<Named>,
}

/// What a writer refused first.
type Refused = Arc<Mutex<Option<io::Error>>>;

/// A writer that takes everything once it has refused something, and keeps why: the zip crate says only that there was an error,
/// and prints another to standard error when it is dropped.
struct Kept<W> {
    inner: W,
    at: u64,
    refused: Refused,
}

impl<W> Kept<W> {
    /// What a call gave, or what it would have given.
    fn call<T>(&mut self, call: impl FnOnce(&mut W) -> io::Result<T>, otherwise: T) -> T {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.is_some() {
            return otherwise;
        }
        call(&mut self.inner).unwrap_or_else(|error| {
            *refused = Some(error);
            otherwise
        })
    }
}

impl<W: Write> Write for Kept<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.call(
            |inner| inner.write_all(bytes).map(|()| bytes.len()),
            bytes.len(),
        );
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.call(Write::flush, ());
        Ok(())
    }
}

impl<W: Seek> Seek for Kept<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let otherwise = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::Current(by) | SeekFrom::End(by) => self.at.saturating_add_signed(by),
        };
        self.at = self.call(|inner| inner.seek(to), otherwise);
        Ok(self.at)
    }
}

impl<W: Write + Seek> std::fmt::Debug for NpzWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NpzWriter").finish_non_exhaustive()
    }
}

impl<W: Write + Seek> NpzWriter<W> {
    /// Nothing yet.
    pub fn new(writer: W) -> Self {
        let refused = Refused::default();
        let zip = ZipWriter::new(Kept {
            inner: writer,
            at: 0,
            refused: refused.clone(),
        });
        Self {
            zip,
            refused,
            arrays: Vec::new(),
        }
    }

    fn check(refused: &Refused) -> io::Result<()> {
        let mut refused = refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.as_mut().map_or(Ok(()), |error| {
            let again = io::Error::new(error.kind(), error.to_string());
            Err(std::mem::replace(error, again))
        })
    }

    /// Adds a declared array, its last axis first.
    ///
    /// # Errors
    /// As [`write()`]; [`io::ErrorKind::InvalidInput`], too, where its cells or its axes are not what it is declared to have.
    pub fn add<T: Cell>(
        &mut self,
        array: impl Into<Named>,
        shape: &[usize],
        cells: impl IntoIterator<Item = T>,
    ) -> io::Result<()> {
        let array = array.into();
        let declared = array.variable();
        let kind = match T::CODE.as_bytes() {
            [_, b'f', ..] => Kind::Number,
            _ => Kind::Integer,
        };
        if (declared.kind, declared.axes.len()) != (kind, shape.len()) {
            let why = format!(
                "array {} of {} is of shape {shape:?}, declared {} over {:?}",
                array.name(),
                T::CODE,
                declared.kind.name(),
                declared.axes
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        self.start(array.name())?;
        write(&mut self.zip, shape, cells)?;
        self.arrays.push(array);
        Self::check(&self.refused)
    }

    fn start(&mut self, name: &str) -> io::Result<()> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        Ok(self.zip.start_file(format!("{name}.npy"), options)?)
    }

    /// Writes what each array is, as numpy has a text: an array without axes; and the directory. Gives what is in the file.
    ///
    /// # Errors
    /// What the writer says.
    pub fn finish(mut self) -> io::Result<Contents> {
        let text = dictionary::json(&self.arrays);
        // Four bytes a character.
        let text: Vec<[u8; 4]> = text
            .chars()
            .map(|one| u32::from(one).to_le_bytes())
            .collect();
        self.start(dictionary::ARRAY)?;
        let code = format!("<U{}", text.len());
        self.zip.write_all(&header::bytes(&code, &[]))?;
        self.zip.write_all(text.as_flattened())?;
        self.zip.finish()?.flush()?;
        Self::check(&self.refused)?;
        Ok(Contents::of_arrays(&self.arrays))
    }
}

/// Reads arrays by their names.
///
/// An array is unpacked only where its header, which is read first, promises what the directory says, and where that, with
/// all arrays unpacked before, is not more than 512 MiB or 64 times the file.
pub struct NpzReader<R> {
    zip: ZipArchive<R>,
    /// Bytes that arrays may still become.
    pub(super) left: u64,
}

impl<R> std::fmt::Debug for NpzReader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NpzReader").finish_non_exhaustive()
    }
}

/// Bytes that all arrays of a small file may become, and those that each byte of a large one may.
const MAX: u64 = 1 << 29;
const GROWTH: u64 = 64;

impl<R: Read + Seek> NpzReader<R> {
    /// Reads the directory.
    ///
    /// # Errors
    /// [`NpyError`] where it is no zip.
    pub fn new(mut reader: R) -> Result<Self, NpyError> {
        let length = reader.seek(SeekFrom::End(0))?;
        let promised = files_promised(&mut reader, length)?;
        reader.rewind()?;
        let zip = ZipArchive::new(reader).map_err(of_zip)?;
        // Of several files of one name the zip crate keeps the last.
        if promised.is_some_and(|promised| promised > zip.len()) {
            return Err(NpyError::format("two of its arrays have one name"));
        }
        let left = length.saturating_mul(GROWTH).max(MAX);
        Ok(Self { zip, left })
    }

    /// The bytes of the array, where there is but one beside the text of [`NpzWriter::finish`], as a `.npy` has them.
    ///
    /// # Errors
    /// [`NpyError`] where there are several or none, or it is not whole.
    pub fn only(&mut self) -> Result<Vec<u8>, NpyError> {
        let text = format!("{}.npy", dictionary::ARRAY);
        let is_text = |&number: &usize| self.zip.name_for_index(number) == Some(&text);
        let mut numbers: Vec<usize> = (0..self.zip.len()).collect();
        if numbers.len() > 1 {
            numbers.retain(|number| !is_text(number));
        }
        match numbers[..] {
            [number] => self.unpacked(number),
            ref several => Err(NpyError::format(format!(
                "it holds {} arrays, expected one",
                several.len()
            ))),
        }
    }

    /// The shape and the cells of an array, along the last axis first.
    ///
    /// # Errors
    /// [`NpyError`] where there is none of this name, or it is no whole array of this type.
    pub fn array<T: Cell>(&mut self, name: &str) -> Result<(Vec<usize>, Vec<T>), NpyError> {
        let number = self.zip.index_for_name(&format!("{name}.npy"));
        let number = number.ok_or_else(|| NpyError::format("there is none of this name"))?;
        let bytes = self.unpacked(number)?;
        let array = Array::read(&bytes)?;
        Ok((array.shape().to_vec(), array.cells()?))
    }

    /// The bytes of an array.
    fn unpacked(&mut self, number: usize) -> Result<Vec<u8>, NpyError> {
        let mut file = self.zip.by_index(number).map_err(of_zip)?;
        let length = file.size();
        let mut bytes = Vec::new();
        file.by_ref()
            .take(length.min(MAX_WITH_PREFIX as u64))
            .read_to_end(&mut bytes)
            .map_err(of_unpacking)?;
        let (header, data) = Header::read(&bytes)?;
        header.hold_against(bytes.len() - data.len(), length)?;
        let left = self.left.checked_sub(length).ok_or_else(|| {
            NpyError::format(format!(
                "its {length} bytes are more than {}, which is what is left for this file's arrays",
                self.left
            ))
        })?;
        let wanted = usize::try_from(length).unwrap_or(usize::MAX);
        bytes
            .try_reserve_exact(wanted - bytes.len())
            .map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
        // One more than there may be: it is read to its end, where its checksum is compared.
        let more = length - bytes.len() as u64 + 1;
        file.take(more)
            .read_to_end(&mut bytes)
            .map_err(of_unpacking)?;
        if bytes.len() != wanted {
            let why = format!("{} bytes of its {wanted} are there", bytes.len());
            return Err(NpyError::format(why));
        }
        self.left = left;
        Ok(bytes)
    }
}

/// The end of a zip: its signature, what may stand behind it, and what stands before it where the directory has 64-bit counts.
const END: &[u8] = b"PK\x05\x06";
const MAX_END: u64 = 22 + 0xffff;
/// Where in it the number of files stands.
const COUNT: usize = 10;
const LOCATOR: (&[u8], usize) = (b"PK\x06\x07", 20);

/// How many files the end of a zip says are in it; none of a file of 2 GiB or more.
///
/// A smaller file with 64-bit counts is refused: memory would be asked for by them. Who writes a zip has them where 16 and 32
/// bits are not enough.
fn files_promised(reader: &mut (impl Read + Seek), length: u64) -> Result<Option<usize>, NpyError> {
    if length >= 1 << 31 {
        return Ok(None);
    }
    let mut end = Vec::new();
    reader.seek(SeekFrom::Start(
        length.saturating_sub(MAX_END + LOCATOR.1 as u64),
    ))?;
    reader.take(length).read_to_end(&mut end)?;
    let large = |(at, bytes): (usize, &[u8])| {
        bytes == END
            && at
                .checked_sub(LOCATOR.1)
                .is_some_and(|at| end[at..].starts_with(LOCATOR.0))
    };
    if end.windows(END.len()).enumerate().any(large) {
        return Err(NpyError::format(
            "its directory is that of a zip of more than 65535 files",
        ));
    }
    let last = end.windows(END.len()).rposition(|bytes| bytes == END);
    let count = last.and_then(|at| end.get(at + COUNT..)?.first_chunk());
    Ok(count.map(|&bytes| u16::from_le_bytes(bytes).into()))
}

/// What the reader says of bytes that do not unpack to what their checksum says; errors of the file stay as they are.
fn of_unpacking(error: io::Error) -> NpyError {
    match (error.raw_os_error(), error.kind()) {
        (None, io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other) => {
            NpyError::format("its packed bytes are damaged")
        }
        _ => error.into(),
    }
}

fn of_zip(error: ZipError) -> NpyError {
    match error {
        ZipError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            NpyError::format("it ends too early")
        }
        ZipError::Io(error) => error.into(),
        // The rest are the reader's own words, for programmers.
        ZipError::InvalidArchive(_) => NpyError::format("it is no sound .npz, which is a zip"),
        _ => NpyError::format("it is packed in a way that is not read, such as with a password"),
    }
}
