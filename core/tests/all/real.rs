//! Real numbers: the bits of the contract from a naive second writing, and the errors that the documentation states.

use crate::naive::{
    self,
    real::{Number, Raw},
};
use fixed::types::I16F16;
use proptest::prelude::*;
use slotless_core::fixed;
use slotless_core::real::{self, Real};

const SPECIAL: [f32; 14] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    f32::MIN_POSITIVE,
    1e-45,
    f32::MAX,
    f32::MIN,
    f32::INFINITY,
    f32::NEG_INFINITY,
    f32::NAN,
    87.5,
    -87.0,
    88.0,
];

/// Equal bits, or both NaN.
fn same(a: f32, b: f32) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

fn any_float() -> impl Strategy<Value = f32> {
    prop_oneof![
        8 => -100.0f32..100.0,
        1 => any::<u32>().prop_map(f32::from_bits),
        1 => prop::sample::select(&SPECIAL[..]),
    ]
}

fn fixed_of(raw: &[i32]) -> Vec<I16F16> {
    raw.iter().map(|&bits| I16F16::from_bits(bits)).collect()
}

fn any_raw() -> impl Strategy<Value = i32> {
    prop_oneof![
        6 => -(20i32 << 16)..20 << 16,
        2 => any::<i32>(),
        1 => prop::sample::select(vec![i32::MIN, i32::MAX, 0, 1, -1]),
    ]
}

/// Every float of some bits within the range of the exponential, both signs.
fn sweep() -> impl Iterator<Item = f32> {
    (0..=88.5f32.to_bits())
        .step_by(499)
        .map(f32::from_bits)
        .flat_map(|x| [x, -x])
}

#[test]
fn the_exponential_has_the_contracts_bits() {
    for x in sweep().chain(SPECIAL) {
        let (found, expected) = (real::exp(x), naive::real::exp(x));
        assert!(same(found, expected), "exp({x}) = {found}, not {expected}");
    }
}

#[test]
fn the_exponential_is_within_its_error() {
    let mut count = 0;
    for x in sweep().filter(|x| (-87.0..=88.0).contains(x)) {
        let (found, exact) = (f64::from(real::exp(x)), f64::from(x).exp());
        let rounded = exact as f32;
        let unit = f64::from(rounded.next_up()) - f64::from(rounded);
        let off = (found - exact).abs();
        assert!(off <= 1.001 * unit, "exp({x}) is off by {} ulp", off / unit);
        assert!(off <= 8.5e-8 * exact, "exp({x}) is off by {}", off / exact);
        count += 1;
    }
    assert!(count > 4_000_000, "{count}");
    assert_eq!(real::exp(0.0), 1.0);
    assert_eq!(real::exp((-87.0f32).next_down()), 0.0);
    assert_eq!(real::exp(f32::NEG_INFINITY), 0.0);
    assert_eq!(real::exp(88.0f32.next_up()), f32::INFINITY);
    assert!(real::exp(f32::NAN).is_nan());
}

proptest! {
    #[test]
    fn sums_have_the_contracts_bits(
        pairs in prop::collection::vec((any_float(), any_float()), 0..70), zeros in 0usize..40,
    ) {
        let (mut a, mut b): (Vec<f32>, Vec<f32>) = pairs.into_iter().unzip();
        let (sum, dot) = (real::sum(&a), real::dot(&a, &b));
        prop_assert!(same(sum, naive::real::sum(&a)));
        prop_assert!(same(dot, Number::dot(&a, &b)));
        let pairs = a.iter().copied().zip(b.iter().copied());
        prop_assert!(same(dot, Real::sum_of_products(pairs)));
        prop_assert!(same(dot, <f32 as Real>::dot(&a, &b)));
        // The longer one is cut.
        b.push(3.0);
        prop_assert!(same(dot, real::dot(&a, &b)) && same(dot, real::dot(&b, &a)));
        b.pop();
        a.resize(a.len() + zeros, 0.0);
        b.resize(b.len() + zeros, -0.0);
        prop_assert!(same(sum, real::sum(&a)) && same(dot, real::dot(&a, &b)));
    }

    #[test]
    fn softmax_has_the_contracts_bits(z in prop::collection::vec(any_float(), 1..50)) {
        let mut found = z.clone();
        f32::softmax_in_place(&mut found);
        for (found, expected) in found.iter().zip(Number::softmax(&z)) {
            prop_assert!(same(*found, expected), "{found} not {expected} of {z:?}");
        }
    }

    #[test]
    fn fixed_point_has_the_contracts_bits(raw in prop::collection::vec((any_raw(), any_raw()), 1..50)) {
        let (a, b): (Vec<i32>, Vec<i32>) = raw.iter().copied().unzip();
        let raw = |bits: &[i32]| bits.iter().map(|&bits| Raw(bits)).collect::<Vec<_>>();
        let (x, y) = (fixed_of(&a), fixed_of(&b));
        let (raw_x, raw_y) = (raw(&a), raw(&b));
        prop_assert_eq!(I16F16::dot(&x, &y).to_bits(), Raw::dot(&raw_x, &raw_y).0);
        for (&x, &y) in x.iter().zip(&y) {
            let (raw_x, raw_y) = (Raw(x.to_bits()), Raw(y.to_bits()));
            prop_assert_eq!(x.times(y).to_bits(), Raw::dot(&[raw_x], &[raw_y]).0);
            prop_assert_eq!(x.plus(y).to_bits(), raw_x.plus(raw_y).0);
        }
        let mut found = x;
        I16F16::softmax_in_place(&mut found);
        let found: Vec<Raw> = found.iter().map(|share| Raw(share.to_bits())).collect();
        prop_assert_eq!(found, Raw::softmax(&raw_x));
    }

    /// The error that the documentation states.
    #[test]
    fn shares_in_fixed_point_are_within_their_error(raw in prop::collection::vec(any_raw(), 1..200)) {
        let mut shares = fixed_of(&raw);
        let exact = exact_shares(&shares);
        I16F16::softmax_in_place(&mut shares);
        for (share, exact) in shares.iter().zip(exact) {
            let off = (share.to_num::<f64>() - exact).abs() * 65_536.0;
            prop_assert!(off <= 0.51, "{share} for {exact}: {off} steps");
        }
    }
}

fn exact_shares(z: &[I16F16]) -> Vec<f64> {
    let z: Vec<f64> = z.iter().map(|z| z.to_num()).collect();
    let most = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = z.iter().map(|z| (z - most).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}

/// All distances for which a share is not 0, among two and among many.
#[test]
fn the_integer_exponential_is_right_at_every_distance() {
    let mut worst = 0.0f64;
    for others in [1usize, 30] {
        for distance in 0..13 << 16 {
            let mut z = vec![I16F16::from_bits(-distance); others + 1];
            z[0] = I16F16::from_bits(0);
            let power = (-f64::from(distance) / 65_536.0).exp();
            let exact = power / (1.0 + others as f64 * power);
            I16F16::softmax_in_place(&mut z);
            worst = worst.max((z[1].to_num::<f64>() - exact).abs() * 65_536.0);
        }
    }
    assert!((0.49..=0.51).contains(&worst), "{worst} steps");
}

#[test]
fn shares_of_extremes() {
    let softmax = |z: &[f32]| {
        let mut z = z.to_vec();
        f32::softmax_in_place(&mut z);
        z
    };
    f32::softmax_in_place(&mut []);
    I16F16::softmax_in_place(&mut []);
    assert_eq!(softmax(&[7.0]), [1.0]);
    assert_eq!(softmax(&[f32::MAX, f32::MIN]), [1.0, 0.0]);
    assert_eq!(softmax(&[f32::NEG_INFINITY, 2.0, 2.0]), [0.0, 0.5, 0.5]);
    for z in [
        [f32::NAN, 0.0],
        [f32::INFINITY, 0.0],
        [f32::NEG_INFINITY, f32::NEG_INFINITY],
    ] {
        assert!(softmax(&z).iter().all(|share| share.is_nan()), "{z:?}");
    }
    let mut far = [I16F16::MAX, I16F16::MIN];
    I16F16::softmax_in_place(&mut far);
    assert_eq!(far, [I16F16::ONE, I16F16::ZERO]);
    let mut even = [I16F16::MIN; 4];
    I16F16::softmax_in_place(&mut even);
    assert_eq!(even, [I16F16::from_num(0.25); 4]);
}

#[test]
fn fixed_point_saturates() {
    let (most, least) = (I16F16::MAX, I16F16::MIN);
    assert_eq!(most.plus(most), most);
    assert_eq!(least.plus(least), least);
    assert_eq!(least.times(least), most);
    assert_eq!(least.times(most), least);
    // Four products of 2^62 make 2^64, 0 were it to wrap.
    let a = [least; 4];
    assert_eq!(I16F16::dot(&a, &a), most);
    assert_eq!(I16F16::dot(&a, &[most; 4]), least);
    // Halves go up.
    let half = I16F16::from_num(0.5);
    assert_eq!(I16F16::from_bits(1).times(half), I16F16::from_bits(1));
    assert_eq!(I16F16::from_bits(-1).times(half), I16F16::ZERO);
    assert_eq!(I16F16::from_bits(-3).times(half), I16F16::from_bits(-1));
}

#[test]
fn uniform_numbers_take_the_low_half_word() {
    for u in 0..=0xffffu32 {
        for word in [u, u | 0xabcd_0000] {
            assert_eq!(f32::unit(word), f32::unit_of(u.into()));
            assert_eq!(f32::half(word), f32::half_of(u.into()));
            assert_eq!(I16F16::unit(word).to_bits(), Raw::unit_of(u.into()).0);
            assert_eq!(I16F16::half(word).to_bits(), Raw::half_of(u.into()).0);
        }
    }
    assert!(f32::unit(0) > 0.0 && f32::unit(0xffff) < 1.0);
    assert!(f32::half(0) > 0.0 && f32::half(0xffff) < 0.5);
    assert!(I16F16::unit(0xffff) < 1 && I16F16::half(0xffff) < 0.5);
}

#[test]
fn what_is_finite() {
    for x in SPECIAL {
        assert_eq!(x.finite(), !x.is_nan() && x.abs() != f32::INFINITY);
    }
    assert!(I16F16::MAX.finite() && I16F16::MIN.finite());
}
