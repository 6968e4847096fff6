//! Patterns in a context that drifts: each shares more with its neighbours in time than with those further away.

use slotless_core::bits;
use slotless_core::rng;

use super::Patterns;
use super::parts::Part;
use super::tree::flip;
use crate::purpose::memory as purpose;

/// Sizes of patterns in a context that drifts.
///
/// A pattern is an item, new each time, and a context: the last `floor(context n_i)` units with `floor(context s)` ones. The
/// first context is drawn, and from pattern to pattern `flips` of its ones are cleared and `flips` of its zeros set. Of two
/// patterns t steps apart the contexts therefore share, in expectation, `s_c (a + (1 - a) r^t)` ones, with `a = s_c / n_c` and
/// `r = 1 - flips / s_c - flips / (n_c - s_c)`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drift {
    /// Bits of a pattern.
    pub visible: u32,
    /// Ones of a pattern.
    pub active: u32,
    /// Ones cleared and zeros set from a context to the next.
    pub flips: u32,
    /// Share of the units, and of the ones, that are context.
    pub context: f64,
}

impl Drift {
    /// The item and the context.
    pub fn parts(&self) -> [Part; 2] {
        let whole = Part {
            first: 0,
            units: self.visible,
            ones: self.active,
        };
        whole.cut(self.context)
    }

    /// The chain of a trial of this number, oldest first.
    fn chain(&self, seed: u64, trial: u32, chain: u32, count: usize) -> Patterns {
        let [item, context] = self.parts();
        let mut rng = rng::stream(seed, purpose::CONTEXT, trial, chain);
        let mut patterns = Patterns::with_capacity(self.visible, count);
        let mut own = context.draw(&mut rng);
        let mut pattern = vec![0; bits::words_for(self.visible)];
        for number in 0..count {
            if number > 0 {
                flip(&mut own, context.units, context.ones, self.flips, &mut rng);
            }
            pattern.fill(0);
            context.put(&own, &mut pattern);
            item.put(&item.draw(&mut rng), &mut pattern);
            patterns.push(&pattern);
        }
        patterns
    }

    /// Burn-in and learned patterns in order; and pseudo-patterns by age, of a chain of their own.
    pub fn trial(&self, seed: u64, trial: u32, count: usize, learned: usize) -> [Patterns; 2] {
        let pseudo = self.chain(seed, trial, 1, learned);
        let newest_first: Vec<u32> = (0..learned as u32).rev().collect();
        [
            self.chain(seed, trial, 0, count),
            pseudo.select(&newest_first),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_time_share_what_the_equation_says() {
        let drift = Drift {
            visible: 400,
            active: 80,
            flips: 3,
            context: 0.5,
        };
        let [learned, pseudo] = drift.trial(5, 2, 4_000, 30);
        assert_eq!((learned.len(), pseudo.len()), (4_000, 30));
        let ones = learned.ones().iter().chain(pseudo.ones());
        assert!(ones.copied().all(|ones| ones == 80));
        let shared = |a: usize, b: usize, from: u32, to: u32| {
            let part = |at| super::super::parts::between(learned.get(at), from, to);
            f64::from(bits::overlap(&part(a), &part(b)))
        };
        for apart in [1, 5, 20, 200] {
            let pairs = 4_000 - apart;
            let mean = |from, to| {
                (0..pairs)
                    .map(|at| shared(at, at + apart, from, to))
                    .sum::<f64>()
                    / pairs as f64
            };
            let r: f64 = 1.0 - 3.0 / 40.0 - 3.0 / 160.0;
            let expected = 40.0 * (0.2 + 0.8 * r.powi(apart as i32));
            let found = mean(200, 400);
            // Neighbours in the chain are no independent draws: about 4,000 / 10 of them are.
            assert!(
                (found - expected).abs() < 4.0 * 2.6 / 20.0,
                "{apart}: {found}, {expected}"
            );
            // Items are new each time.
            let items = mean(0, 200);
            assert!((items - 8.0).abs() < 0.3, "{apart}: {items}");
        }
        // Exactly: one step moves b ones.
        assert!((0..100).all(|at| shared(at, at + 1, 200, 400) == 37.0));
        // Another chain shares what chance shares, 8 ones of the context and 8 of the item, and its own neighbours more.
        let mean = |of: &dyn Fn(usize) -> u32| (0..29).map(of).sum::<u32>() / 29;
        let other = mean(&|at| bits::overlap(pseudo.get(at), learned.get(3_999)));
        let own = mean(&|at| bits::overlap(pseudo.get(at), pseudo.get(at + 1)));
        assert!((6..28).contains(&other) && own > 40, "{other}, {own}");
    }

    #[test]
    fn without_items_all_units_drift() {
        let drift = Drift {
            visible: 90,
            active: 9,
            flips: 1,
            context: 1.0,
        };
        let [learned, _] = drift.trial(1, 0, 50, 5);
        let pairs = 0..49;
        assert!(
            pairs
                .into_iter()
                .all(|at| bits::overlap(learned.get(at), learned.get(at + 1)) == 8)
        );
    }
}
