//! A made-up accelerometer, worn: three axes, 50 samples per second, in 1/1000 g.
//!
//! A sample is gravity as the wearer holds the device, the motion, and noise. With f the motion's pace in turns per second, A its
//! strength and t the time:
//!
//! | motion | x | y | z | f |
//! |---|---|---|---|---|
//! | shake | A sin(2 pi f t) | A/4 sin(2 pi f t) | | 5 |
//! | rock | A sin(2 pi f t) | | A/4 sin(4 pi f t) | 1.6 |
//! | knock | | | A sin(2 pi 12.5 u) (1 - 5 u), u the seconds since the last blow, below 0.2 | 2.5 blows |
//! | swing | A sin(2 pi f t) | A cos(2 pi f t) | | 2 |
//!
//! Each bout draws how the device is held (200 either way on x and y), where in its turn the motion begins, 20 % more or less of the
//! strength, and 10 % of the pace. Noise is the sum of two draws of up to 30 either way.

use slotless_core::rng::{self, Pcg32, Purpose};

pub const AXES: usize = 3;
pub type Sample = [i32; AXES];

/// Samples per second.
pub const RATE: i32 = 50;

/// What is done. The first three are taught from the start.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    Shake,
    Rock,
    Knock,
    Swing,
}

/// A full turn of phase.
const TURN: i32 = 1024;

/// One motion, for as long as it is asked for samples.
pub struct Bout {
    motion: Motion,
    draws: Pcg32,
    held: Sample,
    strength: i32,
    /// Phase that a sample adds, in 1/256.
    pace: i32,
    phase: i32,
}

impl Bout {
    /// Bout `number` of a motion.
    pub fn new(seed: u64, purpose: Purpose, motion: Motion, number: u32) -> Self {
        let mut draws = rng::stream(seed, purpose, motion as u32, number);
        let (strength, tenths) = match motion {
            Motion::Shake => (900, 50),
            Motion::Rock => (600, 16),
            Motion::Knock => (800, 25),
            Motion::Swing => (500, 20),
        };
        let held = [
            within(&mut draws, -200, 200),
            within(&mut draws, -200, 200),
            970,
        ];
        Self {
            motion,
            held,
            strength: strength * within(&mut draws, 80, 120) / 100,
            pace: tenths * within(&mut draws, 90, 110) * TURN * 256 / (1000 * RATE),
            phase: within(&mut draws, 0, TURN * 256 - 1),
            draws,
        }
    }

    /// The next sample.
    pub fn sample(&mut self) -> Sample {
        self.phase = (self.phase + self.pace) % (TURN * 256);
        let phase = self.phase / 256;
        let moved = match self.motion {
            Motion::Shake => [sine(phase), sine(phase) / 4, 0],
            Motion::Rock => [sine(phase), 0, sine(2 * phase) / 4],
            Motion::Swing => [sine(phase), sine(phase + TURN / 4), 0],
            Motion::Knock => [0, 0, blow(phase)],
        };
        let mut sample = self.held;
        for (axis, moved) in sample.iter_mut().zip(moved) {
            *axis += moved * self.strength / 1000;
            *axis += within(&mut self.draws, -30, 30) + within(&mut self.draws, -30, 30);
        }
        sample
    }
}

/// A blow at the beginning of a turn, which dies away in half of it.
fn blow(phase: i32) -> i32 {
    sine(5 * phase) * (TURN / 2 - phase).max(0) / (TURN / 2)
}

/// 1000 times the sine of a phase, off by less than 3 (Bhaskara's approximation, by half turns).
fn sine(phase: i32) -> i32 {
    const HALF: i32 = TURN / 2;
    let phase = phase.rem_euclid(TURN);
    let product = phase % HALF * (HALF - phase % HALF);
    let sine = 16_000 * product / (5 * HALF * HALF - 4 * product);
    if phase < HALF { sine } else { -sine }
}

/// Uniform from `low` to `high`, both included.
fn within(draws: &mut Pcg32, low: i32, high: i32) -> i32 {
    low + rng::below(draws, (high - low + 1) as u32) as i32
}
