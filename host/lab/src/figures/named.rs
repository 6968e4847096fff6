//! A figure by its name: what it runs, and how it is drawn.

use super::{Drawn, FigureError, Size};
use crate::choice::choices;

/// A figure of the paper (its own numbering), or one of our own.
#[derive(Clone, Copy, Debug)]
pub struct Named<F> {
    /// Its name on the command line, of its folder and of its files.
    pub name: &'static str,
    /// What it shows, in one line.
    pub about: &'static str,
    /// The group it is made with.
    pub group: Option<Group>,
    /// What it runs, and how it is drawn.
    pub figure: F,
}

/// A figure of trials that need no plan: conditions `C`, with results `R` each.
#[derive(Debug)]
pub struct TrialFigure<C, R> {
    /// Trials of each condition unless told otherwise: at paper scale, and quick.
    pub(crate) trials: [u32; 2],
    pub(crate) conditions: fn(Size) -> Vec<C>,
    pub(crate) draw: fn(&[&R], Size, u64) -> Result<Drawn, FigureError>,
}

// Not derived: that would ask for conditions and results that can be copied, too.
impl<C, R> Clone for TrialFigure<C, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C, R> Copy for TrialFigure<C, R> {}

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
