"""Storing what a job has found."""

from __future__ import annotations

import time

from checksig._named import NamedTuple, named
from checksig._report import Status
from checksig.track._job import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from checksig.track._job import Finding
    from checksig.track._runs import RunningRun

_COMMIT_EVERY = 2.0
"""Seconds whose work a run that is killed loses, at most, while there are findings."""

_IN_PLACE = frozenset({Status.MISSING, Status.NOT_REGULAR, Status.OUTSIDE_ROOT})
"""Differences that a scan would find again."""

_OTHER = frozenset({Status.MODIFIED, Status.ROTTEN})
"""Differences of the content."""

_UNREAD = frozenset({Status.UNREADABLE, Status.CHANGED})
"""Differences that a scan would find again if a scan has found them."""


@named
class Open(NamedTuple):
    """A difference that is recorded."""

    verdict: Status
    state: State | None
    """What was found, if it was looked at. Without digests it was not read."""
    moved_to: bytes | None
    detail: str
    run: int
    by_scan: bool


class Recorder:
    """Stores the findings of one run, and commits them now and then."""

    def __init__(self, connection: sqlite3.Connection, run: RunningRun) -> None:
        self._connection, self._run = connection, run
        self._open = _open(connection)
        self._at = {one.moved_to: name for name, one in self._open.items() if one.moved_to is not None}
        """The recorded name by the new name of what has moved."""
        self._left = {name for name, one in self._open.items() if one.moved_to is not None}
        self._reported: set[bytes] = set()
        self._unread: list[bytes] = []
        self.added: list[bytes] = []
        self.corrections = dict.fromkeys(Status, 0)
        """What is to be added to the numbers of files that the job has counted."""
        self._committed = time.monotonic()
        connection.execute("BEGIN IMMEDIATE")

    def take(self, findings: Iterable[Finding]) -> None:
        """Store findings."""
        added, verified, missing = [], [], []
        for finding in findings:
            if finding.status is Status.ADDED and finding.found and finding.name not in self._left:
                added.append((finding.name, *finding.found))
            elif finding.status is Status.OK and finding.found is None and not self._is_open(finding.name):
                verified.append(finding.name)
            elif finding.status is Status.MISSING:
                missing.append(finding)
            else:
                self._take(finding)
        self._add(added)
        for finding in missing:
            self._take(finding)
        run = self._run.number
        self._connection.executemany(
            "UPDATE files SET verified = ?, checked = ? WHERE name = ?", [(run, run, name) for name in verified]
        )
        if time.monotonic() - self._committed > _COMMIT_EVERY:
            self.commit()
            self._connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Commit all that was stored."""
        self._connection.execute("COMMIT")
        self._committed = time.monotonic()

    def _is_open(self, name: bytes) -> bool:
        return name in self._open or name in self._at

    def _add(self, rows: list[tuple[bytes, int, int, int, int, bytes]]) -> None:
        run = self._run.number
        self._connection.executemany(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [(*row, run, run, run) for row in rows]
        )
        if self._run.kind == "init":
            return
        for name, *found in rows:
            self.added.append(name)
            self._event(name, Status.ADDED, None, State(*found))  # type: ignore[arg-type] # a row's columns
            if self._open.pop(name, None):
                self._connection.execute("DELETE FROM differences WHERE name = ?", (name,))

    def _take(self, finding: Finding) -> None:
        """Store a finding on a file that is, or was, not as recorded."""
        name = self._at.get(finding.name, finding.name)
        self._reported.add(name)
        if finding.status is Status.UNREADABLE:
            self._unread.append(finding.name)
        recorded = self._recorded(name)
        if recorded is not None and self._run.kind == "verify":
            self._connection.execute("UPDATE files SET checked = ? WHERE name = ?", (self._run.number, name))
        finding = self._corrected(name, finding, recorded)
        if finding.status is Status.OK:
            self._is_good(name, finding)
        elif finding.status is Status.ADDED:
            self._is_back(name, finding, recorded)
        elif finding.status is Status.MOVED:
            self._has_moved(name, finding)
        else:
            moved_to = finding.moved_to or (finding.name if finding.name != name and finding.found else None)
            self._differs(name, finding.status, finding.found, moved_to, finding.detail)

    def _corrected(self, name: bytes, finding: Finding, recorded: State | None) -> Finding:
        """Return a finding by what was found of the file before, which the job doesn't know."""
        link = self._open.get(name)
        if self._run.kind == "verify" and link and link.verdict is Status.NOT_REGULAR and link.by_scan:
            self._count(finding.status, Status.NOT_REGULAR)  # what it leads to was read
            return finding._replace(status=Status.NOT_REGULAR, found=None, detail=link.detail)
        known = self._known(name)
        if known is None or known.state is None or recorded is None:
            return finding
        if finding.status is Status.MISSING and known.verdict is Status.ROTTEN:
            return self._copied(finding, known.state)
        status = _status(finding, known, recorded)
        self._count(finding.status, status)
        return finding._replace(status=status)

    def _count(self, was: Status, status: Status) -> None:
        self.corrections[was] -= 1
        self.corrections[status] += 1

    def _known(self, name: bytes) -> Open | None:
        """Return what was found of the content of a file last, if that was a difference.

        A file that could not be read since, or was away, may be what it was.
        """
        one = self._open.get(name)
        if one is None or one.state is not None:
            return one
        row = self._connection.execute(
            """
            SELECT verdict, size, mtime, digests, kind FROM events e JOIN runs r ON r.id = e.run
            WHERE name = ? AND verdict IN ('ok', 'added', 'modified', 'moved', 'rotten') ORDER BY e.id DESC LIMIT 1
            """,
            (name,),
        ).fetchone()
        recorded = self._recorded(name)
        if row is None or recorded is None or row[4] == "accept" or Status(row[0]) not in _OTHER:
            return one
        state = recorded._replace(size=row[1], mtime=row[2], digests=row[3])
        return one._replace(verdict=Status(row[0]), state=state)

    def _copied(self, finding: Finding, rotten: State) -> Finding:
        """Return where a rotten file is that is missing, if this scan has added one with its content."""
        row = self._connection.execute(
            "SELECT name, size, mtime, inode, device, digests FROM files WHERE added = ? AND digests = ?",
            (self._run.number, rotten.digests),
        ).fetchone()
        if row is None:
            return finding
        to, *state = row
        self._connection.execute("DELETE FROM files WHERE name = ?", (to,))
        self._connection.execute("DELETE FROM events WHERE name = ? AND run = ?", (to, self._run.number))
        self.added.remove(to)
        self.corrections[Status.ADDED] -= 1
        self._count(Status.MISSING, Status.ROTTEN)
        return finding._replace(status=Status.ROTTEN, found=State._make(state), moved_to=to)

    def _recorded(self, name: bytes) -> State | None:
        query = "SELECT size, mtime, inode, device, digests FROM files WHERE name = ?"
        row = self._connection.execute(query, (name,)).fetchone()
        return row and State(*row)

    def _is_good(self, name: bytes, finding: Finding) -> None:
        """The file has the recorded digests, be it with another time or under another name."""
        run = self._run.number
        self._connection.execute("UPDATE files SET verified = ?, checked = ? WHERE name = ?", (run, run, name))
        if finding.name == name:
            self._update(name, finding.found)
            self._settle(name)
        elif finding.found:
            self._differs(name, Status.MOVED, finding.found, finding.name, "")

    def _update(self, name: bytes, found: State | None) -> None:
        if found:
            self._connection.execute(
                "UPDATE files SET size = ?, mtime = ?, inode = ?, device = ? WHERE name = ?", (*found[:4], name)
            )

    def _settle(self, name: bytes) -> None:
        """Forget the difference of a file that is as recorded again."""
        one = self._open.pop(name, None)
        if one is None:
            return
        self._at.pop(one.moved_to or b"", None)
        self._left.discard(name)
        self._connection.execute("DELETE FROM differences WHERE name = ?", (name,))
        recorded = self._recorded(name)
        if recorded is not None:
            self._event(name, Status.OK, recorded, recorded)

    def _is_back(self, name: bytes, finding: Finding, recorded: State | None) -> None:
        """There is a file under the name that another one has left: that one is new now, if it is still there."""
        left = self._open[name]
        self._settle(name)
        assert recorded is not None and finding.found is not None  # noqa: S101,PT018 - for the type checker
        if left.state is not None and left.moved_to is not None:
            self._stands_alone(left.moved_to, left.state, left.verdict, recorded)
        if finding.found.digests == recorded.digests:
            self._count(Status.ADDED, Status.OK)
            self._update(name, finding.found)
        else:
            self._count(Status.ADDED, Status.MODIFIED)
            self._differs(name, Status.MODIFIED, finding.found, None, "")

    def _stands_alone(self, name: bytes, state: State, verdict: Status, recorded: State) -> None:
        """Record a file whose former name another file has now. One that is rotten is still to be what it was."""
        if verdict is not Status.ROTTEN:
            self._count(Status.OK, Status.ADDED)
            self._add([(name, *state[:4], state.digests or recorded.digests)])
            return
        self._add([(name, *state[:4], recorded.digests)])
        self._differs(name, verdict, state, None, "")

    def _has_moved(self, name: bytes, finding: Finding) -> None:
        found, known = finding.found, self._known(name)
        assert found is not None  # noqa: S101 - for the type checker
        verdict = Status.MOVED
        if known and known.verdict in _OTHER and known.state and not found.digests:
            verdict, found = known.verdict, found._replace(digests=known.state.digests)
            self._count(Status.MOVED, verdict)
        if finding.moved_to == name and verdict is Status.MOVED:
            self._update(name, found)
            self._settle(name)
        else:
            self._differs(name, verdict, found, None if finding.moved_to == name else finding.moved_to, "")

    def _differs(self, name: bytes, verdict: Status, found: State | None, moved_to: bytes | None, detail: str) -> None:
        """Record a difference, and as an event if it is another one than before."""
        known = self._open.get(name)
        by_scan = self._run.kind != "verify"
        one = Open(verdict, found, moved_to, detail, self._run.number, by_scan)
        if known and known[:3] == one[:3]:
            return
        if known and known.moved_to is not None:
            self._at.pop(known.moved_to, None)
            self._left.discard(name)
        if moved_to is not None:
            self._at[moved_to] = name
            self._left.add(name)
        self._open[name] = one
        state = found or (None,) * len(State._fields)
        self._connection.execute(
            "INSERT OR REPLACE INTO differences VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (name, verdict.value, *state, moved_to, detail, self._run.number),
        )
        if not (known and known.verdict is verdict and known.moved_to == moved_to and _is_same(known.state, found)):
            self._event(name, verdict, self._recorded(name), found, moved_to, detail)

    def _event(  # noqa: PLR0917 - what an event has
        self,
        name: bytes,
        verdict: Status,
        old: State | None,
        new: State | None,
        moved_to: bytes | None = None,
        detail: str = "",
    ) -> None:
        add_event(self._connection, self._run.number, name, verdict, old, new, moved_to, detail)

    def conclude_scan(self) -> dict[Status, int]:
        """Forget what a whole scan has not found again. Returns what stays that the scan had no finding on."""
        stays: dict[Status, int] = {}
        for name, one in list(self._open.items()):
            if name in self._reported or self._is_unread(name):
                continue
            before = self._known(name)
            if self._recorded(name) is None or one.verdict in _IN_PLACE or (one.verdict in _UNREAD and one.by_scan):
                if before and before.verdict is Status.ROTTEN:  # it is there again, and was not read
                    self._differs(name, Status.ROTTEN, before.state, None, "")
                    stays[Status.ROTTEN] = stays.get(Status.ROTTEN, 0) + 1
                else:
                    self._settle(name)
            else:
                stays[one.verdict] = stays.get(one.verdict, 0) + 1
        return stays

    def _is_unread(self, name: bytes) -> bool:
        return any(above == b"." or name.startswith(above + b"/") for above in self._unread)


def _status(finding: Finding, known: Open, recorded: State) -> Status:
    """Return the verdict on a file by what was found of it before, which is what it is to be until that is accepted."""
    found, before = finding.found, known.state
    if finding.status not in _OTHER or found is None or before is None:
        return finding.status
    if found.digests == (before.digests or recorded.digests):
        return known.verdict if known.verdict in _OTHER else finding.status
    is_untouched = (found.size, found.mtime) == (before.size, before.mtime)
    return Status.ROTTEN if is_untouched else finding.status


def add_event(  # noqa: PLR0917 - what an event has
    connection: sqlite3.Connection,
    run: int,
    name: bytes,
    verdict: Status,
    old: State | None,
    new: State | None,
    moved_to: bytes | None = None,
    detail: str = "",
) -> None:
    """Record that something happened to a file."""
    before = (old.size, old.mtime, old.digests) if old else (None, None, None)
    after = (new.size, new.mtime, new.digests or None) if new else (None, None, None)
    connection.execute(
        """
        INSERT INTO events
        (run, name, verdict, old_size, old_mtime, old_digests, size, mtime, digests, moved_to, detail)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (run, name, verdict.value, *before, *after, moved_to, detail),
    )


def _is_same(one: State | None, other: State | None) -> bool:
    """Say whether two states have the same content, as far as it was read."""
    return (one and (one.size, one.digests)) == (other and (other.size, other.digests))


def _open(connection: sqlite3.Connection) -> dict[bytes, Open]:
    rows = connection.execute("""
        SELECT name, verdict, size, mtime, inode, device, digests, moved_to, detail, d.run, kind
        FROM differences d JOIN runs ON runs.id = d.run
    """)
    found = {}
    for name, verdict, size, mtime, inode, device, digests, moved_to, detail, run, kind in rows:
        state = None if size is None else State(size, mtime, inode, device, digests)
        found[name] = Open(Status(verdict), state, moved_to, detail, run, kind != "verify")
    return found
