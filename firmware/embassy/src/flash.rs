//! Awaited NOR flash, made up: bytes in RAM, whose writes and erases let other tasks run as a chip's would.

use embassy_futures::yield_now;
use embedded_storage_async::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

const PAGE: usize = 1024;
/// Bytes of all.
pub const BYTES: usize = 4 * PAGE;

/// The flash.
pub struct Flash<'a>(pub &'a mut [u8; BYTES]);

/// An offset beyond the end.
#[derive(Debug, defmt::Format)]
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

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), OutOfBounds> {
        let from = offset as usize;
        let stored = self.0.get(from..from + bytes.len());
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

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), OutOfBounds> {
        let pages = self.0.get_mut(from as usize..to as usize);
        for page in pages.ok_or(OutOfBounds)?.chunks_mut(PAGE) {
            yield_now().await;
            page.fill(0xff);
        }
        Ok(())
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), OutOfBounds> {
        let from = offset as usize;
        let place = self.0.get_mut(from..from + bytes.len());
        for (stored, byte) in place.ok_or(OutOfBounds)?.iter_mut().zip(bytes) {
            *stored &= byte;
        }
        yield_now().await;
        Ok(())
    }
}
