"""A command line that makes no sense."""

from __future__ import annotations

from checksig._cli._exit import Exit
from checksig._cli._streams import say
from checksig._text import plain


class UsageError(Exception):
    """The arguments make no sense. *hint* says what would."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.hint = hint


def usage(reason: str, hint: str = "") -> int:
    """Say what is wrong with the arguments. Returns the exit status."""
    say(f"error: {plain(reason)}")
    if hint:
        say(f"hint: {plain(hint)}")
    return Exit.NO_VERDICT
