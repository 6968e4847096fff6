#!/usr/bin/env bash
# Files to flash: firmware/images.sh [--sink SINK] BOARD [BIN...], as in
#   firmware/images.sh pico selftest
# Builds the binaries (all where none is named) for the board and writes BIN.bin, BIN.hex and, for the Pico, BIN.uf2 to
# images/BOARD in the target folder, and BIN.elf, with which log.sh decodes the log; names each. The log goes to the
# serial port, or where --sink says.
set -eu

sink=uart
if [ "${1-}" = --sink ]; then
    sink=${2-}
    shift $(($# < 2 ? $# : 2))
fi
if [ $# -eq 0 ]; then
    echo "usage: firmware/images.sh [--sink SINK] BOARD [BIN...]; boards.txt has the boards and their sinks" >&2
    exit 2
fi
board=$1
shift

cd "$(dirname "$0")"
if [ $# -eq 0 ]; then
    for source in src/bin/*.rs src/bin/*/main.rs; do
        source=${source%/main.rs}
        set -- "$@" "$(basename "$source" .rs)"
    done
fi
arguments=
for bin in "$@"; do
    arguments="$arguments --bin $bin"
done
# shellcheck disable=SC2086 # two words a binary
./board.sh "$board" "$sink" build --quiet $arguments
target=$(awk -v board="$board" '$1 == board { print $2 }' boards.txt)
folder=$(cargo metadata --format-version 1 --no-deps --offline | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
cd ..
for bin in "$@"; do
    cargo run --quiet --locked --manifest-path tools/Cargo.toml -- image "$folder/$target/release/$bin" "$folder/images/$board"
done
