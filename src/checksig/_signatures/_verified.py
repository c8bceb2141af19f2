"""What the modules of the schemes return, and how they refuse.

Each has::

    def verify(signature: bytes, content: bytes | None, trusted: Sequence[Trust], *, require_all: bool) -> Verified

*content* is that of the list; None where *signature* is the list itself, and contains both.
"""

from __future__ import annotations

from checksig._errors import Code
from checksig._named import NamedTuple, named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


@named
class Mark(NamedTuple):
    """Who signed: what a `Signer` has but for paths."""

    key_id: str
    identity: str | None = None
    comment: str | None = None
    time: str | None = None


@named
class Verified(NamedTuple):
    """The bytes that were signed, the number of lines before them in the file, and who signed them."""

    content: bytes
    before: int
    marks: Sequence[Mark]
    unknown: Sequence[str] = ()
    """Keys of further signatures of the list, which no trusted one is."""


class RefusedError(Exception):
    """A signature is not what it must be. *path* is the file concerned, if it is not the signature."""

    def __init__(self, reason: str, code: str = Code.SIGNATURE_BAD, path: str = "") -> None:
        super().__init__(reason)
        self.reason, self.code, self.path = reason, code, path


def malformed(reason: str) -> RefusedError:
    """Return the error for what can't be read."""
    return RefusedError(reason, Code.SIGNATURE_MALFORMED)


def untrusted(what: str) -> RefusedError:
    """Return the error for a signature by *what*, which was not named as trusted."""
    return RefusedError(f"signed by {what}, which is not trusted", Code.SIGNATURE_UNTRUSTED)


def utc(seconds: float) -> str | None:
    """Return a time as a report has it, None for one that no calendar has."""
    import time

    try:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
    except (ValueError, OverflowError, OSError):
        return None
