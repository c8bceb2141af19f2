"""What the methods of an archive return."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - typing.get_type_hints() looks here
from dataclasses import dataclass

from checksig._named import NamedTuple, named
from checksig._report import Status, WarningText  # noqa: TC001
from checksig._text import FieldDocs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@named
class Difference(NamedTuple):
    """A file that is not as recorded, or that can't be recorded."""

    path: str
    """The recorded name, relative to the root."""
    status: Status
    """How it differs: `Status.ROTTEN`, `Status.MODIFIED`, `Status.MOVED`, `Status.MISSING`, or why it can't be read."""
    moved_to: str | None
    """The new name of a file that has moved; otherwise None."""
    algorithm: str | None
    """The algorithm of *expected* and *actual*: the first of the archive whose digests differ."""
    expected: str | None
    """The recorded digest, in lower-case hex; None for a file that is not recorded."""
    actual: str | None
    """The digest that was found; None if none was computed."""
    recorded_size: int | None
    """The recorded size, in bytes."""
    size: int | None
    """The size that was found; None if there is no file, or it was not looked at."""
    recorded_mtime: int | None
    """The recorded time of the last modification, in nanoseconds since 1970."""
    mtime: int | None
    """The time that was found."""
    detail: str
    """An explanation for people; may be empty."""
    run: int
    """The run that found it so first."""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, the status as its value."""
        return {**self._asdict(), "status": self.status.value}


@named
class Run(NamedTuple):
    """One run on an archive."""

    number: int
    """Counted from 1: runs are in order whatever the clock did."""
    kind: str
    """``"init"``, ``"scan"``, ``"verify"`` or ``"accept"``."""
    started: float
    """When it began, in seconds since 1970."""
    ended: float | None
    """When it ended; None if it still runs, or was killed."""
    outcome: str
    """``"ok"``, ``"differs"`` if something is not as recorded, ``"stopped"`` by an error or a signal, ``"killed"``, or
    ``"running"``."""
    files: int
    """The number of files that it judged or, to accept, whose record it changed."""
    bytes: int
    """The number of bytes that it read."""
    counts: Mapping[Status, int]
    """The number of files with each verdict that it found."""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, with counts by the values of statuses."""
        return {**self._asdict(), "counts": {status.value: number for status, number in self.counts.items()}}


@dataclass(frozen=True)
class RunReport:
    """What a run on an archive found. It is true if everything is as recorded."""

    run: Run
    """The run itself."""
    differences: tuple[Difference, ...]
    """All that is not as recorded, whichever run found it, in the order of names."""
    added: tuple[str, ...]
    """The names of files that were added to the record by a scan; none by the first."""
    accepted: tuple[Difference, ...]
    """What was accepted."""
    left: int
    """The number of files that the budget left for another run."""
    warnings: tuple[WarningText, ...]
    """Warnings that change no verdict."""
    relocated: tuple[str, str] | None = None
    """The path of the root until now and from now on, where it was accepted that it is another one; otherwise None."""

    @property
    def ok(self) -> bool:
        """Whether everything is as recorded, as far as is known."""
        return not self.differences

    def __bool__(self) -> bool:
        return not self.differences


@named
class Event(NamedTuple):
    """Something that happened to a file: a verdict that it did not have before, or that a run accepted."""

    run: int
    """The run that found or accepted it."""
    kind: str
    """The kind of that run."""
    time: float
    """When that run began, in seconds since 1970."""
    path: str
    """The name then."""
    status: Status
    """The verdict; `Status.OK` for a file that was again as recorded."""
    moved_to: str | None
    """The new name of a file that has moved."""
    old_digest: str | None
    """The recorded digest of the first algorithm, in lower-case hex."""
    digest: str | None
    """The digest that was found."""
    old_size: int | None
    """The recorded size, in bytes."""
    size: int | None
    """The size that was found."""
    old_mtime: int | None
    """The recorded time, in nanoseconds since 1970."""
    mtime: int | None
    """The time that was found."""
    detail: str
    """An explanation for people; may be empty."""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, the status as its value."""
        return {**self._asdict(), "status": self.status.value}


@named
class Recorded(NamedTuple):
    """What is recorded of a file."""

    path: str
    """The name, relative to the root."""
    size: int
    """In bytes."""
    mtime: int
    """In nanoseconds since 1970."""
    digests: Mapping[str, str]
    """The digests in lower-case hex, by their algorithms."""
    added: Run
    """The run that added it."""
    verified: Run
    """The run that last read it and found it as recorded."""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, the runs as their numbers."""
        return {**self._asdict(), "digests": dict(self.digests), "added": self.added[0], "verified": self.verified[0]}


@named
class History(NamedTuple):
    """What happened to an archive, or to one of its files."""

    runs: tuple[Run, ...]
    """All runs in order; of one file, those in which something happened to it."""
    events: tuple[Event, ...]
    """What happened in them, in order."""
    recorded: Recorded | None
    """What is recorded of the one file; None for the whole archive, or if it is not recorded now."""


@named
class Overview(NamedTuple):
    """The state of an archive as its database has it, and how it came to be."""

    files: int
    """The number of recorded files."""
    bytes: int
    """Their size."""
    verified: Mapping[int, int]
    """The number of files by the run that last read them and found them as recorded."""
    unverified: int
    """The number of files that no run has read since they were recorded or accepted."""
    differences: tuple[Difference, ...]
    """What is not as recorded, as far as the last runs have found."""
    history: History
    """All runs and events."""


for _public in (Difference, Run, RunReport, Event, Recorded, History, Overview):
    _public.__doc__ = FieldDocs(_public.__doc__, __name__)  # type: ignore[assignment]
    _public.__module__ = "checksig.track"  # where users import them from
