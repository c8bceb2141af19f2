"""What the answers about spans add up to: the report of the whole."""

from __future__ import annotations

from checksig._job import ListTally, Tally
from checksig._report import Report, Status, WarningText
from checksig._text import count
from checksig._weak import joined
from checksig._words import STATUSES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checksig._report import FileResult

_OF_A_SPAN = frozenset({"nothing_verified", "malformed_lines", "entries_excluded"})
"""Warnings that are true of a span, and for which the whole has its own."""

_MOST_WARNINGS = 1000
"""Texts of warnings that are kept: each is about some files of a span, and there may be many spans."""


class Sums:
    """Adds up reports of spans, and keeps nothing of files that are verified."""

    def __init__(self, warnings: Iterable[WarningText] = ()) -> None:
        """*warnings* are those on the lists."""
        self.counts = dict.fromkeys(map(Status, STATUSES), 0)
        self.files = self.bytes = 0
        self.excluded = 0
        """Entries without a verdict, as they were to have none."""
        self._fails = False
        self._warnings: dict[str, WarningText] = {warning: warning for warning in warnings}
        self._lists: dict[str, ListTally] = {}
        self._names, self._failed_names = 0, 0

    def add(self, report: Report, tally: Tally) -> None:
        """Add what a worker found."""
        for status, number in report.counts.items():
            self.counts[status] += number
        self.files += report.files
        self.bytes += report.bytes
        self._fails = self._fails or bool(report.failures)
        for warning in report.warnings:
            if warning.code == "entries_excluded":
                self.excluded += int(warning.partition(" ")[0])
            elif warning.code not in _OF_A_SPAN and len(self._warnings) < _MOST_WARNINGS:
                self._warnings.setdefault(warning, warning)
        self._names += tally.files
        self._failed_names += tally.failed
        for one in tally.lists:
            self._add_list(one)

    def _add_list(self, one: ListTally) -> None:
        known = self._lists.setdefault(one.manifest, ListTally(one.manifest, 0, 0, 0))
        known.entries += one.entries
        known.verified += one.verified
        known.failed += one.failed

    def tally(self) -> Tally:
        """Return the counts by lists. Names are those of spans: one that several spans have counts in each."""
        return Tally(self._names, self._failed_names, tuple(self._lists.values()))

    def report(
        self, root: str, results: Sequence[FileResult], elapsed: float, *, strict: bool, is_complete: bool
    ) -> Report:
        """Return the report of the whole, as one run gives it."""
        return Report(
            root=root,
            ok=is_complete and self.counts[Status.OK] > 0 and not self._fails,
            counts=self.counts,
            results=tuple(results),
            failures=tuple(result for result in results if result.fails),
            files=self.files,
            bytes=self.bytes,
            elapsed=elapsed,
            warnings=tuple(self._all_warnings(strict=strict)),
        )

    def _all_warnings(self, *, strict: bool) -> list[WarningText]:
        found = []
        if self.excluded:
            found.append(WarningText(f"{count(self.excluded, 'entry', 'entries')} excluded", "entries_excluded"))
        if not self.counts[Status.OK]:
            found.append(WarningText("no file was verified", "nothing_verified"))
        malformed = self.counts[Status.MALFORMED]
        if malformed and not strict:
            found.append(
                WarningText(f"{count(malformed, 'malformed line', 'malformed lines')} ignored", "malformed_lines")
            )
        return [*found, *joined(self._warnings.values())]
