//! A made-up accelerometer: recordings of gestures and of other motions, all from seeded streams.
//!
//! A recording is rest, one motion, rest, in samples of three axes (1/1000 g, about 50 per second) with gravity and
//! noise. No two are alike: how long a motion takes (34 to 68 samples), with acceleration as the square of its speed;
//! 20 % more or less of that; a speed that varies within it; how the board is held (about 20 degrees either way).

use slotless_core::rng::{self, Pcg32, Purpose};

pub const AXES: usize = 3;
pub type Sample = [i32; AXES];

pub const GESTURES: [&str; 7] = ["circle", "shake", "taps", "eight", "swipe", "lift", "back"];

/// A full turn of phase, 0 to which a motion takes.
const TURN: i32 = 1024;

/// What moves.
enum Motion {
    /// A number in [`GESTURES`].
    Gesture(usize),
    /// Two waves an axis: amplitude, pace, phase, and the amplitude of one twice as fast.
    Wander([[i32; 4]; AXES]),
    /// Steps: so many up and down, swaying.
    Walk(i32),
    /// One bump in some direction and back.
    Bump(Sample),
}

/// One recording, sample by sample.
pub struct Recording {
    motion: Motion,
    draws: Pcg32,
    held: Sample,
    rest: i32,
    length: i32,
    strength: i32,
    warp: i32,
    time: i32,
}

impl Recording {
    /// Recording `number` of a gesture, or of another motion where there is no gesture of that number.
    pub fn new(seed: u64, purpose: Purpose, gesture: usize, number: u32) -> Self {
        let mut draws = rng::stream(seed, purpose, gesture as u32, number);
        let held = [
            within(&mut draws, -300, 300),
            within(&mut draws, -300, 300),
            within(&mut draws, 900, 1000),
        ];
        let rest = within(&mut draws, 20, 40);
        let length = within(&mut draws, 34, 68);
        let speed = 4800 / length;
        let strength = 12 * within(&mut draws, 80, 120) * speed / 100 * speed / 100;
        let warp = within(&mut draws, -60, 60);
        let motion = if gesture < GESTURES.len() {
            Motion::Gesture(gesture)
        } else {
            other(&mut draws)
        };
        Self {
            motion,
            draws,
            held,
            rest,
            length,
            strength,
            warp,
            time: 0,
        }
    }
}

impl Iterator for Recording {
    type Item = Sample;

    fn next(&mut self) -> Option<Sample> {
        const REST_AFTER: i32 = 40;
        let time = self.time - self.rest;
        if time > self.length + REST_AFTER {
            return None;
        }
        self.time += 1;
        let mut sample = self.held;
        if (0..self.length).contains(&time) {
            let even = time * TURN / self.length;
            let phase = even + self.warp * sine(even) / 1000;
            for (axis, part) in sample.iter_mut().zip(self.motion.at(phase)) {
                *axis += part * self.strength / 1000;
            }
        }
        // Two draws an axis: small errors are more likely than large ones.
        Some(
            sample.map(|axis| {
                axis + within(&mut self.draws, -40, 40) + within(&mut self.draws, -40, 40)
            }),
        )
    }
}

impl Motion {
    /// Acceleration at a phase, in 1/1000 of the motion's strength.
    fn at(&self, phase: i32) -> Sample {
        match *self {
            Self::Gesture(0) => [sine(phase + TURN / 4), sine(phase), 0],
            Self::Gesture(1) => [sine(3 * phase), sine(3 * phase) / 4, 0],
            Self::Gesture(2) => [0, 0, tap(phase) + tap(phase - 560)],
            Self::Gesture(3) => [sine(phase), sine(2 * phase), 0],
            Self::Gesture(4) => [sine(phase), 0, sine(2 * phase) / 4],
            Self::Gesture(5) => [0, sine(phase) / 4, sine(phase)],
            Self::Gesture(_) => [sine(phase + TURN / 4), -sine(phase), 0],
            Self::Wander(waves) => waves.map(|[slow, pace, start, fast]| {
                let at = phase * pace / 1000 + start;
                (slow * sine(at) + fast * sine(2 * at)) / 1000
            }),
            Self::Walk(steps) => [
                sine(steps * phase / 2) / 3,
                sine(steps * phase + 100) / 3,
                sine(steps * phase),
            ],
            Self::Bump(towards) => towards.map(|axis| axis * tap(phase) / 1000),
        }
    }
}

/// A motion that is no gesture.
fn other(draws: &mut Pcg32) -> Motion {
    match rng::below(draws, 4) {
        0 | 1 => Motion::Wander([(); AXES].map(|()| {
            [
                within(draws, 200, 1000),
                within(draws, 300, 3000),
                within(draws, 0, TURN - 1),
                within(draws, 0, 500),
            ]
        })),
        2 => Motion::Walk(within(draws, 3, 6)),
        _ => Motion::Bump([(); AXES].map(|()| within(draws, -1000, 1000))),
    }
}

/// Stop and rebound of one tap that starts at phase 0.
fn tap(phase: i32) -> i32 {
    match phase {
        0..160 => sine(phase * (TURN / 2) / 160),
        160..260 => -sine((phase - 160) * (TURN / 2) / 100) / 2,
        _ => 0,
    }
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
