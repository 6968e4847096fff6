//! The K-winner network.

use slotless_core::kwinner::{Assignment, Match, Novelty, Settings};
use slotless_core::weight::Rounding;

use crate::handle::{self, Buffers, Handle, Memory, Sizes};
use crate::lent::{self, Lent, NOWHERE};
use crate::snapshot::of_words;
use crate::status::{self, Result, Status};

mod types;

use types::{Checked, Learner, Query};

pub use types::KWinnerType;

/// A K-winner network in buffers of the caller's. Opaque, and free to be moved; the buffers have to stay.
///
/// Zero it before its first use: a memory that was not made is then refused (SLOTLESS_STATUS_HANDLE).
#[repr(C)]
pub struct KWinner {
    opaque: [u64; 20],
}

/// Sizes and rules of a network. All have to be given; rounding, assignment and seed may stay 0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KWinnerParams {
    /// Visible units n_i, the bits of a pattern: from 1.
    pub visible: u32,
    /// Hidden units n_h: from 1.
    pub hidden: u32,
    /// Visible units that each hidden unit sees, m: 1 to visible.
    pub fan_in: u32,
    /// Winners k: 1 to hidden.
    pub winners: u32,
    /// Ones of a recalled pattern, s: 1 to visible.
    pub active: u32,
    /// Learning rate in 1/65536: 1 to 65536.
    pub rate: u32,
    /// Rounding of the learning step: SLOTLESS_NEAREST or SLOTLESS_STOCHASTIC, which carries slow rates in narrow weights.
    pub rounding: u32,
    /// How learning chooses winners: SLOTLESS_COMPETITIVE, or SLOTLESS_RANDOM_K as a control.
    pub assignment: u32,
    /// Seed of wiring, start weights, ties and rounding.
    pub seed: u64,
}

/// slotless_kwinner_params.rounding: to the nearest.
pub const SLOTLESS_NEAREST: u32 = 0;
/// slotless_kwinner_params.rounding: at random, so that slow rates are right on average.
pub const SLOTLESS_STOCHASTIC: u32 = 1;
/// slotless_kwinner_params.assignment: the hidden units with the largest potentials learn.
pub const SLOTLESS_COMPETITIVE: u32 = 0;
/// slotless_kwinner_params.assignment: hidden units drawn at random learn.
pub const SLOTLESS_RANDOM_K: u32 = 1;

/// How well a cue matched: whether the network has seen it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KWinnerMatch {
    /// Sum of the winners' potentials, in raw weights.
    pub score: u64,
    /// The largest score that a cue of as many ones could have.
    pub most: u64,
    /// Score over most in 1/65536, rounded down: 0 to 65536; 0 for an empty cue.
    pub share: u32,
}

/// What was found, in the scratch buffer: until the next call with the same one.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KWinnerRecall {
    /// The recalled pattern, packed; NULL where it was not asked for.
    pub pattern: *const u32,
    /// The winners, ascending.
    pub winners: *const u32,
    /// Words of the pattern.
    pub pattern_words: u32,
    /// Number of winners.
    pub winner_count: u32,
    /// How well the cue matched.
    pub matched: KWinnerMatch,
}

impl From<Match> for KWinnerMatch {
    fn from(matched: Match) -> Self {
        Self {
            score: matched.score(),
            most: matched.most(),
            share: matched.share(),
        }
    }
}

/// What a handle keeps.
#[derive(Clone, Copy)]
pub(crate) struct Kept {
    kind: &'static KWinnerType,
    checked: Checked,
}

impl Handle for KWinner {
    type Params = Kept;
    const TAG: u32 = 0x6b77_696e;
}

/// The type at an address.
///
/// # Safety
/// It is null, or that of one of the constants.
unsafe fn kind_at(kind: *const KWinnerType) -> Result<&'static KWinnerType> {
    // SAFETY: the caller's promise.
    unsafe { kind.as_ref() }.ok_or(Status::Null)
}

/// Checked parameters, and the sizes that they ask for.
///
/// # Safety
/// As of [`kind_at`]; at the other address are parameters, or it is null.
unsafe fn checked(kind: *const KWinnerType, params: *const KWinnerParams) -> Result<(Kept, Sizes)> {
    // SAFETY: the caller's promise.
    let kind = unsafe { kind_at(kind) }?;
    // SAFETY: the caller's promise; `Lent` has checked null and alignment.
    let params = unsafe { Lent::read(params, 1)?.slice() };
    let (checked, sizes) = (kind.check)(params.first().ok_or(Status::Null)?)?;
    Ok((Kept { kind, checked }, sizes))
}

impl Memory<Kept> {
    fn learner(&self) -> Result<&'static Learner> {
        self.params.kind.learner.as_ref().ok_or(Status::ReadOnly)
    }
}

/// How large the buffers of a network have to be.
///
/// Costs as slotless_kwinner_new, but for the state. SLOTLESS_KWINNER_STATE_WORDS and its like are the same as constants.
///
/// @param type one of SLOTLESS_KWINNER_...
/// @param[out] sizes the sizes
/// @return why the parameters are out of range, if they are
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_kwinner_sizes(
    r#type: *const KWinnerType,
    params: *const KWinnerParams,
    sizes: *mut Sizes,
) -> Status {
    status::of(|| {
        let out = Lent::out(sizes)?;
        // SAFETY: C's promise.
        let (_, sizes) = unsafe { checked(r#type, params) }?;
        // SAFETY: C's promise.
        unsafe { out.put(sizes) };
        Ok(())
    })
}

/// Makes a fresh network: wiring and start weights from the seed, nothing learned. What the state's buffer held is lost.
///
/// Takes some thousands of steps with structured wiring, and about a draw for each weight.
///
/// @param[out] memory the network
/// @param type one of SLOTLESS_KWINNER_... without RECALL
/// @param state at least sizes.state_words words, which the network keeps
/// @param scratch at least sizes.scratch_words words, which the network keeps
/// @return SLOTLESS_STATUS_READ_ONLY for a type that only recalls
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_kwinner_new(
    memory: *mut KWinner,
    r#type: *const KWinnerType,
    params: *const KWinnerParams,
    state: *mut u32,
    state_words: u32,
    scratch: *mut u32,
    scratch_words: u32,
) -> Status {
    status::of(|| {
        let state = Lent::write(state, state_words)?;
        // SAFETY: C's promise.
        let (kept, sizes) = unsafe { checked(r#type, params) }?;
        let learner = kept.kind.learner.as_ref().ok_or(Status::ReadOnly)?;
        // SAFETY: C's promise.
        let buffers = unsafe { Buffers::new(memory, state, scratch, scratch_words) }?;
        let buffers = buffers.fit(
            sizes.state_words as usize,
            sizes.scratch_words as usize,
            NOWHERE,
        )?;
        // SAFETY: the learner is that of the type which has checked the parameters.
        unsafe { (learner.fresh)(&kept.checked, buffers.state()) }?;
        buffers.make(kept);
        Ok(())
    })
}

/// Takes up a network whose state is in RAM already, such as one that was kept there through a reset. The state is not checked; any
/// content is safe.
///
/// @param[out] memory the network
/// @param type one of SLOTLESS_KWINNER_...
/// @param state at least sizes.state_words words, which the network keeps
/// @param scratch at least sizes.scratch_words words, which the network keeps
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_kwinner_resume(
    memory: *mut KWinner,
    r#type: *const KWinnerType,
    params: *const KWinnerParams,
    state: *mut u32,
    state_words: u32,
    scratch: *mut u32,
    scratch_words: u32,
) -> Status {
    status::of(|| {
        let state = Lent::write(state, state_words)?;
        // SAFETY: C's promise.
        unsafe { take_up(memory, r#type, params, state, scratch, scratch_words) }
    })
}

/// Opens a network whose state lies where it cannot be written, such as in flash. The state is not checked; any content is safe.
/// slotless_kwinner_open_snapshot opens what has been written as a snapshot, and checks it.
///
/// @param[out] memory the network, which only recalls
/// @param type one of SLOTLESS_KWINNER_...; those with RECALL are enough
/// @param state at least sizes.state_words words, which the network keeps
/// @param scratch at least sizes.scratch_words words, which the network keeps
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_kwinner_open(
    memory: *mut KWinner,
    r#type: *const KWinnerType,
    params: *const KWinnerParams,
    state: *const u32,
    state_words: u32,
    scratch: *mut u32,
    scratch_words: u32,
) -> Status {
    status::of(|| {
        let state = Lent::read(state, state_words)?;
        // SAFETY: C's promise.
        unsafe { take_up(memory, r#type, params, state, scratch, scratch_words) }
    })
}

/// # Safety
/// As the header says of the functions that call it.
unsafe fn take_up(
    memory: *mut KWinner,
    kind: *const KWinnerType,
    params: *const KWinnerParams,
    state: Lent<u32>,
    scratch: *mut u32,
    scratch_words: u32,
) -> Result<()> {
    // SAFETY: the caller's promise.
    let (kept, sizes) = unsafe { checked(kind, params) }?;
    // SAFETY: the caller's promise.
    let buffers = unsafe { Buffers::new(memory, state, scratch, scratch_words) }?;
    let (state, scratch) = (sizes.state_words as usize, sizes.scratch_words as usize);
    buffers.fit(state, scratch, NOWHERE)?.make(kept);
    Ok(())
}

/// The network of a snapshot: its parameters for a type, and its state.
fn in_snapshot<'a>(
    kind: &'static KWinnerType,
    words: &'a [u32],
) -> Result<(Kept, Sizes, &'a [u32])> {
    let snapshot = of_words::<Settings>(words)?;
    let settings = snapshot.kwinner_settings()?;
    if settings.bits != kind.bits {
        return Err(Status::Width);
    }
    if settings.wiring != kind.wiring {
        return Err(Status::Wiring);
    }
    let (checked, sizes) = (kind.check)(&KWinnerParams {
        visible: settings.visible,
        hidden: settings.hidden,
        fan_in: settings.fan_in,
        winners: settings.winners,
        active: settings.active,
        rate: settings.rate,
        rounding: match settings.rounding {
            Rounding::Nearest => SLOTLESS_NEAREST,
            Rounding::Stochastic => SLOTLESS_STOCHASTIC,
        },
        assignment: match settings.assignment {
            Assignment::Competitive => SLOTLESS_COMPETITIVE,
            Assignment::RandomK => SLOTLESS_RANDOM_K,
        },
        seed: settings.seed,
    })?;
    let state = snapshot.state();
    if state.len() != sizes.state_words as usize {
        return Err(Status::Form);
    }
    Ok((Kept { kind, checked }, sizes, state))
}

/// Opens a snapshot where it lies, such as in flash, without a copy; what is behind its end is left alone. Every word is read once to
/// check its CRC.
///
/// @param[out] memory the network, which only recalls
/// @param type that of the network: slotless_snapshot_info has its width and wiring
/// @param snapshot the snapshot, which the network keeps
/// @param snapshot_words how many words there are, as of a partition
/// @param scratch at least sizes.scratch_words words, which the network keeps
/// @return what is wrong with the snapshot; SLOTLESS_STATUS_WIDTH or _WIRING for another type
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_kwinner_open_snapshot(
    memory: *mut KWinner,
    r#type: *const KWinnerType,
    snapshot: *const u32,
    snapshot_words: u32,
    scratch: *mut u32,
    scratch_words: u32,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let kind = unsafe { kind_at(r#type) }?;
        // SAFETY: C's promise; nothing is written meanwhile.
        let words = unsafe { Lent::read(snapshot, snapshot_words)?.slice() };
        let (kept, sizes, state) = in_snapshot(kind, words)?;
        let state = Lent::of(state);
        // SAFETY: C's promise.
        let buffers = unsafe { Buffers::new(memory, state, scratch, scratch_words) }?;
        let (state, scratch) = (sizes.state_words as usize, sizes.scratch_words as usize);
        buffers.fit(state, scratch, NOWHERE)?.make(kept);
        Ok(())
    })
}

/// Moves the network of a snapshot to RAM, to go on learning.
///
/// @param[out] memory the network
/// @param type that of the network: slotless_snapshot_info has its width and wiring
/// @param snapshot the snapshot; it is not needed afterwards
/// @param state at least sizes.state_words words, which the network keeps
/// @param scratch at least sizes.scratch_words words, which the network keeps
/// @return what is wrong with the snapshot; SLOTLESS_STATUS_WIDTH or _WIRING for another type
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_kwinner_load(
    memory: *mut KWinner,
    r#type: *const KWinnerType,
    snapshot: *const u32,
    snapshot_words: u32,
    state: *mut u32,
    state_words: u32,
    scratch: *mut u32,
    scratch_words: u32,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let kind = unsafe { kind_at(r#type) }?;
        let snapshot = Lent::read(snapshot, snapshot_words)?;
        let state = Lent::write(state, state_words)?;
        // SAFETY: C's promise.
        let buffers = unsafe { Buffers::new(memory, state, scratch, scratch_words) }?;
        // SAFETY: C's promise; nothing is written before `fit` has seen that the state is apart.
        let (kept, sizes, saved) = in_snapshot(kind, unsafe { snapshot.slice() })?;
        let (state, scratch) = (sizes.state_words as usize, sizes.scratch_words as usize);
        let buffers = buffers.fit(state, scratch, snapshot.region())?;
        handle::copy(saved, buffers.state());
        buffers.make(kept);
        Ok(())
    })
}

/// Writes the network as a snapshot: what slotless_kwinner_open_snapshot opens, on this machine or another.
///
/// @param[out] snapshot at least sizes.snapshot_words words, apart from the state
/// @param[out] written how many words it has; may be NULL
/// @return SLOTLESS_STATUS_OUTPUT for too few words; SLOTLESS_STATUS_READ_ONLY for a type that only recalls
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_kwinner_save(
    memory: *const KWinner,
    snapshot: *mut u32,
    snapshot_words: u32,
    written: *mut u32,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let memory = unsafe { handle::look(memory) }?;
        let learner = memory.learner()?;
        let into = Lent::write(snapshot, snapshot_words)?;
        let written = Lent::optional(written)?;
        let (state, _) = memory.reading([into.region(), lent::region_of(written)])?;
        // SAFETY: the type has checked these parameters; `reading` has seen that the output is apart.
        let words = unsafe { (learner.save)(&memory.params.checked, state, into.slice_mut()) }?;
        // SAFETY: C's promise.
        unsafe { lent::put(written, words as u32) };
        Ok(())
    })
}

/// How many patterns were learned.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_kwinner_learned(
    memory: *const KWinner,
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

/// Learns a pattern, in one step.
///
/// Costs about s n_h m / n_i weights read and k m written, s being the ones of the pattern.
///
/// @param pattern SLOTLESS_WORDS(visible) words, with at least one one
/// @param[out] matched how well the pattern matched before; may be NULL
/// @return SLOTLESS_STATUS_EMPTY for a pattern without ones, as of a dead sensor: nothing is learned
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_kwinner_learn(
    memory: *mut KWinner,
    pattern: *const u32,
    pattern_words: u32,
    matched: *mut KWinnerMatch,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let memory = unsafe { handle::look(memory) }?;
        let learner = memory.learner()?;
        let pattern = Lent::read(pattern, pattern_words)?;
        let out = Lent::optional(matched)?;
        let (state, scratch) = memory.writing([pattern.region(), lent::region_of(out)])?;
        // SAFETY: the type has checked these parameters; `writing` has seen that the pattern is apart.
        let found =
            unsafe { (learner.learn)(&memory.params.checked, state, pattern.slice(), scratch) }?;
        // SAFETY: C's promise.
        unsafe { lent::put(out, found.into()) };
        Ok(())
    })
}

/// Learns a pattern if it is new: if its share is below a threshold. What is known stays as it is.
///
/// @param pattern SLOTLESS_WORDS(visible) words, with at least one one
/// @param below the share in 1/65536: 0 learns none, 65537 all
/// @param[out] matched how well the pattern matched before; may be NULL
/// @param[out] learned 1 if it was new and is learned, else 0; may be NULL
/// @return as slotless_kwinner_learn
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_kwinner_learn_novel(
    memory: *mut KWinner,
    pattern: *const u32,
    pattern_words: u32,
    below: u32,
    matched: *mut KWinnerMatch,
    learned: *mut u32,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let memory = unsafe { handle::look(memory) }?;
        let learner = memory.learner()?;
        let pattern = Lent::read(pattern, pattern_words)?;
        let (out, learned) = (Lent::optional(matched)?, Lent::optional(learned)?);
        let others = [
            pattern.region(),
            lent::region_of(out),
            lent::region_of(learned),
        ];
        let (state, scratch) = memory.writing(others)?;
        let checked = &memory.params.checked;
        // SAFETY: the type has checked these parameters; `writing` has seen that the pattern is apart.
        let novelty =
            unsafe { (learner.learn_novel)(checked, state, pattern.slice(), below, scratch) }?;
        let (found, new) = match novelty {
            Novelty::Known(found) => (found, 0),
            Novelty::Learned(found) => (found, 1),
        };
        // SAFETY: C's promise.
        unsafe { lent::put(out, found.into()) };
        // SAFETY: C's promise.
        unsafe { lent::put(learned, new) };
        Ok(())
    })
}

/// Recalls the pattern that a cue belongs to. Changes the scratch buffer alone: a function of the network and the cue.
///
/// @param cue SLOTLESS_WORDS(visible) words, a pattern with ones missing or wrong
/// @param[out] found the pattern, the winners and how well the cue matched
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_kwinner_recall(
    memory: *const KWinner,
    cue: *const u32,
    cue_words: u32,
    found: *mut KWinnerRecall,
) -> Status {
    // SAFETY: C's promise.
    status::of(|| unsafe { query(memory, cue, cue_words, found, |kind| kind.recall) })
}

/// Finds the winners and how well a cue matches, without the pattern: whether the network has seen it. Costs what recall does up to
/// there.
///
/// @param cue SLOTLESS_WORDS(visible) words
/// @param[out] found the winners and how well the cue matched; its pattern is NULL
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_kwinner_hidden_code(
    memory: *const KWinner,
    cue: *const u32,
    cue_words: u32,
    found: *mut KWinnerRecall,
) -> Status {
    // SAFETY: C's promise.
    status::of(|| unsafe { query(memory, cue, cue_words, found, |kind| kind.hidden_code) })
}

/// # Safety
/// As the header says of the functions that call it.
unsafe fn query(
    memory: *const KWinner,
    cue: *const u32,
    cue_words: u32,
    found: *mut KWinnerRecall,
    which: fn(&KWinnerType) -> Query,
) -> Result<()> {
    // SAFETY: the caller's promise.
    let memory = unsafe { handle::look(memory) }?;
    let cue = Lent::read(cue, cue_words)?;
    let out = Lent::out(found)?;
    let (state, scratch) = memory.reading([cue.region(), out.region()])?;
    let ask = which(memory.params.kind);
    // SAFETY: the type has checked these parameters; `reading` has seen that the cue is apart.
    let found = unsafe { ask(&memory.params.checked, state, cue.slice(), scratch) }?;
    // SAFETY: the caller's promise.
    unsafe { out.put(found) };
    Ok(())
}
