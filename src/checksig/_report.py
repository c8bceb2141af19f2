"""What a run says: the verdict on each file, how far it is, and the whole."""

import enum
import os
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn

from checksig._errors import ChecksigError, Code
from checksig._text import double_quoted, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(**_: bool) -> Callable[[type], type]:
        """Let type checkers alone see a dataclass: to make a real one takes longer than many a run."""
        return lambda kind: kind


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
    """It is a directory, FIFO, socket or device; it was not read."""
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
    fails: bool
    """Whether this verdict fails the run: false for `Status.OK`, and for what the options forgive."""
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
    """The line in the list, counted from 1; None for an extra file, and for a list without entries."""
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


class WarningText(str):
    """What does not fail a run and should be known, in words, with a code for programs."""

    __slots__ = ("code",)

    code: str
    """What it is about: docs/json.md lists all. It stays the same when the words change."""

    def __new__(cls, text: str, code: str) -> "WarningText":
        self = super().__new__(cls, text)
        self.code = code
        return self

    def __reduce__(self) -> "tuple[type[WarningText], tuple[str, str]]":
        return type(self), (str(self), self.code)


OnProgress = Callable[[Progress], object]
"""Is called with how far a job has come."""


@dataclass(frozen=True, eq=False, repr=False)
class Report:
    """What a whole run found. It is true where every listed file was verified. It doesn't change."""

    __slots__ = ("bytes", "counts", "elapsed", "failures", "files", "ok", "results", "root", "warnings")

    root: str
    """The directory that names are relative to, as it was given."""
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
    warnings: tuple[WarningText, ...]
    """What does not fail the run and should be known, such as the use of a weak algorithm."""

    def __init__(
        self,
        *,
        root: str,
        ok: bool,
        counts: Mapping[Status, int],
        results: tuple[FileResult, ...],
        failures: tuple[FileResult, ...],
        files: int,
        bytes: int,  # noqa: A002 - the field's name
        elapsed: float,
        warnings: tuple[WarningText, ...],
    ) -> None:
        given = {**locals(), "counts": MappingProxyType(dict(counts))}
        for name in Report.__slots__:
            object.__setattr__(self, name, given[name])

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self._fields().items())
        return f"{type(self).__name__}({fields})"

    def __eq__(self, other: object) -> bool:
        return self._fields() == other._fields() if isinstance(other, Report) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> "tuple[Callable[[], Report], tuple[()]]":
        return partial(type(self), **self._fields()), ()

    def __setattr__(self, name: str, _value: NoReturn) -> NoReturn:
        msg = f"can't set {name}: a report doesn't change"
        raise AttributeError(msg)

    def __delattr__(self, name: str) -> NoReturn:
        msg = f"can't delete {name}: a report doesn't change"
        raise AttributeError(msg)

    def _fields(self) -> dict[str, Any]:
        fields = {name: getattr(self, name) for name in Report.__annotations__}
        return {**fields, "counts": dict(self.counts)}

    def raise_for_failures(self) -> None:
        """Raise `VerificationError` unless `ok`."""
        if not self.ok:
            raise VerificationError(self)


class VerificationError(ChecksigError, ValueError):
    """Files are not as their lists describe them: the text has one line for each.

    *report* is the whole `Report`.
    """

    code = Code.NOT_VERIFIED

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        lines = [_line(self.report.root, result) for result in self.report.failures]
        return "\n".join(lines) or "; ".join(self.report.warnings) or "not verified"


def _line(root: str, result: FileResult) -> str:
    if result.status is not Status.MALFORMED:
        return f"{double_quoted(os.path.join(root, result.path))} - {result.status.phrase}"
    where = double_quoted(result.manifest or "")
    if result.line is None:
        return f"{where} - {plain(result.detail)}"
    return f"{where} - malformed line {result.line}: {plain(result.detail)}"


for _public in (Status, FileResult, Progress, WarningText, Report, VerificationError):
    _public.__module__ = "checksig"  # where users import them from
