//! States by name.

use proptest::prelude::*;
use slotless_core::hopfield::classical::Params;
use slotless_core::hopfield::{Identity, Kind, Recall, Sign, identify, nearest};

use super::common::{network, noisy, pattern};
use crate::naive::{self, unpack};

const UNITS: u32 = 400;
const WORDS: usize = 13;

fn memories(count: u32) -> Vec<u32> {
    (0..count)
        .flat_map(|number| pattern(UNITS, number))
        .collect()
}

fn inverted(state: &[u32]) -> Vec<u32> {
    let bits: Vec<bool> = unpack(state, UNITS as usize)
        .iter()
        .map(|bit| !bit)
        .collect();
    naive::words(&bits)
}

#[test]
fn a_memory_and_its_inverse_are_told_up_to_the_tolerance() {
    let all = memories(9);
    let near = noisy(&pattern(UNITS, 4), UNITS, 20, 0);
    let kind = Kind::Stored { memory: 4 };
    let distance = 20;
    assert_eq!(
        identify(&near, &all, UNITS, 20),
        Ok(Identity { kind, distance })
    );
    let kind = Kind::Spurious;
    assert_eq!(
        identify(&near, &all, UNITS, 19),
        Ok(Identity { kind, distance })
    );
    let kind = Kind::Inverted { memory: 4 };
    assert_eq!(
        identify(&inverted(&near), &all, UNITS, 20),
        Ok(Identity { kind, distance })
    );
    assert_eq!(nearest(&near, &all), Some((4, 20)));
    assert_eq!(nearest(&near, &[]), None);
}

/// Without a memory's inverse at hand only 8 things to compare with: the sum of signs, unit by unit.
fn majority(parts: &[(u32, i32)]) -> Vec<u32> {
    let mut sums = vec![0; UNITS as usize];
    for &(memory, sign) in parts {
        for (sum, bit) in sums
            .iter_mut()
            .zip(unpack(&pattern(UNITS, memory), UNITS as usize))
        {
            *sum += if bit { sign } else { -sign };
        }
    }
    naive::words(&sums.iter().map(|&sum| sum > 0).collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn mixtures_of_three_five_and_seven_are_told_with_their_signs(
        chosen in prop::sample::subsequence((0u32..12).collect::<Vec<_>>(), 7),
        signs in prop::collection::vec(prop::sample::select(vec![1, -1]), 7),
        count in prop::sample::select(vec![3usize, 5, 7]),
        flips in 0u32..4,
    ) {
        let all = memories(12);
        let mut parts: Vec<_> = chosen.into_iter().zip(signs).take(count).collect();
        let state = noisy(&majority(&parts), UNITS, flips, 9);
        let found = identify(&state, &all, UNITS, 5).unwrap();
        let Kind::Mixture(mixture) = found.kind else {
            panic!("{found:?}");
        };
        prop_assert_eq!(found.distance, flips);
        let mut told: Vec<_> = mixture
            .parts()
            .iter()
            .map(|part| (part.memory, if part.sign == Sign::Plus { 1 } else { -1 }))
            .collect();
        told.sort_unstable();
        parts.sort_unstable();
        prop_assert_eq!(told, parts);
    }
}

#[test]
fn what_is_none_of_these_is_spurious_and_two_memories_make_no_mixture() {
    let all = memories(6);
    let random = pattern(UNITS, 100);
    let found = identify(&random, &all, UNITS, 20).unwrap();
    assert_eq!(found.kind, Kind::Spurious);
    let least = (0..6)
        .map(|memory| {
            let row = &all[memory * WORDS..][..WORDS];
            let apart: u32 = random
                .iter()
                .zip(row)
                .map(|(a, b)| (a ^ b).count_ones())
                .sum();
            apart.min(UNITS - apart)
        })
        .min();
    assert_eq!(Some(found.distance), least);
    let two = &all[..2 * WORDS];
    let mixed = majority(&[(0, 1), (1, 1), (2, 1)]);
    assert_eq!(
        identify(&mixed, two, UNITS, 5).unwrap().kind,
        Kind::Spurious
    );
    // All units tolerated: the nearest of all, whatever the state.
    assert!(matches!(
        identify(&random, &all, UNITS, UNITS).unwrap().kind,
        Kind::Stored { .. } | Kind::Inverted { .. }
    ));
}

/// The textbook's attractors: at a low load three patterns' mixture is stable, and so is a pattern's inverse.
#[test]
fn a_network_has_inverted_and_mixed_attractors() {
    let params = Params::builder(UNITS, 7).build().unwrap();
    let (network, all) = network(params, 7);
    let mut scratch = vec![0; params.scratch_words()];
    let mut settled = |cue: &[u32]| {
        let recalled = network
            .recall(cue, &Recall::sweeps(), &mut scratch)
            .unwrap();
        identify(recalled.state, &all, UNITS, UNITS / 20)
            .unwrap()
            .kind
    };
    let cue = noisy(&inverted(&pattern(UNITS, 3)), UNITS, 40, 2);
    assert_eq!(settled(&cue), Kind::Inverted { memory: 3 });
    let Kind::Mixture(mixture) = settled(&majority(&[(1, 1), (4, -1), (5, 1)])) else {
        panic!("no mixture");
    };
    let mut parts: Vec<_> = mixture.parts().iter().map(|part| part.memory).collect();
    parts.sort_unstable();
    assert_eq!(parts, [1, 4, 5]);
}
