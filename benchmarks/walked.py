"""What walks a directory: a new list, files that no list names, and a scan of an archive.

All are compared with verifying the same files.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from data import Dataset
from measure import Command, Launcher, cores
from peers import checksig
from report import Table, compare

CREATE, VERIFY, EXTRA = "checksig create", "checksig verify", "checksig verify --extra"
UPDATE = "checksig update"
SCAN = "checksig track scan, nothing changed"
FIND = "find and xargs {algorithm}sum"
OF_VERIFY = {"small": 1.15, "medium": 1.05}
"""The most that `create` may take, as a part of verifying the same files, by the name of the data."""
OF_FIND = {"small": 0.6}
OF_EXTRA = 1.25
OF_UPDATE = 1.1

HEAD = ["", "wall s", "CPU s", "peak MB", "first/its wall", "wanted"]


def created(launcher: Launcher, data: Dataset, algorithm: str, rounds: int, *, tenth: bool) -> Table:
    """Measure `create` against `verify`, and against the shell's way to make a list."""
    name = data.lists.name
    find = f"find . -type f -print0 | xargs -0 -P{cores()} -n5000 {algorithm}sum"
    new = str(data.lists / f"new.{algorithm}")
    made = Table(f"create-{name}-{algorithm}", f"{data.title}, a new list", HEAD, unit="seconds")
    create = [checksig(), "create", "--quiet", "--force", "--algorithm", algorithm, "--output", new, "."]
    commands = {
        CREATE: Command(create, top(data)),
        VERIFY: verify(data, algorithm),
        FIND.format(algorithm=algorithm): Command(["sh", "-c", find], top(data)),
    }
    most = {VERIFY: OF_VERIFY.get(name), FIND.format(algorithm=algorithm): OF_FIND.get(name)}
    compare(made, launcher.in_turn(commands, rounds), most, judge=not tenth)
    return made


def extra(launcher: Launcher, data: Dataset, algorithm: str, rounds: int, *, tenth: bool) -> Table:
    """Measure `verify --extra` against `verify` alone."""
    made = Table(
        f"extra-{data.lists.name}-{algorithm}", f"{data.title}, files that no list names", HEAD, unit="seconds"
    )
    commands = {EXTRA: verify(data, algorithm, "--extra"), VERIFY: verify(data, algorithm)}
    compare(made, launcher.in_turn(commands, rounds), {VERIFY: OF_EXTRA}, judge=not tenth)
    return made


def scanned(launcher: Launcher, data: Dataset, algorithm: str, rounds: int, *, tenth: bool) -> Table:
    """Measure a scan that finds no change against `verify`, with and without its walk."""
    made = Table(f"track-{data.lists.name}", f"{data.title}, a scan of an archive", HEAD, unit="seconds")
    database = data.lists / "track.sqlite"
    track = [checksig(), "track", "{}", "--quiet", "--database", str(database), "."]
    if not database.exists():
        subprocess.run([word.format("init") for word in track], cwd=top(data), check=True)
    commands = {
        SCAN: Command([word.format("scan") for word in track], top(data)),
        VERIFY: verify(data, algorithm),
        EXTRA: verify(data, algorithm, "--extra"),
    }
    compare(made, launcher.in_turn(commands, rounds), {}, judge=not tenth)
    return made


def updated(launcher: Launcher, data: Dataset, algorithm: str, rounds: int, *, tenth: bool) -> Table:
    """Measure `update` of a list that is up to date against `verify`."""
    made = Table(
        f"update-{data.lists.name}-{algorithm}", f"{data.title}, a list that is up to date", HEAD, unit="seconds"
    )
    checked = verify(data, algorithm)
    commands = {
        UPDATE: Command([checksig(), "update", "--quiet", "--root", ".", checked.arguments[-1]], top(data)),
        VERIFY: checked,
        EXTRA: verify(data, algorithm, "--extra"),
    }
    compare(made, launcher.in_turn(commands, rounds), {VERIFY: OF_UPDATE}, judge=not tenth)
    return made


def top(data: Dataset) -> Path:
    """Return the directory that has the files and nothing else."""
    return data.directory / data.lists.name


def verify(data: Dataset, algorithm: str, *options: str) -> Command:
    """Verify by a list whose names begin there."""
    path = data.lists / f"top.{algorithm}"
    if not path.exists():
        path.write_text(data.sums(algorithm).read_text().replace(f"  {top(data).name}/", "  "))
    return Command([checksig(), "verify", "--quiet", *options, "--root", ".", str(path)], top(data))
