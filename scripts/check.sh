#!/usr/bin/env bash
# Every check of the repository, two stages at a time; goes on after a failure. Written for bash 3.2, as on macOS.
set -u

cd "$(dirname "$0")/.." || exit 1

TARGETS="thumbv6m-none-eabi thumbv7m-none-eabi thumbv7em-none-eabihf riscv32imc-unknown-none-elf"
# Board:sink, as in firmware/boards.txt: each board, and each sink on a core of each kind. The stages qemu, budgets and more-qemu build for the others.
FIRMWARE="microbit:uart microbit-v2:uart stm32f405:rtt nrf52840dk:uart pico:rtt pico:uart"
STAGES="toolchain format layers tables deny clippy tests docs encoder site cuda slurm counts core-nostd panic-free c firmware vectors qemu budgets page fuzz \
miri big-endian neon package python"
# What is checked before a release, and not each time: nothing that changes often bears on it.
RELEASE="embassy more-big-endian more-neon more-clippy more-fuzz more-panic-free more-qemu"
# Fuzz targets, and for how long each runs, the first two a third of it. With one seed: a check
# is to fail for what was changed; a long run takes others.
FUZZ="snapshot recall_settings recall_log recall_snapshot npy"
# Those of the laboratory.
MORE_FUZZ="patterns records specs pictures"
FUZZ_SECONDS=${FUZZ_SECONDS:-9}
FUZZ_SEED=${FUZZ_SEED:-1}
# For how long a stage may run: one that hangs fails by its name, with what it was at, and the others go on.
STAGE_SECONDS=${STAGE_SECONDS:-2400}
# These build in target/debug, where cargo lets one build at a time, or take what another of them has made there: never two of
# them at once.
SHARED="clippy tests touched docs encoder site cuda slurm vectors python"

usage() {
    cat <<HELP
usage: scripts/check.sh [--strict] [--jobs N] [STAGE...]
       scripts/check.sh quick

Runs the named stages, or all of them, two at a time; quick: format, layers, clippy, touched and docs.
  toolchain   before all others: the pinned Rust with its components and targets, and what the other stages need (nightly Rust
              with Miri, QEMU, valgrind); rustup and the system's package manager fetch what is missing
  format      cargo fmt --check, all workspaces
  layers      imports go by the plan of scripts/layers.sh
  tables      the code that makes the tables of peers, with Python's library alone
  deny        licences, bans and sources, where cargo-deny is installed
  clippy      the host workspace with the core's features, and the command without CUDA, without warnings
  tests       cargo test of the workspace with the sentence encoder, and of tools/
  touched     not among all: tests of the crates that differ from the main branch (uncommitted files too), and of those that use them
  docs        cargo doc without warnings
  site        the documentation site, built strictly: links, pictures and anchors of all its pages, nothing loaded from elsewhere,
              the gallery's pictures; its scripts (scripts/docs.sh check)
  encoder     tests of the sentence encoder with a real model, fetched with pip
  cuda        kernels and --device on the machine's CUDA driver, or on the libcuda.so that SLOTLESS_LIBCUDA names; the
              shipped PTX, and its registers, with NVRTC and ptxas from pip; scripts/gpu-check.sh
  slurm       shards as job arrays under a real Slurm (Debian's slurm-wlm, fetched where it may be), with tasks requeued, killed and
              preempted in their middle: what merges make is the run in one
  counts      instructions of the benchmarks' cases under valgrind: none 3 % above the record
  core-nostd  the core and the store for the Cortex-M0 and RISC-V with all features, the core without and with each of them on the M0
  panic-free  the core and the store linked for the Cortex-M0 without a panic that can be reached
  c           the C library: its header, C99 and C++ without warnings, known answers and bad input here, under valgrind where there is
              one; known answers on a Cortex-M0 in QEMU, where there is a cross compiler
  firmware    a release image for each board, with each log sink on some; all programs for the smallest; clippy for one of each sink
  vectors     the core's examples; what the self-tests print is tests/vectors
  qemu        on Cortex-M0, M4 and RISC-V in QEMU: on-target tests and known answers; on M0, M3 and M4 the demos' output
  budgets     instructions, stack, RAM and flash of networks on the M0, M3 and M4, a few on RISC-V: none above firmware/budgets.toml
  embassy     not among all, for releases: the Embassy example, without warnings, and what it prints on the M4 in QEMU
  more-big-endian  likewise: the core's tests of formats, and the fast kernels' tests, on big-endian PowerPC
  more-neon   likewise: the tests of the backends' parts on 64-bit Arm, under QEMU
  more-clippy likewise: lints of the sentence encoder, of tools/, of the fuzz targets, of the peer, of each board and of what the budgets count
  more-panic-free  likewise: the core and the store linked for the Cortex-M4
  more-qemu   likewise: on-target tests on the Cortex-M3, known answers on M3 and M7
  more-fuzz   likewise: the fuzz targets of the laboratory, as those of the stage fuzz
  page        the page in web/: its networks as WebAssembly, its scripts' types, and every station in a real browser (Debian's
              Chromium, fetched where it may be; what builds and tests it comes by npm)
  fuzz        9 seconds (FUZZ_SECONDS; two targets a third of it) of each fuzz target, from one seed (FUZZ_SEED; 0
              draws one); with AddressSanitizer where there is a nightly Rust
  miri        the backends' tests under Miri
  big-endian  the core's known answers on big-endian PowerPC, under QEMU
  neon        the backends against the core on 64-bit Arm, under QEMU
  package     what would be published
  python      the Python package: a wheel for other machines, its tests with the newest and the oldest Python, stubs and notebooks;
              what it needs comes by pip

Ends with a table (seconds, and processor seconds, a stage), the line 'N passed, N failed, N skipped', and exit code 1 if a
stage failed.
  --strict    a skipped stage fails the run
  --jobs N    stages at a time [default: 2, or 1 where one is named]; with 1 the output comes as it is made
  --help      this
A stage that takes longer than 2400 seconds (STAGE_SECONDS) is ended, and fails.
HELP
}

# Each stage runs in a subshell under set -e: the first command that fails fails the stage. What it leaves aside is in $notes.

# wanted STAGE: whether it is among those to run.
wanted() {
    case " $chosen " in *" $1 "*) return 0 ;; esac
    return 1
}

skip() {
    echo "SKIPPED: $1"
    echo "$1" >"$notes/skipped"
    exit 0
}

# apart: what follows builds in a folder of its own, beside another stage.
apart() {
    export CARGO_TARGET_DIR=$PWD/target/apart
}

# aside COMMAND: runs what may skip a stage, for another's sake.
aside() {
    (
        notes=$notes/aside
        mkdir -p "$notes"
        "$@"
    ) || true
}

has_target() {
    ls "$(rustc --print target-libdir --target "$1" 2>/dev/null)"/libcore-*.rlib >/dev/null 2>&1
}

missing_targets() {
    local target
    for target in $TARGETS; do
        has_target "$target" || echo "$target"
    done
}

need_targets() {
    local missing
    missing=$(missing_targets | paste -s -d ' ' -)
    [ -z "$missing" ] || skip "no standard library for $missing"
}

missing_tools() {
    rustc --version >/dev/null 2>&1 || echo rustc
    cargo fmt --version >/dev/null 2>&1 || echo rustfmt
    cargo clippy --version >/dev/null 2>&1 || echo clippy
    missing_targets
}

stage_toolchain() {
    # Before anything is built, and only if needed: rustup replaces the compiler in place.
    if [ -n "$(missing_tools)" ] && command -v rustup >/dev/null; then
        rustup toolchain install || true
    fi
    rustc --version
    cargo --version
    local missing
    missing=$(missing_tools | paste -s -d ' ' -)
    # What other stages need, here and not there: two package managers at a time would lock each other out. Those stages
    # say what they miss.
    if wanted qemu || wanted budgets || wanted c; then scripts/install-qemu.sh || true; fi
    if wanted qemu || wanted budgets; then scripts/install-qemu.sh qemu-system-riscv32 || true; fi
    if wanted c; then scripts/c-library.sh tools || true; fi
    if wanted big-endian; then aside need_cross $BIG_ENDIAN; fi
    if wanted neon; then aside need_cross $ARM; fi
    if wanted counts; then aside need_valgrind; fi
    if wanted miri; then aside need_miri; fi
    if wanted python || wanted site; then aside need_venv; fi
    if wanted slurm; then scripts/slurm-test.sh --install || true; fi
    if wanted page; then aside need_browser; fi
    [ -z "$missing" ] || skip "missing and not to be had: $missing (rust-toolchain.toml lists what is needed)"
}

stage_format() {
    cargo fmt --version >/dev/null 2>&1 || skip "no rustfmt"
    cargo fmt --all --check
    (cd firmware && cargo fmt --check)
    (cd firmware/embassy && cargo fmt --check)
    (cd fuzz && cargo fmt --check)
    (cd tools && cargo fmt --check)
    (cd tests/panic-free && cargo fmt --check)
    (cd c && cargo fmt --check)
    (cd benches/peers/hopfield && cargo fmt --check)
}

stage_layers() {
    command -v python3 >/dev/null || skip "no python3"
    scripts/layers.sh
}

stage_tables() {
    command -v python3 >/dev/null || skip "no python3"
    python3 -B -m unittest discover -s benches/peers
}

stage_deny() {
    cargo deny --version >/dev/null 2>&1 || skip "no cargo-deny"
    cargo deny check bans licenses sources
    cargo deny --manifest-path firmware/Cargo.toml check bans licenses sources
    cargo deny --manifest-path firmware/embassy/Cargo.toml check bans licenses sources
    cargo deny --manifest-path tools/Cargo.toml check bans licenses sources
    cargo deny --manifest-path benches/peers/hopfield/Cargo.toml check bans licenses sources
}

stage_clippy() {
    cargo clippy --version >/dev/null 2>&1 || skip "no clippy"
    # With all features of the core, which has nothing that stands in the place of one; without the encoder, whose crates take as long as
    # all others together.
    cargo clippy --workspace --all-targets --features "$CORE_FEATURES" --locked -- -D warnings
    # Without CUDA: what stands in its place.
    cargo clippy -p slotless-cli --no-default-features --locked -- -D warnings
}

# The stages clippy and docs take the same, so that what they use is checked once.
CORE_FEATURES=slotless-core/defmt,slotless-core/micromath

stage_more_clippy() {
    cargo clippy --version >/dev/null 2>&1 || skip "no clippy"
    apart
    cargo clippy -p slotless-recall -p slotless-cli --all-targets --features embed --locked -- -D warnings
    unset CARGO_TARGET_DIR
    (cd tools && cargo clippy --all-targets --locked -- -D warnings)
    (cd fuzz && cargo clippy --all-targets --locked -- -D warnings)
    (cd benches/peers/hopfield && cargo clippy --all-targets --locked -- -D warnings)
    need_targets
    local board features
    for board in $FIRMWARE microbit:semihosting stm32f405:uart mps2-m0:semihosting mps2-an385:semihosting mps2-an386:semihosting mps2-an500:uart; do
        firmware/board.sh "${board%:*}" "${board#*:}" clippy --quiet --lib -- -D warnings
    done
    for features in count-u1 count-u16,count-rate-one count-largest,count-random; do
        firmware/board.sh mps2-an386 semihosting clippy --quiet --bin count --features "$features" -- -D warnings
    done
    for features in count-modern count-modern-fixed count-modern-table count-modern-micromath \
        count-attractor count-attractor-u4 count-recency count-recency-slots count-recency-codes count-encode \
        count-recogniser count-recogniser-ring count-recogniser-thermometer count-recogniser-means \
        count-store count-store-slots; do
        firmware/board.sh mps2-an386 semihosting clippy --quiet --bin count_hopfield --features "$features" -- -D warnings
    done
}

stage_core_nostd() {
    need_targets
    apart
    local target features
    # Each feature alone on one target, all of them on that and on the one of another kind: they differ in nothing that a processor knows,
    # and images for the others are linked in the stages firmware and qemu.
    for features in "" defmt serde micromath defmt,serde,micromath; do
        for target in thumbv6m-none-eabi riscv32imc-unknown-none-elf; do
            case $target:$features in riscv*:defmt | riscv*:serde | riscv*:micromath | riscv*:) continue ;; esac
            echo "slotless-core for $target, features [$features]"
            cargo check -p slotless-core --locked --target "$target" --features "$features"
        done
    done
    for target in thumbv6m-none-eabi riscv32imc-unknown-none-elf; do
        echo "slotless-store for $target"
        cargo check -p slotless-store --locked --target "$target" --features defmt
    done
}

# The binary's panic handler calls a function that is defined nowhere. Its negative case must fail for that reason.
stage_panic_free() {
    need_targets
    local target=thumbv6m-none-eabi name
    for name in $(grep -rhoE 'pub (const )?fn [a-z_0-9]+' core/src store/src | sed 's/.*fn //' | sort -u); do
        grep -rqw "$name" tests/panic-free/src || { echo "tests/panic-free does not call $name" && exit 1; }
    done
    cd tests/panic-free
    cargo build --release --locked --target "$target"
    # That a panic does not link is the linker's doing, the same for each core.
    if cargo build --release --locked --target "$target" --features can-panic 2>"$notes/link.txt"; then
        echo "a panic that can be reached has linked for $target" && exit 1
    fi
    grep 'undefined symbol: a_panic_can_be_reached' "$notes/link.txt"
}

stage_more_panic_free() {
    need_targets
    cd tests/panic-free
    ! cargo clippy --version >/dev/null 2>&1 || cargo clippy --release --locked --target thumbv7em-none-eabihf -- -D warnings
    cargo build --release --locked --target thumbv7em-none-eabihf
}

stage_c() {
    has_target thumbv6m-none-eabi || skip "no standard library for thumbv6m-none-eabi"
    scripts/c-library.sh header-check
    ! cargo clippy --version >/dev/null 2>&1 ||
        CARGO_TARGET_DIR=$PWD/target/c-build cargo clippy --release --locked --manifest-path c/Cargo.toml -- -D warnings
    local code=0
    scripts/c-library.sh test || code=$?
    [ "$code" -ne 3 ] || skip "no C compiler"
    [ "$code" -eq 0 ]
    scripts/c-library.sh qemu || code=$?
    [ "$code" -ne 3 ] || skip "passed here; no arm-none-eabi-gcc or no qemu-system-arm"
    [ "$code" -eq 0 ]
}

stage_firmware() {
    need_targets
    local board clippy=no
    ! cargo clippy --version >/dev/null 2>&1 || clippy=yes
    # The programs are the same for all boards, and the first has the least memory: all of them there, one elsewhere.
    if [ "$clippy" = yes ]; then
        firmware/board.sh microbit semihosting clippy --quiet --bins --test on_target --test hopfield -- -D warnings
    fi
    # With the sink that the stage qemu runs most of them with.
    firmware/board.sh microbit semihosting build --quiet --bins
    for board in $FIRMWARE; do
        echo "board ${board%:*}, log-${board#*:}"
        # One with each way of logging; the others before a release.
        case $clippy:$board in
            yes:microbit:uart | yes:nrf52840dk:uart | yes:pico:rtt)
                firmware/board.sh "${board%:*}" "${board#*:}" clippy --quiet --lib -- -D warnings
                ;;
        esac
        # The smallest program: what differs is how a board boots and where its log goes. The largest ones run in the stage qemu.
        firmware/board.sh "${board%:*}" "${board#*:}" build --quiet --bin completion
    done
    firmware/images.sh pico selftest
}

stage_vectors() {
    local example
    # The set of crates and features of the tests, which have built these examples.
    cargo build --workspace --features embed --locked --examples
    for example in core/examples/*.rs; do
        example=$(basename "$example" .rs)
        "${CARGO_TARGET_DIR:-target}/debug/examples/$example" >"$notes/$example.txt"
        echo "example $example: $(wc -l <"$notes/$example.txt") lines"
    done
    diff tests/vectors/kwinner.txt "$notes/selftest.txt" && diff tests/vectors/kwinner-500.txt "$notes/long.txt" &&
        diff tests/vectors/hetero.txt "$notes/hetero.txt" && diff tests/vectors/classical.txt "$notes/classical.txt" &&
        diff tests/vectors/modern.txt "$notes/modern.txt" && diff tests/vectors/attractor.txt "$notes/attractor.txt" &&
        diff tests/vectors/recency.txt "$notes/recency.txt" && diff tests/vectors/ring.txt "$notes/ring.txt" &&
        diff tests/vectors/encode.txt "$notes/encode.txt" && diff tests/vectors/recogniser.txt "$notes/recogniser.txt" &&
        diff tests/vectors/words.txt "$notes/words.txt" ||
        { echo "the core's results changed; if that is meant, see scripts/bless-vectors.sh" && exit 1; }
}

# What the boards say they found: each of these on the first ones, and known answers on the others, BOARD:SINK.
on_boards() {
    local tested=$1 answering=$2 board program
    need_targets
    scripts/install-qemu.sh || skip "no qemu-system-arm"
    scripts/install-qemu.sh qemu-system-riscv32 || skip "no qemu-system-riscv32"
    (cd tests/vectors && cat kwinner.txt hetero.txt classical.txt modern.txt attractor.txt recency.txt ring.txt encode.txt recogniser.txt words.txt) | grep -v '^#' >"$notes/expected.txt"
    for board in $tested; do
        firmware/board.sh "$board" semihosting test --quiet --test on_target --test hopfield
    done
    for board in $answering; do
        for program in selftest selftest_modern selftest_attractor; do
            firmware/board.sh "${board%:*}" "${board#*:}" run --quiet --bin "$program"
        done >"$notes/device.txt"
        diff "$notes/expected.txt" "$notes/device.txt"
        echo "${board%:*}: $(wc -l <"$notes/device.txt") vectors equal those of tests/vectors"
    done
}

stage_qemu() {
    on_boards "microbit mps2-an386 riscv-virt" "microbit:semihosting stm32f405:uart riscv-virt:semihosting"
    # What is flashed is what QEMU ran last: the runner leaves that beside the ELF file.
    local image
    image=$(firmware/images.sh stm32f405 selftest | grep '\.bin$')
    cmp "$image" "${image%/images/*}/thumbv7em-none-eabihf/release/selftest.bin"
    echo "stm32f405: the .bin to flash is the one that ran"
    firmware/outputs.sh
}

# The M3 runs the code of the M4 without its extensions, the M7 runs that of the M4: its known answers are enough.
stage_more_qemu() {
    on_boards mps2-an385 "mps2-an385:semihosting mps2-an500:uart"
}

stage_embassy() {
    need_targets
    scripts/install-qemu.sh || skip "no qemu-system-arm"
    ! cargo clippy --version >/dev/null 2>&1 || (cd firmware/embassy &&
        cargo clippy --quiet --release --locked --target thumbv7em-none-eabihf --target-dir ../target -- -D warnings)
    firmware/embassy.sh
}

# The counts are the same on a busy machine.
stage_budgets() {
    need_targets
    scripts/install-qemu.sh || skip "no qemu-system-arm"
    scripts/install-qemu.sh qemu-system-riscv32 || skip "no qemu-system-riscv32"
    ! cargo clippy --version >/dev/null 2>&1 || firmware/board.sh mps2-an386 semihosting \
        clippy --quiet --bin count --bin count_hopfield --features count-nothing -- -D warnings
    firmware/budgets.sh
}

stage_docs() {
    export RUSTDOCFLAGS="-D warnings"
    cargo doc --workspace --no-deps --features "$CORE_FEATURES" --locked
}

# With the documentation of Rust, where the stage before has made it.
stage_site() {
    need_venv || skip "no venv of Python"
    local code=0
    scripts/docs.sh check 2>"$notes/site.txt" || code=$?
    cat "$notes/site.txt"
    [ "$code" -ne 3 ] || skip "$(sed -n 's/^no site: //p' "$notes/site.txt")"
    [ "$code" -eq 0 ]
}

# With the encoder, so that the stages after this one find what they test built.
TEST="cargo test --workspace --features embed --locked --no-fail-fast"

stage_tests() {
    $TEST
    (cd tools && cargo test --quiet --locked)
}

# Crate's folder: the crates that are tested where something in it has changed.
TOUCHED="core:slotless-core slotless-store slotless-kernels slotless-recall slotless slotless-cli slotless-web slotless-tests slotless-benches
store:slotless-store
host/kernels:slotless-kernels slotless-recall slotless slotless-cli slotless-web slotless-tests slotless-benches
host/files:slotless-files slotless-recall slotless slotless-cli
host/draw:slotless-draw slotless slotless-cli
host/recall:slotless-recall slotless slotless-cli
host/lab:slotless slotless-cli slotless-tests
host/cli:slotless-cli
web/wasm:slotless-web
tests:slotless-tests
benches:slotless-benches"

stage_touched() {
    local base files line packages=
    base=$(git merge-base HEAD origin/main 2>/dev/null || git merge-base HEAD main 2>/dev/null || git rev-parse HEAD)
    files=$(git diff --name-only "$base" && git ls-files --others --exclude-standard)
    while IFS= read -r line; do
        if printf '%s\n' "$files" | grep -q "^${line%%:*}/"; then
            packages="$packages ${line#*:}"
        fi
    done <<FOLDERS
$TOUCHED
FOLDERS
    # shellcheck disable=SC2086 # one word a package
    packages=$(printf ' -p %s' $(printf '%s\n' $packages | sort -u))
    if [ "$packages" = " -p " ]; then
        echo "nothing differs from $base in a crate of the workspace"
    else
        # shellcheck disable=SC2086 # two words a package
        cargo test --locked $packages
    fi
    ! printf '%s\n' "$files" | grep -q '^tools/' || (cd tools && cargo test --quiet --locked)
}

has_cuda_driver() {
    [ -e /proc/driver/nvidia/version ] || [ -e /dev/dxg ]
}

# Without a GPU, kernels run on a libcuda that interprets PTX: slower by far, in any order it is told to, and with a log of
# what was launched and what is wrong with it. With NVRTC, and then with the PTX that is shipped.
stage_cuda() {
    local tools= path=${LD_LIBRARY_PATH:-} seed
    if tools=$(scripts/cuda-tools.sh); then
        scripts/ptxas.py --check "$tools/nvidia/cuda_nvcc/bin/ptxas"
        LD_LIBRARY_PATH=$tools/nvidia/cuda_nvrtc/lib:$path \
            $TEST --lib -- --ignored ptx_is_what_nvrtc_makes
    fi
    if [ -n "${SLOTLESS_LIBCUDA:-}" ]; then
        [ -e "$SLOTLESS_LIBCUDA" ] || { echo "SLOTLESS_LIBCUDA names $SLOTLESS_LIBCUDA, which is not there" && exit 1; }
        path=$(dirname "$SLOTLESS_LIBCUDA"):$path
        export PTXCPU_LOG=$notes/cuda.log
    else
        has_cuda_driver || skip "no kernel ran: no CUDA driver, and SLOTLESS_LIBCUDA names no libcuda.so"
    fi
    # Kernels that NVRTC compiles, where there is one; the command, with the PTX that is shipped. An interpreting driver uses one
    # core of each process, so the transformers, which take longest, run beside the rest, and then some cases in other orders.
    local compiled=$path tests=$TEST code=0
    [ -z "$tools" ] || compiled=$path:$tools/nvidia/cuda_nvrtc/lib
    $tests --lib --test networks --test cli --no-run
    (
        set -e
        LD_LIBRARY_PATH=$compiled $tests --lib --test networks -- --ignored cuda::transformer tests::gpu
        [ -n "${SLOTLESS_LIBCUDA:-}" ] || exit 0
        for seed in 1 2; do
            PTXCPU_SEED=$seed LD_LIBRARY_PATH=$path $tests --lib --test networks -- --ignored in_any_order each_rule_alone a_batch_that_is_given
        done
    ) >"$notes/beside.txt" 2>&1 &
    local beside=$!
    LD_LIBRARY_PATH=$compiled $tests --lib --test networks -- --ignored --skip ptx_is_what_nvrtc_makes --skip transformer cuda::
    LD_LIBRARY_PATH=$path $tests --test cli -- --ignored cuda
    wait "$beside" || code=$?
    grep -E '^(test |running [1-9])' "$notes/beside.txt"
    [ "$code" -eq 0 ] || { cat "$notes/beside.txt" && exit 1; }
    # What is taken to a machine with a GPU, with little to do.
    scripts/gpu-check.sh --dev "$notes/gpu"
    LD_LIBRARY_PATH=$path "$notes/gpu/run" --tests one_bit_nearest --bench '--quick code_queries' \
        --memory 'memory run --n-i 128 --n-h 96 --s 13 --f 0.125 --k 7 --burn-in 20 --learned 10 --cue 0.5,1 --trials 2' \
        --transformer 'transformer train --model baseline --n 10 --batch 6 --batches 12 --trials 2'
    [ -n "${SLOTLESS_LIBCUDA:-}" ] || return 0
    # A test has PTX for an architecture refused that there is not.
    if grep -E '^(fault|refused|note)' "$PTXCPU_LOG" | grep -v 'PTX for sm_999' || grep '^release:' "$PTXCPU_LOG" | grep -v ' 0 bytes not freed'; then
        echo "see above: what the log has that it must not" && exit 1
    fi
    echo "$(grep -c '^launch:' "$PTXCPU_LOG") launches of kernels: $(sed -n 's/^launch: *\([a-z_]*\).*/\1/p' "$PTXCPU_LOG" | sort | uniq -c | tr -s ' \n' ' ')"
    grep -q '^launch:' "$PTXCPU_LOG" || { echo "no kernel ran" && exit 1; }
    [ -n "$tools" ] || skip "kernels pass, but neither NVRTC nor ptxas can be had with pip"
}

need_venv() {
    command -v python3 >/dev/null || skip "no python3"
    python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv
}

stage_python() {
    local code=0
    # What the package computes is what the command does, which the stage tests has built the same way, long before this one. With
    # the profile of tests: in half the time, and with its checks of overflow.
    $TEST --test cli --no-run
    local command=${CARGO_TARGET_DIR:-target}/debug/slotless
    # With the kernels that the tests have compiled.
    SLOTLESS_COMMAND=$PWD/$command scripts/python.sh --portable --profile dev --features slotless/cuda test oldest lint notebooks || code=$?
    [ "$code" -ne 3 ] || skip "the package was not tested, see above"
    [ "$code" -eq 0 ]
}

# A browser, and what runs the page's tests.
need_browser() {
    command -v node >/dev/null && command -v npm >/dev/null || apt_install "nodejs npm" || skip "no node and npm"
    has_browser || apt_install chromium || skip "no Chromium"
    has_browser || skip "no Chromium"
}

has_browser() {
    [ -n "${SLOTLESS_BROWSER:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
        command -v google-chrome >/dev/null || [ -e "/Applications/Google Chrome.app" ]
}

# The networks are built in a folder of their own: nothing else is compiled for WebAssembly.
stage_page() {
    local code=0
    need_browser
    apart
    scripts/page.sh test 2>"$notes/page.txt" || code=$?
    cat "$notes/page.txt"
    [ "$code" -ne 3 ] || skip "$(grep '^no ' "$notes/page.txt" | tail -n 1)"
    [ "$code" -eq 0 ]
}

stage_slurm() {
    local code=0
    scripts/slurm-test.sh || code=$?
    [ "$code" -ne 3 ] || skip "no Slurm, see above"
    [ "$code" -eq 0 ]
}

# Most of its tests make a small model of their own; only the agreement with reference vectors needs the real one.
stage_encoder() {
    local model=${SLOTLESS_MODEL:-}
    [ -n "$model" ] || model=$(scripts/fetch-minilm.sh) || true
    SLOTLESS_MODEL=$model $TEST --test cli embed
    [ -n "$model" ] || skip "the rest passes, but all-MiniLM-L6-v2 cannot be fetched, see above"
}

# Without cargo-fuzz, which has to be compiled first: these are the flags that it gives to the compiler, and the pinned Rust
# takes them, too. What is found goes to a folder of its own and leaves the repository's seeds as they are.
stage_fuzz() {
    fuzz "$FUZZ" --no-default-features
}

stage_more_fuzz() {
    fuzz "$MORE_FUZZ"
}

# fuzz TARGETS [FEATURES]
fuzz() {
    local targets=$1 features=${2-}
    command -v c++ >/dev/null || skip "no C++ compiler, which libFuzzer is compiled with"
    local host rust=+nightly flags="--cfg fuzzing -Cpasses=sancov-module -Ccodegen-units=1"
    local option
    for option in level=4 inline-8bit-counters pc-table trace-compares; do
        flags="$flags -Cllvm-args=-sanitizer-coverage-$option"
    done
    host=$(rustc -vV | sed -n 's/^host: //p')
    cd fuzz
    if rustc +nightly --version >/dev/null 2>&1; then
        flags="$flags -Zsanitizer=address"
    else
        echo "no nightly Rust, so without AddressSanitizer"
        rust=
    fi
    # Without $rust in quotes: empty, it is no argument.
    RUSTFLAGS=$flags cargo $rust build --release --locked --target "$host" --bins $features
    SLOTLESS_FUZZ=$(mktemp -d /dev/shm/slotless-fuzz.XXXXXX 2>/dev/null || mktemp -d "$notes/fuzz.XXXXXX")
    export SLOTLESS_FUZZ
    # Two at a time; which failed is said by their notes, which are printed in order.
    # shellcheck disable=SC2086 # one word a target
    set -- $targets
    local first second first_job
    while [ $# -gt 0 ]; do
        first=$1 second=${2-}
        shift $(($# > 1 ? 2 : 1))
        fuzz_one "$first" "$host" >"$notes/fuzz-$first" 2>&1 &
        first_job=$!
        if [ -n "$second" ]; then
            fuzz_one "$second" "$host" >"$notes/fuzz-$second" 2>&1 || found "$second"
        fi
        wait "$first_job" || found "$first"
        cat "$notes/fuzz-$first" ${second:+"$notes/fuzz-$second"}
    done
    rm -rf "$SLOTLESS_FUZZ"
    [ ! -e "$notes/failed" ]
}

# found TARGET: what a fuzz target found, in the closing table.
found() {
    local what
    what=$(grep -m 1 -E -A 1 'panicked at|ERROR: ' "$notes/fuzz-$1" | paste -s -d ' ' - | cut -c 1-300 || true)
    echo "$1: $what" >>"$notes/failed"
}

# fuzz_one TARGET HOST, in the folder fuzz
fuzz_one() {
    mkdir -p "$notes/corpus/$1" "corpus/$1" "artifacts/$1"
    local seconds=$FUZZ_SECONDS
    case $1 in snapshot | recall_settings) seconds=$(((FUZZ_SECONDS + 2) / 3)) ;; esac
    set -o pipefail
    echo "$1:"
    "${CARGO_TARGET_DIR:-target}/$2/release/$1" "$notes/corpus/$1" "corpus/$1" "-artifact_prefix=artifacts/$1/" \
        "-max_total_time=$seconds" "-seed=$FUZZ_SEED" -print_final_stats=1 -verbosity=0 2>&1 | grep -v ' # Uses: '
}

# An installed nightly is left at its age. Miri is no part of this repository's pinned Rust: only nightly Rust has it.
need_miri() {
    command -v rustup >/dev/null || skip "no rustup, and so no nightly Rust with Miri"
    if ! cargo +nightly miri --version >/dev/null 2>&1; then
        if rustc +nightly --version >/dev/null 2>&1; then
            rustup component add --toolchain nightly miri rust-src || true
        else
            rustup toolchain install nightly --profile minimal --component miri --component rust-src || true
        fi
    fi
    cargo +nightly miri --version || skip "no nightly Rust with Miri"
    cargo +nightly miri setup || skip "Miri's standard library cannot be built"
}

# Miri asks no processor what it has, so the portable path is what runs. What it is too slow for says so where it stands.
stage_miri() {
    need_miri
    apart
    # proptest looks for its files of earlier failures. A fixed seed, since the few cases that Miri has time for differ
    # much in size; under Miri the tests say how many they are, or leave it to this number.
    export MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-tree-borrows" PROPTEST_CASES=2 PROPTEST_RNG_SEED=1
    # The float network has no unsafe code and its tests are statistics; the core has none anywhere.
    cargo +nightly miri test -p slotless-kernels --lib --test networks --locked -- cpu:: simd::
}

# Another byte order, and another set of vector instructions. All that a target with musl needs for linking comes with Rust, so
# there is no C compiler to be had; for checks only, so neither is among the targets of rust-toolchain.toml.
BIG_ENDIAN=powerpc64-unknown-linux-musl
ARM=aarch64-unknown-linux-musl

# emulator TARGET: the program of QEMU that runs that Linux's.
emulator() {
    case $1 in
        "$BIG_ENDIAN") echo qemu-ppc64 ;;
        *) echo qemu-aarch64 ;;
    esac
}

# cross TARGET COMMAND [ARGUMENT...]: cargo for another Linux, whose programs QEMU runs.
cross() {
    local target=$1 command=$2 variable runner
    shift 2
    variable=CARGO_TARGET_$(echo "$target" | tr a-z- A-Z_)
    runner=$(emulator "$target")
    command -v "$runner" >/dev/null || runner=$PWD/target/tools/qemu-user/$runner
    env "${variable}_LINKER=rust-lld" "${variable}_RUNNER=$runner" \
        "${variable}_RUSTFLAGS=-C link-self-contained=yes -C target-feature=+crt-static" \
        cargo "$command" --locked --target "$target" "$@"
}

# need_cross TARGET
need_cross() {
    if ! has_target "$1" && command -v rustup >/dev/null; then
        rustup target add "$1" || true
    fi
    has_target "$1" || skip "no standard library for $1"
    ls "$(rustc --print sysroot)"/lib/rustlib/*/bin/rust-lld >/dev/null 2>&1 || skip "no rust-lld"
    scripts/install-qemu.sh "$(emulator "$1")" || skip "no $(emulator "$1")"
}

stage_big_endian() {
    need_cross $BIG_ENDIAN
    apart
    export CARGO_PROFILE_DEV_DEBUG=0
    local example
    for example in selftest:kwinner long:kwinner-500 hetero:hetero classical:classical modern:modern \
        attractor:attractor recency:recency ring:ring encode:encode recogniser:recogniser words:words; do
        cross $BIG_ENDIAN run -p slotless-core --example "${example%:*}" >"$notes/big-endian.txt"
        diff "tests/vectors/${example#*:}.txt" "$notes/big-endian.txt"
    done
    echo "the core's known answers are the same: tests/vectors"
}

stage_more_big_endian() {
    need_cross $BIG_ENDIAN
    apart
    export CARGO_PROFILE_DEV_DEBUG=0
    # The other tests are of arithmetic, which the known answers hold, and of statistics, which take long.
    cross $BIG_ENDIAN test -p slotless-core --test all -- network:: primitives:: edges:: snapshot:: structured:: dense:: attractor:: encode::bad_input:: \
        --skip alike_alike --skip ties_do_not_bias
    cross $BIG_ENDIAN test -p slotless-kernels --lib --test networks
}

stage_neon() {
    need_cross $ARM
    apart
    export CARGO_PROFILE_DEV_DEBUG=0
    set -o pipefail
    # What 65,536 units are takes as long under QEMU as all else, and is no matter of instructions.
    cross $ARM test -p slotless-kernels --test networks -- --nocapture --skip as_many_units_as_16_bits | tee "$notes/neon.txt"
    grep -q 'backends tested: .*neon' "$notes/neon.txt" || { echo "NEON was not among the backends tested" && exit 1; }
}

stage_more_neon() {
    need_cross $ARM
    apart
    export CARGO_PROFILE_DEV_DEBUG=0
    cross $ARM test -p slotless-kernels --lib --test networks
}

# apt_install PACKAGES: as root or with passwordless sudo; fails where it may not.
apt_install() {
    local sudo=
    if [ "$(id -u)" -ne 0 ]; then
        sudo="sudo -n"
    fi
    $sudo apt-get update -q || true
    # shellcheck disable=SC2086 # one word a package
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-remove --no-install-recommends $1
}

need_valgrind() {
    command -v valgrind >/dev/null || apt_install valgrind || skip "no valgrind"
}

# Counts do not depend on what else the machine does, so they may fail a build where times may not.
stage_counts() {
    need_valgrind
    local code=0
    cargo run --profile dist --locked -p slotless-benches --bin instructions -- --check || code=$?
    [ "$code" -ne 3 ] || skip "nothing to compare with on this machine"
    [ "$code" -eq 0 ]
}

# --allow-dirty: a tree with changes in it is what a developer checks. The host's package is not built a second time:
# that compiles every dependency anew, for minutes.
stage_package() {
    apart
    local published
    published=$(printf ' -p %s' slotless-core slotless-store slotless-kernels slotless-files slotless-draw slotless-recall slotless slotless-cli)
    cargo package -p slotless-core --locked --allow-dirty
    # shellcheck disable=SC2086 # two words a package
    cargo package $published --locked --allow-dirty --no-verify
    # shellcheck disable=SC2086
    cargo package $published --locked --allow-dirty --list
}

strict=no jobs= chosen=
while [ $# -gt 0 ]; do
    case $1 in
        --strict) strict=yes ;;
        --jobs)
            case ${2-} in
                [1-9]) jobs=$2 && shift ;;
                *) echo "--jobs takes a number from 1 to 9, not '${2-}'" >&2 && exit 2 ;;
            esac
            ;;
        -h | --help) usage && exit 0 ;;
        quick) chosen="$chosen format layers clippy touched docs" ;;
        *)
            case " $STAGES touched $RELEASE " in
                *" $1 "*) chosen="$chosen $1" ;;
                *) echo "no stage or option '$1', see --help" >&2 && exit 2 ;;
            esac
            ;;
    esac
    shift
done
chosen=${chosen:-$STAGES}
if [ -z "$jobs" ]; then
    jobs=2
    # One stage alone is read as it goes.
    [ "$(echo $chosen | wc -w)" -gt 1 ] || jobs=1
fi
# What is built once needs no parts to build it again from, and a panic says its line without a table of all.
[ -z "${CI:-}" ] || export CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=0

all=$(mktemp -d) || exit 1
trap 'rm -rf "$all"' EXIT
trap 'trap - INT TERM; rm -rf "$all"; kill 0' INT TERM
mkdir "$all/claimed"

# seconds FILE: processor seconds of the children of the shell that wrote its `times` there.
seconds() {
    sed -n 2p "$1" | tr 'ms' '  ' | awk '{ printf "%d", 60 * $1 + $2 + 60 * $3 + $4 }'
}

# started PID: it and all that it has started, the last first.
started() {
    local child
    for child in $(ps -A -o ppid= -o pid= | awk -v parent="$1" '$1 == parent { print $2 }'); do
        started "$child"
    done
    echo "$1"
}

# watch: ends a stage, whose process is in $notes/pid, once it has run for too long.
watch() {
    local pid processes waited=0
    while [ "$waited" -lt "$STAGE_SECONDS" ]; do
        sleep 1
        waited=$((waited + 1))
    done
    pid=$(cat "$notes/pid")
    processes=$(started "$pid")
    echo "took longer than $STAGE_SECONDS seconds" >"$notes/failed"
    # shellcheck disable=SC2086 # one word a process
    ps -o pid= -o etime= -o time= -o stat= -o args= -p "$(echo $processes | tr ' ' ',')" | cut -c 1-400 >"$notes/running"
    # shellcheck disable=SC2086
    kill -9 $processes
}

run_stage() {
    local stage=$1 start=$SECONDS before code result watch
    notes=$all/$stage
    mkdir "$notes"
    times >"$notes/before"
    watch >/dev/null 2>&1 &
    watch=$!
    # Not `if (...)`, which would switch set -e off inside.
    if [ "$jobs" -eq 1 ]; then
        printf '\n== %s\n' "$stage"
        (
            sh -c 'echo $PPID' >"$notes/pid"
            set -e
            "stage_$(echo "$stage" | tr - _)"
        ) </dev/null
        code=$?
    else
        (
            sh -c 'echo $PPID' >"$notes/pid"
            set -e
            "stage_$(echo "$stage" | tr - _)"
        ) </dev/null >"$notes/output" 2>&1
        code=$?
        # In one go, so that two stages do not mix.
        { printf '\n== %s\n' "$stage" && cat "$notes/output"; } >"$notes/shown"
        cat "$notes/shown"
    fi
    # shellcheck disable=SC2046 # one word a process
    kill $(started "$watch") 2>/dev/null
    if [ -e "$notes/running" ]; then
        echo "after $STAGE_SECONDS seconds these ran:" && cat "$notes/running"
    fi
    times >"$notes/after"
    if [ "$code" -ne 0 ]; then
        result=FAIL
        [ ! -e "$notes/failed" ] || result="FAIL: $(paste -s -d ';' - <"$notes/failed")"
    elif [ -e "$notes/skipped" ]; then
        result="skip: $(cat "$notes/skipped")"
    else
        result=pass
    fi
    before=$(seconds "$notes/before")
    printf '%-10s | %7d | %7d | %s\n' "$stage" $((SECONDS - start)) $(($(seconds "$notes/after") - before)) "$result" >"$notes/row"
}

# Takes stages until none is left. Those of SHARED, which build in the same folder, would wait for each other: one at a time.
worker() {
    local stage waiting
    while :; do
        waiting=no
        for stage in $chosen; do
            [ ! -e "$all/claimed/$stage" ] || continue
            case " $SHARED " in
                *" $stage "*)
                    mkdir "$all/shared" 2>/dev/null || { waiting=yes && continue; }
                    if mkdir "$all/claimed/$stage" 2>/dev/null; then
                        run_stage "$stage"
                    fi
                    rmdir "$all/shared"
                    ;;
                *)
                    mkdir "$all/claimed/$stage" 2>/dev/null || continue
                    run_stage "$stage"
                    ;;
            esac
            continue 2
        done
        [ "$waiting" = yes ] || break
        sleep 1
    done
}

# What others need is put in place first.
case " $chosen " in *" toolchain "*)
    mkdir "$all/claimed/toolchain"
    run_stage toolchain
    ;;
esac
for job in $(seq "$jobs"); do
    if [ "$jobs" -eq 1 ]; then worker; else worker & fi
done
wait

printf '\n%-10s | seconds | of CPU  | result\n' stage
for stage in $STAGES touched $RELEASE; do
    [ ! -e "$all/$stage/row" ] || cat "$all/$stage/row"
done | tee "$all/table"
failed=$(grep -c '| FAIL' "$all/table") skipped=$(grep -c '| skip: ' "$all/table") passed=$(grep -c '| pass$' "$all/table")
printf 'all        | %7d | %7d |\n' "$SECONDS" "$(awk -F '|' '{ sum += $3 } END { print sum + 0 }' "$all/table")"
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ] && { [ "$strict" = no ] || [ "$skipped" -eq 0 ]; }
