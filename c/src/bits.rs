//! Packed bit vectors, and what draws them.

use slotless_core::bits as core_bits;
use slotless_core::rng::{self, Key, Pcg32, Purpose};

use crate::lent::{self, Lent};
use crate::status::{self, Status};

/// A place in the random numbers: the same numbers for the same place, on every machine.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Stream {
    /// Seed.
    pub seed: u64,
    /// What the numbers are for: from 256 on; those below are the library's own.
    pub purpose: u32,
    /// Trial.
    pub trial: u32,
    /// Number, such as that of a pattern.
    pub number: u32,
}

impl From<&Stream> for Pcg32 {
    fn from(at: &Stream) -> Self {
        rng::stream(at.seed, Purpose(at.purpose), at.trial, at.number)
    }
}

/// Reads a bit vector from bytes, the lowest bit of each first.
///
/// @param bytes ceil(bits / 8) bytes
/// @param bits length of the vector
/// @param[out] words SLOTLESS_WORDS(bits) words
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_bits_from_bytes(
    bytes: *const u8,
    byte_count: u32,
    bits: u32,
    words: *mut u32,
    word_count: u32,
) -> Status {
    status::of(|| {
        let (from, to) = (
            Lent::read(bytes, byte_count)?,
            Lent::write(words, word_count)?,
        );
        lent::apart(&[from.region(), to.region()])?;
        // SAFETY: C's promise; they are apart.
        let (from, to) = unsafe { (from.slice(), to.slice_mut()) };
        Ok(core_bits::from_bytes(from, bits, to)?)
    })
}

/// Writes a bit vector as bytes, the lowest bit of each first.
///
/// @param words SLOTLESS_WORDS(bits) words
/// @param bits length of the vector
/// @param[out] bytes ceil(bits / 8) bytes
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_bits_to_bytes(
    words: *const u32,
    word_count: u32,
    bits: u32,
    bytes: *mut u8,
    byte_count: u32,
) -> Status {
    status::of(|| {
        let (from, to) = (
            Lent::read(words, word_count)?,
            Lent::write(bytes, byte_count)?,
        );
        lent::apart(&[from.region(), to.region()])?;
        // SAFETY: C's promise; they are apart.
        let (from, to) = unsafe { (from.slice(), to.slice_mut()) };
        Ok(core_bits::to_bytes(from, bits, to)?)
    })
}

/// Sets a bit.
///
/// @return SLOTLESS_STATUS_BEYOND for a bit that these words do not have
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_bits_set(words: *mut u32, word_count: u32, bit: u32) -> Status {
    status::of(|| {
        let words = Lent::write(words, word_count)?;
        if (bit / core_bits::WORD_BITS) as usize >= words.count() {
            return Err(Status::Beyond);
        }
        // SAFETY: C's promise.
        core_bits::set(unsafe { words.slice_mut() }, bit);
        Ok(())
    })
}

/// Counts the ones.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_bits_count(
    words: *const u32,
    word_count: u32,
    count: *mut u32,
) -> Status {
    // SAFETY: C's promise.
    unsafe { slotless_bits_overlap(words, words, word_count, count) }
}

/// Counts the ones that two vectors share.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_bits_overlap(
    a: *const u32,
    b: *const u32,
    word_count: u32,
    overlap: *mut u32,
) -> Status {
    status::of(|| {
        let (a, b) = (Lent::read(a, word_count)?, Lent::read(b, word_count)?);
        let out = Lent::out(overlap)?;
        lent::apart(&[a.region(), b.region(), out.region()])?;
        // SAFETY: C's promise; the result is apart.
        let shared = core_bits::overlap(unsafe { a.slice() }, unsafe { b.slice() });
        // SAFETY: C's promise.
        unsafe { out.put(shared) };
        Ok(())
    })
}

/// Draws a pattern: so many ones of so many bits, every such vector equally likely.
///
/// @param at the place of the random numbers
/// @param ones 0 to bits
/// @param[out] words SLOTLESS_WORDS(bits) words
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_bits_sample(
    at: *const Stream,
    bits: u32,
    ones: u32,
    words: *mut u32,
    word_count: u32,
) -> Status {
    status::of(|| {
        let (at, to) = (Lent::read(at, 1)?, Lent::write(words, word_count)?);
        lent::apart(&[at.region(), to.region()])?;
        // SAFETY: C's promise; they are apart.
        let (at, to) = unsafe { (at.slice(), to.slice_mut()) };
        let at = at.first().ok_or(Status::Null)?;
        Ok(core_bits::sample(bits, ones, &mut Pcg32::from(at), to)?)
    })
}

/// Draws a cue: so many of a pattern's ones, at random; all if it has no more.
///
/// @param at the place of the random numbers
/// @param[out] cue as many words as the pattern
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_bits_cue(
    at: *const Stream,
    pattern: *const u32,
    word_count: u32,
    keep: u32,
    cue: *mut u32,
) -> Status {
    status::of(|| {
        let (at, from) = (Lent::read(at, 1)?, Lent::read(pattern, word_count)?);
        let to = Lent::write(cue, word_count)?;
        lent::apart(&[at.region(), from.region(), to.region()])?;
        // SAFETY: C's promise; the cue is apart.
        let (at, from, to) = unsafe { (at.slice(), from.slice(), to.slice_mut()) };
        let at = at.first().ok_or(Status::Null)?;
        Ok(core_bits::cue(from, keep, &mut Pcg32::from(at), to)?)
    })
}

/// A random word that belongs to a place: the draw number `index` of the key of seed, purpose and `of`.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_draw(
    seed: u64,
    purpose: u32,
    of: u32,
    index: u32,
    drawn: *mut u32,
) -> Status {
    status::of(|| {
        let out = Lent::out(drawn)?;
        let key = Key::new(seed, Purpose(purpose)).derive(of);
        // SAFETY: C's promise.
        unsafe { out.put(key.at(index)) };
        Ok(())
    })
}
