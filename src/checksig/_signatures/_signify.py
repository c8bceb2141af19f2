"""signify, of OpenBSD: https://man.openbsd.org/signify.1.

A signature is a text of two lines; an embedded one is followed by the message.
"""

from __future__ import annotations

from checksig._engine import engine
from checksig._signatures._ed25519_keys import keys, signature
from checksig._signatures._verified import Mark, RefusedError, Verified, malformed, untrusted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._trust import Signify

LINES = 2
"""Lines of a signature, before the message if that is embedded."""


def verify(text: bytes, content: bytes | None, trusted: Sequence[Signify], *, require_all: bool) -> Verified:  # noqa: ARG001 - there is one signature
    """Verify a signature, or the message that follows one."""
    *lines, rest = text.split(b"\n", LINES)
    algorithm, number, signed = signature([line.removesuffix(b"\r") for line in lines])
    if algorithm == b"ED":
        raise malformed("cut short: a signature of minisign has four lines")
    if algorithm != b"Ed":
        raise malformed(f"unknown algorithm {algorithm!r}")
    if content is not None and rest:
        raise malformed("has text after the signature")
    message = rest if content is None else content
    name = number.hex()
    points = keys(one.key for one in trusted).get(number)
    if points is None:
        raise untrusted(f"the signify key {name}")
    check = engine().ed25519
    if not any(check(point, message, signed) for point in points):
        raise RefusedError(f"not a signature of this list by the signify key {name}")
    return Verified(message, LINES if content is None else 0, [Mark(name)])
