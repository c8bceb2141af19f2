"""What a job found: verdicts, progress, and the report on the whole."""

import enum
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType

from checksig._errors import ChecksigError, Code
from checksig._named import NamedTuple, named
from checksig._text import FieldDocs, amount, double_quoted, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import dataclass
    from typing import Any, NoReturn

    from checksig._signer import Signer
else:
    Any, NoReturn, Signer = object, None, tuple  # what typing.get_type_hints() finds: to import typing takes long

    def dataclass(**_: bool) -> Callable[[type], type]:
        """Let type checkers alone see a dataclass: to make a real one takes longer than many a run."""
        return lambda kind: kind


class Status(str, enum.Enum):
    """The verdict. A member is a `str`, equal to its value, which it prints.

    - OK: the file was read completely, did not change meanwhile, and has the expected digest.
    - MISMATCH: the file has a different digest.
    - MISSING: nothing exists by this name.
    - UNREADABLE: the file can't be opened or read.
    - NOT_REGULAR: the name is that of a directory, FIFO, socket or device; it was not read.
    - OUTSIDE_ROOT: the name, or a symbolic link in it, leads outside the root; it was not read.
    - CHANGED: the file's size or modification time changed while it was read.
    - MALFORMED: the line can't be read as an entry, or the list has no entries while other lists have some.
    - EXTRA: the file is beneath the root, and no list names it.
    - NOT_LISTED: no list has an entry for what was asked for; or a manifest of a bag lacks a file that it must list.
    - UNSUPPORTED: the entry's digest is of an algorithm that is not supported; the file was not read.
    - MOVED: nothing exists by this name, but a file that is not listed, or not recorded, has its content.
    - ADDED: the file is new in a list that was updated, or in an archive.
    - MODIFIED: the file has a different digest, which was accepted when the list was updated; or in an archive, its
      digest differs, and so does its size or its time.
    - ROTTEN: in an archive, the file's digest differs, and neither its size nor its time does.
    """

    OK = "ok"
    MISMATCH = "mismatch"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    NOT_REGULAR = "not_regular"
    OUTSIDE_ROOT = "outside_root"
    CHANGED = "changed"
    MALFORMED = "malformed"
    EXTRA = "extra"
    NOT_LISTED = "not_listed"
    UNSUPPORTED = "unsupported"
    MOVED = "moved"
    ADDED = "added"
    MODIFIED = "modified"
    ROTTEN = "rotten"

    def __str__(self) -> str:
        return self.value

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)

    @property
    def phrase(self) -> str:
        """The status in words, such as ``outside root``."""
        return self.value.replace("_", " ")


@named
class FileResult(NamedTuple):
    """One verdict.

    It is on an entry of a list, on a line or a list that can't be read as such, or on a file that no list names.
    """

    path: str
    """The name as in the list; relative to the root for `Status.EXTRA`; empty for `Status.MALFORMED`.

    Bytes that are not UTF-8 are surrogate escapes (PEP 383).
    """
    status: Status
    """The verdict."""
    fails: bool
    """Whether this verdict fails the run."""
    algorithm: str | None
    """The digest algorithm, such as ``"sha256"``; None for `Status.MALFORMED` and `Status.EXTRA`."""
    expected: str | None
    """The digest in the list, in lower-case hex; None for `Status.MALFORMED` and `Status.EXTRA`."""
    actual: str | None
    """The digest of the file, in lower-case hex; None if none was computed."""
    size: int | None
    """The size of the file in bytes; None if unknown."""
    manifest: str | None
    """The path of the list; None for `Status.EXTRA`."""
    line: int | None
    """The line number in the list, counted from 1; None for `Status.EXTRA`, and for a list without entries."""
    detail: str
    """An explanation for people; may be empty."""
    moved_to: str | None = None
    """For `Status.MOVED`, the name that the file has now, relative to the root, which `size` and `actual` are about."""
    moved_with: str | None = None
    """For `Status.MOVED`, the old name of the directory that was renamed; None if the file moved by itself."""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, the status as its value: what the JSON output has.

        `moved_to` and `moved_with` are there for `Status.MOVED` alone.
        """
        fields = {**self._asdict(), "status": self.status.value}
        if self.moved_to is None:
            del fields["moved_to"], fields["moved_with"]
        return fields


@named
class Progress(NamedTuple):
    """How far a job has come."""

    files: int
    """Files done."""
    bytes: int
    """Bytes read."""
    total_files: int
    """Files to do; 0 until known."""
    total_bytes: int
    """Bytes to read, by the sizes of the files; 0 until known."""


class WarningText(str):
    """A warning that does not fail the run, for people, with a code for programs."""

    __slots__ = ("code",)

    code: str
    """A stable name of what it is about, such as ``"weak_digest"``; docs/json.md lists all."""

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
    """The result of a whole job. It is true if `ok` is true, and iterates `results`.

    It can't be changed; it can be compared and pickled.
    """

    __slots__ = (
        "bag",
        "bytes",
        "counts",
        "elapsed",
        "failures",
        "files",
        "ok",
        "results",
        "root",
        "signers",
        "warnings",
    )

    root: str
    """The directory that names are relative to, as given."""
    ok: bool
    """Whether every listed file was verified, and at least one was."""
    counts: Mapping[Status, int]
    """The number of verdicts with each status; every status is present. It can't be changed."""
    results: tuple[FileResult, ...]
    """The verdicts that *keep* selects, in the order of the lists, or as they were found if *ordered* is false."""
    failures: tuple[FileResult, ...]
    """Those of `results` that fail the run."""
    files: int
    """The number of list entries that got a verdict; malformed lines and extra files are not counted."""
    bytes: int
    """The number of bytes read."""
    elapsed: float
    """The duration of the job, in seconds."""
    warnings: tuple[WarningText, ...]
    """Warnings that do not fail the run, such as one of a weak algorithm."""
    bag: str | None
    """The version of BagIt, such as ``"1.0"``, if the root was verified as a bag; otherwise None."""
    signers: tuple[Signer, ...]
    """Who signed the lists, by signatures that were verified; empty if none was asked for."""

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
        bag: str | None = None,
        signers: tuple[Signer, ...] = (),
    ) -> None:
        given = {**locals(), "counts": MappingProxyType(dict(counts))}
        for name in Report.__slots__:
            object.__setattr__(self, name, given[name])

    def __bool__(self) -> bool:
        return self.ok

    def __iter__(self) -> Iterator[FileResult]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __repr__(self) -> str:
        found = ", ".join(f"{n:,} {status.phrase}" for status, n in self.counts.items() if n)
        outcome = "OK" if self.ok else "FAILED"
        return f"<{type(self).__name__} {outcome}: {found or 'nothing'}; {amount(self.bytes)} in {self.elapsed:.3g} s>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the first of the failures, or of all results if nothing fails."""
        from checksig._html import table

        shown = self.failures or self.results
        rows = [(r.status.phrase, r.path, r.manifest or "", str(r.line or ""), r.detail) for r in shown[:_ROWS]]
        return table(repr(self), ("status", "path", "list", "line", "detail"), rows, len(shown) - len(rows))

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, as values that JSON has; `failures` are those of `results` that fail."""
        return {
            **{name: getattr(self, name) for name in ("root", "bag", "ok", "files", "bytes", "elapsed")},
            "counts": {status.value: n for status, n in self.counts.items()},
            "signers": [signer.as_dict() for signer in self.signers],
            "results": [result.as_dict() for result in self.results],
            "warnings": [{"code": warning.code, "message": str(warning)} for warning in self.warnings],
        }

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
        """Raise `VerificationError` if `ok` is false, and otherwise do nothing."""
        if not self.ok:
            raise VerificationError(self)


_ROWS = 20
"""How many results a notebook shows."""

_LINES = 100
"""How many failures the text of an error names."""


class VerificationError(ChecksigError, ValueError):
    """Files are not as listed, or can't be read: the text has one line per failing file, for the first 100.

    *report* is the whole `Report`.
    """

    code = Code.NOT_VERIFIED

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        failures = self.report.failures
        lines = [_line(self.report.root, result) for result in failures[:_LINES]]
        if len(failures) > _LINES:
            lines.append(f"and {len(failures) - _LINES:,} more")
        return "\n".join(lines) or "; ".join(self.report.warnings) or "not verified"


def _line(root: str, result: FileResult) -> str:
    if result.status is not Status.MALFORMED:
        to = f" to {double_quoted(result.moved_to)}" if result.moved_to else ""
        return f"{double_quoted(os.path.join(root, result.path))} - {result.status.phrase}{to}"
    where = double_quoted(result.manifest or "")
    if result.line is None:
        return f"{where} - {plain(result.detail)}"
    return f"{where} - malformed line {result.line}: {plain(result.detail)}"


for _fielded in (FileResult, Progress, WarningText, Report):
    _fielded.__doc__ = FieldDocs(_fielded.__doc__, __name__)  # type: ignore[assignment]
for _public in (Status, FileResult, Progress, WarningText, Report, VerificationError):
    _public.__module__ = "checksig"  # where users import them from
