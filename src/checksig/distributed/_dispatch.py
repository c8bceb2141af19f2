"""Giving out: tasks go to the workers, and go out again where a worker has died.

At most two tasks for each worker are under way, and nothing is kept of those that are done.
"""

from __future__ import annotations

import contextlib
import pickle
import secrets
import time
from collections import deque
from queue import Empty, SimpleQueue

from checksig._errors import Code, JobTimeout, timed_out
from checksig.distributed import _executors
from checksig.distributed._answers import UnusableError, answer_of
from checksig.distributed._line import Line
from checksig.distributed._task import Task, call_with, digest_of
from checksig.distributed._worker import work

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Protocol

    from checksig.distributed._executors import Executor, Future
    from checksig.distributed._task import Asked, Found

    class Source(Protocol):
        """What there is to do."""

        def next(self) -> Asked | None:
            """Return what is to be done next; None if there is nothing at the moment."""

        @property
        def has_ended(self) -> bool:
            """Whether there will be nothing more."""


_WAIT = 0.1
"""Seconds between two looks at what is under way: Ctrl-C waits as long."""

_SETTLE = 3.0
"""Seconds that workers get to stop when a run ends early."""

_GRACE = 1.0
"""Seconds in which workers of Dask, which cancels tasks that go on, get in touch to hear that they are to stop."""

_AHEAD = 2
"""Tasks under way for each worker: none waits for the coordinator, and few are lost with it."""

_LOOK = 1.0
"""Seconds between two looks for tasks that have ended without saying so."""


class Given:
    """A task that is given out, or was."""

    def __init__(self, number: int, asked: Asked) -> None:
        self.number, self.asked, self.attempts = number, asked, 0


class GivenUpError(Exception):
    """A task has no answer, and will have none."""

    def __init__(self, reason: str, code: str) -> None:
        super().__init__(reason)
        self.reason, self.code = reason, code


class Dispatch:
    """Gives out tasks, and takes the answers."""

    def __init__(
        self,
        executor: Executor,
        root: str,
        check: Callable[[Found, Asked], None],
        *,
        workers: int | None = None,
        retries: int = 2,
        timeout: float | None = None,
        began: float,
    ) -> None:
        """Prepare to use *executor*. *check* raises `UnusableError` for an answer that does not count."""
        self._executor, self._check, self._retries = executor, check, retries
        self._timeout = timeout
        self._deadline = None if timeout is None else began + timeout
        self._id = secrets.token_hex(8)
        self._events: SimpleQueue[int] = SimpleQueue()
        """Tickets of tasks that have ended. Callbacks put them here, in any thread and as often as they like."""
        self._tickets = self._numbers = 0
        self._under_way: dict[int, tuple[Given, Future]] = {}
        self._again: deque[Given] = deque()
        """Tasks to be given out again."""
        self.open: dict[int, Given] = {}
        """What was given out and has no answer, by numbers."""
        self._capacity = _executors.Capacity(executor, workers)
        self._line = _line(executor)
        self._same: dict[str, Any] = {"run": self._id, "root": root, "line": self._line.task if self._line else None}
        """What all tasks have."""
        self._next_look = 0.0

    @property
    def workers(self) -> int:
        """How many tasks run at a time."""
        return self._capacity.workers

    def close(self) -> None:
        """Stop what is under way, and wait a few seconds for it."""
        self._capacity.close()
        if self._line and self._under_way:
            self._line.stop_workers()
        for _, future in self._under_way.values():
            future.cancel()
        now = time.monotonic()
        least = now + _GRACE if self._under_way and _executors.client_of(self._executor) else now
        while time.monotonic() < least or (self._under_way and time.monotonic() < now + _SETTLE):
            self._under_way = {n: one for n, one in self._under_way.items() if not one[1].done()}
            time.sleep(_WAIT if self._under_way or time.monotonic() < least else 0)
        if self._line:
            self._line.close()

    def answers(self, source: Source, options: dict[str, Any]) -> Iterator[tuple[Given, Found] | None]:
        """Yield each task of *source*, which is done with *options*, and the answer; and None from time to time.

        :raises GivenUpError: a task will have no answer. Those that are open have none.
        :raises JobTimeout: the timeout expired.
        :raises ValueError, TypeError: an argument makes no sense.
        """
        while self.open or not source.has_ended:
            self._give_out(source, options)
            for ticket in self._ended():
                taken = self._take(ticket, options)
                if taken:
                    yield taken
            yield None

    def rest(self) -> Iterator[tuple[Given, Found]]:
        """Yield what there is of answers, when no others are waited for."""
        for ticket in list(self._under_way):
            with contextlib.suppress(GivenUpError, ValueError, TypeError):
                taken = self._take(ticket, None)
                if taken:
                    yield taken

    def heard(self) -> Iterator[tuple[Given, int, int]]:
        """Yield the open tasks of which a worker has said how far it is: how many files, and bytes."""
        for number, (files, read) in (self._line.heard() if self._line else {}).items():
            if number in self.open:
                yield self.open[number], files, read

    def _give_out(self, source: Source, options: dict[str, Any]) -> None:
        """Give out tasks until there are enough under way."""
        while len(self._under_way) < _AHEAD * self._capacity.workers:
            if self._again:
                self._submit(self._again.popleft(), options)
                continue
            asked = source.next()
            if asked is None:
                return
            given = self.open[self._numbers] = Given(self._numbers, asked)
            self._numbers += 1
            self._submit(given, options)

    def _submit(self, given: Given, options: dict[str, Any]) -> None:
        task = Task(number=given.number, attempt=given.attempts, asked=given.asked, options=options, **self._same)
        given.attempts += 1
        try:
            future = self._executor.submit(pickle.loads, call_with(work, task))
        except RuntimeError as e:  # of a pool that is broken or shut down
            reason = f"the executor takes no more work: {e}"
            raise GivenUpError(reason, Code.EXECUTOR_BROKEN) from e
        self._tickets += 1
        ticket = self._tickets
        self._under_way[ticket] = given, future
        future.add_done_callback(lambda _: self._events.put(ticket))

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

    def _take(self, ticket: int, options: dict[str, Any] | None) -> tuple[Given, Found] | None:
        """Take what has become of a task. What comes a second time is nothing new; without *options* it is the last."""
        given, future = self._under_way.get(ticket, (None, None))
        if not given or not future or not future.done():
            return None
        del self._under_way[ticket]
        try:
            found = answer_of(future, self._executor, (self._id, given.number, digest_of(given.asked)))
            self._check(found, given.asked)
        except UnusableError as e:
            if e.is_final or options is None or given.attempts > self._retries:
                times = f" ({given.attempts} attempts)" if given.attempts > 1 else ""
                raise GivenUpError(e.reason + times, e.code) from e.__cause__
            self._again.append(given)
            return None
        del self.open[given.number]
        return given, found


def _line(executor: Executor) -> Line | None:
    hosts, interface = _executors.hosts_of(executor)
    try:
        return Line(hosts, interface)
    except OSError:  # progress is by whole tasks then
        return None
