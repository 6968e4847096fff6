//! A store of a state of 8 KB in 16 pages of 4 KiB, in RAM as if it were flash: a save after each learned pattern, one where nothing has changed,
//! mounting and loading. Of a K-winner network with structured wiring, or of plain slots in turn.

use core::hint::black_box;

use defmt::Format;
use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use slotless_core::bits;
#[cfg(not(feature = "count-store-slots"))]
use slotless_core::kwinner::{KWinner as Kept, ParamsError, Structured};
use slotless_core::memory::Memory;
#[cfg(feature = "count-store-slots")]
use slotless_core::ring::{ParamsError, Replacement, Slots as Kept, SlotsParams as Params};
use slotless_core::rng::{self, Purpose};
#[cfg(not(feature = "count-store-slots"))]
use slotless_core::weight::U8;
use slotless_firmware::println;
use slotless_store::Store;
use static_cell::ConstStaticCell;

use crate::clock::Clock;
use crate::{Counts, Failed, measure};

const UNITS: u32 = 256;
const ONES: u32 = 32;
type Pattern = [u32; bits::words_for(UNITS)];

/// Patterns learned and saved before any is counted: increments are as many as they mostly are.
const BEFORE: u32 = 330;
const COUNTED: u32 = 64;

const PAGE: usize = 4096;
const BYTES: usize = 16 * PAGE;

#[cfg(not(feature = "count-store-slots"))]
type Params = slotless_core::kwinner::Params<U8, Structured>;
#[cfg(not(feature = "count-store-slots"))]
const BUILT: Result<Params, ParamsError> =
    slotless_core::kwinner::Params::<U8>::builder(UNITS, 256)
        .fan_in(32)
        .winners(8)
        .active(ONES)
        .rate(19_661)
        .structured()
        .build();
#[cfg(feature = "count-store-slots")]
const BUILT: Result<Params, ParamsError> = Params::new(UNITS, 256, Replacement::Fifo);

const PARAMS: Params = match BUILT {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

static MEMORY: ConstStaticCell<[u32; PARAMS.words()]> = ConstStaticCell::new([0; _]);
static LOADED: ConstStaticCell<[u32; PARAMS.words()]> = ConstStaticCell::new([0; _]);
static SCRATCH: ConstStaticCell<[u32; 544]> = ConstStaticCell::new([0; _]);
static FLASH: ConstStaticCell<[u8; BYTES]> = ConstStaticCell::new([0xff; _]);

/// What writes AND erases do to bytes; it counts neither.
struct Flash(&'static mut [u8; BYTES]);

#[derive(Debug, Format)]
struct OutOfBounds;

impl NorFlashError for OutOfBounds {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::OutOfBounds
    }
}

impl ErrorType for Flash {
    type Error = OutOfBounds;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), OutOfBounds> {
        let from = offset as usize;
        let stored = self.0.get(from..from + bytes.len()).ok_or(OutOfBounds)?;
        bytes.copy_from_slice(stored);
        Ok(())
    }

    fn capacity(&self) -> usize {
        BYTES
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), OutOfBounds> {
        let page = self.0.get_mut(from as usize..to as usize);
        page.ok_or(OutOfBounds)?.fill(0xff);
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), OutOfBounds> {
        let from = offset as usize;
        let place = self.0.get_mut(from..from + bytes.len());
        place.ok_or(OutOfBounds)?.copy_from_slice(bytes);
        Ok(())
    }
}

pub fn run(clock: &Clock) -> Result<(), Failed> {
    let scratch = black_box(SCRATCH.take().as_mut_slice());
    let params = black_box(PARAMS);
    let mut memory = Kept::new(params, black_box(MEMORY.take().as_mut_slice()))?;
    let mut store = Store::mount(Flash(FLASH.take()), 0..BYTES as u32, &params)?;
    println!("state = {=usize}", 4 * PARAMS.words());
    let (mut saves, mut written) = (Counts::default(), 0);
    for number in 0..BEFORE + COUNTED {
        let mut pattern = Pattern::default();
        let mut draws = rng::stream(1, Purpose(256), 0, number);
        bits::sample(UNITS, ONES, &mut draws, &mut pattern)?;
        Memory::store(&mut memory, &pattern, scratch)?;
        let mut bytes = 0;
        let (taken, _) = measure(clock, &mut || {
            bytes = store.save(memory.words())?.bytes();
            Ok(false)
        })?;
        if number >= BEFORE {
            saves.add(taken);
            written += bytes;
        }
    }
    saves.print("save");
    println!("save_bytes = {=u32}", written / COUNTED);
    let [mut again, mut mounts, mut loads] = [(); 3].map(|()| Counts::default());
    let (taken, _) = measure(clock, &mut || {
        black_box(store.save(memory.words())?);
        Ok(false)
    })?;
    again.add(taken);
    again.print("unchanged");
    let mut flash = Some(store.into_flash());
    let loaded = LOADED.take();
    let mut mounted = None;
    let (taken, _) = measure(clock, &mut || {
        if let Some(flash) = flash.take() {
            mounted = Some(Store::mount(flash, 0..BYTES as u32, &params)?);
        }
        Ok(false)
    })?;
    mounts.add(taken);
    mounts.print("mount");
    let (taken, _) = measure(clock, &mut || {
        if let Some(store) = &mut mounted {
            black_box(store.load(loaded)?);
        }
        Ok(false)
    })?;
    loads.add(taken);
    loads.print("load");
    println!("same = {=u32}", u32::from(loaded == memory.words()));
    Ok(())
}
