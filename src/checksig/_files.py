"""The functions on one file. There is no list, and no root that the file has to be beneath."""

from __future__ import annotations

import os

from checksig import _arguments
from checksig._errors import ManifestError
from checksig._job import Start
from checksig._manifests import pairs
from checksig._report import FileResult, OnProgress, Report  # noqa: TC001 - typing.get_type_hints() looks here
from checksig._text import name_of
from checksig._types import Digests, StrPath  # noqa: TC001

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def verify_file(
    path: StrPath,
    digest: Digests,
    *,
    algorithm: str | None = None,
    no_cache: bool = False,
    progress: OnProgress | None = None,
    timeout: float | None = None,
) -> FileResult:
    """Verify one file, and return its `FileResult`, whose *fails* is true unless the file is as expected.

    Symbolic links are followed wherever they lead. The result has no *manifest* and no *line*.

    :param path: the file.
    :param digest: the expected digest, as ``"sha256:HEX"``, or HEX alone; or a mapping of algorithms to HEX,
        all of which the file must have.
    :param algorithm: the algorithm of a digest without one; by default the one that has the digest's length.
    :param no_cache, progress, timeout: as for :func:`checksig.verify`.
    :raises JobTimeout, EngineError, ValueError, TypeError: as :func:`checksig.verify`.
    """
    given = _arguments.path("path", path)
    request = {**_request(given, algorithm, no_cache), "job": "verify", "strict": True, "keep": "all"}
    request["digests"] = pairs(digest, "digest")
    (result,) = _report(request, progress, timeout)
    return result._replace(path=_shown(given), line=None)


def file_digest(
    path: StrPath,
    algorithm: str = "sha256",
    *,
    no_cache: bool = False,
    progress: OnProgress | None = None,
    timeout: float | None = None,
) -> str:
    """Return the digest of a file, in lower-case hex. Symbolic links are followed wherever they lead.

    :param path: the file.
    :param algorithm: the digest algorithm.
    :param no_cache, progress, timeout: as for :func:`checksig.verify`.
    :raises VerificationError: the file can't be read, or changed meanwhile.
    :raises JobTimeout, EngineError, ValueError, TypeError: as :func:`checksig.verify`.
    """
    name = _arguments.text("algorithm", "a str such as 'sha256'", algorithm)  # for None there is no digest to go by
    report = _report({**_request(_arguments.path("path", path), name, no_cache), "job": "digest"}, progress, timeout)
    report.raise_for_failures()
    (result,) = report
    return result.actual or ""


def _request(path: str, algorithm: str | None, no_cache: object) -> dict[str, Any]:
    """Return the part of a request that says which file is meant: by its name from the top of its drive on."""
    here = _arguments.directory(path, None)
    if not here and not os.path.isabs(path):
        raise ManifestError(_shown(path), 0, "the working directory no longer exists", "working_directory_gone")
    drive, name = os.path.splitdrive(os.path.join(here, path))
    return {
        "root": drive + os.sep,
        "name": name.lstrip("/" if os.sep == "/" else "\\/") or os.curdir,
        "algorithm": _arguments.algorithm(algorithm),
        "no_cache": _arguments.flag("no_cache", no_cache),
    }


def _report(request: dict[str, Any], progress: OnProgress | None, timeout: float | None) -> Report:
    request["sizes"] = progress is not None
    job = Start(request, progress, timeout).job()
    try:
        return job.report()
    finally:
        job.close()


def _shown(path: str) -> str:
    return name_of(path)
