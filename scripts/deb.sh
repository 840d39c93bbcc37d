#!/usr/bin/env bash
# Builds the installer; it carries the worker and the model, so that the first
# start needs no network.
source "$(dirname "$0")/common.sh"
scripts/tools.sh rust node python
scripts/apt.sh build shell bundle
scripts/fetch-model
make ui
say "the worker and the headless shell (release)"
cargo build --release -p shinsa-cli -p shinsa-worker
say "the installer"
npm --prefix ui run --silent tauri -- build --bundles deb
find "$TARGET/release/bundle/deb" -name '*.deb' -printf '%s bytes  %p\n'
