"""One tiny file: what a call costs, against hashlib in the same process, and a process that does the same."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

import checksig
from measure import Command, Launcher
from peers import checksig as command
from report import Table, judged

HEAD = ["", "median µs", "fastest µs", "its/hashlib", "wanted µs"]
MOST = 120.0
"""Microseconds that a call of ours is wanted to take at most."""


class Times(NamedTuple):
    """What the calls of one kind took, in microseconds."""

    middle: float
    fastest: float


def table(launcher: Launcher, rounds: int, *, tenth: bool) -> Table:
    """Take the time of all, in turn."""
    result = Table("tiny", "One tiny file", HEAD, unit="µs")
    with tempfile.TemporaryDirectory() as directory:
        calls = in_process(Path(directory))
        for call in calls.values():
            repeated(call, 100)  # the first call loads the engine
        count = 200 if tenth else 2_000
        times = {label: [repeated(call, count) for _ in range(rounds)] for label, call in calls.items()}
        programs = launcher.in_turn(processes(Path(directory)), 5 * rounds)
    times |= {label: [Times(run.wall * 1e6, run.wall * 1e6) for run in runs] for label, runs in programs.items()}
    bare = median(each.middle for each in times["hashlib.file_digest"])
    for label, its in times.items():
        middle, fastest = median(each.middle for each in its), min(each.fastest for each in its)
        most = MOST if label.startswith("checksig.") else None
        result.rows.append(
            [label, f"{middle:.1f}", f"{fastest:.1f}", f"{middle / bare:.1f}", judged(middle, most, judge=not tenth)]
        )
        result.rounds[label] = [list(each) for each in its]
        if label in calls:
            result.bars[label] = middle
    result.notes.append("the last two are processes of their own, from their start to their end")
    return result


def in_process(directory: Path) -> Mapping[str, Callable[[], object]]:
    """The calls, on a file that this makes."""
    file, sums = directory / "file", directory / "SHA256SUMS"
    file.write_bytes(b"tiny\n")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    sums.write_text(f"{digest}  file\n")
    root, manifest, path = str(directory), str(sums), str(file)

    def by_hashlib() -> bool:
        with open(path, "rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest() == digest

    return {
        "hashlib.file_digest": by_hashlib,
        "checksig.verify": lambda: checksig.verify(root, manifest),
        "checksig.verify_file": lambda: checksig.verify_file(path, digest),
        "checksig.file_digest": lambda: checksig.file_digest(path),
    }


def processes(directory: Path) -> Mapping[str, Command]:
    return {
        "`checksig verify`": Command([command(), "verify", "--quiet", "SHA256SUMS"], directory),
        "`sha256sum -c`": Command(["sha256sum", "--quiet", "-c", "SHA256SUMS"], directory),
    }


def repeated(call: Callable[[], object], times: int) -> Times:
    took = []
    for _ in range(times):
        started = perf_counter()
        call()
        took.append((perf_counter() - started) * 1e6)
    return Times(median(took), min(took))
