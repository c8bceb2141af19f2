"""How many verdicts there are in which directory, in memory that does not grow with the tree."""

from __future__ import annotations

import os
from collections import Counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from checksig._report import FileResult

MOST_KNOWN = 10_000
"""Directories that are counted one by one. Those found later are others."""

OK = "ok"


class Level:
    """Directories of one depth."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {}
        """The number of verdicts by status, of each directory."""
        self.others: Counter[str] = Counter()

    def add(self, directory: str, status: str) -> None:
        counts = self.counts.get(directory)
        if counts is None:
            if len(self.counts) >= MOST_KNOWN:
                counts = self.others
            else:
                counts = self.counts[directory] = Counter()
        counts[status] += 1


class Directories:
    """The two uppermost levels: where everything is in one directory, those in it say more."""

    def __init__(self, *, several_roots: bool = False) -> None:
        self._several_roots = several_roots
        self._upper, self._lower = Level(), Level()

    def add(self, root: str, results: Iterable[FileResult]) -> None:
        """Count what fails, and what is verified."""
        for result in results:
            if result.path and (result.fails or result.status == OK):
                upper, lower = self._of(root, result.path)
                self._upper.add(upper, result.status.value)
                self._lower.add(lower, result.status.value)

    def _of(self, root: str, path: str) -> tuple[str, str]:
        first, slash, rest = path.removeprefix("./").partition("/")
        top = (first or "/") if slash else ""
        if self._several_roots:
            return root, os.path.join(root, top) if top else root
        second, slash, _ = rest.partition("/")
        return top, f"{top.rstrip('/')}/{second}" if slash else top

    def most(self, number: int) -> tuple[list[tuple[str, Counter[str]]], Counter[str]]:
        """Return the *number* of directories with the most failures, the most first, and the counts of the others."""
        level = self._upper if len(self._upper.counts) > 1 else self._lower
        ordered = sorted(level.counts.items(), key=lambda item: (-failed(item[1]), item[0]))
        chosen = [item for item in ordered[:number] if failed(item[1])]
        others = level.others.copy()
        for _, counts in ordered[len(chosen) :]:
            others.update(counts)
        return chosen, others


def failed(counts: Counter[str]) -> int:
    """Return the number of verdicts that are failures."""
    return counts.total() - counts[OK]
