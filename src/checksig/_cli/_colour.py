"""Colour on terminals: the words that say how it went have some, names never."""

from __future__ import annotations

_STYLES = {"OK": "32", "FAILED": "1;31", "MALFORMED": "1;31", "error": "1;31", "warning": "1;33", "hint": "36"}
"""The words, and what a terminal needs to be sent."""


def painted(word: str) -> str:
    """Return one of the words in its colour."""
    return f"\x1b[{_STYLES[word]}m{word}\x1b[0m"


def led(line: str) -> str:
    """Return *line*, with colour for the word that leads it up to a colon, if it is one of those."""
    word, colon, rest = line.partition(":")
    return f"{painted(word)}{colon}{rest}" if word in _STYLES else line
