"""A Debian system by dpkg's own MD5 lists: checksig against md5sum -c.

Prints the verdict counts of both, and the failing names on which they differ.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from pathlib import Path

from measure import Command, Run, checksig, in_turn, run, table

ROOT = Path("/")
MOST = 20
"""Differing names that are printed."""


def main() -> int:
    """Compare verdicts, then times."""
    lists = sorted(str(path) for path in Path("/var/lib/dpkg/info").glob("*.md5sums"))
    if not lists:
        print("this is no Debian system: /var/lib/dpkg/info has no lists")
        return 2
    ours = Command("checksig verify --root /", [checksig(), "verify", "--root", "/", *lists], ROOT)
    theirs = Command("md5sum -c", ["md5sum", "--quiet", "-c", *lists], ROOT)
    same = compare(run(ours._replace(arguments=[*ours.arguments, "--json"])), run(theirs), len(lists))
    print(table([ours, theirs], in_turn([ours, theirs])))
    return 0 if same else 1


def compare(ours: Run, theirs: Run, lists: int) -> bool:
    """Print the counts and differences of failing names, as often as each fails."""
    records = [json.loads(line) for line in ours.output.splitlines()]
    counts = records[-1]["counts"]
    mine = Counter(r["path"] for r in records if r["type"] == "result" and r["status"] != "malformed")
    its = Counter(failing_names(theirs.output))
    print(f"{lists} lists, {sum(counts.values())} entries")
    print(f"checksig:  {sum(mine.values())} failing names: {counts}")
    print(f"md5sum -c: {sum(its.values())} failing names")
    for who, names in ("checksig", mine - its), ("md5sum", its - mine):
        for name, count in sorted(names.items())[:MOST]:
            print(f"only {who}, {count} times: {name!r}")
        if len(names) > MOST:
            print(f"only {who}: {len(names) - MOST} more names")
    print("the failing names are the same" if mine == its else "THE FAILING NAMES DIFFER")
    return mine == its


def failing_names(output: str) -> list[str]:
    """The names in lines of md5sum -c such as ``name: FAILED open or read``."""
    return [
        match[1] for line in output.splitlines() if (match := re.fullmatch(r"(.*): FAILED(?: open or read)?", line))
    ]


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C"
    sys.exit(main())
