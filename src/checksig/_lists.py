"""Where checksum lists are: what the command line asks before it verifies."""

from __future__ import annotations

import os

from checksig import _arguments
from checksig._errors import JobTimeout, ManifestError
from checksig._job import Start
from checksig._manifests import several
from checksig._report import Status
from checksig._types import ListContent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from checksig._report import FileResult, Report


BY_CONTENT = "content"
"""A file is a list only by an entry near its start, or as a document that a reader knows."""

BY_NAME_ALONE = ("name without entry", _NO_DIGEST := "name without digest")
"""A file is called like a list, but no entry is near its start, or nothing like a digest."""

BY_DAMAGE = "damaged document"
"""A file seems to be a document that a reader knows, but is damaged."""

_BAG = "bag"
"""A file declares that its directory is a bag."""

_PATIENCE = 1.0
"""Seconds for a look at the lists that may name a file."""


def called_like_lists(paths: Sequence[str]) -> list[str]:
    """Return those of *paths* that are called like checksum lists, maybe with their signature. None is opened."""
    files = [_arguments.path("path", path) for path in paths]
    request = {"job": "recognise", "root": os.curdir, "directory": _here(), "files": files, "name_alone": True}
    return [path for path, result in zip(paths, _report(request), strict=True) if not result.fails]


def recognised(paths: Sequence[str]) -> dict[str, str]:
    """Return those of *paths* that are checksum lists, and how each shows it: one of the above, or "name"."""
    files = [_arguments.path("path", path) for path in paths]
    report = _report({"job": "recognise", "root": os.curdir, "directory": _here(), "files": files})
    results = zip(paths, report, strict=True)
    found = ((path, _by_reader(path) if result.fails else result.detail) for path, result in results)
    return {path: by for path, by in found if by}


def _by_reader(path: str) -> str:
    from checksig._readers._start import may_be_document

    if may_be_document(path):
        from checksig._readers._request import is_list

        return {True: BY_CONTENT, None: BY_DAMAGE, False: ""}[is_list(path)]
    return ""


def is_listed(path: str, directory: str | None = None) -> bool:
    """Say whether a list in *directory*, by default beside the file *path*, has an entry for it."""
    return _error(path, _PATIENCE, directory, files=[_arguments.path("path", path)]) is None


def unlisted(files: Sequence[str], directory: str) -> list[str]:
    """Return those of *files*, which don't exist, that no list in *directory* names; none if that takes too long."""
    asked = [_arguments.path("path", file) for file in files]
    request = {"job": "verify", "root": directory, "directory": _here(), "keep": "failures", "files": asked}
    try:
        report = _report(request, _PATIENCE)
    except ManifestError:
        return list(files)
    except JobTimeout:
        return []
    found = {result.path for result in report.failures if result.status is Status.NOT_LISTED}
    return [file for file in files if file in found]


def why_not(path: str, timeout: float) -> str:
    """Return why a file is not a checksum list."""
    error = _error(path, timeout, manifests=[_arguments.path("path", path)])
    if error is None:
        return "it has no entry near its start"
    return f"line {error.line}: {error.reason}" if error.line else error.reason


def is_none(path: str, start: bytes) -> bool:
    """Say whether a text that begins so is no list, whatever follows. Its name is *path*."""
    from checksig._readers._start import is_json, is_xml

    if is_json(start) or is_xml(start):
        return False  # what shows its format may be at its end
    whole_lines = start[: start.rfind(b"\n") + 1] or start
    error = _error(path, _SOON, manifests=several(ListContent(path, whole_lines)), files=[os.devnull])
    return error is not None and error.code == "not_a_list"


_SOON = 10.0
"""Seconds that are plenty to look at the start of a text. No file that it names is read."""


def _error(path: str, timeout: float, directory: str | None = None, **selection: object) -> ManifestError | None:
    """Verify in *directory*, by default that of *path*, and return why nothing can be verified, if so."""
    root = directory or os.path.dirname(path) or os.curdir
    try:
        _report({"job": "verify", "root": root, "directory": _here(), "keep": "failures", **selection}, timeout)
    except ManifestError as e:
        return e
    except JobTimeout:  # something is being read
        pass
    return None


def beneath(root: str, timeout: float | None = None, exclude: Sequence[str] = ()) -> tuple[list[str], list[str]]:
    """Return the names of all lists beneath *root*, relative to it, and of files that are only called like lists.

    What *exclude* leaves out is not searched.

    What has no entry is a list too, which is damaged, unless another list has an entry for it.

    :raises ManifestError: a directory can't be read, or there is no list.
    :raises JobTimeout: it took longer than *timeout* seconds.
    """
    patterns = _arguments.exclusions(list(exclude))
    request = {"job": "find", "root": _arguments.path("root", root), "directory": _here(), "exclude": patterns}
    report = _report(request, timeout)
    for result in report.failures:
        reason = f"can't search for checksum lists: {result.detail}"
        raise ManifestError(os.path.join(root, result.path), 0, reason, "directory_unreadable")
    skipped = {result.path for result in report if _is_data(root, result)}
    lists = [result.path for result in report if result.path not in skipped]
    if not lists:
        reason = "no checksum list found, in no directory (looked for names such as SHA256SUMS)"
        raise ManifestError(root, 0, reason, "no_list")
    return lists, sorted(skipped)


def directly_in(root: str, directory: str) -> list[str]:
    """Return the paths of the lists directly in a root, which is a directory. Both are as in a request.

    :raises ManifestError: there is none, or the root is a bag.
    """
    report = _report({"job": "find", "directly": True, "root": root, "directory": directory})
    if any(result.detail == _BAG for result in report):
        reason = "a bag, which has no signature as a whole; name the manifest that is signed"
        raise ManifestError(root, 0, reason, "invalid_bag")
    names = [result.path for result in report if result.detail != _NO_DIGEST]
    lists = names if root == os.curdir else [os.path.join(root, name) for name in names]
    if not lists:
        reason = "no checksum list found (looked for names such as SHA256SUMS)"
        raise ManifestError(root, 0, reason, "no_list")
    return lists


def _is_data(root: str, found: FileResult) -> bool:
    if found.detail not in BY_NAME_ALONE:
        return False
    path = os.path.join(root, found.path)
    return found.detail == _NO_DIGEST or any(is_listed(path, directory) for directory in _above(root, found.path))


def _above(root: str, name: str) -> Iterator[str]:
    """Return the directories from that of a file up to the root."""
    while name:
        name = os.path.dirname(name)
        yield os.path.join(root, name) if name else root


def _here() -> str:
    return _arguments.directory(os.curdir, None)


def _report(request: dict[str, Any], timeout: float | None = None) -> Report:
    job = Start(request, None, timeout).job()
    try:
        return job.report()
    finally:
        job.close()
