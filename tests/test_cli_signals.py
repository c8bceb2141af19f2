"""Ctrl-C and the other signals that end a command: at once, by the signal itself, with nothing left behind."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from command import COMMAND, INTERRUPTED, TERMINATED, is_last_word
from conftest import digest, posix

pytestmark = posix

BUSY = 1.0 if sys.implementation.name == "cpython" else 4.0
"""CPU seconds after which a command has started, and reads the file."""

SOON = 30.0
"""Seconds that are plenty for what takes a tenth, on a busy machine too. The big file takes minutes."""


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process took, and on Linux also its children: the engine may be one."""
    if Path(f"/proc/{pid}/stat").exists():  # small Linux systems have no ps
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return sum(map(ticks, [str(pid), *children])) / os.sysconf("SC_CLK_TCK")
    done = subprocess.run(["ps", "-o", "time=", "-p", str(pid)], capture_output=True, text=True, check=False)
    minutes, _, seconds = done.stdout.strip().rpartition(":")
    return float(seconds or 0) + 60 * float(minutes.rpartition(":")[2] or 0)


def ticks(pid: str) -> int:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return int(user) + int(system)


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@contextlib.contextmanager
def reading(big: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the command, and continue when it is in the middle of the big file."""
    command = [*COMMAND, *arguments]
    with subprocess.Popen(command, cwd=big, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            wait_for(lambda: cpu_seconds(process.pid) > BUSY)
            yield process
        finally:
            process.kill()  # if something failed: the file takes it minutes


@pytest.mark.parametrize("arguments", [["verify"], ["verify", "--json"], ["create", "-o", "list"]], ids=" ".join)
def test_ctrl_c_stops_at_once(arguments: list[str], big: Path) -> None:
    """In the middle of a file: one line, death by the signal, and nothing is left behind."""
    before = sorted(big.iterdir())
    with reading(big, *arguments) as process:
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        took = time.monotonic() - start
    assert (-signal.SIGINT, b"") == (process.returncode, out)
    assert is_last_word(INTERRUPTED, err)
    assert took < SOON
    assert before == sorted(big.iterdir())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP] if os.name == "posix" else [])
def test_a_create_that_is_terminated_leaves_nothing(number: signal.Signals, big: Path) -> None:
    """It dies of the signal, after it has removed what it was writing."""
    before = sorted(big.iterdir())
    with reading(big, "create", "-o", "list") as process:
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert (-number, b"") == (process.returncode, out)
    assert is_last_word(TERMINATED, err)
    assert before == sorted(big.iterdir())


def test_ctrl_c_ends_a_shells_loop(big: Path) -> None:
    """A shell goes on after a command that exits by itself, and ends after one that a signal ended."""
    (big / "small").write_bytes(b"")
    (big / "SHA256SUMS").write_text(f"{digest(b'')}  small\n" * 16 + f"{digest(b'')}  file\n")
    loop = f"for i in 1 2 3; do {shlex.join([*COMMAND, 'verify', '--verbose', str(big)])}; echo next; done"
    with subprocess.Popen(
        ["bash", "-c", loop], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            assert process.stdout
            first = process.stdout.readline()  # it has begun
            os.killpg(process.pid, signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert b"small: OK\n" == first
    assert is_last_word(INTERRUPTED, err)
    assert b"next" not in out


def test_an_early_ctrl_c_is_no_verdict(big: Path) -> None:
    """Whichever import of the command's own it meets, the command dies of it: status 1 would mean a failed file."""
    code = "import sys; sys.path[:] = {!r}; print(flush=True); from checksig._cli import entry; sys.exit(entry())"
    for delay in range(0, 60, 3):
        command = [sys.executable, "-c", code.format(sys.path), "verify", str(big)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()  # Python itself has started: before that it ends as it likes
            time.sleep(delay / 1000)
            assert press_ctrl_c(process)
        assert -signal.SIGINT == process.returncode


def press_ctrl_c(process: subprocess.Popen[bytes]) -> bool:
    """Press Ctrl-C, and again if Python lost it. Says whether no more was needed.

    Python's import drops an exception that comes in a weak reference's callback: one Ctrl-C of some
    hundreds.
    """
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=SOON)
        return True
    process.send_signal(signal.SIGINT)
    try:
        return b"Exception ignored in" in process.communicate(timeout=SOON)[1]
    finally:
        process.kill()
