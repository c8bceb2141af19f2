"""The commands at work: groups of lists one after another, and what comes of them."""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from functools import partial
from typing import NamedTuple

import checksig
from checksig._cli._exit import Exit
from checksig._cli._output import Json, Text, Totals
from checksig._cli._progress import Nothing, display
from checksig._cli._streams import put_file
from checksig._cli._usage import UsageError
from checksig._errors import timed_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from checksig import ChecksigError, Job, Progress, Report, WarningText
    from checksig._cli._output import Output
    from checksig._cli._progress import Display
    from checksig._job import CreateJob


_IN_SUMMARY = frozenset({"nothing_verified"})
"""Warnings that the summary has as the reason of the failure."""


class Group(NamedTuple):
    """What one job verifies."""

    root: str
    lists: list[str] | None
    """None: those found in the root."""


def groups(paths: Sequence[str], root: str | None) -> list[Group]:
    """Put lists of one directory together. A directory among the paths is a root of its own.

    :raises UsageError: a path is empty or isn't there, or a directory is given beside *root*.
    """
    if "" in paths:
        reason = "ROOT or LIST is empty"
        raise UsageError(reason)
    found: dict[tuple[str, bool], Group] = {}
    for path in paths or [root or os.curdir]:
        is_root = _is_directory(path)
        if is_root and root and paths:
            reason = f"{path} is a directory, which can't be combined with --root"
            raise UsageError(reason, "name lists with --root, or give the directory alone")
        of = path if is_root else root or os.path.dirname(path) or os.curdir
        group = found.setdefault((_real(of), is_root), Group(of, None if is_root else []))
        if group.lists is not None:
            group.lists.append(path)
    return list(found.values())


def _real(path: str) -> str:
    for real in (os.path.realpath, os.path.abspath):
        with contextlib.suppress(OSError):  # of some file systems of Windows; and the working directory may be deleted
            return real(path)
    return path  # two names of one directory then are two groups


def _is_directory(path: str) -> bool:
    """Distinguish roots from lists. Whether a list can be read is seen when it is read."""
    try:
        os.stat(path)
    except OSError as e:
        reason = f"{path}: {(e.strerror or str(e)).lower()}"
        raise UsageError(reason, "give a checksum list, or a directory that has one") from e
    return os.path.isdir(path)


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
        checksig.iter_verify,
        ignore_missing=ignore_missing,
        strict=strict,
        keep="all" if verbose else "failures",
        **options,
    )
    style = Style(json, quiet, progress)
    return Verification(groups(paths, root), style, start, timeout=timeout).run()


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
            self._output.warning(warning, _hint(warning))
        self._output.verified(self._totals)
        return self._totals.exit

    def _judge(self, group: Group) -> bool:
        """Verify a group. False: so would the next ones end."""
        try:
            report = self._stream(group)
        except checksig.ManifestError as e:
            self._fail(e, group, _hint(e))
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
        with self._start(group.root, group.lists, timeout=self._time_left()) as job:
            for result in job:
                self._display.clear()  # also where a pipe leads back to the terminal, as with tee
                self._totals.note(result)
                self._output.result(group.root, result)
            return job.report()

    def _time_left(self) -> float | None:
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def _fail(self, error: ChecksigError, group: Group, hint: str = "", *, ends_run: bool = False) -> None:
        self._totals.add_error(len(self._waiting) if ends_run else 0)
        self._display.clear()
        self._output.error(error, group.root, hint)


def _callback(shown: Display) -> Callable[[Progress], None] | None:
    """Return what the job is to call: only a job that shows progress adds up sizes first."""
    return None if isinstance(shown, Nothing) else shown.update


_HINTS = {
    "no_list": "give the path of a list, or make one with `checksig create`",
    "unsupported_algorithm": "give --algorithm NAME if the digests are of another algorithm",
    "output_exists": "give --force to replace it",
    "only_links_outside": "--allow-links-to DIR lists links to files beneath DIR",
    "links_outside": "--allow-links-to DIR accepts links to files beneath DIR",
    "links_left_out": "--allow-links-to DIR lists links to files beneath DIR",
}
"""What can be done, by the codes of errors and warnings."""


def _hint(about: ChecksigError | WarningText) -> str:
    if isinstance(about, checksig.ManifestError) and about.line and about.code == "unsupported_algorithm":
        return "`--algorithm NAME --no-strict` verifies only the lines of one algorithm"
    return _HINTS.get(about.code, "")


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
        self._output = style.output()
        self._hidden = ""
        """The path of a list that is only for standard output."""

    def to_file(self, path: str | None) -> int:
        """Write the list to *path*. Returns the exit status."""
        return self._create(path, lambda job, report: self._output.created(job.output(), job.algorithm(), report))

    def to_stdout(self) -> int:
        """Write the list to standard output, once it is complete. Returns the exit status."""
        import tempfile

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
        from checksig import _api

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
            self._output.warning(warning, _hint(warning))
        if not report:
            return self._refuse(job, report)
        done(job, report)
        return Exit.OK

    def _fail(self, error: ChecksigError) -> int:
        if isinstance(error, checksig.ManifestError) and error.path == self._hidden:
            error = checksig.ManifestError("-", 0, error.reason, error.code)
        self._output.error(error, self._root, _hint(error))
        self._output.not_created(self._algorithm, Exit.NO_VERDICT, 0)
        return Exit.NO_VERDICT

    def _refuse(self, job: CreateJob, report: Report) -> int:
        for result in report.failures:
            self._output.result(self._root, result)
        self._output.not_created(job.algorithm(), Exit.FAILED, len(report.failures))
        return Exit.FAILED
