//! Prints every known answer of `tests/vectors/encode.txt`, the file itself: `scripts/bless-vectors.sh` keeps it.

use slotless_core::RESULTS_VERSION;
use slotless_core::selftest::encode;

const HEADER: &str = "\
# Written by scripts/bless-vectors.sh, from the scalar code of slotless-core on a host. A change here is a change of
# the results contract and wants a new RESULTS_VERSION. Lines are `# comment` or `name = 0x` and 16 hex digits.
#
# Digests (64-bit FNV-1a over words) of the fixed runs of selftest::encode of slotless-core: patterns of 62 values, some out of
# range, and what is read from half of their ones; windows of 3 frames, 3-grams, and quantiles of a stream of 3,000 values.";

fn main() {
    println!("# Known answers of slotless-core, RESULTS_VERSION {RESULTS_VERSION}.\n{HEADER}");
    encode::vectors(|name, value| println!("{name} = 0x{value:016x}"));
}
