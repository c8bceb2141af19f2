"""The only module that touches ctypes: finds, loads and calls the Go engine.

The C ABI is written down at the top of ``go/cmd/libchecksig/main.go``.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading

from checksig._errors import EngineError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

ABI = 1
"""The number of the C ABI that this module speaks."""

_SUFFIXES = {"darwin": ".dylib", "win32": ".dll", "cygwin": ".dll"}


_SYSTEM = os.path.join(os.path.dirname(__file__), "_checksig.path")
"""In place of the library, where a packager has it installed elsewhere: the file that says where."""


def library_path() -> str:
    """Where the library of this platform lies: beside this file, or else where the build was told."""
    try:
        with open(_SYSTEM, "rb") as f:
            return os.fsdecode(f.read())
    except FileNotFoundError:
        return os.path.join(os.path.dirname(__file__), "_checksig" + _SUFFIXES.get(sys.platform, ".so"))


class Engine:
    """The loaded library, with its functions typed. Sound only in the process that loaded it."""

    def __init__(self, path: str, load_from: str) -> None:
        self.path = path
        self.pid = os.getpid()
        try:
            with _same_file_limit():
                self._library = ctypes.CDLL(load_from)
                self._declare()  # the first call waits until Go has started
        except (OSError, AttributeError) as e:
            reason = f"can't be loaded as the checksig engine: {e}; {_remedy()}"
            raise EngineError(path, reason) from e

    def _declare(self) -> None:
        lib = self._library
        self.abi = _typed(lib.checksig_abi, ctypes.c_int32)
        number = self.abi()
        if number != ABI:
            reason = (
                f"speaks ABI {number}, and this checksig needs ABI {ABI}: they are of different versions; {_remedy()}"
            )
            raise EngineError(self.path, reason)
        # Owned text comes as c_void_p: of a c_char_p ctypes would keep a copy and lose the address.
        self._version = _typed(lib.checksig_version, ctypes.c_void_p)
        self._free = _typed(lib.checksig_free, None, ctypes.c_void_p)
        self._start = _typed(
            lib.checksig_start,
            ctypes.c_size_t,
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.POINTER(ctypes.c_void_p),
        )
        self._poll = _typed(
            lib.checksig_poll,
            ctypes.c_void_p,
            ctypes.c_size_t,
            ctypes.c_int32,
            ctypes.POINTER(ctypes.c_size_t),
        )
        self.cancel = _typed(lib.checksig_cancel, None, ctypes.c_size_t)
        self.close = _typed(lib.checksig_close, None, ctypes.c_size_t)

    def version(self) -> str:
        """Return the version the library was built as."""
        return self._taken(self._version()).decode()

    def start(self, request: bytes) -> tuple[int, bytes]:
        """Start a job. Returns its handle, or 0 and an error in JSON."""
        problem = ctypes.c_void_p()
        handle: int = self._start(request, len(request), ctypes.byref(problem))
        return handle, b"" if handle else self._taken(problem.value)

    def poll(self, handle: int, milliseconds: int) -> bytes:
        """Wait for a batch of a job, at most so long. Returns it in JSON."""
        length = ctypes.c_size_t()
        return self._taken(self._poll(handle, milliseconds, ctypes.byref(length)), length)

    def _taken(self, address: int | None, length: ctypes.c_size_t | None = None) -> bytes:
        """Copy what the library returned, and free it there."""
        if not address:
            raise EngineError(self.path, "returned nothing: it is out of memory")
        try:
            return ctypes.string_at(address, -1 if length is None else length.value)
        finally:
            self._free(address)


@contextlib.contextmanager
def _same_file_limit() -> Iterator[None]:
    """Put the limit on open files back, which every Go runtime raises for its whole process."""
    if sys.platform == "win32":
        yield
        return
    import resource

    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limit)


def _typed(function: ctypes._NamedFuncPointer, result: type | None, *arguments: type) -> ctypes._NamedFuncPointer:
    function.restype, function.argtypes = result, arguments
    return function


_lock = threading.RLock()  # a signal's handler may come in the middle
_engine: Engine | None = None
_loaded_by = 0
"""The process that first loaded the library, or began to. In its forks that one is dead."""


def engine() -> Engine:
    """Return the engine of this process, loaded on the first call.

    :raises EngineError: it is missing, of another platform, or of another ABI.
    """
    global _engine
    loaded = _engine
    if loaded is not None and loaded.pid == os.getpid():
        return loaded
    with _lock:
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

    folder = glob.escape(os.path.dirname(os.path.dirname(__file__)))
    for path in glob.glob(os.path.join(folder, "checksig-*.dist-info", "WHEEL")):
        with open(path, encoding="utf-8") as f:
            tags = re.findall(r"(?m)^Tag: \S+-(\S+)$", f.read())
        return f"this one was installed from a wheel for {' or '.join(tags)}; "
    return ""


def _load() -> Engine:
    global _loaded_by
    path = library_path()
    if not os.path.isfile(path):
        reason = f"the engine library is missing; {_remedy()}"
        raise EngineError(path, reason)
    if _loaded_by not in {0, os.getpid()}:
        return _load_private_copy(path)
    _loaded_by = os.getpid()
    return Engine(path, path)


def _load_private_copy(path: str) -> Engine:
    """Load a second copy, with a Go runtime of its own.

    The first one is dead in a forked child: its threads stayed in the parent. Loading the same
    file again would return it, so the copy comes from a file of its own.
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


def _load_from_memory(path: str) -> Engine:
    fd = os.memfd_create("checksig", os.MFD_CLOEXEC)
    with open(path, "rb") as source, open(fd, "wb") as copy:
        copy.write(source.read())
        copy.flush()
        # The dynamic linker takes two libraries of one name for one: with "self" in it, that of a
        # child's child could be the name of the child's copy.
        return Engine(path, f"/proc/{os.getpid()}/fd/{fd}")


def _load_from_temporary_file(path: str) -> Engine:
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="checksig-") as folder:
        try:
            copy = shutil.copy(path, folder)
        except OSError as e:
            reason = f"no private copy for this forked process can be made: {e}"
            raise EngineError(path, reason) from e
        return Engine(path, copy)


def _after_fork() -> None:
    """Forget the parent's library: to call it in this child would hang."""
    global _lock, _engine
    _lock = threading.RLock()  # another thread of the parent may have held it
    _engine = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
