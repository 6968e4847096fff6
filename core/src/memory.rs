//! What all memories have in common, so that an experiment takes any of them.

/// An auto-associative memory of packed bit vectors: patterns in, and from a cue a pattern out.
///
/// What the bits stand for is each memory's own: 0 and 1, or -1 and +1. A cue is a pattern with some of its bits cleared or
/// changed. All memory is the caller's: that of the network, which it was made with, and scratch of
/// [`Memory::scratch_words`].
///
/// ```
/// use slotless_core::hopfield::classical::{self, Classical};
/// use slotless_core::kwinner::{self, KWinner};
/// use slotless_core::memory::Memory;
/// use slotless_core::weight::U8;
///
/// /// Stores two patterns and recalls the first from half of its ones.
/// fn recalls<M: Memory>(memory: &mut M, scratch: &mut [u32]) -> Result<bool, M::Error> {
///     let patterns = [[0x00ff_00ff], [0x0f0f_0f0f]];
///     for pattern in &patterns {
///         memory.store(pattern, scratch)?;
///     }
///     Ok(memory.recall(&[0x00ff_000f], scratch)?.pattern == patterns[0])
/// }
///
/// let mut scratch = [0; 128];
/// let params = kwinner::Params::<U8>::builder(32, 40).winners(1).active(16).build()?;
/// assert!(recalls(&mut KWinner::new(params, vec![0; params.words()])?, &mut scratch)?);
/// let params = classical::Params::builder(32, 2).build()?;
/// assert!(recalls(&mut Classical::new(params, vec![0; params.words()])?, &mut scratch)?);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub trait Memory {
    /// What is wrong with a call.
    type Error: core::error::Error;

    /// Bits of a pattern.
    fn units(&self) -> u32;

    /// Number of patterns stored so far; a memory that fades counts those it has lost.
    fn stored(&self) -> u64;

    /// How many patterns it takes.
    fn capacity(&self) -> Capacity;

    /// What it costs: words of 32 bits that hold the memory, as the caller provides them.
    fn state_words(&self) -> usize;

    /// Words of scratch that [`Memory::store`] and [`Memory::recall`] take.
    fn scratch_words(&self) -> usize;

    /// Stores a pattern.
    ///
    /// A pattern without a one, such as that of a dead sensor, is refused where it would cost other patterns: a K-winner
    /// network would forget at random, and memories of codes take k ones only. To Hopfield networks it is the state of all
    /// -1, as good as any other: it takes a slot, or, stored time and again in a classical network, the place of all others,
    /// as every pattern would.
    ///
    /// # Errors
    /// For a pattern of another length, one that would harm, too little scratch, or one pattern too many; nothing is stored
    /// then.
    fn store(&mut self, pattern: &[u32], scratch: &mut [u32]) -> Result<(), Self::Error>;

    /// Recalls from a cue. Changes nothing: a function of the memory and the cue.
    ///
    /// # Errors
    /// For a cue of another length or too little scratch.
    fn recall<'a>(
        &'a self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Recollection<'a>, Self::Error>;
}

/// Words that can be written: what a memory that is to learn lies in. An array, `&mut [u32]`, or a `Vec` is; `&[u32]`, such as one
/// straight out of flash, is not, and serves recall alone.
#[diagnostic::on_unimplemented(
    message = "a memory in `{Self}` can be recalled from, but not taught",
    label = "needs words that can be written",
    note = "what lies in flash or behind `&` stays as it is: move it to RAM first, as `Snapshot::thaw_kwinner` does, or \
            lend `&mut [u32]`"
)]
pub trait Writable: AsRef<[u32]> + AsMut<[u32]> {}

#[diagnostic::do_not_recommend]
impl<S: AsRef<[u32]> + AsMut<[u32]> + ?Sized> Writable for S {}

/// What a memory recalls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Recollection<'a> {
    /// The pattern.
    pub pattern: &'a [u32],
    /// How well what is recalled matches what is stored, 0 to 65,536; each memory says in its own terms what that is a
    /// share of.
    pub share: u32,
}

/// How many patterns a memory takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Capacity {
    /// How many can be recalled, where theory says it.
    pub reliable: Option<u64>,
    /// After how many the next is refused, where that does not depend on the patterns.
    pub limit: Option<u64>,
}
