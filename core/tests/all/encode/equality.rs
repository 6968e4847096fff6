//! Every pattern and every inverse is what the contract's text says.

use proptest::prelude::*;
use slotless_core::bits;
use slotless_core::encode::{
    Bucket, Calibration, Circular, Decode, Encode, Estimate, Range, SparseRandom, Thermometer,
};
use slotless_core::rng::{self, Purpose};

use super::{coded, packed, range, unpacked};
use crate::naive::encode::{self as naive, Values};

/// A second writing of an encoder: its steps, and the pattern of each.
struct Naive<'a> {
    values: Values,
    steps: i128,
    pattern: Box<dyn Fn(i128) -> Vec<bool> + 'a>,
    around: bool,
    alike: bool,
}

impl Naive<'_> {
    fn encode(&self, value: i32) -> Vec<bool> {
        let value = i128::from(value);
        let value = if self.around {
            value.rem_euclid(self.values.width())
        } else {
            value
        };
        (self.pattern)(self.values.step(value, self.steps))
    }

    fn decode(&self, pattern: &[bool]) -> Option<(i128, usize)> {
        let candidates = self.values.candidates(self.steps);
        let score = |&(step, _): &(i128, i128)| {
            let own = (self.pattern)(step);
            if self.alike {
                naive::alike(&own, pattern)
            } else {
                naive::in_common(&own, pattern)
            }
        };
        let scores: Vec<usize> = candidates.iter().map(score).collect();
        let (number, score) = naive::best(&scores, self.around);
        let none = if self.alike {
            !pattern.contains(&true)
        } else {
            score == 0
        };
        (!none).then(|| (candidates[number].1, score))
    }
}

fn values(range: Range) -> Values {
    Values(range.low().into(), range.high().into())
}

fn thermometer(range: Range, n: u32) -> (Thermometer, Naive<'static>) {
    let naive = Naive {
        values: values(range),
        steps: n.into(),
        pattern: Box::new(move |step| naive::thermometer(n as usize, step as usize)),
        around: false,
        alike: true,
    };
    (Thermometer::new(range, n).unwrap(), naive)
}

fn bucket(range: Range, n: u32, w: u32) -> (Bucket, Naive<'static>) {
    let naive = Naive {
        values: values(range),
        steps: (n - w + 1).into(),
        pattern: Box::new(move |step| naive::bucket(n as usize, w as usize, step as usize)),
        around: false,
        alike: false,
    };
    (Bucket::new(range, n, w).unwrap(), naive)
}

fn circular(period: u32, n: u32, w: u32) -> (Circular, Naive<'static>) {
    let naive = Naive {
        values: Values(0, i128::from(period) - 1),
        steps: n.into(),
        pattern: Box::new(move |step| naive::circular(n as usize, w as usize, step as usize)),
        around: true,
        alike: false,
    };
    (Circular::new(period, n, w).unwrap(), naive)
}

fn sparse(range: Range, steps: u32, n: u32, k: u32, seed: u64) -> (SparseRandom, Naive<'static>) {
    let naive = Naive {
        values: values(range),
        steps: steps.into(),
        pattern: Box::new(move |step| naive::sparse(n.into(), k.into(), seed, step as u64)),
        around: false,
        alike: false,
    };
    (SparseRandom::new(range, steps, n, k, seed).unwrap(), naive)
}

fn same_patterns<E: Encode<Value = i32>>(
    (encoder, naive): &(E, Naive<'_>),
    values: impl Iterator<Item = i32>,
) {
    for value in values {
        let expected = naive.encode(value);
        let got = coded(encoder, value);
        assert_eq!(unpacked(&got, encoder.units()), expected, "{value}");
        assert!(encoder.ones().contains(&bits::count(&got)), "{value}");
    }
}

/// Decodes patterns of values, whole, damaged and drawn at random.
fn same_inverses<E>((encoder, naive): &(E, Naive<'_>), values: &[i32], seed: u64)
where
    E: Decode<Value = i32, Found = Option<Estimate>>,
{
    let n = encoder.units();
    let mut draws = rng::stream(seed, Purpose(256), 0, 0);
    for &value in values {
        let mut pattern = unpacked(&coded(encoder, value), n);
        for damage in 0..4 {
            let found = encoder.decode(&packed(&pattern)).unwrap();
            let found = found.map(|one| (i128::from(one.value), one.agreement as usize));
            assert_eq!(
                found,
                naive.decode(&pattern),
                "{value}, {damage} {pattern:?}"
            );
            for bit in &mut pattern {
                match (damage, *bit) {
                    // Ones lost, then others added, and at last all at random.
                    (0, true) => *bit = rng::below(&mut draws, 2) == 0,
                    (1, false) => *bit = rng::below(&mut draws, 8) == 0,
                    (2, _) => *bit = rng::below(&mut draws, 3) == 0,
                    _ => {}
                }
            }
        }
    }
    assert_eq!(
        encoder.decode(&packed(&vec![false; n as usize])).unwrap(),
        None
    );
    let full = vec![true; n as usize];
    let found = encoder.decode(&packed(&full)).unwrap().unwrap();
    assert_eq!(
        Some(i128::from(found.value)),
        naive.decode(&full).map(|found| found.0)
    );
}

#[test]
fn all_values_of_small_sensors() {
    // And some beyond both ends.
    for n in [1, 7, 31, 32, 33, 64, 256, 300] {
        same_patterns(&thermometer(Range::I8, n), -140..140);
        same_patterns(&thermometer(range(-3, 3), n), -9..9);
    }
    for (n, w) in [
        (1, 1),
        (40, 1),
        (40, 8),
        (64, 32),
        (100, 33),
        (300, 70),
        (33, 33),
    ] {
        same_patterns(&bucket(Range::U8, n, w), -9..270);
        same_patterns(&bucket(range(5, 5), n, w), 0..9);
    }
    for (n, w) in [(2, 1), (24, 3), (33, 32), (64, 40), (400, 100)] {
        same_patterns(&circular(360, n, w), -800..800);
        same_patterns(&circular(7, n, w), -30..30);
        same_patterns(&circular(1, n, w), -3..3);
    }
    for (steps, n, k) in [(1, 2, 1), (100, 256, 16), (256, 101, 10), (2_000, 64, 32)] {
        same_patterns(&sparse(Range::I8, steps, n, k, 7), -140..140);
        same_patterns(&sparse(range(0, 9), steps, n, k, 7), -3..13);
    }
}

#[test]
fn all_of_16_bits() {
    let all = || i32::from(i16::MIN)..=i32::from(i16::MAX);
    let (bucket, naive) = bucket(Range::I16, 100, 9);
    for value in all() {
        let step = naive.values.step(value.into(), naive.steps) as u32;
        assert_eq!(Range::I16.step(value, 92), step);
        let mut pattern = [0; 4];
        bucket.encode(value, &mut pattern).unwrap();
        assert!(bits::get(&pattern, step) && bits::get(&pattern, step + 8));
        assert_eq!(bits::count(&pattern), 9);
    }
}

#[test]
fn the_widest_ranges() {
    let all = range(i32::MIN, i32::MAX);
    assert_eq!(all.width(), 1 << 32);
    let ends = [i32::MIN, i32::MIN + 1, -1, 0, 1, i32::MAX - 1, i32::MAX];
    same_patterns(&thermometer(all, 200), ends.into_iter());
    same_patterns(&bucket(all, 200, 20), ends.into_iter());
    same_patterns(&circular(1 << 31, 200, 20), ends.into_iter());
    same_patterns(&sparse(all, 1 << 20, 200, 20, 1), ends.into_iter());
    same_inverses(&bucket(all, 60, 9), &ends, 1);
    same_inverses(&circular(1 << 31, 60, 9), &ends, 1);
    for (value, steps) in ends
        .into_iter()
        .flat_map(|value| [1, 3, u32::MAX].map(|s| (value, s)))
    {
        let naive = Values(i32::MIN.into(), i32::MAX.into());
        let step = all.step(value, steps);
        assert_eq!(i128::from(step), naive.step(value.into(), steps.into()));
        let middle = all.middle(step, steps);
        assert_eq!(all.step(middle, steps), step);
    }
}

#[test]
fn inverses_of_damaged_patterns() {
    let some: Vec<i32> = (-130..131).step_by(13).collect();
    for n in [1, 7, 32, 50] {
        same_inverses(&thermometer(Range::I8, n), &some, 2);
        same_inverses(&thermometer(range(-3, 3), n), &some, 3);
    }
    for (n, w) in [(1, 1), (40, 1), (40, 8), (64, 32), (70, 33)] {
        same_inverses(&bucket(Range::I8, n, w), &some, 4);
        same_inverses(&bucket(range(0, 4), n, w), &some, 5);
    }
    for (n, w) in [(2, 1), (24, 3), (33, 32), (64, 40)] {
        same_inverses(&circular(100, n, w), &some, 6);
        same_inverses(&circular(5, n, w), &some, 7);
    }
    for (steps, n, k) in [(1, 2, 1), (30, 64, 8), (50, 33, 16), (400, 64, 8)] {
        same_inverses(&sparse(Range::I8, steps, n, k, 7), &some, 8);
        same_inverses(&sparse(range(0, 9), steps, n, k, 7), &some, 9);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_sizes(
        low in any::<i32>(), wide in 0u32..2_000, n in 1u32..150, w in 1u32..150,
        steps in 1u32..300, seed in any::<u64>(), picks in prop::collection::vec(any::<i32>(), 3),
    ) {
        let high = low.saturating_add(wide as i32);
        let range = range(low, high);
        // Half of the values in the range, half anywhere.
        let inside = picks.iter().map(|pick| low.saturating_add(pick.rem_euclid(wide as i32 + 1)));
        let values: Vec<i32> = inside.chain(picks.iter().copied()).collect();
        let each = || values.iter().copied();
        let one = thermometer(range, n);
        same_patterns(&one, each());
        same_inverses(&one, &values, seed);
        let one = bucket(range, n, w.min(n));
        same_patterns(&one, each());
        same_inverses(&one, &values, seed);
        let n = n + 1;
        let one = circular(wide + 1, n, w.min(n - 1));
        same_patterns(&one, each());
        same_inverses(&one, &values, seed);
        let one = sparse(range, steps, n, w.min(n / 2), seed);
        same_patterns(&one, each());
        same_inverses(&one, &values, seed);
    }

    #[test]
    fn any_stream(
        low in 1u32..65_535, more in 1u32..65_535, memory in 64u32..300,
        stream in prop::collection::vec(prop_oneof![any::<i32>(), -9..9, Just(i32::MAX), Just(i32::MIN)], 1..700),
    ) {
        let high = (low + more).min(65_535);
        prop_assume!(low < high);
        let mut calibration = Calibration::new(low, high, memory).unwrap();
        let expected = naive::calibration(low.into(), high.into(), memory.into(), &stream);
        for (at, (&value, &expected)) in stream.iter().zip(&expected).enumerate() {
            calibration.add(value);
            let got = (calibration.low().unwrap(), calibration.high().unwrap());
            assert_eq!(got, expected, "after {}", at + 1);
            let range = calibration.range(20).unwrap();
            assert!(range.width() >= 20);
            assert!(range.low() <= got.0.min(got.1) && range.high() >= got.0);
        }
    }
}
