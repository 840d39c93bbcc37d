"""A measured process: what it says, its processor time and its peak of memory."""

import json
import os
import shlex
import subprocess
import threading
from pathlib import Path

import psutil


class Process:
    """A measured process: its lines, and its tree's peak of resident memory."""

    def __init__(self, command, env=None, request=None):
        prefix = shlex.split(os.environ.get("BENCH_PREFIX", ""))
        self.child = subprocess.Popen(prefix + command, env={**os.environ, **(env or {})}, text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if request is not None:
            # Left open: its end would cancel the job.
            self.child.stdin.write(json.dumps(request) + "\n")
            self.child.stdin.flush()
        self.peak = 0
        self.over = threading.Event()
        self.watch = threading.Thread(target=self.sample, daemon=True)
        self.watch.start()

    def cpu(self):
        try:
            root = psutil.Process(self.child.pid)
            return sum(sum(p.cpu_times()[:2]) for p in [root, *root.children(recursive=True)])
        except psutil.Error:
            return 0.0

    def sample(self):
        """Seldom, so that watching costs nothing: Linux itself keeps a process's peak."""
        while not self.over.wait(0.25):
            try:
                root = psutil.Process(self.child.pid)
                tree = [root, *root.children(recursive=True)]
                now = sum(p.memory_info().rss for p in tree)
                self.peak = max(self.peak, now, *(highest(p.pid) for p in tree))
            except psutil.Error:
                pass

    def lines(self):
        """Objects as they come, each with the tree's processor seconds so far."""
        for line in self.child.stdout:
            if line.startswith("{"):
                yield {**json.loads(line), "cpu": self.cpu()}
        status = self.child.wait()
        self.over.set()
        self.watch.join()
        if status != 0:
            raise SystemExit(f"{self.child.args} failed with status {status}")


def highest(pid):
    """The peak of one process's resident memory, where the system tells."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)
