"""The table of failures: the first of them, in memory that does not grow with the run."""

from __future__ import annotations

import os
from typing import NamedTuple

from checksig._cli._output import algorithm_name, explanation, place_of
from checksig._report import Status
from checksig._text import amount, plain, shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._report import FileResult

MOST_ROWS = 5000

MOST_TEXT = 2_000_000
"""Characters in the table, but for the last row: a name may have 64 KiB."""


class Row(NamedTuple):
    """A verdict, as texts."""

    name: str
    kind: str
    """The status, by which the page chooses the colour."""
    verdict: str
    size: str
    bytes: int | None
    place: str
    detail: str
    digests: tuple[str, ...]
    """What the verdict is based on, each as ``actual SHA-256 DIGEST``."""

    @property
    def length(self) -> int:
        """The number of characters that a file, a list or a name determines."""
        return sum(map(len, (self.name, self.place, self.detail, *self.digests)))


class Table:
    """What fails, and lines that are malformed."""

    def __init__(self, *, several_roots: bool, digests: bool) -> None:
        self._several_roots, self._digests = several_roots, digests
        self.rows: list[Row] = []
        self.more = 0
        """Verdicts that have no row."""
        self._length = 0

    def add(self, root: str, results: Iterable[FileResult]) -> None:
        """Add those of *results* that belong here."""
        for result in results:
            if not (result.fails or result.status is Status.MALFORMED):
                continue
            if len(self.rows) == MOST_ROWS or self._length > MOST_TEXT:
                self.more += 1
            else:
                self.rows.append(self._row(root, result))
                self._length += self.rows[-1].length

    @property
    def verdicts(self) -> list[str]:
        """What the rows can be filtered by."""
        return sorted({row.verdict for row in self.rows})

    def _row(self, root: str, result: FileResult) -> Row:
        place = place_of(result) if result.manifest else ""
        is_line = result.status is Status.MALFORMED
        return Row(
            name=place if is_line else shell_quoted(self._path(root, result.path)),
            kind=result.status.value,
            verdict=result.status.phrase if result.fails else f"{result.status.phrase}, ignored",
            size="" if result.size is None else amount(result.size),
            bytes=result.size,
            place="" if is_line else place,
            detail=plain(result.detail) if is_line else explanation(result),
            digests=tuple(_digests(result)) if self._digests else (),
        )

    def _path(self, root: str, path: str) -> str:
        return os.path.join(root, path) if self._several_roots and root != os.curdir else path


def _digests(result: FileResult) -> Iterator[str]:
    for what, digest in (("expected", result.expected), ("actual", result.actual)):
        if digest is not None:
            yield f"{what} {algorithm_name(result)} {digest}"
