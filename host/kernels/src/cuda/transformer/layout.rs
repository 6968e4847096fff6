//! What the kernels take of a model: its sizes and rules, and where its numbers lie.

use cudarc::driver::DeviceRepr;

use super::super::super::transformer::{Allocation, Attention, KeyRule, Settings, ValueRule};
use super::super::error::CudaError;

/// Threads of a block, as in the kernels.
pub(super) const THREADS: u32 = 128;
/// Threads that work on a sequence, and partial sums of a sum.
const LANES: u32 = 16;
/// Not in shared memory.
const NONE: u32 = u32::MAX;
/// Words of shared memory that a block asks for at most: what every device has, less a kernel's own.
const SHARED: u64 = (63 << 10) / 4;

/// A model, as the kernels' `struct Model`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub(super) struct Model {
    letters: u32,
    context: u32,
    keys: u32,
    batch: u32,
    hidden: u32,
    winners: u32,
    allocation: u32,
    rule: u32,
    taught: u32,
    learn: [u32; 3],
    fresh: u32,
    strength: f32,
    beta: f32,
    back: f32,
    rates: [f32; 3],
    factors: [f32; 3],
}

// SAFETY: words and numbers of 32 bits, in the order of the kernels' `struct Model`.
unsafe impl DeviceRepr for Model {}

impl Model {
    /// That of these settings; its batches are given.
    pub(super) fn of(settings: &Settings) -> Self {
        let sizes = &settings.sizes;
        let mut model = Self {
            letters: sizes.letters,
            context: sizes.context,
            keys: sizes.keys,
            batch: sizes.batch,
            hidden: 0,
            winners: 0,
            allocation: 0,
            rule: 0,
            taught: 0,
            learn: settings.rates.map(|rate| u32::from(rate.is_some())),
            fresh: 0,
            strength: 0.0,
            beta: settings.beta,
            back: settings.beta,
            rates: settings.rates.map(|rate| rate.unwrap_or(0.0)),
            factors: settings.factors(),
        };
        match settings.attention {
            Attention::Slots => {}
            Attention::SlotsPublished => model.back = 1.0,
            Attention::Memory(module) => {
                model.hidden = module.hidden;
                model.winners = module.winners;
                (model.allocation, model.strength) = match module.allocation {
                    Allocation::Key => (0, 0.0),
                    Allocation::Projected(strength) => (1, strength),
                    Allocation::Item => (2, 0.0),
                };
                model.rule = match module.keys {
                    KeyRule::Fixed => 0,
                    KeyRule::Through => 1,
                    KeyRule::Align => 2,
                    KeyRule::Hebbian => 3,
                };
                model.taught = match module.values {
                    ValueRule::Reinstated => 0,
                    ValueRule::Output => 1,
                };
                // Keys that do not learn are those of no rule.
                model.learn[1] &= u32::from(module.keys != KeyRule::Fixed);
            }
        }
        model
    }

    /// The same, with fresh batches.
    pub(super) fn fresh(self) -> Self {
        Self { fresh: 1, ..self }
    }

    pub(super) fn has_module(&self) -> bool {
        self.hidden > 0
    }
}

/// Places in words, as the kernels' `struct Layout`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub(super) struct Layout {
    /// Words from a column of `W_Q` or `W_K` to the next.
    pub stride: u32,
    /// Words of the weights, and those that a trial has beside them.
    pub weights: u32,
    pub own: u32,
    shared: [u32; 3],
    products: u32,
    teams: u32,
    sums: u32,
    batch: u32,
    pulls: u32,
    query: u32,
    key_pulls: u32,
    key: u32,
    items: u32,
    errors: u32,
    losses: u32,
    gram: u32,
    matches: u32,
    of_letters: u32,
    asked_items: u32,
    of_items: u32,
    team: u32,
    context: u32,
    potentials: u32,
    drawn: u32,
    drawn_row: u32,
    returns: u32,
    returns_row: u32,
    stored: u32,
    activity: u32,
    signal: u32,
    drawn_signal: u32,
    item: u32,
    pull: u32,
    reinstated_key: u32,
}

// SAFETY: words of 32 bits, in the order of the kernels' `struct Layout`.
unsafe impl DeviceRepr for Layout {}

/// Places one after the other, each at a multiple of 16 bytes.
struct Places(u64);

impl Places {
    fn take(&mut self, words: u64) -> u32 {
        let place = self.0;
        self.0 += words.next_multiple_of(4);
        // Where it does not fit, the whole does not, and is refused.
        place as u32
    }
}

/// Words of a row of drawn numbers, two a word.
fn row_words(numbers: u64) -> u64 {
    numbers.div_ceil(2 * u64::from(LANES)) * u64::from(LANES)
}

/// A layout, and what it takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub layout: Layout,
    /// Words of a trial.
    pub words: u64,
    /// Bytes of shared memory.
    pub shared: u32,
}

impl Plan {
    pub(super) fn of(model: &Model) -> Self {
        let [letters, context, keys, batch, hidden] = [
            model.letters,
            model.context,
            model.keys,
            model.batch,
            model.hidden,
        ]
        .map(u64::from);
        let (pairs, tokens) = (2 * letters, 3 * letters);
        let module = model.has_module();
        let learns_keys = module && model.learn[1] == 1;
        let (by_key, through) = (
            module && model.allocation == 0,
            learns_keys && model.rule == 1,
        );
        let align = learns_keys && model.rule == 2;
        let only = |wanted: bool, words: u64| if wanted { words } else { 0 };
        // A few words more than whole chunks: neighbouring columns and rows begin in other banks.
        let stride = keys.next_multiple_of(u64::from(LANES)) + 4;
        let weights = (2 * tokens * stride + 2 * tokens).next_multiple_of(4);

        let mut products = Places(0);
        let gram = products.take(only(module, pairs * pairs));
        let matches = products.take(letters * pairs);
        let of_letters = products.take(letters * pairs);
        let asked_items = products.take(only(learns_keys, letters * tokens));
        let of_items = products.take(match (through, align) {
            (true, _) => tokens * pairs,
            (_, true) => tokens * tokens,
            _ => 0,
        });

        let mut team = Places(0);
        let (drawn_row, returns_row) = (row_words(keys) + 4, (tokens + 2) | 1);
        let in_team = team.take(only(module, context));
        let potentials = team.take((context + 1) * hidden);
        let drawn = team.take(only(by_key, hidden * drawn_row));
        let returns = team.take(hidden * returns_row);
        let [stored, activity, signal] = [(); 3].map(|()| team.take(hidden));
        let drawn_signal = team.take(only(by_key, hidden));
        let item = team.take(only(module, tokens + 2));
        let pull = team.take(only(module, tokens));
        let reinstated_key = team.take(only(through, stride));
        let threads = u64::from(THREADS);
        let teams = if module {
            (threads / u64::from(LANES) * team.0).max(threads * letters)
        } else {
            threads * letters.max(2 * context)
        };

        let mut own = Places(0);
        let sums = own.take(weights);
        let in_batch = own.take(batch * (context + 2));
        let pulls = own.take(batch * pairs);
        let query = own.take(only(by_key, batch * keys));
        let key_pulls = own.take(only(through, batch * pairs));
        let key = own.take(only(through && by_key, batch * keys));
        let items = own.take(batch * tokens);
        let errors = own.take(2 * batch);
        let losses = own.take(batch);

        let mut room = Places(0);
        let shared = [weights, products.0, teams].map(|words| {
            if room.0 + words <= SHARED {
                room.take(words)
            } else {
                NONE
            }
        });
        let outside = |at: usize, words| only(shared[at] == NONE, words);
        let products = own.take(outside(1, products.0));
        let teams = own.take(outside(2, teams));
        Self {
            layout: Layout {
                stride: stride as u32,
                weights: weights as u32,
                own: own.0 as u32,
                shared,
                products,
                teams,
                sums,
                batch: in_batch,
                pulls,
                query,
                key_pulls,
                key,
                items,
                errors,
                losses,
                gram,
                matches,
                of_letters,
                asked_items,
                of_items,
                team: team.0 as u32,
                context: in_team,
                potentials,
                drawn,
                drawn_row: drawn_row as u32,
                returns,
                returns_row: returns_row as u32,
                stored,
                activity,
                signal,
                drawn_signal,
                item,
                pull,
                reinstated_key,
            },
            words: weights + own.0,
            shared: 4 * room.0 as u32,
        }
    }

    /// Refuses what 32 bits do not count.
    pub(super) fn check(&self) -> Result<(), CudaError> {
        let most = u64::from(u32::MAX);
        if self.words > most {
            return Err(CudaError::Size {
                what: "what a trial needs, in words,",
                value: self.words,
                allowed: format!("up to {most}"),
            });
        }
        Ok(())
    }
}
