//! Normal numbers, and vectors made of them: noise on a cue, and a synthetic background.

use rayon::prelude::*;
use slotless_core::rng::Key;

use crate::normal;
use slotless_recall::vectors::Vectors;

/// The standard normal number of a place.
fn normal(key: Key, place: u32) -> f64 {
    let share = (f64::from(key.at(place)) + 0.5) / 4_294_967_296.0;
    normal::quantile(share).expect("strictly between 0 and 1")
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Scales to length 1; a vector of zeros stays.
fn unit(vector: &mut [f64]) {
    let length = dot(vector, vector).sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|value| *value /= length);
    }
}

/// A unit vector at this cosine to a unit vector, 0 to 1, in a direction that the key draws. At cosine 1 it is that vector.
pub(super) fn noisy(vector: &[f32], cosine: f64, key: Key) -> Vec<f32> {
    if cosine >= 1.0 {
        return vector.to_vec();
    }
    let mut original: Vec<f64> = vector.iter().map(|&value| value.into()).collect();
    unit(&mut original);
    let mut noise: Vec<f64> = (0..vector.len() as u32)
        .map(|place| normal(key, place))
        .collect();
    let along = dot(&noise, &original);
    for (noise, original) in noise.iter_mut().zip(&original) {
        *noise -= along * original;
    }
    unit(&mut noise);
    let across = (1.0 - cosine * cosine).sqrt();
    let mixed = original.iter().zip(&noise);
    mixed
        .map(|(original, noise)| (cosine * original + across * noise) as f32)
        .collect()
}

/// Unit vectors that have the mean and the covariance of others before they are scaled: the mean, plus a sum of all
/// differences from it with normal weights.
pub(super) fn alike(of: &[&[f32]], count: usize, key: Key) -> Vectors {
    let dim = of[0].len();
    let mut mean = vec![0.0; dim];
    for row in of {
        for (mean, &value) in mean.iter_mut().zip(*row) {
            *mean += f64::from(value) / of.len() as f64;
        }
    }
    let scale = 1.0 / (of.len() as f64 - 1.0).max(1.0).sqrt();
    let difference = |row: &&[f32]| -> Vec<f64> {
        let both = row.iter().zip(&mean);
        both.map(|(&value, mean)| (f64::from(value) - mean) * scale)
            .collect()
    };
    let differences: Vec<Vec<f64>> = of.iter().map(difference).collect();
    let row = |number: usize| {
        let key = key.derive(number as u32);
        let mut vector = mean.clone();
        for (difference, place) in differences.iter().zip(0..) {
            let weight = normal(key, place);
            for (to, difference) in vector.iter_mut().zip(difference) {
                *to += weight * difference;
            }
        }
        unit(&mut vector);
        vector.into_iter().map(|value| value as f32)
    };
    let values: Vec<f32> = (0..count).into_par_iter().flat_map_iter(row).collect();
    Vectors::new(values, dim).expect("finite rows")
}

/// Mean cosine of two different vectors of some of unit length; NaN of fewer than two.
pub(super) fn mean_cosine<'a>(rows: impl ExactSizeIterator<Item = &'a [f32]>) -> f64 {
    let count = rows.len() as f64;
    let mut sum: Vec<f64> = Vec::new();
    let mut squares = 0.0;
    for row in rows {
        sum.resize(row.len(), 0.0);
        for (sum, &value) in sum.iter_mut().zip(row) {
            *sum += f64::from(value);
            squares += f64::from(value).powi(2);
        }
    }
    // The squared length of the sum has every pair twice, and every vector with itself.
    (dot(&sum, &sum) - squares) / (count * (count - 1.0))
}

#[cfg(test)]
mod tests {
    use super::super::purpose;
    use super::*;

    fn cosine(a: &[f32], b: &[f32]) -> f64 {
        let [a, b] = [a, b].map(|row| row.iter().map(|&v| v.into()).collect::<Vec<f64>>());
        dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt()
    }

    fn key() -> Key {
        Key::new(3, purpose::NOISE)
    }

    #[test]
    fn noise_has_the_cosine_asked_for() {
        let mut vector = vec![0.0f32; 50];
        vector[3] = 0.6;
        vector[7] = -0.8;
        for level in [0.95, 0.5, 0.0] {
            let noisy = noisy(&vector, level, key());
            assert!((cosine(&noisy, &vector) - level).abs() < 1e-6, "{level}");
            assert!((cosine(&noisy, &noisy) - 1.0).abs() < 1e-6);
        }
        assert_eq!(noisy(&vector, 1.0, key()), vector);
        assert_ne!(
            noisy(&vector, 0.5, key()),
            noisy(&vector, 0.5, key().derive(1))
        );
    }

    #[test]
    fn synthetic_vectors_have_the_mean_and_the_spread() {
        // Two clusters around one mean, in three of four directions.
        let rows = [
            [0.8f32, 0.6, 0.0, 0.0],
            [0.8, -0.6, 0.0, 0.0],
            [0.8, 0.0, 0.6, 0.0],
            [0.8, 0.0, -0.6, 0.0],
        ];
        let rows: Vec<&[f32]> = rows.iter().map(|row| &row[..]).collect();
        let made = alike(&rows, 4000, key());
        assert_eq!((made.len(), made.dim()), (4000, 4));
        let mean =
            |place: usize| made.rows().map(|row| f64::from(row[place])).sum::<f64>() / 4000.0;
        assert!((0.7..0.9).contains(&mean(0)), "{}", mean(0));
        assert!(mean(1).abs() < 0.05 && mean(2).abs() < 0.05);
        // Nothing in the direction that none has.
        assert!(made.rows().all(|row| row[3] == 0.0));
        // The cosine of two of the rows is 0.28 or 0.64; of two with this mean 0.64 at infinitely many.
        let among = mean_cosine(made.rows());
        assert!((among - 0.64).abs() < 0.12, "{among}");
        let wanted = mean_cosine(rows.iter().copied());
        assert!(
            (wanted - (2.0 * 0.28 + 4.0 * 0.64) / 6.0).abs() < 1e-6,
            "{wanted}"
        );
        assert!(mean_cosine(rows.iter().copied().take(1)).is_nan());
    }

    #[test]
    fn mean_cosine_is_that_of_all_pairs() {
        let rows: Vec<Vec<f32>> = (0..5)
            .map(|number| noisy(&[1.0, 0.0, 0.0], 0.7, key().derive(number)))
            .collect();
        let mut sum = 0.0;
        for i in 0..5 {
            for j in 0..5 {
                sum += if i == j {
                    0.0
                } else {
                    cosine(&rows[i], &rows[j])
                };
            }
        }
        let found = mean_cosine(rows.iter().map(Vec::as_slice));
        assert!((found - sum / 20.0).abs() < 1e-6);
    }
}
