//! What is to be simulated: networks, data and protocol, as written in a spec and as checked integers.

mod data;
mod file;
mod network;
mod parameters;
mod rates;
mod said;
mod work;
mod written;

use crate::choice::choices;
use crate::patterns::floor_share;
use crate::run::slug;
use serde::{Deserialize, Serialize};

pub use super::others::MemoryKind;
use super::others::ranks;
use crate::SpecError;
pub use data::Data;
pub use file::{FileData, OtherRows};
pub use network::{Network, Preprocess, WeightWidth};
pub(crate) use parameters::Place;
pub use parameters::Sweep;
pub use rates::{Rates, Spread};
use written::Written;

/// How a trial runs (science of the figures: 3,000 burn-in, 1,000 learned).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Protocol {
    /// Patterns learned before those that are tested.
    pub burn_in: u32,
    /// Patterns learned and tested; age 1 is the last one.
    pub learned: u32,
    /// Cue levels: the share of a pattern's ones kept, floor(c s) of them.
    pub cues: Vec<f64>,
    /// Wrong units in every cue: so many units that are no ones of its pattern are switched on, as a share of the ones,
    /// floor(added s) of them, drawn uniformly.
    #[serde(skip_serializing_if = "is_zero")]
    pub added: f64,
    /// Damage after learning: the probability with which each bit of what is stored is flipped. Counters and wiring stay.
    #[serde(skip_serializing_if = "is_zero")]
    pub flipped: f64,
    /// Damage after learning: the probability with which each graded cell, a weight or the level of a set cell, moves by one, up
    /// or down and not beyond the ends; before bits are flipped.
    #[serde(skip_serializing_if = "is_zero")]
    pub jitter: f64,
    /// Whether what answers say about all units is counted, for content in bits.
    #[serde(skip_serializing_if = "Counted::is_overlap")]
    pub counted: Counted,
    /// Steps of a recall: what is answered is the next cue, and the last answer counts; the match score is that of the cue that was
    /// given. Where a part of the pattern is asked for, the rest of a cue stays.
    #[serde(skip_serializing_if = "is_one")]
    pub recall_steps: u32,
    /// What patterns are cued with.
    #[serde(skip_serializing_if = "Cueing::is_own")]
    pub cueing: Cueing,
    /// Whether it is counted what wrong answers are.
    #[serde(skip_serializing_if = "Intrusions::is_uncounted")]
    pub intrusions: Intrusions,
}

/// Steps of a recall at most.
const MAX_STEPS: u32 = 1_000;

/// What was not there before is not written where it does nothing: results that were kept are found.
fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

fn is_one(value: &u32) -> bool {
    *value == 1
}

choices! {
    /// What patterns are cued with.
    pub enum Cueing = Own {
        /// Each with its own cue.
        Own = "own",
        /// With the answer of the step before it in its sequence, the first with its own cue: a sequence is recalled as a chain.
        Chain = "chain",
    }
}

impl Cueing {
    fn is_own(&self) -> bool {
        *self == Self::Own
    }
}

choices! {
    /// Whether it is counted what wrong answers are.
    pub enum Intrusions = Uncounted {
        /// It is not.
        Uncounted = "uncounted",
        /// For each answer, the ones that it shares with the nearest other pattern of all that were learned.
        Counted = "counted",
    }
}

impl Intrusions {
    fn is_uncounted(&self) -> bool {
        *self == Self::Uncounted
    }
}

choices! {
    /// What is counted of an answer.
    pub enum Counted = Overlap {
        /// The units that it shares with the pattern: accuracy.
        Overlap = "overlap",
        /// Those and, in classes of units that the answer tells apart, units and ones of the pattern: content in bits.
        Content = "content",
    }
}

impl Counted {
    fn is_overlap(&self) -> bool {
        *self == Self::Overlap
    }
}

impl Default for Protocol {
    fn default() -> Self {
        Self {
            burn_in: 3000,
            learned: 1000,
            cues: vec![1.0, 0.5],
            added: 0.0,
            flipped: 0.0,
            jitter: 0.0,
            counted: Counted::Overlap,
            recall_steps: 1,
            cueing: Cueing::Own,
            intrusions: Intrusions::Uncounted,
        }
    }
}

impl Protocol {
    /// Patterns a trial needs: burn-in, learned and pseudo.
    #[must_use]
    pub fn patterns(&self) -> u64 {
        u64::from(self.burn_in) + 2 * u64::from(self.learned)
    }

    /// Whether cues, storage or recall are other than the paper's: wrong units, damage, several steps, chains.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.added > 0.0 || self.damages() || self.recall_steps > 1 || self.cueing == Cueing::Chain
    }

    /// Wrong units, damage, steps and chains, as a figure and a manifest say them of cues that are drawn from so many ones, if
    /// all are; empty without.
    #[must_use]
    pub fn remarks(&self, ones: Option<u32>) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.added > 0.0 {
            remarks.push(match ones.map(|ones| floor_share(self.added, ones)) {
                Some(1) => "1 wrong unit in each cue".to_owned(),
                Some(wrong) => format!("{wrong} wrong units in each cue"),
                None => format!("wrong units in each cue: {} of its ones", self.added),
            });
        }
        for (share, what) in [
            (self.flipped, "bits flipped"),
            (self.jitter, "graded cells moved by one"),
        ] {
            if share > 0.0 {
                remarks.push(format!("{what} with probability {share}"));
            }
        }
        if self.recall_steps > 1 {
            remarks.push(format!("recall in {} steps", self.recall_steps));
        }
        if self.cueing == Cueing::Chain {
            remarks.push("sequences recalled as chains".to_owned());
        }
        remarks
    }

    /// Whether what is stored is damaged.
    #[must_use]
    pub fn damages(&self) -> bool {
        self.flipped > 0.0 || self.jitter > 0.0
    }

    /// Ones of a cue of a pattern with `ones` ones: those that are kept, and the wrong ones.
    #[must_use]
    pub fn cue_ones(&self, level: f64, ones: u32) -> u32 {
        floor_share(level, ones) + floor_share(self.added, ones)
    }

    /// Refuses more wrong units than a pattern of so many ones leaves among units of which cues are.
    pub(super) fn check_added(&self, units: u32, ones: u32) -> Result<(), SpecError> {
        let most = units - ones;
        if self.added >= 0.0 && floor_share(self.added, ones) <= most {
            return Ok(());
        }
        let allowed = format!(
            "from 0, and so much that floor(added {ones}) is up to {most} (units of cues that are none of the pattern's)"
        );
        Err(SpecError::range("added", self.added, allowed))
    }

    /// Refuses ways of recall that data or what is counted do not go with.
    fn check_recall(&self, data: &Data) -> Result<(), SpecError> {
        if !(1..=MAX_STEPS).contains(&self.recall_steps) {
            let allowed = format!("1 to {MAX_STEPS}");
            return Err(SpecError::range("recall_steps", self.recall_steps, allowed));
        }
        let chains = self.cueing == Cueing::Chain;
        if chains && !matches!(data, Data::Sequence { .. }) {
            let allowed = "own unless the data is of sequences";
            return Err(SpecError::range("cueing", self.cueing, allowed));
        }
        if self.counted == Counted::Content
            && (self.recall_steps > 1 || chains || data.target(2).is_some() || data.has_own_cues())
        {
            let allowed = "overlap with several recall steps, chains, cues of a file and where a part is asked for";
            return Err(SpecError::range("counted", self.counted, allowed));
        }
        Ok(())
    }

    /// Refuses damage that a network's storage cannot take.
    fn check_damage(&self, network: &Network) -> Result<(), SpecError> {
        for (name, share) in [("flipped", self.flipped), ("jitter", self.jitter)] {
            if !(0.0..=1.0).contains(&share) {
                return Err(SpecError::range(name, share, "0 to 1"));
            }
        }
        if self.flipped > 0.0 && network.memory == MemoryKind::Own {
            let allowed = "0 with memory own (what its bits are is not known)";
            return Err(SpecError::range("flipped", self.flipped, allowed));
        }
        let width = network.weights;
        if self.flipped > 0.0 && width == WeightWidth::Float {
            let allowed = "0 with weights float (no bits of a width)";
            return Err(SpecError::range("flipped", self.flipped, allowed));
        }
        if self.jitter > 0.0 && !network.is_graded() {
            let what = if network.memory.has_weights() {
                format!("weights {width}")
            } else if network.levels().is_some() {
                "one level".to_owned()
            } else {
                format!("memory {}", network.memory)
            };
            let allowed = format!("0 with {what} (no graded cells)");
            return Err(SpecError::range("jitter", self.jitter, allowed));
        }
        Ok(())
    }

    fn check(&self) -> Result<(), SpecError> {
        if self.learned == 0 {
            return Err(SpecError::range("learned", self.learned, "from 1"));
        }
        if self.patterns() > 100_000_000 {
            let allowed = "up to 100000000 patterns";
            return Err(SpecError::range(
                "burn_in + 2 learned",
                self.patterns(),
                allowed,
            ));
        }
        if self.cues.is_empty() {
            return Err(SpecError::Missing(
                "cues: at least one cue level from 0 to 1",
            ));
        }
        for &cue in &self.cues {
            // -0 would be another name for the same.
            if !(0.0..=1.0).contains(&cue) || cue.is_sign_negative() {
                return Err(SpecError::range("cue", cue, "0 to 1"));
            }
        }
        for (index, cue) in self.cues.iter().enumerate() {
            if self.cues[..index].contains(cue) {
                return Err(SpecError::range("cue", cue, "each level once"));
            }
            let name = cue_name(*cue);
            if let Some(other) = self.cues[..index].iter().find(|of| cue_name(**of) == name) {
                let allowed = format!("levels whose names in files differ: {other} is {name}, too");
                return Err(SpecError::range("cue", cue, allowed));
            }
        }
        Ok(())
    }
}

/// Name of the arrays of a cue level: `cue100`, `cue50`, `cue12.5`.
#[must_use]
pub fn cue_name(level: f64) -> String {
    // Percent, without the digits that a product in f64 adds.
    let percent = format!("{:.6}", level * 100.0);
    format!("cue{}", percent.trim_end_matches('0').trim_end_matches('.'))
}

/// One network on one kind of data: what a set of trials is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The network.
    pub network: Network,
    /// Its patterns.
    pub data: Data,
    /// The trial.
    pub protocol: Protocol,
}

impl Condition {
    /// Checks everything that can be checked before a trial runs.
    ///
    /// # Errors
    /// [`SpecError`] with the value and what is allowed.
    pub fn check(&self) -> Result<(), SpecError> {
        self.network.check()?;
        self.protocol.check()?;
        let ones = self.cued_ones().unwrap_or(self.network.s);
        let units = match self.data.ones(self.network.n_i, self.network.s) {
            Some([cued, asked]) if cued + asked <= self.network.s => self.network.n_i / 2,
            _ => self.network.n_i,
        };
        self.protocol.check_added(units, ones)?;
        self.protocol.check_damage(&self.network)?;
        self.protocol.check_recall(&self.data)?;
        self.data.check(&self.network, &self.protocol)
    }

    /// Ones of what cues are drawn from, where all have as many.
    #[must_use]
    pub fn cued_ones(&self) -> Option<u32> {
        let ones = self.data.ones(self.network.n_i, self.network.s)?;
        Some(ones[0])
    }

    /// Whether the pattern of this age, from 0, has its own cue: in a chain the first of its sequence.
    pub(super) fn begins(&self, age: u32) -> bool {
        match (self.protocol.cueing, &self.data) {
            (Cueing::Chain, Data::Sequence { length }) => {
                (self.protocol.learned - 1 - age).is_multiple_of(*length)
            }
            _ => true,
        }
    }

    /// The largest match score that a cue of a pattern with `ones` ones could have: `k F min(m, ones of the cue)`, and of
    /// other memories what a cue has that is all of a pattern just learned.
    #[must_use]
    pub fn max_score(&self, level: f64, ones: u32) -> u64 {
        let network = &self.network;
        let cue = self.protocol.cue_ones(level, ones);
        if let Ok(design) = network.design(0) {
            return design.max_score(cue);
        }
        let cue = network.preprocess.map_or(cue, |layer| layer.k);
        let full = network.weights.full();
        u64::from(network.k) * u64::from(full) * u64::from(network.fan_in().min(cue))
    }

    /// Classes that an answer tells units apart by: of slots recalled or not; of recency levels members, unknown and no
    /// members; of others the ranks of their scores.
    #[must_use]
    pub fn classes(&self) -> usize {
        match self.network.design(0) {
            Ok(design) => design.classes(),
            Err(_) => ranks(self.network.n_i, self.network.s).len() + 1,
        }
    }

    /// Name in files: the network's and the data's, lower case, of letters, digits and underscores.
    #[must_use]
    pub fn slug(&self) -> String {
        let data = self.data.slug();
        slug(&format!("{} {data}", self.network.name))
    }
}
