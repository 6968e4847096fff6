//! Student's t: distribution function and quantiles.

use super::MeasureError;

/// Degrees of freedom the functions accept; the continued fraction takes at most about sqrt(df) terms.
const DF_RANGE: core::ops::RangeInclusive<f64> = 1.0..=1e6;

/// Distribution function P(T <= t) of Student's t with `df` degrees of freedom (1..=1e6, fractions allowed).
///
/// Regularised incomplete beta function by its continued fraction (Numerical Recipes, section 6.4):
/// P(T > t) = I_x(df/2, 1/2) / 2 with x = df / (df + t^2). Relative error of the smaller tail below 1e-12 (1e-10 for
/// df > 1000).
///
/// # Errors
/// [`MeasureError::OutOfRange`] for a NaN or infinite `t` or a `df` outside its range.
pub fn t_cdf(t: f64, df: f64) -> Result<f64, MeasureError> {
    check_df(df)?;
    if !t.is_finite() {
        return Err(MeasureError::OutOfRange {
            what: "t",
            range: "finite",
            value: t,
        });
    }
    let student = Student::new(df);
    let tail = student.upper_tail(t.abs());
    Ok(if t < 0.0 { tail } else { 1.0 - tail })
}

/// Quantile of Student's t: the t with P(T <= t) = p, for 0 < p < 1 and `df` degrees of freedom (1..=1e6).
///
/// Newton's method inside a shrinking bracket, bisecting whenever a step would leave it. Relative error below 1e-12
/// (1e-10 for df > 1000). `t_quantile(0.99, 9.0)` is 2.8214379250.
///
/// # Errors
/// [`MeasureError::OutOfRange`] unless 0 < p < 1 and `df` is in its range.
pub fn t_quantile(p: f64, df: f64) -> Result<f64, MeasureError> {
    check_df(df)?;
    if !(p > 0.0 && p < 1.0) {
        return Err(MeasureError::OutOfRange {
            what: "probability",
            range: "between 0 and 1, both excluded",
            value: p,
        });
    }
    let student = Student::new(df);
    Ok(if p < 0.5 {
        -student.upper_quantile(p)
    } else {
        student.upper_quantile(1.0 - p)
    })
}

fn check_df(df: f64) -> Result<(), MeasureError> {
    if DF_RANGE.contains(&df) {
        return Ok(());
    }
    Err(MeasureError::OutOfRange {
        what: "degrees of freedom",
        range: "in 1..=1e6",
        value: df,
    })
}

/// One distribution, its constants computed once.
struct Student {
    df: f64,
    root_df: f64,
    /// 1 / B(df/2, 1/2).
    inverse_beta: f64,
}

impl Student {
    fn new(df: f64) -> Self {
        Self {
            df,
            root_df: libm::sqrt(df),
            inverse_beta: gamma_ratio(df / 2.0) / libm::sqrt(core::f64::consts::PI),
        }
    }

    /// P(T > t) for t >= 0, without cancellation in the far tail.
    fn upper_tail(&self, t: f64) -> f64 {
        let (a, b) = (self.df / 2.0, 0.5);
        let w = t / self.root_df;
        let x = 1.0 / (1.0 + w * w);
        // x^a (1 - x)^b / B(a, b); 1 - x = (w / hypot(1, w))^2.
        let front =
            libm::exp(-a * log_one_plus_square(w)) * (w / libm::hypot(1.0, w)) * self.inverse_beta;
        if x < (a + 1.0) / (a + b + 2.0) {
            0.5 * front * beta_fraction(a, b, x) / a
        } else {
            let one_minus_x = w * w * x;
            0.5 - 0.5 * front * beta_fraction(b, a, one_minus_x) / b
        }
    }

    fn density(&self, t: f64) -> f64 {
        let w = t / self.root_df;
        self.inverse_beta / self.root_df
            * libm::exp(-0.5 * (self.df + 1.0) * log_one_plus_square(w))
    }

    /// The t >= 0 with P(T > t) = q, for 0 < q <= 1/2.
    fn upper_quantile(&self, q: f64) -> f64 {
        if q == 0.5 {
            return 0.0;
        }
        let (mut low, mut high) = (0.0, 1.0);
        while self.upper_tail(high) > q {
            low = high;
            high *= 2.0;
        }
        let mut t = 0.5 * (low + high);
        // Bisection alone would end in about 60 rounds; the cap only guards the proof of termination.
        for _ in 0..200 {
            let excess = self.upper_tail(t) - q;
            if excess > 0.0 {
                low = t;
            } else {
                high = t;
            }
            let newton = t + excess / self.density(t);
            let next = if newton > low && newton < high {
                newton
            } else {
                0.5 * (low + high)
            };
            let step = (next - t).abs();
            t = next;
            if step <= 2.0 * f64::EPSILON * t {
                break;
            }
        }
        t
    }
}

/// ln(1 + w^2) for w >= 0, also where w^2 overflows.
fn log_one_plus_square(w: f64) -> f64 {
    if w > 1e9 {
        2.0 * libm::log(w)
    } else {
        libm::log1p(w * w)
    }
}

/// Gamma(x + 1/2) / Gamma(x) for x >= 1/2: recurrence up to x >= 16, then the asymptotic series of its logarithm.
fn gamma_ratio(x: f64) -> f64 {
    let mut product = 1.0;
    let mut y = x;
    while y < 16.0 {
        product *= y / (y + 0.5);
        y += 1.0;
    }
    let v = 1.0 / (y * y);
    let series = (-1.0 / 8.0
        + v * (1.0 / 192.0 + v * (-1.0 / 640.0 + v * (17.0 / 14336.0 - v * (31.0 / 18432.0)))))
        / y;
    product * libm::sqrt(y) * libm::exp(series)
}

/// Continued fraction of the incomplete beta function by Lentz's method, for x < (a + 1) / (a + b + 2).
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for round in 1..=20_000_u32 {
        let m = f64::from(round);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        let factor = d * c;
        fraction *= factor;
        if (factor - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(found: f64, wanted: f64, relative: f64) {
        assert!(
            (found - wanted).abs() <= relative * wanted.abs(),
            "{found} {wanted}"
        );
    }

    #[test]
    fn table_of_quantiles() {
        // mpmath, 40 digits, of the doubles given here.
        let table = [
            (0.99, 1.0, 31.820_515_953_773_93),
            (0.99, 2.0, 6.964_556_734_283_271),
            (0.99, 3.0, 4.540_702_858_568_132),
            (0.99, 4.0, 3.746_947_387_979_196),
            (0.99, 5.0, 3.364_929_998_907_218),
            (0.99, 9.0, 2.821_437_925_025_808_2),
            (0.99, 19.0, 2.539_483_190_623_962),
            (0.99, 29.0, 2.462_021_360_150_412),
            (0.99, 99.0, 2.364_605_861_786_943),
            (0.99, 999.0, 2.330_086_419_039_456_7),
            (0.95, 9.0, 1.833_112_932_656_236_6),
            (0.975, 9.0, 2.262_157_162_798_205),
            (0.9, 3.0, 1.637_744_353_696_210_3),
            (0.999, 9.0, 4.296_805_662_729_918),
            (0.6, 7.0, 0.263_166_861_352_022_8),
            (0.01, 9.0, -2.821_437_925_025_809),
            (0.99, 2.5, 5.353_111_173_030_872),
            (0.999_999_999_999_090_5, 9.0, 51.961_407_376_555_23),
        ];
        for (p, df, wanted) in table {
            close(t_quantile(p, df).unwrap(), wanted, 1e-13);
        }
        close(t_quantile(0.99, 1e5).unwrap(), 2.326_385_165_355_268, 1e-10);
        assert_eq!(t_quantile(0.5, 9.0).unwrap(), 0.0);
    }

    #[test]
    fn table_of_probabilities() {
        // mpmath, 40 digits.
        let table = [
            (0.1, 1.0, 0.531_725_517_430_553_6),
            (0.5, 3.0, 0.674_276_017_575_924_5),
            (1.0, 9.0, 0.828_281_801_931_043_2),
            (2.5, 9.0, 0.983_069_086_158_507_1),
            (-3.0, 19.0, 0.003_680_862_091_934_321),
            (10.0, 4.0, 0.999_718_998_188_642),
            (-40.0, 9.0, 9.491_499_224_669_913e-12),
            (1.5, 1000.0, 0.933_034_980_588_957),
            (-1e6, 2.0, 4.999_999_999_992_5e-13),
        ];
        for (t, df, wanted) in table {
            close(t_cdf(t, df).unwrap(), wanted, 1e-12);
        }
        assert_eq!(t_cdf(0.0, 5.0).unwrap(), 0.5);
        assert_eq!(t_cdf(f64::MAX, 9.0).unwrap(), 1.0);
        assert!(t_cdf(-f64::MAX, 1.0).unwrap() > 0.0);
    }

    #[test]
    fn outside() {
        for p in [0.0, 1.0, f64::NAN, -1.0] {
            assert!(t_quantile(p, 9.0).is_err());
        }
        for df in [0.0, 0.5, -3.0, f64::NAN, f64::INFINITY, 1e7] {
            assert!(t_quantile(0.9, df).is_err());
            assert!(t_cdf(0.9, df).is_err());
        }
        assert!(t_cdf(f64::NAN, 9.0).is_err());
        assert!(t_cdf(f64::INFINITY, 9.0).is_err());
    }

    proptest! {
        #[test]
        fn closed_form_df_1(p in 1e-9..1.0_f64) {
            // Cauchy: t = tan(pi (p - 1/2)) = -cot(pi p).
            let tail = p.min(1.0 - p);
            let size = 1.0 / libm::tan(core::f64::consts::PI * tail);
            let wanted = if p < 0.5 { -size } else { size };
            prop_assert!((t_quantile(p, 1.0).unwrap() - wanted).abs() <= 1e-12 * (1.0 + wanted.abs()));
        }

        #[test]
        fn closed_form_df_2(p in 1e-9..1.0_f64) {
            let q = 1.0 - p;
            let wanted = (p - q) / (2.0 * p * q).sqrt();
            prop_assert!((t_quantile(p, 2.0).unwrap() - wanted).abs() <= 1e-12 * (1.0 + wanted.abs()));
        }

        #[test]
        fn quantile_inverts_the_distribution(p in 1e-6..1.0_f64, df in 1.0..300.0_f64) {
            let back = t_cdf(t_quantile(p, df).unwrap(), df).unwrap();
            prop_assert!((back - p).abs() <= 1e-12 * p);
        }

        #[test]
        fn symmetric_and_rising(t in 0.0..30.0_f64, df in 1.0..300.0_f64) {
            let (below, above) = (t_cdf(-t, df).unwrap(), t_cdf(t, df).unwrap());
            prop_assert!((below + above - 1.0).abs() < 1e-15);
            prop_assert!(t_cdf(t + 1e-3, df).unwrap() >= above);
            prop_assert!((0.0..=0.5).contains(&below));
        }
    }
}
