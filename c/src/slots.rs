//! Plain slots: a ring buffer of patterns, and its relatives.

use slotless_core::ring::{Match, Replacement, Slots as Ring, SlotsParams as Checked};
use slotless_core::snapshot;

use crate::handle::{self, Buffers, Handle, Sizes};
use crate::lent::{self, Lent, NOWHERE};
use crate::snapshot::{of_words, write};
use crate::status::{self, Result, Status};

/// Plain slots in a buffer of the caller's. Opaque, and free to be moved; the buffer has to stay.
///
/// Zero it before its first use: a memory that was not made is then refused (SLOTLESS_STATUS_HANDLE).
#[repr(C)]
pub struct Slots {
    opaque: [u64; 12],
}

/// Sizes of a memory of plain slots.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SlotsParams {
    /// Visible units n, the bits of a pattern: 1 to 2^20.
    pub visible: u32,
    /// Slots; 0 is as many as the buffer of the state holds.
    pub slots: u32,
    /// Which slot a pattern goes to once all are taken: SLOTLESS_FIFO, _RANDOM, _RESERVOIR or _BALANCED.
    pub replacement: u32,
    /// Classes of patterns, 1 to 256, where replacement is balanced; else not looked at.
    pub classes: u32,
    /// Seed of draws, where replacement is at random.
    pub seed: u64,
}

/// slotless_slots_params.replacement: that of the oldest, a ring buffer.
pub const SLOTLESS_FIFO: u32 = 0;
/// slotless_slots_params.replacement: one at random.
pub const SLOTLESS_RANDOM: u32 = 1;
/// slotless_slots_params.replacement: one at random or none, so that what is kept is a fair sample of all.
pub const SLOTLESS_RESERVOIR: u32 = 2;
/// slotless_slots_params.replacement: one of the class with the most slots.
pub const SLOTLESS_BALANCED: u32 = 3;

/// What is given in place of a slot where there is none.
pub const SLOTLESS_NO_SLOT: u32 = 0xffff_ffff;

/// How well a stored pattern matches a cue.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SlotsMatch {
    /// How long ago it was learned, in patterns: 1 is the last; 0 where patterns are not replaced in turn.
    pub age: u64,
    /// How many ones pattern and cue share; of sketches bits.
    pub overlap: u32,
    /// The most that could be.
    pub most: u32,
    /// Overlap over most in 1/65536, rounded down; 0 for an empty cue.
    pub share: u32,
    /// Its slot; SLOTLESS_NO_SLOT where there is no such pattern.
    pub slot: u32,
}

/// What was recalled, in the state: until the next pattern is learned.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SlotsRecall {
    /// The pattern with the largest overlap, packed.
    pub pattern: *const u32,
    /// Its words.
    pub words: u32,
    /// Its class; 0 where replacement is not balanced.
    pub class_number: u32,
    /// How well it matches.
    pub best: SlotsMatch,
    /// How well the next best does; its slot is SLOTLESS_NO_SLOT where there is none.
    pub next: SlotsMatch,
}

impl SlotsMatch {
    pub(crate) const NONE: Self = Self {
        age: 0,
        overlap: 0,
        most: 0,
        share: 0,
        slot: SLOTLESS_NO_SLOT,
    };
}

impl From<Match> for SlotsMatch {
    fn from(found: Match) -> Self {
        Self {
            age: found.age().unwrap_or(0),
            overlap: found.overlap(),
            most: found.most(),
            share: found.share(),
            slot: found.slot(),
        }
    }
}

impl Handle for Slots {
    type Params = Checked;
    const TAG: u32 = 0x736c_6f74;
}

/// # Safety
/// At the address are parameters, or it is null.
unsafe fn checked(params: *const SlotsParams, state_words: usize) -> Result<Checked> {
    // SAFETY: the caller's promise; `Lent` has checked null and alignment.
    let plain = unsafe { Lent::read(params, 1)?.slice() };
    let plain = plain.first().ok_or(Status::Null)?;
    let seed = plain.seed;
    let replacement = match plain.replacement {
        SLOTLESS_FIFO => Replacement::Fifo,
        SLOTLESS_RANDOM => Replacement::Random { seed },
        SLOTLESS_RESERVOIR => Replacement::Reservoir { seed },
        SLOTLESS_BALANCED => Replacement::Balanced {
            classes: plain.classes,
            seed,
        },
        _ => return Err(Status::Replacement),
    };
    let sizes = |slots| Checked::new(plain.visible, slots, replacement);
    if plain.slots > 0 {
        return Ok(sizes(plain.slots)?);
    }
    // Four slots take four patterns, and a word of classes where there are any.
    let one = sizes(1)?;
    let four = 4 * one.pattern_words() + one.class_words();
    let room = state_words.saturating_sub(one.words() - one.pattern_words() - one.class_words());
    let fours = room.checked_div(four).unwrap_or(0);
    let rest = room
        .saturating_sub(fours * four)
        .saturating_sub(one.class_words());
    let slots = 4 * fours + rest.checked_div(one.pattern_words()).unwrap_or(0);
    Ok(sizes(u32::try_from(slots).unwrap_or(u32::MAX))?)
}

/// How large the buffer of a memory has to be; it needs no scratch. With 0 slots, which the buffer decides, SLOTLESS_STATUS_SLOTS.
///
/// @param[out] sizes the sizes
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_slots_sizes(
    params: *const SlotsParams,
    sizes: *mut Sizes,
) -> Status {
    status::of(|| {
        let out = Lent::out(sizes)?;
        // SAFETY: C's promise.
        let params = unsafe { checked(params, 0) }?;
        let snapshot = snapshot::slots::words_for(&params);
        let sizes = Sizes::new(params.words(), 0, params.pattern_words(), snapshot)?;
        // SAFETY: C's promise.
        unsafe { out.put(sizes) };
        Ok(())
    })
}

/// # Safety
/// As the header says of the functions that call it.
unsafe fn take_up(
    memory: *mut Slots,
    params: *const SlotsParams,
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
pub unsafe extern "C" fn slotless_slots_new(
    memory: *mut Slots,
    params: *const SlotsParams,
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
pub unsafe extern "C" fn slotless_slots_resume(
    memory: *mut Slots,
    params: *const SlotsParams,
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
pub unsafe extern "C" fn slotless_slots_open_snapshot(
    memory: *mut Slots,
    snapshot: *const u32,
    snapshot_words: u32,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise; nothing is written meanwhile.
        let snapshot =
            of_words::<Checked>(unsafe { Lent::read(snapshot, snapshot_words)?.slice() })?;
        let params = snapshot.slots_params()?;
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
pub unsafe extern "C" fn slotless_slots_load(
    memory: *mut Slots,
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
        let params = snapshot.slots_params()?;
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
pub unsafe extern "C" fn slotless_slots_save(
    memory: *const Slots,
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
        let words = write(&snapshot::slots::parts(&ring)?, unsafe { into.slice_mut() })?;
        // SAFETY: C's promise.
        unsafe { lent::put(written, words as u32) };
        Ok(())
    })
}

/// How many patterns were learned, with those that have lost their slots or had none.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_slots_learned(memory: *const Slots, learned: *mut u64) -> Status {
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

/// Learns a pattern. Writes one slot.
///
/// @param pattern SLOTLESS_WORDS(visible) words, with at least one one
/// @param class_number its class, below classes; 0 where replacement is not balanced
/// @param[out] slot where it went, SLOTLESS_NO_SLOT where a reservoir has left it out; may be NULL
/// @return SLOTLESS_STATUS_EMPTY for a pattern without ones: nothing is learned
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_slots_learn(
    memory: *mut Slots,
    pattern: *const u32,
    pattern_words: u32,
    class_number: u32,
    slot: *mut u32,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let memory = unsafe { handle::look(memory) }?;
        let (pattern, out) = (Lent::read(pattern, pattern_words)?, Lent::optional(slot)?);
        let (state, _) = memory.writing([pattern.region(), lent::region_of(out)])?;
        let mut ring = Ring::open(memory.params, state)?;
        // SAFETY: C's promise; nothing is written there.
        let slot = ring.learn_as(unsafe { pattern.slice() }, class_number)?;
        // SAFETY: C's promise.
        unsafe { lent::put(out, slot.unwrap_or(SLOTLESS_NO_SLOT)) };
        Ok(())
    })
}

/// Finds the pattern with the largest overlap. Reads all slots, and changes nothing.
///
/// @param cue SLOTLESS_WORDS(visible) words
/// @param[out] found the pattern and how well it matches
/// @return SLOTLESS_STATUS_NOTHING where nothing was learned
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_slots_recall(
    memory: *const Slots,
    cue: *const u32,
    cue_words: u32,
    found: *mut SlotsRecall,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let memory = unsafe { handle::look(memory) }?;
        let (cue, out) = (Lent::read(cue, cue_words)?, Lent::out(found)?);
        let (state, _) = memory.reading([cue.region(), out.region()])?;
        let ring = Ring::open(memory.params, state)?;
        // SAFETY: C's promise; nothing is written there.
        let recalled = ring.recall(unsafe { cue.slice() })?;
        let best = recalled.found.best.ok_or(Status::Nothing)?;
        let found = SlotsRecall {
            pattern: recalled.pattern.as_ptr(),
            words: recalled.pattern.len() as u32,
            class_number: ring.class(best.slot()).unwrap_or(0),
            best: best.into(),
            next: recalled
                .found
                .next
                .map_or(SlotsMatch::NONE, SlotsMatch::from),
        };
        // SAFETY: C's promise.
        unsafe { out.put(found) };
        Ok(())
    })
}
