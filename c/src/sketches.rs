//! A ring of sketches: whether a cue was seen, and how long ago.

use slotless_core::bits as core_bits;
use slotless_core::ring::{Sketches as Ring, SketchesParams as Checked};
use slotless_core::snapshot;

use crate::handle::{self, Buffers, Handle, Sizes};
use crate::lent::{self, Lent, NOWHERE};
use crate::slots::SlotsMatch;
use crate::snapshot::{of_words, write};
use crate::status::{self, Result, Status};

/// A ring of sketches in a buffer of the caller's: 8 bytes a pattern, for recognition alone. Opaque, and free to be moved; the buffer
/// has to stay.
///
/// Zero it before its first use: a memory that was not made is then refused (SLOTLESS_STATUS_HANDLE).
#[repr(C)]
pub struct Sketches {
    opaque: [u64; 12],
}

/// Sizes of a ring of sketches.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SketchesParams {
    /// Visible units n, the bits of a pattern: 1 to 2^20.
    pub visible: u32,
    /// Ones of a pattern, about: 1 to visible.
    pub active: u32,
    /// Slots; 0 is as many as the buffer of the state holds.
    pub slots: u32,
    /// Seed of which unit sets which bit.
    pub seed: u64,
}

impl Handle for Sketches {
    type Params = Checked;
    const TAG: u32 = 0x736b_6574;
}

/// # Safety
/// At the address are parameters, or it is null.
unsafe fn checked(params: *const SketchesParams, state_words: usize) -> Result<Checked> {
    // SAFETY: the caller's promise; `Lent` has checked null and alignment.
    let plain = unsafe { Lent::read(params, 1)?.slice() };
    let plain = plain.first().ok_or(Status::Null)?;
    let sizes = |slots| Checked::new(plain.visible, plain.active, slots, plain.seed);
    if plain.slots > 0 {
        return Ok(sizes(plain.slots)?);
    }
    // Two words of a slot, and as many before the first.
    let slots = (state_words / 2).saturating_sub(1);
    Ok(sizes(u32::try_from(slots).unwrap_or(u32::MAX))?)
}

/// How large the buffer of a memory has to be; it needs no scratch. With 0 slots, which the buffer decides, SLOTLESS_STATUS_SLOTS.
///
/// @param[out] sizes the sizes
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_sketches_sizes(
    params: *const SketchesParams,
    sizes: *mut Sizes,
) -> Status {
    status::of(|| {
        let out = Lent::out(sizes)?;
        // SAFETY: C's promise.
        let params = unsafe { checked(params, 0) }?;
        let snapshot = snapshot::sketches::words_for(&params);
        let pattern = core_bits::words_for(params.visible());
        let sizes = Sizes::new(params.words(), 0, pattern, snapshot)?;
        // SAFETY: C's promise.
        unsafe { out.put(sizes) };
        Ok(())
    })
}

/// # Safety
/// As the header says of the functions that call it.
unsafe fn take_up(
    memory: *mut Sketches,
    params: *const SketchesParams,
    state: Lent<u32>,
    empty: bool,
) -> Result<()> {
    // SAFETY: the caller's promise.
    let buffers = unsafe { Buffers::bare(memory, state) }?;
    // SAFETY: the caller's promise.
    let params = unsafe { checked(params, buffers.state_words()) }?;
    let buffers = buffers.fit(params.words(), 0, NOWHERE)?;
    if empty {
        Ring::new(params, buffers.state())?;
    }
    buffers.make(params);
    Ok(())
}

/// Makes an empty memory. What the state's buffer held is lost.
///
/// @param[out] memory the memory
/// @param state at least sizes.state_words words, which the memory keeps
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_sketches_new(
    memory: *mut Sketches,
    params: *const SketchesParams,
    state: *mut u32,
    state_words: u32,
) -> Status {
    status::of(|| {
        let state = Lent::write(state, state_words)?;
        // SAFETY: C's promise.
        unsafe { take_up(memory, params, state, true) }
    })
}

/// Takes up a memory whose state is in RAM already. The state is not checked; any content is safe.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_sketches_resume(
    memory: *mut Sketches,
    params: *const SketchesParams,
    state: *mut u32,
    state_words: u32,
) -> Status {
    status::of(|| {
        let state = Lent::write(state, state_words)?;
        // SAFETY: C's promise.
        unsafe { take_up(memory, params, state, false) }
    })
}

/// Opens a snapshot where it lies, such as in flash, without a copy; what is behind its end is left alone. Every word is read once to
/// check its CRC.
///
/// @param[out] memory the memory, which only recalls
/// @param snapshot the snapshot, which the memory keeps
/// @return what is wrong with the snapshot
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_sketches_open_snapshot(
    memory: *mut Sketches,
    snapshot: *const u32,
    snapshot_words: u32,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise; nothing is written meanwhile.
        let snapshot =
            of_words::<Checked>(unsafe { Lent::read(snapshot, snapshot_words)?.slice() })?;
        let params = snapshot.sketches_params()?;
        // SAFETY: C's promise.
        let buffers = unsafe { Buffers::bare(memory, Lent::of(snapshot.state())) }?;
        buffers.fit(params.words(), 0, NOWHERE)?.make(params);
        Ok(())
    })
}

/// Moves the memory of a snapshot to RAM, to go on learning.
///
/// @param[out] memory the memory
/// @param snapshot the snapshot; it is not needed afterwards
/// @return what is wrong with the snapshot
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_sketches_load(
    memory: *mut Sketches,
    snapshot: *const u32,
    snapshot_words: u32,
    state: *mut u32,
    state_words: u32,
) -> Status {
    status::of(|| {
        let (from, state) = (
            Lent::read(snapshot, snapshot_words)?,
            Lent::write(state, state_words)?,
        );
        // SAFETY: C's promise.
        let buffers = unsafe { Buffers::bare(memory, state) }?;
        // SAFETY: C's promise; nothing is written before `fit` has seen that the state is apart.
        let snapshot = of_words::<Checked>(unsafe { from.slice() })?;
        let params = snapshot.sketches_params()?;
        let buffers = buffers.fit(params.words(), 0, from.region())?;
        handle::copy(snapshot.state(), buffers.state());
        buffers.make(params);
        Ok(())
    })
}

/// Writes the memory as a snapshot.
///
/// @param[out] snapshot at least sizes.snapshot_words words, apart from the state
/// @param[out] written how many words it has; may be NULL
/// @return SLOTLESS_STATUS_OUTPUT for too few words
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_sketches_save(
    memory: *const Sketches,
    snapshot: *mut u32,
    snapshot_words: u32,
    written: *mut u32,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let memory = unsafe { handle::look(memory) }?;
        let (into, written) = (
            Lent::write(snapshot, snapshot_words)?,
            Lent::optional(written)?,
        );
        let (state, _) = memory.reading([into.region(), lent::region_of(written)])?;
        let ring = Ring::open(memory.params, state)?;
        // SAFETY: C's promise; the output is apart.
        let words = write(&snapshot::sketches::parts(&ring)?, unsafe {
            into.slice_mut()
        })?;
        // SAFETY: C's promise.
        unsafe { lent::put(written, words as u32) };
        Ok(())
    })
}

/// How many patterns were learned, with those that have left the ring.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_sketches_learned(
    memory: *const Sketches,
    learned: *mut u64,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let memory = unsafe { handle::look(memory) }?;
        let out = Lent::out(learned)?;
        let (state, _) = memory.reading([out.region()])?;
        // SAFETY: C's promise.
        unsafe { out.put(handle::learned(state)) };
        Ok(())
    })
}

/// Learns a pattern. Writes two words.
///
/// @param pattern SLOTLESS_WORDS(visible) words, with at least one one
/// @return SLOTLESS_STATUS_EMPTY for a pattern without ones: nothing is learned
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_sketches_learn(
    memory: *mut Sketches,
    pattern: *const u32,
    pattern_words: u32,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let memory = unsafe { handle::look(memory) }?;
        let pattern = Lent::read(pattern, pattern_words)?;
        let (state, _) = memory.writing([pattern.region()])?;
        let mut ring = Ring::open(memory.params, state)?;
        // SAFETY: C's promise; nothing is written there.
        Ok(ring.learn(unsafe { pattern.slice() })?)
    })
}

/// Finds the patterns whose sketches share most bits with that of a cue. A cue of share 65536 is part of the best one, or looks so by
/// chance. Reads two words a slot, and changes nothing.
///
/// @param cue SLOTLESS_WORDS(visible) words
/// @param[out] best how well the best matches
/// @param[out] next how well the next best does, its slot SLOTLESS_NO_SLOT where there is none; may be NULL
/// @return SLOTLESS_STATUS_NOTHING where nothing was learned
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_sketches_find(
    memory: *const Sketches,
    cue: *const u32,
    cue_words: u32,
    best: *mut SlotsMatch,
    next: *mut SlotsMatch,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let memory = unsafe { handle::look(memory) }?;
        let cue = Lent::read(cue, cue_words)?;
        let (best, next) = (Lent::out(best)?, Lent::optional(next)?);
        let (state, _) = memory.reading([cue.region(), best.region(), lent::region_of(next)])?;
        let ring = Ring::open(memory.params, state)?;
        // SAFETY: C's promise; nothing is written there.
        let found = ring.find(unsafe { cue.slice() })?;
        let first = found.best.ok_or(Status::Nothing)?;
        // SAFETY: C's promise.
        unsafe { best.put(first.into()) };
        // SAFETY: C's promise.
        unsafe { lent::put(next, found.next.map_or(SlotsMatch::NONE, SlotsMatch::from)) };
        Ok(())
    })
}
