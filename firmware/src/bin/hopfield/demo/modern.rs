//! The modern network in fixed point, its memories in flash.

use core::fmt::Write;

use fixed::types::I16F16;
use slotless_core::hopfield::modern::{Ended, Memories, Modern, Recall, Table};

use super::pictures::{CELLS, COUNT, NAMES, NUMBERS};
use super::{Error, strip};

/// Pictures whose steps are shown.
const FEW: usize = 4;
/// States that are shown side by side: the first ones, and the last.
const SHOWN: usize = 4;
/// A state is at rest where a step moves it by less in all.
const TOLERANCE: I16F16 = I16F16::from_bits(1 << 10);
const RECALL: Recall<I16F16> = Recall::new().state_tolerance(Some(TOLERANCE));
type State = [I16F16; CELLS as usize];

/// Recalls all pictures from their upper halves, and one at a temperature too high; returns how many recalls went wrong.
pub fn recalls(out: &mut impl Write, scratch: &mut [u32]) -> Result<u32, Error> {
    let memories = Memories::rows(NUMBERS.as_flattened(), CELLS)?;
    let network = Modern::new(memories, I16F16::ONE / 8)?.with_exponential::<Table>();
    writeln!(out)?;
    writeln!(
        out,
        "modern, in fixed point: {COUNT} memories, {} bytes of flash, beta {:.3}",
        size_of_val(&NUMBERS),
        network.beta()
    )?;
    let mut wrong = 0;
    for number in 0..FEW {
        let found = shown(out, &network, number, scratch)?;
        wrong += u32::from(found != Some(number));
    }
    writeln!(out)?;
    for (number, name) in NAMES.iter().enumerate().skip(FEW) {
        let recalled = network.recall(&half(number), &RECALL, scratch)?;
        let (memory, share) = largest(recalled.shares);
        writeln!(
            out,
            "{name} from its upper half: {} steps, largest share {share:.3} of {}",
            recalled.steps, NAMES[memory]
        )?;
        wrong += u32::from(is(recalled.state) != Some(number));
    }
    let warm = Modern::new(memories, I16F16::ONE / 64)?.with_exponential::<Table>();
    writeln!(out)?;
    writeln!(out, "too warm, beta {:.3}: a mean of all", warm.beta())?;
    shown(out, &warm, 0, scratch)?;
    Ok(wrong)
}

/// Recalls a picture from its upper half, step by step; returns which memory the last state is.
fn shown(
    out: &mut impl Write,
    network: &Modern<'_, I16F16, Table>,
    number: usize,
    scratch: &mut [u32],
) -> Result<Option<usize>, Error> {
    writeln!(out)?;
    writeln!(out, "{}, its lower half not known", NAMES[number])?;
    let mut told = Ok(());
    let mut states = [[I16F16::ZERO; CELLS as usize]; SHOWN];
    let recalled = network.recall_with(&half(number), &RECALL, scratch, |step| {
        let place = (step.number as usize).min(SHOWN - 1);
        states[place].copy_from_slice(step.state);
        let (memory, share) = largest(step.shares);
        let line = writeln!(
            out,
            "step {}: energy {:.3}, largest share {share:.3} of {}",
            step.number,
            step.energy(),
            NAMES[memory]
        );
        told = told.and(line);
    })?;
    told?;
    match recalled.ended {
        Ended::State => writeln!(out, "the state is at rest")?,
        Ended::Shares => writeln!(out, "the shares are at rest")?,
        Ended::Steps => writeln!(out, "stopped")?,
    }
    let [a, b, c, d] = states
        .each_ref()
        .map(|state| |cell: u32| shade(state[cell as usize]));
    let strips: [&dyn Fn(u32) -> char; SHOWN] = [&a, &b, &c, &d];
    let states = recalled.steps as usize + 1;
    strip(out, &strips[..states.min(SHOWN)])?;
    Ok(is(recalled.state))
}

/// The upper half of a picture; the lower is neither ink nor paper.
fn half(number: usize) -> State {
    let mut cue = NUMBERS[number];
    cue[CELLS as usize / 2..].fill(I16F16::ZERO);
    cue
}

/// The memory with the largest share.
fn largest(shares: &[I16F16]) -> (usize, I16F16) {
    let first = (0, I16F16::ZERO);
    let shares = shares.iter().copied().enumerate();
    shares.fold(
        first,
        |most, next| if next.1 > most.1 { next } else { most },
    )
}

/// The memory whose signs a state has.
fn is(state: &[I16F16]) -> Option<usize> {
    NUMBERS.iter().position(|memory| {
        let mut cells = memory.iter().zip(state);
        cells.all(|(memory, state)| memory.is_positive() == state.is_positive())
    })
}

/// Ink from none, -1, to full, 1; in the middle what is not known.
fn shade(number: I16F16) -> char {
    let fifth = (number.to_bits() + (1 << 16)) * 5 / ((1 << 17) + 1);
    match fifth {
        ..=0 => '.',
        1 => ':',
        2 => '-',
        3 => '=',
        _ => '#',
    }
}
