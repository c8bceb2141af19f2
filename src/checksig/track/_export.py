"""The record of an archive as a checksum list."""

from __future__ import annotations

from checksig import _arguments
from checksig._entries import Entries
from checksig._errors import Code, ManifestError
from checksig._job import CountingJob
from checksig.track._differences import split
from checksig.track._errors import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from checksig._entries import File


def export(
    connection: sqlite3.Connection,
    algorithms: Sequence[str],
    output: str,
    list_format: str,
    *,
    force: bool,
) -> int:
    """Write all that is recorded to *output*, in the order of names. Returns the number of files.

    :raises ArchiveError: nothing is recorded.
    :raises ManifestError: the list can't be written, or can't hold an entry.
    """
    entries = Entries(_files(connection, algorithms))
    if not len(entries):
        reason = "no file is recorded"
        raise ArchiveError(output, reason, Code.DATABASE_UNREADABLE)
    request = {
        "job": "convert",
        "manifests": [{"path": "", "entries": entries}],
        "directory": _arguments.directory(output, None),
        "strict": True,
        "to": list_format,
        "output": output,
        "force": force,
    }
    job = CountingJob(request)
    try:
        job.report()
    except ManifestError as e:
        raise ManifestError(output, 0, e.reason, e.code) from None  # no line is at fault
    finally:
        job.close()
    return len(entries)


def _files(connection: sqlite3.Connection, algorithms: Sequence[str]) -> Iterator[File]:
    for name, size, digests in connection.execute("SELECT name, size, digests FROM files ORDER BY name"):
        yield name.decode("utf-8", "surrogateescape"), tuple(split(algorithms, digests)), size
