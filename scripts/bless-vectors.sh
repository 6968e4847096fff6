#!/usr/bin/env bash
# Writes tests/vectors/kwinner.txt, kwinner-500.txt, hetero.txt, classical.txt, modern.txt, attractor.txt, recency.txt, ring.txt, encode.txt, recogniser.txt and words.txt from the host's run of the core: scripts/bless-vectors.sh
# Only after a change of the results contract that is meant, and then with a new RESULTS_VERSION in core/src/lib.rs.
set -eu

cd "$(dirname "$0")/.."
mkdir -p tests/vectors target
# Through a file of its own: a run that fails leaves the vectors as they were.
cargo run -q -p slotless-core --example selftest >target/vectors.txt
cargo run -q -p slotless-core --example long >target/vectors-500.txt
cargo run -q -p slotless-core --example hetero >target/vectors-hetero.txt
cargo run -q -p slotless-core --example classical >target/vectors-classical.txt
cargo run -q -p slotless-core --example modern >target/vectors-modern.txt
cargo run -q -p slotless-core --example attractor >target/vectors-attractor.txt
cargo run -q -p slotless-core --example recency >target/vectors-recency.txt
cargo run -q -p slotless-core --example ring >target/vectors-ring.txt
cargo run -q -p slotless-core --example encode >target/vectors-encode.txt
cargo run -q -p slotless-core --example recogniser >target/vectors-recogniser.txt
cargo run -q -p slotless-core --example words >target/vectors-words.txt
mv target/vectors.txt tests/vectors/kwinner.txt
mv target/vectors-500.txt tests/vectors/kwinner-500.txt
mv target/vectors-hetero.txt tests/vectors/hetero.txt
mv target/vectors-classical.txt tests/vectors/classical.txt
mv target/vectors-modern.txt tests/vectors/modern.txt
mv target/vectors-attractor.txt tests/vectors/attractor.txt
mv target/vectors-recency.txt tests/vectors/recency.txt
mv target/vectors-ring.txt tests/vectors/ring.txt
mv target/vectors-encode.txt tests/vectors/encode.txt
mv target/vectors-recogniser.txt tests/vectors/recogniser.txt
mv target/vectors-words.txt tests/vectors/words.txt
git --no-pager diff --stat -- tests/vectors || true
