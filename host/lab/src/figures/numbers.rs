//! Numbers that figures of several families need.

/// The mean, summed from the first value to the last; NaN of none.
///
/// That of [`crate::memory::measure`] sums differences from the first value, which is exact where all are equal, and so has
/// other last bits.
pub(crate) fn mean(values: &[f64]) -> f64 {
    mean_of(values.iter().copied())
}

/// [`mean`] of values that are in no list.
pub(crate) fn mean_of(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

/// The sum of squared differences from the mean: exactly 0 where all values are equal, of which [`mean`] may differ in its last bit.
pub(crate) fn squares_about(mean: f64, values: &[f64]) -> f64 {
    if values.windows(2).all(|pair| pair[0] == pair[1]) {
        return 0.0;
    }
    values.iter().map(|value| (value - mean).powi(2)).sum()
}

/// Mean and standard error of the mean; the error is NaN of fewer than two.
pub(crate) fn mean_error(values: &[f64]) -> [f64; 2] {
    let count = values.len() as f64;
    let mean = mean(values);
    let squares = squares_about(mean, values);
    [mean, (squares / (count - 1.0) / count).sqrt()]
}

/// The exponent a of y = c x^a: the least-squares slope of ln y on ln x.
pub(crate) fn exponent(x: &[f64], y: &[f64]) -> f64 {
    let logs = |values: &[f64]| {
        values
            .iter()
            .map(|&value| libm::log(value))
            .collect::<Vec<_>>()
    };
    let (x, y) = (logs(x), logs(y));
    let (x_mean, y_mean) = (mean(&x), mean(&y));
    let both = x.iter().zip(&y);
    let covariance: f64 = both.map(|(x, y)| (x - x_mean) * (y - y_mean)).sum();
    let variance: f64 = x.iter().map(|x| (x - x_mean) * (x - x_mean)).sum();
    covariance / variance
}

/// A number with so many digits behind its point; what is 0 then has no sign.
pub(crate) fn rounded(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    match text.strip_prefix('-') {
        Some(rest) if !rest.contains(|digit| matches!(digit, '1'..='9')) => rest.to_owned(),
        _ => text,
    }
}

/// What is said in a picture of fewer trials than five, or than it has at paper scale where those are fewer; nothing of more.
pub(crate) fn small_sample(trials: u32, usual: u32) -> String {
    match trials {
        1 if usual > 1 => "small sample: 1 trial".to_owned(),
        few if few < usual.min(5) => format!("small sample: {few} trials"),
        _ => String::new(),
    }
}

/// What is said behind a power that goes through so few points that any law would; nothing where there are more.
pub(crate) fn through(points: usize) -> String {
    match points {
        0..3 => format!(" (through {points} points, which says nothing of the law)"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{exponent, mean, mean_error, mean_of, rounded, squares_about};

    #[test]
    fn what_rounds_to_zero_has_no_sign() {
        for (value, digits, expected) in [
            (-0.4, 0, "0"),
            (-0.6, 0, "-1"),
            (-0.0004, 3, "0.000"),
            (-0.0006, 3, "-0.001"),
            (-10.0, 0, "-10"),
            (0.2, 1, "0.2"),
        ] {
            assert_eq!(rounded(value, digits), expected);
        }
    }

    #[test]
    fn means_are_summed_in_order() {
        // Beside 1e16 a 1 is lost: another order has another sum.
        assert_eq!(mean(&[1e16, -1e16, 1.0, 1.0]), 0.5);
        assert_eq!(mean(&[1.0, 1e16, -1e16, 1.0]), 0.25);
        assert_eq!(mean_of([1.0, 1e16, -1e16, 1.0].into_iter()), 0.25);
        assert!(mean(&[]).is_nan() && mean_error(&[2.0])[1].is_nan());
    }

    #[test]
    fn equal_values_have_no_spread() {
        // Of three tenths the sum is .30000000000000004, and no third of it is .1.
        assert_ne!(mean(&[0.1; 3]), 0.1);
        assert_eq!(mean_error(&[0.1; 3])[1], 0.0);
        assert_eq!(squares_about(2.0, &[1.0, 3.0]), 2.0);
    }

    #[test]
    fn powers_have_their_exponents() {
        let x = [1.0, 2.0, 5.0, 11.0];
        for power in [0, 1, 3] {
            let y = x.map(|x: f64| 7.0 * x.powi(power));
            assert!((exponent(&x, &y) - f64::from(power)).abs() < 1e-12);
        }
    }
}
