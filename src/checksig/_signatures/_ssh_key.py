"""Public keys of SSH, in their encoding."""

from __future__ import annotations

from checksig._signatures._base64 import decoded
from checksig._signatures._ssh_wire import Reader

_CERTIFICATE = b"-cert-v01@openssh.com"


def kind_of(key: bytes) -> bytes:
    """Return the type of a key."""
    return Reader(key, "the key").string()


def is_certificate(key: bytes) -> bool:
    """Say whether a key is a certificate, which contains one."""
    return kind_of(key).endswith(_CERTIFICATE)


_FIELDS = {
    b"ssh-ed25519": 1,
    b"ssh-rsa": 2,
    b"ssh-dss": 4,
    b"ecdsa-sha2-nistp256": 2,
    b"ecdsa-sha2-nistp384": 2,
    b"ecdsa-sha2-nistp521": 2,
    b"sk-ssh-ed25519@openssh.com": 2,
    b"sk-ecdsa-sha2-nistp256@openssh.com": 3,
}
"""The strings in a key, after its type."""

_POINT = 32
"""Bytes of a key of Ed25519."""


def is_known(kind: bytes) -> bool:
    """Say whether a type of keys or certificates is known."""
    return kind.removesuffix(_CERTIFICATE) in _FIELDS


def key_of(kind: str, text: str) -> bytes:
    """Return a public key from its two words.

    :raises ValueError: it is none.
    """
    try:
        key = decoded(text.encode())
    except ValueError:
        raise ValueError("the key is not valid base64") from None
    reader = Reader(key, "the key")
    found = reader.string()
    if found != kind.encode() or found not in _FIELDS:
        raise ValueError(f"the key is not of the type {kind}" if found in _FIELDS else f"unknown type of key {kind!r}")
    fields = [reader.string() for _ in range(_FIELDS[found])]
    reader.end()
    if found == b"ssh-ed25519" and len(fields[0]) != _POINT:
        raise ValueError("the key is of another length")
    return key


def signature_kind(certificate: bytes) -> bytes:
    """Return the type of the signature by which an authority made a certificate (OpenSSH's PROTOCOL.certkeys)."""
    reader = Reader(certificate, "the certificate")
    kind = reader.string().removesuffix(_CERTIFICATE)
    reader.string()  # a random number
    for _ in range(_FIELDS.get(kind, 0)):
        reader.string()
    reader.take(8 + 4)  # serial number and type
    reader.string()  # the name of the key
    reader.string()  # principals
    reader.take(8 + 8)  # the time in which it is valid
    for _ in range(4):  # critical options, extensions, reserved, and the key of the authority
        reader.string()
    signature = reader.string()
    reader.end()
    return Reader(signature, "the signature of the certificate").string()
