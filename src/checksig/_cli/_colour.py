"""Colour on terminals: the words that say how it went have some, names never."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

_STYLES = {"OK": "32", "FAILED": "1;31", "MALFORMED": "1;31", "error": "1;31", "warning": "1;33", "hint": "36"}
"""The words, and what a terminal needs to be sent."""


def painted(word: str) -> str:
    """Return one of the words in its colour."""
    return f"\x1b[{_STYLES[word]}m{word}\x1b[0m"


def led(line: str) -> str:
    """Return *line*, with colour for the word that leads it up to a colon, if it is one of those."""
    word, colon, rest = line.partition(":")
    return f"{painted(word)}{colon}{rest}" if word in _STYLES else line


def wanted(stream: TextIO | None, when: str = "auto") -> bool:
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
