"""Reading lists, signatures and keys, whole."""

from __future__ import annotations

from checksig._errors import Code
from checksig._readers._start import open_regular
from checksig._requested import shown
from checksig._signatures._verified import RefusedError

MOST = 1 << 20
"""Bytes that a signature or a key has at most, unless the signature contains the list."""


def read(path: str, most: int = -1) -> bytes:
    """Return the content of a regular file.

    :raises OSError: it can't be read.
    """
    with open_regular(shown(path)) as file:
        return file.read(most)


def read_key(path: str) -> bytes:
    """Return a file of keys, which holds no private one.

    :raises RefusedError: it can't be read, or does.
    """
    try:
        text = read(path, MOST + 1)
    except OSError as e:
        raise RefusedError(f"can't read the key: {(e.strerror or str(e)).lower()}", Code.KEY_UNUSABLE, path) from None
    except ValueError:
        raise RefusedError("not a path, nor a key", Code.KEY_UNUSABLE, path) from None
    if len(text) > MOST:
        raise RefusedError("too large for a file of keys", Code.KEY_UNUSABLE, path)
    if is_private(text):
        raise RefusedError("is a private key; give the public one, and keep this one secret", Code.KEY_UNUSABLE, path)
    return text


_PRIVATE = (b"PRIVATE KEY", b"PuTTY-User-Key-File", b"secret key", b"RWRTY0Iy", b"RWRCSwAA")
"""The last two begin keys of minisign and signify."""


def is_private(text: bytes) -> bool:
    """Say whether a file of keys has a private one, by what the tools write into it."""
    return any(words in text for words in _PRIVATE)
