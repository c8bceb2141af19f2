"""Cutting lists into spans, which are verified by themselves: by several processes, or on many machines."""

from __future__ import annotations

import builtins
import os
from collections.abc import Sequence

from checksig import _arguments
from checksig._errors import Code, ManifestError
from checksig._job import MAYBE_FOR_READERS, Job
from checksig._manifests import several
from checksig._named import NamedTuple, named
from checksig._readers._request import forced, otherwise
from checksig._report import WarningText  # noqa: TC001
from checksig._span import Span
from checksig._text import FieldDocs, name_of
from checksig._types import Manifests, StrPath  # noqa: TC001 - typing.get_type_hints() looks for such names here
from checksig._words import FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, NoReturn, overload

BYTES = 64 << 30
"""Bytes in the files of a span, at most."""

FILES = 50_000
"""Files of a span, at most."""


@named
class PlannedList(NamedTuple):
    """A list that was cut."""

    path: str
    digest: str
    size: int
    entries: int
    unsupported: int


@named
class Planned(NamedTuple):
    """A plan, of each span the number of the part that it belongs to, and the lists."""

    plan: Plan
    parts: Sequence[int]
    lists: Sequence[PlannedList]


class Plan(Sequence[Span]):
    """The spans of some lists, in the order of the lists. It can't be changed; it can be pickled."""

    __slots__ = ("root", "spans", "unsupported", "warnings")

    root: str
    """The directory that names are relative to."""
    spans: tuple[Span, ...]
    """What the sequence has."""
    unsupported: int
    """The number of entries of algorithms that are not supported, which spans have besides."""
    warnings: tuple[WarningText, ...]
    """What there is to say of the lists, such as of a file that is named like one and is none."""

    def __init__(
        self, root: str, spans: tuple[Span, ...], unsupported: int = 0, warnings: tuple[WarningText, ...] = ()
    ) -> None:
        self.root, self.spans, self.unsupported, self.warnings = root, spans, unsupported, warnings

    @property
    def entries(self) -> int:
        """The number of entries of all spans."""
        return sum(span.entries for span in self.spans)

    @property
    def bytes(self) -> int | None:
        """The size of all files; None if the lists do not give it for each of them."""
        sizes = [span.bytes for span in self.spans]
        return None if None in sizes else sum(filter(None, sizes))

    def __len__(self) -> int:
        return len(self.spans)

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, which: int) -> Span: ...
        @overload
        def __getitem__(self, which: slice) -> tuple[Span, ...]: ...

    def __getitem__(self, which: int | slice) -> Span | tuple[Span, ...]:
        return self.spans[which]

    def __iter__(self) -> Iterator[Span]:
        return iter(self.spans)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.entries:,} entries in {len(self.spans):,} spans>"


def plan(
    root: StrPath = ".",
    manifest: Manifests | None = None,
    *,
    bytes: int = BYTES,  # noqa: A002 - as the field of a span
    files: int = FILES,
    algorithm: str | None = None,
    list_format: str | None = None,
    backslash: bool = False,
    timeout: float | None = None,
) -> Plan:
    """Cut checksum lists into spans, to be verified one by one: by several processes, or on many machines.

    Only the lists are read, from start to end, and none is kept in memory. A list whose lines depend on each other,
    such as one of mtree, is kept while it is cut, and read as a whole for each of its spans.

    ::

        plan = checksig.plan("/data")
        with concurrent.futures.ProcessPoolExecutor() as pool:
            reports = list(pool.map(partial(checksig.verify, "/data"), plan))

    :param root, manifest: as for :func:`verify`; each list is a file, and neither a bag nor a document in JSON or XML.
    :param bytes: how many bytes the files of a span have at most, where the list gives their sizes. One file may be
        larger.
    :param files: how many files a span has at most.
    :param algorithm, list_format, backslash, timeout: as for :func:`verify`.
    :raises ManifestError: as :func:`verify`; or a list can't be cut.
    :raises JobTimeout, EngineError, ValueError, TypeError: as :func:`verify`.
    """
    measure = {"span_bytes": _positive("bytes", bytes), "span_files": _positive("files", files)}
    return _planned(root, manifest, algorithm, list_format, backslash, timeout, measure).plan


def parts(
    number: int,
    root: StrPath,
    manifest: Manifests | None,
    *,
    algorithm: str | None = None,
    list_format: str | None = None,
    backslash: bool = False,
    timeout: float | None = None,
) -> tuple[list[Plan], Sequence[PlannedList]]:
    """Cut lists into a *number* of parts of about one weight, some of which may be empty.

    Returns a plan of each part, and the lists. The weight of a file is its size if all lists give the sizes, and
    otherwise the same for all. Whoever does this with the same lists gets the same parts.
    """
    whole, of, lists = _planned(
        root, manifest, algorithm, list_format, backslash, timeout, {"parts": _positive("parts", number)}
    )
    found: list[list[Span]] = [[] for _ in range(number)]
    for span, part in zip(whole, of, strict=True):
        found[part].append(span)
    return [Plan(whole.root, tuple(spans), 0, whole.warnings) for spans in found], lists


def _planned(  # noqa: PLR0917 - the arguments of the above
    root: StrPath,
    manifest: Manifests | None,
    algorithm: str | None,
    list_format: str | None,
    backslash: bool,  # noqa: FBT001
    timeout: float | None,
    measure: dict[str, Any],
) -> Planned:
    top = _arguments.path("root", root)
    request = {
        "job": "plan",
        "root": top,
        "manifests": None if manifest is None else _files(manifest),
        "directory": _arguments.directory(top, manifest),
        "algorithm": _arguments.algorithm(algorithm),
        "list_format": _arguments.list_format(list_format),
        "backslash": _arguments.flag("backslash", backslash),
        **measure,
    }
    job = PlanJob(request, **_arguments.waiting(None, timeout))
    try:
        return job.plan()
    finally:
        job.close()


def _files(manifest: Manifests) -> list[str | dict[str, Any]]:
    given = several([manifest] if isinstance(manifest, (str, builtins.bytes, os.PathLike)) else manifest, or_spans=True)
    if not all(isinstance(one, str) for one in given):
        msg = "manifest must be paths: only a list in a file can be cut into spans"
        raise ValueError(msg)
    return given


def _positive(name: str, given: object) -> int:
    number = _arguments.integer(name, "an int", given)
    if not 1 <= number < 1 << 63:
        msg = f"{name} is {number}, but must be 1 or more" if number < 1 else f"{name} is out of range"
        raise ValueError(msg)
    return number


class PlanJob(Job):
    """A job that cuts lists."""

    def __init__(self, request: dict[str, Any], **waiting: Any) -> None:  # noqa: ANN401 - as those of a job
        self._reading = (request["algorithm"], request["list_format"], request["backslash"])
        self._from = request["directory"]
        if request["list_format"] not in {"", *FORMATS}:
            forced(request)  # which says if there is no such format, or no such list
            self._refuse_document(request["manifests"][0] if request["manifests"] else request["root"])
        super().__init__(request, **waiting)

    def plan(self) -> Planned:
        """Wait for the end, and return what was planned."""
        report = self.report()
        spans: list[Span] = []
        parts: list[int] = []
        lists: list[PlannedList] = []
        for path, size, digest, unsupported, cut in (self._summary or {})["plan"]:
            made = [self._span(path, size, digest, of) for of in cut]
            spans += made
            parts += [of[-1] for of in cut]
            entries = sum(span.entries for span in made)
            lists.append(PlannedList(name_of(path), f"sha256:{digest}", size, entries, unsupported))
        plan = Plan(report.root, tuple(spans), sum(one.unsupported for one in lists), report.warnings)
        return Planned(plan, parts, lists)

    def _span(self, path: str, size: int, digest: str, of: list[Any]) -> Span:
        line_format, head, start, end, line, last, own, entries, known, least, most, _ = of
        algorithm, list_format, backslash = self._reading
        return Span(
            manifest=name_of(path),
            line=line,
            entries=entries,
            bytes=known,
            start=start,
            end=end,
            digest=f"sha256:{own}",
            least=least and name_of(least),
            most=most and name_of(most),
            list_size=size,
            list_digest=f"sha256:{digest}",
            head=head,
            line_format=line_format,
            last_line=last or None,
            directory=name_of(self._from),
            algorithm=algorithm,
            list_format=list_format,
            backslash=backslash,
        )

    def _begins_again(self, summary: dict[str, Any]) -> bool:
        """Say what to do about a list that a reader knows."""
        error = summary["error"]
        asked = {**(self._request or {}), "job": "verify"}
        if error["code"] in MAYBE_FOR_READERS and otherwise(asked, error["path"])[0] is not None:
            self._refuse_document(error["path"])
        return False

    def _refuse_document(self, path: str) -> NoReturn:
        reason = 'a document can\'t be cut into spans; write it as a list with "checksig list --to coreutils" first'
        raise ManifestError(name_of(path), 0, reason, Code.NOT_CUT)


Plan.__doc__ = FieldDocs(Plan.__doc__, __name__)  # type: ignore[assignment]
Plan.__module__ = "checksig"  # where users import it from
