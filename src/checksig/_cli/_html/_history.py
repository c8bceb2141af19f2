"""The state of an archive and its history, as a page: the verdict, when files were verified, and what happened."""

from __future__ import annotations

import itertools
import os
import time
from typing import NamedTuple

from checksig._cli._html._charts import Over, bar, percent
from checksig._cli._html._page import page
from checksig._cli._html._rows import Row, Rows
from checksig._cli._output import algorithm_name
from checksig._cli._track_output import by_verdict, found, utc
from checksig._report import Status
from checksig._text import amount, count, plain, shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checksig.track import Archive, Difference, Event, Overview, Run

MOST_RUNS = 1000

_DAY = 86400

_AGES = {
    "days-30": (30, "in the last 30 days"),
    "days-90": (90, "31 to 90 days ago"),
    "days-365": (365, "91 to 365 days ago"),
    "longer": (float("inf"), "longer ago"),
}
"""How many days ago at most, and that in words, by the kind that the page has a colour for."""

_ALWAYS_SHOWN = (Status.ROTTEN, Status.MODIFIED, Status.MISSING)
"""That there were none is worth a line."""


class Age(NamedTuple):
    """How many files were verified how long ago."""

    kind: str
    words: str
    number: int
    share: str


class Line(NamedTuple):
    """A number of files that has changed over time."""

    kind: str
    words: str
    last: int
    most: int
    path: str

    @property
    def label(self) -> str:
        """What the line says in words."""
        return f"{self.words}: at most {self.most:,}, at last {self.last:,}"


class RunRow(NamedTuple):
    """A run, as texts."""

    run: Run
    time: str
    found: str
    read: str


def history_page(archive: Archive, overview: Overview) -> bytes:
    """Return the page of an archive."""
    now = time.time()
    runs = overview.history.runs
    return page(
        "history.html",
        **_header(archive, overview, now),
        **_ages(overview, now),
        **_over_time(overview, now),
        differences=_kept(_difference_rows(overview.differences, runs), len(overview.differences)),
        events=_kept(map(_event_row, reversed(overview.history.events)), len(overview.history.events)),
        runs=[RunRow(run, utc(run.started), found(run), amount(run.bytes)) for run in runs[: -MOST_RUNS - 1 : -1]],
        more_runs=max(0, len(runs) - MOST_RUNS),
    )


def _header(archive: Archive, overview: Overview, now: float) -> dict[str, object]:
    word, kind, summary = _outcome(overview)
    return {
        "word": word,
        "kind": kind,
        "summary": summary,
        "root": shell_quoted(os.path.abspath(archive.root)),
        "database": shell_quoted(str(archive.database)),
        "made": utc(now),
        "facts": list(_facts(overview)),
    }


def _outcome(overview: Overview) -> tuple[str, str, str]:
    """Return the verdict on the archive in a word or two, its kind, and what it says of what."""
    if overview.differences:
        return "FAILED", "bad", by_verdict(overview.differences)
    if not overview.files:
        return "No verdict", "unknown", "no file is recorded"
    last = overview.history.runs[-1]
    if last.outcome not in {"ok", "differs"}:
        has = "has not ended" if last.outcome == "running" else f"was {last.outcome}"
        return "No verdict", "unknown", f"run {last.number}, {last.kind}, {has}"
    return "OK", "good", f"{count(overview.files, 'file')} as recorded"


def _facts(overview: Overview) -> Iterator[tuple[str, str]]:
    yield "Recorded", f"{count(overview.files, 'file')}, {amount(overview.bytes)}"
    runs = overview.history.runs
    for run in runs[-1:]:
        yield "Last run", f"{utc(run.started)}, {run.kind}: {run.outcome}"
    for run in _verifications(runs)[-1:]:
        yield "Last verification", f"{utc(run.started)}, {count(run.counts[Status.OK], 'file')} verified"


def _verifications(runs: Sequence[Run]) -> list[Run]:
    return [run for run in runs if run.kind == "verify" and run.counts.get(Status.OK)]


def _ages(overview: Overview, now: float) -> dict[str, object]:
    """Return when files were verified last."""
    started = {run.number: run.started for run in overview.history.runs}
    numbers = dict.fromkeys((*_AGES, "never"), 0)
    for number, files in overview.verified.items():
        days = (now - started[number]) / _DAY
        numbers[next(kind for kind, (most, _) in _AGES.items() if days <= most)] += files
    numbers["never"] = overview.unverified
    words = {**{kind: words for kind, (_, words) in _AGES.items()}, "never": "not since they were recorded"}
    return {
        "ages": [Age(kind, words[kind], n, percent(n, overview.files)) for kind, n in numbers.items() if n],
        "parts": bar(numbers),
    }


def _over_time(overview: Overview, now: float) -> dict[str, object]:
    """Return how many files each run verified, and how many were not as recorded after it."""
    runs = overview.history.runs
    # A clock may have run backwards, and runs are in order all the same.
    times = dict(
        zip((run.number for run in runs), itertools.accumulate((run.started for run in runs), max), strict=True)
    )
    over = Over(min(times.values(), default=now), max(now, *times.values()) if times else now)
    verified = [(times[run.number], run.counts[Status.OK]) for run in _verifications(runs)]
    most = max((number for _, number in verified), default=0)
    last = verified[-1][1] if verified else 0
    lines = [Line("ok", "verified", last, most, over.strokes(verified, most))]
    for status, numbers in open_after(overview.history.events).items():
        points = [(times[run], number) for run, number in numbers.items()]
        most = max((number for _, number in points), default=0)
        last = points[-1][1] if points else 0
        lines.append(Line(status.value, status.phrase, last, most, over.steps(points, most)))
    return {"lines": lines, "start": utc(over.start), "end": utc(over.end)}


def open_after(events: Iterable[Event]) -> Mapping[Status, Mapping[int, int]]:
    """Return how many recorded files were not as recorded after each run in which that has changed, by the verdict."""
    known: dict[str, Status] = {}
    numbers: dict[Status, dict[int, int]] = {status: {} for status in _ALWAYS_SHOWN}
    counts = dict.fromkeys((*_ALWAYS_SHOWN, Status.MOVED), 0)
    for event in events:
        before = known.pop(event.path, None)
        after = event.status if event.kind != "accept" and event.status in counts else None
        if after:
            known[event.path] = after
        for status, change in ((before, -1), (after, 1)):
            if status:
                counts[status] += change
                numbers.setdefault(status, {})[event.run] = counts[status]
    return numbers


def _kept(rows: Iterator[Row], number: int) -> Rows:
    """Return the first rows of that *number*."""
    kept = Rows()
    for row in rows:
        if kept.is_full:
            break
        kept.put(row)
    kept.more = number - len(kept.rows)
    return kept


def _difference_rows(differences: Iterable[Difference], runs: Iterable[Run]) -> Iterator[Row]:
    started = {run.number: utc(run.started) for run in runs}
    for one in differences:
        digests = ((what, digest) for what, digest in (("recorded", one.expected), ("found", one.actual)) if digest)
        yield Row(
            name=shell_quoted(one.path),
            kind=one.status.value,
            verdict=one.status.phrase,
            number=f"{one.run}",
            n=one.run,
            place=started.get(one.run, ""),
            detail=_detail(one),
            digests=tuple(f"{what} {algorithm_name(one.algorithm)} {digest}" for what, digest in digests),
        )


def _event_row(event: Event) -> Row:
    word = "as recorded again" if event.status is Status.OK else event.status.phrase
    return Row(
        name=shell_quoted(event.path),
        kind=event.status.value,
        verdict=f"{word}, accepted" if event.kind == "accept" else word,
        number=f"{event.run}",
        n=event.run,
        place=utc(event.time),
        detail=_detail(event),
    )


def _detail(one: Difference | Event) -> str:
    return plain(one.detail) if one.moved_to is None else f"moved to {shell_quoted(one.moved_to)}"
