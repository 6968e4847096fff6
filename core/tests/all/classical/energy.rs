//! The energy never rises, and retrieval works and fails where it should.

use rand_core::Rng;
use slotless_core::hopfield::classical::{Classical, Params};
use slotless_core::hopfield::{Descend, Ended, Recall};
use slotless_core::memory::Memory;
use slotless_core::rand_core;
use slotless_core::rng::{self, Purpose};

use super::common::{network, noisy, pattern};

/// A million updates over many starts, at a load where there is much to flip.
fn a_million_updates(thresholds: bool) {
    let mut params = Params::builder(200, 60);
    if thresholds {
        params = params.thresholds();
    }
    let params = params.build().unwrap();
    let (mut network, _) = network(params, 60);
    let mut draws = rng::stream(1, Purpose(302), 0, 0);
    if thresholds {
        for unit in 0..200 {
            let threshold = rng::below(&mut draws, 201) as i32 - 100;
            network.set_threshold(unit, threshold).unwrap();
        }
    }
    let mut scratch = vec![0; params.scratch_words()];
    let (mut updates, mut flips) = (0, 0);
    while updates < 1_000_000 {
        let mut start: Vec<u32> = (0..7).map(|_| draws.next_u32()).collect();
        start[6] &= 0xff;
        let mut descent = network.start(&start, &mut scratch).unwrap();
        let mut last = descent.energy();
        for _ in 0..2000 {
            let unit = rng::below(&mut draws, 200);
            let flipped = descent.update(unit);
            assert!(descent.energy() <= last);
            assert_eq!(descent.energy() < last, flipped);
            last = descent.energy();
            updates += 1;
            flips += u32::from(flipped);
        }
        assert_eq!(network.energy(descent.state()).unwrap(), last);
    }
    assert!(flips > 30_000, "{flips} flips");
}

#[test]
fn the_energy_never_rises_in_a_million_updates() {
    a_million_updates(false);
}

#[test]
fn the_energy_never_rises_in_a_million_updates_with_thresholds() {
    a_million_updates(true);
}

/// With `- b^T s` the very updates that lower the energy raise what is called one: the sign matters.
#[test]
fn the_energy_with_the_other_sign_of_the_thresholds_rises() {
    let params = Params::builder(2, 1).thresholds().build().unwrap();
    let mut network = Classical::new(params, vec![0; params.words()]).unwrap();
    network.store(&[0b11]).unwrap();
    network.set_threshold(0, 5).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut descent = network.start(&[0b11], &mut scratch).unwrap();
    // E = -W s_0 s_1 + 5 s_0.
    assert_eq!((descent.energy(), descent.field(0)), (4, -4));
    assert!(descent.update(0));
    assert_eq!(descent.energy(), -4);
    let other = |s: [i32; 2]| -s[0] * s[1] - 5 * s[0];
    assert!(other([-1, 1]) > other([1, 1]));
}

#[test]
fn noisy_patterns_come_back_at_low_load_and_not_at_high_load() {
    let back = |memories: u32| {
        let params = Params::builder(500, memories).build().unwrap();
        let (network, all) = network(params, memories);
        let mut scratch = vec![0; params.scratch_words()];
        (0..memories.min(20))
            .filter(|&number| {
                let cue = noisy(&pattern(500, number), 500, 100, number);
                let recalled = network
                    .recall(&cue, &Recall::sweeps(), &mut scratch)
                    .unwrap();
                assert_eq!(recalled.run.ended, Ended::FixedPoint);
                let start = number as usize * 16;
                recalled.state == &all[start..start + 16]
            })
            .count()
    };
    assert_eq!(back(10), 10);
    assert_eq!(back(120), 0);
}

#[test]
fn the_trait_recalls_by_sweeps_and_its_share_is_the_depth() {
    let params = Params::builder(100, 3).build().unwrap();
    let (mut network, all) = network(params, 1);
    let mut scratch = vec![0; Memory::scratch_words(&network)];
    let cue = noisy(&pattern(100, 0), 100, 20, 0);
    let recalled = Memory::recall(&network, &cue, &mut scratch).unwrap();
    assert_eq!((recalled.pattern, recalled.share), (&all[..], 65_536));
    assert_eq!(Memory::stored(&network), 1);
    assert_eq!(network.capacity().reliable, Some(13));
    assert_eq!(network.capacity().limit, None);
    assert_eq!(Memory::units(&network), 100);
    // Rows of 0 to 99 weights of a byte in whole words: 4 (1 + ... + 24) + 3 * 25 for the rows of 97 to 99.
    assert_eq!(network.state_words(), 1 + 4 * 300 + 3 * 25);
    Memory::store(&mut network, &pattern(100, 1), &mut []).unwrap();
    assert_eq!(Memory::stored(&network), 2);
    let recalled = Memory::recall(&network, &cue, &mut scratch).unwrap();
    let energy = network.energy(recalled.pattern).unwrap();
    let share = (-energy as f64 / 4950.0).min(1.0) * 65_536.0;
    assert_eq!(recalled.share, share.floor() as u32);
}
