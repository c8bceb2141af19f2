"""One run at a time: a lock that ends with the process, however that ends."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from checksig._errors import Code
from checksig.track._errors import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def lock_of(database: str) -> str:
    """Return the path of the file that a run locks."""
    return f"{database}.lock"


@contextlib.contextmanager
def exclusive(database: str) -> Iterator[None]:
    """Hold the lock of a database.

    It is SQLite's lock on an empty file beside the database: it works wherever the database does, and whoever
    only reads the database does not see it.

    :raises ArchiveError: another run holds it, or the file can't be made.
    """
    path = lock_of(database)
    held = None
    try:
        try:
            held = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
            held.execute("PRAGMA journal_mode = MEMORY")
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as e:
            if "locked" in str(e):
                reason, hint = "another run uses the database", "wait for its end"
                raise ArchiveError(database, reason, Code.DATABASE_LOCKED, hint) from None
            raise ArchiveError(path, f"can't be locked: {e}", Code.DATABASE_UNWRITABLE) from None
        except sqlite3.DatabaseError as e:
            raise ArchiveError(path, f"can't be locked: {e}", Code.DATABASE_UNWRITABLE) from None
        yield
    finally:
        if held is not None:
            held.close()


def is_held(database: str) -> bool:
    """Say whether a run may hold the lock of a database. Nothing is made for that."""
    path = lock_of(database)
    if not os.path.exists(path):
        return False
    try:
        uri = f"{Path(os.path.abspath(path)).as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=0)) as connection:
            connection.execute("SELECT * FROM sqlite_master").fetchone()
    except sqlite3.Error:  # it is locked, or nobody can say
        return True
    return False
