//! The header of a log: which log it is, and what its memory was made with.

use std::path::Path;

use slotless_core::RESULTS_VERSION;
use slotless_core::words::Units;

use super::super::record::word;
use super::super::settings::{self, Settings, WITHOUT_CODES};
use super::{HEADER, StoreError};

const FILE_MAGIC: [u8; 8] = *b"SLRLOG\r\n";

/// Which log it is: two logs differ, even of the same folder before and after compaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Identity {
    /// Nanoseconds since 1970 at which the memory was made.
    pub created: u64,
    /// How often it was compacted.
    pub generation: u32,
    /// A number of its own, of a log that was begun in format 2.
    pub random: u64,
}

impl Identity {
    /// A number that no other log has.
    pub fn draw() -> u64 {
        use std::hash::{BuildHasher, RandomState};
        RandomState::new().hash_one(std::process::id())
    }
}

/// What the header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Header {
    /// Version of the format.
    pub format: u32,
    pub identity: Identity,
    /// Numbers below were given to items before this log was begun.
    pub next_id: u64,
    /// Settings, without the model.
    pub settings: Settings,
    /// Units of a code of each text, in a log of format 3 or before.
    pub codes: Option<u32>,
}

impl Header {
    pub(super) fn bytes(&self) -> [u8; HEADER] {
        let settings = &self.settings;
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.extend(FILE_MAGIC);
        bytes.extend(self.format.to_le_bytes());
        bytes.extend(RESULTS_VERSION.to_le_bytes());
        bytes.extend(self.identity.created.to_le_bytes());
        bytes.extend(self.identity.generation.to_le_bytes());
        // Where formats 1 to 3 have units, active units, taps and, below, a seed.
        for number in [
            settings.inputs,
            settings.words.as_ref().map_or(0, Units::bits),
            0,
            0,
        ] {
            bytes.extend(number.to_le_bytes());
        }
        let random = self.identity.random.to_le_bytes();
        bytes.extend(&random[..4]);
        bytes.extend(0u64.to_le_bytes());
        bytes.extend(self.next_id.to_le_bytes());
        bytes.extend(&random[4..]);
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes.try_into().expect("as many bytes as were counted")
    }

    /// Reads the header; its checksum is the chain's beginning.
    pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<(Self, u32), StoreError> {
        let damaged = |at, why: &str| StoreError::damaged(path, at, why);
        if bytes.len() < HEADER {
            let why = format!("it ends within its header of {HEADER} bytes");
            return Err(damaged(bytes.len() as u64, &why));
        }
        if bytes[..8] != FILE_MAGIC {
            return Err(damaged(0, "it does not begin as a log does"));
        }
        let at = |place: usize| word(&bytes[place..]);
        let wide = |place: usize| u64::from(at(place)) | u64::from(at(place + 4)) << 32;
        let crc = crc32fast::hash(&bytes[..HEADER - 4]);
        if crc != at(HEADER - 4) {
            return Err(damaged(0, "its header's checksum is wrong"));
        }
        settings::check_versions(path, at(8), at(12))?;
        let format = at(8);
        let (codes, words) = match format < WITHOUT_CODES {
            true => (Some(at(36)), Settings::new(0).words),
            false => {
                let words = match at(32) {
                    0 => None,
                    bits => Some(Units::new(bits).map_err(|why| damaged(32, &why.to_string()))?),
                };
                if (at(36), at(40), wide(48)) != (0, 0, 0) {
                    return Err(damaged(36, "its header has what no log has"));
                }
                (None, words)
            }
        };
        let header = Self {
            format,
            identity: Identity {
                created: wide(16),
                generation: at(24),
                random: u64::from(at(44)) | u64::from(at(64)) << 32,
            },
            next_id: wide(56),
            settings: Settings {
                inputs: at(28),
                words,
                model: None,
            },
            codes,
        };
        Ok((header, crc))
    }
}
