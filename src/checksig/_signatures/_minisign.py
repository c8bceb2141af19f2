"""minisign: https://jedisct1.github.io/minisign/, "Signature format".

A signature is of the list itself (the legacy form) or of its BLAKE2b-512; a second one is of the first and of
the trusted comment.
"""

from __future__ import annotations

from checksig._engine import engine
from checksig._signatures._digests import digest
from checksig._signatures._ed25519_keys import base64, keys, signature
from checksig._signatures._verified import Mark, RefusedError, Verified, malformed, untrusted, utc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._trust import Minisign

_TRUSTED = b"trusted comment: "
_LINES = 4
_TAB = 0x09  # minisign's own comments have some


def verify(text: bytes, content: bytes | None, trusted: Sequence[Minisign], *, require_all: bool) -> Verified:  # noqa: ARG001 - there is one signature
    """Verify a signature and its trusted comment."""
    lines = _lines(text)
    algorithm, number, signed = signature(lines)
    comment, of_both = _comment(lines[2]), base64(lines[3], "the signature of the trusted comment", 64)
    if content is None:
        raise malformed("a signature of minisign, which contains no list; give the list")
    message = _message(algorithm, content)
    name = key_id(number)
    points = keys(one.key for one in trusted).get(number)
    if points is None:
        raise untrusted(f"the minisign key {name}")
    check = engine().ed25519
    point = next((point for point in points if check(point, message, signed)), None)
    if point is None:
        raise RefusedError(f"not a signature of this list by the minisign key {name}")
    if not check(point, signed + comment, of_both):
        raise RefusedError(f"the trusted comment is not by the minisign key {name}")
    said = comment.decode("utf-8", "replace")
    return Verified(content, 0, [Mark(name, comment=said or None, time=_time(said))])


def key_id(number: bytes) -> str:
    """Return the number of a key as minisign prints it."""
    return number[::-1].hex().upper()


def _lines(text: bytes) -> list[bytes]:
    """Return the lines of a signature. Text after them would look signed, and is not."""
    lines = [line.removesuffix(b"\r") for line in text.split(b"\n")]
    if lines[-1] == b"":
        del lines[-1]
    if len(lines) < _LINES or not lines[2].startswith(_TRUSTED):
        raise malformed("cut short: a signature of minisign has four lines")
    if len(lines) > _LINES:
        raise malformed("has more lines than the four of a signature of minisign")
    return lines


def _comment(line: bytes) -> bytes:
    comment = line.removeprefix(_TRUSTED)
    if any(byte < 0x20 and byte != _TAB for byte in comment):
        raise malformed("the trusted comment has control characters")
    return comment


def _message(algorithm: bytes, content: bytes) -> bytes:
    if algorithm == b"Ed":
        return content
    if algorithm == b"ED":
        return digest("blake2b", content)
    raise malformed(f"unknown algorithm {algorithm!r}")


def _time(comment: str) -> str | None:
    """Return the time that minisign writes into its own trusted comments."""
    for field in comment.split("\t"):
        name, colon, value = field.partition(":")
        if name == "timestamp" and colon and value.isascii() and value.isdigit():
            return utc(int(value[:20]))
    return None
