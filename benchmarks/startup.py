"""What `import checksig` costs over the bare interpreter, and an empty ABI call over one of libc."""

from __future__ import annotations

import ctypes
import sys
import timeit
from pathlib import Path
from statistics import median
from typing import Any

from measure import Command, in_turn

from checksig import _native

CALLS = 200_000


def main() -> None:
    """Print both."""
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


def best(statement: str, names: dict[str, Any]) -> float:
    """Microseconds a statement takes, the best of three."""
    return min(timeit.repeat(statement, globals=names, number=CALLS, repeat=3)) / CALLS * 1e6


if __name__ == "__main__":
    main()
