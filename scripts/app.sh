#!/usr/bin/env bash
# app.sh [PROJECT]: build the desktop application and open it.
source "$(dirname "$0")/common.sh"
scripts/build-app.sh
[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || die "there is no display to open a window on (DISPLAY is not set)."
export SHINSA_MODEL=$ROOT/target/models/smollm2-135m-instruct-q4_1.gguf
say "opening the application"
exec "$TARGET/debug/shinsa-app" "$@"
