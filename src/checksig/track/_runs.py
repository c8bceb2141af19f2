"""Runs on an archive: each is recorded when it begins, and when it ends."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time

from checksig._report import Status
from checksig.track._database import transaction
from checksig.track._report import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ALL = "SELECT id, kind, started, ended, outcome, files, bytes, counts FROM runs"


class RunningRun:
    """A run that has begun. What it did is noted here before it ends."""

    def __init__(self, connection: sqlite3.Connection, kind: str) -> None:
        self.kind, self.files, self.bytes = kind, 0, 0
        self.counts: Mapping[Status, int] = {}
        with transaction(connection):
            connection.execute("UPDATE runs SET outcome = 'killed' WHERE outcome = 'running'")
            row = connection.execute(
                "INSERT INTO runs (kind, started, outcome) VALUES (?, ?, 'running')", (kind, time.time())
            )
        self.number = row.lastrowid or 0

    def end(self, connection: sqlite3.Connection, outcome: str) -> None:
        """Record its end."""
        counts = json.dumps({status.value: number for status, number in self.counts.items() if number})
        values = (time.time(), outcome, self.files, self.bytes, counts, self.number)
        with transaction(connection):
            connection.execute(
                "UPDATE runs SET ended = ?, outcome = ?, files = ?, bytes = ?, counts = ? WHERE id = ?", values
            )


@contextlib.contextmanager
def running(connection: sqlite3.Connection, kind: str) -> Iterator[RunningRun]:
    """Record a run around what happens within. What it has not committed when it fails is lost, and no more."""
    run = RunningRun(connection, kind)
    try:
        yield run
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # the disk may be full
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            run.end(connection, "stopped")
        raise
    (differs,) = connection.execute("SELECT EXISTS (SELECT 1 FROM differences)").fetchone()
    run.end(connection, "differs" if differs else "ok")


def run_of(connection: sqlite3.Connection, number: int) -> Run:
    """Return a run by its number."""
    (row,) = connection.execute(f"{_ALL} WHERE id = ?", (number,))
    return _run(*row)


def all_runs(connection: sqlite3.Connection) -> Iterator[Run]:
    """Yield all runs in their order."""
    for row in connection.execute(f"{_ALL} ORDER BY id"):
        yield _run(*row)


def _run(  # noqa: PLR0917 - the columns of a row
    number: int, kind: str, started: float, ended: float | None, outcome: str, files: int, read: int, counts: str
) -> Run:
    found = json.loads(counts)
    return Run(
        number, kind, started, ended, outcome, files, read, {s: found[s.value] for s in Status if s.value in found}
    )
