//! The paper's memory figures by name: what each runs, and how each is drawn.

use clap::ValueEnum;
use thiserror::Error;

use super::draw::{DrawError, Picture};
use super::{paper, trees};
use crate::memory::curves::{Curves, Plan};
use crate::memory::measure::MeasureError;
use crate::memory::{Condition, Data, Network, Preprocess, Protocol, Results};

/// A figure of the paper (its own numbering), or one proposed there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum)]
pub enum FigureName {
    /// Accuracy (A) and sensitivity (B) of the K-winner and the 1-winner MHN, cues 100 % and 50 %.
    Fig4,
    /// Raw differences with fitted exponentials and Theorem 1.
    S1,
    /// The more connected K-winner MHN (f = 0.1): accuracy, raw difference, sensitivity.
    S2,
    /// The graded 1-winner MHN and a slower K-winner MHN beside the others.
    S3,
    /// A small tree of patterns.
    S4,
    /// Similarity matrices of tree-structured patterns.
    S5,
    /// Sensitivity on tree-structured patterns of five similarities, and on unstructured ones.
    S6,
    /// Accuracy on the trees of S6, with an unstructured baseline too.
    S7,
    /// A fixed layer in front of the K-winner MHN (proposed in appendix A.4), on trees b = 5 and 10.
    Stack,
}

/// Paper scale, or a picture in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// 3,000 burn-in, 1,000 learned, 200 trials.
    Paper,
    /// 1,000 burn-in, 500 learned, 40 trials.
    Quick,
}

impl Size {
    /// Trials unless told otherwise.
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

impl FigureName {
    /// The figures that `memory` stands for.
    pub const MEMORY: [Self; 8] = [
        Self::Fig4,
        Self::S1,
        Self::S2,
        Self::S3,
        Self::S4,
        Self::S5,
        Self::S6,
        Self::S7,
    ];

    /// Its name in folders and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fig4 => "fig4",
            Self::S1 => "s1",
            Self::S2 => "s2",
            Self::S3 => "s3",
            Self::S4 => "s4",
            Self::S5 => "s5",
            Self::S6 => "s6",
            Self::S7 => "s7",
            Self::Stack => "stack",
        }
    }

    /// The conditions it runs, in the order its drawing takes them.
    #[must_use]
    pub fn conditions(self, size: Size) -> Vec<Condition> {
        let both_cues = |network| Condition {
            network,
            data: Data::Random,
            protocol: size.protocol(&[1.0, 0.5]),
        };
        let on_tree = |network, b| Condition {
            network,
            data: Data::Tree { b, steps: None },
            protocol: size.protocol(&[1.0]),
        };
        let trees = || {
            let pair = |b| [on_tree(k_winner(), b), on_tree(one_winner(), b)];
            trees::FLIPS.into_iter().flat_map(pair)
        };
        match self {
            Self::Fig4 | Self::S1 => vec![both_cues(k_winner()), both_cues(one_winner())],
            Self::S2 => vec![both_cues(more_connected()), both_cues(one_winner())],
            Self::S3 => vec![
                both_cues(graded()),
                both_cues(one_winner()),
                both_cues(k_winner()),
                both_cues(slower()),
            ],
            Self::S4 | Self::S5 => Vec::new(),
            Self::S6 => trees()
                .chain([both_cues(k_winner()), both_cues(one_winner())])
                .collect(),
            Self::S7 => trees().collect(),
            Self::Stack => [5, 10]
                .into_iter()
                .flat_map(|b| [on_tree(stacked(), b), on_tree(k_winner(), b)])
                .collect(),
        }
    }

    /// How its trials are used: accuracies of figure 4 are of 100 trials, d' of 10 samples of 20.
    #[must_use]
    pub fn plan(self, trials: usize) -> Plan {
        Plan::new(trials, if self == Self::Fig4 { 100 } else { trials })
    }

    /// Draws it from the results of its conditions.
    ///
    /// # Errors
    /// [`FigureError`].
    pub fn draw(
        self,
        measured: &[Measured<'_>],
        size: Size,
        seed: u64,
    ) -> Result<Drawn, FigureError> {
        match self {
            Self::Fig4 => paper::fig4(measured),
            Self::S1 => paper::s1(measured),
            Self::S2 => paper::s2(measured),
            Self::S3 => paper::s3(measured),
            Self::S4 => paper::s4(seed),
            Self::S5 => paper::s5(seed, size),
            Self::S6 => paper::s6(measured),
            Self::S7 => paper::s7(measured),
            Self::Stack => paper::stack(measured),
        }
    }
}

/// How the trials of a run of this name are used.
#[must_use]
pub fn plan_of(name: &str, trials: usize) -> Plan {
    match FigureName::from_str(name, true) {
        Ok(figure) => figure.plan(trials),
        Err(_) => Plan::new(trials, trials),
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

/// What drawing a figure gives.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// The pictures, with their file names without extension.
    pub pictures: Vec<(String, Picture)>,
    /// What it shows in numbers, a line each.
    pub report: Vec<String>,
    /// Tables of their own: file name, header, rows.
    pub tables: Vec<Table>,
    /// Checks made by the figure itself: name, value, allowed from and to.
    pub checks: Vec<crate::run::manifest::Check>,
}

/// A table for a CSV file.
#[derive(Clone, Debug)]
pub struct Table {
    /// File name.
    pub name: String,
    /// Names of the columns.
    pub header: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// A figure that cannot be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FigureError {
    /// The measures cannot be computed.
    #[error(transparent)]
    Measure(#[from] MeasureError),
    /// The picture cannot be drawn.
    #[error(transparent)]
    Draw(#[from] DrawError),
}
