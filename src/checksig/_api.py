"""The functions: check the arguments, start a job, return what it says."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Coroutine  # noqa: TC003 - typing.get_type_hints() looks for such names here
from typing import Any

from checksig import _arguments
from checksig._job import CreateJob, Job
from checksig._lock import lock
from checksig._report import OnProgress, Report  # noqa: TC001
from checksig._signature import takes
from checksig._text import to_engine
from checksig._types import Keep, Manifests, StrPath  # noqa: TC001

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


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
        "root": _arguments.path("root", root),
        "manifests": _arguments.manifests(manifest),
        "directory": _directory(root, manifest),
        "algorithm": _arguments.algorithm(algorithm),
        "jobs": _arguments.jobs(jobs),
        "sizes": progress is not None,
        "strict": bool(strict),
        "ignore_missing": bool(ignore_missing),
        "extra": bool(extra),
        "keep": _arguments.keep(keep),
    }
    return functools.partial(Job, request, **_arguments.waiting(progress, timeout))


@takes(verification)
def iter_verify(begin: Callable[[], Job]) -> Job:
    """Start to verify, and return the running `Job` to iterate. See :func:`verify` for the arguments.

    ::

        with checksig.iter_verify("/data", extra=True) as job:
            for result in job:
                print(result.path, result.status)
    """
    return begin()


@takes(verification)
def verify(begin: Callable[[], Job]) -> Report:
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
    job = begin()
    try:  # and not `with`: no moment is left in which an interrupt finds the job without its owner
        return job.report()
    finally:
        job.close()


@takes(verification)
def averify(begin: Callable[[], Job]) -> Coroutine[Any, Any, Report]:
    """Like :func:`verify`, awaitable: the event loop stays free, and cancelling the task stops the work.

    Paths mean what they mean when it is called; the work begins when it is awaited.
    """
    return _awaited(begin)


async def _awaited(begin: Callable[[], Job]) -> Report:
    async with begin() as job:
        return await job.areport()


def creation(
    root: StrPath = ".",
    *,
    algorithm: str = "sha256",
    output: StrPath | None = None,
    force: bool = False,
    jobs: int | None = None,
    progress: OnProgress | None = None,
    timeout: float | None = None,
) -> Callable[[], CreateJob]:
    """Return what starts the job. The command line has its warnings and counts from the job."""
    request = {
        "job": "create",
        "root": _arguments.path("root", root),
        "output": "" if output is None else _arguments.path("output", output),
        "directory": _directory(root, output),
        "algorithm": _arguments.algorithm(algorithm),
        "jobs": _arguments.jobs(jobs),
        "sizes": progress is not None,
        "force": bool(force),
    }
    return functools.partial(CreateJob, request, **_arguments.waiting(progress, timeout))


@takes(creation)
def create(begin: Callable[[], CreateJob]) -> Path:
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

    with begin() as job:
        job.report().raise_for_failures()
        return Path(job.output())


# Whoever evaluates it has time to import that.
create.__annotations__["return"] = "__import__('pathlib').Path"


def _directory(root: StrPath, other: Manifests | None) -> str:
    """Return where relative paths start now: the caller may change it before they are used."""
    if other is None and os.path.isabs(root):
        return ""  # there are none
    try:
        return to_engine(os.getcwd())
    except OSError:  # it was deleted, which matters only to a relative path
        return ""
