//! One trial: a fresh network learns its burn-in and its patterns, is frozen, and is tested.

mod probe;
mod sources;

use sha2::{Digest, Sha256};
use slotless_core::rng;

use super::condition::{Condition, Data, MemoryKind, Network, Protocol};
use super::damage::Damage;
use super::others::Rule;
use super::stack::{Layer, Memory};
use crate::SpecError;
use crate::patterns::{PatternFiles, Patterns};
use crate::purpose::memory as purpose;
use crate::run::work::Watch;
#[cfg(feature = "cuda")]
pub(super) use probe::overlaps;
use slotless_kernels::AnyParams;
use sources::Sources;

/// Steps of about a nanosecond between two looks at whether to stop.
const STOP_EVERY: f64 = 5e6;

/// Patterns between two looks, where each takes `each` steps.
fn together(each: f64) -> usize {
    // Cues are recalled from four at a time.
    ((STOP_EVERY / each) as usize).clamp(4, 1024) / 4 * 4
}

/// Seed of the network of a trial of a condition whose streams have this seed ([`Setup::seed`]): a network of the condition's
/// sizes and this seed that learns the trial's patterns is the trial's.
#[must_use]
pub fn network_seed(seed: u64, trial: u32) -> u64 {
    rng::derive_seed(seed, purpose::NETWORK, trial, 0)
}

/// A condition ready to run: checked, its file read, its streams keyed.
#[derive(Debug)]
pub struct Setup {
    condition: Condition,
    /// What its data was read from.
    sources: Sources,
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
    /// Where intrusions are counted, by age: the most ones that an answer shares with a pattern that was learned, but for the
    /// one that it should be.
    pub others: Vec<u32>,
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
    /// Ones of what the cues of both are drawn from, where cues have rows of their own or a part of a pattern is asked for and
    /// rows differ in them ([`Data::File`]); `ones_real` and `ones_pseudo` are then those of the part.
    pub ones_cued: Option<[Vec<u32>; 2]>,
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
        let sources = Sources::read(&mut condition, files)?;
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
        keyed.data.forget_tests();
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
            sources,
            seed,
            asked_seed,
            rule: None,
        })
    }

    /// Data under `seed` itself, of any kind but a file, from which one network is to learn.
    pub(super) fn plain(condition: Condition, seed: u64) -> Result<Self, SpecError> {
        condition.check()?;
        debug_assert!(
            condition.data.files().next().is_none(),
            "patterns of files are read by whoever asks"
        );
        Ok(Self {
            condition,
            sources: Sources::default(),
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
        let (together, mut waiting) = (together(steps.learn), 0);
        for pattern in data.learned.iter() {
            memory.learn(pattern).expect("patterns have ones");
            waiting += 1;
            if waiting == together {
                watch.after(steps.learn * waiting as f64)?;
                waiting = 0;
            }
        }
        watch.after(steps.learn * waiting as f64)?;
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
        let similarity = memory.similarity(&tested);
        let [own, own_pseudo] = match &data.cues {
            Some([own, pseudo]) => [Some(self.newest_first(own)), Some(pseudo.clone())],
            None => [None, None],
        };
        let places = (0..data.learned.len()).rev().take(tested.len()).collect();
        let learned = self.learned(&data.learned);
        let real = self.probe(tested, own, (purpose::CUE_LEARNED, Some(places)));
        let pseudo = self.probe(data.pseudo, own_pseudo, (purpose::CUE_PSEUDO, None));
        let unstructured = data
            .unstructured
            .map(|patterns| self.probe(patterns, None, (purpose::CUE_UNSTRUCTURED, None)));
        let cued = [&real, &pseudo].map(|probe| probe.cued.ones().to_vec());
        let mut record = TrialRecord {
            ones_real: real.asked.ones().to_vec(),
            ones_pseudo: pseudo.asked.ones().to_vec(),
            ones_cued: self.condition.data.has_own_cues().then_some(cued),
            cues: Vec::new(),
            similarity,
        };
        for &level in &protocol.cues {
            let mut test =
                |probe| self.test(&mut memory, (trial, level), probe, learned.as_ref(), watch);
            record.cues.push(CueOutcome {
                real: test(&real)?,
                pseudo: test(&pseudo)?,
                unstructured: match &unstructured {
                    Some(probe) => test(probe)?,
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
        network_seed(self.seed, trial)
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
}

#[cfg(test)]
mod tests;
