//! Prints every known answer of `tests/vectors/words.txt`, the file itself: `scripts/bless-vectors.sh` keeps it.

use slotless_core::RESULTS_VERSION;
use slotless_core::selftest::words;

const HEADER: &str = "\
# Written by scripts/bless-vectors.sh, from the scalar code of slotless-core on a host. A change here is a change of
# the results contract and wants a new RESULTS_VERSION. Lines are `# comment` or `name = 0x` and 16 hex digits.
#
# Digests (64-bit FNV-1a over words) of the fixed runs of selftest::words of slotless-core: the words of eight texts in many
# scripts, and what 60 questions find among 200 items. Texts beyond ASCII follow the toolchain's version of Unicode.";

fn main() {
    println!("# Known answers of slotless-core, RESULTS_VERSION {RESULTS_VERSION}.\n{HEADER}");
    words::vectors(|name, value| println!("{name} = 0x{value:016x}"));
}
