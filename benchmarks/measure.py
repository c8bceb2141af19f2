"""Runs commands in turn and takes the time, CPU and memory the system counted for them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

RUNS = 5
"""Counted runs of each; the tables show medians."""


class Command(NamedTuple):
    """A command to run in a folder."""

    name: str
    arguments: Sequence[str]
    folder: Path


class Run(NamedTuple):
    """What one run took and said."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds on all cores together, user and system."""
    memory: float
    """Peak resident memory in MB. Never less than this script's own, with which a child starts."""
    status: int
    output: str
    errors: str


def checksig() -> str:
    """Path of the installed command."""
    return str(Path(sys.executable).with_name("checksig"))


def run(command: Command) -> Run:
    """Run it once. Output goes to files, so that nobody waits for this script to read."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command.arguments, cwd=command.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=errors
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for file in (output, errors):
            file.seek(0)
            texts.append(os.fsdecode(file.read()))
    mb = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / mb, process.returncode, *texts)


def in_turn(commands: Sequence[Command], runs: int = RUNS) -> list[list[Run]]:
    """Run all, then all again, after one round that isn't counted and fills the caches."""
    rounds = [[run(command) for command in commands] for _ in range(runs + 1)]
    return [list(each) for each in zip(*rounds[1:], strict=True)]


def table(commands: Sequence[Command], results: Sequence[Sequence[Run]]) -> str:
    """Medians, with the first command's wall time as a ratio to each, taken round by round."""
    lines = [f"{'':32} {'wall s':>8} {'CPU s':>8} {'peak MB':>8} {'ours/its wall':>14}"]
    for command, runs in zip(commands, results, strict=True):
        wall, cpu, memory = (median(getattr(r, figure) for r in runs) for figure in ("wall", "cpu", "memory"))
        ratio = median(ours.wall / its.wall for ours, its in zip(results[0], runs, strict=True))
        lines.append(f"{command.name:32} {wall:8.3f} {cpu:8.3f} {memory:8.1f} {ratio:14.2f}")
    return "\n".join(lines)
