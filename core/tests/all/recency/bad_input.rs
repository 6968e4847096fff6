//! What is refused, and that nothing changes then; and any words as a state.

use proptest::prelude::*;
use slotless_core::bits::{self, BitsError};
use slotless_core::recency::{Params, ParamsBuilder, Recency, RecencyError};

const BUILDER: ParamsBuilder = Params::builder(40, 3).active(4);

#[test]
fn every_setting_out_of_range_is_named_with_what_is_allowed() {
    for (builder, text) in [
        (Params::builder(0, 1), "n is 0, allowed 1..=1048576"),
        (
            Params::builder((1 << 20) + 1, 1),
            "n is 1048577, allowed 1..=1048576",
        ),
        (Params::builder(4, 0), "rows are 0, allowed from 1"),
        (
            Params::builder(4, 0).window(9),
            "rows are 0, allowed from 1",
        ),
        (BUILDER.levels(0), "levels are 0, allowed 1..=255"),
        (BUILDER.levels(256), "levels are 256, allowed 1..=255"),
        (BUILDER.window(0), "levels are 0, allowed 1..=255"),
        (BUILDER.window(766), "levels are 256, allowed 1..=255"),
        (BUILDER.active(0), "s is 0, allowed 1..=40 (n)"),
        (BUILDER.active(41), "s is 41, allowed 1..=40 (n)"),
        (
            BUILDER.cap(3),
            "set cells of a row are 3, allowed 4..=40 (s to n)",
        ),
        (
            BUILDER.cap(41),
            "set cells of a row are 41, allowed 4..=40 (s to n)",
        ),
        (
            BUILDER.miss(0),
            "a contradiction costs 0/16 nat, allowed 1..=1024",
        ),
        (
            BUILDER.miss(1025),
            "a contradiction costs 1025/16 nat, allowed 1..=1024",
        ),
        (
            Params::builder(1 << 20, 1 << 14).levels(1),
            "16384 rows of 32768 words, allowed are up to 536870912 words together",
        ),
    ] {
        assert_eq!(builder.build().unwrap_err().to_string(), text);
    }
    // 40 units, 5 levels: 3 words a row.
    for (built, text) in [
        (
            BUILDER.build_in(19),
            "19 bytes, a memory of one row takes 20",
        ),
        (
            BUILDER.build_for(1, 15),
            "15 bytes, a memory of one row takes 16",
        ),
        (
            BUILDER.levels(0).build_in(99),
            "levels are 0, allowed 1..=255",
        ),
        (
            BUILDER.miss(0).build_for(9, 99),
            "a contradiction costs 0/16 nat, allowed 1..=1024",
        ),
        (
            BUILDER.build_for(363, 100),
            "100 bytes have no room for a window of 363 events, allowed up to 362",
        ),
    ] {
        assert_eq!(built.unwrap_err().to_string(), text);
    }
    assert_eq!(BUILDER.build_in(20).unwrap().rows(), 1);
    // More bytes than a state may have.
    let most = Params::builder(1, 1).levels(1).build_in(u64::MAX).unwrap();
    assert_eq!(most.words(), 1 << 29);
    assert_eq!(BUILDER.window(765).build().unwrap().levels(), 255);
    assert_eq!(BUILDER.window(7).build().unwrap().levels(), 3);
    // The largest there are.
    let largest = Params::builder(1 << 20, 1800)
        .levels(255)
        .active(1 << 18)
        .build();
    let words = largest.unwrap().words();
    assert!(words < 1 << 29, "{words}");
}

#[test]
fn what_is_refused_leaves_the_memory_as_it_was() {
    let params = BUILDER.levels(3).cap(9).build().unwrap();
    let words = params.words();
    for got in [words - 1, words + 1] {
        let error = Recency::new(params, vec![0; got]).map(drop);
        let expected = words;
        assert_eq!(error, Err(RecencyError::Buffer { got, expected }));
        assert_eq!(
            RecencyError::Buffer { got: 1, expected }.to_string(),
            format!("buffer of 1 words, expected {words}")
        );
    }
    let mut memory = Recency::new(params, vec![7; words]).unwrap();
    assert!(memory.words().iter().all(|&word| word == 0));
    let mut scratch = vec![0; params.scratch_words()];
    for event in 0..7 {
        memory.learn(&[0x31 << event, 1], &mut scratch).unwrap();
    }
    let before = memory.words().to_vec();
    let long = BitsError::Length {
        got: 1,
        expected: 2,
    };
    let beyond = BitsError::Beyond { bits: 40 };
    let ones = RecencyError::Ones { ones: 10, cap: 9 };
    for (pattern, error, text) in [
        (
            &[0, 0][..],
            RecencyError::Empty,
            "pattern without a one, expected at least one to learn",
        ),
        (
            &[0x3ff, 0],
            ones,
            "pattern of 10 ones, allowed 1..=9 (the set cells of a row)",
        ),
        (
            &[1],
            RecencyError::Pattern(long),
            "pattern: bit vector of 1 words, expected 2",
        ),
        (
            &[1, 1 << 8],
            RecencyError::Pattern(beyond),
            "pattern: a bit at or beyond 40, the length, is set",
        ),
    ] {
        let refused = memory.learn(pattern, &mut scratch).unwrap_err();
        assert_eq!((refused, refused.to_string()), (error, text.to_owned()));
        assert_eq!(memory.words(), before);
    }
    let (got, expected) = (scratch.len() - 1, scratch.len());
    let short = RecencyError::Scratch { got, expected };
    let text = format!("scratch buffer of {got} words, needed at least {expected}");
    assert_eq!(short.to_string(), text);
    assert_eq!(memory.learn(&[1, 0], &mut scratch[1..]), Err(short));
    assert_eq!(memory.find(&[1, 0], &mut scratch[1..]), Err(short));
    assert_eq!(memory.runner_up(&[1, 0], 1, &mut scratch[1..]), Err(short));
    assert_eq!(
        memory.recall(&[1, 0], &mut scratch[1..]).map(drop),
        Err(short)
    );
    let cue = RecencyError::Cue(beyond);
    assert_eq!(
        cue.to_string(),
        "cue: a bit at or beyond 40, the length, is set"
    );
    assert_eq!(memory.find(&[1, 1 << 8], &mut scratch), Err(cue));
    assert_eq!(
        memory.recall(&[1, 1 << 8], &mut scratch).map(drop),
        Err(cue)
    );
    assert_eq!(memory.runner_up(&[1, 1 << 8], 1, &mut scratch), Err(cue));
    assert_eq!(memory.words(), before);
    // Longer scratch is welcome, and what is left over is not touched.
    scratch.push(3);
    memory.learn(&[1, 0], &mut scratch).unwrap();
    assert_eq!(scratch.last(), Some(&3));
}

#[test]
fn the_last_event_has_the_last_number_but_one() {
    let params = BUILDER.build().unwrap();
    let mut words = vec![0; params.words()];
    (words[0], words[1]) = (u32::MAX - 1, u32::MAX);
    let mut memory = Recency::open(params, words).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    assert_eq!(memory.learn(&[0xf, 0], &mut scratch), Ok(u64::MAX - 1));
    let before = memory.words().to_vec();
    let refused = memory.learn(&[0xf0, 0], &mut scratch).unwrap_err();
    assert_eq!(refused, RecencyError::End);
    assert_eq!(
        refused.to_string(),
        "18446744073709551615 events were learned, the most"
    );
    assert_eq!((memory.words(), memory.learned()), (&before[..], u64::MAX));
    let found = memory.recall(&[0x3, 0], &mut scratch).unwrap();
    assert_eq!(found.pattern, [0xf, 0]);
    assert_eq!(found.matched.map(|found| found.age()), Some(1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 300 }))]

    /// Any words are a state that recalls and learns; ones that no learning makes, too.
    #[test]
    fn any_words_are_a_state(
        n in 1u32..70,
        rows in 1u32..4,
        levels in 1u32..12,
        s in any::<u32>(),
        words in prop::collection::vec(any::<u32>(), 64),
        cue in prop::collection::vec(any::<u32>(), 3),
    ) {
        let built = Params::builder(n, rows).levels(levels).active(1 + s % n).build();
        let params = built.unwrap();
        let words: Vec<u32> = words.into_iter().cycle().take(params.words()).collect();
        let mut memory = Recency::open(params, words).unwrap();
        let mut scratch = vec![!0; params.scratch_words()];
        let mut cue: Vec<u32> = cue.into_iter().take(params.pattern_words()).collect();
        if n % 32 != 0 {
            *cue.last_mut().unwrap() &= (1 << (n % 32)) - 1;
        }
        for _ in 0..3 {
            let found = memory.find(&cue, &mut scratch).unwrap();
            let next = memory.runner_up(&cue, 1, &mut scratch).unwrap();
            prop_assert!(next.is_none_or(|next| next.age() != 1));
            let recalled = memory.recall(&cue, &mut scratch).unwrap();
            prop_assert_eq!(recalled.matched, found);
            prop_assert!(bits::count(recalled.pattern) <= params.active());
            prop_assert!(bits::check(recalled.pattern, n).is_ok());
            if let Some(found) = found {
                prop_assert!(found.score() <= found.most() && found.share() <= 65_536);
                prop_assert!(found.row() < rows && found.level() < levels);
            }
            let before = memory.learned();
            let taken = memory.learn(&cue, &mut scratch).is_ok();
            prop_assert_eq!(memory.learned() - before, u64::from(taken));
        }
    }
}
