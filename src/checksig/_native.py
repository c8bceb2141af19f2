"""The only module that touches ctypes: finds, loads and calls the Go engine.

The C ABI is written down at the top of ``go/cmd/libchecksig/main.go``.
"""

from __future__ import annotations

import ctypes
import os
import sys

from checksig import _host
from checksig._errors import EngineError
from checksig._lock import lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ABI = 2
"""The number of the C ABI that this module speaks."""

_SUFFIXES = {"darwin": ".dylib", "win32": ".dll", "cygwin": ".dll"}


_HERE = os.path.dirname(os.path.abspath(__file__))

_SYSTEM = os.path.join(_HERE, "_checksig.path")
"""In place of the library, where a packager has it installed elsewhere: the file that says where."""


def library_path() -> str:
    """Where the library of this platform lies: beside this file, or else where the build was told."""
    try:
        with open(_SYSTEM, "rb") as f:
            return os.fsdecode(f.read())
    except FileNotFoundError:
        return os.path.join(_HERE, "_checksig" + _SUFFIXES.get(sys.platform, ".so"))


class Slot:
    """Where the library stores what it hands out for one job: its handle, and a text.

    The job owns it before it begins, and every store is one call, so no exception that a signal's
    handler raises can lose a handle or a text. Where one cuts the end of the job short, the end of
    this object, which follows, does what is left.
    """

    def __init__(self, engine: Engine) -> None:
        self.handle = ctypes.c_size_t()  # 0: there is no job
        self.text = ctypes.c_void_p()
        self.length = ctypes.c_size_t()
        self._engine = engine

    def __del__(self) -> None:
        if hasattr(self, "_engine") and self.handle.value and self._engine.pid == os.getpid():
            self._engine.close(self)


class Engine:
    """The loaded library, with its functions typed. Sound only in the process that loaded it."""

    def __init__(self, path: str, load_from: str, remedy: Callable[[], str]) -> None:
        self.path = path
        self.pid = os.getpid()
        try:
            with _host.undisturbed():
                self._library = ctypes.CDLL(load_from)
                self.is_alive = ctypes.c_int64.in_dll(self._library, "checksig_process").value == self.pid
                if self.is_alive:
                    self._declare(remedy)  # the first call waits until Go has started
        except (OSError, AttributeError, ValueError) as e:
            reason = f"can't be loaded as the checksig engine: {e}; {remedy()}"
            raise EngineError(path, reason) from e

    def _declare(self, remedy: Callable[[], str]) -> None:
        lib = self._library
        self.abi = _typed(lib.checksig_abi, ctypes.c_int32)
        number = self.abi()
        if number != ABI:
            reason = (
                f"speaks ABI {number}, and this checksig needs ABI {ABI}: they are of different versions; {remedy()}"
            )
            raise EngineError(self.path, reason)
        slot, size = ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_size_t)
        # Owned text comes as c_void_p: of a c_char_p ctypes would keep a copy and lose the address.
        self._version = _typed(lib.checksig_version, ctypes.c_void_p)
        self._holdings = _typed(lib.checksig_holdings, ctypes.c_void_p)
        self._free = _typed(lib.checksig_free, None, ctypes.c_void_p)
        self._clear = _typed(lib.checksig_clear, None, slot)
        self._start = _typed(lib.checksig_start, None, ctypes.c_char_p, ctypes.c_size_t, size, slot)
        self._poll = _typed(lib.checksig_poll, None, ctypes.c_size_t, ctypes.c_int32, slot, size)
        self._cancel = _typed(lib.checksig_cancel, None, ctypes.c_size_t)
        self._close = _typed(lib.checksig_close, None, size)

    def version(self) -> str:
        """Return the version the library was built as."""
        return self._owned(self._version())

    def holdings(self) -> dict[str, Any]:
        """Return what the engine holds in this process, with the bound of each: ``[now, at most]``."""
        import json

        held: dict[str, Any] = json.loads(self._owned(self._holdings()))
        return held

    def _owned(self, address: int) -> str:
        try:
            return ctypes.string_at(address).decode()
        finally:
            self._free(address)

    def start(self, slot: Slot, request: bytes) -> bytes:
        """Start a job, whose handle is in *slot* then, or return an error in JSON."""
        self._start(request, len(request), ctypes.byref(slot.handle), ctypes.byref(slot.text))
        if slot.handle.value:
            return b""
        try:
            return ctypes.string_at(slot.text)
        finally:
            self._clear(ctypes.byref(slot.text))

    def poll(self, slot: Slot, milliseconds: int) -> bytes:
        """Wait for a batch of a job, at most so long. Returns it in JSON."""
        try:
            self._poll(slot.handle, milliseconds, ctypes.byref(slot.text), ctypes.byref(slot.length))
            if not slot.text.value:
                raise EngineError(self.path, "returned nothing: it is out of memory")
            return ctypes.string_at(slot.text, slot.length.value)
        finally:
            self._clear(ctypes.byref(slot.text))

    def cancel(self, slot: Slot) -> None:
        """Make the job end soon."""
        self._cancel(slot.handle)

    def close(self, slot: Slot) -> None:
        """Cancel the job and forget it. *slot* is empty then."""
        self._close(ctypes.byref(slot.handle))


def _typed(function: ctypes._NamedFuncPointer, result: type | None, *arguments: type) -> ctypes._NamedFuncPointer:
    function.restype, function.argtypes = result, arguments
    return function


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
            _engine = _load()
        return _engine


def _remedy() -> str:
    """Say how this checksig comes to a library that it can load."""
    import sysconfig

    if "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or ""):
        return "musl (Alpine) can load no Go library (golang/go#54805), so use a system with glibc"
    if os.path.exists(_SYSTEM):
        return f"this checksig was built to load it from there ({_SYSTEM}), so install the system's package that fits"
    return f"{_installed()}install checksig from a wheel for this platform, or build it with `pip install .`"


def _installed() -> str:
    """Say which platform the wheel was for that these modules came in, "" where that isn't known."""
    import glob
    import re

    folder = glob.escape(os.path.dirname(_HERE))
    for path in glob.glob(os.path.join(folder, "checksig-*.dist-info", "WHEEL")):
        with open(path, encoding="utf-8") as f:
            tags = re.findall(r"(?m)^Tag: \S+-(\S+)$", f.read())
        return f"this one was installed from a wheel for {' or '.join(tags)}; "
    return ""


def _load() -> Engine:
    lacking = _host.lack()
    if lacking:
        reason = f"the engine can't be loaded in this process: {lacking}"
        raise EngineError(_HERE, reason)
    path = library_path()
    if not os.path.isfile(path):
        reason = f"the engine library is missing; {_remedy()}"
        raise EngineError(path, reason)
    loaded = Engine(path, path, _remedy)
    return loaded if loaded.is_alive else _load_private_copy(path)


def _load_private_copy(path: str) -> Engine:
    """Load a second copy, with a Go runtime of its own.

    The first one is dead in a forked child: its threads stayed in the parent. Loading the same
    file again returns it, so the copy comes from a file of its own.
    """
    if sys.platform != "linux":
        reason = (
            "this process was forked after its parent had used checksig, and a Go library does not survive that; "
            "start it with multiprocessing's 'spawn' or 'forkserver' method"
        )
        raise EngineError(path, reason)
    try:
        return _load_from_memory(path)
    except (OSError, AttributeError, EngineError):  # no memfd here, or a system that runs nothing from one
        return _load_from_temporary_file(path)


def _fork_remedy() -> str:
    return (
        "this process was forked after its parent had used checksig, and needs a copy of the engine of its own, "
        "as each generation of forks does; start it with multiprocessing's 'spawn' or 'forkserver' method"
    )


def _load_from_memory(path: str) -> Engine:
    fd = os.memfd_create("checksig", os.MFD_CLOEXEC)
    with open(path, "rb") as source, open(fd, "wb") as copy:
        copy.write(source.read())
        copy.flush()
        # The dynamic linker takes two libraries of one name for one: with "self" in it, that of a
        # child's child could be the name of the child's copy.
        return Engine(path, f"/proc/{os.getpid()}/fd/{fd}", _fork_remedy)


def _load_from_temporary_file(path: str) -> Engine:
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="checksig-") as folder:
        try:
            copy = shutil.copy(path, folder)
        except OSError as e:
            reason = f"can't be copied to {folder}: {e}; {_fork_remedy()}"
            raise EngineError(path, reason) from e
        return Engine(path, copy, _fork_remedy)


def _after_fork() -> None:
    """Forget the parent's library: to call it in this child would hang."""
    global _engine
    _engine = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
