//! Patterns as codes, in a ring of bits.

use super::rice::{Coding, Reader, advance};
use super::{
    COUNTER_WORDS, Found, Match, ParamsError, Recalled, RingError, check_buffer, check_pattern,
    check_units, learned, set_learned,
};
use crate::bits;
use crate::memory::Writable;

/// The most words of codes: their bits have numbers below 2^31.
const MAX_CODE_WORDS: u32 = 1 << 26;
/// Words of a state before the codes: the number learned, then where the oldest code starts, the bits of all, and how many
/// there are.
const HEAD_WORDS: usize = COUNTER_WORDS + 3;

/// Checked sizes of a ring of codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CodedParams {
    visible: u32,
    active: u32,
    code_words: u32,
    coding: Coding,
}

impl CodedParams {
    /// n `visible` units, 1 to 2^20; s ones of a pattern (`active`, 1..=n), for which codes are shortest; `code_words` words of
    /// codes, 1 to 2^26. Patterns of any number of ones may be learned.
    ///
    /// # Errors
    /// [`ParamsError::Visible`], [`ParamsError::Active`], [`ParamsError::Words`].
    pub const fn new(visible: u32, active: u32, code_words: u32) -> Result<Self, ParamsError> {
        if let Err(error) = check_units(visible, active) {
            return Err(error);
        }
        if code_words == 0 || code_words > MAX_CODE_WORDS {
            return Err(ParamsError::Words {
                words: code_words,
                most: MAX_CODE_WORDS,
            });
        }
        Ok(Self {
            visible,
            active,
            code_words,
            coding: Coding::new(visible, active),
        })
    }

    /// Visible units, n.
    #[must_use]
    pub const fn visible(&self) -> u32 {
        self.visible
    }

    /// Ones of a pattern, s.
    #[must_use]
    pub const fn active(&self) -> u32 {
        self.active
    }

    /// Words of codes.
    #[must_use]
    pub const fn code_words(&self) -> u32 {
        self.code_words
    }

    /// k of the Rice codes: how many low bits of a gap are written as they are.
    #[must_use]
    pub const fn rice(&self) -> u32 {
        self.coding.low
    }

    /// Patterns of s ones, drawn at random, that the ring holds: its bits over the mean length of a code, rounded down.
    #[must_use]
    pub const fn typical(&self) -> u64 {
        match (self.code_words as u64 * bits::WORD_BITS as u64).checked_div(self.coding.mean()) {
            Some(patterns) => patterns,
            None => 0,
        }
    }

    /// Words of the memory's one buffer: 5, then those of codes.
    #[must_use]
    pub const fn words(&self) -> usize {
        HEAD_WORDS + self.code_words as usize
    }

    /// Words of scratch that recalling takes, a pattern: `ceil(n / 32)`. It may be longer.
    #[must_use]
    pub const fn scratch_words(&self) -> usize {
        bits::words_for(self.visible)
    }
}

/// A ring of coded patterns in the caller's buffer.
///
/// `S` is anything that lends words; the buffer is the whole state: the number learned (2 words), the bit at which the oldest
/// code starts, bits of all codes, how many there are, and the words that these bits go round in.
#[derive(Clone, Debug)]
pub struct Coded<S> {
    params: CodedParams,
    words: S,
}

/// What stands before the codes.
#[derive(Clone, Copy)]
struct Head {
    start: u32,
    used: u32,
    kept: u32,
}

impl<S: AsRef<[u32]>> Coded<S> {
    /// Views a buffer that holds a memory already. Any content is safe: what is no code ends what can be read.
    ///
    /// # Errors
    /// [`RingError::Buffer`] unless there are exactly [`CodedParams::words`] words.
    pub fn open(params: CodedParams, words: S) -> Result<Self, RingError> {
        check_buffer(words.as_ref(), params.words())?;
        Ok(Self { params, words })
    }

    /// The sizes.
    #[must_use]
    pub fn params(&self) -> &CodedParams {
        &self.params
    }

    /// Patterns learned so far, with those that have left the ring.
    #[must_use]
    pub fn learned(&self) -> u64 {
        learned(self.words.as_ref())
    }

    /// Patterns that are in the ring.
    #[must_use]
    pub fn kept(&self) -> u32 {
        self.head().kept
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

    /// The patterns with the largest overlaps, of equal ones the newest.
    ///
    /// # Errors
    /// [`RingError::Cue`] for a cue that is no vector of n bits.
    pub fn find(&self, cue: &[u32]) -> Result<Found, RingError> {
        bits::check(cue, self.params.visible).map_err(RingError::Cue)?;
        Ok(self.search(cue).0)
    }

    /// Decodes the pattern with the largest overlap into the scratch buffer.
    ///
    /// # Errors
    /// As [`Coded::find`], and [`RingError::Scratch`] for fewer than [`CodedParams::scratch_words`] words.
    pub fn recall<'a>(
        &self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Recalled<'a>, RingError> {
        bits::check(cue, self.params.visible).map_err(RingError::Cue)?;
        let (got, expected) = (scratch.len(), self.params.scratch_words());
        let short = RingError::Scratch { got, expected };
        let pattern = scratch.get_mut(..expected).ok_or(short)?;
        pattern.fill(0);
        let (found, mut reader) = self.search(cue);
        if found.best.is_some() {
            let coding = self.params.coding;
            // It has been read before.
            let _ = coding.read(&mut reader, |unit| bits::set(pattern, unit));
        }
        Ok(Recalled { pattern, found })
    }

    /// Decodes the patterns in the ring into the scratch buffer, one after the other, the oldest first, and calls `each` with
    /// them: those that [`Coded::recall`] compares a cue with. What is no code ends it.
    ///
    /// # Errors
    /// [`RingError::Scratch`] for fewer than [`CodedParams::scratch_words`] words.
    pub fn decode(
        &self,
        scratch: &mut [u32],
        mut each: impl FnMut(&[u32]),
    ) -> Result<(), RingError> {
        let (got, expected) = (scratch.len(), self.params.scratch_words());
        let short = RingError::Scratch { got, expected };
        let pattern = scratch.get_mut(..expected).ok_or(short)?;
        let mut reader = self.reader();
        for _ in 0..self.kept() {
            pattern.fill(0);
            let coding = self.params.coding;
            if coding
                .read(&mut reader, |unit| bits::set(pattern, unit))
                .is_none()
            {
                break;
            }
            each(pattern);
        }
        Ok(())
    }

    /// What is found, and where the best one's code starts.
    #[inline(never)]
    fn search(&self, cue: &[u32]) -> (Found, Reader<'_>) {
        let head = self.head();
        let ones = bits::count(cue);
        let mut found = Found::default();
        let mut reader = self.reader();
        let mut at_best = reader;
        for slot in 0..head.kept {
            let before = reader;
            let mut overlap = 0u32;
            let read = self.params.coding.read(&mut reader, |unit| {
                overlap = overlap.wrapping_add(bits::get(cue, unit).into());
            });
            if read.is_none() {
                break;
            }
            found.better_of_equals(Match {
                overlap,
                ones,
                slot,
                age: Some(u64::from(head.kept - slot)),
            });
            if found.best.is_some_and(|best| best.slot == slot) {
                at_best = before;
            }
        }
        (found, at_best)
    }

    fn head(&self) -> Head {
        let bits = self.params.code_words.wrapping_mul(bits::WORD_BITS);
        match self.words.as_ref() {
            &[_, _, start, used, kept, ..] => Head {
                start: start.checked_rem(bits).unwrap_or(0),
                used: used.min(bits),
                kept,
            },
            _ => Head {
                start: 0,
                used: 0,
                kept: 0,
            },
        }
    }

    /// At the oldest code.
    fn reader(&self) -> Reader<'_> {
        let head = self.head();
        Reader {
            codes: self.words.as_ref().get(HEAD_WORDS..).unwrap_or(&[]),
            at: head.start,
            left: head.used,
        }
    }
}

impl<S: AsRef<[u32]>> Coded<S> {
    /// Makes an empty memory in the buffer. What the buffer held is lost; [`Coded::open`] keeps it.
    ///
    /// # Errors
    /// [`RingError::Buffer`] unless there are exactly [`CodedParams::words`] words.
    pub fn new(params: CodedParams, words: S) -> Result<Self, RingError>
    where
        S: Writable,
    {
        let mut memory = Self::open(params, words)?;
        memory.words.as_mut().fill(0);
        Ok(memory)
    }

    /// Learns a pattern; the oldest make room for its code.
    ///
    /// # Errors
    /// [`RingError::Pattern`] for a pattern that is no vector of n bits, [`RingError::Empty`] for one without ones,
    /// [`RingError::Code`] for one whose code is longer than the ring, [`RingError::End`] after `2^64 - 1` patterns. Nothing
    /// is learned then.
    pub fn learn(&mut self, pattern: &[u32]) -> Result<(), RingError>
    where
        S: Writable,
    {
        let coding = self.params.coding;
        let next = check_pattern(pattern, self.params.visible, self.learned())?;
        let (bits, most) = (
            coding.length(pattern),
            self.params.code_words.wrapping_mul(bits::WORD_BITS),
        );
        if bits > most {
            return Err(RingError::Code { bits, most });
        }
        let mut head = self.head();
        let mut reader = self.reader();
        while most.saturating_sub(head.used) < bits {
            head = match coding.read(&mut reader, |_| {}) {
                Some(()) => Head {
                    start: reader.at,
                    used: reader.left,
                    kept: head.kept.saturating_sub(1),
                },
                // No code, which no learning leaves: all that is behind it is none either.
                None => Head {
                    start: 0,
                    used: 0,
                    kept: 0,
                },
            };
        }
        let words = self.words.as_mut();
        let (front, codes) = words
            .split_at_mut_checked(HEAD_WORDS)
            .unwrap_or((&mut [], &mut []));
        let end = advance(codes, head.start, head.used);
        coding.write(pattern, codes, end);
        set_learned(front, next);
        let values = [
            head.start,
            head.used.wrapping_add(bits),
            head.kept.wrapping_add(1),
        ];
        for (word, value) in front.iter_mut().skip(COUNTER_WORDS).zip(values) {
            *word = value;
        }
        Ok(())
    }
}
