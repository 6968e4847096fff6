//! A rooted tree of bit patterns, as an illustration: who descends from whom, and which bits changed on the way.

use super::bits::{draw_bit, draw_leaf_mark};
use super::canvas::{Anchor, Area, Canvas};
use super::error::DrawError;
use super::legend::{Legend, Rank, Swatch};
use super::metrics;
use super::style::{LineStyle, Rgb, size};

/// A node: its parent, its pattern and, if wanted, a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeNode {
    parent: Option<usize>,
    bits: Vec<bool>,
    label: String,
}

impl TreeNode {
    /// The root.
    pub fn root(bits: Vec<bool>) -> Self {
        Self {
            parent: None,
            bits,
            label: String::new(),
        }
    }

    /// A child of node number `parent`, which may come before or after it in the list.
    pub fn child(parent: usize, bits: Vec<bool>) -> Self {
        Self {
            parent: Some(parent),
            bits,
            label: String::new(),
        }
    }

    /// A short name, drawn under a leaf and above any other node; left out under a leaf whose column is narrower.
    pub fn label(mut self, label: &str) -> Self {
        self.label = label.to_owned();
        self
    }
}

/// A panel that shows a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreePanel {
    pub(super) title: String,
    nodes: Vec<TreeNode>,
    leaf_label: String,
}

/// Where everything stands.
struct Layout {
    /// Bits in one line of a node's block.
    across: usize,
    /// Side of a bit in units of the canvas.
    bit: f64,
    /// Width of a leaf's column.
    slot: f64,
    /// Middle of each node, 0 to 1 of the width.
    centre: Vec<f64>,
    depth: Vec<usize>,
    children: Vec<Vec<usize>>,
    levels: usize,
}

const LEVEL_GAP: f64 = 30.0;
const BETWEEN: f64 = 8.0;
const LARGEST_BIT: f64 = 11.0;

impl TreePanel {
    /// A tree of these nodes. Bits that differ from the parent's are highlighted, leaves are marked.
    pub fn new(nodes: Vec<TreeNode>) -> Self {
        Self {
            title: String::new(),
            nodes,
            leaf_label: "leaf".to_owned(),
        }
    }

    /// The title above the panel.
    pub fn title(mut self, title: &str) -> Self {
        self.title = title.to_owned();
        self
    }

    /// The legend's name for the leaves.
    pub fn leaf_label(mut self, label: &str) -> Self {
        self.leaf_label = label.to_owned();
        self
    }

    pub(super) fn check(&self, panel: usize) -> Result<(), DrawError> {
        let wrong = |reason: String| Err(DrawError::Tree { panel, reason });
        let Some(first) = self.nodes.first() else {
            return Err(DrawError::EmptyPanel { panel });
        };
        if first.bits.is_empty() || first.bits.len() > 64 {
            return wrong(format!(
                "a node of {} bits cannot be drawn: 1 to 64 are possible",
                first.bits.len()
            ));
        }
        if let Some((i, node)) = self
            .nodes
            .iter()
            .enumerate()
            .find(|(_, n)| n.bits.len() != first.bits.len())
        {
            let what = format!("bits of node {i}");
            return Err(DrawError::Length {
                panel,
                what,
                expected: first.bits.len(),
                got: node.bits.len(),
            });
        }
        let roots = self.nodes.iter().filter(|n| n.parent.is_none()).count();
        if roots != 1 {
            return wrong(format!("a tree has one root, this one has {roots}"));
        }
        for (i, node) in self.nodes.iter().enumerate() {
            if node.parent.is_some_and(|p| p >= self.nodes.len()) {
                return wrong(format!("the parent of node {i} does not exist"));
            }
            if self.depth(i).is_none() {
                return wrong(format!("node {i} is its own ancestor"));
            }
        }
        Ok(())
    }

    /// Steps from the root; `None` within a circle.
    fn depth(&self, node: usize) -> Option<usize> {
        let mut at = node;
        for depth in 0..self.nodes.len() {
            match self.nodes[at].parent {
                None => return Some(depth),
                Some(parent) => at = parent,
            }
        }
        None
    }

    fn layout(&self, width: f64) -> Layout {
        let n = self.nodes.len();
        let mut children = vec![Vec::new(); n];
        let mut root = 0;
        for (i, node) in self.nodes.iter().enumerate() {
            match node.parent {
                Some(parent) => children[parent].push(i),
                None => root = i,
            }
        }
        let depth: Vec<usize> = (0..n).map(|i| self.depth(i).unwrap_or(0)).collect();
        // Every leaf has a column of its own; a parent stands over the middle of its first and last child.
        let leaves = children.iter().filter(|c| c.is_empty()).count();
        let mut centre = vec![0.0; n];
        let mut stack = vec![(root, false)];
        let mut next = 0;
        while let Some((node, done)) = stack.pop() {
            match (children[node].first(), children[node].last()) {
                (Some(&first), Some(&last)) if done => {
                    centre[node] = (centre[first] + centre[last]) / 2.0
                }
                (Some(_), _) => {
                    stack.push((node, true));
                    stack.extend(children[node].iter().rev().map(|&c| (c, false)));
                }
                _ => {
                    centre[node] = (f64::from(next) + 0.5) / leaves as f64;
                    next += 1;
                }
            }
        }
        let bits = self.nodes[0].bits.len();
        let slot = width / leaves as f64;
        let room = (slot - BETWEEN).max(0.6 * slot);
        // Blocks of one line where bits stay legible, else of as many lines as that takes.
        let lines = (1..=bits)
            .find(|&lines| room / bits.div_ceil(lines) as f64 >= 5.0)
            .unwrap_or(bits);
        let across = bits.div_ceil(lines);
        let levels = depth.iter().max().map_or(1, |d| d + 1);
        Layout {
            across,
            bit: (room / across as f64).min(LARGEST_BIT),
            slot,
            centre,
            depth,
            children,
            levels,
        }
    }

    fn labelled(&self) -> bool {
        self.nodes.iter().any(|n| !n.label.is_empty())
    }

    pub(super) fn height(&self, width: f64) -> f64 {
        let layout = self.layout(width);
        let names = if self.labelled() {
            metrics::leading(size::TICK)
        } else {
            0.0
        };
        let levels = layout.levels as f64;
        levels * self.block_height(&layout)
            + (levels - 1.0) * (LEVEL_GAP + names)
            + 2.0 * names
            + 12.0
    }

    fn block_height(&self, layout: &Layout) -> f64 {
        self.nodes[0].bits.len().div_ceil(layout.across) as f64 * layout.bit
    }

    pub(super) fn legend(&self, legend: &mut Legend) {
        let mut bit =
            |on, changed, label| legend.add(Rank::Data, Swatch::Bit { on, changed }, label);
        bit(true, false, "bit 1");
        bit(false, false, "bit 0");
        bit(true, true, "turned on at this step");
        bit(false, true, "turned off at this step");
        legend.add(Rank::Data, Swatch::Leaf, &self.leaf_label);
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, area: Area) {
        let layout = self.layout(area.w);
        let height = self.block_height(&layout);
        let names = if self.labelled() {
            metrics::leading(size::TICK)
        } else {
            0.0
        };
        let top = |i: usize| area.y + names + layout.depth[i] as f64 * (height + LEVEL_GAP + names);
        let centre = |i: usize| area.x + layout.centre[i] * area.w;
        for (i, node) in self.nodes.iter().enumerate() {
            let Some(parent) = node.parent else { continue };
            // Down, across, down: edges of siblings share their first part.
            let (from, to) = (top(parent) + height + 2.0, top(i) - 2.0);
            let bend = from + (LEVEL_GAP - 4.0) / 2.0;
            let label_room = if node.label.is_empty() || layout.children[i].is_empty() {
                0.0
            } else {
                names
            };
            let path = [
                (centre(parent), from),
                (centre(parent), bend),
                (centre(i), bend),
                (centre(i), to - label_room),
            ];
            canvas.polyline(&path, Rgb::SOFT_INK, 0.9, LineStyle::Solid);
        }
        for (i, node) in self.nodes.iter().enumerate() {
            let parent = node.parent.map(|p| &self.nodes[p].bits);
            let left = centre(i) - layout.across as f64 * layout.bit / 2.0;
            for (j, &on) in node.bits.iter().enumerate() {
                let (row, column) = (j / layout.across, j % layout.across);
                let corner = (
                    left + column as f64 * layout.bit,
                    top(i) + row as f64 * layout.bit,
                );
                draw_bit(
                    canvas,
                    corner,
                    layout.bit,
                    on,
                    parent.is_some_and(|p| p[j] != on),
                );
            }
            let leaf = layout.children[i].is_empty();
            if leaf {
                draw_leaf_mark(canvas, (centre(i), top(i) + height + 3.0), 7.0);
            }
            if leaf && metrics::width(&node.label, size::TICK, false) > layout.slot {
                continue;
            }
            let baseline = if leaf {
                top(i) + height + 13.0 + metrics::cap(size::TICK)
            } else {
                top(i) - 4.0
            };
            canvas.text(
                (centre(i), baseline),
                &node.label,
                size::TICK,
                false,
                Rgb::INK,
                Anchor::Middle,
            );
        }
    }
}
