use slotless_core::hopfield::modern::{Ended, Memories, Modern, ModernError, Recall};
use slotless_core::rand_core::Rng;
use slotless_core::rng::{self, Purpose};

use slotless_kernels::cuda::Device;
use slotless_kernels::cuda::modern::{Energy, Nearest, Network, RecallError, Report};

use super::device;

/// Numbers in [-1, 1), rounded so that some are equal.
fn numbers(count: usize, seed: u64) -> Vec<f32> {
    let mut stream = rng::stream(seed, Purpose(99), 0, 0);
    let word = |_| (stream.next_u32() >> 24) as f32 / 128.0 - 1.0;
    (0..count).map(word).collect()
}

/// Memories, the last like the first; and cues: memories, some with half of them missing, and zeros.
fn store(units: usize, memories: usize, cues: usize) -> [Vec<f32>; 2] {
    let mut stored = numbers(units * memories, (units * memories) as u64);
    stored.copy_within(..units, units * (memories - 1));
    let mut cue = Vec::new();
    for number in 0..cues {
        let memory = &stored[units * (number * 7 % memories)..][..units];
        let kept = [units, units / 2, units / 3, 0][number % 4];
        cue.extend_from_slice(&memory[..kept]);
        cue.resize(cue.len() + units - kept, 0.0);
    }
    [stored, cue]
}

fn equal_to_core(
    device: &Device,
    [units, memories, cues]: [usize; 3],
    beta: f32,
    recall: &Recall<f32>,
) {
    let [stored, cue] = store(units, memories, cues);
    let core = Modern::new(
        Memories::rows(&stored, units as u32).expect("memories"),
        beta,
    )
    .expect("a network");
    let network = Network::new(device, &core).expect("memories fit");
    let asked = Memories::rows(&cue, units as u32).expect("cues");
    let found = network
        .recall(device, &asked, recall, Report::Shares)
        .expect("recalled");
    assert_eq!(found.states.len(), units * cues);
    assert_eq!(found.shares.len(), memories * cues);
    let mut scratch = vec![0; core.scratch_words()];
    for (number, cue) in cue.chunks_exact(units).enumerate() {
        let expected = core.recall(cue, recall, &mut scratch).expect("recalled");
        let name = format!("{units} units, {memories} memories, beta {beta}, cue {number}");
        assert_eq!(
            (found.steps[number], found.ended[number]),
            (expected.steps, expected.ended),
            "{name}"
        );
        let bits = |numbers: &[f32]| numbers.iter().map(|n| n.to_bits()).collect::<Vec<_>>();
        let state = &found.states[units * number..][..units];
        assert_eq!(bits(state), bits(expected.state), "{name}");
        let shares = &found.shares[memories * number..][..memories];
        assert_eq!(bits(shares), bits(expected.shares), "{name}");
        let most = shares.iter().copied().fold(0.0, f32::max);
        let first = shares.iter().position(|&share| share == most);
        assert_eq!(
            found.nearest[number],
            Nearest {
                memory: first.expect("one is the largest") as u32,
                share: most
            },
            "{name}"
        );
    }
    let states = Memories::rows(&found.states, units as u32).expect("states");
    let energies = network.energies(device, &states).expect("energies");
    assert_eq!(energies.len(), cues);
    for (state, Energy { lse, energy }) in found.states.chunks_exact(units).zip(energies) {
        let expected = [
            core.lse(state, &mut scratch).expect("one"),
            core.energy(state, &mut scratch).expect("one"),
        ];
        assert_eq!([lse, energy].map(f32::to_bits), expected.map(f32::to_bits));
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn recalls_of_the_core() {
    let device = device();
    let rules = Recall::new();
    for (sizes, beta) in [
        ([17, 1, 1], 1.0),
        ([17, 5, 9], 0.25),
        ([33, 70, 17], 2.0),
        ([100, 13, 3], 8.0),
        ([96, 67, 1], 0.5),
        ([1, 2, 5], 4.0),
    ] {
        equal_to_core(&device, sizes, beta, &rules.max_steps(Some(12)));
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn inverse_temperatures_at_the_ends() {
    let device = device();
    let rules = Recall::new().max_steps(Some(3));
    for beta in [f32::MIN_POSITIVE / 4.0, 1e-30, 40.0, 1e20, f32::MAX] {
        equal_to_core(&device, [19, 21, 6], beta, &rules);
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn each_rule_alone_ends_a_recall() {
    let device = device();
    let none = Recall::new()
        .state_tolerance(None)
        .shares_tolerance(None)
        .max_steps(None);
    let sizes = [40, 18, 6];
    equal_to_core(&device, sizes, 1.0, &none.max_steps(Some(1)));
    equal_to_core(&device, sizes, 4.0, &none.state_tolerance(Some(1e-2)));
    equal_to_core(&device, sizes, 4.0, &none.shares_tolerance(Some(1e-3)));
}

/// More memories than a block sums at a time, and as many states as fill blocks.
#[test]
#[ignore = "needs a CUDA driver"]
fn more_memories_than_a_tile() {
    let device = device();
    let rules = Recall::new().max_steps(Some(2));
    equal_to_core(&device, [17, 1100, 9], 3.0, &rules);
}

/// So many that a step of them is done in the large blocks.
#[test]
#[ignore = "needs a CUDA driver"]
fn states_that_fill_a_device() {
    let device = device();
    let cues = 4 * device.info().multiprocessors as usize + 5;
    let rules = Recall::new().max_steps(Some(1));
    equal_to_core(&device, [81, 5, cues], 1.0, &rules);
}

#[test]
#[ignore = "needs a CUDA driver"]
fn columns_are_the_same_memories() {
    let device = device();
    let [stored, cue] = store(18, 5, 3);
    let columns: Vec<f32> = (0..18)
        .flat_map(|unit| (0..5).map(move |memory| 18 * memory + unit))
        .map(|place| stored[place])
        .collect();
    let rules = Recall::new();
    let asked = Memories::rows(&cue, 18).expect("cues");
    let recalled = [
        Memories::rows(&stored, 18).expect("rows"),
        Memories::columns(&columns, 18).expect("columns"),
    ]
    .map(|memories| {
        let core = Modern::new(memories, 1.5).expect("a network");
        let network = Network::new(&device, &core).expect("memories fit");
        assert_eq!(
            (network.memories(), network.units(), network.bytes()),
            (5, 18, 4 * 5 * 32)
        );
        network
            .recall(&device, &asked, &rules, Report::Nearest)
            .expect("recalled")
    });
    let [rows, columns] = recalled;
    assert!(rows.shares.is_empty() && rows.ended.contains(&Ended::State));
    assert_eq!(rows, columns);
}

#[test]
#[ignore = "needs a CUDA driver"]
fn rules_that_the_core_refuses() {
    let device = device();
    let memories = Memories::rows(&[0.5, 0.25f32], 1).expect("memories");
    let core = Modern::new(memories, 1.0).expect("a network");
    let network = Network::new(&device, &core).expect("memories fit");
    for (rules, why) in [
        (Recall::new().max_steps(Some(0)), ModernError::NoSteps),
        (
            Recall::new().state_tolerance(Some(-1.0)),
            ModernError::StateTolerance,
        ),
    ] {
        let refused = network.recall(&device, &memories, &rules, Report::Nearest);
        assert_eq!(refused, Err(RecallError::Rules(why)));
    }
}
