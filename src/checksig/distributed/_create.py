"""Writing a list of a tree: workers list ranges of names, whose lines follow each other."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from checksig import _api, _arguments
from checksig._errors import ManifestError
from checksig._plan import FILES
from checksig._report import Progress, VerificationError
from checksig.distributed._answers import check_same
from checksig.distributed._dispatch import Dispatch, GivenUpError
from checksig.distributed._errors import IncompleteError
from checksig.distributed._ranges import Ranges
from checksig.distributed._sums import Sums
from checksig.distributed._task import Range
from checksig.distributed._verify import at_least, checked_executor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from checksig._job import Start
    from checksig._report import FileResult, OnProgress, Report
    from checksig._types import Algorithms, Patterns, StrPath, StrPaths
    from checksig.distributed._executors import Executor
    from checksig.distributed._task import Asked, Found

_SHOW = 0.1
"""Seconds between two calls for progress."""


def create(
    root: StrPath,
    executor: Executor,
    *,
    files: int = FILES,
    workers: int | None = None,
    retries: int = 2,
    algorithm: Algorithms | None = None,
    list_format: str | None = None,
    exclude: Patterns | None = None,
    one_file_system: bool = False,
    output: StrPath | None = None,
    tag: bool = False,
    force: bool = False,
    all: bool = False,  # noqa: A002 - as of `checksig.create`
    allow_links_to: StrPaths = (),
    jobs: int | None = None,
    no_cache: bool = False,
    progress: OnProgress | None = None,
    timeout: float | None = None,
) -> Path:
    """Write a checksum list like :func:`checksig.create`, on the workers of an executor, and return its path.

    This process walks the tree in the order of the names, and cuts it into ranges; each is walked again, and its files
    are digested, by a worker. The lines of all ranges follow each other in the list, which has the same bytes as one
    that was made on one machine. They wait for their turn in a temporary directory (``TMPDIR``) of this machine.

    :param executor, workers, retries: as for :func:`verify`.
    :param files: how many files a range has at most.
    :param progress: as for :func:`verify`; the totals are not known.
    :param root, algorithm, list_format, exclude, one_file_system, output, tag, force, all, allow_links_to, jobs,
        no_cache, timeout: as for :func:`checksig.create`.
    :raises IncompleteError: some ranges are not listed: the executor broke, a worker failed as often as it was tried, a
        worker has another version of checksig, or it sees another root. Nothing was written.
    :raises VerificationError, ManifestError, JobTimeout, EngineError, ValueError, TypeError: as
        :func:`checksig.create`.
    """
    checked_executor(executor)
    at_least("retries", retries, 0)
    at_least("files", files, 1)
    if workers is not None:
        at_least("workers", workers, 1)
    options: dict[str, Any] = {
        "algorithm": _listed(algorithm),
        "list_format": list_format,
        "exclude": _listed(exclude),
        "one_file_system": one_file_system,
        "output": None if output is None else os.path.abspath(os.fsdecode(output)),
        "tag": tag,
        "force": force,
        "all": all,
        "allow_links_to": [
            os.path.abspath(os.fsdecode(one)) for one in _arguments.paths("allow_links_to", allow_links_to)
        ],
        "jobs": jobs,
        "no_cache": no_cache,
    }
    began = time.monotonic()
    joining = _api.creation(root, **{**options, "output": output}, timeout=timeout)
    _joined(joining, None, [])
    with tempfile.TemporaryDirectory(prefix="checksig-") as directory:
        creation = Creation(os.path.abspath(os.fsdecode(root)), options, Texts(directory), progress)
        limits: dict[str, Any] = {"workers": workers, "retries": retries, "timeout": timeout, "began": began}
        creation.run(executor, files, limits)
        return Path(_joined(joining, creation.texts.paths, creation.left_out))


def _listed(given: Any) -> Any:  # noqa: ANN401 - as the API checks it
    """Return an iterable that is used more than once."""
    return given if given is None or isinstance(given, (str, bytes)) else list(given)


def _joined(start: Start, texts: list[str] | None, left_out: list[tuple[str, int, list[str]]]) -> str:
    """Write the lists, or only see whether they can be. Returns the path of the first one."""
    request = {**start.request, "job": "join", "left_out": left_out}
    if texts is not None:
        request["texts"] = texts
    start.request = request
    with start.creating() as job:
        job.report()
        return job.output() if texts else ""


class Texts:
    """The lines of each list. Those of a range wait in a file until all ranges before it are there."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._waiting: set[int] = set()
        self._next = 0
        self._numbers: list[int] = []
        """Of lists, whose headers are written."""
        self.paths: list[str] = []
        """One for each list, in the order of the lists."""

    def add(self, number: int, found: Found) -> None:
        """Take the lines of a range."""
        if not self.paths:
            self.paths = [os.path.join(self._directory, f"list-{i}") for i in range(len(found.lines))]
        for i, part in enumerate(found.lines):
            Path(self._part(number, i)).write_bytes(len(part.header).to_bytes(8, "big") + part.header + part.lines)
        self._waiting.add(number)
        while self._next in self._waiting:
            self._waiting.remove(self._next)
            self._append(self._next)
            self._next += 1

    def _append(self, number: int) -> None:
        for i, path in enumerate(self.paths):
            part = self._part(number, i)
            with open(part, "rb") as lines, open(path, "ab") as text:
                header = lines.read(int.from_bytes(lines.read(8), "big"))
                if not text.tell():
                    text.write(header)
                shutil.copyfileobj(lines, text)
            os.unlink(part)

    def _part(self, number: int, i: int) -> str:
        return os.path.join(self._directory, f"part-{number}-{i}")


class Creation:
    """The making of the lines of all ranges."""

    def __init__(self, root: str, options: dict[str, Any], texts: Texts, progress: OnProgress | None) -> None:
        self._root, self._options, self._on_progress = root, options, progress
        self.texts = texts
        self.left_out: list[tuple[str, int, list[str]]] = []
        """What the ranges left out, in their order."""
        self._left: dict[int, tuple[tuple[str, int, list[str]], ...]] = {}
        self._sums = Sums()
        self._failures: list[FileResult] = []
        self._shown = Progress(0, 0, 0, 0)
        self._next_show, self._began = 0.0, time.monotonic()

    def run(self, executor: Executor, files: int, limits: dict[str, Any]) -> None:
        """Have all ranges listed.

        :raises IncompleteError: some are not.
        :raises VerificationError: a file can't be listed.
        """
        ranges = Ranges(self._root, files, self._options)
        dispatch = Dispatch(executor, self._root, self._check, **limits)
        try:
            for taken in dispatch.answers(ranges, self._options):
                if taken:
                    self._take(taken[0].number, taken[1])
                self._show(dispatch)
        except GivenUpError as e:
            if isinstance(e.__cause__, ManifestError):
                raise e.__cause__ from None
            reason = f"no list was written: {e.reason}"
            raise IncompleteError(reason, self._report(), (), e.code) from e.__cause__
        finally:
            ranges.close()
            dispatch.close()
        self._show(dispatch, at_once=True)
        self.left_out = [one for number in sorted(self._left) for one in self._left[number]]
        if self._failures:
            raise VerificationError(self._report())

    def _take(self, number: int, found: Found) -> None:
        self._sums.add(found.report, found.tally)
        self._failures += found.report.failures
        if found.left_out:
            self._left[number] = found.left_out
        if not self._failures:  # else nothing is written
            self.texts.add(number, found)

    def _check(self, found: Found, asked: Asked) -> None:
        check_same(found, self._root, asked.begin if isinstance(asked, Range) else "")

    def _report(self) -> Report:
        elapsed = time.monotonic() - self._began
        return self._sums.report(self._root, self._failures, elapsed, strict=True, is_complete=False)

    def _show(self, dispatch: Dispatch, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if not self._on_progress or (now < self._next_show and not at_once):
            return
        self._next_show = now + _SHOW
        files, read = self._sums.files, self._sums.bytes
        for _, done, done_bytes in dispatch.heard():
            files, read = files + done, read + done_bytes
        total = files if at_once else 0
        shown = Progress(max(files, self._shown.files), max(read, self._shown.bytes), total, 0)
        if shown != self._shown or at_once:
            self._shown = shown
            self._on_progress(shown)
