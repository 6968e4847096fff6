#!/usr/bin/env bash
# The table of this machine: benches/peers/table.sh [--isa avx2|avx512|neon|portable] [--torch] [--quick] [--out DIR]
# Builds what is needed, times this repository's program and all peers in turns, and writes DIR/table.md (target/peers-ISA, or
# target/peers-best). With --torch PyTorch and torchhd too, several GB where the registry has no build without CUDA; once there,
# they stay. Exit codes as run.sh's, and 2 for a wrong option. Written for bash 3.2, as on macOS.
set -u
. "$(dirname "$0")/environment.sh"

usage() {
    sed -n '2p' "$0" | sed 's/^# //' >&2
    echo "$1" >&2
    exit 2
}

isa=best torch="" quick="" out=""
while [ $# -gt 0 ]; do
    case $1 in
        --isa) [ $# -gt 1 ] || usage "--isa needs a name"; isa=$2; shift ;;
        --out) [ $# -gt 1 ] || usage "--out needs a folder"; out=$2; shift ;;
        --torch) torch=torch ;;
        --quick) quick=--quick ;;
        *) usage "no option '$1'" ;;
    esac
    shift
done
case $isa in
    # What the crate `hopfield` may be compiled for.
    avx2) flags="-C target-cpu=x86-64-v3" ;;
    portable) flags="" ;;
    best | avx512 | neon) flags="-C target-cpu=native" ;;
    *) usage "instructions '$isa', allowed: avx2, avx512, neon, portable" ;;
esac
out=${out:-$root/target/peers-$isa}
mkdir -p "$out" || exit 1
make_environment $torch
(cd "$root" && cargo build --release --locked -p slotless-cli) || exit 1
hopfield=$root/target/peers-hopfield/$isa
(cd "$here/hopfield" && CARGO_TARGET_DIR=$hopfield RUSTFLAGS=$flags cargo build --release --locked) || exit 1

target=${CARGO_TARGET_DIR:-$root/target}
set -- --out "$out" --ours "$target/release/slotless" --hopfield "$hopfield/release/slotless-peer-hopfield"
[ "$isa" = best ] || set -- "$@" --isa "$isa"
# What is there of an earlier run is not what a failed one found.
rm -f "$out/table.md"
"$python" -B "$here/peers.py" $quick "$@" | tee "$out/peers.jsonl"
code=${PIPESTATUS[0]}
[ "$code" = 0 ] || exit "$code"
"$python" -B "$here/table.py" "$out" >"$out/table.md" || exit 1
echo "$out/table.md" >&2
