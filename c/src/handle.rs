//! A memory in buffers of the caller's: what the C types of memories hold.

use core::mem;

use crate::lent::{self, Lent, NOWHERE, Region};
use crate::status::{Result, Status};

/// Sizes of a memory's buffers, in words of 4 bytes.
#[repr(C)]
pub struct Sizes {
    /// The state: all that a memory knows.
    pub state_words: u32,
    /// Scratch, which several memories may share if they are not used at the same time: nothing is kept in it but what a recall
    /// found. 0 where none is needed.
    pub scratch_words: u32,
    /// A pattern or cue: SLOTLESS_WORDS(visible).
    pub pattern_words: u32,
    /// A snapshot; 0 where there is none.
    pub snapshot_words: u32,
}

impl Sizes {
    pub(crate) fn new(
        state: usize,
        scratch: usize,
        pattern: usize,
        snapshot: usize,
    ) -> Result<Self> {
        let size = |words: usize| u32::try_from(words).map_err(|_| Status::TooLarge);
        Ok(Self {
            state_words: size(state)?,
            scratch_words: size(scratch)?,
            pattern_words: size(pattern)?,
            snapshot_words: size(snapshot)?,
        })
    }
}

/// A C type that holds a memory.
pub(crate) trait Handle: Sized {
    /// What is kept of parameters, checked.
    type Params: Copy;
    /// What tells it from others, and from memory that was never made one.
    const TAG: u32;
    /// That there is room.
    const FITS: () = assert!(
        mem::size_of::<Kept<Self::Params>>() <= mem::size_of::<Self>()
            && mem::align_of::<Kept<Self::Params>>() <= mem::align_of::<Self>()
    );
}

/// What lies in a handle.
#[repr(C)]
pub(crate) struct Kept<P> {
    tag: u32,
    params: P,
    state: Lent<u32>,
    scratch: Option<Lent<u32>>,
}

impl<P: Copy> Clone for Kept<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Copy> Copy for Kept<P> {}

/// A memory as a call finds it.
pub(crate) struct Memory<P> {
    pub(crate) params: P,
    state: Lent<u32>,
    scratch: Option<Lent<u32>>,
    own: Region,
}

/// Makes a memory of checked parameters and of buffers that are long enough.
///
/// # Safety
/// There is room for a handle.
pub(crate) unsafe fn make<H: Handle>(
    handle: Lent<H>,
    params: H::Params,
    state: Lent<u32>,
    scratch: Option<Lent<u32>>,
) {
    let () = H::FITS;
    let kept = Kept {
        tag: H::TAG,
        params,
        state,
        scratch,
    };
    // SAFETY: a handle is at least as large and as much aligned (`FITS`); `Lent` says that it is aligned and not null, the caller
    // that there is room.
    unsafe { handle.cast().put(kept) }
}

/// The memory in a handle.
///
/// # Safety
/// There is a handle, or zeros.
pub(crate) unsafe fn look<H: Handle>(handle: *const H) -> Result<Memory<H::Params>> {
    let () = H::FITS;
    let handle = Lent::read(handle, 1)?;
    let own = handle.region();
    // SAFETY: as in `make`; the tag is a number whatever lies there.
    let tag = unsafe { handle.cast::<u32>().slice() }.first().copied();
    if tag != Some(H::TAG) {
        return Err(Status::Handle);
    }
    // SAFETY: `make` has written it, and only it writes this tag.
    let kept = unsafe { handle.cast::<Kept<H::Params>>().slice() };
    let kept = *kept.first().ok_or(Status::Handle)?;
    Ok(Memory {
        params: kept.params,
        state: kept.state,
        scratch: kept.scratch,
        own,
    })
}

impl<P> Memory<P> {
    /// State and scratch of a call that reads the state, and also touches `others`.
    pub(crate) fn reading<'a, const N: usize>(
        &self,
        others: [Region; N],
    ) -> Result<(&'a [u32], &'a mut [u32])> {
        let state = self.state.to_read();
        self.check(state, others)?;
        // SAFETY: whoever made the memory has lent its buffers for as long as it is used; nothing that this call writes to is part
        // of the state, as `check` has seen.
        let state = unsafe { state.slice() };
        Ok((state, self.scratch()))
    }

    /// State and scratch of a call that writes to both.
    pub(crate) fn writing<'a, const N: usize>(
        &self,
        others: [Region; N],
    ) -> Result<(&'a mut [u32], &'a mut [u32])> {
        if !self.state.writable() {
            return Err(Status::ReadOnly);
        }
        self.check(self.state, others)?;
        // SAFETY: as above; and nothing else that this call has to do with is part of the state.
        let state = unsafe { self.state.slice_mut() };
        Ok((state, self.scratch()))
    }

    fn scratch<'a>(&self) -> &'a mut [u32] {
        match self.scratch {
            // SAFETY: lent as the state was; `check` has seen that it is part of nothing else.
            Some(scratch) => unsafe { scratch.slice_mut() },
            None => &mut [],
        }
    }

    fn check<const N: usize>(&self, state: Lent<u32>, others: [Region; N]) -> Result<()> {
        // No call has more than three.
        let mut regions = [NOWHERE; 6];
        let own = [self.own, state.region(), lent::region_of(self.scratch)];
        for (to, one) in regions.iter_mut().zip(own.into_iter().chain(others)) {
            *to = one;
        }
        lent::apart(&regions)
    }
}

/// The buffers of a memory to be made.
pub(crate) struct Buffers<H> {
    handle: Lent<H>,
    state: Lent<u32>,
    scratch: Option<Lent<u32>>,
}

impl<H: Handle> Buffers<H> {
    /// With scratch.
    ///
    /// # Safety
    /// There is room for a handle, and the words of each buffer are there, for as long as the memory is used.
    pub(crate) unsafe fn new(
        handle: *mut H,
        state: Lent<u32>,
        scratch: *mut u32,
        words: u32,
    ) -> Result<Self> {
        Self::checked(handle, state, Some(Lent::write(scratch, words)?))
    }

    /// Without.
    ///
    /// # Safety
    /// As of [`Buffers::new`].
    pub(crate) unsafe fn bare(handle: *mut H, state: Lent<u32>) -> Result<Self> {
        Self::checked(handle, state, None)
    }

    fn checked(handle: *mut H, state: Lent<u32>, scratch: Option<Lent<u32>>) -> Result<Self> {
        let handle = Lent::out(handle)?;
        lent::apart(&[handle.region(), state.region(), lent::region_of(scratch)])?;
        Ok(Self {
            handle,
            state,
            scratch,
        })
    }

    /// Words of the state that were lent.
    pub(crate) fn state_words(&self) -> usize {
        self.state.count()
    }

    /// Checks lengths, and leaves of the state what is needed. Another buffer that is read must be apart.
    pub(crate) fn fit(mut self, state: usize, scratch: usize, other: Region) -> Result<Self> {
        self.state = self.state.first(state).ok_or(Status::State)?;
        if let Some(lent) = self.scratch {
            self.scratch = Some(lent.first(scratch).ok_or(Status::Scratch)?);
        }
        lent::apart(&[
            self.handle.region(),
            self.state.region(),
            lent::region_of(self.scratch),
            other,
        ])?;
        Ok(self)
    }

    /// The state, to be written first.
    pub(crate) fn state<'a>(&self) -> &'a mut [u32] {
        // SAFETY: whoever made this has lent it, and calls this where it was lent to be written to; `fit` has seen that it is part of
        // nothing else.
        unsafe { self.state.slice_mut() }
    }

    /// Makes the memory.
    pub(crate) fn make(self, params: H::Params) {
        // SAFETY: whoever made this has lent room for a handle.
        unsafe { make(self.handle, params, self.state, self.scratch) }
    }
}

/// How many patterns a state has learned.
pub(crate) fn learned(state: &[u32]) -> u64 {
    match state {
        [low, high, ..] => u64::from(*low) | u64::from(*high) << 32,
        _ => 0,
    }
}

/// Copies a state.
pub(crate) fn copy(from: &[u32], to: &mut [u32]) {
    for (to, &word) in to.iter_mut().zip(from) {
        *to = word;
    }
}
