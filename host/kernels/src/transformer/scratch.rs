//! What a batch needs on its way.
//!
//! Whatever is summed over (places of a key, hidden units, sequences) is filled up to whole chunks with zeros, which change no
//! sum, so that sums go on in whole chunks.

use std::fmt;

use super::super::simd::{Chunk, LANES};
use super::lanes::Lanes;
use super::weights::Weights;
use super::{Allocation, Attention, KeyRule, Settings};

/// Buffers of a trainer; lengths in chunks unless told otherwise.
pub(super) struct Scratch {
    /// Chunks of a key: N over 16.
    pub key: usize,
    /// Sequences of a batch, filled up.
    pub sequences: usize,
    /// Chunks of one number for each hidden unit.
    pub units: usize,
    /// Products of the columns of `W_K` of two letters' tokens (numbers, 2L x 2L).
    pub gram: Vec<f32>,
    /// Products of queries and keys (numbers, L x 2L).
    pub matches: Vec<f32>,
    /// Drawn key rows, turned: for each chunk of units one for each place of a key.
    pub turned: Vec<Chunk>,
    /// Potentials for each item, then for the query: `units` each.
    pub potentials: Vec<Chunk>,
    /// 1 for hidden units that store no item, else 0.
    pub idle: Vec<Chunk>,
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
    /// The items of the baseline's contexts.
    pub items: Items,
    /// What 16 sequences need that go side by side; none where they go one after the other.
    pub lanes: Option<Lanes>,
    /// What a sequence leaves.
    pub left: Left,
    /// Sums over the batch: the gradients but for their factors.
    pub sums: Weights,
    /// What each letter's queries pull of the letters' tokens: 2L over 16 each.
    pub of_letters: Vec<Chunk>,
    /// What each letter's queries reinstate: an item each.
    pub asked_items: Vec<Chunk>,
    /// What goes with one token of the reinstated items.
    pub of_items: Vec<Chunk>,
    /// 1 for sequences that ask for a letter (numbers, L x sequences).
    pub asked: Vec<f32>,
}

/// No token.
pub(super) const NONE: u32 = u32::MAX;

/// The items of 16 contexts in the baseline: one chunk for each, a lane a sequence.
pub(super) struct Items {
    /// Products of query and key, then the signals.
    pub logits: Vec<Chunk>,
    /// Values.
    pub values: [Vec<Chunk>; 2],
    /// Softmax over the items.
    pub activity: Vec<Chunk>,
}

/// What the sequences of a batch leave: the gradients are sums of their products. For each chunk (or number) of what is
/// left one for each sequence.
pub(super) struct Left {
    /// Shares of the letters' tokens in the gradient of the query: 2L over 16.
    pub pulls: Vec<Chunk>,
    /// What drawn key rows add to it; nothing unless there are such.
    pub query: Vec<Chunk>,
    /// As `pulls`, of the gradient of the reinstated key; nothing unless `W_K` learns through the module.
    pub key_pulls: Vec<Chunk>,
    /// As `query`, of it.
    pub key: Vec<Chunk>,
    /// Reinstated items once more, numbers of the sequences: 3L x sequences over 16.
    pub item_numbers: Vec<Chunk>,
    /// Reinstated item.
    pub item: Vec<Chunk>,
    /// Errors of the outputs that `W_V` learns from, filled up with zeros: sequences over 16.
    pub errors: [Vec<Chunk>; 2],
    /// Squared errors of the outputs, likewise.
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

/// About the bytes of a trainer's buffers: of all that grow with a size, and of the gradients.
pub(super) fn bytes(settings: &Settings) -> f64 {
    let sizes = &settings.sizes;
    let whole = |size: u32| f64::from(size.next_multiple_of(LANES as u32));
    let (letters, context) = (f64::from(sizes.letters), f64::from(sizes.context));
    let (key, batch) = (whole(sizes.keys), whole(sizes.batch));
    let (pairs, item) = (whole(2 * sizes.letters), whole(3 * sizes.letters + 2));
    let (units, drawn, through, together) = match settings.attention {
        Attention::Slots | Attention::SlotsPublished => (LANES as f64, 0.0, 0.0, 0.0),
        Attention::Memory(module) => {
            let drawn = module.allocation == Allocation::Key;
            let through = module.keys == KeyRule::Through;
            let number = |is: bool| f64::from(u8::from(is));
            let together = LANES as f64 * number(!drawn);
            (
                whole(module.hidden),
                number(drawn),
                number(through),
                together,
            )
        }
    };
    let of_lanes = together * units * (item + context + 5.0 + 2.0 * through);
    let of_units = units * (drawn * key + item + context + 7.0);
    let of_sequences =
        batch * ((1.0 + through) * (pairs + drawn * key) + item + 4.0 * letters + 3.0);
    let of_letters = letters * (6.0 * letters + pairs + item);
    4.0 * (of_units + of_lanes + of_sequences + of_letters) + sizes.weight_bytes()
}

impl Scratch {
    pub fn new(settings: &Settings) -> Self {
        let sizes = &settings.sizes;
        let [letters, context, keys, batch] =
            [sizes.letters, sizes.context, sizes.keys, sizes.batch].map(|size| size as usize);
        let hidden = match settings.attention {
            Attention::Slots | Attention::SlotsPublished => 1,
            Attention::Memory(module) => module.hidden as usize,
        };
        let key = keys.div_ceil(LANES);
        let units = hidden.div_ceil(LANES);
        let item = (3 * letters + 2).div_ceil(LANES);
        let sequences = batch.div_ceil(LANES) * LANES;
        let pairs = (2 * letters).div_ceil(LANES);
        let (drawn, through) = match settings.attention {
            Attention::Slots | Attention::SlotsPublished => (false, false),
            Attention::Memory(module) => (
                module.allocation == Allocation::Key,
                module.keys == KeyRule::Through,
            ),
        };
        let zeros = |chunks: usize| vec![Chunk::ZERO; chunks];
        Self {
            key,
            sequences,
            units,
            gram: vec![0.0; 4 * letters * letters],
            matches: vec![0.0; 2 * letters * letters],
            turned: zeros(if drawn { key * LANES * units } else { 0 }),
            potentials: zeros((context + 1) * units),
            idle: zeros(units),
            returns: zeros(units * LANES * item),
            values: [zeros(units), zeros(units)],
            stored: vec![NONE; units * LANES],
            activity: zeros(units),
            signal: zeros(units),
            reinstated: zeros(item),
            pull: zeros(item),
            reinstated_key: zeros(key),
            items: Items {
                logits: zeros(context),
                values: [zeros(context), zeros(context)],
                activity: zeros(context),
            },
            lanes: match settings.attention {
                Attention::Memory(module) if !drawn => {
                    Some(Lanes::new(settings, &module, [units, item]))
                }
                _ => None,
            },
            left: Left {
                pulls: zeros(sequences * pairs),
                query: zeros(if drawn { sequences * key } else { 0 }),
                key_pulls: zeros(if through { sequences * pairs } else { 0 }),
                key: zeros(if through && drawn { sequences * key } else { 0 }),
                item_numbers: zeros(3 * letters * sequences / LANES),
                item: zeros(sequences * item),
                errors: [zeros(sequences / LANES), zeros(sequences / LANES)],
                losses: zeros(sequences / LANES),
            },
            sums: Weights::new(sizes),
            of_letters: zeros(letters * pairs),
            asked_items: zeros(letters * item),
            of_items: zeros(item),
            asked: vec![0.0; letters * sequences],
        }
    }
}
