"""The form of a clear-signed text (RFC 9580, section 7), strictly: all that is around the text is refused.

Verifiers skip what is before and after it, and headers that they don't know. Whoever reads the file would take
that for signed.
"""

from __future__ import annotations

import re

from checksig._named import NamedTuple, named
from checksig._signatures._verified import malformed

MESSAGE = b"-----BEGIN PGP SIGNED MESSAGE-----"
_BEGIN, _END = b"-----BEGIN PGP SIGNATURE-----", b"-----END PGP SIGNATURE-----"
_HASH = re.compile(rb"Hash: [A-Za-z0-9-]+(, ?[A-Za-z0-9-]+)*")


@named
class Parts(NamedTuple):
    """All up to the signature, the number of lines before the text, and the signature in its armour."""

    message: bytes
    before: int
    signature: bytes


def parts(text: bytes) -> Parts:
    """Take a clear-signed text apart, which nothing may precede or follow."""
    lines = [line.removesuffix(b"\r") for line in text.split(b"\n")]
    if lines[0] != MESSAGE:
        raise malformed("the first line is not that of a clear-signed text")
    before = _headers(lines)
    try:
        end = lines.index(_BEGIN)
    except ValueError:
        raise malformed("cut short: the signature is missing") from None
    for number, line in enumerate(lines[before:end], before + 1):
        if line.startswith(b"-") and not line.startswith(b"- "):
            raise malformed(f"line {number} begins with a dash that is not escaped")
    signature = b"\n".join(lines[end:])
    check_armour(signature)
    check_line_ends(text)
    return Parts(b"\n".join(lines[:end]), before, signature)


def _headers(lines: list[bytes]) -> int:
    """Return the number of lines up to the empty one after the headers."""
    for number, line in enumerate(lines[1:], 2):
        if not line:
            return number
        if not _HASH.fullmatch(line):
            raise malformed(f"line {number} is not a Hash header of a clear-signed text")
    raise malformed("cut short: the text is missing")


def check_line_ends(text: bytes) -> None:
    """Raise for a carriage return that ends a line alone.

    OpenPGP takes it for the line feed that was signed, and a list does not: the next entry would be lost.
    """
    if b"\r" in text.replace(b"\r\n", b""):
        raise malformed("has a carriage return without a line feed, which may not be what was signed")


def check_armour(text: bytes) -> None:
    """Raise unless a text is one signature in armour, which nothing precedes or follows."""
    lines = [line.rstrip(b" \t\r") for line in text.split(b"\n")]
    if lines[0] != _BEGIN:
        raise malformed("not a signature of OpenPGP")
    if _END not in lines:
        raise malformed("cut short: the end of the signature is missing")
    end = lines.index(_END)
    if any(lines[end + 1 :]):
        raise malformed("has text after the signature")
