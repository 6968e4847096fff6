//! A memory read from end to end.

use std::ops::Range;
use std::path::Path;

use serde::Serialize;

use super::log::{self, Log, Mark, Scanned};
use super::settings::{self, Settings};
use super::snapshot::{self, Found};
use super::store::{Torn, learn};
use super::table::Table;
use super::{Store, StoreError};

/// Something that is damaged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Name of the file.
    pub file: String,
    /// Its bytes, from and to behind, where that is known.
    pub bytes: Option<Range<u64>>,
    /// Items of which something is there, as far as a snapshot that is sound tells.
    pub items: Vec<u64>,
    /// What is wrong.
    pub why: String,
}

/// What there is of a memory, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Records of the log that are as they were written.
    pub records: u64,
    /// Bytes of the log.
    pub log_bytes: u64,
    /// Bytes of the log that the snapshot was made of; 0 where there is none of this log.
    pub snapshot_reaches: u64,
    /// What is damaged.
    pub problems: Vec<Problem>,
    /// Bytes at the end of the log that are no whole batch. They are among what is damaged: whether a write was cut off that nobody
    /// was told of, or one that was acknowledged has been damaged, they do not say.
    pub torn: Option<Torn>,
}

impl Verified {
    /// Whether nothing is damaged.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

impl Store {
    /// Reads all of the memory of a folder: the settings, every record of the log with its checksums, and the snapshot, which is held
    /// against the log. Damage is what this finds, and no error.
    ///
    /// # Errors
    /// [`StoreError`] where there is no memory, it is of another version, or it cannot be read.
    pub fn verify(folder: &Path) -> Result<Verified, StoreError> {
        let found = verify(folder)?;
        match found.torn {
            // Another process may just be writing it.
            Some(_) => verify(folder),
            None => Ok(found),
        }
    }
}

fn verify(folder: &Path) -> Result<Verified, StoreError> {
    let mut found = Verified::default();
    match look(folder, &mut found) {
        Err(StoreError::Damaged { path, at, why }) => {
            let name = path.file_name().unwrap_or_default();
            found.problems.push(Problem {
                file: name.to_string_lossy().into_owned(),
                bytes: Some(at..at),
                items: Vec::new(),
                why,
            });
            Ok(found)
        }
        done => done.map(|()| found),
    }
}

fn look(folder: &Path, found: &mut Verified) -> Result<(), StoreError> {
    let settings = Settings::read(folder)?;
    let log = Log::open(folder)?;
    let problem = |file: &str, bytes, why: String| Problem {
        file: file.to_owned(),
        bytes,
        items: Vec::new(),
        why,
    };
    if let Err(error) = log.header().settings.same_as(&settings) {
        let why = format!("of the {} {error}", log::NAME);
        found.problems.push(problem(settings::NAME, None, why));
    }
    let settings = &log.header().settings;
    let (mut records, mut damaged) = (0, Vec::new());
    let (end, length) = log.scan(|scanned| match scanned {
        Scanned::Whole => records += 1,
        Scanned::Damaged { places, why } => damaged.push(problem(log::NAME, Some(places), why)),
    })?;
    (found.records, found.log_bytes) = (records, length);
    let is_whole = damaged.is_empty();
    let mut snapshot = None;
    match snapshot::read(folder, log.header().identity, settings, length, |_| 0) {
        Found::None => {}
        Found::Bad(why) => found.problems.push(problem(snapshot::NAME, None, why)),
        Found::Sound(table, mark) => {
            name_items(&table, &mut damaged);
            found.snapshot_reaches = mark.at;
            snapshot = Some((*table, mark));
        }
    }
    found.problems.extend(damaged);
    if end < length {
        let torn = Torn {
            at: end,
            bytes: length - end,
        };
        let why =
            "no whole record: a write that was cut off, or an acknowledged one that was damaged";
        let bytes = Some(end..length);
        found
            .problems
            .push(problem(log::NAME, bytes, why.to_owned()));
        found.torn = Some(torn);
    }
    if is_whole {
        let differs = against(&log, snapshot)?;
        let why = "it is not what the log has up to the place that it was made at";
        let differs = differs.then(|| problem(snapshot::NAME, None, why.to_owned()));
        found.problems.extend(differs);
    }
    Ok(())
}

/// Says whose records the damaged bytes were.
fn name_items(table: &Table, damaged: &mut [Problem]) {
    let targets = table.items().map(|(_, row)| (row.id, row.target));
    let cues = table
        .pairs()
        .map(|(_, row)| (table.item(row.item).id, row.cue));
    for (id, place) in targets.chain(cues) {
        for problem in &mut *damaged {
            let is_there = problem
                .bytes
                .as_ref()
                .is_some_and(|bytes| bytes.contains(&place.payload));
            if is_there && !problem.items.contains(&id) {
                problem.items.push(id);
            }
        }
    }
    damaged
        .iter_mut()
        .for_each(|problem| problem.items.sort_unstable());
}

/// Whether a snapshot differs from a log that is whole.
fn against(log: &Log, snapshot: Option<(Table, Mark)>) -> Result<bool, StoreError> {
    let mut table = Table::new(&log.header().settings, 1);
    let mut room = Vec::new();
    let mut same = None;
    let compare = |table: &Table| {
        let known = snapshot.as_ref().map(|(known, _)| known);
        known.is_none_or(|known| rows(known).eq(rows(table)))
    };
    let mark = snapshot.as_ref().map_or(u64::MAX, |(_, mark)| mark.at);
    let (end, _) = log.replay(log.start(), |place, _, _, record| {
        if same.is_none() && place > mark {
            same = Some(compare(&table));
        }
        learn(&mut table, place, record, &mut room)
    })?;
    let same = same.unwrap_or_else(|| compare(&table));
    let belongs = match &snapshot {
        Some((_, mark)) => mark.at <= end.at && log.holds(*mark)?,
        None => true,
    };
    Ok(!(same && belongs))
}

/// All that a table says of pairs.
fn rows(table: &Table) -> impl Iterator<Item = impl PartialEq> {
    table.pairs().map(|(pair, row)| {
        let item = table.item(row.item);
        (
            item.id,
            item.target,
            row.cue,
            (table.added(row.item), table.metadata(row.item)),
            table.vectors().map(|vectors| {
                let (scale, numbers) = vectors.get(pair as usize);
                (scale.to_bits(), numbers.collect::<Vec<i8>>())
            }),
            table.lexicon().map(|lexicon| lexicon.get(pair).to_vec()),
        )
    })
}
