#!/usr/bin/env bash
# Every check of the repository, cheap ones first; goes on after a failure. Written for bash 3.2, as on macOS.
set -u

cd "$(dirname "$0")/.." || exit 1

TARGETS="thumbv6m-none-eabi thumbv7m-none-eabi thumbv7em-none-eabihf"
# Board:sink, as in firmware/boards.txt: each board, and each sink on a core of each kind.
FIRMWARE="microbit:semihosting microbit:uart stm32f405:uart stm32f405:rtt nrf52840dk:uart pico:rtt pico:uart \
mps2-m0:semihosting mps2-an385:semihosting mps2-an386:semihosting mps2-an500:uart"
STAGES="toolchain format deny clippy core-nostd panic-free firmware vectors qemu budgets docs tests cuda encoder fuzz miri big-endian neon counts package"

usage() {
    cat <<HELP
usage: scripts/check.sh [--strict] [STAGE...]

Runs the named stages, or all of them in this order:
  toolchain   the pinned Rust with its components and targets; rustup fetches what is missing
  format      cargo fmt --check, all workspaces
  deny        licences, bans and sources, where cargo-deny is installed
  clippy      the host workspace, and the core with all features, without warnings
  core-nostd  the core for the Cortex-M targets, with each set of features
  firmware    clippy and a release image for each board, with each log sink on some; all programs for the smallest
  vectors     the core's examples; what the self-tests print is tests/vectors
  qemu        on Cortex-M0, M3, M4 and M7 in QEMU (installed if missing): on-target tests, known answers, the demos' output
  budgets     instructions, stack, RAM and flash of networks on the same cores: none above firmware/budgets.toml
  docs        cargo doc without warnings
  tests       cargo test --workspace
  cuda        kernels and --device on the machine's CUDA driver, or on the libcuda.so that SLOTLESS_LIBCUDA names; the
              shipped PTX, and its registers, with NVRTC and ptxas from pip
  encoder     clippy and tests with the sentence encoder (feature embed), whose model is fetched with pip
  fuzz        clippy and 60 seconds of the fuzz target; with AddressSanitizer where there is a nightly Rust
  miri        the backends' tests, and some of the core's, under Miri (a nightly Rust; installed if missing)
  big-endian  the known answers and the backends' tests on big-endian PowerPC, under QEMU (installed if missing)
  neon        the backends' tests on 64-bit Arm, under QEMU
  counts      instructions of the benchmarks' cases under valgrind (installed if missing): none 3 % above the record
  package     what would be published

Ends with a table, the line 'N passed, N failed, N skipped', and exit code 1 if a stage failed.
  --strict    a skipped stage fails the run
  --help      this
HELP
}

# Each stage runs in a subshell under set -e: the first command that fails fails the stage.

skip() {
    echo "SKIPPED: $1"
    echo "$1" >"$notes/skipped"
    exit 0
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
    [ -z "$missing" ] || skip "missing and not to be had: $missing (rust-toolchain.toml lists what is needed)"
}

stage_format() {
    cargo fmt --version >/dev/null 2>&1 || skip "no rustfmt"
    cargo fmt --all --check
    (cd firmware && cargo fmt --check)
    (cd fuzz && cargo fmt --check)
    (cd tests/panic-free && cargo fmt --check)
}

stage_deny() {
    cargo deny --version >/dev/null 2>&1 || skip "no cargo-deny"
    cargo deny check bans licenses sources
    cargo deny --manifest-path firmware/Cargo.toml check bans licenses sources
}

stage_clippy() {
    cargo clippy --version >/dev/null 2>&1 || skip "no clippy"
    cargo clippy --workspace --all-targets --locked -- -D warnings
    cargo clippy -p slotless-core --all-targets --all-features --locked -- -D warnings
}

stage_core_nostd() {
    need_targets
    local target features
    for target in $TARGETS; do
        for features in "" defmt serde defmt,serde micromath; do
            echo "slotless-core for $target, features [$features]"
            cargo build -p slotless-core --locked --target "$target" --features "$features"
        done
    done
}

# The binary's panic handler calls a function that is defined nowhere. Its negative case must fail for that reason.
stage_panic_free() {
    need_targets
    local target name
    for name in $(grep -rhoE 'pub (const )?fn [a-z_0-9]+' core/src | sed 's/.*fn //' | sort -u); do
        grep -rqw "$name" tests/panic-free/src || { echo "tests/panic-free does not call $name" && exit 1; }
    done
    cd tests/panic-free
    for target in thumbv6m-none-eabi thumbv7em-none-eabihf; do
        if cargo clippy --version >/dev/null 2>&1; then
            cargo clippy --release --locked --target "$target" -- -D warnings
        fi
        cargo build --release --locked --target "$target"
        if cargo build --release --locked --target "$target" --features can-panic 2>"$notes/link.txt"; then
            echo "a panic that can be reached has linked for $target" && exit 1
        fi
        grep 'undefined symbol: a_panic_can_be_reached' "$notes/link.txt"
    done
}

stage_firmware() {
    need_targets
    local board clippy=no
    ! cargo clippy --version >/dev/null 2>&1 || clippy=yes
    # The programs are the same for all boards, and the first has the least memory: all of them there, one elsewhere.
    if [ "$clippy" = yes ]; then
        firmware/board.sh microbit uart clippy --quiet --bins --test on_target --test hopfield -- -D warnings
    fi
    firmware/board.sh microbit uart build --quiet --bins
    for board in $FIRMWARE; do
        echo "board ${board%:*}, log-${board#*:}"
        if [ "$clippy" = yes ]; then
            firmware/board.sh "${board%:*}" "${board#*:}" clippy --quiet --lib -- -D warnings
        fi
        firmware/board.sh "${board%:*}" "${board#*:}" build --quiet --bin selftest
    done
    firmware/images.sh pico selftest
}

stage_vectors() {
    local example
    for example in core/examples/*.rs; do
        example=$(basename "$example" .rs)
        cargo run -p slotless-core --locked --example "$example" >"$notes/$example.txt"
        echo "example $example: $(wc -l <"$notes/$example.txt") lines"
    done
    diff tests/vectors/kwinner.txt "$notes/selftest.txt" && diff tests/vectors/kwinner-500.txt "$notes/long.txt" &&
        diff tests/vectors/hetero.txt "$notes/hetero.txt" && diff tests/vectors/classical.txt "$notes/classical.txt" &&
        diff tests/vectors/modern.txt "$notes/modern.txt" && diff tests/vectors/attractor.txt "$notes/attractor.txt" ||
        { echo "the core's results changed; if that is meant, see scripts/bless-vectors.sh" && exit 1; }
}

stage_qemu() {
    need_targets
    scripts/install-qemu.sh || skip "no qemu-system-arm"
    (cd tests/vectors && cat kwinner.txt hetero.txt classical.txt modern.txt attractor.txt) | grep -v '^#' >"$notes/expected.txt"
    local board program
    for board in microbit mps2-an385 mps2-an386 mps2-an500; do
        firmware/board.sh "$board" semihosting test --quiet --test on_target --test hopfield
    done
    for board in microbit:semihosting mps2-an385:semihosting mps2-an500:uart stm32f405:uart; do
        for program in selftest selftest_modern selftest_attractor; do
            firmware/board.sh "${board%:*}" "${board#*:}" run --quiet --bin "$program"
        done >"$notes/device.txt"
        diff "$notes/expected.txt" "$notes/device.txt"
        echo "${board%:*}: $(wc -l <"$notes/device.txt") vectors equal those of tests/vectors"
    done
    # What is flashed is what QEMU ran last: the runner leaves that beside the ELF file.
    local image
    image=$(firmware/images.sh stm32f405 selftest | grep '\.bin$')
    cmp "$image" "${image%/images/*}/thumbv7em-none-eabihf/release/selftest.bin"
    echo "stm32f405: the .bin to flash is the one that ran"
    firmware/outputs.sh
}

# The counts are the same on a busy machine.
stage_budgets() {
    need_targets
    scripts/install-qemu.sh || skip "no qemu-system-arm"
    local features
    for features in count-nothing count-u16,count-random count-largest,count-random; do
        ! cargo clippy --version >/dev/null 2>&1 ||
            firmware/board.sh mps2-an386 semihosting clippy --quiet --bin count --features "$features" -- -D warnings
    done
    for features in count-nothing count-modern count-modern-fixed count-modern-table count-modern-micromath \
        count-attractor count-attractor-u4; do
        ! cargo clippy --version >/dev/null 2>&1 || firmware/board.sh mps2-an386 semihosting \
            clippy --quiet --bin count_hopfield --features "$features" -- -D warnings
    done
    firmware/budgets.sh
}

stage_docs() {
    export RUSTDOCFLAGS="-D warnings"
    cargo doc --workspace --no-deps --locked
    cargo doc -p slotless-core --no-deps --all-features --locked
}

stage_tests() {
    cargo test --workspace --locked
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
            cargo test --workspace --locked --lib -- --ignored ptx_is_what_nvrtc_makes
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
    local compiled=$path tests="cargo test --workspace --locked" code=0
    [ -z "$tools" ] || compiled=$path:$tools/nvidia/cuda_nvrtc/lib
    $tests --lib --test cli --no-run
    (
        set -e
        LD_LIBRARY_PATH=$compiled $tests --lib -- --ignored cuda::tests::transformer tests::gpu
        [ -n "${SLOTLESS_LIBCUDA:-}" ] || exit 0
        for seed in 1 2 3 4 5; do
            PTXCPU_SEED=$seed LD_LIBRARY_PATH=$path $tests --lib -- --ignored in_any_order each_rule_alone a_batch_that_is_given
        done
    ) >"$notes/beside.txt" 2>&1 &
    local beside=$!
    LD_LIBRARY_PATH=$compiled $tests --lib -- --ignored --skip ptx_is_what_nvrtc_makes --skip transformer cuda::tests
    LD_LIBRARY_PATH=$path $tests --test cli -- --ignored cuda
    wait "$beside" || code=$?
    grep -E '^(test |running [1-9])' "$notes/beside.txt"
    [ "$code" -eq 0 ] || { cat "$notes/beside.txt" && exit 1; }
    [ -n "${SLOTLESS_LIBCUDA:-}" ] || return 0
    # A test has PTX for an architecture refused that there is not.
    if grep -E '^(fault|refused|note)' "$PTXCPU_LOG" | grep -v 'PTX for sm_999' || grep '^release:' "$PTXCPU_LOG" | grep -v ' 0 bytes not freed'; then
        echo "see above: what the log has that it must not" && exit 1
    fi
    echo "$(grep -c '^launch:' "$PTXCPU_LOG") launches of kernels: $(sed -n 's/^launch: *\([a-z_]*\).*/\1/p' "$PTXCPU_LOG" | sort | uniq -c | tr -s ' \n' ' ')"
    grep -q '^launch:' "$PTXCPU_LOG" || { echo "no kernel ran" && exit 1; }
    [ -n "$tools" ] || skip "kernels pass, but neither NVRTC nor ptxas can be had with pip"
}

# Most of its tests make a small model of their own; only the agreement with reference vectors needs the real one.
stage_encoder() {
    if cargo clippy --version >/dev/null 2>&1; then
        cargo clippy -p slotless --all-targets --features embed --locked -- -D warnings
    fi
    local model=${SLOTLESS_MODEL:-}
    [ -n "$model" ] || model=$(scripts/fetch-minilm.sh) || true
    SLOTLESS_MODEL=$model cargo test -p slotless --features embed --locked --test cli embed
    [ -n "$model" ] || skip "the rest passes, but all-MiniLM-L6-v2 cannot be fetched, see above"
}

# Without cargo-fuzz, which has to be compiled first: these are the flags that it gives to the compiler, and the pinned Rust
# takes them, too. What is found goes to a folder of its own and leaves the repository's seeds as they are.
stage_fuzz() {
    command -v c++ >/dev/null || skip "no C++ compiler, which libFuzzer is compiled with"
    local host rust=+nightly flags="--cfg fuzzing -Cpasses=sancov-module -Ccodegen-units=1"
    local option
    for option in level=4 inline-8bit-counters pc-table trace-compares; do
        flags="$flags -Cllvm-args=-sanitizer-coverage-$option"
    done
    host=$(rustc -vV | sed -n 's/^host: //p')
    cd fuzz
    if cargo clippy --version >/dev/null 2>&1; then
        cargo clippy --all-targets --locked -- -D warnings
    fi
    if rustc +nightly --version >/dev/null 2>&1; then
        flags="$flags -Zsanitizer=address"
    else
        echo "no nightly Rust, so without AddressSanitizer"
        rust=
    fi
    mkdir -p "$notes/corpus" artifacts/snapshot
    set -o pipefail
    # Without $rust in quotes: empty, it is no argument.
    RUSTFLAGS=$flags cargo $rust run --release --locked --target "$host" --bin snapshot -- \
        "$notes/corpus" corpus/snapshot -artifact_prefix=artifacts/snapshot/ \
        -max_total_time=60 -print_final_stats=1 -verbosity=0 2>&1 | grep -v ' # Uses: '
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
    # proptest looks for its files of earlier failures. A fixed seed, since the few cases that Miri has time for differ
    # much in size; under Miri the tests say how many they are, or leave it to this number.
    export MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-tree-borrows" PROPTEST_CASES=2 PROPTEST_RNG_SEED=1
    # The float network has no unsafe code and its tests are statistics.
    cargo +nightly miri test -p slotless-backend-tests --lib --locked -- cpu:: simd::
    cargo +nightly miri test -p slotless-core --locked --lib --test primitives --test edges --test snapshot -- \
        the_share_is sampling_and_cues packed_weights sequential_draws pcg_gives the_digest_is other_orders an_included
}

# cross TARGET EMULATOR COMMAND [ARGUMENT...]: cargo for another Linux, whose programs QEMU runs. All that a target with
# musl needs for linking comes with Rust, so there is no C compiler to be had.
cross() {
    local target=$1 emulator=$2 command=$3 variable
    shift 3
    variable=CARGO_TARGET_$(echo "$target" | tr a-z- A-Z_)
    if ! command -v "$emulator" >/dev/null; then
        emulator=$PWD/target/tools/qemu-user/$emulator
    fi
    env "${variable}_LINKER=rust-lld" "${variable}_RUNNER=$emulator" \
        "${variable}_RUSTFLAGS=-C link-self-contained=yes -C target-feature=+crt-static" \
        cargo "$command" --locked --target "$target" "$@"
}

# need_cross TARGET EMULATOR: these targets are for checks only, so they are not among those of rust-toolchain.toml.
need_cross() {
    if ! has_target "$1" && command -v rustup >/dev/null; then
        rustup target add "$1" || true
    fi
    has_target "$1" || skip "no standard library for $1"
    ls "$(rustc --print sysroot)"/lib/rustlib/*/bin/rust-lld >/dev/null 2>&1 || skip "no rust-lld"
    scripts/install-qemu.sh "$2" || skip "no $2"
}

stage_big_endian() {
    local target=powerpc64-unknown-linux-musl
    need_cross "$target" qemu-ppc64
    local example
    for example in selftest:kwinner long:kwinner-500 hetero:hetero classical:classical modern:modern \
        attractor:attractor; do
        cross "$target" qemu-ppc64 run -p slotless-core --example "${example%:*}" >"$notes/big-endian.txt"
        diff "tests/vectors/${example#*:}.txt" "$notes/big-endian.txt"
    done
    echo "the core's known answers are the same: tests/vectors"
    cross "$target" qemu-ppc64 test -p slotless-core --test network --test primitives --test edges --test snapshot --test structured \
        --test hetero --test classical --test modern --test dense --test attention --test attractor
    cross "$target" qemu-ppc64 test -p slotless-backend-tests --lib
}

stage_neon() {
    local target=aarch64-unknown-linux-musl
    need_cross "$target" qemu-aarch64
    set -o pipefail
    cross "$target" qemu-aarch64 test -p slotless-backend-tests --lib -- --nocapture | tee "$notes/neon.txt"
    grep -q 'backends tested: .*neon' "$notes/neon.txt" || { echo "NEON was not among the backends tested" && exit 1; }
}

# apt_install PACKAGE: as root or with passwordless sudo; fails where it may not.
apt_install() {
    local sudo=
    if [ "$(id -u)" -ne 0 ]; then
        sudo="sudo -n"
    fi
    $sudo apt-get update -q || true
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-remove --no-install-recommends "$1"
}

# Counts do not depend on what else the machine does, so they may fail a build where times may not.
stage_counts() {
    command -v valgrind >/dev/null || apt_install valgrind || skip "no valgrind"
    local code=0
    cargo run --release --locked -p slotless-benches --bin instructions -- --check || code=$?
    [ "$code" -ne 3 ] || skip "nothing to compare with on this machine"
    [ "$code" -eq 0 ]
}

# --allow-dirty: a tree with changes in it is what a developer checks. The host's package is not built a second time:
# that compiles every dependency anew, for minutes.
stage_package() {
    cargo package -p slotless-core --locked --allow-dirty
    cargo package -p slotless-core -p slotless --locked --allow-dirty --no-verify
    cargo package -p slotless-core -p slotless --locked --allow-dirty --list
}

strict=no
chosen=
for argument in "$@"; do
    case $argument in
        --strict) strict=yes ;;
        -h | --help) usage && exit 0 ;;
        *)
            case " $STAGES " in
                *" $argument "*) chosen="$chosen $argument" ;;
                *) echo "no stage or option '$argument', see --help" >&2 && exit 2 ;;
            esac
            ;;
    esac
done

notes=$(mktemp -d) || exit 1
trap 'rm -rf "$notes"' EXIT
passed=0 failed=0 skipped=0
for stage in ${chosen:-$STAGES}; do
    printf '\n== %s\n' "$stage"
    rm -f "$notes/skipped"
    start=$SECONDS
    # Not `if (...)`, which would switch set -e off inside.
    (
        set -e
        "stage_$(echo "$stage" | tr - _)"
    ) </dev/null
    code=$?
    if [ "$code" -ne 0 ]; then
        result=FAIL failed=$((failed + 1))
    elif [ -e "$notes/skipped" ]; then
        result="skip: $(cat "$notes/skipped")" skipped=$((skipped + 1))
    else
        result=pass passed=$((passed + 1))
    fi
    printf '%-10s | %7d | %s\n' "$stage" $((SECONDS - start)) "$result" >>"$notes/table"
done

printf '\n%-10s | seconds | result\n' stage
cat "$notes/table"
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ] && { [ "$strict" = no ] || [ "$skipped" -eq 0 ]; }
