#!/usr/bin/env bash
# Compares what embassy/ prints in QEMU with what is kept: firmware/embassy.sh [--bless]
# --bless writes embassy/embassy.out anew. Exit codes: 1 if it differs or fails, 2 for bad input.
set -eu

if [ $# -gt 1 ] || [ "${1---bless}" != --bless ]; then
    echo "usage: firmware/embassy.sh [--bless]" >&2
    exit 2
fi
cd "$(dirname "$0")"
kept=embassy/embassy.out
# Beside the firmware's own builds, which are of the same crates mostly.
target=$(cargo metadata --format-version 1 --no-deps --offline | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
triple=thumbv7em-none-eabihf
cargo build --quiet --release --locked --manifest-path embassy/Cargo.toml --target "$triple" --target-dir "$target"
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT
./run.sh "$target/$triple/release/slotless-embassy" >"$printed"
if [ "${1-}" = --bless ]; then
    cp "$printed" "$kept"
else
    diff -u "$kept" "$printed"
    echo "embassy: $(wc -l <"$printed") lines as expected"
fi
