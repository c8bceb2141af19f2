"""The packets of an OpenPGP file of signatures (RFC 9580, sections 4 and 6.2), before anything reads what is in them.

Sequoia takes apart whatever comes, also data that is compressed a thousandfold.
"""

from __future__ import annotations

from checksig._signatures._base64 import decoded
from checksig._signatures._clearsigned import check_armour
from checksig._signatures._verified import malformed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 32
"""Signatures in a file: each is verified over the whole list."""

_SIGNATURE = 2


def signatures(text: bytes) -> list[bytes]:
    """Return the signature packets of a file, armoured or not, which has no others.

    :raises RefusedError: it has, or too many, or is damaged.
    """
    data = _without_armour(text) if text.startswith(b"-----") else text
    found = []
    for packet in _packets(data):
        found.append(packet)
        if len(found) > MOST:
            raise malformed(f"has more than {MOST} signatures")
    if not found:
        raise malformed("the signature is empty")
    return found


def _without_armour(text: bytes) -> bytes:
    check_armour(text)
    lines = [line.rstrip(b" \t\r") for line in text.split(b"\n")]
    while lines and not lines[-1]:
        del lines[-1]
    try:
        body = lines[lines.index(b"") + 1 : -1]  # after the headers
    except ValueError:
        raise malformed("cut short: the armour has no empty line") from None
    if body and body[-1].startswith(b"="):
        del body[-1]  # a checksum, which shows no more than the signature does
    try:
        return decoded(b"".join(body))
    except ValueError:
        raise malformed("cut short or damaged: not valid base64") from None


def _packets(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        tag, header, length = _header(data[at : at + 6])
        end = at + header + length
        if tag != _SIGNATURE:
            raise malformed("holds something else than signatures")
        if not header or end > len(data):
            raise malformed("cut short or damaged: the end of a signature is missing")
        yield data[at:end]
        at = end


def _header(start: bytes) -> tuple[int, int, int]:
    """Return the tag of a packet, the bytes of its header, and those after it; 0 bytes of a header that is none."""
    first, rest = start[0], start[1:]
    if not first & 0x80:
        return -1, 0, 0
    if not first & 0x40:
        size = (1, 2, 4, 0)[first & 3]  # the last is of a packet without an end
        known = size and len(rest) >= size
        return (first >> 2) & 15, (1 + size) if known else 0, int.from_bytes(rest[:size], "big")
    return first & 63, *_new_length(rest)


def _new_length(rest: bytes) -> tuple[int, int]:
    if len(rest) >= 1 and rest[0] < 192:
        return 2, rest[0]
    if len(rest) >= 2 and rest[0] < 224:
        return 3, ((rest[0] - 192) << 8) + rest[1] + 192
    if len(rest) >= 5 and rest[0] == 255:
        return 6, int.from_bytes(rest[1:5], "big")
    return 0, 0  # cut short, or of a packet in parts
