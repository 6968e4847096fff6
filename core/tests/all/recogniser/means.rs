//! Class means, step by step as the naive ones, from nothing and from damaged states.

use proptest::prelude::*;
use slotless_core::recogniser::{Means, MeansParams};

use super::{sample, told};
use crate::naive::Pcg;
use crate::naive::recogniser as oracle;

fn history(d: u64, labels: u64, window: u32, words: Option<Vec<u32>>, steps: u32, seed: u64) {
    let params = MeansParams::new(d as u32, labels as u32, window).unwrap();
    let words = words.unwrap_or_else(|| vec![0; params.words()]);
    let half = |at: usize| i64::from(words[at / 2] >> (16 * (at % 2)) & 0xffff);
    let counts = 1 + labels.div_ceil(2) as usize;
    let class = |label: usize| {
        let row = counts + label * d.div_ceil(2) as usize;
        let mean = (0..d as usize).map(|j| half(2 * row + j)).collect();
        (half(2 + label).min(window.into()), mean)
    };
    let mut naive = oracle::Means {
        window: window.into(),
        classes: (0..labels as usize).map(class).collect(),
        threshold: words[0].into(),
    };
    let mut means = Means::open(params, words).unwrap();
    let mut draws = Pcg::new(seed, 5);
    for _ in 0..steps {
        let (x, y) = sample(&mut draws, d, labels);
        means.learn(&x, y).unwrap();
        naive.learn(&x, y.into());
        assert_eq!(means.words()[0], naive.threshold as u32);
        for (label, (count, mean)) in naive.classes.iter().enumerate() {
            assert_eq!(i64::from(means.samples_of(label as u8)), *count);
            let row = counts + label * d.div_ceil(2) as usize;
            for (pair, word) in mean.chunks(2).zip(&means.words()[row..]) {
                assert_eq!(pair[0], i64::from(word & 0xffff));
                assert!(
                    pair.get(1)
                        .is_none_or(|&high| high == i64::from(word >> 16))
                );
            }
        }
        let (x, _) = sample(&mut draws, d, labels);
        assert_eq!(told(means.recognise(&x).unwrap()), naive.recognise(&x));
    }
    assert_eq!(means.samples_of(labels as u8), 0);
}

#[test]
fn every_shape_learns_as_the_naive_one() {
    for (d, labels, window) in [
        (1, 1, 1),
        (1, 16, 256),
        (2, 3, 7),
        (9, 2, 256),
        (64, 10, 40),
        (1024, 2, 3),
    ] {
        history(d, labels, window, None, if cfg!(miri) { 4 } else { 60 }, d);
    }
}

#[test]
fn a_mean_is_the_mean() {
    let params = MeansParams::new(2, 2, 256).unwrap();
    let mut means = Means::new(params, vec![5; params.words()]).unwrap();
    assert_eq!(means.recognise(&[1, 2]).unwrap(), None);
    for x in [10, 20, 30, 40, 200] {
        means.learn(&[x, 255 - x], 1).unwrap();
    }
    let found = means.recognise(&[60, 195]).unwrap().unwrap();
    assert_eq!(
        (found.label(), found.distance(), found.runner_up()),
        (1, 0, None)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 48 }))]

    #[test]
    fn any_words_are_a_state(d in 1u64..20, labels in 1u64..17, window in 1u32..257, seed: u64, fresh: bool) {
        let params = MeansParams::new(d as u32, labels as u32, window).unwrap();
        let mut draws = Pcg::new(seed, 6);
        let words = (0..params.words()).map(|_| draws.below(1 << 32) as u32).collect();
        history(d, labels, window, (!fresh).then_some(words), if cfg!(miri) { 3 } else { 30 }, seed);
    }
}
