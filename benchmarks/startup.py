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

from measure import Command, in_turn

from checksig import _native

CALLS = 200_000


VERIFY = """
import sys, checksig
print(flush=True)
try:
    checksig.verify(sys.argv[1])
except KeyboardInterrupt:
    print(flush=True)
"""


def main() -> None:
    """Print all three."""
    here = Path.cwd()
    bare = Command("bare", [sys.executable, "-c", "pass"], here)
    ours = Command("ours", [sys.executable, "-c", "import checksig"], here)
    results = in_turn([bare, ours], runs=25)
    without, with_it = (median(run.wall for run in runs) * 1e3 for runs in results)
    print(f"bare interpreter {without:.1f} ms, with `import checksig` {with_it:.1f} ms: {with_it - without:+.1f} ms")

    names = {"absolute": ctypes.CDLL(None).abs, "empty": _native.engine().abi}
    names["absolute"].restype, names["absolute"].argtypes = ctypes.c_int, [ctypes.c_int]
    rounds = [(best("empty()", names), best("absolute(1)", names)) for _ in range(5)]
    call, abs_call = (median(column) for column in zip(*rounds, strict=True))
    print(f"empty ABI call {call:.3f} µs, libc abs {abs_call:.3f} µs: {call / abs_call:.2f} times")

    with tempfile.TemporaryDirectory() as folder:
        waits = [interrupt(Path(folder), 0.2 + number / 100) * 1e3 for number in range(20)]
    print(f"Ctrl-C to KeyboardInterrupt: median {median(waits):.0f} ms, at most {max(waits):.0f} ms")


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


def best(statement: str, names: dict[str, Any]) -> float:
    """Microseconds a statement takes, the best of three."""
    return min(timeit.repeat(statement, globals=names, number=CALLS, repeat=3)) / CALLS * 1e6


if __name__ == "__main__":
    main()
