//! Recalls of an index bit for bit, by every architecture.

use proptest::prelude::*;
use slotless_core::attractor::{Index, Match, Recall, Recalled};
use slotless_core::fixed::types::I16F16;

use super::store::{made, plans};
use crate::naive::attractor::{Found, How};

fn found(recalled: &Recalled<'_>) -> Found {
    let pair = |found: Option<Match>| found.map(|found| (found.pair as usize, found.overlap));
    Found {
        code: recalled.code.to_vec(),
        settled: recalled.settled.to_vec(),
        steps: recalled.steps,
        best: pair(recalled.best),
        next: pair(recalled.next),
    }
}

fn recall(how: How) -> Recall {
    match how {
        How::Flat => Recall::flat(),
        How::Attractor(steps) => Recall::attractor(steps).unwrap(),
        How::Hopfield(beta, steps) => Recall::hopfield(I16F16::from_bits(beta), steps).unwrap(),
        How::Recurrent(steps, inhibition) => {
            Recall::recurrent(steps, I16F16::from_bits(inhibition as i32)).unwrap()
        }
        How::TwoStage(nearest, beta, steps) => {
            Recall::two_stage(nearest as u32, I16F16::from_bits(beta), steps).unwrap()
        }
    }
}

fn hows() -> impl Strategy<Value = How> {
    // From nearly flat to so steep that nothing but the nearest counts.
    let beta = || prop::sample::select(vec![1, 3_000, 65_536, 4 << 16, 16 << 16, i32::MAX]);
    // Up to so much that it silences the winners.
    let inhibition =
        prop::sample::select(vec![0u32, 6_554, 32_768, 65_536, 40 << 16, i32::MAX as u32]);
    prop_oneof![
        Just(How::Flat),
        (1u32..6).prop_map(How::Attractor),
        (beta(), 1u32..5).prop_map(|(beta, steps)| How::Hopfield(beta, steps)),
        (1u32..6, inhibition).prop_map(|(steps, inhibition)| How::Recurrent(steps, inhibition)),
        (1usize..9, beta(), 1u32..5).prop_map(|(n, beta, steps)| How::TwoStage(n, beta, steps)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(target_endian = "big") { 300 } else { 2000 }))]

    #[test]
    fn recalls_are_the_contracts(
        plan in plans(),
        how in hows(),
        at_least in 0u32..5,
        full in prop::sample::select(vec![u32::MAX, 1, 3, 15]),
    ) {
        let (both, cue) = made(&plan);
        let settings = recall(how).at_least(at_least).clipped(full);
        let expected = both.naive().recall(&cue, how, at_least.max(1), full.into());
        let mut scratch = vec![0xdead_beef; both.index.scratch_words() + 3];
        let recalled = both.index.recall(&cue, &settings, &mut scratch).unwrap();
        prop_assert_eq!(recalled.matches(), !expected.code.is_empty());
        let overlap = expected.best.map_or(0, |(_, overlap)| u64::from(overlap));
        prop_assert_eq!(u64::from(recalled.share()), (overlap << 16) / u64::from(plan.k));
        prop_assert_eq!(found(&recalled), expected);
        // A copy of the buffer is the same memory.
        let opened = Index::open(both.params, both.index.capacity(), both.index.buffer()).unwrap();
        let recalled = opened.recall(&cue, &settings, &mut scratch).unwrap();
        prop_assert_eq!(found(&recalled), both.naive().recall(&cue, how, at_least.max(1), full.into()));
    }

    #[test]
    fn nearest_are_the_contracts(plan in plans(), count in 0u32..9) {
        let (both, cue) = made(&plan);
        let mut scratch = vec![7; both.index.scratch_words()];
        let mut nearest = Vec::new();
        let each = |found: Match| nearest.push((found.pair as usize, found.overlap));
        both.index.nearest(&cue, count, &mut scratch, each).unwrap();
        prop_assert_eq!(nearest, both.naive().nearest(&cue, count as usize));
    }

    #[test]
    fn a_chain_is_recalls_one_after_the_other(plan in plans(), how in hows(), hops in 0u32..5) {
        let (both, cue) = made(&plan);
        let (settings, naive) = (recall(how), both.naive());
        let mut expected = Vec::new();
        let (mut from, mut done) = (cue.clone(), 0);
        for _ in 0..hops {
            let recalled = naive.recall(&from, how, 1, u32::MAX.into());
            from.clone_from(&recalled.code);
            expected.push(recalled);
            if from.is_empty() {
                break;
            }
            done += 1;
        }
        let mut scratch = vec![7; both.index.scratch_words()];
        let mut code = vec![7; plan.k as usize];
        let mut each = Vec::new();
        let matched = both.index.chain(&cue, hops, &settings, &mut scratch, &mut code, |hop, recalled| {
            assert_eq!(hop as usize, each.len());
            each.push(found(recalled));
        });
        prop_assert_eq!((matched.unwrap(), each), (done, expected));
    }
}

/// On codes with little in common, what the architectures promise.
#[test]
fn corrupted_cues_settle_on_the_stored_ones() {
    use super::store::near;
    use crate::naive::Pcg;
    use slotless_core::attractor::Params;

    let params = Params::builder(2048, 20).seed(1).build().unwrap();
    let mut memory = Index::new(params, 300, vec![0; Index::<()>::words(params, 300)]).unwrap();
    let mut draws = Pcg::stream(4, 300, 1, 0);
    let mut code = || near(&mut draws, &[], 2048, 20);
    let pairs: Vec<_> = (0..300).map(|_| (code(), code())).collect();
    for (cue, target) in &pairs {
        memory.store(cue, target).unwrap();
    }
    let mut scratch = vec![0; memory.scratch_words()];
    let four = I16F16::from_num(4);
    for settings in [
        Recall::attractor(10).unwrap(),
        Recall::hopfield(four, 3).unwrap(),
        Recall::two_stage(20, four, 3).unwrap(),
    ] {
        for (cue, target) in &pairs {
            let found = memory.recall(&cue[..8], &settings, &mut scratch).unwrap();
            assert_eq!(
                (found.settled, found.code),
                (&cue[..], &target[..]),
                "{settings:?}"
            );
        }
    }
    // One step of a recurrent memory of random codes finds the target; cues too are in its weights, and those that follow
    // from it ruin it.
    let exact = |steps| {
        let settings = Recall::recurrent(steps, I16F16::ONE).unwrap();
        let mut scratch = vec![0; memory.scratch_words()];
        let mut right = 0;
        for (cue, target) in &pairs {
            right +=
                usize::from(memory.recall(cue, &settings, &mut scratch).unwrap().code == target);
        }
        right
    };
    assert_eq!(exact(1), 300);
    assert!(exact(5) < 30, "{}", exact(5));
}
