//! Learning what is new, the sums of a recall, rates as shares, sizes by the room there is, and a network that owns its buffers.

use crate::naive::{self, Sizes, words};
use proptest::prelude::*;
use slotless_core::bits;
use slotless_core::kwinner::{
    Assignment, KWinner, NetworkError, Novelty, Params, ParamsError, Structured,
};
use slotless_core::weight::{Rate, Rounding, U4, U8};

const SIZES: Sizes = Sizes {
    n_i: 70,
    n_h: 40,
    m: 30,
    k: 5,
    s: 12,
    eps: 19_661,
    bits: 8,
};

fn params(assignment: Assignment, seed: u64) -> Params<U8> {
    Params::builder(70, 40)
        .fan_in(30)
        .winners(5)
        .active(12)
        .rate_of(3, 10)
        .assignment(assignment)
        .rounding(Rounding::Stochastic)
        .seed(seed)
        .build()
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// The plain program learns what its own match says is new, and nothing else.
    #[test]
    fn only_what_is_new_is_learned(seed in any::<u64>(), below in 0u32..65_538, random in any::<bool>()) {
        let assignment = if random { Assignment::RandomK } else { Assignment::Competitive };
        let params = params(assignment, seed);
        let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        let mut naive = naive::Network::new(&SIZES, naive::Rounding::Stochastic, random, seed);
        let mut data = naive::Pcg::new(seed, 7);
        let patterns: Vec<_> = (0..6).map(|_| data.sample(70, 12)).collect();
        for x in patterns.iter().chain(&patterns) {
            let (_, score) = naive.code(x);
            let (most, share) = naive.most_and_share(x, score);
            let found = network.learn_novel(&words(x), below, &mut scratch).unwrap();
            let (Novelty::Known(matched) | Novelty::Learned(matched)) = found;
            prop_assert_eq!((matched.score(), matched.most(), u64::from(matched.share())), (score, most, share));
            let new = share < u64::from(below);
            prop_assert_eq!(matches!(found, Novelty::Learned(_)), new);
            if new {
                naive.learn(x);
            }
            prop_assert_eq!(network.words(), naive.state());
        }
        prop_assert_eq!(network.learn_novel(&[0; 3], below, &mut scratch), Err(NetworkError::Empty));
        prop_assert_eq!(network.words(), naive.state());
    }

    /// By definition, from the weights one by one; and recall takes the largest of them.
    #[test]
    fn sums_are_those_that_recall_chooses_from(seed in any::<u64>(), ones in 0u32..=70) {
        let params = params(Assignment::Competitive, seed);
        let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        let mut data = naive::Pcg::new(seed, 8);
        for _ in 0..5 {
            network.learn(&words(&data.sample(70, 12)), &mut scratch).unwrap();
        }
        let cue = words(&data.sample(70, ones.into()));
        let mut sums = [9; 70];
        let matched = network.recall_sums(&cue, &mut scratch, &mut sums).unwrap();
        let recalled = network.recall(&cue, &mut scratch).unwrap();
        prop_assert_eq!(recalled.matched, matched);
        for (unit, &sum) in (0..).zip(&sums) {
            let of = |&winner: &u32| network.weight(winner, unit).map_or(0, |weight| weight.to_bits().into());
            prop_assert_eq!(sum, recalled.winners.iter().map(of).sum::<u32>());
        }
        let marked = |unit: u32| bits::get(recalled.pattern, unit);
        let least = (0..70).filter(|&unit| marked(unit)).map(|unit| sums[unit as usize]).min();
        let most = (0..70).filter(|&unit| !marked(unit)).map(|unit| sums[unit as usize]).max();
        prop_assert!(least >= most);
        for wrong in [0, 69, 71] {
            let error = network.recall_sums(&cue, &mut scratch, &mut vec![0; wrong]);
            prop_assert_eq!(error, Err(NetworkError::Output { got: wrong, expected: 70 }));
        }
    }

    /// The nearest of all, by trying its neighbours.
    #[test]
    fn a_share_is_the_nearest_rate(numerator in any::<u32>(), denominator in 1..=u32::MAX) {
        let off = |eps: u64| {
            (eps as u128 * u128::from(denominator)).abs_diff(u128::from(numerator) << 16)
        };
        match Rate::from_ratio(numerator, denominator) {
            Some(rate) => {
                let eps = u64::from(rate.get());
                prop_assert!(off(eps) <= off(eps - 1) && off(eps) <= off(eps + 1));
            }
            None => prop_assert!(numerator > denominator || off(0) < off(1)),
        }
    }
}

#[test]
fn shares_at_the_edges() {
    for (ratio, rate) in [
        ((0, 1), None),
        ((1, 0), None),
        ((0, 0), None),
        ((1, 1), Some(65_536)),
        ((u32::MAX, u32::MAX), Some(65_536)),
        ((u32::MAX, u32::MAX - 1), None),
        ((u32::MAX - 1, u32::MAX), Some(65_536)),
        ((1, 131_072), Some(1)),
        ((1, 131_073), None),
    ] {
        assert_eq!(
            Rate::from_ratio(ratio.0, ratio.1).map(Rate::get),
            rate,
            "{ratio:?}"
        );
    }
    let wrong = Params::<U8>::builder(8, 8)
        .rate_of(11, 10)
        .build()
        .unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "rate eps is 72090/65536, allowed 1/65536..=65536/65536"
    );
    let none = Params::<U8>::builder(8, 8)
        .rate_of(1, 0)
        .build()
        .unwrap_err();
    assert_eq!(none.setting(), "rate eps: allowed 1/65536 to 1");
}

slotless_core::kwinner! {
    #[derive(Clone, Debug)]
    struct Plain<U8, slotless_core::kwinner::Random> = Ok::<_, slotless_core::kwinner::ParamsError>(PARAMS);
}

slotless_core::kwinner! {
    /// Without masks, of another width.
    pub(crate) struct Computed<U4, Structured> = Params::<U4>::builder(96, 64).structured().fan_in(24).winners(4).active(9).seed(3).build();
}

const PARAMS: Params<U8> = match Params::builder(70, 40)
    .fan_in(30)
    .winners(5)
    .active(12)
    .rate_of(1, 3)
    .seed(5)
    .build()
{
    Ok(params) => params,
    Err(_) => panic!(),
};

/// All zeros, and so in no image.
static IN_RAM: std::sync::Mutex<Plain> = std::sync::Mutex::new(Plain::new());

#[test]
fn a_network_with_its_buffers_is_the_same_network() {
    let mut plain = IN_RAM.lock().unwrap();
    let mut network = KWinner::new(PARAMS, vec![0; PARAMS.words()]).unwrap();
    let mut scratch = vec![0; PARAMS.scratch_words()];
    let mut data = naive::Pcg::new(1, 2);
    for number in 0..20 {
        let (x, cue) = (words(&data.sample(70, 12)), words(&data.sample(70, 6)));
        if number % 3 == 0 {
            assert_eq!(
                plain.learn_novel(&x, 40_000),
                network.learn_novel(&x, 40_000, &mut scratch)
            );
        } else {
            assert_eq!(plain.learn(&x), network.learn(&x, &mut scratch));
        }
        assert_eq!(
            plain.hidden_code(&cue),
            network.hidden_code(&cue, &mut scratch)
        );
        assert_eq!(plain.recall(&cue), network.recall(&cue, &mut scratch));
        assert_eq!(plain.parts().0.words(), network.words());
    }
    let kept = network.words().to_vec();
    let mut other = Plain::default();
    other.load(&kept).unwrap();
    assert_eq!(other.parts().0.words(), kept);
    assert_eq!(
        other.load(&kept[1..]),
        Err(NetworkError::Buffer {
            got: kept.len() - 1,
            expected: kept.len()
        })
    );
    assert_eq!(other.parts().0.words(), kept);
    assert_eq!(plain.learn(&[0; 3]), Err(NetworkError::Empty));
    assert_eq!(plain.parts().0.words(), kept);
    plain.clear();
    plain.prepare();
    let fresh = KWinner::new(PARAMS, vec![0; PARAMS.words()]).unwrap();
    assert_eq!(plain.parts().0.words(), fresh.words());
}

#[test]
fn with_computed_wiring() {
    let mut computed = Computed::new();
    let mut network = KWinner::new(Computed::PARAMS, [0; Computed::PARAMS.words()]).unwrap();
    let mut scratch = [0; Computed::PARAMS.scratch_words()];
    for pattern in [[0x1ff, 0, 0], [0, 0x1_ff00, 0]] {
        assert_eq!(
            computed.learn(&pattern),
            network.learn(&pattern, &mut scratch)
        );
    }
    assert_eq!(
        computed.recall(&[0xf, 0, 0]),
        network.recall(&[0xf, 0, 0], &mut scratch)
    );
    assert_eq!(
        size_of::<Computed>(),
        4 * (Computed::PARAMS.words() + Computed::PARAMS.scratch_words() + 1)
    );
}

slotless_core::kwinner! {
    struct Fast<U8, Structured> = Params::<U8>::builder(256, 256).structured().fan_in(32).winners(8).active(32).build();
}

/// Of the 640 ones of 20 patterns that were met once, those that come back from half of them, after 400 meetings with ten others,
/// each time with a quarter of their ones elsewhere.
fn ones_of_what_was_met_once(below: Option<u32>) -> u32 {
    let mut memory = Box::new(Fast::new());
    let mut data = naive::Pcg::new(4, 4);
    let once: Vec<_> = (0..20).map(|_| data.sample(256, 32)).collect();
    let daily: Vec<_> = (0..10).map(|_| data.sample(256, 32)).collect();
    for meeting in 0..400 {
        let part = data.cue(&daily[meeting * 7 % 10], 24);
        let noise = data.sample(256, 8);
        let met: Vec<_> = part.iter().zip(&noise).map(|(a, b)| a | b).collect();
        match below {
            None => _ = memory.learn(&words(&met)).unwrap(),
            Some(below) => _ = memory.learn_novel(&words(&met), below).unwrap(),
        }
        if meeting % 20 == 19 {
            memory.learn(&words(&once[meeting / 20])).unwrap();
        }
    }
    let mut back = |x: &Vec<bool>| {
        let cue = words(&data.cue(x, 16));
        bits::overlap(memory.recall(&cue).unwrap().pattern, &words(x))
    };
    once.iter().map(&mut back).sum()
}

/// The guide for devices has these numbers; its network is of this size, too.
#[test]
fn what_is_met_daily_leaves_alone_what_was_met_once() {
    assert_eq!(ones_of_what_was_met_once(None), 323);
    assert_eq!(ones_of_what_was_met_once(Some(8_000)), 494);
    assert_eq!(size_of::<Fast>(), 9_292);
}

/// One hidden unit more does not fit, or has no wiring, and neither does any number above that fits.
#[test]
fn a_room_is_filled() {
    for (visible, fan_in) in [(70, 9), (70, 70), (33, 1)] {
        let builder = |hidden| Params::<U4>::builder(visible, hidden).fan_in(fan_in);
        for words in 0..160 {
            let fits = |of: Option<usize>| of.is_some_and(|of| of <= words);
            let random = |hidden| fits(builder(hidden).build().ok().map(|params| params.words()));
            match builder(7).build_within(words) {
                Ok(params) => {
                    assert!(params.words() <= words && !random(params.hidden() + 1));
                }
                Err(error) => {
                    let least = builder(1).build().unwrap().words() as u64;
                    assert_eq!(error, ParamsError::Words { words, least });
                    assert!((words as u64) < least);
                }
            }
            let structured = |hidden| {
                fits(
                    builder(hidden)
                        .structured()
                        .build()
                        .ok()
                        .map(|params| params.words()),
                )
            };
            let largest = (1..1300).rev().find(|&hidden| structured(hidden));
            match builder(7).structured().build_within(words) {
                Ok(params) => assert_eq!(Some(params.hidden()), largest),
                Err(error) => {
                    assert_eq!(largest, None);
                    let least = 2 + u64::from(fan_in);
                    assert_eq!(error, ParamsError::Words { words, least });
                }
            }
        }
    }
    let none = Params::<U8>::builder(8, 8).fan_in(0);
    let expected = ParamsError::FanIn {
        fan_in: 0,
        visible: 8,
    };
    assert_eq!(none.build_within(100).unwrap_err(), expected);
    assert_eq!(none.structured().build_within(100).unwrap_err(), expected);
}
