//! What every snapshot has, whatever its model: header, section table, CRC; and no more is looked at here.

use crc::{CRC_32_ISO_HDLC, Crc};

use super::kind::{Kind, SectionKind};
use super::{FORMAT_VERSION, SnapshotError};
use crate::RESULTS_VERSION;

pub(super) const MAGIC: [u8; 8] = *b"slotless";

/// Words before the parameter block.
pub(super) const HEADER_WORDS: usize = 8;

/// The first section starts at a multiple of this: 32 bytes, what the widest flash controllers write at once.
pub(super) const ALIGN_WORDS: usize = 8;

/// A table of 1 KiB: a look-up for each byte, in place of eight steps without one.
static CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// Words with a sound header and section table; what they are of is another matter.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    pub(super) words: &'a [u32],
    pub(super) version: u32,
    pub(super) kind: Kind,
    pub(super) parameters: &'a [u32],
    pub(super) table: &'a [[u32; 3]],
    pub(super) state: &'a [u32],
    pub(super) crc: u32,
}

/// The words of the header that are not the same in every snapshot.
struct Header {
    version: u32,
    kind: Kind,
    total: u32,
    parameters: u32,
    sections: u32,
}

impl<'a> Frame<'a> {
    pub(super) fn parse(words: &'a [u32]) -> Result<Self, SnapshotError> {
        let header = Header::read(words)?;
        let got = words.len();
        if u32::try_from(got) != Ok(header.total) {
            return Err(SnapshotError::Length {
                got,
                expected: header.total,
            });
        }
        let misfit = SnapshotError::Table {
            parameters: header.parameters,
            sections: header.sections,
            words: got,
        };
        // In u64, where numbers of 32 bits cannot overflow.
        let table = 3 * u64::from(header.sections);
        let start = (HEADER_WORDS as u64 + u64::from(header.parameters) + table)
            .next_multiple_of(ALIGN_WORDS as u64);
        let split = |words: &'a [u32], at: u64| {
            let at = usize::try_from(at).map_err(|_| misfit)?;
            words.split_at_checked(at).ok_or(misfit)
        };
        let (before, rest) = split(words, start)?;
        let (&crc, state) = rest.split_last().ok_or(misfit)?;
        let (_, before) = split(before, HEADER_WORDS as u64)?;
        let (parameters, before) = split(before, u64::from(header.parameters))?;
        let (table, padding) = split(before, table)?;
        if let Some(&got) = padding.iter().find(|&&word| word != 0) {
            return Err(SnapshotError::Padding { got });
        }
        let (table, _) = table.as_chunks();
        check_table(table, start as u32, header.total.saturating_sub(1))?;
        Ok(Self {
            words,
            version: header.version,
            kind: header.kind,
            parameters,
            table,
            state,
            crc,
        })
    }

    /// Checks that it is of a kind.
    pub(super) fn expect(&self, expected: Kind) -> Result<(), SnapshotError> {
        let got = self.kind;
        if got != expected {
            return Err(SnapshotError::OtherKind { got, expected });
        }
        Ok(())
    }

    /// Checks that the sections are these, of kinds and lengths.
    pub(super) fn check_sections(
        &self,
        sections: impl Iterator<Item = (SectionKind, usize)>,
    ) -> Result<(), SnapshotError> {
        let mut expected = sections.map(|(kind, words)| (kind.code(), words as u64));
        let mut found = self.table.iter().map(|&[kind, _, words]| (kind, words));
        let mut section = 0;
        loop {
            match (found.next(), expected.next()) {
                (None, None) => return Ok(()),
                (Some(got), Some(expected)) if (got.0, u64::from(got.1)) == expected => {
                    section += 1;
                }
                (got, expected) => {
                    return Err(SnapshotError::Section {
                        section,
                        got: got.unwrap_or_default(),
                        expected: expected.unwrap_or_default(),
                    });
                }
            }
        }
    }

    /// Compares the CRC with the content, every word of it.
    pub(super) fn verify(&self) -> Result<(), SnapshotError> {
        let content = self.words.split_last().map_or(&[][..], |(_, rest)| rest);
        let got = crc_of(content);
        if got == self.crc {
            return Ok(());
        }
        Err(SnapshotError::Crc {
            got,
            expected: self.crc,
        })
    }

    /// The words of the snapshot that starts here, as its header says.
    pub(super) fn length(words: &[u32]) -> Result<u32, SnapshotError> {
        Header::read(words).map(|header| header.total)
    }
}

impl Header {
    fn read(words: &[u32]) -> Result<Self, SnapshotError> {
        let Some(
            &[
                low,
                high,
                version,
                results,
                kind,
                total,
                parameters,
                sections,
            ],
        ) = words.first_chunk::<HEADER_WORDS>()
        else {
            return Err(SnapshotError::Short {
                bytes: size_of_val(words),
            });
        };
        check_magic(&(u64::from(low) | u64::from(high) << 32).to_le_bytes())?;
        if version == 0 || version > FORMAT_VERSION {
            return Err(SnapshotError::Version { got: version });
        }
        if results != RESULTS_VERSION {
            return Err(SnapshotError::Results { got: results });
        }
        let kind = Kind::of_code(kind).ok_or(SnapshotError::Kind { got: kind })?;
        Ok(Self {
            version,
            kind,
            total,
            parameters,
            sections,
        })
    }
}

pub(super) fn check_magic(bytes: &[u8]) -> Result<(), SnapshotError> {
    let Some(&got) = bytes.first_chunk::<8>() else {
        return Err(SnapshotError::Short { bytes: bytes.len() });
    };
    let [a, b, c, d, e, f, g, h] = got;
    if got == MAGIC {
        Ok(())
    } else if [d, c, b, a, h, g, f, e] == MAGIC {
        Err(SnapshotError::Swapped)
    } else {
        Err(SnapshotError::Magic { got })
    }
}

fn check_table(table: &[[u32; 3]], start: u32, end: u32) -> Result<(), SnapshotError> {
    let mut expected = start;
    let mut last = 0;
    for (section, &[_, got, words]) in (0..).zip(table) {
        if got != expected {
            return Err(SnapshotError::Offset {
                section,
                got,
                expected,
            });
        }
        let stop = u64::from(got) + u64::from(words);
        match u32::try_from(stop) {
            Ok(stop) if stop <= end => expected = stop,
            _ => {
                return Err(SnapshotError::Extent {
                    section,
                    got: stop,
                    end,
                });
            }
        }
        last = section;
    }
    if expected != end {
        return Err(SnapshotError::Extent {
            section: last,
            got: expected.into(),
            end,
        });
    }
    Ok(())
}

pub(super) fn borrow(bytes: &[u8]) -> Result<&[u32], SnapshotError> {
    check_magic(bytes)?;
    if cfg!(target_endian = "big") {
        return Err(SnapshotError::BigEndian);
    }
    bytemuck::try_cast_slice(bytes).map_err(|_| match bytes.as_ptr().addr() % 4 {
        0 => SnapshotError::Ragged { bytes: bytes.len() },
        past => SnapshotError::Misaligned { past },
    })
}

pub(super) fn crc_of<'a>(words: impl IntoIterator<Item = &'a u32>) -> u32 {
    let mut digest = CRC.digest();
    for word in words {
        digest.update(&word.to_le_bytes());
    }
    digest.finalize()
}
