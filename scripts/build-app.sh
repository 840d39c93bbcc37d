#!/usr/bin/env bash
# Builds the desktop application with the UI inside it, in the dev profile.
source "$(dirname "$0")/common.sh"
scripts/tools.sh rust node python
scripts/apt.sh build shell
make ui
scripts/fetch-model
say "the desktop application and its worker (cargo)"
cargo build -p shinsa-app -p shinsa-worker --features shinsa-app/custom-protocol
