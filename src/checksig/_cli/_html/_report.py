"""What `verify` found, as a page: the verdict, then counts, then the failures in a table."""

from __future__ import annotations

import datetime as dt
import os
import time
from typing import NamedTuple

from checksig._cli._exit import Exit
from checksig._cli._html._charts import bar, percent
from checksig._cli._html._directories import Directories, failed
from checksig._cli._html._page import jinja, page
from checksig._cli._html._table import Table
from checksig._cli._output import Messages, message
from checksig._errors import ManifestError, SignatureError
from checksig._report import Status
from checksig._text import amount, plain, shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

    from checksig._cli._html._charts import Part
    from checksig._cli._streams import Sink
    from checksig._cli._totals import Totals
    from checksig._errors import ChecksigError
    from checksig._report import FileResult, WarningText
    from checksig._signer import Signer

MOST_DIRECTORIES = 12
MOST_LISTS = 20
MOST_LINES = 100
"""Warnings that are shown; and so many errors, signers and roots."""


class Verdict(NamedTuple):
    """How often there is a verdict, and how many of these are ignored."""

    status: Status
    number: int
    ignored: int
    share: str


class Bar(NamedTuple):
    """What a chart says of a directory; without a name, and without a bar, of all others together."""

    name: str
    verified: int
    failures: dict[Status, int]
    parts: list[Part]


class Lines:
    """The first of many lines."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []
        """Each line, with a hint or ""."""
        self.more = 0

    def add(self, line: str, hint: str = "") -> None:
        if len(self.shown) < MOST_LINES:
            self.shown.append((line, hint))
        else:
            self.more += 1


class Html(Messages):
    """Keeps what the page needs until the end. docs/reports.md describes it."""

    def __init__(self, sink: Sink, *, several_roots: bool = False, quiet: bool = False, verbose: bool = False) -> None:
        """Prepare a page, for a run that begins now.

        :raises UsageError: jinja2 is not installed.
        """
        jinja()
        super().__init__(quiet=quiet, verbose=verbose, say=sink.say)
        self._put, self._several_roots = sink.put_bytes, several_roots
        self._started, self._began = dt.datetime.now().astimezone(), time.monotonic()
        self._errors, self._warnings, self._signers = Lines(), Lines(), Lines()
        self._directories = Directories(several_roots=several_roots)
        self._table = Table(several_roots=several_roots, digests=verbose)
        self._roots: dict[str, None] = {}
        """Those without a verdict."""

    def results(self, root: str, batch: Sequence[FileResult], *, several_lists: bool = False) -> None:  # noqa: ARG002
        self._directories.add(root, batch)
        self._table.add(root, batch)

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
        has_place = isinstance(error, (ManifestError, SignatureError))
        where = f"{shell_quoted(root)}: " if self._several_roots and not has_place else ""
        self._errors.add(f"{where}{message(error)}", plain(hint))

    def verified(self, totals: Totals) -> None:
        self._put(page("report.html", **self._header(totals), **self._charts(totals), **_lists(totals), **self._kept()))
        super().verified(totals)

    def _header(self, totals: Totals) -> dict[str, object]:
        word, kind = _outcome(totals)
        roots = [*dict.fromkeys((*totals.roots, *self._roots))]
        return {
            "word": word,
            "kind": kind,
            "summary": totals.summary().partition(": ")[2] or "nothing was verified",
            "is_partial": bool(totals.errors and (totals.failures or totals.entries)),
            "roots": [shell_quoted(_absolute(root)) for root in roots[:MOST_LINES]],
            "more_roots": max(0, len(roots) - MOST_LINES),
            "started": self._started,
            "facts": list(self._facts(totals)),
        }

    def _facts(self, totals: Totals) -> Iterator[tuple[str, str]]:
        # How long a job took that ended with an error is not known.
        yield "Duration", _duration(time.monotonic() - self._began if totals.errors else totals.elapsed)
        if totals.bytes or not totals.errors:
            yield "Read", amount(totals.bytes)
        if totals.bytes and totals.elapsed:
            entries = totals.entries / totals.elapsed
            yield "Throughput", f"{amount(round(totals.bytes / totals.elapsed))}/s, {entries:,.0f} entries/s"

    def _charts(self, totals: Totals) -> dict[str, object]:
        verdicts = _verdicts(totals)
        return {
            "verdicts": verdicts,
            "parts": bar({one.status.value: one.number for one in verdicts}),
            "directories": _bars(*self._directories.most(MOST_DIRECTORIES)),
            "shows_verified": self._verbose,
        }

    def _kept(self) -> dict[str, object]:
        kept = {"errors": self._errors, "warnings": self._warnings, "signers": self._signers}
        return {**kept, "table": self._table}


def _outcome(totals: Totals) -> tuple[str, str]:
    """Return the verdict on the run in a word or two, and its kind."""
    if totals.exit == Exit.OK:
        return "OK", "good"
    if totals.errors and not totals.failures:
        return "No verdict", "unknown"
    return "FAILED", "bad"


def _absolute(root: str) -> str:
    """Return where *root* is: the page may be looked at from elsewhere."""
    try:
        return os.path.abspath(root)
    except OSError:  # the current directory is gone
        return root


def _duration(seconds: float) -> str:
    if seconds < 0.01:
        return "< 0.01 s"
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min {rest} s" if hours else f"{minutes} min {rest} s"


def _verdicts(totals: Totals) -> list[Verdict]:
    """Return each verdict there is."""
    failing, whole = totals.failed + totals.unlisted, totals.counts.total()
    numbers = {status: totals.counts[status] for status in Status if totals.counts[status]}
    return [
        Verdict(status, number, 0 if status is Status.OK else number - failing[status], percent(number, whole))
        for status, number in numbers.items()
    ]


def _bars(directories: Sequence[tuple[str, Counter[str]]], others: Counter[str]) -> list[Bar]:
    most = max((failed(counts) for _, counts in directories), default=0)
    bars = [_bar(shell_quoted(name or os.curdir), counts, most) for name, counts in directories]
    return [*bars, _bar("", others, 0)] if failed(others) else bars


def _bar(name: str, counts: Counter[str], most: int) -> Bar:
    numbers: dict[Status, int] = {status: counts[status.value] for status in Status if counts[status.value]}
    verified = numbers.pop(Status.OK, 0)
    return Bar(name, verified, numbers, bar({s.value: n for s, n in numbers.items()}, most) if most else [])


def _lists(totals: Totals) -> dict[str, object]:
    """Return the lists with the most failures, or all if those are few."""
    shown = sorted(totals.lists, key=lambda one: -one.failed)[:MOST_LISTS]
    return {
        "lists": [(shell_quoted(one.manifest), one) for one in shown],
        "more_lists": len(totals.lists) - len(shown),
    }
