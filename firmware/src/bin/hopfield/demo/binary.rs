//! The two networks of bipolar states: classical, and dense at degree 3.

use core::fmt::{self, Write};

use slotless_core::bits;
use slotless_core::hopfield::classical::Classical;
use slotless_core::hopfield::dense::{Dense, Separation};
use slotless_core::hopfield::{Ended, Kind, Recall, Sign, identify};
use slotless_core::rng::{self, Purpose};

use super::pictures::{CELLS, NAMES, PACKED, Picture, SIDE};
use super::{CLASSICAL, Error, strip};

/// Memories that the classical network holds.
const FEW: usize = 4;
/// Cells that noise inverts.
const NOISE: u32 = 12;
const CUES: Purpose = Purpose(256);
/// Cells in which a state may differ from what it is called: N / 20.
const TOLERANCE: u32 = CELLS / 20;
const DEGREE: u32 = 3;

/// The classical network with few memories; returns how many recalls went wrong.
pub fn few(out: &mut impl Write, words: &mut [u32], scratch: &mut [u32]) -> Result<u32, Error> {
    let mut network = Classical::new(CLASSICAL, words)?;
    let memories = &PACKED[..FEW];
    for memory in memories {
        network.store(memory)?;
    }
    writeln!(
        out,
        "classical: {CELLS} units, weights of {} bits, {} bytes, {FEW} memories",
        CLASSICAL.width().bits(),
        4 * CLASSICAL.words()
    )?;
    let mut wrong = 0;
    for number in 0..FEW {
        let (name, memory) = (NAMES[number], &PACKED[number]);
        let stored = Kind::Stored {
            memory: number as u32,
        };
        let sweeps = Recall::sweeps();
        let met = Recall::new().memories(memories.as_flattened());
        for (what, cue, recall) in [
            ("with noise", noisy(number), sweeps),
            ("half erased", half(memory), met),
        ] {
            writeln!(out)?;
            writeln!(
                out,
                "{name}, {what}: {} of {CELLS} cells wrong",
                differing(memory, &cue)
            )?;
            let kind = recalled(out, &network, memory, &cue, &recall, scratch)?;
            wrong += u32::from(kind != stored);
        }
    }

    writeln!(out)?;
    writeln!(out, "{}, more than half of it inverted", NAMES[0])?;
    let cue = noisy(0).map(|word| !word);
    let kind = recalled(out, &network, &PACKED[0], &cue, &Recall::sweeps(), scratch)?;
    wrong += u32::from(kind != Kind::Inverted { memory: 0 });

    writeln!(out)?;
    writeln!(
        out,
        "what most of {}, {} and {} have",
        NAMES[0], NAMES[1], NAMES[2]
    )?;
    let [a, b, c] = [PACKED[0], PACKED[1], PACKED[2]];
    let mut cue = a;
    for (place, word) in cue.iter_mut().enumerate() {
        *word = a[place] & b[place] | a[place] & c[place] | b[place] & c[place];
    }
    let kind = recalled(out, &network, &PACKED[0], &cue, &Recall::sweeps(), scratch)?;
    wrong += u32::from(!matches!(kind, Kind::Mixture(_)));
    Ok(wrong)
}

/// Recalls a cue and shows it; returns what has come of it.
fn recalled(
    out: &mut impl Write,
    network: &Classical<&mut [u32]>,
    memory: &Picture,
    cue: &Picture,
    recall: &Recall<'_>,
    scratch: &mut [u32],
) -> Result<Kind, Error> {
    let before = network.energy(cue)?;
    let recalled = network.recall(cue, recall, scratch)?;
    let memories = PACKED[..FEW].as_flattened();
    let found = identify(recalled.state, memories, CELLS, TOLERANCE)?;
    write!(
        out,
        "energy {before} -> {}, {} updates, {} flips, ",
        recalled.energy, recalled.run.updates, recalled.run.flips
    )?;
    match recalled.run.ended {
        Ended::FixedPoint => write!(out, "at a fixed point")?,
        Ended::Stored { memory } => write!(out, "met {}", NAMES[memory as usize])?,
        Ended::Patience => write!(out, "out of patience")?,
        Ended::EnergyFloor | Ended::MostUpdates => write!(out, "stopped")?,
    }
    write!(out, ": ")?;
    name(out, found.kind)?;
    match found.distance {
        0 => writeln!(out)?,
        distance => writeln!(out, " with {distance} of {CELLS} cells wrong")?,
    }
    let ink = |picture: &[u32], cell| if bits::get(picture, cell) { '#' } else { '.' };
    strip(
        out,
        &[&|cell| ink(memory, cell), &|cell| ink(cue, cell), &|cell| {
            ink(recalled.state, cell)
        }],
    )?;
    Ok(found.kind)
}

fn name(out: &mut impl Write, kind: Kind) -> fmt::Result {
    match kind {
        Kind::Stored { memory } => write!(out, "{}", NAMES[memory as usize]),
        Kind::Inverted { memory } => write!(out, "inverted {}", NAMES[memory as usize]),
        Kind::Mixture(mixture) => {
            write!(out, "a mixture of")?;
            for part in mixture.parts() {
                let sign = match part.sign {
                    Sign::Plus => '+',
                    Sign::Minus => '-',
                };
                write!(out, " {sign}{}", NAMES[part.memory as usize])?;
            }
            Ok(())
        }
        Kind::Spurious => write!(out, "spurious"),
    }
}

/// More memories than the classical network holds, in both; returns how many the dense one gets wrong.
pub fn many(out: &mut impl Write, words: &mut [u32], scratch: &mut [u32]) -> Result<u32, Error> {
    let memories = PACKED.as_flattened();
    let mut classical = Classical::new(CLASSICAL, words)?;
    for memory in &PACKED {
        classical.store(memory)?;
    }
    let dense = Dense::new(memories, CELLS, Separation::Power(DEGREE))?;
    writeln!(out)?;
    writeln!(
        out,
        "{} memories, {NOISE} of {CELLS} cells wrong: after the classical network, and after dense memory of degree {DEGREE}",
        PACKED.len()
    )?;
    let (mut kept, mut wrong) = (0, 0);
    for (number, memory) in PACKED.iter().enumerate() {
        let cue = noisy(number);
        let recalled = classical.recall(&cue, &Recall::sweeps(), scratch)?;
        let cells = differing(memory, recalled.state);
        kept += u32::from(cells == 0);
        write!(out, "{}: {cells} wrong, ", NAMES[number])?;
        name(
            out,
            identify(recalled.state, memories, CELLS, TOLERANCE)?.kind,
        )?;
        let before = dense.energy(&cue)?;
        let recalled = dense.recall(&cue, &Recall::sweeps(), scratch)?;
        let cells = differing(memory, recalled.state);
        wrong += u32::from(cells > 0);
        writeln!(
            out,
            "; {cells} wrong, energy {before} -> {}, {} updates, {} flips",
            recalled.energy, recalled.run.updates, recalled.run.flips
        )?;
    }
    let all = PACKED.len() as u32;
    writeln!(
        out,
        "exact: {kept} of {all} by the classical network, {} by the dense one",
        all - wrong
    )?;
    Ok(wrong)
}

/// A picture with some of its cells inverted.
fn noisy(number: usize) -> Picture {
    let mut cue = Picture::default();
    let mut draws = rng::stream(1, CUES, 0, number as u32);
    // Fewer than there are cells, in as many words as a picture has.
    let _ = bits::sample(CELLS, NOISE, &mut draws, &mut cue);
    for (word, memory) in cue.iter_mut().zip(PACKED[number]) {
        *word ^= memory;
    }
    cue
}

/// The upper half of a picture, nothing below.
fn half(picture: &Picture) -> Picture {
    let mut cue = *picture;
    cue[(SIDE / 2 * SIDE / bits::WORD_BITS) as usize..].fill(0);
    cue
}

fn differing(a: &[u32], b: &[u32]) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum()
}
