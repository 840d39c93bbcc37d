#!/usr/bin/env bash
# Checks that what must be there before us is there: rust rust-lint node python.
source "$(dirname "$0")/common.sh"

newer() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n1)" = "$1" ]; }

for tool in "$@"; do
    case $tool in
    rust)
        has cargo || die "cargo is not installed. Install Rust (see https://rustup.rs) and run this again."
        want=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
        have=$(rustc --version | cut -d' ' -f2)
        newer "$want" "$have" || die "Rust $have is too old: $want or newer is needed (rustup update stable)."
        ;;
    rust-lint)
        if ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
            has rustup || die "rustfmt and clippy are missing; install them the way Rust was installed."
            rustup component add rustfmt clippy
        fi
        ;;
    node)
        has node && has npm || die "node and npm are not installed. Install Node.js 20.19 or newer."
        have=$(node --version); have=${have#v}
        newer 20.19.0 "$have" || die "Node.js $have is too old: 20.19 or newer is needed."
        ;;
    python)
        has python3 || die "python3 is not installed. (Debian: apt-get install python3 python3-pip)"
        python3 -m pip --version >/dev/null 2>&1 || die "pip is missing. (Debian: apt-get install python3-pip)"
        ;;
    esac
done
