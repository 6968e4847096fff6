//! Texts and vectors that are given, looked at before they are written.

use super::StoreError;
use super::record::{LONGEST, LONGEST_TEXT, Part, payload};
use super::unit::unit;
use crate::vectors;

/// What becomes of the lengths of vectors that are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lengths {
    /// They are scaled to 1.
    #[default]
    Scaled,
    /// They are 1, and the numbers are stored as they are: scaling again what was scaled moves a last bit here and there.
    Kept,
}

/// A text and its vector, of any length but 0: vectors are stored with length 1.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The text, not blank, up to a mebibyte.
    pub text: &'a str,
    /// Its vector, of as many numbers as the memory takes; none where that is none, and none of a target that is not to be asked on
    /// with ([`Store::chain`](crate::Store::chain)).
    pub vector: Option<&'a [f32]>,
}

pub(super) fn check_text(what: impl FnOnce() -> String, text: &str) -> Result<(), StoreError> {
    let why = if text.trim().is_empty() {
        "empty"
    } else if text.len() > LONGEST_TEXT {
        "longer than 1048576 bytes"
    } else {
        return Ok(());
    };
    Err(StoreError::Text { what: what(), why })
}

pub(super) fn checked_payload(
    id: u64,
    parts: &[Part<'_>],
    times: &[u64],
) -> Result<Vec<u8>, StoreError> {
    let payload = payload(id, parts, times);
    if payload.len() > LONGEST {
        let (what, why) = (
            "an item with its cues".to_owned(),
            "longer than 268435456 bytes",
        );
        return Err(StoreError::Text { what, why });
    }
    Ok(payload)
}

/// An entry, and how it is called.
pub(super) struct Checked<'a> {
    what: String,
    entry: Entry<'a>,
    /// It may have no vector though others have.
    may_lack: bool,
}

impl<'a> Checked<'a> {
    pub fn target(what: String, entry: Entry<'a>) -> Self {
        Self {
            what,
            entry,
            may_lack: true,
        }
    }

    pub fn cue(what: String, entry: Entry<'a>) -> Self {
        Self {
            what,
            entry,
            may_lack: false,
        }
    }
}

/// Texts with their vectors.
pub(super) fn parts<'a>(
    entries: &'a [Checked<'_>],
    vectors: &'a [Option<Vec<f32>>],
) -> impl Iterator<Item = Part<'a>> {
    entries.iter().zip(vectors).map(|(checked, vector)| Part {
        text: checked.entry.text,
        vector: vector.as_deref(),
    })
}

/// Vectors of unit length, of each entry one or none.
pub(super) fn scaled(
    entries: &[Checked<'_>],
    inputs: u32,
    lengths: Lengths,
) -> Result<Vec<Option<Vec<f32>>>, StoreError> {
    let of = |checked: &Checked<'_>| {
        let Checked {
            what,
            entry,
            may_lack,
        } = checked;
        let Some(vector) = entry.vector else {
            return match *may_lack || inputs == 0 {
                true => Ok(None),
                false => Err(StoreError::Length {
                    what: what.clone(),
                    found: 0,
                    expected: inputs as usize,
                }),
            };
        };
        let scaled = unit(what, vector, inputs)?;
        Ok(Some(match lengths {
            Lengths::Scaled => scaled,
            Lengths::Kept => kept(what, vector)?.to_vec(),
        }))
    };
    entries.iter().map(of).collect()
}

/// A vector of length 1, as it is.
fn kept<'a>(what: &str, vector: &'a [f32]) -> Result<&'a [f32], StoreError> {
    let length = vectors::length(vector);
    if !vectors::is_unit(length) {
        let why = format!(
            "{what}: the vector has length {length}, and to be stored as it is it must have 1"
        );
        return Err(StoreError::Setting(why));
    }
    Ok(vector)
}
