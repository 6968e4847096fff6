//! The bytes of records, and where they lie.

use core::ops::Range;

use crc::{CRC_32_ISO_HDLC, Crc, Digest};

use crate::error::Error;
use crate::identity;

static CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// Bytes of a header.
pub const HEADER: u32 = 16;
/// Bytes of what is before the state in a record of all of it: header and identity.
pub const BEFORE: u32 = HEADER + identity::BYTES as u32;
/// Version of the format.
pub const VERSION: u8 = 1;
/// How a header starts.
const MAGIC: [u8; 2] = *b"SL";
/// Most bytes of a range.
const MOST: u32 = 1 << 30;

/// What a record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The identity and all of the state.
    Whole,
    /// What has changed since the record before.
    Increment,
}

/// The start of a record.
#[derive(Clone, Copy, Debug)]
pub struct Header {
    pub version: u8,
    pub kind: Kind,
    pub sequence: u32,
    /// Bytes after it, without what fills the last write.
    pub length: u32,
    pub crc: u32,
}

impl Header {
    /// One whose CRC is that of the bytes after it, taken by `digest`.
    pub(crate) fn new(
        kind: Kind,
        sequence: u32,
        length: u32,
        digest: Digest<'static, u32>,
    ) -> Self {
        let mut header = Self {
            version: VERSION,
            kind,
            sequence,
            length,
            crc: 0,
        };
        header.crc = header.crc_after(digest);
        header
    }

    /// None where no record starts.
    pub(crate) fn from_bytes(bytes: &[u8; HEADER as usize]) -> Option<Self> {
        let &[
            a,
            b,
            version,
            kind,
            s0,
            s1,
            s2,
            s3,
            l0,
            l1,
            l2,
            l3,
            c0,
            c1,
            c2,
            c3,
        ] = bytes;
        if [a, b] != MAGIC {
            return None;
        }
        Some(Self {
            version,
            kind: match kind {
                1 => Kind::Whole,
                2 => Kind::Increment,
                _ => return None,
            },
            sequence: u32::from_le_bytes([s0, s1, s2, s3]),
            length: u32::from_le_bytes([l0, l1, l2, l3]),
            crc: u32::from_le_bytes([c0, c1, c2, c3]),
        })
    }

    pub(crate) fn to_bytes(self) -> [u8; HEADER as usize] {
        let [a, b] = MAGIC;
        let kind = match self.kind {
            Kind::Whole => 1,
            Kind::Increment => 2,
        };
        let [s0, s1, s2, s3] = self.sequence.to_le_bytes();
        let [l0, l1, l2, l3] = self.length.to_le_bytes();
        let [c0, c1, c2, c3] = self.crc.to_le_bytes();
        let version = self.version;
        [
            a, b, version, kind, s0, s1, s2, s3, l0, l1, l2, l3, c0, c1, c2, c3,
        ]
    }

    /// The CRC of a record with this header, its other bytes having been taken: it is of those, then of the header's first 12.
    pub(crate) fn crc_after(&self, mut digest: Digest<'static, u32>) -> u32 {
        let bytes = self.to_bytes();
        digest.update(bytes.first_chunk::<12>().unwrap_or(&[0; 12]));
        digest.finalize()
    }
}

/// A CRC to begin.
pub(crate) fn digest() -> Digest<'static, u32> {
    CRC.digest()
}

/// Where records may lie. Places are bytes from the start of the range, which go on from its end at its start: a place p and
/// p + `bytes` are the same.
#[derive(Clone, Copy, Debug)]
pub struct Geometry {
    /// The range's first byte in the flash.
    start: u32,
    /// Bytes of a page, as a power of two.
    shift: u32,
    pages: u32,
    /// Bytes of the range.
    pub bytes: u32,
    /// What records' starts and lengths are multiples of.
    align: u32,
    /// Bytes of a record of all of the state.
    pub whole: u32,
}

impl Geometry {
    pub(crate) fn new<E>(
        [read, write, page]: [usize; 3],
        capacity: usize,
        range: Range<u32>,
        words: u32,
    ) -> Result<Self, Error<E>> {
        let sizes = Error::Sizes { read, write, page };
        let powers = read.is_power_of_two() && write.is_power_of_two();
        let pages = page.is_power_of_two() && page >= write.max(32) && page <= MOST as usize;
        if !powers || !pages || read > 16 || write > 256 {
            return Err(sizes);
        }
        let align = read.max(write).max(4) as u32;
        let (shift, mask) = (page.trailing_zeros(), page as u32 - 1);
        let Range { start, end } = range;
        let bytes = end.saturating_sub(start);
        let whole_pages = (start | end) & mask == 0;
        if !whole_pages || bytes == 0 || bytes > MOST || end as usize > capacity {
            return Err(Error::Range {
                start,
                end,
                page,
                capacity,
            });
        }
        let mut geometry = Self {
            start,
            shift,
            pages: bytes >> shift,
            bytes,
            align,
            whole: 0,
        };
        let state = words.saturating_mul(4);
        geometry.whole = geometry.record((BEFORE - HEADER).saturating_add(state));
        let (got, least) = (
            geometry.pages,
            geometry.pages_of(geometry.whole).saturating_mul(2),
        );
        if got < least || state / 4 != words {
            return Err(Error::Pages { got, least });
        }
        Ok(geometry)
    }

    /// Bytes of a record with so many after its header, at most `MOST` and one.
    pub(crate) fn record(&self, length: u32) -> u32 {
        let mask = self.align - 1;
        let bytes = length.min(MOST) + HEADER;
        (bytes + mask) & !mask
    }

    /// Pages that so many bytes from the start of one take.
    pub(crate) fn pages_of(&self, bytes: u32) -> u32 {
        let rest = u32::from(bytes & self.mask() != 0);
        (bytes >> self.shift) + rest
    }

    /// The bits of a place within its page.
    fn mask(&self) -> u32 {
        !(u32::MAX << self.shift)
    }

    /// Whether a record of so many bytes at `end` of a log from `start` leaves the pages for a whole one after it.
    pub(crate) fn fits(&self, start: u32, end: u32, record: u32) -> bool {
        let after = end.saturating_sub(start).saturating_add(record);
        self.pages_of(after)
            .saturating_add(self.pages_of(self.whole))
            <= self.pages
    }

    /// Where a page starts, and whether there is one of that number.
    pub(crate) fn page_start(&self, number: u32) -> Option<u32> {
        (number < self.pages).then(|| number << self.shift)
    }

    /// Whether a page starts there.
    pub(crate) fn is_boundary(&self, place: u32) -> bool {
        place & self.mask() == 0
    }

    /// Where the page of a place ends.
    pub(crate) fn page_end(&self, place: u32) -> u32 {
        (place | self.mask()).saturating_add(1)
    }

    /// The start of the first page at a place or after it.
    pub(crate) fn next_page(&self, place: u32) -> u32 {
        let start = self.pages_of(place) << self.shift;
        self.within(start)
    }

    /// The place within the range.
    fn within(&self, place: u32) -> u32 {
        if place < self.bytes {
            place
        } else {
            place.saturating_sub(self.bytes)
        }
    }

    /// The address of a place in the flash, and how many bytes there are before the range or a page ends.
    pub(crate) fn address(&self, place: u32) -> (u32, u32) {
        let left = self.page_end(place).saturating_sub(place);
        (self.start.saturating_add(self.within(place)), left)
    }
}
