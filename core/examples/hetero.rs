//! Prints every known answer of `tests/vectors/hetero.txt`, the file itself: `scripts/bless-vectors.sh` keeps it.

use slotless_core::RESULTS_VERSION;
use slotless_core::hetero::{Allocation, Params};
use slotless_core::selftest::hetero;

const HEADER: &str = "\
# Written by scripts/bless-vectors.sh, from the scalar code of slotless-core on a host. A change here is a change of
# the results contract and wants a new RESULTS_VERSION. Lines are `# comment` or `name = 0x` and 16 hex digits.
#
# Digests (64-bit FNV-1a over words) of what selftest::hetero of slotless-core computes:
#   f32-exp, -sums, -dots, -shares; i16f16-sums-and-products, -shares   the bits of real numbers
# Then of the fixed run of selftest::hetero::digest: 40 triples of a key of 20 numbers, a value of 5 and an item of 33
# loaded into 20 hidden units, with a recall after each; the digest takes in every winner, every recall and the final
# state. Names: numbers, allocation, winners.";

// The widest case of the fixed run: its buffers hold every other.
const WIDEST: Params<f32> = match hetero::builder::<f32>(3, Allocation::Item).build() {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = [0; WIDEST.words()];
    let mut scratch = [0; WIDEST.scratch_words()];
    println!("# Known answers of slotless-core, RESULTS_VERSION {RESULTS_VERSION}.\n{HEADER}");
    hetero::vectors(&mut words, &mut scratch, |name, value| {
        println!("{name} = 0x{value:016x}");
    })?;
    Ok(())
}
