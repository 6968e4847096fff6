#!/usr/bin/env bash
# cargo's runner (see .cargo/config.toml): firmware/run.sh ELF. Builds ../tools for this machine and hands the image on.
set -eu

case $1 in
    /*) elf=$1 ;;
    *) elf=$PWD/$1 ;;
esac
shift
# Away from firmware/.cargo/config.toml and from what cargo and its user set for the device's sake.
cd "$(dirname "$0")/.."
unset CARGO_BUILD_TARGET CARGO_ENCODED_RUSTFLAGS RUSTFLAGS DEFMT_LOG
[ -x "${CARGO_TARGET_DIR:-tools/target}/debug/slotless-tools" ] ||
    echo "building tools/, which runs images and decodes their logs: about a minute, once" >&2
exec cargo run --quiet --locked --manifest-path tools/Cargo.toml -- run "$elf" "$@"
