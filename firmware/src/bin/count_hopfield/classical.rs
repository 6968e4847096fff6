//! The classical network: 128 units, weights of 8 bits, 12 random memories; cues with an eighth of the units inverted.

use core::hint::black_box;

use slotless_core::bits;
use slotless_core::hopfield::classical::{Classical, Params};
use slotless_core::hopfield::{Descend, Recall};
use slotless_core::rng::{self, Purpose};
use slotless_firmware::println;
use static_cell::ConstStaticCell;

use crate::clock::Clock;
use crate::{Counts, Failed, measure};

const UNITS: u32 = 128;
const MEMORIES: u32 = 12;
const CUES: u32 = 64;
type Pattern = [u32; bits::words_for(UNITS)];

const PARAMS: Params = match Params::builder(UNITS, MEMORIES).build() {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

static WORDS: ConstStaticCell<[u32; PARAMS.words()]> = ConstStaticCell::new([0; _]);
static SCRATCH: ConstStaticCell<[u32; PARAMS.scratch_words()]> = ConstStaticCell::new([0; _]);

pub fn run(clock: &Clock) -> Result<(), Failed> {
    println!("units = {=u32}", UNITS);
    println!("memories = {=u32}", MEMORIES);
    println!("ram_network = {=usize}", 4 * PARAMS.words());
    println!("ram_scratch = {=usize}", 4 * PARAMS.scratch_words());
    let scratch = black_box(SCRATCH.take().as_mut_slice());
    let mut network = Classical::new(black_box(PARAMS), black_box(WORDS.take().as_mut_slice()))?;

    let mut stores = Counts::default();
    for number in 0..MEMORIES {
        let memory = drawn(UNITS / 2, 0, number)?;
        let (taken, _) = measure(clock, &mut || {
            network.store(&memory)?;
            Ok(false)
        })?;
        stores.add(taken);
    }
    stores.print("store");

    let [mut starts, mut keeps, mut flips] = [(); 3].map(|()| Counts::default());
    let [mut recalls, mut energies] = [(); 2].map(|()| Counts::default());
    let (mut updates_in_all, mut flips_in_all) = (0, 0);
    for number in 0..CUES {
        let mut cue = drawn(UNITS / 8, 1, number)?;
        for (word, memory) in cue.iter_mut().zip(drawn(UNITS / 2, 0, number % MEMORIES)?) {
            *word ^= memory;
        }
        let (taken, _) = measure(clock, &mut || {
            black_box(network.energy(&cue)?);
            Ok(false)
        })?;
        energies.add(taken);
        let (taken, _) = measure(clock, &mut || {
            black_box(network.start(&cue, scratch)?);
            Ok(false)
        })?;
        starts.add(taken);
        let mut descent = network.start(&cue, scratch)?;
        for unit in 0..UNITS {
            let (taken, flipped) = measure(clock, &mut || Ok(descent.update(unit)))?;
            if flipped { &mut flips } else { &mut keeps }.add(taken);
        }
        let (taken, _) = measure(clock, &mut || {
            let run = network.recall(&cue, &Recall::sweeps(), scratch)?.run;
            updates_in_all += run.updates as u32;
            flips_in_all += run.flips as u32;
            Ok(false)
        })?;
        recalls.add(taken);
    }
    starts.print("start");
    keeps.print("keep");
    flips.print("flip");
    recalls.print("recall");
    println!("updates_in_all = {=u32}", updates_in_all);
    println!("flips_in_all = {=u32}", flips_in_all);
    energies.print("energy");
    Ok(())
}

/// So many of the units, at random.
fn drawn(ones: u32, kind: u32, number: u32) -> Result<Pattern, Failed> {
    let mut out = Pattern::default();
    let mut draws = rng::stream(1, Purpose(256), kind, number);
    bits::sample(UNITS, ones, &mut draws, &mut out)?;
    Ok(out)
}
