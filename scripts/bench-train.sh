#!/usr/bin/env bash
# Training speed and memory beside transformers + peft, alternating, on this
# machine: a table, and rows in target/bench/train.json. About 15 minutes on two
# cores; leave the machine alone meanwhile. Arguments go to tests/bench/train.py.
source "$(dirname "$0")/common.sh"
scripts/tools.sh rust python
scripts/fetch-model
source scripts/peers-venv.sh
say "the worker, as released"
cargo build --release -p shinsa-worker
say "training, ours and the peer's in turn"
"$PEERS/bin/python" tests/bench/train.py --out "$TARGET/bench" --worker "$TARGET/release/shinsa-worker" \
    --model target/models/smollm2-135m-instruct-q4_1.gguf "$@"
