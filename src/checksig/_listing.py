"""Reading a checksum list, without the files that it names."""

from __future__ import annotations

from itertools import chain, groupby
from operator import attrgetter

from checksig import _arguments
from checksig._entry import Entry
from checksig._errors import Code, ManifestError
from checksig._job import Start
from checksig._manifests import several
from checksig._report import Status
from checksig._types import ListContent, ListFile, Readable, StrPath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._report import FileResult


def read_list(
    path: StrPath | Readable,
    *,
    algorithm: str | None = None,
    list_format: str | None = None,
    backslash: bool = False,
    strict: bool = True,
) -> list[Entry]:
    """Read a checksum list, and return its entries in their order. No file that it names is looked at.

    The *digests* of each `Entry` are a mapping of algorithms to lower-case hex.

    :param path: the path of the list, or an open file.
    :param algorithm, list_format, backslash: as for :func:`checksig.verify`.
    :param strict: whether a line that can't be read as an entry is an error; if false, it is left out. An entry
        of an algorithm that is not supported always is an error.
    :raises ManifestError: the list can't be read, has no entry, or has a malformed line.
    :raises EngineError, ValueError, TypeError: as :func:`checksig.verify`.
    """
    start = reading(path, algorithm=algorithm, list_format=list_format, backslash=backslash, strict=strict)
    job = start.counting()
    try:
        return list(_entries(chain.from_iterable(job.batches())))
    finally:
        job.close()


def reading(
    path: StrPath | Readable | ListContent | ListFile,
    *,
    algorithm: str | None = None,
    list_format: str | None = None,
    backslash: bool = False,
    strict: bool = True,
) -> Start:
    """Return what starts a job that reads a list. It has a result for each digest of an entry, one after another."""
    is_content = hasattr(path, "read") or isinstance(path, (ListContent, ListFile))
    request = {
        "job": "read",
        "manifests": several(path) if is_content else [_arguments.path("path", path)],
        "directory": _arguments.directory(".", None),
        "algorithm": _arguments.algorithm(algorithm),
        "list_format": _arguments.list_format(list_format),
        "backslash": _arguments.flag("backslash", backslash),
        "strict": _arguments.flag("strict", strict),
    }
    return Start(request, None, None)


def conversion(start: Start, to: str, output: StrPath, *, force: bool = False) -> Start:
    """Return what starts a job that writes the list of `reading` in another format, whole or not at all."""
    request = {**start.request, "job": "convert", "to": to, "output": _arguments.path("output", output)}
    return Start({**request, "force": bool(force)}, None, None)


_LINE = attrgetter("line", "path")


def _entries(results: Iterable[FileResult]) -> Iterator[Entry]:
    """Put the digests of each entry together, which have its line."""
    for (_, path), digests in groupby(results, _LINE):
        found: dict[str, str] = {}
        size = None
        for one in digests:
            if one.fails:
                unsupported = one.status is Status.UNSUPPORTED
                code = "unsupported_algorithm" if unsupported else Code.MALFORMED
                raise ManifestError(one.manifest or "", one.line or 0, one.detail, code)
            if one.status is Status.OK:
                found[one.algorithm or ""] = one.expected or ""
                size = one.size
        if found:
            yield Entry(path, found, size)
