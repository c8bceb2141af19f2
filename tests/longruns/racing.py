"""Verifies a tree that another process changes all the time, under strace: ``racing.py --minutes 10``.

Nothing outside the root may be opened for reading, a right file that nobody touches is always ok, and no
run takes long, although FIFOs come and go.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FILES = 40
CALM = "calm"
"""The file that nobody changes."""

VERIFY = """
import sys, time, checksig
root, end, runs, worst = sys.argv[1], time.monotonic() + float(sys.argv[2]), 0, 0.0
while time.monotonic() < end:
    began = time.monotonic()
    report = checksig.verify(root, keep="all", timeout=60)
    worst = max(worst, time.monotonic() - began)
    calm = [result for result in report.results if result.path == "calm"]
    assert [str(result.status) for result in calm] == ["ok"], calm
    for result in report.results:
        assert result.status != "ok" or result.actual == result.expected
    runs += 1
print(f"{runs} runs, the longest took {worst:.2f} s")
"""


def make(place: Path) -> Path:
    root, outside = place / "root", place / "outside"
    (root / "d").mkdir(parents=True)
    outside.mkdir()
    names = [CALM, *(f"d/{number}" for number in range(FILES))]
    lines = []
    for name in names:
        data = name.encode() * 1000
        (root / name).write_bytes(data)
        (outside / Path(name).name).write_bytes(data)
        lines.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
    (root / "SHA256SUMS").write_text("".join(lines))
    return root


def change(root: Path, outside: Path, chance: random.Random) -> None:
    """Make one change: to a file, or to the directory that holds all but one of them."""
    path = root / "d" / str(chance.randrange(FILES))
    new = root / "new"
    kind = chance.randrange(8)
    new.unlink(missing_ok=True)  # a link to a FIFO stays when it is renamed to another name of it
    try:
        if kind == 0:
            path.unlink()
        elif kind == 1:
            new.write_bytes(path.name.encode() * 1000)
            new.rename(path)
        elif kind == 2:
            os.truncate(path, chance.randrange(5000))
        elif kind == 3:
            new.symlink_to(outside / path.name)
            new.rename(path)
        elif kind == 4:
            os.mkfifo(new)
            new.rename(path)
        elif kind == 5:
            (root / "d").rename(root / "away")
            (root / "d").symlink_to(outside)
            (root / "d").unlink()
            (root / "away").rename(root / "d")
        elif kind == 6:
            new.symlink_to(f"../d/{chance.randrange(FILES)}")
            new.rename(path)
        else:
            os.link(root / "d" / str(chance.randrange(FILES)), new)
            new.rename(path)
    except OSError:
        new.unlink(missing_ok=True)


def opened_outside(log: Path, outside: Path) -> list[str]:
    """Return the calls that opened something outside for more than its name (O_PATH)."""
    there = re.compile(rf"= \d+<{re.escape(str(outside))}[/>]")
    with log.open(errors="replace") as lines:
        return [line for line in lines if there.search(line) and "O_PATH" not in line]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()
    if not shutil.which("strace"):
        sys.exit("there is no strace here")
    place = Path(tempfile.mkdtemp(prefix="racing-")).resolve()
    root, outside, log = make(place), place / "outside", place / "log"
    trace = ["strace", "-f", "-y", "-qq", "--signal=none", "-e", "trace=open,openat,openat2", "-o", str(log)]
    run = [*trace, sys.executable, "-c", VERIFY, str(root), str(60 * options.minutes)]
    chance, changes = random.Random(), 0
    with subprocess.Popen(run) as verifying:
        while verifying.poll() is None:
            change(root, outside, chance)
            changes += 1
            time.sleep(0.0002)
    found = opened_outside(log, outside)
    print(f"{changes:,} changes; {log.stat().st_size >> 20} MiB of opens, {len(found)} of them outside")
    if verifying.returncode or found:
        sys.exit(f"{place} is kept: {found[:5]}")
    shutil.rmtree(place)


if __name__ == "__main__":
    main()
