//! How what was learned is asked for: cues, recall in steps and chains, and what answers are compared with.

use slotless_core::bits;
use slotless_core::rng::{self, Purpose};
use slotless_kernels::cpu::{self, Isa};

use super::super::condition::{Counted, Cueing, Intrusions};
use super::super::stack::{Asked, Memory};
use super::{Outcome, Setup, together};
use crate::patterns::parts::between;
use crate::patterns::{Patterns, floor_share};
use crate::purpose::memory as purpose;
use crate::run::work::Watch;

/// A set of patterns that is tested, by age.
#[derive(Debug)]
pub(super) struct Probe {
    /// What cues are drawn from.
    pub cued: Patterns,
    /// What answers are compared with.
    pub asked: Patterns,
    /// What its cues' draws are for.
    pub purpose: Purpose,
    /// Of each pattern its place among all that are learned, where it is one of them.
    pub places: Option<Vec<usize>>,
}

/// Everything that was learned, as answers are compared with it.
#[derive(Debug)]
pub(super) struct Learned {
    rows: Vec<u32>,
    isa: Isa,
}

impl Setup {
    /// The first unit of what is asked for: 0 where it is the whole pattern.
    fn from(&self) -> u32 {
        let visible = self.condition.network.n_i;
        self.condition.data.target(visible).unwrap_or(0)
    }

    /// A set of patterns, with cues of their own or not, as it is asked for.
    pub(super) fn probe(
        &self,
        patterns: Patterns,
        own: Option<Patterns>,
        (purpose, places): (Purpose, Option<Vec<usize>>),
    ) -> Probe {
        let (from, visible) = (self.from(), patterns.visible());
        if from == 0 {
            let cued = own.unwrap_or_else(|| patterns.clone());
            return Probe {
                cued,
                asked: patterns,
                purpose,
                places,
            };
        }
        let part = |of: &Patterns, first: u32, last: u32| {
            let mut parts = Patterns::with_capacity(visible, of.len());
            of.iter()
                .for_each(|one| parts.push(&between(one, first, last)));
            parts
        };
        Probe {
            cued: part(own.as_ref().unwrap_or(&patterns), 0, from),
            asked: part(&patterns, from, visible),
            purpose,
            places,
        }
    }

    /// All that was learned, where answers are compared with it.
    pub(super) fn learned(&self, patterns: &Patterns) -> Option<Learned> {
        if self.condition.protocol.intrusions == Intrusions::Uncounted {
            return None;
        }
        let (from, visible) = (self.from(), patterns.visible());
        let rows = match from {
            0 => patterns.words().to_vec(),
            _ => patterns
                .iter()
                .flat_map(|one| between(one, from, visible))
                .collect(),
        };
        Some(Learned {
            rows,
            isa: Isa::best(),
        })
    }

    /// Seed of the cues of a level: its draws are its own, so that they do not depend on which other levels are tested.
    pub(in super::super) fn cue_seed(&self, level: f64, purpose: Purpose) -> u64 {
        let bits = level.to_bits();
        rng::derive_seed(self.seed, purpose, bits as u32, (bits >> 32) as u32)
    }

    /// Cues of some patterns, of which the first has this place: [`Setup::cues_of`] where they are drawn from themselves.
    #[cfg(any(test, feature = "cuda"))]
    pub(in super::super) fn cues(
        &self,
        first: u32,
        place: (u32, f64, Purpose),
        patterns: &Patterns,
    ) -> Patterns {
        self.cues_of(first, place, [patterns; 2])
    }

    /// Cues of some patterns, of which the first has this place: of what they are drawn from, ones that are kept; and wrong units,
    /// which are no ones of that nor of what is asked for.
    fn cues_of(
        &self,
        first: u32,
        (trial, level, purpose): (u32, f64, Purpose),
        [cued, asked]: [&Patterns; 2],
    ) -> Patterns {
        let seed = self.cue_seed(level, purpose);
        let visible = cued.visible();
        let mut cues = Patterns::with_capacity(visible, cued.len());
        let mut cue = vec![0; bits::words_for(visible)];
        let added = self.condition.protocol.added;
        let wrong_seed = rng::derive_seed(seed, purpose::ADDED, 0, 0);
        let (mut units, mut wrong) = (cue.clone(), cue.clone());
        let last = match self.from() {
            0 => visible,
            from => from,
        };
        (0..last).for_each(|unit| bits::set(&mut units, unit));
        let rows = cued.iter().zip(asked.iter()).zip(cued.ones());
        for (age, ((cued, asked), &ones)) in (first..).zip(rows) {
            let keep = floor_share(level, ones);
            let mut rng = rng::stream(seed, purpose, trial, age);
            bits::cue(cued, keep, &mut rng, &mut cue).expect("equal lengths");
            if added > 0.0 {
                let zeros: Vec<u32> = units
                    .iter()
                    .zip(cued)
                    .zip(asked)
                    .map(|((all, cued), asked)| all & !cued & !asked)
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

    /// Tests a set at a cue level.
    pub(super) fn test(
        &self,
        memory: &mut Memory,
        (trial, level): (u32, f64),
        probe: &Probe,
        learned: Option<&Learned>,
        watch: Watch<'_>,
    ) -> Option<Outcome> {
        let protocol = &self.condition.protocol;
        let recall = self.condition.steps().recall * self.condition.answers();
        let each = recall + self.condition.compared();
        let mut outcome = Outcome::default();
        let mut ages: Vec<u32> = (0..probe.cued.len() as u32).collect();
        // A chain goes from the oldest to the newest, one answer after the other.
        let chains = protocol.cueing == Cueing::Chain;
        if chains {
            ages.reverse();
        }
        let mut last: Option<Vec<u32>> = None;
        for some in ages.chunks(if chains { 1 } else { together(each) }) {
            let [cued, asked] = [&probe.cued, &probe.asked].map(|of| of.select(some));
            let mut cues = self.cues_of(some[0], (trial, level, probe.purpose), [&cued, &asked]);
            if chains
                && !self.condition.begins(some[0])
                && let Some(answer) = &last
            {
                cues = Patterns::with_capacity(cues.visible(), 1);
                cues.push(answer);
            }
            let (recalled, scores, counts) = match protocol.counted {
                Counted::Overlap => {
                    let (recalled, scores) = self.recall(memory, cues, asked.ones());
                    (recalled, scores, Vec::new())
                }
                Counted::Content => memory.count_many(&cues, &asked, self.condition.network.s),
            };
            if chains {
                last = Some(moved(&recalled, self.from()));
            }
            outcome.overlaps.extend(overlaps(&recalled, &asked));
            outcome.scores.extend(scores);
            outcome.counts.extend(counts);
            if let Some(learned) = learned {
                let words = bits::words_for(cued.visible());
                let answers = recalled.chunks_exact(words).zip(some);
                outcome.others.extend(answers.map(|(answer, &age)| {
                    let own = probe.places.as_ref().map(|places| places[age as usize]);
                    learned.most_shared(answer, own)
                }));
            }
            watch.after(each * some.len() as f64)?;
        }
        if chains {
            outcome.overlaps.reverse();
            outcome.scores.reverse();
            outcome.others.reverse();
        }
        Some(outcome)
    }

    /// Recalls in as many steps as the protocol has.
    fn recall(
        &self,
        memory: &mut Memory,
        mut cues: Patterns,
        ones: &[u32],
    ) -> (Vec<u32>, Vec<u64>) {
        let from = self.from();
        let asked = Asked { ones, from };
        let given = cues.clone();
        let mut answer = memory.recall_many(&cues, asked);
        for _ in 1..self.condition.protocol.recall_steps {
            let words = bits::words_for(given.visible());
            cues = Patterns::with_capacity(given.visible(), given.len());
            for (given, answer) in given.iter().zip(answer.0.chunks_exact(words)) {
                // Where a part is asked for, what was given beside it stays.
                let kept = if from == 0 { 0 } else { u32::MAX };
                let next: Vec<u32> = given
                    .iter()
                    .zip(answer)
                    .map(|(given, answer)| given & kept | answer)
                    .collect();
                cues.push(&next);
            }
            // How well a cue matched is said of the one that was given.
            answer.0 = memory.recall_many(&cues, asked).0;
        }
        answer
    }
}

impl Learned {
    /// The most ones that an answer shares with a row, but for its own.
    fn most_shared(&self, answer: &[u32], own: Option<usize>) -> u32 {
        let mut shared = vec![0; self.rows.len() / answer.len().max(1)];
        cpu::overlaps(self.isa, answer, &self.rows, &mut shared);
        if let Some(own) = own {
            shared[own] = 0;
        }
        shared.into_iter().max().unwrap_or(0)
    }
}

/// The ones of an answer from a unit on, so many units earlier: the next cue of a chain.
fn moved(answer: &[u32], by: u32) -> Vec<u32> {
    let mut cue = vec![0; answer.len()];
    for unit in bits::ones(answer).filter(|&unit| unit >= by) {
        bits::set(&mut cue, unit - by);
    }
    cue
}

/// Overlaps of what was recalled, packed one after the other, with the patterns.
pub(in super::super) fn overlaps(recalled: &[u32], patterns: &Patterns) -> Vec<u32> {
    let rows = recalled.chunks_exact(bits::words_for(patterns.visible()));
    let pairs = rows.zip(patterns.iter());
    pairs
        .map(|(row, pattern)| bits::overlap(row, pattern))
        .collect()
}
