"""Reading an archive again, beginning with what was read longest ago."""

from __future__ import annotations

import contextlib
import time

from checksig._report import Progress, Status
from checksig.track._errors import ArchiveError
from checksig.track._job import Records
from checksig.track._recorder import Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from checksig._report import OnProgress
    from checksig.track._job import Reading
    from checksig.track._runs import RunningRun
    from checksig.track._settings import Settings

_MOST_FILES, _MOST_BYTES = 20_000, 8 << 30
"""Of one piece. The files of a piece are read in any order, and a budget is only looked at between two pieces."""

_FIRST_BYTES = 64 << 20
"""Of a piece where time is limited and nothing is known of the speed yet."""

_FIRST_SECONDS = 1.0
"""What is read in less time, or of fewer bytes, says nothing of the speed: opening files takes most of that."""


class Budget:
    """How much a run may read."""

    def __init__(self, seconds: float | None, most: int | None) -> None:
        self._seconds, self._most = seconds, most
        self._began = time.monotonic()
        self._read, self._at, self._rate = 0, self._began, 0.0

    def note(self, read: int) -> None:
        """Learn from how much has been read by now. The fastest piece is the one with the fewest small files."""
        now = time.monotonic()
        number, seconds = read - self._read, now - self._at
        if number >= _FIRST_BYTES and seconds >= _FIRST_SECONDS:
            self._rate = max(self._rate, number / seconds)
            self._read, self._at = read, now

    def left(self, read: int) -> tuple[float, float]:
        """Return how large a file may be that is begun when *read* bytes have been, and how many bytes a piece.

        While most of the time is left, or nothing is known of the speed, a file of any size is begun.
        """
        left = float("inf") if self._most is None else float(self._most - read)
        if self._seconds is None:
            return left, min(left, _MOST_BYTES)
        remaining = self._began + self._seconds - time.monotonic()
        if remaining <= 0:
            return 0, 0
        expected = self._rate * remaining
        is_early = not self._rate or remaining > self._seconds / 2
        largest = left if is_early else min(left, max(expected, _FIRST_BYTES))
        return largest, min(left, max(expected / 2, _FIRST_BYTES), _MOST_BYTES)


def verify(
    connection: sqlite3.Connection, settings: Settings, run: RunningRun, reading: Reading, budget: Budget
) -> int:
    """Read files, and record what is found. Returns the number of files that the budget left.

    :raises ArchiveError: no file is recorded.
    """
    total_files, total_bytes = _queue(connection)
    if total_files == 0:
        reason = "no file is recorded"
        raise ArchiveError(settings.root.path, reason, "no_files", "run `checksig track scan`")
    counts = dict.fromkeys(Status, 0)
    run.counts, at = counts, 0
    while at < total_files:
        left, most = budget.left(run.bytes)
        if not run.files:
            left = float("inf")  # at least one file is read
        start, (at, records) = at, _piece(connection, at, left, most)
        if at == start:
            break  # the next file is more than what is left of the budget
        piece = reading._replace(progress=_sum(reading, run.files, run.bytes, total_files, total_bytes))
        with contextlib.closing(piece.start("check", settings, records)) as job:
            recorder = Recorder(connection, run)
            for findings in job.findings():
                recorder.take(findings)
            recorder.commit()
            for status, number in job.counts().items():
                counts[status] += number + recorder.corrections[status]
            run.files += len(records)
            run.bytes += job.progress.bytes
        budget.note(run.bytes)
    return total_files - at


def _queue(connection: sqlite3.Connection) -> tuple[int, int]:
    """Put all files in the order in which they are to be read. Returns their number and size."""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS queue (id INTEGER PRIMARY KEY, name BLOB, size INTEGER)")
    connection.execute("DELETE FROM queue")
    connection.execute("INSERT INTO queue (name, size) SELECT name, size FROM files ORDER BY checked, name")
    files, size = connection.execute("SELECT count(*), coalesce(sum(size), 0) FROM queue").fetchone()
    return files, size


def _piece(connection: sqlite3.Connection, at: int, left: float, most: float) -> tuple[int, Records]:
    """Return where the queue goes on after a piece of at most that many bytes, and its records.

    The first file may have as many as are *left*: one that is larger than a piece is one.
    """
    end = at
    for number, size in connection.execute(
        "SELECT id, size FROM queue WHERE id > ? ORDER BY id LIMIT ?", (at, _MOST_FILES)
    ):
        if size > (left if end == at else most) or left <= 0:
            break
        end, most = number, most - size
    (text,) = connection.execute(
        """
        SELECT CAST(group_concat(f.size || ' ' || f.mtime || ' ' || f.inode || ' ' || f.device || ' ' || f.digests
            || coalesce(d.moved_to, f.name) || x'00', '') AS BLOB)
        FROM queue q JOIN files f ON f.name = q.name LEFT JOIN differences d ON d.name = f.name
        WHERE q.id > ? AND q.id <= ?
        """,
        (at, end),
    ).fetchone()
    records = Records()
    records.add(end - at, text)
    return end, records


def _sum(reading: Reading, files: int, read: int, total_files: int, total_bytes: int) -> OnProgress | None:
    """Return what is called with the progress of a piece, and calls with that of the run."""
    if reading.progress is None:
        return None
    call = reading.progress

    def progress(of_piece: Progress) -> None:
        call(Progress(files + of_piece.files, read + of_piece.bytes, total_files, total_bytes))

    return progress
