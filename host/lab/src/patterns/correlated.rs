//! Correlated categories: examples scattered around a few prototypes.

use crate::choice::choices;
use slotless_core::bits;
use slotless_core::rng::{self, Purpose};

use super::Patterns;
use super::random::random;
use super::tree::flip;
use crate::purpose::memory as purpose;

choices! {
    /// Where the pseudo-patterns' prototypes come from.
    pub enum FreshPrototypes = Same {
        /// The learned patterns' prototypes.
        Same = "same",
        /// Prototypes of their own.
        Fresh = "fresh",
    }
}

choices! {
    /// How pseudo-patterns are lined up with ages.
    pub enum OrderMatch = Shuffled {
        /// Shuffled by themselves.
        Shuffled = "shuffled",
        /// The pseudo-pattern of an age shares the category of the learned one.
        Category = "category",
    }
}

/// Sizes of a trial's correlated data.
#[derive(Clone, Copy, Debug)]
pub struct Correlated {
    /// Bits of a pattern.
    pub visible: u32,
    /// Ones of a pattern.
    pub active: u32,
    /// Flips each way between a prototype and an example.
    pub flips: u32,
    /// Prototypes.
    pub categories: u32,
    /// Prototypes of the pseudo-patterns.
    pub prototypes: FreshPrototypes,
    /// Order of the pseudo-patterns.
    pub order: OrderMatch,
    /// How unequal categories are: that of rank r, from 1, has a share of the examples in proportion to `r^-power`.
    pub power: f64,
}

impl Correlated {
    /// Burn-in and learned patterns in order, and pseudo-patterns by age: exactly equal numbers a category in each
    /// phase, shuffled within it. The counts must be multiples of the number of categories, or the last categories get
    /// one fewer. With a power law, numbers as near to it as whole numbers are (largest remainders).
    #[must_use]
    pub fn trial(
        &self,
        seed: u64,
        trial: u32,
        burn_in: usize,
        learned: usize,
    ) -> (Patterns, Patterns) {
        let prototypes = self.prototypes(seed, purpose::PROTOTYPES, trial);
        let mut patterns = Patterns::with_capacity(self.visible, burn_in + learned);
        let first = self.categories_of(seed, trial, 0, burn_in);
        let second = self.categories_of(seed, trial, 1, learned);
        for (number, &category) in (0..).zip(first.iter().chain(&second)) {
            patterns.push(&self.example(seed, trial, number, prototypes.get(category as usize)));
        }
        let prototypes = match self.prototypes {
            FreshPrototypes::Same => prototypes,
            FreshPrototypes::Fresh => self.prototypes(seed, purpose::FRESH_PROTOTYPES, trial),
        };
        let order: Vec<u32> = match self.order {
            OrderMatch::Shuffled => self.categories_of(seed, trial, 2, learned),
            // Age 1 is the last one learned.
            OrderMatch::Category => second.into_iter().rev().collect(),
        };
        let mut pseudo = Patterns::with_capacity(self.visible, learned);
        for (number, &category) in ((burn_in + learned) as u32..).zip(&order) {
            pseudo.push(&self.example(seed, trial, number, prototypes.get(category as usize)));
        }
        (patterns, pseudo)
    }

    fn prototypes(&self, seed: u64, purpose: Purpose, trial: u32) -> Patterns {
        random(
            seed,
            purpose,
            trial,
            self.visible,
            self.active,
            self.categories as usize,
        )
    }

    fn categories_of(&self, seed: u64, trial: u32, phase: u32, count: usize) -> Vec<u32> {
        let mut categories: Vec<u32> = if self.power == 0.0 {
            (0..self.categories).cycle().take(count).collect()
        } else {
            let counts = (0..).zip(power_law(self.categories, self.power, count));
            counts
                .flat_map(|(category, count)| std::iter::repeat_n(category, count))
                .collect()
        };
        rng::shuffle(
            &mut rng::stream(seed, purpose::SHUFFLE, trial, phase),
            &mut categories,
        );
        categories
    }

    fn example(&self, seed: u64, trial: u32, number: u32, prototype: &[u32]) -> Vec<u32> {
        let mut example = prototype.to_vec();
        let mut rng = rng::stream(seed, purpose::EXAMPLES, trial, number);
        flip(
            &mut example,
            self.visible,
            bits::count(prototype),
            self.flips,
            &mut rng,
        );
        example
    }
}

/// How many of `count` examples each category has, in proportion to `r^-power` of its rank r: the whole part of its share, and
/// one more for those with the largest remainders, of equal ones the first.
fn power_law(categories: u32, power: f64, count: usize) -> Vec<usize> {
    let weights: Vec<f64> = (1..=categories)
        .map(|rank| libm::pow(f64::from(rank), -power))
        .collect();
    let sum: f64 = weights.iter().sum();
    let shares = weights.iter().map(|weight| weight / sum * count as f64);
    let mut counts: Vec<usize> = shares.clone().map(|share| share as usize).collect();
    let remainders: Vec<f64> = shares.map(|share| share - libm::floor(share)).collect();
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_by(|&a, &b| remainders[b].total_cmp(&remainders[a]).then(a.cmp(&b)));
    let left = count.saturating_sub(counts.iter().sum());
    order
        .iter()
        .cycle()
        .take(left)
        .for_each(|&category| counts[category] += 1);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_follow_a_power_law() {
        // 1, 1/2, 1/3, 1/4 of 25/12: 48, 24, 16 and 12 of 100.
        assert_eq!(power_law(4, 1.0, 100), [48, 24, 16, 12]);
        // 10 of these: 4.8, 2.4, 1.6, 1.2; the largest remainders are .8 and .6.
        assert_eq!(power_law(4, 1.0, 10), [5, 2, 2, 1]);
        assert_eq!(power_law(3, 0.5, 0), [0, 0, 0]);
        assert_eq!(power_law(2, 40.0, 7), [7, 0]);
        for count in [1, 7, 99, 1_000] {
            assert_eq!(power_law(13, 1.3, count).iter().sum::<usize>(), count);
        }
        let data = Correlated {
            power: 1.0,
            categories: 4,
            ..data(OrderMatch::Shuffled, FreshPrototypes::Same)
        };
        let prototypes = data.prototypes(4, purpose::PROTOTYPES, 2);
        let (patterns, pseudo) = data.trial(4, 2, 50, 100);
        for (patterns, counts) in [
            (
                &patterns.select(&(50..150).collect::<Vec<_>>()),
                [48, 24, 16, 12],
            ),
            (&pseudo, [48, 24, 16, 12]),
        ] {
            for (wanted, count) in counts.into_iter().enumerate() {
                let of = patterns
                    .iter()
                    .filter(|one| category(one, &prototypes) == Some(wanted));
                assert_eq!(of.count(), count);
            }
        }
    }

    fn data(order: OrderMatch, prototypes: FreshPrototypes) -> Correlated {
        Correlated {
            visible: 300,
            active: 30,
            flips: 6,
            categories: 5,
            prototypes,
            order,
            power: 0.0,
        }
    }

    fn category(pattern: &[u32], prototypes: &Patterns) -> Option<usize> {
        prototypes
            .iter()
            .position(|prototype| bits::overlap(pattern, prototype) == 24)
    }

    #[test]
    fn categories_are_balanced_in_each_phase_and_matched_by_age() {
        let data = data(OrderMatch::Category, FreshPrototypes::Same);
        let prototypes = data.prototypes(4, purpose::PROTOTYPES, 2);
        let (patterns, pseudo) = data.trial(4, 2, 40, 20);
        let of = |from: usize, to: usize| -> Vec<usize> {
            (from..to)
                .map(|i| category(patterns.get(i), &prototypes).unwrap())
                .collect()
        };
        for (from, to, each) in [(0, 40, 8), (40, 60, 4)] {
            for wanted in 0..5 {
                assert_eq!(of(from, to).iter().filter(|&&c| c == wanted).count(), each);
            }
        }
        for age in 1..=20 {
            let learned = category(patterns.get(60 - age), &prototypes);
            assert_eq!(category(pseudo.get(age - 1), &prototypes), learned);
        }
        assert!(
            patterns
                .ones()
                .iter()
                .chain(pseudo.ones())
                .all(|&ones| ones == 30)
        );
    }

    #[test]
    fn fresh_prototypes_are_others() {
        let data = data(OrderMatch::Shuffled, FreshPrototypes::Fresh);
        let prototypes = data.prototypes(4, purpose::PROTOTYPES, 0);
        let (_, pseudo) = data.trial(4, 0, 20, 20);
        assert!(
            pseudo
                .iter()
                .all(|pattern| category(pattern, &prototypes).is_none())
        );
    }
}
