"""Paths of files that come from another file, or from the output of another program."""

from __future__ import annotations

import os
import sys

from checksig._cli._options import Option
from checksig._cli._usage import UsageError
from checksig._text import shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_STDIN = "-"

OPTIONS = (
    Option(
        ("--files-from",),
        "Also take FILEs from PATH, or from standard input if PATH is -: one a line. Can be repeated.",
        "PATH",
        repeatable=True,
    ),
    Option(
        ("--files0-from",),
        "The same, with a NUL after each, as find -print0 writes them. Can be repeated.",
        "PATH",
        repeatable=True,
    ),
)


def take(options: dict[str, Any], others: tuple[str, ...] = ()) -> list[str] | None:
    """Take these options out of *options*, and return the paths; None if neither is given.

    *others* may be standard input too.

    :raises UsageError: a file can't be read, or names none.
    """
    lines, zeros = options.pop("files_from", ()), options.pop("files0_from", ())
    if not lines and not zeros:
        return None
    if [*lines, *zeros, *others, *options.get("exclude_from", ())].count(_STDIN) > 1:
        reason = "standard input can't be read for two purposes"
        raise UsageError(reason, "write one of them to a file first")
    paths = [path for source in lines for path in _by_line(source)]
    paths += [path for source in zeros for path in _by_zero(source)]
    if not paths:
        reason = f"{shell_quoted([*lines, *zeros][0])}: names no file"
        raise UsageError(reason)
    return paths


def _by_line(source: str) -> list[str]:
    text = _read(source)
    if b"\0" in text:
        reason = f"{shell_quoted(source)}: has NUL bytes"
        raise UsageError(reason, "if they end the names, use --files0-from")
    return [os.fsdecode(line) for line in _without_returns(text).split(b"\n") if line]


def _without_returns(text: bytes) -> bytes:
    """Return a text with the line ends of Unix: no name has a carriage return on Windows, where others come from."""
    return text.replace(b"\r\n", b"\n") if os.name == "nt" else text


def _by_zero(source: str) -> list[str]:
    text = _read(source)
    if b"\0" not in text and b"\n" in text:
        reason = f"{shell_quoted(source)}: no NUL ends a name"
        raise UsageError(reason, "if there is one name a line, use --files-from")
    names = text.removesuffix(b"\0").split(b"\0") if text else []
    if b"" in names:
        reason = f"{shell_quoted(source)}: name {names.index(b'') + 1} is empty"
        raise UsageError(reason)
    return [os.fsdecode(name) for name in names]


def _read(source: str) -> bytes:
    try:
        if source != _STDIN:
            with open(source, "rb") as file:
                return file.read()
    except OSError as e:
        reason = f"{shell_quoted(source)}: {(e.strerror or str(e)).lower()}"
        raise UsageError(reason, "name a file that can be read") from e
    if sys.stdin is None:
        reason = "standard input is closed"
        raise UsageError(reason, "pipe the names of files into it")
    return sys.stdin.buffer.read()
