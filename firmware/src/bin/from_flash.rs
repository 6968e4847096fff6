//! A memory trained on a host, used where it lies: opened in flash, recalled from there, then taught ten patterns more.
//!
//! The snapshot is part of the image. It is checked and recalled in place, without a copy; only to learn is its state
//! copied to RAM. The device draws the host's random patterns again from their streams, so the log can say how well it
//! recalls each from half its ones, before and after it learned the next ten of that stream. At last it writes what it
//! knows as a snapshot again, piece by piece: the CRC is that of the file that a host writes after 310 patterns, which
//! is to say that every bit is. `data/README.md` has the commands that made the file.
//!
//! Needs 9,272 bytes of static RAM: 8,200 for the network, 1,072 of scratch; the wiring is computed. Ends with 1 if the
//! CRC differs, and with 2 for a snapshot that it cannot use.

#![no_std]
#![no_main]

use slotless_core::kwinner::{KWinner, NetworkError, Params, Structured};
use slotless_core::rng::{self, Purpose};
use slotless_core::snapshot::{self, SnapshotError, SnapshotOf};
use slotless_core::{bits, include_snapshot, weight::U4};
use slotless_firmware::{entry, error, exit, println};
use static_cell::ConstStaticCell;

const VISIBLE: u32 = 128;
const ONES: u32 = 16;
/// Patterns that the host taught, and those that the device adds.
const BEFORE: u32 = 300;
const MORE: u32 = 10;
type Pattern = [u32; bits::words_for(VISIBLE)];
type Memory<S> = KWinner<U4, S, Structured>;

static TRAINED: &[u8] = include_snapshot!("../../data/trained.slot");
/// The CRC of the host's snapshot after all of them.
const EXPECTED: u32 = 0xeb7c4eec;

static WORDS: ConstStaticCell<[u32; 2050]> = ConstStaticCell::new([0; _]);
static SCRATCH: ConstStaticCell<[u32; 268]> = ConstStaticCell::new([0; _]);

#[entry]
fn main() -> ! {
    match run(WORDS.take(), SCRATCH.take()) {
        Ok(EXPECTED) => exit(0),
        Ok(crc) => {
            error!("CRC {=u32:#010x}, expected {=u32:#010x}", crc, EXPECTED);
            exit(1)
        }
        Err(Wrong::Snapshot(error)) => {
            error!("{}", error);
            exit(2)
        }
        Err(Wrong::Network(error)) => {
            error!("{}", error);
            exit(2)
        }
    }
}

enum Wrong {
    Snapshot(SnapshotError),
    Network(NetworkError),
}

impl From<SnapshotError> for Wrong {
    fn from(error: SnapshotError) -> Self {
        Self::Snapshot(error)
    }
}

impl From<NetworkError> for Wrong {
    fn from(error: NetworkError) -> Self {
        Self::Network(error)
    }
}

/// Recalls, learns, recalls again; returns the CRC of what it knows then.
fn run(words: &mut [u32], scratch: &mut [u32]) -> Result<u32, Wrong> {
    let trained = SnapshotOf::<Params<U4, Structured>>::open(TRAINED)?;
    let flash: Memory<_> = trained.kwinner()?;
    println!(
        "{=usize} bytes in flash, {=u64} patterns learned on a host",
        TRAINED.len(),
        flash.learned(),
    );
    println!("recalled in place, from half of {=u32} ones:", ONES);
    report(&flash, BEFORE, scratch)?;

    let mut memory: Memory<_> = trained.thaw_kwinner(words)?;
    for number in BEFORE..BEFORE + MORE {
        memory.learn(&pattern(number), scratch)?;
    }
    println!("{=u32} more learned in RAM:", MORE);
    report(&memory, BEFORE + MORE, scratch)?;

    // The pieces stay where they are; here they would go to flash, or over a wire.
    let pieces = snapshot::kwinner::parts(&memory)?;
    let again = pieces.pieces();
    let crc = again[again.len() - 1][0];
    println!(
        "written again: {=usize} words, CRC {=u32:#010x}",
        pieces.count(),
        crc
    );
    Ok(crc)
}

/// Ones that come back right of the newest patterns, ten by ten.
fn report<S: AsRef<[u32]>>(
    memory: &Memory<S>,
    learned: u32,
    scratch: &mut [u32],
) -> Result<(), NetworkError> {
    for tens in 0..4 {
        let newest = learned - 10 * tens;
        let mut right = 0;
        for number in newest - 10..newest {
            let (pattern, mut cue) = (pattern(number), Pattern::default());
            let mut draws = rng::stream(1, Purpose(257), 0, number);
            bits::cue(&pattern, ONES / 2, &mut draws, &mut cue).map_err(NetworkError::Cue)?;
            right += bits::overlap(memory.recall(&cue, scratch)?.pattern, &pattern);
        }
        println!(
            "  patterns {=u32} to {=u32}: {=u32} of {=u32} ones",
            newest - 10,
            newest - 1,
            right,
            10 * ONES
        );
    }
    Ok(())
}

/// Pattern `number` of the host's training, drawn again.
fn pattern(number: u32) -> Pattern {
    let mut pattern = Pattern::default();
    let mut draws = rng::stream(1, Purpose(256), 0, number);
    // Sizes are constants that fit.
    let _ = bits::sample(VISIBLE, ONES, &mut draws, &mut pattern);
    pattern
}
