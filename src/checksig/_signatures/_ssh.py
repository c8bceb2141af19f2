"""Signatures of ``ssh-keygen -Y sign``: OpenSSH's PROTOCOL.sshsig."""

from __future__ import annotations

from checksig._engine import engine
from checksig._signatures import _allowed_signers
from checksig._signatures._base64 import decoded
from checksig._signatures._digests import digest
from checksig._signatures._ssh_key import kind_of
from checksig._signatures._ssh_names import fingerprint
from checksig._signatures._ssh_wire import Reader, string
from checksig._signatures._verified import Mark, RefusedError, Verified, malformed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._trust import AllowedSigners

BEGIN, END = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"

_MAGIC, _VERSION = b"SSHSIG", 1
_HASHES = {b"sha256": "sha256", b"sha512": "sha512"}
_ED25519 = b"ssh-ed25519"


class Signature:
    """A signature, taken apart."""

    def __init__(self, blob: bytes) -> None:
        reader = Reader(blob, "the signature")
        if reader.take(len(_MAGIC)) != _MAGIC:
            raise malformed("not a signature of ssh-keygen")
        version = reader.number()
        if version != _VERSION:
            raise malformed(f"of version {version}; only version {_VERSION} is known")
        self.key, self.namespace, self._reserved = reader.string(), reader.string(), reader.string()
        self._hash, self.signed = reader.string(), reader.string()
        reader.end()

    def message(self, content: bytes) -> bytes:
        """Return what is signed for this content."""
        if self._hash not in _HASHES:
            raise malformed(f"unknown hash algorithm {self._hash!r}")
        hashed = digest(_HASHES[self._hash], content)
        return _MAGIC + b"".join(map(string, (self.namespace, self._reserved, self._hash, hashed)))


def verify(text: bytes, content: bytes | None, trusted: Sequence[AllowedSigners], *, require_all: bool) -> Verified:  # noqa: ARG001 - there is one signature
    """Verify a signature by a key that an allowed-signers file allows for it now."""
    if content is None:
        raise malformed("an SSH signature, which contains no list; give the list")
    signature = Signature(_opened(text))
    name = fingerprint(signature.key)
    if not _is_signed(signature, content):
        raise RefusedError(f"not a signature of this list by the SSH key {name}")
    identity = _allowed_signers.identity(trusted, signature.key, signature.namespace, name)
    return Verified(content, 0, [Mark(name, identity)])


def _is_signed(signature: Signature, content: bytes) -> bool:
    message = signature.message(content)
    if kind_of(signature.key) == _ED25519:
        point, signed = ed25519_parts(signature.key, signature.signed)
        return engine().ed25519(point, message, signed)
    from checksig._signatures import _ssh_extra

    return _ssh_extra.is_signed(signature.key, signature.signed, message)


def ed25519_parts(key: bytes, signed: bytes) -> tuple[bytes, bytes]:
    """Return the point of a key, and the bytes of a signature."""
    parts = []
    for data, what in ((key, "the key"), (signed, "the signature")):
        reader = Reader(data, what)
        if reader.string() != _ED25519:
            raise malformed(f"{what} is not of Ed25519")
        parts.append(reader.string())
        reader.end()
    return parts[0], parts[1]


def _opened(text: bytes) -> bytes:
    """Return what is in the armour."""
    lines = [line.rstrip(b" \t\r") for line in text.strip(b"\r\n").split(b"\n")]
    if lines[0] != BEGIN or lines[-1] != END:
        raise malformed("cut short, or with text before or after the signature")
    try:
        return decoded(b"".join(lines[1:-1]))
    except ValueError:
        raise malformed("not valid base64") from None
