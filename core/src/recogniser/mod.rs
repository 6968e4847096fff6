//! Labels for samples, on a microcontroller: learned as they come, and unknown where nothing is near.

mod error;
mod grow;
mod item;
mod label;
mod labelled;
mod means;
mod novelty;
mod recognition;
mod ring;

pub use error::{ParamsError, RecogniserError};
pub use grow::{Grow, GrowParams};
pub use labelled::{Labelled, LabelledError, LabelledParams, Units};
pub use means::{Means, MeansParams};
pub use novelty::Novelty;
pub use recognition::{Outcome, Recognition, RunnerUp, Verdict};
pub use ring::{Code, Replacement, Ring, RingParams};

/// The most features of a sample.
pub const MAX_FEATURES: u32 = 1024;
/// The most items.
pub const MAX_ITEMS: u32 = 65_535;
/// The most labels.
pub const MAX_LABELS: u32 = 16;

/// A recogniser: samples with labels in, and of a sample a label out, or that it is unknown.
pub trait Recogniser {
    /// What is wrong with a call.
    type Error: core::error::Error;

    /// Features of a sample, d.
    fn features(&self) -> u32;

    /// Labels: they are below this.
    fn labels(&self) -> u32;

    /// What it costs: words of 32 bits that hold the memory, as the caller provides them.
    fn state_words(&self) -> usize;

    /// The score above which a sample is unknown; none before there is one.
    fn threshold(&self) -> Option<u32>;

    /// Learns a sample of a class, new or known, and tells what it would have been recognised as.
    ///
    /// # Errors
    /// For a sample of another length, or a label that there is not. Nothing is learned then.
    fn learn(&mut self, sample: &[u8], label: u8) -> Result<Outcome, Self::Error>;

    /// Recognises a sample; nothing where nothing was learned. Changes nothing: a function of the memory and the sample.
    ///
    /// # Errors
    /// For a sample of another length.
    fn recognise(&self, sample: &[u8]) -> Result<Option<Recognition>, Self::Error>;
}

/// How many items of so many words fit, with so many bytes each besides, four to a word: one fits.
const fn items_within(words: usize, item_words: usize, bytes: usize) -> u32 {
    // Four items take four rows and a word of each of the bytes; those left over take as many, and a row each.
    let four = 4 * item_words + bytes;
    let left = (words % four).saturating_sub(bytes) / item_words;
    let items = (words / four).saturating_mul(4).saturating_add(left);
    if items > MAX_ITEMS as usize {
        MAX_ITEMS
    } else {
        items as u32
    }
}

/// Checks the length of a state.
fn check_buffer(words: &[u32], expected: usize) -> Result<(), RecogniserError> {
    match words.len() {
        got if got == expected => Ok(()),
        got => Err(RecogniserError::Buffer { got, expected }),
    }
}

fn check_sample(sample: &[u8], expected: u32) -> Result<(), RecogniserError> {
    match sample.len() {
        got if got == expected as usize => Ok(()),
        got => Err(RecogniserError::Sample { got, expected }),
    }
}

fn check_label(label: u8, labels: u32) -> Result<(), RecogniserError> {
    if u32::from(label) < labels {
        Ok(())
    } else {
        Err(RecogniserError::Label { label, labels })
    }
}

/// Lends so many words, up to 512, of the stack: of three sizes the least that does.
fn with_room<T>(words: usize, then: impl FnOnce(&mut [u32]) -> T) -> T {
    #[inline(never)]
    fn lend<T, const N: usize>(words: usize, then: impl FnOnce(&mut [u32]) -> T) -> T {
        let mut room = [0; N];
        then(room.get_mut(..words).unwrap_or(&mut []))
    }
    match words {
        0..=32 => lend::<T, 32>(words, then),
        33..=128 => lend::<T, 128>(words, then),
        _ => lend::<T, 512>(words, then),
    }
}
