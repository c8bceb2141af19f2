"""The coordinator's end of the line to its workers: it hears how far each is, and tells all of them to stop.

What comes is JSON, never a pickle, and only from peers that have the key of the run, which travels to the workers by
the executor. All that a peer can do is to report wrong numbers.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import selectors
import socket
import threading
import time
import weakref
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue

from checksig.distributed import _task
from checksig.distributed._handshake import MOST, as_coordinator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_INTERVAL = 0.2
"""Seconds until a new worker is listened to."""

_MOST_GREETED = 64
"""Peers at a time that may not have shown yet that they have the key; others are sent away."""

_FAULTS = (OSError, EOFError, AuthenticationError, ValueError, AssertionError, RecursionError)


class Line:
    """Listens to the workers of one run, in threads of its own."""

    def __init__(self, hosts: Sequence[str], interface: str) -> None:
        """Listen at a free port of an *interface*, "" for all. Workers reach it at one of *hosts*.

        :raises OSError: that is impossible.
        """
        self._listener = _listen(interface)
        self._listener.setblocking(False)  # who has come may be gone again
        port = self._listener.getsockname()[1]
        self.task = _task.Line(tuple((host, port) for host in hosts), secrets.token_bytes(32))
        """What workers need to know."""
        self._peers: dict[Connection, tuple[int, int, int] | None] = {}
        """What each said last: its span, and the files and bytes of it."""
        self._changing = threading.Lock()
        self._arrived: SimpleQueue[Connection] = SimpleQueue()
        """Workers that have shown that they have the key."""
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._greeting = threading.BoundedSemaphore(_MOST_GREETED)
        self._stops = self._closed = False
        _lines.add(self)
        threading.Thread(target=self._listen, name="checksig-line", daemon=True).start()

    def heard(self) -> dict[int, tuple[int, int]]:
        """Return how many files and bytes are done of each span that a worker is at."""
        found: dict[int, tuple[int, int]] = {}
        with self._changing:
            last = [*filter(None, self._peers.values())]
        for index, files, read in last:
            before = found.get(index, (0, 0))
            found[index] = max(before[0], files), max(before[1], read)
        return found

    def stop_workers(self) -> None:
        """Tell all workers to stop, and those that come yet."""
        self._stops = True

    def close(self) -> None:
        """End all connections soon. Workers whose work is not done stop then, too."""
        self._closed = True

    def abandon(self) -> None:
        """Let go of what is open: this process is a fork, and the line is that of its parent."""
        self._selector.close()
        self._listener.close()
        for peer in self._peers:
            peer.close()

    def _listen(self) -> None:
        """Be the thread."""
        told: set[Connection] = set()
        while not self._closed:
            for key, _ in self._selector.select(_INTERVAL):
                if isinstance(key.fileobj, Connection):
                    self._hear(key.fileobj)
                else:
                    self._greet()
            self._welcome()
            if self._stops:
                for peer in self._peers.keys() - told:
                    told.add(peer)
                    with contextlib.suppress(OSError):
                        peer.send_bytes(json.dumps({"cancel": True}).encode())
        self._selector.close()
        self._listener.close()
        for peer in self._peers:
            peer.close()

    def _welcome(self) -> None:
        """Listen to those who have arrived, too."""
        with contextlib.suppress(Empty):
            while True:
                peer = self._arrived.get_nowait()
                self._selector.register(peer, selectors.EVENT_READ)
                with self._changing:
                    self._peers[peer] = None

    def _hear(self, peer: Connection) -> None:
        try:
            said = _said(peer.recv_bytes(MOST))
        except _FAULTS:
            self._selector.unregister(peer)
            with self._changing:
                del self._peers[peer]
            peer.close()
        else:
            self._peers[peer] = said

    def _greet(self) -> None:
        """Let a thread find out whether who has come is a worker."""
        try:
            accepted, _ = self._listener.accept()
        except OSError:  # such as too many open files: that worker goes on without
            time.sleep(_INTERVAL)
            return
        if not self._greeting.acquire(blocking=False):
            accepted.close()
            return
        threading.Thread(target=self._admit, args=(accepted,), name="checksig-greeting", daemon=True).start()

    def _admit(self, accepted: socket.socket) -> None:
        try:
            with contextlib.suppress(*_FAULTS):
                self._arrived.put(as_coordinator(accepted, self.task.key))
        finally:
            self._greeting.release()


def _listen(interface: str) -> socket.socket:
    if not interface and socket.has_dualstack_ipv6():
        with contextlib.suppress(OSError):
            return socket.create_server(("", 0), family=socket.AF_INET6, backlog=128, dualstack_ipv6=True)
    return socket.create_server((interface, 0), backlog=128)


def _said(message: bytes) -> tuple[int, int, int]:
    """Read what a worker says.

    :raises ValueError: it is nothing that a worker says.
    """
    said = json.loads(message)
    if not isinstance(said, dict):
        said = {}
    span, files, read = (_number(said.get(name)) for name in ("span", "files", "bytes"))
    if min(span, files, read) < 0:
        msg = "not what a worker says"
        raise ValueError(msg)
    return span, files, read


def _number(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 1 << 63 else -1


_lines: weakref.WeakSet[Line] = weakref.WeakSet()


def _abandon_all() -> None:
    for line in list(_lines):
        line.abandon()


if hasattr(os, "register_at_fork"):
    # A worker that is a fork would keep the port open when the coordinator is gone.
    os.register_at_fork(after_in_child=_abandon_all)
