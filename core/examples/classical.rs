//! Prints every known answer of `tests/vectors/classical.txt`, the file itself: `scripts/bless-vectors.sh` keeps it.

use slotless_core::RESULTS_VERSION;
use slotless_core::hopfield::classical::{Params, Width};
use slotless_core::selftest::classical;

const HEADER: &str = "\
# Written by scripts/bless-vectors.sh, from the scalar code of slotless-core on a host. A change here is a change of
# the results contract and wants a new RESULTS_VERSION. Lines are `# comment` or `name = 0x` and 16 hex digits.
#
# Digests (64-bit FNV-1a over words) of the fixed run of selftest::classical::digest of slotless-core: a classical Hopfield
# network of 75 units with thresholds stores 12 patterns and recalls each from noise, by units drawn at random and by
# sweeps; the digest takes in states, energies, updates, what the states are, and the weights. Names: width of a weight.";

// The widest case: its buffers hold every other.
const WIDEST: Params = match classical::params(Width::I32) {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = [0; WIDEST.words()];
    let mut scratch = [0; WIDEST.scratch_words()];
    println!("# Known answers of slotless-core, RESULTS_VERSION {RESULTS_VERSION}.\n{HEADER}");
    classical::vectors(&mut words, &mut scratch, |name, value| {
        println!("{name} = 0x{value:016x}");
    })?;
    Ok(())
}
