//! Figures of memories.

pub mod overview;
pub mod paper;
pub mod precision;
pub mod retention;
pub mod trees;

use super::curves::Plan;
use super::published::{
    both_cues, graded, k_winner, more_connected, on_tree, on_trees, one_winner, pair, slower,
    stacked,
};
use super::{Condition, Measured};
use crate::figures::{Drawn, FigureError, Group, Named, Size};

/// A figure of memories.
#[derive(Clone, Copy, Debug)]
pub struct MemoryFigure {
    /// Trials that its accuracies average, where those are not all.
    pub(crate) accuracy_trials: Option<usize>,
    pub(crate) conditions: fn(Size) -> Vec<Condition>,
    pub(crate) draw: fn(&[Measured<'_>], Size, u64) -> Result<Drawn, FigureError>,
}

impl MemoryFigure {
    /// The conditions it runs, in the order its drawing takes them.
    #[must_use]
    pub fn conditions(&self, size: Size) -> Vec<Condition> {
        (self.conditions)(size)
    }

    /// How its trials are used: accuracies of figure 4 are of 100 trials, d' of 10 samples of 20.
    #[must_use]
    pub fn plan(&self, trials: usize) -> Plan {
        Plan::new(trials, self.accuracy_trials.unwrap_or(trials))
    }

    /// Draws it from the results of its conditions.
    ///
    /// # Errors
    /// [`FigureError`].
    pub fn draw(
        &self,
        measured: &[Measured<'_>],
        size: Size,
        seed: u64,
    ) -> Result<Drawn, FigureError> {
        (self.draw)(measured, size, seed)
    }
}

/// All of them, in the order of the help.
pub static FIGURES: &[Named<MemoryFigure>] = &[
    Named {
        name: "fig4",
        about: "Figure 4: accuracy and sensitivity by age, 100% and 50% cues",
        group: Some(Group::Memory),
        figure: MemoryFigure {
            accuracy_trials: Some(100),
            conditions: pair,
            draw: |measured, _, _| paper::fig4(measured),
        },
    },
    Named {
        name: "s1",
        about: "Raw differences, fitted exponentials, Theorem 1",
        group: Some(Group::Memory),
        figure: MemoryFigure {
            accuracy_trials: None,
            conditions: pair,
            draw: |measured, _, _| paper::s1(measured),
        },
    },
    Named {
        name: "s2",
        about: "The more connected K-winner network (f = 0.1)",
        group: Some(Group::Memory),
        figure: MemoryFigure {
            accuracy_trials: None,
            conditions: |size| {
                [more_connected(), one_winner()]
                    .map(|one| both_cues(one, size))
                    .into()
            },
            draw: |measured, _, _| paper::s2(measured),
        },
    },
    Named {
        name: "s3",
        about: "Graded updates: the graded 1-winner and a slower K-winner network",
        group: Some(Group::Memory),
        figure: MemoryFigure {
            accuracy_trials: None,
            conditions: |size| {
                [graded(), one_winner(), k_winner(), slower()]
                    .map(|one| both_cues(one, size))
                    .into()
            },
            draw: |measured, _, _| paper::s3(measured),
        },
    },
    Named {
        name: "s4",
        about: "A small tree of patterns",
        group: Some(Group::Memory),
        figure: MemoryFigure {
            accuracy_trials: None,
            conditions: |_| Vec::new(),
            draw: |_, _, seed| paper::s4(seed),
        },
    },
    Named {
        name: "s5",
        about: "Similarity matrices of tree-structured patterns",
        group: Some(Group::Memory),
        figure: MemoryFigure {
            accuracy_trials: None,
            conditions: |_| Vec::new(),
            draw: |_, size, seed| paper::s5(seed, size),
        },
    },
    Named {
        name: "s6",
        about: "Sensitivity on trees of five similarities",
        group: Some(Group::Memory),
        figure: MemoryFigure {
            accuracy_trials: None,
            conditions: |size| [on_trees(size), pair(size)].concat(),
            draw: |measured, _, _| paper::s6(measured),
        },
    },
    Named {
        name: "s7",
        about: "Accuracy on the trees of S6, structured and unstructured baselines",
        group: Some(Group::Memory),
        figure: MemoryFigure {
            accuracy_trials: None,
            conditions: on_trees,
            draw: |measured, _, _| paper::s7(measured),
        },
    },
    Named {
        name: "stack",
        about: "A fixed layer in front of the K-winner network (proposed in appendix A.4)",
        group: None,
        figure: MemoryFigure {
            accuracy_trials: None,
            conditions: |size| {
                let pair = |b| [stacked(), k_winner()].map(|one| on_tree(one, b, size));
                [5, 10].into_iter().flat_map(pair).collect()
            },
            draw: |measured, _, _| paper::stack(measured),
        },
    },
    Named {
        name: "precision",
        about: "Weights of 16 to 1 bits, nearest and stochastic rounding, beside a float network",
        group: None,
        figure: MemoryFigure {
            accuracy_trials: None,
            conditions: |size| {
                let networks = precision::networks(&k_winner()).into_iter();
                networks.map(|one| both_cues(one, size)).collect()
            },
            draw: |measured, _, _| precision::precision(measured),
        },
    },
];
