//! Encoders: from sensor values to patterns, and back.
//!
//! Each is a struct of sizes that a call checks: a few comparisons.

use slotless_core::bits;
use slotless_core::encode::{self, Decode, Encode, Range, WindowParams};

use crate::handle::{self, Buffers, Handle};
use crate::lent::{self, Lent, NOWHERE};
use crate::status::{self, Result, Status};

/// The higher the value, the more ones.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Thermometer {
    /// The lowest value; those below are taken as it.
    pub low: i32,
    /// The highest value, low or above; those above are taken as it.
    pub high: i32,
    /// Units, and steps: 1 to 2^20.
    pub units: u32,
}

/// A run of ones that moves with the value.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bucket {
    /// The lowest value; those below are taken as it.
    pub low: i32,
    /// The highest value, low or above; those above are taken as it.
    pub high: i32,
    /// Units: 1 to 2^20.
    pub units: u32,
    /// Ones: 1 to units. There are units - ones + 1 steps.
    pub ones: u32,
}

/// A run of ones around a ring, as of a heading or the time of day.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Circular {
    /// Values of a cycle: 1 to 2^31. Any value is taken modulo this.
    pub period: u32,
    /// Units, and steps: 2 to 2^20.
    pub units: u32,
    /// Ones: 1 to units - 1.
    pub ones: u32,
}

/// Random ones, of which each step changes one.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SparseRandom {
    /// The lowest value; those below are taken as it.
    pub low: i32,
    /// The highest value, low or above; those above are taken as it.
    pub high: i32,
    /// Steps: 1 to 2^20.
    pub steps: u32,
    /// Units: 2 to 2^20.
    pub units: u32,
    /// Ones: 1 to units / 2.
    pub ones: u32,
    /// Seed.
    pub seed: u64,
}

/// A value read from a pattern.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Estimate {
    /// The value: the middle of a step.
    pub value: i32,
    /// How much the pattern agrees with that of this value.
    pub agreement: u32,
    /// The most that could be.
    pub most: u32,
}

/// # Safety
/// At the address is one, or it is null.
unsafe fn sizes<T: Copy>(at: *const T) -> Result<T> {
    // SAFETY: the caller's promise; `Lent` has checked null and alignment.
    let one = unsafe { Lent::read(at, 1)?.slice() };
    one.first().copied().ok_or(Status::Null)
}

/// Writes a pattern into bits that are there, if they are.
///
/// # Safety
/// As the header says of the functions that call it.
unsafe fn write<E: Encode<Value = i32>>(
    encoder: &E,
    own: lent::Region,
    value: i32,
    first_bit: u32,
    pattern: *mut u32,
    words: u32,
) -> Result<()> {
    let to = Lent::write(pattern, words)?;
    lent::apart(&[own, to.region()])?;
    within(encoder.units(), first_bit, to.count())?;
    // SAFETY: the caller's promise; it is apart.
    encoder.write(value, first_bit, unsafe { to.slice_mut() });
    Ok(())
}

/// Reads a value.
///
/// # Safety
/// As the header says of the functions that call it.
unsafe fn read<E: Decode<Found = Option<encode::Estimate>>>(
    encoder: &E,
    own: lent::Region,
    pattern: *const u32,
    words: u32,
    first_bit: u32,
    found: *mut Estimate,
) -> Result<()> {
    let (from, out) = (Lent::read(pattern, words)?, Lent::out(found)?);
    lent::apart(&[own, from.region(), out.region()])?;
    within(encoder.units(), first_bit, from.count())?;
    // SAFETY: the caller's promise; nothing is written there.
    let found = encoder
        .read(unsafe { from.slice() }, first_bit)
        .ok_or(Status::Nothing)?;
    // SAFETY: the caller's promise.
    unsafe {
        out.put(Estimate {
            value: found.value,
            agreement: found.agreement,
            most: found.most,
        });
    }
    Ok(())
}

/// Checks that so many units have room from a bit on.
fn within(units: u32, first_bit: u32, words: usize) -> Result<()> {
    match first_bit.checked_add(units) {
        Some(end) if bits::words_for(end) <= words => Ok(()),
        _ => Err(Status::Length),
    }
}

impl Thermometer {
    fn checked(&self) -> Result<encode::Thermometer> {
        Ok(encode::Thermometer::new(
            Range::new(self.low, self.high)?,
            self.units,
        )?)
    }
}

/// Thermometer: sets the ones of a value's pattern from a bit on, and leaves all other bits as they are. One division.
///
/// Zero the pattern first, and write the sensors one after another: bits first_bit to first_bit + units - 1 are this one's.
///
/// @param first_bit where the pattern begins
/// @param[in,out] pattern words that have all of its bits
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_thermometer_write(
    encoder: *const Thermometer,
    value: i32,
    first_bit: u32,
    pattern: *mut u32,
    pattern_words: u32,
) -> Status {
    status::of(|| {
        let own = Lent::read(encoder, 1)?.region();
        // SAFETY: C's promise.
        let encoder = unsafe { sizes(encoder) }?.checked()?;
        // SAFETY: C's promise.
        unsafe { write(&encoder, own, value, first_bit, pattern, pattern_words) }
    })
}

/// Thermometer: finds the value whose pattern agrees most with the bits from one on, be they recalled, damaged or a part.
///
/// @param first_bit where the pattern begins
/// @param[out] found the value
/// @return SLOTLESS_STATUS_NOTHING where these bits have no one
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_thermometer_read(
    encoder: *const Thermometer,
    pattern: *const u32,
    pattern_words: u32,
    first_bit: u32,
    found: *mut Estimate,
) -> Status {
    status::of(|| {
        let own = Lent::read(encoder, 1)?.region();
        // SAFETY: C's promise.
        let encoder = unsafe { sizes(encoder) }?.checked()?;
        // SAFETY: C's promise.
        unsafe { read(&encoder, own, pattern, pattern_words, first_bit, found) }
    })
}

impl Bucket {
    fn checked(&self) -> Result<encode::Bucket> {
        let range = Range::new(self.low, self.high)?;
        Ok(encode::Bucket::new(range, self.units, self.ones)?)
    }
}

/// Bucket: sets the ones of a value's pattern from a bit on, and leaves all other bits as they are. One division.
///
/// Zero the pattern first, and write the sensors one after another: bits first_bit to first_bit + units - 1 are this one's.
///
/// @param first_bit where the pattern begins
/// @param[in,out] pattern words that have all of its bits
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_bucket_write(
    encoder: *const Bucket,
    value: i32,
    first_bit: u32,
    pattern: *mut u32,
    pattern_words: u32,
) -> Status {
    status::of(|| {
        let own = Lent::read(encoder, 1)?.region();
        // SAFETY: C's promise.
        let encoder = unsafe { sizes(encoder) }?.checked()?;
        // SAFETY: C's promise.
        unsafe { write(&encoder, own, value, first_bit, pattern, pattern_words) }
    })
}

/// Bucket: finds the value whose pattern agrees most with the bits from one on, be they recalled, damaged or a part.
///
/// @param first_bit where the pattern begins
/// @param[out] found the value
/// @return SLOTLESS_STATUS_NOTHING where these bits have no one
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_bucket_read(
    encoder: *const Bucket,
    pattern: *const u32,
    pattern_words: u32,
    first_bit: u32,
    found: *mut Estimate,
) -> Status {
    status::of(|| {
        let own = Lent::read(encoder, 1)?.region();
        // SAFETY: C's promise.
        let encoder = unsafe { sizes(encoder) }?.checked()?;
        // SAFETY: C's promise.
        unsafe { read(&encoder, own, pattern, pattern_words, first_bit, found) }
    })
}

impl Circular {
    fn checked(&self) -> Result<encode::Circular> {
        Ok(encode::Circular::new(self.period, self.units, self.ones)?)
    }
}

/// Ring of units: sets the ones of a value's pattern from a bit on, and leaves all other bits as they are. Two divisions.
///
/// Zero the pattern first, and write the sensors one after another: bits first_bit to first_bit + units - 1 are this one's.
///
/// @param first_bit where the pattern begins
/// @param[in,out] pattern words that have all of its bits
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_circular_write(
    encoder: *const Circular,
    value: i32,
    first_bit: u32,
    pattern: *mut u32,
    pattern_words: u32,
) -> Status {
    status::of(|| {
        let own = Lent::read(encoder, 1)?.region();
        // SAFETY: C's promise.
        let encoder = unsafe { sizes(encoder) }?.checked()?;
        // SAFETY: C's promise.
        unsafe { write(&encoder, own, value, first_bit, pattern, pattern_words) }
    })
}

/// Ring of units: finds the value whose pattern agrees most with the bits from one on, be they recalled, damaged or a part.
///
/// @param first_bit where the pattern begins
/// @param[out] found the value
/// @return SLOTLESS_STATUS_NOTHING where these bits have no one
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_circular_read(
    encoder: *const Circular,
    pattern: *const u32,
    pattern_words: u32,
    first_bit: u32,
    found: *mut Estimate,
) -> Status {
    status::of(|| {
        let own = Lent::read(encoder, 1)?.region();
        // SAFETY: C's promise.
        let encoder = unsafe { sizes(encoder) }?.checked()?;
        // SAFETY: C's promise.
        unsafe { read(&encoder, own, pattern, pattern_words, first_bit, found) }
    })
}

impl SparseRandom {
    fn checked(&self) -> Result<encode::SparseRandom> {
        let range = Range::new(self.low, self.high)?;
        Ok(encode::SparseRandom::new(
            range, self.steps, self.units, self.ones, self.seed,
        )?)
    }
}

/// Random ones: sets the ones of a value's pattern from a bit on, and leaves all other bits as they are. Two divisions, and a hash for each one.
///
/// Zero the pattern first, and write the sensors one after another: bits first_bit to first_bit + units - 1 are this one's.
///
/// @param first_bit where the pattern begins
/// @param[in,out] pattern words that have all of its bits
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_sparse_random_write(
    encoder: *const SparseRandom,
    value: i32,
    first_bit: u32,
    pattern: *mut u32,
    pattern_words: u32,
) -> Status {
    status::of(|| {
        let own = Lent::read(encoder, 1)?.region();
        // SAFETY: C's promise.
        let encoder = unsafe { sizes(encoder) }?.checked()?;
        // SAFETY: C's promise.
        unsafe { write(&encoder, own, value, first_bit, pattern, pattern_words) }
    })
}

/// Random ones: finds the value whose pattern agrees most with the bits from one on, be they recalled, damaged or a part.
///
/// @param first_bit where the pattern begins
/// @param[out] found the value
/// @return SLOTLESS_STATUS_NOTHING where these bits have no one
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_sparse_random_read(
    encoder: *const SparseRandom,
    pattern: *const u32,
    pattern_words: u32,
    first_bit: u32,
    found: *mut Estimate,
) -> Status {
    status::of(|| {
        let own = Lent::read(encoder, 1)?.region();
        // SAFETY: C's promise.
        let encoder = unsafe { sizes(encoder) }?.checked()?;
        // SAFETY: C's promise.
        unsafe { read(&encoder, own, pattern, pattern_words, first_bit, found) }
    })
}

/// The last patterns as one, in a buffer of the caller's. Opaque, and free to be moved; the buffer has to stay.
///
/// Zero it before its first use: a window that was not made is then refused (SLOTLESS_STATUS_HANDLE).
#[repr(C)]
pub struct Window {
    opaque: [u64; 10],
}

impl Handle for Window {
    type Params = WindowParams;
    const TAG: u32 = 0x7769_6e64;
}

/// Makes an empty window of the last patterns.
///
/// @param[out] window the window
/// @param units bits of a pattern: 1 to 2^20
/// @param frames patterns, 1 to 65536; frames * units up to 2^20
/// @param state at least SLOTLESS_WINDOW_STATE_WORDS(units, frames) words, which the window keeps
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_window_new(
    window: *mut Window,
    units: u32,
    frames: u32,
    state: *mut u32,
    state_words: u32,
) -> Status {
    status::of(|| {
        let params = WindowParams::new(units, frames)?;
        let state = Lent::write(state, state_words)?;
        // SAFETY: C's promise.
        let buffers = unsafe { Buffers::bare(window, state) }?;
        let buffers = buffers.fit(params.words(), 0, NOWHERE)?;
        encode::Window::new(params, buffers.state())?;
        buffers.make(params);
        Ok(())
    })
}

/// Takes in a pattern as the newest frame; the oldest leaves.
///
/// @param pattern SLOTLESS_WORDS(units) words
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_window_push(
    window: *mut Window,
    pattern: *const u32,
    pattern_words: u32,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let window = unsafe { handle::look(window) }?;
        let pattern = Lent::read(pattern, pattern_words)?;
        let (state, _) = window.writing([pattern.region()])?;
        let mut window = encode::Window::open(window.params, state)?;
        // SAFETY: C's promise; nothing is written there.
        Ok(window.push(unsafe { pattern.slice() })?)
    })
}

/// Writes all frames as one pattern, the newest first; those that are not there yet are zeros.
///
/// @param[out] pattern SLOTLESS_WORDS(frames * units) words
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_window_write(
    window: *const Window,
    pattern: *mut u32,
    pattern_words: u32,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let window = unsafe { handle::look(window) }?;
        let to = Lent::write(pattern, pattern_words)?;
        let (state, _) = window.reading([to.region()])?;
        let window = encode::Window::open(window.params, state)?;
        // SAFETY: C's promise; it is apart.
        Ok(window.write(unsafe { to.slice_mut() })?)
    })
}
