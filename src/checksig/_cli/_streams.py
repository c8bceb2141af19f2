"""Standard output and standard error, on their bad days too: closed, full, or of few characters."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


def prepare() -> None:
    """Let a character that the terminal or the locale doesn't have appear as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


_AT_ONCE = 0.1
"""Seconds without output after which a line goes out at once. Of many in a row each would cost as much
as the file it is about."""

_last_flush = 0.0


def put(line: str) -> None:
    """Print a line to standard output.

    :raises OSError: it can't be written.
    """
    global _last_flush
    if sys.stdout is None:  # closed from the start; print() would be silent
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    print(line)
    now = time.monotonic()
    if now - _last_flush > _AT_ONCE:
        sys.stdout.flush()
        _last_flush = now


def say(text: str) -> None:
    """Print a line to standard error. Where that can't be written, the exit status has to say it."""
    finish()
    if sys.stderr is not None:  # print() would take standard output instead
        with contextlib.suppress(OSError):
            print("checksig:", text, file=sys.stderr)


def finish() -> None:
    """Write what is still buffered.

    :raises OSError: it can't be written.
    """
    if sys.stdout is not None:
        sys.stdout.flush()


def give_up() -> None:
    """Forget what can't be written: Python would try again at exit, and end with a status of its own."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            _forget(stream)


def _forget(stream: TextIO) -> None:
    try:
        stream.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
