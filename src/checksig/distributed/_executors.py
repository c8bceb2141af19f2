"""What is asked of an executor besides `submit`: how many workers it has, and where they are."""

from __future__ import annotations

import concurrent.futures
import contextlib
import os
import pickle
import socket
import sys
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    class Future(Protocol):
        """What `submit` returns."""

        def add_done_callback(self, fn: Callable[[Any], object], /) -> object: ...
        def cancel(self) -> object: ...
        def cancelled(self) -> bool: ...
        def done(self) -> bool: ...
        def exception(self) -> BaseException | None: ...
        def result(self) -> Any: ...  # noqa: ANN401 - a hostile one returns anything

    class Executor(Protocol):
        """Runs functions elsewhere."""

        def submit(self, fn: Callable[..., Any], /, *args: Any) -> Future:  # noqa: ANN401
            """Run a function soon."""


_LOCAL = frozenset({"concurrent.futures.process", "concurrent.futures.thread", "loky.process_executor"})
"""The modules of executors whose workers are on this machine."""

_PATIENCE = 5.0
"""Seconds in which workers have to say whether they have checksig."""


def client_of(executor: Any) -> Any:  # noqa: ANN401 - of Dask, which may not be installed
    """Return the client of Dask that an executor is, or belongs to; None if it is another one."""
    dask = sys.modules.get("distributed.client")
    for one in (executor, getattr(executor, "_client", None)):
        if dask and isinstance(one, dask.Client):
            return one
    return None


def workers_of(executor: Any) -> int:  # noqa: ANN401
    """Return how many tasks an executor can run at a time; 0 if there are no workers yet, or it doesn't say."""
    client = client_of(executor)
    if client:
        return sum(client.nthreads().values())
    for name in ("num_workers", "_max_workers"):
        number = getattr(executor, name, None)
        if isinstance(number, int) and not isinstance(number, bool):
            return number
    return 0


def is_broken(error: BaseException) -> bool:
    """Say whether an error of a task is that of the whole executor, which can't run others either."""
    if isinstance(error, (concurrent.futures.BrokenExecutor, concurrent.futures.CancelledError)):
        return True
    return type(error).__name__.endswith("CancelledError")  # Dask has its own


class Capacity:
    """How many workers there are. Those of Dask come and go, so it is asked again, in a thread of its own."""

    _BETWEEN = 5.0  # seconds

    def __init__(self, executor: Executor, workers: int | None) -> None:
        self._executor = executor
        self.workers = workers or workers_of(executor) or os.cpu_count() or 1
        self._ended = threading.Event()
        if workers is None and client_of(executor):
            threading.Thread(target=self._ask, name="checksig-capacity", daemon=True).start()

    def close(self) -> None:
        self._ended.set()

    def _ask(self) -> None:
        while not self._ended.wait(self._BETWEEN):
            with contextlib.suppress(Exception):  # that the scheduler is gone is said elsewhere
                self.workers = workers_of(self._executor) or self.workers


def hosts_of(executor: Executor) -> tuple[list[str], str]:
    """Return the addresses at which workers may reach this process, and the interface to listen at: "" for all."""
    if any(kind.__module__ in _LOCAL for kind in type(executor).__mro__):
        return ["127.0.0.1"], "127.0.0.1"
    client = client_of(executor)
    scheduler = _host(client.scheduler.address) if client else ""
    towards = _address_towards(scheduler) if scheduler else ""
    if towards.startswith("127.") or (client and not scheduler):  # a cluster on this machine alone
        return ["127.0.0.1"], "127.0.0.1"
    name = socket.gethostname()
    found = [towards, *_addresses_of(name), name, "127.0.0.1"]
    return list(dict.fromkeys(filter(None, found))), ""


def _host(address: str) -> str:
    """Return the host of an address such as ``tcp://10.0.0.1:8786``; "" if it has none, as ``inproc://``."""
    protocol, _, rest = address.rpartition("://")
    return "" if protocol == "inproc" else rest.rpartition(":")[0].strip("[]")


def _address_towards(host: str) -> str:
    """Return the address of this machine that another one sees."""
    with contextlib.suppress(OSError):
        family, kind, _, _, address = socket.getaddrinfo(host, 9, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as probe:
            probe.connect(address)  # which sends nothing
            return str(probe.getsockname()[0])
    return ""


def _addresses_of(name: str) -> list[str]:
    with contextlib.suppress(OSError):
        found = (str(one[4][0]) for one in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM))
        return [address for address in found if not address.startswith(("127.", "fe80:")) and address != "::1"]
    return []


def lacking(executor: Executor, needed: type) -> list[str]:
    """Name the workers of Dask that can't import a class, if it can be found out."""
    client = client_of(executor)
    if not client:
        return []
    found: dict[str, object] = {}

    def ask() -> None:
        with contextlib.suppress(Exception):
            found.update(client.run(pickle.loads, pickle.dumps(needed), on_error="return"))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_PATIENCE)
    return sorted(address for address, said in found.items() if isinstance(said, Exception))
