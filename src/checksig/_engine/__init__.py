"""The engine of this process. `_protocol` says what it does.

`_ctypes` has it as a library, `_process` as a helper process. ``CHECKSIG_ENGINE`` chooses.
"""

from __future__ import annotations

import os

from checksig._engine import _library
from checksig._errors import Code, EngineError
from checksig._lock import lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from checksig._engine._protocol import Engine

_HAS_LIBRARY = _library.is_there()
if _HAS_LIBRARY:  # now, and not at the first use, when there may be no descriptor left to import it with
    from checksig._engine import _ctypes  # noqa: F401

SETTING = "CHECKSIG_ENGINE"

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
            _engine = _load(os.environ.get(SETTING) or "auto")
        return _engine


def _load(way: str) -> Engine:
    if way not in {"auto", "library", "process"}:
        path, reason = "", f"{SETTING} is {way!r}, but must be 'auto', 'library' or 'process'"
        raise EngineError(path, reason, "invalid_setting")
    if way == "process":
        from checksig._engine import _process

        return _process.load(f"{SETTING}=process")
    if way == "auto" and not _HAS_LIBRARY:
        helper = _process_if_installed("this installation has no library")
        if helper is not None:
            return helper
    from checksig._engine import _ctypes

    try:
        return _ctypes.load()
    except EngineError as e:
        if way == "library" or e.code == Code.ENGINE_VERSION:
            raise
        helper = _instead(e)
        if helper is None:
            raise
        return helper


def _instead(of: EngineError) -> Engine | None:
    """Return the engine as a helper process, if that is installed, because the library can't be used."""
    try:
        return _process_if_installed(f"{of.path}: {of.reason}")
    except OSError:  # no file can be opened, not even a module
        return None
    except EngineError as e:
        reason = f"{e.reason}; and as a library the engine can't be used either: {of.path}: {of.reason}"
        raise EngineError(e.path, reason, e.code) from of


def _process_if_installed(why: str) -> Engine | None:
    from checksig._engine import _helper, _process

    return _process.load(why) if _helper.is_installed() else None


def _after_fork() -> None:
    """Forget the parent's engine: to call it in this child would hang."""
    global _engine
    _engine = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
