//! What every snapshot has, whatever its model: header, section table, CRC.

use core::fmt;

use crc::{CRC_32_ISO_HDLC, Crc};

use super::{FORMAT_VERSION, SnapshotError, coded, kwinner, recency, sketches, slots};
use crate::RESULTS_VERSION;

pub(super) const MAGIC: [u8; 8] = *b"slotless";

/// Words before the parameter block.
pub(super) const HEADER_WORDS: usize = 8;

/// The first section starts at a multiple of this: 32 bytes, what the widest flash controllers write at once.
pub(super) const ALIGN_WORDS: usize = 8;

/// A table of 1 KiB: a look-up for each byte, in place of eight steps without one.
static CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// What a snapshot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Kind {
    /// A K-winner network: [`KWinner`](crate::kwinner::KWinner).
    KWinner,
    /// A memory of recency levels: [`Recency`](crate::recency::Recency).
    Recency,
    /// A memory of plain slots: [`Slots`](crate::ring::Slots).
    Slots,
    /// A ring of coded patterns: [`Coded`](crate::ring::Coded).
    Coded,
    /// A ring of sketches: [`Sketches`](crate::ring::Sketches).
    Sketches,
}

impl Kind {
    /// All there are, in the order of their codes.
    pub(super) const ALL: [Self; 5] = [
        Self::KWinner,
        Self::Recency,
        Self::Slots,
        Self::Coded,
        Self::Sketches,
    ];

    /// Its code in the header.
    #[must_use]
    pub const fn code(self) -> u32 {
        match self {
            Self::KWinner => 1,
            Self::Recency => 2,
            Self::Slots => 3,
            Self::Coded => 4,
            Self::Sketches => 5,
        }
    }

    const fn of_code(code: u32) -> Option<Self> {
        match code {
            1 => Some(Self::KWinner),
            2 => Some(Self::Recency),
            3 => Some(Self::Slots),
            4 => Some(Self::Coded),
            5 => Some(Self::Sketches),
            _ => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KWinner => "K-winner network",
            Self::Recency => "memory of recency levels",
            Self::Slots => "memory of plain slots",
            Self::Coded => "ring of codes",
            Self::Sketches => "ring of sketches",
        })
    }
}

/// What a section holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SectionKind {
    /// The position in the stream: the number of patterns learned, 2 words.
    Position,
    /// Fan-in masks.
    Masks,
    /// Weights.
    Weights,
    /// Rows of cells.
    Rows,
    /// Patterns, one a slot.
    Patterns,
    /// Classes of patterns, a byte a slot.
    Classes,
    /// Codes of patterns, and where they are.
    Codes,
    /// Sketches of patterns.
    Sketches,
}

impl SectionKind {
    /// Its code in the section table.
    #[must_use]
    pub const fn code(self) -> u32 {
        match self {
            Self::Position => 1,
            Self::Masks => 2,
            Self::Weights => 3,
            Self::Rows => 4,
            Self::Patterns => 5,
            Self::Classes => 6,
            Self::Codes => 7,
            Self::Sketches => 8,
        }
    }

    const fn of_code(code: u32) -> Option<Self> {
        match code {
            1 => Some(Self::Position),
            2 => Some(Self::Masks),
            3 => Some(Self::Weights),
            4 => Some(Self::Rows),
            5 => Some(Self::Patterns),
            6 => Some(Self::Classes),
            7 => Some(Self::Codes),
            8 => Some(Self::Sketches),
            _ => None,
        }
    }
}

/// An entry of the section table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Section {
    /// What it holds.
    pub kind: SectionKind,
    /// Where it starts, in words from the start of the snapshot.
    pub offset: u32,
    /// Its length, in words.
    pub words: u32,
}

/// A snapshot, borrowed where it lies.
///
/// What is open has a sound header and table, parameters in range, and sections of the sizes that they ask for; from the
/// verifying constructors also the right CRC.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot<'a> {
    words: &'a [u32],
    version: u32,
    kind: Kind,
    pub(super) parameters: &'a [u32],
    pub(super) table: &'a [[u32; 3]],
    state: &'a [u32],
    crc: u32,
}

/// The words of the header that are not the same in every snapshot.
struct Header {
    version: u32,
    kind: Kind,
    total: u32,
    parameters: u32,
    sections: u32,
}

impl<'a> Snapshot<'a> {
    /// Opens the bytes of a snapshot, all of them and no more, after reading each once.
    ///
    /// They have to lie at a multiple of 4 bytes: [`include_snapshot!`](crate::include_snapshot) sees to that, and where
    /// it cannot be had [`Snapshot::copy`] does.
    ///
    /// # Errors
    /// [`SnapshotError`] says what is wrong, the header before the content; [`SnapshotError::BigEndian`] on machines of
    /// that order.
    pub fn open(bytes: &'a [u8]) -> Result<Self, SnapshotError> {
        Self::from_words(borrow(bytes)?)
    }

    /// [`Snapshot::open`] without the CRC: reads the header and the section table, and no more.
    ///
    /// # Errors
    /// Those of [`Snapshot::open`] but for [`SnapshotError::Crc`].
    pub fn open_unverified(bytes: &'a [u8]) -> Result<Self, SnapshotError> {
        Self::from_words_unverified(borrow(bytes)?)
    }

    /// Opens the words of a snapshot, such as a static array, after reading each once. Words are numbers: this works on
    /// machines of either order.
    ///
    /// # Errors
    /// [`SnapshotError`] says what is wrong, the header before the content.
    pub fn from_words(words: &'a [u32]) -> Result<Self, SnapshotError> {
        let snapshot = Self::from_words_unverified(words)?;
        snapshot.verify()?;
        Ok(snapshot)
    }

    /// [`Snapshot::from_words`] without the CRC: reads the header and the section table, and no more.
    ///
    /// # Errors
    /// Those of [`Snapshot::from_words`] but for [`SnapshotError::Crc`].
    pub fn from_words_unverified(words: &'a [u32]) -> Result<Self, SnapshotError> {
        let snapshot = Self::parse(words)?;
        match snapshot.kind {
            Kind::KWinner => kwinner::check(&snapshot)?,
            Kind::Recency => recency::check(&snapshot)?,
            Kind::Slots => slots::check(&snapshot)?,
            Kind::Coded => coded::check(&snapshot)?,
            Kind::Sketches => sketches::check(&snapshot)?,
        }
        Ok(snapshot)
    }

    /// Opens the snapshot that a longer buffer begins with, such as a partition of flash: its header says how long it is,
    /// and what is behind it may be anything. Verified; says how many bytes it takes.
    ///
    /// The buffer has to lie at a multiple of 4 bytes, and need not have a multiple of 4 of them.
    ///
    /// ```
    /// use slotless_core::snapshot::{Snapshot, SnapshotError};
    ///
    /// /// A partition that is erased where nothing was written.
    /// fn trained(partition: &[u8]) -> Result<Option<Snapshot<'_>>, SnapshotError> {
    ///     match Snapshot::open_prefix(partition) {
    ///         Ok((snapshot, _)) => Ok(Some(snapshot)),
    ///         Err(SnapshotError::Magic { got: [0xff, ..] }) => Ok(None),
    ///         Err(error) => Err(error),
    ///     }
    /// }
    /// # assert!(matches!(trained(&[0xff; 64]), Ok(None)));
    /// ```
    ///
    /// # Errors
    /// Those of [`Snapshot::open`]; [`SnapshotError::Length`] for a buffer that ends before the snapshot does.
    pub fn open_prefix(bytes: &'a [u8]) -> Result<(Self, usize), SnapshotError> {
        let whole = bytes.len().saturating_sub(bytes.len() % 4);
        let words = borrow(bytes.get(..whole).unwrap_or(&[]))?;
        let (snapshot, words) = Self::from_words_prefix(words)?;
        Ok((snapshot, words.saturating_mul(4)))
    }

    /// [`Snapshot::open_prefix`] for words; says how many the snapshot takes. Works on machines of either order.
    ///
    /// # Errors
    /// Those of [`Snapshot::from_words`]; [`SnapshotError::Length`] for a buffer that ends before the snapshot does.
    pub fn from_words_prefix(words: &'a [u32]) -> Result<(Self, usize), SnapshotError> {
        let expected = Self::length(words)?;
        let got = words.len();
        let own = usize::try_from(expected).ok();
        let own = own.and_then(|length| words.get(..length));
        let own = own.ok_or(SnapshotError::Length { got, expected })?;
        Ok((Self::from_words(own)?, own.len()))
    }

    /// Copies the bytes of a snapshot, from any address and on machines of either order, into the first words of `into`
    /// and opens them there, verified.
    ///
    /// # Errors
    /// [`SnapshotError::Buffer`] if `into` is shorter than the snapshot, and those of [`Snapshot::from_words`].
    pub fn copy(bytes: &[u8], into: &'a mut [u32]) -> Result<Self, SnapshotError> {
        check_magic(bytes)?;
        let (chunks, []) = bytes.as_chunks::<4>() else {
            return Err(SnapshotError::Ragged { bytes: bytes.len() });
        };
        let got = into.len();
        let Some(words) = into.get_mut(..chunks.len()) else {
            return Err(SnapshotError::Buffer {
                got,
                needed: chunks.len(),
            });
        };
        for (word, &chunk) in words.iter_mut().zip(chunks) {
            *word = u32::from_le_bytes(chunk);
        }
        Self::from_words(words)
    }

    fn parse(words: &'a [u32]) -> Result<Self, SnapshotError> {
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

    /// Compares the CRC with the content, every word of it: what the unverified constructors leave out.
    ///
    /// # Errors
    /// [`SnapshotError::Crc`] if they differ.
    pub fn verify(&self) -> Result<(), SnapshotError> {
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

    /// The words of the snapshot that starts here, as its header says, so that a device knows how much to read before it
    /// does; [`Snapshot::open_prefix`] opens what is in reach.
    ///
    /// # Errors
    /// Those of the first eight words; whether there are as many words is not looked at.
    pub fn length(words: &[u32]) -> Result<u32, SnapshotError> {
        Header::read(words).map(|header| header.total)
    }

    /// The version of the format that it is written in, up to [`FORMAT_VERSION`].
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// What it holds.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The position in the stream: how many patterns the model has learned.
    #[must_use]
    pub fn learned(&self) -> u64 {
        match self.state {
            [low, high, ..] => u64::from(*low) | u64::from(*high) << 32,
            _ => 0,
        }
    }

    /// The sections, in their order.
    pub fn sections(&self) -> impl Iterator<Item = Section> + use<'a> {
        self.table.iter().filter_map(|&[kind, offset, words]| {
            Some(Section {
                kind: SectionKind::of_code(kind)?,
                offset,
                words,
            })
        })
    }

    /// The CRC that it carries.
    #[must_use]
    pub fn crc(&self) -> u32 {
        self.crc
    }

    /// All of its words.
    #[must_use]
    pub fn words(&self) -> &'a [u32] {
        self.words
    }

    /// The model's state: the words of all sections.
    #[must_use]
    pub fn state(&self) -> &'a [u32] {
        self.state
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

fn check_magic(bytes: &[u8]) -> Result<(), SnapshotError> {
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

fn borrow(bytes: &[u8]) -> Result<&[u32], SnapshotError> {
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
