//! The tree-generating Chinese restaurant process (paper appendix A.3).

use rand_core::Rng;
use slotless_core::bits;
use slotless_core::rng;

use super::Patterns;
use crate::purpose::memory as purpose;

/// A tree of patterns; node 0 is the root, and a child stands after its parent.
#[derive(Clone, Debug)]
pub struct Tree {
    nodes: Patterns,
    /// Parent of each node but the root.
    parents: Vec<Option<u32>>,
    children: Vec<u32>,
}

impl Tree {
    /// The pattern of every node.
    #[must_use]
    pub fn nodes(&self) -> &Patterns {
        &self.nodes
    }

    /// Parent of each node; the root has none.
    #[must_use]
    pub fn parents(&self) -> &[Option<u32>] {
        &self.parents
    }

    /// The nodes without a child, in the order they were made.
    #[must_use]
    pub fn leaves(&self) -> Vec<u32> {
        (0..)
            .zip(&self.children)
            .filter(|&(_, &children)| children == 0)
            .map(|(node, _)| node)
            .collect()
    }
}

/// Grows a tree of `steps` nodes, the root included.
///
/// A step walks down from the root. At a node visited `n` times before it makes a new child with probability
/// `1 / (n + 1)`, and goes to child `i`, which was chosen `c_i` times, with probability `c_i / (n + 1)`; making a child
/// ends the step. A child's pattern is its parent's with `flips` random ones cleared and `flips` random zeros set, so
/// every node has `active` ones. Costs about steps x (depth + visible / 32).
///
/// `flips` above `active` or `visible - active` is taken as the smaller of the two.
#[must_use]
pub fn tree(seed: u64, trial: u32, visible: u32, active: u32, flips: u32, steps: u32) -> Tree {
    let mut rng = rng::stream(seed, purpose::TREE, trial, 0);
    let active = active.min(visible);
    let flips = flips.min(active).min(visible - active);
    let mut pattern = vec![0; bits::words_for(visible)];
    bits::sample(visible, active, &mut rng, &mut pattern).expect("sizes fit");
    let mut nodes = Patterns::with_capacity(visible, steps as usize);
    nodes.push(&pattern);
    let mut parents = vec![None];
    // (child, times chosen) of each node; their sum is the number of visits.
    let mut chosen: Vec<Vec<(u32, u32)>> = vec![Vec::new()];
    for _ in 1..steps {
        let mut node = 0u32;
        loop {
            let branches = &mut chosen[node as usize];
            let visits: u32 = branches.iter().map(|&(_, count)| count).sum();
            let mut drawn = rng::below(&mut rng, visits + 1);
            let next = branches.iter_mut().find(|(_, count)| {
                let here = drawn < *count;
                drawn = drawn.wrapping_sub(*count);
                here
            });
            if let Some((child, count)) = next {
                *count += 1;
                node = *child;
                continue;
            }
            let child = nodes.len() as u32;
            branches.push((child, 1));
            pattern.copy_from_slice(nodes.get(node as usize));
            flip(&mut pattern, visible, active, flips, &mut rng);
            nodes.push(&pattern);
            parents.push(Some(node));
            chosen.push(Vec::new());
            break;
        }
    }
    let children = chosen
        .iter()
        .map(|branches| branches.len() as u32)
        .collect();
    Tree {
        nodes,
        parents,
        children,
    }
}

/// Clears `flips` random ones of a pattern of `active` ones, and sets `flips` random zeros.
pub(super) fn flip(pattern: &mut [u32], visible: u32, active: u32, flips: u32, rng: &mut impl Rng) {
    let mut zeros: Vec<u32> = pattern.iter().map(|word| !word).collect();
    if let Some(last) = zeros
        .last_mut()
        .filter(|_| !visible.is_multiple_of(bits::WORD_BITS))
    {
        *last &= (1 << (visible % bits::WORD_BITS)) - 1;
    }
    let cleared = chosen(pattern, active, flips, rng);
    let set = chosen(&zeros, visible - active, flips, rng);
    for ((word, cleared), set) in pattern.iter_mut().zip(&cleared).zip(&set) {
        *word = *word & !cleared | set;
    }
}

/// `count` of the `ones` ones of a vector, drawn by their ranks.
fn chosen(words: &[u32], ones: u32, count: u32, rng: &mut impl Rng) -> Vec<u32> {
    let mut ranks = vec![0; bits::words_for(ones)];
    bits::sample(ones, count.min(ones), rng, &mut ranks).expect("sizes fit");
    let mut out = vec![0; words.len()];
    for (_, bit) in (0..)
        .zip(bits::ones(words))
        .filter(|&(rank, _)| bits::get(&ranks, rank))
    {
        bits::set(&mut out, bit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_differ_from_their_parents_by_the_flips() {
        let tree = tree(3, 1, 100, 12, 5, 400);
        assert_eq!(tree.nodes().len(), 400);
        assert!(tree.nodes().ones().iter().all(|&ones| ones == 12));
        for (node, parent) in tree.parents().iter().enumerate() {
            if let Some(parent) = *parent {
                assert!((parent as usize) < node);
                let shared =
                    bits::overlap(tree.nodes().get(node), tree.nodes().get(parent as usize));
                assert_eq!(shared, 7);
            }
        }
        assert_eq!(
            tree.parents()
                .iter()
                .filter(|parent| parent.is_none())
                .count(),
            1
        );
    }

    #[test]
    fn about_half_of_the_nodes_are_leaves() {
        let tree = tree(3, 0, 200, 20, 5, 15_000);
        let leaves = tree.leaves();
        assert!((7_200..7_800).contains(&leaves.len()), "{}", leaves.len());
        let has_child = |leaf: u32| tree.parents().contains(&Some(leaf));
        assert!(leaves.iter().take(50).all(|&leaf| !has_child(leaf)));
    }

    #[test]
    fn the_first_steps_follow_the_process() {
        // The second node is always the root's child. The third step, at the root visited once, makes a child of the
        // root with probability 1/2, else goes to node 1, which has no child and makes one.
        let trials = 4_000;
        let from_root = (0..trials)
            .filter(|&trial| tree(9, trial, 20, 4, 1, 3).parents()[2] == Some(0))
            .count() as f64;
        let expected = f64::from(trials) / 2.0;
        assert!((from_root - expected).abs() < 4.0 * (f64::from(trials) / 4.0).sqrt());
        // Fourth step, root visited twice: a child of the root with probability 1/3.
        let from_root = (0..trials)
            .filter(|&trial| tree(10, trial, 20, 4, 1, 4).parents()[3] == Some(0))
            .count() as f64;
        let expected = f64::from(trials) / 3.0;
        assert!((from_root - expected).abs() < 4.0 * (f64::from(trials) * 2.0 / 9.0).sqrt());
    }
}
