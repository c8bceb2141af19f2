"""What runs on a worker: one task. Several may run at a time, in threads of one process."""

from __future__ import annotations

import os
import socket
import sys

from checksig import _api
from checksig._errors import ChecksigError, JobCancelled
from checksig._report import Status
from checksig._version import __version__
from checksig.distributed import _roots
from checksig.distributed._contact import Contact
from checksig.distributed._task import REFUSED, Answer, Found, unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from checksig._report import Report
    from checksig.distributed._task import Task


def work(version: str, payload: bytes) -> Answer | tuple[str, str, str]:
    """Verify the span of a task, or refuse it: the coordinator has another *version* of checksig."""
    if version != __version__:
        return REFUSED, __version__, name()
    task = unpack(payload)
    return Answer(task.run, task.number, task.span.digest, name(), _outcome(task))


def _outcome(task: Task) -> Found | Exception:
    try:
        return _verified(task)
    except (ChecksigError, ValueError, TypeError) as e:
        return e
    except Exception as e:  # noqa: BLE001 - what can't be pickled would be lost, or break the pool
        return RuntimeError(f"{type(e).__name__}: {e}")


def _verified(task: Task) -> Found:
    begin = _api.verification(task.root, task.span, **task.options)
    with begin.counting() as job, Contact(task, job) as contact:
        try:
            report = job.report()
        except JobCancelled:
            contact.explain()
            raise
        return Found(name(), report, job.tally(), _root(task, report))


def _root(task: Task, report: Report) -> _roots.Identity | None:
    """Return what the root is, if that can be the reason for missing files."""
    missing = report.counts[Status.MISSING]
    return _roots.identify(task.root, names=missing == report.files) if missing else None


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
