//! The snapshot: what is in RAM, as a file, so that opening need not read the log from its start.
//!
//! It follows wholly from the log, and says which log and how much of it. Little-endian words:
//!
//! ```text
//! magic, format, which log (created u64, generation, random u64), place reached u64, chain there, where the record before that
//! place begins u64, next id u64, items, pairs
//! items        items x (id u64, place of the target, when it was added u64, length u32 of a description, which is that of a record: 0
//!              where there is none)
//! pairs        pairs x (item u32, place of the cue; where cues have vectors its scale f32 and inputs x i8; where words are compared
//!              how many units u32, and these ascending, u32 each)
//! checksum     CRC-32 of all before
//! ```
//! A place is payload u64, entries u32, entry u32.

use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use super::log::{self, Identity, Mark};
use super::metadata::Description;
use super::record::Place;
use super::settings::{FORMAT, Settings};
use super::table::{Table, Vector};
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
    let mut numbers = vec![0u32; table.all_items()];
    for ((at, item), number) in table.items().zip(0..) {
        bytes.extend(item.id.to_le_bytes());
        place(&mut bytes, item.target);
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
        if let Some(vectors) = table.vectors() {
            let (scale, numbers) = vectors.get(pair as usize);
            bytes.extend(scale.to_le_bytes());
            bytes.extend(numbers.map(i8::cast_unsigned));
        }
        if let Some(lexicon) = table.lexicon() {
            let units = lexicon.get(pair);
            bytes.extend((units.len() as u32).to_le_bytes());
            bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
        }
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
    settings: &Settings,
    length: u64,
    more: impl FnOnce(u64) -> usize,
) -> Found {
    // Whatever is in it takes more room in the log, but for words: one of two bytes has four here.
    let most = length.saturating_mul(4).saturating_add(1 << 10);
    let bytes = match input::read(&folder.join(NAME), most) {
        Ok(bytes) => bytes,
        Err(FileError::Io { error, .. }) if error.kind() == io::ErrorKind::NotFound => {
            return Found::None;
        }
        Err(FileError::Damaged { why, .. }) => return Found::Bad(why),
        // All of it is in the log.
        Err(error) => return Found::Bad(error.to_string()),
    };
    parse(&bytes, identity, settings, length, more).unwrap_or_else(Found::Bad)
}

fn parse(
    bytes: &[u8],
    identity: Identity,
    settings: &Settings,
    length: u64,
    more: impl FnOnce(u64) -> usize,
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
    let inputs = settings.inputs as usize;
    let of_vector = if inputs == 0 {
        0
    } else {
        4 + u64::from(settings.inputs)
    };
    let of_words = if settings.words.is_some() { 4 } else { 0 };
    let each = 20 + of_vector + of_words;
    let least = u64::from(items) * 36 + u64::from(pairs) * each;
    if least > reader.0.len() as u64 {
        let why = format!("{items} items and {pairs} pairs do not make its length");
        return Err(why);
    }
    let room = (pairs as usize).saturating_add(more(mark.at));
    let mut table = Table::new(settings, room);
    let places = log::PAYLOAD_FIRST..mark.at.min(length);
    let mut body = || {
        for _ in 0..items {
            let id = reader.wide().filter(|&id| id >= table.next_id())?;
            let place = reader.place(&places).filter(|_| id < next_id)?;
            let added = reader.wide()?;
            let item = table.add_item(id, place, added);
            let length = reader.word()? as usize;
            let description = reader.bytes(length)?;
            if length > 0 {
                let described = Description::parse(description).filter(|one| one.id == id)?;
                table.describe(item, described.time, described.tags());
            }
        }
        let mut has_cue = vec![false; items as usize];
        let mut words = Vec::new();
        for _ in 0..pairs {
            let item = reader.word().filter(|&item| item < items)?;
            let place = reader.place(&places)?;
            let vector = match inputs {
                0 => Vector::None,
                _ => {
                    let scale = f32::from_bits(reader.word()?);
                    Vector::Quantised(scale, reader.bytes(inputs)?)
                }
            };
            words.clear();
            if let Some(units) = &settings.words {
                let count = reader.word()? as usize;
                let bytes = reader.bytes(count.checked_mul(4)?)?;
                let numbers = bytes.as_chunks::<4>().0.iter();
                words.extend(numbers.map(|unit| u32::from_le_bytes(*unit)));
                let is_right = words.is_sorted_by(|a, b| a < b);
                words
                    .last()
                    .is_none_or(|&last| units.has(last))
                    .then_some(())?;
                is_right.then_some(())?;
            }
            has_cue[item as usize] = true;
            table.add_cue(item, place, vector, &words).ok()?;
        }
        let is_whole = has_cue.iter().all(|&has| has);
        (is_whole && reader.0.is_empty()).then_some(())
    };
    body().ok_or_else(|| wrong("it has what no log has"))?;
    table.skip_ids(next_id);
    Ok(Found::Sound(Box::new(table), mark))
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
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

    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use slotless_core::words::Units;

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

    fn settings(inputs: u32, words: Option<u32>) -> Settings {
        Settings {
            words: words.and_then(|bits| Units::new(bits).ok()),
            ..Settings::new(inputs)
        }
    }

    /// Vectors of two numbers, and words of 16 bits.
    fn both() -> Settings {
        settings(2, Some(16))
    }

    /// Three items with two, one and two cues, the second forgotten.
    fn example(settings: &Settings) -> Table {
        let mut table = Table::new(settings, 4);
        let place = |payload, entry| Place {
            payload,
            entries: 3,
            entry,
        };
        let mut items = Vec::new();
        for id in [3, 7, 8] {
            items.push(table.add_item(id, place(100 + id, 0), 1000 * id - 3000));
        }
        for (cue, item) in (0..).zip([0, 2, 1, 2, 0]) {
            let numbers = [1.0, cue as f32];
            let vector = match settings.inputs {
                0 => Vector::None,
                _ => Vector::Whole(&numbers),
            };
            let place = place(100 + u64::from(cue), 1);
            let added = table.add_cue(items[item], place, vector, &[7, 100 + cue]);
            added.unwrap();
        }
        table.describe(2, 5, [("speaker", "Ann")].into_iter());
        assert!(table.forget(7));
        table.skip_ids(20);
        table
    }

    /// Item, target and cue of a pair, its vector and words, and what is known of the item.
    type Row = (
        u64,
        [Place; 2],
        Option<(f32, Vec<i8>)>,
        Vec<u32>,
        (u64, Metadata),
    );

    fn rows(table: &Table) -> Vec<Row> {
        let row = |(pair, row): (u32, &super::super::table::PairRow)| {
            let item = table.item(row.item);
            let vector = table.vectors().map(|vectors| {
                let (scale, numbers) = vectors.get(pair as usize);
                (scale, numbers.collect())
            });
            let words = table.lexicon().map(|lexicon| lexicon.get(pair).to_vec());
            let known = (table.added(row.item), table.metadata(row.item));
            let places = [item.target, row.cue];
            (item.id, places, vector, words.unwrap_or_default(), known)
        };
        table.pairs().map(row).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::TempDir::new().unwrap();
        for settings in [settings(2, None), settings(0, Some(16)), both()] {
            let table = example(&settings);
            write(folder.path(), IDENTITY, MARK, &table).unwrap();
            let Found::Sound(read, mark) = read(folder.path(), IDENTITY, &settings, LENGTH, |_| 0)
            else {
                panic!("none");
            };
            assert_eq!((mark, rows(&read)), (MARK, rows(&table)));
        }
        let (table, settings) = (example(&both()), both());
        let of = |identity| read(folder.path(), identity, &settings, LENGTH, |_| 0);
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
        let bytes = bytes(IDENTITY, MARK, &example(&both()));
        let bad = |bytes: &[u8]| assert!(parse(bytes, IDENTITY, &both(), LENGTH, |_| 0).is_err());
        (0..bytes.len()).for_each(|length| bad(&bytes[..length]));
        for at in 0..8 * bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at / 8] ^= 1 << (at % 8);
            bad(&flipped);
        }
    }

    #[test]
    fn one_that_lies_under_a_right_checksum_is_bad_before_it_takes_memory() {
        let bytes = bytes(IDENTITY, MARK, &example(&both()));
        let lie = |at: usize, with: &[u8]| {
            let mut bytes = bytes.clone();
            bytes[at..at + with.len()].copy_from_slice(with);
            let end = bytes.len() - 4;
            let crc = crc32fast::hash(&bytes[..end]).to_le_bytes();
            bytes[end..].copy_from_slice(&crc);
            parse(&bytes, IDENTITY, &both(), LENGTH, |_| 0)
        };
        // Magic, format, identity, mark, next id.
        let counts = 8 + 4 + 20 + 20 + 8;
        let first = counts + 8;
        let described = first + 72;
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
            // The length of a description that is none, the second item's number, the length of its description, and in that: whose it is,
            // how many tags, a key's length, a key.
            (first + 32, &[1]),
            (first + 36, &[3, 0]),
            (first + 68, &[0]),
            (first + 68, &[35]),
            (described, &[9]),
            (described + 16, &[2]),
            (described + 20, &[8]),
            (described + 24, b"="),
            // A pair's item and place, the scale of its vector, a number, how many words, and one that is above the next, or too large.
            (pairs, &[2]),
            (pairs + 4, &all),
            (pairs + 16, &[3]),
            (pairs + 20, &all[..4]),
            (pairs + 24, &[0x80]),
            (pairs + 26, &all[..4]),
            (pairs + 26, &[1]),
            (pairs + 30, &[200]),
            (pairs + 36, &[1]),
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
