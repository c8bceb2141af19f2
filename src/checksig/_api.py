"""The functions on lists: check the arguments, start a job, return what it says."""

from __future__ import annotations

import os
from collections.abc import Coroutine  # noqa: TC003 - typing.get_type_hints() looks for such names here
from functools import partial

from checksig import _arguments
from checksig._job import Job, Start
from checksig._lock import lock
from checksig._report import OnProgress, Report  # noqa: TC001
from checksig._signature import takes
from checksig._types import Algorithms, Extra, Keep, Manifests, Patterns, StrPath, StrPaths  # noqa: TC001

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from checksig._signatures._wanted import Authentic, Wanted
    from checksig._trust import Trusted
else:
    Any, Trusted = object, object  # what typing.get_type_hints() finds: most programs need neither


def check_signatures(root_dir: StrPath, manifest: Manifests | None = None) -> None:
    """Verify files, with the defaults of :func:`verify`, and return None if all of them are verified.

    The signatures in its name are digests: who signed a list is verified by the *trust* of :func:`verify`.

    :raises VerificationError: with one line per failing file.
    :raises ManifestError, EngineError, ValueError, TypeError: as :func:`verify`.
    """
    verify(root_dir, manifest).raise_for_failures()


def verification(
    root: StrPath = ".",
    manifest: Manifests | None = None,
    *,
    only: Patterns | None = None,
    exclude: Patterns | None = None,
    one_file_system: bool = False,
    algorithm: str | None = None,
    list_format: str | None = None,
    backslash: bool = False,
    jobs: int | None = None,
    no_cache: bool = False,
    strict: bool = True,
    ignore_missing: bool = False,
    extra: Extra = False,
    moved: bool = False,
    allow_links_to: StrPaths = (),
    detect_collisions: bool = False,
    signature: StrPath | None = None,
    trust: Trusted | None = None,
    require_all: bool = False,
    fail_fast: bool = False,
    ordered: bool = True,
    keep: Keep = "failures",
    progress: OnProgress | None = None,
    timeout: float | None = None,
) -> Start:
    """Return what starts the job."""
    top = _arguments.path("root", root)
    allowed = _arguments.paths("allow_links_to", allow_links_to)
    lists = _manifests(manifest)
    request = {
        "job": "verify",
        "root": top,
        "manifests": lists,
        "directory": _arguments.directory(top, manifest, *allowed),
        "only": _arguments.patterns(only),
        "exclude": _arguments.exclusions(exclude),
        "one_file_system": _arguments.flag("one_file_system", one_file_system),
        "allow_links_to": allowed,
        "outputs": [],
        "algorithm": _arguments.algorithm(algorithm),
        "list_format": _arguments.list_format(list_format),
        "backslash": _arguments.flag("backslash", backslash),
        "jobs": _arguments.jobs(jobs),
        "no_cache": _arguments.flag("no_cache", no_cache),
        "sizes": progress is not None,
        "strict": _arguments.flag("strict", strict),
        "ignore_missing": _arguments.flag("ignore_missing", ignore_missing),
        "extra": _arguments.extra_files(extra),
        "moved": _arguments.flag("moved", moved),
        "detect_collisions": _arguments.flag("detect_collisions", detect_collisions),
        "fail_fast": _arguments.flag("fail_fast", fail_fast),
        "unordered": not _arguments.flag("ordered", ordered),
        "keep": _arguments.keep(keep),
    }
    if any("span" in one for one in lists or () if isinstance(one, dict)):
        from checksig._span import settled

        request = settled(request)
    authenticate = None
    if not (trust is None and signature is None and require_all is False):
        from checksig._signatures._wanted import wanted_by

        authenticate = partial(_authenticated, wanted_by(signature, trust, require_all))
    return Start(request, progress, timeout, authenticate)


def _authenticated(wanted: Wanted, request: dict[str, Any]) -> Authentic:
    with lock:
        from checksig._signatures._chain import authenticate
    return authenticate(request, wanted)


def _manifests(given: Manifests | None) -> list[str | dict[str, Any]] | None:
    """Return paths of lists, contents or entries; None stays None."""
    if given is None:
        return None
    if isinstance(given, (str, bytes, os.PathLike)):
        return [_arguments.path("manifest", given)]
    if isinstance(given, list) and all(isinstance(one, str) for one in given):
        return [_arguments.path("manifest", one) for one in given]
    from checksig._manifests import several

    return several(given, or_spans=True)


@takes(verification)
def iter_verify(begin: Start) -> Job:
    """Start to verify, and return the `Job`, which yields each verdict as it comes.

    The parameters are those of :func:`verify`; *keep* selects the verdicts that it yields. The call
    raises `ValueError`, `TypeError` and `SignatureError`, the iteration `ManifestError` and `JobTimeout`, and both can
    raise `EngineError`.

    ::

        with checksig.iter_verify("/data", extra=True) as job:
            for result in job:
                print(result.path, result.status)
    """
    return begin.job()


@takes(verification)
def verify(begin: Start) -> Report:
    """Verify every file that the lists name, and return a `Report`, which is true if all of them are verified.

    :param root: the directory that names in the lists are relative to; or, without *manifest*, the path of a
        checksum list, whose directory is the root then.
    :param manifest: the path of a checksum list, relative to the working directory like every path; an open
        file; a mapping of names to digests, such as ``{"a.iso": "sha256:HEX"}``; an `Entry`; a `Span` of a
        :func:`plan`; or an iterable of any of these. By default every list directly in *root* that has a usual name,
        such as ``SHA256SUMS``, ``sha1sum.txt`` or ``*.md5``; or, if *root* has a ``bagit.txt``, the whole bag.
    :param only: a shell pattern for the names to verify, or an iterable of patterns; one without a slash is for the
        last part of a name, and ``**`` is for any number of directories. A pattern that no entry matches fails
        the run.
    :param exclude: a pattern for names to leave out, or an iterable of patterns, as lines of a ``.gitignore``: of those
        that match the last one decides, and one that begins with ``!`` takes a name back in. Excluded names are neither
        verified nor extra.
    :param one_file_system: whether *extra* leaves out directories on other file systems than that of *root*; no effect
        on Windows.
    :param algorithm: the algorithm of digests that don't name one themselves, such as ``"sha3-256"``; by default
        the one in the name of the list, or the one that has the digest's length.
    :param list_format: the format of the lists, such as ``"one-space"``; by default the one that the content of
        each shows. docs/format.md names them all.
    :param backslash: whether each backslash in a name of a list means a slash, as in lists of Windows.
    :param jobs: the number of workers, from 1 to 1024, each of which reads several files at a time; by
        default one for each CPU that this process may use, and up to 64 while storage is waited for.
    :param no_cache: whether reading the files leaves nothing in the system's cache that was not in it before, so that
        other programs keep what they have there.
    :param strict: whether a line that can't be read as an entry fails the run, and whether a list without
        entries does if other lists have some; if false, both are warnings. No option takes anything else than
        True or False for a bool.
    :param ignore_missing: whether a missing file is allowed; if all files are missing, the run still fails.
    :param extra: whether files beneath *root* that no list names are reported, and fail the run; ``"files"``
        looks at regular files alone, and leaves out links, FIFOs, devices and sockets.
    :param moved: with *extra*, whether missing files are looked for among the regular files that no list names: those
        of a missing file's size, or all if its list has no sizes, are read. A file that has the digests of a missing
        one is `Status.MOVED`, and not extra; it fails the run too. The verdicts on missing files come after the others.
        No effect on bags.
    :param allow_links_to: a directory, or an iterable of directories, to which symbolic links beneath *root*
        may lead. A name in a list never leads out of *root* by itself, whatever is allowed.
    :param detect_collisions: whether a file of a known kind of collision attack on SHA-1 is a mismatch, where a
        list has its SHA-1; slower.
    :param trust: whom the lists must be signed by: a `Minisign`, `Signify`, `AllowedSigners`, `OpenPGP` or
        `Sigstore`, or an iterable of several, of which any may have signed. Then no file is read before the
        signature of each list is verified, and only what was signed is read as the list.
    :param signature: with *trust*, the path of the signature of the list; by default the one in the list, or those
        beside it that *trust* can verify, such as ``SHA256SUMS.minisig``. All of these must be good.
    :param require_all: with *trust*, whether a further signature by someone else fails too.
    :param fail_fast: whether the run ends after the first failure; a warning then says how many entries were
        not verified.
    :param ordered: whether the verdicts come in the order of the lists; if false, they come as they are found,
        and none waits for a slow file before it.
    :param keep: the verdicts that the report contains: ``"failures"``, those that fail the run and all
        malformed lines, or ``"all"``.
    :param progress: a function that is called with a `Progress`, in the calling thread, several times a
        second and once at the end; its exceptions cancel the job and propagate.
    :param timeout: seconds after which the job ends with `JobTimeout`, 0 or more; by default no limit.
    :raises ManifestError: the root, or a directory of *allow_links_to*, is not a directory; no list is found; a
        list or bag can't be read; no list has an entry; or none has one that *only* matches.
    :raises SignatureError: with *trust*, a list is not signed by whom it names, and no file was read.
    :raises JobTimeout: the timeout expired.
    :raises EngineError: the engine can't be loaded, or failed internally.
    :raises ValueError: an argument is invalid, such as an unknown algorithm.
    :raises TypeError: an argument has the wrong type.
    """
    job = begin.job()
    try:  # and not `with`: no moment is left in which an interrupt finds the job without its owner
        return job.report()
    finally:
        job.close()


@takes(verification)
def averify(begin: Start) -> Coroutine[Any, Any, Report]:
    """Verify like :func:`verify`, to be awaited.

    The event loop stays free, and cancelling the task stops the work. The work begins when the coroutine
    is awaited; paths and most arguments are checked at the call.
    """
    return _awaited(begin)


async def _awaited(begin: Start) -> Report:
    async with begin.job() as job:
        return await job.areport()


def creation(
    root: StrPath = ".",
    *,
    files: StrPaths | None = None,
    sidecars: bool = False,
    algorithm: Algorithms | None = None,
    list_format: str | None = None,
    exclude: Patterns | None = None,
    one_file_system: bool = False,
    output: StrPath | None = None,
    tag: bool = False,
    force: bool = False,
    all: bool = False,  # noqa: A002 - as on the command line
    bagit: bool = False,
    in_place: bool = False,
    allow_links_to: StrPaths = (),
    jobs: int | None = None,
    no_cache: bool = False,
    progress: OnProgress | None = None,
    timeout: float | None = None,
) -> Start:
    """Return what starts the job."""
    top = _arguments.path("root", root)
    allowed = _arguments.paths("allow_links_to", allow_links_to)
    chosen = _arguments.files(files)
    request = {
        "job": "create",
        "root": top,
        "output": "" if output is None else _arguments.path("output", output),
        "directory": _arguments.directory(top, output, *allowed, *chosen),
        "files": chosen,
        "sidecars": _arguments.flag("sidecars", sidecars),
        "allow_links_to": allowed,
        "algorithms": _arguments.algorithms(algorithm),
        "exclude": _arguments.exclusions(exclude),
        "one_file_system": _arguments.flag("one_file_system", one_file_system),
        "list_format": _arguments.list_format(list_format),
        "jobs": _arguments.jobs(jobs),
        "no_cache": _arguments.flag("no_cache", no_cache),
        "sizes": progress is not None,
        "tag": _arguments.flag("tag", tag),
        "force": _arguments.flag("force", force),
        "all": _arguments.flag("all", all),
        "bagit": _arguments.flag("bagit", bagit),
        "in_place": _arguments.flag("in_place", in_place),
    }
    return Start(request, progress, timeout)


@takes(creation)
def create(begin: Start) -> Path:
    """Write a checksum list of all files beneath *root*, or make it a bag, and return the path of the list or bag.

    The list is sorted by the bytes of the names; it does not contain itself. It is put in place in one step:
    afterwards there is either the whole list or what was there before. With several algorithms and without
    *output* there is a list for each; each file is read once, no list is put in place before all are complete,
    and the path of the first one is returned. Symbolic links to files beneath *root* are listed; links to
    directories, FIFOs, devices and sockets are left out, and so are links that lead elsewhere, except by
    *allow_links_to*, and other checksum lists directly in *root* and their detached signatures.

    :param root: the directory whose files are listed, and that names are relative to.
    :param files: the path of a file beneath *root*, or an iterable of paths: only these are listed. One that can't be
        read fails the whole list.
    :param sidecars: whether each of *files*, which must be directly in *root*, gets a list of its own beside it for
        each algorithm, such as ``a.iso.sha256``. One that can't be read does not prevent the lists of the others.
    :param algorithm: the digest algorithm, or an iterable of several; by default the one in the name of
        *output*, or SHA-256.
    :param list_format: the format of the list, such as ``"hashdeep"``; by default the one in the name of
        *output* (``.sfv``, ``.hashdeep``, ``.mtree``), or that of GNU coreutils. docs/format.md names those
        that are written.
    :param exclude, one_file_system: what is left out, as for :func:`verify`.
    :param output: the path of one list with all digests; by default one for each algorithm in *root*, named
        after it, such as ``SHA256SUMS``. If neither its name nor the length of the digests tells the
        algorithm, each line does.
    :param tag: whether each line says its algorithm, as in ``SHA256 (NAME) = HEX``; otherwise lines do where nothing
        else tells it.
    :param force: whether to replace lists that exist; each must be a checksum list or empty.
    :param all: whether to list other checksum lists and their signatures too.
    :param bagit: whether to make *root* a bag (RFC 8493) instead, and return its path: the files in its directory
        ``data`` are listed in ``manifest-ALG.txt``, by default with SHA-512, and ``bagit.txt``, ``bag-info.txt`` and
        ``tagmanifest-ALG.txt`` are written. With *force* they are replaced.
    :param in_place: with *bagit*, whether to move everything in *root* into ``data`` first. A run that was killed
        is completed by the next one.
    :param allow_links_to: a directory, or an iterable of directories: symbolic links to files beneath them
        are listed too.
    :param jobs, no_cache, progress, timeout: as for :func:`verify`.
    :raises VerificationError: a file can't be read, changed meanwhile, or has a name that the list can't hold;
        nothing was written.
    :raises ManifestError: the root, or a directory of *allow_links_to*, is not a directory, there is no file
        to list, the list exists or can't be written, or *root* can't become a bag.
    :raises ValueError: an argument is invalid, or *output*, *list_format* and *algorithm* contradict each other.
    :raises JobTimeout, EngineError, TypeError: as :func:`verify`.
    """
    with begin.creating() as job:
        job.report().raise_for_failures()
        return _as_path(job.output())


@takes(creation)
def acreate(begin: Start) -> Coroutine[Any, Any, Path]:
    """Write a checksum list like :func:`create`, to be awaited; see :func:`averify`."""
    return _created(begin)


async def _created(begin: Start) -> Path:
    async with begin.creating() as job:
        (await job.areport()).raise_for_failures()
        return _as_path(job.output())


def _as_path(text: str) -> Path:
    with lock:
        from pathlib import Path

    return Path(text)


# Whoever evaluates them has time to import that.
create.__annotations__["return"] = "__import__('pathlib').Path"
acreate.__annotations__["return"] = "Coroutine[Any, Any, __import__('pathlib').Path]"
