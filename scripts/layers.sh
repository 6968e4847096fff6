#!/usr/bin/env bash
# Holds imports against the plan of rooms: scripts/layers.sh. Prints each line that goes against it; exit code 1 if one does.
# scripts/layers.py reads the rooms' imports; its self-test, which runs first, shows that it finds what goes against a plan.
# Tests may import anything. Written for bash 3.2.
set -u

cd "$(dirname "$0")/.." || exit 1

# Crate: the crates of this repository that it may use.
CRATES="slotless-core:
slotless-store: slotless-core
slotless-kernels: slotless-core
slotless-files:
slotless-draw:
slotless-recall: slotless-core slotless-files slotless-kernels
slotless: slotless-core slotless-files slotless-kernels slotless-draw slotless-recall
slotless-cli: slotless slotless-core slotless-files slotless-kernels slotless-draw slotless-recall
slotless-python: slotless slotless-core slotless-files slotless-kernels slotless-recall
slotless-web: slotless-core slotless-kernels
slotless-benches: slotless slotless-core slotless-kernels
slotless-tests: slotless slotless-core slotless-kernels"

# Crates from elsewhere that are one crate's alone.
ALONE="embedded-storage:slotless-store embedded-storage-async:slotless-store
clap:slotless-cli,slotless-benches indicatif:slotless-cli pyo3:slotless-python numpy:slotless-python signal-hook:slotless-cli clap_complete:slotless-cli clap_mangen:slotless-cli tiny-skia:slotless-draw ttf-parser:slotless-draw
pdf-writer:slotless-draw miniz_oxide:slotless-draw
cudarc:slotless-kernels candle-core:slotless-recall tokenizers:slotless-recall safetensors:slotless"

# Folder: its rooms from the ground up. A room uses those before it; rooms between commas do not use each other, and a front page
# (lib.rs, main.rs) uses all. Every room of a folder is named. Within a room, no folder uses what uses it.
ROOMS="core/src: contract rng bits weight,select fan_in memory,real encode,structured,words hetero,kwinner,recency,recogniser,ring hopfield attention attractor snapshot selftest
store/src: identity error record delta,output,report asynchronous
c/src: status lent handle snapshot recognised bits,calibration,encode,grow,kwinner,means,recency,slots samples,sketches
host/kernels/src: normal,simd,state rows,float attention cpu,hopfield,recency,transformer planes,cuda
host/draw/src: error,font,geometry,style axis,layout,picture,surface,typeset metrics,page pdf,raster,svg,ticks canvas,sheet bits,margins,symbol series colours,legend curve,heat,mark,strip,tree panel grid reflow figure
host/files/src: dictionary,error,text input,output machine npy
host/recall/src: error,lent,metadata ask,described,durable,lexicon,lock,record,unit,vectors calibrate,checked,encoder,project,settings table log snapshot store history score,verify,writer signs answer,compact,put,refresh calibrated
host/lab/src: error,purpose choice patterns run figures memory,transformer,hopfield,paraphrase,images,recogniser,retrieval bench families
host/cli/src: choice,documented,parameters,print,weigh devices,drawing,machine,manual,signals,slurm,spec progress,shard encoder,execute,hopfield,snapshot bench,redraw memory,plot,recall,recogniser,sentences,transformer embed,merge,reproduce
web/wasm/src: error,exchange,pictures fade,energy,training door
python/src: errors arguments,calls,keywords,results arrays,pool,storage archive,keys,reals,tables descent,experiments,measures dense,hetero,hopfield,kwinner,modern,recency,recogniser,retention,ring,sentences,theory,training attention"

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

python3 scripts/layers.py --self-test || failed=1
printf '%s\n' "$ROOMS" | python3 scripts/layers.py || failed=1
[ "$failed" -eq 0 ] && echo "imports go by the plan"
exit "$failed"
