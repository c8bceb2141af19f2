"""The functions: check the arguments, start a job, return what it says."""

from __future__ import annotations

import functools
import operator
import os

from checksig._job import Job
from checksig._lock import lock
from checksig._signature import takes
from checksig._text import to_engine
from checksig._types import ListContent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path
    from typing import Any

    from checksig._report import OnProgress, Report
    from checksig._types import Keep, Manifests, StrPath


def check_signatures(root_dir: StrPath, manifest: Manifests | None = None) -> None:
    """Verify the lists in *root_dir*, and raise unless every listed file is good.

    :raises VerificationError: naming every failing file, one a line.
    :raises ManifestError: no list is there, or one can't be read.
    """
    verify(root_dir, manifest).raise_for_failures()


def verification(
    root: StrPath = ".",
    manifest: Manifests | None = None,
    *,
    algorithm: str | None = None,
    jobs: int | None = None,
    strict: bool = True,
    ignore_missing: bool = False,
    extra: bool = False,
    keep: Keep = "failures",
    progress: OnProgress | None = None,
    timeout: float | None = None,
) -> Callable[[], Job]:
    """Return what starts the job. What the arguments mean is settled now, paths above all."""
    request = {
        "job": "verify",
        "directory": _directory(root, manifest),
        "root": to_engine(root),
        "manifests": _manifests(manifest),
        "algorithm": _algorithm(algorithm),
        "jobs": _jobs(jobs),
        "sizes": progress is not None,
        "strict": bool(strict),
        "ignore_missing": bool(ignore_missing),
        "extra": bool(extra),
        "keep": keep,
    }
    return functools.partial(Job, request, progress=progress, timeout=_timeout(timeout))


@takes(verification)
def iter_verify(*arguments: Any, **options: Any) -> Job:
    """Start to verify, and return the running `Job` to iterate. See :func:`verify` for the arguments.

    ::

        with checksig.iter_verify("/data", extra=True) as job:
            for result in job:
                print(result.path, result.status)
    """
    return verification(*arguments, **options)()


@takes(verification)
def verify(*arguments: Any, **options: Any) -> Report:
    """Verify every file that the lists name, and return a `Report`, true where all are good.

    :param root: the directory that names in the lists are relative to.
    :param manifest: one list or several, as paths; by default every list that lies directly in
        *root* under a conventional name (``SHA256SUMS``, ``sha1sum.txt``, ``*.md5`` …).
    :param algorithm: the digest algorithm of lists that do not say, neither by a tag on the line
        nor by their name; by default the digest's length decides.
    :param jobs: workers, 1 to 1024, each with several files under way; by default the CPUs this process may use.
    :param strict: a line that can't be read as an entry fails the run, and so does a list without entries
        among others.
    :param ignore_missing: a file that isn't there does not fail the run.
    :param extra: report files beneath *root* that no list names, and fail the run for them.
    :param keep: ``"failures"`` or ``"all"``: which verdicts the report holds.
    :param progress: is called with a `Progress`, on the calling thread, some times a second.
    :param timeout: seconds after which the run ends with `JobTimeout`; by default none.
    :raises ManifestError: no list is there, one can't be read, or none has an entry.
    :raises JobTimeout: *timeout* is over.
    :raises EngineError: the engine can't be loaded.
    :raises ValueError: an argument is of no use, such as an unknown algorithm.
    """
    job = verification(*arguments, **options)()
    try:  # and not `with`: no moment is left in which an interrupt finds the job without its owner
        return job.report()
    finally:
        job.close()


@takes(verification)
def averify(*arguments: Any, **options: Any) -> Coroutine[Any, Any, Report]:
    """Like :func:`verify`, awaitable: the event loop stays free, and cancelling the task stops the work.

    Paths mean what they mean when it is called; the work begins when it is awaited.
    """
    return _awaited(verification(*arguments, **options))


async def _awaited(begin: Callable[[], Job]) -> Report:
    async with begin() as job:
        return await job.areport()


def start_create(
    root: StrPath = ".",
    *,
    algorithm: str = "sha256",
    output: StrPath | None = None,
    force: bool = False,
    jobs: int | None = None,
    progress: OnProgress | None = None,
    timeout: float | None = None,
) -> Job:
    """Start what :func:`create` waits for. The command line has its warnings and counts from the job."""
    request = {
        "job": "create",
        "directory": _directory(root, output),
        "root": to_engine(root),
        "algorithm": _algorithm(algorithm),
        "jobs": _jobs(jobs),
        "sizes": progress is not None,
        "output": "" if output is None else to_engine(output),
        "force": bool(force),
    }
    return Job(request, progress=progress, timeout=_timeout(timeout))


@takes(start_create)
def create(*arguments: Any, **options: Any) -> Path:
    """Write a list of all files beneath *root*, and return its path.

    The list is in the format of GNU coreutils, sorted by the bytes of names, and is put in place
    in one step: whatever happens, there is the whole list, or what was there before. It does not
    name itself. Links to files beneath *root* are listed; links to directories, FIFOs, devices and
    sockets are left out.

    :param algorithm: the digest algorithm.
    :param output: path of the list; by default in *root*, by the algorithm's name, such as
        ``SHA256SUMS``.
    :param force: replace *output* if it is there.
    :param jobs, progress, timeout: as for :func:`verify`.
    :raises VerificationError: files can't be read, or changed meanwhile; nothing was written.
    :raises ManifestError: the list can't be written, or is there already.
    """
    with lock:
        from pathlib import Path

    with start_create(*arguments, **options) as job:
        job.report().raise_for_failures()
        return Path(job.output())


def _directory(root: StrPath, other: Manifests | None) -> str:
    """Return where relative paths start now: the caller may change it before they are used."""
    if other is None and os.path.isabs(root):
        return ""  # there are none
    try:
        return to_engine(os.getcwd())
    except OSError:  # it was deleted, which matters only to a relative path
        return ""


def _manifests(manifest: Manifests | None) -> list[str | dict[str, str]] | None:
    if manifest is None:
        return None
    if isinstance(manifest, (str, bytes, os.PathLike, ListContent)):
        return [_manifest(manifest)]
    return [_manifest(one) for one in manifest]


def _manifest(manifest: StrPath | ListContent) -> str | dict[str, str]:
    if isinstance(manifest, ListContent):
        return {"path": to_engine(manifest.path), "bytes": manifest.content.decode("utf-8", "surrogateescape")}
    return to_engine(manifest)


def _algorithm(algorithm: object) -> str:
    if algorithm is None:
        return ""
    if not isinstance(algorithm, str):
        msg = f"algorithm must be a str such as 'sha256', not {type(algorithm).__name__}"
        raise TypeError(msg)
    if not algorithm:
        msg = "algorithm is empty"
        raise ValueError(msg)
    return algorithm


def _jobs(jobs: int | None) -> int | None:
    return None if jobs is None else operator.index(jobs)


def _timeout(timeout: float | None) -> float | None:
    if timeout is not None and not timeout >= 0:
        msg = f"timeout is {timeout!r}, but must be 0 or more seconds"
        raise ValueError(msg)
    return timeout
