//! Cues of a drawing.

use slotless_core::bits;
use slotless_core::rng::{Purpose, below, stream};

use crate::pictures::{POINTS, Picture, SIDE, WORDS};
use crate::{Error, Range};

/// Points that a cue of the drawing keeps or moves.
const DRAWN: Purpose = Purpose(273);

/// How a cue differs from the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Some of its ones, drawn at random.
    Share,
    /// Some of its ones moved elsewhere, drawn at random.
    Noise,
    /// Rows from below erased.
    Erased,
}

impl Mode {
    /// By its number on the page.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn of(number: u32) -> Result<Self, Error> {
        match number {
            0 => Ok(Self::Share),
            1 => Ok(Self::Noise),
            2 => Ok(Self::Erased),
            _ => Err(Error::Unknown("kind of cue", number)),
        }
    }
}

/// A cue of a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cue {
    /// How it differs.
    pub mode: Mode,
    /// How much of the drawing it has, in percent: ones that are kept or stay, or rows.
    pub percent: u32,
    /// Seed of what is drawn.
    pub seed: u32,
}

impl Cue {
    /// Percents.
    pub const PERCENT: Range = Range { low: 0, high: 100 };

    /// Makes it.
    ///
    /// # Errors
    /// [`Error::Range`] for more than 100 percent.
    pub fn make(&self, drawing: &Picture) -> Result<Picture, Error> {
        Error::check("percent of the drawing", self.percent, Self::PERCENT)?;
        let ones = bits::count(drawing);
        let keep = ones * self.percent / 100;
        let mut draws = stream(self.seed.into(), DRAWN, 0, 0);
        let mut cue = [0; WORDS];
        match self.mode {
            Mode::Share => bits::cue(drawing, keep, &mut draws, &mut cue)?,
            Mode::Erased => {
                let rows = (SIDE * self.percent).div_ceil(100);
                for one in bits::ones(drawing).filter(|one| one / SIDE < rows) {
                    bits::set(&mut cue, one);
                }
            }
            Mode::Noise => {
                bits::cue(drawing, keep, &mut draws, &mut cue)?;
                // Only points that the drawing does not have: there are at least as many as are to move, or fewer move.
                let mut moved = (ones - keep).min(POINTS - ones);
                while moved > 0 {
                    let point = below(&mut draws, POINTS);
                    if !bits::get(drawing, point) && !bits::get(&cue, point) {
                        bits::set(&mut cue, point);
                        moved -= 1;
                    }
                }
            }
        }
        Ok(cue)
    }
}
