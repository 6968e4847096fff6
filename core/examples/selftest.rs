//! Prints every known answer of `tests/vectors/kwinner.txt`, the file itself: `scripts/bless-vectors.sh` keeps it.

use slotless_core::kwinner::{Assignment, Params};
use slotless_core::weight::{Rounding, U16};
use slotless_core::{RESULTS_VERSION, selftest};

const HEADER: &str = "\
# Written by scripts/bless-vectors.sh, from the scalar code of slotless-core on a host. A change here is a change of
# the results contract and wants a new RESULTS_VERSION. Lines are `# comment` or `name = 0x` and 16 hex digits.
#
# Primitives, of seed 0x0123456789abcdef and purpose 256 (rust: selftest::vectors):
#   key-*       the keyed hash: draws, derived keys, digest of words; dither: 16 bits a slot, slot 0 highest
#   stream-*    trial 2, number 3; every vector from `below` to `shuffle` starts that stream anew
#   below-*     one hex digit or one word a draw, the first highest
#   sample, cue, top   40 bits, bit j of the number is unit j
# Then digests (64-bit FNV-1a) of the fixed run of selftest::kwinner_digest: 200 patterns of 20 ones in 200 visible
# units learned by 100 hidden units (fan-in 24, 7 winners), the last 50 recalled from half their ones; the digest takes
# in every match score, winner, recalled pattern and the final state. Names: width, rounding, assignment.";

// The widest case of the fixed run: its buffers hold every other.
const WIDEST: Params<U16> = match selftest::params(Rounding::Nearest, Assignment::Competitive) {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = [0; WIDEST.words()];
    let mut scratch = [0; WIDEST.scratch_words()];
    println!("# Known answers of slotless-core, RESULTS_VERSION {RESULTS_VERSION}.\n{HEADER}");
    selftest::vectors(&mut words, &mut scratch, |name, value| {
        println!("{name} = 0x{value:016x}");
    })?;
    Ok(())
}
