"""The whole Debian system, by the MD5 lists that dpkg keeps of it."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from data import Dataset, Entry, write_lists
from measure import Command, Launcher
from peers import coreutils, ours

ROOT = Path("/")
DPKG = Path("/var/lib/dpkg/info")


class Verdicts(NamedTuple):
    """On what checksig and md5sum -c agree and differ."""

    same: bool
    lines: list[str]


def dataset(directory: Path, keep_every: int) -> Dataset | None:
    """Return one list of all that dpkg lists, or of each *keep_every*-th package; None where there is no dpkg."""
    paths = sorted(DPKG.glob("*.md5sums"))[::keep_every]
    if not paths:
        return None
    lists = directory / "debian"
    for stale in lists.glob("*"):
        stale.unlink()
    data = Dataset("", ROOT, lists)
    write_lists(data, ["md5"], entries(paths))
    return data._replace(title=f"the {data.entries():,} files of {len(paths):,} Debian packages")


def entries(paths: list[Path]) -> Iterator[Entry]:
    for path in paths:
        for line in os.fsdecode(path.read_bytes()).splitlines():
            digest, name = line.split(maxsplit=1)
            try:
                size = (ROOT / name).stat().st_size
            except OSError:  # a file that the administrator has removed; the verifiers are to say so
                size = 0
            yield name, size, [digest]


def compare(launcher: Launcher, data: Dataset) -> Verdicts:
    """Compare the failing names of both, and how often each fails."""
    said = launcher.run(Command([*ours(data, "md5"), "--json"], ROOT, checked=False))
    records = [json.loads(line) for line in said.output.splitlines()]
    mine = Counter(str(r["path"]) for r in records if r["type"] == "result")
    md5sum = ["env", "LC_ALL=C", *coreutils(data, "md5")]
    its = Counter(failing_names(launcher.run(Command(md5sum, ROOT, checked=False)).output))
    lines = [f"checksig finds {mine.total():,} failing files, md5sum -c finds {its.total():,}"]
    for who, names in ("checksig", mine - its), ("md5sum -c", its - mine):
        lines += [f"only {who}: {name!r}" for name in sorted(names)[:5]]
        lines += [f"only {who}: {len(names) - 5} more"] if len(names) > 5 else []
    lines.append("they are the same" if mine == its else "THE VERDICTS DIFFER")
    return Verdicts(mine == its, lines)


def failing_names(output: str) -> list[str]:
    """The names in lines of md5sum -c such as ``name: FAILED open or read``."""
    return [
        match[1] for line in output.splitlines() if (match := re.fullmatch(r"(.*): FAILED(?: open or read)?", line))
    ]
