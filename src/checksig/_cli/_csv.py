"""A row for each verdict, as RFC 4180 has it."""

from __future__ import annotations

import csv
import io

from checksig._cli._output import Messages
from checksig._report import FileResult

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checksig._cli._streams import Sink
    from checksig._cli._totals import Totals


class Csv(Messages):
    """Rows of results, after one with the names of the fields.

    Bytes of names that are not UTF-8 are themselves. Whatever else there is to say goes where messages go.
    """

    def __init__(self, sink: Sink, *, quiet: bool = False) -> None:
        super().__init__(quiet=quiet, say=sink.say)
        self._put = sink.put_bytes
        self._has_header = False

    def results(self, root: str, batch: Sequence[FileResult], *, several_lists: bool = False) -> None:  # noqa: ARG002
        self._begin()
        self._write((root, r.path, r.status.value, str(r.fails).lower(), *r[3:]) for r in batch)

    def verified(self, totals: Totals) -> None:
        self._begin()
        super().verified(totals)

    def _begin(self) -> None:
        if not self._has_header:
            self._has_header = True
            self._write([("root", *FileResult._fields)])

    def _write(self, rows: Iterable[Sequence[object]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        self._put(text.getvalue().encode("utf-8", "surrogateescape"))
