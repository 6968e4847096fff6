#!/usr/bin/env bash
# Recognisers on ten data sets, and emlearn's neighbours and forests beside them: benches/peers/recogniser.sh [--tables | --ours]
# Makes target/peers-recogniser, a virtual environment with pinned packages, unless it is there already; writes the data sets there as
# tables/NAME.csv, what `slotless recogniser compare` measures on them as NAME.csv, and prints emlearn's in Markdown. --tables ends
# after the tables, --ours before emlearn. Ours take a quarter of an hour of one core, emlearn's half an hour. Exit codes as run.sh's.
# Written for bash 3.2, as on macOS.
set -u
. "$(dirname "$0")/environment.sh"

environment=$root/target/peers-recogniser
python=$environment/bin/python
wanted="aeon==1.6.0 emlearn==0.23.2 numpy==2.4.6 scikit-learn==1.9.1"
last=all
case ${1:-} in
    "") ;;
    --tables | --ours) last=${1#--} ;;
    *)
        echo "benches/peers/recogniser.sh takes --tables or --ours, not $1" >&2
        exit 2
        ;;
esac

if [ ! -x "$python" ] || [ "$(cat "$environment/wanted" 2>/dev/null)" != "$wanted" ]; then
    command -v python3 >/dev/null || give_up "python3 is missing"
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 ||
        give_up "python3 must be 3.11 or newer"
    mkdir -p "$root/target" || exit 1
    log=$root/target/peers-recogniser.log
    python3 -m venv --clear "$environment" >"$log" 2>&1 ||
        give_up "python3 -m venv failed (its messages: target/peers-recogniser.log)"
    # aeon for the files in it alone, without what its code needs.
    # shellcheck disable=SC2086 # one word a package
    if ! "$python" -m pip install --disable-pip-version-check --no-input --only-binary :all: ${wanted#* } >"$log" 2>&1 ||
        ! "$python" -m pip install --disable-pip-version-check --no-input --no-deps "${wanted%% *}" >>"$log" 2>&1; then
        give_up "pip could not install the pinned packages (its messages: target/peers-recogniser.log)"
    fi
    echo "$wanted" >"$environment/wanted" || exit 1
fi

"$python" -B "$here/recogniser.py" "$environment/tables" || exit 1
[ "$last" != tables ] || exit 0
for table in "$environment"/tables/*.csv; do
    name=$(basename "$table" .csv)
    learn=
    [ "$name" != digits ] || learn="--learn 1000"
    # shellcheck disable=SC2086 # two words or none
    (cd "$root" && cargo run --quiet --release --locked -p slotless-cli -- recogniser compare "$table" $learn \
        --bytes 512,1024,2048,4096,8192,16384 --csv "$environment/$name.csv") || exit 1
done
[ "$last" != ours ] || exit 0
command -v cc >/dev/null || give_up "cc is missing, which compiles emlearn's C"
exec "$python" -B "$here/recogniser_emlearn.py" "$environment/tables" "$environment/emlearn"
