#!/usr/bin/env bash
# The page in web/: builds it into target/page, one folder of static files that works from any path, a file's too. Written for
# bash 3.2, as on macOS.
set -u

cd "$(dirname "$0")/.." || exit 1
target=${CARGO_TARGET_DIR:-target}
made=target/page-build
page=target/page
# A test leaves alone what a site may be taking.
[ "${1:-}" != test ] || made=target/page-test-build page=target/page-test

usage() {
    cat <<HELP
usage: scripts/page.sh [build|test|shots|times] [--help]

  build   [default] the page into target/page, whose index.html a browser opens
  test    builds it, checks the types of its scripts, and goes through it in the system's browser, alone with what lies here
  shots   builds it and takes pictures of it into target/page-shots, light and dark, wide and narrow
  times   builds it and prints frames a second of each station, on one core where there is taskset

Examples:
  scripts/page.sh && open target/page/index.html
  scripts/page.sh test

It takes cargo, which fetches Rust's standard library for WebAssembly by rustup where it is missing, and Node 18 or newer with npm, 20 for
the tests (SLOTLESS_BROWSER names a Chromium for test, shots and times, SLOTLESS_FIREFOX a Firefox). Exit code 3 with one line where one of them cannot be had.
HELP
}

give_up() {
    echo "no page: $1" >&2
    exit 3
}

build() {
    if ! ls "$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null)"/libcore-*.rlib >/dev/null 2>&1; then
        rustup target add wasm32-unknown-unknown >&2 || give_up "no standard library for wasm32-unknown-unknown"
    fi
    command -v node >/dev/null && command -v npm >/dev/null || give_up "no node or npm"
    # With vectors of 128 bits, which browsers have had for years: the training is more than twice as fast, and bits are the same.
    RUSTFLAGS="-C target-feature=+simd128" cargo build --quiet --profile page --locked -p slotless-web --target wasm32-unknown-unknown || exit 1
    # Made anew where the list of what is installed has changed.
    if ! cmp -s web/package-lock.json web/node_modules/made-of; then
        (cd web && npm ci --no-audit --no-fund --ignore-scripts --silent) >&2 || give_up "npm cannot install what it is made with, see above"
        cp web/package-lock.json web/node_modules/made-of || exit 1
    fi
    rm -rf "$made" "$page" && mkdir -p "$made" "$page" || exit 1
    cp "$target/wasm32-unknown-unknown/page/slotless_web.wasm" "$made/engine.wasm" || exit 1
    # Every tenth age of the reference curves, and the first ones.
    paste -d , host/lab/data/measured/random_kw_f005_cue50.csv host/lab/data/measured/random_mhn_cue50.csv |
        awk -F , 'BEGIN { printf "[" } NR > 1 && ($1 <= 10 || $1 % 10 == 0) { printf "%s[%d,%.4f,%.4f]", comma, $1, $3, $13; comma = "," } END { print "]" }' \
            >"$made/paper.json" || exit 1
    local esbuild="web/node_modules/.bin/esbuild --log-level=warning --bundle --minify --target=es2022"
    $esbuild web/src/worker.ts --format=iife --outfile="$made/worker.txt" || exit 1
    $esbuild web/src/main.ts --format=iife --outfile="$page/page.js" --loader:.wasm=binary --loader:.txt=text \
        --alias:built-engine="./$made/engine.wasm" --alias:built-worker="./$made/worker.txt" --alias:built-paper="./$made/paper.json" || exit 1
    $esbuild web/src/page.css --outfile="$page/page.css" || exit 1
    cp web/index.html "$page/index.html" || exit 1
}

sizes() {
    local file all=0 bytes
    for file in "$page"/*; do
        bytes=$(gzip -9c "$file" | wc -c)
        all=$((all + bytes))
        echo "$(basename "$file"): $(wc -c <"$file") bytes, $bytes compressed" | tr -s ' '
    done
    echo "all: $all bytes compressed, of 400,000 at most"
    [ "$all" -le 400000 ]
}

case ${1:-build} in
    build)
        build
        sizes || exit 1
        echo "$page/index.html"
        ;;
    test)
        node -e 'process.exit(parseInt(process.versions.node, 10) >= 20 ? 0 : 1)' 2>/dev/null || give_up "its test takes Node 20 or newer"
        build
        sizes || exit 1
        (cd web && node_modules/.bin/tsc) || exit 1
        node web/tests/page.mjs "$page" || exit
        # A second browser, where there is one: nobody is asked to have two.
        code=3
        # Node 20 asks for its WebSocket by an option, which older ones do not know.
        if node --experimental-websocket -e 0 2>/dev/null; then
            code=0
            node --experimental-websocket --no-warnings web/tests/firefox.mjs "$page" || code=$?
        fi
        [ "$code" -ne 3 ] || echo "not in Firefox, see above"
        [ "$code" -eq 0 ] || [ "$code" -eq 3 ]
        ;;
    shots)
        build
        node web/tests/shots.mjs "$page" target/page-shots
        ;;
    times)
        build
        one=
        ! command -v taskset >/dev/null || one="taskset -c 0"
        $one node web/tests/times.mjs "$page"
        ;;
    -h | --help) usage ;;
    *) echo "no command '$1', see --help" >&2 && exit 2 ;;
esac
