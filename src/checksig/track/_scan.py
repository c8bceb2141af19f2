"""Walking an archive: what was added, changed, moved or lost. What has not changed is not read."""

from __future__ import annotations

import contextlib

from checksig._report import Status
from checksig.track._job import Records
from checksig.track._recorder import Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from checksig._report import WarningText
    from checksig.track._job import Reading
    from checksig.track._runs import RunningRun
    from checksig.track._settings import Settings

_AT_ONCE = 20_000
"""Records of one text: SQLite puts it together faster than Python could take the rows."""

_PLAIN = "SELECT name, size, mtime, inode, device, digests FROM files WHERE name > :after ORDER BY name LIMIT :most"

_AS_FOUND = """
SELECT * FROM (
    SELECT name, size, mtime, inode, device, digests FROM files
    WHERE name NOT IN (
        SELECT name FROM differences WHERE size IS NOT NULL AND verdict IN ('modified', 'moved', 'rotten')
    )
    UNION ALL
    SELECT coalesce(d.moved_to, d.name), d.size, d.mtime, d.inode, d.device, f.digests
    FROM differences d JOIN files f ON f.name = d.name
    WHERE d.size IS NOT NULL AND d.verdict IN ('modified', 'moved', 'rotten')
) WHERE name > :after ORDER BY name LIMIT :most
"""
"""What has changed is compared with what was found of it last, so that it is not read by each scan."""


def scan(
    connection: sqlite3.Connection, settings: Settings, run: RunningRun, reading: Reading
) -> tuple[list[bytes], tuple[WarningText, ...]]:
    """Walk the root, and record what is found. Returns the names that were added, and warnings."""
    records = _records(connection)
    with contextlib.closing(reading.start("scan", settings, records)) as job:
        recorder = Recorder(connection, run)
        for findings in job.findings():
            recorder.take(findings)
        stays = recorder.conclude_scan()
        recorder.commit()
        counts, warnings = job.counts(), job.warnings()
        run.bytes = job.progress.bytes
    for status, number in stays.items():
        counts[status] += number
        counts[Status.OK] -= number
    for status, number in recorder.corrections.items():
        counts[status] += number
    run.counts, run.files = counts, sum(counts.values())
    return recorder.added, warnings


def _records(connection: sqlite3.Connection) -> Records:
    """Return all records, in the order of their names."""
    (differs,) = connection.execute("SELECT EXISTS (SELECT 1 FROM differences)").fetchone()
    query = f"""
        SELECT count(*), max(name), CAST(group_concat(
            size || ' ' || mtime || ' ' || inode || ' ' || device || ' ' || digests || name || x'00', ''
        ) AS BLOB) FROM ({_AS_FOUND if differs else _PLAIN})
    """  # noqa: S608 - of the texts above
    records, after = Records(), b""
    while True:
        number, last, text = connection.execute(query, {"after": after, "most": _AT_ONCE}).fetchone()
        if number == 0:
            return records
        records.add(number, text)
        after = last
