#!/usr/bin/env bash
# Writes ui/src/bridge/bindings.ts anew from the commands declared in Rust, and
# resources/schemas/rubric.schema.json from the rubric format; the same tests,
# without the variables, fail when a committed file is stale.
source "$(dirname "$0")/common.sh"
scripts/apt.sh build shell
# The window is compiled with whatever UI there is: its types may be the stale ones.
[ -f ui/dist/index.html ] || make ui
SHINSA_WRITE_BINDINGS=1 cargo test -p shinsa-app --features custom-protocol bindings
SHINSA_WRITE_SCHEMAS=1 cargo test -p shinsa-domain --features schemars --test format
