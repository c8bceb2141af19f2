"""Where ``checksig track`` says what it finds: text for people here, and JSON Lines."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter

from checksig._cli._exit import Exit
from checksig._cli._json import SCHEMA, Json
from checksig._cli._output import Text
from checksig._cli._streams import gets_colour, put, say
from checksig._report import Status
from checksig._text import amount, count, plain, shell_quoted
from checksig.track import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Protocol

    from checksig import ChecksigError
    from checksig.track import Archive, Difference, Event, History, Run, RunReport

    class TrackOutput(Protocol):
        """Where a command says what it finds."""

        def report(self, archive: Archive, report: RunReport, status: int) -> None:
            """Print the end of a run."""

        def history(self, archive: Archive, history: History) -> None:
            """Print what happened."""

        def exported(self, archive: Archive, path: str | None) -> None:
            """Print where the list is, None for standard output."""

        def error(self, error: ChecksigError, root: str) -> None:
            """Print why there is no verdict."""


_GOOD = frozenset({Status.OK, Status.ADDED})

_AT_ONCE = 1000
"""Lines that go out together."""


def chosen(*, as_json: bool, quiet: bool, color: str) -> TrackOutput:
    """Choose how a command reports."""
    if as_json:
        return TrackJson()
    return TrackText(quiet=quiet, colour=gets_colour(sys.stdout, color))


class TrackText:
    """Text: differences to standard output, the rest to standard error."""

    def __init__(self, *, quiet: bool, colour: bool) -> None:
        self._quiet = quiet
        self._failed = "FAILED"
        if colour:
            from checksig._cli._colour import painted

            self._failed = painted("FAILED")

    def report(self, archive: Archive, report: RunReport, status: int) -> None:  # noqa: ARG002 - for JSON
        if report.run.kind == "init" and not self._quiet:
            put(shell_quoted(str(archive.database)))
        if not self._quiet:
            if report.relocated is not None:
                before, now = map(shell_quoted, report.relocated)
                put(f"{before}: RELOCATED to {now}")
            _put_all(f"{shell_quoted(one.path)}: ACCEPTED ({_accepted(one)})" for one in report.accepted)
            _put_all(f"{shell_quoted(name)}: ADDED" for name in report.added)
        _put_all(f"{shell_quoted(one.path)}: {self._failed} ({phrase(one)})" for one in report.differences)
        if not self._quiet:
            for warning in report.warnings:
                say(f"warning: {plain(warning)}")
            say(summary(report))

    def history(self, archive: Archive, history: History) -> None:  # noqa: ARG002 - for JSON
        one = history.recorded
        if one is not None:
            verified = f"last verified by run {one.verified.number}, {utc(one.verified.started)}"
            put(f"{shell_quoted(one.path)}: recorded by run {one.added.number}, {verified}")
        by_run: dict[int, list[Event]] = {}
        for event in history.events:
            by_run.setdefault(event.run, []).append(event)
        for run in history.runs:
            put(f"run {run.number}  {utc(run.started)}  {run.kind:<6}  {run.outcome:<7}  {found(run)}")
            _put_all(f"    {shell_quoted(event.path)}: {phrase(event)}" for event in by_run.get(run.number, ()))

    def exported(self, archive: Archive, path: str | None) -> None:  # noqa: ARG002 - for JSON
        if path is not None:
            put(shell_quoted(path))

    def error(self, error: ChecksigError, root: str) -> None:
        if isinstance(error, ArchiveError):
            say(f"error: {shell_quoted(error.path)}: {plain(error.reason)}")
            if error.hint:
                say(f"hint: {error.hint}")
        else:
            from checksig._cli._hints import by_code

            Text().error(error, root, by_code(error))


class TrackJson:
    """JSON Lines, which docs/json.md describes."""

    def report(self, archive: Archive, report: RunReport, status: int) -> None:
        root = str(archive.root)
        for name in report.added:
            _put_json("added", root=root, path=name)
        for is_accepted, differences in ((True, report.accepted), (False, report.differences)):
            for one in differences:
                _put_json("difference", root=root, accepted=is_accepted, **one.as_dict())
        for warning in report.warnings:
            _put_json("warning", code=warning.code, message=warning)
        run = report.run
        _put_json(
            "summary",
            ok=status == Exit.OK,
            exit_status=status,
            reason=None,
            database=str(archive.database),
            run=run.number,
            files=run.files,
            bytes=run.bytes,
            left=report.left,
            relocated=None if report.relocated is None else list(report.relocated),
            elapsed=round((run.ended or run.started) - run.started, 6),
            counts={status.value: run.counts.get(status, 0) for status in Status},
        )

    def history(self, archive: Archive, history: History) -> None:
        root = str(archive.root)
        if history.recorded is not None:
            _put_json("recorded", root=root, **history.recorded.as_dict())
        for run in history.runs:
            _put_json("run", root=root, **run.as_dict())
        for event in history.events:
            _put_json("event", root=root, **event.as_dict())

    def exported(self, archive: Archive, path: str | None) -> None:
        pass

    def error(self, error: ChecksigError, root: str) -> None:
        if not isinstance(error, ArchiveError):
            from checksig._cli._hints import by_code

            Json().error(error, root, by_code(error))
            return
        fields = {"kind": "archive", "code": error.code, "root": root, "path": error.path, "line": None}
        _put_json("error", **fields, message=error.reason, hint=error.hint or None)


def _put_json(type_: str, /, **fields: object) -> None:
    put(json.dumps({"schema": SCHEMA, "type": type_, **fields}))


def _put_all(lines: Iterable[str]) -> None:
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) == _AT_ONCE:
            put("\n".join(waiting))
            waiting.clear()
    if waiting:
        put("\n".join(waiting))


def phrase(one: Difference | Event) -> str:
    """Return a verdict in words."""
    to = "" if one.moved_to is None else f"moved to {shell_quoted(one.moved_to)}"
    if one.status is Status.MOVED:
        return to
    words = "as recorded again" if one.status is Status.OK else one.status.phrase
    return f"{words}, {to}" if to else f"{words}: {plain(one.detail)}" if one.detail else words


def _accepted(one: Difference) -> str:
    return f"{phrase(one)}; no longer recorded" if one.status is Status.NOT_REGULAR else phrase(one)


def summary(report: RunReport) -> str:
    """Return the line for people: how it went, then what is not as recorded, and what was done."""
    parts = [_not_as_recorded(report.differences, report.run), *_done(report)]
    return f"{'FAILED' if report.differences else 'OK'}: {'; '.join(part for part in parts if part)}"


def _not_as_recorded(differences: Sequence[Difference], run: Run) -> str:
    if run.kind == "accept" or not differences:
        return by_verdict(differences)
    return f"{len(differences)} of {count(run.files, 'file')}: {_kinds(differences)}"


def by_verdict(differences: Sequence[Difference]) -> str:
    """Return how many there are, and of each kind."""
    return f"{count(len(differences), 'difference')}: {_kinds(differences)}" if differences else ""


def _kinds(differences: Sequence[Difference]) -> str:
    kinds = Counter(one.status for one in differences)
    return ", ".join(f"{number} {status.phrase}" for status, number in kinds.items())


def _done(report: RunReport) -> Iterator[str]:
    run = report.run
    good = run.counts.get(Status.OK, 0)
    if run.kind == "accept":
        yield f"{count(len(report.accepted), 'difference')} accepted"
    elif run.kind == "init":
        yield f"{count(run.counts.get(Status.ADDED, 0), 'file')} recorded"
    elif run.kind == "scan":
        yield f"{count(good, 'file')} as recorded"
        yield f"{len(report.added)} added" if report.added else ""
    else:
        yield f"{count(good, 'file')} verified ({amount(run.bytes)})"
        yield f"{report.left} left for another run" if report.left else ""


def found(run: Run) -> str:
    """Return what a run found, in words."""
    if run.ended is None or (run.outcome == "stopped" and not run.files):
        return ""
    bad = [f"{number} {status.phrase}" for status, number in run.counts.items() if status not in _GOOD]
    added = run.counts.get(Status.ADDED, 0)
    good = [f"{added} added"] if added and run.kind != "init" else []
    return ": ".join([count(run.files, "file"), *filter(None, [", ".join([*good, *bad])])])


def utc(seconds: float) -> str:
    """Return a time for people."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))
