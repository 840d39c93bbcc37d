#!/usr/bin/env bash
# demo.sh FOLDER [arguments of `shinsa demo`]: build, run, and open the app
# on the result where there is a display.
source "$(dirname "$0")/common.sh"
out=$1; shift

scripts/tools.sh rust python
scripts/apt.sh build
scripts/fetch-model
say "shinsa and its worker (cargo)"
cargo build -p shinsa-cli -p shinsa-worker
export SHINSA_MODEL=$ROOT/target/models/smollm2-135m-instruct-q4_1.gguf
say "shinsa demo --out $out $*"
"$TARGET/debug/shinsa" demo --out "$out" "$@"

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ -z "${CI:-}" ]; then
    project=$(find "$out" -maxdepth 1 -name '*.shinsa' -type d | head -n1)
    scripts/app.sh "${project:-$out}"
else
    say "no display: the app is not opened (make app)"
fi
