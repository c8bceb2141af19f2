"""What --exclude, --exclude-from and --include leave out: patterns as gitignore(5) has them."""

from __future__ import annotations

import sys

from checksig._cli._options import Option
from checksig._cli._usage import UsageError
from checksig._text import shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_STDIN = "-"

OPTIONS = (
    Option(
        ("--exclude",),
        "Leave out names that match PATTERN, and what is in directories that do, by the rules of .gitignore: *.tmp and "
        "cache/ are for any directory, /build is for the top. Can be repeated; the last one that matches decides.",
        "PATTERN",
        repeatable=True,
    ),
    Option(
        ("--include",),
        "Don't leave out names that match PATTERN, although another one would. Can be repeated.",
        "PATTERN",
        repeatable=True,
    ),
    Option(
        ("--exclude-from",),
        "Take patterns from FILE, one a line, before those of --exclude and --include. Can be repeated.",
        "FILE",
        repeatable=True,
    ),
    Option(
        ("-x", "--one-file-system"),
        "Leave out directories on other file systems than that of ROOT: of a new list, and with --extra. No effect on "
        "Windows.",
    ),
)


def take(options: dict[str, Any]) -> None:
    """Replace these options in *options* by the argument of `verify` and `create`, if any is given.

    :raises UsageError: a file can't be read.
    """
    lines = [line for path in options.pop("exclude_from", ()) for line in _lines(path)]
    lines += map(_pattern, options.pop("exclude", ()))
    lines += [f"!{_included(pattern)}" for pattern in options.pop("include", ())]
    if lines:
        options["exclude"] = lines


def _pattern(text: str) -> str:
    """Return a pattern of the command line, which is for some name.

    :raises UsageError: it is for none.
    """
    if not text.strip():
        reason = f"a pattern is blank: {text!r}"
        raise UsageError(reason)
    if text.startswith("#"):
        reason = f"{shell_quoted(text)} is a comment, and no pattern"
        raise UsageError(reason, "for a name that begins so, write a backslash before it")
    if text.startswith(("./", "../")):
        reason = f"{shell_quoted(text)} is for no name: patterns are relative to ROOT"
        raise UsageError(reason, f"for what is directly in ROOT, write {shell_quoted('/' + text.lstrip('./'))}")
    return text


def _included(text: str) -> str:
    if text.startswith("!"):
        reason = f"{shell_quoted(text)} begins with the ! that --include puts before a pattern"
        raise UsageError(reason, f"write --include {shell_quoted(text[1:])}, or a backslash before a ! of the name")
    return _pattern(text)


def _lines(path: str) -> Iterator[str]:
    try:
        if path == _STDIN and sys.stdin is not None:
            text = sys.stdin.buffer.read()
        else:
            with open(path, "rb") as file:
                text = file.read()
    except OSError as e:
        reason = f"{shell_quoted(path)}: {(e.strerror or str(e)).lower()}"
        raise UsageError(reason, "name a file of patterns that can be read") from e
    if b"\0" in text:
        reason = f"{shell_quoted(path)}: not a text in UTF-8"
        raise UsageError(reason, "name a file of patterns, one a line")
    yield from text.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape").split("\n")
