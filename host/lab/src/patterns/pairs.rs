//! Lists of pairs: items with what they are answered with, in lists that may share their items (A-B, A-C).

use slotless_core::bits;
use slotless_core::rng::{self, Purpose};

use super::Patterns;
use super::parts::{Part, halves};
use crate::purpose::memory as purpose;

/// Sizes of lists of pairs.
///
/// The first half of a pattern's units has the item and the context of its list, half of its ones between them; the second
/// half has what the item is answered with. The learned patterns are `lists` lists of as many pairs, one after the other, each
/// in an order of its own. All lists have the same items, and each has targets of its own: with two lists A-B, then A-C; with one
/// every item is new. What is learned before, the burn-in, has items of its own, and a new context after as many pairs as a list has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pairs {
    /// Bits of a pattern.
    pub visible: u32,
    /// Ones of a pattern.
    pub active: u32,
    /// Lists with the same items.
    pub lists: u32,
    /// Share of the units of a cue, and of its ones, that are context.
    pub context: f64,
}

impl Pairs {
    /// Item, context and target.
    pub fn parts(&self) -> [Part; 3] {
        let [cue, target] = halves(self.visible, self.active);
        let [item, context] = cue.cut(self.context);
        [item, context, target]
    }

    /// Burn-in and learned patterns in order; and pseudo-patterns by age: items and targets that are never learned, in the
    /// context of the list that the learned pattern of that age is of.
    pub fn trial(&self, seed: u64, trial: u32, burn_in: usize, learned: usize) -> [Patterns; 2] {
        let [item, context, target] = self.parts();
        let length = (learned / self.lists.max(1) as usize).max(1);
        let drawn = |part: Part, purpose: Purpose, number: usize| {
            part.draw(&mut rng::stream(seed, purpose, trial, number as u32))
        };
        let mut pattern = vec![0; bits::words_for(self.visible)];
        let mut made = |item_of: (Purpose, usize), target_of: (Purpose, usize), list: usize| {
            pattern.fill(0);
            item.put(&drawn(item, item_of.0, item_of.1), &mut pattern);
            target.put(&drawn(target, target_of.0, target_of.1), &mut pattern);
            context.put(&drawn(context, purpose::CONTEXT, list), &mut pattern);
            pattern.clone()
        };
        let mut patterns = Patterns::with_capacity(self.visible, burn_in + learned);
        for number in 0..burn_in {
            let places = [purpose::LEARNED, purpose::TARGETS].map(|of| (of, number));
            patterns.push(&made(places[0], places[1], number / length));
        }
        let before = burn_in.div_ceil(length);
        for list in 0..learned / length {
            let mut order: Vec<u32> = (0..length as u32).collect();
            rng::shuffle(
                &mut rng::stream(seed, purpose::SHUFFLE, trial, list as u32),
                &mut order,
            );
            for place in order {
                let item = (purpose::LEARNED, burn_in + place as usize);
                let target = (purpose::TARGETS, burn_in + list * length + place as usize);
                patterns.push(&made(item, target, before + list));
            }
        }
        let mut pseudo = Patterns::with_capacity(self.visible, learned);
        for age in 0..learned {
            let list = before + (learned - 1 - age) / length;
            // Item and target are drawn from streams of their own, the targets' after all that is learned.
            let target = (purpose::TARGETS, burn_in + learned + age);
            pseudo.push(&made((purpose::PSEUDO, age), target, list));
        }
        [patterns, pseudo]
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::between;
    use super::*;

    #[test]
    fn lists_share_items_and_nothing_else() {
        let pairs = Pairs {
            visible: 200,
            active: 40,
            lists: 2,
            context: 0.3,
        };
        let (burn_in, learned) = (25, 20);
        let [patterns, pseudo] = pairs.trial(7, 3, burn_in, learned);
        assert_eq!((patterns.len(), pseudo.len()), (45, 20));
        assert!(
            patterns
                .ones()
                .iter()
                .chain(pseudo.ones())
                .all(|&ones| ones == 40)
        );
        // 100 units of a cue: 70 of items with 14 ones, 30 of context with 6; 100 of targets with 20.
        let part = |pattern: &[u32], which: usize| {
            let [from, to] = [[0, 70], [70, 100], [100, 200]][which];
            between(pattern, from, to)
        };
        for (which, ones) in [(0, 14), (1, 6), (2, 20)] {
            let all = patterns.iter().chain(pseudo.iter());
            assert!(
                all.into_iter()
                    .all(|one| bits::count(&part(one, which)) == ones)
            );
        }
        let of = |list: usize, which: usize| -> Vec<Vec<u32>> {
            let from = burn_in + list * 10;
            (from..from + 10)
                .map(|at| part(patterns.get(at), which))
                .collect()
        };
        let sorted = |mut list: Vec<Vec<u32>>| {
            list.sort();
            list
        };
        // The same items in another order, each once.
        let [first, second] = [of(0, 0), of(1, 0)];
        assert_ne!(first, second);
        assert_eq!(sorted(first.clone()), sorted(second));
        let mut once = sorted(first.clone());
        once.dedup();
        assert_eq!(once.len(), 10);
        // One context per list, another for each; targets are all different.
        for list in [0, 1] {
            let contexts = of(list, 1);
            assert!(contexts.iter().all(|one| *one == contexts[0]));
        }
        assert_ne!(of(0, 1)[0], of(1, 1)[0]);
        let mut targets = [of(0, 2), of(1, 2)].concat();
        targets.extend((0..burn_in).map(|at| part(patterns.get(at), 2)));
        targets.extend(pseudo.iter().map(|one| part(one, 2)));
        let count = targets.len();
        let mut targets = sorted(targets);
        targets.dedup();
        assert_eq!(targets.len(), count);
        // Lures: the context of their age's list, items of nobody's.
        for (age, lure) in pseudo.iter().enumerate() {
            let learned = patterns.get(burn_in + learned - 1 - age);
            assert_eq!(part(lure, 1), part(learned, 1));
            assert!(!first.contains(&part(lure, 0)));
        }
        // Before, in contexts of as many pairs.
        assert_eq!(part(patterns.get(0), 1), part(patterns.get(9), 1));
        assert_ne!(part(patterns.get(9), 1), part(patterns.get(10), 1));
        assert_ne!(part(patterns.get(24), 1), part(patterns.get(25), 1));
    }

    #[test]
    fn with_one_list_every_item_is_new() {
        let pairs = Pairs {
            visible: 100,
            active: 10,
            lists: 1,
            context: 0.0,
        };
        let [patterns, _] = pairs.trial(7, 0, 0, 30);
        let mut items: Vec<Vec<u32>> = patterns.iter().map(|one| between(one, 0, 50)).collect();
        items.sort();
        items.dedup();
        assert_eq!(items.len(), 30);
    }
}
