#!/usr/bin/env bash
# Checks kernels and --device cuda on the GPU of this machine: the most important first, each step with a time of its own, results
# written as they come. Part of a folder that scripts/gpu-check.sh makes; needs a driver and no compiler, network or toolkit.
set -u

here=$(cd "$(dirname "$0")" && pwd)

usage() {
    cat <<HELP
usage: run [--seconds N] [--tests FILTER] [--bench 'ARGUMENTS'] [--memory 'COMMAND'] [--transformer 'COMMAND'] [RESULTS]

Writes into RESULTS [default: results, beside this command]: summary.txt, a line per step as it ends; the output of each; bench.csv;
and the files of runs on the GPU and on the CPU, which are to be the same bytes.

  --seconds N             for everything together [default: 480]; what does not fit is cut short or left out, and said to be
  --tests FILTER          the tests that have it in their names [default: all that need a GPU]
  --bench 'ARGUMENTS'     of 'slotless bench', such as '--quick queries' [default: none, which is all at the paper's sizes]
  --memory 'COMMAND'      in place of 'reproduce memory', which runs with --quick first
  --transformer 'COMMAND' in place of 'reproduce transformer', which runs with --quick first
  -h, --help              this

Exit code 0 if nothing failed and nothing differs, else 1; 2 for a wrong argument.
HELP
}

seconds=480 tests= bench= memory= transformer= out=$here/results
while [ $# -gt 0 ]; do
    case $1 in
        --seconds | --tests | --bench | --memory | --transformer)
            [ $# -gt 1 ] || { echo "a value follows $1, see --help" >&2 && exit 2; }
            ;;
    esac
    case $1 in
        --seconds)
            case $2 in
                *[!0-9]* | "" | 0*) echo "--seconds takes a whole number from 1, not '$2'" >&2 && exit 2 ;;
            esac
            seconds=$2 && shift
            ;;
        --tests) tests=$2 && shift ;;
        --bench) bench=$2 && shift ;;
        --memory) memory=$2 && shift ;;
        --transformer) transformer=$2 && shift ;;
        -h | --help) usage && exit 0 ;;
        -*) echo "no option '$1', see --help" >&2 && exit 2 ;;
        *) out=$1 ;;
    esac
    shift
done
mkdir -p "$out" || exit 2
out=$(cd "$out" && pwd)
summary=$out/summary.txt
failed=0

# say TEXT: on the terminal and in the summary.
say() {
    printf '%s\n' "$1" | tee -a "$summary"
}

# step NAME LIMIT COMMAND [ARGUMENT...]: runs it for LIMIT seconds or what is left of all; its output is NAME.txt.
# Sets $code (124: the time was over) and $took.
step() {
    local name=$1 limit=$2 left=$((seconds - SECONDS)) start
    shift 2
    [ "$limit" -le "$left" ] || limit=$left
    if [ "$limit" -lt 1 ]; then
        say "$(printf '%-28s left out: no time' "$name")"
        code=124 took=0
        return
    fi
    start=$(date +%s%N)
    # A program that saves what it has takes a moment for it.
    timeout --kill-after=5 "$limit" "$@" >"$out/$name.txt" 2>&1 </dev/null
    code=$?
    took=$((($(date +%s%N) - start) / 1000000))
    local result
    # 143: the program's own way to end when it is told to.
    case $code in
        0) result=pass ;;
        124 | 137 | 143) result="cut after $limit s" && code=124 ;;
        *) result="FAIL (exit code $code): $(grep . "$out/$name.txt" | tail -n 1 | cut -c 1-200)" && failed=1 ;;
    esac
    say "$(printf '%-28s %9s s  %s' "$name" "$(seconds_of "$took")" "$result")"
}

seconds_of() {
    printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000))
}

# both NAME LIMIT COMMAND: the command on the GPU and on the CPU; their arrays and tables are to be the same bytes.
both() {
    local name=$1 limit=$2 gpu same=0 differ=0 file other
    shift 2
    # What an earlier check left is no result of this one.
    rm -rf "$out/$name-cuda" "$out/$name-cpu"
    step "$name-cuda" "$limit" "$here/slotless" "$@" --device cuda --out "$out/$name-cuda"
    gpu=$took
    step "$name-cpu" "$limit" "$here/slotless" "$@" --device cpu --out "$out/$name-cpu"
    [ "$code" -ne 0 ] || say "$(printf '%-28s %9s s on the CPU, with %s processors, and %s s on the GPU' "" "$(seconds_of "$took")" "$(nproc)" "$(seconds_of "$gpu")")"
    while IFS= read -r file; do
        other=$out/$name-cpu/$file
        [ -e "$other" ] || continue
        if cmp -s "$out/$name-cuda/$file" "$other"; then
            same=$((same + 1))
        else
            say "  DIFFERS: $name-cuda/$file is not $name-cpu/$file"
            differ=1 failed=1
        fi
    done < <(cd "$out" && [ ! -d "$name-cuda" ] || (cd "$name-cuda" && find . -name '*.npz' -o -name '*.csv' | sort | sed 's,^\./,,'))
    say "$(printf '%-28s %s files are the same, byte for byte' "" "$same")"
    [ "$same$differ" != 00 ] || [ "$code" -ne 0 ] || { say "  FAIL: nothing to compare" && failed=1; }
    (cd "$out" && find "$name-cuda" "$name-cpu" -type f ! -path '*/.trials*' -exec sha256sum {} + 2>/dev/null | sort -k 2) >"$out/$name.sha256"
    # What was kept for going on takes more room than what was found.
    rm -rf "$out/$name"-c*/.trials*
}

: >"$summary"
say "slotless $(cat "$here/commit"), $(date -u '+%Y-%m-%d %H:%M:%S') UTC, $(uname -m), $(nproc) processors: $(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)"
step devices 20 "$here/slotless" devices
sed 's/^/  /' "$out/devices.txt" | tee -a "$summary"
if command -v nvidia-smi >/dev/null; then
    step nvidia-smi 20 nvidia-smi --query-gpu=name,driver_version,clocks.max.sm,clocks.max.mem,memory.total,ecc.mode.current,mig.mode.current --format=csv
fi
step tests-of-kernels 120 "$here/test-networks" --ignored "${tests:-cuda::}"
grep -E '^(test result|test .*FAILED)' "$out/tests-of-kernels.txt" | sed 's/^/  /' | tee -a "$summary"
step tests-of-the-driver 20 "$here/test-kernels" --ignored "${tests:-cuda::}" --skip ptx_is_what_nvrtc_makes
grep -E '^(test result|test .*FAILED)' "$out/tests-of-the-driver.txt" | sed 's/^/  /' | tee -a "$summary"
step tests-of-transformers 60 "$here/test-laboratory" --ignored "${tests:-tests::gpu}"
grep -E '^(test result|test .*FAILED)' "$out/tests-of-transformers.txt" | sed 's/^/  /' | tee -a "$summary"
# Lines as they come, since a table is written at the end.
# shellcheck disable=SC2086 # one word an argument
step bench 120 "$here/slotless" bench --device cuda --csv "$out/bench.csv" $bench
sed 's/^/  /' "$out/bench.txt" | tee -a "$summary"
# shellcheck disable=SC2086 # one word an argument
if [ -n "$memory$transformer" ]; then
    [ -z "$memory" ] || both memory 120 $memory
    [ -z "$transformer" ] || both transformer 120 $transformer
else
    both memory-quick 40 reproduce memory --quick
    both transformer-quick 40 reproduce transformer --quick
    both memory 100 reproduce memory
    both transformer 100 reproduce transformer
fi
say "$([ "$failed" -eq 0 ] && echo 'nothing failed and nothing differs' || echo 'see FAIL and DIFFERS above'), after $SECONDS s"
exit "$failed"
