//! Recognition: how many bits the match score says about whether a pattern was learned.
//!
//! Old or new at even odds is one bit. Scores are put into classes by their rank among those of new patterns, all ages of all
//! trials together, and with `P(c | old)` and `P(c | new)` for class c the answer says
//!
//! `R(t) = 1/2 E_old[log2 (2 P(c | old) / S)] + 1/2 E_new[log2 (2 P(c | new) / S)]`, `S = P(c | old) + P(c | new)`.
//!
//! As with [content](super::ClassCounts) the probabilities come from other trials alone, so that this is a lower bound in the
//! mean, and 0 or a little less for a memory that has lost the pattern; what is not known of old ones is taken to be as of
//! new ones. Of old patterns, those of about the same age count
//! (a tenth younger to a tenth older): a single age of 20 trials would say too little.

use ndarray::ArrayView2;

use super::{MeasureError, Trials};

/// Shares of new patterns with larger scores at which a score's class changes.
const SHARES: [f64; 10] = [0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.35, 0.5, 0.75];
const CLASSES: usize = SHARES.len() + 1;

/// Bits about old or new by age, from the match scores of learned patterns and of never-learned ones, trials x ages; entry 0 is
/// age 1.
///
/// With one trial there are no others, and all is 0. Cost: trials x ages x (log(trials x ages) + a fifth of the ages).
///
/// # Errors
/// [`MeasureError::ShapeMismatch`], and what [`Trials::new`] refuses.
pub fn recognition(
    old: ArrayView2<'_, f64>,
    new: ArrayView2<'_, f64>,
) -> Result<Vec<f64>, MeasureError> {
    if old.dim() != new.dim() {
        return Err(MeasureError::ShapeMismatch {
            first: old.dim(),
            second: new.dim(),
        });
    }
    let (trials, ages) = (Trials::new(old)?.trials(), Trials::new(new)?.ages());
    if trials < 2 {
        return Ok(vec![0.0; ages]);
    }
    let mut sorted: Vec<f64> = new.iter().copied().collect();
    sorted.sort_by(f64::total_cmp);
    let bounds = SHARES.map(|share| {
        let larger = (share * sorted.len() as f64) as usize;
        sorted[sorted.len() - 1 - larger.min(sorted.len() - 1)]
    });
    // Class 0: above all new ones.
    let class_of = |score: f64| bounds.iter().take_while(|&&bound| score <= bound).count();
    let by_age = |table: ArrayView2<'_, f64>| -> Vec<Vec<usize>> {
        let columns = table.columns().into_iter();
        columns
            .map(|column| column.iter().map(|&score| class_of(score)).collect())
            .collect()
    };
    let (old, new) = (by_age(old), by_age(new));
    // Of new ones all ages are alike.
    let mut new_all = [0u64; CLASSES];
    let mut new_of = vec![[0u64; CLASSES]; trials];
    for classes in &new {
        for (trial, &class) in classes.iter().enumerate() {
            new_all[class] += 1;
            new_of[trial][class] += 1;
        }
    }
    let bits = (0..ages).map(|age| {
        let reach = (age + 1) / 10;
        let near = age.saturating_sub(reach)..(age + reach + 1).min(ages);
        let mut old_all = [0u64; CLASSES];
        let mut old_of = vec![[0u64; CLASSES]; trials];
        for classes in &old[near] {
            for (trial, &class) in classes.iter().enumerate() {
                old_all[class] += 1;
                old_of[trial][class] += 1;
            }
        }
        let sum_of = |counts: &[u64; CLASSES]| counts.iter().sum::<u64>() as f64;
        let of_new = |trial: usize, class: usize| {
            let others = (new_all[class] - new_of[trial][class]) as f64;
            (others + 0.5) / (sum_of(&new_all) - sum_of(&new_of[trial]) + 0.5 * CLASSES as f64)
        };
        // As if one old pattern more had been seen, which was like a new one: what is not known of old ones is that.
        let of_old = |trial: usize, class: usize| {
            let others = (old_all[class] - old_of[trial][class]) as f64;
            let seen = sum_of(&old_all) - sum_of(&old_of[trial]);
            (others + of_new(trial, class)) / (seen + 1.0)
        };
        let sum: f64 = (0..trials)
            .map(|trial| {
                let half = |own: f64, other: f64| 0.5 * libm::log2(2.0 * own / (own + other));
                let (first, second) = (old[age][trial], new[age][trial]);
                half(of_old(trial, first), of_new(trial, first))
                    + half(of_new(trial, second), of_old(trial, second))
            })
            .sum();
        sum / trials as f64
    });
    Ok(bits.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;
    use slotless_core::rng::{Purpose, below, stream};

    fn drawn(seed: u64, shape: (usize, usize), of: u32) -> Array2<f64> {
        let mut draws = stream(seed, Purpose(931), 0, 0);
        Array2::from_shape_fn(shape, |_| f64::from(below(&mut draws, of)))
    }

    /// Scores that never meet say all of the bit, but for what the other trials leave in doubt.
    #[test]
    fn told_apart_for_certain() {
        let new = drawn(1, (20, 50), 100);
        let old = Array2::from_elem((20, 50), 1000.0);
        let bits = recognition(old.view(), new.view()).unwrap();
        assert!(
            bits.iter().all(|bits| (0.9..1.0).contains(bits)),
            "{bits:?}"
        );
    }

    #[test]
    fn the_same_scores_say_nothing() {
        let bits = recognition(
            drawn(2, (20, 200), 50).view(),
            drawn(3, (20, 200), 50).view(),
        );
        let bits = bits.unwrap();
        let mean = bits.iter().sum::<f64>() / 200.0;
        assert!((-0.1..0.02).contains(&mean), "{mean}");
    }

    /// Half of the old scores are above all new ones, the others like new ones: the sum over both classes in closed form.
    #[test]
    fn half_are_known() {
        let ages = 400;
        let new = drawn(4, (20, ages), 1000);
        let mut coin = stream(5, Purpose(931), 0, 0);
        let old = Array2::from_shape_fn((20, ages), |_| {
            if below(&mut coin, 2) == 0 {
                5000.0
            } else {
                f64::from(below(&mut coin, 1000))
            }
        });
        let bits = recognition(old.view(), new.view()).unwrap();
        let mean = bits.iter().sum::<f64>() / ages as f64;
        // Known: P 1/2 of old, 0 of new; else old and new alike, at 1/2 and 1.
        let wanted = 0.5 * (0.5 * 1.0 + 0.5 * (2.0f64 / 3.0 * 0.5).log2() + 0.5)
            + 0.5 * (4.0f64 / 3.0).log2();
        assert!((mean - wanted).abs() < 0.05, "{mean} {wanted}");
    }

    #[test]
    fn one_trial_and_other_shapes() {
        let one = drawn(6, (1, 5), 9);
        assert_eq!(recognition(one.view(), one.view()).unwrap(), [0.0; 5]);
        assert!(recognition(one.view(), drawn(6, (2, 5), 9).view()).is_err());
    }
}
