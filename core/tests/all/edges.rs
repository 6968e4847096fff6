//! The far ends of the contract: steps past 2^32, the sizes of a 32-bit device, published vectors, hostile buffers of
//! every width.

use crate::naive::{self, Pcg, Sizes};
use proptest::prelude::*;
use rand_core::Rng;
use slotless_core::bits::{self, BitsError};
use slotless_core::kwinner::{Assignment, KWinner, Match, NetworkError, Params, ParamsError};
use slotless_core::rng::{self, Pcg32, Purpose, stream};
use slotless_core::selftest::Digest;
use slotless_core::weight::{self, Rate, Rounding, U1, U2, U4, U8, U16, Width};

#[test]
fn pcg_gives_the_words_its_author_published() {
    // The first six words of pcg32 seeded (42, 54), from the output that the reference program is distributed with.
    let published = [
        0xa15c_02b7,
        0x7b47_f409,
        0xba1d_3330,
        0x83d2_f293,
        0xbfa4_784b,
        0xcbed_606e,
    ];
    let (mut ours, mut naive) = (Pcg32::new(42, 54), Pcg::new(42, 54));
    for word in published {
        assert_eq!(ours.next_u32(), word);
        assert_eq!(naive.next(), u64::from(word));
    }
}

#[test]
fn the_digest_is_fnv_1a() {
    // Published for the four bytes "foob".
    let mut digest = Digest::new();
    assert_eq!(digest.value(), 0xcbf2_9ce4_8422_2325);
    digest.word(u32::from_le_bytes(*b"foob"));
    assert_eq!(digest.value(), 0xdd12_0e79_0c25_12af);
}

#[test]
fn a_vector_of_every_length_is_checked_to_the_bit() {
    for n in 0..100u32 {
        let mut words = vec![0; bits::words_for(n)];
        assert_eq!(bits::check(&words, n), Ok(()));
        for bit in 0..words.len() as u32 * 32 {
            words.fill(0);
            bits::set(&mut words, bit);
            let expected = if bit < n {
                Ok(())
            } else {
                Err(BitsError::Beyond { bits: n })
            };
            assert_eq!(bits::check(&words, n), expected);
            assert!((0..200).all(|other| bits::get(&words, other) == (other == bit)));
        }
        let (got, expected) = (words.len() + 1, words.len());
        words.push(0);
        assert_eq!(
            bits::check(&words, n),
            Err(BitsError::Length { got, expected })
        );
    }
}

proptest! {
    #[test]
    fn sequential_draws_equal_the_naive_ones(
        seed in any::<u64>(), n in any::<u32>(), wide in prop_oneof![0u64..10, any::<u64>()], length in 0u64..40,
        pattern in prop::collection::vec(any::<bool>(), 0..100), keep in 0u32..60,
    ) {
        let (mut ours, mut naive) = (stream(seed, Purpose(41), 6, u32::MAX), Pcg::stream(seed, 41, 6, u32::MAX.into()));
        for n in [n, n, n | 1 << 31, 3 << 30, u32::MAX, 1, 0, n] {
            prop_assert_eq!(u64::from(rng::below(&mut ours, n)), naive.below(n.into()));
        }
        prop_assert_eq!(rng::below_u64(&mut ours, wide), naive.below_u64(wide));
        let mut items: Vec<u64> = (0..length).collect();
        rng::shuffle(&mut ours, &mut items);
        prop_assert_eq!(items, naive.order(length));
        let packed = naive::words(&pattern);
        let mut out = vec![!0; packed.len()];
        bits::cue(&packed, keep, &mut ours, &mut out).unwrap();
        prop_assert_eq!(out, naive::words(&naive.cue(&pattern, keep.into())));
        // Both have drawn as many numbers.
        prop_assert_eq!(u64::from(ours.next_u32()), naive.next());
    }
}

/// The naive network and ours, started from a step count just below 2^32.
fn cross_a_word<W: Width>(bits: u64, stochastic: bool, random_k: bool) {
    let sizes = Sizes {
        n_i: 45,
        n_h: 20,
        m: 13,
        k: 4,
        s: 6,
        eps: 20_000,
        bits,
    };
    let (rounding, theirs) = if stochastic {
        (Rounding::Stochastic, naive::Rounding::Stochastic)
    } else {
        (Rounding::Nearest, naive::Rounding::Nearest)
    };
    let params = Params::<W>::builder(45, 20)
        .fan_in(13)
        .winners(4)
        .active(6)
        .rate(20_000)
        .rounding(rounding)
        .assignment(if random_k {
            Assignment::RandomK
        } else {
            Assignment::Competitive
        })
        .seed(77)
        .build()
        .unwrap();
    let mut naive = naive::Network::new(&sizes, theirs, random_k, 77);
    naive.learned = (5 << 32) - 3;
    let mut network = KWinner::open(params, naive.state()).unwrap();
    assert_eq!(network.learned(), (5 << 32) - 3);
    let mut scratch = vec![0; params.scratch_words()];
    let mut data = Pcg::new(3, 4);
    for ones in [6, 0, 6, 45, 20, 1, 6] {
        // None of the ones, which is refused, and all of them, too.
        let x = data.sample(45, ones);
        let matched = network.learn(&naive::words(&x), &mut scratch);
        assert_eq!(matched.ok().map(Match::score), naive.learn(&x));
        assert_eq!(network.words(), naive.state());
        let recalled = network.recall(&naive::words(&x), &mut scratch).unwrap();
        assert_eq!(naive::unpack(recalled.pattern, 45), naive.recall(&x, 6));
    }
    assert_eq!(network.learned(), (5 << 32) + 3);
}

#[test]
fn steps_past_the_low_word_equal_the_naive_network() {
    for (stochastic, random_k) in [(false, false), (false, true), (true, false), (true, true)] {
        cross_a_word::<U1>(1, stochastic, random_k);
        cross_a_word::<U4>(4, stochastic, random_k);
        cross_a_word::<U8>(8, stochastic, random_k);
        cross_a_word::<U16>(16, stochastic, random_k);
    }
}

#[test]
fn buffers_fit_the_address_space_or_are_refused() {
    let built = |hidden: u32| {
        Params::<U8>::builder(128, hidden)
            .fan_in(127)
            .active(1)
            .build()
    };
    let huge = Params::<U1>::builder(u32::MAX, u32::MAX).active(1).build();
    // A row of 127 weights takes 32 words, its mask of 128 bits 4.
    let words = |params: Params<U8>| params.words() as u64;
    if cfg!(target_pointer_width = "32") {
        let most = (i32::MAX as u32 / 4 - 2) / 36;
        assert_eq!(words(built(most).unwrap()), 2 + 36 * u64::from(most));
        assert_eq!(built(most + 1), Err(ParamsError::TooLarge));
        // A network of 2^25 words whose scratch takes 2^30.
        let scratch = Params::<U8>::builder(1 << 30, 1).fan_in(1).build();
        assert_eq!(scratch, Err(ParamsError::TooLarge));
        assert_eq!(huge, Err(ParamsError::TooLarge));
        assert_eq!(
            huge.unwrap_err().to_string(),
            "the network does not fit the address space"
        );
    } else {
        // The widest there is takes 2^59 words, 2 EiB: a size, if no buffer. It has no masks.
        let most = u64::from(u32::MAX);
        assert_eq!(words(built(u32::MAX).unwrap()), 2 + 36 * most);
        assert_eq!(huge.unwrap().words() as u64, 2 + (most << 27));
    }
}

#[test]
fn units_that_see_all_keep_no_masks() {
    let params = Params::<U8>::builder(40, 6)
        .winners(2)
        .active(4)
        .build()
        .unwrap();
    assert_eq!(params.words(), 2 + 6 * 10);
    let network = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut mask = [7; 2];
    network.fan_in(5, &mut mask).unwrap();
    assert_eq!((network.mask(5), mask), (&[][..], [!0, 0xff]));
    network.fan_in(6, &mut mask).unwrap();
    assert_eq!(mask, [0; 2]);
    let last = network.words()[2 + 5 * 10 + 9] >> 24;
    assert_eq!(
        network
            .weight(5, 39)
            .map(|weight| u32::from(weight.to_bits())),
        Some(last)
    );
    assert_eq!((network.weight(5, 40), network.weight(6, 0)), (None, None));
    assert!(params.lend_masks(&[]).is_ok());
    let error = NetworkError::Masks {
        got: 12,
        expected: 0,
    };
    assert_eq!(params.lend_masks(&[!0; 12]).err(), Some(error));
    // One visible unit less: masks again, though only for that one.
    let fewer = Params::<U8>::builder(40, 6)
        .fan_in(39)
        .winners(2)
        .active(4)
        .build()
        .unwrap();
    assert_eq!(fewer.words(), 2 + 6 * (2 + 10));
}

#[test]
fn fewer_patterns_than_units_are_all_recalled_by_the_one_winner_network() {
    // Start weights are uniform: a fresh unit matches a pattern of 20 ones with 10 +- 1.3 full weights, a stored one with
    // as many as the patterns share (2 +- 1.3), so every pattern finds a unit of its own.
    let params = Params::<U16>::builder(200, 30)
        .active(20)
        .seed(2)
        .build()
        .unwrap();
    let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut data = Pcg::new(1, 2);
    let patterns: Vec<_> = (0..25)
        .map(|_| naive::words(&data.sample(200, 20)))
        .collect();
    for x in &patterns {
        network.learn(x, &mut scratch).unwrap();
    }
    let state = network.words().to_vec();
    for x in &patterns {
        let recalled = network.recall(x, &mut scratch).unwrap();
        assert_eq!(
            (recalled.pattern, recalled.matched.share()),
            (&x[..], 65_536)
        );
        let mut out = vec![0; x.len()];
        let matched = network.recall_into(x, 20, &mut scratch, &mut out).unwrap();
        assert_eq!(
            (&out, matched),
            (x, network.hidden_code(x, &mut scratch).unwrap().matched)
        );
    }
    assert_eq!(network.words(), state);
    let empty = network.hidden_code(&[0; 7], &mut scratch).unwrap().matched;
    assert_eq!((empty.score(), empty.most(), empty.share()), (0, 0, 0));
}

#[test]
fn weights_stall_where_they_are_said_to_in_a_network() {
    // 8 bits, rate .1: a weight of a silent unit falls to 4 and stays; stochastic rounding brings it to 0.
    for (rounding, left) in [(Rounding::Nearest, 4), (Rounding::Stochastic, 0)] {
        let params = Params::<U8>::builder(64, 1)
            .rate(6_554)
            .rounding(rounding)
            .build()
            .unwrap();
        assert_eq!(weight::stall_level(params.rate(), Rounding::Nearest), 4);
        let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        for _ in 0..300 {
            network.learn(&[0, 1 << 31], &mut scratch).unwrap();
        }
        let highest = (0..63).map(|slot| U8::get(network.weights(0), slot)).max();
        assert_eq!(highest, Some(left));
    }
}

#[test]
fn no_weight_and_no_offset_makes_the_step_panic() {
    // Weights beyond full scale and offsets beyond 16 bits are no weights and no offsets; they give some number.
    for weight in [0, 1, 255, 256, u32::MAX] {
        for offset in [0, 65_535, 65_536, u32::MAX] {
            for eps in [1, 65_536] {
                for active in [false, true] {
                    let _ = weight::step(weight, 255, active, Rate::new(eps).unwrap(), offset);
                }
            }
        }
    }
    let mut row = [0; 2];
    U4::set(&mut row, 3, 16);
    assert_eq!(row, [0xf000, 0], "a weight one above full scale is full");
    let key = rng::Key::new(0, Purpose(0));
    assert_eq!(weight::start_word::<U16>(u32::MAX, key, u32::MAX), 0);
    assert_eq!(weight::start_word::<U1>(0, key, 0), 0);
    let _ = weight::dither(key, u32::MAX);
    let _ = (
        U1::get(&[1], u32::MAX),
        U1::row_words(u32::MAX),
        U16::row_words(u32::MAX),
    );
}

#[test]
fn code_generic_in_the_width_needs_no_other_bound() {
    fn shared<T: Copy + Eq + std::hash::Hash + std::fmt::Debug + Send + Sync + 'static>(_: T) {}
    fn check<W: Width>() {
        let params = Params::<W>::builder(40, 10).build().unwrap();
        assert_eq!(Params::<W>::builder(40, 10).build(), Ok(params));
        shared(params);
        shared(W::default());
    }
    check::<U1>();
    check::<U16>();
}

#[test]
fn the_crates_of_the_api_are_within_reach() {
    use slotless_core::{fixed::types::U0F8, rand_core::Rng};
    fn first(mut rng: impl Rng) -> u32 {
        rng.next_u32()
    }
    let draws = [1, 1].map(|number| first(stream(1, Purpose(42), 0, number)));
    assert_eq!(draws[0], draws[1]);
    assert_eq!(U8::to_fixed(128), U0F8::from_bits(128));
}

fn garbage<W: Width>(words: &[u32], cue: u64, random_k: bool, stochastic: bool) {
    let params = Params::<W>::builder(40, 10)
        .fan_in(7)
        .winners(3)
        .active(5)
        .rate(40_000)
        .rounding(if stochastic {
            Rounding::Stochastic
        } else {
            Rounding::Nearest
        })
        .assignment(if random_k {
            Assignment::RandomK
        } else {
            Assignment::Competitive
        })
        .build()
        .unwrap();
    let words: Vec<u32> = words.iter().cycle().copied().take(params.words()).collect();
    let mut network = KWinner::open(params, words).unwrap();
    let mut scratch = vec![u32::MAX; params.scratch_words()];
    let cue = [cue as u32, (cue >> 32) as u32 & 0xff];
    for _ in 0..2 {
        let assigned = network.hidden_code(&cue, &mut scratch).unwrap();
        assert!(assigned.winners.is_sorted_by(|a, b| a < b) && assigned.winners.len() == 3);
        assert!(assigned.matched.share() <= 65_536);
        network.learn(&cue, &mut scratch).unwrap();
        let recalled = network.recall(&cue, &mut scratch).unwrap();
        assert_eq!(bits::count(recalled.pattern), 5);
        bits::check(recalled.pattern, 40).unwrap();
        network.potentials(&cue, &mut [0; 10]).unwrap();
    }
    for visible in 0..64 {
        let _ = network.weight(visible % 11, visible);
    }
}

proptest! {
    #[test]
    fn garbage_of_every_width_gives_answers(
        words in prop::collection::vec(prop_oneof![any::<u32>(), Just(u32::MAX), Just(0)], 1..60), cue in 1u64..1 << 40,
        random_k in any::<bool>(), stochastic in any::<bool>(),
    ) {
        garbage::<U1>(&words, cue, random_k, stochastic);
        garbage::<U2>(&words, cue, random_k, stochastic);
        garbage::<U4>(&words, cue, random_k, stochastic);
        garbage::<U8>(&words, cue, random_k, stochastic);
        garbage::<U16>(&words, cue, random_k, stochastic);
    }
}

#[test]
fn the_widest_sums_wrap_at_worst() {
    // 65,537 weights of 16 bits are the most that 32 bits sum. A row has room for one more, and a hostile mask wires it:
    // 65,538 x 65,535 is 2^32 + 65,534.
    let params = Params::<U16>::builder(65_600, 1)
        .fan_in(65_537)
        .active(1)
        .build()
        .unwrap();
    let fresh = KWinner::new(params, vec![0; params.words()]).unwrap();
    let cue = vec![!0; params.pattern_words()];
    let mut scratch = vec![0; params.scratch_words()];
    let mut words = fresh.into_words();
    words[2 + params.pattern_words()..].fill(!0);
    let honest = KWinner::open(params, &words).unwrap();
    let matched = honest.recall(&cue, &mut scratch).unwrap().matched;
    assert_eq!(matched.score(), u64::from(u32::MAX));
    assert_eq!(matched.share(), 65_536);
    words[2..].fill(!0);
    let hostile = KWinner::open(params, &words).unwrap();
    let matched = hostile.recall(&cue, &mut scratch).unwrap().matched;
    assert_eq!(matched.score(), 65_534);
}

#[cfg(feature = "serde")]
#[test]
fn every_setting_survives_its_text() {
    fn check<W: Width>() {
        for rounding in [Rounding::Nearest, Rounding::Stochastic] {
            for assignment in [Assignment::Competitive, Assignment::RandomK] {
                let params = Params::<W>::builder(41, 12)
                    .fan_in(9)
                    .winners(4)
                    .active(6)
                    .rate(123)
                    .rounding(rounding)
                    .assignment(assignment)
                    .seed(u64::MAX)
                    .build()
                    .unwrap();
                let text = serde_json::to_string(&params).unwrap();
                assert_eq!(serde_json::from_str::<Params<W>>(&text).unwrap(), params);
                // Each width takes its own only.
                let eight = serde_json::from_str::<Params<U8>>(&text);
                let one = serde_json::from_str::<Params<U1>>(&text);
                assert_eq!((eight.is_ok(), one.is_ok()), (W::BITS == 8, W::BITS == 1));
            }
        }
    }
    check::<U1>();
    check::<U2>();
    check::<U4>();
    check::<U8>();
    check::<U16>();
    let text = r#"{"bits":8,"visible":41,"hidden":12,"fan_in":9,"winners":4,"active":6,"rate":123,"rounding":"stochastic","assignment":"random-k","seed":5}"#;
    let params: Params<U8> = serde_json::from_str(text).unwrap();
    assert_eq!((params.rate().get(), params.seed()), (123, 5));
    for (good, bad) in [
        ("\"rate\":123", "\"rate\":0"),
        ("\"rate\":123", "\"rate\":65537"),
        ("\"visible\":41", "\"visible\":0"),
        ("\"hidden\":12", "\"hidden\":3"),
        ("\"fan_in\":9", "\"fan_in\":42"),
        ("\"active\":6", "\"active\":-1"),
        ("\"bits\":8", "\"bits\":3"),
        ("random-k", "RandomK"),
        ("stochastic", "up"),
        (",\"seed\":5", ""),
        (",\"seed\":5", ",\"seed\":5,\"more\":1"),
    ] {
        assert!(text.contains(good));
        let wrong = text.replace(good, bad);
        assert!(
            serde_json::from_str::<Params<U8>>(&wrong).is_err(),
            "{wrong}"
        );
    }
}
