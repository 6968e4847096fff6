#!/usr/bin/env bash
# cargo's runner (see .cargo/config.toml): firmware/run.sh ELF. Builds ../tools for this machine and hands the image on.
set -eu

case $1 in
    /*) elf=$1 ;;
    *) elf=$PWD/$1 ;;
esac
shift

# What runs it, before tools/ is built for a minute. build.rs has written into the image where that is.
case $(grep -a -o 'slotless-image board=[0-9A-Za-z=_ -]*' "$elf" 2>/dev/null | head -n 1) in
    *" sink=rtt "*) program=probe-rs cure="https://probe.rs tells how to install it" ;;
    *" machine=- "*) program= ;;
    *" machine=virt "*) program=qemu-system-riscv32 private=qemu-riscv cure="scripts/install-qemu.sh qemu-system-riscv32 gets it" ;;
    *" machine="*) program=qemu-system-arm private=qemu cure="scripts/install-qemu.sh gets it" ;;
    *) program= ;;
esac
if [ -n "$program" ] && ! command -v "$program" >/dev/null &&
    ! [ -x "$(dirname "$0")/../target/tools/${private-}/$program" ]; then
    echo "error: $program not found: $cure" >&2
    exit 2
fi

# Away from firmware/.cargo/config.toml and from what cargo and its user set for the device's sake.
cd "$(dirname "$0")/.."
unset CARGO_BUILD_TARGET CARGO_ENCODED_RUSTFLAGS RUSTFLAGS DEFMT_LOG
[ -x "${CARGO_TARGET_DIR:-tools/target}/debug/slotless-tools" ] ||
    echo "building tools/, which runs images and decodes their logs: about a minute, once" >&2
exec cargo run --quiet --locked --manifest-path tools/Cargo.toml -- run "$elf" "$@"
