"""Two long lists with few differences: `checksig diff` against the programs of a shell that compare sorted lines."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from pathlib import Path

from measure import Command, Launcher
from peers import checksig
from report import Table, compare

ENTRIES = 1_000_000
DIFFERENCES = 1_000

SORTED, UNSORTED = "checksig diff", "checksig diff, lists that are not sorted"
LINES = "GNU diff of the lines"
JOINED = "join and awk, by name"
OF_JOINED = 1.0
"""The most that `diff` may take, as a part of what the shell takes by name, on two cores."""

HEAD = ["", "wall s", "CPU s", "peak MB", "first/its wall", "wanted"]


def table(launcher: Launcher, directory: Path, rounds: int, *, tenth: bool) -> Table:
    """Measure sorted lists, the same lists in another order, and two pipelines on the sorted ones."""
    entries = ENTRIES // (10 if tenth else 1)
    data = directory / "diff"
    write(data, entries)
    join = "join -j 2 -a 1 -a 2 -o 0,1.1,2.1 -e - old new | awk '$2 != $3'"
    commands = {
        SORTED: Command([checksig(), "diff", "old", "new"], data, checked=False),
        UNSORTED: Command([checksig(), "diff", "old.unsorted", "new.unsorted"], data, checked=False),
        LINES: Command(["diff", "old", "new"], data, checked=False),
        JOINED: Command(["sh", "-c", join], data),
    }
    title = f"Two lists of {entries:,} entries, SHA-256, {DIFFERENCES:,} differences"
    found = Table("diff", title, HEAD, unit="seconds")
    runs = launcher.in_turn(commands, rounds)
    compare(found, runs, {JOINED: OF_JOINED}, judge=not tenth)
    found.notes.append("the other programs read one format and find no file that moved")
    found.good = all(run.status == 1 for label in (SORTED, UNSORTED) for run in runs[label])
    return found


def write(directory: Path, entries: int) -> None:
    """Write a list, and one in which a few digests differ and a few names are new; both in two orders."""
    if (directory / str(entries)).exists():
        return
    directory.mkdir(parents=True, exist_ok=True)
    names = [f"directory-{n // 1000:06}/file-{n:08}" for n in range(entries)]
    old = [f"{digest(n)}  {name}\n" for n, name in enumerate(names)]
    new = list(old)
    for n in range(0, entries, entries // DIFFERENCES):
        new[n] = f"{digest(n)}  {names[n]}.new\n" if n % 3 else f"{digest(entries + n)}  {names[n]}\n"
    for name, lines in (("old", old), ("new", new)):
        put(directory / name, lines)
        random.Random(name).shuffle(lines)
        put(directory / f"{name}.unsorted", lines)
    (directory / str(entries)).touch()


def digest(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def put(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="ascii") as file:
        file.writelines(lines)
