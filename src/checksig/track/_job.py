"""Jobs of the engine on archives: what they are asked, and what they say."""

from __future__ import annotations

import os

from checksig import _arguments
from checksig._job import Job, each, named_by
from checksig._named import NamedTuple, named
from checksig._report import Status
from checksig._words import ALGORITHMS, STATUSES
from checksig.track._place import files_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from checksig._report import OnProgress, WarningText
    from checksig.track._settings import Settings

_STATUSES, _ALGORITHMS = tuple(map(Status, STATUSES)), tuple(ALGORITHMS)


@named
class State(NamedTuple):
    """The state of a file, as databases have it."""

    size: int
    mtime: int
    inode: int
    device: int
    digests: bytes
    """Empty for a file that was not read."""


@named
class Finding(NamedTuple):
    """A result of a job: names are bytes, as in databases."""

    name: bytes
    status: Status
    algorithm: str | None
    expected: str | None
    actual: str | None
    size: int | None
    detail: str
    found: State | None
    moved_to: bytes | None


class Records:
    """Records for a request, in texts that SQLite has put together, as ``go/internal/wire/records.go`` has them."""

    def __init__(self) -> None:
        self._number = 0
        self._texts: list[bytes] = []

    def __len__(self) -> int:
        return self._number

    def add(self, number: int, text: bytes) -> None:
        """Add a number of records."""
        self._number += number
        self._texts.append(text)

    def block(self) -> list[bytes]:
        """Return what follows the request."""
        return self._texts


class ArchiveJob(Job):
    """A job on an archive. It has findings instead of results."""

    def findings(self) -> Iterator[list[Finding]]:
        """Yield them as they come, in lists."""
        return self._batches()  # type: ignore[return-value] # _made() made them

    def counts(self) -> dict[Status, int]:
        """Return how many files the ended job found with each verdict."""
        return dict(self._report(()).counts)

    def warnings(self) -> tuple[WarningText, ...]:
        """Return the warnings of the ended job."""
        return self._report(()).warnings

    def _made(self, columns: dict[str, Any], manifests: list[str]) -> Iterator[Any]:  # noqa: ARG002 - there are none
        rows = zip(  # noqa: B905 - the paths are as many as the results
            columns["path"],
            each(named_by(columns["status"], _STATUSES)),
            each(named_by(columns["algorithm"], _ALGORITHMS)),
            each(columns["expected"]),
            each(columns["actual"]),
            each(columns["size"]),
            each(columns["detail"]),
            each(columns.get("found")),
        )
        return (_finding(*row) for row in rows)


def _finding(  # noqa: PLR0917 - the columns of a result
    path: str,
    status: Status,
    algorithm: str | None,
    expected: str | None,
    actual: Any,  # noqa: ANN401 - True: as expected
    size: int | None,
    detail: str,
    found: list[Any] | None,
) -> Finding:
    state, moved_to = None, None
    if found is not None:
        state = State._make([*found[:4], bytes.fromhex(found[4])])
        moved_to = encoded(found[5]) or None
    digest = expected if actual is True else actual
    return Finding(encoded(path), status, algorithm, expected, digest, size, detail, state, moved_to)


def encoded(name: str) -> bytes:
    """Return a name of the engine as databases have it."""
    return name.encode("utf-8", "surrogateescape")


@named
class Reading(NamedTuple):
    """How files are read."""

    jobs: int | None
    no_cache: bool
    progress: OnProgress | None
    own: tuple[str, ...]
    """Files that are never recorded: the database, and what is beside it."""

    def start(self, kind: str, settings: Settings, records: Records) -> ArchiveJob:
        """Start a job: a ``"scan"``, or a ``"check"`` that reads all files of *records*."""
        asked = {
            "job": kind,
            "root": _arguments.path("root", settings.root.path),
            "algorithms": list(settings.algorithms),
            "exclude": list(settings.exclude),
            "one_file_system": settings.one_file_system,
            "jobs": self.jobs,
            "no_cache": self.no_cache,
            "records": records,
            "outputs": [_arguments.path("database", path) for path in self.own],
        }
        return ArchiveJob(asked, progress=self.progress)


def reading(database: str, jobs: object, no_cache: object, progress: object) -> Reading:
    """Check how files are to be read for an archive with a *database*.

    :raises ValueError, TypeError: an argument is invalid.
    """
    waiting = _arguments.waiting(progress, None)
    own = tuple(files_of(os.path.realpath(database))) + tuple(files_of(database))
    return Reading(_arguments.jobs(jobs), _arguments.flag("no_cache", no_cache), waiting["progress"], own)
