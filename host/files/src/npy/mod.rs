//! Arrays in numpy's format: `.npy` (NEP 1, versions 1 to 3), read where they lie and held against the bytes that are there.
//!
//! What a file is, its first bytes say ([`Format::of`]), whatever its name.

mod header;
#[cfg(feature = "npz")]
pub mod npz;

use std::io::{self, BufWriter, Write};
use std::path::Path;

use thiserror::Error;

use crate::{FileError, input, machine};
use header::Header;

/// An array that cannot be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NpyError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(io::Error),
    /// It is no array of this format.
    #[error("{0}")]
    Format(String),
    /// It holds nothing.
    #[error("it is empty")]
    Empty,
    /// Its cells are of another type.
    #[error("cells are of type {found}, allowed {allowed}")]
    Type {
        /// Numpy's word for the type.
        found: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// It has another number of axes.
    #[error("it has {} ({shape}), expected two: rows and columns", axes(*found))]
    Axes {
        /// How many it has.
        found: usize,
        /// Its shape as the header has it.
        shape: String,
    },
}

impl NpyError {
    fn format(why: impl Into<String>) -> Self {
        Self::Format(why.into())
    }
}

fn axes(count: usize) -> String {
    match count {
        1 => "1 axis".to_owned(),
        several => format!("{several} axes"),
    }
}

/// What a file holds, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// An array.
    Npy,
    /// A zip of arrays.
    Npz,
}

impl Format {
    /// What a file's first bytes say.
    ///
    /// # Errors
    /// [`FileError`], as [`input::open`].
    pub fn of_file(path: &Path) -> Result<Option<Self>, FileError> {
        let (start, _) = input::start(path, header::MAGIC.len() as u64)?;
        Ok(Self::of(&start))
    }

    /// What begins so; none of both otherwise.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(header::MAGIC) {
            return Some(Self::Npy);
        }
        bytes.starts_with(b"PK").then_some(Self::Npz)
    }
}

/// The bytes of a file's array, as a `.npy` has them: of a `.npy`, or of the only one of a `.npz`, whatever its name.
///
/// The rest of a `.npy` is read only where its header promises what the file's length says.
///
/// # Errors
/// [`NpyError`] for what is neither, for more than `most` bytes, and for a `.npz` of several arrays or none.
pub fn load(path: &Path, most: u64) -> Result<Vec<u8>, NpyError> {
    let of_file = |error| match error {
        FileError::Io { error, .. } => NpyError::Io(error),
        FileError::Damaged { why, .. } => NpyError::Format(why),
    };
    let (start, length) = input::start(path, header::MAX_WITH_PREFIX as u64).map_err(of_file)?;
    #[cfg(feature = "npz")]
    if Format::of(&start) == Some(Format::Npz) {
        return npz::NpzReader::new(input::open(path).map_err(of_file)?)?.only();
    }
    let (header, data) = Header::read(&start)?;
    header.hold_against(start.len() - data.len(), length)?;
    // Its bytes, its numbers as what reads them has them, and what is made of those.
    let taken = length.saturating_mul(4);
    if let Some(there) = machine::memory().filter(|there| taken > there.bytes) {
        let taken = machine::Size(taken);
        return Err(NpyError::format(format!(
            "its numbers take about {taken} of memory, allowed are {there}"
        )));
    }
    input::read(path, most).map_err(of_file)
}

impl From<io::Error> for NpyError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::format("it ends too early"),
            _ => Self::Io(error),
        }
    }
}

/// A type of cells.
pub trait Cell: Copy {
    /// Numpy's word for it, of little-endian bytes.
    const CODE: &'static str;

    /// The value of its bytes, in little-endian order.
    ///
    /// # Panics
    /// If there are not as many as it has.
    #[must_use]
    fn of(bytes: &[u8]) -> Self;

    /// Appends its bytes.
    fn put(self, out: &mut Vec<u8>);
}

macro_rules! cells {
    ($($type:ident $code:literal)+) => {$(
        impl Cell for $type {
            const CODE: &'static str = $code;

            fn of(bytes: &[u8]) -> Self {
                let mut own = [0; size_of::<$type>()];
                own.copy_from_slice(bytes);
                Self::from_le_bytes(own)
            }

            fn put(self, out: &mut Vec<u8>) {
                out.extend(self.to_le_bytes());
            }
        }
    )+};
}

cells! { u8 "|u1" i8 "|i1" u16 "<u2" i16 "<i2" u32 "<u4" i32 "<i4" u64 "<u8" i64 "<i8" f32 "<f4" f64 "<f8" }

impl Cell for bool {
    const CODE: &'static str = "|b1";

    fn of(bytes: &[u8]) -> Self {
        bytes != [0]
    }

    fn put(self, out: &mut Vec<u8>) {
        out.push(self.into());
    }
}

/// What the types of cells are, by numpy's words: the letter of the kind, and bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    letter: u8,
    size: usize,
    big_endian: bool,
}

impl Kind {
    fn of(code: &str) -> Option<Self> {
        let (order, rest) = code.split_at_checked(1)?;
        let (letter, size) = rest.split_at_checked(1)?;
        let (letter, size) = (letter.as_bytes()[0], size.parse().ok()?);
        let big_endian = match order {
            "<" | "|" => false,
            ">" => true,
            // Of the machine that wrote it; that was one like this.
            "=" => cfg!(target_endian = "big"),
            _ => return None,
        };
        let known = matches!(
            (letter, size),
            (b'b', 1) | (b'u' | b'i', 1 | 2 | 4 | 8) | (b'f', 2 | 4 | 8)
        );
        known.then_some(Self {
            letter,
            size,
            big_endian,
        })
    }
}

/// An array in a file's bytes.
#[derive(Clone, Debug)]
pub struct Array<'a> {
    header: Header,
    kind: Kind,
    cells: usize,
    data: &'a [u8],
}

/// What a reader of numbers takes.
pub const NUMBERS: &str = "bool, integers and floats of up to 64 bits";

impl<'a> Array<'a> {
    /// Reads the header, and holds it against the bytes behind it.
    ///
    /// # Errors
    /// [`NpyError`], where it is no whole array of bools, integers or floats, or an empty one.
    pub fn read(bytes: &'a [u8]) -> Result<Self, NpyError> {
        let (header, data) = Header::read(bytes)?;
        let kind = header.kind()?;
        let cells = header.hold_against(bytes.len() - data.len(), bytes.len() as u64)?;
        if kind.letter == b'b' && data.iter().any(|&byte| byte > 1) {
            return Err(NpyError::format("a bool is neither 0 nor 1"));
        }
        Ok(Self {
            header,
            kind,
            cells,
            data,
        })
    }

    /// Its sides.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.header.shape
    }

    /// Its rows and columns.
    ///
    /// # Errors
    /// [`NpyError::Axes`] where it has not two axes.
    pub fn rows_and_columns(&self) -> Result<(usize, usize), NpyError> {
        match *self.shape() {
            [rows, columns] => Ok((rows, columns)),
            ref other => Err(NpyError::Axes {
                found: other.len(),
                shape: self.header.sides(),
            }),
        }
    }

    /// Numpy's word for the type of its cells, without the order of their bytes: `f4`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.header.code.get(1..).unwrap_or_default()
    }

    /// Number of cells, from 1.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.cells
    }

    /// Where cell number `index`, counted along the last axis first, lies.
    fn place(&self, index: usize) -> usize {
        if !self.header.fortran {
            return index;
        }
        // The first axis first.
        let (mut index, mut place, mut step) = (index, 0, 1);
        let shape = self.shape();
        let inner: usize = shape.iter().skip(1).product();
        let mut below = inner.max(1);
        for (axis, &side) in shape.iter().enumerate() {
            place += index / below * step;
            index %= below;
            step *= side;
            below /= shape.get(axis + 1).copied().unwrap_or(1).max(1);
        }
        place
    }

    /// The bytes of a cell in little-endian order.
    fn bytes(&self, index: usize) -> [u8; 8] {
        let size = self.kind.size;
        let from = self.place(index) * size;
        let mut bytes = [0; 8];
        bytes[..size].copy_from_slice(&self.data[from..from + size]);
        if self.kind.big_endian {
            bytes[..size].reverse();
        }
        bytes
    }

    /// A cell as a number, counted along the last axis first: exact but for integers above 2^53.
    ///
    /// # Panics
    /// If `index` is not below [`Array::len`].
    #[must_use]
    pub fn number(&self, index: usize) -> f64 {
        let bytes = self.bytes(index);
        let whole = u64::from_le_bytes(bytes);
        match (self.kind.letter, self.kind.size) {
            (b'f', 2) => half(whole as u16),
            (b'f', 4) => f32::of(&bytes[..4]).into(),
            (b'f', _) => f64::from_bits(whole),
            (b'i', size) => {
                // The sign is that of the highest byte.
                let shift = 64 - 8 * size;
                (((whole << shift) as i64) >> shift) as f64
            }
            _ => whole as f64,
        }
    }

    /// All numbers, along the last axis first.
    pub fn numbers(&self) -> impl ExactSizeIterator<Item = f64> {
        (0..self.cells).map(|index| self.number(index))
    }

    /// All cells, along the last axis first, if they are of this type.
    ///
    /// # Errors
    /// [`NpyError::Type`].
    pub fn cells<T: Cell>(&self) -> Result<Vec<T>, NpyError> {
        let (found, wanted) = (self.kind, Kind::of(T::CODE));
        if wanted.is_none_or(|one| (one.letter, one.size) != (found.letter, found.size)) {
            return Err(NpyError::Type {
                found: self.header.code.clone(),
                allowed: T::CODE,
            });
        }
        let cell = |index| T::of(&self.bytes(index)[..self.kind.size]);
        Ok((0..self.cells).map(cell).collect())
    }
}

/// The number that 16 bits are of IEEE 754's half precision; it has all of them exactly.
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (bits >> 10 & 31, bits & 1023);
    let size = match (exponent, fraction) {
        (0, fraction) => f64::from(fraction) * 2f64.powi(-24),
        (31, 0) => f64::INFINITY,
        (31, _) => f64::NAN,
        (exponent, fraction) => f64::from(1024 + fraction) * 2f64.powi(i32::from(exponent) - 25),
    };
    if bits >> 15 == 0 { size } else { -size }
}

/// Writes an array, its last axis first.
///
/// # Errors
/// What the writer says; [`io::ErrorKind::InvalidInput`] where there are more cells, or fewer, than the shape has.
pub fn write<T: Cell>(
    out: impl Write,
    shape: &[usize],
    cells: impl IntoIterator<Item = T>,
) -> io::Result<()> {
    let mut data = Vec::new();
    let mut count = 0;
    for cell in cells {
        cell.put(&mut data);
        count += 1;
    }
    if shape.iter().product::<usize>() != count {
        let why = format!("{count} cells for an array of {shape:?}");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    let mut out = BufWriter::new(out);
    out.write_all(&header::bytes(T::CODE, shape))?;
    out.write_all(&data)?;
    out.flush()
}

#[cfg(test)]
mod tests;
