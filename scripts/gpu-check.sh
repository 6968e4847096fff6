#!/usr/bin/env bash
# Prepares a check on a machine with an NVIDIA GPU: a folder with all that it needs, and one command. Nothing is compiled or fetched
# there: a driver, bash and what every Linux has are enough.
set -euo pipefail

cd "$(dirname "$0")/.."

usage() {
    cat <<HELP
usage: scripts/gpu-check.sh [--dev] [FOLDER]

Builds the program and the tests of the kernels, strips them, and puts them into FOLDER [default: target/gpu-check], 60 MB at
most, with the command FOLDER/run. Then, on a machine with a GPU of compute capability 7.5 or above:

  FOLDER/run          eight minutes at most; what was found is in FOLDER/results as it comes; FOLDER/run --help says more

  --dev               what 'cargo test --workspace --features embed' has built, in place of a release build
  -h, --help          this
HELP
}

folder=target/gpu-check
dev=no
while [ $# -gt 0 ]; do
    case $1 in
        --dev) dev=yes ;;
        -h | --help) usage && exit 0 ;;
        -*) echo "no option '$1', see --help" >&2 && exit 2 ;;
        *) folder=$1 ;;
    esac
    shift
done
MOST_MB=60

# executable KIND NAME: the one that cargo says it made of a target of this kind and name.
executable() {
    sed -n "/\"kind\":\[\"$1\"\]/{/\"name\":\"$2\"/s/.*\"executable\":\"\([^\"]*\)\".*/\1/p;}" "$list" | tail -n 1
}

list=$(mktemp)
trap 'rm -f "$list"' EXIT
mkdir -p "$folder"
json="--locked --message-format json-render-diagnostics"
# shellcheck disable=SC2086 # one word an argument
if [ "$dev" = yes ]; then
    # The program comes with the tests that run it: built by itself it would have other features, and be compiled anew with all it uses.
    cargo test --workspace --features embed --lib --test networks --test cli --no-run $json >"$list"
else
    cargo build --release -p slotless-cli --bin slotless $json >"$list"
    cargo test --release -p slotless-kernels -p slotless --features slotless-kernels/cuda,slotless/cuda --lib --test networks --no-run $json >>"$list"
fi
strip -o "$folder/slotless" "$(executable bin slotless)"
strip -o "$folder/test-kernels" "$(executable lib slotless_kernels)"
strip -o "$folder/test-networks" "$(executable test networks)"
strip -o "$folder/test-laboratory" "$(executable lib slotless)"
cp scripts/gpu-run.sh "$folder/run"
chmod +x "$folder/run"
git rev-parse HEAD >"$folder/commit" 2>/dev/null || echo unknown >"$folder/commit"

mb=$(du -sm "$folder" --exclude results | cut -f 1)
# A build for tests is larger, and goes nowhere.
[ "$dev" = yes ] || [ "$mb" -le "$MOST_MB" ] || { echo "$folder has $mb MB, and $MOST_MB are allowed" >&2 && exit 1; }
# The newest version of the C library that a symbol asks for.
libc=$(grep -aohE 'GLIBC_2\.[0-9]+' "$folder"/slotless "$folder"/test-* | sort -uV | tail -n 1)
echo "$folder: $mb MB, for Linux on $(uname -m) with ${libc/_/ } or newer. On the machine with a GPU: $folder/run"
