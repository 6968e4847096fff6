#!/usr/bin/env bash
# Holds imports against the plan of rooms: scripts/layers.sh. Prints each line that goes against it; exit code 1 if one does.
# Tests may import anything. Written for bash 3.2.
set -u

cd "$(dirname "$0")/.." || exit 1

# Crate: the crates of this repository that it may use.
CRATES="slotless-core:
slotless-kernels: slotless-core
slotless-files:
slotless-draw:
slotless-recall: slotless-core slotless-files slotless-kernels
slotless: slotless-core slotless-files slotless-kernels slotless-draw slotless-recall
slotless-cli: slotless slotless-core slotless-files slotless-kernels slotless-draw slotless-recall
slotless-benches: slotless slotless-core slotless-kernels
slotless-tests: slotless slotless-core slotless-kernels"

# Crates from elsewhere that are one crate's alone.
ALONE="clap:slotless-cli,slotless-benches indicatif:slotless-cli signal-hook:slotless-cli clap_complete:slotless-cli clap_mangen:slotless-cli tiny-skia:slotless-draw ttf-parser:slotless-draw
cudarc:slotless-kernels candle-core:slotless-recall tokenizers:slotless-recall safetensors:slotless"

# Folder: its rooms from the ground up. A room uses those before it; rooms between commas do not use each other.
ROOMS="core/src: rng bits weight,select fan_in memory,real structured hetero,kwinner,recency,ring hopfield attention attractor snapshot selftest
host/kernels/src: simd rows,float cpu,hopfield,transformer planes,cuda
host/lab/src: error,purpose choice,normal patterns run figures memory,transformer,hopfield,paraphrase,images bench families
host/recall/src: error vectors project settings,encoder"

failed=0

# Normal dependencies of every package of the workspace: NAME DEPENDENCY.
dependencies=$(cargo metadata --format-version 1 --no-deps --offline --locked) || exit 1
dependencies=$(printf '%s\n' "$dependencies" | python3 -c '
import json, sys
for package in json.load(sys.stdin)["packages"]:
    for one in package["dependencies"]:
        if one["kind"] is None:
            print(package["name"], one["name"])
') || exit 1
against=$(printf '%s\n' "$dependencies" | awk -v crates="$CRATES" -v alone="$ALONE" '
    BEGIN {
        count = split(crates, lines, "\n")
        for (i = 1; i <= count; i++) {
            name = lines[i]; sub(/:.*/, "", name); own[name] = 1
            rest = lines[i]; sub(/^[^:]*:/, "", rest)
            n = split(rest, names, " ")
            for (j = 1; j <= n; j++) allowed[name, names[j]] = 1
        }
        count = split(alone, lines, /[ \n]+/)
        for (i = 1; i <= count; i++) {
            split(lines[i], parts, ":"); one[parts[1]] = 1
            n = split(parts[2], names, ",")
            for (j = 1; j <= n; j++) home[parts[1], names[j]] = 1
        }
    }
    !($1 in own) { print "Cargo.toml of " $1 ": a crate that the plan does not know"; next }
    $2 in own && !(($1, $2) in allowed) { print "Cargo.toml of " $1 ": " $2 ", which it may not use" }
    $2 in one && !(($2, $1) in home) { print "Cargo.toml of " $1 ": " $2 ", which is not its own" }
')
[ -z "$against" ] || { echo "$against" && failed=1; }

# rooms FOLDER PLAN
rooms() {
    find "$1" -name '*.rs' ! -path '*/tests/*' ! -name tests.rs ! -path "$1/lib.rs" ! -path "$1/main.rs" | sort | while read -r file; do
        awk -v folder="$1" -v plan="$2" -v file="$file" '
            BEGIN {
                count = split(plan, levels, " ")
                for (i = 1; i <= count; i++) {
                    n = split(levels[i], names, ",")
                    for (j = 1; j <= n; j++) level[names[j]] = i
                }
                path = substr(file, length(folder) + 2); sub(/\.rs$/, "", path); sub(/\/mod$/, "", path)
                depth = split(path, parts, "/"); room = parts[1]
            }
            /^#\[cfg\(test\)\]/ || /^    #\[cfg\(test\)\]/ { exit }
            function check(target) {
                if (target == room || !(target in level)) return
                if (!(room in level)) { unplanned = 1; return }
                if (level[target] >= level[room]) printf "%s:%d: %s\n", file, NR, $0
            }
            {
                text = $0
                sub(/\/\/.*/, "", text)
                while (match(text, /crate::[a-z_0-9]+/)) {
                    before = substr(text, RSTART - 1, 1)
                    if (RSTART == 1 || before !~ /[a-z_$]/) check(substr(text, RSTART + 7, RLENGTH - 7))
                    text = substr(text, RSTART + RLENGTH)
                }
                text = $0
                sub(/\/\/.*/, "", text)
                while (match(text, /(super::)+[a-z_0-9]+/)) {
                    path = substr(text, RSTART, RLENGTH)
                    n = gsub(/super::/, "", path)
                    if (n == depth) check(path)
                    text = substr(text, RSTART + RLENGTH)
                }
                if ($0 ~ /use crate::\{/) {
                    list = $0; sub(/.*use crate::\{/, "", list); sub(/\}.*/, "", list)
                    n = split(list, names, /, */)
                    for (i = 1; i <= n; i++) { sub(/[: ].*/, "", names[i]); check(names[i]) }
                }
            }' "$file"
    done
}

while IFS= read -r line; do
    against=$(rooms "${line%%:*}" "${line#*: }")
    [ -z "$against" ] || { echo "$against" && failed=1; }
done <<PLAN
$ROOMS
PLAN
[ "$failed" -eq 0 ] && echo "imports go by the plan"
exit "$failed"
