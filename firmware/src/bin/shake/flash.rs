//! NOR flash in RAM that no start-up code writes, so that it outlasts a reset; and a power cut in the middle of a write.

use core::cell::{Cell, UnsafeCell};
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicBool, Ordering};

use defmt::Format;
use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use slotless_firmware::reset;

/// Four pages of 1 KiB, as the micro:bit's.
const PAGE: usize = 1024;
pub const BYTES: usize = 4 * PAGE;

/// What RAM does not hold by chance when power comes.
const MARK: [u32; 2] = [0x5110_71e5, 0x0f1a_5bed];

/// What outlasts a reset: the flash, and notes of the program about itself.
#[repr(C)]
pub struct Kept {
    mark: [u32; 2],
    /// Starts before this one.
    pub starts: u32,
    /// A checksum of what was named before the cut.
    pub named: u32,
    pub flash: [u8; BYTES],
}

struct Ram(UnsafeCell<MaybeUninit<Kept>>);

// SAFETY: `take` hands it out once.
unsafe impl Sync for Ram {}

// SAFETY: start-up code leaves this section alone, and nothing here asks for it to have a value.
#[unsafe(link_section = ".uninit.shake")]
static KEPT: Ram = Ram(UnsafeCell::new(MaybeUninit::uninit()));

impl Kept {
    /// What is left from before a reset; an erased flash and zeros for notes where power was off. Once, then none.
    pub fn take() -> Option<&'static mut Self> {
        static TAKEN: AtomicBool = AtomicBool::new(false);
        if TAKEN.load(Ordering::Relaxed) {
            return None;
        }
        TAKEN.store(true, Ordering::Relaxed);
        // SAFETY: nobody else has it, by the flag; there are no interrupts. Any bits are a value of it, and that these were not written
        // since the reset is kept from the compiler.
        let kept = unsafe { &mut *core::hint::black_box(KEPT.0.get()).cast::<Self>() };
        if kept.mark != MARK {
            *kept = Self {
                mark: MARK,
                starts: 0,
                named: 0,
                flash: [0xff; BYTES],
            };
        }
        Some(kept)
    }

    /// The next start is one after power was off.
    pub fn forget(&mut self) {
        self.mark = [0; 2];
    }
}

/// The flash: writes clear bits, erases set them.
pub struct Flash<'a> {
    pub bytes: &'a mut [u8; BYTES],
    /// Bytes until power fails in a write, if it will.
    pub cut: &'a Cell<Option<usize>>,
}

#[derive(Debug, Format)]
pub struct OutOfBounds;

impl NorFlashError for OutOfBounds {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::OutOfBounds
    }
}

impl ErrorType for Flash<'_> {
    type Error = OutOfBounds;
}

impl ReadNorFlash for Flash<'_> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), OutOfBounds> {
        let from = offset as usize;
        let stored = self.bytes.get(from..from + bytes.len());
        bytes.copy_from_slice(stored.ok_or(OutOfBounds)?);
        Ok(())
    }

    fn capacity(&self) -> usize {
        BYTES
    }
}

impl NorFlash for Flash<'_> {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), OutOfBounds> {
        let pages = self.bytes.get_mut(from as usize..to as usize);
        pages.ok_or(OutOfBounds)?.fill(0xff);
        Ok(())
    }

    /// Does not return where power fails in it: the program starts over.
    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), OutOfBounds> {
        let from = offset as usize;
        let place = self.bytes.get_mut(from..from + bytes.len());
        for (stored, byte) in place.ok_or(OutOfBounds)?.iter_mut().zip(bytes) {
            match self.cut.get() {
                Some(0) => reset(),
                left => self.cut.set(left.map(|left| left - 1)),
            }
            *stored &= byte;
        }
        Ok(())
    }
}
