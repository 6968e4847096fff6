//! What a batch needs on its way.

use std::fmt;

use super::weights::Weights;
use super::{Attention, Settings};
use crate::backend::simd::{Chunk, LANES};

/// Buffers of a trainer; lengths in chunks unless told otherwise.
pub(super) struct Scratch {
    /// Chunks of a key: N over 16.
    pub key: usize,
    /// Chunks of one number for each hidden unit, or for each item of the context in the baseline.
    pub units: usize,
    /// Products of the columns of `W_K` of two letters' tokens (numbers, 2L x 2L).
    pub gram: Vec<f32>,
    /// Products of queries and keys (numbers, L x 2L).
    pub matches: Vec<f32>,
    /// Drawn key rows, turned: for each chunk of units one for each place of a key.
    pub turned: Vec<Chunk>,
    /// Potentials for each item, then for the query: `units` each.
    pub potentials: Vec<Chunk>,
    /// Key rows of the hidden units as the gradient of `W_Q` sums them: for each chunk of a key one for each unit.
    pub rows: Vec<Chunk>,
    /// What the hidden units give back, item and value: for each chunk of it one for each unit.
    pub returns: Vec<Chunk>,
    /// The values alone, by hidden units: `units` for each of two.
    pub values: [Vec<Chunk>; 2],
    /// The token that a hidden unit stores (numbers), [`NONE`] for none.
    pub stored: Vec<u32>,
    /// Softmax over the hidden units.
    pub activity: Vec<Chunk>,
    /// Its gradient.
    pub signal: Vec<Chunk>,
    /// A reinstated item.
    pub reinstated: Vec<Chunk>,
    /// What pulls it: the gradient of the error.
    pub pull: Vec<Chunk>,
    /// The key of a reinstated item.
    pub reinstated_key: Vec<Chunk>,
    /// What a sequence leaves.
    pub left: Left,
    /// Sums over the batch.
    pub sums: Weights,
    /// 1 for the places of a key's last chunk that are used.
    pub tail: Chunk,
    /// 1 for sequences that ask for a letter (numbers, L x batch).
    pub asked: Vec<f32>,
}

/// No token.
pub(super) const NONE: u32 = u32::MAX;

/// What the sequences of a batch leave: the gradients are sums of their products. For each chunk (or number) of what is
/// left one for each sequence.
pub(super) struct Left {
    /// Gradient of the query.
    pub query: Vec<Chunk>,
    /// Vector of the gradient of `W_K`.
    pub key: Vec<Chunk>,
    /// Tokens' shares in it (numbers, 3L x batch).
    pub key_share: Vec<f32>,
    /// Reinstated item.
    pub item: Vec<Chunk>,
    /// Errors of the outputs that `W_V` learns from (numbers).
    pub errors: [Vec<f32>; 2],
    /// Squared errors of the outputs (numbers, filled up with zeros).
    pub losses: Vec<Chunk>,
}

impl fmt::Debug for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scratch")
            .field("chunks of a key", &self.key)
            .field("chunks of the units", &self.units)
            .finish_non_exhaustive()
    }
}

impl Scratch {
    pub fn new(settings: &Settings) -> Self {
        let sizes = &settings.sizes;
        let [letters, context, keys, batch] =
            [sizes.letters, sizes.context, sizes.keys, sizes.batch].map(|size| size as usize);
        let hidden = match settings.attention {
            Attention::Slots | Attention::SlotsPublished => context,
            Attention::Memory(module) => module.hidden as usize,
        };
        let key = keys.div_ceil(LANES);
        let units = hidden.div_ceil(LANES);
        let item = (3 * letters + 2).div_ceil(LANES);
        let zeros = |chunks: usize| vec![Chunk::ZERO; chunks];
        let mut tail = Chunk([1.0; LANES]);
        tail.0[keys - (key - 1) * LANES..].fill(0.0);
        Self {
            key,
            units,
            gram: vec![0.0; 4 * letters * letters],
            matches: vec![0.0; 2 * letters * letters],
            turned: zeros(keys * units),
            potentials: zeros((context + 1) * units),
            rows: zeros(hidden * key),
            returns: zeros(hidden * item),
            values: [zeros(units), zeros(units)],
            stored: vec![NONE; units * LANES],
            activity: zeros(units),
            signal: zeros(units),
            reinstated: zeros(item),
            pull: zeros(item),
            reinstated_key: zeros(key),
            left: Left {
                query: zeros(batch * key),
                key: zeros(batch * key),
                key_share: vec![0.0; 3 * letters * batch],
                item: zeros(batch * item),
                errors: [vec![0.0; batch], vec![0.0; batch]],
                losses: zeros(batch.div_ceil(LANES)),
            },
            sums: Weights::new(sizes),
            tail,
            asked: vec![0.0; letters * batch],
        }
    }
}
