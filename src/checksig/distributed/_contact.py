"""The worker's end of the line to the coordinator: it says how far a job is, and hears that it is to stop.

A worker that can't reach the coordinator goes on without. One whose line has ended, and whom the coordinator's machine
refuses another one, stops: nobody waits for its answer any more.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from multiprocessing import AuthenticationError

from checksig._errors import JobCancelled
from checksig.distributed._handshake import MOST, as_worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from typing_extensions import Self

    from checksig._job import Job
    from checksig.distributed._task import Address, Line, Task

_INTERVAL = 0.25
"""Seconds between two reports."""

_SOON = 0.02
"""Seconds before the first: a small task ends before, and one that goes on must hear that it is to stop."""

_REACH = 2.0
"""Seconds in which one of the addresses has to answer."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 15.0
"""Seconds between two attempts to get a line that was lost: that of a process that just ends is refused soon."""

_NO_LINE = (OSError, EOFError, AuthenticationError, ValueError, AssertionError)

_reached: dict[bytes, Address | None] = {}
"""Where this process has reached the coordinator of a run, by the key of the last run; None if it can't."""


class Contact:
    """Stays in contact with the coordinator while a job runs."""

    def __init__(self, task: Task, job: Job) -> None:
        self._line, self._number, self._job = task.line, task.number, job
        self._ended = threading.Event()
        self._is_gone = False

    def __enter__(self) -> Self:
        if self._line and not (self._line.key in _reached and _reached[self._line.key] is None):
            threading.Thread(target=self._stay, args=(self._line,), name="checksig-contact", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()

    def explain(self) -> None:
        """Raise why the job was cancelled, if the coordinator is gone."""
        if self._is_gone:
            msg = "the coordinator is gone"
            raise JobCancelled(msg)

    def _stay(self, line: Line) -> None:
        """Be the thread."""
        if self._ended.wait(_SOON):
            return
        address = _reached.get(line.key)
        if address:
            connection = self._regain(address, line.key)
        else:
            address, connection = _reach(line)
            _reached.clear()  # of other runs
            _reached[line.key] = address
        while address and connection:
            with connection:
                self._talk(connection)
            connection = self._regain(address, line.key)

    def _talk(self, connection: Connection) -> None:
        """Report until the job or the line ends."""
        try:
            while not self._ended.is_set():
                connection.send_bytes(self._said())
                if connection.poll(_INTERVAL) and json.loads(connection.recv_bytes(MOST)) == {"cancel": True}:
                    self._cancel()
        except _NO_LINE:
            return

    def _said(self) -> bytes:
        files, read, _, _ = self._job.progress
        return json.dumps({"span": self._number, "files": files, "bytes": read}).encode()

    def _regain(self, address: Address, key: bytes) -> Connection | None:
        """Return another connection, or None if there is no need: the job has ended, or nobody waits for it."""
        pause = _FIRST_PAUSE
        while not self._ended.is_set():
            try:
                return as_worker(address, key, _REACH)
            except (ConnectionRefusedError, AuthenticationError):  # noqa: PERF203 - it waits anyway
                self._is_gone = True
                self._cancel()
            except _NO_LINE:  # of a network that has a fault
                self._ended.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        return None

    def _cancel(self) -> None:
        self._job.cancel()
        self._ended.set()


def _reach(line: Line) -> tuple[Address, Connection] | tuple[None, None]:
    """Return the first address at which the coordinator answers, and the connection; or none."""
    deadline = time.monotonic() + _REACH
    for address in line.addresses:
        left = deadline - time.monotonic()
        if left > 0:
            with contextlib.suppress(*_NO_LINE):
                return address, as_worker(address, line.key, min(left, _REACH / 2))
    return None, None
