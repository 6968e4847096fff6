#!/usr/bin/env bash
# Compiles the kernels anew and replaces the PTX that the program carries, host/kernels/src/cuda/ptx.
set -eu

cd "$(dirname "$0")/.."
folder=$(scripts/cuda-tools.sh)
export LD_LIBRARY_PATH=$folder/nvidia/cuda_nvrtc/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
SLOTLESS_PTX=$PWD/host/kernels/src/cuda/ptx cargo test --quiet -p slotless-kernels --features cuda --locked --lib \
    ptx_is_what_nvrtc_makes -- --ignored
git --no-pager diff --stat -- host/kernels/src/cuda/ptx
