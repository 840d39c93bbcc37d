#!/usr/bin/env bash
# Builds the worker for NVIDIA GPUs, `shinsa-worker-cuda`, beside the other one
# of the same profile (release by default, or `dev`). It needs a CUDA toolkit's
# nvcc; without one, a compiler from PyPI is fetched into target/.
source "$(dirname "$0")/common.sh"
scripts/tools.sh rust
scripts/apt.sh build
profile=${1:-release}
source scripts/cuda-toolkit.sh
say "the worker for NVIDIA GPUs ($profile)"
# A target folder of its own: its features are not the other programs'.
cargo build -p shinsa-worker --profile "$profile" --features cuda --target-dir "$TARGET/cuda"
folder=$([ "$profile" = dev ] && echo debug || echo "$profile")
mkdir -p "$TARGET/$folder"
cp "$TARGET/cuda/$folder/shinsa-worker" "$TARGET/$folder/shinsa-worker-cuda"
ls -l "$TARGET/$folder/shinsa-worker-cuda"
