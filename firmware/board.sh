#!/usr/bin/env bash
# cargo for a board: firmware/board.sh BOARD SINK COMMAND [ARGUMENT...], as in
#   firmware/board.sh stm32f405 uart run --bin selftest
# Optimised, with the board's target of boards.txt and the features BOARD and log-SINK.
set -eu

cd "$(dirname "$0")"
target=$(awk -v board="${1-}" '$1 == board { print $2 }' boards.txt)
if [ $# -lt 3 ] || [ -z "$target" ]; then
    echo "usage: firmware/board.sh BOARD SINK COMMAND [ARGUMENT...]; boards.txt has the boards and their sinks" >&2
    exit 2
fi
board=$1 sink=$2 command=$3
shift 3
exec cargo "$command" --release --locked --target "$target" --no-default-features --features "$board,log-$sink" "$@"
