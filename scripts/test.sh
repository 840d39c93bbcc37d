#!/usr/bin/env bash
# Every test, one after the other, with a summary at the end. A failed step
# does not keep the later ones from running, unless they need it.
source "$(dirname "$0")/common.sh"

LOGS=$ROOT/target/test-logs
mkdir -p "$LOGS"
rm -f "$LOGS"/*.log
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-always}
# One set of features for everything below, so that each dependency is built
# once; the window tests' own feature is the exception, and only theirs.
FEATURES=shinsa-app/custom-protocol
EVERYTHING=(--workspace --lib --bins --tests)

SUMMARY=() FAILED=0 BEGAN=$SECONDS

CHILD=
trap '[ -z "$CHILD" ] || kill -TERM "$CHILD" 2>/dev/null; echo; echo "stopped"; exit 130' INT TERM

plain() { sed 's/\x1b\[[0-9;]*[A-Za-z]//g' "$1"; }

# Passed tests in a log, of cargo's and of vitest's runners.
count() {
    plain "$1" | awk '
        /^test result:/ { n += $4; seen = 1 }
        /^ *Tests +.*passed/ { for (i = 2; i <= NF; i++) if ($i ~ /^passed/) { n += $(i - 1); seen = 1 } }
        END { if (seen) print n; else print "-" }'
}

# step NAME COMMAND...
step() {
    local name=$1 began=$SECONDS result=ok
    local log=$LOGS/$name.log
    shift
    : >"$log"
    say "$name: $*"
    # Not a pipe into tee: a window that outlives its test would hold the pipe
    # open and the step would never end.
    "$@" >"$log" 2>&1 &
    CHILD=$!
    tail -n +1 -f --pid=$CHILD "$log"
    wait $CHILD || { result=FAILED FAILED=$((FAILED + 1)); }
    SUMMARY+=("$(printf '%-10s %-7s %6ss %6s' "$name" "$result" $((SECONDS - began)) "$(count "$log")")")
    [ $result = ok ]
}

finish() {
    local total=0 line n
    echo
    echo "step       result    time  tests"
    for line in "${SUMMARY[@]}"; do
        echo "$line"
        n=${line##* }
        [ "$n" = - ] || total=$((total + n))
    done
    echo "total                $((SECONDS - BEGAN))s $total passed"
    if [ $FAILED -gt 0 ]; then
        echo
        echo "FAILED: $FAILED step(s). The logs are in target/test-logs."
        for log in "$LOGS"/*.log; do
            plain "$log" | grep -HE --label="$(basename "$log")" '^test .*FAILED|^error(\[|:)|panicked at|FAIL |^AssertionError' | head -n 20 || true
        done
        exit 1
    fi
    echo "all tests passed"
}

setup() {
    scripts/tools.sh rust rust-lint node python &&
        scripts/apt.sh build shell window &&
        scripts/fetch-model &&
        server &&
        exports &&
        make ui
}

# A real server for the acceptance test of judging through one.
server() {
    # A shell of its own, in which a failed step ends it.
    bash -c 'source scripts/common.sh; source scripts/server-venv.sh'
}

# The tools that exports are meant for.
exports() {
    bash -c 'source scripts/common.sh; source scripts/exports-venv.sh'
}

# The GPU's attention and its readers of weights, run on the CPU from the very same source.
kernels() {
    g++ -std=c++17 -O2 -Itests/gpu -Isrc-tauri/crates/lm/src/backend/cuda tests/gpu/attention_emulated.cpp \
        -o "$TARGET/attention_emulated" && "$TARGET/attention_emulated" &&
        g++ -std=c++17 -O2 -Itests/gpu -Isrc-tauri/crates/lm/src/backend/cuda tests/gpu/cached_emulated.cpp \
            -o "$TARGET/cached_emulated" && "$TARGET/cached_emulated" &&
        g++ -std=c++17 -O2 -Isrc-tauri/crates/lm/src/backend/cuda tests/gpu/quant_emulated.cpp \
            -o "$TARGET/quant_emulated" && "$TARGET/quant_emulated" tests/parity/fixtures/quant.safetensors
}

# All of the GPU's code compiles, kernels included; no GPU is needed for that.
cuda() {
    source scripts/cuda-toolkit.sh
    cargo clippy -p shinsa-worker -p shinsa-tests --features shinsa-worker/cuda,shinsa-tests/cuda \
        --all-targets -- -D warnings
}

window() {
    # A screen of its own; the tests share it, so one at a time.
    xvfb-run -a -s "-screen 0 1280x900x24" \
        cargo test --workspace --features "$FEATURES,shinsa-tests/window" --test window -- --test-threads=1
}

step setup setup || finish
step format cargo fmt --all --check || true
step data python3 resources/demo/make.py --check || true
step types npm --prefix ui run --silent check || true
step ui npm --prefix ui run --silent test || true
step build cargo build "${EVERYTHING[@]}" --features "$FEATURES" || finish
# The binaries were built a line above, with these very features.
export SHINSA_TESTS_BUILT=1
step rust cargo test "${EVERYTHING[@]}" --features "$FEATURES" --no-fail-fast || true
step window window || true
step lint scripts/lint.sh || true
step kernels kernels || true
step cuda cuda || true
finish
