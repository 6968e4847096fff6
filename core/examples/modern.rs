//! Prints every known answer of `tests/vectors/modern.txt`, the file itself: `scripts/bless-vectors.sh` keeps it.

use slotless_core::RESULTS_VERSION;
use slotless_core::selftest::modern;

const HEADER: &str = "\
# Written by scripts/bless-vectors.sh, from the scalar code of slotless-core on a host. A change here is a change of
# the results contract and wants a new RESULTS_VERSION. Lines are `# comment` or `name = 0x` and 16 hex digits.
#
# Digests (64-bit FNV-1a over words) of the fixed runs of selftest::modern of slotless-core. Modern Hopfield networks of 9
# memories of 20 numbers: every state, share and energy of recalls, and attention. Names: numbers, exponential. Dense
# associative memories of 9 patterns of 75 bits: states and energies that sweeps end in. Names: separation, degree.";

fn main() {
    println!("# Known answers of slotless-core, RESULTS_VERSION {RESULTS_VERSION}.\n{HEADER}");
    modern::vectors(|name, value| println!("{name} = 0x{value:016x}"));
}
