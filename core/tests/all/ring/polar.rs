//! Polar codes: step by step what the naive memory does, any words as a state, and what comes back of real sizes.

use proptest::prelude::*;
use slotless_core::bits;
use slotless_core::ring::{Polar, PolarParams, PolarRecalled, RingError};

use crate::naive::polar::{self as oracle, Recalled, Sizes};
use crate::naive::{self, Pcg, unpack};

fn params(sizes: Sizes) -> PolarParams {
    let [n, slots, s, sketch, parities, list] = [
        sizes.n,
        sizes.slots,
        sizes.s,
        sizes.sketch,
        sizes.parities,
        sizes.list,
    ]
    .map(|size| size as u32);
    let params = PolarParams::builder(n, slots).active(s).sketch(sketch);
    params.parities(parities).list(list).build().unwrap()
}

fn told(recalled: PolarRecalled<'_>, n: usize) -> Recalled {
    let matched = recalled.matched.map(|one| {
        let [overlap, most, slot] = [one.overlap(), one.most(), one.slot()].map(u64::from);
        (overlap, most, slot, one.age().unwrap())
    });
    Recalled {
        pattern: unpack(recalled.pattern, n),
        members: unpack(recalled.members, n),
        unknown: unpack(recalled.unknown, n),
        matched,
        verified: recalled.verified,
    }
}

/// A part of a pattern, and some ones that it has not.
fn cue(draws: &mut Pcg, of: &[bool]) -> Vec<bool> {
    let n = of.len() as u64;
    let ones = of.iter().filter(|one| **one).count() as u64;
    let keep = draws.below(ones + 1);
    let mut cue = draws.cue(of, keep);
    let wrong = match draws.below(4) {
        0 => draws.below(n + 1),
        1 => draws.below(3),
        _ => 0,
    };
    for (own, more) in cue.iter_mut().zip(draws.sample(n, wrong)) {
        *own |= more;
    }
    cue
}

/// Learns and recalls step by step; how many recalls were verified, and how many of these were not what was learned.
fn history(sizes: Sizes, before: u64, steps: u32, seed: u64) -> [u32; 2] {
    let params = params(sizes);
    let mut naive = oracle::Polar::new(sizes);
    naive.learned = before;
    let mut memory = Polar::open(params, naive.words()).unwrap();
    let mut scratch = vec![!0; params.scratch_words() + 3];
    let mut draws = Pcg::new(seed, 11);
    let (n, s) = (sizes.n as u64, sizes.s as u64);
    let mut learned = vec![draws.sample(n, s)];
    let mut counts = [0; 2];
    for _ in 0..steps {
        let ones = match draws.below(8) {
            0 => draws.below(n + 1),
            _ => s,
        };
        let x = draws.sample(n, ones);
        assert_eq!(memory.learn(&naive::words(&x)).is_ok(), naive.learn(&x));
        assert_eq!(memory.words(), naive.words());
        if ones == s {
            learned.push(x);
        }
        let of =
            learned[learned.len() - 1 - draws.below(learned.len().min(3) as u64) as usize].clone();
        let cue = cue(&mut draws, &of);
        let recalled = memory.recall(&naive::words(&cue), &mut scratch).unwrap();
        let expected = naive.recall(&cue);
        assert_eq!(told(recalled, sizes.n), expected, "{sizes:?}");
        counts[0] += u32::from(expected.verified);
        counts[1] += u32::from(expected.verified && expected.pattern != of);
    }
    counts
}

fn sizes() -> impl Strategy<Value = Sizes> {
    (2usize..130, any::<[usize; 5]>()).prop_map(|(n, drawn)| {
        // Few ones more often than many.
        let s = 1 + drawn[0] % (n - 1).min(if drawn[0] & 256 == 0 { 12 } else { n });
        let mut sizes = Sizes {
            n,
            s,
            slots: 1 + drawn[1] % 6,
            sketch: 1,
            parities: 1,
            list: 1 + drawn[4] % 32,
        };
        sizes.sketch = 1 + drawn[2] % (n / sizes.group());
        // Around what a pattern takes, or any number.
        let most = match drawn[3] & 512 {
            0 => sizes.length().min(4 * s),
            _ => sizes.length(),
        };
        sizes.parities = 1 + drawn[3] % most;
        sizes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 60 }))]

    #[test]
    fn small_sizes(sizes in sizes(), seed in any::<u64>(), end in 0u64..20) {
        let before = if end < 18 { 0 } else { u64::MAX - end / 2 };
        history(sizes, before, if cfg!(miri) { 3 } else { 6 }, seed);
    }

    #[test]
    fn any_words_are_a_ring_of_polar_codes(
        sizes in sizes(),
        words in prop::collection::vec(any::<u32>(), 64),
        few in any::<bool>(),
        cue in any::<[u32; 5]>(),
    ) {
        let params = params(sizes);
        let mut words: Vec<u32> = words.into_iter().cycle().take(params.words()).collect();
        if few {
            (words[0], words[1]) = (words[0] % 8, 0);
        }
        let mut memory = Polar::open(params, words).unwrap();
        let mut scratch = vec![!0; params.scratch_words()];
        let n = sizes.n as u32;
        let mut cue = cue[..bits::words_for(n)].to_vec();
        if !n.is_multiple_of(32) {
            *cue.last_mut().unwrap() &= (1 << (n % 32)) - 1;
        }
        for _ in 0..2 {
            let recalled = memory.recall(&cue, &mut scratch).unwrap();
            for set in [recalled.pattern, recalled.members, recalled.unknown] {
                prop_assert!(bits::check(set, n).is_ok());
            }
            let ones = if recalled.matched.is_some() { params.active() } else { 0 };
            prop_assert_eq!(bits::count(recalled.pattern), ones);
            let _ = memory.learn(&cue);
        }
    }
}

/// Of patterns that fill some words and long lists: those that come out are known to differ from what was learned now and then, where
/// there are too few parities to tell them apart.
#[test]
#[cfg_attr(miri, ignore)]
fn larger_sizes() {
    let sizes = |n, s, sketch, parities, list| Sizes {
        n,
        s,
        slots: 5,
        sketch,
        parities,
        list,
    };
    let mut sum = [0; 2];
    for (sizes, seed) in [
        (sizes(200, 20, 28, 60, 8), 1),
        (sizes(200, 20, 25, 40, 32), 2),
        (sizes(256, 26, 42, 80, 3), 3),
        (sizes(300, 6, 7, 40, 8), 4),
        (sizes(400, 40, 32, 90, 4), 5),
    ] {
        let [verified, other] = history(sizes, 0, 12, seed);
        sum = [sum[0] + verified, sum[1] + other];
    }
    assert!(sum[0] >= 15, "{sum:?}");
}

fn drawn(n: u32, s: u32, number: u64) -> Vec<bool> {
    Pcg::stream(5, 302, 0, number).sample(n.into(), s.into())
}

/// The usual sizes decode what half the ones say, and nothing else.
#[test]
#[cfg_attr(miri, ignore)]
fn half_the_ones_are_enough_by_default() {
    for (n, s, slot_words) in [(1000, 100, 14), (256, 26, 4), (2000, 100, 17)] {
        let params = PolarParams::builder(n, 30).active(s).build().unwrap();
        assert_eq!(params.slot_words(), slot_words, "{n}");
        let unused = 32 * slot_words as u32 - params.sketch() - params.parities();
        assert_eq!(unused, 6);
        let mut memory = Polar::new(params, vec![1; params.words()]).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        for number in 0..40 {
            let x = naive::words(&drawn(n, s, number));
            memory.learn(&x).unwrap();
        }
        let mut whole = 0;
        for number in 0..60 {
            let x = drawn(n, s, number);
            let cue = Pcg::stream(5, 303, 0, number).cue(&x, u64::from(s / 2));
            let recalled = memory.recall(&naive::words(&cue), &mut scratch).unwrap();
            // The first ten have left the ring, the last twenty were never learned.
            let kept = (10..40).contains(&number);
            assert!(kept || !recalled.verified, "{n}, {number}");
            whole += u32::from(recalled.verified && unpack(recalled.pattern, n as usize) == x);
            if recalled.verified {
                assert_eq!(recalled.matched.unwrap().age(), Some(40 - number));
            } else {
                // What the cue says stays.
                let cue = naive::words(&cue);
                assert_eq!(bits::overlap(recalled.pattern, &cue), s / 2);
                assert_eq!(recalled.members, cue);
                assert_eq!(bits::overlap(recalled.unknown, &cue), 0);
            }
        }
        assert!(whole >= 29, "{n}: {whole} of 30");
    }
}

#[test]
fn sizes_out_of_range_and_patterns_of_other_ones_are_refused() {
    let of = PolarParams::builder;
    for (builder, text) in [
        (of(1, 1), "n is 1, allowed 2..=4096"),
        (of(4097, 1), "n is 4097, allowed 2..=4096"),
        (of(9, 1).active(0), "s is 0, allowed 1..=8"),
        (of(9, 1).active(9), "s is 9, allowed 1..=8"),
        (
            of(1000, 1).active(100).sketch(143),
            "bits of a sketch are 143, allowed 1..=142",
        ),
        (of(9, 1).sketch(0), "bits of a sketch are 0, allowed 1..=1"),
        (of(9, 1).parities(0), "parities are 0, allowed 1..=32"),
        (of(33, 1).parities(65), "parities are 65, allowed 1..=64"),
        (of(9, 1).list(0), "paths are 0, allowed 1..=32"),
        (of(9, 1).list(33), "paths are 33, allowed 1..=32"),
        (of(9, 0), "slots are 0, allowed 1..=536870910"),
        (of(9, 1 << 29), "slots are 536870912, allowed 1..=536870910"),
    ] {
        assert_eq!(builder.build().unwrap_err().to_string(), text);
    }
    let params = of(4096, 1).active(400).list(32).build().unwrap();
    assert_eq!(
        (params.length(), params.visible(), params.slots()),
        (4096, 4096, 1)
    );
    let params = of(40, 2)
        .active(3)
        .sketch(4)
        .parities(20)
        .list(4)
        .build()
        .unwrap();
    assert_eq!((params.active(), params.group(), params.list()), (3, 9, 4));
    assert_eq!((params.words(), params.slot_words()), (4, 1));
    let (got, expected) = (3, 4);
    let buffer = Err(RingError::Buffer { got, expected });
    assert_eq!(Polar::new(params, vec![0; 3]).map(drop), buffer);
    let mut memory = Polar::new(params, vec![7; 4]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    assert_eq!(memory.learn(&[0, 0]), Err(RingError::Empty));
    let refused = memory.learn(&[3, 0]).unwrap_err();
    assert_eq!(refused.to_string(), "pattern of 2 ones, expected 3 (s)");
    assert!(memory.learn(&[7]).is_err() && memory.learn(&[3, 1 << 8]).is_err());
    assert_eq!((memory.words(), memory.learned()), (&[0; 4][..], 0));
    let empty = memory.recall(&[3, 0], &mut scratch).unwrap();
    assert_eq!(
        (empty.pattern, empty.members, empty.unknown),
        (&[0; 2][..], &[0; 2][..], &[0; 2][..])
    );
    assert_eq!((empty.matched, empty.verified), (None, false));
    memory.learn(&[7, 0]).unwrap();
    let short = RingError::Scratch {
        got: params.scratch_words() - 1,
        expected: params.scratch_words(),
    };
    assert_eq!(
        memory.recall(&[3, 0], &mut scratch[1..]).map(drop),
        Err(short)
    );
    assert!(memory.recall(&[3], &mut scratch).is_err());
    let words = memory.into_words();
    assert_eq!(words.len(), 4);
}

/// Prints what share of the patterns in 400 kbit comes back whole from so many of 100 ones, by sizes: `cargo test --release -p
/// slotless-core --test all -- --ignored --nocapture whole_patterns_by_sizes`.
#[test]
#[ignore = "for measurement"]
fn whole_patterns_by_sizes() {
    for (sketch, parities, list) in [
        (64, 314, 8),
        (64, 346, 8),
        (64, 378, 8),
        (64, 410, 8),
        (64, 442, 8),
        (48, 394, 8),
        (96, 346, 8),
        (64, 378, 4),
        (64, 378, 16),
        (64, 378, 32),
    ] {
        let of = |slots| {
            let params = PolarParams::builder(1000, slots).active(100).sketch(sketch);
            params.parities(parities).list(list).build().unwrap()
        };
        let params = of(400_000 / 32 / of(1).slot_words() as u32);
        let mut memory = Polar::new(params, vec![0; params.words()]).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        let learned: Vec<Vec<bool>> = (0..params.slots().into())
            .map(|number| drawn(1000, 100, number))
            .collect();
        for x in &learned {
            memory.learn(&naive::words(x)).unwrap();
        }
        print!("T {sketch} M {parities} L {list} K {}:", params.slots());
        for (right, wrong) in [
            (50, 0),
            (35, 0),
            (25, 0),
            (20, 0),
            (15, 0),
            (50, 5),
            (50, 10),
        ] {
            let (mut whole, mut other) = (0u32, 0u32);
            let cues = learned.iter().zip(0u64..).take(400).map(|(x, number)| {
                let mut draws = Pcg::stream(5, 304, right, number);
                let mut cue = draws.cue(x, right);
                let zeros: Vec<usize> = (0..1000).filter(|&j| !x[j]).collect();
                (0..wrong).for_each(|_| cue[zeros[draws.below(900) as usize]] = true);
                naive::words(&cue)
            });
            let cues: Vec<Vec<u32>> = cues.collect();
            let start = std::time::Instant::now();
            for (cue, x) in cues.iter().zip(&learned) {
                let recalled = memory.recall(cue, &mut scratch).unwrap();
                let same = unpack(recalled.pattern, 1000) == *x;
                whole += u32::from(recalled.verified && same);
                other += u32::from(recalled.verified && !same);
            }
            let each = start.elapsed().as_micros() / 400;
            let share = f64::from(whole) / 400.0;
            print!("  {right}+{wrong} {share:.3} ({other} other) {each} us");
        }
        println!();
    }
}
