"""The table of failures of a verification."""

from __future__ import annotations

import os

from checksig._cli._html._rows import Row, Rows
from checksig._cli._output import algorithm_name, explanation, place_of
from checksig._report import Status
from checksig._text import amount, plain, shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._report import FileResult


class Table(Rows):
    """What fails, and lines that are malformed."""

    def __init__(self, *, several_roots: bool, digests: bool) -> None:
        super().__init__()
        self._several_roots, self._digests = several_roots, digests

    def add(self, root: str, results: Iterable[FileResult]) -> None:
        """Add those of *results* that belong here."""
        for result in results:
            if not (result.fails or result.status is Status.MALFORMED):
                continue
            if self.is_full:
                self.more += 1
            else:
                self.put(self._row(root, result))

    def _row(self, root: str, result: FileResult) -> Row:
        place = place_of(result) if result.manifest else ""
        is_line = result.status is Status.MALFORMED
        return Row(
            name=place if is_line else shell_quoted(self._path(root, result.path)),
            kind=result.status.value,
            verdict=result.status.phrase if result.fails else f"{result.status.phrase}, ignored",
            number="" if result.size is None else amount(result.size),
            n=result.size,
            place="" if is_line else place,
            detail=plain(result.detail) if is_line else explanation(result),
            digests=tuple(_digests(result)) if self._digests else (),
        )

    def _path(self, root: str, path: str) -> str:
        return os.path.join(root, path) if self._several_roots and root != os.curdir else path


def _digests(result: FileResult) -> Iterator[str]:
    for what, digest in (("expected", result.expected), ("actual", result.actual)):
        if digest is not None:
            yield f"{what} {algorithm_name(result.algorithm)} {digest}"
