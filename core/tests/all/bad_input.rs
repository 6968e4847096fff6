//! Whatever a caller can form gives a typed error or an answer, never a panic (the tests run with overflow checks).

use crate::liar::Liar;
use proptest::prelude::*;
use slotless_core::bits::{self, BitsError};
use slotless_core::kwinner::{Assignment, KWinner, NetworkError, Params, ParamsError};
use slotless_core::rng::{Key, Purpose, stream};
use slotless_core::weight::{Rounding, U1, U8, U16, Width};
use slotless_core::{fan_in, select, selftest};

fn small() -> Params<U8> {
    Params::builder(40, 10)
        .fan_in(7)
        .winners(3)
        .active(5)
        .rate(20_000)
        .build()
        .unwrap()
}

#[test]
fn every_setting_out_of_range_is_named_with_what_is_allowed() {
    let builder = Params::<U16>::builder(40, 10)
        .fan_in(7)
        .winners(3)
        .active(5);
    for (built, text) in [
        (
            Params::<U16>::builder(0, 10).build(),
            "n_i is 0, allowed from 1",
        ),
        (
            Params::<U16>::builder(40, 0).build(),
            "n_h is 0, allowed from 1",
        ),
        (
            builder.fan_in(0).build(),
            "fan-in m is 0, allowed 1..=40 (n_i)",
        ),
        (
            builder.fan_in(41).build(),
            "fan-in m is 41, allowed 1..=40 (n_i)",
        ),
        (builder.winners(0).build(), "k is 0, allowed 1..=10 (n_h)"),
        (builder.winners(11).build(), "k is 11, allowed 1..=10 (n_h)"),
        (builder.active(0).build(), "s is 0, allowed 1..=40 (n_i)"),
        (builder.active(41).build(), "s is 41, allowed 1..=40 (n_i)"),
        (
            builder.rate(0).build(),
            "rate eps is 0/65536, allowed 1/65536..=65536/65536",
        ),
        (
            builder.rate(65_537).build(),
            "rate eps is 65537/65536, allowed 1/65536..=65536/65536",
        ),
    ] {
        assert_eq!(built.unwrap_err().to_string(), text);
    }
    assert!(
        builder
            .fan_in(40)
            .winners(10)
            .active(40)
            .rate(65_536)
            .build()
            .is_ok()
    );
}

#[test]
fn sizes_whose_sums_could_overflow_are_refused() {
    // 65,537 weights of 65,535 are the most that a u32 holds.
    let wide = |fan_in, winners: u32| {
        // As few units as there are winners: the sizes fit a device of 32 bits, too.
        Params::<U16>::builder(70_000, winners)
            .fan_in(fan_in)
            .winners(winners)
            .build()
    };
    assert!(wide(65_537, 1).is_ok() && wide(1, 65_537).is_ok());
    assert_eq!(
        wide(65_538, 1),
        Err(ParamsError::Sum {
            bits: 16,
            most: 65_537
        })
    );
    assert_eq!(
        wide(1, 65_538),
        Err(ParamsError::Sum {
            bits: 16,
            most: 65_537
        })
    );
    assert!(
        Params::<U1>::builder(70_000, 70_000)
            .fan_in(70_000)
            .winners(70_000)
            .build()
            .is_ok()
    );
}

#[test]
fn wrong_lengths_are_named() {
    let params = small();
    let words = params.words();
    assert_eq!(words, 2 + 10 * 2 + 10 * 2);
    for wrong in [0, 1, words - 1, words + 1] {
        let error = NetworkError::Buffer {
            got: wrong,
            expected: words,
        };
        assert_eq!(KWinner::new(params, vec![0; wrong]).unwrap_err(), error);
        assert_eq!(KWinner::open(params, vec![0; wrong]).unwrap_err(), error);
    }
    let mut network = KWinner::new(params, vec![0; words]).unwrap();
    let state = network.words().to_vec();
    let mut scratch = vec![0; params.scratch_words()];
    for cue in [&[][..], &[0], &[0, 0, 0]] {
        let error = NetworkError::Cue(BitsError::Length {
            got: cue.len(),
            expected: 2,
        });
        assert_eq!(network.learn(cue, &mut scratch).unwrap_err(), error);
        assert_eq!(network.recall(cue, &mut scratch).unwrap_err(), error);
        assert_eq!(network.hidden_code(cue, &mut scratch).unwrap_err(), error);
        assert_eq!(network.potentials(cue, &mut [0; 10]).unwrap_err(), error);
    }
    let beyond = [0, 1 << 8];
    assert_eq!(
        network.learn(&beyond, &mut scratch),
        Err(NetworkError::Cue(BitsError::Beyond { bits: 40 }))
    );
    assert_eq!(
        network
            .learn(&[1, 1], &mut scratch[1..])
            .unwrap_err()
            .to_string(),
        "scratch buffer of 44 words, needed at least 45"
    );
    assert!(
        network
            .recall_into(&[1, 1], 5, &mut scratch, &mut [0; 3])
            .is_err()
    );
    assert!(network.potentials(&[1, 1], &mut [0; 9]).is_err());
    assert_eq!(
        network.words(),
        state,
        "a refused pattern changed the network"
    );
    // More ones asked for than there are: all of them.
    let mut out = [0; 2];
    network
        .recall_into(&[1, 1], u32::MAX, &mut scratch, &mut out)
        .unwrap();
    assert_eq!(bits::count(&out), 40);
    network
        .recall_into(&[1, 1], 0, &mut scratch, &mut out)
        .unwrap();
    assert_eq!(out, [0, 0]);
}

#[test]
fn one_scratch_buffer_serves_networks_of_any_size() {
    let wide = Params::<U16>::builder(100, 7).winners(2).build().unwrap();
    let mut wide = KWinner::new(wide, vec![0; wide.words()]).unwrap();
    let mut small = KWinner::new(small(), vec![0; small().words()]).unwrap();
    let needed = small.params().scratch_words();
    assert!(needed < wide.params().scratch_words());
    let mut shared = vec![7; wide.params().scratch_words()];
    let mut own = vec![0; needed];
    let mut same = small.clone();
    for number in 0..20u32 {
        let (long, short) = ([number, 1, number, 3], [number, 3]);
        wide.learn(&long, &mut shared).unwrap();
        shared[needed..].fill(number);
        assert_eq!(
            small.learn(&short, &mut shared),
            same.learn(&short, &mut own)
        );
        assert_eq!(
            small.recall(&short, &mut shared),
            same.recall(&short, &mut own)
        );
        assert_eq!(
            small.hidden_code(&short, &mut shared),
            same.hidden_code(&short, &mut own)
        );
        assert!(shared[needed..].iter().all(|&word| word == number));
    }
    assert_eq!(small.words(), same.words());
    // Every shorter one is named, whichever part it cuts.
    for got in 0..needed {
        let error = NetworkError::Scratch {
            got,
            expected: needed,
        };
        let scratch = &mut shared[..got];
        assert_eq!(small.recall(&[1, 3], scratch), Err(error));
        assert_eq!(small.learn(&[1, 3], scratch), Err(error));
    }
    assert_eq!(small.words(), same.words());
}

#[test]
fn units_that_are_not_there_have_nothing() {
    let params = small();
    let network = KWinner::new(params, vec![0; params.words()]).unwrap();
    for unit in [10, u32::MAX] {
        assert!(network.mask(unit).is_empty() && network.weights(unit).is_empty());
        assert_eq!(network.weight(unit, 0), None);
    }
    assert_eq!(network.weight(0, 40), None);
    let unwired = (0..40).find(|&j| !bits::get(network.mask(0), j)).unwrap();
    assert_eq!(network.weight(0, unwired), None);
}

#[test]
fn bits_refuse_what_does_not_fit() {
    let mut rng = stream(1, Purpose(1), 0, 0);
    let mut out = [7; 2];
    assert_eq!(
        bits::sample(40, 41, &mut rng, &mut out),
        Err(BitsError::TooMany { k: 41, n: 40 })
    );
    assert_eq!(
        bits::sample(65, 1, &mut rng, &mut out),
        Err(BitsError::Length {
            got: 2,
            expected: 3
        })
    );
    assert_eq!(
        bits::cue(&[1], 1, &mut rng, &mut out),
        Err(BitsError::Length {
            got: 2,
            expected: 1
        })
    );
    assert_eq!(out, [7; 2]);
    assert_eq!(bits::sample(0, 0, &mut rng, &mut []), Ok(()));
    assert_eq!(bits::check(&[], 0), Ok(()));
    assert!(!bits::get(&[], 0) && !bits::get(&[1], u32::MAX));
    bits::set(&mut [], 3);
    assert_eq!(bits::overlap(&[!0, 1], &[3]), 2);
    let mut row = [5];
    fan_in::draw(1, 1, 100, 3, &mut row);
    assert_eq!(row, [5], "a row of a wrong length");
    select::top_k(&[], 3, Key::new(0, Purpose(0)), |_| unreachable!());
    assert_eq!(select::kth_largest(&[], 1), 0);
}

proptest! {
    /// A snapshot may hold anything: rows with too many ones, weights in unused bits, a counter about to wrap.
    #[test]
    fn a_network_of_garbage_gives_answers(
        garbage in prop::collection::vec(any::<u32>(), 42), pattern in 1u64..1 << 40, random in any::<bool>(),
    ) {
        let params = Params::<U8>::builder(40, 10).fan_in(7).winners(3).active(5).rate(20_000)
            .rounding(Rounding::Stochastic)
            .assignment(if random { Assignment::RandomK } else { Assignment::Competitive })
            .build().unwrap();
        prop_assert_eq!(params.words(), 42);
        let mut garbage = garbage;
        (garbage[0], garbage[1]) = (u32::MAX, u32::MAX);
        let mut network = KWinner::open(params, garbage).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        let cue = [pattern as u32, (pattern >> 32) as u32 & 0xff];
        for _ in 0..3 {
            network.learn(&cue, &mut scratch).unwrap();
            let recalled = network.recall(&cue, &mut scratch).unwrap();
            prop_assert_eq!(recalled.winners.len(), 3);
            prop_assert_eq!(bits::count(recalled.pattern), 5);
        }
        prop_assert_eq!(network.learned(), 2);
        for hidden in 0..11 {
            for visible in 0..41 {
                let _ = network.weight(hidden, visible);
            }
        }
    }
}

#[test]
fn a_buffer_that_changes_its_length_does_no_harm() {
    let params = small();
    for start in 0..2 {
        let liar = Liar::new(vec![start; params.words()], 2);
        let mut network = KWinner::new(params, liar).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        for number in 0..60 {
            let _ = network.learn(&[number, 3], &mut scratch);
            let _ = network.recall(&[number, 3], &mut scratch);
            let _ = (network.weight(number % 12, 3), network.learned());
        }
    }
}

#[test]
fn the_selftest_refuses_wrong_buffers() {
    let params = selftest::params::<U8>(Rounding::Nearest, Assignment::Competitive).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    assert!(selftest::kwinner_digest(params, &mut [], &mut scratch).is_err());
    assert!(selftest::kwinner_digest(params, &mut vec![0; params.words()], &mut []).is_err());
    assert_eq!(U8::row_words(params.fan_in()), params.row_words());
}

#[cfg(feature = "serde")]
#[test]
fn parameters_that_are_read_back_are_checked() {
    let params = small();
    let text = serde_json::to_string(&params).unwrap();
    assert_eq!(serde_json::from_str::<Params<U8>>(&text).unwrap(), params);
    let wrong = text.replace("\"winners\":3", "\"winners\":11");
    let error = serde_json::from_str::<Params<U8>>(&wrong)
        .unwrap_err()
        .to_string();
    assert!(error.contains("k is 11, allowed 1..=10 (n_h)"), "{error}");
    let error = serde_json::from_str::<Params<U16>>(&text)
        .unwrap_err()
        .to_string();
    assert!(error.contains("weights of 8 bits, expected 16"), "{error}");
    assert!(serde_json::from_str::<Params<U8>>(&text.replace("seed", "sead")).is_err());
}
