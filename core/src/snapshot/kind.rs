//! What there is to be saved, and the parts of it.

use core::fmt;

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
    /// A recogniser that grows: [`Grow`](crate::recogniser::Grow).
    Grow,
    /// A ring of samples: [`recogniser::Ring`](crate::recogniser::Ring).
    Samples,
    /// A recogniser by class means: [`Means`](crate::recogniser::Means).
    Means,
}

impl Kind {
    /// All there are, in the order of their codes.
    pub(super) const ALL: [Self; 8] = [
        Self::KWinner,
        Self::Recency,
        Self::Slots,
        Self::Coded,
        Self::Sketches,
        Self::Grow,
        Self::Samples,
        Self::Means,
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
            Self::Grow => 6,
            Self::Samples => 7,
            Self::Means => 8,
        }
    }

    pub(super) const fn of_code(code: u32) -> Option<Self> {
        match code {
            1 => Some(Self::KWinner),
            2 => Some(Self::Recency),
            3 => Some(Self::Slots),
            4 => Some(Self::Coded),
            5 => Some(Self::Sketches),
            6 => Some(Self::Grow),
            7 => Some(Self::Samples),
            8 => Some(Self::Means),
            _ => None,
        }
    }

    /// Where in the state the number learned is, if it is kept.
    pub(super) const fn position(self) -> Option<usize> {
        match self {
            Self::Grow | Self::Means => None,
            Self::Samples => Some(1),
            _ => Some(0),
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
            Self::Grow => "recogniser that grows",
            Self::Samples => "ring of samples",
            Self::Means => "recogniser by class means",
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
    /// Of a recogniser: numbers, and the threshold.
    Counters,
    /// Samples, or what has become of them.
    Items,
    /// Labels of items, a byte each, and of those that grow their usefulness.
    Labels,
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
            Self::Counters => 9,
            Self::Items => 10,
            Self::Labels => 11,
        }
    }

    pub(super) const fn of_code(code: u32) -> Option<Self> {
        match code {
            1 => Some(Self::Position),
            2 => Some(Self::Masks),
            3 => Some(Self::Weights),
            4 => Some(Self::Rows),
            5 => Some(Self::Patterns),
            6 => Some(Self::Classes),
            7 => Some(Self::Codes),
            8 => Some(Self::Sketches),
            9 => Some(Self::Counters),
            10 => Some(Self::Items),
            11 => Some(Self::Labels),
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
