//! "Have I seen this before?", answered from the match score alone, without recalling anything.
//!
//! Shows that a network knows many more patterns again than it can still recall (see `continual`): a cue's match, the
//! sum of its winners' potentials, is higher for what was learned. A stream of random patterns is learned, and after
//! each step the device scores learned patterns, one of each band of ages, and lures, which it never learned.
//! `KWinner::learn` returns the same match of a pattern before it learns it, at no cost.
//!
//! The log has two tables in CSV, rates in 1/1000. The first is of the first half of the steps: for a range of
//! thresholds on the match (in 1/128 of the most it could be), how many patterns of ages to 256 are called familiar
//! (hits), and how many lures (false alarms). The threshold with the largest difference is kept, and the second table
//! tests it on the second half, which has patterns and lures of its own: hits by age.
//!
//! Needs 10,564 bytes of static RAM: 8,968 for the network, 536 of scratch, 1,024 for histograms. Ends with 1 unless
//! the second half has 950 hits or more in each band of ages to 128, and 100 false alarms at most.

#![no_std]
#![no_main]

use slotless_core::bits;
use slotless_core::kwinner::{KWinner, NetworkError, Params};
use slotless_core::rng::{self, Purpose};
use slotless_core::weight::{Rounding, U4};
use slotless_firmware::{entry, error, exit, println};
use static_cell::ConstStaticCell;

const UNITS: u32 = 128;
const ONES: u32 = 25;
type Pattern = [u32; bits::words_for(UNITS)];

/// Steps before the first score.
const BURN_IN: u32 = 2000;
/// Steps after which patterns and lures are scored, in each half.
const HALF: u32 = 250;
/// Patterns never learned, scored after each of these steps.
const LURES: u32 = 4;
/// The oldest age of each band; the next band starts one above.
const BANDS: [u32; 7] = [16, 32, 64, 128, 256, 512, 1024];
/// Oldest age that the threshold is picked for.
const PICKED_FOR: u32 = 256;

const PATTERNS: Purpose = Purpose(256);
const AGES: Purpose = Purpose(257);
const LEARNED: u32 = 0;
const NEVER: u32 = 1;

/// Scores are counted in this many buckets; a threshold is a bucket: from there on, familiar.
const BUCKETS: usize = 128;
type Histogram = [u32; BUCKETS];

// 128 visible units, 112 hidden units that see them all, 2 winners, weights of 4 bits that take small steps, rate 1/10,
// rounded at random: of the networks scanned for this size of RAM (1 to 8 bits, fan-in 16 to 256, 1 to 32 winners,
// rates 1 to 1/33) that with the most hits over ages to 512 at 5 % false alarms.
const PARAMS: Params<U4> = match Params::<U4>::builder(UNITS, 112)
    .winners(2)
    .active(ONES)
    .rate(6_554)
    .rounding(Rounding::Stochastic)
    .seed(1)
    .build()
{
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

static MEMORY: ConstStaticCell<[u32; PARAMS.words()]> = ConstStaticCell::new([0; _]);
static SCRATCH: ConstStaticCell<[u32; PARAMS.scratch_words()]> = ConstStaticCell::new([0; _]);
static HISTOGRAMS: ConstStaticCell<[Histogram; 2]> = ConstStaticCell::new([[0; _]; _]);

#[entry]
fn main() -> ! {
    let mut device = Device {
        memory: match KWinner::new(PARAMS, MEMORY.take()) {
            Ok(memory) => memory,
            Err(error) => fail(error),
        },
        scratch: SCRATCH.take(),
    };
    match run(&mut device, HISTOGRAMS.take()) {
        Ok(code) => exit(code),
        Err(error) => fail(error),
    }
}

fn fail(error: NetworkError) -> ! {
    error!("{}", error);
    exit(1)
}

struct Device {
    memory: KWinner<U4, &'static mut [u32; PARAMS.words()]>,
    scratch: &'static mut [u32; PARAMS.scratch_words()],
}

/// What a score is of.
enum Probe {
    /// A learned pattern, by its band.
    Band(usize),
    Lure,
}

fn run(device: &mut Device, [old, new]: &mut [Histogram; 2]) -> Result<i32, NetworkError> {
    for number in 0..BURN_IN {
        device.learn(number)?;
    }

    device.score(BURN_IN, |probe, bucket| match probe {
        Probe::Band(band) if BANDS[band] <= PICKED_FOR => old[bucket] += 1,
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
    let mut code = i32::from(alarms > 100);
    for (to, hits) in BANDS.into_iter().zip(hits) {
        println!("{=u32},{=u32},{=u32},{=u32}", from, to, hits, alarms);
        if to <= 128 && hits < 950 {
            code = 1;
        }
        from = to + 1;
    }
    Ok(code)
}

impl Device {
    fn learn(&mut self, number: u32) -> Result<(), NetworkError> {
        self.memory
            .learn(&pattern(LEARNED, number)?, self.scratch)?;
        Ok(())
    }

    /// Learns [`HALF`] patterns from `first` on and after each scores one learned pattern of each band and the lures.
    fn score(
        &mut self,
        first: u32,
        mut count: impl FnMut(Probe, usize),
    ) -> Result<(), NetworkError> {
        for number in first..first + HALF {
            self.learn(number)?;
            let mut ages = rng::stream(PARAMS.seed(), AGES, 0, number);
            let mut youngest = 1;
            for (band, oldest) in BANDS.into_iter().enumerate() {
                let age = youngest + rng::below(&mut ages, oldest + 1 - youngest);
                count(
                    Probe::Band(band),
                    self.bucket(&pattern(LEARNED, number + 1 - age)?)?,
                );
                youngest = oldest + 1;
            }
            for lure in 0..LURES {
                count(
                    Probe::Lure,
                    self.bucket(&pattern(NEVER, number * LURES + lure)?)?,
                );
            }
        }
        Ok(())
    }

    /// The bucket of a pattern's match.
    fn bucket(&mut self, pattern: &Pattern) -> Result<usize, NetworkError> {
        let matched = self.memory.hidden_code(pattern, self.scratch)?.matched;
        Ok((matched.share() as usize * BUCKETS / 65536).min(BUCKETS - 1))
    }
}

/// Pattern `number` of the learned ones or of those never learned.
fn pattern(kind: u32, number: u32) -> Result<Pattern, NetworkError> {
    let mut pattern = Pattern::default();
    let mut draws = rng::stream(PARAMS.seed(), PATTERNS, kind, number);
    bits::sample(UNITS, ONES, &mut draws, &mut pattern).map_err(NetworkError::Cue)?;
    Ok(pattern)
}

fn per_mille(part: u32, whole: u32) -> u32 {
    part * 1000 / whole
}
