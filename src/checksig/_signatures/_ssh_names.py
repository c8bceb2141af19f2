"""The names of SSH keys, and the keys that a certificate contains."""

from __future__ import annotations

import binascii

from checksig._signatures._digests import digest
from checksig._signatures._ssh_key import is_certificate


def all_of(key: bytes) -> list[bytes]:
    """Return a key; of a certificate also the certified key, and that of its authority."""
    if not is_certificate(key):
        return [key]
    from checksig._signatures import _ssh_extra

    return [key, *_ssh_extra.keys_of(key)]


def fingerprint(key: bytes) -> str:
    """Return the fingerprint of a key as ssh-keygen prints it. A certificate has that of its key."""
    hashed = digest("sha256", all_of(key)[1] if is_certificate(key) else key)
    return f"SHA256:{binascii.b2a_base64(hashed, newline=False).rstrip(b'=').decode()}"
