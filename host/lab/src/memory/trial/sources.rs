//! What data is read from, and what a trial takes of it.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use slotless_core::{bits, rng};

use super::super::condition::{Condition, Data, FileData, Network, OtherRows, Protocol};
use super::Setup;
use crate::SpecError;
use crate::patterns::drift::Drift;
use crate::patterns::pairs::Pairs;
use crate::patterns::parts::between;
use crate::patterns::sequence::Sequences;
use crate::patterns::similar::Similar;
use crate::patterns::{
    Correlated, FileRows, Levels, PatternFiles, Patterns, RowOrder, SimilarityMatrix, TrialData,
    floor_share, random, tree,
};
use crate::purpose::memory as purpose;

/// What the data of a condition was read from, where it comes from files.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// Rows of the pattern file.
    pub patterns: Option<Arc<FileRows>>,
    /// Rows of the lures' file.
    lures: Option<Arc<FileRows>>,
    /// Cues of the rows, and of the lures.
    cues: [Option<Arc<FileRows>>; 2],
    /// What makes patterns of given similarities.
    similar: Option<Similar>,
}

impl Sources {
    /// Reads the files of a condition, if they fit it; hashes are compared, or filled in.
    pub fn read(condition: &mut Condition, files: &mut PatternFiles) -> Result<Self, SpecError> {
        let mut sources = Self::default();
        let (network, protocol) = (&condition.network, &condition.protocol);
        let learned = u64::from(protocol.burn_in + protocol.learned);
        let tested = u64::from(protocol.learned);
        let all = (learned + tested, "burn_in + 2 learned");
        match &mut condition.data {
            Data::File(FileData {
                path,
                sha256,
                levels,
                lures,
                cues,
                lure_cues,
                target,
                ..
            }) => {
                let needed = match lures {
                    None => all,
                    Some(_) => (learned, "burn_in + learned"),
                };
                let mut reading = Reading {
                    files,
                    levels: *levels,
                    of: (network, protocol),
                };
                let rows = reading.rows(path, sha256, needed)?;
                if let Some(OtherRows { path, sha256 }) = lures {
                    let needed = (tested, "learned");
                    sources.lures = Some(reading.rows(path, sha256, needed)?);
                }
                let named = [(cues, Some(&rows)), (lure_cues, sources.lures.as_ref())];
                let mut read = Vec::new();
                for (cues, of) in named {
                    read.push(match (cues, of) {
                        (Some(cues), Some(of)) => Some(reading.cues(cues, of)?),
                        _ => None,
                    });
                }
                if let [first, second] = &mut read[..] {
                    sources.cues = [first.take(), second.take()];
                }
                if let Some(target) = *target {
                    let from = network.n_i - target;
                    let named = [Some((&*path, &rows)), None];
                    let lures = lures.as_ref().zip(sources.lures.as_ref());
                    let named = named
                        .into_iter()
                        .flatten()
                        .chain(lures.map(|(named, rows)| (&named.path, rows)));
                    for (path, rows) in named {
                        check_target(path, rows.patterns(), from)?;
                    }
                }
                let from = target.map_or(network.n_i, |target| network.n_i - target);
                let pairs = [
                    (sources.cues[0].as_ref(), &rows),
                    (
                        sources.cues[1].as_ref(),
                        sources.lures.as_ref().unwrap_or(&rows),
                    ),
                ];
                for (cues, of) in pairs {
                    let cued = cues.unwrap_or(of).patterns();
                    check_wrong(protocol.added, [cued, of.patterns()], from)?;
                }
                sources.patterns = Some(rows);
            }
            Data::Similarity { path, sha256, .. } => {
                let matrix = SimilarityMatrix::of(path, files).map_err(SpecError::File)?;
                let name = path.display();
                let found = matrix.sha256();
                check_hash(
                    &format!("similarity file {name} has numbers"),
                    &found,
                    sha256,
                )?;
                let (needed, said) = all;
                if (matrix.rows() as u64) < needed {
                    return Err(SpecError::File(format!(
                        "similarity file {name} has {} rows, expected at least {needed} ({said})",
                        matrix.rows()
                    )));
                }
                let similar = matrix.source(network.n_i, network.s);
                sources.similar =
                    Some(similar.map_err(|why| {
                        SpecError::File(format!("similarity file {name}: {why}"))
                    })?);
            }
            _ => {}
        }
        Ok(sources)
    }
}

/// A spec that names the contents means them.
fn check_hash(what: &str, found: &str, expected: &mut Option<String>) -> Result<(), SpecError> {
    if let Some(expected) = expected.as_ref().filter(|expected| *expected != found) {
        return Err(SpecError::File(format!(
            "{what} of SHA-256 {found}, expected {expected} (sha256: of the rows, whatever the file)"
        )));
    }
    *expected = Some(found.to_owned());
    Ok(())
}

/// Refuses more wrong units than there are units before one that are no ones of a cue nor of its pattern.
fn check_wrong(added: f64, [cued, of]: [&Patterns; 2], from: u32) -> Result<(), SpecError> {
    if added == 0.0 {
        return Ok(());
    }
    for (number, (cued, pattern)) in (1..).zip(cued.iter().zip(of.iter())) {
        let ones = bits::count(&between(cued, 0, from));
        let either: Vec<u32> = cued.iter().zip(pattern).map(|(a, b)| a | b).collect();
        let room = from - bits::count(&between(&either, 0, from));
        if floor_share(added, ones) > room {
            let allowed = format!(
                "so much that floor(added {ones}) is up to {room}: of row {number} no more units are neither in the cue nor in the pattern"
            );
            return Err(SpecError::range("added", added, allowed));
        }
    }
    Ok(())
}

/// Refuses rows without a one in the part that is asked for, or without one in the other.
fn check_target(path: &Path, rows: &Patterns, from: u32) -> Result<(), SpecError> {
    let units = rows.visible();
    for (number, row) in (1..).zip(rows.iter()) {
        for (first, last, said) in [(0, from, "before"), (from, units, "in")] {
            if between(row, first, last).iter().all(|&word| word == 0) {
                return Err(SpecError::File(format!(
                    "pattern file {}: row {number} has no one {said} its last {} units, expected at least one (target)",
                    path.display(),
                    units - from
                )));
            }
        }
    }
    Ok(())
}

/// How files of rows are read.
struct Reading<'a> {
    files: &'a mut PatternFiles,
    levels: Levels,
    of: (&'a Network, &'a Protocol),
}

impl Reading<'_> {
    /// The rows of a file, if they fit a network and there are as many as are needed, said in words.
    fn rows(
        &mut self,
        path: &Path,
        sha256: &mut Option<String>,
        (needed, said): (u64, &str),
    ) -> Result<Arc<FileRows>, SpecError> {
        let network = self.of.0;
        let rows = self.some(path, sha256)?;
        let patterns = rows.patterns();
        let name = path.display();
        let most = patterns.ones().iter().copied().max().unwrap_or(0);
        let least = patterns.ones().iter().copied().min().unwrap_or(most);
        if let Ok(design) = network.design(0) {
            let memory = network.memory;
            if most > design.most_ones() {
                return Err(SpecError::File(format!(
                    "pattern file {name} has a row of {most} ones, allowed up to {} (memory {memory})",
                    design.most_ones()
                )));
            }
            if least < design.least_ones() {
                return Err(SpecError::File(format!(
                    "pattern file {name} has a row of {least} ones, allowed from {} (memory {memory})",
                    design.least_ones()
                )));
            }
        }
        if (patterns.len() as u64) < needed {
            return Err(SpecError::File(format!(
                "pattern file {name} has {} rows, expected at least {needed} ({said})",
                patterns.len()
            )));
        }
        Ok(rows)
    }

    /// Cues, as many as the rows that they are of.
    fn cues(&mut self, cues: &mut OtherRows, of: &FileRows) -> Result<Arc<FileRows>, SpecError> {
        let rows = self.some(&cues.path, &mut cues.sha256)?;
        let [found, expected] = [rows.patterns(), of.patterns()].map(Patterns::len);
        if found != expected {
            return Err(SpecError::File(format!(
                "pattern file {} has {found} rows, expected {expected}: a cue for each pattern",
                cues.path.display()
            )));
        }
        Ok(rows)
    }

    /// The rows of a file, if they are as long as a network's patterns.
    fn some(
        &mut self,
        path: &Path,
        sha256: &mut Option<String>,
    ) -> Result<Arc<FileRows>, SpecError> {
        let rows = self
            .files
            .rows(path, self.levels)
            .map_err(|error| SpecError::File(error.to_string()))?;
        let name = path.display();
        check_hash(
            &format!("pattern file {name} has rows"),
            rows.sha256(),
            sha256,
        )?;
        let (found, expected) = (rows.patterns().visible(), self.of.0.n_i);
        if found != expected {
            return Err(SpecError::File(format!(
                "pattern file {name} has rows of {found} bits, expected {expected} (n_i)"
            )));
        }
        Ok(rows)
    }
}

impl Setup {
    /// What is to be known of patterns that were read or made of what was read.
    pub(in super::super) fn caution(&self) -> Option<String> {
        let kept = self.sources.similar.as_ref().map_or(1.0, Similar::kept);
        if kept < 1.0 {
            return Some(format!(
                "{}: these similarities are met to {kept:.3} of what they ask for above and below chance: no normal numbers have all of it",
                self.condition.data.caption()
            ));
        }
        let (rows, lures) = (
            self.sources.patterns.as_ref()?,
            self.sources.lures.as_ref()?,
        );
        let known: HashSet<&[u32]> = rows.patterns().iter().collect();
        let count = lures
            .patterns()
            .iter()
            .filter(|lure| known.contains(lure))
            .count();
        (count > 0).then(|| {
            format!(
                "{}: {count} of the {} lures are patterns, too, and may be learned",
                self.condition.data.caption(),
                lures.patterns().len()
            )
        })
    }

    /// Everything one trial learns and is tested with.
    #[must_use]
    pub fn data(&self, trial: u32) -> TrialData {
        let (network, protocol) = (&self.condition.network, &self.condition.protocol);
        let (burn_in, learned) = (protocol.burn_in as usize, protocol.learned as usize);
        let (visible, active) = (network.n_i, network.s);
        let uniform = |purpose, count| random(self.seed, purpose, trial, visible, active, count);
        let unstructured = self
            .condition
            .data
            .structured()
            .then(|| uniform(purpose::UNSTRUCTURED, learned));
        let mut cues = None;
        let [patterns, pseudo] = match self.condition.data {
            Data::Random => [
                uniform(purpose::LEARNED, burn_in + learned),
                uniform(purpose::PSEUDO, learned),
            ],
            Data::Tree { b, steps } => self.leaves(trial, b, steps),
            Data::Correlated {
                b,
                categories,
                prototypes,
                order,
                power,
            } => {
                let correlated = Correlated {
                    visible,
                    active,
                    flips: b,
                    categories,
                    prototypes,
                    order,
                    power,
                };
                correlated.trial(self.seed, trial, burn_in, learned).into()
            }
            Data::Drift { b, context } => {
                let drift = Drift {
                    visible,
                    active,
                    flips: b,
                    context,
                };
                drift.trial(self.seed, trial, burn_in + learned, learned)
            }
            Data::Pairs { lists, context } => {
                let pairs = Pairs {
                    visible,
                    active,
                    lists,
                    context,
                };
                pairs.trial(self.seed, trial, burn_in, learned)
            }
            Data::Sequence { length } => {
                let sequences = Sequences {
                    visible,
                    active,
                    length,
                };
                sequences.trial(self.seed, trial, burn_in + learned, learned)
            }
            Data::Similarity { order, .. } => {
                let similar = self.sources.similar.as_ref();
                let similar = similar.expect("read when the setup was made");
                let rows = similar.patterns(self.seed, trial);
                let [first, mut second] = self.split(self.order(rows.len(), (trial, 0), order));
                if order == RowOrder::File {
                    second.reverse();
                }
                [rows.select(&first), rows.select(&second)]
            }
            Data::File(FileData { order, .. }) => {
                let (rows, own) = self.rows(trial, order);
                cues = own;
                rows
            }
        };
        TrialData {
            learned: patterns,
            pseudo,
            unstructured,
            cues,
        }
    }

    fn leaves(&self, trial: u32, flips: u32, steps: Option<u32>) -> [Patterns; 2] {
        let (network, protocol) = (&self.condition.network, &self.condition.protocol);
        let needed = protocol.patterns();
        let mut steps = steps.unwrap_or(u32::try_from(3 * needed).unwrap_or(u32::MAX));
        loop {
            let tree = tree(self.seed, trial, network.n_i, network.s, flips, steps);
            let leaves = tree.leaves();
            if leaves.len() as u64 >= needed {
                let rows = tree.nodes().select(&leaves);
                let order = self.order(rows.len(), (trial, 0), RowOrder::Shuffled);
                return self.split(order).map(|places| rows.select(&places));
            }
            // About half of the nodes are leaves; a small tree may have fewer.
            steps = steps.saturating_mul(2);
        }
    }

    /// Rows of the file, and those of the lures' own, where there is one; and their cues, where these have their own.
    fn rows(&self, trial: u32, order: RowOrder) -> ([Patterns; 2], Option<[Patterns; 2]>) {
        let rows = self
            .sources
            .patterns
            .as_ref()
            .expect("read when the setup was made");
        let own = self.sources.lures.as_ref();
        let count = rows.patterns().len();
        let places = match own {
            None => self.split(self.order(count, (trial, 0), order)),
            Some(lures) => {
                let protocol = &self.condition.protocol;
                let first = |(count, wanted): (usize, u32), number| {
                    let mut places = self.order(count, (trial, number), order);
                    places.truncate(wanted as usize);
                    places
                };
                [
                    first((count, protocol.burn_in + protocol.learned), 0),
                    first((lures.patterns().len(), protocol.learned), 1),
                ]
            }
        };
        // In the file's order the last ones have age 1, of lures too.
        let mut places = places;
        if order == RowOrder::File {
            places[1].reverse();
        }
        let select =
            |of: [&FileRows; 2]| [0, 1].map(|which| of[which].patterns().select(&places[which]));
        let cues = match &self.sources.cues {
            [Some(cues), None] => Some(select([cues, cues])),
            [Some(cues), Some(lures)] => Some(select([cues, lures])),
            _ => None,
        };
        (select([rows, own.unwrap_or(rows)]), cues)
    }

    /// The numbers of so many rows in their order; shuffled those of a trial and of one of its sets.
    fn order(&self, rows: usize, (trial, set): (u32, u32), order: RowOrder) -> Vec<u32> {
        let mut numbers: Vec<u32> = (0..rows as u32).collect();
        if order == RowOrder::Shuffled {
            let mut draws = rng::stream(self.seed, purpose::SHUFFLE, trial, set);
            rng::shuffle(&mut draws, &mut numbers);
        }
        numbers
    }

    /// The first rows of an order, learned, and as many after them as are tested.
    fn split(&self, order: Vec<u32>) -> [Vec<u32>; 2] {
        let protocol = &self.condition.protocol;
        let learned = (protocol.burn_in + protocol.learned) as usize;
        let pseudo = learned..learned + protocol.learned as usize;
        [order[..learned].to_vec(), order[pseudo].to_vec()]
    }
}
