"""Bringing a checksum list up to date."""

from __future__ import annotations

from checksig import _arguments
from checksig._job import Start
from checksig._report import OnProgress, Report  # noqa: TC001 - typing.get_type_hints() looks for such names here
from checksig._signature import takes
from checksig._types import Patterns, StrPath, StrPaths  # noqa: TC001 - as above


def updating(
    manifest: StrPath,
    *,
    root: StrPath | None = None,
    accept: Patterns | None = None,
    drop_missing: bool = False,
    add: bool = True,
    quick: bool = False,
    exclude: Patterns | None = None,
    one_file_system: bool = False,
    algorithm: str | None = None,
    list_format: str | None = None,
    allow_links_to: StrPaths = (),
    jobs: int | None = None,
    no_cache: bool = False,
    progress: OnProgress | None = None,
    timeout: float | None = None,
) -> Start:
    """Return what starts the job."""
    path = _arguments.path("manifest", manifest)
    top = "" if root is None else _arguments.path("root", root)
    allowed = _arguments.paths("allow_links_to", allow_links_to)
    request = {
        "job": "update",
        "manifest": path,
        "root": top,
        "directory": _arguments.directory(top or path, path, *allowed),
        "accept": _arguments.patterns(accept, "accept"),
        "drop_missing": _arguments.flag("drop_missing", drop_missing),
        "fixed": not _arguments.flag("add", add),
        "quick": _arguments.flag("quick", quick),
        "exclude": _arguments.exclusions(exclude),
        "one_file_system": _arguments.flag("one_file_system", one_file_system),
        "algorithm": _arguments.algorithm(algorithm),
        "list_format": _arguments.list_format(list_format),
        "allow_links_to": allowed,
        "jobs": _arguments.jobs(jobs),
        "no_cache": _arguments.flag("no_cache", no_cache),
        "sizes": progress is not None,
    }
    return Start(request, progress, timeout)


@takes(updating)
def update(begin: Start) -> Report:
    """Verify what a list names, add what is new, and return a `Report`, which is true if nothing fails.

    The results of the report are the failures, and what was changed in the list: `Status.ADDED` for a new file,
    `Status.MODIFIED` for one whose change was accepted, and `Status.MISSING`, without failing, for an entry that was
    removed. A failure keeps the list as it is; only a missing file does not: its entry stays, and it fails. A missing
    file whose content a new file has is `Status.MOVED` instead, and *moved_to* of the result says where it is.

    The list keeps its order, its format, its comments and its permissions; lines that need not change stay as they
    are, byte for byte. New entries get the digests that the others have. A sorted list stays sorted. It is replaced in
    one step, and not if it was edited meanwhile. The list of one file, such as ``a.iso.sha256``, gets no others.

    :param manifest: the path of the list. One that is signed, belongs to a bag, or says more of files than digests and
        sizes can't be updated.
    :param root: the directory that names are relative to; by default that of the list.
    :param accept: the name of a file that may differ, or an iterable of names: their digests are replaced. A name that
        the list doesn't have is a pattern, as *only* of :func:`verify` has them; one that no entry matches is an error.
    :param drop_missing: whether the entries of missing files are removed.
    :param add: whether files beneath *root* that the list doesn't name are added, as :func:`create` would list them.
    :param quick: whether a file is trusted unread if it has not changed since the list was written, by its times, and
        has the size that the list says, if it says one. This finds no damage; a warning says how many files it was.
    :param exclude, one_file_system: which files are not added, by the rules of :func:`verify`; what the list names is
        verified all the same.
    :param algorithm, list_format, allow_links_to, jobs, no_cache, progress, timeout: as for :func:`verify`.
    :raises ManifestError: the list can't be read, can't be updated or written, or was edited meanwhile; or none of its
        files is there.
    :raises JobTimeout, EngineError, ValueError, TypeError: as :func:`verify`.
    """
    with begin.creating() as job:
        return job.report()
