//! Vectors of callers, of length 1.

use super::StoreError;

/// A vector scaled to length 1. Lengths are summed in double precision, from the first number to the last.
pub(super) fn unit(what: &str, vector: &[f32], inputs: u32) -> Result<Vec<f32>, StoreError> {
    let what = || what.to_owned();
    if vector.len() != inputs as usize {
        return Err(StoreError::Length {
            what: what(),
            found: vector.len(),
            expected: inputs as usize,
        });
    }
    if let Some(at) = vector.iter().position(|number| !number.is_finite()) {
        return Err(StoreError::NotFinite {
            what: what(),
            at: at + 1,
            value: vector[at],
        });
    }
    let squares = vector
        .iter()
        .map(|&number| f64::from(number) * f64::from(number));
    let norm = squares.sum::<f64>().sqrt();
    if norm == 0.0 {
        return Err(StoreError::NoDirection { what: what() });
    }
    let scaled = vector
        .iter()
        .map(|&number| (f64::from(number) / norm) as f32);
    Ok(scaled.collect())
}
