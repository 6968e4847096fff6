//! What the page's scripts call: functions of numbers, exported under their names.
//!
//! Longer arguments and answers lie in [`exchange`]. A call that gives a status gives 0 where it did what it
//! was to do; else the number of bytes of a line in the block that says why not, and nothing has changed. Calls that give a
//! number of words give how many they left in the block.
//!
//! A page is one thread, so what has been started lies in this thread's cells.

// Exported by name: a name that two libraries export would be a fault that no compiler sees. All of these begin alike, and
// nothing but the page links them. There is no unsafe block here.
#![allow(unsafe_code)]

use std::cell::RefCell;

use slotless_core::hopfield::{Kind as What, Sign};

use crate::energy::{self, Step};
use crate::exchange::{self, Writer};
use crate::fade::{AGES, Cue, Fade, Inside, Kind, Mode, Settings};
use crate::pictures::{self, Picture, WORDS};
use crate::training::{self, Rule, Training};
use crate::{Error, Range};

thread_local! {
    static FADE: RefCell<Option<Fade>> = const { RefCell::new(None) };
    static INSIDE: RefCell<Option<Inside>> = const { RefCell::new(None) };
    static STEPS: RefCell<Vec<Step>> = const { RefCell::new(Vec::new()) };
    static TRAINING: RefCell<Option<Training>> = const { RefCell::new(None) };
}

/// The status of a call, with the line of an error in the block.
fn status(done: Result<(), Error>) -> u32 {
    match done {
        Ok(()) => 0,
        Err(error) => Writer::new().text(&error.to_string()).written(),
    }
}

fn with<T, R>(
    cell: &'static std::thread::LocalKey<RefCell<Option<T>>>,
    call: impl FnOnce(&mut T) -> Result<R, Error>,
) -> Result<R, Error> {
    cell.with_borrow_mut(|one| call(one.as_mut().ok_or(Error::NotStarted)?))
}

fn picture() -> Picture {
    let mut picture = [0; WORDS];
    exchange::read(&mut picture);
    picture
}

/// Where the block begins.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_block() -> usize {
    exchange::place() as usize
}

/// The version of the results contract.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_results_version() -> u32 {
    slotless_core::RESULTS_VERSION
}

/// Picture number `number`: 8 words and its name, a byte a word. The number of words, 0 if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_picture(number: u32) -> u32 {
    match pictures::ALL.get(number as usize) {
        Some((name, picture)) => Writer::new().words(picture).text(name).written(),
        None => 0,
    }
}

/// Settings of the first station from eight words of the block.
fn settings() -> (Settings, Picture) {
    let mut words = [0; 8 + WORDS];
    exchange::read(&mut words);
    let [
        bytes,
        bits,
        fan_in,
        winners,
        rate,
        levels,
        before,
        seed,
        picture @ ..,
    ] = words;
    let settings = Settings {
        bytes,
        bits,
        fan_in,
        winners,
        rate,
        levels,
        before,
        seed,
    };
    (settings, picture)
}

/// Starts the first station. In the block: bytes, bits of a weight, fan-in, winners, rate in 1/65536, levels, patterns
/// before, seed; then the drawing, 8 words. A status.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_fade_start() -> u32 {
    let (settings, drawing) = settings();
    status(Fade::new(settings, drawing).map(|fade| FADE.set(Some(fade))))
}

/// Of settings and a number of ones, as for `slotless_fade_start` (the first word of the drawing): least and most of bytes,
/// fan-in, winners, rate, levels, patterns before, ones. The number of words.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_fade_ranges() -> u32 {
    let (settings, [ones, ..]) = settings();
    let ones = ones.clamp(1, Settings::MOST_ONES);
    let none = Range { low: 1, high: 1 };
    let rate = Range {
        low: 1,
        high: 65_536,
    };
    let most = Range {
        low: 1,
        high: Settings::MOST_ONES,
    };
    let ranges = [
        Settings::BYTES,
        settings.fan_ins(),
        settings.all_winners().unwrap_or(none),
        rate,
        settings.all_levels(ones),
        Settings::BEFORE,
        most,
    ];
    let mut writer = Writer::new();
    for Range { low, high } in ranges {
        writer.word(low).word(high);
    }
    writer.written()
}

/// Learns more random patterns. A status.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_fade_teach(patterns: u32) -> u32 {
    status(with(&FADE, |fade| fade.teach(patterns)))
}

/// Patterns learned since the drawing, and sizes: of each memory bytes, units or slots, fan-in or levels. The number of words.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_fade_sizes() -> u32 {
    FADE.with_borrow(|fade| {
        let mut writer = Writer::new();
        if let Some(fade) = fade {
            writer.word(fade.since());
            for kind in Kind::ALL {
                writer.words(&fade.size(kind));
            }
        }
        writer.written()
    })
}

/// A cue of the drawing of the first station, 8 words. A status.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_fade_cue(mode: u32, percent: u32, seed: u32) -> u32 {
    status(with(&FADE, |fade| {
        let mode = Mode::of(mode)?;
        let cue = Cue {
            mode,
            percent,
            seed,
        };
        Writer::new().words(&cue.make(fade.drawing())?);
        Ok(())
    }))
}

/// What a memory answers to the cue in the block: a pattern, how well the cue matched in 1/65536, and how sure the memory is
/// of each of 256 points, to 255. A status.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_fade_recall(kind: u32) -> u32 {
    let cue = picture();
    status(with(&FADE, |fade| {
        let answer = fade.recall(Kind::of(kind)?, &cue)?;
        let mut writer = Writer::new();
        writer.words(&answer.pattern).word(answer.share);
        for sure in answer.sure {
            writer.word(sure.into());
        }
        Ok(())
    }))
}

/// The pattern of an age, 8 words; 0 where it is no longer kept.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_fade_pattern(age: u32) -> u32 {
    FADE.with_borrow(|fade| {
        let pattern = fade.as_ref().and_then(|fade| fade.pattern(age));
        pattern.map_or(0, |pattern| Writer::new().words(pattern).written())
    })
}

/// What has been measured of a memory: age, recalls, ones in common. The number of words.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_fade_measured(kind: u32) -> u32 {
    let Ok(kind) = Kind::of(kind) else { return 0 };
    FADE.with_borrow(|fade| {
        let mut writer = Writer::new();
        if let Some(fade) = fade {
            for (age, measured) in AGES.iter().zip(fade.measured(kind)) {
                writer.words(&[*age, measured.recalls, measured.overlap]);
            }
        }
        writer.written()
    })
}

/// Takes a copy of the K-winner network of the first station for the second: hidden units, fan-in, winners, the raw weight
/// that stands for 1, and ones to recall. A status.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_inside_start() -> u32 {
    status(with(&FADE, |fade| {
        let inside = fade.inside();
        let size = inside.size();
        let sizes = [size.hidden, size.fan_in, size.winners, size.full];
        Writer::new().words(&sizes).word(inside.ones());
        INSIDE.set(Some(inside));
        Ok(())
    }))
}

/// A cue's way through the network: the recalled pattern, 256 sums, winners after their number, potentials of all hidden
/// units. A status.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_inside_recall() -> u32 {
    let cue = picture();
    status(with(&INSIDE, |inside| {
        let potentials = inside.potentials(&cue)?;
        let (winners, sums) = inside.sums(&cue)?;
        let pattern = inside.recall(&cue)?;
        let mut writer = Writer::new();
        writer.words(&pattern).words(&sums);
        writer
            .word(winners.len() as u32)
            .words(&winners)
            .words(&potentials);
        Ok(())
    }))
}

/// The weights of a hidden unit by point, in 1/255 of the largest; 256 where there is no wire. A status.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_inside_unit(hidden: u32) -> u32 {
    status(with(&INSIDE, |inside| {
        let unit = inside.unit(hidden)?;
        let mut writer = Writer::new();
        for weight in unit.weights {
            writer.word(weight.unwrap_or(256));
        }
        Ok(())
    }))
}

/// All weights, 1 / 255 of the largest, those of a hidden unit by point one after the other: no more units than the block
/// has words for. The number of words.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_inside_weights() -> u32 {
    let written = with(&INSIDE, |inside| {
        let mut writer = Writer::new();
        let size = inside.size();
        let units = (exchange::WORDS as u32 / size.fan_in).min(size.hidden);
        for hidden in 0..units {
            for weight in inside.unit(hidden)?.weights.into_iter().flatten() {
                writer.word(weight);
            }
        }
        Ok(writer.written())
    });
    written.unwrap_or(0)
}

/// Learns the pattern in the block, in the second station's network alone. A status.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_inside_learn() -> u32 {
    let pattern = picture();
    status(with(&INSIDE, |inside| inside.learn(&pattern)))
}

/// Least and most of what the third station takes: pictures stored, points flipped; then of inverse temperatures, as reals. The number of words.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_energy_ranges() -> u32 {
    let mut writer = Writer::new();
    for Range { low, high } in [energy::Settings::STORED, energy::Settings::FLIPS] {
        writer.word(low).word(high);
    }
    writer.reals(&energy::Settings::BETA).written()
}

/// The classical network: start and end (8 words each), energy of the start, updates, what the end is (0 stored, 1 inverted,
/// 2 a mixture, 3 spurious) with the points it differs in, memories of it after their number (1-based, negative for inverted
/// ones), energies of the stored pictures after their number, then flips after their number: update, point, energy. A
/// status.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_energy_classical(
    stored: u32,
    picture: u32,
    flips: u32,
    seed: u32,
) -> u32 {
    let settings = energy::Settings {
        stored,
        picture,
        flips,
        seed,
    };
    status(energy::classical(&settings).map(|descent| {
        let one = |memory: u32, sign: i32| vec![(sign * (memory as i32 + 1)).cast_unsigned()];
        let (kind, parts) = match &descent.identity.kind {
            What::Stored { memory } => (0, one(*memory, 1)),
            What::Inverted { memory } => (1, one(*memory, -1)),
            What::Mixture(mixture) => {
                let part = |part: &slotless_core::hopfield::Part| match part.sign {
                    Sign::Plus => part.memory + 1,
                    Sign::Minus => (-(part.memory as i32 + 1)).cast_unsigned(),
                };
                (2, mixture.parts().iter().map(part).collect())
            }
            What::Spurious => (3, Vec::new()),
        };
        let mut writer = Writer::new();
        writer.words(&descent.start).words(&descent.end);
        writer
            .word(descent.start_energy.cast_unsigned())
            .word(descent.updates);
        writer.word(kind).word(descent.identity.distance);
        writer.word(parts.len() as u32).words(&parts);
        writer.word(descent.stored.len() as u32);
        for energy in &descent.stored {
            writer.word(energy.cast_unsigned());
        }
        writer.word(descent.flips.len() as u32);
        for flip in &descent.flips {
            writer.words(&[flip.update, flip.point, flip.energy.cast_unsigned()]);
        }
    }))
}

/// The modern network: the number of states in the block; else a status of [`slotless_energy_step`], which says what is
/// wrong. A status.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_energy_modern(
    stored: u32,
    picture: u32,
    flips: u32,
    seed: u32,
    beta: f32,
) -> u32 {
    let settings = energy::Settings {
        stored,
        picture,
        flips,
        seed,
    };
    status(energy::modern(&settings, beta).map(|steps| {
        Writer::new().word(steps.len() as u32);
        STEPS.set(steps);
    }))
}

/// A state of the modern network: its energy, 256 numbers, the shares. The number of words, 0 if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_energy_step(number: u32) -> u32 {
    STEPS.with_borrow(|steps| match steps.get(number as usize) {
        Some(step) => Writer::new()
            .real(step.energy)
            .reals(&step.state)
            .reals(&step.shares)
            .written(),
        None => 0,
    })
}

/// Least and most letters of the fourth station. The number of words.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_training_ranges() -> u32 {
    let Range { low, high } = training::Settings::LETTERS;
    Writer::new().word(low).word(high).written()
}

/// Starts the fourth station. A status.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_training_start(rule: u32, letters: u32, seed: u32) -> u32 {
    status(Rule::of(rule).and_then(|rule| {
        let settings = training::Settings {
            rule,
            letters,
            seed,
        };
        Training::new(settings).map(|training| TRAINING.set(Some(training)))
    }))
}

/// Trains: the iteration after it, the share of right answers over those iterations, the mean loss. A status.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_training_steps(iterations: u32) -> u32 {
    status(with(&TRAINING, |training| {
        let (mut correct, mut loss) = (0, 0.0);
        for _ in 0..iterations {
            let outcome = training.step();
            correct += outcome.correct;
            loss += outcome.loss;
        }
        let count = iterations.max(1);
        let share = correct as f32 / (count * Training::batch()) as f32;
        Writer::new()
            .word(training.iteration())
            .real(share)
            .real(loss / count as f32);
        Ok(())
    }))
}

/// `W_V` over letters (2 x 2L), queries with keys (L x 2L), keys with keys (2L x 2L). A status.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_training_matrices() -> u32 {
    status(with(&TRAINING, |training| {
        let mut writer = Writer::new();
        writer
            .reals(&training.values())
            .reals(&training.queries_keys());
        writer.reals(&training.keys_keys());
        Ok(())
    }))
}
