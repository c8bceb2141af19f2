"""How a file begins: whether it may be a document at all."""

from __future__ import annotations

from checksig._requested import open_regular

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

START = 1 << 16
"""Bytes of a file by which it is seen what it may be."""

_BOM = b"\xef\xbb\xbf"
_WIDE = {b"\xff\xfe<\0", b"\xfe\xff\0<"}


def is_json(start: bytes) -> bool:
    """Say whether a text that begins so may be a JSON object."""
    return start.removeprefix(_BOM).lstrip(b" \t\r\n").startswith(b"{")


def is_xml(start: bytes) -> bool:
    """Say whether a text that begins so may be XML."""
    return start[:4] in _WIDE or start.removeprefix(_BOM).lstrip(b" \t\r\n").startswith(b"<")


def start_of(file: BinaryIO) -> bytes:
    """Return how an open file begins. Leaves it at its start."""
    start = file.read(START)
    file.seek(0)
    return start


def may_be_document(path: str) -> bool:
    """Say whether a file begins like JSON or XML."""
    try:
        with open_regular(path) as file:
            start = start_of(file)
    except OSError:
        return False
    return is_json(start) or is_xml(start)
