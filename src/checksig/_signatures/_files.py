"""Reading lists, signatures and keys, whole."""

from __future__ import annotations

import os

from checksig._errors import Code
from checksig._requested import open_regular, shown
from checksig._signatures._verified import RefusedError
from checksig._text import amount
from checksig._trust import PRIVATE

MOST = 1 << 20
"""Bytes that a signature or a key has at most, unless the signature contains the list."""

MOST_LIST = 1 << 28
"""Bytes of a signed list at most: all of it is in memory, several times."""


class TooLargeError(OSError):
    """A file has more bytes than are read."""


def read(path: str, most: int) -> bytes:
    """Return the content of a regular file.

    :raises OSError: it can't be read, or has more bytes than *most*.
    """
    with open_regular(shown(path)) as file:
        content = b"" if os.fstat(file.fileno()).st_size > most else file.read(most + 1)
        if len(content) > most or (not content and os.fstat(file.fileno()).st_size):
            raise TooLargeError(0, f"larger than {amount(most)}")
        return content


def read_key(path: str) -> bytes:
    """Return a file of keys, which holds no private one.

    :raises RefusedError: it can't be read, or does.
    """
    name = safe_name(path)
    try:
        text = read(path, MOST)
    except TooLargeError:
        raise RefusedError("too large for a file of keys", Code.KEY_UNUSABLE, name) from None
    except OSError as e:
        raise RefusedError(f"can't read the key: {(e.strerror or str(e)).lower()}", Code.KEY_UNUSABLE, name) from None
    except ValueError:
        raise RefusedError("not a path, nor a key", Code.KEY_UNUSABLE, name) from None
    if is_private(text):
        raise RefusedError("is a private key; give the public one, and keep this one secret", Code.KEY_UNUSABLE, name)
    return text


_PRIVATE = (b"PRIVATE KEY", b"PuTTY-User-Key-File", *map(str.encode, PRIVATE))


def is_private(text: bytes) -> bool:
    """Say whether a file of keys has a private one, by what the tools write into it."""
    return any(words in text for words in _PRIVATE)


def safe_name(path: str) -> str:
    """Return what an error calls a path, which may be a private key that was given in the place of one."""
    return "a private key, given as text" if is_private(path.encode("utf-8", "replace")) else path
