"""What is small: `import checksig`, an empty ABI call, and the time from Ctrl-C to its exception."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import tempfile
import time
import timeit
from pathlib import Path
from statistics import median
from typing import Any

from checksig._engine import _ctypes
from measure import Command, Launcher
from report import Table

VERIFY = """
import sys, checksig
print(flush=True)
try:
    checksig.verify(sys.argv[1])
except KeyboardInterrupt:
    print(flush=True)
"""


def table(launcher: Launcher, rounds: int, *, tenth: bool) -> Table:
    """Take the time of all three."""
    scale = 10 if tenth else 1
    rows = [*imports(launcher, 5 * rounds), *empty_calls(rounds, 200_000 // scale), *interrupts(20 // scale)]
    return Table("startup", "What is small", ["", "median"], rows)


def imports(launcher: Launcher, rounds: int) -> list[list[str]]:
    def python(code: str) -> Command:
        return Command([sys.executable, "-c", code], Path.cwd())

    commands = {"bare": python("pass"), "ours": python("import checksig")}
    runs = launcher.in_turn(commands, rounds)
    bare, ours = (median(run.wall for run in runs[name]) * 1e3 for name in ("bare", "ours"))
    return [
        ["bare interpreter", f"{bare:.1f} ms"],
        ["`import checksig` on top of it", f"{ours - bare:.1f} ms"],
    ]


def empty_calls(rounds: int, calls: int) -> list[list[str]]:
    names = {"absolute": ctypes.CDLL(None).abs, "empty": _ctypes.load().abi}
    names["absolute"].restype, names["absolute"].argtypes = ctypes.c_int, [ctypes.c_int]
    times = [(best("empty()", names, calls), best("absolute(1)", names, calls)) for _ in range(rounds)]
    empty, absolute = (median(column) for column in zip(*times, strict=True))
    return [
        ["empty ABI call", f"{empty:.3f} µs"],
        ["libc's abs() by ctypes", f"{absolute:.3f} µs"],
    ]


def best(statement: str, names: dict[str, Any], calls: int) -> float:
    """Microseconds a statement takes, the best of three."""
    return min(timeit.repeat(statement, globals=names, number=calls, repeat=3)) / calls * 1e6


def interrupts(times: int) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as directory:
        waits = [interrupt(Path(directory), 0.2 + number / 100) * 1e3 for number in range(times)]
    return [["Ctrl-C to KeyboardInterrupt", f"{median(waits):.0f} ms (at most {max(waits):.0f})"]]


def interrupt(root: Path, after: float) -> float:
    """Seconds from Ctrl-C until a run over a huge file has raised for it."""
    with (root / "file").open("wb") as f:
        f.truncate(1 << 40)
    (root / "SHA256SUMS").write_text("0" * 64 + "  file\n")
    with subprocess.Popen([sys.executable, "-c", VERIFY, str(root)], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        time.sleep(after)
        sent = time.perf_counter()
        process.send_signal(signal.SIGINT)
        process.stdout.readline()
        return time.perf_counter() - sent
