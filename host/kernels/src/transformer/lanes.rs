//! The memory models whose modules draw no key rows, 16 sequences at a time: a lane of a chunk is a sequence.
//!
//! Potentials, activities and errors of 16 sequences stand side by side, so that sums over hidden units go lane by lane. What a
//! sequence has drawn for itself stays in rows of its own, as in [`super::memory`], and sums across lanes are taken for 16 at
//! a time.

use slotless_core::rng::Key;

use super::super::simd::{Block, Chunk, Floats, Isa, Kernel, LANES, flat, flat_mut, sum16};
use super::by_lane::{of_lane, softmax, through_softmax, winners};
use super::memory::{INPUT_ROWS, RETURN_ROWS, UNIT, draw_row, word_chunks};
use super::products::lanewise;
use super::scratch::{NONE, Scratch};
use super::shape::{Any, Shape, Small, of_shape};
use super::weights::Weights;
use super::{Allocation, Batch, KeyRule, Module, Settings, ValueRule};

/// Buffers of 16 sequences. Chunks for each hidden unit are filled up to whole chunks of units.
pub(super) struct Lanes {
    /// Potentials for each item of the context, then for the query.
    potentials: Vec<Chunk>,
    /// Softmax over the hidden units.
    activity: Vec<Chunk>,
    /// Its gradient.
    signal: Vec<Chunk>,
    /// The values that the units give back; only where `W_K` learns through the module.
    values: [Vec<Chunk>; 2],
    /// The token that each unit stores (numbers), a sequence after the other.
    stored: Vec<u32>,
    /// The units that store one, ascending, then from the end on those that store none; a sequence after the other. A branch
    /// for each unit would go wrong every other time.
    units: Vec<u32>,
    /// How many store one, by sequence.
    taken: [usize; LANES],
    /// What the units give back, a sequence after the other: for each chunk of an item with its values one for each unit.
    returns: Vec<Chunk>,
    /// What a unit that stores a token gives back, a token after the other.
    items: Vec<Chunk>,
    /// The token that speaks to a unit by a projection (numbers), [`NONE`] for none.
    projected: Vec<u32>,
    /// Sums that are to be taken, and the unit and sequence of each.
    terms: [Chunk; LANES],
    places: [(usize, usize); LANES],
}

impl Lanes {
    /// For these numbers of chunks of units and of an item with its values.
    pub fn new(settings: &Settings, module: &Module, [units, item]: [usize; 2]) -> Self {
        let sizes = &settings.sizes;
        let width = units * LANES;
        let zeros = |chunks: usize| vec![Chunk::ZERO; chunks];
        let values = if module.keys == KeyRule::Through {
            width
        } else {
            0
        };
        Self {
            potentials: zeros((sizes.context as usize + 1) * width),
            activity: zeros(width),
            signal: zeros(width),
            values: [zeros(values), zeros(values)],
            stored: vec![NONE; LANES * width],
            units: vec![0; LANES * width],
            taken: [0; LANES],
            returns: zeros(LANES * width * item),
            items: zeros(2 * sizes.letters as usize * item),
            projected: (0..width as u32)
                .map(|unit| projected(settings, module, unit))
                .collect(),
            terms: [Chunk::ZERO; LANES],
            places: [(0, 0); LANES],
        }
    }
}

/// 16 sequences, or as many as are left.
struct Group<'a> {
    settings: &'a Settings,
    module: &'a Module,
    weights: &'a Weights,
    batch: &'a Batch,
    key: Key,
    first: usize,
    lanes: usize,
}

/// The batch's outputs and what its gradients are made of; gives the number of right answers.
pub(super) fn batch(
    isa: Isa,
    (settings, module): (&Settings, &Module),
    weights: &Weights,
    batch: &Batch,
    key: Key,
    (scratch, lanes): (&mut Scratch, &mut Lanes),
) -> u32 {
    let (letters, item) = (settings.sizes.letters as usize, scratch.pull.len());
    for (token, row) in lanes.items.chunks_exact_mut(item).enumerate() {
        row.fill(Chunk::ZERO);
        row[token / LANES].0[token % LANES] = 1.0;
        for (of, values) in weights.values.iter().enumerate() {
            let at = 3 * letters + of;
            row[at / LANES].0[at % LANES] = flat(values)[token];
        }
    }
    let mut correct = 0;
    for number in 0..scratch.sequences / LANES {
        let first = number * LANES;
        let group = &Group {
            settings,
            module,
            weights,
            batch,
            key,
            first,
            lanes: LANES.min(batch.queries.len() - first),
        };
        isa.run(Load {
            group,
            scratch,
            lanes,
        });
        correct += isa.run(Recall {
            group,
            scratch,
            lanes,
        });
        if module.keys == KeyRule::Through && settings.rates[1].is_some() {
            isa.run(Through {
                group,
                scratch,
                lanes,
            });
        }
    }
    correct
}

/// Stores the items of a group.
struct Load<'a> {
    group: &'a Group<'a>,
    scratch: &'a Scratch,
    lanes: &'a mut Lanes,
}

impl Kernel for Load<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        self.group.load::<B::Floats>(self.scratch, self.lanes);
    }
}

/// Recalls with a group's queries; gives the number of right answers.
struct Recall<'a> {
    group: &'a Group<'a>,
    scratch: &'a mut Scratch,
    lanes: &'a mut Lanes,
}

impl Kernel for Recall<'_> {
    type Output = u32;

    #[inline(always)]
    fn run<B: Block>(self) -> u32 {
        let Self {
            group,
            scratch,
            lanes,
        } = self;
        // What a key has does not matter here.
        if !B::Floats::LOOPS && [scratch.units, scratch.pull.len()] == [1, 1] {
            group.recall::<B::Floats, Small<0>>(scratch, lanes)
        } else {
            group.recall::<B::Floats, Any>(scratch, lanes)
        }
    }
}

/// The gradient of `W_K` through the module.
struct Through<'a> {
    group: &'a Group<'a>,
    scratch: &'a mut Scratch,
    lanes: &'a mut Lanes,
}

impl Kernel for Through<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let Self {
            group,
            scratch,
            lanes,
        } = self;
        of_shape!(B::Floats, scratch, |S| group
            .through_module::<B::Floats, S>(scratch, lanes));
    }
}

impl Group<'_> {
    fn hidden(&self) -> usize {
        self.module.hidden as usize
    }

    /// The tokens of a sequence's context.
    fn tokens(&self, lane: usize) -> &[u32] {
        let context = self.settings.sizes.context as usize;
        &self.batch.context[(self.first + lane) * context..][..context]
    }

    /// Stores the items of each sequence one after the other, each in the units with the largest potentials, and leaves the
    /// potentials for the query.
    #[inline(always)]
    fn load<F: Floats>(&self, scratch: &Scratch, lanes: &mut Lanes) {
        let sizes = &self.settings.sizes;
        let (letters, context) = (sizes.letters as usize, sizes.context as usize);
        let (width, pairs, hidden) = (scratch.units * LANES, 2 * letters, self.hidden());
        let Lanes {
            potentials,
            stored,
            units,
            taken,
            projected,
            ..
        } = lanes;
        potentials.fill(Chunk::ZERO);
        stored.fill(NONE);
        for lane in 0..self.lanes {
            for (at, &token) in self.tokens(lane).iter().enumerate() {
                let potentials = &mut potentials[at * width..][..width];
                self.start::<F>(lane, token, potentials);
            }
        }
        for at in 0..context {
            for _ in 0..self.module.winners {
                let winners = winners::<F>(&potentials[at * width..][..hidden]);
                for (lane, &unit) in winners.iter().enumerate().take(self.lanes) {
                    let tokens = self.tokens(lane);
                    let token = tokens[at];
                    stored[lane * width + unit] = token;
                    // Out of this item's running, and with its new key in those to come.
                    potentials[at * width + unit].0[lane] = f32::NEG_INFINITY;
                    for (later, &other) in tokens.iter().enumerate().skip(at + 1) {
                        potentials[later * width + unit].0[lane] = match self.module.allocation {
                            Allocation::Projected(strength) => {
                                let speaks = projected[unit] == other;
                                scratch.gram[token as usize * pairs + other as usize]
                                    + if speaks { strength } else { 0.0 }
                            }
                            // Two items of a context are never the same token.
                            Allocation::Key | Allocation::Item => 0.0,
                        };
                    }
                    let letter = self.batch.queries[self.first + lane] as usize;
                    potentials[context * width + unit].0[lane] =
                        scratch.matches[letter * pairs + token as usize];
                }
            }
        }
        potentials[context * width + hidden..].fill(Chunk([f32::NEG_INFINITY; LANES]));
        let rows = stored
            .chunks_exact(width)
            .zip(units.chunks_exact_mut(width));
        for ((stored, units), taken) in rows.zip(taken).take(self.lanes) {
            let (mut busy, mut idle) = (0, hidden);
            for (unit, &token) in (0..).zip(&stored[..hidden]) {
                // Either place is free.
                units[busy] = unit;
                units[idle - 1] = unit;
                busy += usize::from(token != NONE);
                idle -= usize::from(token == NONE);
            }
            *taken = busy;
        }
    }

    /// The potentials with which units start for a token.
    #[inline(always)]
    fn start<F: Floats>(&self, lane: usize, token: u32, potentials: &mut [Chunk]) {
        match self.module.allocation {
            // Not here.
            Allocation::Key => {}
            Allocation::Projected(strength) => {
                let tokens = 2 * self.settings.sizes.letters as usize;
                for copy in 0..self.module.winners as usize {
                    potentials[copy * tokens + token as usize].0[lane] = strength;
                }
            }
            Allocation::Item => {
                let words = word_chunks(self.settings.sizes.tokens() as usize) * LANES;
                let key = self.key.derive((self.first + lane) as u32).words();
                let place = token as usize % words;
                for (part, potentials) in potentials.chunks_exact_mut(LANES).enumerate() {
                    let first = (part * LANES * words) as u32 | INPUT_ROWS;
                    let drawn = F::draws(key, first + place as u32, words as u32);
                    let drawn = if (token as usize) < words {
                        F::low_halves(drawn, UNIT)
                    } else {
                        F::high_halves(drawn, UNIT)
                    };
                    let mut units = Chunk::ZERO;
                    drawn.store(&mut units);
                    for (potential, unit) in potentials.iter_mut().zip(units.0) {
                        potential.0[lane] = unit;
                    }
                }
            }
        }
    }

    /// What the hidden units of a sequence give back.
    #[inline(always)]
    fn draw_returns<F: Floats, S: Shape>(&self, lane: usize, scratch: &Scratch, lanes: &mut Lanes) {
        let (width, item) = (S::units(scratch) * LANES, S::item(scratch));
        let words = (word_chunks(self.settings.sizes.tokens() as usize + 2) * LANES) as u32;
        let key = self.key.derive((self.first + lane) as u32).words();
        let stored = &lanes.stored[lane * width..][..width];
        let units = &lanes.units[lane * width..][..self.hidden()];
        let (busy, idle) = units.split_at(lanes.taken[lane]);
        let returns = &mut lanes.returns[lane * width * item..][..width * item];
        for &unit in idle {
            let first = (unit * words) | RETURN_ROWS;
            let returns = &mut returns[unit as usize..];
            draw_row::<F>(key, first, UNIT, returns, (item, width));
        }
        for &unit in busy {
            let token = stored[unit as usize] as usize;
            for part in 0..item {
                returns[part * width + unit as usize] = lanes.items[token * item + part];
            }
        }
    }

    /// Recalls with the queries; leaves errors and the gradients of `W_Q` and `W_V`, and gives the number of right answers.
    #[inline(always)]
    fn recall<F: Floats, S: Shape>(&self, scratch: &mut Scratch, lanes: &mut Lanes) -> u32 {
        let (width, item) = (S::units(scratch) * LANES, S::item(scratch));
        let sizes = &self.settings.sizes;
        let (context, tokens) = (sizes.context as usize, 3 * sizes.letters as usize);
        let (hidden, sequences) = (self.hidden(), scratch.sequences);
        let query = &lanes.potentials[context * width..][..width];
        softmax::<F>(self.settings.beta, query, &mut lanes.activity);

        let mut outputs = [Chunk::ZERO; 2];
        for lane in 0..self.lanes {
            self.draw_returns::<F, S>(lane, scratch, lanes);
            let number = self.first + lane;
            let returns = &lanes.returns[lane * width * item..][..width * item];
            for (part, returns) in returns.chunks_exact(width).enumerate() {
                let sum = of_lane::<F>(returns, &lanes.activity, lane, hidden);
                sum.store(&mut scratch.left.item[part * sequences + number]);
            }
            for at in tokens..item * LANES {
                // Behind the item stand its values, and nothing behind these.
                let entry = &mut scratch.left.item[at / LANES * sequences + number].0[at % LANES];
                if let Some(outputs) = outputs.get_mut(at - tokens) {
                    outputs.0[lane] = *entry;
                }
                *entry = 0.0;
            }
            let numbers = flat_mut(&mut scratch.left.item_numbers);
            let numbers = numbers.chunks_exact_mut(sequences);
            for (token, numbers) in numbers.enumerate() {
                let part = &scratch.left.item[token / LANES * sequences + number];
                numbers[number] = part.0[token % LANES];
            }
            for (of, values) in lanes.values.iter_mut().enumerate() {
                let at = tokens + of;
                let returns = &returns[at / LANES * width..][..width];
                for (value, row) in values.iter_mut().zip(returns) {
                    value.0[lane] = row.0[at % LANES];
                }
            }
        }
        let mut targets = [Chunk::ZERO; 2];
        for lane in 0..self.lanes {
            targets[self.batch.targets[self.first + lane] as usize].0[lane] = 1.0;
        }
        // Sequences that there are not have no error, since their outputs and targets are 0.
        let missed = [
            F::load(&outputs[0]).sub(F::load(&targets[0])),
            F::load(&outputs[1]).sub(F::load(&targets[1])),
        ];
        let group = self.first / LANES;
        let loss = missed[0].mul(missed[0]).add(missed[1].mul(missed[1]));
        loss.store(&mut scratch.left.losses[group]);

        // Items lane by lane.
        let items = &scratch.left.item_numbers;
        let groups = sequences / LANES;
        let [lower, upper] = self.weights.values.each_ref().map(|row| flat(row));
        // Written out, since instructions are not those of this function in a closure.
        let errors = [
            sum16!(F, tokens, |token| F::load(&items[token * groups + group])
                .mul(F::splat(lower[token])))
            .sub(F::load(&targets[0])),
            sum16!(F, tokens, |token| F::load(&items[token * groups + group])
                .mul(F::splat(upper[token])))
            .sub(F::load(&targets[1])),
        ];
        let taught = match self.module.values {
            ValueRule::Reinstated => errors,
            ValueRule::Output => missed,
        };
        let mut error_numbers = [Chunk::ZERO; 2];
        for of in 0..2 {
            taught[of].store(&mut scratch.left.errors[of][group]);
            errors[of].store(&mut error_numbers[of]);
        }
        let [lower, upper] = self.weights.values.each_ref().map(|row| &row[..item]);
        lanes.signal.fill(Chunk::ZERO);
        let mut waiting = 0;
        for lane in 0..self.lanes {
            let [first, second] = &error_numbers;
            let (first, second) = (F::splat(first.0[lane]), F::splat(second.0[lane]));
            for (part, (lower, upper)) in lower.iter().zip(upper).enumerate() {
                F::load(lower)
                    .mul(first)
                    .add(F::load(upper).mul(second))
                    .store(&mut scratch.pull[part]);
            }
            let returns = &lanes.returns[lane * width * item..][..width * item];
            let stored = &lanes.stored[lane * width..][..width];
            let (busy, idle) = lanes.units[lane * width..][..hidden].split_at(lanes.taken[lane]);
            for &unit in busy {
                // The product with a one-hot item is an entry; zero is added as in a sum.
                let token = stored[unit as usize] as usize;
                lanes.signal[unit as usize].0[lane] = flat(&scratch.pull)[token] + 0.0;
            }
            for &unit in idle {
                let mut sum = F::splat(0.0);
                for (part, pull) in scratch.pull[..item].iter().enumerate() {
                    let returns = &returns[part * width + unit as usize];
                    sum = sum.add(F::load(returns).mul(F::load(pull)));
                }
                sum.store(&mut lanes.terms[waiting]);
                lanes.places[waiting] = (unit as usize, lane);
                waiting += 1;
                if waiting == LANES {
                    across::<F>(&lanes.terms, &lanes.places, &mut lanes.signal);
                    waiting = 0;
                }
            }
        }
        across::<F>(&lanes.terms, &lanes.places[..waiting], &mut lanes.signal);
        through_softmax::<F>(&lanes.activity, &mut lanes.signal);
        self.pull_tokens(width, lanes, &mut scratch.left.pulls);
        let [lower, upper] = outputs;
        let asked = self.batch.targets[self.first..][..self.lanes].iter();
        let right = asked.zip(lower.0.iter().zip(&upper.0));
        right
            .map(|(&target, (lower, upper))| u32::from(u32::from(upper > lower) == target))
            .sum()
    }

    /// The gradient of `W_K` through the module: recall with the reinstated keys.
    #[inline(always)]
    fn through_module<F: Floats, S: Shape>(&self, scratch: &mut Scratch, lanes: &mut Lanes) {
        let (width, key) = (S::units(scratch) * LANES, S::key(scratch));
        let (hidden, sequences) = (self.hidden(), scratch.sequences);
        let tokens = 3 * self.settings.sizes.letters as usize;
        let keys = &self.weights.columns[1];
        let potentials = &mut lanes.potentials[..width];
        potentials.fill(Chunk::ZERO);
        let mut waiting = 0;
        for lane in 0..self.lanes {
            let number = self.first + lane;
            let reinstated = &mut scratch.reinstated_key[..key];
            for (part, out) in reinstated.iter_mut().enumerate() {
                let items = flat(&scratch.left.item_numbers);
                let sum = sum16!(F, tokens, |token| {
                    let item = items[token * sequences + number];
                    F::load(&keys[token * key + part]).mul(F::splat(item))
                });
                sum.store(out);
            }
            let stored = &lanes.stored[lane * width..][..width];
            for &unit in &lanes.units[lane * width..][..lanes.taken[lane]] {
                let unit = unit as usize;
                let column = &keys[stored[unit] as usize * key..][..key];
                let mut sum = F::splat(0.0);
                for (a, b) in column.iter().zip(&*reinstated) {
                    sum = sum.add(F::load(a).mul(F::load(b)));
                }
                sum.store(&mut lanes.terms[waiting]);
                lanes.places[waiting] = (unit, lane);
                waiting += 1;
                if waiting == LANES {
                    across::<F>(&lanes.terms, &lanes.places, potentials);
                    waiting = 0;
                }
            }
        }
        across::<F>(&lanes.terms, &lanes.places[..waiting], potentials);
        potentials[hidden..].fill(Chunk([f32::NEG_INFINITY; LANES]));
        softmax::<F>(self.settings.beta, potentials, &mut lanes.activity);
        let mut targets = [Chunk::ZERO; 2];
        for lane in 0..self.lanes {
            targets[self.batch.targets[self.first + lane] as usize].0[lane] = 1.0;
        }
        let errors = [
            lanewise::<F>(&lanes.values[0], &lanes.activity).sub(F::load(&targets[0])),
            lanewise::<F>(&lanes.values[1], &lanes.activity).sub(F::load(&targets[1])),
        ];
        let values = lanes.values[0].iter().zip(&lanes.values[1]);
        for (signal, (lower, upper)) in lanes.signal.iter_mut().zip(values) {
            let lower = F::load(lower).mul(errors[0]);
            lower.add(F::load(upper).mul(errors[1])).store(signal);
        }
        through_softmax::<F>(&lanes.activity, &mut lanes.signal);
        self.pull_tokens(width, lanes, &mut scratch.left.key_pulls);
    }

    /// Leaves the signals of the units that store an item, token by token.
    #[inline(always)]
    fn pull_tokens(&self, width: usize, lanes: &Lanes, left: &mut [Chunk]) {
        let sequences = (self.settings.sizes.batch as usize).div_ceil(LANES) * LANES;
        for lane in 0..self.lanes {
            let number = self.first + lane;
            for part in 0..left.len() / sequences {
                left[part * sequences + number] = Chunk::ZERO;
            }
            let stored = &lanes.stored[lane * width..][..width];
            for &unit in &lanes.units[lane * width..][..lanes.taken[lane]] {
                let token = stored[unit as usize] as usize;
                left[token / LANES * sequences + number].0[token % LANES] +=
                    lanes.signal[unit as usize].0[lane];
            }
        }
    }
}

/// The token that speaks to a hidden unit by a projection.
fn projected(settings: &Settings, module: &Module, unit: u32) -> u32 {
    let tokens = 2 * settings.sizes.letters;
    match module.allocation {
        Allocation::Projected(_) if unit < tokens * module.winners => unit % tokens,
        _ => NONE,
    }
}

/// The sums across lanes of these chunks, each to its place.
#[inline(always)]
fn across<F: Floats>(terms: &[Chunk; LANES], places: &[(usize, usize)], to: &mut [Chunk]) {
    let mut sums = Chunk::ZERO;
    F::splat(1.0).products(terms).store(&mut sums);
    for (&(unit, lane), sum) in places.iter().zip(sums.0) {
        to[unit].0[lane] = sum + 0.0;
    }
}
