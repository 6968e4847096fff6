//! What is wrong with a snapshot.

use core::fmt;

use super::FORMAT_VERSION;
use super::frame::{HEADER_WORDS, MAGIC};
use super::kind::Kind;
use crate::RESULTS_VERSION;
use crate::kwinner::{ParamsError, SettingsError, WiringKind};
use crate::{recency, recogniser, ring};

/// What is wrong with a snapshot, or with the buffer it should go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SnapshotError {
    /// Too few bytes for any snapshot.
    Short {
        /// Bytes given.
        bytes: usize,
    },
    /// It does not start as a snapshot does.
    Magic {
        /// The first eight bytes.
        got: [u8; 8],
    },
    /// The bytes of each word are in reverse order: a big-endian machine wrote its words as they lay in memory.
    Swapped,
    /// The number of bytes is no multiple of 4.
    Ragged {
        /// Bytes given.
        bytes: usize,
    },
    /// The address is no multiple of 4.
    Misaligned {
        /// The address modulo 4.
        past: usize,
    },
    /// This machine is big-endian and cannot borrow words from little-endian bytes; [`Snapshot::copy`] them.
    ///
    /// [`Snapshot::copy`]: super::Snapshot::copy
    BigEndian,
    /// Another version of the format.
    Version {
        /// Version found; up to [`FORMAT_VERSION`] are read here.
        got: u32,
    },
    /// Another version of the results contract.
    Results {
        /// Version found; [`RESULTS_VERSION`] is what is computed here.
        got: u32,
    },
    /// No model of this kind is known.
    Kind {
        /// Code found.
        got: u32,
    },
    /// Another model than was asked for.
    OtherKind {
        /// The model in the snapshot.
        got: Kind,
        /// The one that was asked for.
        expected: Kind,
    },
    /// There are fewer or more words than the header says.
    Length {
        /// Words given.
        got: usize,
        /// Words that the header says.
        expected: u32,
    },
    /// Parameter block and section table do not fit the length.
    Table {
        /// Words of the parameter block, as the header says.
        parameters: u32,
        /// Number of sections, as the header says.
        sections: u32,
        /// Words there are.
        words: usize,
    },
    /// A word before the first section is not zero.
    Padding {
        /// The word.
        got: u32,
    },
    /// A section does not start where that before it ends.
    Offset {
        /// Number of the section, from 0.
        section: u32,
        /// Its offset, in words.
        got: u32,
        /// Where it should start.
        expected: u32,
    },
    /// A section reaches beyond the last word before the CRC, or the last one does not reach it.
    Extent {
        /// Number of the section, from 0.
        section: u32,
        /// Where it ends, in words.
        got: u64,
        /// Where the sections end.
        end: u32,
    },
    /// A section is not the one that the model has there.
    Section {
        /// Number of the section, from 0.
        section: u32,
        /// Its kind and length, in words; zeros for a section that is missing.
        got: (u32, u32),
        /// The kind and length that the parameters ask for; zeros for one that should not be.
        expected: (u32, u64),
    },
    /// The CRC is not that of the content.
    Crc {
        /// CRC of the content.
        got: u32,
        /// CRC that the snapshot carries.
        expected: u32,
    },
    /// The parameter block is not as long as that of the model.
    ParameterWords {
        /// Words found.
        got: u32,
        /// Words of such a model's block.
        expected: u32,
    },
    /// There are no weights of this many bits.
    Bits {
        /// Bits found.
        got: u32,
    },
    /// The weights are of another width than the type asked for.
    Width {
        /// Bits of a weight in the snapshot.
        got: u32,
        /// Bits of the type asked for.
        expected: u32,
    },
    /// The code of the rounding is unknown.
    Rounding {
        /// Code found.
        got: u32,
    },
    /// The code of the assignment is unknown.
    Assignment {
        /// Code found.
        got: u32,
    },
    /// The code of the wiring is unknown.
    Wiring {
        /// Code found.
        got: u32,
    },
    /// The network is wired otherwise than the type asked for.
    OtherWiring {
        /// Wiring of the network in the snapshot.
        got: WiringKind,
        /// Wiring of the type asked for.
        expected: WiringKind,
    },
    /// A parameter of a K-winner network is out of range.
    Params(ParamsError),
    /// One of a memory of recency levels is.
    Recency(recency::ParamsError),
    /// One of a memory of slots, or of a ring, is.
    Ring(ring::ParamsError),
    /// One of a recogniser is.
    Recogniser(recogniser::ParamsError),
    /// The code of the replacement is unknown.
    Replacement {
        /// Code found.
        got: u32,
    },
    /// The code of the replacement of samples is unknown.
    SampleReplacement {
        /// Code found.
        got: u32,
    },
    /// A parameter that this replacement does not have is not zero.
    Unused {
        /// The word.
        got: u32,
    },
    /// A buffer is too short for what should be copied into it.
    Buffer {
        /// Words given.
        got: usize,
        /// The fewest that do.
        needed: usize,
    },
    /// The model is larger than a snapshot can be: 2^32 - 1 words, with the header.
    TooLarge {
        /// Words that it would take.
        words: usize,
    },
}

impl From<SettingsError> for SnapshotError {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Width { got, expected } => Self::Width { got, expected },
            SettingsError::Wiring { got, expected } => Self::OtherWiring { got, expected },
            SettingsError::Params(error) => Self::Params(error),
        }
    }
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Short { bytes } => write!(
                f,
                "snapshot of {bytes} bytes, the header alone takes {}",
                4 * HEADER_WORDS
            ),
            Self::Magic { got } => {
                f.write_str("no snapshot: it starts with the bytes")?;
                got.iter().try_for_each(|byte| write!(f, " {byte:02x}"))?;
                f.write_str(", expected")?;
                MAGIC.iter().try_for_each(|byte| write!(f, " {byte:02x}"))
            }
            Self::Swapped => f.write_str(
                "snapshot with the bytes of its words reversed, expected the low byte first",
            ),
            Self::Ragged { bytes } => {
                write!(f, "snapshot of {bytes} bytes, expected a multiple of 4")
            }
            Self::Misaligned { past } => write!(
                f,
                "snapshot at an address {past} past a multiple of 4, expected a multiple of 4"
            ),
            Self::BigEndian => f.write_str(
                "snapshots are little-endian and this machine is not: it has to copy them",
            ),
            Self::Version { got } => {
                write!(
                    f,
                    "snapshot format {got}, this program reads 1 to {FORMAT_VERSION}"
                )
            }
            Self::Results { got } => write!(
                f,
                "snapshot of results version {got}, this program computes version {RESULTS_VERSION}"
            ),
            Self::Kind { got } => {
                write!(f, "snapshot of a model of kind {got}, allowed ")?;
                Kind::ALL.into_iter().try_for_each(|kind| {
                    let before = match kind {
                        Kind::KWinner => "",
                        Kind::Means => " and ",
                        _ => ", ",
                    };
                    write!(f, "{before}{} ({kind})", kind.code())
                })
            }
            Self::OtherKind { got, expected } => {
                write!(f, "snapshot of a {got}, expected a {expected}")
            }
            Self::Length { got, expected } => {
                write!(f, "snapshot of {got} words, its header says {expected}")
            }
            Self::Table {
                parameters,
                sections,
                words,
            } => write!(
                f,
                "{parameters} words of parameters and {sections} sections do not fit a snapshot of {words} words"
            ),
            Self::Padding { got } => write!(
                f,
                "word {got:#010x} between the section table and the first section, expected 0"
            ),
            Self::Offset {
                section,
                got,
                expected,
            } => write!(
                f,
                "section {section} starts at word {got}, expected {expected}"
            ),
            Self::Extent { section, got, end } => {
                write!(
                    f,
                    "section {section} ends at word {got}, the sections at {end}"
                )
            }
            Self::Section {
                section,
                got,
                expected,
            } => write!(
                f,
                "section {section} is of kind {} and {} words, the parameters ask for kind {} and {} words",
                got.0, got.1, expected.0, expected.1
            ),
            Self::Crc { got, expected } => {
                write!(f, "CRC {got:#010x}, the snapshot carries {expected:#010x}")
            }
            Self::ParameterWords { got, expected } => {
                write!(f, "{got} words of parameters, expected {expected}")
            }
            Self::Bits { got } => {
                write!(f, "weights of {got} bits, allowed 1, 2, 4, 8 and 16")
            }
            Self::Width { got, expected } => {
                write!(f, "weights of {got} bits, expected {expected}")
            }
            Self::Rounding { got } => {
                write!(f, "rounding {got}, allowed 0 (nearest) and 1 (stochastic)")
            }
            Self::Assignment { got } => write!(
                f,
                "assignment {got}, allowed 0 (competitive) and 1 (random-k)"
            ),
            Self::Wiring { got } => {
                write!(f, "wiring {got}, allowed 0 (random) and 1 (structured)")
            }
            Self::OtherWiring { got, expected } => {
                write!(f, "{got} wiring, expected {expected}")
            }
            Self::Params(error) => error.fmt(f),
            Self::Recency(error) => error.fmt(f),
            Self::Ring(error) => error.fmt(f),
            Self::Recogniser(error) => error.fmt(f),
            Self::Replacement { got } => write!(
                f,
                "replacement {got}, allowed 0 (ring), 1 (random), 2 (reservoir) and 3 (balanced)"
            ),
            Self::SampleReplacement { got } => write!(
                f,
                "replacement {got}, allowed 0 (ring), 1 (reservoir) and 2 (balanced)"
            ),
            Self::Unused { got } => write!(
                f,
                "{got} for classes or seed of a replacement that has none, expected 0"
            ),
            Self::Buffer { got, needed } => {
                write!(f, "buffer of {got} words, needed at least {needed}")
            }
            Self::TooLarge { words } => {
                write!(f, "snapshot of {words} words, allowed up to {}", u32::MAX)
            }
        }
    }
}

impl core::error::Error for SnapshotError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Params(error) => Some(error),
            Self::Recency(error) => Some(error),
            Self::Ring(error) => Some(error),
            Self::Recogniser(error) => Some(error),
            _ => None,
        }
    }
}
