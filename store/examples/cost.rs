//! What saving after each learned pattern takes of flash, for several memories of 8 KB and flash chips; beside it a map of blocks of
//! the state in `sequential-storage`, and all of the state each time. `docs/embedded.md` has the table.
//!
//! ```sh
//! cargo run --release -p slotless-store --example cost
//! ```

use std::error::Error;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use embedded_storage::nor_flash::{ErrorType, NorFlash as _, ReadNorFlash as _};
use embedded_storage_async::nor_flash::{NorFlash, ReadNorFlash};
use sequential_storage::cache::Cache;
use sequential_storage::cache::key_pointers::ArrayKeyPointers;
use sequential_storage::cache::page_pointers::ArrayPagePointers;
use sequential_storage::cache::page_states::ArrayPageStates;
use sequential_storage::map::{MapConfig, MapStorage};
use slotless_core::bits;
use slotless_core::kwinner::{KWinner, Params};
use slotless_core::recency::{self, Recency};
use slotless_core::recogniser::{Grow, GrowParams};
use slotless_core::ring::{Coded, CodedParams, Replacement, Slots, SlotsParams};
use slotless_core::rng::{self, Purpose};
use slotless_core::weight::U8;
use slotless_store::{Identity, Store, Written};

#[path = "../tests/all/flash.rs"]
mod flash;

use flash::{Flash, Refused};

/// Patterns of 32 ones in 256 units.
const UNITS: u32 = 256;
const ONES: u32 = 32;
/// Patterns learned before counting starts, and while counting: the steady state.
const BEFORE: u32 = 500;
const COUNTED: u32 = 4_000;
/// Erases that a page is good for, of most data sheets.
const ENDURANCE: u64 = 10_000;

/// A memory, and what happens with its words after each pattern.
type Learn<'a> = Box<dyn FnMut(&[u32], &mut Vec<u32>) + 'a>;

fn pattern(number: u32) -> [u32; 8] {
    let mut pattern = [0; 8];
    let mut stream = rng::stream(1, Purpose(256), 0, number);
    bits::sample(UNITS, ONES, &mut stream, &mut pattern).expect("256 units are eight words");
    pattern
}

fn network(rate: u32, structured: bool) -> Result<(Identity, Learn<'static>), Box<dyn Error>> {
    let builder = Params::<U8>::builder(UNITS, if structured { 256 } else { 128 });
    let builder = builder.fan_in(32).winners(8).active(ONES).rate(rate);
    if structured {
        let params = builder.build()?.structured()?;
        let mut network = KWinner::new(params, vec![0; params.words()])?;
        let mut scratch = vec![0; params.scratch_words()];
        let learn = move |pattern: &[u32], words: &mut Vec<u32>| {
            network.learn(pattern, &mut scratch).expect("a pattern");
            words.clone_from(&network.words().to_vec());
        };
        return Ok((Identity::from(&params), Box::new(learn)));
    }
    let params = builder.build()?;
    let mut network = KWinner::new(params, vec![0; params.words()])?;
    let mut scratch = vec![0; params.scratch_words()];
    let learn = move |pattern: &[u32], words: &mut Vec<u32>| {
        network.learn(pattern, &mut scratch).expect("a pattern");
        words.clone_from(&network.words().to_vec());
    };
    Ok((Identity::from(&params), Box::new(learn)))
}

fn levels() -> Result<(Identity, Learn<'static>), Box<dyn Error>> {
    let params = recency::Params::builder(UNITS, 1)
        .active(ONES)
        .build_in(8_192)?;
    let mut memory = Recency::new(params, vec![0; params.words()])?;
    let mut scratch = vec![0; params.scratch_words()];
    let learn = move |pattern: &[u32], words: &mut Vec<u32>| {
        memory.learn(pattern, &mut scratch).expect("a pattern");
        words.clone_from(&memory.words().to_vec());
    };
    Ok((Identity::from(&params), Box::new(learn)))
}

fn slots() -> Result<(Identity, Learn<'static>), Box<dyn Error>> {
    let params = SlotsParams::new(UNITS, 256, Replacement::Fifo)?;
    let mut memory = Slots::new(params, vec![0; params.words()])?;
    let learn = move |pattern: &[u32], words: &mut Vec<u32>| {
        memory.learn(pattern).expect("a pattern");
        words.clone_from(&memory.words().to_vec());
    };
    Ok((Identity::from(&params), Box::new(learn)))
}

fn codes() -> Result<(Identity, Learn<'static>), Box<dyn Error>> {
    let params = CodedParams::new(UNITS, ONES, 2_045)?;
    let mut memory = Coded::new(params, vec![0; params.words()])?;
    let learn = move |pattern: &[u32], words: &mut Vec<u32>| {
        memory.learn(pattern).expect("a pattern");
        words.clone_from(&memory.words().to_vec());
    };
    Ok((Identity::from(&params), Box::new(learn)))
}

/// Samples of 64 features of ten classes, in place of patterns.
fn grow() -> Result<(Identity, Learn<'static>), Box<dyn Error>> {
    let params = GrowParams::within(64, 2_048)?;
    let mut memory = Grow::new(params, vec![0; params.words()])?;
    let mut number = 0;
    let learn = move |_: &[u32], words: &mut Vec<u32>| {
        number += 1;
        let (class, key) = (number % 10, rng::Key::new(1, Purpose(257)));
        let sample: Vec<u8> = (0..64)
            .map(|feature| {
                let middle = (key.at(class << 8 | feature) >> 25) as u8;
                let noise = (key.at(number << 8 | feature | 1 << 31) >> 26) as u8;
                64 + middle + noise - 32
            })
            .collect();
        memory.learn(&sample, class as u8).expect("a sample");
        words.clone_from(&memory.words().to_vec());
    };
    Ok((Identity::from(&params), Box::new(learn)))
}

/// A memory by its name; each is made anew, to learn the same.
type Make = fn() -> Result<(Identity, Learn<'static>), Box<dyn Error>>;

const MEMORIES: [(&str, Make); 7] = [
    ("K-winner, structured, rate .3", || network(19_661, true)),
    ("K-winner, structured, rate 1", || network(65_536, true)),
    ("K-winner, random, rate .3", || network(19_661, false)),
    ("recency levels", levels),
    ("ring of slots", slots),
    ("ring of codes", codes),
    ("recogniser that grows", grow),
];

/// Means per pattern.
struct Cost {
    written: f64,
    erases: f64,
    read: f64,
    wholes: u32,
}

impl Cost {
    fn print(&self, chip: &str, how: &str, pages: usize) {
        let lifetime = ENDURANCE as f64 * pages as f64 / self.erases;
        println!(
            "  {chip:8} {pages:2} pages {how:20} {:6.0} B written {:7.4} erases {:8.0} B read {:6.2} million patterns; {} of {COUNTED} whole",
            self.written,
            self.erases,
            self.read,
            lifetime / 1e6,
            self.wholes
        );
    }
}

/// Counts what `save` does after each pattern.
fn count<const R: usize, const W: usize, const E: usize>(
    make: Make,
    pages: usize,
    mut save: impl FnMut(&mut Flash<R, W, E>, &[u32]) -> Result<Written, Box<dyn Error>>,
) -> Result<Cost, Box<dyn Error>> {
    let (_, mut learn) = make()?;
    let mut flash = Flash::<R, W, E>::new(pages);
    let mut words = Vec::new();
    let mut wholes = 0;
    let mut start = (0, 0, 0);
    let counters = |flash: &Flash<R, W, E>| {
        let erases: u32 = flash.erases.iter().sum();
        (flash.written, u64::from(erases), flash.read)
    };
    for number in 0..BEFORE + COUNTED {
        if number == BEFORE {
            (wholes, start) = (0, counters(&flash));
        }
        learn(&pattern(number), &mut words);
        wholes += u32::from(save(&mut flash, &words)? == Written::Whole);
    }
    let end = counters(&flash);
    let mean = |from: u64, to: u64| (to - from) as f64 / f64::from(COUNTED);
    Ok(Cost {
        written: mean(start.0, end.0),
        erases: mean(start.1, end.1),
        read: mean(start.2, end.2),
        wholes,
    })
}

fn chip<const R: usize, const W: usize, const E: usize>(
    name: &str,
    pages: usize,
    make: Make,
) -> Result<(), Box<dyn Error>> {
    let (identity, _) = make()?;
    let range = 0..(pages * E) as u32;
    let cost = count::<R, W, E>(make, pages, |flash, words| {
        // A device mounts once: what that reads is not counted.
        let before = flash.read;
        Store::mount(&mut *flash, range.clone(), identity)?;
        let mount = flash.read - before;
        let saved = Store::mount(&mut *flash, range.clone(), identity)?.save(words)?;
        flash.read -= 2 * mount;
        Ok(saved.written())
    })?;
    cost.print(name, "store", pages);
    Ok(())
}

/// A blocking flash as one that is awaited.
struct Ready<'a, F>(&'a mut F);

impl<F: ErrorType> ErrorType for Ready<'_, F> {
    type Error = F::Error;
}

impl<const R: usize, const W: usize, const E: usize> ReadNorFlash for Ready<'_, Flash<R, W, E>> {
    const READ_SIZE: usize = R;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Refused> {
        self.0.read(offset, bytes)
    }

    fn capacity(&self) -> usize {
        self.0.capacity()
    }
}

impl<const R: usize, const W: usize, const E: usize> NorFlash for Ready<'_, Flash<R, W, E>> {
    const WRITE_SIZE: usize = W;
    const ERASE_SIZE: usize = E;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), Refused> {
        self.0.erase(from, to)
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Refused> {
        self.0.write(offset, bytes)
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            return value;
        }
    }
}

/// Blocks of the state of so many bytes as the values of a map, those that have changed stored anew. What has changed is known
/// from a copy of the state in RAM.
fn map<const W: usize, const E: usize, const PAGES: usize>(
    name: &str,
    block: usize,
    make: Make,
) -> Result<(), Box<dyn Error>> {
    let mut before: Vec<u8> = Vec::new();
    let mut pointers = Some(ArrayKeyPointers::<u16, 1024>::new());
    let mut caches: Option<
        Cache<ArrayPageStates<PAGES>, ArrayPagePointers<PAGES>, ArrayKeyPointers<u16, 1024>, u16>,
    > = None;
    let cost = count::<1, W, E>(make, PAGES, |flash, words| {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        if before.is_empty() {
            flash
                .erase(0, (PAGES * E) as u32)
                .map_err(|error| format!("{error:?}"))?;
        }
        let cache = caches.take().unwrap_or_else(|| {
            Cache::new(
                ArrayPageStates::new(),
                ArrayPagePointers::new(),
                pointers.take().unwrap_or_default(),
            )
        });
        let config = const { MapConfig::new(0..(PAGES * E) as u32) };
        let mut storage = MapStorage::<u16, _, _>::new(Ready(flash), config, cache);
        let mut buffer = [0; 1024];
        for (key, new) in bytes.chunks(block).enumerate() {
            if before.chunks(block).nth(key) != Some(new) {
                let stored = wait(storage.store_item(&mut buffer, &(key as u16), &new));
                stored.map_err(|error| format!("{error:?}"))?;
            }
        }
        caches = Some(storage.destroy().1);
        before = bytes;
        Ok(Written::Increment)
    });
    match cost {
        Ok(cost) => cost.print(name, &format!("map, blocks of {block} B"), PAGES),
        Err(error) => println!("  {name:8} map, blocks of {block} B: {error}"),
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    for (name, make) in MEMORIES {
        let (identity, _) = make()?;
        println!("{name}: {} B", 4 * identity.words());
        chip::<1, 4, 4096>("nRF52", 8, make)?;
        chip::<1, 4, 4096>("nRF52", 16, make)?;
        chip::<1, 1, 4096>("RP2040", 16, make)?;
        chip::<1, 8, 2048>("STM32L4", 32, make)?;
        chip::<1, 4, 16_384>("STM32F4", 4, make)?;
        chip::<1, 4, 131_072>("STM32F4", 2, make)?;
        map::<4, 4096, 16>("nRF52", 32, make)?;
        map::<4, 4096, 16>("nRF52", 64, make)?;
        map::<4, 4096, 16>("nRF52", 128, make)?;
    }
    Ok(())
}
