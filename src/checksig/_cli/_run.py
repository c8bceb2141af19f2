"""The commands at work: groups of lists one after another, and what comes of them."""

from __future__ import annotations

import os
import time
from collections import deque
from functools import partial
from typing import NamedTuple

import checksig
from checksig import _api
from checksig._cli._exit import Exit
from checksig._cli._hints import Hints, by_code, on_error
from checksig._cli._operands import beneath, groups, opened, sort
from checksig._cli._output import Json, Text, Totals
from checksig._cli._progress import Nothing, display
from checksig._cli._streams import put_file, say
from checksig._cli._usage import UsageError
from checksig._errors import timed_out
from checksig._text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from checksig import ChecksigError, Job, Progress, Report, WarningText
    from checksig._cli._operands import GivenList, Group
    from checksig._cli._output import Output
    from checksig._cli._progress import Display
    from checksig._job import CreateJob


_IN_SUMMARY = frozenset({"nothing_verified"})
"""Warnings that the summary has as the reason of the failure."""


class Style(NamedTuple):
    """How a command reports."""

    json: bool
    quiet: bool
    progress: bool | None
    """None: where standard error is a terminal."""

    def display(self) -> Display:
        """Choose where progress is shown."""
        if self.progress is None and (self.json or self.quiet):
            return Nothing()
        return display(shown=self.progress)

    def output(self, *, several_roots: bool = False) -> Output:
        """Choose how verdicts are printed."""
        return Json() if self.json else Text(several_roots=several_roots, quiet=self.quiet)


def verification(
    paths: tuple[str, ...],
    root: str | None = None,
    timeout: float | None = None,
    *,
    recursive: bool = False,
    status: bool = False,
    ignore_missing: bool = False,
    strict: bool = True,
    verbose: bool = False,
    json: bool = False,
    quiet: bool = False,
    progress: bool | None = None,
    **options: Any,  # noqa: ANN401 - iter_verify checks them
) -> int:
    """Verify by the options of the command. Returns the exit status.

    :raises UsageError: two of them exclude each other.
    """
    if quiet and verbose:
        reason = "--quiet and --verbose can't be combined"
        raise UsageError(reason)
    start = partial(
        _start,
        ignore_missing=ignore_missing,
        strict=strict,
        keep="all" if verbose else "failures",
        **options,
    )
    style = Style(json, quiet or status, progress)
    try:
        operands = sort(paths, style.output().warning)
        todo = beneath(operands, root) if recursive else groups(operands, root)
    except checksig.ChecksigError as e:
        return no_verdict(e, style)
    _check(todo, **options)
    return Verification(todo, style, start, timeout=timeout).run()


def _start(root: str, lists: list[GivenList] | None, files: list[str], **options: Any) -> Job:  # noqa: ANN401 - as above
    begin = _api.verification(root, lists, **options)
    begin.request["files"] = files
    return begin()


def _check(todo: Sequence[Group], *, only: object = None, extra: object = False, **_: object) -> None:
    """Refuse options that mean nothing for these groups."""
    if only and len(todo) > 1:
        reason = "--only can't be combined with several directories"
        raise UsageError(reason)
    if extra and (only or any(group.files for group in todo)):
        reason = "--extra can't be combined with a selection of files"
        raise UsageError(reason)


def no_verdict(error: ChecksigError, style: Style) -> int:
    """Report why nothing could be verified. Returns the exit status."""
    output, totals = style.output(), Totals()
    totals.add_error(0)
    output.error(error, getattr(error, "path", os.curdir))
    output.verified(totals)
    return totals.exit


class Verification:
    """One run of ``checksig verify``."""

    def __init__(
        self,
        todo: list[Group],
        style: Style,
        start: Callable[..., Job],
        *,
        timeout: float | None,
    ) -> None:
        self._waiting = deque(todo)
        self._several_roots = len(todo) > 1
        self._display = style.display()
        self._output = style.output(several_roots=self._several_roots)
        self._start = partial(start, progress=_callback(self._display))
        self._timeout = timeout
        self._deadline = None if timeout is None else time.monotonic() + timeout
        self._hints: dict[str, None] = {}
        self._roots = [group.root for group in todo if group.lists is None]
        self._shows_hints = not (style.json or style.quiet)
        self._totals = Totals()
        self._warnings: dict[WarningText, None] = {}

    def run(self) -> int:
        """Verify one group after another. Returns the exit status."""
        try:
            while self._waiting and self._judge(self._waiting.popleft()):
                pass
        finally:
            self._display.clear()
        for warning in self._warnings:
            self._output.warning(warning, by_code(warning))
        self._output.verified(self._totals)
        for hint in self._hints:
            say(f"hint: {plain(hint)}")
        return self._totals.exit

    def _judge(self, group: Group) -> bool:
        """Verify a group. False: so would the next ones end."""
        try:
            report = self._stream(group)
        except checksig.ManifestError as e:
            self._fail(e, group, on_error(e, group))
            return True
        except checksig.EngineError as e:
            self._fail(e, group, ends_run=True)
            return False
        except checksig.JobTimeout as e:
            e.args = (timed_out(self._timeout or 0),)  # it knows of this group's share only
            self._fail(e, group, ends_run=True)
            return False
        self._totals.add(report, f" in {group.root}" if self._several_roots else "")
        self._warnings.update(dict.fromkeys(w for w in report.warnings if w.code not in _IN_SUMMARY))
        return True

    def _stream(self, group: Group) -> Report:
        """Print verdicts while they come, and return what is left to say."""
        hints = Hints(group, self._roots)
        with opened(group.lists) as lists, self._job(group, lists) as job:
            for result in job:
                self._display.clear()  # also where a pipe leads back to the terminal, as with tee
                self._totals.note(result)
                hints.note(result)
                self._output.result(group.root, result)
            report = job.report()
        hint = hints.about(report)
        if hint and self._shows_hints:
            self._hints[hint] = None
        return report

    def _job(self, group: Group, lists: list[GivenList] | None) -> Job:
        return self._start(group.root, lists, group.files, timeout=self._time_left())

    def _time_left(self) -> float | None:
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def _fail(self, error: ChecksigError, group: Group, hint: str = "", *, ends_run: bool = False) -> None:
        self._totals.add_error(len(self._waiting) if ends_run else 0)
        self._display.clear()
        self._output.error(error, group.root, hint)


def _callback(shown: Display) -> Callable[[Progress], None] | None:
    """Return what the job is to call: only a job that shows progress adds up sizes first."""
    return None if isinstance(shown, Nothing) else shown.update


def creation(
    root: str = os.curdir,
    output: str | None = None,
    algorithm: str | None = None,
    *,
    json: bool = False,
    quiet: bool = False,
    progress: bool | None = None,
    **options: Any,  # noqa: ANN401 - create() checks them
) -> int:
    """Create a list by the options of the command. Returns the exit status.

    :raises UsageError: two of them exclude each other.
    """
    run = Creation(root, algorithm, Style(json, quiet, progress), options)
    if output != "-":
        return run.to_file(output)
    if json:
        reason = "--output - and --json can't be combined"
        raise UsageError(reason, "both write to standard output; `--output ./-` writes a file of that name")
    return run.to_stdout()


class Creation:
    """One run of ``checksig create``."""

    def __init__(self, root: str, algorithm: str | None, style: Style, options: dict[str, Any]) -> None:
        self._root, self._algorithm, self._options = root, algorithm, options
        self._display = style.display()
        self._output, self._quiet = style.output(), style.quiet
        self._hidden = ""
        """The path of a list that is only for standard output."""

    def to_file(self, path: str | None) -> int:
        """Write the list to *path*. Returns the exit status."""
        return self._create(path, lambda job, report: self._output.created(job.output(), job.algorithm(), report))

    def to_stdout(self) -> int:
        """Write the list to standard output, once it is complete. Returns the exit status."""
        import tempfile

        self._output = Text(quiet=self._quiet, put=say)

        def copy(job: CreateJob, report: Report) -> None:
            put_file(self._hidden)
            self._output.created("", job.algorithm(), report)

        try:
            directory = tempfile.TemporaryDirectory(prefix="checksig-")
        except OSError as e:
            reason = f"no temporary directory for the list: {e.strerror or e}"
            return self._fail(checksig.ManifestError("-", 0, reason, "output_unwritable"))
        with directory:
            self._hidden = os.path.join(directory.name, "list")  # says no algorithm
            return self._create(self._hidden, copy)

    def _create(self, output: str | None, done: Callable[[CreateJob, Report], None]) -> int:
        try:
            start = _api.creation(
                self._root,
                algorithm=self._algorithm,
                output=output,
                progress=_callback(self._display),
                **self._options,
            )
            with start() as job:
                report = job.report()
        except (checksig.ManifestError, checksig.EngineError) as e:
            return self._fail(e)
        finally:
            self._display.clear()
        for warning in report.warnings:
            self._output.warning(warning, by_code(warning))
        if not report:
            return self._refuse(job, report)
        done(job, report)
        return Exit.OK

    def _fail(self, error: ChecksigError) -> int:
        if isinstance(error, checksig.ManifestError) and error.path == self._hidden:
            error = checksig.ManifestError("-", 0, error.reason, error.code)
        self._output.error(error, self._root, by_code(error))
        self._output.not_created(self._algorithm, Exit.NO_VERDICT, 0)
        return Exit.NO_VERDICT

    def _refuse(self, job: CreateJob, report: Report) -> int:
        for result in report.failures:
            self._output.result(self._root, result)
        self._output.not_created(job.algorithm(), Exit.FAILED, len(report.failures))
        return Exit.FAILED
