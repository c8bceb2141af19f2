"""What needs ``checksig[ssh]``: signatures by RSA and ECDSA keys, and certificates (OpenSSH's PROTOCOL.certkeys)."""

from __future__ import annotations

import binascii

from checksig._errors import Code
from checksig._signatures._extras import needed
from checksig._signatures._ssh_key import is_known, signature_kind
from checksig._signatures._ssh_wire import Reader
from checksig._signatures._verified import RefusedError, malformed, untrusted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_LEAST_RSA = 2048
"""Bits of a key; fewer can be factored."""

_ED25519 = b"ssh-ed25519"
_RSA = {b"rsa-sha2-256": "SHA256", b"rsa-sha2-512": "SHA512"}
_ECDSA = {
    b"ecdsa-sha2-nistp256": "SHA256",
    b"ecdsa-sha2-nistp384": "SHA384",
    b"ecdsa-sha2-nistp521": "SHA512",
}


def is_signed(key: bytes, signed: bytes, message: bytes) -> bool:
    """Say whether a signature of a message is by a key, or by that in a certificate."""
    serialization = _serialization()
    public = _loaded(key, "the key")
    if isinstance(public, serialization.SSHCertificate):
        public = public.public_key()
    reader = Reader(signed, "the signature")
    algorithm, mark = reader.string(), reader.string()
    reader.end()
    return _verifies(public, algorithm, mark, message)


def _verifies(public: Any, algorithm: bytes, mark: bytes, message: bytes) -> bool:  # noqa: ANN401 - one of several types of keys
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

    try:
        if isinstance(public, ed25519.Ed25519PublicKey) and algorithm == _ED25519:
            public.verify(mark, message)
        elif isinstance(public, rsa.RSAPublicKey) and algorithm in _RSA:
            if _is_short(public):
                raise RefusedError(f"an RSA key of {public.key_size} bits is too weak", Code.SIGNATURE_WEAK)
            public.verify(mark, message, padding.PKCS1v15(), getattr(hashes, _RSA[algorithm])())
        elif isinstance(public, ec.EllipticCurvePublicKey) and algorithm in _ECDSA:
            public.verify(_der(mark), message, ec.ECDSA(getattr(hashes, _ECDSA[algorithm])()))
        elif algorithm == b"ssh-rsa":
            raise RefusedError("signed with SHA-1, which is too weak", Code.SIGNATURE_WEAK)
        else:
            raise malformed(f"a signature of the unsupported type {algorithm.decode('ascii', 'backslashreplace')}")
    except InvalidSignature:
        return False
    return True


def _is_short(public: Any) -> bool:  # noqa: ANN401 - one of several types of keys
    from cryptography.hazmat.primitives.asymmetric import rsa

    return isinstance(public, rsa.RSAPublicKey) and public.key_size < _LEAST_RSA


def _der(mark: bytes) -> bytes:
    """Return an ECDSA signature as the library has it."""
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    reader = Reader(mark, "the signature")
    r, s = (int.from_bytes(reader.string(), "big") for _ in range(2))
    reader.end()
    return encode_dss_signature(r, s)


def keys_of(certificate: bytes) -> list[bytes]:
    """Return the certified key, and the key of the authority."""
    loaded = _certificate(certificate)
    return [_encoded(loaded.public_key()), _encoded(loaded.signature_key())]


def principals_of(certificate: bytes, authorities: Sequence[bytes], now: float) -> tuple[bytes, list[str]]:
    """Return the key of a certificate's authority, and whom it certifies.

    :raises RefusedError: it is not by one of the *authorities*, or not valid *now* for signatures.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.serialization import SSHCertificateType

    loaded = _certificate(certificate)
    authority = _encoded(loaded.signature_key())
    if authority not in authorities:
        raise untrusted("a certificate of another authority")
    if signature_kind(certificate) not in {_ED25519, *_RSA, *_ECDSA} or _is_short(loaded.signature_key()):
        raise RefusedError("the certificate's own signature is too weak", Code.SIGNATURE_WEAK)
    try:
        loaded.verify_cert_signature()
    except InvalidSignature:
        raise RefusedError("the certificate is not by its authority") from None
    if loaded.type is not SSHCertificateType.USER or loaded.critical_options:
        raise RefusedError("the certificate is not one of a user, or has critical options", Code.SIGNATURE_UNTRUSTED)
    if not loaded.valid_after <= now < loaded.valid_before:
        raise RefusedError(
            f"the certificate is {'not valid yet' if now < loaded.valid_after else 'no longer valid'}",
            Code.SIGNATURE_EXPIRED,
        )
    return authority, [one.decode("utf-8", "backslashreplace") for one in loaded.valid_principals]


def _certificate(key: bytes) -> Any:  # noqa: ANN401 - the library's
    loaded = _loaded(key, "the certificate")
    if not isinstance(loaded, _serialization().SSHCertificate):
        raise malformed("not an SSH certificate")
    return loaded


def _serialization() -> Any:  # noqa: ANN401 - a module
    return needed("ssh", "cryptography.hazmat.primitives.serialization")


def _loaded(key: bytes, what: str) -> Any:  # noqa: ANN401 - one of several types of keys
    serialization = _serialization()
    from cryptography.exceptions import UnsupportedAlgorithm

    kind = Reader(key, what).string()
    if not is_known(kind):
        raise malformed(f"{what} is of an unknown type")
    line = b" ".join([kind, binascii.b2a_base64(key, newline=False)])
    try:
        return serialization.load_ssh_public_identity(line)
    except (ValueError, UnsupportedAlgorithm):
        raise malformed(
            f"{what} can't be read, or is of an unsupported type: {kind.decode('ascii', 'backslashreplace')}"
        ) from None


def _encoded(public: Any) -> bytes:  # noqa: ANN401 - one of several types of keys
    serialization = _serialization()
    line: bytes = public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return binascii.a2b_base64(line.split()[1])
