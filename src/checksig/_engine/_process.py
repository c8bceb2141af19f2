"""The engine as a helper process, for a process in which a Go library can't live.

One process serves all jobs of this one, each on a connection of its own; `_channel` says why. It starts
with the first job, and ends with this process. Where a thread sees other files or has other rights than
those that the helper has from its start, another one is started (`_view`).
"""

from __future__ import annotations

import json
import math
import os
import sys

from checksig._engine import _helper
from checksig._engine._channel import SILENT, WORKING, Channel, LostError
from checksig._engine._helper import Helper
from checksig._engine._library import PROGRAM
from checksig._engine._view import view
from checksig._errors import Code, EngineError
from checksig._lock import lock
from checksig._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MOST_HELPERS = 4
"""Helper processes for threads of different views. A further one ends the oldest, after its jobs."""

_PAUSE = 0.04
"""Seconds for which a wait for an answer lasts at the most before it looks around."""

_SHORT_SILENCE = 1.5
"""Seconds without a reply, although one is due every second, after which the start of a job no longer waits for it."""

_LATE = 0.02
"""Seconds that a reply may take beyond the time it was given."""


class Process:
    """The engine in a helper process."""

    def __init__(self, why: str) -> None:
        self.path = PROGRAM
        self.pid = os.getpid()
        self.way = f"helper process: {why}"
        self._helpers: dict[tuple[object, ...], Helper] = {}
        self._helper()

    def version(self) -> str:
        return __version__  # of a helper of another version there is no Process

    def describe(self) -> dict[str, Any]:
        return self._object(b"D")

    def holdings(self) -> dict[str, Any]:
        return self._object(b"H")

    def ed25519(self, key: bytes, message: bytes, signature: bytes) -> bool:
        if (len(key), len(signature)) != (32, 64):  # as the helper takes the frame apart
            return False
        return self._answer(b"K", key, signature, message) == b"\1"

    def handle(self) -> Handle:
        return Handle(self)

    def connect(self) -> tuple[Helper, Channel]:
        """Return a connection for one job, and the helper process at its other end."""
        helper = self._helper()
        try:
            return helper, helper.connect()
        except LostError:  # it ended while it had nothing to do
            helper.end(kill=True)
            helper = self._helper()
        try:
            return helper, helper.connect()
        except LostError as e:
            helper.fail(e)

    def _helper(self) -> Helper:
        here = view()
        helper = self._helpers.get(here)
        if helper is not None and helper.is_alive:
            return helper
        with lock:
            helper = self._helpers.get(here)
            if helper is None or not helper.is_alive:
                while len(self._helpers) >= _MOST_HELPERS:
                    self._helpers.pop(next(iter(self._helpers))).end()
                _helper.reap()
                helper = self._helpers[here] = Helper()
            return helper

    def _object(self, kind: bytes) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self._answer(kind))
        return read

    def _answer(self, kind: bytes, *rest: bytes) -> bytes:
        helper, channel = self.connect()
        try:
            channel.send(kind, *rest)
            frame = _awaited(helper, channel)
            if frame is None:
                raise LostError(SILENT)
        except LostError as e:
            helper.fail(e)
        finally:
            helper.disconnect(channel)
        return frame[1]


class Handle:
    """One job of a helper process, or none."""

    def __init__(self, engine: Process) -> None:
        self._engine = engine
        self._helper: Helper | None = None
        self._channel: Channel | None = None
        self._first: bytes | None = None
        """The batch that came with the start, until it is taken."""
        self._silence = 0.0

    @property
    def is_open(self) -> bool:
        return self._channel is not None

    def start(self, request: bytes, milliseconds: int) -> bytes:
        self._helper, self._channel = helper, channel = self._engine.connect()
        try:
            here = _working_directory()
            channel.send(b"S", milliseconds.to_bytes(4, "big"), len(here).to_bytes(4, "big"), here, request)
            frame = _awaited(helper, channel, _SHORT_SILENCE)
        except LostError as e:
            self.close()
            helper.fail(e)
        except BaseException:  # KeyboardInterrupt above all: half a frame may have gone
            self.close()
            raise
        if frame is None:  # whoever polls knows for how long to wait
            self._silence = _SHORT_SILENCE
            return b""
        kind, text = frame
        if kind == b"E":
            self.close()
            return text
        self._first = text
        return b""

    def poll(self, milliseconds: int) -> bytes:
        first, self._first = self._first, None
        if first is not None:
            return first
        helper, channel = self._helper, self._channel
        if helper is None or channel is None:
            return b""
        try:
            channel.ask(b"P", milliseconds.to_bytes(4, "big"))
            seconds = milliseconds / 1000 + _LATE
            frame = channel.reply(seconds)
            if frame is None:
                self._silence += seconds
                helper.notice_silence(self._silence)
                return b""
        except LostError as e:
            if channel.is_closed:  # a signal's handler has closed the job
                return b""
            helper.fail(e)
        self._silence = 0.0
        kind, text = frame
        if kind == WORKING:
            return b""
        return text if kind == b"B" else _ENDED_BY % text

    def cancel(self) -> None:
        if self._channel is not None:
            self._channel.hint(b"C")

    def close(self) -> None:
        channel, helper = self._channel, self._helper
        if helper is not None and channel is not None:
            helper.disconnect(channel)
        self._channel = None

    def __del__(self) -> None:
        if getattr(self, "_channel", None) is not None and self._engine.pid == os.getpid():
            self.close()


_ENDED_BY = (
    b'{"results":null,"manifests":[],"progress":[0,0,0,0],"lists":0,"summary":{"error":%b,"ok":false,'
    b'"algorithms":[],"counts":[],"elapsed":0,"warnings":[],"root":null,"outputs":[],"format":null,"bag":null,'
    b'"files":[0,0],"lists":[]}}'
)
"""The last batch of a job that the engine failed to go on with."""


def _working_directory() -> bytes:
    try:
        return os.getcwdb()
    except OSError:  # it was deleted, which matters only to a relative path
        return b""


def _awaited(helper: Helper, channel: Channel, most: float = math.inf) -> tuple[bytes, bytes] | None:
    """Wait for a reply as long as the process is at work; return None if it is silent for *most* seconds."""
    silence = 0.0
    while True:
        frame = channel.reply(_PAUSE)
        if frame is None:
            silence += _PAUSE
            helper.notice_silence(silence)
            if silence >= most:
                return None
        elif frame[0] == WORKING:
            silence = 0.0
        else:
            return frame


def load(why: str) -> Process:
    """Start a helper process.

    :raises EngineError: the program is missing, of another version, or can't be started.
    """
    if not hasattr(os, "posix_spawn") or sys.platform == "win32":
        reason = f"no helper process of the engine can be started on this system; {_helper.remedy()}"
        raise EngineError(PROGRAM, reason, Code.ENGINE_MISSING)
    if not _helper.is_installed():
        reason = f"the helper program of the engine is missing ({why}); {_helper.remedy()}"
        raise EngineError(PROGRAM, reason, Code.ENGINE_MISSING)
    return Process(why)
