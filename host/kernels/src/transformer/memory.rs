//! The memory models whose modules draw key rows: a fresh module of fast weights for every sequence, one after the other.

use slotless_core::rng::Key;

use super::super::simd::{Block, Chunk, Floats, Isa, Kernel, LANES, exp, flat, flat_mut, sum16};
use super::products::{dot, weighted};
use super::scratch::{NONE, Scratch};
use super::shape::{Any, Shape, Small, of_shape};
use super::weights::{Weights, set};
use super::{Batch, KeyRule, Module, Settings, ValueRule};

/// Start weights are below this.
pub(super) const UNIT: f32 = 1.0;
/// And those of keys below this.
const HALF: f32 = 0.5;
/// The rows of a module whose start weights are drawn: places of each begin here.
const KEY_ROWS: u32 = 0;
pub(super) const RETURN_ROWS: u32 = 1 << 30;
pub(super) const INPUT_ROWS: u32 = 2 << 30;

/// Words that a row of `length` start weights is drawn from, in chunks; the second halves serve the places behind them.
pub(super) fn word_chunks(length: usize) -> usize {
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

/// The batch's outputs and what its gradients are made of; gives the number of right answers.
pub(super) fn batch(
    isa: Isa,
    (settings, module): (&Settings, &Module),
    weights: &Weights,
    batch: &Batch,
    key: Key,
    scratch: &mut Scratch,
) -> u32 {
    let mut correct = 0;
    let contexts = batch.context.chunks_exact(settings.sizes.context as usize);
    let asked = batch.queries.iter().zip(&batch.targets);
    for (number, (tokens, (&letter, &target))) in contexts.zip(asked).enumerate() {
        let sequence = &Sequence {
            settings,
            module,
            weights,
            tokens,
            letter: letter as usize,
            target: target as usize,
            number,
            key: key.derive(number as u32).words(),
        };
        isa.run(Load { sequence, scratch });
        correct += isa.run(Recall { sequence, scratch });
        sequence.leave_items(scratch);
        if module.keys == KeyRule::Through && settings.rates[1].is_some() {
            isa.run(Through { sequence, scratch });
        }
    }
    correct
}

/// Stores a sequence's items.
struct Load<'a> {
    sequence: &'a Sequence<'a>,
    scratch: &'a mut Scratch,
}

impl Kernel for Load<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let Self { sequence, scratch } = self;
        of_shape!(B::Floats, scratch, |S| {
            sequence.potentials::<B::Floats, S>(scratch);
            sequence.load::<B::Floats, S>(scratch);
            sequence.draw_returns::<B::Floats, S>(scratch);
        });
    }
}

/// Recalls with a sequence's query; gives 1 for a right answer.
struct Recall<'a> {
    sequence: &'a Sequence<'a>,
    scratch: &'a mut Scratch,
}

impl Kernel for Recall<'_> {
    type Output = u32;

    #[inline(always)]
    fn run<B: Block>(self) -> u32 {
        let Self { sequence, scratch } = self;
        of_shape!(B::Floats, scratch, |S| sequence
            .recall::<B::Floats, S>(scratch))
    }
}

/// The gradient of `W_K` through the module.
struct Through<'a> {
    sequence: &'a Sequence<'a>,
    scratch: &'a mut Scratch,
}

impl Kernel for Through<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let Self { sequence, scratch } = self;
        of_shape!(B::Floats, scratch, |S| sequence
            .through_module::<B::Floats, S>(scratch));
    }
}

impl Sequence<'_> {
    fn sizes(&self) -> [usize; 3] {
        let sizes = &self.settings.sizes;
        [sizes.letters, sizes.context, sizes.keys].map(|size| size as usize)
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

    /// Potentials of the units as they start, for each item of the context and for the query.
    #[inline(always)]
    fn potentials<F: Floats, S: Shape>(&self, scratch: &mut Scratch) {
        let [letters, context, keys] = self.sizes();
        let (units, key) = (S::units(scratch), S::key(scratch));
        let words = word_chunks(keys) * LANES;
        for part in 0..units {
            let first = (part * LANES * words) as u32 | KEY_ROWS;
            for place in 0..words.min(keys) {
                let drawn = F::draws(self.key, first + place as u32, words as u32);
                let turned = &mut scratch.turned[part * key * LANES..][..keys];
                F::low_halves(drawn, HALF).store(&mut turned[place]);
                if place + words < keys {
                    F::high_halves(drawn, HALF).store(&mut turned[place + words]);
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
            turned_products::<F>(&scratch.turned, flat(column), out);
        }
        for at in 0..=context {
            self.close(&mut scratch.potentials[at * units..][..units]);
        }
    }

    /// Stores the items one after the other, each in the units with the largest potentials.
    #[inline(always)]
    fn load<F: Floats, S: Shape>(&self, scratch: &mut Scratch) {
        let [letters, context, _] = self.sizes();
        let (units, pairs) = (S::units(scratch), 2 * letters);
        scratch.stored.fill(NONE);
        for (at, &token) in self.tokens.iter().enumerate() {
            for _ in 0..self.module.winners {
                let unit = winner::<F>(&scratch.potentials[at * units..][..units]);
                scratch.stored[unit] = token;
                // Out of this item's running, and with its new key in those to come.
                set(
                    &mut scratch.potentials[at * units..],
                    unit,
                    f32::NEG_INFINITY,
                );
                for (later, &other) in self.tokens.iter().enumerate().skip(at + 1) {
                    let potential = scratch.gram[token as usize * pairs + other as usize];
                    set(&mut scratch.potentials[later * units..], unit, potential);
                }
                let query = scratch.matches[self.letter * pairs + token as usize];
                set(&mut scratch.potentials[context * units..], unit, query);
            }
        }
    }

    /// What the hidden units give back, and which of them store nothing.
    #[inline(always)]
    fn draw_returns<F: Floats, S: Shape>(&self, scratch: &mut Scratch) {
        let [letters, _, _] = self.sizes();
        let item = S::item(scratch);
        let stride = S::units(scratch) * LANES;
        let tokens = 3 * letters;
        for unit in 0..self.module.hidden as usize {
            let token = scratch.stored[unit];
            if token == NONE {
                let first = (unit * word_chunks(tokens + 2) * LANES) as u32 | RETURN_ROWS;
                let returns = &mut scratch.returns[unit..];
                draw_row::<F>(self.key, first, UNIT, returns, (item, stride));
            } else {
                for part in 0..item {
                    scratch.returns[part * stride + unit] = Chunk::ZERO;
                }
                let place = |at: usize| (at / LANES * stride + unit, at % LANES);
                let (part, lane) = place(token as usize);
                scratch.returns[part].0[lane] = 1.0;
                for (of, values) in self.weights.values.iter().enumerate() {
                    let (part, lane) = place(tokens + of);
                    scratch.returns[part].0[lane] = flat(values)[token as usize];
                }
            }
            flat_mut(&mut scratch.idle)[unit] = f32::from(u8::from(token == NONE));
            for (of, values) in scratch.values.iter_mut().enumerate() {
                let at = tokens + of;
                flat_mut(values)[unit] = scratch.returns[at / LANES * stride + unit].0[at % LANES];
            }
        }
    }

    /// Recalls with the query; leaves errors and the gradients of `W_Q` and `W_V`, and gives 1 for a right answer.
    #[inline(always)]
    fn recall<F: Floats, S: Shape>(&self, scratch: &mut Scratch) -> u32 {
        let [letters, context, _] = self.sizes();
        let (units, key, item) = (S::units(scratch), S::key(scratch), S::item(scratch));
        let (tokens, number, hidden) = (3 * letters, self.number, self.module.hidden as usize);
        let query = &scratch.potentials[context * units..][..units];
        let activity = &mut scratch.activity[..units];
        scale::<F>(query, self.settings.beta, activity);
        softmax::<F>(activity);
        let (activity, stride) = (flat(activity), units * LANES);
        for (part, out) in scratch.reinstated[..item].iter_mut().enumerate() {
            let returns = &scratch.returns[part * stride..][..stride];
            weighted::<F>(returns, activity).store(out);
        }
        let items = flat_mut(&mut scratch.reinstated);
        let outputs = [items[tokens], items[tokens + 1]];
        items[tokens..].fill(0.0);
        let targets = [0, 1].map(|of| if of == self.target { 1.0 } else { 0.0 });
        let missed = [outputs[0] - targets[0], outputs[1] - targets[1]];
        let loss = missed[0] * missed[0] + missed[1] * missed[1];
        flat_mut(&mut scratch.left.losses)[number] = loss;
        let sequences = scratch.sequences;
        for (part, item) in scratch.reinstated[..item].iter().enumerate() {
            scratch.left.item[part * sequences + number] = *item;
        }

        let [lower, upper] = self.weights.values.each_ref().map(|row| &row[..item]);
        let errors = [
            dot::<F>(lower, &scratch.reinstated[..item]) - targets[0],
            dot::<F>(upper, &scratch.reinstated[..item]) - targets[1],
        ];
        let (first, second) = (F::splat(errors[0]), F::splat(errors[1]));
        let pull = &mut scratch.pull[..item];
        for ((pull, lower), upper) in pull.iter_mut().zip(lower).zip(upper) {
            F::load(lower)
                .mul(first)
                .add(F::load(upper).mul(second))
                .store(pull);
        }
        let signal = &mut scratch.signal[..units];
        let together = F::ACROSS && item == 1;
        if together && let [pull] = &*pull {
            // 16 units at once.
            let returns = scratch.returns[..stride].as_chunks::<LANES>().0;
            for (signal, returns) in signal.iter_mut().zip(returns) {
                let sums = F::load(pull).products(returns);
                sums.add(F::splat(0.0)).store(signal);
            }
        }
        for (unit, &token) in scratch.stored[..stride].iter().enumerate() {
            flat_mut(signal)[unit] = if unit >= hidden {
                0.0
            } else if token != NONE {
                // The product with a one-hot item is an entry; zero is added as in a sum.
                flat(pull)[token as usize] + 0.0
            } else if !together {
                let mut sum = F::splat(0.0);
                for (part, pull) in pull.iter().enumerate() {
                    let returns = &scratch.returns[part * stride + unit];
                    sum = sum.add(F::load(returns).mul(F::load(pull)));
                }
                sum.sum()
            } else {
                continue;
            };
        }
        through_softmax::<F>(&scratch.activity[..units], signal);
        let stored = &scratch.stored[..stride];
        self.pull_tokens(stored, signal, &mut scratch.left.pulls);
        self.pull_rows::<F>(
            &scratch.turned,
            &scratch.idle[..units],
            signal,
            (&mut scratch.left.query, key),
        );

        let taught = match self.module.values {
            ValueRule::Reinstated => errors,
            ValueRule::Output => missed,
        };
        for (out, error) in scratch.left.errors.iter_mut().zip(taught) {
            flat_mut(out)[number] = error;
        }
        u32::from(usize::from(outputs[1] > outputs[0]) == self.target)
    }

    /// Leaves the reinstated item where `W_K` learns from it.
    fn leave_items(&self, scratch: &mut Scratch) {
        if self.settings.rates[1].is_none() || self.module.keys == KeyRule::Fixed {
            return;
        }
        let items = &flat(&scratch.reinstated)[..self.settings.sizes.tokens() as usize];
        for (token, &item) in items.iter().enumerate() {
            let at = token * scratch.sequences + self.number;
            flat_mut(&mut scratch.left.item_numbers)[at] = item;
        }
    }

    /// The gradient of `W_K` through the module: recall with the reinstated key.
    #[inline(always)]
    fn through_module<F: Floats, S: Shape>(&self, scratch: &mut Scratch) {
        let (units, key) = (S::units(scratch), S::key(scratch));
        let keys = &self.weights.columns[1];
        let items = &flat(&scratch.reinstated)[..self.settings.sizes.tokens() as usize];
        let reinstated_key = &mut scratch.reinstated_key[..key];
        for (part, out) in reinstated_key.iter_mut().enumerate() {
            let sum = sum16!(F, items.len(), |token| {
                F::load(&keys[token * key + part]).mul(F::splat(items[token]))
            });
            sum.store(out);
        }
        let activity = &mut scratch.activity[..units];
        turned_products::<F>(&scratch.turned, flat(reinstated_key), activity);
        let stored = &scratch.stored[..units * LANES];
        for (unit, &token) in stored.iter().enumerate() {
            if token != NONE {
                let column = &keys[token as usize * key..][..key];
                flat_mut(activity)[unit] = dot::<F>(column, reinstated_key);
            }
        }
        self.close(activity);
        let beta = F::splat(self.settings.beta);
        for chunk in activity.iter_mut() {
            beta.mul(F::load(chunk)).store(chunk);
        }
        softmax::<F>(activity);
        let mut errors = [0.0; 2];
        for (of, error) in errors.iter_mut().enumerate() {
            let target = if of == self.target { 1.0 } else { 0.0 };
            *error = dot::<F>(&scratch.values[of][..units], activity) - target;
        }
        let (first, second) = (F::splat(errors[0]), F::splat(errors[1]));
        let [lower, upper] = scratch.values.each_ref().map(|values| &values[..units]);
        let signal = &mut scratch.signal[..units];
        for (signal, (lower, upper)) in signal.iter_mut().zip(lower.iter().zip(upper)) {
            let lower = F::load(lower).mul(first);
            lower.add(F::load(upper).mul(second)).store(signal);
        }
        through_softmax::<F>(activity, signal);
        self.pull_tokens(stored, signal, &mut scratch.left.key_pulls);
        self.pull_rows::<F>(
            &scratch.turned,
            &scratch.idle[..units],
            signal,
            (&mut scratch.left.key, key),
        );
    }

    /// Leaves the signals of the units that store an item, token by token.
    #[inline(always)]
    fn pull_tokens(&self, stored: &[u32], signal: &[Chunk], left: &mut [Chunk]) {
        let sequences = (self.settings.sizes.batch as usize).div_ceil(LANES) * LANES;
        for part in 0..left.len() / sequences {
            left[part * sequences + self.number] = Chunk::ZERO;
        }
        for (&token, &signal) in stored.iter().zip(flat(signal)) {
            if token != NONE {
                let token = token as usize;
                left[token / LANES * sequences + self.number].0[token % LANES] += signal;
            }
        }
    }

    /// Leaves the sum of the drawn key rows of idle units, each times its unit's signal. A lane has the partial sum of every 16th
    /// unit, so that the shape is that of any sum over units; zero added at the end makes up for partial sums of -0.
    #[inline(always)]
    fn pull_rows<F: Floats>(
        &self,
        turned: &[Chunk],
        idle: &[Chunk],
        signal: &[Chunk],
        (left, key): (&mut [Chunk], usize),
    ) {
        let sequences = left.len() / key;
        for part in 0..key {
            let rows = turned.chunks_exact(key * LANES);
            let mut rows = rows.map_while(|rows| rows[part * LANES..].first_chunk::<LANES>());
            let sums = if let ([idle], [signal]) = (idle, signal)
                && let Some(rows) = rows.next()
            {
                F::load(idle).mul(F::load(signal)).products(rows)
            } else {
                let mut sums = [Chunk::ZERO; LANES];
                for ((rows, idle), signal) in rows.zip(idle).zip(signal) {
                    let signal = F::load(idle).mul(F::load(signal));
                    for (sum, row) in sums.iter_mut().zip(rows) {
                        F::load(sum).add(F::load(row).mul(signal)).store(sum);
                    }
                }
                F::splat(1.0).products(&sums)
            };
            let out = &mut left[part * sequences + self.number];
            sums.add(F::splat(0.0)).store(out);
        }
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
fn turned_products<F: Floats>(turned: &[Chunk], vector: &[f32], out: &mut [Chunk]) {
    for (part, out) in out.iter_mut().enumerate() {
        let turned = &turned[part * vector.len()..][..vector.len()];
        weighted::<F>(turned, vector).store(out);
    }
}

/// Draws a row of start weights below `scale`: this many chunks, and each so far behind the last.
#[inline(always)]
pub(super) fn draw_row<F: Floats>(
    key: [u32; 2],
    first: u32,
    scale: f32,
    row: &mut [Chunk],
    (chunks, stride): (usize, usize),
) {
    let words = chunks.div_ceil(2);
    for part in 0..words {
        let drawn = F::draws(key, first + (part * LANES) as u32, 1);
        F::low_halves(drawn, scale).store(&mut row[part * stride]);
        if part + words < chunks {
            F::high_halves(drawn, scale).store(&mut row[(part + words) * stride]);
        }
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

/// Softmax of `values`; lanes of minus infinity come out as zero.
#[inline(always)]
fn softmax<F: Floats>(values: &mut [Chunk]) {
    let mut most = F::splat(f32::NEG_INFINITY);
    for chunk in values.iter() {
        most = most.larger(F::load(chunk));
    }
    let most = F::splat(most.largest());
    let mut sum = F::splat(0.0);
    for chunk in values.iter_mut() {
        let power = exp(F::load(chunk).sub(most));
        sum = sum.add(power);
        power.store(chunk);
    }
    let sum = F::splat(sum.sum());
    for chunk in values.iter_mut() {
        F::load(chunk).div(sum).store(chunk);
    }
}

/// What the gradient of the softmax makes of `signal`, in place: `a (signal - sum of a signal)`.
#[inline(always)]
fn through_softmax<F: Floats>(activity: &[Chunk], signal: &mut [Chunk]) {
    let mean = F::splat(dot::<F>(activity, signal));
    for (signal, activity) in signal.iter_mut().zip(activity) {
        F::load(activity)
            .mul(F::load(signal).sub(mean))
            .store(signal);
    }
}
