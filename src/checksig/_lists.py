"""Where checksum lists are: what the command line asks before it verifies."""

from __future__ import annotations

import os

from checksig import _arguments
from checksig._errors import JobTimeout, ManifestError
from checksig._job import Start

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from checksig._report import Report


def recognised(paths: Sequence[str]) -> dict[str, str]:
    """Return those of *paths* that are checksum lists.

    The value is "name" if the file is called like a list, and "content" if an entry is near its start, or it is
    a document that a reader knows.
    """
    files = [_arguments.path("path", path) for path in paths]
    report = _report({"job": "recognise", "root": os.curdir, "directory": _here(), "files": files})
    results = zip(paths, report, strict=True)
    found = ((path, _by_reader(path) if result.fails else result.detail) for path, result in results)
    return {path: by for path, by in found if by}


def _by_reader(path: str) -> str:
    from checksig._readers._start import may_be_document

    if may_be_document(path):
        from checksig._readers._request import is_list

        if is_list(path):
            return "content"
    return ""


def is_listed(path: str, timeout: float) -> bool:
    """Say whether a list beside the file *path* has an entry for it."""
    return _error(path, timeout, files=[_arguments.path("path", path)]) is None


def why_not(path: str, timeout: float) -> str:
    """Return why a file is not a checksum list."""
    error = _error(path, timeout, manifests=[_arguments.path("path", path)])
    if error is None:
        return "it has no entry near its start"
    return f"line {error.line}: {error.reason}" if error.line else error.reason


def _error(path: str, timeout: float, **selection: object) -> ManifestError | None:
    """Verify in the directory of *path*, and return why nothing can be verified, if so."""
    root = os.path.dirname(path) or os.curdir
    try:
        _report({"job": "verify", "root": root, "directory": _here(), "keep": "failures", **selection}, timeout)
    except ManifestError as e:
        return e
    except JobTimeout:  # something is being read
        pass
    return None


def beneath(root: str, timeout: float | None = None) -> list[str]:
    """Return the names of all files beneath *root* that are called like lists, relative to it.

    :raises ManifestError: a directory can't be read, or no file is called so.
    :raises JobTimeout: it took longer than *timeout* seconds.
    """
    report = _report({"job": "find", "root": _arguments.path("root", root), "directory": _here()}, timeout)
    for result in report.failures:
        reason = f"can't search for checksum lists: {result.detail}"
        raise ManifestError(os.path.join(root, result.path), 0, reason, "directory_unreadable")
    if not report.results:
        reason = "no checksum list found, in no directory (looked for names such as SHA256SUMS)"
        raise ManifestError(root, 0, reason, "no_list")
    return [result.path for result in report]


def _here() -> str:
    return _arguments.directory(os.curdir, None)


def _report(request: dict[str, Any], timeout: float | None = None) -> Report:
    job = Start(request, None, timeout).job()
    try:
        return job.report()
    finally:
        job.close()
