//! Pictures from files.
//!
//! * A folder: its PNGs, sorted by name as people sort (`img2` before `img10`); what else lies there is left out, and so are
//!   folders below it and files whose names begin with a dot.
//! * A `.npy` array, or the only one of a `.npz`: K x height x width, or K x N for square pictures of N pixels; any integer, float or bool type.
//! * The handwritten digits of 8 x 8 pixels in `host/lab/data/digits`, which are part of the program.
//!
//! A PNG may be grey, with or without alpha, coloured or with a palette, of up to 16 bits a channel. Colours become grey as
//! `(299 R + 587 G + 114 B) / 1000`, transparent pixels lie on black, and 1 is the brightest value of either depth.

use std::cmp::Ordering;
use std::fmt;
use std::fs;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};

use slotless_files::npy::{self, Array, Format, NpyError};
use slotless_files::{FileError, input};
use thiserror::Error;

use super::{Pictures, Shape};
use crate::error::short;

/// The digits: 64 pixels of 0 to 16, then the digit, for each.
const DIGITS: &[u8] = include_bytes!("../../data/digits/digits.npy");
const DIGITS_SHAPE: Shape = Shape {
    width: 8,
    height: 8,
};
/// What the digits are called on the command line.
const DIGITS_NAME: &str = "digits";

/// Pixels of a picture at most.
const MAX_PIXELS: u64 = 1 << 20;
/// Pixels of all pictures at most: 512 MiB of values.
const MAX_VALUES: u64 = 1 << 26;
/// Pictures of an array at most.
const MAX_PICTURES: usize = 1 << 20;
/// Bytes of a PNG, and of an array, at most.
const MAX_PNG: u64 = 1 << 26;
const MAX_ARRAY: u64 = 8 * MAX_VALUES + (1 << 17);
/// A larger value could overflow where values are summed.
const LARGEST: f64 = 1e100;

/// Where pictures come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The handwritten digits.
    Digits,
    /// A folder of PNGs, or a `.npy` array.
    Path(PathBuf),
}

impl From<&str> for Source {
    /// `digits`, or else a path.
    fn from(text: &str) -> Self {
        match text {
            DIGITS_NAME => Self::Digits,
            path => Self::Path(path.into()),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digits => f.write_str(DIGITS_NAME),
            Self::Path(path) => path.display().fmt(f),
        }
    }
}

impl Source {
    /// Reads all pictures.
    ///
    /// # Errors
    /// [`ImageError`] if there is none or one cannot be read, they differ in size, or a value is not finite.
    pub fn read(&self) -> Result<Pictures, ImageError> {
        let read = match self {
            Self::Digits => digits(),
            Self::Path(path) => match fs::metadata(path) {
                Err(error) => Err(error.into()),
                Ok(found) if found.is_dir() => folder(path),
                Ok(_) => array(path),
            },
        };
        read.map_err(|kind| ImageError {
            pictures: self.clone(),
            kind,
        })
    }
}

fn extension_is(path: &Path, expected: &str) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case(expected))
}

/// Pictures out of what has been read; the shape is that of each.
fn collect(shape: Shape, names: Vec<String>, values: Vec<f64>) -> Result<Pictures, ImageErrorKind> {
    check_shape(shape)?;
    let pixels = shape.pixels() as usize;
    if let Some(at) = values
        .iter()
        .position(|value| !value.is_finite() || value.abs() > LARGEST)
    {
        return Err(ImageErrorKind::NotFinite {
            picture: names.get(at / pixels).cloned().unwrap_or_default(),
            row: at % pixels / shape.width as usize + 1,
            column: at % shape.width as usize + 1,
            value: values[at],
        });
    }
    let first = values.first().copied().ok_or(ImageErrorKind::Empty)?;
    Pictures::new(shape, names, values).ok_or(ImageErrorKind::Flat { value: first })
}

fn check_shape(shape: Shape) -> Result<(), ImageErrorKind> {
    let pixels = u64::from(shape.width) * u64::from(shape.height);
    if (1..=MAX_PIXELS).contains(&pixels) {
        Ok(())
    } else {
        Err(ImageErrorKind::Pixels { shape, pixels })
    }
}

fn digits() -> Result<Pictures, ImageErrorKind> {
    let array = Array::read(DIGITS)?;
    let (_, columns) = array.rows_and_columns()?;
    let cells = array.cells::<u8>()?;
    let pixels = DIGITS_SHAPE.pixels() as usize;
    let rows = cells.chunks_exact(columns);
    let names = rows.clone().map(|row| format!("digit {}", row[pixels]));
    let values = rows.flat_map(|row| row[..pixels].iter().copied().map(f64::from));
    collect(DIGITS_SHAPE, names.collect(), values.collect())
}

fn folder(path: &Path) -> Result<Pictures, ImageErrorKind> {
    let entries = fs::read_dir(path)?.collect::<Result<Vec<_>, _>>()?;
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    let file_name = |file: &Path| {
        let name = file.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    };
    let is_hidden = |file: &Path| file_name(file).starts_with('.');
    files.retain(|file| extension_is(file, "png") && !is_hidden(file) && !file.is_dir());
    files.sort_by(|a, b| natural(&file_name(a), &file_name(b)).then_with(|| a.cmp(b)));
    let mut values: Vec<f64> = Vec::new();
    let mut names = Vec::new();
    let mut shape: Option<Shape> = None;
    for file in &files {
        let why = |why| ImageErrorKind::Png {
            file: file_name(file),
            why,
        };
        let (found, mut pixels) = png_values(file).map_err(why)?;
        let expected = *shape.get_or_insert(found);
        if found != expected {
            return Err(ImageErrorKind::Sizes {
                file: file_name(file),
                found,
                first: file_name(&files[0]),
                expected,
            });
        }
        let cells = values.len() as u64 + pixels.len() as u64;
        if cells > MAX_VALUES {
            return Err(ImageErrorKind::Values { cells });
        }
        values.append(&mut pixels);
        let stem = file.file_stem().unwrap_or_default();
        names.push(stem.to_string_lossy().into_owned());
    }
    collect(shape.ok_or(ImageErrorKind::NoPng)?, names, values)
}

/// The order of names: numbers in them by their size, all else by its characters.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    while let (Some(first), Some(second)) = (a.chars().next(), b.chars().next()) {
        let digits = |name: &str| name.bytes().take_while(u8::is_ascii_digit).count();
        let ordering = match (digits(a), digits(b)) {
            (0, _) | (_, 0) => {
                (a, b) = (&a[first.len_utf8()..], &b[second.len_utf8()..]);
                first.cmp(&second)
            }
            (in_a, in_b) => {
                let numbers = [&a[..in_a], &b[..in_b]].map(|digits| digits.trim_start_matches('0'));
                (a, b) = (&a[in_a..], &b[in_b..]);
                let [one, other] = numbers;
                one.len().cmp(&other.len()).then_with(|| one.cmp(other))
            }
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    a.len().cmp(&b.len())
}

/// Size and grey values from 0 to 1 of a PNG.
fn png_values(path: &Path) -> Result<(Shape, Vec<f64>), String> {
    let bytes = input::read(path, MAX_PNG).map_err(|error| match error {
        FileError::Io { error, .. } => error.to_string(),
        FileError::Damaged { why, .. } => why,
        other => other.to_string(),
    })?;
    of_png(&bytes)
}

/// What is wrong with a PNG; the decoder's own words are for programmers.
fn in_words(error: &png::DecodingError) -> String {
    let why = match error {
        png::DecodingError::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            "it ends too early"
        }
        png::DecodingError::IoError(error) => return error.to_string(),
        png::DecodingError::LimitsExceeded => "it takes more memory than is allowed",
        png::DecodingError::Format(_) | png::DecodingError::Parameter(_) => {
            "its bytes are no sound PNG"
        }
    };
    why.to_owned()
}

/// Size and grey values from 0 to 1 of a PNG's bytes.
///
/// # Errors
/// What is wrong with it.
pub fn of_png(bytes: &[u8]) -> Result<(Shape, Vec<f64>), String> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    // Palettes become colours, 1 to 4 bits 8, and a transparent colour an alpha channel.
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(|error| in_words(&error))?;
    let shape = Shape {
        width: reader.info().width,
        height: reader.info().height,
    };
    check_shape(shape).map_err(|kind| kind.to_string())?;
    // The decoder takes its palette for whole colours, and for 256 at most, and panics if it is not.
    if let Some(palette) = &reader.info().palette
        && !(palette.len().is_multiple_of(3) && (3..=768).contains(&palette.len()))
    {
        return Err(format!(
            "its palette has {} bytes, allowed: 1 to 256 colours of three",
            palette.len()
        ));
    }
    let size = reader.output_buffer_size().ok_or("it is too large")?;
    let mut bytes = vec![0; size];
    let info = reader
        .next_frame(&mut bytes)
        .map_err(|error| in_words(&error))?;
    bytes.truncate(info.buffer_size());
    let (samples, most): (Vec<u32>, f64) = match info.bit_depth {
        png::BitDepth::Sixteen => {
            let pairs = bytes.chunks_exact(2);
            let pairs = pairs.map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]])));
            (pairs.collect(), 65_535.0)
        }
        _ => (bytes.into_iter().map(u32::from).collect(), 255.0),
    };
    let luma = |r: u32, g: u32, b: u32| f64::from(299 * r + 587 * g + 114 * b) / 1000.0;
    let grey = samples.chunks_exact(info.color_type.samples());
    let grey = grey.map(|pixel| match *pixel {
        [grey] => f64::from(grey) / most,
        [grey, alpha] => f64::from(grey) / most * f64::from(alpha) / most,
        [r, g, b] => luma(r, g, b) / most,
        [r, g, b, alpha] => luma(r, g, b) / most * f64::from(alpha) / most,
        _ => 0.0,
    });
    Ok((shape, grey.collect()))
}

fn array(path: &Path) -> Result<Pictures, ImageErrorKind> {
    let named = ["npy", "npz"].iter().any(|one| extension_is(path, one));
    if !named && matches!(Format::of_file(path), Ok(None)) {
        return Err(ImageErrorKind::Neither);
    }
    of_array(&npy::load(path, MAX_ARRAY)?)
}

/// Pictures of a `.npy`'s bytes.
///
/// # Errors
/// [`ImageErrorKind`].
pub fn of_array(bytes: &[u8]) -> Result<Pictures, ImageErrorKind> {
    let array = Array::read(bytes)?;
    let of = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    let (count, shape) = match *array.shape() {
        [count, pixels] => {
            let side = of(pixels.isqrt());
            if pixels == 0 || side as usize * side as usize != pixels {
                return Err(ImageErrorKind::NotSquare { pixels });
            }
            let shape = Shape {
                width: side,
                height: side,
            };
            (count, shape)
        }
        [count, height, width] => {
            let shape = Shape {
                width: of(width),
                height: of(height),
            };
            (count, shape)
        }
        ref sides => return Err(ImageErrorKind::Axes { count: sides.len() }),
    };
    if array.len() as u64 > MAX_VALUES {
        let cells = array.len() as u64;
        return Err(ImageErrorKind::Values { cells });
    }
    if count > MAX_PICTURES {
        return Err(ImageErrorKind::Count { count });
    }
    let names = (0..count).map(|number| number.to_string()).collect();
    collect(shape, names, array.numbers().collect())
}

impl From<NpyError> for ImageErrorKind {
    fn from(error: NpyError) -> Self {
        match error {
            NpyError::Io(error) => error.into(),
            NpyError::Empty => Self::Empty,
            other => Self::Npy(other.to_string()),
        }
    }
}

/// Pictures that cannot be used.
#[derive(Debug, Error)]
#[error("pictures {pictures}: {kind}")]
pub struct ImageError {
    /// Where they were looked for.
    pub pictures: Source,
    /// What is wrong.
    #[source]
    pub kind: ImageErrorKind,
}

/// What is wrong with pictures.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImageErrorKind {
    /// The file or folder cannot be read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Neither a folder nor an array.
    #[error("expected a folder of PNGs, a .npy or .npz array, or {DIGITS_NAME}")]
    Neither,
    /// A folder without PNGs.
    #[error("no .png in it")]
    NoPng,
    /// A PNG that cannot be read.
    #[error("{file}: {why}")]
    Png {
        /// Its name.
        file: String,
        /// Why.
        why: String,
    },
    /// Two PNGs of different sizes.
    #[error("{file} has {found} pixels, but {first} has {expected}; all must have one size")]
    Sizes {
        /// The one that differs from the first.
        file: String,
        /// Its size.
        found: Shape,
        /// The first one.
        first: String,
        /// The first one's size.
        expected: Shape,
    },
    /// No array in numpy's format.
    #[error("{0}")]
    Npy(String),
    /// An array of neither two nor three axes.
    #[error("an array of {count} axes, expected K x height x width, or K x pixels of squares")]
    Axes {
        /// How many it has.
        count: usize,
    },
    /// Rows that are no squares.
    #[error(
        "rows of {pixels} cells are no square pictures; expected K x height x width, or K x pixels of squares"
    )]
    NotSquare {
        /// Cells of a row.
        pixels: usize,
    },
    /// No picture in it.
    #[error("no picture in it")]
    Empty,
    /// Pictures too large, or without a pixel.
    #[error("a picture has {shape} = {pixels} pixels, allowed 1 to {MAX_PIXELS}")]
    Pixels {
        /// Its size.
        shape: Shape,
        /// Its pixels.
        pixels: u64,
    },
    /// Too many pictures.
    #[error("{count} pictures, allowed up to {MAX_PICTURES}")]
    Count {
        /// How many.
        count: usize,
    },
    /// Too many pixels in all.
    #[error("{cells} pixels in all, allowed up to {MAX_VALUES}")]
    Values {
        /// How many.
        cells: u64,
    },
    /// A value that is no usable number.
    #[error(
        "picture {picture} has {} at row {row}, column {column}, allowed finite numbers up to {LARGEST:e}",
        short(value.to_string())
    )]
    NotFinite {
        /// The picture.
        picture: String,
        /// Row, from 1.
        row: usize,
        /// Column, from 1.
        column: usize,
        /// The value.
        value: f64,
    },
    /// Nothing to be seen.
    #[error(
        "every pixel has the value {}, expected pictures with something in them",
        short(value.to_string())
    )]
    Flat {
        /// The value.
        value: f64,
    },
}
