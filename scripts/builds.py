#!/usr/bin/env python3
"""Says which crates `make demo` and `make app` would compile that `make test` has not.

Compares cargo's unit graphs (which need an unstable flag): a unit is shared only if
its features, its profile and all it depends on are the same. Names what differs, so
that src-tauri/crates/worker/Cargo.toml can ask for it in every build. Our own crates
differ from `domain` upwards, because only the window needs its TypeScript types; a
registry's crate that differs ends this with 1.
"""

import hashlib
import json
import os
import subprocess
import sys

SHELL = ["--features", "shinsa-app/custom-protocol"]
TEST = ["--workspace", "--lib", "--bins", "--tests", *SHELL]
OTHERS = {
    "make demo": ["-p", "shinsa-cli", "-p", "shinsa-worker"],
    "make app": ["-p", "shinsa-app", "-p", "shinsa-worker", *SHELL],
}


def graph(arguments):
    run = subprocess.run(
        ["cargo", "build", *arguments, "--unit-graph", "-Z", "unstable-options"],
        env={**os.environ, "RUSTC_BOOTSTRAP": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(run.stdout)["units"]


def hashes(units):
    done = {}

    def of(at):
        if at not in done:
            unit = units[at]
            profile = {k: v for k, v in unit["profile"].items() if k != "name"}
            own = [unit[k] for k in ("pkg_id", "target", "platform", "mode", "features")]
            deps = sorted(d["extern_crate_name"] + of(d["index"]) for d in unit["dependencies"])
            text = json.dumps([own, profile, deps], sort_keys=True)
            done[at] = hashlib.sha256(text.encode()).hexdigest()
        return done[at]

    return [of(at) for at in range(len(units))]


def name(unit):
    return unit["pkg_id"].rsplit("/", 1)[-1]


def main():
    sys.setrecursionlimit(100_000)
    test = graph(TEST)
    known = set(hashes(test))
    apart = 0
    for command, arguments in OTHERS.items():
        units = graph(arguments)
        differ = {at for at, one in enumerate(hashes(units)) if one not in known}
        foreign = [at for at in differ if units[at]["pkg_id"].startswith("registry")]
        print(
            f"{command}: {len(units)} units, {len(differ)} not shared with make test,"
            f" {len(foreign)} of them not ours"
        )
        apart += len(foreign)
        for at in sorted(differ):
            unit = units[at]
            if any(d["index"] in differ for d in unit["dependencies"]):
                continue  # only because of one below it
            print(f"  {name(unit)} ({unit['mode']}) with {sorted(unit['features'])}; make test has")
            for other in test:
                if (other["pkg_id"], other["mode"]) == (unit["pkg_id"], unit["mode"]):
                    print(f"    {sorted(other['features'])}")
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
