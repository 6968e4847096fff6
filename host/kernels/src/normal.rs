//! Quantiles of the standard normal distribution.

/// Inverse of the standard normal distribution function, Phi^-1(p); `None` unless 0 < p < 1.
///
/// Algorithm AS 241, routine PPND16 (M. J. Wichura, Applied Statistics 37, 1988): relative error about 1e-16 in exact
/// arithmetic, below 1e-14 here over the whole range down to p = 1e-300 (by test, 2e-15 at the points tried).
#[must_use]
pub fn quantile(p: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0) {
        return None;
    }
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return Some(q * polynomial(&CENTRE_TOP, r) / polynomial(&CENTRE_BOTTOM, r));
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = libm::sqrt(-libm::log(tail));
    let size = if r <= 5.0 {
        polynomial(&FLANK_TOP, r - 1.6) / polynomial(&FLANK_BOTTOM, r - 1.6)
    } else {
        polynomial(&TAIL_TOP, r - 5.0) / polynomial(&TAIL_BOTTOM, r - 5.0)
    };
    Some(if q < 0.0 { -size } else { size })
}

/// Horner's scheme, highest power first.
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients
        .iter()
        .fold(0.0, |sum, coefficient| sum * x + coefficient)
}

// Wichura's a, b (|p - .5| <= .425), c, d and e, f (tails), highest power first; his last digits are kept although a
// double cannot hold them all.
#[allow(clippy::excessive_precision)]
const CENTRE_TOP: [f64; 8] = [
    2.509_080_928_730_122_672_7e3,
    3.343_057_558_358_812_810_5e4,
    6.726_577_092_700_870_085_3e4,
    4.592_195_393_154_987_145_7e4,
    1.373_169_376_550_946_112_5e4,
    1.971_590_950_306_551_442_7e3,
    1.331_416_678_917_843_774_5e2,
    3.387_132_872_796_366_608_0e0,
];
#[allow(clippy::excessive_precision)]
const CENTRE_BOTTOM: [f64; 8] = [
    5.226_495_278_852_854_561_0e3,
    2.872_908_573_572_194_267_4e4,
    3.930_789_580_009_271_061_0e4,
    2.121_379_430_158_659_586_7e4,
    5.394_196_021_424_751_107_7e3,
    6.871_870_074_920_579_083_0e2,
    4.231_333_070_160_091_125_2e1,
    1.0,
];
#[allow(clippy::excessive_precision)]
const FLANK_TOP: [f64; 8] = [
    7.745_450_142_783_414_076_40e-4,
    2.272_384_498_926_918_458_33e-2,
    2.417_807_251_774_506_117_70e-1,
    1.270_458_252_452_368_382_58e0,
    3.647_848_324_763_204_605_04e0,
    5.769_497_221_460_691_405_50e0,
    4.630_337_846_156_545_295_90e0,
    1.423_437_110_749_683_577_34e0,
];
#[allow(clippy::excessive_precision)]
const FLANK_BOTTOM: [f64; 8] = [
    1.050_750_071_644_416_843_24e-9,
    5.475_938_084_995_344_946_00e-4,
    1.519_866_656_361_645_719_66e-2,
    1.481_039_764_274_800_745_90e-1,
    6.897_673_349_851_000_045_50e-1,
    1.676_384_830_183_803_849_40e0,
    2.053_191_626_637_758_821_87e0,
    1.0,
];
#[allow(clippy::excessive_precision)]
const TAIL_TOP: [f64; 8] = [
    2.010_334_399_292_288_132_65e-7,
    2.711_555_568_743_487_578_15e-5,
    1.242_660_947_388_078_438_60e-3,
    2.653_218_952_657_612_309_30e-2,
    2.965_605_718_285_048_912_30e-1,
    1.784_826_539_917_291_335_80e0,
    5.463_784_911_164_114_369_90e0,
    6.657_904_643_501_103_777_20e0,
];
#[allow(clippy::excessive_precision)]
const TAIL_BOTTOM: [f64; 8] = [
    2.044_263_103_389_939_785_64e-15,
    1.421_511_758_316_445_888_70e-7,
    1.846_318_317_510_054_681_80e-5,
    7.868_691_311_456_132_591_00e-4,
    1.487_536_129_085_061_485_25e-2,
    1.369_298_809_227_358_053_10e-1,
    5.998_322_065_558_879_376_90e-1,
    1.0,
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn table() {
        // mpmath, 40 digits; the last from scipy.
        let table = [
            (0.5, 0.0),
            (0.6, 0.253_347_103_135_799_7),
            (0.9, 1.281_551_565_544_600_6),
            (0.975, 1.959_963_984_540_053_9),
            (0.99, 2.326_347_874_040_840_8),
            (0.9999, 3.719_016_485_455_708_4),
            (1e-4, -3.719_016_485_455_680_6),
            (0.0249, -1.961_677_869_063_786),
            (0.07, -1.475_791_028_179_170_7),
            (1e-10, -6.361_340_902_404_057),
            (1e-300, -37.047_096_299_361_2),
        ];
        for (p, wanted) in table {
            let found = quantile(p).unwrap();
            assert!(
                (found - wanted).abs() <= 2e-15 * wanted.abs(),
                "{p}: {found} {wanted}"
            );
        }
    }

    #[test]
    fn outside() {
        for p in [0.0, 1.0, -0.1, 1.5, f64::NAN, f64::INFINITY] {
            assert_eq!(quantile(p), None, "{p}");
        }
    }

    proptest! {
        #[test]
        fn inverts_the_distribution_function(p in 1e-12..1.0_f64) {
            // Phi(x) = erfc(-x / sqrt 2) / 2, an independent road back.
            let x = quantile(p).unwrap();
            let back = 0.5 * libm::erfc(-x * core::f64::consts::FRAC_1_SQRT_2);
            prop_assert!((back - p).abs() < 1e-14 * (1.0 + x * x) * p.max(1e-3));
        }

        #[test]
        fn rises(p in 1e-9..0.999_f64) {
            prop_assert!(quantile(p).unwrap() < quantile(p + 1e-6).unwrap());
        }
    }
}
