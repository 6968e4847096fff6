//! What encoders are for: near values share ones, far values none, and a value is read back.

use slotless_core::bits::{self, count, overlap};
use slotless_core::encode::{
    Bucket, Circular, Decode, Encode, Estimate, Range, SparseRandom, Thermometer,
};
use slotless_core::rng::{self, Purpose};

use super::{coded, range};

#[test]
fn neighbours_share_what_the_tables_say() {
    let thermometer = Thermometer::new(Range::U8, 256).unwrap();
    let bucket = Bucket::new(Range::U8, 263, 8).unwrap();
    let circular = Circular::new(256, 256, 8).unwrap();
    let sparse = SparseRandom::new(Range::U8, 256, 800, 8, 3).unwrap();
    assert_eq!(bucket.steps(), 256);
    let mut kept = 0;
    for (a, b) in (0..=255).flat_map(|a| (0..=255).map(move |b| (a, b))) {
        let apart = i32::abs_diff(a, b);
        let differ: u32 = coded(&thermometer, a)
            .iter()
            .zip(&coded(&thermometer, b))
            .map(|(a, b)| (a ^ b).count_ones())
            .sum();
        assert_eq!(differ, apart);
        let shared = overlap(&coded(&bucket, a), &coded(&bucket, b));
        assert_eq!(shared, 8u32.saturating_sub(apart));
        let around = apart.min(256 - apart);
        let shared = overlap(&coded(&circular, a), &coded(&circular, b));
        assert_eq!(shared, 8u32.saturating_sub(around));
        // Numbers in common, and others where a block's place comes again: one in 100.
        let shared = overlap(&coded(&sparse, a), &coded(&sparse, b));
        assert!(shared >= 8u32.saturating_sub(apart));
        kept += u64::from(shared.saturating_sub(8u32.saturating_sub(apart)));
    }
    // Of 65,536 pairs, and some 8 blocks each of which a hundredth agrees: 5,080 within five standard deviations.
    assert!((4_500..5_700).contains(&kept), "{kept}");
}

#[test]
fn ones_are_as_many_as_promised() {
    let bucket = Bucket::new(Range::I16, 100, 9).unwrap();
    let circular = Circular::new(3_600, 90, 12).unwrap();
    let sparse = SparseRandom::new(Range::I16, 5_000, 256, 16, 0).unwrap();
    let thermometer = Thermometer::new(Range::I16, 50).unwrap();
    assert_eq!(
        (bucket.active(), circular.active(), sparse.active()),
        (9, 12, 16)
    );
    assert_eq!(
        (bucket.fixed_ones(), thermometer.fixed_ones()),
        (Some(9), None)
    );
    assert_eq!(thermometer.ones(), 1..=50);
    for value in (-40_000..40_000).step_by(37) {
        assert_eq!(count(&coded(&bucket, value)), 9);
        assert_eq!(count(&coded(&circular, value)), 12);
        assert_eq!(count(&coded(&sparse, value)), 16);
    }
}

#[test]
fn a_thermometer_beside_its_complement_is_a_run_of_half_the_units() {
    let run = Bucket::new(Range::I8, 40, 20).unwrap();
    let one = Thermometer::new(Range::I8, 21).unwrap();
    for value in -128..=127 {
        let (pattern, thermometer) = (coded(&run, value), coded(&one, value));
        // Its first unit is always one. The complement lies first in the run.
        for unit in 0..20 {
            let high = bits::get(&thermometer, unit + 1);
            assert_eq!(bits::get(&pattern, 20 + unit), high);
            assert_eq!(bits::get(&pattern, unit), !high);
        }
    }
}

#[test]
fn beyond_the_range_all_is_the_end() {
    let range = range(-50, 99);
    let (bucket, sparse) = (
        Bucket::new(range, 40, 8).unwrap(),
        SparseRandom::new(range, 300, 64, 8, 1).unwrap(),
    );
    for (beyond, end) in [(-51, -50), (i32::MIN, -50), (100, 99), (i32::MAX, 99)] {
        assert_eq!(coded(&bucket, beyond), coded(&bucket, end));
        assert_eq!(coded(&sparse, beyond), coded(&sparse, end));
    }
    // A range of one value has one pattern.
    let constant = bucket.with_range(super::range(7, 7));
    assert_eq!(constant.range().width(), 1);
    assert_eq!(coded(&constant, -100), coded(&constant, 100));
    assert_eq!(
        constant
            .decode(&coded(&constant, 3))
            .unwrap()
            .unwrap()
            .value,
        7
    );
    let constant = sparse.with_range(super::range(7, 7));
    assert_eq!(
        constant
            .decode(&coded(&constant, 3))
            .unwrap()
            .unwrap()
            .value,
        7
    );
}

/// Reads all values back: by less than this they differ.
fn read_back<E>(encoder: &E, within: u32)
where
    E: Decode<Value = i32, Found = Option<Estimate>>,
{
    for value in -300..300 {
        let found = encoder.decode(&coded(encoder, value)).unwrap().unwrap();
        assert_eq!(found.agreement, found.most);
        assert_eq!(found.share(), 1 << 16);
        assert!(found.value.abs_diff(value) <= within, "{value}: {found:?}");
    }
}

#[test]
fn values_are_read_back_to_half_a_step() {
    let range = range(-300, 299);
    read_back(&Thermometer::new(range, 60).unwrap(), 5);
    read_back(&Thermometer::new(range, 600).unwrap(), 0);
    read_back(&Bucket::new(range, 67, 8).unwrap(), 5);
    read_back(&Bucket::new(range, 1_300, 9).unwrap(), 0);
    // Where the one that comes is the one that goes, here in a sixteenth of the steps, two steps are alike.
    read_back(&SparseRandom::new(range, 60, 256, 16, 0).unwrap(), 15);
    read_back(&SparseRandom::new(range, 600, 256, 16, 0).unwrap(), 2);
    read_back(&SparseRandom::new(range, 600 * 16, 256, 16, 0).unwrap(), 0);
    let circular = Circular::new(600, 60, 8).unwrap();
    for value in 0..600 {
        let found = circular.decode(&coded(&circular, value - 1_200)).unwrap();
        assert!(found.unwrap().value.abs_diff(value) <= 5);
    }
}

#[test]
fn from_half_of_its_ones_a_value_is_read_to_a_few_steps() {
    let bucket = Bucket::new(range(0, 999), 115, 16).unwrap();
    let circular = Circular::new(1_000, 100, 16).unwrap();
    let sparse = SparseRandom::new(range(0, 999), 100, 512, 16, 0).unwrap();
    let (mut of_bucket, mut of_circular, mut of_sparse) = (0, 0, 0);
    for value in 0..1_000 {
        let half = |pattern: &[u32]| {
            let mut cue = vec![0; pattern.len()];
            let mut draws = rng::stream(1, Purpose(256), 0, value as u32);
            bits::cue(pattern, 8, &mut draws, &mut cue).unwrap();
            cue
        };
        let off = |found: Option<Estimate>| i32::abs_diff(found.unwrap().value, value);
        of_bucket += off(bucket.decode(&half(&coded(&bucket, value))).unwrap());
        let around = off(circular.decode(&half(&coded(&circular, value))).unwrap());
        of_circular += around.min(1_000 - around);
        of_sparse += off(sparse.decode(&half(&coded(&sparse, value))).unwrap());
    }
    // Means, in values; a step has ten of them. Of a run the two ends are lost in part, of random ones likewise.
    assert!(of_bucket < 12 * 1_000, "{of_bucket}");
    assert!(of_circular < 12 * 1_000, "{of_circular}");
    assert!(of_sparse < 12 * 1_000, "{of_sparse}");
}

#[test]
fn symbols_share_ones_by_chance_alone() {
    let symbols = SparseRandom::new(range(0, 25), 26 * 8, 256, 8, 5).unwrap();
    let mut shared = 0;
    for a in 0..26 {
        for b in 0..a {
            shared += overlap(&coded(&symbols, a), &coded(&symbols, b));
        }
        let mut pattern = coded(&symbols, a);
        assert_eq!(symbols.decode(&pattern).unwrap().unwrap().value, a);
        // Two of eight are enough.
        let kept: Vec<u32> = bits::ones(&pattern).take(2).collect();
        pattern.fill(0);
        kept.into_iter()
            .for_each(|unit| bits::set(&mut pattern, unit));
        assert!(overlap(&coded(&symbols, a), &pattern) == 2);
    }
    // 325 pairs, 8 blocks of 32 each: 81 expected.
    assert!((45..120).contains(&shared), "{shared}");
}

#[test]
fn seeds_make_codes_of_their_own() {
    let of = |seed| SparseRandom::new(Range::U8, 256, 1_024, 32, seed).unwrap();
    let shared = |a: u64, b: u64| -> u32 {
        let pairs = (0..256).map(|value| overlap(&coded(&of(a), value), &coded(&of(b), value)));
        pairs.sum()
    };
    assert_eq!(shared(1, 1), 256 * 32);
    // One block of 32 units in 32 agrees: 256 expected of 8,192.
    for (a, b) in [(0, 1), (1, 2), (1, 1 << 32)] {
        assert!((100..500).contains(&shared(a, b)), "{}", shared(a, b));
    }
}

#[test]
fn several_encoders_are_one() {
    let axis = Bucket::new(Range::I8, 39, 8).unwrap();
    let heat = Thermometer::new(range(-20, 50), 21).unwrap();
    let clock = Circular::new(24, 33, 5).unwrap();
    let noise = SparseRandom::new(Range::U8, 100, 50, 7, 1).unwrap();
    let all = ([axis; 3], &heat, (clock,), noise);
    assert_eq!(all.units(), 3 * 39 + 21 + 33 + 50);
    assert_eq!(all.ones(), 37..=57);
    assert_eq!(
        (all.fixed_ones(), ([axis; 3], clock).fixed_ones()),
        (None, Some(29))
    );
    for value in -100..100 {
        let values = ([value, -value, value / 2], value, (value,), value + 100);
        let pattern = coded(&all, values);
        let parts = [
            coded(&axis, value),
            coded(&axis, -value),
            coded(&axis, value / 2),
            coded(&heat, value),
            coded(&clock, value),
            coded(&noise, value + 100),
        ];
        let mut at = 0;
        for (part, units) in parts.iter().zip([39, 39, 39, 21, 33, 50]) {
            for unit in 0..units {
                assert_eq!(bits::get(&pattern, at + unit), bits::get(part, unit));
            }
            at += units;
        }
        let ([x, y, z], heat_found, (hour,), noise_found) = all.decode(&pattern).unwrap();
        assert_eq!(Ok(x), axis.decode(&parts[0]));
        assert_eq!(Ok(y), axis.decode(&parts[1]));
        assert_eq!(Ok(z), axis.decode(&parts[2]));
        assert_eq!(Ok(heat_found), heat.decode(&parts[3]));
        assert_eq!(Ok(hour), clock.decode(&parts[4]));
        assert_eq!(Ok(noise_found), noise.decode(&parts[5]));
    }
    // Up to eight.
    let eight = (axis, axis, axis, axis, axis, axis, axis, clock);
    assert_eq!((eight.units(), eight.fixed_ones()), (306, Some(61)));
    let pattern = coded(&eight, (1, 2, 3, 4, 5, 6, 7, 23));
    assert_eq!(eight.decode(&pattern).unwrap().7.unwrap().value, 23);
}

#[test]
fn what_does_not_fit_is_left_out_and_the_rest_stays() {
    let axis = Bucket::new(Range::I8, 39, 39).unwrap();
    let mut words = [0x8000_0001, 0];
    axis.write(0, 5, &mut words);
    assert_eq!(words, [0xffff_ffe1, 0xfff]);
    axis.write(0, 60, &mut words);
    assert_eq!(words, [0xffff_ffe1, 0xf000_0fff]);
    axis.write(0, u32::MAX, &mut words);
    axis.write(0, 0, &mut []);
    assert_eq!(words, [0xffff_ffe1, 0xf000_0fff]);
    // Beyond the end all is zero.
    assert_eq!(axis.read(&words, 64), None);
    assert_eq!(axis.read(&words, u32::MAX), None);
    assert_eq!(axis.read(&words, 60).unwrap().agreement, 4);
}
