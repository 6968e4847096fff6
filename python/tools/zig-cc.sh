#!/usr/bin/env bash
# A linker for wheels that run on old systems: zig's, from pip, for glibc 2.17. Takes a C compiler's arguments, as rustc gives them.
# ZIG_PYTHON names the Python that has the package ziglang. Written for bash 3.2.
set -eu

arguments=()
for argument in "$@"; do
    case $argument in
        # What unwinds the stack comes with zig under another name, and is linked in.
        -lgcc_s) arguments+=(-lunwind) ;;
        *) arguments+=("$argument") ;;
    esac
done
exec "$ZIG_PYTHON" -m ziglang cc -target "$(uname -m)-linux-gnu.2.17" "${arguments[@]}"
