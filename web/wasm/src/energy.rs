//! Small pictures in the classical and the modern Hopfield network: how the energy falls, and what a state comes to.

use slotless_core::bits;
use slotless_core::hopfield::classical::{self, Classical};
use slotless_core::hopfield::modern::{self, Memories, Modern};
use slotless_core::hopfield::{Identity, Recall, identify};
use slotless_core::rng::{Purpose, below, stream};

use crate::pictures::{ALL, POINTS, Picture, WORDS};
use crate::{Error, Range};

/// Points of a start that differ from its picture.
const NOISE: Purpose = Purpose(333);
/// The most steps of the modern network that are kept.
const STEPS: u32 = 100;

/// What the networks store and start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Pictures stored: the first so many of [`ALL`] but its line drawings.
    pub stored: u32,
    /// The picture that the start is made of.
    pub picture: u32,
    /// Points of it that are flipped, drawn at random.
    pub flips: u32,
    /// Seed of what is flipped, and of the order of updates.
    pub seed: u32,
}

impl Settings {
    /// Pictures to store.
    pub const STORED: Range = Range {
        low: 1,
        high: ALL.len() as u32 - 1,
    };
    /// Points to flip.
    pub const FLIPS: Range = Range {
        low: 0,
        high: POINTS,
    };

    /// Inverse temperatures worth a look: at the least all pictures have a share, at the most the nearest has all. Others above 0 are
    /// taken, too.
    pub const BETA: [f32; 2] = [0.25, 64.0];

    fn check(&self) -> Result<(), Error> {
        Error::check("pictures stored", self.stored, Self::STORED)?;
        let high = self.stored - 1;
        Error::check("picture", self.picture, Range { low: 0, high })?;
        Error::check("points flipped", self.flips, Self::FLIPS)
    }

    /// The pictures that are stored.
    fn memories(&self) -> Vec<u32> {
        let pictures = ALL[1..].iter().take(self.stored as usize);
        pictures.flat_map(|(_, picture)| *picture).collect()
    }

    /// The state that both networks start from.
    ///
    /// # Errors
    /// [`Error::Range`].
    pub fn start(&self) -> Result<Picture, Error> {
        self.check()?;
        let mut state = ALL[self.picture as usize + 1].1;
        let mut draws = stream(self.seed.into(), NOISE, 0, self.picture);
        let mut points: Vec<u32> = (0..POINTS).collect();
        for at in 0..self.flips {
            let drawn = at + below(&mut draws, POINTS - at);
            points.swap(at as usize, drawn as usize);
            let point = points[at as usize];
            state[(point / bits::WORD_BITS) as usize] ^= 1 << (point % bits::WORD_BITS);
        }
        Ok(state)
    }
}

/// An update that flipped a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flip {
    /// Number of the update, from 1 on.
    pub update: u32,
    /// The point.
    pub point: u32,
    /// The energy after it.
    pub energy: i32,
}

/// A descent of the classical network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descent {
    /// The state it starts from.
    pub start: Picture,
    /// Its energy.
    pub start_energy: i32,
    /// Points that flipped, one after the other.
    pub flips: Vec<Flip>,
    /// Updates made, of which the last sweep flipped nothing.
    pub updates: u32,
    /// The state that it ends in.
    pub end: Picture,
    /// What that is.
    pub identity: Identity,
    /// Energies of the pictures stored.
    pub stored: Vec<i32>,
}

/// Lets the classical network fall from the start, in sweeps, until nothing flips.
///
/// # Errors
/// [`Error`] for settings out of their ranges.
pub fn classical(settings: &Settings) -> Result<Descent, Error> {
    let start = settings.start()?;
    let params = classical::Params::builder(POINTS, settings.stored);
    let params = params.seed(settings.seed.into()).build()?;
    let mut network = Classical::new(params, vec![0; params.words()])?;
    let memories = settings.memories();
    for memory in memories.chunks_exact(WORDS) {
        network.store(memory)?;
    }
    let energies = memories
        .chunks_exact(WORDS)
        .map(|memory| network.energy(memory));
    let stored = energies.map(|energy| energy.map(|energy| energy as i32));
    let stored: Vec<i32> = stored.collect::<Result<_, _>>()?;
    let mut flips = Vec::new();
    let mut scratch = vec![0; params.scratch_words()];
    let recalled = network.recall_with(&start, &Recall::sweeps(), &mut scratch, |update| {
        if update.flipped {
            flips.push(Flip {
                update: update.number as u32,
                point: update.unit,
                energy: update.energy as i32,
            });
        }
    })?;
    let mut end = [0; WORDS];
    end.copy_from_slice(recalled.state);
    Ok(Descent {
        start,
        start_energy: network.energy(&start)? as i32,
        updates: recalled.run.updates as u32,
        flips,
        identity: identify(&end, &memories, POINTS, POINTS / 20)?,
        end,
        stored,
    })
}

/// A state of the modern network.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its numbers, -1/16 to 1/16.
    pub state: Vec<f32>,
    /// The shares that the pictures have in the next state.
    pub shares: Vec<f32>,
    /// Its energy.
    pub energy: f32,
}

/// Lets the modern network of inverse temperature `beta` fall from the start: one state a step, the start among them.
///
/// A point is 1/16 or -1/16, so that a picture has length 1.
///
/// # Errors
/// [`Error`] for settings out of their ranges, and a beta that is not above 0.
pub fn modern(settings: &Settings, beta: f32) -> Result<Vec<Step>, Error> {
    let start = numbers(&settings.start()?);
    let memories: Vec<f32> = settings
        .memories()
        .chunks_exact(WORDS)
        .flat_map(numbers)
        .collect();
    let network = Modern::new(Memories::rows(&memories, POINTS)?, beta)?;
    let mut scratch = vec![0; network.scratch_words()];
    let mut steps = Vec::new();
    let recall = modern::Recall::new().max_steps(Some(STEPS));
    network.recall_with(&start, &recall, &mut scratch, |step| {
        steps.push(Step {
            state: step.state.to_vec(),
            shares: step.shares.to_vec(),
            energy: step.energy(),
        });
    })?;
    Ok(steps)
}

/// A picture as numbers, 1/16 for a one, -1/16 for a zero.
fn numbers(picture: &(impl AsRef<[u32]> + ?Sized)) -> Vec<f32> {
    let points = (0..POINTS).map(|point| bits::get(picture.as_ref(), point));
    points
        .map(|one| if one { 0.0625 } else { -0.0625 })
        .collect()
}
