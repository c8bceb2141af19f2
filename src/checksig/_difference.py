"""What differs between two checksum lists, or between a list and a directory."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator  # noqa: TC003 - typing.get_type_hints() looks for such names here
from itertools import chain
from typing import NamedTuple

from checksig import _api, _arguments
from checksig._errors import Code, ManifestError
from checksig._job import Start
from checksig._manifests import several
from checksig._renamed import cleaned
from checksig._report import OnProgress, Status, WarningText
from checksig._text import FieldDocs, to_engine
from checksig._types import Manifests, Patterns, StrPaths  # noqa: TC001 - as above

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from checksig._job import CountingJob
    from checksig._report import FileResult

KINDS = ("added", "removed", "changed", "moved", "not_comparable")
"""What can be with a name."""

_BY_STATUS = {
    Status.EXTRA: "added",
    Status.MISSING: "removed",
    Status.MISMATCH: "changed",
    Status.NOT_REGULAR: "changed",
    Status.MOVED: "moved",
    Status.OK: "same",
}
"""What a verdict on the new side by the old list means. Any other one is that they can't be compared."""


def kind_of(status: Status) -> str:
    """Return what a verdict on the new side by the old list means: one of `KINDS`, or ``"same"``."""
    return _BY_STATUS.get(status, "not_comparable")


_REVERSED = {"added": "removed", "removed": "added"}


class Change(NamedTuple):
    """One name that differs, or that can't be compared."""

    path: str
    """The name, relative as in the lists, without ``./``; for ``"moved"`` the old one."""
    kind: str
    """``"added"``, ``"removed"``, ``"changed"``, ``"moved"`` or ``"not_comparable"``."""
    moved_to: str | None = None
    """For ``"moved"``, the new name."""
    moved_with: str | None = None
    """For ``"moved"``, the old name of the directory that was renamed; None if the file moved by itself."""
    algorithm: str | None = None
    """The algorithm of the digests, of which the two sides may have more."""
    old: str | None = None
    """The digest on the old side, in lower-case hex; None if there is none."""
    new: str | None = None
    """The digest on the new side, in lower-case hex; None if there is none."""
    detail: str = ""
    """An explanation for people; may be empty."""


class Difference:
    """What differs between *old* and *new*: it iterates the changes, in the order of the bytes of the names.

    It is true if there is anything, so ``not difference`` says that both have the same names with the same digests.
    A name that can't be compared counts as a change.
    """

    __slots__ = ("changes", "same", "warnings")

    changes: tuple[Change, ...]
    """All changes."""
    same: int
    """The number of names that are the same on both sides."""
    warnings: tuple[WarningText, ...]
    """Warnings, such as one that names were compared by a weak algorithm alone."""

    def __init__(self, changes: Iterable[Change], same: int, warnings: Iterable[WarningText] = ()) -> None:
        self.changes, self.same, self.warnings = tuple(changes), same, tuple(warnings)

    @property
    def added(self) -> tuple[Change, ...]:
        """Names that only the new side has."""
        return self._of("added")

    @property
    def removed(self) -> tuple[Change, ...]:
        """Names that only the old side has."""
        return self._of("removed")

    @property
    def changed(self) -> tuple[Change, ...]:
        """Names that have another digest or size."""
        return self._of("changed")

    @property
    def moved(self) -> tuple[Change, ...]:
        """Names that only the old side has, and whose content has a new name."""
        return self._of("moved")

    @property
    def not_comparable(self) -> tuple[Change, ...]:
        """Names of which both sides have no digest of one algorithm, or whose file can't be read."""
        return self._of("not_comparable")

    def _of(self, kind: str) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.kind == kind)

    @property
    def counts(self) -> dict[str, int]:
        """The number of changes of each kind, and of names that are the ``"same"``."""
        counts = dict.fromkeys(KINDS, 0)
        for change in self.changes:
            counts[change.kind] += 1
        return {**counts, "same": self.same}

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def __eq__(self, other: object) -> bool:
        return self._fields() == other._fields() if isinstance(other, Difference) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._fields())

    def _fields(self) -> tuple[object, ...]:
        return self.changes, self.same, self.warnings

    def __reduce__(self) -> tuple[type[Difference], tuple[object, ...]]:
        return type(self), self._fields()

    def __repr__(self) -> str:
        found = ", ".join(f"{n:,} {kind.replace('_', ' ')}" for kind, n in self.counts.items() if n)
        return f"<{type(self).__name__}: {found or 'nothing'}>"


def diff(
    old: Manifests,
    new: Manifests,
    *,
    exclude: Patterns | None = None,
    one_file_system: bool = False,
    algorithm: str | None = None,
    list_format: str | None = None,
    backslash: bool = False,
    strict: bool = True,
    allow_links_to: StrPaths = (),
    jobs: int | None = None,
    no_cache: bool = False,
    progress: OnProgress | None = None,
    timeout: float | None = None,
) -> Difference:
    """Compare two checksum lists, or a list and a directory, and return the `Difference`.

    Names are compared by all digests that both sides have of one algorithm, and by their sizes. A name that both have
    without such an algorithm can't be compared, and is a change of the kind ``"not_comparable"``. A file that only the
    new side has is ``"moved"`` if one that only the old side has has the same content; an empty file, and one with no
    digest longer than 8 bytes, such as a CRC-32, only if the last parts of both names are equal too.

    :param old, new: each a list in one of the forms that :func:`checksig.verify` takes; or one of them the path of a
        directory, whose files are read once.
    :param exclude: patterns for names to leave out, as for :func:`checksig.verify`.
    :param algorithm, list_format, backslash: how lists are read, as for :func:`checksig.verify`.
    :param strict: whether a line that can't be read as an entry is an error; if false, it is left out.
    :param one_file_system, allow_links_to, jobs, no_cache, progress, timeout: with a directory, as for
        :func:`checksig.verify`.
    :raises ManifestError: a list can't be read, has no entry, or has a malformed line.
    :raises ValueError: both sides are directories, or another argument is invalid.
    :raises JobTimeout, EngineError, TypeError: as :func:`checksig.verify`.
    """
    comparison = comparing(
        old,
        new,
        exclude=exclude,
        one_file_system=one_file_system,
        algorithm=algorithm,
        list_format=list_format,
        backslash=backslash,
        strict=strict,
        allow_links_to=allow_links_to,
        jobs=jobs,
        no_cache=no_cache,
        progress=progress,
        timeout=timeout,
    )
    job = comparison.start.counting()
    try:
        changes = list(chain.from_iterable(comparison.changes(job, _refuse)))
        return Difference(changes, *comparison.outcome(job))
    finally:
        job.close()


def _refuse(malformed: FileResult) -> None:
    if malformed.fails:
        raise ManifestError(malformed.manifest or "", malformed.line or 0, malformed.detail, Code.MALFORMED)


def comparing(
    old: Manifests,
    new: Manifests,
    *,
    algorithm: str | None = None,
    list_format: str | None = None,
    backslash: bool = False,
    strict: bool = True,
    exclude: Patterns | None = None,
    progress: OnProgress | None = None,
    timeout: float | None = None,
    **of_tree: Any,  # noqa: ANN401 - verification() checks them
) -> Comparison:
    """Return what compares two sides."""
    reading = {"algorithm": algorithm, "list_format": list_format, "backslash": backslash, "strict": strict}
    trees = [_is_directory(side) for side in (old, new)]
    if all(trees):
        msg = "old and new are both directories; write a list of one of them first, with create"
        raise ValueError(msg)
    if any(trees):
        tree, given = (old, new) if trees[0] else (new, old)
        start = _api.verification(
            tree,  # type: ignore[arg-type]  # a path
            None,
            exclude=exclude,
            extra=True,
            moved=True,
            progress=progress,
            timeout=timeout,
            **reading,  # type: ignore[arg-type]  # mypy takes them for one type
            **of_tree,
        )
        start.request["manifests"] = [_side("old" if trees[1] else "new", given)]
        start.request["directory"] = _arguments.directory(".", None)
        return TreeComparison(start, reverse=trees[0])
    _api.verification(**of_tree)  # checks them, although they mean nothing here
    request = {
        "job": "diff",
        "manifests": [_side("old", old), _side("new", new)],
        "directory": _arguments.directory(".", None),
        "exclude": _arguments.exclusions(exclude),
        "algorithm": _arguments.algorithm(algorithm),
        "list_format": _arguments.list_format(list_format),
        "backslash": _arguments.flag("backslash", backslash),
        "strict": _arguments.flag("strict", strict),
    }
    return Comparison(Start(request, progress, timeout))


def _is_directory(side: object) -> bool:
    return isinstance(side, (str, bytes, os.PathLike)) and os.path.isdir(side)


def _side(name: str, given: Any) -> str | dict[str, Any]:  # noqa: ANN401 - it is checked
    """Return the one list that a side is."""
    if isinstance(given, (str, bytes, os.PathLike)):
        return _arguments.path(name, given)
    try:
        lists = several(given)
    except (TypeError, ValueError) as e:
        raise type(e)(str(e).replace("manifest", name, 1)) from None
    if not lists:
        msg = f"{name} is empty"
        raise ValueError(msg)
    if len(lists) != 1:
        _arguments.refuse(name, "one list", given)
    return lists[0]


class Comparison:
    """A comparison of two lists. The engine delivers the changes in their order."""

    def __init__(self, start: Start) -> None:
        self.start = start

    def changes(self, job: CountingJob, malformed: Callable[[FileResult], object]) -> Iterator[list[Change]]:
        """Yield changes as they come, in lists. *malformed* gets the verdicts on lines that can't be read."""
        for batch in job.batches():
            changes = []
            for result in batch:
                if result.status is Status.MALFORMED:
                    malformed(result)
                else:
                    changes.append(_change(result))
            if changes:
                yield changes

    def outcome(self, job: CountingJob) -> tuple[int, tuple[WarningText, ...]]:
        """Return the number of names that are the same, and warnings, when the job has ended."""
        report = job.report()
        return report.counts[Status.OK], report.warnings


class TreeComparison(Comparison):
    """A comparison of a list with a directory, by a verification. *reverse*: the list is the new side."""

    def __init__(self, start: Start, *, reverse: bool) -> None:
        super().__init__(start)
        self._reverse = reverse

    def changes(self, job: CountingJob, malformed: Callable[[FileResult], object]) -> Iterator[list[Change]]:
        """Yield all changes in the order of their names."""
        found: dict[str, Change] = {}
        for change in chain.from_iterable(super().changes(job, malformed)):
            one = _reversed(change) if self._reverse else change._replace(path=cleaned(change.path))
            if one.path not in found or found[one.path].kind == "not_comparable":  # several entries may name a file
                found[one.path] = one
        if found:
            yield [found[path] for path in sorted(found, key=_bytes)]

    def outcome(self, job: CountingJob) -> tuple[int, tuple[WarningText, ...]]:
        """Return the number of names that are the same, and warnings."""
        report, tally = job.report(), job.tally()
        warnings = tuple(w for w in report.warnings if w.code != "nothing_verified")
        return tally.files - tally.failed, warnings


def _bytes(name: str) -> bytes:
    return to_engine(name).encode("utf-8", "surrogateescape")


def _change(result: FileResult) -> Change:
    kind = kind_of(result.status)
    detail = result.detail if kind in {"changed", "not_comparable"} else ""
    if kind == "not_comparable" and result.status is not Status.UNSUPPORTED:
        detail = f"{result.status.phrase}: {detail}" if detail else result.status.phrase
    digests = (result.algorithm, result.expected, result.actual)
    return Change(result.path, kind, result.moved_to, result.moved_with, *digests, detail)


def _reversed(change: Change) -> Change:
    """Return a change as it is the other way round. Whether the other directory is gone is not known."""
    kind = _REVERSED.get(change.kind, change.kind)
    path, moved_to = cleaned(change.path), None
    if change.moved_to is not None:
        path, moved_to = change.moved_to, path
    return change._replace(path=path, kind=kind, moved_to=moved_to, moved_with=None, old=change.new, new=change.old)


for _public in (Change, Difference):
    _public.__doc__ = FieldDocs(_public.__doc__, __name__)  # type: ignore[assignment]
    _public.__module__ = "checksig"  # where users import them from
