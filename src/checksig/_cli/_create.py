"""``checksig create``: what is to be listed, and what came of it."""

from __future__ import annotations

import contextlib
import os
import sys

import checksig
from checksig import _api
from checksig._cli._excludes import take as take_excludes
from checksig._cli._exit import Exit
from checksig._cli._files_from import take as take_files
from checksig._cli._hints import by_code
from checksig._cli._output import Created, Text
from checksig._cli._run import Style, callback
from checksig._cli._streams import colour_errors, gets_colour, put_file, say, written_files
from checksig._cli._usage import UsageError
from checksig._named import NamedTuple, named
from checksig._text import shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from checksig import ChecksigError
    from checksig._cli._executor import Chosen
    from checksig._cli._output import CreateOutput
    from checksig._job import CreateJob
    from checksig.distributed._create import Creation as Distributed

_STDOUT = "-"


@named
class Task(NamedTuple):
    """The lists that one job writes: of *files*, or of all beneath a *root* if None."""

    root: str
    files: list[str] | None
    sidecars: bool
    """Whether each file gets a list of its own."""


def creation(
    paths: tuple[str, ...] = (),
    root: str | None = None,
    output: str | None = None,
    algorithm: Sequence[str] = (),
    *,
    json: bool = False,
    color: str = "auto",
    quiet: bool = False,
    progress: bool | None = None,
    executor: str | None = None,
    **options: Any,  # noqa: ANN401 - create() checks them
) -> int:
    """Create lists by the options of the command. Returns the exit status.

    :raises UsageError: two of them exclude each other.
    """
    files = take_files(options)
    take_excludes(options)
    style = Style("json" if json else "text", quiet, progress=progress, color=color)
    colour_errors(color)
    run = Creation(_tasks(paths, files, root, output), algorithm, style, options)
    if output == _STDOUT and json:
        reason = "--output - and --json can't be combined"
        raise UsageError(reason, "both write to standard output; `--output ./-` writes a file of that name")
    with run.by(executor) if executor else contextlib.nullcontext():
        return run.to_file(output) if output != _STDOUT else run.to_stdout()


def _tasks(paths: tuple[str, ...], more: list[str] | None, root: str | None, output: str | None) -> list[Task]:
    """Return what is to be done for the operands, and the files of --files-from.

    :raises UsageError: they can't be combined.
    """
    if "" in paths:
        reason = "ROOT or FILE is empty"
        raise UsageError(reason)
    if more is None and (not paths or (len(paths) == 1 and not _is_file(paths[0]))):
        return [Task(_only_root(paths, root), None, sidecars=False)]
    for path in paths:
        if os.path.isdir(path):
            reason = f"{shell_quoted(path)} is a directory, which can't be combined with another ROOT or with FILEs"
            raise UsageError(reason, "give one ROOT, or the FILEs in it")
    files = [*paths, *(more or ())]
    if output is None and root is None:
        return _beside(files)
    if root is None:
        root = os.path.dirname(output) if output and output != _STDOUT else ""
    return [Task(root or os.curdir, files, sidecars=False)]


def _is_file(path: str) -> bool:
    return os.path.lexists(path) and not os.path.isdir(path)


def _only_root(paths: tuple[str, ...], root: str | None) -> str:
    if paths and root:
        reason = f"{shell_quoted(paths[0])} can't be combined with --root"
        raise UsageError(reason, "name a directory once, or name FILEs")
    return paths[0] if paths else root or os.curdir


def _beside(files: list[str]) -> list[Task]:
    """Put the files in one directory together."""
    found: dict[str, Task] = {}
    for path in files:
        directory = os.path.dirname(path) or os.curdir
        task = found.setdefault(os.path.realpath(directory), Task(directory, [], sidecars=True))
        task.files.append(path)  # type: ignore[union-attr]
    return [*found.values()]


def _create_output(style: Style) -> CreateOutput:
    if style.is_text:
        return Text(quiet=style.quiet, colour=gets_colour(sys.stdout, style.color))
    from checksig._cli._json import Json

    return Json()


class Creation:
    """One run of ``checksig create``."""

    def __init__(self, tasks: list[Task], algorithms: Sequence[str], style: Style, options: dict[str, Any]) -> None:
        self._tasks, self._algorithms, self._options = tasks, algorithms, options
        self._display = style.display()
        self._output, self._quiet = _create_output(style), style.quiet
        self._made = Created()
        self._hidden = ""
        """The path of a list that is only for standard output."""
        self._chosen: Chosen | None = None
        """The executor that lists the tree, if there is one."""

    def by(self, executor: str) -> Chosen:
        """Have the tree listed by an executor.

        :raises UsageError: it makes no sense, or not with what is to be listed.
        """
        from checksig._cli import _executor

        given = {"FILE": self._tasks[0].files, "--bagit": self._options.get("bagit")}
        _executor.check([], given)
        self._chosen = _executor.executor(executor)
        return self._chosen

    def to_file(self, path: str | None) -> int:
        """Write the list to *path*, or those of ROOT or of each FILE. Returns the exit status."""
        for task in self._tasks:
            if not self._create(task, path):
                break
        return self._conclude()

    def to_stdout(self) -> int:
        """Write the list to standard output, once it is complete. Returns the exit status."""
        from checksig._cli._hidden import hidden_path

        (task,) = self._tasks
        self._output = Text(quiet=self._quiet, put=say)
        try:
            with hidden_path() as self._hidden:
                self._create(task, self._hidden)
                if self._made.outputs:
                    self._made.outputs = []
                    put_file(self._hidden)
        except checksig.ManifestError as e:
            self._fail(e, task)
        return self._conclude()

    def _create(self, task: Task, output: str | None) -> bool:
        """Write the lists of a task. False: so would the next ones end."""
        try:
            with self._begin(task, output) as job:
                report = job.report()
        except checksig.ChecksigError as e:
            self._fail(e, task)
            return isinstance(e, checksig.ManifestError)
        finally:
            self._display.clear()
        for warning in report.warnings:
            self._output.warning(warning, by_code(warning))
        self._output.results(task.root, report.failures)
        self._note(job, report)
        return True

    def _begin(self, task: Task, output: str | None) -> CreateJob | Distributed:
        options = {**self._options, "algorithm": self._algorithms or None}
        shown = callback(self._display)
        if self._chosen:
            return self._chosen.creation(task.root, output, shown, options)
        start = _api.creation(
            task.root, files=task.files, sidecars=task.sidecars, output=output, progress=shown, **options
        )
        start.request["outputs"] = written_files()
        return start.creating()

    def _note(self, job: CreateJob | Distributed, report: checksig.Report) -> None:
        made = self._made
        made.outputs += job.outputs()
        made.algorithms = job.algorithms()
        made.replaced += job.replaced()
        made.files += report.counts[checksig.Status.OK] if job.outputs() else 0
        made.bytes += report.bytes
        made.elapsed += report.elapsed
        made.failed += len(report.failures)
        if not report:
            made.exit = max(made.exit, Exit.FAILED)

    def _fail(self, error: ChecksigError, task: Task) -> None:
        if isinstance(error, checksig.ManifestError) and error.path == self._hidden:
            error = checksig.ManifestError("-", 0, error.reason, error.code)
        self._output.error(error, task.root, by_code(error))
        self._made.exit = Exit.NO_VERDICT

    def _conclude(self) -> int:
        self._made.algorithms = self._made.algorithms or [*self._algorithms]
        self._output.created(self._made)
        return self._made.exit
