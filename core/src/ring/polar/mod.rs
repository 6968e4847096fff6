//! Patterns as a sketch and the parities of a polar code.
//!
//! A slot that holds a whole pattern holds what its cue knows, too. Here a slot has fewer bits than a pattern takes, and the cue is
//! side information for decoding: of two correlated sources one can be stored in as many bits as it has given the other,
//! though these are chosen without the other (Slepian and Wolf 1973). What is stored are those bits of the pattern's polar transform
//! that are the least certain given those before them (Arikan 2010), chosen by the polarization weight of their positions (He et al.
//! 2017), each with the sum of a few bits before it (Arikan 2019); they are decoded by successive cancellation with a list of
//! paths (Tal and Vardy 2015), in integers by min-sum.
//!
//! A sketch goes before: bit t says whether a pattern has a one in group t of units. It finds the slot, as one of many, and
//! tells decoding which units are zeros. A check of 6 bits goes behind.
//!
//! Nothing of the code is stored but these bits: which positions they are is computed.

mod code;
mod decode;
mod params;
mod priors;
mod recall;

use super::{COUNTER_WORDS, RingError, check_buffer, check_pattern, learned, set_learned};
use crate::bits::{self, WORD_BITS};
use crate::memory::Writable;

use code::{MAX_WORDS, check, mark_stored, to_stored, transform};
pub use params::{PolarParams, PolarParamsBuilder};
pub use recall::PolarRecalled;

/// A ring of patterns as sketches and parities in the caller's buffer: fewer bits than patterns take, decoded with the cue as
/// side information (Slepian and Wolf 1973) by a polar code (Arikan 2010) with a list of paths (Tal and Vardy 2015).
///
/// Whether a cue is enough falls off steeply at some size of it: from more ones of it the pattern comes back whole, from fewer only
/// the ones of the cue do, with units that its sketch leaves open. [`PolarRecalled::verified`] tells one from the other; now and then
/// a verified pattern has a few ones elsewhere (`docs/theory.md` of the repository has how often, and shares by sizes). Cues may have
/// some wrong ones. Patterns have exactly s ones. There are no snapshots of these memories.
///
/// A stored pattern is decoded once; for a cue of none up to four slots are, at most twice each. The scratch is mostly log
/// likelihood ratios, N of them for each path: 42 KB for 1,000 units and 8 paths.
///
/// `S` is anything that lends words; the buffer is the whole state: the number learned, then the slots, of each the sketch, the
/// parities and the check.
///
/// ```
/// use slotless_core::ring::{Polar, PolarParams};
/// use slotless_core::{bits, rng};
///
/// // Patterns of 26 of 256 units, 128 bits each.
/// const PARAMS: PolarParams = match PolarParams::builder(256, 50).active(26).build() {
///     Ok(params) => params,
///     Err(_) => panic!("sizes out of range"),
/// };
/// let mut memory = Polar::new(PARAMS, [0; PARAMS.words()])?;
/// let mut scratch = [0; PARAMS.scratch_words()];
/// let mut patterns = [[0; 8]; 50];
/// for (number, pattern) in (0..).zip(&mut patterns) {
///     bits::sample(256, 26, &mut rng::stream(1, rng::Purpose(256), 0, number), pattern)?;
///     memory.learn(pattern)?;
/// }
/// let mut cue = [0; 8];
/// bits::cue(&patterns[7], 13, &mut rng::stream(1, rng::Purpose(257), 0, 7), &mut cue)?;
/// let recalled = memory.recall(&cue, &mut scratch)?;
/// assert!(recalled.verified && recalled.pattern == patterns[7]);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Polar<S> {
    params: PolarParams,
    words: S,
}

impl<S: AsRef<[u32]>> Polar<S> {
    /// Views a buffer that holds a memory already. Any content is safe.
    ///
    /// # Errors
    /// [`RingError::Buffer`] unless there are exactly [`PolarParams::words`] words.
    pub fn open(params: PolarParams, words: S) -> Result<Self, RingError> {
        check_buffer(words.as_ref(), params.words())?;
        Ok(Self { params, words })
    }

    /// The sizes.
    #[must_use]
    pub fn params(&self) -> &PolarParams {
        &self.params
    }

    /// Patterns learned so far, with those that have left the ring.
    #[must_use]
    pub fn learned(&self) -> u64 {
        learned(self.words.as_ref())
    }

    /// The whole state.
    #[must_use]
    pub fn words(&self) -> &[u32] {
        self.words.as_ref()
    }

    /// Gives the buffer back.
    #[must_use]
    pub fn into_words(self) -> S {
        self.words
    }
}

impl<S: AsRef<[u32]>> Polar<S> {
    /// Makes an empty memory in the buffer. What the buffer held is lost; [`Polar::open`] keeps it.
    ///
    /// # Errors
    /// [`RingError::Buffer`] unless there are exactly [`PolarParams::words`] words.
    pub fn new(params: PolarParams, words: S) -> Result<Self, RingError>
    where
        S: Writable,
    {
        let mut memory = Self::open(params, words)?;
        memory.words.as_mut().fill(0);
        Ok(memory)
    }

    /// Learns a pattern, in the place of the oldest once all slots are taken.
    ///
    /// # Errors
    /// [`RingError::Pattern`] for a pattern that is no vector of n bits, [`RingError::Empty`] for one without ones,
    /// [`RingError::Ones`] for one with another number of ones than s, [`RingError::End`] after `2^64 - 1` patterns. Nothing is
    /// learned then.
    pub fn learn(&mut self, pattern: &[u32]) -> Result<(), RingError>
    where
        S: Writable,
    {
        let params = self.params;
        let number = self.learned();
        let next = check_pattern(pattern, params.visible(), number)?;
        let (got, expected) = (bits::count(pattern), params.active());
        if got != expected {
            return Err(RingError::Ones { got, expected });
        }
        let (mut code, mut stored) = ([0; MAX_WORDS], [0; MAX_WORDS]);
        let length = bits::words_for(params.length());
        let code = code.get_mut(..length).unwrap_or_default();
        let stored = stored.get_mut(..length).unwrap_or_default();
        copy(pattern, code);
        transform(code, WORD_BITS);
        to_stored(code);
        mark_stored(params.last_stored(), stored);
        let size = params.slot_words();
        let slot = number.checked_rem(params.slots().into()).unwrap_or(0);
        let start = COUNTER_WORDS.saturating_add((slot as usize).saturating_mul(size));
        let words = self.words.as_mut();
        let own = words.get_mut(start..).unwrap_or_default();
        let own = own.get_mut(..size).unwrap_or_default();
        own.fill(0);
        params.sketch_of(pattern, own);
        let mut at = params.sketch();
        for position in bits::ones(stored) {
            if bits::get(code, position) {
                bits::set(own, at);
            }
            at = at.wrapping_add(1);
        }
        for position in bits::ones(&[check(pattern)]) {
            bits::set(own, at.wrapping_add(position));
        }
        set_learned(words, next);
        Ok(())
    }
}

fn copy(from: &[u32], to: &mut [u32]) {
    for (to, &from) in to.iter_mut().zip(from) {
        *to = from;
    }
}
