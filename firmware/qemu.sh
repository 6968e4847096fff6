#!/usr/bin/env bash
# Runs an image in QEMU: firmware/qemu.sh MACHINE ELF. cargo's runner (see .cargo/config.toml).
# The image's exit code is QEMU's and so this script's; 124 if it is still running after SLOTLESS_QEMU_SECONDS (60).
set -u

machine=$1
elf=$2
limit=${SLOTLESS_QEMU_SECONDS:-60}
private=$(dirname "$0")/../target/tools/qemu/qemu-system-arm

if command -v qemu-system-arm >/dev/null; then
    qemu="qemu-system-arm"
elif [ -x "$private" ]; then
    qemu=$private
else
    echo "qemu-system-arm not found: scripts/install-qemu.sh gets it" >&2
    exit 3
fi

"$qemu" -M "$machine" -nographic -monitor none -serial none \
    -semihosting-config enable=on,target=native -kernel "$elf" </dev/null &
pid=$!
# `timeout` is not everywhere. The watchdog takes its own sleep along when it is not needed, and holds no output open.
(
    trap 'kill "$nap"; exit' TERM
    sleep "$limit" &
    nap=$!
    wait "$nap" && kill -9 "$pid"
) >/dev/null 2>&1 &
watchdog=$!

wait "$pid" 2>/dev/null
code=$?
kill "$watchdog" 2>/dev/null
if [ "$code" -eq 137 ]; then
    echo "still running after $limit s, stopped: $elf" >&2
    code=124
fi
exit "$code"
