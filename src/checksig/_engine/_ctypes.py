"""The engine as a library: loads it with ctypes and calls its functions.

The C ABI is written down at the top of ``go/cmd/libchecksig/main.go``.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys

from checksig._engine import _host, _library
from checksig._errors import Code, EngineError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ABI = 6
"""The number of the C ABI that this module speaks."""


class Library:
    """The loaded library, with its functions typed. Sound only in the process that loaded it."""

    def __init__(self, path: str, load_from: str, remedy: Callable[[], str]) -> None:
        self.path = path
        self.pid = os.getpid()
        self.way = "library"
        try:
            with _host.undisturbed():
                self._cdll = ctypes.CDLL(load_from)
                self.is_alive = ctypes.c_int64.in_dll(self._cdll, "checksig_process").value == self.pid
                if self.is_alive:
                    self._declare(remedy)  # the first call waits until Go has started
        except (OSError, AttributeError, ValueError) as e:
            reason = f"can't be loaded as the checksig engine: {e}; {remedy()}"
            raise EngineError(path, reason, Code.ENGINE_UNLOADABLE) from e

    def _declare(self, remedy: Callable[[], str]) -> None:
        cdll = self._cdll
        self.abi = _typed(cdll.checksig_abi, ctypes.c_int32)
        number = self.abi()
        if number != ABI:
            reason = (
                f"speaks ABI {number}, and this checksig needs ABI {ABI}: they are of different versions; {remedy()}"
            )
            raise EngineError(self.path, reason, Code.ENGINE_VERSION)
        address, size = ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_size_t)
        # Owned text comes as c_void_p: of a c_char_p ctypes would keep a copy and lose the address.
        self._version = _typed(cdll.checksig_version, ctypes.c_void_p)
        self._describe = _typed(cdll.checksig_describe, ctypes.c_void_p)
        self._holdings = _typed(cdll.checksig_holdings, ctypes.c_void_p)
        text = ctypes.c_char_p
        self._ed25519 = _typed(cdll.checksig_ed25519, ctypes.c_int32, text, text, ctypes.c_size_t, text)
        self._free = _typed(cdll.checksig_free, None, ctypes.c_void_p)
        self.clear = _typed(cdll.checksig_clear, None, address)
        request, wait, batch = (ctypes.c_char_p, ctypes.c_size_t), ctypes.c_int32, (address, size)
        self.start = _typed(cdll.checksig_start, ctypes.c_int32, *request, wait, size, *batch)
        self.poll = _typed(cdll.checksig_poll, None, ctypes.c_size_t, wait, *batch)
        self.cancel = _typed(cdll.checksig_cancel, None, ctypes.c_size_t)
        self.close = _typed(cdll.checksig_close, None, size)

    def version(self) -> str:
        return self._owned(self._version())

    def describe(self) -> dict[str, Any]:
        return self._object(self._describe())

    def holdings(self) -> dict[str, Any]:
        return self._object(self._holdings())

    def ed25519(self, key: bytes, message: bytes, signature: bytes) -> bool:
        if (len(key), len(signature)) != (32, 64):  # Go reads as much as that
            return False
        return bool(self._ed25519(key, message, len(message), signature) == 1)

    def handle(self) -> Handle:
        return Handle(self)

    def _object(self, address: int) -> dict[str, Any]:
        import json

        read: dict[str, Any] = json.loads(self._owned(address))
        return read

    def _owned(self, address: int) -> str:
        try:
            return ctypes.string_at(address).decode()
        finally:
            self._free(address)


def _typed(function: ctypes._NamedFuncPointer, result: type | None, *arguments: type) -> ctypes._NamedFuncPointer:
    function.restype, function.argtypes = result, arguments
    return function


class Handle:
    """Where the library stores what it hands out for one job: its number, and a text.

    Every store is one call, so no exception that a signal's handler raises can lose a job or a text. Where
    one cuts the end of the job short, the end of this object, which follows, does what is left.
    """

    def __init__(self, library: Library) -> None:
        self.job = ctypes.c_size_t()  # 0: there is none
        self._text = ctypes.c_void_p()
        self._length = ctypes.c_size_t()
        self._library = library
        self._first: bytes | None = None
        """The batch that came with the start, until it is taken."""

    @property
    def is_open(self) -> bool:
        return bool(self.job.value)

    def start(self, request: bytes, milliseconds: int) -> bytes:
        library = self._library
        try:
            failed = library.start(request, len(request), milliseconds, self.job, self._text, self._length)
            text = self._stored()
        finally:
            library.clear(self._text)
        if failed:
            return text
        self._first = text
        return b""

    def poll(self, milliseconds: int) -> bytes:
        library = self._library
        first, self._first = self._first, None
        if first is not None:
            return first
        try:
            library.poll(self.job, milliseconds, self._text, self._length)
            return self._stored()
        finally:
            library.clear(self._text)

    def _stored(self) -> bytes:
        if not self._text.value:
            raise EngineError(self._library.path, "returned nothing: it is out of memory", Code.OUT_OF_MEMORY)
        return ctypes.string_at(self._text, self._length.value)

    def cancel(self) -> None:
        self._library.cancel(self.job)

    def close(self) -> None:
        self._library.close(self.job)

    def __del__(self) -> None:
        if hasattr(self, "_library") and self.job.value and self._library.pid == os.getpid():
            self.close()


def load() -> Library:
    """Load the library.

    :raises EngineError: it is missing, of another platform, or of another ABI.
    """
    lacking = _host.lack()
    if lacking:
        reason = f"the engine can't be loaded in this process: {lacking}"
        raise EngineError(_library.PACKAGE, reason, Code.HOST_UNFIT)
    path = _library.library_path()
    if not os.path.isfile(path):
        reason = f"the engine library is missing; {_library.remedy()}"
        raise EngineError(path, reason, Code.ENGINE_MISSING)
    loaded = Library(path, path, _library.remedy)
    return loaded if loaded.is_alive else _load_private_copy(path)


def _load_private_copy(path: str) -> Library:
    """Load a second copy, with a Go runtime of its own.

    The first one is dead in a forked child: its threads stayed in the parent. Loading the same
    file again returns it, so the copy comes from a file of its own.
    """
    if sys.platform != "linux":
        reason = (
            "this process was forked after its parent had used checksig, and a Go library does not survive that; "
            "start it with multiprocessing's 'spawn' or 'forkserver' method"
        )
        raise EngineError(path, reason, Code.FORKED)
    with contextlib.suppress(OSError, AttributeError, EngineError):  # no memfd, or nothing can be run from one
        return _load_from_memory(path)
    try:
        return _load_from_temporary_file(path)
    except EngineError as e:
        raise EngineError(path, e.reason, Code.FORKED) from e


def _fork_remedy() -> str:
    return (
        "this process was forked after its parent had used checksig, and needs a copy of the engine of its own, "
        "as each generation of forks does; start it with multiprocessing's 'spawn' or 'forkserver' method"
    )


def _load_from_memory(path: str) -> Library:
    fd = os.memfd_create("checksig", os.MFD_CLOEXEC)
    with open(path, "rb") as source, open(fd, "wb") as copy:
        copy.write(source.read())
        copy.flush()
        # The dynamic linker takes two libraries of one name for one: with "self" in it, that of a
        # child's child could be the name of the child's copy.
        return Library(path, f"/proc/{os.getpid()}/fd/{fd}", _fork_remedy)


def _load_from_temporary_file(path: str) -> Library:
    import shutil
    import tempfile

    try:
        with tempfile.TemporaryDirectory(prefix="checksig-") as directory:
            return Library(path, shutil.copy(path, directory), _fork_remedy)
    except OSError as e:
        reason = f"can't be copied to a temporary file: {e}; {_fork_remedy()}"
        raise EngineError(path, reason) from e
