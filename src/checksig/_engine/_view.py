"""What a process keeps from its start, although its parent may change it later.

A thread uses a helper process only if it has the same view of files, and the same rights.
"""

from __future__ import annotations

import os
import sys

_KEPT = frozenset(
    b"Umask Uid Gid Groups CapInh CapPrm CapEff CapBnd CapAmb NoNewPrivs Seccomp Seccomp_filters "
    b"Cpus_allowed Mems_allowed".split()
)
"""Lines of /proc/thread-self/status."""


def view() -> tuple[object, ...]:
    """Return something that is equal as long as a process started by this thread would see and may do the same."""
    return (_mounts(), _priority(), (sys.platform == "linux" and _status()) or _rights())


def _mounts() -> tuple[object, ...]:
    root = os.stat("/")
    try:
        namespace = os.stat("/proc/thread-self/ns/mnt").st_ino
    except OSError:
        namespace = 0
    return namespace, root.st_dev, root.st_ino


def _priority() -> int:
    try:
        return os.getpriority(os.PRIO_PROCESS, 0)
    except OSError:
        return 0


def _status() -> tuple[object, ...]:
    try:
        with open("/proc/thread-self/status", "rb", buffering=0) as f:  # closed by whatever exception comes
            lines = f.read().split(b"\n")
    except OSError:
        return ()
    return tuple(line for line in lines if line.partition(b":")[0] in _KEPT)


def _rights() -> tuple[object, ...]:
    """Return what there is without /proc. The umask is missing: who reads it changes it for other threads."""
    return os.geteuid(), os.getegid(), *sorted(os.getgroups())
