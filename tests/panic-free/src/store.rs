//! The store, over a flash that may say anything. Not that of awaited flash, whose text is the same: the compiler gives each `async fn` a
//! panic of its own, for a future that is polled after its end.

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use slotless_core::kwinner::Params;
use slotless_core::recency;
use slotless_core::ring::{CodedParams, Replacement, SketchesParams, SlotsParams};
use slotless_core::weight::U8;
use slotless_store::{Identity, Store};

use crate::{any, any_64, keep, show};

struct Flash;

#[derive(Debug)]
struct Failed;

impl NorFlashError for Failed {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

/// Yes, or no.
fn answer() -> Result<(), Failed> {
    match any() {
        0 => Ok(()),
        _ => Err(Failed),
    }
}

impl ErrorType for Flash {
    type Error = Failed;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Failed> {
        keep(offset);
        bytes.fill(any() as u8);
        answer()
    }

    fn capacity(&self) -> usize {
        any() as usize
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = 4096;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Failed> {
        keep((from, to));
        answer()
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Failed> {
        keep((offset, bytes.len()));
        answer()
    }
}

pub fn all(words: &mut [u32]) {
    if let Ok(params) = Params::<U8>::builder(any(), any()).build() {
        keep(Identity::from(&params));
        if let Ok(params) = params.structured() {
            keep(Identity::from(&params));
        }
    }
    if let Ok(params) = recency::Params::builder(any(), any()).build() {
        keep(Identity::from(&params));
    }
    if let Ok(params) = SlotsParams::new(any(), any(), Replacement::Fifo) {
        keep(Identity::from(&params));
    }
    if let Ok(params) = CodedParams::new(any(), any(), any()) {
        keep(Identity::from(&params));
    }
    if let Ok(params) = SketchesParams::new(any(), any(), any(), any_64()) {
        keep(Identity::from(&params));
    }
    let identity = Identity::new(any(), any(), [any(); 12]);
    show(&identity);
    keep((identity.kind(), identity.words(), identity.results()));
    keep(identity.parameters());
    match Store::format(Flash, any()..any(), identity) {
        Ok(store) => keep(store.into_flash()),
        Err(error) => show(&error),
    }
    match Store::mount(Flash, any()..any(), identity) {
        Ok(store) => of(store, words),
        Err(error) => show(&error),
    }
}

fn of(mut store: Store<Flash>, words: &mut [u32]) {
    keep(store.identity());
    match store.load(words) {
        Ok(Some(restored)) => keep((restored.sequence(), restored.lost())),
        Ok(None) => {}
        Err(error) => show(&error),
    }
    match store.save(words) {
        Ok(saved) => keep((saved.sequence(), saved.written(), saved.bytes())),
        Err(error) => show(&error),
    }
    keep(store.sequence());
}
