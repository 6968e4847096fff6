//! Pictures of the tree-structured data itself: a small tree, and similarity matrices.

use slotless_core::bits;

use crate::figures::numbers::{mean, squares_about};
use crate::memory::stack::mean_similarity;
use crate::patterns::{Patterns, Tree, tree};
use crate::run::work::Watch;
use slotless_draw::{ColourScale, Figure, HeatPanel, TreeNode, TreePanel};

/// Leaves shown in a similarity matrix.
const SHOWN: usize = 300;

/// S4: a small tree.
#[must_use]
pub fn small_tree(seed: u64) -> Figure {
    let (visible, active, flips, steps) = (12, 4, 1, 16);
    let tree = tree(seed, 0, visible, active, flips, steps);
    let nodes = tree
        .nodes()
        .iter()
        .zip(tree.parents())
        .map(|(pattern, parent)| {
            let bits = (0..visible).map(|bit| bits::get(pattern, bit)).collect();
            match parent {
                None => TreeNode::root(bits),
                Some(parent) => TreeNode::child(*parent as usize, bits),
            }
        });
    let leaves = tree.leaves().len();
    Figure::new("Patterns from a tree-generating Chinese restaurant process", 1, 1)
        .subtitle(&format!(
            "n_i = {visible}, s = {active}, b = {flips}: {flips} one cleared and {flips} zero set from parent to child; \
             {steps} nodes, of which the {leaves} leaves are data"
        ))
        .width(720.0)
        .panel(TreePanel::new(nodes.collect()).leaf_label("leaf: a pattern of the data"))
}

/// One data set of S5.
#[derive(Clone, Debug)]
pub struct Similarity {
    /// Flips between parent and child.
    pub b: u32,
    /// Mean overlap / s over all pairs of leaves, by tree.
    pub mean: Vec<f64>,
    /// Leaves of the first tree in depth-first order, at most 300 of them at equal distances.
    pub leaves: Patterns,
}

impl Similarity {
    /// Grows `trees` trees of `steps` nodes, each a step of `watch`; `None` if that says that it should stop.
    #[must_use]
    pub fn new(seed: u64, b: u32, trees: u32, steps: u32, watch: Watch<'_>) -> Option<Self> {
        let grow = |trial| tree(seed ^ u64::from(b), trial, 1000, 100, b, steps);
        let mean = (0..trees).map(|trial| {
            let tree = grow(trial);
            let mean = mean_similarity(&tree.nodes().select(&tree.leaves()));
            watch.after(1.0).map(|()| mean)
        });
        let mean = mean.collect::<Option<_>>()?;
        let first = grow(0);
        let ordered = depth_first(&first);
        let every = ordered.len().div_ceil(SHOWN).max(1);
        let shown: Vec<u32> = ordered.into_iter().step_by(every).collect();
        Some(Self {
            b,
            mean,
            leaves: first.nodes().select(&shown),
        })
    }

    /// Mean over trees, and its standard error.
    #[must_use]
    pub fn summary(&self) -> (f64, f64) {
        let n = self.mean.len() as f64;
        let mean = mean(&self.mean);
        let variance = squares_about(mean, &self.mean) / (n - 1.0).max(1.0);
        (mean, (variance / n).sqrt())
    }
}

/// Mean correlation of two patterns of 100 of 1000 bits whose overlap / s is `similarity`.
#[must_use]
pub fn correlation(similarity: f64) -> f64 {
    (similarity - 0.1) / 0.9
}

fn depth_first(tree: &Tree) -> Vec<u32> {
    let mut children = vec![Vec::new(); tree.nodes().len()];
    for (node, parent) in (0u32..).zip(tree.parents()) {
        if let Some(parent) = parent {
            children[*parent as usize].push(node);
        }
    }
    let mut stack = vec![0u32];
    let mut leaves = Vec::new();
    while let Some(node) = stack.pop() {
        let below = &children[node as usize];
        if below.is_empty() {
            leaves.push(node);
        }
        stack.extend(below.iter().rev());
    }
    leaves
}

/// S5: a similarity matrix of each data set.
#[must_use]
pub fn similarity_matrices(sets: &[Similarity]) -> Figure {
    let mut figure = Figure::new("Similarity of tree-structured patterns", 2, 3)
        .subtitle(
            "n_i = 1000, s = 100; leaves of one tree each, depth first; b = bits flipped each way from parent to child",
        );
    for set in sets {
        let matrix = set.leaves.similarity();
        let (mean, _) = set.summary();
        let scale = ColourScale::new("similarity (overlap / 𝑠)", 0.0, 1.0);
        let count = set.leaves.len();
        let panel = HeatPanel::new(count, count, matrix.into_raw_vec_and_offset().0, scale)
            .title(&format!("mean similarity {mean:.2} (b = {})", set.b))
            .labels("leaf", "leaf");
        figure = figure.panel(panel);
    }
    figure
}
