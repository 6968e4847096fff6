# Sourced by run.sh and table.sh: sets `python`, `here` and `root`, and makes target/peers, a virtual environment with the pinned
# packages, unless it is there already. Written for bash 3.2, as on macOS.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
root=$(cd "$here/../.." && pwd) || exit 1
environment=$root/target/peers
python=$environment/bin/python

give_up() {
    echo "the peers cannot run: $1" >&2
    exit 3
}

# make_environment [torch]: with PyTorch and torchhd too, or as they were left before.
make_environment() {
    local pins="$here/requirements.txt" wanted="$root/target/peers-wanted.txt" log="$root/target/peers-install.log"
    mkdir -p "$root/target" || exit 1
    # Who has PyTorch keeps it.
    if [ "${1:-}" = torch ] || grep -qs '^torch==' "$environment/requirements.txt"; then
        cat "$pins" "$here/requirements-torch.txt" >"$wanted" || exit 1
    else
        cp "$pins" "$wanted" || exit 1
    fi
    # The copy of the pins is written last, so an environment whose installation was cut short is made again.
    if [ -x "$python" ] && cmp -s "$wanted" "$environment/requirements.txt"; then return; fi
    command -v python3 >/dev/null || give_up "python3 is missing"
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 ||
        give_up "python3 must be 3.11 or newer"
    python3 -m venv --clear "$environment" >"$log" 2>&1 ||
        give_up "python3 -m venv failed (its messages: target/peers-install.log)"
    # Wheels only: a source build would need compilers, and would not be the package that others time.
    "$python" -m pip install --disable-pip-version-check --no-input --only-binary :all: -r "$wanted" >"$log" 2>&1 ||
        give_up "pip could not install the pinned packages (its messages: target/peers-install.log)"
    mv "$wanted" "$environment/requirements.txt" || exit 1
}
