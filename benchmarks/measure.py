"""Runs commands in turn and takes the time, CPU and memory the system counted for them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

HERE = Path(__file__).resolve().parent


class Command(NamedTuple):
    """A command to run in a directory."""

    arguments: Sequence[str]
    directory: Path
    checked: bool = True
    """A status other than 0 ends the benchmark: a peer that failed has not done the work."""


class Run(NamedTuple):
    """What one run took and said."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds on all cores together, user and system."""
    memory: float
    """Peak resident memory of the largest process, in MB."""
    status: int
    output: str
    errors: str


class CommandError(Exception):
    """A command ended with a status other than 0."""


class Launcher:
    """Starts commands from a small program, which counts for them."""

    def __init__(self, bin_directory: Path) -> None:
        self._program = compiled("launch", bin_directory)

    def run(self, command: Command) -> Run:
        """Run it once. Output goes to files, so that nobody waits for this script to read."""
        with tempfile.TemporaryDirectory() as directory:
            output, errors = Path(directory, "output"), Path(directory, "errors")
            arguments: list[str | Path] = [self._program, command.directory, output, errors, *command.arguments]
            counted = subprocess.run(arguments, stdout=subprocess.PIPE, check=True)
            wall, cpu, memory, status = map(int, counted.stdout.split())
            texts = [os.fsdecode(path.read_bytes()) for path in (output, errors)]
        if command.checked and status:
            msg = f"{shlex.join(command.arguments)} ended with status {status}: {''.join(texts)[-500:]}"
            raise CommandError(msg)
        return Run(wall / 1e9, cpu / 1e6, memory / 1024, status, *texts)

    def in_turn(
        self, commands: Mapping[str, Command], rounds: int, before: Callable[[], object] = lambda: None
    ) -> dict[str, list[Run]]:
        """Run each once, then each once more, so that what else the machine does meets all alike.

        *before* is called before each run.
        """
        runs: dict[str, list[Run]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                before()
                runs[name].append(self.run(command)._replace(output="", errors=""))
        return runs


def compiled(name: str, bin_directory: Path) -> Path:
    """Compile the C program *name*.c of this directory; return its path."""
    program = bin_directory / name
    bin_directory.mkdir(parents=True, exist_ok=True)
    source = HERE / f"{name}.c"
    subprocess.run([*compiler(), "-std=gnu11", "-O2", "-pthread", "-o", program, source], check=True)
    return program


def compiler() -> list[str]:
    named = os.environ.get("CC") or shutil.which("cc")
    return shlex.split(named) if named else [sys.executable, "-m", "ziglang", "cc"]


def middle(runs: Sequence[Run]) -> Run:
    """The medians of wall, CPU and memory, each on its own."""
    wall, cpu, memory = (median(column) for column in zip(*((r.wall, r.cpu, r.memory) for r in runs), strict=True))
    return Run(wall, cpu, memory, 0, "", "")


def ratio(ours: Sequence[Run], its: Sequence[Run]) -> float:
    """Our wall time to its, round by round, and the median of that."""
    return median(mine.wall / other.wall for mine, other in zip(ours, its, strict=True))


def cores() -> int:
    """CPUs that this process may use: checksig's own default, and what every parallel peer is given."""
    return len(os.sched_getaffinity(0))
