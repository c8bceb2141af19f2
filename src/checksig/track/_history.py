"""What happened to an archive, and to each of its files."""

from __future__ import annotations

from checksig._report import Status
from checksig.track._differences import shown, size_of, split
from checksig.track._errors import ArchiveError
from checksig.track._exclusive import is_held
from checksig.track._report import Event, History, Recorded
from checksig.track._runs import all_runs, run_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

_EVENTS = """
SELECT e.run, r.kind, r.started, e.name, e.verdict, e.moved_to, e.old_digests, e.digests, e.old_size, e.size,
    e.old_mtime, e.mtime, e.detail
FROM events e JOIN runs r ON r.id = e.run
"""


def whole(connection: sqlite3.Connection, algorithms: Sequence[str]) -> History:
    """Return the history of an archive."""
    events = connection.execute(f"{_EVENTS} ORDER BY e.run, e.name, e.id")
    return History(tuple(all_runs(connection)), tuple(_event(algorithms, *row) for row in events), None)


def killed(history: History, database: str) -> frozenset[int]:
    """Return the runs that had not ended and are not under way, as nobody holds the lock of the *database*.

    One of them may have ended between the two, which a second look at the history tells.
    """
    running = frozenset(run.number for run in history.runs if run.outcome == "running")
    return running if running and not is_held(database) else frozenset()


def marked(history: History, dead: frozenset[int]) -> History:
    """Return a history in which runs that still have not ended, and are among the *dead*, were killed."""
    runs = (
        run._replace(outcome="killed") if run.outcome == "running" and run.number in dead else run
        for run in history.runs
    )
    return history._replace(runs=tuple(runs))


def of_file(connection: sqlite3.Connection, algorithms: Sequence[str], name: bytes) -> History:
    """Return the history of a file, also of what it was before it had this name.

    :raises ArchiveError: nothing is known of it.
    """
    names = [name]
    for known in names:  # which grows meanwhile
        rows = connection.execute("SELECT DISTINCT name FROM events WHERE moved_to = ?", (known,))
        names += [before for (before,) in rows if before not in names]
    marks = ", ".join("?" * len(names))
    rows = connection.execute(f"{_EVENTS} WHERE e.name IN ({marks}) ORDER BY e.run, e.id", names)
    events = tuple(_event(algorithms, *row) for row in rows)
    recorded = _recorded(connection, algorithms, name)
    if recorded is None and not events:
        raise ArchiveError(shown(name), "is not recorded, and never was", "not_listed")
    numbers = {event.run for event in events} | ({recorded.added.number} if recorded else set())
    return History(tuple(run for run in all_runs(connection) if run.number in numbers), events, recorded)


def _event(  # noqa: PLR0917 - the columns of a row
    algorithms: Sequence[str],
    run: int,
    kind: str,
    time: float,
    name: bytes,
    verdict: str,
    moved_to: bytes | None,
    old: bytes | None,
    new: bytes | None,
    *rest: int,
) -> Event:
    to = None if moved_to is None else shown(moved_to)
    before, after = (_first(algorithms, digests) for digests in (old, new))
    return Event(run, kind, time, shown(name), Status(verdict), to, before, after, *rest)  # type: ignore[arg-type]


def _first(algorithms: Sequence[str], digests: bytes | None) -> str | None:
    return digests[: size_of(algorithms[0])].hex() if digests else None


def _recorded(connection: sqlite3.Connection, algorithms: Sequence[str], name: bytes) -> Recorded | None:
    row = connection.execute(
        "SELECT size, mtime, digests, added, verified FROM files WHERE name = ?", (name,)
    ).fetchone()
    if row is None:
        return None
    size, mtime, digests, added, verified = row
    by_name = dict(split(algorithms, digests))
    return Recorded(shown(name), size, mtime, by_name, run_of(connection, added), run_of(connection, verified))
