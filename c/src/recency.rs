//! The memory of recency levels.

use slotless_core::recency::{Match, Params, ParamsBuilder, Recency as Levels};
use slotless_core::snapshot;

use crate::handle::{self, Buffers, Handle, Sizes};
use crate::lent::{self, Lent, NOWHERE};
use crate::snapshot::{of_words, write};
use crate::status::{self, Result, Status};

/// A memory of recency levels in buffers of the caller's. Opaque, and free to be moved; the buffers have to stay.
///
/// Zero it before its first use: a memory that was not made is then refused (SLOTLESS_STATUS_HANDLE).
#[repr(C)]
pub struct Recency {
    opaque: [u64; 16],
}

/// Sizes of a memory of recency levels. It holds the last rows * levels patterns.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct RecencyParams {
    /// Visible units n, the bits of a pattern: 1 to 2^20.
    pub visible: u32,
    /// Rows; 0 is as many as the buffer of the state holds.
    pub rows: u32,
    /// Levels: 1 to 255. More hold more patterns in a row, which take more from each other.
    pub levels: u32,
    /// Ones of a recalled pattern: 1 to visible.
    pub active: u32,
    /// The most cells that are set in a row: active to visible; 0 chooses it from the other sizes.
    pub cap: u32,
    /// What a contradiction counts, in 1/16 nat: 1 to 1024; 0 is 96.
    pub miss: u32,
}

/// Which event a cue belongs to, and how well.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct RecencyMatch {
    /// How long ago it was learned, in patterns: 1 is the last.
    pub age: u64,
    /// Log-likelihood in 1/16 nat.
    pub score: i32,
    /// The largest that a cue of as many ones could have.
    pub most: i32,
    /// Score over most in 1/65536, rounded down; 0 for a score below 0.
    pub share: u32,
    /// Its row.
    pub row: u32,
    /// Its level there, 0 is the newest.
    pub level: u32,
}

/// What was recalled, in the scratch buffer: until the next call with the same one.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct RecencyRecall {
    /// The pattern, packed: up to active ones.
    pub pattern: *const u32,
    /// Units that are ones for certain, packed.
    pub members: *const u32,
    /// Units whose cell a newer pattern has taken, packed.
    pub unknown: *const u32,
    /// Words of each of them.
    pub words: u32,
    /// Which event it is.
    pub matched: RecencyMatch,
}

impl From<Match> for RecencyMatch {
    fn from(found: Match) -> Self {
        Self {
            age: found.age(),
            score: found.score(),
            most: found.most(),
            share: found.share(),
            row: found.row(),
            level: found.level(),
        }
    }
}

impl Handle for Recency {
    type Params = Params;
    const TAG: u32 = 0x7265_6365;
}

fn builder(plain: &RecencyParams) -> ParamsBuilder {
    let mut builder = Params::builder(plain.visible, plain.rows)
        .levels(plain.levels)
        .active(plain.active);
    if plain.cap > 0 {
        builder = builder.cap(plain.cap);
    }
    if plain.miss > 0 {
        builder = builder.miss(plain.miss);
    }
    builder
}

/// # Safety
/// At the address are parameters, or it is null.
unsafe fn checked(params: *const RecencyParams, state_words: usize) -> Result<Params> {
    // SAFETY: the caller's promise; `Lent` has checked null and alignment.
    let plain = unsafe { Lent::read(params, 1)?.slice() };
    let plain = plain.first().ok_or(Status::Null)?;
    Ok(if plain.rows == 0 && state_words > 0 {
        builder(plain).build_in(4 * state_words as u64)?
    } else {
        builder(plain).build()?
    })
}

/// How large the buffers of a memory have to be. With 0 rows, which the buffer decides, SLOTLESS_STATUS_ROWS; its scratch is then
/// that of one row.
///
/// @param[out] sizes the sizes
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_recency_sizes(
    params: *const RecencyParams,
    sizes: *mut Sizes,
) -> Status {
    status::of(|| {
        let out = Lent::out(sizes)?;
        // SAFETY: C's promise.
        let params = unsafe { checked(params, 0) }?;
        let sizes = Sizes::new(
            params.words(),
            params.scratch_words(),
            params.pattern_words(),
            snapshot::recency::words_for(&params),
        )?;
        // SAFETY: C's promise.
        unsafe { out.put(sizes) };
        Ok(())
    })
}

/// # Safety
/// As the header says of the functions that call it.
unsafe fn take_up(
    memory: *mut Recency,
    params: *const RecencyParams,
    state: Lent<u32>,
    scratch: *mut u32,
    scratch_words: u32,
    empty: bool,
) -> Result<()> {
    // SAFETY: the caller's promise.
    let buffers = unsafe { Buffers::new(memory, state, scratch, scratch_words) }?;
    // SAFETY: the caller's promise.
    let params = unsafe { checked(params, buffers.state_words()) }?;
    let buffers = buffers.fit(params.words(), params.scratch_words(), NOWHERE)?;
    if empty {
        Levels::new(params, buffers.state())?;
    }
    buffers.make(params);
    Ok(())
}

/// Makes an empty memory. What the state's buffer held is lost.
///
/// @param[out] memory the memory
/// @param state at least sizes.state_words words, which the memory keeps
/// @param scratch at least sizes.scratch_words words, which the memory keeps
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_recency_new(
    memory: *mut Recency,
    params: *const RecencyParams,
    state: *mut u32,
    state_words: u32,
    scratch: *mut u32,
    scratch_words: u32,
) -> Status {
    status::of(|| {
        let state = Lent::write(state, state_words)?;
        // SAFETY: C's promise.
        unsafe { take_up(memory, params, state, scratch, scratch_words, true) }
    })
}

/// Takes up a memory whose state is in RAM already. The state is not checked; any content is safe.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_recency_resume(
    memory: *mut Recency,
    params: *const RecencyParams,
    state: *mut u32,
    state_words: u32,
    scratch: *mut u32,
    scratch_words: u32,
) -> Status {
    status::of(|| {
        let state = Lent::write(state, state_words)?;
        // SAFETY: C's promise.
        unsafe { take_up(memory, params, state, scratch, scratch_words, false) }
    })
}

/// Opens a snapshot where it lies, such as in flash, without a copy; what is behind its end is left alone. Every word is read once to
/// check its CRC.
///
/// @param[out] memory the memory, which only recalls
/// @param snapshot the snapshot, which the memory keeps
/// @param snapshot_words how many words there are, as of a partition
/// @return what is wrong with the snapshot
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_recency_open_snapshot(
    memory: *mut Recency,
    snapshot: *const u32,
    snapshot_words: u32,
    scratch: *mut u32,
    scratch_words: u32,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise; nothing is written meanwhile.
        let snapshot =
            of_words::<Params>(unsafe { Lent::read(snapshot, snapshot_words)?.slice() })?;
        let params = snapshot.recency_params()?;
        let state = Lent::of(snapshot.state());
        // SAFETY: C's promise.
        let buffers = unsafe { Buffers::new(memory, state, scratch, scratch_words) }?;
        buffers
            .fit(params.words(), params.scratch_words(), NOWHERE)?
            .make(params);
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
pub unsafe extern "C" fn slotless_recency_load(
    memory: *mut Recency,
    snapshot: *const u32,
    snapshot_words: u32,
    state: *mut u32,
    state_words: u32,
    scratch: *mut u32,
    scratch_words: u32,
) -> Status {
    status::of(|| {
        let (from, state) = (
            Lent::read(snapshot, snapshot_words)?,
            Lent::write(state, state_words)?,
        );
        // SAFETY: C's promise.
        let buffers = unsafe { Buffers::new(memory, state, scratch, scratch_words) }?;
        // SAFETY: C's promise; nothing is written before `fit` has seen that the state is apart.
        let snapshot = of_words::<Params>(unsafe { from.slice() })?;
        let params = snapshot.recency_params()?;
        let buffers = buffers.fit(params.words(), params.scratch_words(), from.region())?;
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
pub unsafe extern "C" fn slotless_recency_save(
    memory: *const Recency,
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
        let levels = Levels::open(memory.params, state)?;
        // SAFETY: C's promise; the output is apart.
        let words = write(&snapshot::recency::parts(&levels)?, unsafe {
            into.slice_mut()
        })?;
        // SAFETY: C's promise.
        unsafe { lent::put(written, words as u32) };
        Ok(())
    })
}

/// How many patterns were learned, with those that have left the window.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_recency_learned(
    memory: *const Recency,
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

/// Learns a pattern. Rewrites one row.
///
/// @param pattern SLOTLESS_WORDS(visible) words, with at least one one and at most as many as the cap
/// @param[out] event its number, from 0; may be NULL
/// @return SLOTLESS_STATUS_EMPTY or _TOO_MANY_ONES for such patterns: nothing is learned
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_recency_learn(
    memory: *mut Recency,
    pattern: *const u32,
    pattern_words: u32,
    event: *mut u64,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let memory = unsafe { handle::look(memory) }?;
        let (pattern, out) = (Lent::read(pattern, pattern_words)?, Lent::optional(event)?);
        let (state, scratch) = memory.writing([pattern.region(), lent::region_of(out)])?;
        let mut levels = Levels::open(memory.params, state)?;
        // SAFETY: C's promise; nothing is written there.
        let event = levels.learn(unsafe { pattern.slice() }, scratch)?;
        // SAFETY: C's promise.
        unsafe { lent::put(out, event) };
        Ok(())
    })
}

/// Finds the event that a cue belongs to, without its pattern.
///
/// @param cue SLOTLESS_WORDS(visible) words
/// @param[out] best the event with the largest score
/// @param[out] next that with the largest of all others, its age 0 where there is none; may be NULL, which saves a search
/// @return SLOTLESS_STATUS_NOTHING where nothing was learned
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_recency_find(
    memory: *const Recency,
    cue: *const u32,
    cue_words: u32,
    best: *mut RecencyMatch,
    next: *mut RecencyMatch,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let memory = unsafe { handle::look(memory) }?;
        let cue = Lent::read(cue, cue_words)?;
        let (best, next) = (Lent::out(best)?, Lent::optional(next)?);
        let (state, scratch) =
            memory.reading([cue.region(), best.region(), lent::region_of(next)])?;
        let levels = Levels::open(memory.params, state)?;
        // SAFETY: C's promise; nothing is written there.
        let cue = unsafe { cue.slice() };
        let found = levels.find(cue, scratch)?.ok_or(Status::Nothing)?;
        if let Some(next) = next {
            let other = levels.runner_up(cue, found.age(), scratch)?;
            let none = RecencyMatch {
                age: 0,
                score: 0,
                most: 0,
                share: 0,
                row: 0,
                level: 0,
            };
            // SAFETY: C's promise.
            unsafe { next.put(other.map_or(none, RecencyMatch::from)) };
        }
        // SAFETY: C's promise.
        unsafe { best.put(found.into()) };
        Ok(())
    })
}

/// Recalls the event that a cue belongs to. Changes the scratch buffer alone.
///
/// @param cue SLOTLESS_WORDS(visible) words
/// @param[out] found the pattern, and what is known of each unit
/// @return SLOTLESS_STATUS_NOTHING where nothing was learned
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_recency_recall(
    memory: *const Recency,
    cue: *const u32,
    cue_words: u32,
    found: *mut RecencyRecall,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let memory = unsafe { handle::look(memory) }?;
        let (cue, out) = (Lent::read(cue, cue_words)?, Lent::out(found)?);
        let (state, scratch) = memory.reading([cue.region(), out.region()])?;
        let levels = Levels::open(memory.params, state)?;
        // SAFETY: C's promise; nothing is written there.
        let found = levels.recall(unsafe { cue.slice() }, scratch)?;
        let recall = RecencyRecall {
            pattern: found.pattern.as_ptr(),
            members: found.members.as_ptr(),
            unknown: found.unknown.as_ptr(),
            words: found.pattern.len() as u32,
            matched: found.matched.ok_or(Status::Nothing)?.into(),
        };
        // SAFETY: C's promise.
        unsafe { out.put(recall) };
        Ok(())
    })
}
