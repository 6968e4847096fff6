//! The memory models: a fresh module of fast weights for every sequence.

use slotless_core::rng::Key;

use super::scratch::{NONE, Scratch};
use super::slots::{dot, matches, outcome, softmax, through_softmax};
use super::weights::{Weights, get, set};
use super::{Allocation, Batch, KeyRule, Module, Outcome, Settings, ValueRule};
use crate::backend::simd::{Chunk, Floats, LANES, sum16};

/// Start weights below 1 from 16 bits.
const UNIT: f32 = 1.0 / 65_536.0;
/// Start weights below 1/2.
const HALF: f32 = 0.5 * UNIT;
/// The rows of a module whose start weights are drawn: places of each begin here.
const KEY_ROWS: u32 = 0;
const RETURN_ROWS: u32 = 1 << 30;
const INPUT_ROWS: u32 = 2 << 30;

/// Words that a row of `length` start weights is drawn from, in chunks; the second halves serve the places behind them.
fn word_chunks(length: usize) -> usize {
    length.div_ceil(2 * LANES)
}

/// One sequence on its way through the module.
struct Sequence<'a> {
    settings: &'a Settings,
    module: &'a Module,
    weights: &'a Weights,
    tokens: &'a [u32],
    letter: usize,
    target: usize,
    number: usize,
    key: [u32; 2],
}

/// The batch's outputs, and what its gradients are made of.
#[inline(always)]
pub(super) fn batch<F: Floats>(
    settings: &Settings,
    module: &Module,
    weights: &Weights,
    batch: &Batch,
    key: Key,
    scratch: &mut Scratch,
) -> Outcome {
    let letters = settings.sizes.letters as usize;
    matches::<F>(settings, weights, scratch);
    let keys = &weights.columns[1];
    scratch.bank[..keys.len()].copy_from_slice(keys);
    let pairs = 2 * letters;
    for a in 0..pairs {
        for b in 0..=a {
            let [a_column, b_column] = [a, b].map(|token| &keys[token * scratch.key..][..scratch.key]);
            let product = dot::<F>(a_column, b_column);
            scratch.gram[a * pairs + b] = product;
            scratch.gram[b * pairs + a] = product;
        }
    }
    let mut correct = 0;
    let contexts = batch.context.chunks_exact(settings.sizes.context as usize);
    let asked = batch.queries.iter().zip(&batch.targets);
    for (number, (tokens, (&letter, &target))) in contexts.zip(asked).enumerate() {
        let sequence = Sequence {
            settings,
            module,
            weights,
            tokens,
            letter: letter as usize,
            target: target as usize,
            number,
            key: key.derive(number as u32).words(),
        };
        sequence.potentials::<F>(scratch);
        sequence.load::<F>(scratch);
        sequence.draw_returns::<F>(scratch);
        correct += sequence.recall::<F>(scratch);
        sequence.teach_keys::<F>(scratch);
    }
    outcome::<F>(correct, settings.sizes.batch, &scratch.left.losses)
}

impl Sequence<'_> {
    fn sizes(&self) -> [usize; 3] {
        let sizes = &self.settings.sizes;
        [sizes.letters, sizes.context, sizes.keys].map(|size| size as usize)
    }

    /// Whether the module has drawn key rows; otherwise they start at zero.
    fn draws_keys(&self) -> bool {
        matches!(self.module.allocation, Allocation::Key)
    }

    /// Takes the lanes beyond the hidden units out of the running.
    #[inline(always)]
    fn close(&self, chunks: &mut [Chunk]) {
        let hidden = self.module.hidden as usize;
        if let Some(last) = chunks.last_mut()
            && !hidden.is_multiple_of(LANES)
        {
            last.0[hidden % LANES..].fill(f32::NEG_INFINITY);
        }
    }

    /// Strength with which a token speaks to a hidden unit.
    #[inline(always)]
    fn projected(&self, unit: usize, token: u32) -> f32 {
        let tokens = 2 * self.settings.sizes.letters;
        match self.module.allocation {
            Allocation::Projected(strength)
                if unit as u32 % tokens == token && (unit as u32) < tokens * self.module.winners =>
            {
                strength
            }
            _ => 0.0,
        }
    }

    /// Potentials of the units as they start, for each item of the context and for the query.
    #[inline(always)]
    fn potentials<F: Floats>(&self, scratch: &mut Scratch) {
        let [letters, context, keys] = self.sizes();
        let (units, key) = (scratch.units, scratch.key);
        match self.module.allocation {
            Allocation::Key => {
                let words = word_chunks(keys) * LANES;
                for part in 0..units {
                    let first = (part * LANES * words) as u32 | KEY_ROWS;
                    for place in 0..words.min(keys) {
                        let drawn = F::draws(self.key, first + place as u32, words as u32);
                        F::low_halves(drawn, HALF).store(&mut scratch.turned[place * units + part]);
                        if place + words < keys {
                            let out = &mut scratch.turned[(place + words) * units + part];
                            F::high_halves(drawn, HALF).store(out);
                        }
                    }
                }
                let query = 2 * letters + self.letter;
                for at in 0..=context {
                    let column = match self.tokens.get(at) {
                        Some(&token) => &self.weights.columns[1][token as usize * key..][..key],
                        None => &self.weights.columns[0][query * key..][..key],
                    };
                    let out = &mut scratch.potentials[at * units..][..units];
                    turned_products::<F>(&scratch.turned, column, keys, out);
                }
            }
            Allocation::Projected(_) => {
                scratch.potentials.fill(Chunk::ZERO);
                let tokens = 2 * letters;
                for (at, &token) in self.tokens.iter().enumerate() {
                    for copy in 0..self.module.winners as usize {
                        let unit = copy * tokens + token as usize;
                        let strength = self.projected(unit, token);
                        set(&mut scratch.potentials[at * units..], unit, strength);
                    }
                }
            }
            Allocation::Item => {
                let words = word_chunks(3 * letters) * LANES;
                for (at, &token) in self.tokens.iter().enumerate() {
                    let place = token as usize % words;
                    for part in 0..units {
                        let first = (part * LANES * words) as u32 | INPUT_ROWS;
                        let drawn = F::draws(self.key, first + place as u32, words as u32);
                        let drawn = if (token as usize) < words {
                            F::low_halves(drawn, UNIT)
                        } else {
                            F::high_halves(drawn, UNIT)
                        };
                        drawn.store(&mut scratch.potentials[at * units + part]);
                    }
                }
                scratch.potentials[context * units..].fill(Chunk::ZERO);
            }
        }
        for potentials in scratch.potentials.chunks_exact_mut(units) {
            self.close(potentials);
        }
    }

    /// Stores the items one after the other, each in the units with the largest potentials.
    #[inline(always)]
    fn load<F: Floats>(&self, scratch: &mut Scratch) {
        let [letters, context, _] = self.sizes();
        let (units, pairs) = (scratch.units, 2 * letters);
        scratch.stored.fill(NONE);
        for (at, &token) in self.tokens.iter().enumerate() {
            for _ in 0..self.module.winners {
                let unit = winner::<F>(&scratch.potentials[at * units..][..units]);
                scratch.stored[unit] = token;
                // Out of this item's running, and with its new key in those to come.
                set(&mut scratch.potentials[at * units..], unit, f32::NEG_INFINITY);
                for (later, &other) in self.tokens.iter().enumerate().skip(at + 1) {
                    let potential = match self.module.allocation {
                        Allocation::Key => scratch.gram[token as usize * pairs + other as usize],
                        Allocation::Projected(_) => {
                            scratch.gram[token as usize * pairs + other as usize]
                                + self.projected(unit, other)
                        }
                        // Two items of a context are never the same token.
                        Allocation::Item => 0.0,
                    };
                    set(&mut scratch.potentials[later * units..], unit, potential);
                }
                let query = scratch.matches[self.letter * pairs + token as usize];
                set(&mut scratch.potentials[context * units..], unit, query);
            }
        }
    }

    /// What the hidden units give back, and the rows of their keys.
    #[inline(always)]
    fn draw_returns<F: Floats>(&self, scratch: &mut Scratch) {
        let [letters, _, keys] = self.sizes();
        let (key, item, hidden) = (scratch.key, scratch.item, self.module.hidden as usize);
        let tokens = 3 * letters;
        let words = word_chunks(tokens + 2);
        let key_words = word_chunks(keys);
        let zeros = (tokens + hidden) * key;
        for unit in 0..hidden {
            let row = &mut scratch.returns[unit * item..][..item];
            let token = scratch.stored[unit];
            if token == NONE {
                let first = (unit * words * LANES) as u32 | RETURN_ROWS;
                for part in 0..words {
                    let drawn = F::draws(self.key, first + (part * LANES) as u32, 1);
                    F::low_halves(drawn, UNIT).store(&mut row[part]);
                    if part + words < item {
                        F::high_halves(drawn, UNIT).store(&mut row[part + words]);
                    }
                }
                scratch.rows[unit] = zeros;
                if self.draws_keys() {
                    let row = (tokens + unit) * key;
                    scratch.rows[unit] = row;
                    let row = &mut scratch.bank[row..][..key];
                    let first = (unit * key_words * LANES) as u32 | KEY_ROWS;
                    for part in 0..key_words {
                        let drawn = F::draws(self.key, first + (part * LANES) as u32, 1);
                        F::low_halves(drawn, HALF).store(&mut row[part]);
                        if part + key_words < key {
                            F::high_halves(drawn, HALF).store(&mut row[part + key_words]);
                        }
                    }
                    if let Some(last) = row.last_mut() {
                        F::load(last).mul(F::load(&scratch.tail)).store(last);
                    }
                }
            } else {
                row.fill(Chunk::ZERO);
                set(row, token as usize, 1.0);
                for (of, values) in self.weights.values.iter().enumerate() {
                    set(row, tokens + of, get(values, token as usize));
                }
                scratch.rows[unit] = token as usize * key;
            }
            for (of, values) in scratch.values.iter_mut().enumerate() {
                set(values, unit, get(row, tokens + of));
            }
        }
    }

    /// Recalls with the query; leaves errors and the gradients of `W_Q` and `W_V`, and gives 1 for a right answer.
    #[inline(always)]
    fn recall<F: Floats>(&self, scratch: &mut Scratch) -> u32 {
        let [letters, context, _] = self.sizes();
        let (units, key, item) = (scratch.units, scratch.key, scratch.item);
        let (tokens, number, hidden) = (3 * letters, self.number, self.module.hidden as usize);
        let query = &scratch.potentials[context * units..][..units];
        scale::<F>(query, self.settings.beta, &mut scratch.activity);
        softmax::<F>(&mut scratch.activity);
        let activity = &scratch.activity;

        let items = &mut scratch.left.item[number * item..][..item];
        for (part, out) in items.iter_mut().enumerate() {
            let sum = sum16!(F, hidden, |unit| {
                F::load(&scratch.returns[unit * item + part]).mul(F::splat(get(activity, unit)))
            });
            sum.store(out);
        }
        let outputs = [get(items, tokens), get(items, tokens + 1)];
        for place in tokens..item * LANES {
            set(items, place, 0.0);
        }
        let targets = [0, 1].map(|of| if of == self.target { 1.0 } else { 0.0 });
        let missed = [outputs[0] - targets[0], outputs[1] - targets[1]];
        let loss = missed[0] * missed[0] + missed[1] * missed[1];
        set(&mut scratch.left.losses, number, loss);

        let [lower, upper] = &self.weights.values;
        let errors = [
            dot::<F>(lower, items) - targets[0],
            dot::<F>(upper, items) - targets[1],
        ];
        let [first, second] = errors.map(F::splat);
        for unit in 0..hidden {
            let row = &scratch.returns[unit * item..][..item];
            let mut sum = F::splat(0.0);
            for ((row, lower), upper) in row.iter().zip(lower).zip(upper) {
                let pull = F::load(lower).mul(first).add(F::load(upper).mul(second));
                sum = sum.add(F::load(row).mul(pull));
            }
            set(&mut scratch.signal, unit, sum.sum());
        }
        through_softmax::<F>(activity, &mut scratch.signal);
        let out = &mut scratch.left.query[number * key..][..key];
        pull_keys::<F>(&scratch.bank, &scratch.rows, &scratch.signal, out);

        let taught = match self.module.values {
            ValueRule::Reinstated => errors,
            ValueRule::Output => missed,
        };
        for (out, error) in scratch.left.errors.iter_mut().zip(taught) {
            out[number] = error;
        }
        u32::from(usize::from(outputs[1] > outputs[0]) == self.target)
    }

    /// Leaves the vector of the gradient of `W_K`; the shares of the tokens in it are the reinstated item.
    #[inline(always)]
    fn teach_keys<F: Floats>(&self, scratch: &mut Scratch) {
        if self.settings.rates[1].is_none() || self.module.keys == KeyRule::Fixed {
            return;
        }
        let [letters, _, _] = self.sizes();
        let (key, item, number) = (scratch.key, scratch.item, self.number);
        let query = (2 * letters + self.letter) * key;
        let query = &self.weights.columns[0][query..][..key];
        let items = &scratch.left.item[number * item..][..item];
        scratch.left.key_share[number * item..][..item].copy_from_slice(items);
        if self.module.keys == KeyRule::Hebbian {
            scratch.left.key[number * key..][..key].copy_from_slice(query);
            return;
        }
        let keys = &self.weights.columns[1];
        for (part, out) in scratch.reinstated.iter_mut().enumerate() {
            let sum = sum16!(F, 3 * letters, |token| {
                F::load(&keys[token * key + part]).mul(F::splat(get(items, token)))
            });
            sum.store(out);
        }
        if self.module.keys == KeyRule::Align {
            let out = &mut scratch.left.key[number * key..][..key];
            for ((out, reinstated), query) in out.iter_mut().zip(&scratch.reinstated).zip(query) {
                F::load(reinstated).sub(F::load(query)).store(out);
            }
            return;
        }
        self.through_module::<F>(scratch);
    }

    /// The gradient of `W_K` through the module: recall with the reinstated key.
    #[inline(always)]
    fn through_module<F: Floats>(&self, scratch: &mut Scratch) {
        let [_, _, keys] = self.sizes();
        let (key, number) = (scratch.key, self.number);
        let mut activity = std::mem::take(&mut scratch.activity);
        if self.draws_keys() {
            turned_products::<F>(&scratch.turned, &scratch.reinstated, keys, &mut activity);
        } else {
            activity.fill(Chunk::ZERO);
        }
        for (unit, &token) in scratch.stored.iter().enumerate() {
            if token != NONE {
                let column = &self.weights.columns[1][token as usize * key..][..key];
                set(&mut activity, unit, dot::<F>(column, &scratch.reinstated));
            }
        }
        self.close(&mut activity);
        let beta = F::splat(self.settings.beta);
        for chunk in &mut activity {
            beta.mul(F::load(chunk)).store(chunk);
        }
        softmax::<F>(&mut activity);
        let mut errors = [0.0; 2];
        for (of, error) in errors.iter_mut().enumerate() {
            let target = if of == self.target { 1.0 } else { 0.0 };
            *error = dot::<F>(&scratch.values[of], &activity) - target;
        }
        let [first, second] = errors.map(F::splat);
        let values = scratch.values[0].iter().zip(&scratch.values[1]);
        for (signal, (lower, upper)) in scratch.signal.iter_mut().zip(values) {
            let lower = F::load(lower).mul(first);
            lower.add(F::load(upper).mul(second)).store(signal);
        }
        through_softmax::<F>(&activity, &mut scratch.signal);
        let out = &mut scratch.left.key[number * key..][..key];
        pull_keys::<F>(&scratch.bank, &scratch.rows, &scratch.signal, out);
        scratch.activity = activity;
    }
}

/// `beta` times potentials.
#[inline(always)]
fn scale<F: Floats>(potentials: &[Chunk], beta: f32, out: &mut [Chunk]) {
    for (out, potentials) in out.iter_mut().zip(potentials) {
        F::splat(beta).mul(F::load(potentials)).store(out);
    }
}

/// Products of all drawn key rows with a vector.
#[inline(always)]
fn turned_products<F: Floats>(turned: &[Chunk], vector: &[Chunk], keys: usize, out: &mut [Chunk]) {
    let units = out.len();
    for (part, out) in out.iter_mut().enumerate() {
        let sum = sum16!(F, keys, |place| {
            F::load(&turned[place * units + part]).mul(F::splat(get(vector, place)))
        });
        sum.store(out);
    }
}

/// Sum of the key rows, each times its unit's signal.
#[inline(always)]
fn pull_keys<F: Floats>(bank: &[Chunk], rows: &[usize], signal: &[Chunk], out: &mut [Chunk]) {
    for (part, out) in out.iter_mut().enumerate() {
        let sum = sum16!(F, rows.len(), |unit| {
            F::load(&bank[rows[unit] + part]).mul(F::splat(get(signal, unit)))
        });
        sum.store(out);
    }
}

/// The unit with the largest potential, the first of several; what is no number counts as minus infinity.
#[inline(always)]
fn winner<F: Floats>(potentials: &[Chunk]) -> usize {
    let lowest = F::splat(f32::NEG_INFINITY);
    let mut most = lowest;
    for chunk in potentials {
        most = F::load(chunk).larger(most);
    }
    let most = F::splat(most.largest());
    for (part, chunk) in potentials.iter().enumerate() {
        let equal = F::load(chunk).larger(lowest).equal(most);
        if equal != 0 {
            return part * LANES + equal.trailing_zeros() as usize;
        }
    }
    0
}
