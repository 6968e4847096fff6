use slotless_core::rng::{self, Key, Purpose};

use slotless_kernels::cuda::Device;
use slotless_kernels::cuda::transformer::{Start, Task, Trainings};
use slotless_kernels::transformer::{
    Allocation, Attention, Batch, KeyRule, Module, Settings, Sizes, Slow, Trainer, ValueRule,
    Weights,
};

use super::device;

const RULES: [KeyRule; 4] = [
    KeyRule::Fixed,
    KeyRule::Through,
    KeyRule::Align,
    KeyRule::Hebbian,
];
const TAUGHT: [ValueRule; 2] = [ValueRule::Reinstated, ValueRule::Output];

/// `rng::below` of the words of a key, and the next place.
fn below(key: Key, place: &mut u32, n: u32) -> u32 {
    loop {
        let wide = u64::from(key.at(*place)) * u64::from(n);
        *place += 1;
        if wide as u32 >= n.wrapping_neg() % n {
            return (wide >> 32) as u32;
        }
    }
}

/// The random batch of a key.
fn drawn(sizes: &Sizes, key: Key) -> Batch {
    let letters = sizes.letters;
    let (mut context, mut queries, mut targets) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..sizes.batch {
        let (key, mut place) = (key.derive(number), 0);
        let mut tokens: Vec<u32> = (0..letters).collect();
        for at in 0..sizes.context {
            let other = at + below(key, &mut place, letters - at);
            tokens.swap(at as usize, other as usize);
        }
        tokens.truncate(sizes.context as usize);
        for part in tokens.chunks_mut(32) {
            let cases = key.at(place);
            place += 1;
            for (at, token) in part.iter_mut().enumerate() {
                *token += letters * (cases >> at & 1);
            }
        }
        let asked = tokens[below(key, &mut place, sizes.context) as usize];
        queries.push(asked % letters);
        targets.push(asked / letters);
        context.extend(tokens);
    }
    Batch {
        context,
        queries,
        targets,
    }
}

fn start(sizes: &Sizes, trial: u32) -> Start {
    let mut stream = rng::stream(91, Purpose(900), trial, 0);
    let mut weights = Weights::new(sizes);
    for of in Slow::ALL {
        for row in 0..weights.rows(of) {
            for token in 0..weights.tokens() {
                let uniform = rng::below(&mut stream, 1 << 20) as f32 / (1 << 20) as f32;
                let value = match of {
                    Slow::Values => 0.1 * uniform,
                    Slow::Queries | Slow::Keys => 1.2 * uniform - 0.6,
                };
                weights.set(of, row, token, value);
            }
        }
    }
    let key = |purpose| Key::new(7, Purpose(purpose)).derive(trial);
    Start {
        weights,
        task: key(901),
        modules: key(902),
    }
}

/// What a trial does on the CPU: numbers of right answers, bits of losses up to one that is no finite number, weights then.
fn on_cpu(
    settings: &Settings,
    given: Option<&Batch>,
    start: &Start,
    iterations: u32,
) -> (Vec<u32>, Vec<u32>, Weights) {
    let mut trainer = Trainer::new(*settings);
    let mut weights = start.weights.clone();
    let (mut correct, mut losses) = (Vec::new(), Vec::new());
    for iteration in 0..iterations {
        let fresh = drawn(&settings.sizes, start.task.derive(iteration));
        let before = weights.clone();
        let batch = given.unwrap_or(&fresh);
        let outcome = trainer.step(&mut weights, batch, start.modules.derive(iteration));
        if !outcome.loss.is_finite() {
            return (correct, losses, before);
        }
        correct.push(outcome.correct);
        losses.push(outcome.loss.to_bits());
    }
    (correct, losses, weights)
}

fn bits(weights: &Weights) -> Vec<u32> {
    let all = Slow::ALL.into_iter().flat_map(|of| weights.matrix(of));
    all.map(f32::to_bits).collect()
}

/// Two trials, in launches of this many iterations, are those of the CPU. Gives how far they went.
fn equal_to_cpu(
    device: &Device,
    settings: &Settings,
    given: Option<&Batch>,
    launches: &[u32],
) -> [usize; 2] {
    let starts = [0, 5].map(|trial| start(&settings.sizes, trial));
    let task = given.map_or(Task::Fresh, Task::Given);
    let mut trainings = Trainings::new(device, settings, task, &starts).expect("trainings");
    let mut curves = [const { (Vec::new(), Vec::new()) }; 2];
    for &iterations in launches {
        let found = trainings.run(device, iterations).expect("iterations");
        for (all, part) in curves.iter_mut().zip(found) {
            all.0.extend(part.correct);
            all.1.extend(part.losses.into_iter().map(f32::to_bits));
        }
    }
    for (trial, start) in starts.iter().enumerate() {
        let all = launches.iter().sum();
        let (correct, losses, weights) = on_cpu(settings, given, start, all);
        assert_eq!(curves[trial].1, losses, "losses, {trial}: {settings:?}");
        assert_eq!(curves[trial].0, correct, "right, {trial}: {settings:?}");
        let found = trainings.weights(device, trial as u32).expect("weights");
        assert!(
            bits(&found) == bits(&weights),
            "weights, {trial}: {settings:?}"
        );
    }
    curves.map(|(correct, _)| correct.len())
}

fn sizes(letters: u32, context: u32, keys: u32, batch: u32) -> Sizes {
    Sizes {
        letters,
        context,
        keys,
        batch,
    }
}

fn settings(sizes: Sizes, attention: Attention) -> Settings {
    Settings {
        sizes,
        attention,
        beta: 1.25,
        rates: [Some(0.01), Some(0.004), Some(0.02)],
    }
}

fn module(hidden: u32, winners: u32, allocation: Allocation, keys: KeyRule) -> Attention {
    Attention::Memory(Module {
        hidden,
        winners,
        allocation,
        keys,
        values: ValueRule::Reinstated,
    })
}

fn taught(attention: Attention, values: ValueRule) -> Attention {
    match attention {
        Attention::Memory(module) => Attention::Memory(Module { values, ..module }),
        slots => slots,
    }
}

const SMALL: fn() -> Sizes = || sizes(4, 4, 10, 16);

#[test]
#[ignore = "needs a CUDA driver"]
fn baselines() {
    let device = device();
    for attention in [Attention::Slots, Attention::SlotsPublished] {
        equal_to_cpu(&device, &settings(SMALL(), attention), None, &[20]);
    }
}

/// All rules and values, with one way to choose hidden units.
fn modules(hidden: u32, allocation: Allocation) {
    let device = device();
    for keys in RULES {
        for values in TAUGHT {
            let attention = taught(module(hidden, 1, allocation, keys), values);
            equal_to_cpu(&device, &settings(SMALL(), attention), None, &[1, 19]);
        }
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn modules_by_key() {
    modules(16, Allocation::Key);
}

#[test]
#[ignore = "needs a CUDA driver"]
fn modules_with_projections() {
    modules(10, Allocation::Projected(1.0));
}

#[test]
#[ignore = "needs a CUDA driver"]
fn modules_by_item() {
    modules(16, Allocation::Item);
}

#[test]
#[ignore = "needs a CUDA driver"]
fn odd_sizes() {
    let device = device();
    for (sizes, more) in [
        (sizes(5, 3, 17, 13), 3),
        (sizes(3, 2, 33, 21), 18),
        (sizes(1, 1, 1, 1), 1),
        (sizes(7, 6, 65, 9), 9),
    ] {
        for attention in [Attention::Slots, Attention::SlotsPublished] {
            equal_to_cpu(&device, &settings(sizes, attention), None, &[5]);
        }
        for keys in RULES {
            for winners in [2, 3] {
                let least = 2 * sizes.letters * winners;
                let projected = Allocation::Projected(0.75);
                for (hidden, allocation) in [
                    (sizes.context.max(winners) + more, Allocation::Key),
                    (least + more, projected),
                    (sizes.context.max(winners), Allocation::Item),
                ] {
                    let attention = module(hidden, winners, allocation, keys);
                    equal_to_cpu(&device, &settings(sizes, attention), None, &[3]);
                }
            }
        }
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn long_contexts() {
    let device = device();
    let sizes = sizes(40, 35, 5, 3);
    for attention in [
        Attention::Slots,
        module(36, 1, Allocation::Key, KeyRule::Through),
    ] {
        equal_to_cpu(&device, &settings(sizes, attention), None, &[2]);
    }
}

/// Weights, products and what teams need, each where shared memory does not hold it.
#[test]
#[ignore = "needs a CUDA driver"]
fn what_does_not_fit_shared_memory() {
    let device = device();
    for (sizes, attention) in [
        (sizes(2, 2, 1500, 2), Attention::Slots),
        (sizes(110, 1, 2, 2), Attention::Slots),
        (
            sizes(2, 2, 700, 3),
            module(18, 1, Allocation::Key, KeyRule::Through),
        ),
    ] {
        equal_to_cpu(&device, &settings(sizes, attention), None, &[2]);
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn a_batch_that_is_given() {
    let device = device();
    let sizes = SMALL();
    let batch = drawn(&sizes, Key::new(3, Purpose(903)));
    for attention in [
        Attention::Slots,
        module(16, 1, Allocation::Key, KeyRule::Through),
    ] {
        equal_to_cpu(&device, &settings(sizes, attention), Some(&batch), &[6, 6]);
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn a_matrix_without_a_rate_stays() {
    let device = device();
    for of in 0..3 {
        for attention in [
            Attention::Slots,
            module(16, 1, Allocation::Key, KeyRule::Through),
            module(10, 1, Allocation::Projected(1.0), KeyRule::Align),
        ] {
            let mut settings = settings(SMALL(), attention);
            settings.rates[of] = None;
            equal_to_cpu(&device, &settings, None, &[5]);
        }
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn a_trial_ends_where_its_loss_is_no_number() {
    let device = device();
    for attention in [
        Attention::Slots,
        module(16, 1, Allocation::Key, KeyRule::Align),
    ] {
        let mut settings = settings(SMALL(), attention);
        settings.rates = [Some(10.0); 3];
        let went = equal_to_cpu(&device, &settings, None, &[4, 40, 40]);
        assert!(went.iter().all(|&went| went < 84), "{went:?}");
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn a_model_of_the_paper() {
    let device = device();
    let attention = module(16, 1, Allocation::Key, KeyRule::Through);
    equal_to_cpu(
        &device,
        &settings(sizes(4, 4, 50, 16), attention),
        None,
        &[100, 100],
    );
}
