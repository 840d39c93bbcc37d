#!/usr/bin/env bash
# Remakes the parity fixtures with PyTorch, transformers, peft and llama.cpp in
# a virtual environment of their own, shows what changed, and runs the parity
# tests on what came out. Heavy (several GB); `make test` does not need it.
source "$(dirname "$0")/common.sh"
scripts/tools.sh rust python
scripts/fetch-model
source scripts/peers-venv.sh
say "fixtures of the decoder and of the adapter's gradients"
"$PEERS/bin/python" tests/parity/make_fixtures.py target/models/smollm2-135m-instruct-q4_1.gguf
say "fixtures of training, step by step"
"$PEERS/bin/python" tests/parity/make_trajectory_fixtures.py target/models/smollm2-135m-instruct-q4_1.gguf
say "fixtures of the tokenizers"
"$PEERS/bin/python" tests/parity/make_tokenizer_fixtures.py
"$PEERS/bin/python" tests/parity/make_peft_fixture.py
"$PEERS/bin/python" tests/parity/make_quant_fixtures.py
say "llama.cpp with an adapter of ours"
cargo build --quiet -p shinsa-cli
"$PEERS/bin/python" tests/parity/make_llama_cpp_fixture.py "$TARGET/debug/shinsa" --check
"$PEERS/bin/python" tests/parity/make_llama_cpp_greedy_fixture.py --check
has git && git status --short -- tests/parity
cargo test -p shinsa-lm -p shinsa-train
