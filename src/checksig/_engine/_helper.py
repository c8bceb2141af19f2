"""A helper process: where its program is, how it is started, and how it ended."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from _weakrefset import WeakSet

from checksig._engine._channel import ENDED, SILENT, Channel, LostError, apart, identity, pair
from checksig._engine._library import PROGRAM
from checksig._errors import Code, EngineError
from checksig._lock import lock
from checksig._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from typing import NoReturn
else:
    import _signal as signal  # the same without enums, which take long to make

PROTOCOL = 2
"""The number of the frames that these modules speak."""

_START = 10.0
"""Seconds in which the program has to say hello."""

_GLANCE = 0.1
"""Seconds after which a wait for hello looks whether the process has ended."""

_SILENCE = 30.0
"""Seconds without a reply, although one is due every second, after which the process is taken for dead."""

_open: WeakSet[Helper] = WeakSet()
"""Those whose descriptors a fork of this process would inherit."""

_ended: list[tuple[int, bytes]] = []
"""The processes that have ended or will soon, and have not been waited for."""


def is_installed() -> bool:
    return os.path.isfile(PROGRAM)


class Helper:
    """A running helper process. Only the process *pid* may use it."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.is_alive = True
        self._jobs: WeakSet[Channel] = WeakSet()
        self._process = 0
        """0: it was waited for, or never started."""
        self._born = b""
        self._status: int | None = None
        """How it ended, as far as it is known."""
        self._last_words = _words()
        try:
            with lock:  # a fork at this moment would keep the ends open
                ours, theirs = pair()
                try:
                    self._process = _spawn(theirs.fileno(), self._last_words)
                    self._born = _born(self._process)
                finally:
                    theirs.close()
                self._control = Channel(ours)
                _open.add(self)
        except OSError as e:
            raise unfit(e) from e
        try:
            self._check(self._hello())
        except LostError as e:
            self.fail(e)

    def _hello(self) -> bytes:
        for _ in range(int(_START / _GLANCE)):
            frame = self._control.reply(_GLANCE)
            if frame:
                return frame[1] if frame[0] == b"V" else b""
            self._notice_end()
        raise LostError(SILENT)

    def _check(self, hello: bytes) -> None:
        import json

        try:
            said = json.loads(hello)
            protocol, version = said["protocol"], said["version"]
        except (ValueError, TypeError, KeyError):
            reason = f"answers nonsense: {hello[:60]!r}"
            raise LostError(reason) from None
        if (protocol, version) != (PROTOCOL, __version__):
            self.end()
            reason = (
                f"is of version {version} and speaks protocol {protocol}, and these modules are of version "
                f"{__version__} and need {PROTOCOL}; {remedy()}"
            )
            raise EngineError(PROGRAM, reason, Code.ENGINE_VERSION)

    def connect(self) -> Channel:
        """Return a connection for one job.

        :raises LostError: the process has ended, and never had the connection.
        """
        try:
            with lock:  # as above
                ours, theirs = pair()
                try:
                    self._control.pass_on(theirs)
                finally:
                    theirs.close()
                channel = Channel(ours)
                self._jobs.add(channel)
        except OSError as e:
            raise unfit(e) from e
        return channel

    def disconnect(self, channel: Channel) -> None:
        channel.close()
        self._jobs.discard(channel)

    def _notice_end(self) -> None:
        """Raise if the process has ended: its end of a connection may still be open in a fork of this process."""
        if self._process:
            try:
                ended, status = _wait_for(self._process, self._born)
            except ChildProcessError:  # the program has waited for all its children
                self._process = 0
            else:
                if not ended:
                    return
                self._process, self._status = 0, status
        raise LostError(ENDED)

    def notice_silence(self, seconds: float) -> None:
        """Take note of this long a time without a reply.

        :raises LostError: the process has ended, or is silent for too long.
        """
        self._notice_end()
        if seconds >= _SILENCE:
            raise LostError(SILENT)

    def fail(self, error: LostError) -> NoReturn:
        """Raise the error for a job whose connection is lost.

        The process is not used any more, unless it goes on and has ended only this connection.
        """
        reason = str(error)
        if reason == ENDED:
            reason = self._how_it_ended()
            if self._process:
                raise _dropped() from error
        self.is_alive = False
        self.end(kill=True)
        raise EngineError(PROGRAM, f"the helper process of the engine {reason}", Code.ENGINE_DIED) from error

    def _how_it_ended(self) -> str:
        for _ in range(50):
            try:
                self._notice_end()
            except LostError:
                break
            time.sleep(0.002)
        if self._status is None:
            return "ended the connection"
        code = os.waitstatus_to_exitcode(self._status)
        said = self._said()
        return (f"was killed by signal {-code}" if code < 0 else f"ended with status {code}") + (said and f": {said}")

    def _said(self) -> str:
        """Return the first line of what the program printed."""
        text = self._last_words.read() if self._last_words else b""
        return text.strip().partition(b"\n")[0].decode("utf-8", "replace")

    def end(self, *, kill: bool = False) -> None:
        """Let the process end after its last job, or at once."""
        self.is_alive = False
        if self.pid != os.getpid():
            return
        _open.discard(self)
        if hasattr(self, "_control"):
            self._control.close()
        if self._last_words:
            self._last_words.close()
        if self._process:
            if kill and _born(self._process) == self._born:
                with contextlib.suppress(OSError):
                    os.kill(self._process, signal.SIGKILL)
            _ended.append((self._process, self._born))
            self._process = 0
        reap()

    def forget(self) -> None:
        """Close all that belongs to the parent, in a fork of it."""
        self.is_alive = False
        for channel in (self._control, *self._jobs):
            channel.forget()
        if self._last_words:
            self._last_words.close()

    def __del__(self) -> None:
        try:
            if hasattr(self, "_last_words"):
                self.end()
        except (AttributeError, TypeError):  # Python shuts down, and has no modules any more
            return


def reap() -> None:
    """Wait for those that have ended."""
    for one in list(_ended):
        try:
            ended, _ = _wait_for(*one)
        except OSError:
            ended, _ = one
        if ended:
            with contextlib.suppress(ValueError):
                _ended.remove(one)


def _wait_for(process: int, born: bytes) -> tuple[int, int]:
    """Return whether a process has ended, and how, as `os.waitpid` does.

    :raises ChildProcessError: the program has waited for it, and another one may have its number now.
    """
    if _born(process) != born:
        raise ChildProcessError
    return os.waitpid(process, os.WNOHANG)


def _born(process: int) -> bytes:
    """Return when a process was started, which tells it from a later one with its number.

    Its name doesn't: a script in place of the program may start the program in its turn. Without /proc nothing does.
    """
    try:
        with open(f"/proc/{process}/stat", "rb", buffering=0) as f:
            return f.read().rpartition(b")")[2].split()[19]
    except (OSError, IndexError):
        return b""


def _dropped() -> EngineError:
    """Return the error for a job whose connection the process has ended, although it goes on."""
    reason = "ended the connection of this job; it may have too few descriptors, see `ulimit -n`"
    return EngineError(PROGRAM, f"the helper process of the engine {reason}", Code.ENGINE_DIED)


def forget() -> None:
    """Close what a fork has inherited."""
    for helper in _open:
        helper.forget()
    _open.clear()
    _ended.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget)


def unfit(error: OSError) -> EngineError:
    """Return the error for a process that has no more descriptors, or may not have a helper."""
    reason = f"no helper process of the engine can be reached: {error.strerror or error}; see `ulimit -n`"
    return EngineError(PROGRAM, reason, Code.HOST_UNFIT)


class Words:
    """A file in memory for what the program prints before its end, such as why Go can't start."""

    def __init__(self) -> None:
        self.descriptor = apart(os.memfd_create("checksig", os.MFD_CLOEXEC))
        self._identity = identity(self.descriptor)

    def read(self) -> bytes:
        return os.pread(self.descriptor, 500, 0) if self._is_ours() else b""

    def close(self) -> None:
        if self._is_ours():
            os.close(self.descriptor)

    def _is_ours(self) -> bool:
        return identity(self.descriptor) == self._identity


def _words() -> Words | None:
    try:
        return Words()
    except (AttributeError, OSError):
        return None


def _spawn(connection: int, output: Words | None) -> int:
    """Start the program. Returns its process."""
    actions: list[tuple[int, ...] | tuple[int, int, str, int, int]] = [(os.POSIX_SPAWN_DUP2, connection, 0)]
    for stream in (1, 2):
        if output is None:
            actions.append((os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0))
        else:
            actions.append((os.POSIX_SPAWN_DUP2, output.descriptor, stream))
    try:
        return os.posix_spawn(PROGRAM, [PROGRAM], _environment(), file_actions=actions, setsigmask=_SHIELDED)
    except OSError as e:
        missing = isinstance(e, FileNotFoundError) and not is_installed()
        reason = "is missing" if missing else f"can't be started: {e.strerror}"
        code = Code.ENGINE_MISSING if missing else Code.ENGINE_UNLOADABLE
        raise EngineError(PROGRAM, f"the helper program of the engine {reason}; {remedy()}", code) from e


_SHIELDED = [
    getattr(signal, name)
    for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGPIPE", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGXFSZ")
    if hasattr(signal, name)
]
"""Signals that a terminal, or whoever ends a group of processes, also sends to the helper, before it ignores them."""


def _environment() -> dict[str, str]:
    """Return the variables that are meant for this engine. Those for any Go program may be meant for others.

    But where FIPS 140 forbids algorithms, it does so here too.
    """
    kept = {name: os.environ[name] for name in ("CHECKSIG_KERNELS",) if name in os.environ}
    for setting in os.environ.get("GODEBUG", "").split(","):
        if setting.startswith("fips140="):
            kept["GODEBUG"] = setting
    return kept


def remedy() -> str:
    """Say how this checksig comes to the program."""
    if sys.platform == "win32":
        return "on Windows checksig has the engine only as a library"
    return "install checksig from a wheel that has it, or build it: see docs/packaging.md"
