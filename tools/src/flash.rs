//! The files that are flashed: flat bytes, Intel hex, UF2.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::elf::{Image, Segment};

/// Flash between segments, as erased.
const ERASED: u8 = 0xff;

/// Flash of the boards ends well below this; a wrong linker script does not make a file of gigabytes.
const MAX: u64 = 16 << 20;

/// Data bytes of a UF2 block: the RP2040 wants whole flash pages.
const PAGE: usize = 256;

/// Bytes of the RP2040's second-stage boot loader, with its checksum.
const BOOT2: usize = 256;

/// All of an image's segments in one run of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flat {
    /// Where the first byte goes.
    pub address: u32,
    pub bytes: Vec<u8>,
}

/// An image that cannot be flashed.
#[derive(Debug, thiserror::Error)]
pub enum FlashError {
    #[error("{path}: nothing in it goes to flash")]
    Empty { path: PathBuf },
    #[error("{path}: two segments overlap at {address:#010x}")]
    Overlap { path: PathBuf, address: u32 },
    #[error("{path}: its segments are spread over {span} bytes, {MAX} are allowed")]
    Span { path: PathBuf, span: u64 },
    #[error(
        "{path}: no second-stage boot loader: the checksum of its first 256 bytes is {expected:#010x}, not {got:#010x}"
    )]
    Boot {
        path: PathBuf,
        got: u32,
        expected: u32,
    },
    #[error("{path}: {error}")]
    Write { path: PathBuf, error: io::Error },
}

impl Flat {
    /// Joins the segments, which are in order of their addresses.
    pub fn new(image: &Image) -> Result<Self, FlashError> {
        Self::join(&image.path, &image.segments)
    }

    fn join(path: &Path, segments: &[Segment]) -> Result<Self, FlashError> {
        let owned = || path.to_owned();
        let [first, .., last] = segments else {
            let only = segments.first();
            let only = only.ok_or_else(|| FlashError::Empty { path: owned() })?;
            return Ok(Self {
                address: only.address,
                bytes: only.bytes.clone(),
            });
        };
        let end = u64::from(last.address) + last.bytes.len() as u64;
        let span = end - u64::from(first.address);
        if span > MAX {
            return Err(FlashError::Span {
                path: owned(),
                span,
            });
        }
        let mut bytes = Vec::new();
        for segment in segments {
            let at = (segment.address - first.address) as usize;
            if at < bytes.len() {
                return Err(FlashError::Overlap {
                    path: owned(),
                    address: segment.address,
                });
            }
            bytes.resize(at, ERASED);
            bytes.extend(&segment.bytes);
        }
        Ok(Self {
            address: first.address,
            bytes,
        })
    }
}

/// Writes `FOLDER/NAME.bin`, `.hex` and, where the board has a family, `.uf2`, and the image itself as `.elf`, which
/// decodes the log; says which.
pub fn write(image: &Image, folder: &Path) -> Result<Vec<PathBuf>, FlashError> {
    let flat = Flat::new(image)?;
    let mut files = vec![
        ("bin", flat.bytes.clone()),
        ("hex", hex(&image.segments).into_bytes()),
        ("elf", image.bytes.clone()),
    ];
    if let Some(family) = image.made_for.family {
        check_boot2(image, &flat)?;
        files.push(("uf2", uf2(&flat, family)));
    }
    let error = |path: &Path, error| FlashError::Write {
        path: path.to_owned(),
        error,
    };
    fs::create_dir_all(folder).map_err(|cause| error(folder, cause))?;
    let name = image.path.file_stem().unwrap_or_default();
    let mut written = Vec::new();
    for (extension, bytes) in files {
        let path = folder.join(name).with_extension(extension);
        fs::write(&path, bytes).map_err(|cause| error(&path, cause))?;
        written.push(path);
    }
    Ok(written)
}

/// Intel hex: data records of 16 bytes, a record of the address's upper half where it changes, and first of all, by
/// which drives that boards show up as know the format.
fn hex(segments: &[Segment]) -> String {
    let mut text = String::new();
    let mut upper = None;
    for segment in segments {
        let mut address = segment.address;
        let mut rest = &segment.bytes[..];
        while !rest.is_empty() {
            let half = (address >> 16) as u16;
            if upper != Some(half) {
                upper = Some(half);
                record(&mut text, 0, 4, &half.to_be_bytes());
            }
            // None crosses into another upper half.
            let length = rest
                .len()
                .min(16)
                .min(0x1_0000 - (address & 0xffff) as usize);
            let (now, later) = rest.split_at(length);
            record(&mut text, address as u16, 0, now);
            address = address.wrapping_add(length as u32);
            rest = later;
        }
    }
    record(&mut text, 0, 1, &[]);
    text
}

fn record(text: &mut String, address: u16, kind: u8, data: &[u8]) {
    let mut bytes = vec![data.len() as u8];
    bytes.extend(address.to_be_bytes());
    bytes.push(kind);
    bytes.extend(data);
    // The sum of all bytes is 0.
    let sum = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_sub(*byte));
    bytes.push(sum);
    text.push(':');
    text.extend(bytes.iter().map(|byte| format!("{byte:02X}")));
    text.push('\n');
}

/// UF2: blocks of 512 bytes, each with a page of the image, the last filled up as erased.
fn uf2(flat: &Flat, family: u32) -> Vec<u8> {
    /// The field behind the block numbers is the family.
    const WITH_FAMILY: u32 = 0x2000;
    let mut file = Vec::new();
    let blocks = flat.bytes.len().div_ceil(PAGE) as u32;
    for (number, page) in (0..).zip(flat.bytes.chunks(PAGE)) {
        let start = file.len();
        let address = flat.address + number * PAGE as u32;
        for word in [0x0a32_4655, 0x9e5d_5157, WITH_FAMILY, address] {
            file.extend(u32::to_le_bytes(word));
        }
        for word in [PAGE as u32, number, blocks, family] {
            file.extend(word.to_le_bytes());
        }
        file.extend(page);
        file.resize(start + 32 + PAGE, ERASED);
        file.resize(start + 508, 0);
        file.extend(0x0ab1_6f30_u32.to_le_bytes());
    }
    file
}

/// The RP2040 runs nothing whose first 252 bytes do not have the checksum that follows them.
fn check_boot2(image: &Image, flat: &Flat) -> Result<(), FlashError> {
    let mut first = flat.bytes.clone();
    first.resize(first.len().max(BOOT2), ERASED);
    let (code, sum) = first[..BOOT2].split_at(BOOT2 - 4);
    let got = u32::from_le_bytes([sum[0], sum[1], sum[2], sum[3]]);
    let expected = crc(code);
    if got != expected {
        return Err(FlashError::Boot {
            path: image.path.clone(),
            got,
            expected,
        });
    }
    Ok(())
}

/// CRC-32 of MPEG-2: from all ones, highest bit first, nothing inverted at the end.
fn crc(bytes: &[u8]) -> u32 {
    bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << 24, |sum, _| {
            sum << 1 ^ if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 }
        })
    })
}

#[cfg(test)]
#[path = "flash_tests.rs"]
mod tests;
