"""What `verify` found, as a page: the verdict, then counts, then the failures in a table."""

from __future__ import annotations

import datetime
import os
from collections import Counter
from typing import NamedTuple

from checksig._cli._exit import Exit
from checksig._cli._html._charts import bar
from checksig._cli._html._directories import Directories, failed
from checksig._cli._html._page import jinja, page
from checksig._cli._output import Messages, algorithm_name, explanation, message, place_of
from checksig._cli._totals import count
from checksig._report import Status
from checksig._text import amount, plain, shell_quoted
from checksig._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._cli._html._charts import Part
    from checksig._cli._streams import Sink
    from checksig._cli._totals import Totals
    from checksig._errors import ChecksigError
    from checksig._report import FileResult, WarningText
    from checksig._signer import Signer

MOST_ROWS = 5000
"""Failures that the table names."""

MOST_TEXT = 2_000_000
"""Characters in the table, but for the last row: names may have 64 KiB each."""

MOST_DIRECTORIES = 12
MOST_LISTS = 20
MOST_NOTES = 100
"""Warnings that are shown; and so for errors, signers and roots."""


class Row(NamedTuple):
    """A row of the table, as texts."""

    name: str
    kind: str
    verdict: str
    bytes: int | None
    size: str
    place: str
    detail: str
    digests: tuple[tuple[str, str, str], ...] = ()
    """What each is, such as ``expected``, the name of the algorithm, and the digest."""


class Bar(NamedTuple):
    """What a chart says of a directory; without a name, of all others."""

    name: str
    verified: int
    failures: dict[Status, int]
    parts: list[Part]


class Few:
    """The first of many lines."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []
        """Each line, with a hint or ""."""
        self.more = 0

    def add(self, line: str, hint: str = "") -> None:
        if len(self.shown) < MOST_NOTES:
            self.shown.append((line, hint))
        else:
            self.more += 1


class Html(Messages):
    """Keeps what the page needs until the end. docs/reports.md describes it."""

    def __init__(
        self, sink: Sink, *, several_roots: bool = False, quiet: bool = False, verbose: bool = False
    ) -> None:
        """Prepare a page, for a run that begins now.

        :raises UsageError: jinja2 is not installed.
        """
        jinja()
        super().__init__(quiet=quiet, verbose=verbose, say=sink.say)
        self._put, self._several_roots = sink.put_bytes, several_roots
        self._started = datetime.datetime.now().astimezone()
        self._errors, self._warnings, self._signers = Few(), Few(), Few()
        self._directories = Directories(several_roots=several_roots)
        self._roots: dict[str, None] = {}
        """Those without a verdict."""
        self._rows: list[Row] = []
        self._text = 0
        """Characters in the rows."""
        self._more = 0
        """Failures that have no row."""

    def results(self, root: str, batch: Sequence[FileResult], *, several_lists: bool = False) -> None:  # noqa: ARG002
        self._directories.add(root, batch)
        shown = [r for r in batch if r.fails or r.status is Status.MALFORMED]
        for result in shown:
            if len(self._rows) == MOST_ROWS or self._text > MOST_TEXT:
                self._more += 1
            else:
                self._rows.append(self._row(root, result))
                self._text += sum(map(len, filter(None, self._rows[-1][:1] + self._rows[-1][5:7])))

    def _row(self, root: str, result: FileResult) -> Row:
        verdict = result.status.phrase if result.fails else f"{result.status.phrase}, ignored"
        place = place_of(result) if result.manifest else ""
        if result.status is Status.MALFORMED:
            return Row(place, result.status.value, verdict, None, "", "", plain(result.detail))
        path = os.path.join(root, result.path) if self._several_roots and root != os.curdir else result.path
        digests = tuple(_digests(result)) if self._verbose else ()
        size = "" if result.size is None else amount(result.size)
        return Row(
            shell_quoted(path),
            result.status.value,
            verdict,
            result.size,
            size,
            place,
            explanation(result),
            digests,
        )

    def signed(self, signer: Signer) -> None:
        super().signed(signer)
        self._signers.add(f"{shell_quoted(signer.manifest)}: signed by {plain(signer.phrase)}")

    def warning(self, warning: WarningText, hint: str = "") -> None:
        super().warning(warning, hint)
        if warning.code != "stopped_early":  # which the summary has
            self._warnings.add(plain(warning), plain(hint))

    def error(self, error: ChecksigError, root: str, hint: str = "") -> None:
        super().error(error, root, hint)
        self._roots[root or os.curdir] = None
        where = f"{shell_quoted(root)}: " if self._several_roots else ""
        self._errors.add(f"{where}{message(error)}", plain(hint))

    def verified(self, totals: Totals) -> None:
        word, kind = _outcome(totals)
        numbers = _numbers(totals)
        verdicts = [_verdict(*item, totals, sum(numbers.values())) for item in numbers.items()]
        roots = [*dict.fromkeys((*totals.roots, *self._roots))]
        self._put(
            page(
                "report.html",
                word=word,
                kind=kind,
                summary=totals.summary().partition(": ")[2] or "no verdict was possible",
                is_partial=bool(totals.errors and (totals.failures or totals.entries)),
                # A page may be looked at from elsewhere.
                roots=[shell_quoted(os.path.abspath(root)) for root in roots[:MOST_NOTES]],
                more_roots=max(0, len(roots) - MOST_NOTES),
                started=self._started,
                facts=list(_facts(totals)),
                version=__version__,
                errors=self._errors,
                warnings=self._warnings,
                signers=self._signers,
                verdicts=verdicts,
                directories=_bars(*self._directories.most(MOST_DIRECTORIES)),
                shows_verified=self._verbose,
                lists=[
                    (shell_quoted(one.manifest), one)
                    for one in sorted(totals.lists, key=lambda one: -one.failed)[:MOST_LISTS]
                ],
                more_lists=max(0, len(totals.lists) - MOST_LISTS),
                rows=self._rows,
                more=self._more,
                strip=bar({status.value: number for status, number in numbers.items()}),
                shares=", ".join(f"{status.phrase} {share}" for status, _, _, share in verdicts),
                kinds=sorted({row.verdict for row in self._rows}),
            )
        )
        super().verified(totals)


def _outcome(totals: Totals) -> tuple[str, str]:
    """Return the verdict on the run in a word or two, and its kind."""
    if totals.exit == Exit.OK:
        return "OK", "good"
    if totals.errors and not totals.failures:
        return "No verdict", "unknown"
    return "FAILED", "bad"


def _digests(result: FileResult) -> Iterator[tuple[str, str, str]]:
    name = algorithm_name(result)
    if result.expected is not None:
        yield "expected", name, result.expected
    if result.actual is not None:
        yield "actual", name, result.actual


def _facts(totals: Totals) -> Iterator[tuple[str, str]]:
    yield "Duration", _duration(totals.elapsed)
    yield "Read", amount(totals.bytes)
    if totals.elapsed and totals.bytes:
        entries = totals.entries / totals.elapsed
        yield "Throughput", f"{amount(round(totals.bytes / totals.elapsed))}/s, {entries:,.0f} entries/s"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min {rest} s" if hours else f"{minutes} min {rest} s"


def _numbers(totals: Totals) -> dict[Status, int]:
    """Return the number of each verdict that there is."""
    # What a job that ended with an error found is among the failures alone.
    numbers = {s: max(totals.counts[s], totals.failed[s] + totals.unlisted[s]) for s in Status}
    return {status: number for status, number in numbers.items() if number}


def _verdict(status: Status, number: int, totals: Totals, whole: int) -> tuple[Status, int, int, str]:
    """Return how often there is a verdict, how many of these are ignored, and the share of all."""
    failing = totals.failed[status] + totals.unlisted[status]
    return status, number, 0 if status is Status.OK else number - failing, _percent(number, whole)


def _percent(number: int, whole: int) -> str:
    percent = 100 * number / whole
    if not 0.1 <= percent <= 99.9:  # neither none nor all
        return "< 0.1 %" if percent < 50 else "> 99.9 %" if number < whole else "100 %"
    return f"{percent:.1f} %"


def _bars(directories: Sequence[tuple[str, Counter[str]]], others: Counter[str]) -> list[Bar]:
    most = max((failed(counts) for counts in (*(counts for _, counts in directories), others)), default=0)
    bars = [_bar(shell_quoted(name or os.curdir), counts, most) for name, counts in directories]
    return [*bars, _bar("", others, most)] if failed(others) else bars


def _bar(name: str, counts: Counter[str], most: int) -> Bar:
    numbers = {status: counts[status.value] for status in Status if counts[status.value]}
    failures = {status: number for status, number in numbers.items() if status is not Status.OK}
    return Bar(name, numbers.get(Status.OK, 0), failures, bar({s.value: n for s, n in failures.items()}, most))
