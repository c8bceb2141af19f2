"""Taking what was found as right."""

from __future__ import annotations

import os

from checksig._errors import Code
from checksig._report import Status
from checksig._text import to_engine
from checksig.track._database import transaction
from checksig.track._errors import ArchiveError
from checksig.track._job import State, encoded
from checksig.track._recorder import add_event

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from checksig.track._report import Difference
    from checksig.track._runs import RunningRun

_WITHOUT_NAME = frozenset({Status.MODIFIED, Status.MOVED, Status.MISSING, Status.NOT_REGULAR})
"""What can be accepted as a whole. Rot is no decision of anybody's, so a rotten file has to be named."""

_ACCEPTABLE = _WITHOUT_NAME | {Status.ROTTEN}


def chosen(all_: Sequence[Difference], names: Iterable[str] | None) -> tuple[Difference, ...]:
    """Return the differences that *names* stand for, None for those that need no name.

    A name is that of a file, before or after it has moved, or that of a directory: then it stands for what is
    beneath it and needs no name.

    :raises ArchiveError: a name stands for none.
    """
    if names is None:
        return tuple(one for one in all_ if one.status in _WITHOUT_NAME)
    found: dict[str, Difference] = {}
    by_name = {name: one for one in all_ for name in (one.moved_to, one.path) if name is not None}
    for name in names:
        found.update((one.path, one) for one in _meant(name, by_name, all_))
    return tuple(found.values())


def _meant(name: str, by_name: dict[str, Difference], all_: Sequence[Difference]) -> list[Difference]:
    plain = os.path.normpath(name).replace(os.sep, "/")
    one = by_name.get(plain)
    if one and one.status not in _ACCEPTABLE:
        reason = f"can't be accepted: it is {one.status.phrase}"
        raise ArchiveError(name, reason, Code.NOTHING_TO_ACCEPT)
    beneath = [one for one in all_ if one.status in _WITHOUT_NAME and _is_beneath(one, plain)]
    if one is None and not beneath and plain != ".":
        reason = "there is no difference to accept"
        raise ArchiveError(name, reason, Code.NOTHING_TO_ACCEPT, "`checksig track scan` finds what has changed")
    return [one, *beneath] if one else beneath


def _is_beneath(one: Difference, directory: str) -> bool:
    """Say whether a file is, or was, beneath a directory, which may be the root."""
    names = (one.path, one.moved_to or one.path)
    return directory == "." or any(name.startswith(f"{directory}/") for name in names)


def accept(connection: sqlite3.Connection, run: RunningRun, accepted: Sequence[Difference]) -> None:
    """Record the state that was found of each as right."""
    with transaction(connection):
        for one in accepted:
            _accept(connection, run.number, encoded(to_engine(one.path)))
    counts: dict[Status, int] = {}
    for one in accepted:
        counts[one.status] = counts.get(one.status, 0) + 1
    run.counts, run.files = counts, len(accepted)


def _accept(connection: sqlite3.Connection, run: int, name: bytes) -> None:
    row = connection.execute(
        "SELECT verdict, size, mtime, inode, device, digests, moved_to, detail FROM differences WHERE name = ?", (name,)
    ).fetchone()
    verdict, *found, moved_to, detail = row
    *old, added, verified = connection.execute(
        "SELECT size, mtime, inode, device, digests, added, verified FROM files WHERE name = ?", (name,)
    ).fetchone()
    connection.execute("DELETE FROM files WHERE name = ?", (name,))
    connection.execute("DELETE FROM differences WHERE name = ?", (name,))
    before, after = State(*old), None
    if found[0] is not None:
        was_read = bool(found[4])
        after = State._make([*found[:4], found[4] if was_read else before.digests])
        connection.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (moved_to or name, *after, added, run if was_read else verified, run if was_read else verified),
        )
    add_event(connection, run, name, Status(verdict), before, after, moved_to, detail)
