"""Opening the database of an archive, and what its errors mean."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from pathlib import Path

from checksig._errors import Code
from checksig.track._errors import ArchiveError
from checksig.track._exclusive import exclusive, lock_of
from checksig.track._filesystem import is_local
from checksig.track._place import files_of
from checksig.track._schema import APPLICATION, TABLES, VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

_PATIENCE = 5.0
"""Seconds that a reader waits for the end of a commit."""

_CACHE = -64 * 1024
"""Memory for pages, in KiB, negative as SQLite wants it."""

_INIT = "run `checksig track init` first, or name the database by --database"


@contextlib.contextmanager
def made(path: str) -> Iterator[sqlite3.Connection]:
    """Make a database, and yield a connection to it, without tables, while no other run uses it.

    It is removed again where that fails before anything is recorded.

    :raises ArchiveError: it exists, or can't be written.
    """
    _make_directory(path)
    _must_be_free(path)
    with exclusive(path):
        _must_be_free(path)
        try:
            with _connected(path, "rwc") as connection:
                _choose_journal(connection, path)
                yield connection
        except BaseException:
            if _is_void(path):
                _remove(path)
            raise


def _must_be_free(path: str) -> None:
    """Raise `ArchiveError` if there is something else than the empty file that a killed run has left."""
    if os.path.isdir(path):
        _refuse_directory(path)
    if os.path.lexists(path) and not (os.path.isfile(path) and os.path.getsize(path) == 0):
        reason, hint = "the database exists", "bring it up to date by `checksig track scan`"
        raise ArchiveError(path, reason, Code.DATABASE_EXISTS, hint)


def _refuse_directory(path: str) -> NoReturn:
    raise ArchiveError(path, "can't be used: it is a directory", Code.DATABASE_UNREADABLE, "name a file in it")


def _is_void(path: str) -> bool:
    """Say whether nothing was recorded in a database, so that nothing is lost with it."""
    try:
        with contextlib.closing(sqlite3.connect(_uri(path, "rw"), uri=True)) as connection:
            (files,) = connection.execute("SELECT EXISTS (SELECT 1 FROM files)").fetchone()
    except sqlite3.Error as e:
        return "no such table" in str(e)
    return not files


def _remove(path: str) -> None:
    for one in files_of(path):
        if one != lock_of(path):  # which another run may wait for
            with contextlib.suppress(OSError):
                os.remove(one)


def _make_directory(path: str) -> None:
    try:
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    except OSError as e:
        reason = f"can't make the directory of the database: {(e.strerror or str(e)).lower()}"
        raise ArchiveError(path, reason, Code.DATABASE_UNWRITABLE) from None


def lay_tables(connection: sqlite3.Connection) -> None:
    """Make the tables, within the transaction that is open."""
    for statement in TABLES.split(";\n"):
        if statement.strip():
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


@contextlib.contextmanager
def writable(path: str) -> Iterator[sqlite3.Connection]:
    """Yield a connection to an existing database, while no other run uses it.

    :raises ArchiveError: there is none, it can't be used, or another run uses it.
    """
    _must_be_one(path)
    with exclusive(path), _connected(path, "rw") as connection:
        _check(connection, path)
        _choose_journal(connection, path)
        yield connection


@contextlib.contextmanager
def readable(path: str) -> Iterator[sqlite3.Connection]:
    """Yield a connection that only reads, whoever else writes.

    :raises ArchiveError: there is no database, or it can't be used.
    """
    _must_be_one(path)
    with _connected(path, _mode_of_reader(path)) as connection:
        _check(connection, path)
        connection.execute("PRAGMA query_only = 1")
        yield connection


def _mode_of_reader(path: str) -> str:
    """Return how to read a database: memory that is shared with a writer can't be made where nothing can be written.

    Then nobody writes, unless a log says that somebody did.
    """
    with translated(path):
        connection = sqlite3.connect(_uri(path, "ro"), uri=True, timeout=_PATIENCE)
    try:
        connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.OperationalError:
        return "ro" if _has_log(path) else "ro&immutable=1"
    except sqlite3.DatabaseError:  # for _connected() to explain
        return "ro"
    finally:
        connection.close()
    return "ro"


def _has_log(path: str) -> bool:
    log = f"{path}-wal"
    return os.path.lexists(log) and os.path.getsize(log) > 0


def _uri(path: str, mode: str) -> str:
    return f"{Path(os.path.abspath(path)).as_uri()}?mode={mode}"


def _must_be_one(path: str) -> None:
    """Raise `ArchiveError` unless there is a database of an archive, before anything is made beside it."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        reason = "there is no such database"
        raise ArchiveError(path, reason, Code.DATABASE_MISSING, _INIT) from None
    except OSError as e:
        _refuse_unreadable(path, e.strerror or str(e))
    if stat.S_ISDIR(found.st_mode):
        _refuse_directory(path)
    if not stat.S_ISREG(found.st_mode):
        raise ArchiveError(path, "can't be used: it is not a regular file", Code.DATABASE_UNREADABLE)
    if not os.access(path, os.R_OK):
        _refuse_unreadable(path, "permission denied")
    if not _has_log(path):  # in which it may say what it is
        with _connected(path, "ro&immutable=1") as connection:
            _check(connection, path)


def _refuse_unreadable(path: str, reason: str) -> NoReturn:
    raise ArchiveError(path, f"can't be read: {reason.lower()}", Code.DATABASE_UNREADABLE) from None


@contextlib.contextmanager
def _connected(path: str, mode: str) -> Iterator[sqlite3.Connection]:
    """Yield a connection whose transactions begin and end where the code says so."""
    connection = None
    with translated(path):
        try:
            connection = sqlite3.connect(_uri(path, mode), uri=True, timeout=_PATIENCE, isolation_level=None)
            connection.execute(f"PRAGMA cache_size = {_CACHE}")
            connection.execute("PRAGMA temp_store = MEMORY")
            yield connection
        finally:
            if connection is not None:
                connection.close()


def _check(connection: sqlite3.Connection, path: str) -> None:
    """Raise `ArchiveError` unless the database is one of an archive that this version can use."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        reason = "not a database of `checksig track`"
        raise ArchiveError(path, reason, Code.DATABASE_UNREADABLE)
    if version > VERSION:
        reason = f"the database is of a newer version of checksig: its schema is {version}, the newest known {VERSION}"
        raise ArchiveError(path, reason, Code.DATABASE_NEWER, "use that version")


def _choose_journal(connection: sqlite3.Connection, path: str) -> None:
    """Let others read while a run writes, where the file system allows what that takes; NFS does not."""
    wanted = "wal" if is_local(os.path.dirname(os.path.abspath(path))) else "delete"
    connection.execute(f"PRAGMA journal_mode = {wanted}").fetchone()


@contextlib.contextmanager
def translated(path: str) -> Iterator[None]:
    """Turn errors of SQLite into `ArchiveError`."""
    try:
        yield
    except sqlite3.Error as e:
        text = str(e)
        if "locked" in text:
            raise ArchiveError(path, "another program uses the database", Code.DATABASE_LOCKED) from e
        if any(word in text for word in ("full", "readonly", "disk I/O")):
            raise ArchiveError(path, f"can't be written: {text}", Code.DATABASE_UNWRITABLE) from e
        raise ArchiveError(path, f"can't be used: {text}", Code.DATABASE_UNREADABLE) from e


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what happens within, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
