//! What is known of an item beside its texts: when it happened, who said it, where, and whatever else; and filters by it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};

/// What is known of an item beside its texts: a time, and tags, each a key with a value.
///
/// Any key may be used. [`Metadata::SPEAKER`], [`Metadata::SESSION`] and [`Metadata::NAMESPACE`] are those that programs agree on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    time: Option<u64>,
    tags: BTreeMap<String, String>,
}

/// Why a tag or a time is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MetadataError {
    /// A key that is empty, too long, or has a character that it may not have.
    #[error(
        "a tag's key is {key:?}, allowed 1 to {} bytes without blanks, controls and =",
        Metadata::LONGEST_KEY
    )]
    Key {
        /// The key.
        key: String,
    },
    /// A value that is blank, too long, or has controls.
    #[error(
        "the tag {key}: its value {why}, allowed 1 to {} bytes, not all blank, without controls",
        Metadata::LONGEST_VALUE
    )]
    Value {
        /// Its key.
        key: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Too many.
    #[error("an item with {count} tags, allowed up to {}", Metadata::MOST_TAGS)]
    Many {
        /// How many.
        count: usize,
    },
    /// The time 0.
    #[error("the time is the beginning of 1970, allowed later ones")]
    Time,
}

impl Metadata {
    /// Key of who said it.
    pub const SPEAKER: &str = "speaker";
    /// Key of the conversation that it is of.
    pub const SESSION: &str = "session";
    /// Key of whose it is: a user, a project.
    pub const NAMESPACE: &str = "namespace";
    /// Key of what it is about, of which there is one item in a namespace: what is put there takes its place.
    pub const KEY: &str = "key";

    /// Bytes of a key at most.
    pub const LONGEST_KEY: usize = 64;
    /// Bytes of a value at most.
    pub const LONGEST_VALUE: usize = 4096;
    /// Tags of an item at most.
    pub const MOST_TAGS: usize = 64;

    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With the time at which it happened, in milliseconds since 1970.
    ///
    /// # Errors
    /// [`MetadataError::Time`] for 0.
    pub fn with_time(mut self, time: u64) -> Result<Self, MetadataError> {
        if time == 0 {
            return Err(MetadataError::Time);
        }
        self.time = Some(time);
        Ok(self)
    }

    /// With a tag, in place of one of this key.
    ///
    /// # Errors
    /// [`MetadataError`] for a key of 0 or more than 64 bytes, or with a blank, a control or `=`; for a value of 0 or more than
    /// 4,096 bytes, or with a control, or all blank; for more than 64 tags.
    pub fn with(mut self, key: &str, value: &str) -> Result<Self, MetadataError> {
        check(key, value)?;
        self.tags.insert(key.to_owned(), value.to_owned());
        let count = self.tags.len();
        if count > Self::MOST_TAGS {
            return Err(MetadataError::Many { count });
        }
        Ok(self)
    }

    /// When it happened, in milliseconds since 1970.
    #[must_use]
    pub fn time(&self) -> Option<u64> {
        self.time
    }

    /// The value of a key.
    #[must_use]
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.tags.get(key).map(String::as_str)
    }

    /// Keys and values, by the keys' bytes.
    pub fn tags(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tags.iter().map(|(key, value)| (&**key, &**value))
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.time.is_none() && self.tags.is_empty()
    }

    /// Of what was checked.
    pub(super) fn of(time: Option<u64>, tags: BTreeMap<String, String>) -> Self {
        Self { time, tags }
    }

    /// The payload of a record: `id u64, time u64 (0: none), tags u32`, and for each, by ascending keys, `bytes of the key u16, bytes of the
    /// value u16`, key and value in UTF-8.
    pub(super) fn payload(&self, id: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(id.to_le_bytes());
        bytes.extend(self.time.unwrap_or(0).to_le_bytes());
        bytes.extend((self.tags.len() as u32).to_le_bytes());
        for (key, value) in self.tags() {
            bytes.extend((key.len() as u16).to_le_bytes());
            bytes.extend((value.len() as u16).to_le_bytes());
            bytes.extend(key.as_bytes());
            bytes.extend(value.as_bytes());
        }
        bytes
    }
}

fn check(key: &str, value: &str) -> Result<(), MetadataError> {
    let is_odd = |c: char| c == '=' || c.is_whitespace() || c.is_control();
    if key.is_empty() || key.len() > Metadata::LONGEST_KEY || key.contains(is_odd) {
        let mut key = key.to_owned();
        let end = key.floor_char_boundary(2 * Metadata::LONGEST_KEY);
        key.truncate(end);
        return Err(MetadataError::Key { key });
    }
    let why = if value.trim().is_empty() {
        "is empty"
    } else if value.len() > Metadata::LONGEST_VALUE {
        "is too long"
    } else if value.contains(char::is_control) {
        "has a control character"
    } else {
        return Ok(());
    };
    let key = key.to_owned();
    Err(MetadataError::Value { key, why })
}

impl Serialize for Metadata {
    /// A map of the tags, with `time` before them.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(None)?;
        if let Some(time) = self.time {
            map.serialize_entry("time", &time)?;
        }
        map.serialize_entry("tags", &self.tags)?;
        map.end()
    }
}

/// A description as it is read: checked, still bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Description<'a> {
    pub id: u64,
    /// 0 for none.
    pub time: u64,
    pub count: u32,
    tags: &'a [u8],
}

impl<'a> Description<'a> {
    /// The description of a payload, if all of it is what it should be.
    pub fn parse(payload: &'a [u8]) -> Option<Self> {
        let (head, tags) = payload.split_first_chunk::<20>()?;
        let word =
            |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let wide = |at: usize| u64::from(word(at)) | u64::from(word(at + 4)) << 32;
        let description = Self {
            id: wide(0),
            time: wide(8),
            count: word(16),
            tags,
        };
        if description.count as usize > Metadata::MOST_TAGS {
            return None;
        }
        let (mut rest, mut before) = (tags, None);
        for _ in 0..description.count {
            let (key, value, behind) = tag(rest)?;
            check(key, value).ok()?;
            // Ascending, so that one description is one sequence of bytes.
            if before.is_some_and(|before| before >= key) {
                return None;
            }
            (rest, before) = (behind, Some(key));
        }
        rest.is_empty().then_some(description)
    }

    /// Keys and values.
    pub fn tags(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let mut rest = self.tags;
        std::iter::from_fn(move || {
            let (key, value, behind) = tag(rest)?;
            rest = behind;
            Some((key, value))
        })
    }
}

/// The first tag of some, and what is behind it.
fn tag(bytes: &[u8]) -> Option<(&str, &str, &[u8])> {
    let (lengths, rest) = bytes.split_first_chunk::<4>()?;
    let length = |at: usize| usize::from(u16::from_le_bytes([lengths[at], lengths[at + 1]]));
    let (key, rest) = rest.split_at_checked(length(0))?;
    let (value, rest) = rest.split_at_checked(length(2))?;
    let text = |bytes| std::str::from_utf8(bytes).ok();
    Some((text(key)?, text(value)?, rest))
}

/// Which items take part: those with all of these tags, of a span of time.
///
/// An item's time is that of its [`Metadata`], or else when it was added; one that has neither is of no span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Filter {
    pub(super) tags: Vec<(String, String)>,
    pub(super) after: Option<u64>,
    pub(super) before: Option<u64>,
}

impl Filter {
    /// All items.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those whose tag `key` is `value`.
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.tags.push((key.to_owned(), value.to_owned()));
        self
    }

    /// Only those from a time on, in milliseconds since 1970.
    pub fn after(mut self, time: u64) -> Self {
        self.after = Some(time);
        self
    }

    /// Only those before a time.
    pub fn before(mut self, time: u64) -> Self {
        self.before = Some(time);
        self
    }

    /// Whether all items take part.
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }
}

/// As on the command line.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (key, value)) in self.tags.iter().enumerate() {
            let before = if at == 0 { "" } else { ", " };
            write!(f, "{before}{key}={value}")?;
        }
        Ok(())
    }
}
