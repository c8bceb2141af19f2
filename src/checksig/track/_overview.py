"""The state of an archive as its database has it, and how it came to be."""

from __future__ import annotations

from checksig.track._differences import differences
from checksig.track._history import whole
from checksig.track._report import Overview

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

_BY_RUN = """
SELECT f.verified, f.verified = f.added OR r.kind = 'accept', count(*), sum(f.size)
FROM files f JOIN runs r ON r.id = f.verified GROUP BY 1, 2 ORDER BY 1
"""
"""A file that was added or accepted has been read, but with nothing to compare it with."""


def overview(connection: sqlite3.Connection, algorithms: Sequence[str]) -> Overview:
    """Return the state at one moment, whoever writes meanwhile."""
    connection.execute("BEGIN")  # which a reader's connection leaves by being closed
    verified: dict[int, int] = {}
    files = read = unverified = 0
    for run, is_new, number, size in connection.execute(_BY_RUN):
        files, read = files + number, read + size
        if is_new:
            unverified += number
        else:
            verified[run] = number
    return Overview(
        files, read, verified, unverified, differences(connection, algorithms), whole(connection, algorithms)
    )
