//! The last patterns of a stream.

use super::{Encode, EncodeError, MAX_FRAMES, MAX_UNITS, ParamsError, check_units, run};
use crate::bits;
use crate::memory::Writable;

/// Words of a state before its frames: how many were pushed.
const COUNTER_WORDS: usize = 1;

/// Checked sizes of a [`Window`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct WindowParams {
    units: u32,
    frames: u32,
}

impl WindowParams {
    /// n `units` of a frame; T `frames`, 1 to 2^16, of at most 2^20 units together.
    ///
    /// # Errors
    /// [`ParamsError::Units`], [`ParamsError::Frames`].
    pub const fn new(units: u32, frames: u32) -> Result<Self, ParamsError> {
        if let Err(error) = check_units(units, 1) {
            return Err(error);
        }
        let most = match MAX_UNITS.checked_div(units) {
            Some(most) if most < MAX_FRAMES => most,
            _ => MAX_FRAMES,
        };
        if frames == 0 || frames > most {
            return Err(ParamsError::Frames { frames, most });
        }
        Ok(Self { units, frames })
    }

    /// Units of a frame, n.
    #[must_use]
    pub const fn units(&self) -> u32 {
        self.units
    }

    /// Frames, T.
    #[must_use]
    pub const fn frames(&self) -> u32 {
        self.frames
    }

    /// Units of a pattern of all frames, `T n`.
    #[must_use]
    pub const fn pattern_units(&self) -> u32 {
        self.frames * self.units
    }

    /// Words of a frame: `ceil(n / 32)`.
    #[must_use]
    pub const fn frame_words(&self) -> usize {
        bits::words_for(self.units)
    }

    /// Words of a pattern of all frames: `ceil(T n / 32)`.
    #[must_use]
    pub const fn pattern_words(&self) -> usize {
        bits::words_for(self.pattern_units())
    }

    /// Words of the window's one buffer: 1, and T frames.
    #[must_use]
    pub const fn words(&self) -> usize {
        COUNTER_WORDS + self.frames as usize * self.frame_words()
    }
}

/// A window over time: a shift register of the last T patterns, the frames, in the caller's buffer.
///
/// As one pattern of `T n` units ([`Window::write`]) the frame that is i old is at units `i n` on, the newest first: `x_(i n +
/// j)(t) = f_j(t - i)`. A movement is a point then, and one that is a frame late is another; an [`NGram`](super::NGram) of the
/// frames takes n units instead.
///
/// To push writes one frame; to read all of them takes `T ceil(n / 32)` words.
///
/// ```
/// use slotless_core::bits;
/// use slotless_core::encode::{Bucket, Decode, NGram, Range, Window, WindowParams};
///
/// // Three axes of 16 bits, 50 times a second: the last 8 readings as one pattern.
/// let axes = [Bucket::new(Range::I16, 40, 8)?; 3];
/// let params = WindowParams::new(120, 8)?;
/// let mut window = Window::new(params, vec![0; params.words()])?;
/// for reading in 0..20 {
///     window.push_value(&axes, [reading * 1_500, -9_000, 0])?;
/// }
/// let mut pattern = vec![0; params.pattern_words()];
/// window.write(&mut pattern)?;
/// assert_eq!(bits::count(&pattern), 8 * 24);
/// // Two readings ago, from the pattern of all.
/// let [x, ..] = axes.read(&pattern, 2 * 120);
/// assert!(x.is_some_and(|x| (x.value - 17 * 1_500).abs() <= 1_000));
/// // Three of them in the units of one, the newest at position 0.
/// let mut gram = [0; bits::words_for(120)];
/// NGram::new(120, 3, 13)?.encode(window.frames(), &mut gram)?;
/// assert_eq!(bits::count(&gram), 3 * 24);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Window<S> {
    params: WindowParams,
    words: S,
}

impl<S: AsRef<[u32]>> Window<S> {
    /// Views a buffer that holds a window already. Any content is safe.
    ///
    /// # Errors
    /// [`EncodeError::Buffer`] unless there are exactly [`WindowParams::words`] words.
    pub fn open(params: WindowParams, words: S) -> Result<Self, EncodeError> {
        let (got, expected) = (words.as_ref().len(), params.words());
        if got != expected {
            return Err(EncodeError::Buffer { got, expected });
        }
        Ok(Self { params, words })
    }

    /// The sizes.
    #[must_use]
    pub fn params(&self) -> &WindowParams {
        &self.params
    }

    /// The whole state.
    #[must_use]
    pub fn words(&self) -> &[u32] {
        self.words.as_ref()
    }

    /// Gives the buffer back.
    #[must_use]
    pub fn into_words(self) -> S {
        self.words
    }

    /// Frames that there are: those pushed, up to T. Until there are T, the pattern of all has fewer ones.
    #[must_use]
    pub fn filled(&self) -> u32 {
        self.pushed().min(self.params.frames)
    }

    /// The frame that is so old, 0 being the newest; empty where none is.
    #[must_use]
    pub fn frame(&self, age: u32) -> &[u32] {
        if age >= self.filled() {
            return &[];
        }
        let slot = self.pushed().saturating_sub(1).saturating_sub(age);
        let slot = slot.checked_rem(self.params.frames).unwrap_or(0);
        let size = self.params.frame_words();
        let start = COUNTER_WORDS.saturating_add((slot as usize).saturating_mul(size));
        let words = self.words.as_ref().get(start..).unwrap_or(&[]);
        words.get(..size).unwrap_or(&[])
    }

    /// The frames that there are, the newest first.
    pub fn frames(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.filled()).map(|age| self.frame(age))
    }

    /// Writes the pattern of all frames, packed without gaps; frames that are not there yet are zero.
    ///
    /// # Errors
    /// [`EncodeError::Pattern`] unless `out` has [`WindowParams::pattern_words`] words; it is untouched then.
    pub fn write(&self, out: &mut [u32]) -> Result<(), EncodeError> {
        bits::check_length(out.len(), self.params.pattern_units())?;
        out.fill(0);
        let mut at = 0u32;
        for frame in self.frames() {
            run::put(out, at, frame, self.params.units);
            at = at.saturating_add(self.params.units);
        }
        Ok(())
    }

    /// Frames pushed, up to `2 T - 1` and then as many as were and T fewer: what is left by T is the slot of the next.
    fn pushed(&self) -> u32 {
        let pushed = self.words.as_ref().first().copied().unwrap_or(0);
        let frames = self.params.frames;
        if pushed < frames.saturating_mul(2) {
            return pushed;
        }
        frames.saturating_add(pushed.checked_rem(frames).unwrap_or(0))
    }
}

impl<S: AsRef<[u32]>> Window<S> {
    /// An empty window. Whatever the buffer held is lost; [`Window::open`] keeps it.
    ///
    /// # Errors
    /// [`EncodeError::Buffer`] unless there are exactly [`WindowParams::words`] words.
    pub fn new(params: WindowParams, words: S) -> Result<Self, EncodeError>
    where
        S: Writable,
    {
        let mut window = Self::open(params, words)?;
        window.words.as_mut().fill(0);
        Ok(window)
    }

    /// Forgets all frames.
    pub fn clear(&mut self)
    where
        S: Writable,
    {
        self.words.as_mut().fill(0);
    }

    /// Takes in a pattern as the newest frame; the oldest of T leaves.
    ///
    /// # Errors
    /// [`EncodeError::Pattern`] for a pattern that is no vector of n bits; nothing changes then.
    pub fn push(&mut self, pattern: &[u32]) -> Result<(), EncodeError>
    where
        S: Writable,
    {
        bits::check(pattern, self.params.units)?;
        for (to, &word) in self.next().iter_mut().zip(pattern) {
            *to = word;
        }
        Ok(())
    }

    /// Encodes a value as the newest frame, where it is to lie; the oldest of T leaves.
    ///
    /// # Errors
    /// [`EncodeError::Units`] for an encoder of another number of units; nothing changes then.
    pub fn push_value<E: Encode>(&mut self, encoder: &E, value: E::Value) -> Result<(), EncodeError>
    where
        S: Writable,
    {
        let (got, expected) = (encoder.units(), self.params.units);
        if got != expected {
            return Err(EncodeError::Units { got, expected });
        }
        let frame = self.next();
        frame.fill(0);
        encoder.write(value, 0, frame);
        bits::clear_tail(frame, expected);
        Ok(())
    }

    /// Counts one more frame and gives its place.
    fn next(&mut self) -> &mut [u32]
    where
        S: Writable,
    {
        let pushed = self.pushed();
        let frames = self.params.frames;
        let size = self.params.frame_words();
        let slot = pushed.checked_rem(frames).unwrap_or(0);
        let next = pushed.saturating_add(1);
        let words = self.words.as_mut();
        if let Some(count) = words.first_mut() {
            *count = if next < frames.saturating_mul(2) {
                next
            } else {
                frames
            };
        }
        let start = COUNTER_WORDS.saturating_add((slot as usize).saturating_mul(size));
        let words = words.get_mut(start..).unwrap_or(&mut []);
        words.get_mut(..size).unwrap_or(&mut [])
    }
}
