//! The trainer against a plain program that uses the core's module, bit for bit, on every set of instructions.

use proptest::prelude::*;
use slotless_core::hetero::{self, Hetero};
use slotless_core::real::{self, Real};
use slotless_core::rng::{self, Key, Purpose};

use slotless_kernels::cpu::Isa;
use slotless_kernels::transformer::*;

/// Matrices row after row, as the equations have them.
struct Matrices {
    tokens: usize,
    all: [Vec<f32>; 3],
}

impl Matrices {
    fn of(weights: &Weights) -> Self {
        Self {
            tokens: weights.tokens(),
            all: Slow::ALL.map(|of| weights.matrix(of)),
        }
    }

    fn column(&self, of: Slow, token: u32) -> Vec<f32> {
        let column = self.all[of as usize].iter().skip(token as usize);
        column.step_by(self.tokens).copied().collect()
    }

    fn row(&self, of: Slow, row: usize) -> &[f32] {
        &self.all[of as usize][row * self.tokens..][..self.tokens]
    }
}

/// Sum over places of `a_i v_i`, entry by entry of the vectors.
fn combine(numbers: &[f32], vectors: &[&[f32]], length: usize) -> Vec<f32> {
    (0..length)
        .map(|at| {
            let terms = numbers
                .iter()
                .zip(vectors)
                .map(|(number, vector)| number * vector[at]);
            real::sum(&terms.collect::<Vec<_>>())
        })
        .collect()
}

fn through(activity: &[f32], signal: &[f32]) -> Vec<f32> {
    let mean = real::dot(activity, signal);
    activity
        .iter()
        .zip(signal)
        .map(|(a, s)| a * (s - mean))
        .collect()
}

/// What a sequence adds to the gradients.
struct Part {
    output: [f32; 2],
    letter: usize,
    /// The error that `W_V` learns from, and the reinstated item.
    error: [f32; 2],
    item: Vec<f32>,
    /// Shares of the tokens in the gradient of the query, and what rows without an item add to it.
    pulls: Vec<f32>,
    drawn: Vec<f32>,
    /// The same of the gradient of the reinstated key.
    key_pulls: Vec<f32>,
    key_drawn: Vec<f32>,
}

fn slots(
    settings: &Settings,
    w: &Matrices,
    context: &[u32],
    letter: u32,
    target: [f32; 2],
) -> Part {
    let tokens = w.tokens;
    let asked = 2 * settings.sizes.letters + letter;
    let query = w.column(Slow::Queries, asked);
    let keys: Vec<Vec<f32>> = context
        .iter()
        .map(|&token| w.column(Slow::Keys, token))
        .collect();
    let values: Vec<Vec<f32>> = context
        .iter()
        .map(|&token| w.column(Slow::Values, token))
        .collect();
    let attend = |beta: f32| {
        let mut logits: Vec<f32> = keys
            .iter()
            .map(|key| beta * real::dot(&query, key))
            .collect();
        f32::softmax_in_place(&mut logits);
        logits
    };
    let activity = attend(settings.beta);
    let output = combine(
        &activity,
        &values.iter().map(Vec::as_slice).collect::<Vec<_>>(),
        2,
    );
    let error = [output[0] - target[0], output[1] - target[1]];
    let back = match settings.attention {
        Attention::SlotsPublished => attend(1.0),
        _ => activity,
    };
    let signal: Vec<f32> = values
        .iter()
        .map(|value| real::sum(&[value[0] * error[0], value[1] * error[1]]))
        .collect();
    let signal = through(&back, &signal);
    let mut item = vec![0.0; tokens];
    let mut pulls = vec![0.0; tokens];
    for (at, &token) in context.iter().enumerate() {
        item[token as usize] = back[at];
        pulls[token as usize] = signal[at];
    }
    Part {
        output: [output[0], output[1]],
        letter: letter as usize,
        error,
        item,
        pulls,
        drawn: Vec::new(),
        key_pulls: Vec::new(),
        key_drawn: Vec::new(),
    }
}

/// The module of a sequence after its context.
struct Fast {
    module: Hetero<f32, Vec<u32>>,
    /// Room for its recalls.
    scratch: Vec<u32>,
    /// The token that each hidden unit stores.
    stored: Vec<Option<u32>>,
}

fn loaded(sizes: &Sizes, module: &Module, w: &Matrices, context: &[u32], key: Key) -> Fast {
    let allocation = match module.allocation {
        Allocation::Key => hetero::Allocation::Key,
        Allocation::Projected(strength) => hetero::Allocation::Projected {
            units: 2 * sizes.letters,
            strength,
        },
        Allocation::Item => hetero::Allocation::Item,
    };
    let params = hetero::Params::<f32>::builder(sizes.keys, 2, sizes.tokens(), module.hidden)
        .winners(module.winners)
        .allocation(allocation)
        .build()
        .unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut fast = Hetero::new(params, vec![0; params.words()], key).unwrap();
    let mut stored = vec![None; module.hidden as usize];
    for &token in context {
        let mut item = vec![0.0; w.tokens];
        item[token as usize] = 1.0;
        let [key, value] = [Slow::Keys, Slow::Values].map(|of| w.column(of, token));
        for &unit in fast.load(&key, &value, &item, &mut scratch).unwrap() {
            stored[unit as usize] = Some(token);
        }
    }
    Fast {
        module: fast,
        scratch,
        stored,
    }
}

fn memory(
    settings: &Settings,
    module: &Module,
    w: &Matrices,
    (context, letter, target): (&[u32], u32, [f32; 2]),
    key: Key,
) -> Part {
    let letters = settings.sizes.letters;
    let (tokens, length) = (w.tokens, settings.sizes.keys as usize);
    let Fast {
        module: fast,
        mut scratch,
        stored,
    } = loaded(&settings.sizes, module, w, context, key);
    let asked = 2 * letters + letter;
    let query = w.column(Slow::Queries, asked);
    let found = fast.recall(&query, settings.beta, &mut scratch).unwrap();
    let (activity, item) = (found.hidden.to_vec(), found.item.to_vec());
    let output = [found.value[0], found.value[1]];
    let missed = [output[0] - target[0], output[1] - target[1]];
    let error = [0, 1].map(|row: usize| real::dot(w.row(Slow::Values, row), &item) - target[row]);
    let units = || 0..module.hidden;
    let pull: Vec<f32> = (0..tokens)
        .map(|token| {
            real::sum(&[0, 1].map(|row: usize| w.row(Slow::Values, row)[token] * error[row]))
        })
        .collect();
    let signal: Vec<f32> = units()
        .map(|unit| real::dot(fast.item(unit), &pull))
        .collect();
    let is_drawn = matches!(module.allocation, Allocation::Key);
    let parts_of = |fast: &Hetero<f32, Vec<u32>>, signal: &[f32]| {
        let mut pulls = vec![0.0; tokens];
        let zeros = vec![0.0; length];
        let mut rows = Vec::new();
        for unit in units() {
            match stored[unit as usize] {
                Some(token) => {
                    pulls[token as usize] += signal[unit as usize];
                    rows.push(zeros.as_slice());
                }
                None => rows.push(fast.key_row(unit)),
            }
        }
        let drawn = if is_drawn {
            combine(signal, &rows, length)
        } else {
            Vec::new()
        };
        (pulls, drawn)
    };
    let (pulls, drawn) = parts_of(&fast, &through(&activity, &signal));
    let (mut key_pulls, mut key_drawn) = (Vec::new(), Vec::new());
    if module.keys == KeyRule::Through {
        let columns: Vec<Vec<f32>> = (0..tokens as u32)
            .map(|token| w.column(Slow::Keys, token))
            .collect();
        let key = combine(
            &item,
            &columns.iter().map(Vec::as_slice).collect::<Vec<_>>(),
            length,
        );
        let found = fast.recall(&key, settings.beta, &mut scratch).unwrap();
        let activity = found.hidden.to_vec();
        let error = [found.value[0] - target[0], found.value[1] - target[1]];
        let signal: Vec<f32> = units()
            .map(|unit| {
                real::sum(&[
                    fast.value(unit)[0] * error[0],
                    fast.value(unit)[1] * error[1],
                ])
            })
            .collect();
        (key_pulls, key_drawn) = parts_of(&fast, &through(&activity, &signal));
    }
    Part {
        output,
        letter: letter as usize,
        error: match module.values {
            ValueRule::Reinstated => error,
            ValueRule::Output => missed,
        },
        item,
        pulls,
        drawn,
        key_pulls,
        key_drawn,
    }
}

/// Outcome and gradients of a batch.
fn plain(
    settings: &Settings,
    weights: &Weights,
    batch: &Batch,
    key: Key,
) -> (Outcome, [Vec<f32>; 3]) {
    let w = Matrices::of(weights);
    let mut correct = 0;
    let mut losses = Vec::new();
    let mut parts = Vec::new();
    for (number, context) in (0..).zip(batch.context.chunks_exact(settings.sizes.context as usize))
    {
        let letter = batch.queries[number as usize];
        let upper = batch.targets[number as usize];
        let target = [1.0 - upper as f32, upper as f32];
        let part = match settings.attention {
            Attention::Memory(module) => memory(
                settings,
                &module,
                &w,
                (context, letter, target),
                key.derive(number),
            ),
            _ => slots(settings, &w, context, letter, target),
        };
        let missed = [part.output[0] - target[0], part.output[1] - target[1]];
        losses.push(missed[0] * missed[0] + missed[1] * missed[1]);
        correct += u32::from((part.output[1] > part.output[0]) == (upper == 1));
        parts.push(part);
    }
    let beta = settings.beta;
    let factors = match settings.attention {
        Attention::Slots => [2.0 * beta, 2.0 * beta, 2.0],
        Attention::SlotsPublished => [2.0; 3],
        Attention::Memory(module) => match module.keys {
            KeyRule::Fixed => [2.0 * beta, 0.0, 2.0],
            KeyRule::Through => [2.0 * beta, 2.0 * beta, 2.0],
            KeyRule::Align => [2.0 * beta, 2.0, 2.0],
            KeyRule::Hebbian => [2.0 * beta, -1.0, 2.0],
        },
    };
    // A sum over the batch of numbers of each sequence.
    let total =
        |number: &dyn Fn(&Part) -> f32| real::sum(&parts.iter().map(number).collect::<Vec<_>>());
    let asked = |part: &Part, letter: usize| if part.letter == letter { 1.0 } else { 0.0 };
    let letters = settings.sizes.letters as usize;
    let (row_of, drawn) = (
        |of: Slow, row: usize| w.row(of, row),
        |vector: &[f32], row: usize| vector.get(row).copied(),
    );
    let pulled = |row: usize, shares: &[f32]| {
        let keys = row_of(Slow::Keys, row);
        real::sum(
            &keys
                .iter()
                .zip(shares)
                .map(|(key, share)| key * share)
                .collect::<Vec<_>>(),
        )
    };
    let wanted = |row: usize, shares: &[f32]| {
        let queries = &row_of(Slow::Queries, row)[2 * letters..];
        real::sum(
            &queries
                .iter()
                .zip(shares)
                .map(|(query, share)| query * share)
                .collect::<Vec<_>>(),
        )
    };
    let queries = |row: usize, token: usize| {
        let Some(letter) = token.checked_sub(2 * letters) else {
            return 0.0;
        };
        let shares: Vec<f32> = (0..2 * letters)
            .map(|t| total(&|p| p.pulls[t] * asked(p, letter)))
            .collect();
        let sum = pulled(row, &shares);
        match parts[0].drawn.is_empty() {
            true => sum,
            false => sum + total(&|p| drawn(&p.drawn, row).unwrap() * asked(p, letter)),
        }
    };
    let keys = |row: usize, token: usize| {
        let reinstated = |letter: usize| total(&|p| p.item[token] * asked(p, letter));
        let asked_for = || wanted(row, &(0..letters).map(reinstated).collect::<Vec<_>>());
        match settings.attention {
            Attention::Slots | Attention::SlotsPublished if token < 2 * letters => {
                let shares =
                    (0..letters).map(|letter| total(&|p| p.pulls[token] * asked(p, letter)));
                wanted(row, &shares.collect::<Vec<_>>())
            }
            Attention::Slots | Attention::SlotsPublished => 0.0,
            Attention::Memory(module) => match module.keys {
                KeyRule::Fixed => 0.0,
                KeyRule::Hebbian => asked_for(),
                KeyRule::Align => {
                    let shares = (0..3 * letters).map(|t| total(&|p| p.item[t] * p.item[token]));
                    pulled(row, &shares.collect::<Vec<_>>()) - asked_for()
                }
                KeyRule::Through => {
                    let shares =
                        (0..2 * letters).map(|t| total(&|p| p.key_pulls[t] * p.item[token]));
                    let sum = pulled(row, &shares.collect::<Vec<_>>());
                    match parts[0].key_drawn.is_empty() {
                        true => sum,
                        false => {
                            sum + total(&|p| drawn(&p.key_drawn, row).unwrap() * p.item[token])
                        }
                    }
                }
            },
        }
    };
    let values = |row: usize, token: usize| total(&|p| p.item[token] * p.error[row]);
    let gradients = Slow::ALL.map(|of| {
        let entry = |row: usize, token: usize| match of {
            Slow::Queries => queries(row, token),
            Slow::Keys => keys(row, token),
            Slow::Values => values(row, token),
        };
        let places =
            (0..weights.rows(of)).flat_map(|row| (0..w.tokens).map(move |token| (row, token)));
        places
            .map(|(row, token)| factors[of as usize] * entry(row, token))
            .collect()
    });
    let loss = real::sum(&losses) / batch.queries.len() as f32;
    (Outcome { correct, loss }, gradients)
}

/// A batch and weights of a seed; entries of `W_Q` and `W_K` reach up to `size`.
fn case(sizes: &Sizes, seed: u64, size: f32) -> (Weights, Batch) {
    let mut rng = rng::stream(seed, Purpose(900), 0, 0);
    let mut weights = Weights::new(sizes);
    let mut uniform = || rng::below(&mut rng, 1 << 20) as f32 / (1 << 20) as f32;
    for of in Slow::ALL {
        for row in 0..weights.rows(of) {
            for token in 0..weights.tokens() {
                let value = match of {
                    Slow::Values => 1.2 * uniform() - 0.2,
                    Slow::Queries | Slow::Keys => size * (2.0 * uniform() - 1.0),
                };
                weights.set(of, row, token, value);
            }
        }
    }
    let letters = sizes.letters;
    let (mut context, mut queries, mut targets) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..sizes.batch {
        let mut alphabet: Vec<u32> = (0..letters).collect();
        rng::shuffle(&mut rng, &mut alphabet);
        let tokens: Vec<u32> = alphabet[..sizes.context as usize]
            .iter()
            .map(|letter| letter + letters * rng::below(&mut rng, 2))
            .collect();
        let asked = tokens[rng::below(&mut rng, sizes.context) as usize];
        queries.push(asked % letters);
        targets.push(asked / letters);
        context.extend(tokens);
    }
    (
        weights,
        Batch {
            context,
            queries,
            targets,
        },
    )
}

fn attention(letters: u32, context: u32) -> impl Strategy<Value = Attention> {
    let keys = prop_oneof![
        Just(KeyRule::Fixed),
        Just(KeyRule::Through),
        Just(KeyRule::Align),
        Just(KeyRule::Hebbian)
    ];
    let values = prop_oneof![Just(ValueRule::Reinstated), Just(ValueRule::Output)];
    let allocation = prop_oneof![
        2 => Just(Allocation::Key),
        2 => (0.0_f32..2.0).prop_map(Allocation::Projected),
        1 => Just(Allocation::Item)
    ];
    let module = (keys, values, allocation, 1..=3_u32, 0..=20_u32);
    prop_oneof![
        1 => Just(Attention::Slots),
        1 => Just(Attention::SlotsPublished),
        8 => module.prop_map(move |(keys, values, allocation, winners, more)| {
            let least = match allocation {
                Allocation::Projected(_) => 2 * letters * winners,
                _ => context.max(winners),
            };
            Attention::Memory(Module { hidden: least + more, winners, allocation, keys, values })
        }),
    ]
}

fn settings() -> impl Strategy<Value = Settings> {
    let letters = prop_oneof![4 => 1..=6_u32, 1 => Just(26_u32)];
    letters
        .prop_flat_map(|letters| (Just(letters), 1..=letters))
        .prop_flat_map(|(letters, context)| {
            let sizes = (Just(letters), Just(context), 1..=70_u32, 1..=36_u32);
            (sizes, attention(letters, context), 0.1_f32..3.0)
        })
        .prop_map(
            |((letters, context, keys, batch), attention, beta)| Settings {
                sizes: Sizes {
                    letters,
                    context,
                    keys,
                    batch,
                },
                attention,
                beta,
                rates: [Some(0.01), Some(0.02), Some(0.03)],
            },
        )
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// Compares outcome, gradients and the step they make with the plain program's.
fn check(settings: Settings, seed: u64, size: f32) {
    let (start, batch) = case(&settings.sizes, seed, size);
    let key = Key::new(seed, Purpose(901));
    let (outcome, gradients) = plain(&settings, &start, &batch, key);
    for isa in Isa::available() {
        let mut trainer = Trainer::with_isa(settings, isa);
        let mut weights = start.clone();
        assert_eq!(trainer.step(&mut weights, &batch, key), outcome, "{isa}");
        for of in Slow::ALL {
            let (before, gradient) = (start.matrix(of), &gradients[of as usize]);
            assert_eq!(bits(&trainer.gradient(of)), bits(gradient), "{isa}, {of:?}");
            let rate = settings.rates[of as usize].unwrap();
            let after = before
                .iter()
                .zip(gradient)
                .map(|(weight, gradient)| weight - gradient * rate);
            assert_eq!(
                bits(&weights.matrix(of)),
                bits(&after.collect::<Vec<_>>()),
                "{isa}, {of:?}"
            );
        }
        // What fills their chunks up stays zero.
        let mut again = Weights::new(&settings.sizes);
        for of in Slow::ALL {
            again.set_matrix(of, &weights.matrix(of));
        }
        assert_eq!(weights, again, "{isa}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 1 } else if cfg!(target_env = "musl") { 40 } else { 300 }))]

    #[test]
    fn the_trainer_is_the_plain_program(settings in settings(), seed: u64, size in 0.05_f32..1.0) {
        check(settings, seed, size);
    }
}

/// A trainer is used for many batches: nothing of one may be left for the next. Letters, keys and units that the code is
/// straight for, and some that it is not.
#[test]
fn the_next_batch_finds_nothing_of_the_last() {
    let allocations = [
        Allocation::Key,
        Allocation::Projected(1.0),
        Allocation::Item,
    ];
    for (letters, length, hidden) in [(4, 50, 16), (4, 32, 16), (4, 20, 18), (5, 50, 21)] {
        let sizes = Sizes {
            letters,
            context: 3,
            keys: length,
            batch: 9,
        };
        for allocation in allocations {
            for keys in [KeyRule::Through, KeyRule::Align] {
                let module = Module {
                    hidden,
                    winners: 2,
                    allocation,
                    keys,
                    values: ValueRule::Reinstated,
                };
                let settings = Settings {
                    sizes,
                    attention: Attention::Memory(module),
                    beta: 1.0,
                    rates: [Some(0.01); 3],
                };
                for isa in Isa::available() {
                    let mut trainer = Trainer::with_isa(settings, isa);
                    for seed in 0..3 {
                        let (weights, batch) = case(&sizes, seed, 0.5);
                        let key = Key::new(seed, Purpose(901));
                        let (outcome, gradients) = plain(&settings, &weights, &batch, key);
                        assert_eq!(trainer.gradients(&weights, &batch, key), outcome);
                        for of in Slow::ALL {
                            let expected = bits(&gradients[of as usize]);
                            let got = bits(&trainer.gradient(of));
                            assert_eq!(got, expected, "{of:?} {settings:?} {isa}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_matrix_without_a_rate_stays() {
    let sizes = Sizes {
        letters: 3,
        context: 3,
        keys: 5,
        batch: 4,
    };
    let (start, batch) = case(&sizes, 1, 0.5);
    for of in Slow::ALL {
        let mut rates = [Some(0.1); 3];
        rates[of as usize] = None;
        let settings = Settings {
            sizes,
            attention: Attention::Slots,
            beta: 1.0,
            rates,
        };
        let mut weights = start.clone();
        Trainer::new(settings).step(&mut weights, &batch, Key::new(1, Purpose(901)));
        for other in Slow::ALL {
            let same = weights.matrix(other) == start.matrix(other);
            assert_eq!(same, other == of, "{of:?} frozen, {other:?}");
        }
    }
}

mod differences;
