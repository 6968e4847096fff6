//! Prints the digests of the long run, `tests/vectors/kwinner-500.txt` itself: `scripts/bless-vectors.sh` keeps it.

use slotless_core::RESULTS_VERSION;
use slotless_core::kwinner::Params;
use slotless_core::selftest::long;
use slotless_core::weight::{Rounding, U16};

const HEADER: &str = "\
# Written by scripts/bless-vectors.sh, from the scalar code of slotless-core on a host. A change here is a change of
# the results contract and wants a new RESULTS_VERSION. Lines are `# comment` or `name = 0x` and 16 hex digits.
#
# Digests (64-bit FNV-1a) of selftest::long::digest: 500 patterns of 32 ones in 256 visible units learned by 96 hidden
# units, 256 with structured wiring (fan-in 32, 8 winners), the last 50 recalled from half their ones; the digest takes
# in recalled patterns, match scores and the final state. Names: width, rounding, wiring unless random, patterns.";

// The widest case: its buffers hold all.
const WIDEST: Params<U16> = match long::params(Rounding::Nearest) {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = [0; WIDEST.words()];
    let mut scratch = [0; WIDEST.scratch_words()];
    println!("# Known answers of slotless-core, RESULTS_VERSION {RESULTS_VERSION}.\n{HEADER}");
    long::vectors(&mut words, &mut scratch, |name, value| {
        println!("{name} = 0x{value:016x}");
    })?;
    Ok(())
}
