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
from checksig._report import Progress, Report
from checksig._text import to_engine
from checksig.distributed._answers import check_same
from checksig.distributed._dispatch import Dispatch, GivenUpError
from checksig.distributed._errors import IncompleteError
from checksig.distributed._ranges import Ranges
from checksig.distributed._sums import Sums
from checksig.distributed._task import Range
from checksig.distributed._verify import at_least, checked_executor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from typing_extensions import Self

    from checksig._job import CreateJob, LeftOut, Replaced
    from checksig._report import FileResult, OnProgress, WarningText
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
    :param root, algorithm, list_format, exclude, one_file_system, output: as for :func:`checksig.create`.
    :param tag, force, all, allow_links_to, jobs, no_cache, timeout: as for :func:`checksig.create`.
    :raises IncompleteError: some ranges are not listed: the executor broke, a worker failed as often as it was tried, a
        worker has another version of checksig, or it sees another root. Nothing was written.
    :raises VerificationError, ManifestError, JobTimeout, EngineError, ValueError, TypeError: as
        :func:`checksig.create`.
    """
    options = {
        "algorithm": algorithm,
        "list_format": list_format,
        "exclude": exclude,
        "one_file_system": one_file_system,
        "tag": tag,
        "force": force,
        "all": all,
        "allow_links_to": allow_links_to,
        "jobs": jobs,
        "no_cache": no_cache,
    }
    limits: dict[str, Any] = {"workers": workers, "retries": retries, "timeout": timeout}
    with Creation(root, output, executor, options, files=files, progress=progress, **limits) as creation:
        creation.report().raise_for_failures()
        return Path(creation.outputs()[0])


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
            self.paths = [os.path.join(self._directory, f"list-{i}") for i in range(len(found.parts))]
        for i, part in enumerate(found.parts):
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
    """The making of lists. It has what the command line uses of a `CreateJob`."""

    def __init__(
        self,
        root: StrPath,
        output: StrPath | None,
        executor: Executor,
        options: dict[str, Any],
        *,
        files: int = FILES,
        outputs: Sequence[str] = (),
        progress: OnProgress | None = None,
        workers: int | None = None,
        retries: int = 2,
        timeout: float | None = None,
    ) -> None:
        """Prepare to list a tree, with *options* of `checksig.create`. *outputs* are files that are not listed.

        :raises ManifestError, ValueError, TypeError: the lists can't be written, or an argument makes no sense.
        """
        checked_executor(executor)
        at_least("retries", retries, 0)
        at_least("files", files, 1)
        if workers is not None:
            at_least("workers", workers, 1)
        self._began = time.monotonic()
        allowed = _arguments.paths("allow_links_to", options["allow_links_to"])
        own = {
            **options,
            "algorithm": _repeatable(options["algorithm"]),
            "exclude": _repeatable(options["exclude"]),
            "allow_links_to": list(map(os.path.abspath, allowed)),
        }
        self._joining = _api.creation(root, output=output, timeout=timeout, **own)
        self._joined: CreateJob | None = None
        self._root = os.path.abspath(os.fsdecode(root))
        absolute = None if output is None else os.path.abspath(os.fsdecode(output))
        self._options = {**own, "output": absolute, "outputs": list(outputs)}
        self._executor, self._files = executor, files
        self._limits: dict[str, Any] = {"workers": workers, "retries": retries, "timeout": timeout}
        self._on_progress = progress
        self._left_out: dict[int, Sequence[LeftOut]] = {}
        """What each range left out."""
        self._failures: dict[int, tuple[FileResult, ...]] = {}
        self._sums = Sums()
        self._shown = Progress(0, 0, 0, 0)
        self._next_show = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._joined:
            self._joined.close()

    def outputs(self) -> list[str]:
        """Return the paths of the lists that were written."""
        return self._joined.outputs() if self._joined else []

    def algorithms(self) -> list[str]:
        """Return the algorithms of the lists."""
        return self._joined.algorithms() if self._joined else []

    def replaced(self) -> list[Replaced]:
        """Return nothing: new lists are not compared with old ones."""
        return []

    def report(self) -> Report:
        """Make the lists, and return the report.

        :raises IncompleteError: some ranges are not listed.
        :raises ManifestError, JobTimeout, EngineError: as :func:`checksig.create`.
        """
        with self._join(None) as job:
            job.report()  # sees whether they can be written
        with tempfile.TemporaryDirectory(prefix="checksig-") as directory:
            texts = Texts(directory)
            self._list(texts)
            if self._failures:
                return self._report()
            self._joined = self._join(texts.paths)
            return self._report(self._joined.report().warnings)

    def _join(self, texts: list[str] | None) -> CreateJob:
        """Start to write the lists, or only to see whether they can be."""
        all_left_out = (one for number in sorted(self._left_out) for one in self._left_out[number])
        left_out = [(one.code, one.count, list(map(to_engine, one.first))) for one in all_left_out]
        request = {**self._joining.request, "job": "join", "left_out": left_out}
        self._joining.request = request if texts is None else {**request, "texts": texts}
        return self._joining.creating()

    def _list(self, texts: Texts) -> None:
        """Have all ranges listed."""
        ranges = Ranges(self._root, self._files, self._options)
        dispatch = Dispatch(self._executor, self._root, self._check, began=self._began, **self._limits)
        try:
            for taken in dispatch.answers(ranges, self._options):
                if taken:
                    self._take(taken[0].number, taken[1], texts)
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

    def _take(self, number: int, found: Found, texts: Texts) -> None:
        self._sums.add(found.report, found.tally)
        if found.report.failures:
            self._failures[number] = found.report.failures
        if found.left_out:
            self._left_out[number] = found.left_out
        if not self._failures:  # else nothing is written
            texts.add(number, found)

    def _check(self, found: Found, asked: Asked) -> None:
        check_same(found, self._root, asked.begin if isinstance(asked, Range) else "")

    def _report(self, warnings: Sequence[WarningText] | None = None) -> Report:
        """Return the report; without the *warnings* of lists that were written, there are none."""
        failures = [one for number in sorted(self._failures) for one in self._failures[number]]
        return Report(
            root=self._joining.request["root"],
            ok=warnings is not None,
            counts=self._sums.counts,
            results=tuple(failures),
            failures=tuple(failures),
            files=self._sums.files,
            bytes=self._sums.bytes,
            elapsed=time.monotonic() - self._began,
            warnings=tuple(warnings or ()),
        )

    def _show(self, dispatch: Dispatch, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if not self._on_progress or (now < self._next_show and not at_once):
            return
        self._next_show = now + _SHOW
        files, read = self._sums.files, self._sums.bytes
        for _, done, done_bytes in dispatch.heard():
            files, read = files + done, read + done_bytes
        shown = Progress(max(files, self._shown.files), max(read, self._shown.bytes), files if at_once else 0, 0)
        if shown != self._shown or at_once:
            self._shown = shown
            self._on_progress(shown)


def _repeatable(given: Any) -> Any:  # noqa: ANN401 - as the API checks it
    """Return an iterable that is used more than once."""
    return given if given is None or isinstance(given, (str, bytes)) else list(given)
