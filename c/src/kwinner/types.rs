//! What there is of each width and wiring: the constants that a program names, so that only theirs is linked.

use core::mem::{self, MaybeUninit};

use slotless_core::kwinner::{
    Assignment, KWinner as Network, Match, Novelty, Params, Random, Seeded, Structured, WiringKind,
};
use slotless_core::snapshot;
use slotless_core::weight::{Rounding, U1, U2, U4, U8, U16, Width};

use super::{
    KWinnerParams, KWinnerRecall, SLOTLESS_COMPETITIVE, SLOTLESS_NEAREST, SLOTLESS_RANDOM_K,
    SLOTLESS_STOCHASTIC,
};
use crate::handle::Sizes;
use crate::snapshot::write;
use crate::status::{Result, Status};

/// Width and wiring of a network, and what is linked for it: one of the constants SLOTLESS_KWINNER_.... Opaque.
pub struct KWinnerType {
    pub(super) bits: u32,
    pub(super) wiring: WiringKind,
    pub(super) check: fn(&KWinnerParams) -> Result<(Checked, Sizes)>,
    pub(super) hidden_code: Query,
    pub(super) recall: Query,
    pub(super) learner: Option<Learner>,
}

/// What calls of a network that learns come to.
pub(super) struct Learner {
    pub(super) fresh: unsafe fn(&Checked, &mut [u32]) -> Result<()>,
    pub(super) learn: Learn,
    pub(super) learn_novel: LearnNovel,
    pub(super) save: unsafe fn(&Checked, &[u32], &mut [u32]) -> Result<usize>,
}

pub(super) type Learn = unsafe fn(&Checked, &mut [u32], &[u32], &mut [u32]) -> Result<Match>;
pub(super) type LearnNovel =
    unsafe fn(&Checked, &mut [u32], &[u32], u32, &mut [u32]) -> Result<Novelty>;
pub(super) type Query = unsafe fn(&Checked, &[u32], &[u32], &mut [u32]) -> Result<KWinnerRecall>;

/// Checked parameters of any type, as bytes.
#[derive(Clone, Copy)]
pub(crate) struct Checked {
    bytes: [MaybeUninit<u64>; 12],
}

impl Checked {
    fn of<T: Copy>(params: T) -> Self {
        const { assert!(mem::size_of::<T>() <= mem::size_of::<Self>()) };
        const { assert!(mem::align_of::<T>() <= mem::align_of::<u64>()) };
        let mut bytes = [MaybeUninit::uninit(); 12];
        // SAFETY: there is room, aligned, by the lines above.
        unsafe { bytes.as_mut_ptr().cast::<T>().write(params) };
        Self { bytes }
    }

    /// # Safety
    /// It was made of a `T`.
    unsafe fn get<T: Copy>(&self) -> T {
        // SAFETY: so there is one, aligned.
        unsafe { self.bytes.as_ptr().cast::<T>().read() }
    }
}

fn check<W: Width, G: Seeded>(plain: &KWinnerParams) -> Result<(Checked, Sizes)> {
    let builder = Params::<W>::builder(plain.visible, plain.hidden)
        .fan_in(plain.fan_in)
        .winners(plain.winners)
        .active(plain.active)
        .rate(plain.rate)
        .seed(plain.seed);
    let builder = match plain.rounding {
        SLOTLESS_NEAREST => builder.rounding(Rounding::Nearest),
        SLOTLESS_STOCHASTIC => builder.rounding(Rounding::Stochastic),
        _ => return Err(Status::Rounding),
    };
    let builder = match plain.assignment {
        SLOTLESS_COMPETITIVE => builder.assignment(Assignment::Competitive),
        SLOTLESS_RANDOM_K => builder.assignment(Assignment::RandomK),
        _ => return Err(Status::Assignment),
    };
    let params: Params<W, G> = G::build(builder)?;
    let sizes = Sizes::new(
        params.words(),
        params.scratch_words(),
        params.pattern_words(),
        snapshot::kwinner::words_for(&params),
    )?;
    Ok((Checked::of(params), sizes))
}

/// A state, writable or not: one type, so that there is one network of each width and wiring in an image, not two.
enum State<'a> {
    Read(&'a [u32]),
    Write(&'a mut [u32]),
}

impl AsRef<[u32]> for State<'_> {
    fn as_ref(&self) -> &[u32] {
        match self {
            Self::Read(words) => words,
            Self::Write(words) => words,
        }
    }
}

impl AsMut<[u32]> for State<'_> {
    /// Nothing of a state that is only read: no call that writes is handed one.
    fn as_mut(&mut self) -> &mut [u32] {
        match self {
            Self::Read(_) => &mut [],
            Self::Write(words) => words,
        }
    }
}

/// # Safety
/// As of [`Checked::get`], with these parameters.
unsafe fn open<'a, W: Width, G: Seeded>(
    checked: &Checked,
    state: State<'a>,
) -> Result<Network<W, State<'a>, G>> {
    // SAFETY: the caller's promise.
    let params: Params<W, G> = unsafe { checked.get() };
    Ok(Network::open(params, state)?)
}

/// # Safety
/// As of [`open`].
unsafe fn fresh<W: Width, G: Seeded>(checked: &Checked, state: &mut [u32]) -> Result<()> {
    // SAFETY: the caller's promise.
    let params: Params<W, G> = unsafe { checked.get() };
    Network::new(params, State::Write(state))?;
    Ok(())
}

/// # Safety
/// As of [`open`].
unsafe fn recall<W: Width, G: Seeded>(
    checked: &Checked,
    state: &[u32],
    cue: &[u32],
    scratch: &mut [u32],
) -> Result<KWinnerRecall> {
    // SAFETY: the caller's promise.
    let network = unsafe { open::<W, G>(checked, State::Read(state)) }?;
    let found = network.recall(cue, scratch)?;
    Ok(KWinnerRecall {
        pattern: found.pattern.as_ptr(),
        winners: found.winners.as_ptr(),
        pattern_words: found.pattern.len() as u32,
        winner_count: found.winners.len() as u32,
        matched: found.matched.into(),
    })
}

/// # Safety
/// As of [`open`].
unsafe fn hidden_code<W: Width, G: Seeded>(
    checked: &Checked,
    state: &[u32],
    cue: &[u32],
    scratch: &mut [u32],
) -> Result<KWinnerRecall> {
    // SAFETY: the caller's promise.
    let network = unsafe { open::<W, G>(checked, State::Read(state)) }?;
    let found = network.hidden_code(cue, scratch)?;
    Ok(KWinnerRecall {
        pattern: core::ptr::null(),
        winners: found.winners.as_ptr(),
        pattern_words: 0,
        winner_count: found.winners.len() as u32,
        matched: found.matched.into(),
    })
}

/// # Safety
/// As of [`open`].
unsafe fn learn<W: Width, G: Seeded>(
    checked: &Checked,
    state: &mut [u32],
    pattern: &[u32],
    scratch: &mut [u32],
) -> Result<Match> {
    // SAFETY: the caller's promise.
    let mut network = unsafe { open::<W, G>(checked, State::Write(state)) }?;
    Ok(network.learn(pattern, scratch)?)
}

/// # Safety
/// As of [`open`].
unsafe fn learn_novel<W: Width, G: Seeded>(
    checked: &Checked,
    state: &mut [u32],
    pattern: &[u32],
    below: u32,
    scratch: &mut [u32],
) -> Result<Novelty> {
    // SAFETY: the caller's promise.
    let mut network = unsafe { open::<W, G>(checked, State::Write(state)) }?;
    Ok(network.learn_novel(pattern, below, scratch)?)
}

/// # Safety
/// As of [`open`].
unsafe fn save<W: Width, G: Seeded>(
    checked: &Checked,
    state: &[u32],
    into: &mut [u32],
) -> Result<usize> {
    // SAFETY: the caller's promise.
    let network = unsafe { open::<W, G>(checked, State::Read(state)) }?;
    write(&snapshot::kwinner::parts(&network)?, into)
}

const fn recalls<W: Width, G: Seeded>() -> KWinnerType {
    KWinnerType {
        bits: W::BITS,
        wiring: G::KIND,
        check: check::<W, G>,
        hidden_code: hidden_code::<W, G>,
        recall: recall::<W, G>,
        learner: None,
    }
}

const fn learns<W: Width, G: Seeded>() -> KWinnerType {
    KWinnerType {
        learner: Some(Learner {
            fresh: fresh::<W, G>,
            learn: learn::<W, G>,
            learn_novel: learn_novel::<W, G>,
            save: save::<W, G>,
        }),
        ..recalls::<W, G>()
    }
}

/// Weights of 1 bit, random wiring.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U1: KWinnerType = learns::<U1, Random>();
/// Weights of 2 bits, random wiring.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U2: KWinnerType = learns::<U2, Random>();
/// Weights of 4 bits, random wiring.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U4: KWinnerType = learns::<U4, Random>();
/// Weights of 8 bits, random wiring: the one to begin with.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U8: KWinnerType = learns::<U8, Random>();
/// Weights of 16 bits, random wiring.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U16: KWinnerType = learns::<U16, Random>();
/// Weights of 1 bit, structured wiring.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U1_STRUCTURED: KWinnerType = learns::<U1, Structured>();
/// Weights of 2 bits, structured wiring.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U2_STRUCTURED: KWinnerType = learns::<U2, Structured>();
/// Weights of 4 bits, structured wiring.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U4_STRUCTURED: KWinnerType = learns::<U4, Structured>();
/// Weights of 8 bits, structured wiring: no masks, about half the memory.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U8_STRUCTURED: KWinnerType = learns::<U8, Structured>();
/// Weights of 16 bits, structured wiring.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U16_STRUCTURED: KWinnerType = learns::<U16, Structured>();
/// Weights of 1 bit, random wiring; recalls only, for less flash.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U1_RECALL: KWinnerType = recalls::<U1, Random>();
/// Weights of 2 bits, random wiring; recalls only.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U2_RECALL: KWinnerType = recalls::<U2, Random>();
/// Weights of 4 bits, random wiring; recalls only.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U4_RECALL: KWinnerType = recalls::<U4, Random>();
/// Weights of 8 bits, random wiring; recalls only.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U8_RECALL: KWinnerType = recalls::<U8, Random>();
/// Weights of 16 bits, random wiring; recalls only.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U16_RECALL: KWinnerType = recalls::<U16, Random>();
/// Weights of 1 bit, structured wiring; recalls only.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U1_STRUCTURED_RECALL: KWinnerType = recalls::<U1, Structured>();
/// Weights of 2 bits, structured wiring; recalls only.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U2_STRUCTURED_RECALL: KWinnerType = recalls::<U2, Structured>();
/// Weights of 4 bits, structured wiring; recalls only.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U4_STRUCTURED_RECALL: KWinnerType = recalls::<U4, Structured>();
/// Weights of 8 bits, structured wiring; recalls only.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U8_STRUCTURED_RECALL: KWinnerType = recalls::<U8, Structured>();
/// Weights of 16 bits, structured wiring; recalls only.
#[unsafe(no_mangle)]
pub static SLOTLESS_KWINNER_U16_STRUCTURED_RECALL: KWinnerType = recalls::<U16, Structured>();
