#!/usr/bin/env bash
# Remakes the parity fixtures with PyTorch, transformers, peft and llama.cpp in
# a virtual environment of their own, shows what changed, and runs the parity
# tests on what came out. Heavy (several GB); `make test` does not need it.
source "$(dirname "$0")/common.sh"
scripts/tools.sh rust python
scripts/fetch-model
venv=$TARGET/peers
if ! cmp -s tests/parity/requirements.txt "$venv/requirements.txt"; then
    say "PyTorch and peers, into $venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet -r tests/parity/requirements.txt
    cp tests/parity/requirements.txt "$venv/"
fi
say "fixtures of the decoder and of the adapter's gradients"
"$venv/bin/python" tests/parity/make_fixtures.py target/models/smollm2-135m-instruct-q4_1.gguf
say "fixtures of the tokenizers"
"$venv/bin/python" tests/parity/make_tokenizer_fixtures.py
"$venv/bin/python" tests/parity/make_peft_fixture.py
"$venv/bin/python" tests/parity/make_quant_fixtures.py
say "llama.cpp with an adapter of ours"
cargo build --quiet -p shinsa-cli
"$venv/bin/python" tests/parity/make_llama_cpp_fixture.py "$TARGET/debug/shinsa" --check
has git && git status --short -- tests/parity
cargo test -p shinsa-lm
