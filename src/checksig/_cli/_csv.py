"""A row for each verdict, as RFC 4180 has it."""

from __future__ import annotations

import csv
import io

from checksig._cli._output import Messages
from checksig._errors import EngineError, ManifestError, SignatureError
from checksig._report import FileResult

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checksig._cli._streams import Sink
    from checksig._cli._totals import Totals
    from checksig._errors import ChecksigError
    from checksig._signer import Signer


_COLUMNS = ("root", *FileResult._fields)


class Csv(Messages):
    """Rows of results, after one with the names of the fields; docs/reports.md describes them.

    What fails a run and is no result has a row too, so that no file without one looks like a verdict.
    """

    def __init__(self, sink: Sink, *, quiet: bool = False) -> None:
        super().__init__(quiet=quiet, say=sink.say)
        self._put = sink.put_bytes
        self._has_header = False

    def results(self, root: str, batch: Sequence[FileResult], *, several_lists: bool = False) -> None:  # noqa: ARG002
        self._begin()
        self._write((root, r.path, r.status.value, str(r.fails).lower(), *r[3:]) for r in batch)

    def signed(self, signer: Signer) -> None:
        super().signed(signer)
        self._explain("", "signed", signer.phrase, signer.manifest, fails=False)

    def error(self, error: ChecksigError, root: str, hint: str = "") -> None:
        super().error(error, root, hint)
        path, line, reason = "", None, str(error)
        if isinstance(error, (EngineError, ManifestError, SignatureError)):
            path, reason = error.path or "", error.reason
        if isinstance(error, ManifestError):
            line = error.line or None
        self._explain(root, "error", reason, path, line)

    def verified(self, totals: Totals) -> None:
        self._begin()
        if totals.reason:
            self._explain("", "failed", totals.reason)
        super().verified(totals)

    def _explain(
        self, root: str, status: str, detail: str, manifest: str = "", line: int | None = None, *, fails: bool = True
    ) -> None:
        self._begin()
        row: dict[str, object] = {"root": root, "status": status, "fails": str(fails).lower()}
        row |= {"manifest": manifest, "line": line, "detail": detail}
        self._write([[row.get(name) for name in _COLUMNS]])

    def _begin(self) -> None:
        if not self._has_header:
            self._has_header = True
            self._write([_COLUMNS])

    def _write(self, rows: Iterable[Sequence[object]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        self._put(text.getvalue().encode("utf-8", "backslashreplace"))
