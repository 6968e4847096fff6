#!/usr/bin/env bash
# The C library: static libraries, their header, their tests. Written for bash 3.2.
set -eu
# One order of names for sort and comm.
export LC_ALL=C

cd "$(dirname "$0")/.." || exit 1

# Where it is published for; the first is this machine's own.
HOST=$(rustc -vV | sed -n 's/^host: //p')
TRIPLES="$HOST thumbv6m-none-eabi thumbv7em-none-eabi thumbv7em-none-eabihf riscv32imc-unknown-none-elf"
HEADER=c/include/slotless.h
CBINDGEN=0.29.4
OUT=target/c
WARNINGS="-std=c99 -Wall -Wextra -Wpedantic -Werror"
HELPERS='__aeabi_[a-z0-9]+|__(clz|ctz|popcount|udiv|umod|udivmod|div|mod|mul|ashl|ashr|lshr)[sdt]i[234]?'

usage() {
    cat <<HELP
usage: scripts/c-library.sh build [--small] [TRIPLE...]
       scripts/c-library.sh header | header-check | test | qemu [m0|m4] | sizes | tools | archive FILE

  build         libslotless.a for each target, with header and licences, in target/c/TRIPLE; without a name for all of them:
                $TRIPLES
                --small optimises for size and puts it in target/c/small/TRIPLE
  header        writes $HEADER with cbindgen, which it builds below target/tools
  header-check  whether the header is that of c/src: by a digest in its first line, so that it takes no time and no cbindgen
  test          the library of this machine: known answers, bad input of every function; under valgrind where there is one
  qemu          the known answers on a Cortex-M0 in QEMU, or on an M4 with floating point
  sizes         flash and RAM of single families on Cortex-M0 and Cortex-M4
  tools         installs the cross compiler that qemu and sizes take, where the package manager may
  archive FILE  what is published: all targets, optimised for speed and for size, as one .tar.gz

Exit code 1 where something is wrong, 2 for what is no command, 3, with a line, where something is missing and cannot be had.
HELP
}

missing() {
    echo "$1" >&2
    exit 3
}

# need_target TRIPLE: its standard library, fetched where rustup may.
need_target() {
    ls "$(rustc --print target-libdir --target "$1" 2>/dev/null)"/libcore-*.rlib >/dev/null 2>&1 && return
    command -v rustup >/dev/null && rustup target add "$1" && return
    missing "no standard library for $1, and rustup cannot fetch it"
}

need_cross() {
    command -v arm-none-eabi-gcc >/dev/null || missing "arm-none-eabi-gcc is missing: scripts/c-library.sh tools, or install gcc-arm-none-eabi"
}

tools() {
    command -v arm-none-eabi-gcc >/dev/null && return
    local sudo=
    [ "$(id -u)" -eq 0 ] || sudo="sudo -n"
    if command -v apt-get >/dev/null; then
        $sudo apt-get update -q || true
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-remove --no-install-recommends gcc-arm-none-eabi || true
    elif command -v brew >/dev/null; then
        brew install arm-none-eabi-gcc || true
    fi
    need_cross
}

# folder TRIPLE: where its library lies.
folder() {
    echo "$OUT${small:+/small}/$1"
}

# nm of any library of ours: that which can read it, the system's or that of the cross compiler.
symbols() {
    local nm
    for nm in llvm-nm arm-none-eabi-nm nm; do
        command -v "$nm" >/dev/null || continue
        # Members that hold no code make it fail.
        "$nm" "$@" >"$temporary/symbols" 2>/dev/null || true
        grep -q 'slotless_status_name' "$temporary/symbols" && cat "$temporary/symbols" && return
    done
    missing "no nm that reads these objects: install binutils or llvm"
}

build_one() {
    local triple=$1 to
    need_target "$triple"
    to=$(folder "$triple")
    (
        [ -z "$small" ] || export CARGO_PROFILE_RELEASE_OPT_LEVEL=s
        export CARGO_TARGET_DIR=$PWD/target/c-build${small:+-small}
        cargo build --release --locked --manifest-path c/Cargo.toml --target "$triple"
    )
    rm -rf "$to"
    mkdir -p "$to/lib" "$to/include"
    cp "target/c-build${small:+-small}/$triple/release/libslotless.a" "$to/lib/"
    cp "$HEADER" "$to/include/"
    cp LICENSE-APACHE LICENSE-MIT c/README.md "$to/"
    scripts/third-party.py --manifest-path c/Cargo.toml --target "$triple" slotless-c >"$to/LICENSE-THIRD-PARTY"
    check_one "$triple"
}

# What the library needs from elsewhere, what is in it that should not be, and whether all of the header is.
check_one() {
    local library named
    library=$(folder "$1")/lib/libslotless.a
    named=$(symbols -A "$library" | grep -E '[ :]slotless-' || true)
    # A function of core that panics is there only if it can be reached: all is optimised as one.
    if printf '%s\n' "$named" | grep -E 'panic_|unwrap_failed|expect_failed|slice_index'; then
        echo "$1: a panic can be reached" && exit 1
    fi
    if printf '%s\n' "$named" | grep -wE 'U (malloc|calloc|realloc|free|__rust_alloc.*)'; then
        echo "$1: something is allocated" && exit 1
    fi
    # Nothing but copies and fills of memory, and the compiler's helpers, which are in libgcc as they are in Rust's compiler_builtins.
    symbols "$library" | awk '$2 ~ /^[TtWwVDdRrBb]$/ { print $3 }' | sort -u >"$temporary/defined"
    printf '%s\n' "$named" | awk '$(NF - 1) == "U" { print $NF }' | sort -u |
        comm -23 - "$temporary/defined" | grep -vxE "mem(cpy|move|set|cmp)|bcmp|$HELPERS" >"$temporary/undefined" || true
    if [ -s "$temporary/undefined" ]; then
        echo "$1: not defined in the library:" && cat "$temporary/undefined" && exit 1
    fi
    sed -n -e 's/^[a-z].* \**\(slotless_[a-z0-9_]*\)(.*/\1/p' -e 's/^extern const .* \(SLOTLESS_[A-Z0-9_]*\);/\1/p' "$HEADER" |
        sort -u >"$temporary/declared"
    # Not with the underscore that some systems put before each.
    sed 's/^_//' "$temporary/defined" | sort -u | comm -23 "$temporary/declared" - >"$temporary/missing"
    if [ ! -s "$temporary/declared" ] || [ -s "$temporary/missing" ]; then
        echo "$1: declared, and not in the library:" && cat "$temporary/missing" && exit 1
    fi
    echo "$1: all $(wc -l <"$temporary/declared" | tr -d ' ') of the header, no panic, no allocation"
}

digest() {
    # The header without its first line, and what it is made of.
    { sed 1d "$HEADER" && cat c/cbindgen.toml c/src/*.rs; } | git hash-object --stdin
}

header() {
    local tool=target/tools/cbindgen/bin/cbindgen
    if [ ! -x "$tool" ]; then
        cargo install --locked --version "$CBINDGEN" --root target/tools/cbindgen cbindgen
    fi
    # What is said to Rust alone is left out.
    {
        echo
        "$tool" --quiet --config c/cbindgen.toml --crate slotless-c c 2>/dev/null | awk '
            { lines[NR] = $0 }
            END {
                for (i = 1; i <= NR; i++) {
                    if (lines[i] == " *" && lines[i + 1] == " * # Safety") { i += 2; continue }
                    print lines[i]
                }
            }'
    } >"$HEADER"
    { echo "/* $(digest) */" && sed 1d "$HEADER"; } >"$HEADER.part"
    mv "$HEADER.part" "$HEADER"
}

header_check() {
    [ "$(head -n 1 "$HEADER")" = "/* $(digest) */" ] || {
        echo "$HEADER is not that of c/src: scripts/c-library.sh header" && exit 1
    }
    echo "$HEADER is that of c/src"
}

# Known answers as C: {"name", digest},
vectors() {
    mkdir -p "$OUT/test"
    sed -n 's/^\([a-z][a-z0-9-]*\) = \(0x[0-9a-f]*\)$/{"\1", \2ull},/p' tests/vectors/*.txt >"$OUT/test/vectors.inc"
}

native_test() {
    local cc=${CC:-cc} cxx=${CXX:-c++} to
    to=$(folder "$HOST")
    build_one "$HOST"
    command -v "$cc" >/dev/null || missing "no C compiler: install gcc or clang"
    vectors
    # shellcheck disable=SC2086 # one word an option
    "$cc" $WARNINGS -O1 -g -I "$to/include" -I "$OUT/test" c/examples/native.c c/examples/answers.c "$to/lib/libslotless.a" \
        -o "$OUT/test/native"
    "$OUT/test/native"
    if command -v valgrind >/dev/null; then
        valgrind -q --error-exitcode=9 --leak-check=full "$OUT/test/native"
    fi
    if command -v "$cxx" >/dev/null; then
        "$cxx" -std=c++11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c++ "$to/include/slotless.h"
    fi
    # The sketch is C++, and the sample C: all but what is of their systems.
    for_each_sketch "$to"
}

for_each_sketch() {
    local cxx=${CXX:-c++} cc=${CC:-cc}
    if command -v "$cxx" >/dev/null; then
        "$cxx" -std=c++11 -Wall -Wextra -Werror -fsyntax-only -I "$1/include" -I c/examples/stand-in -x c++ \
            -include c/examples/stand-in/Arduino.h c/arduino/examples/Gestures/Gestures.ino
    fi
    # shellcheck disable=SC2086
    "$cc" $WARNINGS -fsyntax-only -I "$1/include" -I c/examples/stand-in c/zephyr/sample/src/main.c
}

# flags_of CORE: what the cross compiler takes for it, without a C library.
flags_of() {
    local flags="-mcpu=$1 -mthumb"
    [ "$1" != cortex-m4 ] || flags="$flags -mfloat-abi=hard -mfpu=fpv4-sp-d16"
    echo "$flags -Os -ffreestanding -ffunction-sections -fdata-sections -nostdlib -Wl,-z,noexecstack -Wl,--gc-sections"
}

# qemu CORE TRIPLE MACHINE: the known answers on a core.
qemu() {
    local core=$1 triple=$2 machine=$3 emulator=qemu-system-arm to code=0
    need_cross
    scripts/install-qemu.sh || exit 3
    command -v "$emulator" >/dev/null || emulator=target/tools/qemu/qemu-system-arm
    to=$(folder "$triple")
    build_one "$triple"
    vectors
    # shellcheck disable=SC2046,SC2086 # one word an option
    arm-none-eabi-gcc $WARNINGS $(flags_of "$core") -I "$to/include" -I c/examples -I "$OUT/test" -T c/examples/qemu/cortex-m.ld \
        c/examples/qemu/start.c c/examples/answers.c "$to/lib/libslotless.a" -lgcc -o "$OUT/test/$core.elf"
    # The whole of it, so that the linker has had its say: no panic in an image of all families.
    if arm-none-eabi-nm "$OUT/test/$core.elf" | grep -E 'panic|rust_begin_unwind'; then
        echo "a panic can be reached in an image" && exit 1
    fi
    "$emulator" -M "$machine" -nographic -monitor none -serial none -semihosting-config enable=on,target=native \
        -kernel "$OUT/test/$core.elf" </dev/null >"$OUT/test/$core.txt" 2>&1 || code=$?
    cat "$OUT/test/$core.txt"
    [ "$code" -eq 0 ] && grep -q '^window: right$' "$OUT/test/$core.txt"
    echo "$core: $(grep -c ': right$' "$OUT/test/$core.txt") known answers"
}

sizes() {
    local core triple one to line empty
    need_cross
    mkdir -p "$OUT/test"
    for small in "" yes; do
        for core in cortex-m0:thumbv6m-none-eabi cortex-m4:thumbv7em-none-eabihf; do
            triple=${core#*:} core=${core%%:*}
            to=$(folder "$triple")
            build_one "$triple" >&2
            for one in NOTHING KWINNER_OPEN KWINNER_RECALL KWINNER KWINNER_STRUCTURED_RECALL KWINNER_STRUCTURED RECENCY SLOTS SKETCHES GROW GROW_RECALL SAMPLES MEANS BUCKET; do
                # shellcheck disable=SC2046,SC2086
                arm-none-eabi-gcc $WARNINGS $(flags_of "$core") -I "$to/include" -T c/examples/qemu/cortex-m.ld "-DONLY_$one" \
                    c/examples/size.c "$to/lib/libslotless.a" -lgcc -o "$OUT/test/size.elf"
                line=$(arm-none-eabi-size "$OUT/test/size.elf" | awk 'NR == 2 { print $1, $2 + $3 }')
                [ "$one" != NOTHING ] || empty=${line% *}
                echo "$core ${small:+small }$one flash $((${line% *} - empty)) RAM ${line#* }"
            done
        done
    done
}

# Of all targets, for speed and for size.
archive() {
    local triple version
    version=$(sed -n 's/^version = "\(.*\)"/\1/p' c/Cargo.toml)
    rm -rf "$OUT/slotless-c-$version"
    mkdir -p "$OUT/slotless-c-$version/lib"
    for triple in $TRIPLES; do
        for small in "" yes; do
            build_one "$triple"
            mkdir -p "$OUT/slotless-c-$version/lib${small:+-small}/$triple"
            cp "$(folder "$triple")/lib/libslotless.a" "$OUT/slotless-c-$version/lib${small:+-small}/$triple/"
        done
    done
    small=
    cp -R c/include c/arduino c/zephyr c/README.md LICENSE-APACHE LICENSE-MIT "$(folder "$HOST")/LICENSE-THIRD-PARTY" \
        "$OUT/slotless-c-$version/"
    mkdir -p "$OUT/slotless-c-$version/examples"
    vectors
    cp -R c/examples/*.c c/examples/*.h c/examples/qemu "$OUT/test/vectors.inc" "$OUT/slotless-c-$version/examples/"
    tar -czf "$1" -C "$OUT" "slotless-c-$version"
}

small=
mkdir -p "$OUT"
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
case ${1:-} in
    build)
        shift
        if [ "${1:-}" = --small ]; then small=yes && shift; fi
        # shellcheck disable=SC2086 # one word a target
        [ $# -gt 0 ] || set -- $TRIPLES
        for triple in "$@"; do build_one "$triple"; done
        ;;
    header) header ;;
    header-check) header_check ;;
    test) native_test ;;
    qemu)
        case ${2:-m0} in
            m0) qemu cortex-m0 thumbv6m-none-eabi microbit ;;
            m4) qemu cortex-m4 thumbv7em-none-eabihf mps2-an386 ;;
            *) usage >&2 && exit 2 ;;
        esac
        ;;
    sizes) sizes ;;
    tools) tools ;;
    archive)
        [ $# -eq 2 ] || { usage >&2 && exit 2; }
        archive "$2"
        ;;
    -h | --help) usage ;;
    *) usage >&2 && exit 2 ;;
esac
