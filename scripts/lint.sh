#!/usr/bin/env bash
# clippy over every room, warnings as errors.
source "$(dirname "$0")/common.sh"
cargo clippy --workspace --bins --lib --tests --features shinsa-app/custom-protocol -- -D warnings
