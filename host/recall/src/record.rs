//! What a record of the log holds: texts, their vectors and their codes; bytes only, no files.
//!
//! The payload of an item and of further cues is alike, so that one reader serves both. Little-endian:
//!
//! ```text
//! id             u64
//! entries        u32     texts; of an item the target first, then its cues
//! nothing        u32     0
//! codes          entries x active x u16, each ascending
//! vectors        entries x inputs x f32, of unit length
//! lengths        entries x u32, bytes of each text
//! texts          UTF-8, one after the other
//! ```
//!
//! That of a forgotten item is its id.

/// Bytes before the codes.
const HEAD: usize = 16;

/// Bytes that a text may have.
pub(super) const LONGEST_TEXT: usize = 1 << 20;

/// Bytes that a payload may have; a record is read as a whole.
pub(super) const LONGEST: usize = 1 << 28;

/// What a record does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A target and its cues.
    Item,
    /// Further cues of an item.
    Cues,
    /// An item is forgotten.
    Forget,
}

impl Kind {
    /// Its number in a file.
    pub const fn code(self) -> u32 {
        match self {
            Self::Item => 1,
            Self::Cues => 2,
            Self::Forget => 3,
        }
    }

    /// Of a number in a file.
    pub const fn of(code: u32) -> Option<Self> {
        match code {
            1 => Some(Self::Item),
            2 => Some(Self::Cues),
            3 => Some(Self::Forget),
            _ => None,
        }
    }
}

/// Sizes that all records of a log share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// Numbers of a vector.
    pub inputs: usize,
    /// Units of a code.
    pub active: usize,
}

impl Shape {
    fn codes(self) -> usize {
        HEAD
    }

    fn vectors(self, entries: usize) -> usize {
        self.codes() + 2 * entries * self.active
    }

    fn lengths(self, entries: usize) -> usize {
        self.vectors(entries) + 4 * entries * self.inputs
    }

    fn texts(self, entries: usize) -> usize {
        self.lengths(entries) + 4 * entries
    }

    /// Bytes of a payload, but for those of its texts.
    pub fn bytes(self, entries: usize) -> usize {
        self.texts(entries)
    }
}

/// Where one text with its vector lies in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// First byte of the payload.
    pub payload: u64,
    /// Texts in it.
    pub entries: u32,
    /// Which of them.
    pub entry: u32,
}

impl Place {
    /// First byte of the vector.
    pub fn vector(self, shape: Shape) -> u64 {
        let vectors = shape.vectors(self.entries as usize);
        self.payload + (vectors + 4 * self.entry as usize * shape.inputs) as u64
    }

    /// First byte of the table of lengths.
    pub fn lengths(self, shape: Shape) -> u64 {
        self.payload + shape.lengths(self.entries as usize) as u64
    }

    /// First byte of the text, and its length, from the table of lengths.
    pub fn text(self, shape: Shape, lengths: &[u8]) -> (u64, usize) {
        let length = |entry: usize| word(&lengths[4 * entry..]) as usize;
        let before: usize = (0..self.entry as usize).map(length).sum();
        let first = self.payload + (shape.texts(self.entries as usize) + before) as u64;
        (first, length(self.entry as usize))
    }
}

/// A text with its vector and code, to be written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub text: &'a str,
    pub vector: &'a [f32],
    pub code: &'a [u32],
}

/// The payload of an item, or of further cues.
pub(super) fn payload(id: u64, parts: &[Part<'_>]) -> Vec<u8> {
    let entries = u32::try_from(parts.len()).expect("fewer texts than LONGEST bytes");
    let mut bytes = Vec::new();
    bytes.extend(id.to_le_bytes());
    bytes.extend(entries.to_le_bytes());
    bytes.extend(0u32.to_le_bytes());
    for part in parts {
        // Units are below 65,536.
        bytes.extend(
            part.code
                .iter()
                .flat_map(|&unit| (unit as u16).to_le_bytes()),
        );
    }
    for part in parts {
        bytes.extend(part.vector.iter().flat_map(|number| number.to_le_bytes()));
    }
    for part in parts {
        bytes.extend((part.text.len() as u32).to_le_bytes());
    }
    for part in parts {
        bytes.extend(part.text.as_bytes());
    }
    bytes
}

/// A record, as it is read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Record<'a> {
    Item(Entries<'a>),
    Cues(Entries<'a>),
    Forget(u64),
}

impl<'a> Record<'a> {
    /// The record of a payload, if it is one.
    pub fn parse(kind: Kind, payload: &'a [u8], shape: Shape) -> Option<Self> {
        Some(match kind {
            Kind::Item => Self::Item(Entries::parse(payload, shape, 2)?),
            Kind::Cues => Self::Cues(Entries::parse(payload, shape, 1)?),
            Kind::Forget => Self::Forget(u64::from_le_bytes(payload.try_into().ok()?)),
        })
    }

    /// Whose record it is.
    pub fn id(self) -> u64 {
        match self {
            Self::Item(entries) | Self::Cues(entries) => entries.id,
            Self::Forget(id) => id,
        }
    }
}

/// Texts with their codes, as they are read. Vectors and texts are read from the file when they are wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entries<'a> {
    pub id: u64,
    pub count: u32,
    shape: Shape,
    payload: &'a [u8],
}

impl<'a> Entries<'a> {
    fn parse(payload: &'a [u8], shape: Shape, least: u32) -> Option<Self> {
        let head = payload.get(..HEAD)?;
        let id = u64::from_le_bytes(head[..8].try_into().ok()?);
        let (count, nothing) = (word(&head[8..]), word(&head[12..]));
        let entries = count as usize;
        // No more entries than bytes, so that no product below overflows.
        if nothing != 0 || count < least || entries > payload.len() {
            return None;
        }
        let lengths = payload.get(shape.lengths(entries)..shape.texts(entries))?;
        let mut texts = payload.get(shape.texts(entries)..)?;
        for length in lengths.chunks_exact(4) {
            let (text, rest) = texts.split_at_checked(word(length) as usize)?;
            std::str::from_utf8(text).ok()?;
            texts = rest;
        }
        texts.is_empty().then_some(Self {
            id,
            count,
            shape,
            payload,
        })
    }

    /// The code of a text.
    pub fn code(self, entry: u32, code: &mut Vec<u32>) {
        let bytes = 2 * self.shape.active;
        let first = self.shape.codes() + entry as usize * bytes;
        let units = self.payload[first..first + bytes].chunks_exact(2);
        code.clear();
        code.extend(units.map(|unit| u32::from(u16::from_le_bytes([unit[0], unit[1]]))));
    }
}

/// A little-endian word.
pub(super) fn word(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// Little-endian numbers.
pub(super) fn numbers(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes
        .chunks_exact(4)
        .map(|number| f32::from_bits(word(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape {
        inputs: 3,
        active: 2,
    };

    fn example() -> Vec<u8> {
        let parts = [
            Part {
                text: "tärget",
                vector: &[1.0, 0.0, -0.5],
                code: &[0, 65_535],
            },
            Part {
                text: "a cue",
                vector: &[0.25, 0.5, 0.75],
                code: &[7, 300],
            },
        ];
        payload(1 << 40, &parts)
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = example();
        let Some(Record::Item(entries)) = Record::parse(Kind::Item, &bytes, SHAPE) else {
            panic!("no item");
        };
        assert_eq!((entries.id, entries.count), (1 << 40, 2));
        let mut code = Vec::new();
        entries.code(0, &mut code);
        assert_eq!(code, [0, 65_535]);
        entries.code(1, &mut code);
        assert_eq!(code, [7, 300]);
        let place = Place {
            payload: 0,
            entries: 2,
            entry: 1,
        };
        let vector = place.vector(SHAPE) as usize;
        assert!(numbers(&bytes[vector..vector + 12]).eq([0.25, 0.5, 0.75]));
        let lengths = place.lengths(SHAPE) as usize;
        let (first, length) = place.text(SHAPE, &bytes[lengths..lengths + 8]);
        assert_eq!(&bytes[first as usize..][..length], b"a cue");
        assert_eq!(first as usize + length, bytes.len());
    }

    #[test]
    fn no_other_bytes_are_a_record() {
        let bytes = example();
        for kind in [Kind::Item, Kind::Cues, Kind::Forget] {
            for length in 0..bytes.len() {
                assert!(
                    kind == Kind::Forget && length == 8
                        || Record::parse(kind, &bytes[..length], SHAPE).is_none()
                );
            }
        }
        let mut many = bytes.clone();
        many[8..12].fill(0xff);
        assert!(Record::parse(Kind::Item, &many, SHAPE).is_none());
        let mut no_text = bytes;
        *no_text.last_mut().unwrap() = 0xff;
        assert!(Record::parse(Kind::Item, &no_text, SHAPE).is_none());
        assert!(Kind::of(0).is_none() && Kind::of(4).is_none());
    }
}
