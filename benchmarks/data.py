"""The files and lists that are verified: made once, and used again by later runs."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
NEEDED = 7 * GIB
"""Disk space for all of it."""


class Dataset(NamedTuple):
    """Files in a directory, and the same list of them in every format that a program wants."""

    title: str
    directory: Path
    lists: Path
    """The directory of the lists. Names in them are relative to *directory*."""

    @property
    def names(self) -> Path:
        """Path of the plain list of names, one a line."""
        return self.lists / "names"

    def sums(self, algorithm: str) -> Path:
        """Path of the list for ``*sum -c``."""
        return self.lists / f"{algorithm}sum.txt"

    def hashdeep(self, algorithm: str) -> Path:
        """Path of the list for ``hashdeep -k``."""
        return self.lists / f"{algorithm}.hashdeep"

    def entries(self) -> int:
        return self.names.read_bytes().count(b"\n")


class Store:
    """The directory of all data. *tenth* makes a tenth of each, to try that everything works."""

    def __init__(self, directory: Path, *, tenth: bool) -> None:
        self.directory = directory / ("tenth" if tenth else "whole")
        self.scale = 10 if tenth else 1
        self.directory.mkdir(parents=True, exist_ok=True)
        free, needed = shutil.disk_usage(directory).free, NEEDED // self.scale
        if free < needed and not any(self.directory.iterdir()):
            msg = f"{directory} has {free / GIB:.1f} GiB free, but needs {needed / GIB:.1f}: give another with --data"
            raise SystemExit(msg)

    def small(self) -> Dataset:
        """Files so small that system calls are all the work."""
        count = 50_000 // self.scale
        return self._files(f"{count:,} files of 4 KiB", "small", [("small", count, 4 * KIB)], ["sha1"])

    def medium(self) -> Dataset:
        """Files large enough that the digest is all the work."""
        count = 2_000 // self.scale
        algorithms = ["md5", "sha1", "sha256", "sha512"]
        return self._files(f"{count:,} files of 1 MiB", "medium", [("medium", count, MIB)], algorithms)

    def large(self) -> Dataset:
        size = 2 * GIB // self.scale
        return self._files(f"one file of {size / GIB:.1f} GiB", "large", [("large", 1, size)], ["sha1", "sha256"])

    def mix(self) -> Dataset:
        """Half of the bytes are in the last file: who starts it last leaves the other cores idle."""
        small, medium, size = 20_000 // self.scale, 500 // self.scale, 512 * MIB // self.scale
        title = f"{small:,} files of 4 KiB, {medium} of 1 MiB and last one of {size // MIB} MiB"
        groups = [("small", small, 4 * KIB), ("medium", medium, MIB), ("tail", 1, size)]
        return self._files(title, "mix", groups, ["sha256"])

    def _files(self, title: str, name: str, groups: Groups, algorithms: Sequence[str]) -> Dataset:
        directory = self.directory / name
        dataset = Dataset(title, directory, directory)
        with Making(directory, f"{groups} {algorithms}") as missing:
            if missing:
                write_lists(dataset, algorithms, write_files(directory, groups, algorithms))
        return dataset

    def linked(self) -> list[Dataset]:
        """Lists of growing length: other names for a thousand tiny files.

        A million names are a million directory entries to look up, as in any list of that length;
        as hard links they need no million inodes, which many a file system doesn't have left.
        """
        counts = [n // self.scale for n in (10_000, 100_000, 1_000_000)]
        directory = self.directory / "lists"
        datasets = [Dataset(f"{n:,} entries", directory, directory / f"entries-{n}") for n in counts]
        with Making(directory, f"{counts}") as missing:
            if missing:
                write_linked(datasets, counts)
        return datasets


Groups = Sequence[tuple[str, int, int]]
"""Directory, number of files, bytes of each."""

Entry = tuple[str, int, Sequence[str]]
"""Name, bytes, and a digest by each of the algorithms."""


class Making:
    """True where the data aren't there as a whole, by a mark that is written at the end."""

    def __init__(self, directory: Path, recipe: str) -> None:
        self._directory, self._recipe, self._mark = directory, recipe, directory / "complete"

    def __enter__(self) -> bool:
        if self._mark.exists() and self._mark.read_text() == self._recipe:
            return False
        print(f"making {self._directory}", flush=True)
        shutil.rmtree(self._directory, ignore_errors=True)
        self._directory.mkdir()
        return True

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is None:
            self._mark.write_text(self._recipe)


def write_files(directory: Path, groups: Groups, algorithms: Sequence[str]) -> Iterator[Entry]:
    """Write files of noise, always the same, a thousand in a directory."""
    noise = random.Random(1)
    for group, count, size in groups:
        for number in range(count):
            name = f"{group}/{number // 1000:02}/{number:05}.bin"
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            yield name, size, write_noise(directory / name, size, noise, algorithms)


def write_noise(path: Path, size: int, noise: random.Random, algorithms: Sequence[str]) -> list[str]:
    """Write one file; return its digests."""
    digests = [hashlib.new(algorithm) for algorithm in algorithms]
    with path.open("wb") as file:
        for start in range(0, size, MIB):
            block = noise.randbytes(min(MIB, size - start))
            file.write(block)
            for digest in digests:
                digest.update(block)
    return [digest.hexdigest() for digest in digests]


def write_linked(datasets: Sequence[Dataset], counts: Sequence[int]) -> None:
    """Write a thousand files, then links to them up to the longest list, which begins with the shorter ones."""
    directory = datasets[0].directory
    first = list(write_files(directory, [("links", 1000, 64)], ["sha1"]))
    entries = first[: counts[-1]]
    for number in range(1000, counts[-1]):
        target, size, digests = first[number % 1000]
        name = f"links/{number // 1000:02}/{number:05}.bin"
        if number % 1000 == 0:
            (directory / name).parent.mkdir()
        os.link(directory / target, directory / name)
        entries.append((name, size, digests))
    for dataset, count in zip(datasets, counts, strict=True):
        write_lists(dataset, ["sha1"], entries[:count])


def write_lists(dataset: Dataset, algorithms: Sequence[str], entries: Iterable[Entry]) -> None:
    """Write the lists in all formats, while *entries* come."""
    dataset.lists.mkdir(parents=True, exist_ok=True)
    files: list[TextIO] = []
    try:
        names = opened(dataset.names, files)
        plain = [opened(dataset.sums(algorithm), files) for algorithm in algorithms]
        audit = [opened(dataset.hashdeep(algorithm), files) for algorithm in algorithms]
        for algorithm, file in zip(algorithms, audit, strict=True):
            file.write(f"%%%% HASHDEEP-1.0\n%%%% size,{algorithm},filename\n")
        for name, size, digests in entries:
            names.write(f"{name}\n")
            for digest, lines, known in zip(digests, plain, audit, strict=True):
                lines.write(f"{digest}  {name}\n")
                known.write(f"{size},{digest},{name}\n")
    finally:
        for file in files:
            file.close()


def opened(path: Path, files: list[TextIO]) -> TextIO:
    """Open *path* for writing, names as they are, and note it in *files*."""
    file = path.open("w", encoding="utf-8", errors="surrogateescape", newline="\n")
    files.append(file)
    return file
