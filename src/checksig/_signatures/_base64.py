"""Base64, strictly: of one text for the same bytes there is no other."""

from __future__ import annotations

import binascii


def decoded(text: bytes) -> bytes:
    """Return what a text in base64 holds.

    :raises ValueError: it is not what an encoder writes.
    """
    raw = binascii.a2b_base64(text)  # raises a ValueError
    if binascii.b2a_base64(raw, newline=False) != text:
        raise ValueError("not valid base64")
    return raw
