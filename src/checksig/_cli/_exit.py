"""What the exit status means, and what ends the process from outside."""

from __future__ import annotations

BY_SIGNAL = 128
"""What a shell adds to the number of the signal that a program died of."""


class Exit:
    """The exit statuses."""

    OK = 0
    """Every listed file was verified."""
    FAILED = 1
    """At least one was not."""
    NO_VERDICT = 2
    """No verdict was possible."""
    INTERRUPTED = BY_SIGNAL + 2
    """Ctrl-C, as a shell shows SIGINT."""
    PIPE_CLOSED = BY_SIGNAL + 13
    """Nobody reads the output any more, as a shell shows SIGPIPE."""


class TerminatedError(BaseException):
    """A signal asks the process to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
