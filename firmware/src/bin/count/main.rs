//! Instructions and stack of one network, chosen by features: what `budgets.toml` holds it to.
//!
//! Only for QEMU that counts instructions, as in `cargo m4 --bin count -- --icount`, and with
//! `--features count-u16,count-random` and the like for other networks. Prints `name = number` lines: sizes in bytes,
//! instructions as the mean and the largest of 64 random patterns, stack in bytes below the caller's frame. Parameters
//! reach the kernel at run time, as they would in an image with more than one network. Ends with 1 where QEMU
//! does not count.

#![no_std]
#![no_main]

use core::hint::black_box;

use slotless_core::bits;
use slotless_core::kwinner::{KWinner, NetworkError, Wiring};
use slotless_core::rng::{self, Purpose};
use slotless_core::weight::{Rounding, Width};
use slotless_firmware::{entry, error, exit, println};

use crate::clock::Clock;

// The same program without a network is what sizes are compared with.
#[cfg_attr(feature = "count-nothing", path = "nothing.rs")]
mod case;
mod clock;
mod stack;

const UNITS: u32 = if cfg!(feature = "count-u1") { 336 } else { 256 };
const ONES: u32 = 32;
const PATTERNS: u32 = 64;
type Pattern = [u32; bits::words_for(UNITS)];

/// What is counted. Its calls go through a table of functions, so that nothing is worked out before them.
trait Counted {
    fn hidden_code(&self, cue: &[u32], scratch: &mut [u32]) -> Result<(), NetworkError>;
    fn recall(&self, cue: &[u32], scratch: &mut [u32]) -> Result<(), NetworkError>;
    fn learn(&mut self, pattern: &[u32], scratch: &mut [u32]) -> Result<(), NetworkError>;
}

impl<W: Width, G: Wiring> Counted for KWinner<W, &mut [u32], G> {
    fn hidden_code(&self, cue: &[u32], scratch: &mut [u32]) -> Result<(), NetworkError> {
        black_box(self.hidden_code(cue, scratch)?);
        Ok(())
    }

    fn recall(&self, cue: &[u32], scratch: &mut [u32]) -> Result<(), NetworkError> {
        black_box(self.recall(cue, scratch)?);
        Ok(())
    }

    fn learn(&mut self, pattern: &[u32], scratch: &mut [u32]) -> Result<(), NetworkError> {
        black_box(self.learn(pattern, scratch)?);
        Ok(())
    }
}

/// Mean and largest of the patterns' counts.
#[derive(Default)]
struct Counts {
    sum: u32,
    largest: u32,
}

impl Counts {
    fn add(&mut self, count: u32) {
        self.sum += count;
        self.largest = self.largest.max(count);
    }

    fn print(&self, name: &str) {
        println!("{=str} = {=u32}", name, self.sum / PATTERNS);
        println!("{=str}_largest = {=u32}", name, self.largest);
    }
}

/// Deepest stack of each call, in bytes.
#[derive(Default)]
struct Depths {
    code: u32,
    recall: u32,
    learn: u32,
}

#[entry]
fn main() -> ! {
    let Some(clock) = Clock::new() else {
        error!(
            "this clock counts no instructions: QEMU has to, as in `cargo m4 --bin count -- --icount`"
        );
        exit(1)
    };
    match run(&clock) {
        Ok(()) => exit(0),
        Err(error) => {
            error!("{}", error);
            exit(1)
        }
    }
}

fn run(clock: &Clock) -> Result<(), NetworkError> {
    let (words, scratch) = case::buffers();
    println!("hidden = {=u32}", case::HIDDEN);
    println!("ram_network = {=usize}", 4 * words.len());
    println!("ram_scratch = {=usize}", 4 * scratch.len());
    let mut depths = Depths::default();

    let mut network = case::fresh(Rounding::Nearest, words)?;
    let network = black_box(&mut network as &mut dyn Counted);
    let (learns, beyond) = learning(clock, network, scratch, &mut depths)?;
    recalling(clock, network, scratch, &mut depths)?;
    learns.print("learn");
    beyond.print("learn_beyond");

    let mut network = case::fresh(Rounding::Stochastic, words)?;
    let network = black_box(&mut network as &mut dyn Counted);
    let (learns, beyond) = learning(clock, network, scratch, &mut depths)?;
    learns.print("stochastic");
    beyond.print("stochastic_beyond");

    println!("stack_hidden_code = {=u32}", depths.code);
    println!("stack_recall = {=u32}", depths.recall);
    println!("stack_learn = {=u32}", depths.learn);
    Ok(())
}

/// Learns the patterns; the counts, and those beyond the hidden code, which learning begins with.
fn learning(
    clock: &Clock,
    network: &mut dyn Counted,
    scratch: &mut [u32],
    depths: &mut Depths,
) -> Result<(Counts, Counts), NetworkError> {
    let (mut learns, mut beyond) = (Counts::default(), Counts::default());
    for number in 0..PATTERNS {
        let pattern = pattern(number)?;
        let (code, done) = clock.count(|| network.hidden_code(&pattern, scratch));
        done?;
        let (learn, done) = clock.count(|| network.learn(&pattern, scratch));
        done?;
        learns.add(learn);
        beyond.add(learn.saturating_sub(code));
    }
    // Last, since it changes the network.
    let pattern = pattern(PATTERNS)?;
    let (depth, done) = stack::depth(|| network.learn(&pattern, scratch));
    done?;
    depths.learn = depths.learn.max(depth);
    Ok((learns, beyond))
}

/// Prints what the hidden code and the recall of learned patterns take.
fn recalling(
    clock: &Clock,
    network: &mut dyn Counted,
    scratch: &mut [u32],
    depths: &mut Depths,
) -> Result<(), NetworkError> {
    let (mut codes, mut recalls) = (Counts::default(), Counts::default());
    for number in 0..PATTERNS {
        let pattern = pattern(number)?;
        let (code, done) = clock.count(|| network.hidden_code(&pattern, scratch));
        done?;
        let (recall, done) = clock.count(|| network.recall(&pattern, scratch));
        done?;
        codes.add(code);
        recalls.add(recall);
        let (depth, done) = stack::depth(|| network.hidden_code(&pattern, scratch));
        done?;
        depths.code = depths.code.max(depth);
        let (depth, done) = stack::depth(|| network.recall(&pattern, scratch));
        done?;
        depths.recall = depths.recall.max(depth);
    }
    codes.print("hidden_code");
    recalls.print("recall");
    Ok(())
}

fn pattern(number: u32) -> Result<Pattern, NetworkError> {
    let mut pattern = Pattern::default();
    let mut draws = rng::stream(1, Purpose(256), 0, number);
    bits::sample(UNITS, ONES, &mut draws, &mut pattern).map_err(NetworkError::Cue)?;
    Ok(pattern)
}
