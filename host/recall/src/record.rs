//! What a record of the log holds: texts and vectors; bytes only, no files.
//!
//! The payload of an item, of an updated one and of further cues is alike, so that one reader serves all. Little-endian:
//!
//! ```text
//! id             u64
//! entries        u32     texts; of an item the target first, then its cues
//! with vectors   u32     the last so many texts have a vector: all of them, all but the target, or none
//! times          u32     how many there are, 0 to 2
//! vectors        with vectors x inputs x f32, of unit length
//! lengths        entries x u32, bytes of each text
//! texts          UTF-8, one after the other
//! times          times x u64, milliseconds since 1970: when it was added, when it was updated; 0 if that is not known
//! ```
//!
//! Up to format 3 every text has a vector, `with vectors` is not there, and before the vectors are `entries x active x u16`: codes, which
//! are passed over.
//!
//! That of a forgotten item is its id; that of a description is in [`metadata`](super::metadata).

use super::metadata::Description;

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
    /// Numbers of a vector; 0 where texts have none.
    pub inputs: usize,
    /// Units of a code, of a log of format 3 or before.
    pub codes: Option<usize>,
}

impl Shape {
    /// Bytes before the vectors.
    fn vectors(self, entries: usize) -> usize {
        match self.codes {
            None => 20,
            Some(active) => 16 + 2 * entries * active,
        }
    }

    fn lengths(self, entries: usize, vectors: usize) -> usize {
        self.vectors(entries) + 4 * vectors * self.inputs
    }

    /// Bytes of a payload whose texts have a vector each, but for those of its texts.
    pub fn bytes(self, entries: usize) -> usize {
        self.lengths(entries, entries) + 4 * entries
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

/// A text with its vector, if it has one, to be written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub text: &'a str,
    pub vector: Option<&'a [f32]>,
}

/// The payload of an item, or of further cues, and the times at its end.
pub(super) fn payload(id: u64, parts: &[Part<'_>], times: &[u64]) -> Vec<u8> {
    let number = |count: usize| u32::try_from(count).expect("fewer texts than LONGEST bytes");
    let vectors = || parts.iter().filter_map(|part| part.vector);
    let mut bytes = Vec::new();
    bytes.extend(id.to_le_bytes());
    bytes.extend(number(parts.len()).to_le_bytes());
    bytes.extend(number(vectors().count()).to_le_bytes());
    bytes.extend((times.len() as u32).to_le_bytes());
    for vector in vectors() {
        bytes.extend(vector.iter().flat_map(|number| number.to_le_bytes()));
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

/// Texts with their vectors, as they are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entries<'a> {
    pub id: u64,
    pub count: u32,
    /// The last so many have a vector.
    vectors: u32,
    times: u32,
    shape: Shape,
    payload: &'a [u8],
}

impl<'a> Entries<'a> {
    /// Texts of a payload, if all of it is what it should be.
    pub fn parse(payload: &'a [u8], shape: Shape, least: u32) -> Option<Self> {
        let head = payload.get(..shape.vectors(0))?;
        let id = u64::from_le_bytes(head[..8].try_into().ok()?);
        let count = word(&head[8..]);
        let (vectors, times) = match shape.codes {
            None => (word(&head[12..]), word(&head[16..])),
            Some(_) => (count, word(&head[12..])),
        };
        // No more entries than there are bytes for, so that no product below overflows.
        let each = 4 + 2 * shape.codes.unwrap_or(0);
        if times > TIMES || count < least || count as usize > payload.len() / each {
            return None;
        }
        // Of an item, whose texts are two or more, the target may have none.
        let is_right = match (shape.inputs, count.checked_sub(vectors)?) {
            (0, without) => without == count,
            (_, 0) => true,
            (_, without) => without == 1 && least == 2,
        };
        let room = payload.len() / (4 * shape.inputs.max(1));
        if !is_right || vectors as usize > room {
            return None;
        }
        let entries = Self {
            id,
            count,
            vectors,
            times,
            shape,
            payload,
        };
        let lengths = payload.get(entries.lengths()..entries.texts())?;
        let mut texts = payload.get(entries.texts()..)?;
        for length in lengths.chunks_exact(4) {
            let (text, rest) = texts.split_at_checked(word(length) as usize)?;
            std::str::from_utf8(text).ok()?;
            texts = rest;
        }
        (texts.len() == 8 * times as usize).then_some(entries)
    }

    fn lengths(self) -> usize {
        let (count, vectors) = (self.count as usize, self.vectors as usize);
        self.shape.lengths(count, vectors)
    }

    fn texts(self) -> usize {
        self.lengths() + 4 * self.count as usize
    }

    /// The vector of a text; none where it has none.
    pub fn vector(self, entry: u32) -> Option<impl Iterator<Item = f32> + use<'a>> {
        let place = entry.checked_sub(self.count - self.vectors)? as usize;
        let bytes = 4 * self.shape.inputs;
        let first = self.shape.vectors(self.count as usize) + place * bytes;
        let numbers = self.payload.get(first..first + bytes)?.chunks_exact(4);
        Some(numbers.map(|number| f32::from_bits(word(number))))
    }

    /// A text.
    pub fn text(self, entry: u32) -> &'a str {
        let lengths = &self.payload[self.lengths()..self.texts()];
        let length = |entry: usize| word(&lengths[4 * entry..]) as usize;
        let before: usize = (0..entry as usize).map(length).sum();
        let first = self.texts() + before;
        let bytes = &self.payload[first..first + length(entry as usize)];
        std::str::from_utf8(bytes).expect("checked when it was parsed")
    }

    /// Its times.
    pub fn times(self) -> Times {
        let count = self.times as usize;
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

    /// The payload as it is written today: without codes, the vectors as they are.
    pub fn in_this_format(self) -> Vec<u8> {
        let vectors: Vec<Option<Vec<f32>>> = (0..self.count)
            .map(|entry| self.vector(entry).map(Iterator::collect))
            .collect();
        let parts: Vec<Part<'_>> = (0..self.count)
            .zip(&vectors)
            .map(|(entry, vector)| Part {
                text: self.text(entry),
                vector: vector.as_deref(),
            })
            .collect();
        let times = &self.payload[self.payload.len() - 8 * self.times as usize..];
        let times = times.as_chunks::<8>().0.iter();
        let times: Vec<u64> = times.map(|bytes| u64::from_le_bytes(*bytes)).collect();
        payload(self.id, &parts, &times)
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
        codes: None,
    };

    /// An item whose target has a vector, or none.
    fn example(target: Option<&[f32]>) -> Vec<u8> {
        let parts = [
            Part {
                text: "tärget",
                vector: target,
            },
            Part {
                text: "a cue",
                vector: Some(&[0.25, 0.5, 0.75]),
            },
        ];
        payload(1 << 40, &parts, &[0, 1 << 40])
    }

    #[test]
    fn what_is_written_is_read() {
        for target in [None, Some([1.0, 0.0, -0.5])] {
            let bytes = example(target.as_ref().map(<[f32; 3]>::as_slice));
            let Some(Record::Item(entries)) = Record::parse(Kind::Item, &bytes, SHAPE) else {
                panic!("no item");
            };
            assert_eq!((entries.id, entries.count), (1 << 40, 2));
            let vector = |entry| entries.vector(entry).map(Iterator::collect::<Vec<f32>>);
            assert_eq!(vector(0), target.map(|numbers| numbers.to_vec()));
            assert_eq!(vector(1), Some(vec![0.25, 0.5, 0.75]));
            assert_eq!((entries.text(0), entries.text(1)), ("tärget", "a cue"));
            let times = Times {
                added: None,
                updated: Some(1 << 40),
            };
            assert_eq!(entries.times(), times);
            assert_eq!(entries.in_this_format(), bytes);
        }
        // Further cues have a vector each.
        assert!(Record::parse(Kind::Cues, &example(None), SHAPE).is_none());
    }

    #[test]
    fn texts_alone_are_a_record_where_vectors_have_no_numbers() {
        let parts = ["a", "b"].map(|text| Part { text, vector: None });
        let bytes = payload(7, &parts, &[]);
        let shape = Shape {
            inputs: 0,
            codes: None,
        };
        let Some(Record::Item(entries)) = Record::parse(Kind::Item, &bytes, shape) else {
            panic!("no item");
        };
        assert_eq!((entries.text(1), entries.vector(1).is_none()), ("b", true));
        assert!(Record::parse(Kind::Cues, &bytes, shape).is_some());
        assert!(Record::parse(Kind::Item, &bytes, SHAPE).is_none());
        assert!(Record::parse(Kind::Item, &example(None), shape).is_none());
    }

    /// As formats 1 to 3 had it: no count of vectors, and codes before them.
    #[test]
    fn codes_of_older_formats_are_passed_over() {
        let new = example(Some(&[1.0, 0.0, -0.5]));
        let mut old = new[..12].to_vec();
        old.extend(&new[16..20]);
        old.extend([0, 0, 1, 0, 2, 0, 3, 0]);
        old.extend(&new[20..]);
        let shape = Shape {
            inputs: 3,
            codes: Some(2),
        };
        let Some(Record::Item(entries)) = Record::parse(Kind::Item, &old, shape) else {
            panic!("no item");
        };
        assert_eq!(entries.in_this_format(), new);
        assert_eq!(shape.bytes(2), old.len() - "tärgeta cue".len() - 16);
    }

    #[test]
    fn no_other_bytes_are_a_record() {
        let bytes = example(None);
        for kind in [Kind::Item, Kind::Cues, Kind::Forget, Kind::Update] {
            for length in 0..bytes.len() {
                assert!(
                    kind == Kind::Forget && length == 8
                        || Record::parse(kind, &bytes[..length], SHAPE).is_none()
                );
            }
        }
        let changed = |at: usize, with: u32| {
            let mut bytes = bytes.clone();
            bytes[at..at + 4].copy_from_slice(&with.to_le_bytes());
            Record::parse(Kind::Item, &bytes, SHAPE).is_none()
        };
        assert!(changed(8, u32::MAX) && changed(8, 1) && changed(8, 3));
        assert!(changed(12, u32::MAX) && changed(12, 0) && changed(12, 2) && changed(12, 3));
        assert!(changed(16, 3) && changed(16, 1));
        let mut no_text = bytes;
        let last = no_text.len() - 17;
        no_text[last] = 0xff;
        assert!(Record::parse(Kind::Item, &no_text, SHAPE).is_none());
        assert!(Kind::of(0).is_none() && Kind::of(6).is_none());
    }
}
