//! Memories of all kinds at equal bits of storage, through [`slotless_core::memory::Memory`].

use serde::{Deserialize, Serialize};
use slotless_core::bits;
use slotless_core::fixed::types::I16F16;
use slotless_core::hopfield::dense::Separation;
use slotless_core::hopfield::{StoredDense, StoredModern, classical};
use slotless_core::kwinner::{KWinner, Params};
use slotless_core::memory::Memory;
use slotless_core::rng::{self, Key};
use slotless_core::weight::{U1, U8, Width};

use super::purpose;
use super::record::StoredRun;
use super::trial::Place;
use crate::SpecError;

/// A kind of memory, sized to a number of bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The K-winner MHN with the paper's rate, 0.3: 50 winners and a fan-in of 52, as its 50 in whole words; 8-bit weights,
    /// structured wiring.
    KWinner,
    /// The same with rate 1: a pattern is stored whole, at once.
    KWinnerOneShot,
    /// The 1-winner MHN: whole fan-in, rate 1, 1-bit weights. Every hidden unit holds one pattern.
    OneWinner,
    /// The classical Hopfield network: an 8-bit weight for each pair of units.
    Classical,
    /// The modern Hopfield network in single precision, beta 0.5: a number of 32 bits for each bit of a pattern.
    Modern,
    /// The same in fixed point.
    ModernFixed,
    /// The dense associative memory of degree 3, rectified: a bit for each bit of a pattern.
    Dense,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::KWinner,
        Self::KWinnerOneShot,
        Self::OneWinner,
        Self::Classical,
        Self::Modern,
        Self::ModernFixed,
        Self::Dense,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::KWinner => "K-winner MHN, rate 0.3",
            Self::KWinnerOneShot => "K-winner MHN, rate 1",
            Self::OneWinner => "1-winner MHN",
            Self::Classical => "classical Hopfield",
            Self::Modern => "modern Hopfield",
            Self::ModernFixed => "modern Hopfield, fixed point",
            Self::Dense => "dense, degree 3",
        }
    }

    /// Bits of one of its weights; of the modern and the dense network of one number of a stored pattern.
    #[must_use]
    pub fn weight_bits(self) -> u32 {
        match self {
            Self::KWinner | Self::KWinnerOneShot | Self::Classical => 8,
            Self::OneWinner | Self::Dense => 1,
            Self::Modern | Self::ModernFixed => 32,
        }
    }
}

/// Patterns of N bits stored one after the other in a memory of this many bits, and recalled from half of their ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EqualBits {
    /// The memory.
    pub kind: Kind,
    /// Bits of a pattern, N.
    pub units: u32,
    /// Ones of a pattern, s.
    pub ones: u32,
    /// Bits that the memory may take, the same for all kinds.
    pub bits: u64,
    /// Numbers of patterns stored at which is tested, ascending.
    pub stored: Vec<u32>,
    /// Patterns tested of those stored, evenly from the oldest to the newest; all if there are fewer.
    pub tested: u32,
}

impl EqualBits {
    pub(super) fn name(&self) -> String {
        format!(
            "{} N {} s {} bits {}",
            self.kind.name(),
            self.units,
            self.ones,
            self.bits
        )
    }

    pub(super) fn check(&self) -> Result<(), SpecError> {
        if !(16..=1 << 14).contains(&self.units) {
            return Err(SpecError::range("units", self.units, "16 to 16384"));
        }
        if !(2..self.units).contains(&self.ones) {
            let allowed = format!("2 to {}", self.units - 1);
            return Err(SpecError::range("ones", self.ones, allowed));
        }
        // 64 MB: what the numbers are made for, and room on any machine.
        if self.bits > 1 << 29 {
            return Err(SpecError::range("bits", self.bits, "up to 536870912"));
        }
        if self.tested == 0 {
            return Err(SpecError::range("tested", 0, "from 1"));
        }
        if self.stored.first().is_none_or(|&first| first == 0)
            || !self.stored.is_sorted_by(|a, b| a < b)
        {
            let list = format!("{:?}", self.stored);
            return Err(SpecError::range("stored", list, "ascending numbers from 1"));
        }
        if store(self, 0).is_none() {
            let allowed = format!("enough for a {} of {} units", self.kind.name(), self.units);
            return Err(SpecError::range("bits", self.bits, allowed));
        }
        Ok(())
    }
}

/// Fan-in of the K-winner networks.
const FAN_IN: u32 = 52;

/// A memory with its scratch, whatever its type.
pub trait Store {
    /// Words of the memory itself.
    fn words(&self) -> usize;

    /// Stores a pattern; false if it is refused.
    fn store(&mut self, pattern: &[u32]) -> bool;

    /// What is recalled from a cue.
    fn recall(&mut self, cue: &[u32]) -> &[u32];
}

struct WithScratch<M> {
    memory: M,
    scratch: Vec<u32>,
}

fn boxed<M: Memory + 'static>(memory: M) -> Box<dyn Store> {
    let scratch = vec![0; memory.scratch_words()];
    Box::new(WithScratch { memory, scratch })
}

impl<M: Memory> Store for WithScratch<M> {
    fn words(&self) -> usize {
        self.memory.state_words()
    }

    fn store(&mut self, pattern: &[u32]) -> bool {
        self.memory.store(pattern, &mut self.scratch).is_ok()
    }

    fn recall(&mut self, cue: &[u32]) -> &[u32] {
        let recalled = self.memory.recall(cue, &mut self.scratch);
        recalled.expect("a cue of its length").pattern
    }
}

/// The empty memory of a condition, as large as its bits allow; none if they do not hold the least one.
#[must_use]
pub fn store(of: &EqualBits, seed: u64) -> Option<Box<dyn Store>> {
    let rate = |share: f64| (share * 65536.0).round() as u32;
    Some(match of.kind {
        Kind::KWinner => k_winner::<U8>(of, FAN_IN.min(of.units), 50, rate(0.3), seed)?,
        Kind::KWinnerOneShot => k_winner::<U8>(of, FAN_IN.min(of.units), 50, rate(1.0), seed)?,
        Kind::OneWinner => k_winner::<U1>(of, of.units, 1, rate(1.0), seed)?,
        Kind::Classical => {
            let params = classical::Params::builder(of.units, 1)
                .seed(seed)
                .build()
                .ok()?;
            if 32 * params.words() as u64 > of.bits {
                return None;
            }
            let words = vec![0; params.words()];
            boxed(classical::Classical::new(params, words).ok()?)
        }
        Kind::Modern => {
            let buffer = slots(of, of.units as usize)?;
            boxed(StoredModern::new(of.units, 0.5f32, buffer).ok()?)
        }
        Kind::ModernFixed => {
            let buffer = slots(of, of.units as usize)?;
            let beta = I16F16::from_num(0.5);
            boxed(StoredModern::new(of.units, beta, buffer).ok()?)
        }
        Kind::Dense => {
            let buffer = slots(of, bits::words_for(of.units))?;
            boxed(StoredDense::new(of.units, Separation::Rectified(3), buffer).ok()?)
        }
    })
}

/// A word and as many whole slots as the bits allow, one or more.
fn slots(of: &EqualBits, slot: usize) -> Option<Vec<u32>> {
    let words = usize::try_from(of.bits / 32).ok()?.checked_sub(1)?;
    let slots = words / slot;
    (slots > 0).then(|| vec![0; 1 + slots * slot])
}

/// A K-winner network with as many hidden units as the bits allow. Its wiring is computed where there is one, and takes no bits.
fn k_winner<W: Width + 'static>(
    of: &EqualBits,
    fan_in: u32,
    winners: u32,
    rate: u32,
    seed: u64,
) -> Option<Box<dyn Store>> {
    let builder = |hidden: u32| {
        Params::<W>::builder(of.units, hidden)
            .fan_in(fan_in)
            .winners(winners)
            .active(of.ones)
            .rate(rate)
            .seed(seed)
            .structured()
    };
    let fits = |hidden: u32| {
        let params = builder(hidden).build().ok()?;
        (32 * params.words() as u64 <= of.bits).then_some(params)
    };
    // Rows are whole words: so many fit, and the nearest below that structured wiring takes.
    let row = u64::from(fan_in.div_ceil(32 / W::BITS));
    let most = u32::try_from((of.bits / 32).saturating_sub(2) / row).ok()?;
    let least = most.saturating_sub(4096).max(winners);
    let params = (least..=most).rev().find_map(fits)?;
    let words = vec![0; params.words()];
    Some(boxed(KWinner::new(params, words).ok()?))
}

/// The patterns of a trial and their cues: the same for all kinds of memories.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patterns {
    seed: u64,
    units: u32,
    ones: u32,
}

impl Patterns {
    /// Of a trial.
    pub fn new(of: &EqualBits, seed: u64, trial: u32) -> Self {
        let seed = rng::derive_seed(seed, purpose::EQUAL_BITS, trial, of.ones);
        Self {
            seed,
            units: of.units,
            ones: of.ones,
        }
    }

    /// Seed of the memory itself.
    pub fn memory_seed(&self) -> u64 {
        let [a, b] = Key::new(self.seed, purpose::NETWORK).words();
        u64::from(a) << 32 | u64::from(b)
    }

    /// A pattern: s ones of N.
    pub fn pattern(&self, number: u32) -> Vec<u32> {
        let mut pattern = vec![0; bits::words_for(self.units)];
        let mut stream = rng::stream(self.seed, purpose::MEMORIES, 0, number);
        bits::sample(self.units, self.ones, &mut stream, &mut pattern).expect("ones among units");
        pattern
    }

    /// Half of its ones.
    pub fn cue(&self, number: u32, pattern: &[u32]) -> Vec<u32> {
        let mut cue = vec![0; pattern.len()];
        let mut stream = rng::stream(self.seed, purpose::NOISE, 0, number);
        bits::cue(pattern, self.ones / 2, &mut stream, &mut cue).expect("as many words");
        cue
    }
}

/// A trial; `None` if it was told to stop. A memory that refuses a pattern is tested no more.
pub(super) fn runs(of: &EqualBits, place: &Place<'_>) -> Option<Vec<StoredRun>> {
    let patterns = Patterns::new(of, place.seed, place.trial);
    let mut memory = store(of, patterns.memory_seed()).expect("a checked condition");
    let mut runs = Vec::new();
    let steps = of.cost();
    place.after(steps.network)?;
    let mut next = 0;
    for &stored in &of.stored {
        while next < stored {
            place.go_on()?;
            if !memory.store(&patterns.pattern(next)) {
                return Some(runs);
            }
            next += 1;
            place.after(steps.run)?;
        }
        let tested = of.tested.min(stored);
        for test in 0..tested {
            place.go_on()?;
            let number = (u64::from(test) * u64::from(stored) / u64::from(tested)) as u32;
            let pattern = patterns.pattern(number);
            let recalled = memory.recall(&patterns.cue(number, &pattern));
            let differ = recalled
                .iter()
                .zip(&pattern)
                .map(|(a, b)| (a ^ b).count_ones());
            runs.push(StoredRun {
                stored,
                wrong: differ.sum(),
            });
            place.after(steps.run)?;
        }
    }
    Some(runs)
}
