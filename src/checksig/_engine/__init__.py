"""The engine of this process. `_protocol` says what it does, `_ctypes` has it as a library."""

from __future__ import annotations

import os

from checksig._engine import _ctypes
from checksig._lock import lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from checksig._engine._protocol import Engine

_engine: Engine | None = None


def engine() -> Engine:
    """Return the engine of this process, loaded on the first call.

    :raises EngineError: it is missing, of another platform, or of another ABI.
    """
    global _engine
    loaded = _engine
    if loaded is not None and loaded.pid == os.getpid():
        return loaded
    with lock:
        if _engine is None or _engine.pid != os.getpid():
            _engine = _ctypes.load()
        return _engine


def _after_fork() -> None:
    """Forget the parent's engine: to call it in this child would hang."""
    global _engine
    _engine = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
