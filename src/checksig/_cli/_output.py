"""What a run prints, as text or as JSON Lines. Nothing is collected: a verdict is printed as it comes.

The text is described in docs/command-line.md, the JSON in docs/json.md.
"""

from __future__ import annotations

import json
import os
from collections import Counter

from checksig._cli._exit import Exit
from checksig._cli._streams import put, say
from checksig._errors import ChecksigError, EngineError, JobTimeout, ManifestError
from checksig._report import Status
from checksig._text import plain, shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Protocol

    from checksig._report import FileResult, Report, WarningText

    class Output(Protocol):
        """Where a command says what it finds."""

        def result(self, root: str, result: FileResult) -> None:
            """Print a verdict."""

        def warning(self, warning: WarningText, hint: str = "") -> None:
            """Print what doesn't fail the run, and what can be done."""

        def error(self, error: ChecksigError, root: str, hint: str = "") -> None:
            """Print why there is no verdict, and what can be done."""

        def verified(self, totals: Totals) -> None:
            """Print the end of `verify`."""

        def created(self, path: str, algorithm: str, report: Report) -> None:
            """Print the end of `create`, which wrote a list at *path*, or to standard output if that is empty."""

        def not_created(self, algorithm: str | None, status: int, failed: int) -> None:
            """Print the end of `create` where it wrote nothing, be it for *failed* files."""


SCHEMA = 1
"""The number of the JSON schema. It goes up when what is there changes its meaning or goes away."""

_KINDS: dict[type[ChecksigError], str] = {ManifestError: "manifest", EngineError: "engine", JobTimeout: "timeout"}
"""The errors that a run can end with, as the JSON has them."""

_DETAILED = frozenset({Status.UNREADABLE, Status.NOT_REGULAR, Status.CHANGED})
"""Verdicts whose detail says more than the verdict."""


_KEPT_BY_QUIET = frozenset({"links_left_out"})
"""Warnings about what the user may well believe was done."""


class Totals:
    """What the jobs of one command found."""

    def __init__(self) -> None:
        self.ok = True
        self.errors = 0
        self.files = 0
        self.bytes = 0
        self.elapsed = 0.0  # in seconds
        self.counts: Counter[Status] = Counter()
        self.failed: Counter[Status] = Counter()
        """Of `counts`, the verdicts on what lists name that fail the run."""
        self.unlisted: Counter[Status] = Counter()
        """Of `counts`, those on what no list names: extra files, and directories that could not be searched."""
        self.empty = 0
        """Lists without entries; `counts` has them as malformed."""
        self._reasons: list[str] = []
        self._explained = 0
        """Failures when the job before ended."""

    def note(self, result: FileResult) -> None:
        """Count a verdict of the job that runs."""
        counts = self.unlisted if result.manifest is None else self.failed
        counts[result.status] += result.fails
        self.empty += _is_on_list(result)

    def add(self, report: Report, where: str = "") -> None:
        """Add what one job found, when it ends; *where*, such as `` in ROOT``, distinguishes it from the others."""
        before, self._explained = self._explained, self._failures
        if not report.ok and self._explained == before:
            which = "not every file" if report.counts[Status.OK] else "no file"
            self._reasons.append(f"{which} was verified{where}")
        self.ok = self.ok and report.ok
        self.files += report.files
        self.bytes += report.bytes
        self.elapsed += report.elapsed
        self.counts.update(report.counts)

    def add_error(self, never_begun: int) -> None:
        """Count a job that ended without a report, and those that it kept from being begun."""
        self.errors += 1 + never_begun
        self._explained = self._failures

    @property
    def _failures(self) -> int:
        return self.failed.total() + self.unlisted.total()

    @property
    def exit(self) -> int:
        """The exit status that follows."""
        if self.errors:
            return Exit.NO_VERDICT
        return Exit.OK if self.ok and not self._failures else Exit.FAILED

    @property
    def reason(self) -> str:
        """Why the run failed, where no verdict or error that was printed says so; else empty."""
        return "; ".join(self._reasons)


class Text:
    """Verdicts for people: failures to standard output or wherever *put* prints them, the rest to standard error."""

    def __init__(self, *, several_roots: bool = False, quiet: bool = False, put: Callable[[str], None] = put) -> None:
        self._several_roots = several_roots
        self._quiet = quiet
        self._put = put

    def result(self, root: str, result: FileResult) -> None:
        is_in_warning = _is_on_list(result) and not result.fails
        if result.fails or not (self._quiet or is_in_warning):
            self._put(self._line(root, result))

    def _line(self, root: str, result: FileResult) -> str:
        if _is_on_list(result):
            return f"{shell_quoted(result.manifest or '')}: FAILED ({plain(result.detail)})"
        if result.status is Status.MALFORMED:
            return f"{shell_quoted(result.manifest or '')}:{result.line}: MALFORMED ({plain(result.detail)})"
        name = shell_quoted(self._shown(root, result.path))
        if result.status is Status.OK and not result.fails:
            return f"{name}: OK"
        return f"{name}: {'FAILED' if result.fails else 'IGNORED'} ({_verdict(result)})"

    def _shown(self, root: str, path: str) -> str:
        return os.path.join(root, path) if self._several_roots and root != os.curdir else path

    def warning(self, warning: WarningText, hint: str = "") -> None:
        if not self._quiet or warning.code in _KEPT_BY_QUIET:
            say(f"warning: {plain(warning)}")
            if hint:
                say(f"hint: {hint}")

    def error(self, error: ChecksigError, root: str, hint: str = "") -> None:  # noqa: ARG002 - for JSON
        say(f"error: {plain(str(error))}")
        if hint:
            say(f"hint: {hint}")

    def verified(self, totals: Totals) -> None:
        summary = "; ".join(_reason(totals) if self._quiet else _summary(totals))
        if summary:
            say(summary)

    def created(self, path: str, algorithm: str, report: Report) -> None:  # noqa: ARG002 - for JSON
        if not self._quiet:
            if path:
                put(shell_quoted(path))
            say(f"{_count(report.files, 'file')} listed")

    def not_created(self, algorithm: str | None, status: int, failed: int) -> None:  # noqa: ARG002 - for JSON
        if failed:
            say(f"error: {_NOT_WRITTEN}: {_count(failed, 'file')} could not be read")
        elif status == Exit.FAILED:
            say(f"error: {_NOT_WRITTEN}")


_NOT_WRITTEN = "no list was written"


def _is_on_list(result: FileResult) -> bool:
    """Say whether it is the verdict on a list as a whole: it has no entries."""
    return result.status is Status.MALFORMED and result.line is None


def _verdict(result: FileResult) -> str:
    if result.detail and result.status in _DETAILED:
        return f"{result.status.phrase}: {plain(result.detail)}"
    return result.status.phrase


def _reason(totals: Totals) -> Iterator[str]:
    if totals.reason:
        yield f"FAILED: {plain(totals.reason)}"


def _summary(totals: Totals) -> Iterator[str]:
    """Say in a few parts how it went: the listed files first."""
    yield from _reason(totals)
    on_lists = {s: totals.failed[s] for s in Status if s is not Status.MALFORMED and totals.failed[s]}
    failed = sum(on_lists.values())
    if failed:
        kinds = ", ".join(f"{number} {s.phrase}" for s, number in on_lists.items())
        yield f"{failed} of {_count(totals.files, 'file')} failed: {kinds}"
    elif totals.counts[Status.OK]:
        yield f"{_count(totals.counts[Status.OK], 'file')} verified"
    elif totals.files and not totals.reason:
        yield "no file was verified"
    ignored = totals.counts[Status.MISSING] - totals.failed[Status.MISSING]
    if ignored:
        yield f"{_count(ignored, 'missing file')} ignored"
    malformed = totals.counts[Status.MALFORMED] - totals.empty
    if malformed:
        yield _count(malformed, "malformed line")
    if totals.empty:
        yield f"{_count(totals.empty, 'list')} without entries"
    if totals.counts[Status.EXTRA]:
        yield _count(totals.counts[Status.EXTRA], "extra file")
    if totals.unlisted[Status.UNREADABLE]:
        yield f"{_count(totals.unlisted[Status.UNREADABLE], 'directory', 'directories')} could not be searched"
    if totals.errors and totals.files:
        yield f"no verdict on {_count(totals.errors, 'root')}"


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or f'{one}s'}"


class Json:
    """All that happens, for programs: JSON Lines on standard output."""

    def result(self, root: str, result: FileResult) -> None:
        fields = result.as_dict()
        _put_json("result", root=root, fails=fields.pop("fails"), **fields)

    def warning(self, warning: WarningText, hint: str = "") -> None:  # noqa: ARG002 - for people
        _put_json("warning", code=warning.code, message=warning)

    def error(self, error: ChecksigError, root: str, hint: str = "") -> None:
        path, line = None, None
        if isinstance(error, (ManifestError, EngineError)):
            path = error.path
        if isinstance(error, ManifestError):
            line = error.line or None
        message = error.reason if isinstance(error, (ManifestError, EngineError)) else str(error)
        _put_json(
            "error",
            kind=_KINDS[type(error)],
            code=error.code,
            root=root,
            path=path,
            line=line,
            message=message,
            hint=hint or None,
        )

    def verified(self, totals: Totals) -> None:
        _put_json(
            "summary",
            ok=totals.exit == Exit.OK,
            exit_status=int(totals.exit),
            reason=totals.reason or None,
            errors=totals.errors,
            files=totals.files,
            bytes=totals.bytes,
            elapsed=round(totals.elapsed, 6),
            counts={status.value: totals.counts[status] for status in Status},
        )

    def created(self, path: str, algorithm: str, report: Report) -> None:
        _put_json(
            "summary",
            ok=True,
            exit_status=0,
            reason=None,
            output=path,
            algorithm=algorithm,
            files=report.files,
            bytes=report.bytes,
            elapsed=report.elapsed,
        )

    def not_created(self, algorithm: str | None, status: int, failed: int) -> None:
        reason = None if failed or status != Exit.FAILED else _NOT_WRITTEN  # else a verdict or an error says it
        _put_json("summary", ok=False, exit_status=status, reason=reason, output=None, algorithm=algorithm, files=0)


def _put_json(type_: str, /, **fields: object) -> None:
    put(json.dumps({"schema": SCHEMA, "type": type_, **fields}))
