//! From sensor values to packed patterns, and back: integers only, no heap, the same bits everywhere.
//!
//! Memories take patterns of n bits with few ones, and recall by the ones that two patterns share. An encoder gives near values
//! patterns that share many ones, and far values patterns that share none.
//!
//! | encoder | value | steps | ones | values that are d steps apart |
//! |---|---|---|---|---|
//! | [`Thermometer`] | in a [`Range`] | n | 1 to n | differ in d bits, all over the range |
//! | [`Bucket`] of w ones | in a range | `n - w + 1` | w | share `w - d` ones |
//! | [`Circular`] of w ones | any, modulo a period | n | w | share `w - d` ones, around the end, too |
//! | [`SparseRandom`] of k ones | in a range | any number | k | share `k - d` ones, beyond that as few as unrelated patterns |
//! | `(A, B, ...)`, `[E; N]` | `(a, b, ...)`, `[e; N]` | | those of all | what their parts share |
//! | [`Window`] of T frames | the last T patterns | | those of all | what their frames share |
//! | [`NGram`] of N patterns | N patterns in n units | | those of all | about what their patterns share |
//!
//! **Out of range** a value is taken as the nearest in it: an encoder saturates, and never fails for a value. [`Calibration`]
//! finds a range from a stream.
//!
//! # Several sensors
//! A tuple or an array of encoders is an encoder: its pattern is those of its parts, one after the other without gaps, its value
//! the tuple of their values. If each part has a fixed number of ones, so has the whole. How many ones a part has is how much
//! it counts.
//!
//! ```
//! use slotless_core::bits;
//! use slotless_core::encode::{Bucket, Circular, Decode, Encode, Range};
//!
//! // Acceleration in three axes, temperature in 1/10 degrees, heading in degrees, time of day in minutes.
//! let axis = Bucket::new(Range::new(-4_096, 4_095)?, 39, 8)?;
//! let temperature = Bucket::new(Range::new(-200, 500)?, 43, 8)?;
//! let heading = Circular::new(360, 48, 8)?;
//! let clock = Circular::new(24 * 60, 48, 8)?;
//! let sensors = ([axis; 3], temperature, heading, clock);
//! // 48 ones in 256 units, whatever the values: `Params::<U8>::builder(256, ..).active(48)`.
//! assert_eq!((sensors.units(), sensors.fixed_ones()), (256, Some(48)));
//!
//! let mut pattern = [0; bits::words_for(256)];
//! sensors.encode(([100, -2_000, 8_191], 215, -90, 13 * 60 + 30), &mut pattern)?;
//! assert_eq!(bits::count(&pattern), 48);
//! // Each part is read back to the middle of its step; 8,191 was out of range.
//! let ([x, _, z], warm, heading, clock) = sensors.decode(&pattern)?;
//! assert!(x.is_some_and(|x| (x.value - 100).abs() <= 128));
//! assert!(z.is_some_and(|z| (z.value - 4_095).abs() <= 128));
//! assert!(warm.is_some_and(|warm| (warm.value - 215).abs() <= 10));
//! assert!(heading.is_some_and(|heading| (heading.value - 270).abs() <= 4));
//! assert!(clock.is_some_and(|clock| (clock.value - 810).abs() <= 15));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! A struct of readings implements [`Encode`] by handing the calls on to such a tuple:
//!
//! ```
//! use core::ops::RangeInclusive;
//! use slotless_core::encode::{Bucket, Circular, Encode};
//!
//! #[derive(Clone, Copy)]
//! struct Reading {
//!     celsius: i8,
//!     heading: u16,
//! }
//!
//! struct Sensors(Bucket, Circular);
//!
//! impl Encode for Sensors {
//!     type Value = Reading;
//!
//!     fn units(&self) -> u32 {
//!         (self.0, self.1).units()
//!     }
//!
//!     fn ones(&self) -> RangeInclusive<u32> {
//!         (self.0, self.1).ones()
//!     }
//!
//!     fn write(&self, value: Reading, at: u32, out: &mut [u32]) {
//!         (self.0, self.1).write((value.celsius.into(), value.heading.into()), at, out);
//!     }
//! }
//! ```
//!
//! # Back to values
//! [`Decode`] finds the value that a pattern most likely stands for, be it recalled, damaged or a part: the one whose pattern
//! agrees with it most, of several such neighbours the middle one. A part of a longer pattern is read where it lies
//! ([`Decode::read`]), a frame of a window's pattern from bit `age n` on, one position of an n-gram by [`NGram::position`].

mod bucket;
mod calibration;
mod circular;
mod error;
mod estimate;
mod ngram;
mod range;
mod run;
mod several;
mod sparse;
mod thermometer;
mod window;

pub use bucket::Bucket;
pub use calibration::Calibration;
pub use circular::Circular;
pub use error::{EncodeError, ParamsError};
pub use estimate::Estimate;
pub use ngram::NGram;
pub use range::Range;
pub use sparse::SparseRandom;
pub use thermometer::Thermometer;
pub use window::{Window, WindowParams};

use core::ops::RangeInclusive;

use crate::bits;
use estimate::Best;

/// The most units of an encoder's pattern, and of all frames of a window.
pub const MAX_UNITS: u32 = 1 << 20;
/// The most steps of a [`SparseRandom`].
pub const MAX_STEPS: u32 = 1 << 20;
/// The most frames of a [`Window`].
pub const MAX_FRAMES: u32 = 1 << 16;
/// The shortest memory of a [`Calibration`].
pub const MIN_MEMORY: u32 = 64;
/// The longest.
pub const MAX_MEMORY: u32 = 1 << 20;

/// What makes packed patterns of values.
///
/// Tuples of up to eight encoders, arrays of encoders and references to one are encoders, too.
pub trait Encode {
    /// What is encoded: `i32` of one sensor, tuples and arrays of several.
    type Value: Copy;

    /// Units of a pattern, n.
    fn units(&self) -> u32;

    /// The fewest and the most ones that a pattern has.
    fn ones(&self) -> RangeInclusive<u32>;

    /// Sets the ones of a value's pattern from bit `at` of `out` on, and leaves all other bits as they are; ones beyond the end
    /// are left out. Where n bits are free there, this adds one pattern to others in a longer one.
    fn write(&self, value: Self::Value, at: u32, out: &mut [u32]);

    /// Ones of every pattern, where their number is fixed.
    fn fixed_ones(&self) -> Option<u32> {
        let (least, most) = self.ones().into_inner();
        (least == most).then_some(least)
    }

    /// Writes the pattern of a value.
    ///
    /// # Errors
    /// [`EncodeError::Pattern`] unless `out` has `ceil(n / 32)` words; it is untouched then.
    fn encode(&self, value: Self::Value, out: &mut [u32]) -> Result<(), EncodeError> {
        bits::check_length(out.len(), self.units())?;
        out.fill(0);
        self.write(value, 0, out);
        Ok(())
    }
}

/// An encoder with an inverse.
pub trait Decode: Encode {
    /// What is found: an [`Estimate`] of one sensor, none for a pattern without a one there; tuples and arrays of several.
    type Found;

    /// The most likely value of the n bits from bit `at` on; bits beyond the end are zero.
    fn read(&self, pattern: &[u32], at: u32) -> Self::Found;

    /// The most likely value of a pattern.
    ///
    /// # Errors
    /// [`EncodeError::Pattern`] for a pattern that is no vector of n bits.
    fn decode(&self, pattern: &[u32]) -> Result<Self::Found, EncodeError> {
        bits::check(pattern, self.units())?;
        Ok(self.read(pattern, 0))
    }
}

/// Checks n.
const fn check_units(units: u32, least: u32) -> Result<(), ParamsError> {
    if units < least || units > MAX_UNITS {
        return Err(ParamsError::Units { units, least });
    }
    Ok(())
}

/// Checks a number of ones.
const fn check_ones(ones: u32, most: u32) -> Result<(), ParamsError> {
    if ones == 0 || ones > most {
        return Err(ParamsError::Ones { ones, most });
    }
    Ok(())
}
