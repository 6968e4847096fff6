//! Figures of memories.

mod decay;
mod frontier;
mod interference;
pub mod overview;
pub mod paper;
pub mod precision;
pub mod retention;
pub mod trees;

use std::any::Any;
use std::borrow::Cow;

use super::curves::Plan;
use super::output::Files;
use super::published::{
    both_cues, graded, k_winner, more_connected, on_tree, on_trees, one_winner, pair, slower,
    stacked, trials,
};
use super::{Condition, Measured, Setup};
use crate::SpecError;
use crate::figures::{
    Asked, Drawing, Drawn, FigureError, Group, Made, Named, Reproduce, Setting, Size,
};
use crate::run::family::{AnySetup, Computed};
use slotless_files::dictionary::FileKind;

/// What is in the files.
pub(crate) const FILES: &[FileKind] = &[
    super::columns::CURVES,
    super::raw::ARRAYS,
    overview::SUMMARY,
    paper::FITS,
    paper::SIMILARITY,
    precision::SUMMARY,
    precision::DIFFERENCE,
    precision::BYTES,
    decay::CONSTANTS,
    decay::ACCURACY,
    decay::ERRORS,
    decay::TRACES,
    frontier::DESIGNS,
    interference::PAIRED,
    interference::LISTED,
    super::answers::ANSWERS,
    super::answers::CONNECTIONS,
];

/// A figure of memories.
#[derive(Clone, Copy, Debug)]
pub struct MemoryFigure {
    /// Trials that its accuracies average, where those are not all.
    pub(crate) accuracy_trials: Option<usize>,
    /// Trials of each condition, at paper scale and quick, where they are not those of all.
    pub(crate) trials: Option<[u32; 2]>,
    pub(crate) conditions: fn(Size) -> Vec<Condition>,
    pub(crate) draw: fn(&[Measured<'_>], Size, u64) -> Result<Drawn, FigureError>,
}

impl MemoryFigure {
    /// How its trials are used: accuracies of figure 4 are of 100 trials, d' of 10 samples of 20.
    fn plan(&self, trials: usize) -> Plan {
        Plan::new(trials, self.accuracy_trials.unwrap_or(trials))
    }
}

impl Reproduce for MemoryFigure {
    fn trials(&self, size: Size) -> u32 {
        match (self.trials, size) {
            (None, size) => trials(size),
            (Some([paper, _]), Size::Paper) => paper,
            (Some([_, quick]), Size::Quick) => quick,
        }
    }

    fn setups(&self, size: Size, seed: u64) -> Result<Vec<AnySetup>, SpecError> {
        AnySetup::all::<Setup>((self.conditions)(size), seed)
    }

    fn make<'a>(&self, asked: Asked<'_>, computed: &'a Computed) -> Result<Made<'a>, FigureError> {
        let plan = self.plan(asked.trials as usize);
        let measured = measured((self.conditions)(asked.size), plan, computed)?;
        let mut drawn = (self.draw)(&measured, asked.size, asked.seed)?;
        drawn.mark_small(asked.trials, self.trials(Size::Paper));
        let files = Box::new(Files { measured, plan });
        Ok(Made { drawn, files })
    }
}

/// What was computed of some conditions, in their order, with its curves.
fn measured(
    conditions: Vec<Condition>,
    plan: Plan,
    computed: &Computed,
) -> Result<Vec<Measured<'_>>, FigureError> {
    let measured = conditions.into_iter().map(|condition| {
        let found = computed
            .find::<Setup>(&condition)
            .ok_or(FigureError::NotComputed)?;
        let mut results = Cow::Borrowed(found);
        // Under this figure's own names: the figure that asked first may have others for the same networks.
        if results.condition != condition {
            results.to_mut().condition = condition;
        }
        Ok(Measured::new(results, plan)?)
    });
    measured.collect()
}

/// How the trials of a run of memories of this name are used.
#[must_use]
pub fn plan_of(name: &str, trials: usize) -> Plan {
    let figure = FIGURES.iter().find(|figure| figure.name == name);
    let figure = figure.and_then(|figure| {
        let any: &dyn Any = figure.figure;
        any.downcast_ref::<MemoryFigure>()
    });
    figure.map_or_else(|| Plan::new(trials, trials), |figure| figure.plan(trials))
}

/// All of them, in the order of the help.
pub static FIGURES: &[Named] = &[
    Named {
        name: "fig4",
        about: "Figure 4: accuracy and sensitivity by age, 100% and 50% cues",
        group: Some(Group::Memory),
        figure: &MemoryFigure {
            accuracy_trials: Some(100),
            trials: None,
            conditions: pair,
            draw: |measured, _, _| paper::fig4(measured),
        },
    },
    Named {
        name: "s1",
        about: "Raw differences, fitted exponentials, Theorem 1",
        group: Some(Group::Memory),
        figure: &MemoryFigure {
            accuracy_trials: None,
            trials: None,
            conditions: pair,
            draw: |measured, _, _| paper::s1(measured),
        },
    },
    Named {
        name: "s2",
        about: "The more connected K-winner network (f = 0.1)",
        group: Some(Group::Memory),
        figure: &MemoryFigure {
            accuracy_trials: None,
            trials: None,
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
        figure: &MemoryFigure {
            accuracy_trials: None,
            trials: None,
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
        figure: &Drawing {
            draw: |_, seed, _| paper::s4(seed),
            steps: |_| 0.0,
            ignores: &[
                Setting::Quick,
                Setting::Trials,
                Setting::Threads,
                Setting::Device,
            ],
            largest: None,
        },
    },
    Named {
        name: "s5",
        about: "Similarity matrices of tree-structured patterns",
        group: Some(Group::Memory),
        figure: &Drawing {
            draw: |size, seed, watch| paper::s5(seed, size, watch),
            steps: paper::s5_steps,
            ignores: &[Setting::Trials, Setting::Threads, Setting::Device],
            largest: None,
        },
    },
    Named {
        name: "s6",
        about: "Sensitivity on trees of five similarities",
        group: Some(Group::Memory),
        figure: &MemoryFigure {
            accuracy_trials: None,
            trials: None,
            conditions: |size| [on_trees(size), pair(size)].concat(),
            draw: |measured, _, _| paper::s6(measured),
        },
    },
    Named {
        name: "s7",
        about: "Accuracy on the trees of S6, structured and unstructured baselines",
        group: Some(Group::Memory),
        figure: &MemoryFigure {
            accuracy_trials: None,
            trials: None,
            conditions: on_trees,
            draw: |measured, _, _| paper::s7(measured),
        },
    },
    Named {
        name: "stack",
        about: "A fixed layer in front of the K-winner network (proposed in appendix A.4)",
        group: None,
        figure: &MemoryFigure {
            accuracy_trials: None,
            trials: None,
            conditions: |size| {
                let pair = |b| [stacked(), k_winner()].map(|one| on_tree(one, b, size));
                [5, 10].into_iter().flat_map(pair).collect()
            },
            draw: |measured, _, _| paper::stack(measured),
        },
    },
    Named {
        name: "frontier",
        about: "What memories keep in the same bits: recency levels, rings, K-winner networks",
        group: None,
        figure: &MemoryFigure {
            accuracy_trials: None,
            trials: Some([20, 4]),
            conditions: frontier::conditions,
            draw: |measured, _, _| frontier::draw(measured),
        },
    },
    Named {
        name: "interference",
        about: "A-B, A-C lists, contexts and longer lists: what memories of the same bits lose to later learning",
        group: None,
        figure: &MemoryFigure {
            accuracy_trials: None,
            trials: Some([40, 8]),
            conditions: interference::conditions,
            draw: |measured, _, _| interference::draw(measured),
        },
    },
    Named {
        name: "decay",
        about: "How K-winner networks and recency levels forget, beside the theory of both",
        group: None,
        figure: &decay::DecayFigure,
    },
    Named {
        name: "precision",
        about: "Weights of 16 to 1 bits, nearest and stochastic rounding, beside a float network",
        group: None,
        figure: &MemoryFigure {
            accuracy_trials: None,
            trials: None,
            conditions: |size| {
                let networks = precision::networks(&k_winner()).into_iter();
                networks.map(|one| both_cues(one, size)).collect()
            },
            draw: |measured, _, _| precision::precision(measured),
        },
    },
];
