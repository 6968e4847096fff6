//! The ring of samples.

use slotless_core::recogniser::{Code, Replacement, Ring as Recogniser, RingParams as Checked};
use slotless_core::snapshot;

use crate::handle::{self, Buffers, Handle, Sizes};
use crate::lent::{self, Lent, NOWHERE};
use crate::recognised::{self, Recognised};
use crate::slots::{SLOTLESS_BALANCED, SLOTLESS_FIFO, SLOTLESS_RESERVOIR};
use crate::snapshot::{of_words, write};
use crate::status::{self, Result, Status};

/// A ring of samples in a buffer of the caller's: the last ones with their labels, and a label or unknown out. Opaque, and free to be
/// moved; the buffer has to stay.
///
/// Zero it before its first use: one that was not made is then refused (SLOTLESS_STATUS_HANDLE).
#[repr(C)]
pub struct Samples {
    opaque: [u64; 12],
}

/// Sizes of a ring of samples.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SamplesParams {
    /// Features of a sample: 1 to 1024, a byte each. Bring the range of each sensor to 0 to 255.
    pub features: u32,
    /// Items: 1 to 65535; 0 is as many as the buffer of the state holds.
    pub items: u32,
    /// What is kept of a feature: 0 its high four bits, 1 to 16 so many bits of a thermometer code.
    pub bits: u32,
    /// Which sample gives its place once all are taken: SLOTLESS_FIFO the oldest, SLOTLESS_RESERVOIR one at random or none,
    /// SLOTLESS_BALANCED the oldest of the class that has most.
    pub replacement: u32,
    /// Seed of the draws of a reservoir; else not looked at.
    pub seed: u64,
}

impl Handle for Samples {
    type Params = Checked;
    const TAG: u32 = 0x736d_706c;
}

/// # Safety
/// At the address are parameters, or it is null.
unsafe fn checked(params: *const SamplesParams, state_words: usize) -> Result<Checked> {
    // SAFETY: the caller's promise; `Lent` has checked null and alignment.
    let plain = unsafe { Lent::read(params, 1)?.slice() };
    let plain = plain.first().ok_or(Status::Null)?;
    let code = match plain.bits {
        0 => Code::Nibbles,
        bits => Code::Thermometer { bits },
    };
    let replacement = match plain.replacement {
        SLOTLESS_FIFO => Replacement::Fifo,
        SLOTLESS_RESERVOIR => Replacement::Reservoir { seed: plain.seed },
        SLOTLESS_BALANCED => Replacement::Balanced,
        _ => return Err(Status::Replacement),
    };
    Ok(if plain.items == 0 && state_words > 0 {
        Checked::within(plain.features, state_words, code, replacement)?
    } else {
        Checked::new(plain.features, plain.items, code, replacement)?
    })
}

/// How large the buffer of a recogniser has to be; it needs no scratch. With 0 items, which the buffer decides, SLOTLESS_STATUS_ITEMS.
///
/// @param[out] sizes the sizes; that of patterns is 0
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_samples_sizes(
    params: *const SamplesParams,
    sizes: *mut Sizes,
) -> Status {
    status::of(|| {
        let out = Lent::out(sizes)?;
        // SAFETY: C's promise.
        let params = unsafe { checked(params, 0) }?;
        let snapshot = snapshot::samples::words_for(&params);
        let sizes = Sizes::new(params.words(), 0, 0, snapshot)?;
        // SAFETY: C's promise.
        unsafe { out.put(sizes) };
        Ok(())
    })
}

/// # Safety
/// As the header says of the functions that call it.
unsafe fn take_up(
    memory: *mut Samples,
    params: *const SamplesParams,
    state: Lent<u32>,
    empty: bool,
) -> Result<()> {
    // SAFETY: the caller's promise.
    let buffers = unsafe { Buffers::bare(memory, state) }?;
    // SAFETY: the caller's promise.
    let params = unsafe { checked(params, buffers.state_words()) }?;
    let buffers = buffers.fit(params.words(), 0, NOWHERE)?;
    if empty {
        Recogniser::new(params, buffers.state())?;
    }
    buffers.make(params);
    Ok(())
}

/// Makes an empty recogniser. What the state's buffer held is lost.
///
/// @param[out] memory the recogniser
/// @param state at least sizes.state_words words, which the recogniser keeps
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_samples_new(
    memory: *mut Samples,
    params: *const SamplesParams,
    state: *mut u32,
    state_words: u32,
) -> Status {
    status::of(|| {
        let state = Lent::write(state, state_words)?;
        // SAFETY: C's promise.
        unsafe { take_up(memory, params, state, true) }
    })
}

/// Takes up a recogniser whose state is in RAM already, with the same parameters and as many words where items are 0. Any content is
/// safe.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_samples_resume(
    memory: *mut Samples,
    params: *const SamplesParams,
    state: *mut u32,
    state_words: u32,
) -> Status {
    status::of(|| {
        let state = Lent::write(state, state_words)?;
        // SAFETY: C's promise.
        unsafe { take_up(memory, params, state, false) }
    })
}

/// Opens a recogniser whose state lies where it cannot be written, such as in flash, with the same parameters and as many words where
/// items are 0. Any content is safe. slotless_samples_open_snapshot opens what has been written as a snapshot, and checks it.
///
/// @param[out] memory the recogniser, which does not learn
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_samples_open(
    memory: *mut Samples,
    params: *const SamplesParams,
    state: *const u32,
    state_words: u32,
) -> Status {
    status::of(|| {
        let state = Lent::read(state, state_words)?;
        // SAFETY: C's promise.
        unsafe { take_up(memory, params, state, false) }
    })
}

/// Opens a snapshot where it lies, such as in flash, without a copy; what is behind its end is left alone. Every word is read once to
/// check its CRC.
///
/// @param[out] memory the recogniser, which does not learn
/// @param snapshot the snapshot, which the recogniser keeps
/// @return what is wrong with the snapshot
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_samples_open_snapshot(
    memory: *mut Samples,
    snapshot: *const u32,
    snapshot_words: u32,
) -> Status {
    status::of(|| {
        let from = Lent::read(snapshot, snapshot_words)?;
        // SAFETY: C's promise; nothing is written meanwhile.
        let snapshot = of_words::<Checked>(unsafe { from.slice() })?;
        let params = snapshot.samples_params()?;
        // SAFETY: C's promise.
        let buffers = unsafe { Buffers::bare(memory, Lent::of(snapshot.state())) }?;
        buffers.fit(params.words(), 0, NOWHERE)?.make(params);
        Ok(())
    })
}

/// Moves the recogniser of a snapshot to RAM, to go on learning.
///
/// @param[out] memory the recogniser
/// @param snapshot the snapshot; it is not needed afterwards
/// @return what is wrong with the snapshot
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_samples_load(
    memory: *mut Samples,
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
        let params = snapshot.samples_params()?;
        let buffers = buffers.fit(params.words(), 0, from.region())?;
        handle::copy(snapshot.state(), buffers.state());
        buffers.make(params);
        Ok(())
    })
}

/// Writes the recogniser as a snapshot, parameters and all.
///
/// @param[out] snapshot at least sizes.snapshot_words words, apart from the state
/// @param[out] written how many words it has; may be NULL
/// @return SLOTLESS_STATUS_OUTPUT for too few words
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_samples_save(
    memory: *const Samples,
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
        let recogniser = Recogniser::open(memory.params, state)?;
        // SAFETY: C's promise; the output is apart.
        let words = write(&snapshot::samples::parts(&recogniser)?, unsafe {
            into.slice_mut()
        })?;
        // SAFETY: C's promise.
        unsafe { lent::put(written, words as u32) };
        Ok(())
    })
}

/// Learns a sample of a class, new or known. Reads each item once, and moves those that are newer than the one
/// that gives its place.
///
/// @param sample as many bytes as there are features
/// @param label 0 to 15
/// @param[out] outcome what it would have been recognised as: SLOTLESS_NEW, _RIGHT or _WRONG; may be NULL
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_samples_learn(
    memory: *mut Samples,
    sample: *const u8,
    features: u32,
    label: u32,
    outcome: *mut u32,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let memory = unsafe { handle::look(memory) }?;
        let (sample, out) = (Lent::read(sample, features)?, Lent::optional(outcome)?);
        let label = u8::try_from(label).map_err(|_| Status::Label)?;
        let (state, _) = memory.writing([sample.region(), lent::region_of(out)])?;
        let mut recogniser = Recogniser::open(memory.params, state)?;
        // SAFETY: C's promise; nothing is written there.
        let outcome = recogniser.learn(unsafe { sample.slice() }, label)?;
        // SAFETY: C's promise.
        unsafe { lent::put(out, recognised::number(outcome)) };
        Ok(())
    })
}

/// Recognises a sample. Reads each item once, and changes nothing.
///
/// @param sample as many bytes as there are features
/// @param[out] found the label, and whether it is known at all
/// @return SLOTLESS_STATUS_NOTHING where nothing was learned
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_samples_recognise(
    memory: *const Samples,
    sample: *const u8,
    features: u32,
    found: *mut Recognised,
) -> Status {
    status::of(|| {
        // SAFETY: C's promise.
        let memory = unsafe { handle::look(memory) }?;
        let (sample, out) = (Lent::read(sample, features)?, Lent::out(found)?);
        let (state, _) = memory.reading([sample.region(), out.region()])?;
        let recogniser = Recogniser::open(memory.params, state)?;
        // SAFETY: C's promise; nothing is written there.
        let found = recogniser.recognise(unsafe { sample.slice() })?;
        // SAFETY: C's promise.
        unsafe { out.put(found.ok_or(Status::Nothing)?.into()) };
        Ok(())
    })
}
