"""What runs on a worker: one task. Several may run at a time, in threads of one process."""

from __future__ import annotations

import os
import socket
import sys

from checksig import _api
from checksig._errors import ChecksigError, JobCancelled
from checksig._job import Tally
from checksig._report import Status
from checksig._text import to_engine
from checksig._version import __version__
from checksig.distributed import _roots
from checksig.distributed._contact import Contact
from checksig.distributed._task import REFUSED, Answer, Found, Range, Search, digest_of, unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from checksig._job import Job
    from checksig._report import Report
    from checksig._span import Span
    from checksig.distributed._task import Task


def work(version: str, payload: bytes) -> Answer | tuple[str, str, str]:
    """Do a task, or refuse it: the coordinator has another *version* of checksig."""
    if version != __version__:
        return REFUSED, __version__, name()
    task = unpack(payload)
    return Answer(task.run, task.number, digest_of(task.asked), name(), _outcome(task))


def _outcome(task: Task) -> Found | Exception:
    try:
        if isinstance(task.asked, Range):
            return _listed(task, task.asked)
        if isinstance(task.asked, Search):
            return _searched(task, task.asked)
        return _verified(task, task.asked)
    except (ChecksigError, ValueError, TypeError) as e:
        return e
    except Exception as e:  # noqa: BLE001 - what can't be pickled would be lost, or break the pool
        return RuntimeError(f"{type(e).__name__}: {e}")


def _verified(task: Task, span: Span) -> Found:
    with _api.verification(task.root, span, **task.options).counting() as job:
        report = _report(task, job)
        missing = report.counts[Status.MISSING]
        root = _roots.identify(task.root, names=missing == report.files) if missing else None
        return Found(name(), report, job.tally(), root)


def _searched(task: Task, search: Search) -> Found:
    options = {**task.options}
    outputs = options.pop("outputs")
    begin = _api.verification(task.root, search.spans, **options)
    begin.request |= {"within": _within(search), "extra_alone": True, "outputs": outputs}
    with begin.counting() as job:
        report = _report(task, job)
        return Found(name(), report, Tally(0, 0, ()), _roots.identify(task.root, names=True))


def _listed(task: Task, within: Range) -> Found:
    options = {**task.options}
    outputs = options.pop("outputs")
    begin = _api.creation(task.root, **options)
    begin.request |= {"within": _within(within), "outputs": outputs}
    with begin.creating() as job:
        report = _report(task, job)
        there = not within.begin or _roots.exists(task.root, within.begin)
        root = _roots.identify(task.root, names=True)
        return Found(name(), report, Tally(0, 0, ()), root, there, job.parts(), job.left_out())


def _within(asked: Range | Search) -> dict[str, str]:
    return {"from": to_engine(asked.begin), "to": to_engine(asked.end)}


def _report(task: Task, job: Job) -> Report:
    """Wait for the end of a job, in contact with the coordinator."""
    with Contact(task, job) as contact:
        try:
            return job.report()
        except JobCancelled:
            contact.explain()
            raise


def name() -> str:
    """Return what a worker is called: the machine and the process, and its address or rank if it has one."""
    parts = [f"pid {os.getpid()}", *_address(), *_rank()]
    return f"{socket.gethostname()} ({', '.join(parts)})"


def _address() -> list[str]:
    dask = sys.modules.get("distributed.worker")
    try:
        return [dask.get_worker().address] if dask else []
    except (AttributeError, ValueError):  # Dask is here, but this is none of its workers
        return []


def _rank() -> list[str]:
    mpi = sys.modules.get("mpi4py.MPI")
    try:
        return [f"rank {mpi.COMM_WORLD.Get_rank()}"] if mpi and mpi.Is_initialized() else []
    except AttributeError:
        return []
