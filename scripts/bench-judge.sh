#!/usr/bin/env bash
# Judging beside llama.cpp's server, alternating, on this machine: a table, and
# rows in target/bench/judge.json. Well over half an hour on two cores
# (`--runs 1` takes a third of that); leave the
# machine alone meanwhile. Arguments go to tests/bench/judge.py.
source "$(dirname "$0")/common.sh"
scripts/tools.sh rust python
scripts/fetch-model
source scripts/server-venv.sh
say "the worker, as released"
cargo build --release -p shinsa-worker
say "judging, ours and llama.cpp's server in turn"
"$SHINSA_TEST_SERVER" tests/bench/judge.py --out "$TARGET/bench" --worker "$TARGET/release/shinsa-worker" \
    --model target/models/smollm2-135m-instruct-q4_1.gguf "$@"
