#!/usr/bin/env bash
# The Python package beside others: benches/peers/package.sh [--torch] [--quick] [--out FILE]
# Builds the package, makes target/peers, a virtual environment with the pinned peers, unless it is there already, and prints a
# table in Markdown. With --torch PyTorch and torchhd too. Exit codes as run.sh's. Written for bash 3.2, as on macOS.
set -u
. "$(dirname "$0")/environment.sh"

torch=""
if [ "${1:-}" = --torch ]; then
    torch=torch
    shift
fi
make_environment $torch
(cd "$root" && scripts/python.sh wheel >/dev/null) || exit 1
"$python" -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall "$root"/target/python/wheels/*.whl \
    hopfieldnetwork==1.0.1 hopfieldkit==0.1.0 || exit 3
exec "$python" -B "$here/package.py" "$@"
