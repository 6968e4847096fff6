//! Prints every known answer of `tests/vectors/ring.txt`, the file itself: `scripts/bless-vectors.sh` keeps it.

use slotless_core::RESULTS_VERSION;
use slotless_core::selftest::ring;

const HEADER: &str = "\
# Written by scripts/bless-vectors.sh, from the scalar code of slotless-core on a host. A change here is a change of
# the results contract and wants a new RESULTS_VERSION. Lines are `# comment` or `name = 0x` and 16 hex digits.
#
# Digests (64-bit FNV-1a over words) of the fixed runs of selftest::ring of slotless-core: memories of slots learn 200
# patterns of 200 units and recall the last 50 from half their ones; the digest takes in overlaps, slots, the pattern recalled
# and the state. Polar codes learn 200 of 100 units, and are recalled from half of their ones with a wrong one, too.";

fn main() {
    println!("# Known answers of slotless-core, RESULTS_VERSION {RESULTS_VERSION}.\n{HEADER}");
    ring::vectors(|name, value| println!("{name} = 0x{value:016x}"));
}
