//! Random numbers of one network of one trial.

use slotless_core::bits;
use slotless_core::rng::{self, Key};

use super::condition::Start;
use super::purpose;

/// The seed of one network, and its sizes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Streams {
    /// The network's own seed: its order of updates is the core's of this seed.
    pub seed: u64,
    units: u32,
    memories: u32,
}

impl Streams {
    /// Of a network of a trial.
    pub fn new(seed: u64, trial: u32, network: u32, units: u32, memories: u32) -> Self {
        let seed = rng::derive_seed(seed, purpose::NETWORK, trial, network);
        Self {
            seed: rng::derive_seed(seed, purpose::SIZES, units, memories),
            units,
            memories,
        }
    }

    /// Its memories, packed, one after the other: each bit 1 with probability one half.
    pub fn memories(&self) -> Vec<u32> {
        let key = Key::new(self.seed, purpose::MEMORIES);
        let rows = (0..self.memories).map(|memory| self.balanced(key.derive(memory)));
        rows.collect::<Vec<_>>().concat()
    }

    /// N bits of a key.
    fn balanced(&self, key: Key) -> Vec<u32> {
        let words = bits::words_for(self.units) as u32;
        let mut row: Vec<u32> = (0..words).map(|word| key.at(word)).collect();
        if let Some(last) = row.last_mut() {
            *last &= u32::MAX >> (32 * words - self.units);
        }
        row
    }

    /// Start number `run`, made of a memory.
    pub fn start(&self, start: Start, run: u32, memory: &[u32]) -> Vec<u32> {
        let mut state = memory.to_vec();
        let flipped = match start {
            Start::Memory => return state,
            Start::Noise { share } => (share * f64::from(self.units)).floor() as u32,
            Start::Random => {
                return self.balanced(Key::new(self.seed, purpose::RANDOM).derive(run));
            }
        };
        let mut noise = vec![0; state.len()];
        let mut stream = rng::stream(self.seed, purpose::NOISE, 0, run);
        bits::sample(self.units, flipped, &mut stream, &mut noise).expect("a share of the units");
        for (word, noise) in state.iter_mut().zip(noise) {
            *word ^= noise;
        }
        state
    }
}
