"""A million results: what it costs to print failures, and to keep what is good."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from data import Dataset
from measure import Command, Launcher, Run, middle, ratio
from report import Table, judged

TEXT, JSON = 0.91, 1.82
"""The most that failures may take, in times of `sha1sum -c`."""
KEEP_ALL = 1.4
"""The most that keeping every result may take, in times of keeping failures."""
MEMORY = 450
"""The most bytes that a result may take."""

KEEPS = ("failures", "all")
KEEP = "import sys, checksig; checksig.verify(sys.argv[1], sys.argv[2], keep=sys.argv[3])"


def table(launcher: Launcher, data: Dataset, rounds: int, *, tenth: bool) -> Table:
    """Measure with the longest list, and with one of as many files that are missing."""
    count = data.entries()
    found = Table("results", f"{count:,} results", ["", "wall s", "CPU s", "peak MB", "ratio", "wanted"])
    missing = write_missing(data, count)
    kept = {keep: [sys.executable, "-c", KEEP, str(data.directory), str(data.sums("sha1")), keep] for keep in KEEPS}
    ours = [sys.executable, "-m", "checksig", "verify"]
    commands = {
        "`sha1sum -c`, all missing": ["sha1sum", "-c", str(missing)],
        "text, all missing": [*ours, str(missing)],
        "JSON, all missing": [*ours, "--json", str(missing)],
        **{f'keep="{keep}", all good': command for keep, command in kept.items()},
    }
    runs = launcher.in_turn({name: Command(words, data.directory, False) for name, words in commands.items()}, rounds)
    peer, text, json, failures, everything = runs.values()
    for name, its, base, most in (
        ("`sha1sum -c`, all missing", peer, peer, None),
        ("text, all missing", text, peer, TEXT),
        ("JSON, all missing", json, peer, JSON),
        ('keep="failures", all good', failures, failures, None),
        ('keep="all", all good', everything, failures, KEEP_ALL),
    ):
        add(found, name, its, base, most, judge=not tenth)
    each = (middle(everything).memory - middle(failures).memory) * (1 << 20) / count
    found.notes.append(f"a result takes {each:.0f} bytes, wanted {judged(each, MEMORY, judge=not tenth)}")
    return found


def add(found: Table, name: str, its: Sequence[Run], base: Sequence[Run], most: float | None, *, judge: bool) -> None:
    mid, part = middle(its), ratio(its, base)
    figures = [f"{mid.wall:.3f}", f"{mid.cpu:.3f}", f"{mid.memory:.1f}"]
    found.rows.append([name, *figures, f"{part:.2f}", judged(part, most, judge=judge)])
    found.keep(name, its)


def write_missing(data: Dataset, count: int) -> Path:
    """Write a list of files that don't exist."""
    path = data.lists / "missing.sha1"
    if not path.exists():
        path.write_text("".join(f"{0:040}  directory/file-{i:07}\n" for i in range(count)))
    return path
