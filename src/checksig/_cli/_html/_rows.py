"""Rows of a table that can be filtered and sorted: the first of many, in bounded memory."""

from __future__ import annotations

from typing import NamedTuple

MOST_ROWS = 5000

MOST_TEXT = 2_000_000
"""Characters in a table, but for the last row: a name may have 64 KiB."""


class Row(NamedTuple):
    """What is said of a file, as texts, in four columns."""

    name: str
    kind: str
    """The status, by which the page chooses the colour."""
    verdict: str
    number: str
    n: int | None
    """The number to sort by."""
    place: str
    detail: str
    digests: tuple[str, ...] = ()
    """What the verdict is based on, each as ``actual SHA-256 DIGEST``."""

    @property
    def length(self) -> int:
        """The number of characters that a file, a list or a name determines."""
        return sum(map(len, (self.name, self.place, self.detail, *self.digests)))


class Rows:
    """The rows of a table."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.more = 0
        """How many there would be besides."""
        self._length = 0

    @property
    def is_full(self) -> bool:
        """Whether there is no place for another row."""
        return len(self.rows) == MOST_ROWS or self._length > MOST_TEXT

    def put(self, row: Row) -> None:
        """Add a row, for which there is a place."""
        self.rows.append(row)
        self._length += row.length

    @property
    def verdicts(self) -> list[str]:
        """What the rows can be filtered by."""
        return sorted({row.verdict for row in self.rows})
