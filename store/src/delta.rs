//! What has changed, as bytes: for each run of changed bytes how many there are between it and the one before (a number), how many
//! it has less 1 (a byte), and those bytes; after the last how many there are until the end of the state. No run crosses a multiple
//! of [`CHUNK`]. A number is groups of 7 bits, the low ones first; all bytes but the last have the highest bit.

use core::ops::Range;

/// Bytes of a state that are compared at once.
pub const CHUNK: usize = 128;

/// Most equal bytes within a run: to begin one takes two.
const WITHIN: usize = 2;

/// Most bytes of a number.
const NUMBER: usize = 5;

/// The first run of changed bytes at `from` or after it.
pub(crate) fn run(old: &[u8], new: &[u8], from: usize) -> Option<Range<usize>> {
    let (old, new) = (old.get(from..)?, new.get(from..)?);
    let mut pairs = old.iter().zip(new).enumerate();
    let start = pairs.find(|(_, (old, new))| old != new)?.0;
    let mut end = start + 1;
    for (at, (old, new)) in pairs {
        if at > end + WITHIN {
            break;
        }
        if old != new {
            end = at + 1;
        }
    }
    Some(from + start..from + end)
}

/// A number's bytes, and how many.
pub(crate) fn number(mut value: u32) -> ([u8; NUMBER], usize) {
    let mut bytes = [0; NUMBER];
    let mut length = 0;
    for byte in &mut bytes {
        length += 1;
        *byte = value as u8 & 0x7f;
        value >>= 7;
        if value == 0 {
            break;
        }
        *byte |= 0x80;
    }
    (bytes, length)
}

/// Where in a record reading is, and where in the state the next run starts.
#[derive(Clone, Copy, Debug)]
pub struct Cursor {
    /// Place of the next byte.
    pub at: u32,
    /// Byte of the state.
    pub position: u32,
}

impl Cursor {
    /// That of no record.
    pub const DONE: Self = Self {
        at: 0,
        position: u32::MAX,
    };
}

/// Bytes that are read ahead of what is taken byte by byte.
const AHEAD: u32 = 32;

/// Some bytes of a record.
#[derive(Debug)]
pub struct Window {
    /// Their place, a multiple of their number; `NOWHERE` at first.
    at: u32,
    bytes: [u8; AHEAD as usize],
}

/// No place is so far.
const NOWHERE: u32 = u32::MAX;

impl Window {
    pub(crate) const fn new() -> Self {
        Self {
            at: NOWHERE,
            bytes: [0; AHEAD as usize],
        }
    }

    /// The byte at a place, if it is one of these.
    #[inline]
    pub(crate) fn byte(&self, place: u32) -> Option<u8> {
        let number = place ^ self.at;
        self.bytes.get(number as usize).copied()
    }

    /// Its bytes are to be those around a place: from where on they are read.
    pub(crate) fn leave_for(&mut self, place: u32) -> u32 {
        self.at = NOWHERE;
        place & !(AHEAD - 1)
    }

    /// To be read to.
    pub(crate) fn bytes(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// They have been.
    pub(crate) fn arrive(&mut self, place: u32) {
        self.at = place & !(AHEAD - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_hold_all_changes_and_few_bytes_beside() {
        let old = [0; 12];
        let new = [0, 1, 0, 0, 2, 0, 0, 0, 3, 4, 0, 0];
        assert_eq!(run(&old, &new, 0), Some(1..5));
        assert_eq!(run(&old, &new, 5), Some(8..10));
        assert_eq!(run(&old, &new, 10), None);
        assert_eq!(run(&old, &old, 0), None);
    }

    #[test]
    fn numbers_take_a_byte_for_seven_bits() {
        for (value, expected) in [
            (0, &[0][..]),
            (127, &[0x7f]),
            (128, &[0x80, 1]),
            (300, &[0xac, 2]),
            (u32::MAX, &[0xff, 0xff, 0xff, 0xff, 0x0f]),
        ] {
            let (bytes, length) = number(value);
            assert_eq!(&bytes[..length], expected, "{value}");
        }
    }
}
