#!/usr/bin/env bash
# The Python package: builds it, installs it into environments below target/python, tests it. Written for bash 3.2.
set -eu

cd "$(dirname "$0")/.." || exit 1
here=$PWD/target/python

usage() {
    cat <<HELP
usage: scripts/python.sh [--portable] [--profile P] [--features F] [COMMAND...]

  test       builds the package, installs it and runs its tests, with the newest Python that is found [default]
  oldest     the same with Python 3.10 and numpy 1.26, or the oldest Python that is found
  lint       ruff, mypy --strict, and the stubs held against the module
  stubs      puts the docstrings of the compiled module into python/slotless/_slotless.pyi
  notebooks  runs the notebooks of docs/notebooks; with what they print and draw they lie in target/python/notebooks,
             where scripts/docs.sh takes them from
  wheel      a wheel for other machines into target/python/wheels, with cargo's profile wheel
  sdist      a source package into target/python/wheels
  python     prints the Python that has the package installed
  --portable what is built, installed and tested is a wheel for other machines: on Linux for glibc 2.17 (manylinux2014), checked by
             auditwheel; on every system by abi3audit
  --profile P  cargo's profile [default: release; wheel for wheel]
  --features F  features of the crates below, as cargo takes them: with those of another build its crates are not compiled anew
  --help     this

Examples:
  scripts/python.sh
  scripts/python.sh oldest test lint
  \$(scripts/python.sh python) -c 'import slotless; print(slotless.__version__)'

Takes a Python from 3.10 on, with its module venv, of those on the PATH and of pyenv; all else comes by pip.
Exit code 3, with one line, where something cannot be had.
HELP
}

give_up() {
    echo "$1" >&2
    exit 3
}

# pythons: MINOR PATH of each Python from 3.10 on, the oldest first.
pythons() {
    local path roots
    roots=$(pyenv root 2>/dev/null || true)
    for path in python3.10 python3.11 python3.12 python3.13 python3.14 python3.15 python3 "${roots:-/nowhere}"/versions/3.*/bin/python; do
        "$path" -c 'import sys; v = sys.version_info; v >= (3, 10) and v.releaselevel == "final" and print(v.minor, sys.executable)' 2>/dev/null || true
    done | sort -n -u -k 1,1
}

# environment NAME PYTHON REQUIREMENTS...: makes it, or takes it as it is where it was made of the same.
environment() {
    local folder=$here/$1 python=$2 made
    shift 2
    made="$python $* $(cat python/requirements/*.txt | cksum)"
    if [ "$(cat "$folder/made" 2>/dev/null)" != "$made" ]; then
        rm -rf "$folder"
        "$uv" venv --quiet --no-project --python "$python" "$folder" >&2
        "$uv" pip install --quiet --python "$folder/bin/python" "$@" >&2
        echo "$made" >"$folder/made"
    fi
}

# uv installs in a second what pip takes half a minute for.
need_uv() {
    uv=$here/uv/bin/uv
    [ ! -x "$uv" ] || return 0
    local python=$1
    mkdir -p "$here"
    if ! "$python" -m venv "$here/uv" >/dev/null 2>&1; then
        rm -rf "$here/uv"
        give_up "$python has no module venv (on Debian: apt install python3-venv)"
    fi
    "$here/uv/bin/python" -m pip install --quiet --disable-pip-version-check uv || give_up "pip cannot install uv, see above"
}

# wheel FOLDER [ARGUMENT...]: builds the wheel of this tree into a folder, in place of what is there.
wheel() {
    local folder=$1
    shift
    environment build "$newest" -r python/requirements/build.txt
    "$newest" scripts/third-party.py slotless-python >python/LICENSE-THIRD-PARTY
    rm -rf "$folder"
    [ -z "$features" ] || set -- --features "$features" "$@"
    "$here/build/bin/maturin" build --quiet --locked --interpreter "$newest" --manifest-path python/Cargo.toml --out "$folder" "$@" ||
        { echo "the wheel was not built" >&2 && exit 1; }
}

# portable_wheel FOLDER PROFILE
portable_wheel() {
    environment portable "$newest" -r python/requirements/portable.txt
    if [ "$(uname -s)" = Linux ]; then
        export ZIG_PYTHON=$here/portable/bin/python
        wheel "$1" --profile "$2" --compatibility manylinux_2_17 -- -C linker="$PWD/python/tools/zig-cc.sh"
        "$here/portable/bin/auditwheel" show "$1"/*.whl
    else
        wheel "$1" --profile "$2"
    fi
    "$here/portable/bin/abi3audit" --strict --summary "$1"/*.whl
    ls -l "$1"/*.whl
    if [ "$2" = wheel ] && [ "$(cat "$1"/*.whl | wc -c)" -gt 4000000 ]; then
        echo "the wheel has more than 4,000,000 bytes" >&2 && exit 1
    fi
}

# build: the wheel that is installed, once a call, into $here/built.
built=no
build() {
    [ "$built" = no ] || return 0
    if [ "$portable" = yes ]; then
        portable_wheel "$here/built" "${profile:-release}"
    else
        wheel "$here/built" --profile "${profile:-release}"
    fi
    built=yes
}

# install NAME: the wheel into an environment, in place of the one there.
install() {
    build
    "$uv" pip install --quiet --python "$here/$1/bin/python" --no-deps --reinstall "$here"/built/*.whl
}

# tests NAME
tests() {
    install "$1"
    (cd python/tests && "$here/$1/bin/python" -m pytest -q -c ../pyproject.toml --rootdir .. .)
}

do_test() {
    environment newest "$newest" numpy -r python/requirements/test.txt
    tests newest
}

do_oldest() {
    environment oldest "$oldest" 'numpy==1.26.*' -r python/requirements/test.txt
    tests oldest
}

do_lint() {
    environment lint "$newest" numpy -r python/requirements/test.txt -r python/requirements/lint.txt
    install lint
    (
        cd python
        "$here/lint/bin/ruff" format --check --quiet .
        "$here/lint/bin/ruff" check --quiet .
        "$here/lint/bin/ruff" format --check --quiet ../docs/notebooks
        "$here/lint/bin/ruff" check --quiet ../docs/notebooks
        "$here/lint/bin/python" tools/notebooks.py --check
        # Of the installed package, as users' programs see it; the folder slotless here has no compiled module.
        "$here/lint/bin/python" tools/stubs.py --check
        cd tests
        "$here/lint/bin/mypy" --config-file ../pyproject.toml . ../tools
        "$here/lint/bin/python" -m mypy.stubtest slotless --mypy-config-file ../pyproject.toml --allowlist ../tools/stubtest.txt
    )
}

do_stubs() {
    environment lint "$newest" numpy -r python/requirements/test.txt -r python/requirements/lint.txt
    install lint
    "$here/lint/bin/python" python/tools/stubs.py
    "$here/lint/bin/ruff" format --quiet python/slotless
}

do_notebooks() {
    # Not of the name of the folder that the notebooks go to.
    environment jupyter "$newest" numpy -r python/requirements/test.txt -r python/requirements/notebooks.txt
    install jupyter
    "$here/jupyter/bin/python" python/tools/notebooks.py
}

do_wheel() {
    portable_wheel "$here/wheels" "${profile:-wheel}"
}

do_sdist() {
    environment build "$newest" -r python/requirements/build.txt
    mkdir -p "$here/wheels"
    # Nothing is compiled into it.
    rm -f "$here"/wheels/*.tar.gz python/LICENSE-THIRD-PARTY
    "$here/build/bin/maturin" sdist --manifest-path python/Cargo.toml --out "$here/wheels"
    ls -l "$here"/wheels/*.tar.gz
}

do_python() {
    environment newest "$newest" numpy -r python/requirements/test.txt
    # Of what building says nothing belongs to the answer.
    install newest >&2
    echo "$here/newest/bin/python"
}

profile="" portable=no commands="" features=""
while [ $# -gt 0 ]; do
    case $1 in
        --features)
            [ $# -gt 1 ] || { echo "--features takes names of features" >&2 && exit 2; }
            features=$2
            shift
            ;;
        --profile)
            [ $# -gt 1 ] || { echo "--profile takes a name: dev, release or dist" >&2 && exit 2; }
            profile=$2
            shift
            ;;
        --portable) portable=yes ;;
        -h | --help) usage && exit 0 ;;
        test | oldest | lint | stubs | notebooks | wheel | sdist | python) commands="$commands $1" ;;
        *) echo "no command or option '$1', see --help" >&2 && exit 2 ;;
    esac
    shift
done

found=$(pythons)
[ -n "$found" ] || give_up "no Python from 3.10 on"
oldest=$(printf '%s\n' "$found" | head -n 1 | cut -d ' ' -f 2-)
newest=$(printf '%s\n' "$found" | tail -n 1 | cut -d ' ' -f 2-)
command -v cargo >/dev/null || give_up "no cargo (https://rustup.rs)"
need_uv "$newest"
export UV_PYTHON_DOWNLOADS=never UV_NO_CONFIG=1
for command in ${commands:-test}; do
    "do_$command"
done
