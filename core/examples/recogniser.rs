//! Prints every known answer of `tests/vectors/recogniser.txt`, the file itself: `scripts/bless-vectors.sh` keeps it.

use slotless_core::RESULTS_VERSION;
use slotless_core::selftest::recogniser;

const HEADER: &str = "\
# Written by scripts/bless-vectors.sh, from the scalar code of slotless-core on a host. A change here is a change of
# the results contract and wants a new RESULTS_VERSION. Lines are `# comment` or `name = 0x` and 16 hex digits.
#
# Digests (64-bit FNV-1a over words) of the fixed runs of selftest::recogniser of slotless-core: recognisers learn 300 samples of 20
# features and five classes and recognise 60 others; the digest takes in what they say, distances, scores, and the state.";

fn main() {
    println!("# Known answers of slotless-core, RESULTS_VERSION {RESULTS_VERSION}.\n{HEADER}");
    recogniser::vectors(|name, value| println!("{name} = 0x{value:016x}"));
}
