//! The recogniser that grows.

use slotless_core::recogniser::{
    Grow as Recogniser, GrowParams as Checked, Outcome, Recognition, Verdict,
};

use crate::handle::{self, Buffers, Handle, Sizes};
use crate::lent::{self, Lent, NOWHERE};
use crate::status::{self, Result, Status};

/// A recogniser in a buffer of the caller's: samples of 8-bit features with labels in, a label or unknown out. Opaque, and free to be
/// moved; the buffer has to stay.
///
/// Zero it before its first use: one that was not made is then refused (SLOTLESS_STATUS_HANDLE).
#[repr(C)]
pub struct Grow {
    opaque: [u64; 12],
}

/// Sizes of a recogniser.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct GrowParams {
    /// Features of a sample: 1 to 1024, a byte each. Bring the range of each sensor to 0 to 255.
    pub features: u32,
    /// Items: 1 to 65535; 0 is as many as the buffer of the state holds.
    pub items: u32,
    /// How fast what proved useful fades: 0 not, up to 15 for classes that move into each other's place.
    pub fading: u32,
    /// Seed of random rounding.
    pub seed: u64,
}

/// slotless_grow_recognised.verdict: like what was learned.
pub const SLOTLESS_KNOWN: u32 = 0;
/// slotless_grow_recognised.verdict: stranger than 19 of 20 samples were when they were learned.
pub const SLOTLESS_UNKNOWN: u32 = 1;
/// slotless_grow_recognised.verdict: there is no threshold yet.
pub const SLOTLESS_UNCALIBRATED: u32 = 2;

/// The outcome of learning: nothing of its class was in memory.
pub const SLOTLESS_NEW: u32 = 0;
/// The outcome of learning: its own class was the nearest.
pub const SLOTLESS_RIGHT: u32 = 1;
/// The outcome of learning: another class was as near or nearer.
pub const SLOTLESS_WRONG: u32 = 2;

/// What a sample was recognised as.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct GrowRecognition {
    /// The label of the nearest class.
    pub label: u32,
    /// SLOTLESS_KNOWN, _UNKNOWN or _UNCALIBRATED.
    pub verdict: u32,
    /// How far it is: the sum of squared differences of the features' high four bits.
    pub distance: u32,
    /// The label of the nearest of all other classes; 0xffffffff where there is one class only.
    pub other_label: u32,
    /// How far that is; 0xffffffff where there is one class only.
    pub other_distance: u32,
    /// How strange the sample is.
    pub score: u32,
    /// The score above which a sample is unknown; 0 where there is none yet.
    pub threshold: u32,
}

impl From<Recognition> for GrowRecognition {
    fn from(found: Recognition) -> Self {
        let other = found.runner_up();
        Self {
            label: found.label().into(),
            verdict: match found.verdict() {
                Verdict::Known => SLOTLESS_KNOWN,
                Verdict::Unknown => SLOTLESS_UNKNOWN,
                Verdict::Uncalibrated => SLOTLESS_UNCALIBRATED,
            },
            distance: found.distance(),
            other_label: other.map_or(u32::MAX, |other| other.label.into()),
            other_distance: other.map_or(u32::MAX, |other| other.distance),
            score: found.score(),
            threshold: found.threshold().unwrap_or(0),
        }
    }
}

impl Handle for Grow {
    type Params = Checked;
    const TAG: u32 = 0x6772_6f77;
}

/// # Safety
/// At the address are parameters, or it is null.
unsafe fn checked(params: *const GrowParams, state_words: usize) -> Result<Checked> {
    // SAFETY: the caller's promise; `Lent` has checked null and alignment.
    let plain = unsafe { Lent::read(params, 1)?.slice() };
    let plain = plain.first().ok_or(Status::Null)?;
    let sizes = if plain.items == 0 && state_words > 0 {
        Checked::within(plain.features, state_words)?
    } else {
        Checked::new(plain.features, plain.items)?
    };
    Ok(sizes.seed(plain.seed).fading(plain.fading)?)
}

/// How large the buffer of a recogniser has to be; it needs no scratch, and has no snapshots: its state is all that there is to be
/// kept. With 0 items, which the buffer decides, SLOTLESS_STATUS_ITEMS.
///
/// @param[out] sizes the sizes; those of patterns and snapshots are 0
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_grow_sizes(
    params: *const GrowParams,
    sizes: *mut Sizes,
) -> Status {
    status::of(|| {
        let out = Lent::out(sizes)?;
        // SAFETY: C's promise.
        let params = unsafe { checked(params, 0) }?;
        let sizes = Sizes::new(params.words(), 0, 0, 0)?;
        // SAFETY: C's promise.
        unsafe { out.put(sizes) };
        Ok(())
    })
}

/// # Safety
/// As the header says of the functions that call it.
unsafe fn take_up(
    memory: *mut Grow,
    params: *const GrowParams,
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
pub unsafe extern "C" fn slotless_grow_new(
    memory: *mut Grow,
    params: *const GrowParams,
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
pub unsafe extern "C" fn slotless_grow_resume(
    memory: *mut Grow,
    params: *const GrowParams,
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
/// items are 0. Any content is safe.
///
/// @param[out] memory the recogniser, which does not learn
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_grow_open(
    memory: *mut Grow,
    params: *const GrowParams,
    state: *const u32,
    state_words: u32,
) -> Status {
    status::of(|| {
        let state = Lent::read(state, state_words)?;
        // SAFETY: C's promise.
        unsafe { take_up(memory, params, state, false) }
    })
}

/// Learns a sample of a class, new or known. Reads each item once, and writes two at most.
///
/// @param sample as many bytes as there are features
/// @param label 0 to 15
/// @param[out] outcome what it would have been recognised as: SLOTLESS_NEW, _RIGHT or _WRONG; may be NULL
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_grow_learn(
    memory: *mut Grow,
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
        let outcome = match recogniser.learn(unsafe { sample.slice() }, label)? {
            Outcome::New => SLOTLESS_NEW,
            Outcome::Right => SLOTLESS_RIGHT,
            Outcome::Wrong => SLOTLESS_WRONG,
        };
        // SAFETY: C's promise.
        unsafe { lent::put(out, outcome) };
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
pub unsafe extern "C" fn slotless_grow_recognise(
    memory: *const Grow,
    sample: *const u8,
    features: u32,
    found: *mut GrowRecognition,
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
