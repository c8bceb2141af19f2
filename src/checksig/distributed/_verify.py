"""The function for callers: it checks the arguments, cuts the lists, and runs."""

from __future__ import annotations

import os
import time

from checksig import _api, _arguments
from checksig._plan import BYTES, FILES, plan
from checksig.distributed._run import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from checksig._report import OnProgress, Report
    from checksig._types import Extra, Keep, Manifests, Patterns, StrPath, StrPaths
    from checksig.distributed._executors import Executor


def verify(
    root: StrPath,
    manifest: Manifests | None,
    executor: Executor,
    *,
    bytes: int = BYTES,  # noqa: A002 - as of `plan`
    files: int = FILES,
    workers: int | None = None,
    retries: int = 2,
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
    allow_links_to: StrPaths = (),
    detect_collisions: bool = False,
    keep: Keep = "failures",
    progress: OnProgress | None = None,
    timeout: float | None = None,
) -> Report:
    """Verify like :func:`checksig.verify`, on the workers of an executor, and return the report on the whole.

    The lists are cut into spans, and each is verified by a worker, which reads the list and the files by the same paths
    as this process. Every worker needs the same version of checksig. Of files that are verified only the counts come
    back. One that several spans name is read for each of them.

    :param executor: whatever has ``submit(fn, *args)`` and returns futures: an executor of ``concurrent.futures``,
        ``Client.get_executor()`` of Dask, ``MPIPoolExecutor`` of mpi4py, that of loky.
    :param bytes, files: where the lists are cut: the most bytes of files, if a list has their sizes, and the most
        entries that a span has; see :func:`checksig.plan`.
    :param workers: the number of tasks that run at a time; twice as many spans are given out. By default what the
        executor says, or else the number of CPUs here.
    :param retries: how often a span is verified again after a worker died or failed, 0 or more.
    :param jobs: the number of workers within each task, as for :func:`checksig.verify`; 1 suits executors that have a
        process for each CPU.
    :param progress: a function that is called with a `checksig.Progress` over all workers, in the calling thread,
        several times a second and once at the end; its exceptions cancel the run and propagate.
    :param timeout: seconds after which the run ends with `checksig.JobTimeout`; by default no limit.
    :param extra: as for :func:`checksig.verify`. Workers search ranges of names, after all files are verified: those of
        the spans where the names in the lists are in the order of their bytes, as those of :func:`create` are.
        Otherwise this process walks the tree first, and each worker reads all lists for each of its ranges.
    :param root, manifest: as for :func:`checksig.verify`; each list must be a file.
    :param exclude, one_file_system, algorithm, list_format, backslash, no_cache: as for :func:`checksig.verify`.
    :param strict, ignore_missing, allow_links_to, detect_collisions, keep: as for :func:`checksig.verify`.
    :raises IncompleteError: some spans have no verdict: the executor broke, a worker failed as often as it was tried, a
        worker has another version of checksig, or it sees another root. *report* is on the other spans.
    :raises ManifestError, JobTimeout, EngineError, ValueError, TypeError: as :func:`checksig.verify`.
    """
    reading = {"algorithm": algorithm, "list_format": list_format, "backslash": backslash}
    options: dict[str, Any] = {
        "exclude": exclude,
        "one_file_system": one_file_system,
        "extra": extra,
        "jobs": jobs,
        "no_cache": no_cache,
        "strict": strict,
        "ignore_missing": ignore_missing,
        "allow_links_to": allow_links_to,
        "detect_collisions": detect_collisions,
        "keep": keep,
    }
    cut = {**reading, "bytes": bytes, "files": files}
    with prepared(
        root, manifest, executor, options, cut, workers=workers, retries=retries, progress=progress, timeout=timeout
    ) as run:
        return run.report()


def prepared(
    root: StrPath,
    manifest: Manifests | None,
    executor: Executor,
    options: dict[str, Any],
    cut: dict[str, Any],
    *,
    workers: int | None = None,
    retries: int = 2,
    ordered: bool = True,
    outputs: Sequence[str] = (),
    progress: OnProgress | None = None,
    timeout: float | None = None,
) -> Run:
    """Return the run, with *options* of `checksig.verify` for each span, and *cut* of `checksig.plan`.

    *outputs* are files that the caller writes, which are never extra.

    :raises ManifestError, JobTimeout, ValueError, TypeError: as `verify`.
    """
    began = time.monotonic()
    checked_executor(executor)
    at_least("retries", retries, 0)
    if workers is not None:
        at_least("workers", workers, 1)
    allowed = _arguments.paths("allow_links_to", options["allow_links_to"])
    options["allow_links_to"] = [os.path.abspath(os.fsdecode(path)) for path in allowed]
    if options["exclude"] is not None:
        options["exclude"] = _arguments.exclusions(options["exclude"])
    _api.verification(root, "list", progress=progress, timeout=timeout, **options)  # which checks them
    extra = _arguments.extra_files(options.pop("extra", False))
    spans = plan(root, manifest, timeout=timeout, **cut)
    return Run(
        spans,
        executor,
        options,
        extra=extra,
        outputs=outputs,
        workers=workers,
        retries=retries,
        ordered=ordered,
        progress=progress,
        timeout=timeout,
        began=began,
    )


def checked_executor(given: object) -> None:
    """Refuse what is no executor.

    :raises TypeError: it is none.
    """
    if not callable(getattr(given, "submit", None)):
        _arguments.refuse("executor", "an executor, which has submit()", given)


def at_least(name: str, given: object, least: int) -> None:
    """Refuse what is no number, or too small.

    :raises ValueError, TypeError: it is.
    """
    number = _arguments.integer(name, "an int", given)
    if number < least:
        msg = f"{name} is {number}, but must be {least} or more"
        raise ValueError(msg)
