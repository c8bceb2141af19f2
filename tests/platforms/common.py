"""What all kinds of platforms share: directories, and how programs are found and run."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import glob
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, ParamSpec, TypeVar

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "checksig-platforms")
"""Interpreters and packages stay here for the next run; deleting it renews them."""

WORK = PROJECT / ".nox" / "platforms-work"
PATIENCE = 300.0  # seconds for one command, unless it is known to take more; the first that hangs ends its platform
DOWNLOAD = 900.0  # seconds for a command that downloads
TRIES = 3  # of a download, with a pause between them


class Skip(Exception):
    """The platform can't be had on this machine; the text says why."""


class Failure(Exception):
    """A command on the platform failed; the text is what it said."""


class Platform(NamedTuple):
    """A place where the wheel can be tried. *run* returns the result's line."""

    name: str
    how: str
    run: Callable[[], str]
    by_name_alone: bool = False  # takes so long that it is left out where nobody asks for it


_running: set[subprocess.Popen[bytes]] = set()


def stop() -> None:
    """End the commands of all platforms."""
    for process in list(_running):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def run(
    command: list[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    patience: float = PATIENCE,
) -> str:
    """Run a command, and return what it printed. It gets no input, and its time is limited."""
    try:
        process = subprocess.Popen(
            command,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that its children can be ended too, and no terminal stops them
        )
    except OSError as e:
        msg = f"{command[0]}: {e.strerror}"
        raise Failure(msg) from e
    _running.add(process)
    try:
        with process:
            said = finish(process, patience).decode("utf-8", "replace").strip()
    finally:
        _running.discard(process)
    if process.returncode:
        msg = f"{' '.join(command)}\nexit status {process.returncode}\n{said}"
        raise Failure(msg)
    return said


def fetch(
    command: list[str], *, env: Mapping[str, str] | None = None, cwd: Path | None = None, pause: float = 10
) -> str:
    """Run a command that downloads; again, and once more, where it fails."""
    for _ in range(TRIES - 1):
        with contextlib.suppress(Failure):
            return run(command, env=env, cwd=cwd, patience=DOWNLOAD)
        time.sleep(pause)
    return run(command, env=env, cwd=cwd, patience=DOWNLOAD)


def finish(process: subprocess.Popen[bytes], patience: float) -> bytes:
    """Wait for a process, and end it and its children if that takes too long."""
    try:
        return process.communicate(timeout=patience)[0]
    except BaseException as e:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        if isinstance(e, subprocess.TimeoutExpired):
            msg = f"{process.args!r}: not done in {patience:g} seconds"
            raise Failure(msg) from e
        raise


Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")
_shared = threading.RLock()


def one_at_a_time(work: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Wait until no other platform does such work: it makes what several of them use."""

    @functools.wraps(work)
    def waiting(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        with _shared:
            return work(*args, **kwargs)

    return waiting


@one_at_a_time
def need(package: str, *candidates: str) -> str:
    """Return the path of a program or file, the first there is; as root out of Debian's package at need."""
    found = first(candidates)
    if not found and shutil.which("apt-get") and os.geteuid() == 0:
        apt = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
        env = {"DEBIAN_FRONTEND": "noninteractive"}
        with contextlib.suppress(Failure):  # what counts is whether it is there then
            fetch([*apt, "update"])
            fetch([*apt, "install", "-y", "--no-install-recommends", package], env=env)
        found = first(candidates)
    if not found:
        msg = f"needs {candidates[0]}; install Debian's {package}, or run this as root"
        raise Skip(msg)
    return found


def first(candidates: tuple[str, ...]) -> str:
    return next((hit for name in candidates for hit in [shutil.which(name), *glob.glob(name)] if hit), "")


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Wait until no other run uses the cache."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def fresh(directory: Path) -> Path:
    """Return the directory, empty."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory
