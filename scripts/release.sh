#!/usr/bin/env bash
# A release, dry: builds and verifies everything that would be published, and publishes nothing. Written for bash 3.2.
set -eu

cd "$(dirname "$0")/.." || exit 1

usage() {
    cat <<HELP
usage: scripts/release.sh --dry-run [--out DIR] [--allow-dirty]
       scripts/release.sh --check

  --dry-run      builds all there is to publish, from a tree without changes, into DIR [default: target/release-VERSION]: the crates
                 (each built from its package alone), the command, the Python wheel and source package (each installed and tested),
                 firmware images, the C library and the documentation; with SHA256SUMS and sizes.md
  --check        only what takes seconds: versions are equal everywhere, CHANGELOG has their section, packages name what they need
  --allow-dirty  of a tree with changes in it

What is published where, in this order: the crates of the list below, the wheels and the source package, the images, the C library and the
documentation with the release's notes, which are CHANGELOG's section. Exit code 0, or 1 with a line for each thing that is wrong.
HELP
}

# A crate is after those that it uses.
CRATES="slotless-core slotless-store slotless-kernels slotless-files slotless-draw slotless-recall slotless slotless-cli"
# Board:sink of the images, as in firmware/boards.txt.
BOARDS="pico:uart nrf52840dk:uart stm32f405:uart microbit:uart"

dry=no check=no dirty=no out=""
while [ $# -gt 0 ]; do
    case $1 in
        --dry-run) dry=yes ;;
        --check) check=yes ;;
        --allow-dirty) dirty=yes ;;
        --out)
            [ $# -gt 1 ] || { echo "--out takes a folder" >&2 && exit 2; }
            out=$2
            shift
            ;;
        -h | --help) usage && exit 0 ;;
        *) echo "no option '$1', see --help" >&2 && exit 2 ;;
    esac
    shift
done
if [ "$dry" = "$check" ]; then
    echo "one of --dry-run and --check; nothing is published by this script" >&2
    exit 2
fi

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
out=${out:-target/release-$version}
wrong=0

# refuse LINE: what is wrong.
refuse() {
    echo "release $version: $1" >&2
    wrong=1
}

check_versions() {
    local line name found
    while IFS= read -r line; do
        name=${line%% *}
        found=$(printf '%s\n' "$line" | sed -n 's/.*version = "\([^"]*\)".*/\1/p')
        [ "$found" = "$version" ] || refuse "Cargo.toml has $name $found"
    done <<LINES
$(grep -E '^slotless[a-z-]* = \{ path' Cargo.toml)
LINES
    cargo metadata --format-version 1 --no-deps --locked | python3 -c '
import json, sys
for package in json.load(sys.stdin)["packages"]:
    print(package["name"], package["version"], "no" if package["publish"] == [] else "yes")
' >"$notes/packages"
    while read -r name found _; do
        [ "$found" = "$version" ] || refuse "the package $name is $found"
    done <"$notes/packages"
    # Every package that may be published is in the list, and the other way round.
    awk '$3 == "yes" { print $1 }' "$notes/packages" | sort >"$notes/published"
    printf '%s\n' $CRATES | sort >"$notes/listed"
    diff "$notes/published" "$notes/listed" >"$notes/diff" ||
        refuse "the crates to publish and those listed here differ: $(grep '^[<>]' "$notes/diff" | paste -s -d ' ' -)"
    found=$(sed -n 's/^version = "\(.*\)"/\1/p' c/Cargo.toml)
    [ "$found" = "$version" ] || refuse "c/Cargo.toml has $found"
    found=$(sed -n 's/^version=//p' c/arduino/library.properties)
    [ "$found" = "$version" ] || refuse "c/arduino/library.properties has $found"
    found=$(sed -n 's/^version: *//p' CITATION.cff)
    [ "$found" = "$version" ] || refuse "CITATION.cff has $found"
    section >"$notes/section"
    [ -s "$notes/section" ] || refuse "CHANGELOG.md has no section [$version], or an empty one"
    grep -q '^dynamic = \["version"\]' python/pyproject.toml || refuse "python/pyproject.toml has a version of its own"
}

# section: CHANGELOG's section of this version.
section() {
    awk -v heading="## [$version]" 'index($0, heading) == 1 { on = 1; next } /^## / { on = 0 } on' CHANGELOG.md | sed '/./,$!d'
}

notes=$(mktemp -d)
trap 'rm -rf "$notes"' EXIT
if [ "$dirty" = no ] && [ "$dry" = yes ] && [ -n "$(git status --porcelain)" ]; then
    refuse "the tree has changes (--allow-dirty)"
fi
check_versions
[ "$wrong" -eq 0 ] || exit 1
if [ "$check" = yes ]; then
    echo "$version everywhere; the changelog's section has $(wc -l <"$notes/section" | tr -d ' ') lines"
    exit 0
fi

# step NAME COMMAND...: says what it does and how long that took; a step that fails is named, and the others go on.
step() {
    local name=$1 start=$SECONDS
    shift
    printf '== %s\n' "$name"
    if "$@" >"$notes/log" 2>&1; then
        printf '   %s s\n' $((SECONDS - start))
    else
        tail -n 30 "$notes/log" >&2
        refuse "$name failed, see above"
    fi
}

crates() {
    local crate packages=
    for crate in $CRATES; do packages="$packages -p $crate"; done
    # Each is unpacked and built against the packages of the others.
    # shellcheck disable=SC2086 # two words a crate
    cargo package --locked $allow $packages
    for crate in $CRATES; do
        cp "target/package/$crate-$version.crate" "$out/"
    done
}

command_itself() {
    cargo build --profile dist --locked -p slotless-cli
    local host
    host=$(rustc -vV | sed -n 's/^host: //p')
    target/dist/slotless --version | grep -q "$version"
    mkdir -p "$notes/command"
    cp target/dist/slotless README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT "$notes/command/"
    scripts/third-party.py slotless-cli >"$notes/command/LICENSE-THIRD-PARTY"
    tar -czf "$out/slotless-$version-$host.tar.gz" -C "$notes/command" .
}

python_package() {
    scripts/python.sh --portable --profile wheel test oldest sdist
    cp target/python/built/*.whl target/python/wheels/*.tar.gz "$out/"
}

# The source package builds where nothing of the repository is beside it.
source_package() {
    local folder=$notes/sdist python
    mkdir -p "$folder"
    tar -xzf "$out/slotless-$version.tar.gz" -C "$folder"
    python=$(scripts/python.sh --portable --profile wheel python)
    target/python/uv/bin/uv build --quiet --wheel --python "$python" "$folder/slotless-$version" --out-dir "$folder/wheel"
    ls "$folder"/wheel/*.whl
}

images() {
    local board folder
    for board in $BOARDS; do
        folder=$(cargo metadata --format-version 1 --no-deps --manifest-path firmware/Cargo.toml | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/images/${board%:*}
        rm -rf "$folder"
        firmware/images.sh --sink "${board#*:}" "${board%:*}"
        cp LICENSE-APACHE LICENSE-MIT "$folder/"
        # The same crates for each core.
        scripts/third-party.py --manifest-path firmware/Cargo.toml --target thumbv6m-none-eabi slotless-firmware \
            >"$folder/LICENSE-THIRD-PARTY"
        tar -czf "$out/slotless-firmware-${board%:*}-$version.tar.gz" -C "$folder" .
    done
}

# Static libraries for all targets, with the header.
c_library() {
    scripts/c-library.sh header-check
    scripts/c-library.sh test
    scripts/c-library.sh archive "$out/slotless-c-$version.tar.gz"
}

documentation() {
    scripts/docs.sh build --rust
    tar -czf "$out/slotless-docs-$version.tar.gz" -C target site
}

rm -rf "$out"
mkdir -p "$out"
out=$(cd "$out" && pwd)
allow=
[ "$dirty" = no ] || allow=--allow-dirty
cp "$notes/section" "$out/notes.md"
step "crates, each from its package" crates
step "what is checked for releases alone" scripts/check.sh --strict embassy more-big-endian more-neon more-clippy more-fuzz more-panic-free more-qemu
step "the command" command_itself
step "the Python package: wheel and source package, tests with the newest and the oldest Python" python_package
step "the source package builds alone" source_package
step "firmware images" images
step "the C library" c_library
[ ! -x scripts/docs.sh ] || step "documentation" documentation

(
    cd "$out"
    files=$(find . -type f ! -name SHA256SUMS ! -name sizes.md | sed 's|^\./||' | sort)
    # shellcheck disable=SC2086 # names without spaces
    { sha256sum $files 2>/dev/null || shasum -a 256 $files; } >SHA256SUMS
    {
        printf '| file | bytes |\n|---|---:|\n'
        for file in $files; do printf '| %s | %s |\n' "$file" "$(wc -c <"$file" | tr -d ' ')"; done
    } >sizes.md
    cat sizes.md
)
[ "$wrong" -eq 0 ] || exit 1
echo "$out: $version, verified; nothing was published"
