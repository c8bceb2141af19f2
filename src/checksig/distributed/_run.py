"""The coordinator: gives out spans, takes the answers, and gives spans out again whose worker has died.

It holds the spans that are under way, at most two for each worker, and of the verdicts those that are to be reported.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import secrets
import time
from collections import deque
from itertools import count
from queue import Empty, SimpleQueue

from checksig._errors import Code, JobTimeout, ManifestError, timed_out
from checksig._report import Progress
from checksig.distributed import _executors, _roots
from checksig.distributed._answers import UnusableError, answer_of, check_root
from checksig.distributed._errors import IncompleteError
from checksig.distributed._line import Line
from checksig.distributed._sums import Sums
from checksig.distributed._task import Task, call_with
from checksig.distributed._worker import work

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from typing_extensions import Self

    from checksig._job import Tally
    from checksig._plan import Plan
    from checksig._report import FileResult, OnProgress, Report, WarningText
    from checksig._signer import Signer
    from checksig._span import Span
    from checksig.distributed._executors import Executor, Future

_WAIT = 0.1
"""Seconds between two looks at what is under way, and between two calls for progress: Ctrl-C waits as long."""

_SETTLE = 3.0
"""Seconds that workers get to stop when a run ends early."""

_AHEAD = 2
"""Spans under way for each worker: none waits for the coordinator, and few are lost with it."""

_LOOK = 1.0
"""Seconds between two looks for tasks that have ended without saying so."""

_MOST_HELD = 1 << 20
"""Verdicts that may wait for those of a span before them, until no other spans are given out."""


class _Given:
    """A span that is given out."""

    def __init__(self, number: int, span: Span) -> None:
        self.number, self.span, self.attempts = number, span, 0


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
        workers: int | None = None,
        retries: int = 2,
        ordered: bool = True,
        progress: OnProgress | None = None,
        timeout: float | None = None,
        began: float | None = None,
    ) -> None:
        """Prepare to verify the spans of a *plan*, with the *options* of `checksig.verify`."""
        self._plan, self._next = plan, 0
        self._executor = executor
        self._options, self._root = options, os.path.abspath(plan.root)
        self._retries, self._ordered = retries, ordered
        self._on_progress, self._timeout = progress, timeout
        self._began = time.monotonic() if began is None else began
        self._deadline = None if timeout is None else self._began + timeout
        self._id = secrets.token_hex(8)
        _check_root(plan.root)
        self.lists = len({span.manifest for span in plan})
        """How many lists it verifies."""
        self.progress = Progress(0, 0, plan.entries + plan.unsupported, plan.bytes or 0)
        self._sums = Sums(plan.warnings)
        self._events: SimpleQueue[int] = SimpleQueue()
        """Tickets of tasks that have ended. Callbacks put them here, in any thread and as often as they like."""
        self._tickets = 0
        self._under_way: dict[int, tuple[_Given, Future]] = {}
        self._again: deque[_Given] = deque()
        """Spans to be given out again."""
        self._open: dict[int, _Given] = {}
        """Spans that were given out and have no verdict, by their numbers."""
        self._held: dict[int, list[FileResult]] = {}
        """Verdicts that wait for those of spans before them."""
        self._number_held = 0
        self._first_held = 0
        """The number of the span whose verdicts come next."""
        self._capacity = _executors.Capacity(executor, workers)
        self._line = _line(executor)
        self._same: dict[str, Any] = {
            "run": self._id,
            "root": self._root,
            "options": options,
            "line": self._line.task if self._line else None,
        }
        """What all tasks have."""
        self._next_look = self._next_show = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop what is under way, and wait a few seconds for it."""
        self._capacity.close()
        if self._line and self._under_way:
            self._line.stop_workers()
        for _, future in self._under_way.values():
            future.cancel()
        deadline = time.monotonic() + _SETTLE
        while self._under_way and time.monotonic() < deadline:
            self._under_way = {n: one for n, one in self._under_way.items() if not one[1].done()}
            time.sleep(_WAIT if self._under_way else 0)
        if self._line:
            self._line.close()

    def batches(self) -> Iterator[list[FileResult]]:
        """Yield the verdicts as spans are verified, in the order of the lists unless it doesn't matter.

        :raises IncompleteError: some spans will have no verdict. Its report has no results: they were yielded.
        :raises ManifestError: all entries are excluded.
        """
        try:
            while self._open or self._next < len(self._plan):
                self._give_out()
                for ticket in self._ended():
                    self._take(ticket)
                    yield from self._released()
                self._show()
        except IncompleteError as e:
            self._take_the_rest()
            yield from filter(None, (self._held[number] for number in sorted(self._held)))
            raise self._incomplete(e.reason, e.code) from e.__cause__
        if self._sums.excluded and not self._sums.files:
            raise ManifestError(self._plan.root, 0, "all entries are excluded", "not_listed")
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
            raise self._incomplete(e.reason, e.code, results) from e.__cause__
        return self._report(results, is_complete=True)

    def tally(self) -> Tally:
        """Return the counts of files and lists."""
        return self._sums.tally()

    def _report(self, results: Sequence[FileResult], *, is_complete: bool) -> Report:
        elapsed = time.monotonic() - self._began
        strict = self._options.get("strict", True)
        return self._sums.report(self._plan.root, results, elapsed, strict=strict, is_complete=is_complete)

    def _incomplete(self, reason: str, code: str, results: Sequence[FileResult] = ()) -> IncompleteError:
        unverified = [self._open[index].span for index in sorted(self._open)]
        unverified += [self._plan[index] for index in range(self._next, len(self._plan))]
        return IncompleteError(reason, self._report(results, is_complete=False), unverified, code)

    # Giving out

    def _give_out(self) -> None:
        """Give out spans until there are enough under way."""
        while len(self._under_way) < _AHEAD * self._capacity.workers:
            if self._again:
                given = self._again.popleft()
            elif self._next < len(self._plan) and self._number_held < _MOST_HELD:
                given = self._open[self._next] = _Given(self._next, self._plan[self._next])
                self._next += 1
            else:
                return
            self._submit(given)

    def _submit(self, given: _Given) -> None:
        task = Task(number=given.number, attempt=given.attempts, span=given.span, **self._same)
        given.attempts += 1
        try:
            future = self._executor.submit(pickle.loads, call_with(work, task))
        except RuntimeError as e:  # of a pool that is broken or shut down
            reason = f"the executor takes no more work: {e}"
            raise self._incomplete(reason, Code.EXECUTOR_BROKEN) from e
        self._tickets += 1
        ticket = self._tickets
        self._under_way[ticket] = given, future
        future.add_done_callback(lambda _: self._events.put(ticket))

    # Taking answers

    def _ended(self) -> list[int]:
        """Wait a moment for tasks that have ended, and return their tickets, some of them maybe twice."""
        now = time.monotonic()
        if self._deadline is not None and now >= self._deadline:
            raise JobTimeout(timed_out(self._timeout or 0))
        tickets = []
        with contextlib.suppress(Empty):
            tickets.append(self._events.get(timeout=_WAIT))
            while True:
                tickets.append(self._events.get_nowait())
        if not tickets and now >= self._next_look:  # a callback may be lost
            self._next_look = now + _LOOK
            tickets = [ticket for ticket, (_, future) in self._under_way.items() if future.done()]
        return tickets

    def _take(self, ticket: int) -> None:
        """Take what has become of a task. What comes a second time is nothing new."""
        given, future = self._under_way.get(ticket, (None, None))
        if not given or not future or not future.done():
            return
        del self._under_way[ticket]
        try:
            found = answer_of(future, self._executor, (self._id, given.number, given.span.digest))
            check_root(found, self._root)
        except UnusableError as e:
            if e.is_final or given.attempts > self._retries:
                times = f" ({given.attempts} attempts)" if given.attempts > 1 else ""
                raise self._incomplete(e.reason + times, e.code) from e.__cause__
            self._again.append(given)
        else:
            del self._open[given.number]
            self._sums.add(found.report, found.tally)
            self._held[given.number] = [*found.report.results]
            self._number_held += len(found.report.results)

    def _take_the_rest(self) -> None:
        """Take the answers that are there, when no others are waited for."""
        for ticket in list(self._under_way):
            with contextlib.suppress(IncompleteError, ValueError, TypeError):
                self._take(ticket)

    def _released(self) -> Iterator[list[FileResult]]:
        """Yield the verdicts whose turn it is."""
        indices = count(self._first_held) if self._ordered else sorted(self._held)
        for index in indices:
            if index not in self._held:
                return
            results = self._held.pop(index)
            self._number_held -= len(results)
            self._first_held = index + 1
            if results:
                yield results

    # Progress

    def _show(self, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if now < self._next_show and not at_once:
            return
        self._next_show = now + _WAIT
        before, self.progress = self.progress, self._progress()
        if self._on_progress and (at_once or self.progress != before):
            self._on_progress(self.progress)

    def _progress(self) -> Progress:
        """Return how far it is, which is never less than before: a worker that dies takes what it did with it."""
        files, read = self._sums.files, self._sums.bytes
        for index, (done, done_bytes) in (self._line.heard() if self._line else {}).items():
            if index in self._open:
                files += min(done, self._open[index].span.entries)
                read += done_bytes
        before = self.progress
        return before._replace(files=max(before.files, files), bytes=max(before.bytes, read))


def _line(executor: Executor) -> Line | None:
    hosts, interface = _executors.hosts_of(executor)
    try:
        return Line(hosts, interface)
    except OSError:  # progress is by whole spans then
        return None


def _check_root(root: str) -> None:
    """Have a root that can be compared with those of the workers.

    :raises ManifestError: it can't be read.
    """
    try:
        _roots.identify(root, names=False)
    except OSError as e:
        raise ManifestError(root, 0, (e.strerror or str(e)).lower(), "root_unreadable") from None
