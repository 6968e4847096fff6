#!/usr/bin/env bash
# Times the Python peers: benches/peers/run.sh [--quick] [--out DIR] [--only NAME] [--isa NAME]
# Makes target/peers, a virtual environment with the pinned packages, unless it is there already. Exits 3 with one line
# where Python or the packages cannot be had, 1 where a program's answers are wrong. Written for bash 3.2, as on macOS.
set -u
. "$(dirname "$0")/environment.sh"
make_environment
# -B: no __pycache__ beside the sources.
exec "$python" -B "$here/peers.py" "$@"
