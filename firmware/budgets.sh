#!/usr/bin/env bash
# Compares what networks take on each core with budgets.toml: firmware/budgets.sh [--bless]
# Builds the programs `count` and `count_hopfield` with each network for each core and counts in QEMU. --bless writes the file and the table in
# README.md anew. Exit codes: 1 if a budget is exceeded, 2 for bad input or a program that fails.
set -eu

# Core:board. QEMU's Cortex-M0, the micro:bit, has too little RAM for most of the networks. The M7 runs the M4's code.
CORES="M0:mps2-m0 M3:mps2-an385 M4:mps2-an386 RV32:riscv-virt"
# What is counted on RISC-V: a handful that tells how its code compares.
RISCV=" nothing u1-all u16-structured hopfield-nothing encode-sensors recogniser-grow "
# Network:features of `count`, of `count_hopfield` where it starts with hopfield-, attractor-, recency-, encode-, recogniser- or store-. *nothing is the program without one.
# What ends with -z is optimised for size.
CASES="nothing:count-nothing
u8-structured: u8-structured-rate1:count-rate-one u8-random:count-random u16-structured:count-u16 u1-all:count-u1
nothing-z:count-nothing u8-structured-z:
microbit-u8-structured:count-largest microbit-u8-random:count-largest,count-random
hopfield-nothing:count-nothing
hopfield-classical: hopfield-modern-f32:count-modern hopfield-modern-micromath:count-modern-micromath
hopfield-modern-fixed:count-modern-fixed hopfield-modern-table:count-modern-table
attractor-u1:count-attractor attractor-u4:count-attractor-u4
recency-levels:count-recency recency-slots:count-recency-slots recency-codes:count-recency-codes
encode-sensors:count-encode
recogniser-grow:count-recogniser recogniser-ring:count-recogniser-ring
recogniser-thermometer:count-recogniser-thermometer recogniser-means:count-recogniser-means
store-kwinner:count-store store-slots:count-store-slots"

bless=
if [ "${1-}" = --bless ]; then
    bless=--bless
    shift
fi
if [ $# -ne 0 ]; then
    echo "usage: firmware/budgets.sh [--bless]" >&2
    exit 2
fi
cd "$(dirname "$0")"
target=$(cargo metadata --format-version 1 --no-deps --offline | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for core in $CORES; do
    mkdir "$folder/${core%:*}"
    for case in $CASES; do
        board=${core#*:}
        case $core$RISCV in RV32*" ${case%:*} "*) ;; RV32*) continue ;; esac
        # One core says what optimising for size does; what fits the micro:bit is of no concern to others.
        case $core$case in M[03]*-z:* | M3*-rate1:* | M3*recency-* | M3*encode-* | M3*recogniser-* | M3*store-* | M[34]*microbit-*) continue ;; esac
        # What is to fit the micro:bit is linked for it, which fails where it does not.
        case $core$case in M0:*microbit-* | M0:*hopfield-* | M0:attractor-u1:* | M0:recency-* | M0:encode-* | M0:recogniser-*) board=microbit ;; esac
        case $case in hopfield-* | attractor-* | recency-* | encode-* | recogniser-* | store-*) program=count_hopfield ;; *) program=count ;; esac
        case $case in *-z:*) level=z ;; *) level=3 ;; esac
        CARGO_PROFILE_RELEASE_OPT_LEVEL=$level ./board.sh "$board" semihosting build --quiet --bin "$program" --features "${case#*:}" >&2
        triple=$(awk -v board="$board" '$1 == board { print $2 }' boards.txt)
        cp "$target/$triple/release/$program" "$folder/${core%:*}/${case%:*}"
    done
done
cd ..
cargo run --quiet --locked --manifest-path tools/Cargo.toml -- budgets "$folder" firmware/budgets.toml firmware/README.md $bless
