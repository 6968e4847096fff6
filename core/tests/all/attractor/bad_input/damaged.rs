//! Buffers of any words, and buffers that change their length: refused, or safe to use.

use proptest::prelude::*;
use slotless_core::attractor::code;
use slotless_core::attractor::{AttractorError as E, Index, Matrix, Params};
use slotless_core::fixed::types::I16F16;
use slotless_core::weight::{U1, U2, U4, U8, U16, Width};

use super::{PAIRS, empty, recalls, small, stored};
use crate::liar::Liar;

/// Calls all that an index has, and checks what must hold whatever its buffer.
fn use_all<S: AsRef<[u32]>>(index: &Index<S>, cue: &[u32]) {
    let params = index.params();
    let units = params.units();
    let mut scratch = vec![u32::MAX; index.scratch_words()];
    for pair in 0..=index.capacity() {
        assert_eq!(index.cue(pair).is_some(), index.target(pair).is_some());
        let codes = [index.cue(pair), index.target(pair)];
        for code in codes.into_iter().flatten() {
            assert_eq!(code::check(code, units), Ok(()));
            assert_eq!(code.len(), params.active() as usize);
        }
    }
    let mut overlaps = vec![0; index.pairs() as usize];
    index.overlaps(cue, &mut overlaps).unwrap();
    let mut last = u32::MAX;
    index
        .nearest(cue, 9, &mut scratch, |found| {
            assert!(found.pair < index.pairs() && 0 < found.overlap && found.overlap <= last);
            last = found.overlap;
        })
        .unwrap();
    let mut room = vec![0; params.active() as usize];
    for recall in recalls() {
        let recalled = index.recall(cue, &recall, &mut scratch).unwrap();
        for code in [recalled.code, recalled.settled] {
            assert_eq!(code::check(code, units), Ok(()));
            assert!(code.len() <= params.active() as usize);
        }
        assert_eq!(recalled.matches(), !recalled.code.is_empty());
        let _ = recalled.share();
        let hops = index.chain(cue, 3, &recall, &mut scratch, &mut room, |_, _| ());
        assert!(hops.unwrap() <= 3);
    }
}

/// Every word of a sound buffer, damaged in several ways: refused, or safe to use and to learn in.
#[test]
fn a_damaged_word_is_refused_or_does_no_harm() {
    let sound = stored().buffer().to_vec();
    let mut opened = 0;
    for word in 0..sound.len() {
        for damage in [
            0,
            1,
            2,
            39,
            40,
            sound[word].wrapping_add(1),
            sound[word].wrapping_sub(1),
            sound[word] ^ 1 << 31,
            u32::MAX,
        ] {
            let mut words = sound.clone();
            words[word] = damage;
            match Index::open(small(), PAIRS, words) {
                Ok(mut index) => {
                    opened += 1;
                    use_all(&index, &[0, 1, 39]);
                    let _ = index.store(&[1, 30, 39], &[1, 2, 3]);
                    let _ = (index.forget(0), index.forget(1), index.forget(4));
                    use_all(&index, &[1, 2, 3, 39]);
                }
                Err(error) => assert!(matches!(error, E::Damaged { .. }), "{error}"),
            }
        }
    }
    // Most words damaged, some of them to what they were.
    assert!(
        opened >= sound.len() && opened < 9 * sound.len(),
        "{opened}"
    );
}

/// A word that no memory of these sizes leaves is named.
#[test]
fn what_no_memory_leaves_is_named() {
    let sound = stored().buffer().to_vec();
    let (heads, pairs) = (2, 2 + 40);
    let chunks = pairs + 2 * 3 * PAIRS as usize;
    let mut checks = vec![
        (0, PAIRS + 1, 0),
        (1, 1000, 1),
        (heads + 39, 40, heads + 39),
        (pairs, 40, pairs),
        (pairs + 1, 0, pairs),
        (pairs + 6 + 3, 39, pairs + 6),
        // A list that would lead to itself, or to one that comes after it.
        (chunks, 1, chunks),
        (chunks + 8, 2, chunks + 8),
        (chunks + 1, PAIRS, chunks),
    ];
    for (word, damage, named) in checks.drain(..) {
        let mut words = sound.clone();
        words[word] = damage;
        let error = Index::open(small(), PAIRS, words).unwrap_err();
        assert_eq!(error, E::Damaged { word: named }, "word {word}");
    }
    let opened = Index::open(small(), PAIRS, sound).unwrap();
    assert_eq!(opened.buffer(), stored().buffer());
}

#[test]
fn a_buffer_that_changes_its_length_does_no_harm() {
    let liar = |words: usize| Liar::new(vec![1; words], 2);
    let mut index = Index::new(small(), PAIRS, liar(Index::<()>::words(small(), PAIRS))).unwrap();
    let words = Matrix::<U4, ()>::words(small());
    let mut matrix = Matrix::<U4, _>::new(small(), liar(words)).unwrap();
    let mut scratch = vec![0; index.scratch_words()];
    for number in 0..30 {
        let cue = [number, number + 1, 39];
        let _ = index.store(&cue, &[0, 2, 4]);
        let _ = (index.forget(number % 6), index.cue(1).map(<[u32]>::len));
        let _ = index.nearest(&cue, 3, &mut scratch, |_| ());
        for recall in recalls() {
            let _ = index.recall(&cue, &recall, &mut scratch);
        }
        let _ = matrix.learn(&cue, &cue);
        let _ = matrix.associate(&cue, &mut scratch);
        let _ = (matrix.full(), matrix.learned(), matrix.lost());
    }
}

fn codes(units: u32, active: usize) -> impl Strategy<Value = Vec<u32>> {
    prop::sample::subsequence((0..units).collect::<Vec<_>>(), active)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever words a buffer holds, also such as look like a memory at first sight.
    #[test]
    fn an_index_of_garbage_is_refused_or_answers(
        units in 1u32..12, active in 1u32..5, pairs in 1u32..5, top in 1u32..14,
        garbage in prop::collection::vec(any::<u32>(), 400), cue in any::<u16>(),
    ) {
        let params = Params::builder(units, active.min(units)).build().unwrap();
        let mut words = garbage[..Index::<()>::words(params, pairs)].to_vec();
        words.iter_mut().for_each(|word| *word %= top);
        let cue: Vec<u32> = (0..units).filter(|unit| cue >> unit & 1 == 1).collect();
        if let Ok(mut index) = Index::open(params, pairs, words) {
            use_all(&index, &cue);
            let code: Vec<u32> = (0..params.active()).collect();
            let _ = index.store(&code, &code);
            for pair in 0..=pairs {
                let _ = index.forget(pair);
            }
            use_all(&index, &cue);
        }
    }

    /// A sound memory of any sizes, with any words of its lists changed.
    #[test]
    fn a_memory_with_damaged_words_is_refused_or_answers(
        stored in prop::collection::vec((codes(20, 4), codes(20, 4)), 1..8),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0u32..30), 1..6),
        length in 0usize..20, cue in codes(20, 20),
    ) {
        let params = Params::builder(20, 4).build().unwrap();
        let mut index = empty(params, 8);
        for (cue, target) in &stored {
            index.store(cue, target).unwrap();
        }
        let mut words = index.buffer().to_vec();
        for (place, value) in damage {
            let count = words.len();
            words[place.index(count)] = value;
        }
        match Index::open(params, 8, words) {
            Ok(mut index) => {
                use_all(&index, &cue[..length]);
                let _ = (index.store(&stored[0].0, &stored[0].1), index.forget(0));
                use_all(&index, &cue[..length]);
            }
            Err(error) => assert!(matches!(error, E::Damaged { .. }), "{error}"),
        }
    }

    /// Any words are weights, and counters about to wrap do so.
    #[test]
    fn a_matrix_of_garbage_gives_answers(
        units in 1u32..40, active in 1u32..9, inhibition in 0i32.., steps in 1u32..,
        garbage in prop::collection::vec(any::<u32>(), 40 * 20 + 4), cue in any::<u64>(),
    ) {
        fn answers<W: Width>(
            params: Params, garbage: &[u32], cue: &[u32], steps: u32, inhibition: I16F16,
        ) {
            let mut words = garbage[..Matrix::<W, ()>::words(params)].to_vec();
            words[..4].fill(u32::MAX);
            let mut matrix = Matrix::<W, _>::open(params, words).unwrap();
            let code: Vec<u32> = (0..params.active()).collect();
            let lost = matrix.learn_by(&code, &code, u32::MAX).unwrap();
            assert!(lost > 0 && matrix.learned() == 0 && matrix.lost() == lost - 1);
            assert!(matrix.full() >= u64::from(params.active()).pow(2));
            let mut scratch = vec![u32::MAX; matrix.scratch_words()];
            let associated = matrix.associate(cue, &mut scratch).unwrap();
            assert_eq!(code::check(associated, params.units()), Ok(()));
            // Settling may go in circles for as many steps as are allowed.
            let steps = steps.min(100);
            let settled = matrix.settle(cue, steps, inhibition, &mut scratch).unwrap();
            assert!(settled.steps <= steps && settled.code.len() <= code.len());
            assert_eq!(code::check(settled.code, params.units()), Ok(()));
        }
        let params = Params::builder(units, active.min(units)).build().unwrap();
        let cue: Vec<u32> = (0..units).filter(|unit| cue >> unit & 1 == 1).collect();
        let inhibition = I16F16::from_bits(inhibition);
        answers::<U1>(params, &garbage, &cue, steps, inhibition);
        answers::<U2>(params, &garbage, &cue, steps, inhibition);
        answers::<U4>(params, &garbage, &cue, steps, inhibition);
        answers::<U8>(params, &garbage, &cue, steps, inhibition);
        answers::<U16>(params, &garbage, &cue, steps, inhibition);
    }
}
