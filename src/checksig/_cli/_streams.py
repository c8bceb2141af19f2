"""Standard output and standard error, on their bad days too: closed, full, or of few characters."""

from __future__ import annotations

import errno
import os
import stat
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO


class UnwritableError(Exception):
    """Standard output can't be written. Its cause is the system's error."""


_colours_errors = False


class Sink:
    """Where a format writes. *put_bytes* puts bytes where *put* puts lines, as they are; *say* tells people."""

    def __init__(
        self, put: Callable[[str], object], put_bytes: Callable[[bytes], object], say: Callable[[str], object]
    ) -> None:
        self.put, self.put_bytes, self.say = put, put_bytes, say


def prepare() -> None:
    """Let a character that the terminal or the locale doesn't have appear as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    colour_errors("auto")


def written_files() -> list[str]:
    """Return the paths of the files that a shell writes standard output and standard error to, as far as is known."""
    return [path for path in map(_path_of, (1, 2)) if path]


def _path_of(descriptor: int) -> str:
    """Return the path of an open regular file, "" if it has none."""
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return ""
        if sys.platform == "darwin":
            import fcntl

            path = os.fsdecode(fcntl.fcntl(descriptor, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0"))
        else:
            path = os.readlink(f"/proc/self/fd/{descriptor}")
        return path if os.path.samestat(status, os.stat(path)) else ""
    except (OSError, AttributeError):  # closed, or a system that doesn't tell
        return ""


def gets_colour(stream: TextIO | None, when: str = "auto") -> bool:
    """Say whether *stream* gets colour, by --color and by the environment."""
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return is_terminal(stream) and _shows_colour(stream)


def is_terminal(stream: TextIO | None) -> bool:
    """Say whether *stream* is a terminal that can do more than print lines."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def _shows_colour(stream: TextIO | None) -> bool:
    if os.name != "nt" or stream is None:
        return True
    import ctypes
    import msvcrt

    mode = ctypes.c_ulong()
    handle = msvcrt.get_osfhandle(stream.fileno())  # type: ignore[attr-defined,unused-ignore] # Windows has it
    known = ctypes.windll.kernel32.GetConsoleMode(handle, ctypes.byref(mode))  # type: ignore[attr-defined,unused-ignore]
    return bool(known and mode.value & 4)  # ENABLE_VIRTUAL_TERMINAL_PROCESSING


def colour_errors(when: str) -> None:
    """Choose by --color whether what goes to standard error has colour."""
    global _colours_errors
    _colours_errors = gets_colour(sys.stderr, when)


_AT_ONCE = 0.1
"""Seconds without output after which a line goes out at once. Of many in a row each would cost as much
as the file it is about."""

_last_flush = 0.0


def put(line: str) -> None:
    """Print a line, or several, to standard output.

    :raises UnwritableError: it can't be written.
    """
    global _last_flush
    if sys.stdout is None:  # closed from the start; print() would be silent
        raise UnwritableError from OSError(errno.EBADF, os.strerror(errno.EBADF))
    try:
        print(line)
    except OSError as e:
        raise UnwritableError from e
    now = time.monotonic()
    if now - _last_flush > _AT_ONCE:
        finish()
        _last_flush = now


def put_bytes(data: bytes) -> None:
    """Write bytes to standard output, as they are.

    :raises UnwritableError: they can't be written.
    """
    finish()
    if sys.stdout is None:
        raise UnwritableError from OSError(errno.EBADF, os.strerror(errno.EBADF))
    try:
        sys.stdout.buffer.write(data)
    except OSError as e:
        raise UnwritableError from e


def put_file(path: str) -> None:
    """Write the bytes of a file to standard output.

    :raises UnwritableError: they can't be written.
    """
    import shutil

    finish()
    if sys.stdout is None:
        raise UnwritableError from OSError(errno.EBADF, os.strerror(errno.EBADF))
    with open(path, "rb") as file:
        try:
            shutil.copyfileobj(file, sys.stdout.buffer)
        except OSError as e:
            raise UnwritableError from e
    finish()


def say(text: str, prefix: str = "checksig: ") -> None:
    """Print a line to standard error. Where that can't be written, the exit status has to say it."""
    finish()
    if sys.stderr is None:  # print() would take standard output instead
        return
    try:
        print(prefix, _led(text) if _colours_errors else text, sep="", file=sys.stderr)
    except OSError:
        return


def _led(text: str) -> str:
    from checksig._cli._colour import led

    return led(text)


def finish() -> None:
    """Write what is still buffered.

    :raises UnwritableError: it can't be written.
    """
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except OSError as e:
            raise UnwritableError from e


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
