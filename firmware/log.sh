#!/usr/bin/env bash
# Shows the log of a board from its serial port: firmware/log.sh BOARD BIN PORT, as in
#   firmware/log.sh microbit continual /dev/ttyACM0
# BIN is what images.sh built last for the board. Ends when the program does, with its exit code; reset the board to
# start it again.
set -eu

if [ $# -ne 3 ]; then
    echo "usage: firmware/log.sh BOARD BIN PORT, as in firmware/log.sh microbit continual /dev/ttyACM0" >&2
    exit 2
fi
# Opened before it is set up: some systems forget the settings of a port that nobody has open.
exec 3<"$3"
stty 115200 raw -echo <&3

cd "$(dirname "$0")"
folder=$(cargo metadata --format-version 1 --no-deps --offline | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
cd ..
exec cargo run --quiet --locked --manifest-path tools/Cargo.toml -- decode "$folder/images/$1/$2.elf" <&3
