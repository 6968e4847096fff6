//! Projections bit for bit, normal numbers against the distribution, codes that keep what is alike alike.

use proptest::prelude::*;
use slotless_core::attractor::{
    AttractorError, Gaussian, Params, Rows, Sign, Sparse, code, integer_winners, quantize, winners,
    winners_among,
};

use crate::naive::Pcg;
use crate::naive::attractor::Sizes;

/// Subnormal, but where the vector unit takes these for 0 (AltiVec, as it starts): there sums have other bits.
const SMALL: f32 = if cfg!(target_arch = "powerpc64") {
    -1e-30
} else {
    -1e-42
};

proptest! {
    #[test]
    fn codes_are_the_contracts(
        n in 1u32..120,
        share in 0f64..1.0,
        inputs in 1usize..40,
        taps in 0f64..1.0,
        seed in any::<u64>(),
        scale in prop::sample::select(vec![1.0f32, 0.0, SMALL, 3e38]),
        raw in prop::collection::vec(-1f32..1.0, 40),
    ) {
        let k = 1 + (share * f64::from(n - 1)) as u32;
        let params = Params::builder(n, k).seed(seed).build().unwrap();
        let sizes = Sizes { n: n as usize, k: k as usize, seed };
        let input: Vec<f32> = raw[..inputs].iter().map(|number| number * scale).collect();
        let (mut scratch, mut found) = (vec![7; params.encode_words()], vec![7; k as usize]);

        let gaussian = Gaussian::new(inputs as u32, params).unwrap();
        let expected = sizes.gaussian(&input);
        gaussian.encode(&input, &mut scratch, &mut found).unwrap();
        prop_assert_eq!(&found, &expected);
        let mut table = Vec::new();
        for unit in 0..n {
            let mut row = vec![0.0; inputs];
            gaussian.row(unit, &mut row).unwrap();
            let bits = |row: &[f32]| row.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&row), bits(&sizes.row(unit as usize, inputs)));
            table.extend(row);
        }
        let rows = Rows::new(inputs as u32, params, &table).unwrap();
        rows.encode(&input, &mut scratch, &mut found).unwrap();
        prop_assert_eq!(&found, &expected);

        let taps = 1 + (taps * (inputs - 1) as f64) as u32;
        let sparse = Sparse::new(inputs as u32, taps, params).unwrap();
        let mut integers = vec![0; inputs];
        quantize(&input, &mut integers).unwrap();
        let expected = sizes.sparse(&integers, taps as usize);
        sparse.encode(&integers, &mut scratch, &mut found).unwrap();
        prop_assert_eq!(&found, &expected);
        let sums: Vec<i32> = (0..n)
            .map(|unit| {
                let tap = |tap| {
                    let tap = sparse.tap(unit, tap);
                    let number = i32::from(integers[tap.input as usize]);
                    if tap.sign == Sign::Plus { number } else { -number }
                };
                (0..taps).map(tap).sum()
            })
            .collect();
        integer_winners(&params, &integers, &sums, &mut scratch, &mut found).unwrap();
        prop_assert_eq!(&found, &expected);
    }

    #[test]
    fn winners_of_own_drives_are_the_largest(drives in prop::collection::vec(-9i8..9, 1..80), share in 0f64..1.0) {
        let n = drives.len() as u32;
        let k = 1 + (share * f64::from(n - 1)) as u32;
        let params = Params::builder(n, k).seed(1).build().unwrap();
        let drives: Vec<f32> = drives.iter().map(|&drive| f32::from(drive) / 3.0).collect();
        let (mut scratch, mut found) = (vec![7; params.encode_words()], vec![7; k as usize]);
        winners(&params, &[1.0], &drives, &mut scratch, &mut found).unwrap();
        prop_assert!(code::check(&found, n).is_ok());
        let least = found.iter().map(|&unit| drives[unit as usize]).fold(f32::MAX, f32::min);
        for unit in (0..n).filter(|unit| !found.contains(unit)) {
            prop_assert!(drives[unit as usize] <= least);
        }
        // Whoever knows some of them, and some that are not, has the rest from the others: ties are decided as before.
        let (low, high) = (drives.iter().copied().fold(f32::MAX, f32::min), drives.iter().copied().fold(f32::MIN, f32::max));
        let sure: Vec<u32> = found.iter().copied().filter(|&unit| drives[unit as usize] == high && least < high).collect();
        let open: Vec<u32> = (0..n)
            .filter(|&unit| !sure.contains(&unit) && (drives[unit as usize] > low || least == low))
            .collect();
        let of: Vec<f32> = open.iter().map(|&unit| drives[unit as usize]).collect();
        let mut rest = vec![7; found.len() - sure.len()];
        winners_among(&params, &[1.0], &open, &of, &mut scratch, &mut rest).unwrap();
        rest.extend(sure);
        rest.sort_unstable();
        prop_assert_eq!(rest, found);
    }

    #[test]
    fn winners_among_some_are_refused_where_numbers_do_not_fit(k in 1u32..5) {
        let params = Params::builder(20, k).build().unwrap();
        let among = |units: &[u32], drives: &[f32], room: usize, scratch: usize| {
            winners_among(&params, &[1.0], units, drives, &mut vec![0; scratch], &mut vec![0; room])
        };
        let words = params.encode_words();
        prop_assert_eq!(among(&[1, 2], &[1.0, 2.0], 1, words), Ok(()));
        prop_assert_eq!(among(&[], &[], 0, words), Ok(()));
        prop_assert_eq!(among(&[1, 2], &[1.0], 1, words), Err(AttractorError::Numbers { got: 1, expected: 2 }));
        prop_assert_eq!(among(&[1], &[1.0], 2, words), Err(AttractorError::Room { got: 2, expected: 1 }));
        prop_assert_eq!(among(&[1, 2], &[1.0, f32::NAN], 1, words), Err(AttractorError::NotFinite { place: 1 }));
        let scratch = AttractorError::Scratch { got: words - 1, expected: words };
        prop_assert_eq!(among(&[1], &[1.0], 1, words - 1), Err(scratch));
        let all: Vec<u32> = (0..20).collect();
        prop_assert_eq!(among(&all, &[1.0; 20], k as usize + 1, words), Err(AttractorError::Room { got: k as usize + 1, expected: k as usize }));
    }

    #[test]
    fn integers_are_rounded_and_saturated(numbers in prop::collection::vec(-3f32..3.0, 1..20)) {
        let mut integers = vec![0; numbers.len()];
        quantize(&numbers, &mut integers).unwrap();
        for (&number, integer) in numbers.iter().zip(integers) {
            let exact = f64::from(number) * 32_768.0;
            let expected = (exact.abs() + 0.5).floor().copysign(exact).clamp(-32_768.0, 32_767.0);
            prop_assert_eq!(f64::from(integer), expected);
        }
    }

    #[test]
    fn lists_and_bits_are_the_same_codes(words in prop::collection::vec(any::<u32>(), 1..5), other in any::<u32>()) {
        let mut list = vec![0; 160];
        let ones = code::from_bits(&words, &mut list);
        list.truncate(ones);
        prop_assert_eq!(ones, words.iter().map(|word| word.count_ones() as usize).sum::<usize>());
        prop_assert!(code::check(&list, 32 * words.len() as u32).is_ok());
        let mut back = vec![7; words.len()];
        code::to_bits(&list, &mut back);
        prop_assert_eq!(&back, &words);
        let mut of_other = vec![0; 32];
        let ones = code::from_bits(&[other], &mut of_other);
        let shared = (words[0] & other).count_ones();
        prop_assert_eq!(code::overlap(&list, &of_other[..ones]), shared);
    }
}

/// Moments and tails of a million normal numbers, within five standard errors.
#[test]
fn numbers_of_rows_are_normal() {
    let (units, inputs) = (1000, 1000);
    let projection =
        Gaussian::new(inputs, Params::builder(units, 1).seed(1).build().unwrap()).unwrap();
    let mut row = vec![0.0; inputs as usize];
    let (mut sums, mut tails) = ([0.0f64; 4], [0u32; 4]);
    let bounds = [0.5f32, 1.0, 2.0, 3.5];
    for unit in 0..units {
        projection.row(unit, &mut row).unwrap();
        for &number in &row {
            let mut power = 1.0;
            for sum in &mut sums {
                power *= f64::from(number);
                *sum += power;
            }
            for (tail, bound) in tails.iter_mut().zip(bounds) {
                *tail += u32::from(number > bound);
            }
        }
    }
    let n = f64::from(units * inputs);
    // Moments of the standard normal distribution, and the variances of their estimates times n.
    for (sum, (moment, variance)) in
        sums.iter()
            .zip([(0.0, 1.0), (1.0, 2.0), (0.0, 15.0), (3.0, 96.0f64)])
    {
        let error = (sum / n - moment).abs();
        assert!(
            error < 5.0 * (variance / n).sqrt(),
            "{} against {moment}",
            sum / n
        );
    }
    // Phi(-0.5), Phi(-1), Phi(-2), Phi(-3.5).
    for (tail, p) in tails
        .iter()
        .zip([0.308_537_5, 0.158_655_3, 0.022_750_1, 0.000_232_63f64])
    {
        let error = (f64::from(*tail) / n - p).abs();
        assert!(
            error < 5.0 * (p * (1.0 - p) / n).sqrt(),
            "{tail} of {n} against {p}"
        );
    }
}

/// Codes of alike vectors overlap more than those of others, by both projections.
#[test]
fn codes_keep_what_is_alike_alike() {
    let params = Params::builder(4096, 40).seed(1).build().unwrap();
    let gaussian = Gaussian::new(64, params).unwrap();
    let sparse = Sparse::new(64, 16, params).unwrap();
    let mut draws = Pcg::stream(3, 300, 0, 0);
    let mut vector = || -> Vec<f32> {
        let sum = |draws: &mut Pcg| {
            (0..12)
                .map(|_| draws.below(1 << 16) as f32 / 65_536.0 - 0.5)
                .sum::<f32>()
        };
        let raw: Vec<f32> = (0..64).map(|_| sum(&mut draws)).collect();
        let length = raw.iter().map(|number| number * number).sum::<f32>().sqrt();
        raw.iter().map(|number| number / length).collect()
    };
    let (mut scratch, mut integers) = (vec![0; params.encode_words()], vec![0; 64]);
    let mut encode = |vector: &[f32], by_signs: bool| {
        let mut found = vec![0; 40];
        if by_signs {
            quantize(vector, &mut integers).unwrap();
            sparse.encode(&integers, &mut scratch, &mut found).unwrap();
        } else {
            gaussian.encode(vector, &mut scratch, &mut found).unwrap();
        }
        found
    };
    for by_signs in [false, true] {
        let mut overlaps = [0, 0, 0];
        for _ in 0..20 {
            let (a, b) = (vector(), vector());
            for (overlap, cosine) in overlaps.iter_mut().zip([0.9f32, 0.6, 0.0]) {
                let sine = (1.0 - cosine * cosine).sqrt();
                let near: Vec<f32> = a
                    .iter()
                    .zip(&b)
                    .map(|(a, b)| cosine * a + sine * b)
                    .collect();
                *overlap += code::overlap(&encode(&a, by_signs), &encode(&near, by_signs));
            }
        }
        let [most, some, none] = overlaps;
        assert!(most > 2 * some && some > 2 * none, "{overlaps:?}");
    }
}
