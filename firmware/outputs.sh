#!/usr/bin/env bash
# Compares what programs print in QEMU with what is kept beside them: firmware/outputs.sh [--bless] [NAME...]
# NAME.out is what src/bin/NAME prints on every board here, NAME.BOARD.out what it prints on that one instead; a program
# with only the latter runs there alone. Without names: every program that has one. --bless writes them anew, NAME.out
# from the first board that the program runs on. Exit codes: 1 if something differs or a program fails, 2 for bad input.
set -u

# A core of each set of instructions, and each sink that QEMU has. Board:sink, as in boards.txt.
BOARDS="microbit:semihosting mps2-an385:semihosting stm32f405:uart"

cd "$(dirname "$0")" || exit 2
bless=no
if [ "${1-}" = --bless ]; then
    bless=yes
    shift
fi
if [ $# -eq 0 ]; then
    # shellcheck disable=SC2046 # one word a program
    set -- $(for kept in src/bin/*.out; do basename "$kept" | sed 's/\..*//'; done | sort -u)
fi
for name in "$@"; do
    if [ ! -e "src/bin/$name.rs" ] && [ ! -e "src/bin/$name/main.rs" ]; then
        echo "no program src/bin/$name.rs, whose output is to be compared" >&2
        exit 2
    fi
    if [ "$bless" = no ] && [ -z "$(ls "src/bin/$name".out "src/bin/$name".*.out 2>/dev/null)" ]; then
        echo "no src/bin/$name.out to compare with: firmware/outputs.sh --bless $name writes it" >&2
        exit 2
    fi
done

folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
failed=0

# kept NAME BOARD: the file to compare with, if the program runs there.
kept() {
    if [ -e "src/bin/$1.$2.out" ]; then
        echo "src/bin/$1.$2.out"
    elif [ -e "src/bin/$1.out" ]; then
        echo "src/bin/$1.out"
    fi
}

# wanted NAME BOARD: whether the program runs there. One that has nothing kept yet runs everywhere.
wanted() {
    [ -n "$(kept "$1" "$2")" ] || [ -z "$(ls "src/bin/$1".*.out 2>/dev/null)" ]
}

# run NAME BOARD SINK: its output to the folder.
run() {
    ./board.sh "$2" "$3" run --quiet --bin "$1" >"$folder/$1.$2.out"
    local code=$?
    [ "$code" -eq 0 ] || echo "$1 on $2: exit code $code" >&2
    return "$code"
}

compare() {
    diff -u "$(kept "$1" "$2")" "$folder/$1.$2.out" || return 1
    echo "$1 on $2: $(wc -l <"$folder/$1.$2.out") lines as expected"
}

for board in $BOARDS; do
    sink=${board#*:} board=${board%:*}
    arguments=
    for name in "$@"; do
        ! wanted "$name" "$board" || arguments="$arguments --bin $name"
    done
    [ -n "$arguments" ] || continue
    # All at once, which the cores share.
    # shellcheck disable=SC2086 # two words a program
    ./board.sh "$board" "$sink" build --quiet $arguments || exit 1
    for name in "$@"; do
        wanted "$name" "$board" || continue
        run "$name" "$board" "$sink" && { [ "$bless" = yes ] || compare "$name" "$board"; } || failed=1
    done
done

if [ "$bless" = yes ] && [ "$failed" -eq 0 ]; then
    for name in "$@"; do
        everywhere=yes common=
        [ -e "src/bin/$name.out" ] || [ -z "$(ls "src/bin/$name".*.out 2>/dev/null)" ] || everywhere=no
        rm -f "src/bin/$name.out" "src/bin/$name".*.out
        for board in $BOARDS; do
            board=${board%:*} printed="$folder/$name.${board%:*}.out"
            [ -e "$printed" ] || continue
            if [ "$everywhere" = yes ] && [ -z "$common" ]; then
                common=src/bin/$name.out
                cp "$printed" "$common"
            elif [ -z "$common" ] || ! cmp -s "$printed" "$common"; then
                cp "$printed" "src/bin/$name.$board.out"
            fi
        done
        ls "src/bin/$name".out "src/bin/$name".*.out 2>/dev/null
    done
fi
exit "$failed"
