"""Digests of what is in memory already.

hashlib takes longer to import than most lists to verify, since it loads OpenSSL.
"""

from __future__ import annotations

_MODULES = {"blake2b": ("_blake2",), "sha1": ("_sha1",), "sha256": ("_sha2", "_sha256"), "sha512": ("_sha2", "_sha512")}
"""Where CPython has each: SHA-2 in another module before 3.12."""


def digest(algorithm: str, data: bytes) -> bytes:
    """Return a digest by one of the algorithms above."""
    for name in _MODULES[algorithm]:
        try:
            computed: bytes = getattr(__import__(name), algorithm)(data).digest()
        except (ImportError, AttributeError):  # another version of Python, or another Python
            continue
        return computed
    import hashlib

    return hashlib.new(algorithm, data, usedforsecurity=False).digest()
