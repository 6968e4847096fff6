//! Quantiles of streams against those of all values sorted, and the ranges made of them.

use std::fmt::Write as _;

use slotless_core::encode::{
    Bucket, Calibration, Circular, Encode, NGram, Range, SparseRandom, Thermometer,
};
use slotless_core::rng::{self, Pcg32, Purpose};

use super::coded;

/// Streams of each kind.
const STREAMS: u32 = 40;

fn unit(draws: &mut Pcg32) -> f64 {
    (f64::from(rng::below(draws, u32::MAX)) + 0.5) / f64::from(u32::MAX)
}

fn gauss(draws: &mut Pcg32) -> f64 {
    let radius = (-2.0 * unit(draws).ln()).sqrt();
    radius * (std::f64::consts::TAU * unit(draws)).cos()
}

/// Value `t` of a stream.
type Stream = fn(&mut Pcg32, u32) -> f64;

const KINDS: [(&str, Stream); 8] = [
    ("uniform in 16 bits", |draws, _| {
        unit(draws) * 65_535.0 - 32_768.0
    }),
    ("Gaussian, sd 3,000", |draws, _| 3_000.0 * gauss(draws)),
    ("Gaussian, sd 2", |draws, _| 2.0 * gauss(draws)),
    ("exponential, mean 2,000", |draws, _| {
        -2_000.0 * unit(draws).ln()
    }),
    ("Cauchy, half-width 500", |draws, _| {
        500.0 * (std::f64::consts::PI * (unit(draws) - 0.5)).tan()
    }),
    ("drift by an sd in 3,000", |draws, t| {
        3_000.0 * gauss(draws) + f64::from(t)
    }),
    ("another range after 3,000", |draws, t| match t {
        0..3_000 => 300.0 * gauss(draws),
        _ => 20_000.0 + 3_000.0 * gauss(draws),
    }),
    ("constant", |_, _| 1_234.0),
];

/// How far the share of `values` below an estimate is from the one wanted, 0 where the estimate itself makes up for it.
fn error(values: &[i32], estimate: i32, share: f64) -> f64 {
    let part = |count: usize| count as f64 / values.len() as f64;
    let below = part(values.iter().filter(|&&value| value < estimate).count());
    let up_to = part(values.iter().filter(|&&value| value <= estimate).count());
    (below - share).max(share - up_to).max(0.0)
}

#[test]
fn quantiles_of_streams_are_near_those_of_all_values() {
    // Shares .02 and .98.
    let (low, high, memory) = (1_311, 64_225, 2_048);
    let mut table = String::new();
    for (kind, (name, stream)) in KINDS.iter().enumerate() {
        write!(table, "| {name} |").unwrap();
        for (column, length) in [100, 1_000, 10_000].into_iter().enumerate() {
            let (mut sum, mut worst) = (0.0, 0.0_f64);
            for number in 0..STREAMS {
                let mut draws = rng::stream(1, Purpose(256), kind as u32, number);
                let mut calibration = Calibration::new(low, high, memory).unwrap();
                let values: Vec<i32> = (0..length)
                    .map(|t| stream(&mut draws, t).clamp(-2e9, 2e9).round() as i32)
                    .inspect(|&value| calibration.add(value))
                    .collect();
                // Where it changes, what counts is what the memory reaches back to.
                let changes = name.starts_with("drift") || name.starts_with("another");
                let reach = if changes {
                    memory as usize / 2
                } else {
                    values.len()
                };
                let values = &values[values.len().saturating_sub(reach)..];
                let share = |share: u32| f64::from(share) / 65_536.0;
                for (estimate, share) in [
                    (calibration.low(), share(low)),
                    (calibration.high(), share(high)),
                ] {
                    let error = error(values, estimate.unwrap(), share);
                    sum += error;
                    worst = worst.max(error);
                }
            }
            write!(table, " {:.3}, {worst:.3} |", sum / f64::from(2 * STREAMS)).unwrap();
            // Far out in its tails a Cauchy distribution has next to nothing between two markers.
            let allowed = match name.split(',').next() {
                Some("Cauchy") => [0.02, 0.08, 0.03],
                _ => [0.025, 0.02, 0.025],
            };
            assert!(worst <= allowed[column], "{name}, {length} values: {worst}");
        }
        table.push('\n');
    }
    // The table of `Calibration`'s documentation.
    println!("{table}");
}

#[test]
fn few_values_give_their_ends() {
    let mut calibration = Calibration::new(1_311, 64_225, 64).unwrap();
    assert_eq!((calibration.low(), calibration.high()), (None, None));
    assert_eq!((calibration.range(9), calibration.values()), (None, 0));
    for (at, value) in [5, -3, 9, 9, 0, 7, 2, 100, -100].into_iter().enumerate() {
        calibration.add(value);
        assert_eq!(calibration.values(), at as u32 + 1);
    }
    let ends = (calibration.low(), calibration.high());
    assert_eq!(ends, (Some(-100), Some(100)));
}

#[test]
fn what_was_long_ago_is_forgotten() {
    let mut calibration = Calibration::new(6_554, 58_982, 256).unwrap();
    (0..10_000).for_each(|value| calibration.add(10_000 + value % 1_000));
    (0..1_000).for_each(|value| calibration.add(value % 100));
    assert!((128..256).contains(&calibration.values()));
    assert!((0..=20).contains(&calibration.low().unwrap()));
    assert!((80..=120).contains(&calibration.high().unwrap()));
}

#[test]
fn a_range_has_the_width_asked_for() {
    let of = |values: &[i32], width| {
        let mut calibration = Calibration::new(1, 65_535, 64).unwrap();
        values.iter().for_each(|&value| calibration.add(value));
        let range = calibration.range(width).unwrap();
        (range.low(), range.high())
    };
    assert_eq!(of(&[7; 300], 0), (7, 7));
    assert_eq!(of(&[7; 300], 1), (7, 7));
    assert_eq!(of(&[7; 300], 2), (7, 8));
    assert_eq!(of(&[7; 300], 16), (0, 15));
    assert_eq!(of(&[0, 99], 100), (0, 99));
    assert_eq!(of(&[0, 99], 16), (0, 99));
    assert_eq!(of(&[0, 99], 110), (-5, 104));
    assert_eq!(of(&[i32::MAX], 16), (i32::MAX - 15, i32::MAX));
    assert_eq!(of(&[i32::MIN], 16), (i32::MIN, i32::MIN + 15));
    assert_eq!(of(&[3], u32::MAX), (i32::MIN + 1, i32::MAX));
    assert_eq!(of(&[-3], u32::MAX), (i32::MIN, i32::MAX - 1));
    assert_eq!(of(&[i32::MAX], u32::MAX), (i32::MIN + 1, i32::MAX));
    assert_eq!(of(&[i32::MIN, i32::MAX], 1), (i32::MIN, i32::MAX));
}

#[test]
fn a_calibrated_encoder_uses_all_of_its_steps() {
    let mut draws = rng::stream(3, Purpose(256), 0, 0);
    let mut value = || (12_000.0 + 40.0 * gauss(&mut draws)) as i32;
    let mut calibration = Calibration::new(655, 64_881, 2_048).unwrap();
    (0..3_000).for_each(|_| calibration.add(value()));
    // Of the whole of 16 bits all of it is one step or two; of the calibrated range nearly all are used.
    let encoder = Bucket::new(Range::I16, 71, 8).unwrap();
    let used = |encoder: &Bucket, values: &[i32]| {
        let patterns = values.iter().map(|&value| coded(encoder, value));
        patterns.collect::<std::collections::HashSet<_>>().len()
    };
    let values: Vec<i32> = (0..3_000).map(|_| value()).collect();
    assert!(used(&encoder, &values) <= 2);
    let encoder = encoder.with_range(calibration.range(encoder.steps()).unwrap());
    assert!(used(&encoder, &values) >= 60);
    assert_eq!(encoder.ones(), 8..=8);
}

#[test]
fn sizes_are_as_documented() {
    assert!(size_of::<Calibration>() <= 104);
    assert_eq!(size_of::<Thermometer>(), 12);
    assert_eq!((size_of::<Bucket>(), size_of::<Circular>()), (16, 16));
    assert_eq!((size_of::<SparseRandom>(), size_of::<NGram>()), (28, 12));
}
