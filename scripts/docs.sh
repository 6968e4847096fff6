#!/usr/bin/env bash
# The documentation site: builds it into target/site, serves it, checks it, draws the gallery's figures. What makes it is installed
# with pip below target/, once; from then on nothing needs a network. Written for bash 3.2, as on macOS.
set -u

cd "$(dirname "$0")/.." || exit 1
venv=target/docs-venv
pillow=pillow==13.0.0

usage() {
    cat <<HELP
usage: scripts/docs.sh [build|serve|check|gallery] [OPTION...]

  build       [default] the site into target/site, whose index.html a browser opens; a page that does not build is an error
  serve       serves it on this machine alone, and builds it anew whenever a file changes
  check       lints and tests of the site's own scripts; then builds it and looks at every link, picture and anchor, and that no
              page loads anything from elsewhere. Links that lead elsewhere are listed, not followed
  gallery     draws every figure of docs/gallery.md into target/gallery (minutes; with --quick target/gallery-quick, seconds each)
              where it is not there yet; the next build has them behind the small pictures

  --page          builds the page in web/ first (scripts/page.sh). Without it the site takes it from target/page, if it is there
  --rust          builds Rust's documentation first (cargo doc). Without it the site takes it from target/doc, if it is there
  --port N        serve: the port [default: 8000]
  --quick         gallery: with fewer trials
  --small         gallery: writes docs/gallery/*.png, the small pictures of the repository, from the large ones (Pillow, with pip)
  --help          this

Examples:
  scripts/docs.sh && open target/site/index.html
  scripts/docs.sh serve --port 8080
  scripts/docs.sh build --rust --page
  scripts/docs.sh gallery --quick && scripts/docs.sh serve

It takes Python 3.11 or newer (PYTHON names one) and, for gallery, cargo or a program that SLOTLESS names. Exit code 3 with one
line where there is no such Python, or pip cannot install what the site is made with.
HELP
}

give_up() {
    echo "no site: $1" >&2
    exit 3
}

wrong() {
    echo "$1, see --help" >&2
    exit 2
}

command=build named=no rust=no page=no quick=no small=no port=8000
while [ $# -gt 0 ]; do
    case $1 in
        build | serve | check | gallery)
            [ "$named" = no ] || wrong "one command, not '$command' and '$1'"
            command=$1 named=yes
            ;;
        --rust) rust=yes ;;
        --page) page=yes ;;
        --quick) quick=yes ;;
        --small) small=yes ;;
        --port)
            case ${2-} in
                '' | *[!0-9]* | 0* | ??????*) wrong "--port takes a number from 1 to 65535, not '${2-}'" ;;
            esac
            [ "$2" -le 65535 ] || wrong "--port takes a number from 1 to 65535, not '$2'"
            port=$2 && shift
            ;;
        -h | --help) usage && exit 0 ;;
        *) wrong "no command or option '$1'" ;;
    esac
    shift
done
[ "$command" = gallery ] || [ "$quick$small" = nono ] || wrong "--quick and --small are of gallery"
[ "$quick$small" != yesyes ] || wrong "--small is of figures at their own size, not of --quick"
[ "$command" = serve ] || [ "$port" = 8000 ] || wrong "--port is of serve"

# The first Python that is new enough.
find_python() {
    local python
    for python in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$python"
            return
        fi
    done
    return 1
}

# The environment is made anew where what is to be in it, or the Python, has changed.
install() {
    local python stamp
    python=$(find_python) || give_up "no Python 3.11 or newer"
    stamp=$("$python" -c 'import hashlib, pathlib, sys
print(sys.version, hashlib.sha256(pathlib.Path("scripts/site/requirements.txt").read_bytes()).hexdigest())')
    if [ "$(cat "$venv/made-of" 2>/dev/null)" != "$stamp" ]; then
        rm -rf "$venv" && mkdir -p target || exit 1
        "$python" -m venv "$venv" >&2 || give_up "$python has no venv (Debian: python3-venv)"
        "$venv/bin/python" -m pip install --quiet --no-input --disable-pip-version-check --requirement scripts/site/requirements.txt >&2 ||
            give_up "pip cannot install what it is made with, see above"
        echo "$stamp" >"$venv/made-of"
    fi
    # The reference's signatures are laid out by the ruff that is installed here.
    PATH=$PWD/$venv/bin:$PATH
    export PATH PYTHONDONTWRITEBYTECODE=1 NO_MKDOCS_2_WARNING=1
}

build() {
    # Not --quiet, which hears no warnings, so that none would be an error.
    mkdir -p target || exit 1
    if ! "$venv/bin/mkdocs" build --strict >target/docs.log 2>&1; then
        grep -v '^INFO' target/docs.log >&2
        exit 1
    fi
    # Times of files would differ from build to build.
    rm -f target/site/sitemap.xml.gz
}

draw() {
    local program=${SLOTLESS:-} folder=target/gallery name line option
    [ "$quick" = no ] || folder=target/gallery-quick
    if [ -z "$program" ]; then
        cargo build --release --locked -p slotless-cli || exit 1
        program=${CARGO_TARGET_DIR:-target}/release/slotless
    fi
    # In the order of the page, each once; a sweep has a picture of its own name.
    mkdir -p target && sed -nE 's/^slotless (reproduce|hopfield) /\1 /p' docs/gallery.md | awk '!seen[$0]++' >target/gallery.txt
    while IFS= read -r line; do
        name=$(echo "${line#reproduce }" | sed 's/ --.*//; s/ /-/g')
        [ ! -e "$folder/$name/manifest.json" ] || continue
        option=
        case $quick:$line in
            # Trees alone: nothing of them could be fewer.
            yes:"reproduce s4" | yes:"reproduce s5") ;;
            yes:reproduce*) option=--quick ;;
        esac
        echo "slotless $line${option:+ $option}"
        # shellcheck disable=SC2086 # one word an argument
        "$program" $line $option --out "$folder/$name" >/dev/null || exit 1
    done <target/gallery.txt
}

if [ "$rust" = yes ]; then
    cargo doc --workspace --no-deps --locked || exit 1
fi
if [ "$page" = yes ]; then
    scripts/page.sh build || exit
fi
install
case $command in
    build)
        build
        echo "target/site/index.html"
        ;;
    serve) exec "$venv/bin/mkdocs" serve --dev-addr "127.0.0.1:$port" ;;
    check)
        (
            cd scripts/site || exit 1
            ruff format --quiet --diff . && ruff check --quiet . && mypy . && "../../$venv/bin/python" -m unittest --quiet
        ) || exit 1
        build
        "$venv/bin/python" scripts/site/built.py --external target/site || exit 1
        ;;
    gallery)
        draw
        if [ "$small" = yes ]; then
            "$venv/bin/python" -m pip install --quiet --no-input --disable-pip-version-check "$pillow" >&2 || give_up "pip failed, see above"
            "$venv/bin/python" scripts/site/small.py || exit 1
        fi
        echo "target/gallery$([ "$quick" = no ] || echo -quick)"
        ;;
esac
