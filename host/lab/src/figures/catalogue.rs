//! The paper's figures by name: what each runs, and how each is drawn.

pub use super::drawn::{Drawn, FigureError, Table};
use super::{exp07, hopfield, paper, precision, scaling, transformer, trees};
use crate::choice::choices;
use crate::embedding::exp07 as sentences;
use crate::hopfield as networks;
use crate::memory::curves::{Curves, Plan};
use crate::memory::measure::MeasureError;
use crate::memory::{Condition, Data, Network, Preprocess, Protocol, Results};
use crate::transformer as transformers;

/// Paper scale, or a picture in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Memories: 3,000 burn-in, 1,000 learned, 200 trials. Transformers: the paper's batches and trials. Hopfield networks: up
    /// to 4,000 units and more.
    Paper,
    /// Memories: 1,000 burn-in, 500 learned, 40 trials. Transformers: fewer of both. Hopfield networks: smaller ones.
    Quick,
}

impl Size {
    /// Trials of memories unless told otherwise.
    #[must_use]
    pub fn trials(self) -> u32 {
        match self {
            Self::Paper => 200,
            Self::Quick => 40,
        }
    }

    fn protocol(self, cues: &[f64]) -> Protocol {
        let (burn_in, learned) = match self {
            Self::Paper => (3000, 1000),
            Self::Quick => (1000, 500),
        };
        Protocol {
            burn_in,
            learned,
            cues: cues.to_vec(),
        }
    }
}

/// The paper's K-winner MHN.
#[must_use]
pub fn k_winner() -> Network {
    Network::new("K-winner MHN", 1000, 2000, 100, 0.05, 50, 0.3)
}

/// The paper's 1-winner ("original") MHN, matched in parameters.
#[must_use]
pub fn one_winner() -> Network {
    Network::new("1-winner MHN", 1000, 100, 100, 1.0, 1, 1.0)
}

fn more_connected() -> Network {
    Network::new("K-winner MHN, f = 0.1", 1000, 1000, 100, 0.1, 50, 0.3)
}

fn graded() -> Network {
    Network::new("graded 1-winner MHN", 1000, 100, 100, 1.0, 1, 0.3)
}

fn slower() -> Network {
    Network::new("K-winner MHN, eps = 0.1", 1000, 2000, 100, 0.05, 50, 0.1)
}

fn stacked() -> Network {
    let mut network = Network::new(
        "K-winner MHN behind a fixed layer",
        1000,
        2000,
        100,
        0.05,
        50,
        0.3,
    );
    network.preprocess = Some(Preprocess {
        n: 4000,
        f: 0.05,
        k: 200,
    });
    network
}

fn both_cues(network: Network, size: Size) -> Condition {
    Condition {
        network,
        data: Data::Random,
        protocol: size.protocol(&[1.0, 0.5]),
    }
}

fn on_tree(network: Network, b: u32, size: Size) -> Condition {
    Condition {
        network,
        data: Data::Tree { b, steps: None },
        protocol: size.protocol(&[1.0]),
    }
}

/// Both networks, in this order, on random patterns.
fn pair(size: Size) -> Vec<Condition> {
    vec![both_cues(k_winner(), size), both_cues(one_winner(), size)]
}

/// Both networks on the trees of every similarity.
fn on_trees(size: Size) -> Vec<Condition> {
    let pair = |b| [k_winner(), one_winner()].map(|network| on_tree(network, b, size));
    trees::FLIPS.into_iter().flat_map(pair).collect()
}

/// A figure of the paper (its own numbering), or one proposed there: what it runs, and how it is drawn.
///
/// [`FIGURES`] is the only list of them: the command line, its help and the manifests take names and texts from there.
#[derive(Clone, Copy, Debug)]
pub struct NamedFigure {
    /// Its name on the command line, of its folder and of its files.
    pub name: &'static str,
    /// What it shows, in one line.
    pub about: &'static str,
    /// The group it is made with.
    pub group: Option<Group>,
    /// What it runs.
    pub work: Work,
}

/// What a figure runs.
#[derive(Clone, Copy, Debug)]
pub enum Work {
    /// Memories, tested by age.
    Memory(MemoryFigure),
    /// Transformers, trained.
    Transformer(TransformerFigure),
    /// Hopfield networks.
    Hopfield(HopfieldFigure),
    /// Pairs of sentences.
    Exp07(Exp07Figure),
}

/// A figure of memories.
#[derive(Clone, Copy, Debug)]
pub struct MemoryFigure {
    /// Trials that its accuracies average, where those are not all.
    accuracy_trials: Option<usize>,
    conditions: fn(Size) -> Vec<Condition>,
    draw: fn(&[Measured<'_>], Size, u64) -> Result<Drawn, FigureError>,
}

/// A figure of trials that need no plan: conditions `C`, with results `R` each.
#[derive(Debug)]
pub struct TrialFigure<C, R> {
    /// Trials of each condition unless told otherwise: at paper scale, and quick.
    trials: [u32; 2],
    conditions: fn(Size) -> Vec<C>,
    draw: fn(&[&R], Size, u64) -> Result<Drawn, FigureError>,
}

// Not derived: that would ask for conditions and results that can be copied, too.
impl<C, R> Clone for TrialFigure<C, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C, R> Copy for TrialFigure<C, R> {}

/// A figure of transformers.
pub type TransformerFigure = TrialFigure<transformers::Condition, transformers::Results>;

/// A figure of Hopfield networks.
pub type HopfieldFigure = TrialFigure<networks::Condition, networks::Results>;

/// A figure of pairs of sentences; its conditions are those of the vectors that come with the program.
pub type Exp07Figure = TrialFigure<sentences::Condition, sentences::Results>;

choices! {
    /// Figures that one name asks for; the lines below are the help of the command line.
    pub enum Group {
        /// Figure 4 and S1 to S7
        Memory = "memory",
        /// Figure 7 and what else the paper shows of transformers
        Transformer = "transformer",
        /// Hopfield networks: capacity, energy, time
        Hopfield = "hopfield",
    }
}

/// Every figure there is, in the order of the help.
pub static FIGURES: &[NamedFigure] = &[
    NamedFigure {
        name: "fig4",
        about: "Figure 4: accuracy and sensitivity by age, 100% and 50% cues",
        group: Some(Group::Memory),
        work: Work::Memory(MemoryFigure {
            accuracy_trials: Some(100),
            conditions: pair,
            draw: |measured, _, _| paper::fig4(measured),
        }),
    },
    NamedFigure {
        name: "s1",
        about: "Raw differences, fitted exponentials, Theorem 1",
        group: Some(Group::Memory),
        work: Work::Memory(MemoryFigure {
            accuracy_trials: None,
            conditions: pair,
            draw: |measured, _, _| paper::s1(measured),
        }),
    },
    NamedFigure {
        name: "s2",
        about: "The more connected K-winner network (f = 0.1)",
        group: Some(Group::Memory),
        work: Work::Memory(MemoryFigure {
            accuracy_trials: None,
            conditions: |size| {
                [more_connected(), one_winner()]
                    .map(|one| both_cues(one, size))
                    .into()
            },
            draw: |measured, _, _| paper::s2(measured),
        }),
    },
    NamedFigure {
        name: "s3",
        about: "Graded updates: the graded 1-winner and a slower K-winner network",
        group: Some(Group::Memory),
        work: Work::Memory(MemoryFigure {
            accuracy_trials: None,
            conditions: |size| {
                [graded(), one_winner(), k_winner(), slower()]
                    .map(|one| both_cues(one, size))
                    .into()
            },
            draw: |measured, _, _| paper::s3(measured),
        }),
    },
    NamedFigure {
        name: "s4",
        about: "A small tree of patterns",
        group: Some(Group::Memory),
        work: Work::Memory(MemoryFigure {
            accuracy_trials: None,
            conditions: |_| Vec::new(),
            draw: |_, _, seed| paper::s4(seed),
        }),
    },
    NamedFigure {
        name: "s5",
        about: "Similarity matrices of tree-structured patterns",
        group: Some(Group::Memory),
        work: Work::Memory(MemoryFigure {
            accuracy_trials: None,
            conditions: |_| Vec::new(),
            draw: |_, size, seed| paper::s5(seed, size),
        }),
    },
    NamedFigure {
        name: "s6",
        about: "Sensitivity on trees of five similarities",
        group: Some(Group::Memory),
        work: Work::Memory(MemoryFigure {
            accuracy_trials: None,
            conditions: |size| [on_trees(size), pair(size)].concat(),
            draw: |measured, _, _| paper::s6(measured),
        }),
    },
    NamedFigure {
        name: "s7",
        about: "Accuracy on the trees of S6, structured and unstructured baselines",
        group: Some(Group::Memory),
        work: Work::Memory(MemoryFigure {
            accuracy_trials: None,
            conditions: on_trees,
            draw: |measured, _, _| paper::s7(measured),
        }),
    },
    NamedFigure {
        name: "stack",
        about: "A fixed layer in front of the K-winner network (proposed in appendix A.4)",
        group: None,
        work: Work::Memory(MemoryFigure {
            accuracy_trials: None,
            conditions: |size| {
                let pair = |b| [stacked(), k_winner()].map(|one| on_tree(one, b, size));
                [5, 10].into_iter().flat_map(pair).collect()
            },
            draw: |measured, _, _| paper::stack(measured),
        }),
    },
    NamedFigure {
        name: "scaling",
        about: "What a step costs against every size of the network: times on this machine",
        group: None,
        work: Work::Memory(MemoryFigure {
            accuracy_trials: None,
            conditions: |_| Vec::new(),
            draw: |_, size, seed| scaling::scaling(size, seed),
        }),
    },
    NamedFigure {
        name: "precision",
        about: "Weights of 16 to 1 bits, nearest and stochastic rounding, beside a float network",
        group: None,
        work: Work::Memory(MemoryFigure {
            accuracy_trials: None,
            conditions: |size| {
                let networks = precision::networks(&k_winner()).into_iter();
                networks.map(|one| both_cues(one, size)).collect()
            },
            draw: |measured, _, _| precision::precision(measured),
        }),
    },
    NamedFigure {
        name: "fig7",
        about: "Figure 7: accuracy of the transformers, every run and by iteration",
        group: Some(Group::Transformer),
        work: Work::Transformer(TransformerFigure {
            trials: [10, 4],
            conditions: transformer::published,
            draw: |results, _, _| transformer::learning::fig7(results),
        }),
    },
    NamedFigure {
        name: "s9",
        about: "A single run of the baseline transformer: curves and matrices",
        group: Some(Group::Transformer),
        work: Work::Transformer(TransformerFigure {
            trials: [1, 1],
            conditions: transformer::matrices::s9_conditions,
            draw: |results, _, _| transformer::matrices::s9(results),
        }),
    },
    NamedFigure {
        name: "s10",
        about: "A single run of the QK transformer with projections: curves and matrices",
        group: Some(Group::Transformer),
        work: Work::Transformer(TransformerFigure {
            trials: [1, 1],
            conditions: transformer::matrices::s10_conditions,
            draw: |results, _, _| transformer::matrices::s10(results),
        }),
    },
    NamedFigure {
        name: "s11",
        about: "Loss of the transformers, every run and by iteration",
        group: Some(Group::Transformer),
        work: Work::Transformer(TransformerFigure {
            trials: [10, 4],
            conditions: transformer::published,
            draw: |results, _, _| transformer::learning::s11(results),
        }),
    },
    NamedFigure {
        name: "s12",
        about: "What the baseline transformer learns first",
        group: Some(Group::Transformer),
        work: Work::Transformer(TransformerFigure {
            trials: [10, 4],
            conditions: transformer::stages::s12_conditions,
            draw: |results, _, _| transformer::stages::s12(results),
        }),
    },
    NamedFigure {
        name: "s13",
        about: "What the QK transformer with projections learns first",
        group: Some(Group::Transformer),
        work: Work::Transformer(TransformerFigure {
            trials: [10, 4],
            conditions: transformer::stages::s13_conditions,
            draw: |results, _, _| transformer::stages::s13(results),
        }),
    },
    NamedFigure {
        name: "tables",
        about: "Tables S1 to S3, and how they compare with the published ones",
        group: Some(Group::Transformer),
        work: Work::Transformer(TransformerFigure {
            trials: [30, 4],
            conditions: transformer::tables::conditions,
            draw: |results, _, _| transformer::tables::tables(results),
        }),
    },
    NamedFigure {
        name: "theorem7",
        about: "Theorem 7: W_V learns the case while W_Q and W_K stay",
        group: Some(Group::Transformer),
        work: Work::Transformer(TransformerFigure {
            trials: [5, 2],
            conditions: transformer::theorem::conditions,
            draw: |results, _, _| transformer::theorem::theorem7(results),
        }),
    },
    NamedFigure {
        name: "kwinner-attention",
        about: "K winners in the transformer's memory: accuracy by K and length of the context (beyond the paper)",
        group: None,
        work: Work::Transformer(TransformerFigure {
            trials: [3, 1],
            conditions: transformer::kwinner::conditions,
            draw: |results, _, _| transformer::kwinner::kwinner_attention(results),
        }),
    },
    NamedFigure {
        name: "hopfield-capacity",
        about: "Patterns that the classical Hopfield network keeps, and its errors, against K/N",
        group: Some(Group::Hopfield),
        work: Work::Hopfield(HopfieldFigure {
            trials: [5, 2],
            conditions: hopfield::capacity::conditions,
            draw: |results, _, _| hopfield::capacity::capacity(results),
        }),
    },
    NamedFigure {
        name: "hopfield-modern",
        about: "Errors of the modern Hopfield network against the number of memories, by N and beta",
        group: Some(Group::Hopfield),
        work: Work::Hopfield(HopfieldFigure {
            trials: [4, 2],
            conditions: hopfield::modern::conditions,
            draw: |results, _, _| hopfield::modern::modern(results),
        }),
    },
    NamedFigure {
        name: "hopfield-beta",
        about: "The modern Hopfield network from averaging to the nearest memory, by beta",
        group: Some(Group::Hopfield),
        work: Work::Hopfield(HopfieldFigure {
            trials: [5, 2],
            conditions: hopfield::beta::conditions,
            draw: |results, _, _| hopfield::beta::beta(results),
        }),
    },
    NamedFigure {
        name: "hopfield-energy",
        about: "Energy along runs of the classical and the modern Hopfield network",
        group: Some(Group::Hopfield),
        work: Work::Hopfield(HopfieldFigure {
            trials: [2, 1],
            conditions: hopfield::energy::conditions,
            draw: |results, _, _| hopfield::energy::energy(results),
        }),
    },
    NamedFigure {
        name: "hopfield-time",
        about: "Updates and flips until the classical Hopfield network rests, against N",
        group: Some(Group::Hopfield),
        work: Work::Hopfield(HopfieldFigure {
            trials: [5, 2],
            conditions: hopfield::time::conditions,
            draw: |results, _, _| hopfield::time::time(results),
        }),
    },
    NamedFigure {
        name: "hopfield-equal-bits",
        about: "All memories side by side at equal bits of storage: patterns, information, time",
        group: Some(Group::Hopfield),
        work: Work::Hopfield(HopfieldFigure {
            trials: [4, 1],
            conditions: hopfield::equal_bits::conditions,
            draw: hopfield::equal_bits::equal_bits,
        }),
    },
    NamedFigure {
        name: "exp07",
        about: "Recall of sentences from another wording: attractor memories over embeddings, beside nearest-neighbour search",
        group: None,
        work: Work::Exp07(Exp07Figure {
            trials: [10, 2],
            conditions: |size| {
                sentences::conditions(&sentences::Plan::of(size), &sentences::Source::Shipped)
            },
            draw: |results, _, _| exp07::exp07(results),
        }),
    },
];

impl NamedFigure {
    /// The figure of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<&'static Self> {
        FIGURES.iter().find(|figure| figure.name == name)
    }
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

impl<C, R> TrialFigure<C, R> {
    /// Trials of each condition unless told otherwise.
    #[must_use]
    pub fn trials(&self, size: Size) -> u32 {
        let [paper, quick] = self.trials;
        match size {
            Size::Paper => paper,
            Size::Quick => quick,
        }
    }

    /// The conditions it runs, in the order its drawing takes them.
    #[must_use]
    pub fn conditions(&self, size: Size) -> Vec<C> {
        (self.conditions)(size)
    }

    /// Draws it from the results of its conditions.
    ///
    /// # Errors
    /// [`FigureError`].
    pub fn draw(&self, results: &[&R], size: Size, seed: u64) -> Result<Drawn, FigureError> {
        (self.draw)(results, size, seed)
    }
}

impl Group {
    /// Its figures, in the order of [`FIGURES`].
    pub fn figures(self) -> impl Iterator<Item = &'static NamedFigure> {
        FIGURES
            .iter()
            .filter(move |figure| figure.group == Some(self))
    }
}

/// How the trials of memories of a run of this name are used.
#[must_use]
pub fn plan_of(name: &str, trials: usize) -> Plan {
    match NamedFigure::of(name).map(|figure| figure.work) {
        Some(Work::Memory(figure)) => figure.plan(trials),
        Some(Work::Transformer(_) | Work::Hopfield(_) | Work::Exp07(_)) | None => {
            Plan::new(trials, trials)
        }
    }
}

/// A condition's results with all their curves.
#[derive(Debug)]
pub struct Measured<'a> {
    /// The results.
    pub results: &'a Results,
    /// For each cue level, curves against each baseline.
    pub curves: Vec<Vec<Curves>>,
}

impl<'a> Measured<'a> {
    /// Computes the curves of every cue level and baseline.
    ///
    /// # Errors
    /// [`MeasureError`] if there are too few trials for the plan.
    pub fn new(results: &'a Results, plan: Plan) -> Result<Self, MeasureError> {
        let cues = 0..results.cues.len();
        let curves = cues
            .map(|cue| {
                let baselines = results.kinds()[1..].iter();
                baselines
                    .map(|&baseline| Curves::new(results, cue, baseline, plan))
                    .collect()
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { results, curves })
    }

    /// Number of ages tested.
    #[must_use]
    pub fn ages(&self) -> usize {
        self.results.condition.protocol.learned as usize
    }
}
