//! What is refused, and that nothing changes then; and any words as a state.

use proptest::prelude::*;
use slotless_core::bits::{self, BitsError};
use slotless_core::ring::{
    Coded, CodedParams, Replacement, RingError, Sketches, SketchesParams, Slots, SlotsParams,
};

#[test]
fn every_size_out_of_range_is_named_with_what_is_allowed() {
    let slots = |n, k| SlotsParams::new(n, k, Replacement::Fifo).map(drop);
    let balanced = |n, k, classes| {
        let replacement = Replacement::Balanced { classes, seed: 0 };
        SlotsParams::new(n, k, replacement).map(|params| {
            // All of it fits.
            assert!(params.words() <= 1 << 29);
        })
    };
    assert!(balanced(33, 238_609_293, 256).is_ok());
    let sketches = |n, s, k| SketchesParams::new(n, s, k, 0).map(drop);
    let coded = |n, s, words| CodedParams::new(n, s, words).map(drop);
    for (built, text) in [
        (slots(0, 1), "n is 0, allowed 1..=1048576"),
        (slots((1 << 20) + 1, 1), "n is 1048577, allowed 1..=1048576"),
        (slots(33, 0), "slots are 0, allowed 1..=268435455"),
        (
            slots(33, 1 << 28),
            "slots are 268435456, allowed 1..=268435455",
        ),
        (balanced(33, 1, 0), "classes are 0, allowed 1..=256"),
        (balanced(33, 1, 257), "classes are 257, allowed 1..=256"),
        (
            balanced(33, 1 << 28, 1),
            "slots are 268435456, allowed 1..=238609293",
        ),
        (sketches(0, 1, 1), "n is 0, allowed 1..=1048576"),
        (sketches(9, 0, 1), "s is 0, allowed 1..=9 (n)"),
        (sketches(9, 10, 1), "s is 10, allowed 1..=9 (n)"),
        (sketches(9, 1, 0), "slots are 0, allowed 1..=268435455"),
        (
            sketches(9, 1, 1 << 28),
            "slots are 268435456, allowed 1..=268435455",
        ),
        (coded(0, 1, 1), "n is 0, allowed 1..=1048576"),
        (coded(9, 10, 1), "s is 10, allowed 1..=9 (n)"),
        (coded(9, 1, 0), "words of codes are 0, allowed 1..=67108864"),
        (
            coded(9, 1, (1 << 26) + 1),
            "words of codes are 67108865, allowed 1..=67108864",
        ),
    ] {
        assert_eq!(built.unwrap_err().to_string(), text);
    }
    // The largest there are, and the largest k.
    assert!(slots(33, (1 << 28) - 1).is_ok() && sketches(9, 9, (1 << 28) - 1).is_ok());
    assert_eq!(CodedParams::new(1 << 20, 1, 1 << 26).unwrap().rice(), 19);
}

#[test]
fn what_is_refused_leaves_the_memory_as_it_was() {
    let params = SlotsParams::new(40, 3, Replacement::Random { seed: 1 }).unwrap();
    let sketches = SketchesParams::new(40, 4, 3, 1).unwrap();
    let coded = CodedParams::new(40, 4, 2).unwrap();
    let (got, words) = (2, [params.words(), sketches.words(), coded.words()]);
    let buffer = |expected| Err(RingError::Buffer { got, expected });
    assert_eq!(Slots::new(params, vec![0; got]).map(drop), buffer(words[0]));
    assert_eq!(
        Sketches::new(sketches, vec![0; got]).map(drop),
        buffer(words[1])
    );
    assert_eq!(Coded::new(coded, vec![0; got]).map(drop), buffer(words[2]));
    let text = RingError::Buffer { got, expected: 7 }.to_string();
    assert_eq!(text, "buffer of 2 words, expected 7");

    let mut slots = Slots::new(params, vec![9; words[0]]).unwrap();
    let mut sketches = Sketches::new(sketches, vec![9; words[1]]).unwrap();
    let mut coded = Coded::new(coded, vec![9; words[2]]).unwrap();
    for state in [slots.words(), sketches.words(), coded.words()] {
        assert!(state.iter().all(|&word| word == 0));
    }
    let mut scratch = [0; 2];
    let empty = slots.recall(&[1, 0]).unwrap();
    assert_eq!((empty.pattern, empty.found.best), (&[0, 0][..], None));
    let empty = coded.recall(&[1, 0], &mut scratch).unwrap();
    assert_eq!((empty.pattern, empty.found.next), (&[0, 0][..], None));
    for shift in 0..5 {
        slots.learn(&[7 << shift, 1]).unwrap();
        sketches.learn(&[7 << shift, 1]).unwrap();
        coded.learn(&[7 << shift, 1]).unwrap();
    }
    let before = [slots.words(), sketches.words(), coded.words()].map(<[u32]>::to_vec);
    let long = RingError::Pattern(BitsError::Length {
        got: 1,
        expected: 2,
    });
    let beyond = RingError::Pattern(BitsError::Beyond { bits: 40 });
    for (pattern, error, text) in [
        (
            &[0, 0][..],
            RingError::Empty,
            "pattern without a one, expected at least one to learn",
        ),
        (&[1], long, "pattern: bit vector of 1 words, expected 2"),
        (
            &[1, 1 << 8],
            beyond,
            "pattern: a bit at or beyond 40, the length, is set",
        ),
    ] {
        assert_eq!(error.to_string(), text);
        assert_eq!(slots.learn(pattern), Err(error));
        assert_eq!(sketches.learn(pattern), Err(error));
        assert_eq!(coded.learn(pattern), Err(error));
    }
    let code = coded.learn(&[!0, 0xff]).unwrap_err();
    let RingError::Code { bits, most: 64 } = code else {
        panic!("{code}")
    };
    assert_eq!(
        code.to_string(),
        format!("code of {bits} bits, allowed up to 64 (the ring)")
    );
    let after = [slots.words(), sketches.words(), coded.words()].map(<[u32]>::to_vec);
    assert_eq!(before, after);
    let (class, classes) = (1, 1);
    let refused = RingError::Class { class, classes };
    assert_eq!(slots.learn_as(&[1, 0], 1), Err(refused));
    assert_eq!(refused.to_string(), "class 1 of 1 classes, allowed 0..=0");
    assert_eq!(slots.words(), before[0]);
    let cue = RingError::Cue(BitsError::Length {
        got: 1,
        expected: 2,
    });
    assert_eq!(cue.to_string(), "cue: bit vector of 1 words, expected 2");
    assert_eq!(slots.find(&[1]), Err(cue));
    assert_eq!(slots.recall(&[1]).map(drop), Err(cue));
    assert_eq!(sketches.find(&[1]), Err(cue));
    assert_eq!(coded.find(&[1]), Err(cue));
    assert_eq!(coded.recall(&[1], &mut scratch).map(drop), Err(cue));
    let (got, expected) = (1, 2);
    let short = RingError::Scratch { got, expected };
    assert_eq!(
        coded.recall(&[1, 0], &mut scratch[1..]).map(drop),
        Err(short)
    );
    let text = "scratch buffer of 1 words, needed at least 2";
    assert_eq!(short.to_string(), text);
    // The last number.
    let mut words = slots.into_words();
    (words[0], words[1]) = (!0, !0);
    let mut slots = Slots::open(params, words).unwrap();
    assert_eq!(slots.learn(&[1, 0]), Err(RingError::End));
    let text = "18446744073709551615 patterns were learned, the most";
    assert_eq!(RingError::End.to_string(), text);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 300 }))]

    #[test]
    fn any_words_are_a_ring_of_codes(
        n in 1u32..70,
        s in any::<u32>(),
        size in 1u32..9,
        words in prop::collection::vec(any::<u32>(), 14),
        small in any::<[u8; 3]>(),
        cue in any::<[u32; 3]>(),
    ) {
        let params = CodedParams::new(n, 1 + s % n, size).unwrap();
        let mut words: Vec<u32> = words.into_iter().take(params.words()).collect();
        if small[0] % 2 == 0 {
            words[2..5].iter_mut().zip(small).for_each(|(word, small)| *word = small.into());
        }
        let mut memory = Coded::open(params, words).unwrap();
        let mut scratch = vec![!0; params.scratch_words()];
        let mut cue = cue[..params.scratch_words()].to_vec();
        if n % 32 != 0 {
            *cue.last_mut().unwrap() &= (1 << (n % 32)) - 1;
        }
        for _ in 0..3 {
            let found = memory.find(&cue).unwrap();
            let recalled = memory.recall(&cue, &mut scratch).unwrap();
            prop_assert_eq!(recalled.found, found);
            prop_assert!(bits::check(recalled.pattern, n).is_ok());
            if let Some(best) = found.best {
                prop_assert_eq!(bits::overlap(recalled.pattern, &cue), best.overlap());
            }
            let _ = memory.learn(&cue);
        }
    }
}
