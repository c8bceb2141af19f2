"""Compares the engine with a model over hashlib, on trees and lists made at random: ``differential.py --minutes 20``.

The model knows nothing of the engine: it decides from how a file was made what its status has to be.
CHECKSIG_ENGINE and CHECKSIG_KERNELS choose the engine and its kernels, as for any program.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import checksig

PLAIN = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
"""Algorithms that a list's name can say."""
ALGORITHMS = (*PLAIN, "sha3-224", "sha3-256", "sha3-384", "sha3-512", "blake2b", "blake2s")
BLOCKS = (0, 1, 55, 56, 63, 64, 111, 112, 127, 128, 4096, 65536, 131072)
"""Sizes at which an algorithm pads differently, or the engine reads another piece."""
LETTERS = ["a", "b", "Z", " ", "-", "*", "(", ")", "=", "\\", "\n", "\r", "#", "é", "日", "\udcff", "\t"]


class Entry(NamedTuple):
    """A name in a list, and what has to come of it."""

    name: str
    line: bytes
    status: str


def size(chance: random.Random) -> int:
    return max(0, chance.choice(BLOCKS) * chance.choice((1, 1, 1, 2, 3)) + chance.choice((-1, 0, 0, 0, 1, 7)))


def name(chance: random.Random, number: int) -> str:
    """Return a name that no other file of the tree has, by its number."""
    directory = chance.choice(("", "", "d/", "d/e/", "x y/"))
    return f"{directory}{''.join(chance.choices(LETTERS, k=chance.randint(0, 4)))}{number}"


def line(chance: random.Random, algorithm: str, listed: bytes, digest: str, *, tagged: bool) -> bytes:
    """Write an entry as coreutils does, with or without its tag."""
    escaped = listed.replace(b"\\", rb"\\").replace(b"\n", rb"\n").replace(b"\r", rb"\r")
    start = b"" if escaped == listed else b"\\"
    if not tagged:
        return start + digest.encode() + chance.choice((b"  ", b" *")) + escaped + b"\n"
    tag = {"blake2b": "BLAKE2b", "blake2s": "BLAKE2s"}.get(algorithm, algorithm.upper())
    return start + f"{tag} (".encode() + escaped + f") = {digest}\n".encode()


Maker = Callable[[Path, Path, bytes, random.Random], str]


def plain(path: Path, _: Path, data: bytes, __: random.Random) -> str:
    path.write_bytes(data)
    return "ok"


def other(path: Path, _: Path, data: bytes, chance: random.Random) -> str:
    """Write what differs in one bit, or in its length."""
    if data and chance.random() < 0.7:
        at = chance.randrange(len(data))
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :])
    else:
        path.write_bytes(data + b"\0")
    return "mismatch"


def none(_: Path, __: Path, ___: bytes, ____: random.Random) -> str:
    return "missing"


def directory(path: Path, _: Path, __: bytes, ___: random.Random) -> str:
    path.mkdir()
    return "not_regular"


def pipe(path: Path, _: Path, __: bytes, ___: random.Random) -> str:
    os.mkfifo(path)
    return "not_regular"


def link(path: Path, _: Path, data: bytes, __: random.Random) -> str:
    target = path.with_name(f"{path.name}.target")
    target.write_bytes(data)
    path.symlink_to(target.name)
    return "ok"


def link_outside(path: Path, outside: Path, data: bytes, _: random.Random) -> str:
    outside.write_bytes(data)
    path.symlink_to(os.path.relpath(outside, path.parent))
    return "outside_root"


MAKERS: list[Maker] = [plain] * 12 + [other, other, none, directory, pipe, link, link_outside]


def entries(chance: random.Random, root: Path, outside: Path, algorithm: str, *, tagged: bool) -> Iterator[Entry]:
    """Make files and the lines for them."""
    for number in range(chance.randint(1, 40)):
        if tagged and chance.random() < 0.1:
            algorithm = chance.choice(ALGORITHMS)
        listed, data = name(chance, number), chance.randbytes(size(chance))
        path = root / listed
        path.parent.mkdir(parents=True, exist_ok=True)
        status = chance.choice(MAKERS)(path, outside / str(number), data, chance)
        digest = hashlib.new(algorithm.replace("-", "_"), data).hexdigest()
        yield Entry(listed, line(chance, algorithm, os.fsencode(listed), digest, tagged=tagged), status)


def attempt(chance: random.Random, place: Path) -> int:
    """Make a tree and its list, and compare. Returns the number of entries."""
    root, outside = place / "root", place / "outside"
    root.mkdir()
    outside.mkdir()
    tagged = chance.random() < 0.5
    algorithm = chance.choice(ALGORITHMS if tagged else PLAIN)
    made = list(entries(chance, root, outside, algorithm, tagged=tagged))
    manifest = root / ("CHECKSUMS" if tagged else f"{algorithm.upper()}SUMS")
    manifest.write_bytes(b"".join(entry.line for entry in made))
    report = checksig.verify(root, manifest, keep="all", jobs=chance.choice((None, 1, 2, 7)))
    got = {result.path: str(result.status) for result in report.results}
    wanted = {entry.name: entry.status for entry in made}
    if got != wanted or report.ok is not (set(wanted.values()) == {"ok"}):
        wrong = {n: (wanted.get(n), got.get(n)) for n in wanted.keys() | got.keys() if wanted.get(n) != got.get(n)}
        sys.exit(f"{place} is kept; wanted and got: {wrong}")
    return len(made)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    options = parser.parse_args()
    print(f"--seed {options.seed}", flush=True)
    chance, end, trees, files = random.Random(options.seed), time.monotonic() + 60 * options.minutes, 0, 0
    while time.monotonic() < end:
        place = Path(tempfile.mkdtemp(prefix="differential-"))
        files += attempt(chance, place)
        trees += 1
        shutil.rmtree(place)
    print(f"{trees:,} trees, {files:,} entries: every status as the model has it")


if __name__ == "__main__":
    main()
