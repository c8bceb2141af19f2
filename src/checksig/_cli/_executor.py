"""``--executor``: the processes of this machine, a cluster of Dask, or the ranks of MPI, to verify by."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys

from checksig._cli._operands import is_stream
from checksig._cli._streams import written_files
from checksig._cli._usage import UsageError
from checksig._errors import ChecksigError, Code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from typing_extensions import Self

    from checksig._cli._operands import GivenList, Group
    from checksig._report import OnProgress
    from checksig.distributed._create import Creation
    from checksig.distributed._executors import Executor
    from checksig.distributed._run import Run

FORMS = "processes:N, dask://HOST:PORT, dask:///PATH/OF/scheduler.json or mpi"

_REFUSED = ("only", "moved", "trust", "fail_fast")
"""Options that need the whole list in one process."""

_CUT = ("algorithm", "list_format", "backslash")
"""Options about how lists are read, which are those of the plan."""

_OF_CREATE: dict[str, object] = {
    "algorithm": None,
    "list_format": None,
    "exclude": None,
    "one_file_system": False,
    "tag": False,
    "force": False,
    "all": False,
    "allow_links_to": (),
    "no_cache": False,
}
"""Options of `create`, and what they are where they are not given."""

_CONNECT = 10.0
"""Seconds in which the scheduler of Dask has to answer."""

_MOST_PROCESSES = 1024 if os.name != "nt" else 61
"""As `concurrent.futures` has it for Windows."""


class UnreachableError(ChecksigError):
    """There is no executor where one should be."""

    code = Code.EXECUTOR_UNREACHABLE


class Chosen:
    """An executor that was asked for. It is opened when the first run begins."""

    def __init__(self, opened: Callable[[contextlib.ExitStack], Executor], jobs: int | None = None) -> None:
        """*jobs* are those of each task, unless the user says otherwise."""
        self._opened, self._jobs = opened, jobs
        self._stack = contextlib.ExitStack()
        self._executor: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(
        self,
        root: str,
        lists: Sequence[GivenList] | None,
        _files: object,
        *,
        of_group: object,  # noqa: ARG002 - of installed distributions
        outputs: Sequence[str],
        **options: Any,  # noqa: ANN401 - the API checks them
    ) -> Start:
        """Return what starts a run."""
        written = [os.path.abspath(path) for path in (*outputs, *written_files())]
        return Start(self, root, lists, {"jobs": self._jobs, "outputs": written, **options})

    def creation(self, root: str, output: str | None, progress: OnProgress | None, options: dict[str, Any]) -> Creation:
        """Return what makes lists.

        :raises UnreachableError: there is no executor.
        """
        from checksig.distributed._create import Creation

        given = {name: options.get(name, default) for name, default in _OF_CREATE.items()} | {"jobs": self._jobs}
        written = [os.path.abspath(path) for path in written_files()]
        return Creation(root, output, self.executor(), given, outputs=written, progress=progress)

    def executor(self) -> Executor:
        """Return the executor.

        :raises UnreachableError: there is none.
        """
        if self._executor is None:
            self._executor = self._opened(self._stack)
        return self._executor


class Start:
    """Starts a run by an executor, as `checksig._job.Start` does without."""

    def __init__(self, chosen: Chosen, root: str, lists: Sequence[GivenList] | None, options: dict[str, Any]) -> None:
        self._chosen, self._root, self._lists, self._options = chosen, root, lists, options

    def counting(self) -> Run:
        """Start it."""
        from checksig.distributed._verify import prepared

        options = {"exclude": None, "allow_links_to": (), **self._options}
        of_run = {key: options.pop(key) for key in ("ordered", "outputs", "progress", "timeout")}
        cut = {key: options.pop(key) for key in _CUT if key in options}
        for key in _REFUSED:
            options.pop(key, None)
        return prepared(self._root, self._lists, self._chosen.executor(), options, cut, **of_run)


def check(todo: Sequence[Group], given: dict[str, object]) -> None:
    """Refuse what can't be verified by parts.

    :raises UsageError: there is an option, a file or a stream.
    """
    for shown, value in given.items():
        if value:
            reason = f"--executor can't be combined with {shown}"
            raise UsageError(reason)
    for group in todo:
        if group.files:
            reason = "--executor can't be combined with a selection of files"
            raise UsageError(reason, "name lists, or directories that have some")
        for one in group.lists or ():
            if not isinstance(one, str) or is_stream(one):
                reason = "--executor needs lists that are files, which all workers can read"
                raise UsageError(reason)


def executor(text: str) -> Chosen:
    """Read the value of --executor.

    :raises UsageError: it makes no sense, or what it needs is not installed.
    """
    kind, _, rest = text.partition(":")
    if kind == "processes":
        return _processes(text, rest)
    if kind == "dask" and rest.startswith("//"):
        return _dask(text, rest[2:])
    if text == "mpi":
        return _mpi()
    reason = f"invalid value {text!r} for --executor: must be {FORMS}"
    raise UsageError(reason)


def _processes(text: str, number: str) -> Chosen:
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= _MOST_PROCESSES):
        reason = f"invalid value {text!r} for --executor: N must be a whole number from 1 to {_MOST_PROCESSES}"
        raise UsageError(reason)
    workers = int(number)

    def opened(stack: contextlib.ExitStack) -> Executor:
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor

        # Other ways to start them would leave threads, and the engine, in a fork of this process.
        context = multiprocessing.get_context("spawn")
        return stack.enter_context(ProcessPoolExecutor(workers, context, initializer=_begin_process))

    return Chosen(opened, max((os.cpu_count() or 1) // workers, 1))


def _begin_process() -> None:
    """Leave Ctrl-C, which a terminal sends to all processes, to the first of them: it tells the others.

    And end with it: a pool whose first process was killed would wait for ever, and hold its output open.
    """
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="checksig-parent", daemon=True).start()


def _end_with_parent() -> None:
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _dask(text: str, address: str) -> Chosen:
    if not address or (not address.startswith("/") and not _is_address(address)):
        reason = f"invalid value {text!r} for --executor: must be dask://HOST:PORT or dask:///PATH/OF/scheduler.json"
        raise UsageError(reason)
    dask = _needed("distributed", "dask")

    def opened(stack: contextlib.ExitStack) -> Executor:
        import logging

        logging.getLogger("distributed").setLevel(logging.CRITICAL + 1)  # what matters of it is in our errors
        if address.startswith("/") and not os.path.isfile(address):  # Dask would wait for it
            reason = f"there is no scheduler file {address}"
            raise UnreachableError(reason)
        where = {"scheduler_file": address} if address.startswith("/") else {"address": address}
        try:
            client = dask.Client(**where, timeout=_CONNECT, set_as_default=False)
        except (OSError, ValueError) as e:
            reason = f"no scheduler of Dask answers at {address}: {type(e).__name__}: {e}"
            raise UnreachableError(reason) from e
        stack.callback(client.close, timeout=2)
        opened: Executor = client.get_executor()
        return opened

    return Chosen(opened)


def _is_address(text: str) -> bool:
    host, _, port = text.rpartition(":")
    return bool(host) and port.isascii() and port.isdigit() and 1 <= int(port[:6]) < 1 << 16


def _mpi() -> Chosen:
    futures = _needed("mpi4py.futures", "mpi")
    if getattr(sys.modules.get("mpi4py.futures._core"), "SharedPool", None) is None:
        reason = "--executor mpi needs the ranks of mpi4py.futures"
        raise UsageError(reason, "run `mpiexec -n N python -m mpi4py.futures -m checksig verify --executor mpi LIST`")
    return Chosen(lambda stack: stack.enter_context(futures.MPIPoolExecutor()))


def _needed(module: str, extra: str) -> Any:  # noqa: ANN401 - a module
    try:
        return importlib.import_module(module)
    except ImportError as e:
        reason = f"--executor {extra} needs checksig[{extra}]: {e}"
        raise UsageError(reason, f"pip install 'checksig[{extra}]'") from e
