"""Digests of what is in memory already.

hashlib takes longer to import than most lists to verify, since it loads OpenSSL.
"""

from __future__ import annotations

import sys

_SHA2 = sys.version_info >= (3, 12)
_MODULES = {
    "blake2b": "_blake2",
    "sha1": "_sha1",
    "sha256": "_sha2" if _SHA2 else "_sha256",
    "sha512": "_sha2" if _SHA2 else "_sha512",
}
"""Where CPython has each."""


def digest(algorithm: str, data: bytes) -> bytes:
    """Return a digest by one of the algorithms above."""
    if sys.implementation.name == "cpython":
        try:
            computed: bytes = getattr(__import__(_MODULES[algorithm]), algorithm)(data).digest()
        except ImportError:  # it was built without
            pass
        else:
            return computed
    import hashlib

    return hashlib.new(algorithm, data, usedforsecurity=False).digest()
