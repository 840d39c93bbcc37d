"""How much memory a judging of many outputs takes before its first verdict.

    python3 tests/bench/many.py [--outputs 20000] [--bin target/debug] [--model FILE]

Makes a synthetic project, starts a judging of all its outputs, 4 samples each, and
prints the peak resident memory of `shinsa` and of its worker, and how long the first
verdict took. Then it stops. Nothing of it is anybody's data.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def peak(pid):
    """Most resident memory so far, bytes; 0 for a process that is gone."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def child_of(pid):
    try:
        kids = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for task in Path(f"/proc/{pid}/task").iterdir():
            kids += (task / "children").read_text().split()
    except OSError:
        return None
    return int(kids[0]) if kids else None


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--outputs", type=int, default=20_000)
    arguments.add_argument("--bin", type=Path, default=ROOT / "target/debug")
    arguments.add_argument("--model", type=Path, default=ROOT / "target/models/smollm2-135m-instruct-q4_1.gguf")
    args = arguments.parse_args()
    with tempfile.TemporaryDirectory() as home:
        home = Path(home)
        env = os.environ | {
            "HOME": str(home), "SHINSA_PASSPHRASE": "a synthetic passphrase", "LC_ALL": "C.UTF-8",
            "SHINSA_MODEL": str(args.model), "SHINSA_WORKER": str(args.bin / "shinsa-worker"),
        }
        shinsa = lambda *more: subprocess.run([args.bin / "shinsa", *more], cwd=home, env=env, check=True, stdout=subprocess.DEVNULL)
        shinsa("project", "new", "many.shinsa")
        shinsa("rubric", "add", "many.shinsa", "answer-safety")
        cases = max(1, args.outputs // 100)
        with (home / "cases.jsonl").open("w") as to:
            for i in range(cases):
                print(json.dumps({"key": f"C{i}", "what": f"Synthetic case {i}: a fall at night without injury.", "synthetic": True}), file=to)
        text = "Call your pharmacist and take no more until you have spoken to them. " * 8
        with (home / "outputs.jsonl").open("w") as to:
            for i in range(args.outputs):
                print(json.dumps({"key": f"O{i}", "case": f"C{i % cases}", "text": f"{i}: {text}", "model": "m", "synthetic": True}), file=to)
        shinsa("import", "cases", "many.shinsa", "cases.jsonl")
        shinsa("import", "outputs", "many.shinsa", "outputs.jsonl")
        began = time.monotonic()
        said = (home / "said.jsonl").open("w")
        judge = subprocess.Popen(
            [args.bin / "shinsa", "judge", "many.shinsa", "--name", "all", "--which", "all", "--samples", "4", "--fast"],
            cwd=home, env=env, stdout=said, stderr=subprocess.STDOUT,
        )
        app = worker = 0
        spent = None
        while judge.poll() is None and time.monotonic() - began < 900:
            app = max(app, peak(judge.pid))
            if kid := child_of(judge.pid):
                worker = max(worker, peak(kid))
            # The phase after the shared part is that of verdicts.
            text = (home / "said.jsonl").read_text()
            if any(word in text for word in ("Judging",)):
                spent = time.monotonic() - began
                break
            time.sleep(0.2)
        time.sleep(3)
        app, kid = max(app, peak(judge.pid)), child_of(judge.pid)
        worker = max(worker, peak(kid) if kid else 0)
        judge.terminate()
        judge.wait()
        print(json.dumps({"outputs": args.outputs, "app_mib": app >> 20, "worker_mib": worker >> 20, "seconds": spent}))


if __name__ == "__main__":
    main()
