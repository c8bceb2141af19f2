"""What a run says: the verdict on each file, how far it is, and the whole."""

from __future__ import annotations

import enum
from types import SimpleNamespace
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn


class Status(enum.Enum):
    """The verdict on one entry of a list, or on one file that no list names."""

    OK = "ok"
    """The whole file was read, held still meanwhile, and has the expected digest."""
    MISMATCH = "mismatch"
    """The digest is another."""
    MISSING = "missing"
    """Nothing is there by that name."""
    UNREADABLE = "unreadable"
    """Opening or reading failed."""
    NOT_REGULAR = "not_regular"
    """It is a folder, FIFO, socket or device; it was not read."""
    OUTSIDE_ROOT = "outside_root"
    """The name, or a symbolic link on its way, leads outside the root; it was not read."""
    CHANGED = "changed"
    """Its size or time moved while it was read."""
    MALFORMED = "malformed"
    """The list's line can't be read as an entry; or no line is one, while other lists have entries."""
    EXTRA = "extra"
    """It is on disk beneath the root, and no list names it."""

    @property
    def phrase(self) -> str:
        """The status in words, such as ``outside root``."""
        return self.value.replace("_", " ")


class FileResult(NamedTuple):
    """The verdict on one entry of a list, or on one file that no list names."""

    path: str
    """The name as in the list (bytes that are not UTF-8 by surrogateescape, PEP 383).

    Empty for `Status.MALFORMED`, relative to the root for `Status.EXTRA`.
    """
    status: Status
    algorithm: str | None
    """The digest algorithm, such as ``"sha256"``; None for a malformed line or an extra file."""
    expected: str | None
    """The digest in the list, in lower-case hex."""
    actual: str | None
    """The digest of the file, in lower-case hex; None where none was computed."""
    size: int | None
    """The file's size in bytes; None where it is not known."""
    manifest: str | None
    """The path of the list; None for an extra file."""
    line: int | None
    """The line in the list, counted from 1; None for an extra file, and for a list without an entry."""
    detail: str
    """Why, in words; may be empty."""


class Progress(NamedTuple):
    """How far a job has come."""

    files: int
    """Files done."""
    bytes: int
    """Bytes read."""
    total_files: int
    """Files to do; 0 until it is known."""
    total_bytes: int
    """Bytes to read, as the files' sizes have it; 0 until it is known."""


class Report(SimpleNamespace):  # and no dataclass, whose import takes longer than many a run
    """What a whole run found. It is true where every listed file was verified. It doesn't change."""

    root: str
    """The folder that names are relative to, as it was given."""
    ok: bool
    """Every listed file was verified, and at least one was."""
    counts: Mapping[Status, int]
    """How often each status was given; every status is there."""
    results: tuple[FileResult, ...]
    """The verdicts in the order of the lists: those that are not good, or with ``keep="all"`` all."""
    failures: tuple[FileResult, ...]
    """Those of `results` that fail the run."""
    files: int
    """Entries of lists that were judged."""
    bytes: int
    """Bytes read."""
    elapsed: float
    """Seconds the run took."""
    warnings: tuple[str, ...]
    """What does not fail the run and should be known, such as the use of a weak algorithm."""

    def __bool__(self) -> bool:
        return self.ok

    def __setattr__(self, name: str, _value: object) -> NoReturn:
        msg = f"can't set {name}: a report doesn't change"
        raise AttributeError(msg)

    def __delattr__(self, name: str) -> NoReturn:
        msg = f"can't delete {name}: a report doesn't change"
        raise AttributeError(msg)

    def raise_for_failures(self) -> None:
        """Raise `VerificationError` unless `ok`."""
        if not self.ok:
            from checksig._errors import VerificationError

            raise VerificationError(self)
