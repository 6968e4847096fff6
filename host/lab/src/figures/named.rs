//! A figure by its name: what it runs, and how it is drawn.

use std::any::Any;
use std::fmt::Debug;

use super::output::RunFiles;
use super::{Drawn, FigureError, Size};
use crate::SpecError;
use crate::choice::choices;
use crate::run::family::{AnySetup, Computed, Family};
use crate::run::simulate::Experiment;
use crate::run::work::{Part, Watch};

/// A figure of the paper (its own numbering), or one of our own.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// Its name on the command line, of its folder and of its files.
    pub name: &'static str,
    /// What it shows, in one line.
    pub about: &'static str,
    /// The group it is made with.
    pub group: Option<Group>,
    /// What it runs, and how it is drawn.
    pub figure: &'static dyn Reproduce,
}

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

/// How a figure was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'w> {
    /// Paper scale, or a picture in seconds.
    pub size: Size,
    /// Seed of every stream.
    pub seed: u64,
    /// Trials of each condition.
    pub trials: u32,
    /// What hears how far drawing is, and says when it should stop.
    pub watch: Watch<'w>,
}

/// What may be asked for of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// A picture in seconds.
    Quick,
    /// Trials of each condition.
    Trials,
    /// Seed of every stream.
    Seed,
    /// Threads that compute.
    Threads,
    /// Where trials are computed.
    Device,
}

/// A figure, and what is written of its results beside the pictures.
#[derive(Debug)]
pub struct Made<'a> {
    /// Pictures, tables, texts, numbers.
    pub drawn: Drawn,
    /// The results.
    pub files: Box<dyn RunFiles + 'a>,
}

/// A figure of any family: what it runs, and how it is made of what that gave.
pub trait Reproduce: Any + Debug + Send + Sync {
    /// Trials of each condition unless told otherwise.
    fn trials(&self, size: Size) -> u32;

    /// The conditions it runs, in the order its drawing takes them; none where it runs no trials.
    ///
    /// # Errors
    /// [`SpecError`] for the first value that is out of its range.
    fn setups(&self, size: Size, seed: u64) -> Result<Vec<AnySetup>, SpecError>;

    /// What takes most memory beside trials, counted before anything is computed; none where that is little.
    #[must_use]
    fn largest(&self, _: Size) -> Option<Part> {
        None
    }

    /// What changes nothing of it, however it is set.
    #[must_use]
    fn ignores(&self) -> &'static [Setting] {
        &[]
    }

    /// What drawing itself takes, in steps that `asked.watch` is told of; none where that is little.
    #[must_use]
    fn drawing(&self, _: Size) -> f64 {
        0.0
    }

    /// Draws it. What was computed holds its conditions, with at least as many trials as are asked for.
    ///
    /// # Errors
    /// [`FigureError`].
    fn make<'a>(&self, asked: Asked<'_>, computed: &'a Computed) -> Result<Made<'a>, FigureError>;
}

/// A family whose figures take the results of each condition as they are.
pub trait Drawable: Family {
    /// The results of the first `trials` trials, under `condition`: the same but for its name and what is kept of trials.
    #[must_use]
    fn narrowed(
        results: &Self::Results,
        condition: &Self::Condition,
        trials: usize,
    ) -> Self::Results;

    /// What is written of them.
    #[must_use]
    fn files(results: Vec<Self::Results>) -> Box<dyn RunFiles>;
}

/// Draws a figure of the results of its conditions, in their order.
type Draw<R> = fn(&[&R], Size, u64) -> Result<Drawn, FigureError>;

/// A figure of a [`Drawable`] family.
#[derive(Debug)]
pub struct TrialFigure<F: Family> {
    /// Trials of each condition unless told otherwise: at paper scale, and quick.
    pub(crate) trials: [u32; 2],
    pub(crate) conditions: fn(Size) -> Vec<F::Condition>,
    pub(crate) draw: Draw<<F as Experiment>::Results>,
}

impl<F: Drawable> TrialFigure<F> {
    /// Draws it from the results of its conditions, in their order.
    pub(crate) fn of<'a>(
        &self,
        results: Vec<F::Results>,
        asked: Asked<'_>,
    ) -> Result<Made<'a>, FigureError> {
        let each: Vec<&F::Results> = results.iter().collect();
        let mut drawn = (self.draw)(&each, asked.size, asked.seed)?;
        drawn.mark_small(asked.trials, self.trials[0]);
        Ok(Made {
            drawn,
            files: F::files(results),
        })
    }
}

impl<F: Drawable> Reproduce for TrialFigure<F> {
    fn trials(&self, size: Size) -> u32 {
        let [paper, quick] = self.trials;
        match size {
            Size::Paper => paper,
            Size::Quick => quick,
        }
    }

    fn setups(&self, size: Size, seed: u64) -> Result<Vec<AnySetup>, SpecError> {
        AnySetup::all::<F>((self.conditions)(size), seed)
    }

    fn make<'a>(&self, asked: Asked<'_>, computed: &'a Computed) -> Result<Made<'a>, FigureError> {
        let conditions = (self.conditions)(asked.size);
        let results = conditions.iter().map(|condition| {
            let found = computed
                .find::<F>(condition)
                .ok_or(FigureError::NotComputed)?;
            Ok(F::narrowed(found, condition, asked.trials as usize))
        });
        self.of(results.collect::<Result<_, FigureError>>()?, asked)
    }
}

/// A figure that runs no trials.
#[derive(Clone, Copy, Debug)]
pub struct Drawing {
    pub(crate) draw: fn(Size, u64, Watch<'_>) -> Result<Drawn, FigureError>,
    /// Steps that drawing tells of.
    pub(crate) steps: fn(Size) -> f64,
    /// What changes nothing of it.
    pub(crate) ignores: &'static [Setting],
    /// What takes most memory, where it may be too much.
    pub(crate) largest: Option<fn(Size) -> Part>,
}

/// Nothing is left of trials that there are none of.
#[derive(Debug)]
struct NoFiles;

impl RunFiles for NoFiles {}

impl Reproduce for Drawing {
    fn trials(&self, _: Size) -> u32 {
        0
    }

    fn setups(&self, _: Size, _: u64) -> Result<Vec<AnySetup>, SpecError> {
        Ok(Vec::new())
    }

    fn largest(&self, size: Size) -> Option<Part> {
        self.largest.map(|of| of(size))
    }

    fn ignores(&self) -> &'static [Setting] {
        self.ignores
    }

    fn drawing(&self, size: Size) -> f64 {
        (self.steps)(size)
    }

    fn make<'a>(&self, asked: Asked<'_>, _: &'a Computed) -> Result<Made<'a>, FigureError> {
        Ok(Made {
            drawn: (self.draw)(asked.size, asked.seed, asked.watch)?,
            files: Box::new(NoFiles),
        })
    }
}
