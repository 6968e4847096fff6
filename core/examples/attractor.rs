//! Prints every known answer of `tests/vectors/attractor.txt`, the file itself: `scripts/bless-vectors.sh` keeps it.

use slotless_core::RESULTS_VERSION;
use slotless_core::selftest::attractor;

const HEADER: &str = "\
# Written by scripts/bless-vectors.sh, from the scalar code of slotless-core on a host. A change here is a change of
# the results contract and wants a new RESULTS_VERSION. Lines are `# comment` or `name = 0x` and 16 hex digits.
#
# Digests (64-bit FNV-1a over words) of the fixed runs of selftest::attractor of slotless-core: projections of numbers to
# codes of 6 of 75 units; an index of 13 pairs of such codes, recalled by each architecture, with some pairs forgotten, and as
# a memory of patterns; matrices of counts of each width until they are full, codes of 5 of 41 units. The last is the digest
# of the others.";

fn main() {
    println!("# Known answers of slotless-core, RESULTS_VERSION {RESULTS_VERSION}.\n{HEADER}");
    attractor::vectors(|name, value| println!("{name} = 0x{value:016x}"));
}
