"""A peer: what a Python programmer writes today, a pool of threads over hashlib.

Usage: hashlib_threads.py ALGORITHM LIST THREADS
"""

from __future__ import annotations

import hashlib
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def is_good(algorithm: str, line: bytes) -> bool:
    expected, name = line.rstrip(b"\n").split(b"  ", 1)
    try:
        with open(name, "rb") as file:
            return hashlib.file_digest(file, algorithm).hexdigest() == expected.decode()
    except OSError:
        return False


def main(algorithm: str, path: str, threads: str) -> int:
    lines = Path(path).read_bytes().splitlines(keepends=True)
    with ThreadPoolExecutor(int(threads)) as pool:
        verdicts = list(pool.map(lambda line: is_good(algorithm, line), lines))
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
