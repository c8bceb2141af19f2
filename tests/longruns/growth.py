"""Runs many jobs, and says what this process and its helper have more of after them: ``growth.py --jobs 100000``."""

from __future__ import annotations

import argparse
import gc
import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path

import checksig

BEFORE = 5000
"""Jobs until all is there that a process needs for any number of them."""


def processes() -> list[str]:
    """Return this process, and the helper process if there is one."""
    return ["self", *Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def held() -> dict[str, int]:
    """Return what all of them hold: resident memory in KiB, descriptors, and threads."""
    time.sleep(3)  # the engine gives its memory back two seconds after its last job
    gc.collect()
    maps = "".join(Path(f"/proc/{process}/smaps_rollup").read_text() for process in processes())
    return {
        "KiB": sum(int(line.split()[1]) for line in maps.splitlines() if line.startswith("Rss:")),
        "descriptors": sum(len(os.listdir(f"/proc/{process}/fd")) for process in processes()),
        "threads": sum(len(os.listdir(f"/proc/{process}/task")) for process in processes()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=100_000)
    options = parser.parse_args()
    if sys.platform != "linux":
        sys.exit("it reads /proc")
    with tempfile.TemporaryDirectory() as root:
        Path(root, "f").write_bytes(b"1")
        Path(root, "SHA256SUMS").write_text(f"{hashlib.sha256(b'1').hexdigest()}  f\n")
        for count in (BEFORE, options.jobs):
            before = held()
            for _ in range(count):
                assert checksig.verify(root).ok
        after = held()
    print(f"{options.jobs:,} jobs: " + ", ".join(f"{after[what] - before[what]:+} {what}" for what in before))


if __name__ == "__main__":
    main()
