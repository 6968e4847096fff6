//! What a record of the log holds: texts, their vectors and their codes; bytes only, no files.
//!
//! The payload of an item, of an updated one and of further cues is alike, so that one reader serves all. Little-endian:
//!
//! ```text
//! id             u64
//! entries        u32     texts; of an item the target first, then its cues
//! times          u32     how many there are, 0 to 2
//! codes          entries x active x u16, each ascending
//! vectors        entries x inputs x f32, of unit length
//! lengths        entries x u32, bytes of each text
//! texts          UTF-8, one after the other
//! times          times x u64, milliseconds since 1970: when it was added, when it was updated; 0 if that is not known
//! ```
//!
//! That of a forgotten item is its id; that of a description is in [`metadata`](super::metadata).

use super::metadata::Description;

/// Bytes before the codes.
const HEAD: usize = 16;

/// Bytes that a text may have.
pub(super) const LONGEST_TEXT: usize = 1 << 20;

/// Bytes that a payload may have; a record is read as a whole.
pub(super) const LONGEST: usize = 1 << 28;

/// Times that a payload may have.
const TIMES: u32 = 2;

/// What a record does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A target and its cues.
    Item,
    /// Further cues of an item.
    Cues,
    /// An item is forgotten.
    Forget,
    /// A target and its cues, in place of those that an item had.
    Update,
    /// What is known of an item beside its texts, in place of what was.
    Describe,
}

impl Kind {
    /// Its number in a file.
    pub const fn code(self) -> u32 {
        match self {
            Self::Item => 1,
            Self::Cues => 2,
            Self::Forget => 3,
            Self::Update => 4,
            Self::Describe => 5,
        }
    }

    /// Of a number in a file.
    pub const fn of(code: u32) -> Option<Self> {
        match code {
            1 => Some(Self::Item),
            2 => Some(Self::Cues),
            3 => Some(Self::Forget),
            4 => Some(Self::Update),
            5 => Some(Self::Describe),
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

    /// Bytes of an entry, but for those of its text.
    pub fn each(self) -> usize {
        2 * self.active + 4 * self.inputs + 4
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

/// A text with its vector and code, to be written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub text: &'a str,
    pub vector: &'a [f32],
    pub code: &'a [u32],
}

/// The payload of an item, or of further cues, and the times at its end.
pub(super) fn payload(id: u64, parts: &[Part<'_>], times: &[u64]) -> Vec<u8> {
    let entries = u32::try_from(parts.len()).expect("fewer texts than LONGEST bytes");
    let mut bytes = Vec::new();
    bytes.extend(id.to_le_bytes());
    bytes.extend(entries.to_le_bytes());
    bytes.extend((times.len() as u32).to_le_bytes());
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
    bytes.extend(times.iter().flat_map(|time| time.to_le_bytes()));
    bytes
}

/// A record, as it is read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Record<'a> {
    Item(Entries<'a>),
    Cues(Entries<'a>),
    Forget(u64),
    Update(Entries<'a>),
    Describe(Description<'a>),
}

impl<'a> Record<'a> {
    /// The record of a payload, if it is one.
    pub fn parse(kind: Kind, payload: &'a [u8], shape: Shape) -> Option<Self> {
        Some(match kind {
            Kind::Item => Self::Item(Entries::parse(payload, shape, 2)?),
            Kind::Cues => Self::Cues(Entries::parse(payload, shape, 1)?),
            Kind::Forget => Self::Forget(u64::from_le_bytes(payload.try_into().ok()?)),
            Kind::Update => Self::Update(Entries::parse(payload, shape, 2)?),
            Kind::Describe => Self::Describe(Description::parse(payload)?),
        })
    }

    /// Whose record it is.
    pub fn id(self) -> u64 {
        match self {
            Self::Item(entries) | Self::Cues(entries) | Self::Update(entries) => entries.id,
            Self::Forget(id) => id,
            Self::Describe(description) => description.id,
        }
    }
}

/// When an item was added and last updated, in milliseconds since 1970, where that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// When it was added.
    pub added: Option<u64>,
    /// When it was updated last.
    pub updated: Option<u64>,
}

/// Texts with their codes and vectors, as they are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entries<'a> {
    pub id: u64,
    pub count: u32,
    shape: Shape,
    payload: &'a [u8],
}

impl<'a> Entries<'a> {
    /// Texts of a payload, if all of it is what it should be.
    pub fn parse(payload: &'a [u8], shape: Shape, least: u32) -> Option<Self> {
        let head = payload.get(..HEAD)?;
        let id = u64::from_le_bytes(head[..8].try_into().ok()?);
        let (count, times) = (word(&head[8..]), word(&head[12..]));
        let entries = count as usize;
        // No more entries than there are bytes for, so that no product below overflows.
        if times > TIMES || count < least || entries > payload.len() / shape.each() {
            return None;
        }
        let lengths = payload.get(shape.lengths(entries)..shape.texts(entries))?;
        let mut texts = payload.get(shape.texts(entries)..)?;
        for length in lengths.chunks_exact(4) {
            let (text, rest) = texts.split_at_checked(word(length) as usize)?;
            std::str::from_utf8(text).ok()?;
            texts = rest;
        }
        (texts.len() == 8 * times as usize).then_some(Self {
            id,
            count,
            shape,
            payload,
        })
    }

    /// The code of a text.
    pub fn code(self, entry: u32, code: &mut Vec<u32>) {
        code.clear();
        code.extend(self.units(entry));
    }

    /// The units of a text's code.
    pub fn units(self, entry: u32) -> impl Iterator<Item = u32> + use<'a> {
        let bytes = 2 * self.shape.active;
        let first = self.shape.codes() + entry as usize * bytes;
        let units = self.payload[first..first + bytes].chunks_exact(2);
        units.map(|unit| u32::from(u16::from_le_bytes([unit[0], unit[1]])))
    }

    /// The vector of a text.
    pub fn vector(self, entry: u32) -> impl Iterator<Item = f32> + use<'a> {
        let bytes = 4 * self.shape.inputs;
        let first = self.shape.vectors(self.count as usize) + entry as usize * bytes;
        let numbers = self.payload[first..first + bytes].chunks_exact(4);
        numbers.map(|number| f32::from_bits(word(number)))
    }

    /// A text.
    pub fn text(self, entry: u32) -> &'a str {
        let entries = self.count as usize;
        let lengths = &self.payload[self.shape.lengths(entries)..self.shape.texts(entries)];
        let length = |entry: usize| word(&lengths[4 * entry..]) as usize;
        let before: usize = (0..entry as usize).map(length).sum();
        let first = self.shape.texts(entries) + before;
        let bytes = &self.payload[first..first + length(entry as usize)];
        std::str::from_utf8(bytes).expect("checked when it was parsed")
    }

    /// Its times.
    pub fn times(self) -> Times {
        let count = word(&self.payload[12..]) as usize;
        let times = &self.payload[self.payload.len() - 8 * count..];
        let time = |at: usize| {
            let bytes = times.get(8 * at..8 * at + 8)?;
            let time = u64::from_le_bytes(bytes.try_into().ok()?);
            (time != 0).then_some(time)
        };
        Times {
            added: time(0),
            updated: time(1),
        }
    }
}

/// A little-endian word.
pub(super) fn word(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
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
        payload(1 << 40, &parts, &[0, 1 << 40])
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
        assert!(entries.vector(1).eq([0.25, 0.5, 0.75]));
        assert_eq!((entries.text(0), entries.text(1)), ("tärget", "a cue"));
        let times = Times {
            added: None,
            updated: Some(1 << 40),
        };
        assert_eq!(entries.times(), times);
    }

    #[test]
    fn no_other_bytes_are_a_record() {
        let bytes = example();
        for kind in [Kind::Item, Kind::Cues, Kind::Forget, Kind::Update] {
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
        let mut times = bytes.clone();
        times[12] = 3;
        times.extend([0; 8]);
        assert!(Record::parse(Kind::Item, &times, SHAPE).is_none());
        let mut no_text = bytes;
        let last = no_text.len() - 17;
        no_text[last] = 0xff;
        assert!(Record::parse(Kind::Item, &no_text, SHAPE).is_none());
        assert!(Kind::of(0).is_none() && Kind::of(6).is_none());
    }
}
