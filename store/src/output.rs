//! Bytes of a record on their way to flash.

use crc::Digest;

use crate::record;

/// Bytes that are written at once, at multiples of as many: a page of what most flash chips program.
pub const BUFFER: usize = 256;

/// What becomes of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pass {
    /// They are counted, their CRC is taken, and the first are kept.
    Measure,
    /// They are gathered to be written.
    Write,
}

/// Bytes of a record, measured or gathered.
pub struct Output {
    pass: Pass,
    /// Where the first byte of the buffer goes.
    place: u32,
    filled: usize,
    buffer: [u8; BUFFER],
    length: u32,
    digest: Digest<'static, u32>,
}

impl Output {
    /// One that measures.
    pub(crate) fn new() -> Self {
        Self {
            pass: Pass::Measure,
            place: 0,
            filled: 0,
            buffer: [0; BUFFER],
            length: 0,
            digest: record::digest(),
        }
    }

    /// From now on it measures.
    pub(crate) fn measure(&mut self) {
        self.pass = Pass::Measure;
        self.filled = 0;
        self.length = 0;
        self.digest = record::digest();
    }

    /// From now on it gathers bytes that go to a place and on from there.
    pub(crate) fn write(&mut self, place: u32) {
        self.pass = Pass::Write;
        self.place = place;
        self.filled = 0;
    }

    /// To be written at a place, a header and then what was measured, if it holds all of that.
    pub(crate) fn hold(&mut self, place: u32, header: &[u8]) -> bool {
        let (measured, before) = (self.length as usize, header.len());
        if self.pass != Pass::Measure || measured.saturating_add(before) > BUFFER {
            return false;
        }
        self.buffer.rotate_right(before);
        self.write(place);
        for (place, &byte) in self.buffer.iter_mut().zip(header) {
            *place = byte;
        }
        self.filled = measured.saturating_add(before);
        true
    }

    /// How many bytes were measured.
    pub(crate) fn length(&self) -> u32 {
        self.length
    }

    /// Their CRC so far.
    pub(crate) fn digest(&self) -> Digest<'static, u32> {
        self.digest.clone()
    }

    /// Takes as many bytes as there is room for, and gives back the others.
    pub(crate) fn take<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let room = match self.pass {
            Pass::Measure => {
                self.digest.update(bytes);
                self.length = self.length.saturating_add(bytes.len() as u32);
                BUFFER
            }
            Pass::Write => self.room(),
        };
        let room = room.saturating_sub(self.filled);
        let (now, later) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
        let free = self.buffer.get_mut(self.filled..).unwrap_or_default();
        for (place, &byte) in free.iter_mut().zip(now) {
            *place = byte;
        }
        self.filled = self.filled.saturating_add(now.len());
        match self.pass {
            Pass::Measure => &[],
            Pass::Write => later,
        }
    }

    /// Whether no more can be taken before it is written.
    pub(crate) fn is_full(&self) -> bool {
        self.pass == Pass::Write && self.filled >= self.room()
    }

    /// Fills the last unit of so many bytes, a power of two, as erased.
    pub(crate) fn fill(&mut self, unit: usize) {
        while self.filled & unit.saturating_sub(1) != 0 {
            let Some(place) = self.buffer.get_mut(self.filled) else {
                break;
            };
            *place = 0xff;
            self.filled = self.filled.saturating_add(1);
        }
    }

    /// Where its first byte goes.
    pub(crate) fn place(&self) -> u32 {
        self.place
    }

    /// The bytes to be written, from one of them on.
    pub(crate) fn bytes(&self, from: usize) -> Option<&[u8]> {
        self.buffer.get(from..self.filled)
    }

    /// They have been.
    pub(crate) fn flushed(&mut self) {
        self.place = self.place.saturating_add(self.filled as u32);
        self.filled = 0;
    }

    /// Bytes up to the next multiple of the buffer.
    fn room(&self) -> usize {
        BUFFER - self.place as usize % BUFFER
    }
}
