"""The names of the files that were verified, where few of many that are listed were to be."""

from __future__ import annotations

from typing import NamedTuple

from checksig._report import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._cli._output import Output
    from checksig._report import FileResult

_MOST = 10
"""Files that are named."""


class Found(NamedTuple):
    """A file that was verified."""

    root: str
    result: FileResult


def _place(found: Found) -> tuple[str, str, int]:
    return found.root, found.result.manifest or "", found.result.line or 0


class Selected:
    """Holds verified files, but no more than are named."""

    def __init__(self) -> None:
        self._found: list[Found] = []

    def without(self, root: str, batch: Sequence[FileResult]) -> list[FileResult]:
        """Keep the verified ones of a batch. Returns what is to be printed at once."""
        if len(self._found) <= _MOST:
            self._found += [Found(root, result) for result in batch if result.status is Status.OK][: _MOST + 1]
        return [result for result in batch if result.fails or result.status is Status.MALFORMED]

    def show(self, output: Output) -> None:
        """Print them, unless they are too many."""
        from checksig._cli._output import Text

        if len(self._found) <= _MOST and isinstance(output, Text):
            for root, result in sorted(self._found, key=_place):  # a terminal gets them as they are found
                output.found(root, [result])
