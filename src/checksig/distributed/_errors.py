"""Why there is no verdict on a part of the lists."""

from __future__ import annotations

from checksig._errors import ChecksigError, Code
from checksig._text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._report import Report
    from checksig._span import Span

_SHOWN = 3
"""Spans that the text names."""


class IncompleteError(ChecksigError):
    """Not every span of the lists has a verdict.

    *report* is the `checksig.Report` on those that have one, and not ok; *unverified* are the spans that have none, in
    the order of the lists; *reason* is why.
    """

    def __init__(
        self, reason: str, report: Report, unverified: Sequence[Span], code: str = Code.EXECUTOR_BROKEN
    ) -> None:
        super().__init__(reason, report, unverified, code)
        self.reason, self.report, self.unverified, self.code = reason, report, tuple(unverified), code

    def __str__(self) -> str:
        spans = self.unverified
        places = ", ".join(f"{span.manifest}:{span.line}" for span in spans[:_SHOWN])
        more = f" and {len(spans) - _SHOWN:,} more" if len(spans) > _SHOWN else ""
        entries = _count(sum(span.entries for span in spans), "entry", "entries")
        has = _count(self.report.files, "entry has", "entries have")
        without = f"{has} a verdict; none for {entries} in {_count(len(spans), 'span', 'spans')}, from {places}{more}"
        return plain(f"{self.reason}; {without}" if spans else self.reason)


def _count(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


IncompleteError.__module__ = "checksig.distributed"  # where users import it from
