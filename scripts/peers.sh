#!/usr/bin/env bash
# Remakes the parity fixtures with PyTorch, transformers and peft in a virtual
# environment of their own, then runs the parity tests on what came out.
# Heavy (about 1 GB); `make test` does not need it.
source "$(dirname "$0")/common.sh"
scripts/tools.sh rust python
venv=$TARGET/peers
if [ ! -x "$venv/bin/python" ]; then
    say "PyTorch and peers, into $venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet -r tests/parity/requirements.txt
fi
for script in tests/parity/*.py; do
    [ -e "$script" ] || die "tests/parity holds no script that makes fixtures yet."
    say "$script"
    "$venv/bin/python" "$script"
done
git diff --stat -- tests src-tauri/crates/lm
cargo test -p shinsa-lm
