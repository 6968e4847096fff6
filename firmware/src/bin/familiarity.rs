//! "Have I seen this before?", answered by a ring of sketches: 64 bits of each of the last 1,120 patterns.
//!
//! Shows what recognition alone costs: a sketch takes half of the bytes of a pattern here, and all patterns in the ring are
//! known equally well, whatever their age; older ones not at all. A stream of random patterns is learned, and after each step the
//! device scores learned patterns, one of each band of ages, and lures, which it never learned. Cues are noisy: two of a
//! pattern's 25 ones are elsewhere. A network that learns in its weights loses patterns by and by: of the networks of as many bytes the
//! best that was found calls 892 in 1,000 of ages 129 to 256 familiar, and 232 above 512, from cues without noise.
//!
//! The log has two tables in CSV, rates in 1/1000. The first is of the first half of the steps: for a range of
//! thresholds on the match (in 1/128 of the most it could be), how many patterns in the ring are called familiar
//! (hits), and how many lures (false alarms). The threshold with the largest difference is kept, and the second table
//! tests it on the second half, which has patterns and lures of its own: hits by age.
//!
//! Needs 10,016 bytes of static RAM: 8,968 for the ring, 1,024 for histograms. Ends with 1 unless the second half has 990 hits or more
//! in each band of ages in the ring, 10 false alarms at most, and as few hits beyond.

#![no_std]
#![no_main]

use slotless_core::bits;
use slotless_core::ring::{RingError, Sketches, SketchesParams};
use slotless_core::rng::{self, Pcg32, Purpose};
use slotless_firmware::{entry, error, exit, println};
use static_cell::ConstStaticCell;

const UNITS: u32 = 128;
const ONES: u32 = 25;
/// Of a cue's ones those that are not its pattern's.
const NOISE: u32 = 2;
type Pattern = [u32; bits::words_for(UNITS)];

/// Steps before the first score.
const BURN_IN: u32 = 2000;
/// Steps after which patterns and lures are scored, in each half.
const HALF: u32 = 250;
/// Patterns never learned, scored after each of these steps.
const LURES: u32 = 4;
/// Patterns in the ring.
const SLOTS: u32 = 1120;
/// The oldest age of each band; the next band starts one above. The last is of those that have left the ring.
const BANDS: [u32; 8] = [16, 32, 64, 128, 256, 512, SLOTS, BURN_IN];

const SEED: u64 = 1;
const PATTERNS: Purpose = Purpose(256);
const AGES: Purpose = Purpose(257);
const LEARNED: u32 = 0;
const NEVER: u32 = 1;

/// Scores are counted in this many buckets; a threshold is a bucket: from there on, familiar.
const BUCKETS: usize = 128;
type Histogram = [u32; BUCKETS];

// Two words per pattern: as many as fit in what 112 hidden units of 128 weights of 4 bits take, with what is theirs besides.
const PARAMS: SketchesParams = match SketchesParams::new(UNITS, ONES, SLOTS, SEED) {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

static MEMORY: ConstStaticCell<[u32; PARAMS.words()]> = ConstStaticCell::new([0; _]);
static HISTOGRAMS: ConstStaticCell<[Histogram; 2]> = ConstStaticCell::new([[0; _]; _]);

#[entry]
fn main() -> ! {
    let memory = match Sketches::new(PARAMS, MEMORY.take()) {
        Ok(memory) => memory,
        Err(error) => fail(error),
    };
    let mut device = Device { memory };
    match run(&mut device, HISTOGRAMS.take()) {
        Ok(code) => exit(code),
        Err(error) => fail(error),
    }
}

fn fail(error: RingError) -> ! {
    error!("{}", error);
    exit(1)
}

struct Device {
    memory: Sketches<&'static mut [u32; PARAMS.words()]>,
}

/// What a score is of.
enum Probe {
    /// A learned pattern, by its band.
    Band(usize),
    Lure,
}

fn run(device: &mut Device, [old, new]: &mut [Histogram; 2]) -> Result<i32, RingError> {
    for number in 0..BURN_IN {
        device.learn(number)?;
    }

    device.score(BURN_IN, |probe, bucket| match probe {
        Probe::Band(band) if BANDS[band] <= SLOTS => old[bucket] += 1,
        Probe::Band(_) => {}
        Probe::Lure => new[bucket] += 1,
    })?;
    let (olds, news) = (old.iter().sum(), new.iter().sum());
    let (mut hits, mut alarms) = (olds, news);
    let (mut threshold, mut best) = (0, 0);
    println!("threshold,hits,false alarms");
    for (bucket, (old, new)) in old.iter().zip(new.iter()).enumerate() {
        let (hit, alarm) = (per_mille(hits, olds), per_mille(alarms, news));
        // The thresholds between which anything is decided.
        if alarms < news && hits > 0 {
            println!("{=usize},{=u32},{=u32}", bucket, hit, alarm);
        }
        if hit.saturating_sub(alarm) > best {
            (threshold, best) = (bucket, hit - alarm);
        }
        hits -= old;
        alarms -= new;
    }

    let (mut hits, mut alarms) = ([0; BANDS.len()], 0);
    device.score(BURN_IN + HALF, |probe, bucket| {
        let familiar = u32::from(bucket >= threshold);
        match probe {
            Probe::Band(band) => hits[band] += familiar,
            Probe::Lure => alarms += familiar,
        }
    })?;
    let hits = hits.map(|hits| per_mille(hits, HALF));
    let alarms = per_mille(alarms, HALF * LURES);
    println!(
        "\nthreshold {=usize}, second half\nage from,to,hits,false alarms",
        threshold
    );
    let mut from = 1;
    let mut code = i32::from(alarms > 10);
    for (to, hits) in BANDS.into_iter().zip(hits) {
        println!("{=u32},{=u32},{=u32},{=u32}", from, to, hits, alarms);
        let as_expected = if to <= SLOTS { hits >= 990 } else { hits <= 10 };
        if !as_expected {
            code = 1;
        }
        from = to + 1;
    }
    Ok(code)
}

impl Device {
    fn learn(&mut self, number: u32) -> Result<(), RingError> {
        self.memory.learn(&pattern(LEARNED, number)?)
    }

    /// Learns [`HALF`] patterns from `first` on and after each scores one learned pattern of each band and the lures.
    fn score(&mut self, first: u32, mut count: impl FnMut(Probe, usize)) -> Result<(), RingError> {
        for number in first..first + HALF {
            self.learn(number)?;
            let mut ages = rng::stream(SEED, AGES, 0, number);
            let mut youngest = 1;
            for (band, oldest) in BANDS.into_iter().enumerate() {
                let age = youngest + rng::below(&mut ages, oldest + 1 - youngest);
                let one = pattern(LEARNED, number + 1 - age)?;
                count(Probe::Band(band), self.bucket(one, &mut ages)?);
                youngest = oldest + 1;
            }
            for lure in 0..LURES {
                let one = pattern(NEVER, number * LURES + lure)?;
                count(Probe::Lure, self.bucket(one, &mut ages)?);
            }
        }
        Ok(())
    }

    /// The bucket of the match of a pattern's noisy cue.
    fn bucket(&self, mut cue: Pattern, draws: &mut Pcg32) -> Result<usize, RingError> {
        let (mut lost, mut added) = (0, 0);
        while lost < NOISE || added < NOISE {
            let unit = rng::below(draws, UNITS);
            let changed = if bits::get(&cue, unit) {
                &mut lost
            } else {
                &mut added
            };
            if *changed < NOISE {
                *changed += 1;
                cue[unit as usize / 32] ^= 1 << (unit % 32);
            }
        }
        let share = self.memory.find(&cue)?.best.map_or(0, |best| best.share());
        Ok((share as usize * BUCKETS / 65536).min(BUCKETS - 1))
    }
}

/// Pattern `number` of the learned ones or of those never learned.
fn pattern(kind: u32, number: u32) -> Result<Pattern, RingError> {
    let mut pattern = Pattern::default();
    let mut draws = rng::stream(SEED, PATTERNS, kind, number);
    bits::sample(UNITS, ONES, &mut draws, &mut pattern).map_err(RingError::Cue)?;
    Ok(pattern)
}

fn per_mille(part: u32, whole: u32) -> u32 {
    part * 1000 / whole
}
