"""Frames on a socket: what is sent to a helper process, and what comes back.

``go/cmd/checksig-engine/main.go`` describes them. An exception that a signal's handler raises may come
between any two steps of Python's, so what a system call did is stored by the C code that calls it,
``list.extend(map(call, …))``. Whatever is cut short, the next call goes on where the last one was.
"""

from __future__ import annotations

import _socket
import contextlib
import errno
import os
import sys
from _thread import RLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

WORKING = b"W"

HEADER = 9
"""Bytes before the rest of a frame: its kind, and the length of the rest."""

_LONGEST = 1 << 30
"""More than any reply has."""

_PIECE = 1 << 20
"""Bytes that one call reads at most."""

_PATIENCE = 10.0
"""Seconds for which the other end may take nothing of what is sent."""

_QUIET = getattr(_socket, "MSG_NOSIGNAL", 0)
"""The program may let SIGPIPE end it."""

_AT_ONCE = getattr(_socket, "MSG_DONTWAIT", 0)


class LostError(Exception):
    """The other end is gone, or does not answer, or answers nonsense. The text says which."""


class Channel:
    """One end of a stream socket. One thread reads; any other may send a hint, and close it."""

    def __init__(self, sock: _socket.socket) -> None:
        self._pid = os.getpid()
        self._socket = sock
        self._reading, self._writing = RLock(), RLock()
        """No thread closes what another one uses: a descriptor's number may soon be that of another file."""
        self._descriptor = sock.fileno()
        self._identity = identity(self._descriptor)
        self._pieces: list[bytes] = []
        """What has come of the next frame."""
        self._asked: list[int] = []
        """How much was sent that asks for a reply which is still to come."""
        self.is_closed = False
        """Whether `close` was called."""
        if hasattr(_socket, "SO_NOSIGPIPE"):
            sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_NOSIGPIPE, 1)

    def check(self) -> None:
        """Raise if the program has closed the descriptor, and maybe has another file by its number now."""
        if identity(self._socket.fileno()) != self._identity:
            self._socket.detach()
            reason = "lost its connection: this process closed a descriptor that is not its own"
            raise LostError(reason)

    def send(self, kind: bytes, *rest: bytes) -> None:
        """Send a frame of any length, for which a reply will come."""
        left = memoryview(b"".join([kind, sum(map(len, rest)).to_bytes(8, "big"), *rest]))
        with self._reading, _told():
            self.check()
            self._socket.settimeout(_PATIENCE)
            self._asked.append(len(left))
            while left:
                left = left[self._socket.send(left, _QUIET) :]

    def hint(self, kind: bytes) -> None:
        """Send a frame of nothing but its kind, from any thread and at any moment, unless that would have to wait."""
        try:
            with self._writing:
                self.check()
                self._socket.send(kind + bytes(HEADER - 1), _QUIET | _AT_ONCE)
        except (LostError, OSError):  # whoever waits for the answer will see why
            return

    def pass_on(self, sock: _socket.socket) -> None:
        """Hand a socket over to the process at the other end."""
        rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, sock.fileno().to_bytes(4, sys.byteorder))
        with self._reading, _told():
            self.check()
            self._socket.settimeout(_PATIENCE)
            self._socket.sendmsg([b"\0"], [rights], _QUIET)

    def ask(self, kind: bytes, rest: bytes = b"") -> None:
        """Ask for a reply, in a short frame, unless one is still to come."""
        frame = kind + len(rest).to_bytes(8, "big") + rest
        with self._reading, _told():
            if not self._asked and not self._pieces:
                self.check()
                self._socket.settimeout(_PATIENCE)
                self._asked.extend(map(self._socket.send, (frame,), (_QUIET,)))

    def reply(self, seconds: float) -> tuple[bytes, bytes] | None:
        """Wait for the reply, at most for this long while nothing comes. None: it has not come.

        A frame of the kind `WORKING` says that it takes longer.
        """
        with self._reading, _told():
            while self._wait(seconds):
                first = self._pieces[:1]
                if first and first[0][:1] != WORKING:
                    self._asked.clear()  # first: an exception in between may lose an answer, but no question
                frame = self._take()
                if frame:
                    return frame
        return None

    def _wait(self, seconds: float) -> bool:
        self.check()
        while missing := _missing(self._pieces):
            self._socket.settimeout(seconds)
            try:
                self._pieces.extend(map(self._socket.recv, (min(missing, _PIECE),)))
            except (TimeoutError, BlockingIOError):
                return False
            if not self._pieces[-1]:
                raise LostError(ENDED)
        return True

    def _take(self) -> tuple[bytes, bytes] | None:
        try:
            data = b"".join(list(map(self._pieces.pop, (0,) * len(self._pieces))))
        except IndexError:  # a signal's handler was faster
            return None
        return data[:1], data[HEADER:]

    def close(self) -> None:
        """Close it, also for a fork of this process that has it too."""
        self.is_closed = True
        with contextlib.suppress(LostError, OSError), self._writing:  # the other end may be faster
            self.check()
            self._socket.shutdown(_socket.SHUT_RDWR)  # a thread that reads stops at once
        with self._reading, self._writing:
            self._socket.close()

    def forget(self) -> None:
        """Close it in a fork: it is the parent's.

        The parent may just be closing it: then the socket says that it is closed, and the descriptor is still open.
        """
        if identity(self._descriptor) == self._identity:
            self._socket.detach()
            os.close(self._descriptor)

    def __del__(self) -> None:
        try:
            if hasattr(self, "is_closed") and self._socket.fileno() >= 0:
                (self.close if self._pid == os.getpid() else self.forget)()
        except (AttributeError, TypeError):  # Python shuts down, and has no modules any more
            return


ENDED = "ended"
SILENT = "does not answer"


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Say what the system's errors about a socket mean. Others, such as a lack of descriptors, stay as they are."""
    try:
        yield
    except TimeoutError as e:
        raise LostError(SILENT) from e
    except OSError as e:
        if isinstance(e, ConnectionError) or e.errno == errno.EBADF:
            raise LostError(ENDED) from e
        raise


def _missing(pieces: list[bytes]) -> int:
    """Return how many bytes a frame lacks of which these have come: of its header first."""
    have = sum(map(len, pieces))
    if have < HEADER:
        return HEADER - have
    header = pieces[0] if len(pieces[0]) >= HEADER else b"".join(pieces)
    length = int.from_bytes(header[1:HEADER], "big")
    if length > _LONGEST or not header[:1].isupper():
        reason = f"answers nonsense: {bytes(header[:HEADER])!r}"
        raise LostError(reason)
    return max(0, HEADER + length - have)


def identity(descriptor: int) -> tuple[int, int] | None:
    """Return what tells the file of a descriptor from that which the program may have there, once it closed ours."""
    try:
        found = os.fstat(descriptor)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def pair() -> tuple[_socket.socket, _socket.socket]:
    """Return two connected sockets."""
    ours, theirs = _socket.socketpair()
    return _apart(ours), _apart(theirs)


def _apart(sock: _socket.socket) -> _socket.socket:
    number = sock.fileno()
    return sock if number > 2 else _socket.socket(fileno=apart(sock.detach()))


def apart(descriptor: int) -> int:
    """Return the file of a descriptor as one that is no standard stream, even if the program has closed those."""
    if descriptor > 2:
        return descriptor
    import fcntl

    try:
        return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
    finally:
        os.close(descriptor)
