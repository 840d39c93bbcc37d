#!/usr/bin/env bash
# The rating room on a project of 100,000 outputs and 300,000 ratings: a table,
# and target/bench/room.json. Arguments: the number of outputs, if another.
source "$(dirname "$0")/common.sh"
scripts/tools.sh rust
cargo build --release -p shinsa-tests --features room --bin room
"$TARGET/release/room" "$TARGET/bench" "$@"
