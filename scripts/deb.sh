#!/usr/bin/env bash
# Builds the installer; it carries the worker, the headless shell and the
# model, so that the first start needs no network.
source "$(dirname "$0")/common.sh"
scripts/tools.sh rust node python
scripts/apt.sh build shell bundle
scripts/fetch-model
make ui
say "the application, its worker and the headless shell (release)"
cargo build --release -p shinsa-app -p shinsa-cli -p shinsa-worker --features shinsa-app/custom-protocol

# What only the installer has; in tauri.conf.json it would have to be there
# for every build.
model=smollm2-135m-instruct-q4_1.gguf
cat >"$TARGET/deb.json" <<JSON
{
  "bundle": {
    "resources": { "$ROOT/target/models/$model": "models/$model" },
    "linux": {
      "deb": {
        "files": {
          "/usr/bin/shinsa": "$TARGET/release/shinsa",
          "/usr/bin/shinsa-worker": "$TARGET/release/shinsa-worker"
        }
      }
    }
  }
}
JSON
say "the installer"
npm --prefix ui run --silent tauri -- bundle --bundles deb --config "$TARGET/deb.json"
find "$TARGET/release/bundle/deb" -name '*.deb' -printf '%s bytes  %p\n'
