//! What was done.

/// What a load restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[must_use]
pub struct Restored {
    sequence: u32,
    lost: u32,
}

impl Restored {
    pub(crate) const fn new(sequence: u32, lost: u32) -> Self {
        Self { sequence, lost }
    }

    /// The number of the save that was restored, from 1.
    #[must_use]
    pub const fn sequence(self) -> u32 {
        self.sequence
    }

    /// How many newer saves were found begun and are not whole, at least: the one that a power cut stopped, or records whose
    /// bytes have changed since, and all that build on them. None of them is in what was restored.
    #[must_use]
    pub const fn lost(self) -> u32 {
        self.lost
    }
}

/// How a save was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Written {
    /// Nothing had changed.
    Nothing,
    /// What had changed.
    Increment,
    /// All of the state.
    Whole,
}

/// What a save did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Saved {
    sequence: u32,
    written: Written,
    bytes: u32,
}

impl Saved {
    pub(crate) const fn new(sequence: u32, written: Written, bytes: u32) -> Self {
        Self {
            sequence,
            written,
            bytes,
        }
    }

    /// Its number, from 1; that of the last where nothing was written.
    #[must_use]
    pub const fn sequence(self) -> u32 {
        self.sequence
    }

    /// How it was written.
    #[must_use]
    pub const fn written(self) -> Written {
        self.written
    }

    /// Bytes written.
    #[must_use]
    pub const fn bytes(self) -> u32 {
        self.bytes
    }
}
