"""A verification: the spans of a plan, then the search for extra files, and the report on the whole.

Of the verdicts it holds those that are to be reported.
"""

from __future__ import annotations

import os
import time
from itertools import count

from checksig._errors import ManifestError
from checksig._report import Progress, Status, WarningText
from checksig._span import Span
from checksig.distributed import _roots
from checksig.distributed._answers import check_root, check_same
from checksig.distributed._dispatch import Dispatch, GivenUpError
from checksig.distributed._errors import IncompleteError
from checksig.distributed._extra import searches
from checksig.distributed._sums import Sums
from checksig.distributed._task import Search

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from typing_extensions import Self

    from checksig._job import Tally
    from checksig._plan import Plan
    from checksig._report import FileResult, OnProgress, Report
    from checksig._signer import Signer
    from checksig.distributed._dispatch import Source
    from checksig.distributed._executors import Executor
    from checksig.distributed._task import Asked, Found

_SHOW = 0.1
"""Seconds between two calls for progress."""

_MOST_HELD = 1 << 20
"""Verdicts that may wait for those of a task before them, until nothing else is given out."""


class _Listed:
    """What is to be done, in an order that is known before."""

    def __init__(self, all_: Sequence[Asked], held: _Held) -> None:
        self._all, self._held = all_, held
        self.given = 0

    def next(self) -> Asked | None:
        if self.has_ended or self._held.number >= _MOST_HELD:
            return None
        self.given += 1
        return self._all[self.given - 1]

    @property
    def has_ended(self) -> bool:
        return self.given == len(self._all)


class _Held:
    """Verdicts that wait for those of tasks before them."""

    def __init__(self, *, ordered: bool) -> None:
        self._ordered = ordered
        self._held: dict[int, list[FileResult]] = {}
        self._first = 0
        """The number of the task whose verdicts come next."""
        self.number = 0
        """Of verdicts."""

    def add(self, task: int, results: Sequence[FileResult]) -> None:
        self._held[task] = [*results]
        self.number += len(results)

    def released(self) -> Iterator[list[FileResult]]:
        """Yield the verdicts whose turn it is."""
        for task in count(self._first) if self._ordered else sorted(self._held):
            if task not in self._held:
                return
            results = self._held.pop(task)
            self.number -= len(results)
            self._first = task + 1
            if results:
                yield results

    def rest(self) -> Iterator[list[FileResult]]:
        """Yield all others, in their order."""
        yield from filter(None, (self._held[task] for task in sorted(self._held)))


class Run:
    """A verification by an executor. It has what the command line uses of a `CountingJob`."""

    signers: tuple[Signer, ...] = ()
    warnings: tuple[WarningText, ...] = ()

    def __init__(
        self,
        plan: Plan,
        executor: Executor,
        options: dict[str, Any],
        *,
        extra: str = "",
        outputs: Sequence[str] = (),
        workers: int | None = None,
        retries: int = 2,
        ordered: bool = True,
        progress: OnProgress | None = None,
        timeout: float | None = None,
        began: float | None = None,
    ) -> None:
        """Prepare to verify the spans of a *plan*, with the *options* of `checksig.verify`.

        *extra* is as in a request, and *outputs* are files that are never extra.
        """
        self._plan, self._options, self._extra = plan, options, extra
        self._root = os.path.abspath(plan.root)
        self._outputs = [*outputs, *{os.path.join(span.directory, span.manifest) for span in plan}]
        self._on_progress = progress
        self._began = time.monotonic() if began is None else began
        _check_root(plan.root)
        self.lists = len({span.manifest for span in plan})
        """How many lists it verifies."""
        self.progress = Progress(0, 0, plan.entries + plan.unsupported, plan.bytes or 0)
        self._sums = Sums(plan.warnings)
        self._held = _Held(ordered=ordered)
        self._spans = _Listed(plan.spans, self._held)
        self._is_searching = False
        """Whether all spans are verified, and extra files are looked for."""
        self._unread: set[str] = set()
        """Directories that could not be searched."""
        self._dispatch = Dispatch(
            executor, self._root, self._check, workers=workers, retries=retries, timeout=timeout, began=self._began
        )
        self._next_show = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop what is under way, and wait a few seconds for it."""
        self._dispatch.close()

    def batches(self) -> Iterator[list[FileResult]]:
        """Yield the verdicts as spans are verified, in the order of the lists unless it doesn't matter.

        :raises IncompleteError: some spans will have no verdict. Its report has no results: they were yielded.
        :raises ManifestError: all entries are excluded.
        """
        try:
            yield from self._done(self._spans, self._options)
            if self._sums.excluded and not self._sums.files:
                raise ManifestError(self._plan.root, 0, "all entries are excluded", "not_listed")
            if self._extra:
                yield from self._searched()
        except GivenUpError as e:
            for given, found in self._dispatch.rest():
                self._add(given.number, found)
            yield from self._held.rest()
            raise self._incomplete(e) from e.__cause__
        self._show(at_once=True)

    def report(self) -> Report:
        """Wait for the end, and return the report. Its results are those that `batches` has not yielded.

        :raises IncompleteError: some spans have no verdict.
        """
        results: list[FileResult] = []
        try:
            for batch in self.batches():
                results += batch
        except IncompleteError as e:
            report = self._report(results, is_complete=False)
            raise IncompleteError(e.reason, report, e.unverified, e.code) from e.__cause__
        return self._report(results, is_complete=True)

    def tally(self) -> Tally:
        """Return the counts of files and lists."""
        return self._sums.tally()

    def _done(self, source: Source, options: dict[str, Any]) -> Iterator[list[FileResult]]:
        """Yield the verdicts of what is to be done."""
        for taken in self._dispatch.answers(source, options):
            if taken:
                self._add(taken[0].number, taken[1])
                yield from self._held.released()
            self._show()

    def _searched(self) -> Iterator[list[FileResult]]:
        """Yield the files that no list names."""
        names = ("exclude", "strict", "allow_links_to", "jobs", "one_file_system")
        options = {name: self._options[name] for name in names if name in self._options}
        options |= {"extra": self._extra, "outputs": self._outputs}
        self._is_searching = True
        found = searches(self._plan, self._root, self._dispatch.workers, options)
        yield from self._done(_Listed(found, self._held), options)

    def _add(self, number: int, found: Found) -> None:
        results = found.report.results
        self._sums.add(found.report, found.tally)
        if self._is_searching:  # a directory that can't be read is so for each range that has names in it
            repeated = self._unread.intersection(result.path for result in results)
            self._unread.update(result.path for result in results if result.status is Status.UNREADABLE)
            self._sums.counts[Status.UNREADABLE] -= len(repeated)
            results = tuple(result for result in results if result.path not in repeated)
        self._held.add(number, results)

    def _check(self, found: Found, asked: Asked) -> None:
        if isinstance(asked, Search):
            check_same(found, self._root)
        else:
            check_root(found, self._root)

    def _report(self, results: Sequence[FileResult], *, is_complete: bool) -> Report:
        elapsed = time.monotonic() - self._began
        strict = self._options.get("strict", True)
        return self._sums.report(self._plan.root, results, elapsed, strict=strict, is_complete=is_complete)

    def _incomplete(self, error: GivenUpError) -> IncompleteError:
        spans: list[Span] = []
        for _, given in sorted(self._dispatch.open.items()):
            if isinstance(given.asked, Span):
                spans.append(given.asked)
        spans += self._plan[self._spans.given :]
        reason = f"the search for extra files has not ended: {error.reason}" if self._is_searching else error.reason
        return IncompleteError(reason, self._report((), is_complete=False), spans, error.code)

    def _show(self, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if now < self._next_show and not at_once:
            return
        self._next_show = now + _SHOW
        before, self.progress = self.progress, self._progress()
        if self._on_progress and (at_once or self.progress != before):
            self._on_progress(self.progress)

    def _progress(self) -> Progress:
        """Return how far it is, which is never less than before: a worker that dies takes what it did with it."""
        files, read = self._sums.files, self._sums.bytes
        for given, done, done_bytes in self._dispatch.heard():
            if not isinstance(given.asked, Search):
                files += done
                read += done_bytes
        before = self.progress
        files = min(files, before.total_files)
        return before._replace(files=max(before.files, files), bytes=max(before.bytes, read))


def _check_root(root: str) -> None:
    """Have a root that can be compared with those of the workers.

    :raises ManifestError: it can't be read.
    """
    try:
        _roots.identify(root, names=False)
    except OSError as e:
        raise ManifestError(root, 0, (e.strerror or str(e)).lower(), "root_unreadable") from None
