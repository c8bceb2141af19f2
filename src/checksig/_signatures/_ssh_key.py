"""Public keys of SSH, in their encoding."""

from __future__ import annotations

import binascii

from checksig._signatures._digests import sha256
from checksig._signatures._ssh_wire import Reader

_CERTIFICATE = b"-cert-v01@openssh.com"


def kind_of(key: bytes) -> bytes:
    """Return the type of a key."""
    return Reader(key, "the key").string()


def is_certificate(key: bytes) -> bool:
    """Say whether a key is a certificate, which contains one."""
    return kind_of(key).endswith(_CERTIFICATE)


def all_of(key: bytes) -> list[bytes]:
    """Return a key; of a certificate also the certified key, and that of its authority."""
    if not is_certificate(key):
        return [key]
    from checksig._signatures import _ssh_extra

    return [key, *_ssh_extra.keys_of(key)]


def fingerprint(key: bytes) -> str:
    """Return the fingerprint of a key as ssh-keygen prints it. A certificate has that of its key."""
    digest = sha256(all_of(key)[1] if is_certificate(key) else key).digest()
    return f"SHA256:{binascii.b2a_base64(digest, newline=False).rstrip(b'=').decode()}"


def key_of(kind: str, text: str) -> bytes:
    """Return a public key from its two words.

    :raises ValueError: it is none.
    """
    try:
        key = binascii.a2b_base64(text.encode(), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError("the key is not valid base64") from None
    if kind_of(key) != kind.encode():
        raise ValueError(f"the key is not of the type {kind}")
    return key
