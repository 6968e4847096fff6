//! A range for an encoder, from the values of a sensor.

use core::mem;

use slotless_core::encode;

use crate::lent::{self, Lent};
use crate::status::{self, Result, Status};

/// A low and a high quantile of a stream of values, from which an encoder has its range: 112 bytes, whatever the stream. Opaque, and
/// free to be moved, copied and kept: it holds no addresses.
///
/// Zero it before its first use: one that was not made is then refused (SLOTLESS_STATUS_HANDLE).
#[repr(C)]
pub struct Calibration {
    opaque: [u64; 14],
}

/// Values from a lowest to a highest.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Range {
    /// The lowest.
    pub low: i32,
    /// The highest, low or above.
    pub high: i32,
}

/// What lies in a calibration.
#[repr(C)]
#[derive(Clone, Copy)]
struct Kept {
    tag: u32,
    own: encode::Calibration,
}

const TAG: u32 = 0x6361_6c69;

const _: () = assert!(
    mem::size_of::<Kept>() <= mem::size_of::<Calibration>()
        && mem::align_of::<Kept>() <= mem::align_of::<Calibration>()
);

/// The calibration that lies there.
///
/// # Safety
/// There is a calibration, or zeros.
unsafe fn look(calibration: Lent<Calibration>) -> Result<encode::Calibration> {
    // SAFETY: the caller's promise; the tag is a number whatever lies there.
    let tag = unsafe { calibration.cast::<u32>().slice() }
        .first()
        .copied();
    if tag != Some(TAG) {
        return Err(Status::Handle);
    }
    // SAFETY: there is room for one, and any numbers are one.
    let kept = unsafe { calibration.cast::<Kept>().slice() };
    kept.first().map(|kept| kept.own).ok_or(Status::Handle)
}

/// # Safety
/// There is room for a calibration.
unsafe fn keep(calibration: Lent<Calibration>, own: encode::Calibration) {
    // SAFETY: the caller's promise; one has room for it, as is asserted above.
    unsafe { calibration.cast().put(Kept { tag: TAG, own }) }
}

/// Makes a calibration that has seen no values.
///
/// @param[out] calibration the calibration
/// @param low the share of values that may lie below the range, in 1/65536: 1 to high - 1; 1311 are 2 %
/// @param high the share of values up to the end of the range, in 1/65536: up to 65535; 64225 are 98 %
/// @param memory values that count: 64 to 2^20; memory times the share beyond an end should be 20 or more
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_calibration_new(
    calibration: *mut Calibration,
    low: u32,
    high: u32,
    memory: u32,
) -> Status {
    status::of(|| {
        let to = Lent::out(calibration)?;
        let own = encode::Calibration::new(low, high, memory)?;
        // SAFETY: C's promise.
        unsafe { keep(to, own) };
        Ok(())
    })
}

/// Takes a value in: up to five times three divisions of 64 bits.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_calibration_add(
    calibration: *mut Calibration,
    value: i32,
) -> Status {
    status::of(|| {
        let at = Lent::out(calibration)?;
        // SAFETY: C's promise.
        let mut own = unsafe { look(at) }?;
        own.add(value);
        // SAFETY: C's promise.
        unsafe { keep(at, own) };
        Ok(())
    })
}

/// The range from the low quantile to the high one. Make an encoder with it once and for all: with another range the same values have other
/// patterns.
///
/// @param width values that it has at least, to both sides alike: what the sensor's noise is, times the encoder's steps
/// @param[out] range the range
/// @return SLOTLESS_STATUS_NOTHING before the first value
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_calibration_range(
    calibration: *const Calibration,
    width: u32,
    range: *mut Range,
) -> Status {
    status::of(|| {
        let (from, out) = (Lent::read(calibration, 1)?, Lent::out(range)?);
        lent::apart(&[from.region(), out.region()])?;
        // SAFETY: C's promise.
        let own = unsafe { look(from) }?;
        let found = own.range(width).ok_or(Status::Nothing)?;
        let (low, high) = (found.low(), found.high());
        // SAFETY: C's promise.
        unsafe { out.put(Range { low, high }) };
        Ok(())
    })
}
