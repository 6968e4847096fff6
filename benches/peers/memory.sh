#!/usr/bin/env bash
# Times the memory of sentences beside indexes of vectors: benches/peers/memory.sh [--items N...] [--text FILE...] [--no-graphs] [--quick] [--help]
# Builds the command and makes target/peers, unless they are there. Exits as run.sh. Written for bash 3.2, as on macOS.
set -u
. "$(dirname "$0")/environment.sh"
make_environment
cargo build --quiet --release --locked --manifest-path "$root/Cargo.toml" -p slotless-cli --target-dir "$root/target" || exit 1
exec "$python" -B "$here/memory.py" "$@"
