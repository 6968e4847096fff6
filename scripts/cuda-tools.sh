#!/usr/bin/env bash
# Puts NVRTC and ptxas into a folder, target/tools/cuda or the first argument, with pip, and prints it. Neither needs a GPU.
# Written for bash 3.2.
set -eu

# Other versions make other PTX of the same kernels.
VERSION=12.9.86

cd "$(dirname "$0")/.."
folder=${1:-$PWD/target/tools/cuda}
if [ ! -e "$folder/$VERSION" ]; then
    mkdir -p "$folder"
    python3 -m pip --version >/dev/null 2>&1 || { echo "no pip, which installs NVRTC" >&2 && exit 1; }
    python3 -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target "$folder" \
        "nvidia-cuda-nvrtc-cu12==$VERSION" "nvidia-cuda-nvcc-cu12==$VERSION" >&2
    chmod +x "$folder/nvidia/cuda_nvcc/bin/ptxas"
    touch "$folder/$VERSION"
fi
echo "$folder"
