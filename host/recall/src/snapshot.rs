//! The snapshot: what is in RAM, as a file, so that opening need not read the log from its start.
//!
//! It follows wholly from the log, and says which log and how much of it. Little-endian words:
//!
//! ```text
//! magic, format, which log (created u64, generation, random u64), place reached u64, chain there, where the record before that
//! place begins u64, next id u64, items, pairs
//! items        items x (id u64, place of the target, code of the target as active x u16, when it was added u64, length u32 of a
//!              description, which is that of a record: 0 where there is none)
//! pairs        pairs x (item u32, place of the cue, code of the cue as active x u16)
//! checksum     CRC-32 of all before
//! ```
//! A place is payload u64, entries u32, entry u32.

use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use slotless_core::attractor::{AttractorError, Params};

use super::log::{self, Identity, Mark};
use super::metadata::Description;
use super::record::Place;
use super::settings::FORMAT;
use super::table::Table;
use super::{StoreError, durable};
use slotless_files::{FileError, input};

/// Name of the file.
pub(super) const NAME: &str = "snapshot";

const MAGIC: [u8; 8] = *b"SLRSNP\r\n";

/// The log is read on from the snapshot's end; another is written when this many bytes of log are behind it,
const LEAST: u64 = 1 << 16;

/// and when that is this share of the log.
const SHARE: u64 = 8;

/// Whether it is time for another snapshot: what is behind the last is 64 KiB and an eighth of the log, or more. So opening
/// reads at most an eighth of a log, and all snapshots together are a few times as long as the last.
pub(super) fn is_due(reached: u64, end: u64) -> bool {
    let behind = end.saturating_sub(reached);
    behind >= LEAST && behind >= end / SHARE
}

/// Writes the snapshot of a table that holds the log up to a place.
pub(super) fn write(
    folder: &Path,
    identity: Identity,
    mark: Mark,
    table: &Table,
) -> Result<(), StoreError> {
    let path = folder.join(NAME);
    let bytes = bytes(identity, mark, table);
    durable::replace(&path, |file| file.write_all(&bytes))
        .map_err(|error| StoreError::io(&path, error))
}

fn bytes(identity: Identity, mark: Mark, table: &Table) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(MAGIC);
    bytes.extend(FORMAT.to_le_bytes());
    bytes.extend(identity.created.to_le_bytes());
    bytes.extend(identity.generation.to_le_bytes());
    bytes.extend(identity.random.to_le_bytes());
    bytes.extend(mark.at.to_le_bytes());
    bytes.extend(mark.chain.to_le_bytes());
    bytes.extend(mark.last.to_le_bytes());
    bytes.extend(table.next_id().to_le_bytes());
    bytes.extend((table.live_items() as u32).to_le_bytes());
    bytes.extend((table.live_pairs() as u32).to_le_bytes());
    let place = |bytes: &mut Vec<u8>, place: Place| {
        bytes.extend(place.payload.to_le_bytes());
        bytes.extend(place.entries.to_le_bytes());
        bytes.extend(place.entry.to_le_bytes());
    };
    let code = |bytes: &mut Vec<u8>, code: &[u32]| {
        bytes.extend(code.iter().flat_map(|&unit| (unit as u16).to_le_bytes()));
    };
    let mut numbers = vec![0u32; table.all_items()];
    for ((at, item), number) in table.items().zip(0..) {
        bytes.extend(item.id.to_le_bytes());
        place(&mut bytes, item.target);
        code(&mut bytes, table.target_code(at).unwrap_or_default());
        bytes.extend(table.added(at).to_le_bytes());
        let metadata = table.metadata(at);
        let description = match metadata.is_empty() {
            true => Vec::new(),
            false => metadata.payload(item.id),
        };
        bytes.extend((description.len() as u32).to_le_bytes());
        bytes.extend(description);
        numbers[at as usize] = number;
    }
    for (pair, row) in table.pairs() {
        bytes.extend(numbers[row.item as usize].to_le_bytes());
        place(&mut bytes, row.cue);
        code(&mut bytes, table.codes(pair).map_or(&[], |codes| codes.0));
    }
    bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
    bytes
}

/// A snapshot, as it is found.
#[derive(Debug)]
pub(super) enum Found {
    /// There is none of this log.
    None,
    /// The table, and the place in the log that it reached; whether the log has anything to do with it is another question.
    Sound(Box<Table>, Mark),
    /// It is damaged, as this says.
    Bad(String),
}

/// Reads the snapshot of a folder. `length` is that of the log, and `more` says how many further pairs to have room for, from
/// the place reached.
pub(super) fn read(
    folder: &Path,
    identity: Identity,
    params: Params,
    length: u64,
    more: impl FnOnce(u64) -> u32,
) -> Found {
    // Whatever is in it takes more room in the log.
    let bytes = match input::read(&folder.join(NAME), length.saturating_add(1 << 10)) {
        Ok(bytes) => bytes,
        Err(FileError::Io { error, .. }) if error.kind() == io::ErrorKind::NotFound => {
            return Found::None;
        }
        Err(FileError::Damaged { why, .. }) => return Found::Bad(why),
        // All of it is in the log.
        Err(error) => return Found::Bad(error.to_string()),
    };
    parse(&bytes, identity, params, length, more).unwrap_or_else(Found::Bad)
}

fn parse(
    bytes: &[u8],
    identity: Identity,
    params: Params,
    length: u64,
    more: impl FnOnce(u64) -> u32,
) -> Result<Found, String> {
    let wrong = |why: &str| why.to_owned();
    let short = || wrong("it ends within its header");
    let (bytes, crc) = bytes.split_last_chunk::<4>().ok_or_else(short)?;
    if crc32fast::hash(bytes) != u32::from_le_bytes(*crc) {
        return Err(wrong("its checksum is wrong"));
    }
    let mut reader = Reader(bytes);
    if reader.take::<8>() != Some(MAGIC) {
        return Err(wrong("it does not begin as a snapshot does"));
    }
    if reader.word() != Some(FORMAT) {
        // Of another version, which is no fault.
        return Ok(Found::None);
    }
    let mut read = || Some((reader.wide()?, reader.word()?, reader.wide()?));
    let (created, generation, random) = read().ok_or_else(short)?;
    let of = Identity {
        created,
        generation,
        random,
    };
    if of != identity {
        // Of the log before a compaction that was cut off.
        let is_older = created == identity.created && generation < identity.generation;
        return match is_older {
            true => Ok(Found::None),
            false => Err(wrong("it is of another log")),
        };
    }
    let mut header = || {
        let mark = Mark {
            at: reader.wide()?,
            chain: reader.word()?,
            last: reader.wide()?,
        };
        Some((mark, reader.wide()?, reader.word()?, reader.word()?))
    };
    let (mark, next_id, items, pairs) = header().ok_or_else(short)?;
    let code = 2 * u64::from(params.active());
    let least = u64::from(items) * (36 + code) + u64::from(pairs) * (20 + code);
    if least > reader.0.len() as u64 {
        let why = format!("{items} items and {pairs} pairs do not make its length");
        return Err(why);
    }
    let room = pairs.checked_add(more(mark.at));
    let room = room.ok_or_else(|| wrong("there are too many pairs"))?;
    let refused = |error: AttractorError| error.to_string();
    let mut table = Table::new(params, room).map_err(refused)?;
    let active = params.active() as usize;
    let mut targets = Vec::new();
    let places = log::PAYLOAD_FIRST..mark.at.min(length);
    let mut body = || {
        for _ in 0..items {
            let id = reader.wide().filter(|&id| id >= table.next_id())?;
            let place = reader.place(&places).filter(|_| id < next_id)?;
            reader.code(active, &mut targets)?;
            let added = reader.wide()?;
            let item = table.add_item(id, place, added);
            let length = reader.word()? as usize;
            let (description, rest) = reader.0.split_at_checked(length)?;
            reader.0 = rest;
            if length > 0 {
                let described = Description::parse(description).filter(|one| one.id == id)?;
                table.describe(item, described.time, described.tags());
            }
        }
        let mut cue = Vec::new();
        for _ in 0..pairs {
            let item = reader.word().filter(|&item| item < items)?;
            let place = reader.place(&places)?;
            cue.clear();
            reader.code(active, &mut cue)?;
            let target = &targets[item as usize * active..][..active];
            table.add_cue(item, place, &cue, target).ok()?;
        }
        let is_whole = table.items().all(|(_, item)| item.first != u32::MAX);
        (is_whole && reader.0.is_empty()).then_some(())
    };
    body().ok_or_else(|| wrong("it has what no log has"))?;
    table.skip_ids(next_id);
    Ok(Found::Sound(Box::new(table), mark))
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    fn word(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn wide(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    /// A place whose payload begins within a range.
    fn place(&mut self, range: &Range<u64>) -> Option<Place> {
        let place = Place {
            payload: self.wide()?,
            entries: self.word()?,
            entry: self.word()?,
        };
        (range.contains(&place.payload) && place.entry < place.entries).then_some(place)
    }

    fn code(&mut self, active: usize, code: &mut Vec<u32>) -> Option<()> {
        let (units, rest) = self.0.split_at_checked(2 * active)?;
        self.0 = rest;
        let units = units.chunks_exact(2);
        code.extend(units.map(|unit| u32::from(u16::from_le_bytes([unit[0], unit[1]]))));
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::metadata::Metadata;
    use super::*;

    const IDENTITY: Identity = Identity {
        created: 1 << 60,
        generation: 2,
        random: u64::MAX - 2,
    };
    const MARK: Mark = Mark {
        at: 1 << 33,
        chain: 5,
        last: 1 << 32,
    };
    const LENGTH: u64 = 1 << 34;

    fn params() -> Params {
        Params::builder(65_536, 2).seed(1).build().unwrap()
    }

    /// Three items with two, one and two cues, the second forgotten.
    fn example() -> Table {
        let mut table = Table::new(params(), 4).unwrap();
        let place = |payload, entry| Place {
            payload,
            entries: 3,
            entry,
        };
        let mut items = Vec::new();
        for id in [3, 7, 8] {
            let at = table.add_item(id, place(100 + id, 0), 1000 * id - 3000);
            items.push((at, [id as u32, 65_535]));
        }
        for (cue, item) in (0..).zip([0, 2, 1, 2, 0]) {
            let (at, target) = items[item];
            let code = [cue, 100 + cue];
            table
                .add_cue(at, place(100 + u64::from(cue), 1), &code, &target)
                .unwrap();
        }
        table.describe(2, 5, [("speaker", "Ann")].into_iter());
        assert!(table.forget(7).unwrap());
        table.skip_ids(20);
        table
    }

    /// Item, target and cue of a pair, their codes, and what is known of the item.
    type Row = (u64, [Place; 2], [Vec<u32>; 2], (u64, Metadata));

    fn rows(table: &Table) -> Vec<Row> {
        let row = |(pair, row): (u32, &super::super::table::PairRow)| {
            let (item, codes) = (table.item(row.item), table.codes(pair).unwrap());
            let codes = [codes.0.to_vec(), codes.1.to_vec()];
            let known = (table.added(row.item), table.metadata(row.item));
            (item.id, [item.target, row.cue], codes, known)
        };
        table.pairs().map(row).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::TempDir::new().unwrap();
        let table = example();
        write(folder.path(), IDENTITY, MARK, &table).unwrap();
        let of = |identity| read(folder.path(), identity, params(), LENGTH, |_| 0);
        let Found::Sound(read, mark) = of(IDENTITY) else {
            panic!("none");
        };
        assert_eq!(mark, MARK);
        assert_eq!(rows(&read), rows(&table));
        assert_eq!(rows(&read).len(), 4);
        assert_eq!((read.live_items(), read.next_id()), (2, 20));
        // Of the log before a compaction that was cut off, or of another one.
        let compacted = Identity {
            generation: IDENTITY.generation + 1,
            random: 1 << 40,
            ..IDENTITY
        };
        assert!(matches!(of(compacted), Found::None));
        for other in [
            Identity {
                created: 1,
                ..IDENTITY
            },
            Identity {
                generation: IDENTITY.generation - 1,
                ..IDENTITY
            },
            Identity {
                random: 1 << 40,
                ..IDENTITY
            },
        ] {
            assert!(matches!(of(other), Found::Bad(_)));
        }
        std::fs::remove_file(folder.path().join(NAME)).unwrap();
        assert!(matches!(of(IDENTITY), Found::None));
    }

    #[test]
    fn cut_or_changed_it_is_bad() {
        let bytes = bytes(IDENTITY, MARK, &example());
        let bad = |bytes: &[u8]| assert!(parse(bytes, IDENTITY, params(), LENGTH, |_| 0).is_err());
        (0..bytes.len()).for_each(|length| bad(&bytes[..length]));
        for at in 0..8 * bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at / 8] ^= 1 << (at % 8);
            bad(&flipped);
        }
    }

    #[test]
    fn one_that_lies_under_a_right_checksum_is_bad_before_it_takes_memory() {
        let bytes = bytes(IDENTITY, MARK, &example());
        let lie = |at: usize, with: &[u8]| {
            let mut bytes = bytes.clone();
            bytes[at..at + with.len()].copy_from_slice(with);
            let end = bytes.len() - 4;
            let crc = crc32fast::hash(&bytes[..end]).to_le_bytes();
            bytes[end..].copy_from_slice(&crc);
            parse(&bytes, IDENTITY, params(), LENGTH, |_| 0)
        };
        // Magic, format, identity, mark, next id.
        let counts = 8 + 4 + 20 + 20 + 8;
        let first = counts + 8;
        let described = first + 80;
        let pairs = described + 34;
        let all = [0xff; 8];
        for (at, with) in [
            (counts, &all[..4]),
            (counts + 4, &all[..4]),
            (counts, &all),
            // An item's number, and its place: payload, entries, entry.
            (first, &all),
            (first, &[20]),
            (first + 8, &all),
            (first + 8, &[0; 8]),
            (first + 16, &[0; 4]),
            (first + 20, &all[..4]),
            // Its code, the length of a description that is none, the second item's number, the length of its description, and in that: whose
            // it is, how many tags, a key's length, a key.
            (first + 24, &[255, 255]),
            (first + 36, &[1]),
            (first + 40, &[3, 0]),
            (first + 76, &[0]),
            (first + 76, &[35]),
            (described, &[9]),
            (described + 16, &[2]),
            (described + 20, &[8]),
            (described + 24, b"="),
            // A pair's item, place and code.
            (pairs, &[2]),
            (pairs + 4, &all),
            (pairs + 16, &[3]),
            (pairs + 20, &[200]),
        ] {
            assert!(lie(at, with).is_err(), "{at}");
        }
        assert!(matches!(lie(counts, &[2]), Ok(Found::Sound(..))));
        assert!(matches!(lie(8, &[1]), Ok(Found::None)));
    }

    #[test]
    fn snapshots_become_rarer_as_the_log_grows() {
        let (mut reached, mut written) = (0, 0);
        for end in (0..100 << 20).step_by(1000) {
            if is_due(reached, end) {
                (reached, written) = (end, written + 1);
            }
            assert!(end - reached < LEAST.max(end / SHARE) + 1000);
        }
        assert!(written < 60, "{written}");
    }
}
