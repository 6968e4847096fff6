// A NOR flash in RAM: bits are cleared by writes and set by erasing pages, no unit is written twice, and power can fail in the middle
// of any write and erase. Of it are the tests' and the documentation's flashes.

use std::fmt;

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

/// Reads of `R` bytes, writes of `W`, pages of `E`.
#[derive(Clone)]
pub struct Flash<const R: usize, const W: usize, const E: usize> {
    pub bytes: Vec<u8>,
    /// Of each unit whether it was written since it was erased.
    used: Vec<bool>,
    /// Of each page how often it was erased.
    pub erases: Vec<u32>,
    pub written: u64,
    pub read: u64,
    /// Writes and erases done.
    pub operations: u32,
    pub cut: Option<Cut>,
    /// Units are written again without a word, and hold the ones that both writes have.
    pub again: bool,
    /// A byte that writes turn to 0.
    pub stuck: Option<usize>,
    /// There is no power.
    pub off: bool,
}

/// When power fails, and how far what is in progress then has come.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// In which of the writes and erases.
    pub operation: u32,
    /// How far it has come, in eighths.
    pub eighths: usize,
    /// What the bits of the unit in progress come to.
    pub seed: u64,
}

/// What the flash says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Off,
    Twice(u32),
    NotAligned,
    OutOfBounds,
}

impl NorFlashError for Refused {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::NotAligned => NorFlashErrorKind::NotAligned,
            Self::OutOfBounds => NorFlashErrorKind::OutOfBounds,
            _ => NorFlashErrorKind::Other,
        }
    }
}

impl<const R: usize, const W: usize, const E: usize> Flash<R, W, E> {
    /// One of so many pages that holds anything but erased pages.
    pub fn new(pages: usize) -> Self {
        let mut draws = Draws(pages as u64);
        Self {
            bytes: (0..pages * E).map(|_| draws.next() as u8).collect(),
            used: vec![true; pages * E / W],
            erases: vec![0; pages],
            written: 0,
            read: 0,
            operations: 0,
            cut: None,
            again: false,
            stuck: None,
            off: false,
        }
    }

    /// Whether power fails in this operation.
    fn fails(&mut self) -> Result<Option<Cut>, Refused> {
        if self.off {
            return Err(Refused::Off);
        }
        let now = self.cut.filter(|cut| cut.operation == self.operations);
        self.operations += 1;
        self.off = now.is_some();
        Ok(now)
    }

    fn check(&self, from: usize, to: usize, unit: usize) -> Result<(), Refused> {
        if !from.is_multiple_of(unit) || !to.is_multiple_of(unit) {
            return Err(Refused::NotAligned);
        }
        if from > to || to > self.bytes.len() {
            return Err(Refused::OutOfBounds);
        }
        Ok(())
    }

    fn program(&mut self, unit: usize, bytes: &[u8]) -> Result<(), Refused> {
        if self.used[unit] && !self.again {
            return Err(Refused::Twice((unit * W) as u32));
        }
        self.used[unit] = true;
        for (old, new) in self.bytes[unit * W..].iter_mut().zip(bytes) {
            *old &= new;
        }
        if let Some(at) = self.stuck.filter(|at| at / W == unit) {
            self.bytes[at] = 0;
        }
        self.written += W as u64;
        Ok(())
    }
}

impl<const R: usize, const W: usize, const E: usize> ErrorType for Flash<R, W, E> {
    type Error = Refused;
}

impl<const R: usize, const W: usize, const E: usize> ReadNorFlash for Flash<R, W, E> {
    const READ_SIZE: usize = R;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Refused> {
        let from = offset as usize;
        self.check(from, from + bytes.len(), R)?;
        if self.off {
            return Err(Refused::Off);
        }
        bytes.copy_from_slice(&self.bytes[from..from + bytes.len()]);
        self.read += bytes.len() as u64;
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl<const R: usize, const W: usize, const E: usize> NorFlash for Flash<R, W, E> {
    const WRITE_SIZE: usize = W;
    const ERASE_SIZE: usize = E;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Refused> {
        let (from, to) = (from as usize, to as usize);
        self.check(from, to, E)?;
        let cut = self.fails()?;
        for page in from / E..to / E {
            self.erases[page] += 1;
            let (start, end) = (page * E, (page + 1) * E);
            if let Some(cut) = cut {
                // Of all bits of the page some are set, the more the farther it has come; none of it can be written.
                let mut draws = Draws(cut.seed);
                for byte in &mut self.bytes[start..end] {
                    for bit in 0..8 {
                        if draws.next() as usize % 8 < cut.eighths {
                            *byte |= 1 << bit;
                        }
                    }
                }
                self.used[start / W..end / W].fill(true);
                return Err(Refused::Off);
            }
            self.bytes[start..end].fill(0xff);
            self.used[start / W..end / W].fill(false);
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Refused> {
        let from = offset as usize;
        self.check(from, from + bytes.len(), W)?;
        let cut = self.fails()?;
        let units = bytes.len() / W;
        let whole = cut.map_or(units, |cut| units * cut.eighths / 8);
        for (number, unit) in bytes.chunks(W).enumerate().take(whole) {
            self.program(from / W + number, unit)?;
        }
        let Some(cut) = cut else {
            return Ok(());
        };
        if let Some(unit) = bytes.chunks(W).nth(whole) {
            // Of the bits to be cleared some are, or none; it cannot be written again either way.
            let mut draws = Draws(cut.seed);
            let partly: Vec<u8> = match cut.seed % 2 {
                0 => vec![0xff; W],
                _ => unit.iter().map(|byte| byte | draws.next() as u8).collect(),
            };
            self.program(from / W + whole, &partly)?;
        }
        Err(Refused::Off)
    }
}

impl<const R: usize, const W: usize, const E: usize> fmt::Debug for Flash<R, W, E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Flash<{R}, {W}, {E}> of {} bytes", self.bytes.len())
    }
}

/// Numbers without pattern (SplitMix64).
pub struct Draws(pub u64);

impl Draws {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x ^ x >> 31) >> 16
    }
}
