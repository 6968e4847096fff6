//! One trial: a fresh network learns its burn-in and its patterns, is frozen, and is tested.

use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use slotless_core::bits;
use slotless_core::rng::{self, Purpose};

use super::condition::{Condition, Counted, Data, Lures, MemoryKind, Network, Protocol};
use super::damage::Damage;
use super::others::Rule;
use super::stack::{Layer, Memory};
use crate::SpecError;
use crate::patterns::floor_share;
use crate::patterns::{
    Correlated, FileRows, Levels, PatternFiles, Patterns, RowOrder, TrialData, random, tree,
};
use crate::purpose::memory as purpose;
use crate::run::work::Watch;
use slotless_kernels::AnyParams;

/// Steps of about a nanosecond between two looks at whether to stop.
const STOP_EVERY: f64 = 5e6;

/// Patterns between two looks, where each takes `each` steps.
fn together(each: f64) -> usize {
    // Cues are recalled from four at a time.
    ((STOP_EVERY / each) as usize).clamp(4, 1024) / 4 * 4
}

/// A condition ready to run: checked, its file read, its streams keyed.
#[derive(Debug)]
pub struct Setup {
    condition: Condition,
    /// Rows of the pattern file, where the data is one.
    file: Option<Arc<FileRows>>,
    /// Rows of the lures' file, where there is one.
    lures: Option<Arc<FileRows>>,
    /// Seed of every stream of this condition.
    seed: u64,
    /// The one that it was made with.
    asked_seed: u64,
    /// Somebody's own rule.
    rule: Option<Rule>,
}

/// Overlaps and match scores of one set of patterns at one cue level, by age.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// |x AND x_hat|, 0..=ones of x.
    pub overlaps: Vec<u32>,
    /// Sum of the winners' potentials, in raw weights; the match scores of other memories.
    pub scores: Vec<u64>,
    /// Where content is counted, for each age and each class of the answer ([`Condition::classes`]): units that are not in
    /// the cue, and ones of the pattern among them.
    pub counts: Vec<u32>,
}

/// A trial's outcomes at one cue level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CueOutcome {
    /// Learned patterns, newest first.
    pub real: Outcome,
    /// Pseudo-patterns.
    pub pseudo: Outcome,
    /// Unstructured pseudo-patterns; empty unless the data is structured.
    pub unstructured: Outcome,
}

/// What a trial measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrialRecord {
    /// Ones of the learned patterns, newest first.
    pub ones_real: Vec<u32>,
    /// Ones of the pseudo-patterns.
    pub ones_pseudo: Vec<u32>,
    /// One entry per cue level.
    pub cues: Vec<CueOutcome>,
    /// Mean pairwise overlap of the tested patterns divided by their mean number of ones, and the same for what the
    /// network stored of them: their codes behind a fixed layer, else the patterns.
    pub similarity: [f64; 2],
}

impl Setup {
    /// Checks a condition and reads its file. Its streams depend on `seed` and on the network, the data and the numbers of
    /// patterns, not on the cue levels, wrong units, damage, what winners count for, the trials or the network's name.
    ///
    /// # Errors
    /// [`SpecError`].
    pub fn new(condition: Condition, seed: u64) -> Result<Self, SpecError> {
        Self::with_files(condition, seed, &mut PatternFiles::default())
    }

    /// The same of many conditions that may name the same files.
    ///
    /// # Errors
    /// [`SpecError`] for the first condition that is refused.
    pub fn all(
        conditions: impl IntoIterator<Item = Condition>,
        seed: u64,
        files: &mut PatternFiles,
    ) -> Result<Vec<Self>, SpecError> {
        let conditions = conditions.into_iter();
        conditions
            .map(|condition| Self::with_files(condition, seed, files))
            .collect()
    }

    fn with_files(
        condition: Condition,
        seed: u64,
        files: &mut PatternFiles,
    ) -> Result<Self, SpecError> {
        if condition.network.memory == MemoryKind::Own {
            let allowed = "any other: a rule of one's own is run by a program that has it";
            return Err(SpecError::range("memory", MemoryKind::Own, allowed));
        }
        Self::checked(condition, seed, files)
    }

    /// A rule of one's own on some data under a protocol: on the streams that every rule of as many units, ones and words of
    /// state gets under that seed.
    ///
    /// # Errors
    /// [`SpecError`], as [`Setup::new`]; for damage, since what the bits of its state are is not known.
    pub fn of_rule(
        rule: &Rule,
        data: Data,
        protocol: Protocol,
        seed: u64,
    ) -> Result<Self, SpecError> {
        let [n_i, n_h, s] = rule.sizes();
        let network = Network {
            name: rule.name().to_owned(),
            n_i,
            n_h,
            s,
            ..Network::default().of(MemoryKind::Own)
        };
        let condition = Condition {
            network,
            data,
            protocol,
        };
        let mut setup = Self::checked(condition, seed, &mut PatternFiles::default())?;
        setup.rule = Some(rule.clone());
        Ok(setup)
    }

    fn checked(
        mut condition: Condition,
        seed: u64,
        files: &mut PatternFiles,
    ) -> Result<Self, SpecError> {
        let asked_seed = seed;
        condition.check()?;
        let [mut file, mut lures] = [None, None];
        if let Data::File {
            path,
            sha256,
            levels,
            lures: named,
            ..
        } = &mut condition.data
        {
            let learned = u64::from(condition.protocol.burn_in + condition.protocol.learned);
            let tested = u64::from(condition.protocol.learned);
            let of = (&condition.network, &condition.protocol);
            let needed = match named {
                None => (learned + tested, "burn_in + 2 learned"),
                Some(_) => (learned, "burn_in + learned"),
            };
            file = Some(read(files, (path, *levels), sha256, of, needed)?);
            if let Some(Lures { path, sha256 }) = named {
                let needed = (tested, "learned");
                lures = Some(read(files, (path, *levels), sha256, of, needed)?);
            }
        }
        let mut keyed = condition.clone();
        keyed.network = keyed.network.of_streams();
        keyed.network.name.clear();
        keyed.protocol = Protocol {
            burn_in: keyed.protocol.burn_in,
            learned: keyed.protocol.learned,
            cues: Vec::new(),
            ..Protocol::default()
        };
        keyed.data.forget_file();
        let text =
            serde_json::to_string(&keyed).expect("a condition has only strings, numbers and lists");
        let digest = Sha256::digest(text);
        let mut folded = [0; 8];
        folded.copy_from_slice(&digest[..8]);
        let seed = rng::derive_seed(
            seed,
            purpose::CONDITION,
            u64::from_le_bytes(folded) as u32,
            (u64::from_le_bytes(folded) >> 32) as u32,
        );
        Ok(Self {
            condition,
            file,
            lures,
            seed,
            asked_seed,
            rule: None,
        })
    }

    /// Data under `seed` itself, of any kind but a file, from which one network is to learn.
    pub(super) fn plain(condition: Condition, seed: u64) -> Result<Self, SpecError> {
        condition.check()?;
        Ok(Self {
            condition,
            file: None,
            lures: None,
            seed,
            asked_seed: seed,
            rule: None,
        })
    }

    /// What is run.
    #[must_use]
    pub fn condition(&self) -> &Condition {
        &self.condition
    }

    /// Everything one trial learns and is tested with.
    #[must_use]
    pub fn data(&self, trial: u32) -> TrialData {
        let (network, protocol) = (&self.condition.network, &self.condition.protocol);
        let (burn_in, learned) = (protocol.burn_in as usize, protocol.learned as usize);
        let uniform =
            |purpose, count| random(self.seed, purpose, trial, network.n_i, network.s, count);
        let unstructured = self
            .condition
            .data
            .structured()
            .then(|| uniform(purpose::UNSTRUCTURED, learned));
        let (patterns, pseudo) = match self.condition.data {
            Data::Random => (
                uniform(purpose::LEARNED, burn_in + learned),
                uniform(purpose::PSEUDO, learned),
            ),
            Data::Tree { b, steps } => self.leaves(trial, b, steps),
            Data::Correlated {
                b,
                categories,
                prototypes,
                order,
            } => Correlated {
                visible: network.n_i,
                active: network.s,
                flips: b,
                categories,
                prototypes,
                order,
            }
            .trial(self.seed, trial, burn_in, learned),
            Data::File { order, .. } => self.rows(trial, order),
        };
        TrialData {
            learned: patterns,
            pseudo,
            unstructured,
        }
    }

    fn leaves(&self, trial: u32, flips: u32, steps: Option<u32>) -> (Patterns, Patterns) {
        let (network, protocol) = (&self.condition.network, &self.condition.protocol);
        let needed = protocol.patterns();
        let mut steps = steps.unwrap_or(u32::try_from(3 * needed).unwrap_or(u32::MAX));
        loop {
            let tree = tree(self.seed, trial, network.n_i, network.s, flips, steps);
            let leaves = tree.leaves();
            if leaves.len() as u64 >= needed {
                return self.shuffled(&tree.nodes().select(&leaves), trial);
            }
            // About half of the nodes are leaves; a small tree may have fewer.
            steps = steps.saturating_mul(2);
        }
    }

    /// Rows of the file, and those of the lures' own, where there is one.
    fn rows(&self, trial: u32, order: RowOrder) -> (Patterns, Patterns) {
        let rows = self.file.as_ref().expect("read when the setup was made");
        let Some(lures) = &self.lures else {
            return self.split(
                rows.patterns(),
                self.order(rows.patterns(), (trial, 0), order),
            );
        };
        let protocol = &self.condition.protocol;
        let first = |rows: &Patterns, number, count: u32| {
            rows.select(&self.order(rows, (trial, number), order)[..count as usize])
        };
        (
            first(rows.patterns(), 0, protocol.burn_in + protocol.learned),
            first(lures.patterns(), 1, protocol.learned),
        )
    }

    fn shuffled(&self, rows: &Patterns, trial: u32) -> (Patterns, Patterns) {
        self.split(rows, self.order(rows, (trial, 0), RowOrder::Shuffled))
    }

    /// The numbers of rows in their order; shuffled those of a trial and of one of its sets.
    fn order(&self, rows: &Patterns, (trial, set): (u32, u32), order: RowOrder) -> Vec<u32> {
        let mut numbers: Vec<u32> = (0..rows.len() as u32).collect();
        if order == RowOrder::Shuffled {
            let mut draws = rng::stream(self.seed, purpose::SHUFFLE, trial, set);
            rng::shuffle(&mut draws, &mut numbers);
        }
        numbers
    }

    /// The first rows in an order, learned, and as many after them as are tested.
    fn split(&self, rows: &Patterns, order: Vec<u32>) -> (Patterns, Patterns) {
        let protocol = &self.condition.protocol;
        let learned = (protocol.burn_in + protocol.learned) as usize;
        let pseudo = learned..learned + protocol.learned as usize;
        (rows.select(&order[..learned]), rows.select(&order[pseudo]))
    }

    /// Runs one trial; `None` if it was told to stop on the way.
    #[must_use]
    pub fn run<'w>(&self, trial: u32, watch: impl Into<Watch<'w>>) -> Option<TrialRecord> {
        let (protocol, watch) = (&self.condition.protocol, watch.into());
        let steps = self.condition.steps();
        watch.go_on()?;
        let data = self.data(trial);
        watch.after(steps.data)?;
        let mut memory = self.memory(trial);
        watch.after(steps.build)?;
        let (together, mut waiting) = (together(steps.each), 0);
        for pattern in data.learned.iter() {
            memory.learn(pattern).expect("patterns have ones");
            waiting += 1;
            if waiting == together {
                watch.after(steps.each * waiting as f64)?;
                waiting = 0;
            }
        }
        watch.after(steps.each * waiting as f64)?;
        if protocol.damages() {
            memory.damage(&Damage {
                flipped: protocol.flipped,
                jitter: protocol.jitter,
                seed: self.seed,
                trial,
            });
            watch.after(steps.build)?;
        }
        let tested = self.newest_first(&data.learned);
        let mut record = TrialRecord {
            ones_real: tested.ones().to_vec(),
            ones_pseudo: data.pseudo.ones().to_vec(),
            cues: Vec::new(),
            similarity: memory.similarity(&tested),
        };
        for &cue in &protocol.cues {
            let mut test = |purpose, set: &Patterns| {
                let place = (trial, cue, purpose);
                self.test(&mut memory, place, set, watch)
            };
            record.cues.push(CueOutcome {
                real: test(purpose::CUE_LEARNED, &tested)?,
                pseudo: test(purpose::CUE_PSEUDO, &data.pseudo)?,
                unstructured: match &data.unstructured {
                    Some(patterns) => test(purpose::CUE_UNSTRUCTURED, patterns)?,
                    None => Outcome::default(),
                },
            });
        }
        Some(record)
    }

    /// Seed of every stream of this condition.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The seed that it was made with.
    #[must_use]
    pub fn asked_seed(&self) -> u64 {
        self.asked_seed
    }

    /// The rule, where it is somebody's own.
    pub(super) fn rule(&self) -> Option<&Rule> {
        self.rule.as_ref()
    }

    /// Seed of a trial's network.
    pub(super) fn network_seed(&self, trial: u32) -> u64 {
        rng::derive_seed(self.seed, purpose::NETWORK, trial, 0)
    }

    /// A trial's memory, empty.
    fn memory(&self, trial: u32) -> Memory {
        let network = &self.condition.network;
        if network.memory.is_kwinner() {
            let kwinner = network.fresh(self.network_seed(trial));
            let kwinner = kwinner.expect("checked when the setup was made");
            return Memory::new(kwinner, self.layer(trial)).with_winners(network.winners_code);
        }
        let seed = self.network_seed(trial);
        if let Some(rule) = &self.rule {
            return Memory::other(rule.make(seed));
        }
        let design = network
            .design(seed)
            .expect("checked when the setup was made");
        Memory::other(design.make().expect("no rule of somebody's own"))
    }

    /// Parameters of a trial's network.
    pub(super) fn params(&self, trial: u32) -> AnyParams {
        let params = self.condition.network.resolve(self.network_seed(trial));
        params.expect("checked when the setup was made")
    }

    /// A trial's fixed layer, if there is one.
    pub(super) fn layer(&self, trial: u32) -> Option<Layer> {
        let Network {
            n_i, preprocess, ..
        } = self.condition.network;
        let seed = rng::derive_seed(self.seed, purpose::PREPROCESS, trial, 0);
        preprocess.map(|layer| Layer::new(seed, n_i, layer))
    }

    /// The learned patterns that are tested.
    pub(super) fn newest_first(&self, learned: &Patterns) -> Patterns {
        let last = learned.len() as u32;
        let by_age: Vec<u32> = (last - self.condition.protocol.learned..last)
            .rev()
            .collect();
        learned.select(&by_age)
    }

    /// Seed of the cues of a level: its draws are its own, so that they do not depend on which other levels are tested.
    pub(super) fn cue_seed(&self, level: f64, purpose: Purpose) -> u64 {
        let bits = level.to_bits();
        rng::derive_seed(self.seed, purpose, bits as u32, (bits >> 32) as u32)
    }

    /// Cues of some patterns, of which the first has this place: ones that are kept, and wrong units.
    pub(super) fn cues(
        &self,
        first: u32,
        (trial, level, purpose): (u32, f64, Purpose),
        patterns: &Patterns,
    ) -> Patterns {
        let seed = self.cue_seed(level, purpose);
        let mut cues = Patterns::with_capacity(patterns.visible(), patterns.len());
        let mut cue = vec![0; bits::words_for(patterns.visible())];
        let added = self.condition.protocol.added;
        let wrong_seed = rng::derive_seed(seed, purpose::ADDED, 0, 0);
        let (mut units, mut wrong) = (cue.clone(), cue.clone());
        (0..patterns.visible()).for_each(|unit| bits::set(&mut units, unit));
        let rows = patterns.iter().zip(patterns.ones());
        for (age, (pattern, &ones)) in (first..).zip(rows) {
            let keep = floor_share(level, ones);
            let mut rng = rng::stream(seed, purpose, trial, age);
            bits::cue(pattern, keep, &mut rng, &mut cue).expect("equal lengths");
            if added > 0.0 {
                let zeros: Vec<u32> = units
                    .iter()
                    .zip(pattern)
                    .map(|(all, own)| all & !own)
                    .collect();
                let mut rng = rng::stream(wrong_seed, purpose::ADDED, trial, age);
                let count = floor_share(added, ones);
                bits::cue(&zeros, count, &mut rng, &mut wrong).expect("equal lengths");
                cue.iter_mut()
                    .zip(&wrong)
                    .for_each(|(cue, wrong)| *cue |= wrong);
            }
            cues.push(&cue);
        }
        cues
    }

    fn test(
        &self,
        memory: &mut Memory,
        (trial, level, purpose): (u32, f64, Purpose),
        patterns: &Patterns,
        watch: Watch<'_>,
    ) -> Option<Outcome> {
        let each = self.condition.steps().each * self.condition.answers();
        let ages: Vec<u32> = (0..patterns.len() as u32).collect();
        let mut outcome = Outcome::default();
        for some in ages.chunks(together(each)) {
            let patterns = patterns.select(some);
            let cues = self.cues(some[0], (trial, level, purpose), &patterns);
            let (recalled, scores, counts) = match self.condition.protocol.counted {
                Counted::Overlap => {
                    let (recalled, scores) = memory.recall_many(&cues, patterns.ones());
                    (recalled, scores, Vec::new())
                }
                Counted::Content => memory.count_many(&cues, &patterns, self.condition.network.s),
            };
            outcome.overlaps.extend(overlaps(&recalled, &patterns));
            outcome.scores.extend(scores);
            outcome.counts.extend(counts);
            watch.after(each * some.len() as f64)?;
        }
        Some(outcome)
    }
}

/// The rows of a file, if they fit a network and there are as many as are needed, said in words; their hash is compared, or
/// filled in.
fn read(
    files: &mut PatternFiles,
    (path, levels): (&Path, Levels),
    sha256: &mut Option<String>,
    (network, protocol): (&Network, &Protocol),
    (needed, said): (u64, &str),
) -> Result<Arc<FileRows>, SpecError> {
    let rows = files
        .rows(path, levels)
        .map_err(|error| SpecError::File(error.to_string()))?;
    let (patterns, digest) = (rows.patterns(), rows.sha256());
    let name = path.display();
    // A spec that names the contents means them.
    if let Some(expected) = sha256.as_ref().filter(|expected| *expected != digest) {
        return Err(SpecError::File(format!(
            "pattern file {name} has rows of SHA-256 {digest}, expected {expected} (sha256: of the rows, whatever the file)"
        )));
    }
    *sha256 = Some(digest.to_owned());
    if patterns.visible() != network.n_i {
        return Err(SpecError::File(format!(
            "pattern file {name} has rows of {} bits, expected {} (n_i)",
            patterns.visible(),
            network.n_i
        )));
    }
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
    protocol.check_added(patterns.visible(), most)?;
    if (patterns.len() as u64) < needed {
        return Err(SpecError::File(format!(
            "pattern file {name} has {} rows, expected at least {needed} ({said})",
            patterns.len()
        )));
    }
    Ok(rows)
}

/// Overlaps of what was recalled, packed one after the other, with the patterns.
pub(super) fn overlaps(recalled: &[u32], patterns: &Patterns) -> Vec<u32> {
    let rows = recalled.chunks_exact(bits::words_for(patterns.visible()));
    let pairs = rows.zip(patterns.iter());
    pairs
        .map(|(row, pattern)| bits::overlap(row, pattern))
        .collect()
}

#[cfg(test)]
mod tests;
