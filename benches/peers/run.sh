#!/usr/bin/env bash
# Times the Python peers: benches/peers/run.sh [--quick] [--out DIR] [--only NAME]
# Makes target/peers, a virtual environment with the pinned packages, unless it is there already. Exits 3 with one line
# where Python or the packages cannot be had, 1 where a program's answers are wrong. Written for bash 3.2, as on macOS.
set -u

here=$(cd "$(dirname "$0")" && pwd) || exit 1
root=$(cd "$here/../.." && pwd) || exit 1
environment=$root/target/peers
python=$environment/bin/python

give_up() {
    echo "the Python peers cannot run: $1" >&2
    exit 3
}

# The copy of the pins is written last, so an environment whose installation was cut short is made again.
if ! [ -x "$python" ] || ! cmp -s "$here/requirements.txt" "$environment/requirements.txt"; then
    command -v python3 >/dev/null || give_up "python3 is missing"
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 ||
        give_up "python3 must be 3.11 or newer"
    mkdir -p "$root/target" || exit 1
    log=$root/target/peers-install.log
    python3 -m venv --clear "$environment" >"$log" 2>&1 ||
        give_up "python3 -m venv failed (its messages: target/peers-install.log)"
    # Wheels only: a source build would need compilers, and would not be the package that others time.
    "$python" -m pip install --disable-pip-version-check --no-input --only-binary :all: \
        -r "$here/requirements.txt" >"$log" 2>&1 ||
        give_up "pip could not install the pinned packages (its messages: target/peers-install.log)"
    cp "$here/requirements.txt" "$environment/requirements.txt" || exit 1
fi

# -B: no __pycache__ beside the sources.
exec "$python" -B "$here/peers.py" "$@"
