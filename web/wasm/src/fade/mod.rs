//! A drawing among other patterns, in four memories of equal bytes.
//!
//! Patterns are 16 x 16 points, all with as many ones as the drawing. The four memories learn the same stream: first some random
//! patterns, then the drawing, then more of them. How well a pattern is recalled from half of its ones is kept by age, and grows
//! into a curve with every pattern that comes in.
//!
//! Pattern `i` is that of `stream(seed, Purpose(256), 0, i)`, its cue that of `stream(seed, Purpose(264), 0, i)`.

mod cue;
mod inside;
mod memories;
mod network;

pub use cue::{Cue, Mode};
pub use inside::{Inside, Unit};
pub use memories::{Answer, Kind, Settings};
pub use network::{Size, Sums};

use slotless_core::bits;
use slotless_core::rng::{Purpose, stream};

use crate::pictures::{POINTS, Picture, WORDS};
use crate::{Error, Range};
use memories::Memories;

/// Ages at which accuracy is measured.
pub const AGES: [u32; 22] = [
    1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 50, 65, 80, 100, 130, 160, 200, 250,
];
/// Patterns that are kept to be asked for.
const HISTORY: usize = AGES[AGES.len() - 1] as usize;

/// How often a pattern of an age was asked for, and how many ones it had in common with the answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// Recalls.
    pub recalls: u32,
    /// Ones in common, over all of them.
    pub overlap: u32,
}

/// Four memories and what they have learned.
#[derive(Debug)]
pub struct Fade {
    settings: Settings,
    drawing: Picture,
    ones: u32,
    memories: Memories,
    /// The last patterns learned, the newest at the end; the drawing has no cue of its own.
    history: Vec<(Option<u32>, Picture)>,
    next: u32,
    since: u32,
    measured: [[Measured; AGES.len()]; 4],
}

impl Fade {
    /// Four memories that have learned [`Settings::before`] random patterns, and then the drawing.
    ///
    /// # Errors
    /// [`Error`] for a drawing without a point or with more than [`Settings::MOST_ONES`], and for settings out of their ranges.
    pub fn new(settings: Settings, drawing: Picture) -> Result<Self, Error> {
        let ones = bits::count(&drawing);
        if ones == 0 {
            return Err(Error::Blank);
        }
        let most = Settings::MOST_ONES;
        Error::check("points drawn", ones, Range { low: 1, high: most })?;
        Error::check("patterns before", settings.before, Settings::BEFORE)?;
        let mut fade = Self {
            settings,
            drawing,
            ones,
            memories: Memories::new(&settings, ones)?,
            history: Vec::new(),
            next: 0,
            since: 0,
            measured: Default::default(),
        };
        for _ in 0..settings.before {
            fade.learn_next()?;
        }
        fade.learn(None, drawing)?;
        fade.since = 0;
        Ok(fade)
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Ones of every pattern.
    #[must_use]
    pub fn ones(&self) -> u32 {
        self.ones
    }

    /// The drawing.
    #[must_use]
    pub fn drawing(&self) -> &Picture {
        &self.drawing
    }

    /// Patterns learned since the drawing.
    #[must_use]
    pub fn since(&self) -> u32 {
        self.since
    }

    /// Bytes, units or slots, and fan-in or levels of a memory.
    #[must_use]
    pub fn size(&self, kind: Kind) -> [u32; 3] {
        self.memories.size(kind)
    }

    /// Learns more random patterns, and asks after each for one of every age.
    ///
    /// # Errors
    /// What a memory refuses.
    pub fn teach(&mut self, patterns: u32) -> Result<(), Error> {
        for _ in 0..patterns {
            self.learn_next()?;
            self.measure()?;
        }
        Ok(())
    }

    /// The pattern of an age, 1 for the last; none that was never learned or is no longer kept.
    #[must_use]
    pub fn pattern(&self, age: u32) -> Option<&Picture> {
        let at = self.history.len().checked_sub(age as usize)?;
        self.history.get(at).map(|(_, pattern)| pattern)
    }

    /// What a memory answers to a cue.
    ///
    /// # Errors
    /// What it refuses.
    pub fn recall(&mut self, kind: Kind, cue: &Picture) -> Result<Answer, Error> {
        self.memories.recall(kind, cue)
    }

    /// What has been measured of a memory, by [`AGES`].
    #[must_use]
    pub fn measured(&self, kind: Kind) -> &[Measured; AGES.len()] {
        &self.measured[kind as usize]
    }

    /// The K-winner network as it is now, to be looked into.
    #[must_use]
    pub fn inside(&self) -> Inside {
        Inside::new(self.memories.k_winner(), self.ones)
    }

    fn learn_next(&mut self) -> Result<(), Error> {
        let number = self.next;
        let mut pattern = [0; WORDS];
        let mut draws = stream(self.settings.seed.into(), LEARNED, 0, number);
        bits::sample(POINTS, self.ones, &mut draws, &mut pattern)?;
        self.learn(Some(number), pattern)?;
        self.next += 1;
        Ok(())
    }

    fn learn(&mut self, number: Option<u32>, pattern: Picture) -> Result<(), Error> {
        self.memories.learn(&pattern)?;
        self.since += 1;
        if self.history.len() == HISTORY {
            self.history.remove(0);
        }
        self.history.push((number, pattern));
        Ok(())
    }

    fn measure(&mut self) -> Result<(), Error> {
        for (at, &age) in AGES.iter().enumerate() {
            let from_end = self.history.len().checked_sub(age as usize);
            // The drawing has a place of its own on the page.
            let Some((Some(number), pattern)) = from_end.map(|place| self.history[place]) else {
                continue;
            };
            let mut cue = [0; WORDS];
            let mut draws = stream(self.settings.seed.into(), CUE, 0, number);
            bits::cue(&pattern, self.ones / 2, &mut draws, &mut cue)?;
            for kind in Kind::ALL {
                let answer = self.memories.recall(kind, &cue)?;
                let measured = &mut self.measured[kind as usize][at];
                measured.recalls += 1;
                measured.overlap += bits::overlap(&answer.pattern, &pattern);
            }
        }
        Ok(())
    }
}

/// Patterns that are learned, one stream each.
const LEARNED: Purpose = Purpose(256);
/// Ones that cues keep, one stream each.
const CUE: Purpose = Purpose(264);
