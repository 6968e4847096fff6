//! Snapshots that were opened: as any kind of model, or as one.

use core::marker::PhantomData;

use super::frame::{Frame, borrow, check_magic};
use super::kind::{Kind, Section, SectionKind};
use super::{SnapshotError, coded, grow, kwinner, means, recency, samples, sketches, slots};

/// What a snapshot is opened as: [`Any`] kind of model, or one kind, which its parameters stand for.
///
/// K-winner networks: [`kwinner::Params`](crate::kwinner::Params) of a width and a wiring, or [`kwinner::Settings`] whatever these
/// are, whose numbers are checked then by [`SnapshotOf::kwinner`] and its like. [`recency::Params`](crate::recency::Params). Slots and rings: [`SlotsParams`](crate::ring::SlotsParams),
/// [`CodedParams`](crate::ring::CodedParams), [`SketchesParams`](crate::ring::SketchesParams). Recognisers:
/// [`GrowParams`](crate::recogniser::GrowParams), [`RingParams`](crate::recogniser::RingParams),
/// [`MeansParams`](crate::recogniser::MeansParams). Sealed, for it stands for the kinds that the format has.
pub trait Model: Checked {}

/// What keeps [`Model`] within this crate.
pub trait Checked {
    /// Checks that the snapshot is of this kind, its parameters in range and its sections those that they ask for.
    fn check(frame: &Frame<'_>) -> Result<(), SnapshotError>;
}

/// Any kind of model: opening takes the code that checks every one of them.
#[derive(Clone, Copy, Debug)]
pub enum Any {}

impl Model for Any {}

impl Checked for Any {
    fn check(frame: &Frame<'_>) -> Result<(), SnapshotError> {
        match frame.kind {
            Kind::KWinner => kwinner::check(frame),
            Kind::Recency => recency::check(frame),
            Kind::Slots => slots::check(frame),
            Kind::Coded => coded::check(frame),
            Kind::Sketches => sketches::check(frame),
            Kind::Grow => grow::check(frame),
            Kind::Samples => samples::check(frame),
            Kind::Means => means::check(frame),
        }
    }
}

/// A snapshot of whatever model, borrowed where it lies; [`SnapshotOf`] one kind takes less code.
pub type Snapshot<'a> = SnapshotOf<'a, Any>;

/// A snapshot, borrowed where it lies, that is opened as one kind of [`Model`], or as [`Any`].
///
/// What is open has a sound header and table, parameters in range, and sections of the sizes that they ask for; from the
/// verifying constructors also the right CRC. Of one kind, a program holds the code that checks this kind alone: one that
/// opens a recogniser that grows and recognises once takes 5,356 bytes of flash on a Cortex-M0, and 18,120 of any kind.
///
/// ```
/// use slotless_core::recogniser::{Grow, GrowParams};
/// use slotless_core::snapshot::{self, SnapshotOf};
///
/// const PARAMS: GrowParams = match GrowParams::new(3, 20) {
///     Ok(params) => params,
///     Err(_) => panic!("sizes out of range"),
/// };
/// let mut gestures = Grow::new(PARAMS, [0; PARAMS.words()])?;
/// gestures.learn(&[10, 20, 30], 4)?;
/// let mut file = [0; snapshot::grow::words_for(&PARAMS)];
/// snapshot::grow::encode(&gestures, &mut file)?;
///
/// // Elsewhere: in place, and then in RAM, where it learns.
/// let snapshot = SnapshotOf::<GrowParams>::from_words(&file)?;
/// let flash = snapshot.grow()?;
/// assert_eq!(flash.recognise(&[12, 20, 30])?.map(|found| found.label()), Some(4));
/// let mut ram = [0; PARAMS.words()];
/// snapshot.thaw_grow(&mut ram)?.learn(&[200, 20, 30], 5)?;
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SnapshotOf<'a, M> {
    pub(super) frame: Frame<'a>,
    model: PhantomData<fn() -> M>,
}

impl<M> Clone for SnapshotOf<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for SnapshotOf<'_, M> {}

impl<'a, M: Model> SnapshotOf<'a, M> {
    /// Opens the bytes of a snapshot, all of them and no more, after reading each once.
    ///
    /// They have to lie at a multiple of 4 bytes: [`include_snapshot!`](crate::include_snapshot) sees to that, and where
    /// it cannot be had [`Snapshot::copy`] does.
    ///
    /// # Errors
    /// [`SnapshotError`] says what is wrong, the header before the content; [`SnapshotError::BigEndian`] on machines of
    /// that order.
    pub fn open(bytes: &'a [u8]) -> Result<Self, SnapshotError> {
        Self::from_words(borrow(bytes)?)
    }

    /// [`Snapshot::open`] without the CRC: reads the header and the section table, and no more.
    ///
    /// # Errors
    /// Those of [`Snapshot::open`] but for [`SnapshotError::Crc`].
    pub fn open_unverified(bytes: &'a [u8]) -> Result<Self, SnapshotError> {
        Self::from_words_unverified(borrow(bytes)?)
    }

    /// Opens the words of a snapshot, such as a static array, after reading each once. Words are numbers: this works on
    /// machines of either order.
    ///
    /// # Errors
    /// [`SnapshotError`] says what is wrong, the header before the content.
    pub fn from_words(words: &'a [u32]) -> Result<Self, SnapshotError> {
        let snapshot = Self::from_words_unverified(words)?;
        snapshot.verify()?;
        Ok(snapshot)
    }

    /// [`Snapshot::from_words`] without the CRC: reads the header and the section table, and no more.
    ///
    /// # Errors
    /// Those of [`Snapshot::from_words`] but for [`SnapshotError::Crc`].
    pub fn from_words_unverified(words: &'a [u32]) -> Result<Self, SnapshotError> {
        let frame = Frame::parse(words)?;
        M::check(&frame)?;
        Ok(Self::of(frame))
    }

    /// Opens the snapshot that a longer buffer begins with, such as a partition of flash: its header says how long it is,
    /// and what is behind it may be anything. Verified; says how many bytes it takes.
    ///
    /// The buffer has to lie at a multiple of 4 bytes, and need not have a multiple of 4 of them.
    ///
    /// ```
    /// use slotless_core::snapshot::{Snapshot, SnapshotError};
    ///
    /// /// A partition that is erased where nothing was written.
    /// fn trained(partition: &[u8]) -> Result<Option<Snapshot<'_>>, SnapshotError> {
    ///     match Snapshot::open_prefix(partition) {
    ///         Ok((snapshot, _)) => Ok(Some(snapshot)),
    ///         Err(SnapshotError::Magic { got: [0xff, ..] }) => Ok(None),
    ///         Err(error) => Err(error),
    ///     }
    /// }
    /// # assert!(matches!(trained(&[0xff; 64]), Ok(None)));
    /// ```
    ///
    /// # Errors
    /// Those of [`Snapshot::open`]; [`SnapshotError::Length`] for a buffer that ends before the snapshot does.
    pub fn open_prefix(bytes: &'a [u8]) -> Result<(Self, usize), SnapshotError> {
        let whole = bytes.len().saturating_sub(bytes.len() % 4);
        let words = borrow(bytes.get(..whole).unwrap_or(&[]))?;
        let (snapshot, words) = Self::from_words_prefix(words)?;
        Ok((snapshot, words.saturating_mul(4)))
    }

    /// [`Snapshot::open_prefix`] for words; says how many the snapshot takes. Works on machines of either order.
    ///
    /// # Errors
    /// Those of [`Snapshot::from_words`]; [`SnapshotError::Length`] for a buffer that ends before the snapshot does.
    pub fn from_words_prefix(words: &'a [u32]) -> Result<(Self, usize), SnapshotError> {
        let expected = Self::length(words)?;
        let got = words.len();
        let own = usize::try_from(expected).ok();
        let own = own.and_then(|length| words.get(..length));
        let own = own.ok_or(SnapshotError::Length { got, expected })?;
        Ok((Self::from_words(own)?, own.len()))
    }

    /// Copies the bytes of a snapshot, from any address and on machines of either order, into the first words of `into`
    /// and opens them there, verified.
    ///
    /// # Errors
    /// [`SnapshotError::Buffer`] if `into` is shorter than the snapshot, and those of [`Snapshot::from_words`].
    pub fn copy(bytes: &[u8], into: &'a mut [u32]) -> Result<Self, SnapshotError> {
        check_magic(bytes)?;
        let (chunks, []) = bytes.as_chunks::<4>() else {
            return Err(SnapshotError::Ragged { bytes: bytes.len() });
        };
        let got = into.len();
        let Some(words) = into.get_mut(..chunks.len()) else {
            return Err(SnapshotError::Buffer {
                got,
                needed: chunks.len(),
            });
        };
        for (word, &chunk) in words.iter_mut().zip(chunks) {
            *word = u32::from_le_bytes(chunk);
        }
        Self::from_words(words)
    }
}

impl<'a, M> SnapshotOf<'a, M> {
    /// What nobody needs to check any more.
    pub(super) fn of(frame: Frame<'a>) -> Self {
        Self {
            frame,
            model: PhantomData,
        }
    }

    /// Compares the CRC with the content, every word of it: what the unverified constructors leave out.
    ///
    /// # Errors
    /// [`SnapshotError::Crc`] if they differ.
    pub fn verify(&self) -> Result<(), SnapshotError> {
        self.frame.verify()
    }

    /// The words of the snapshot that starts here, as its header says, so that a device knows how much to read before it
    /// does; [`Snapshot::open_prefix`] opens what is in reach.
    ///
    /// # Errors
    /// Those of the first eight words; whether there are as many words is not looked at.
    pub fn length(words: &[u32]) -> Result<u32, SnapshotError> {
        Frame::length(words)
    }

    /// The version of the format that it is written in, up to [`FORMAT_VERSION`](super::FORMAT_VERSION).
    #[must_use]
    pub fn version(&self) -> u32 {
        self.frame.version
    }

    /// What it holds.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.frame.kind
    }

    /// The position in the stream: how many patterns or samples the model has learned; 0 of one that does not count them, as
    /// recognisers that grow and means.
    #[must_use]
    pub fn learned(&self) -> u64 {
        let words = self.frame.kind.position();
        let words = words.and_then(|first| self.frame.state.get(first..));
        match words {
            Some([low, high, ..]) => u64::from(*low) | u64::from(*high) << 32,
            _ => 0,
        }
    }

    /// The sections, in their order.
    pub fn sections(&self) -> impl Iterator<Item = Section> + use<'a, M> {
        self.frame
            .table
            .iter()
            .filter_map(|&[kind, offset, words]| {
                Some(Section {
                    kind: SectionKind::of_code(kind)?,
                    offset,
                    words,
                })
            })
    }

    /// The CRC that it carries.
    #[must_use]
    pub fn crc(&self) -> u32 {
        self.frame.crc
    }

    /// All of its words.
    #[must_use]
    pub fn words(&self) -> &'a [u32] {
        self.frame.words
    }

    /// The model's state: the words of all sections.
    #[must_use]
    pub fn state(&self) -> &'a [u32] {
        self.frame.state
    }
}
