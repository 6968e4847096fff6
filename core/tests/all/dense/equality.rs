//! Every update and energy from the definition, summed anew in wide integers.

use proptest::prelude::*;
use slotless_core::bits;
use slotless_core::hopfield::dense::{Dense, Separation};
use slotless_core::hopfield::{Descend, Ended, Recall};
use slotless_core::rng::{self, Key, Purpose};

/// -1 or 1 for each unit.
fn signs(words: &[u32], units: usize) -> Vec<i128> {
    let sign = |unit: usize| i128::from(words[unit / 32] >> (unit % 32) & 1) * 2 - 1;
    (0..units).map(sign).collect()
}

/// `F(z)` by multiplication.
fn f(separation: Separation, z: i128) -> i128 {
    let (power, n) = match separation {
        Separation::Power(n) => (z, n),
        Separation::Rectified(n) => (z.max(0), n),
    };
    (0..n).fold(1, |product, _| product * power)
}

fn dot(a: &[i128], b: &[i128]) -> i128 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn energy(memories: &[Vec<i128>], s: &[i128], separation: Separation) -> i128 {
    -memories
        .iter()
        .map(|m| f(separation, dot(m, s)))
        .sum::<i128>()
}

/// The field of a unit by the rule as it is written.
fn field(memories: &[Vec<i128>], s: &[i128], unit: usize, separation: Separation) -> i128 {
    let terms = memories.iter().map(|m| {
        let r = dot(m, s) - m[unit] * s[unit];
        f(separation, m[unit] + r) - f(separation, -m[unit] + r)
    });
    terms.sum()
}

fn random(units: u32, seed: u32, number: u32) -> Vec<u32> {
    let key = Key::new(seed.into(), Purpose(303)).derive(number);
    let mut words: Vec<u32> = (0..bits::words_for(units) as u32)
        .map(|i| key.at(i))
        .collect();
    if let (Some(last), 1..) = (words.last_mut(), units % 32) {
        *last &= (1 << (units % 32)) - 1;
    }
    words
}

fn any_separation() -> impl Strategy<Value = Separation> {
    prop_oneof![
        (1u32..12).prop_map(Separation::Power),
        (1u32..12).prop_map(Separation::Rectified),
        // Beyond 64 bits.
        Just(Separation::Power(14)),
        Just(Separation::Rectified(15)),
    ]
}

proptest! {
    #[test]
    fn updates_are_those_of_the_rule_and_energies_exact(
        units in 1u32..80, count in 1u32..12, seed in any::<u32>(), separation in any_separation(),
    ) {
        let rows: Vec<Vec<u32>> = (0..count).map(|k| random(units, seed, k)).collect();
        let words = rows.concat();
        let memories: Vec<Vec<i128>> = rows.iter().map(|row| signs(row, units as usize)).collect();
        let network = Dense::new(&words, units, separation).unwrap();
        let cue = random(units, seed, 1000);
        let mut s = signs(&cue, units as usize);
        let mut scratch = vec![5; network.scratch_words() + 2];
        let mut descent = network.start(&cue, &mut scratch).unwrap();
        let mut draws = rng::stream(seed.into(), Purpose(304), 0, 0);
        for _ in 0..4 * units {
            let before = energy(&memories, &s, separation);
            prop_assert_eq!(descent.energy(), before);
            prop_assert_eq!(network.energy(descent.state()).unwrap(), before);
            let unit = draws.next_u32() % units;
            let a = field(&memories, &s, unit as usize, separation);
            let next = if a > 0 { 1 } else if a < 0 { -1 } else { s[unit as usize] };
            prop_assert_eq!(descent.gain(unit), -a * s[unit as usize]);
            let flipped = descent.update(unit);
            prop_assert_eq!(flipped, next != s[unit as usize]);
            s[unit as usize] = next;
            prop_assert_eq!(signs(descent.state(), units as usize), &s[..]);
            prop_assert!(descent.energy() <= before && (descent.energy() < before) == flipped);
            for (z, memory) in descent.similarities().iter().zip(&memories) {
                prop_assert_eq!(i128::from(*z), dot(memory, &s));
            }
        }
        // A unit that there is not.
        let state = descent.state().to_vec();
        prop_assert!(!descent.update(units) && !descent.update(u32::MAX));
        prop_assert_eq!(descent.gain(units), 0);
        prop_assert_eq!(descent.into_state(), &state[..]);
    }

    /// Sweeps end in a state that no update changes, and energies on the way never rise.
    #[test]
    fn sweeps_end_in_a_fixed_point(
        units in 1u32..70, count in 1u32..20, seed in any::<u32>(), separation in any_separation(),
    ) {
        let words: Vec<u32> = (0..count).flat_map(|k| random(units, seed, k)).collect();
        let network = Dense::new(&words, units, separation).unwrap().with_seed(9);
        let mut scratch = vec![0; network.scratch_words()];
        let cue = random(units, seed, 1000);
        let mut last = network.energy(&cue).unwrap();
        let recalled = network.recall_with(&cue, &Recall::sweeps(), &mut scratch, |update| {
            assert!(update.energy <= last);
            assert_eq!(update.flipped, update.energy < last);
            last = update.energy;
        }).unwrap();
        prop_assert_eq!(recalled.run.ended, Ended::FixedPoint);
        prop_assert_eq!(recalled.energy, last);
        let state = recalled.state.to_vec();
        let mut descent = network.start(&state, &mut scratch).unwrap();
        prop_assert!((0..units).all(|unit| !descent.update(unit)));
    }
}

/// At degree 5, 64 units hold 40 memories, far beyond what 0.138 N allows; at degree 2 they do not.
#[test]
fn a_higher_degree_stores_more() {
    let units = 64;
    let words: Vec<u32> = (0..40).flat_map(|k| random(units, 1, k)).collect();
    let kept = |separation| {
        let network = Dense::new(&words, units, separation).unwrap();
        let mut scratch = vec![0; network.scratch_words()];
        let mut kept = 0;
        for memory in words.chunks(2) {
            let recalled = network
                .recall(memory, &Recall::sweeps(), &mut scratch)
                .unwrap();
            kept += usize::from(recalled.state == memory);
        }
        kept
    };
    assert!(kept(Separation::Rectified(5)) == 40);
    assert!(kept(Separation::Power(2)) < 5);
}

/// Each rule that can end a recall, here too.
#[test]
fn rules_end_a_recall() {
    let words: Vec<u32> = (0..3).flat_map(|k| random(64, 2, k)).collect();
    let network = Dense::new(&words, 64, Separation::Power(4)).unwrap();
    let mut scratch = vec![0; network.scratch_words()];
    let mut cue = words[2..4].to_vec();
    cue[0] ^= 0xff;
    let mut ended = |recall: Recall<'_, i128>| {
        let recalled = network.recall(&cue, &recall, &mut scratch).unwrap();
        (recalled.run.ended, recalled.state.to_vec())
    };
    let memory = || words[2..4].to_vec();
    let stored = Ended::Stored { memory: 1 };
    assert_eq!(ended(Recall::sweeps().memories(&words)), (stored, memory()));
    let floor = network.energy(&memory()).unwrap();
    assert_eq!(
        ended(Recall::sweeps().energy_floor(Some(floor))),
        (Ended::EnergyFloor, memory())
    );
    assert_eq!(ended(Recall::sweeps()), (Ended::FixedPoint, memory()));
    let recall = Recall::new().patience(Some(500)).max_updates(None);
    assert_eq!(ended(recall), (Ended::Patience, memory()));
    assert_eq!(
        ended(Recall::new().max_updates(Some(1))).0,
        Ended::MostUpdates
    );
}
