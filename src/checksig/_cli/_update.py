"""``checksig update``: what was found, and what became of the list."""

from __future__ import annotations

import os
import sys
from collections import Counter

import checksig
from checksig._cli._excludes import take as take_excludes
from checksig._cli._exit import Exit
from checksig._cli._hints import by_code
from checksig._cli._json import Json
from checksig._cli._output import Text
from checksig._cli._run import Style, callback
from checksig._cli._streams import colour_errors, gets_colour, put, say, written_files
from checksig._cli._usage import UsageError
from checksig._report import Status
from checksig._text import count, shell_quoted
from checksig._update import updating

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from checksig import ChecksigError, FileResult, Report
    from checksig._job import CreateJob

_STDIN = "-"

_CHANGES = {Status.ADDED: "ADDED", Status.MODIFIED: "ACCEPTED", Status.MISSING: "REMOVED"}
"""What became of an entry that does not fail."""


def update(
    manifest: str = os.curdir,
    *,
    json: bool = False,
    color: str = "auto",
    quiet: bool = False,
    progress: bool | None = None,
    **options: Any,  # noqa: ANN401 - updating() checks them
) -> int:
    """Update a list by the options of the command. Returns the exit status.

    :raises UsageError: two of them exclude each other, or there is no list.
    """
    take_excludes(options)
    style = Style("json" if json else "text", quiet, progress=progress, color=color)
    colour_errors(color)
    run = Update(style, gets_colour(sys.stdout, color))
    try:
        path = _list_at(manifest)
        return run.run(path, options)
    except (checksig.ManifestError, checksig.EngineError, checksig.JobTimeout) as e:
        return run.fail(e, manifest)


def _list_at(path: str) -> str:
    """Return the only list in a directory, or the path itself if it is none.

    :raises UsageError: there are several, or a path is empty or standard input.
    :raises ManifestError: there is none.
    """
    if not path or path == _STDIN:
        reason = "LIST is empty" if not path else "standard input can't be updated"
        raise UsageError(reason, "name a checksum list, or a directory that has one")
    if not os.path.isdir(path):
        return path
    from checksig._lists import directly_in

    if os.path.lexists(os.path.join(path, "bagit.txt")):
        reason = "a bag, whose manifests are written together; use create --bagit --force"
        raise checksig.ManifestError(path, 0, reason, "not_updated")
    lists = directly_in(path, os.getcwd())
    if len(lists) > 1:
        reason = f"{shell_quoted(path)} has several lists: {', '.join(map(shell_quoted, lists))}"
        raise UsageError(reason, "name the one to update")
    return lists[0]


class Update:
    """One run of ``checksig update``."""

    def __init__(self, style: Style, colour: bool) -> None:  # noqa: FBT001 - the only caller has it as an expression
        self._quiet, self._display = style.quiet, style.display()
        self._output: Text | Json = Text(quiet=style.quiet, colour=colour) if style.is_text else Json()

    def run(self, path: str, options: dict[str, Any]) -> int:
        """Update the list at *path*. Returns the exit status."""
        start = updating(path, progress=callback(self._display), **options)
        start.request["outputs"] = written_files()
        try:
            with start.creating() as job:
                report = job.report()
        finally:
            self._display.clear()
        for warning in report.warnings:
            self._output.warning(warning, by_code(warning))
        status = Exit.OK if report else Exit.FAILED
        if isinstance(self._output, Json):
            self._output.results(report.root, report.results)
            self._output.updated(job, report, status)
        else:
            self._output.results(os.curdir, report.failures)
            self._print_changes(report)
            self._say(path, job, report)
        return status

    def fail(self, error: ChecksigError, path: str) -> int:
        """Say why nothing was updated. Returns the exit status."""
        self._output.error(error, os.path.dirname(path) or os.curdir, by_code(error))
        if isinstance(self._output, Json):
            self._output.updated(None, None, Exit.NO_VERDICT)
        return Exit.NO_VERDICT

    def _print_changes(self, report: Report) -> None:
        if not self._quiet:
            lines = [_line(result) for result in report if not result.fails]
            if lines:
                put("\n".join(lines))

    def _say(self, path: str, job: CreateJob, report: Report) -> None:
        if self._quiet and report:
            return
        verified = f"{count(report.counts[Status.OK], 'entry', 'entries')} verified"
        say(f"{_verdict(report)}: {_outcome(path, job, report)}; {verified}")
        hint = _hint(report.failures)
        if hint and not self._quiet:
            say(f"hint: {hint}")


def _line(result: FileResult) -> str:
    to = f" (moved to {shell_quoted(result.moved_to)})" if result.moved_to else ""
    return f"{shell_quoted(result.path)}: {_CHANGES[result.status]}{to}"


def _verdict(report: Report) -> str:
    if report:
        return "OK"
    found = Counter(result.status for result in report.failures)
    return f"FAILED: {', '.join(f'{n:,} {status.phrase}' for status, n in found.items())}"


def _outcome(path: str, job: CreateJob, report: Report) -> str:
    """Return what became of the list."""
    name = shell_quoted(path)
    if not job.outputs():
        return f"{name} is up to date" if report else f"{name} was not changed"
    found = Counter(_CHANGES[result.status].lower() for result in report if not result.fails)
    return f"{name} was updated: {', '.join(f'{n:,} {word}' for word, n in found.items())}"


def _hint(failures: Sequence[FileResult]) -> str:
    """Return what can be done about failures."""
    hints = []
    differs = next((r.path for r in failures if r.status is Status.MISMATCH), None)
    if differs is not None:
        hints.append(f"if {shell_quoted(differs)} was meant to change, add --accept={_as_word(differs)}")
    if any(result.status in {Status.MISSING, Status.MOVED} for result in failures):
        hints.append("to remove the entries of missing files, add --drop-missing")
    return "; ".join(hints)


def _as_word(name: str) -> str:
    """Return a name as a shell reads it back."""
    import shlex

    shown = shell_quoted(name)
    return shlex.quote(name) if shown == name else shown
