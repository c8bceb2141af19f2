"""Files that are not in memory: before each run, what the system keeps of them is dropped."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from data import Dataset, Store
from measure import HERE, Command, Launcher
from peers import OURS, checksig, coreutils, coreutils_xargs, openssl, ours
from report import Table, compare, judged

DEPTHS = (1, 2, 4, 8, 16, 32, 64)
"""The numbers of workers among which the default should find a good one."""
SPLIT = "xargs -P8 sha1sum -c"
OPENSSL = "xargs openssl dgst"
MOST = {SPLIT: 1.0, OPENSSL: 0.85}
"""The most that our wall time may be, as a part of a program's."""
BEST = 1.08
"""The same, of the best of our own numbers of workers."""

DROP = Path("/proc/sys/vm/drop_caches")
EVERYTHING = "3\n"
"""Content of files, and names and inodes as well."""
PROGRAMS = (
    [checksig(), "verify", str(HERE.parent / "examples" / "logs")],
    ["sh", "-c", "printf '' | xargs sha1sum"],
    ["openssl", "version"],
    ["cat", "/dev/null"],
)
"""What is run before each run, so that the programs themselves are in memory."""


def tables(launcher: Launcher, store: Store, rounds: int, *, tenth: bool) -> Iterator[Table]:
    """Measure small files, larger ones, and a large one."""
    of_small = table(launcher, store.small(), "sha1", small(store.small()), rounds, tenth=tenth)
    judge_default(of_small, judge=not tenth)
    yield of_small
    yield table(launcher, store.medium(), "sha256", medium(store.medium()), rounds, tenth=tenth)
    yield table(launcher, store.large(), "sha1", large(store.large()), rounds, tenth=tenth)


def small(data: Dataset) -> dict[str, list[str]]:
    return {
        OURS: ours(data, "sha1"),
        "sha1sum -c": coreutils(data, "sha1"),
        SPLIT: coreutils_xargs(data, "sha1", 8),
        **{f"{OURS} -j{jobs}": ours(data, "sha1", f"--jobs={jobs}") for jobs in DEPTHS},
    }


def medium(data: Dataset) -> dict[str, list[str]]:
    return {
        OURS: ours(data, "sha256"),
        f"{OURS} -j16": ours(data, "sha256", "--jobs=16"),
        OPENSSL: openssl(data, "sha256"),
    }


def large(data: Dataset) -> dict[str, list[str]]:
    (name,) = data.names.read_text().splitlines()
    cat = ["sh", "-c", 'exec cat "$0" >/dev/null', name]
    return {OURS: ours(data, "sha1"), OPENSSL: openssl(data, "sha1"), "cat": cat}


def table(
    launcher: Launcher, data: Dataset, algorithm: str, commands: Mapping[str, list[str]], rounds: int, *, tenth: bool
) -> Table:
    """Run the commands in turn, each with the files out of memory."""
    head = ["", "wall s", "CPU s", "peak MB", "ours/its wall", "wanted"]
    made = Table(f"cold-{data.lists.name}-{algorithm}", f"{data.title}, not in memory", head, unit="seconds")
    forget, note = forgetting(data)
    made.notes.append(note)
    there = {label: Command(words, data.directory) for label, words in commands.items() if shutil.which(words[0])}
    compare(made, launcher.in_turn(there, rounds, forget), MOST, judge=not tenth)
    return made


def judge_default(found: Table, *, judge: bool) -> None:
    """Compare the default with the best of our own numbers of workers."""
    best = min((f"{OURS} -j{jobs}" for jobs in DEPTHS), key=found.bars.__getitem__)
    part = found.bars[OURS] / found.bars[best]
    found.notes.append(
        f"the default takes {part:.2f} of {best}, the best of these, wanted {judged(part, BEST, judge=judge)}"
    )


def forgetting(data: Dataset) -> tuple[Callable[[], object], str]:
    """Return what takes the files out of memory, and a note that says what that is."""
    os.sync()
    try:
        DROP.write_text(EVERYTHING)
    except OSError as e:
        note = f"only the content of the files was dropped: {DROP} can't be written ({e.strerror})"
        return partial(forget_content, data), note
    return forget_everything, "all caches were dropped before each run, and the programs run once after that"


def forget_everything() -> None:
    """Drop all caches, which only root may."""
    os.sync()
    DROP.write_text(EVERYTHING)
    for command in PROGRAMS:
        if shutil.which(command[0]):
            subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def forget_content(data: Dataset) -> None:
    """Drop what is in memory of each file, which every user may."""
    for name in data.names.read_text().splitlines():
        fd = os.open(data.directory / name, os.O_RDONLY)
        try:
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(fd)
