"""What the process around the engine must have before the library is loaded, and gets back after it.

Go ends the whole process where it can't have a thread, memory or a descriptor, so whether they are
there is looked at before. What can't be guarded is in docs/hosts.md.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Iterator
else:
    import _signal as signal  # the same without enums, which take long to make

DESCRIPTORS = 10
"""Free descriptors that a first job needs: Go's own, and a root, a list and a file."""

ADDRESS_SPACE = 2 << 30
"""Bytes of address space: Go reserves most of them, and uses few."""

GIB = 1 << 30


def lack() -> str:
    """Say what this process lacks for Go to start in it, "" where it has all."""
    return _settings_trouble() or _descriptors_lacking() or _space_lacking() or _threads_lacking()


def _settings_trouble() -> str:
    """Name a variable for which Go would end the process. It reads those that the process was started with."""
    try:
        with open("/proc/self/environ", "rb") as f:
            started_with = dict(line.partition(b"=")[::2] for line in f.read().split(b"\0"))
    except OSError:
        started_with = dict(os.environb) if os.supports_bytes_environ else {}
    limit = started_with.get(b"GOMEMLIMIT", b"")
    if limit and not re.fullmatch(rb"off|\d+([KMGT]?i?B)?", limit):
        return f"GOMEMLIMIT is {os.fsdecode(limit)!r}, which makes Go end the process; use a value such as 512MiB"
    for setting in started_with.get(b"GODEBUG", b"").split(b","):
        name, _, value = setting.partition(b"=")
        if (name == b"cgocheck" and value not in {b"0", b"1"}) or (
            name == b"fips140" and value not in {b"off", b"on", b"only", b"debug"}
        ):
            return f"GODEBUG has {os.fsdecode(setting)!r}, which makes Go end the process; remove it"
    return ""


def _descriptors_lacking() -> str:
    opened: list[int] = []
    try:
        opened.extend(os.open(os.devnull, os.O_RDONLY) for _ in range(DESCRIPTORS))
    except OSError as e:
        return f"it needs {DESCRIPTORS} free file descriptors, but has {len(opened)} ({e.strerror}); see `ulimit -n`"
    finally:
        for descriptor in opened:
            os.close(descriptor)
    return ""


def _space_lacking() -> str:
    if sys.platform != "linux":
        return ""
    import resource

    try:
        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        with open("/proc/self/statm", "rb") as f:
            used = int(f.read().split()[0]) * resource.getpagesize()
    except OSError:
        return ""
    if limit == resource.RLIM_INFINITY or limit - used >= ADDRESS_SPACE:
        return ""
    return (
        f"Go needs {ADDRESS_SPACE // GIB} GiB of address space beyond the {used / GIB:.1f} GiB in use, "
        f"and the limit is {limit / GIB:.1f} GiB; see `ulimit -v`"
    )


def _threads_lacking() -> str:
    """Say so where Go can't have as many threads as it has processors, and some more."""
    if sys.platform != "linux":
        return ""
    needed = len(os.sched_getaffinity(0)) + 10
    started = needed if _has_room_for(needed) else _startable(needed)
    if started >= needed:
        return ""
    return f"Go needs {needed} threads, but only {started} can be started; see `ulimit -u` and pids.max of the cgroup"


def _has_room_for(threads: int) -> bool:
    """Look at the limits alone. A user's limit counts the threads of all the user's processes, which nothing lists."""
    import resource

    try:
        limit, _ = resource.getrlimit(resource.RLIMIT_NPROC)
        if limit != resource.RLIM_INFINITY:
            with open("/proc/loadavg", "rb") as f:
                limit -= int(f.read().split()[3].partition(b"/")[2])  # threads of all users
            if limit < threads:
                return False
        with open("/proc/self/cgroup", "rb") as f:
            groups = [line.split(b":", 2) for line in f.read().splitlines()]
    except (OSError, ValueError, IndexError):
        return False
    paths = {b"/sys/fs/cgroup"}
    for _, controllers, path in groups:
        if controllers in {b"", b"pids"}:
            paths |= {b"/sys/fs/cgroup" + path, b"/sys/fs/cgroup/pids" + path}
    return all(_group_has_room_for(threads, path) for path in paths)


def _group_has_room_for(threads: int, path: bytes) -> bool:
    try:
        with open(path + b"/pids.max", "rb") as most, open(path + b"/pids.current", "rb") as now:
            limit = most.read().strip()
            return limit == b"max" or int(limit) - int(now.read()) >= threads
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False


def _startable(most: int) -> int:
    """Start threads, at most this many, and end them again. Returns how many could be started."""
    import threading

    leave = threading.Event()
    threads: list[threading.Thread] = []
    try:
        for _ in range(most):
            thread = threading.Thread(target=leave.wait, daemon=True)
            thread.start()
            threads.append(thread)
    except (RuntimeError, MemoryError):  # can't start new thread
        pass
    finally:
        leave.set()
        for thread in threads:
            thread.join()
    return len(threads)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Put back, after the library was loaded and first called, what Go changes for its whole process."""
    with contextlib.ExitStack() as stack:
        if sys.platform == "win32":
            stack.enter_context(_same_error_mode())
        else:
            stack.enter_context(_same_file_limit())
            stack.enter_context(_same_handlers())
            stack.enter_context(_signals_blocked())
        yield


@contextlib.contextmanager
def _same_file_limit() -> Iterator[None]:
    """Go raises the limit on open files."""
    import resource

    try:
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    except OSError:  # a sandbox that lets nobody ask lets Go not raise it
        yield
        return
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limit)


@contextlib.contextmanager
def _same_handlers() -> Iterator[None]:
    """Go takes SIGURG and SIGPIPE, and the program's handlers would be dead.

    It needs neither: its threads block SIGURG, and it writes to no pipe. The handlers for faults, such
    as SIGSEGV, it does need, and hands over what is not its own.
    """
    sigaction = ctypes.CDLL(None).sigaction
    before = {number: ctypes.create_string_buffer(512) for number in (signal.SIGURG, signal.SIGPIPE)}
    for number, action in before.items():
        sigaction(number, None, action)
    try:
        yield
    finally:
        for number, action in before.items():
            sigaction(number, action, None)


@contextlib.contextmanager
def _signals_blocked() -> Iterator[None]:
    """Go's threads inherit the mask, so that signals go on to reach the program's own threads alone."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


@contextlib.contextmanager
def _same_error_mode() -> Iterator[None]:
    """Go turns the message boxes of Windows off."""
    if sys.platform == "win32":
        mode = ctypes.windll.kernel32.GetErrorMode()
        try:
            yield
        finally:
            ctypes.windll.kernel32.SetErrorMode(mode)
    else:
        yield
