use proptest::prelude::*;
use slotless_core::bits;
use slotless_core::hopfield::classical::{Classical, Params};
use slotless_core::hopfield::{Descend, Recall, descend, update_order};
use slotless_core::rng::{self, Key, Purpose};

use slotless_kernels::cpu::Isa;
use slotless_kernels::hopfield::classical::Network;

/// Sizes tried. Miri is slow enough for the smallest only.
const UNITS: std::ops::Range<u32> = if cfg!(miri) { 1..40 } else { 1..200 };
const MEMORIES: std::ops::Range<u32> = if cfg!(miri) { 1..8 } else { 1..200 };

fn states(seed: u64, units: u32, count: u32) -> Vec<u32> {
    let row = |number| {
        let mut out = vec![0; bits::words_for(units)];
        let ones = rng::below(&mut rng::stream(seed, Purpose(900), 0, number), units + 1);
        let mut stream = rng::stream(seed, Purpose(901), 0, number);
        bits::sample(units, ones, &mut stream, &mut out).unwrap();
        out
    };
    (0..count).flat_map(row).collect()
}

/// +1 and -1.
fn signs(state: &[u32], units: u32) -> Vec<i64> {
    let sign = |unit| if bits::get(state, unit) { 1 } else { -1 };
    (0..units).map(sign).collect()
}

/// The definition: the sum of outer products, without the diagonal.
fn weights(units: u32, memories: &[u32]) -> Vec<Vec<i64>> {
    let n = units as usize;
    let mut sum = vec![vec![0; n]; n];
    for memory in memories.chunks_exact(bits::words_for(units)) {
        let s = signs(memory, units);
        for i in 0..n {
            for j in (0..n).filter(|&j| j != i) {
                sum[i][j] += s[i] * s[j];
            }
        }
    }
    sum
}

fn fields(weights: &[Vec<i64>], s: &[i64]) -> Vec<i64> {
    let dot = |row: &Vec<i64>| row.iter().zip(s).map(|(w, s)| w * s).sum();
    weights.iter().map(dot).collect()
}

fn energy(weights: &[Vec<i64>], s: &[i64]) -> i64 {
    let sum: i64 = fields(weights, s).iter().zip(s).map(|(f, s)| f * s).sum();
    assert_eq!(sum % 2, 0);
    -sum / 2
}

/// Weights, fields, flips and energies are those of the definition, for each set of instructions.
fn agrees(seed: u64, units: u32, count: u32, updates: u32) {
    let memories = states(seed, units, count);
    let expected = weights(units, &memories);
    let cue = states(seed + 1, units, 1);
    for isa in Isa::available() {
        let network = Network::with(units, &memories, isa);
        assert_eq!((network.units(), network.memories()), (units, count));
        for i in 0..units {
            for j in 0..units {
                let weight = expected[i as usize][j as usize];
                assert_eq!(i64::from(network.weight(i, j)), weight, "{isa} {i} {j}");
            }
        }
        let mut s = signs(&cue, units);
        let mut descent = network.start(&cue);
        for at in 0..updates {
            let unit = Key::new(seed, Purpose(902)).at(at) % units;
            let field = fields(&expected, &s)[unit as usize];
            assert_eq!(i64::from(descent.field(unit)), field, "{isa}");
            let new = if field == 0 {
                s[unit as usize]
            } else {
                field.signum()
            };
            let flipped = new != s[unit as usize];
            s[unit as usize] = new;
            assert_eq!(descent.update(unit), flipped, "{isa}");
            assert_eq!(signs(descent.state(), units), s, "{isa}");
            assert_eq!(descent.energy(), energy(&expected, &s), "{isa}");
        }
        // All fields, not only those that were looked at.
        let mut all = vec![0; units as usize];
        network.fields(descent.state(), &mut all);
        let kept: Vec<i32> = (0..units).map(|unit| descent.field(unit)).collect();
        assert_eq!(kept, all, "{isa}");
        assert!(!descent.update(units) && !descent.update(u32::MAX));
        let moves = fields(&expected, &s).iter().zip(&s).any(|(f, s)| f * s < 0);
        assert_eq!(descent.is_fixed(), !moves, "{isa}");
    }
}

/// Weights and whole runs are the core's: every update, the states, the energies, and what ended them.
fn equals_core(seed: u64, units: u32, count: u32) {
    let memories = states(seed, units, count);
    let words = bits::words_for(units);
    let params = Params::builder(units, count).thresholds().seed(seed);
    let params = params.build().unwrap();
    let mut core = Classical::new(params, vec![0; params.words()]).unwrap();
    // None at all in every other network, and in the rest of either sign, some beyond all weights.
    let mut thresholds = Vec::new();
    if seed % 2 == 1 {
        let drawn = |unit| Key::new(seed, Purpose(903)).at(unit) as i32 >> (16 + unit % 14);
        thresholds.extend((0..units).map(drawn));
    }
    for (unit, &threshold) in (0..).zip(&thresholds) {
        core.set_threshold(unit, threshold).unwrap();
    }
    for memory in memories.chunks_exact(words) {
        core.store(memory).unwrap();
    }
    let network = Network::new(units, &memories).with_thresholds(&thresholds);
    assert!((0..units).all(|unit| network.threshold(unit) == core.threshold(unit)));
    let floor = core.energy(&memories[..words]).unwrap();
    let rules = [
        Recall::new(),
        Recall::sweeps().run(1),
        Recall::new().memories(&memories).run(2),
        Recall::sweeps().energy_floor(Some(floor)),
        Recall::new().patience(None).max_updates(Some(37)),
    ];
    let mut scratch = vec![0; params.scratch_words()];
    for cue in states(seed + 1, units, 4).chunks_exact(words) {
        for rule in rules {
            let mut expected = Vec::new();
            let recalled = core.recall_with(cue, &rule, &mut scratch, |update| {
                expected.push((
                    update.unit,
                    update.flipped,
                    update.energy,
                    update.state.to_vec(),
                ));
            });
            let recalled = recalled.unwrap();
            let mut seen = Vec::new();
            let mut descent = network.start(cue);
            let mut draws = update_order(seed, cue, rule.run_number());
            let mut order = vec![0; units as usize];
            let run = descend(&mut descent, &rule, &mut draws, &mut order, |update| {
                seen.push((
                    update.unit,
                    update.flipped,
                    update.energy,
                    update.state.to_vec(),
                ));
            });
            assert_eq!(run.unwrap(), recalled.run);
            assert_eq!(descent.state(), recalled.state);
            assert_eq!(descent.energy(), recalled.energy);
            assert_eq!(seen, expected);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(miri) { 2 } else { 40 }, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn equals_the_definition(seed in 0..u64::MAX / 2, units in UNITS, count in MEMORIES) {
        agrees(seed, units, count, 60);
    }

    #[test]
    fn runs_are_those_of_the_core(seed in 0..u64::MAX / 2, units in UNITS, count in MEMORIES) {
        equals_core(seed, units, count);
    }
}

#[test]
fn every_width_of_weights_at_its_edge() {
    // The same memory over and over: all weights are +K or -K.
    for count in [127, 128, 32_767, 32_768] {
        if cfg!(miri) && count > 200 {
            continue;
        }
        let memory = states(3, 5, 1);
        let network = Network::new(5, &memory.repeat(count));
        let s = signs(&memory, 5);
        for i in 0..5 {
            for j in 0..5 {
                let expected = if i == j {
                    0
                } else {
                    s[i] * s[j] * count as i64
                };
                assert_eq!(i64::from(network.weight(i as u32, j as u32)), expected);
            }
        }
        let width = match count {
            127 => 1,
            128 | 32_767 => 2,
            _ => 4,
        };
        assert_eq!(network.bytes(), 5 * 64 * width);
    }
}

#[test]
fn a_unit_without_a_field_keeps_its_value() {
    // Two memories that differ in one unit: its weights cancel.
    let network = Network::new(3, &[0b111, 0b110]);
    for cue in [0b110, 0b111] {
        let mut descent = network.start(&[cue]);
        assert_eq!(descent.field(0), 0);
        assert!(!descent.update(0));
        assert_eq!(descent.state(), [cue]);
    }
}

#[test]
fn refuses_thresholds_that_are_not_one_a_unit_or_too_large() {
    let network = || Network::new(3, &[0b111, 0b110]);
    assert_eq!(
        network()
            .with_thresholds(&[1, -2, i32::MAX - 6])
            .threshold(1),
        -2
    );
    assert_eq!(network().with_thresholds(&[]).threshold(1), 0);
    for thresholds in [
        &[1, 2][..],
        &[0; 4],
        &[0, 0, i32::MAX - 5],
        &[i32::MIN, 0, 0],
    ] {
        let made = std::panic::catch_unwind(|| network().with_thresholds(thresholds));
        assert!(made.is_err(), "{thresholds:?}");
    }
}

#[test]
fn refuses_what_is_no_network() {
    for (units, memories) in [(0, vec![1]), (40, vec![]), (40, vec![1, 2, 3])] {
        let made = std::panic::catch_unwind(|| Network::new(units, &memories));
        assert!(made.is_err(), "{units} {memories:?}");
    }
}
