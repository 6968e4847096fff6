//! Numbers that figures of several families need.

/// The mean; NaN of none.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Mean and standard error of the mean; the error is NaN of fewer than two.
pub(crate) fn mean_error(values: &[f64]) -> [f64; 2] {
    let count = values.len() as f64;
    let mean = mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
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

#[cfg(test)]
mod tests {
    use super::exponent;

    #[test]
    fn powers_have_their_exponents() {
        let x = [1.0, 2.0, 5.0, 11.0];
        for power in [0, 1, 3] {
            let y = x.map(|x: f64| 7.0 * x.powi(power));
            assert!((exponent(&x, &y) - f64::from(power)).abs() < 1e-12);
        }
    }
}
