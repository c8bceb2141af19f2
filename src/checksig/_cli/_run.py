"""The commands at work: groups of lists one after another, and what comes of them."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections import deque
from functools import partial

import checksig
from checksig import _api
from checksig._cli._excludes import take as take_excludes
from checksig._cli._exit import Exit, TerminatedError
from checksig._cli._files_from import take as take_files
from checksig._cli._operands import STDIN, Kind, beneath, groups, opened, sort
from checksig._cli._output import Silent, Text
from checksig._cli._signature_options import KEYS
from checksig._cli._streams import (
    Sink,
    colour_errors,
    finish,
    gets_colour,
    is_terminal,
    put,
    put_bytes,
    say,
    written_files,
)
from checksig._cli._totals import MOST_LISTS, Totals
from checksig._cli._usage import UsageError
from checksig._errors import timed_out
from checksig._named import NamedTuple, named
from checksig._text import count, plain
from checksig._words import FORMATS as LIST_FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from checksig import ChecksigError, FileResult, Progress, Report, WarningText
    from checksig._cli._executor import Chosen
    from checksig._cli._formats import Report as ReportOption
    from checksig._cli._hints import Hints
    from checksig._cli._operands import GivenList, Group
    from checksig._cli._output import Output
    from checksig._cli._progress import Display
    from checksig._cli._selected import Selected
    from checksig._cli._shard import Part
    from checksig._job import CountingJob, Start
    from checksig._signer import Signer


_IN_SUMMARY = frozenset({"nothing_verified"})
"""Warnings that the summary has as the reason of the failure."""


class Nothing:
    """Shows no progress."""

    failed = 0

    def update(self, progress: Progress) -> None:
        pass

    def clear(self) -> None:
        pass


@named
class Style(NamedTuple):
    """How a command reports."""

    format: str = "text"
    quiet: bool = False
    verbose: bool = False
    progress: bool | None = None
    """None: where standard error is a terminal."""
    color: str = "auto"
    silent: bool = False

    @property
    def is_text(self) -> bool:
        """Whether people read standard output."""
        return self.format == "text"

    def display(self) -> Display:
        """Choose where progress is shown."""
        shown = self.progress
        if shown is None:
            shown = self.is_text and not self.quiet and is_terminal(sys.stderr)
        if not shown:
            return Nothing()
        from checksig._cli._progress import display

        return display()

    def output(self, *, several_roots: bool = False) -> Output:
        """Choose how verdicts are printed."""
        if self.is_text:
            colour = gets_colour(sys.stdout, self.color)
            kind = Silent if self.silent else Text
            return kind(several_roots=several_roots, quiet=self.quiet, verbose=self.verbose, colour=colour)
        from checksig._cli._formats import opened

        sink = Sink(put, put_bytes, say)
        return opened(self.format, sink, several_roots=several_roots, quiet=self.quiet, verbose=self.verbose)


def verification(
    paths: tuple[str, ...],
    root: str | None = None,
    timeout: float | None = None,
    *,
    recursive: bool = False,
    installed: bool = False,
    check: bool = False,
    status: bool = False,
    ignore_missing: bool = False,
    detect_collisions: bool = False,
    strict: bool = True,
    verbose: bool = False,
    json: bool = False,
    format: str | None = None,  # noqa: A002 - the option's name
    report: Sequence[str] = (),
    fail_fast: bool = False,
    color: str = "auto",
    quiet: bool = False,
    progress: bool | None = None,
    executor: str | None = None,
    shard: tuple[int, int] | None = None,
    **options: Any,  # noqa: ANN401 - iter_verify checks them
) -> int:
    """Verify by the options of the command. Returns the exit status.

    :raises UsageError: two of them exclude each other.
    """
    files = take_files(options, paths)
    take_excludes(options)
    signature_only = bool(options.get("signature_only"))
    signed = _signed_by(options, installed=installed)
    check_style(format, json=json, quiet=quiet, verbose=verbose)
    style = Style("json" if json else format or "text", quiet or status, verbose, progress, color, status)
    style.output()  # says what the format needs, before any file is read
    colour_errors(color)
    if check and not (paths or files or (sys.stdin and sys.stdin.isatty())):
        paths = (STDIN,)  # as coreutils does
    reports = reports_of(report, paths) if report else []
    _check_extra(options, alone=recursive and not installed)
    verdicts: dict[str, Any] = {
        "strict": strict,
        "ignore_missing": ignore_missing,
        "detect_collisions": detect_collisions,
    }
    warnings: list[WarningText] = []
    part = None
    if shard:
        part = _part(shard, {**options, **verdicts}, style.format, timeout)
        part.check(
            recursive=recursive, installed=installed, fail_fast=fail_fast, signed=signed, report=report, files=files
        )
    try:
        if installed:
            todo = _installed_groups(paths, root, warnings.append, recursive=recursive, **options)
        else:
            documents = options.get("list_format", "") not in {"", *LIST_FORMATS}
            operands = sort(paths, warnings.append, root, all_lists=check or documents, signed=bool(signed))
            operands += [(path, Kind.FILE) for path in files or ()]
            todo = (
                beneath(operands, root, warnings.append, options.get("exclude", ()))
                if recursive
                else groups(operands, root)
            )
        if part:
            todo = part.cut(todo, warnings.append)
    except checksig.ChecksigError as e:
        return no_verdict(e, style, reports, warnings)
    if not installed:
        _check(todo, signature_only=signature_only, **options)
    alone = {
        "--shard": shard,
        "--installed": installed,
        "--recursive": recursive,
        "--fail-fast": fail_fast,
        "--only": options.get("only"),
        "--moved": options.get("moved"),
        "signatures": signed,
    }
    chosen = _chosen(executor, todo, alone)
    selected = ignore_missing or bool(options.get("only")) or any(group.files for group in todo)
    names = selected and style.is_text and not (style.quiet or verbose) and is_terminal(sys.stdout)
    start = partial(
        chosen.start if chosen else _start,
        keep="all" if verbose or names else "failures",
        ordered=bool(reports) or not (style.is_text and is_terminal(sys.stdout)),
        outputs=[one.path for one in reports],
        fail_fast=fail_fast,
        **verdicts,
        **signed,
        **options,
    )
    several_roots = recursive or installed or len(todo) > 1
    run = Verification(
        todo,
        style,
        start,
        timeout=timeout,
        names=names,
        fail_fast=fail_fast,
        several_roots=several_roots,
        signature_only=signature_only,
    )
    run.mentions_signatures = not signed

    def judge() -> int:
        if part:
            part.begin(run.outputs[0])
        _warn(run.outputs, warnings)
        with chosen or contextlib.nullcontext():
            return run.run()

    return with_reports(judge, run.outputs, reports, several_roots=several_roots, verbose=verbose)


def _check_extra(options: dict[str, Any], *, alone: bool) -> None:
    """Refuse options about extra files that mean nothing: lists that stand *alone* have none."""
    if alone and options.get("extra"):  # the files of a directory are extra to the lists above it
        reason = "--extra can't be combined with --recursive"
        raise UsageError(reason)
    if options.get("moved") and not options.get("extra"):
        reason = "--moved requires --extra"
        raise UsageError(reason, "files that moved are among those that no list names: add --extra")


def _part(shard: tuple[int, int], options: dict[str, Any], format_: str, timeout: float | None) -> Part:
    from checksig._cli._shard import Part

    return Part(*shard, options, format_, timeout)


def check_style(format_: str | None, *, json: bool, quiet: bool, verbose: bool) -> None:
    """Refuse options about the output that exclude each other.

    :raises UsageError: two of them do.
    """
    if quiet and verbose:
        reason = "--quiet and --verbose can't be combined"
        raise UsageError(reason)
    if json and format_ not in {None, "json"}:
        reason = f"--json and --format {format_} can't be combined"
        raise UsageError(reason, f"for both, add --report {format_}:FILE")


def _chosen(text: str | None, todo: Sequence[Group], others: dict[str, object]) -> Chosen | None:
    """Return the executor that verifies, if there is one.

    :raises UsageError: it makes no sense, or not with what is to be verified, or *others* of the options.
    """
    if text is None:
        return None
    from checksig._cli import _executor

    _executor.check(todo, others)
    return _executor.executor(text)


def _signed_by(options: dict[str, Any], *, installed: bool) -> dict[str, Any]:
    """Take what is about signatures out of *options*, and return the arguments of `verify` for it.

    :raises UsageError: it makes no sense.
    """
    if not any(options.get(key) for key in KEYS):
        return {}
    from checksig._cli._trusted import signed_by

    if installed:
        reason = "--installed can't be combined with signatures"
        raise UsageError(reason, "pip doesn't sign RECORD")
    return signed_by(options)


def _installed_groups(
    paths: Sequence[str],
    root: str | None,
    warn: Callable[[WarningText], object],
    *,
    extra: object = False,
    **others: object,
) -> list[Group]:
    """Return what --installed verifies.

    :raises UsageError: an option means nothing for it.
    """
    given = {"root": root, **others}
    for key in (
        "root",
        "recursive",
        "only",
        "exclude",
        "one_file_system",
        "algorithm",
        "list_format",
        "backslash",
        "allow_links_to",
    ):
        if given.get(key):
            reason = f"--{key.replace('_', '-')} can't be combined with --installed"
            raise UsageError(reason)
    from checksig._cli._environments import environments

    return environments(paths, warn, extra=extra)


def reports_of(texts: Sequence[str], operands: Sequence[str]) -> list[ReportOption]:
    """Read the values of --report."""
    from checksig._cli._formats import report
    from checksig._cli._reports import check

    wanted = [report(text) for text in texts]
    check(wanted, operands)
    return wanted


def with_reports(
    run: Callable[[], int],
    outputs: list[Output],
    wanted: Sequence[ReportOption],
    *,
    several_roots: bool = False,
    verbose: bool = False,
) -> int:
    """Run with the outputs of reports too, and write those. Returns the exit status."""
    if not wanted:
        return run()
    from checksig._cli._reports import reports

    with reports(wanted, several_roots=several_roots, verbose=verbose) as files:
        outputs += [file.output for file in files]
        status = run()
        finish()  # a run whose output can't be written ends early
        for file in files:
            problem = file.write()
            if problem:
                say(f"error: {problem}")
                status = Exit.NO_VERDICT
    return status


def _start(
    root: str,
    lists: list[GivenList] | None,
    files: list[str],
    *,
    outputs: list[str],
    of_group: dict[str, Any],
    **options: Any,  # noqa: ANN401 - as above
) -> Start:
    options |= of_group
    options["moved"] = bool(options.get("moved") and options.get("extra"))  # a group may be without
    outputs = [*outputs, *options.pop("outputs", ()), *written_files()]
    begin = _api.verification(root, lists, **options)
    begin.request["files"] = files
    begin.request["outputs"] = outputs
    return begin


def _check(
    todo: Sequence[Group],
    *,
    signature_only: bool = False,
    only: object = None,
    extra: object = False,
    **_: object,
) -> None:
    """Refuse options that mean nothing for these groups."""
    if signature_only and (only or extra or any(group.files for group in todo)):
        reason = "--signature-only is for lists alone"
        raise UsageError(reason, "name the list, and neither files nor --only nor --extra")
    if only and len(todo) > 1:
        reason = "--only can't be combined with several directories"
        raise UsageError(reason)
    if extra and (only or any(group.files for group in todo)):
        reason = "--extra can't be combined with a selection of files"
        raise UsageError(reason)


def _warn(outputs: Sequence[Output], warnings: Sequence[WarningText]) -> None:
    """Print what was noticed before the verification."""
    for output in outputs:
        for warning in warnings:
            output.warning(warning)


def no_verdict(
    error: ChecksigError, style: Style, reports: Sequence[ReportOption] = (), warnings: Sequence[WarningText] = ()
) -> int:
    """Report why nothing could be verified. Returns the exit status."""
    outputs, totals = [style.output()], Totals()
    totals.add_error(0)

    def run() -> int:
        _warn(outputs, warnings)
        for output in outputs:
            output.error(error, getattr(error, "path", os.curdir))
            output.verified(totals)
        return totals.exit

    return with_reports(run, outputs, reports)


class Verification:
    """One run of ``checksig verify``."""

    def __init__(
        self,
        todo: list[Group],
        style: Style,
        start: Callable[..., Any],
        *,
        timeout: float | None,
        names: bool = False,
        fail_fast: bool = False,
        several_roots: bool = False,
        signature_only: bool = False,
    ) -> None:
        """Prepare to verify. *start* returns what starts a job, here or by an executor.

        *names* asks for the names of verified files, if they are few. *several_roots* puts its root before each name.
        """
        self.style, self.totals = style, Totals()
        self._fail_fast, self._signature_only = fail_fast, signature_only
        self.mentions_signatures = True
        """Whether signatures beside lists are mentioned, which nobody asked to verify."""
        self._waiting = deque(todo)
        self._several_roots = several_roots
        self._display = style.display()
        self.outputs: list[Output] = [style.output(several_roots=self._several_roots)]
        """Standard output, and reports."""
        self._selected = _selected() if names else None
        self._so_far = (0, 0)
        """Entries verified, and all."""
        self._start = partial(start, progress=callback(self._display))
        self._timeout = timeout
        self._deadline = None if timeout is None else time.monotonic() + timeout
        self._hints: dict[str, None] = {}
        self._roots = [group.root for group in todo if group.lists is None]
        self._shows_hints = style.is_text and not style.quiet
        self._warnings: dict[WarningText, None] = {}

    def run(self) -> int:
        """Verify one group after another. Returns the exit status."""
        try:
            while self._waiting and self._judge(self._waiting.popleft()):
                pass
        except (KeyboardInterrupt, TerminatedError) as e:
            e.args = (*e.args, self._progress())  # what the last words say
            raise
        finally:
            self._display.clear()
        if self._selected:
            self._selected.show(self.outputs[0])
        for output in self.outputs:
            for warning in self._warnings:
                output.warning(warning, hint(warning))
            output.verified(self.totals)
        for advice in self._hints:
            say(f"hint: {plain(advice)}")
        return self.totals.exit

    def _progress(self) -> str:
        done, total = (a + b for a, b in zip((self.totals.entries, self.totals.entries), self._so_far, strict=True))
        return f"after {done} of {count(total, 'file')}, {self.totals.failures} failed so far" if total else ""

    def _judge(self, group: Group) -> bool:
        """Verify a group. False: so would the next ones end."""
        try:
            if self._signature_only:
                self._authenticate(group)
                return True
            report = self._stream(group)
        except (checksig.ManifestError, checksig.SignatureError) as e:
            self._fail(e, group, hint(e, group))
            return True
        except checksig.JobTimeout as e:
            e.args = (timed_out(self._timeout or 0),)  # it knows of this group's share only
            self._fail(e, group, ends_run=True)
            return False
        except checksig.ChecksigError as e:  # of the engine, or an executor
            self._fail(e, group, ends_run=True)
            return False
        if self.mentions_signatures:
            self._mention_signatures()
        self._warnings.update(dict.fromkeys(w for w in report.warnings if w.code not in _IN_SUMMARY))
        return not (self._fail_fast and self.totals.failures)

    def _authenticate(self, group: Group) -> None:
        """Verify the signatures of lists, and no file."""
        with opened(group.lists) as lists:
            authentic = self._begin(group, lists).authenticate()
        self._warnings.update(dict.fromkeys(authentic.warnings))
        self._show_signers(authentic.signers)
        self.totals.signed += len(authentic.request["manifests"])

    def _show_signers(self, signers: Sequence[Signer]) -> None:
        for output in self.outputs:
            for signer in signers:
                output.signed(signer)

    def _mention_signatures(self) -> None:
        """Warn of signatures beside the lists, once each, of which nobody asked for one to be verified."""
        from checksig._signatures._beside import beside, unused

        found = (path for one in self.totals.lists[:MOST_LISTS] for path in beside(one.manifest))
        self._warnings.update(dict.fromkeys(map(unused, found)))

    def _stream(self, group: Group) -> Report:
        """Print verdicts while they come, and return what is left to say."""
        hints: Hints | None = None
        with opened(group.lists) as lists, self._begin(group, lists).counting() as job:
            self._show_signers(job.signers)
            self._warnings.update(dict.fromkeys(job.warnings))  # also if it ends with an error
            try:
                for batch in job.batches():
                    hints = hints or self._hints_on(group)
                    hints.note(batch)
                    self._take(group, job, batch)
                report: Report = job.report()
            finally:
                self._so_far = (job.progress.files, job.progress.total_files)
            self.totals.add(report, job.tally(), f" in {group.root}" if self._several_roots else "")
            self._so_far = (0, 0)
        advice = hints.about(report) if hints else ""
        if advice and self._shows_hints:
            self._hints[advice] = None
        return report

    def _hints_on(self, group: Group) -> Hints:
        from checksig._cli._hints import Hints

        return Hints(group, self._roots)

    def _take(self, group: Group, job: CountingJob, batch: list[FileResult]) -> None:
        """Print what came."""
        self.totals.note(batch)
        self._display.failed = self.totals.failures
        if self._selected:
            batch = self._selected.without(group.root, batch)
        if batch:
            self._display.clear()  # also where a pipe leads back to the terminal, as with tee
        for output in self.outputs:
            output.results(group.root, batch, several_lists=job.lists > 1)

    def _begin(self, group: Group, lists: list[GivenList] | None) -> Any:  # noqa: ANN401 - see *start*
        return self._start(group.root, lists, group.files, of_group=group.options, timeout=self._time_left())

    def _time_left(self) -> float | None:
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def _fail(self, error: ChecksigError, group: Group, advice: str = "", *, ends_run: bool = False) -> None:
        self.totals.add_error(len(self._waiting) if ends_run else 0)
        self._display.clear()
        for output in self.outputs:
            output.error(error, group.root, advice)


def _selected() -> Selected:
    from checksig._cli._selected import Selected

    return Selected()


def hint(about: ChecksigError | WarningText, group: Group | None = None) -> str:
    """Return what can be done. Most runs don't need it, nor the import."""
    from checksig._cli._hints import by_code, on_error

    return on_error(about, group) if group and isinstance(about, checksig.ManifestError) else by_code(about)


def callback(shown: Display) -> Callable[[Progress], None] | None:
    """Return what the job is to call: only a job that shows progress adds up sizes first."""
    return None if isinstance(shown, Nothing) else shown.update
