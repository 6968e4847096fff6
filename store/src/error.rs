//! What can go wrong.

use core::fmt;

use crate::identity::Identity;

/// What went wrong with a store; `E` is the flash's own error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error<E> {
    /// The flash said no.
    Flash(E),
    /// A flash that this does not know how to use: reads must be of 1, 2, 4, 8 or 16 bytes, writes of a power of two up to 256,
    /// and pages (what is erased at once) of a power of two from 32 and the write on.
    Sizes {
        /// Bytes of the smallest read.
        read: usize,
        /// Bytes of the smallest write.
        write: usize,
        /// Bytes of a page.
        page: usize,
    },
    /// The range is not one of whole pages of this flash, or is longer than 1 GiB.
    Range {
        /// Its first byte.
        start: u32,
        /// The byte after its last.
        end: u32,
        /// Bytes of a page.
        page: usize,
        /// Bytes of the flash.
        capacity: usize,
    },
    /// Too few pages: a whole state is written before the one before it is erased.
    Pages {
        /// Pages of the range.
        got: u32,
        /// Pages that this state needs.
        least: u32,
    },
    /// The buffer is not as long as the state.
    Words {
        /// Words given.
        got: usize,
        /// Words of the state.
        expected: u32,
    },
    /// The store is of another memory. It is left as it is; [`Store::format`](crate::Store::format) makes room.
    Other {
        /// Whose it is.
        got: Identity,
        /// Whose it should be.
        expected: Identity,
    },
    /// The store was written by a program with another version of the format.
    Version {
        /// The version found; 1 is known here.
        got: u8,
    },
    /// What was read back is not what was written.
    Verify {
        /// Where the record starts, in bytes from the start of the flash.
        address: u32,
    },
    /// A record that is whole says what none can say: of the words lent, no one is to be used.
    Content {
        /// Its sequence number.
        sequence: u32,
    },
    /// 2^32 - 1 saves were made.
    End,
}

impl<E: fmt::Debug> fmt::Display for Error<E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flash(error) => write!(out, "the flash failed: {error:?}"),
            Self::Sizes { read, write, page } => write!(
                out,
                "reads of {read}, writes of {write} and pages of {page} bytes cannot hold a store: powers of two can, reads up to 16, \
                 writes up to 256, pages from 32 and a write on"
            ),
            Self::Range {
                start,
                end,
                page,
                capacity,
            } => write!(
                out,
                "bytes {start}..{end} are not whole pages of {page} bytes of a flash of {capacity} bytes, 1 GiB at most"
            ),
            Self::Pages { got, least } => {
                write!(
                    out,
                    "{got} pages, but a state of this size needs at least {least}"
                )
            }
            Self::Words { got, expected } => {
                write!(out, "a buffer of {got} words for a state of {expected}")
            }
            Self::Other { got, expected } => write!(
                out,
                "the flash holds the state of another memory ({got}), not of this one ({expected})"
            ),
            Self::Version { got } => write!(out, "a store of version {got}, where 1 is known"),
            Self::Verify { address } => {
                write!(
                    out,
                    "the record at byte {address} reads otherwise than it was written"
                )
            }
            Self::Content { sequence } => {
                write!(out, "save {sequence} is whole and says what none can say")
            }
            Self::End => out.write_str("no save after 2^32 - 1"),
        }
    }
}

impl<E: fmt::Debug> core::error::Error for Error<E> {}
