//! Prints every known answer of `tests/vectors/recency.txt`, the file itself: `scripts/bless-vectors.sh` keeps it.

use slotless_core::RESULTS_VERSION;
use slotless_core::selftest::recency;

const HEADER: &str = "\
# Written by scripts/bless-vectors.sh, from the scalar code of slotless-core on a host. A change here is a change of
# the results contract and wants a new RESULTS_VERSION. Lines are `# comment` or `name = 0x` and 16 hex digits.
#
# Digests (64-bit FNV-1a over words) of the fixed runs of selftest::recency of slotless-core: memories of recency levels, 200
# units in 7 rows, learn 200 patterns and recall the last 60 from half their ones; the digest takes in scores, ages, what is
# known of each unit, the runner-up and the state. Names: levels, and the cap of set cells where it is given; plain, the
# plain form; pairs, pairs of rows.";

fn main() {
    println!("# Known answers of slotless-core, RESULTS_VERSION {RESULTS_VERSION}.\n{HEADER}");
    recency::vectors(|name, value| println!("{name} = 0x{value:016x}"));
}
