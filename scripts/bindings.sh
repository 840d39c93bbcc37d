#!/usr/bin/env bash
# Writes ui/src/bridge/generated anew from the commands declared in Rust; the
# same test, without the variable, fails when the committed file is stale.
source "$(dirname "$0")/common.sh"
scripts/apt.sh build shell
make ui
SHINSA_WRITE_BINDINGS=1 cargo test -p shinsa-app --features custom-protocol bindings
