//! Windows over time and n-grams.

use proptest::prelude::*;
use slotless_core::bits;
use slotless_core::encode::{
    Bucket, Decode, Encode, EncodeError, NGram, Range, SparseRandom, Window, WindowParams,
};

use super::{coded, packed, range, unpacked};
use crate::naive::encode as naive;

#[test]
fn a_window_is_the_last_frames_the_newest_first() {
    for (n, frames) in [(1, 1), (10, 3), (32, 4), (33, 5), (70, 2)] {
        let params = WindowParams::new(n, frames).unwrap();
        assert_eq!(params.words(), 1 + (frames * n.div_ceil(32)) as usize);
        let mut window = Window::new(params, vec![7; params.words()]).unwrap();
        let encoder = SparseRandom::new(Range::U8, 200, n.max(2), 1, 3).unwrap();
        let bucket = Bucket::new(Range::U8, n, 1).unwrap();
        let mut last: Vec<Vec<bool>> = Vec::new();
        for number in 0..40 {
            assert_eq!(window.filled(), frames.min(number));
            let pattern = if number % 2 == 0 || n == 1 {
                window.push_value(&bucket, number as i32 * 6).unwrap();
                coded(&bucket, number as i32 * 6)
            } else {
                let pattern = coded(&encoder, number as i32 * 5);
                window.push(&pattern).unwrap();
                pattern
            };
            last.insert(0, unpacked(&pattern, n));
            last.truncate(frames as usize);
            for age in 0..frames + 2 {
                let frame = window.frame(age);
                match last.get(age as usize) {
                    Some(own) => assert_eq!(&unpacked(frame, n), own),
                    None => assert!(frame.is_empty()),
                }
            }
            let mut all = last.concat();
            all.resize((frames * n) as usize, false);
            let mut out = vec![u32::MAX; params.pattern_words()];
            window.write(&mut out).unwrap();
            assert_eq!(out, packed(&all));
            // Where the state is opened again all is the same.
            let words = window.into_words();
            window = Window::open(params, words).unwrap();
        }
        window.clear();
        assert_eq!((window.filled(), window.frames().count()), (0, 0));
    }
}

#[test]
fn a_frame_is_read_from_the_pattern_of_all() {
    let axes = [Bucket::new(range(-99, 99), 41, 9).unwrap(); 3];
    let params = WindowParams::new(axes.units(), 4).unwrap();
    let mut window = Window::new(params, vec![0; params.words()]).unwrap();
    for now in 0..10 {
        window.push_value(&axes, [now * 9, -now * 9, 50]).unwrap();
    }
    let mut pattern = vec![0; params.pattern_words()];
    window.write(&mut pattern).unwrap();
    assert_eq!(bits::count(&pattern), 4 * 27);
    for age in 0..4 {
        let [x, y, z] = axes.read(&pattern, age as u32 * axes.units());
        let then = (9 - age) * 9;
        let off = |found: Option<slotless_core::encode::Estimate>, value: i32| {
            found.unwrap().value.abs_diff(value)
        };
        assert!(off(x, then) <= 3 && off(y, -then) <= 3 && off(z, 50) <= 3);
    }
}

#[test]
fn what_is_refused_leaves_the_window_as_it_was() {
    let params = WindowParams::new(40, 3).unwrap();
    let mut window = Window::new(params, [0; 7]).unwrap();
    window.push(&[1, 1]).unwrap();
    let before = window.clone().into_words();
    let pattern = |error: Result<(), EncodeError>| error.unwrap_err().to_string();
    assert_eq!(
        pattern(window.push(&[1])),
        "pattern: bit vector of 1 words, expected 2"
    );
    assert_eq!(
        pattern(window.push(&[1, 256])),
        "pattern: a bit at or beyond 40, the length, is set"
    );
    let other = Bucket::new(Range::U8, 41, 1).unwrap();
    assert_eq!(
        pattern(window.push_value(&other, 3)),
        "encoder of 41 units, expected 40 (the window)"
    );
    let mut out = [9; 3];
    assert_eq!(
        pattern(window.write(&mut out)),
        "pattern: bit vector of 3 words, expected 4"
    );
    assert_eq!((out, window.words()), ([9; 3], &before[..]));
    for size in [0, 6, 8] {
        let error = Window::new(params, vec![0; size]).unwrap_err();
        let text = format!("buffer of {size} words, expected 7");
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn ngrams_tell_orders_apart_and_give_their_symbols_back() {
    let symbols = SparseRandom::new(range(0, 25), 26 * 8, 512, 8, 2).unwrap();
    let grams = NGram::new(512, 3, 1).unwrap();
    let gram = |text: &[u8]| {
        let patterns: Vec<Vec<u32>> = text
            .iter()
            .map(|&letter| coded(&symbols, i32::from(letter - b'a')))
            .collect();
        let mut out = vec![u32::MAX; 16];
        grams
            .encode(patterns.iter().map(Vec::as_slice), &mut out)
            .unwrap();
        out
    };
    for text in [b"cat", b"aaa", b"zab", b"tac"] {
        let out = gram(text);
        assert_eq!(bits::count(&out), 24);
        for (position, &letter) in text.iter().enumerate() {
            let mut own = vec![0; 16];
            grams.position(&out, position as u32, &mut own).unwrap();
            let found = symbols.decode(&own).unwrap().unwrap();
            assert_eq!(found.value, i32::from(letter - b'a'));
            assert_eq!(found.agreement, 8);
        }
    }
    assert!(bits::overlap(&gram(b"cat"), &gram(b"tac")) < 14);
    // Two of three in place.
    assert!((16..20).contains(&bits::overlap(&gram(b"cat"), &gram(b"cab"))));
    // More patterns than positions, and fewer.
    assert_eq!(gram(b"cats"), gram(b"cat"));
    assert_eq!(bits::count(&gram(b"ca")), 16);
    assert_eq!(gram(b""), [0; 16]);
}

#[test]
fn ngrams_refuse_what_has_no_place() {
    let new = |n, length, rotation| NGram::new(n, length, rotation).map(drop);
    for (built, text) in [
        (new(0, 1, 1), "n is 0, allowed 1..=1048576"),
        (new(9, 0, 1), "n-gram of 0 patterns, allowed 1..=9 (n)"),
        (new(9, 10, 1), "n-gram of 10 patterns, allowed 1..=9 (n)"),
        (
            new(9, 4, 3),
            "rotation 3 gives two of 4 positions the same place in 9 units, allowed one whose multiples differ",
        ),
        (
            new(9, 2, 18),
            "rotation 18 gives two of 2 positions the same place in 9 units, allowed one whose multiples differ",
        ),
        (
            new(9, 2, 0),
            "rotation 0 gives two of 2 positions the same place in 9 units, allowed one whose multiples differ",
        ),
    ] {
        assert_eq!(built.unwrap_err().to_string(), text);
    }
    assert!(new(9, 3, 3).is_ok() && new(9, 9, 4).is_ok() && new(9, 1, 0).is_ok());
    assert!(new(9, 9, u32::MAX).is_err() && new(10, 10, u32::MAX).is_err());
    assert!(new(1 << 20, 1 << 20, u32::MAX).is_ok());
    let grams = NGram::new(9, 3, 2).unwrap();
    assert_eq!((grams.units(), grams.length(), grams.rotation()), (9, 3, 2));
    let mut out = [0b1_1100_0111];
    let text = |error: Result<(), EncodeError>| error.unwrap_err().to_string();
    let full = text(grams.add(1, &[0b1111], &mut out));
    assert_eq!(
        full,
        "n-gram of 10 ones or more in 9 units, allowed up to 9"
    );
    let none = text(grams.add(3, &[1], &mut out));
    assert_eq!(none, "position 3 of 3, allowed 0..=2");
    assert!(grams.add(1, &[0b10_0000_0000], &mut out).is_err());
    assert!(grams.add(1, &[1, 0], &mut out).is_err());
    assert_eq!(out, [0b1_1100_0111]);
    // As many as there are units fit.
    grams.add(1, &[0b111], &mut out).unwrap();
    assert_eq!(out, [0b1_1111_1111]);
    assert!(grams.position(&out, 3, &mut [0]).is_err());
    assert!(grams.position(&[512], 0, &mut [0]).is_err());
    assert!(grams.position(&out, 0, &mut [0, 0]).is_err());
    assert!(grams.encode([], &mut [0, 0]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_words_are_a_window(words in prop::collection::vec(any::<u32>(), 7), pattern in any::<u32>()) {
        let params = WindowParams::new(40, 3).unwrap();
        let mut window = Window::open(params, words).unwrap();
        let mut out = [0; 4];
        window.write(&mut out).unwrap();
        prop_assert!(bits::check(&out, 120).is_ok());
        prop_assert_eq!(window.frames().count(), window.filled() as usize);
        let frames: Vec<Vec<u32>> = window.frames().map(<[u32]>::to_vec).collect();
        window.push(&[pattern, 3]).unwrap();
        prop_assert_eq!(window.frame(0), &[pattern, 3]);
        for (age, frame) in frames.iter().enumerate().take(2) {
            prop_assert_eq!(window.frame(age as u32 + 1), &frame[..]);
        }
    }

    #[test]
    fn any_ngrams(
        n in 1usize..120, rotation in 0usize..1_000, seed in any::<u64>(), count in 1usize..6,
        sparse in 1u32..6,
    ) {
        let mut draws = slotless_core::rng::stream(seed, slotless_core::rng::Purpose(256), 0, 0);
        let mut pattern = || -> Vec<bool> {
            (0..n).map(|_| slotless_core::rng::below(&mut draws, 4 * sparse) == 0).collect()
        };
        let patterns: Vec<Vec<bool>> = (0..count).map(|_| pattern()).collect();
        let ones: usize = patterns.iter().flatten().filter(|one| **one).count();
        let places: std::collections::HashSet<usize> = (0..count).map(|i| i * rotation % n).collect();
        let grams = NGram::new(n as u32, count as u32, rotation as u32);
        prop_assert_eq!(grams.is_ok(), count <= n && places.len() == count);
        let Ok(grams) = grams else { return Ok(()) };
        let words: Vec<Vec<u32>> = patterns.iter().map(|pattern| packed(pattern)).collect();
        let mut out = vec![0; n.div_ceil(32)];
        let done = grams.encode(words.iter().map(Vec::as_slice), &mut out);
        prop_assert_eq!(done.is_ok(), ones <= n);
        if ones > n {
            return Ok(());
        }
        let gram = naive::ngram(n, rotation, &patterns);
        prop_assert_eq!(&out, &packed(&gram));
        prop_assert_eq!(bits::count(&out) as usize, ones);
        for position in 0..count {
            let mut own = vec![u32::MAX; n.div_ceil(32)];
            grams.position(&out, position as u32, &mut own).unwrap();
            let back: Vec<bool> = (0..n).map(|j| gram[(j + position * rotation) % n]).collect();
            prop_assert_eq!(&own, &packed(&back));
            prop_assert_eq!(naive::in_common(&back, &patterns[position]), naive::in_common(&patterns[position], &patterns[position]));
        }
    }
}
