//! Gradients against central differences of the errors in double precision, with the modules as they were loaded; and those
//! rules that are the gradient of nothing against their formulas.

use super::*;

/// A matrix in double precision, row after row.
type Matrix = Vec<f64>;

/// What a module holds after its context, in double precision.
struct Loaded {
    keys: Vec<Vec<f64>>,
    items: Vec<Vec<f64>>,
    values: Vec<Vec<f64>>,
}

struct Problem {
    settings: Settings,
    weights: Weights,
    batch: Batch,
    /// One a sequence; none in the baseline.
    modules: Vec<Loaded>,
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| f64::from(value)).collect()
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn softmax(logits: Vec<f64>) -> Vec<f64> {
    let most = logits.iter().copied().fold(f64::MIN, f64::max);
    let powers: Vec<f64> = logits.iter().map(|z| (z - most).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}

/// Sum of vectors, each times its number.
fn mix(numbers: &[f64], vectors: &[Vec<f64>]) -> Vec<f64> {
    let mut sum = vec![0.0; vectors[0].len()];
    for (number, vector) in numbers.iter().zip(vectors) {
        for (sum, entry) in sum.iter_mut().zip(vector) {
            *sum += number * entry;
        }
    }
    sum
}

impl Problem {
    fn new(settings: Settings, seed: u64) -> Self {
        let (weights, batch) = case(&settings.sizes, seed, 0.6);
        let key = Key::new(seed, Purpose(901));
        let mut problem = Self {
            settings,
            weights,
            batch,
            modules: Vec::new(),
        };
        if let Attention::Memory(module) = settings.attention {
            let sequences = 0..settings.sizes.batch;
            problem.modules = sequences
                .map(|number| problem.load(&module, number, key.derive(number)))
                .collect();
        }
        problem
    }

    fn context(&self, number: usize) -> &[u32] {
        let context = self.settings.sizes.context as usize;
        &self.batch.context[number * context..][..context]
    }

    fn load(&self, module: &Module, number: u32, key: Key) -> Loaded {
        let matrices = Matrices::of(&self.weights);
        let context = self.context(number as usize);
        let fast = loaded(&self.settings.sizes, module, &matrices, context, key).module;
        let rows = |of: &dyn Fn(u32) -> Vec<f64>| (0..module.hidden).map(of).collect();
        Loaded {
            keys: rows(&|unit| wide(fast.key_row(unit))),
            items: rows(&|unit| wide(fast.item(unit))),
            values: rows(&|unit| wide(fast.value(unit))),
        }
    }

    fn matrix(&self, of: Slow) -> Matrix {
        wide(&self.weights.matrix(of))
    }

    /// A column of a matrix.
    fn column(&self, matrix: &[f64], token: usize) -> Vec<f64> {
        matrix
            .iter()
            .skip(token)
            .step_by(self.weights.tokens())
            .copied()
            .collect()
    }

    fn columns(&self, matrix: &[f64], tokens: &[u32]) -> Vec<Vec<f64>> {
        tokens
            .iter()
            .map(|&token| self.column(matrix, token as usize))
            .collect()
    }

    /// Matrix times vector of tokens.
    fn times(&self, matrix: &[f64], vector: &[f64]) -> Vec<f64> {
        matrix
            .chunks_exact(self.weights.tokens())
            .map(|row| product(row, vector))
            .collect()
    }

    fn target(&self, number: usize) -> [f64; 2] {
        let upper = f64::from(self.batch.targets[number]);
        [1.0 - upper, upper]
    }

    fn query(&self, queries: &[f64], number: usize) -> Vec<f64> {
        let asked = 2 * self.settings.sizes.letters + self.batch.queries[number];
        self.column(queries, asked as usize)
    }

    fn attend(&self, keys: &[Vec<f64>], query: &[f64]) -> Vec<f64> {
        let beta = f64::from(self.settings.beta);
        softmax(keys.iter().map(|key| beta * product(key, query)).collect())
    }

    /// The reinstated item with queries of this matrix.
    fn item(&self, queries: &[f64], number: usize) -> Vec<f64> {
        let loaded = &self.modules[number];
        mix(
            &self.attend(&loaded.keys, &self.query(queries, number)),
            &loaded.items,
        )
    }

    /// The sum of squared errors that a matrix descends, with that matrix in its place.
    fn error(&self, of: Slow, matrix: &[f64]) -> f64 {
        let mut all = Slow::ALL.map(|of| self.matrix(of));
        all[of as usize] = matrix.to_vec();
        let [queries, keys, values] = &all;
        let squares = |output: &[f64], target: &[f64]| -> f64 {
            output
                .iter()
                .zip(target)
                .map(|(y, t)| (y - t) * (y - t))
                .sum()
        };
        let sequence = |number: usize| match (self.settings.attention, of) {
            (Attention::Slots | Attention::SlotsPublished, _) => {
                let context = self.context(number);
                let query = self.query(queries, number);
                let activity = self.attend(&self.columns(keys, context), &query);
                squares(
                    &mix(&activity, &self.columns(values, context)),
                    &self.target(number),
                )
            }
            (Attention::Memory(_), Slow::Queries | Slow::Values) => {
                let output = self.times(values, &self.item(queries, number));
                squares(&output, &self.target(number))
            }
            (Attention::Memory(module), Slow::Keys) => {
                // The reinstated item is a constant here: nothing of it depends on this matrix.
                let key = self.times(keys, &self.item(queries, number));
                if module.keys == KeyRule::Align {
                    return squares(&key, &self.query(queries, number));
                }
                let loaded = &self.modules[number];
                let output = mix(&self.attend(&loaded.keys, &key), &loaded.values);
                squares(&output, &self.target(number))
            }
        };
        (0..self.batch.queries.len()).map(sequence).sum()
    }

    /// Central differences.
    fn differences(&self, of: Slow) -> Matrix {
        let matrix = self.matrix(of);
        let step = 1e-4;
        (0..matrix.len())
            .map(|at| {
                let error = |by: f64| {
                    let mut moved = matrix.clone();
                    moved[at] += by;
                    self.error(of, &moved)
                };
                (error(step) - error(-step)) / (2.0 * step)
            })
            .collect()
    }

    /// Sum over the batch of vectors times reinstated items.
    fn outer(&self, vector: impl Fn(usize) -> Vec<f64>) -> Matrix {
        let queries = self.matrix(Slow::Queries);
        let mut sum = Vec::new();
        for number in 0..self.batch.queries.len() {
            let (vector, item) = (vector(number), self.item(&queries, number));
            sum.resize(vector.len() * item.len(), 0.0);
            for (sum, at) in sum.iter_mut().zip(0..) {
                *sum += vector[at / item.len()] * item[at % item.len()];
            }
        }
        sum
    }

    fn compare(&self, of: Slow, expected: &[f64]) {
        let mut trainer = Trainer::new(self.settings);
        trainer.gradients(&self.weights, &self.batch, self.key());
        let gradient = wide(&trainer.gradient(of));
        let size = expected.iter().copied().map(f64::abs).fold(0.0, f64::max);
        assert!(size > 1e-3, "{of:?}: no gradient to compare, {size}");
        for (at, (ours, expected)) in gradient.iter().zip(expected).enumerate() {
            assert!(
                (ours - expected).abs() < 2e-5 * size,
                "{of:?} of {:?}, entry {at}: {ours}, expected {expected} (largest {size})",
                self.settings.attention
            );
        }
    }

    fn key(&self) -> Key {
        Key::new(SEED, Purpose(901))
    }
}

const SEED: u64 = 5;

fn problem(attention: Attention, beta: f32) -> Problem {
    let settings = Settings {
        sizes: Sizes {
            letters: 4,
            context: 3,
            keys: 7,
            batch: 12,
        },
        attention,
        beta,
        rates: [Some(0.1); 3],
    };
    Problem::new(settings, SEED)
}

const ALLOCATIONS: [Allocation; 3] = [
    Allocation::Key,
    Allocation::Projected(0.7),
    Allocation::Item,
];

fn module(keys: KeyRule, values: ValueRule, allocation: Allocation, winners: u32) -> Module {
    Module {
        hidden: 17,
        winners,
        allocation,
        keys,
        values,
    }
}

#[test]
fn the_baseline_descends_its_error() {
    for beta in [0.5, 1.0, 2.5] {
        let problem = problem(Attention::Slots, beta);
        for of in Slow::ALL {
            problem.compare(of, &problem.differences(of));
        }
    }
}

#[test]
fn the_memory_models_descend_their_errors() {
    for allocation in ALLOCATIONS {
        for (keys, winners, beta) in [
            (KeyRule::Through, 1, 1.0),
            (KeyRule::Through, 2, 0.6),
            (KeyRule::Align, 1, 1.7),
            (KeyRule::Align, 2, 1.0),
        ] {
            let module = module(keys, ValueRule::Reinstated, allocation, winners);
            let problem = problem(Attention::Memory(module), beta);
            for of in Slow::ALL {
                problem.compare(of, &problem.differences(of));
            }
        }
        let fixed = module(KeyRule::Fixed, ValueRule::Reinstated, allocation, 1);
        let problem = problem(Attention::Memory(fixed), 1.0);
        for of in [Slow::Queries, Slow::Values] {
            problem.compare(of, &problem.differences(of));
        }
        let mut trainer = Trainer::new(problem.settings);
        trainer.gradients(&problem.weights, &problem.batch, problem.key());
        assert!(
            trainer
                .gradient(Slow::Keys)
                .iter()
                .all(|&entry| entry == 0.0)
        );
    }
}

#[test]
fn rules_without_an_error_are_their_formulas() {
    for allocation in ALLOCATIONS {
        let module = module(KeyRule::Hebbian, ValueRule::Output, allocation, 1);
        let problem = problem(Attention::Memory(module), 1.3);
        let queries = problem.matrix(Slow::Queries);
        let keys = problem.outer(|number| {
            let query = problem.query(&queries, number);
            query.iter().map(|entry| -entry).collect()
        });
        problem.compare(Slow::Keys, &keys);
        let values = problem.outer(|number| {
            let loaded = &problem.modules[number];
            let activity = problem.attend(&loaded.keys, &problem.query(&queries, number));
            let output = mix(&activity, &loaded.values);
            let target = problem.target(number);
            vec![2.0 * (output[0] - target[0]), 2.0 * (output[1] - target[1])]
        });
        problem.compare(Slow::Values, &values);
    }
}

/// The quirk of the published baseline: the error of the scaled forward pass, the softmax and the factor of the unscaled one.
#[test]
fn the_published_baseline_leaves_its_scale_out_of_the_gradient() {
    let scaled = problem(Attention::SlotsPublished, 0.4);
    let queries = scaled.matrix(Slow::Queries);
    let values = scaled.matrix(Slow::Values);
    let keys = scaled.matrix(Slow::Keys);
    let tokens = scaled.weights.tokens();
    let mut expected = [
        vec![0.0; queries.len()],
        vec![0.0; keys.len()],
        vec![0.0; values.len()],
    ];
    for number in 0..scaled.batch.queries.len() {
        let context = scaled.context(number);
        let (columns, given) = (
            scaled.columns(&keys, context),
            scaled.columns(&values, context),
        );
        let query = scaled.query(&queries, number);
        let forward = mix(&scaled.attend(&columns, &query), &given);
        let target = scaled.target(number);
        let error = [forward[0] - target[0], forward[1] - target[1]];
        let activity = softmax(columns.iter().map(|key| product(key, &query)).collect());
        let signal: Vec<f64> = given.iter().map(|value| product(value, &error)).collect();
        let mean = product(&activity, &signal);
        let asked = 2 * scaled.settings.sizes.letters + scaled.batch.queries[number];
        for (at, &token) in context.iter().enumerate() {
            let pull = 2.0 * activity[at] * (signal[at] - mean);
            for row in 0..query.len() {
                expected[0][row * tokens + asked as usize] += pull * columns[at][row];
                expected[1][row * tokens + token as usize] += pull * query[row];
            }
            for row in 0..2 {
                expected[2][row * tokens + token as usize] += 2.0 * error[row] * activity[at];
            }
        }
    }
    for of in Slow::ALL {
        scaled.compare(of, &expected[of as usize]);
    }
}
