//! Labels for samples, on a microcontroller: learned as they come, and unknown where nothing is near.
//!
//! A sample is d features of 8 bits; a label is a number below 16. All recognisers learn sample by sample, take a new label at any
//! time, say how sure they are, and set the threshold between known and unknown themselves, so that one in twenty of what they
//! learned would have been called unknown ([`Recogniser`]). Integers only; the state is the caller's words, and recognition reads
//! them where they lie, as in flash.
//!
//! * [`Grow`]: items of four bits per feature that move and give way. The one to begin with.
//! * [`Ring`]: the last samples, in turn, as a fair sample of all, or balanced by class. Better where classes move into each other's
//!   place.
//! * [`Means`]: a mean per class, for under 512 bytes, and for classes that are one cluster.
//! * [`Labelled`]: labels over any [memory of patterns](crate::memory), to compare with.
//! * [`Novelty`]: whether a sample is like what was seen, without labels, by any of these.
//!
//! ```
//! use slotless_core::recogniser::{Grow, GrowParams, Verdict};
//!
//! // Six features, as many items as 512 bytes hold.
//! const PARAMS: GrowParams = match GrowParams::within(6, 128) {
//!     Ok(params) => params,
//!     Err(_) => panic!("sizes out of range"),
//! };
//! let mut gestures = Grow::new(PARAMS, [0; PARAMS.words()])?;
//! let (shake, turn) = ([20, 230, 25, 240, 15, 235], [120, 124, 130, 180, 220, 250]);
//! for time in 0..40u8 {
//!     gestures.learn(&shake.map(|x| x ^ time % 13 * 4), 0)?;
//!     gestures.learn(&turn.map(|x| x ^ time % 11 * 4), 1)?;
//! }
//! let found = gestures.recognise(&[25, 220, 30, 235, 20, 230])?;
//! assert_eq!(found.map(|found| (found.label(), found.verdict())), Some((0, Verdict::Known)));
//! let found = gestures.recognise(&[250, 10, 250, 10, 250, 10])?;
//! assert_eq!(found.map(|found| found.verdict()), Some(Verdict::Unknown));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Features
//! Bring each sensor's range to 0 to 255, the same way for learning and recognition: `(x - low) * 255 / (high - low)` within the range
//! and its ends outside; of a window of time, values one after another, or sums, extremes and energies. Distances weigh all features
//! alike, so that one of no use adds noise, and one with a narrow part of the range hardly counts. Four bits of each are compared:
//! what differs by less than 16 may not differ at all.
//!
//! # Memory
//! In words of 4 bytes, for N items: [`Grow`] `3 + N ceil(d / 8) + 2 ceil(N / 4)`, [`Ring`] of nibbles `4 + N ceil(d / 8) + ceil(N / 4)`,
//! [`Means`] `1 + ceil(C / 2) + C ceil(d / 2)` for C labels. 64 features take 34 bytes an item that grows: 120 items in 4,096 bytes.
//!
//! Damage to the state is survived: any words are a state, and a flipped bit in the label of an item is corrected; an item whose label
//! has lost two is silent, and the next sample learned takes its place.

mod error;
mod grow;
mod item;
mod label;
mod labelled;
mod means;
mod novelty;
mod recognition;
mod ring;
mod threshold;

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
    let (Some(fours), Some(rest)) = (words.checked_div(four), words.checked_rem(four)) else {
        return 1;
    };
    let left = match rest.saturating_sub(bytes).checked_div(item_words) {
        Some(left) => left,
        None => 0,
    };
    let items = fours.saturating_mul(4).saturating_add(left);
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
