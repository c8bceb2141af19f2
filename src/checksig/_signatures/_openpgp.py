"""OpenPGP, by Sequoia: detached signatures and clear-signed lists (RFC 9580, sections 7 and 10.4)."""

from __future__ import annotations

from checksig._errors import Code
from checksig._signatures import _clearsigned, _packets
from checksig._signatures._extras import needed
from checksig._signatures._files import read_key
from checksig._signatures._verified import Mark, RefusedError, Verified, malformed, untrusted, utc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from checksig._trust import OpenPGP

_WEAK = frozenset({"MD5", "SHA1", "RipeMD"})
"""Hash algorithms that Sequoia does not accept for data."""

_KEY_ID, _FINGERPRINT_V4 = 16, 40
"""Characters. A key ID is the end of a fingerprint of version 4, and the start of one of version 6."""


def verify(text: bytes, content: bytes | None, trusted: Sequence[OpenPGP], *, require_all: bool) -> Verified:
    """Verify each signature by a trusted key, of which there must be one, and which all must be good."""
    library = needed("openpgp", "pysequoia")
    ring = Keyring(library, [path for one in trusted for path in one.keyring])
    if content is None:
        parts = _clearsigned.parts(text)
        found = _signatures(library, parts.signature)
        signed = [ring.clear_signed(one, parts.message) for one in found]
        marks, unknown = _judged(ring, found, [valid for _, valid in signed])
        verified = Verified(next((one for one, valid in signed if valid), b""), parts.before, marks, unknown)
    else:
        found = _signatures(library, text)
        if any(one.signature_type == needed("openpgp", "pysequoia.packet").SignatureType.Text for one in found):
            _clearsigned.check_line_ends(content)
        marks, unknown = _judged(ring, found, [ring.detached(one, content) for one in found])
        verified = Verified(content, 0, marks, unknown)
    if unknown and (require_all or not marks):
        raise untrusted(f"the OpenPGP key {unknown[0]}")
    return verified


def _signatures(library: Any, text: bytes) -> list[Any]:  # noqa: ANN401 - the library's
    """Take a file of signatures apart."""
    packets = _packets.signatures(text)
    try:
        return [library.Sig.from_bytes(one) for one in packets]
    except (RuntimeError, ValueError, OSError, EOFError) as e:
        raise malformed(f"cut short or damaged: {first_line(e)}") from None


def _judged(ring: Keyring, found: Sequence[Any], valid: Sequence[dict[str, str]]) -> tuple[list[Mark], list[str]]:
    """Return who signed, and the unknown keys that did.

    :raises RefusedError: a signature that a trusted key should have made is not good.
    """
    marks, unknown = [], []
    for signature, good in zip(found, valid, strict=True):
        key = issuer(signature)
        by = next((signer for signer in good if is_same(key, signer)), None)
        if by is not None:
            marks.append(ring.mark(by, signature))
        elif ring.knows(key):
            raise ring.why(key, signature)
        else:
            unknown.append(key.upper() or "unknown")
    return marks, unknown


def issuer(signature: Any) -> str:  # noqa: ANN401 - the library's
    """Return the fingerprint of the key that made a signature, as the signature says, or else the key ID."""
    return signature.issuer_fingerprint or signature.issuer_key_id or ""


def is_same(key: str, fingerprint: str) -> bool:
    """Say whether a fingerprint or a key ID is that of a fingerprint."""
    if len(key) != _KEY_ID:
        return key == fingerprint
    return fingerprint.endswith(key) if len(fingerprint) == _FINGERPRINT_V4 else fingerprint.startswith(key)


class Keyring:
    """The trusted certificates."""

    def __init__(self, library: Any, paths: Sequence[str]) -> None:  # noqa: ANN401 - a module
        self._library = library
        self._certificates: list[Any] = []
        self._keys: dict[str, Any] = {}
        """Each certificate by the fingerprints of its keys."""
        for path in paths:
            self._add(path)

    def _add(self, path: str) -> None:
        text = read_key(path)
        packet = needed("openpgp", "pysequoia.packet")
        try:
            secret = (packet.Tag.SecretKey, packet.Tag.SecretSubkey)
            if not text.startswith(b"-----") and any(part.tag in secret for part in packet.PacketPile.from_bytes(text)):
                reason = "holds a private key; give the public one, and keep this file secret"
                raise RefusedError(reason, Code.KEY_UNUSABLE, path)
            certificates = self._library.Cert.split_bytes(text)
            for one in certificates:
                self._certificates.append(one)
                self._keys |= dict.fromkeys(_fingerprints(packet, one), one)
        except (RuntimeError, ValueError, OSError, EOFError) as e:
            raise RefusedError(f"not OpenPGP certificates: {first_line(e)}", Code.KEY_UNUSABLE, path) from None
        if not certificates:
            raise RefusedError("holds no OpenPGP certificate", Code.KEY_UNUSABLE, path)

    def detached(self, signature: Any, content: bytes) -> dict[str, str]:  # noqa: ANN401 - the library's
        """Return the key that made a signature, and its certificate; nothing if the signature is not good."""
        if not self.knows(issuer(signature)):
            return {}
        return self._valid(content, signature)[1]

    def clear_signed(self, signature: Any, message: bytes) -> tuple[bytes, dict[str, str]]:  # noqa: ANN401 - the library's
        """Return the signed text, and the key that made a signature of it with its certificate, if that is good.

        White space at the ends of lines is not signed, nor is the kind of line ends.
        """
        if not self.knows(issuer(signature)):
            return b"", {}
        armour = self._library.armor(bytes(signature), self._library.ArmorKind.Signature)
        signed, valid = self._valid(message + b"\n" + armour.encode(), None)
        return b"\n".join(line.rstrip(b" \t\r") for line in signed.split(b"\n")), valid

    def _valid(self, data: bytes, signature: Any) -> tuple[bytes, dict[str, str]]:  # noqa: ANN401 - the library's
        given = {} if signature is None else {"signature": signature}
        try:
            found = self._library.verify(bytes=data, store=lambda _: self._certificates, **given)
        except (RuntimeError, ValueError, OSError, EOFError):  # why() says more than it does
            return b"", {}
        return found.bytes or b"", {one.signing_key: one.certificate for one in found.valid_sigs}

    def knows(self, key: str) -> bool:
        """Say whether a key is one of a trusted certificate."""
        return self._certificate(key) is not None

    def _certificate(self, key: str) -> Any:  # noqa: ANN401 - the library's
        return next((one for fingerprint, one in self._keys.items() if is_same(key, fingerprint)), None)

    def mark(self, key: str, signature: Any) -> Mark:  # noqa: ANN401 - the library's
        """Return who signed with a key.

        :raises RefusedError: the certificate or the signature is out of date by now, or revoked.
        """
        certificate = self._certificate(key)
        refused = _outdated(certificate, signature, key) or _unusable_subkey(certificate, key)
        if refused:
            raise refused
        identities = [str(one) for one in certificate.user_ids]
        created = utc(signature.created.timestamp()) if signature.created else None
        return Mark(certificate.fingerprint.upper(), identities[0] if identities else None, time=created)

    def why(self, key: str, signature: Any) -> RefusedError:  # noqa: ANN401 - the library's
        """Return why a signature that a trusted key should have made is not good."""
        name = f"the OpenPGP key {key.upper()}"
        algorithm = str(signature.hash_algorithm).rpartition(".")[2]
        if algorithm in _WEAK:
            return RefusedError(f"the signature by {name} uses {algorithm}, which is too weak", Code.SIGNATURE_WEAK)
        certificate = self._certificate(key)
        try:
            _ = certificate.user_ids  # by the policy of Sequoia
        except RuntimeError as e:
            return RefusedError(f"{name} is not acceptable: {last_line(e)}", Code.SIGNATURE_WEAK)
        outdated = _outdated(certificate, signature, key) or _unusable_subkey(certificate, key)
        return outdated or RefusedError(f"not a signature of this list by {name}")


def _outdated(certificate: Any, signature: Any, key: str) -> RefusedError | None:  # noqa: ANN401 - the library's
    name = f"the OpenPGP key {key.upper()}"
    if certificate.is_revoked:
        return RefusedError(f"{name} is revoked", Code.SIGNATURE_REVOKED)
    if _is_past(certificate.expiration):
        return RefusedError(f"{name} has expired", Code.SIGNATURE_EXPIRED)
    if _is_past(signature.expiration):
        return RefusedError(f"the signature by {name} has expired", Code.SIGNATURE_EXPIRED)
    return None


def _fingerprints(packet: Any, certificate: Any) -> list[str]:  # noqa: ANN401 - the library's
    keys = (packet.Tag.PublicKey, packet.Tag.PublicSubkey)
    return [part.fingerprint for part in packet.PacketPile.from_bytes(bytes(certificate)) if part.tag in keys]


def _unusable_subkey(certificate: Any, key: str) -> RefusedError | None:  # noqa: ANN401 - the library's
    """Return why a subkey may not sign any more.

    Sequoia asks what held when the signature was made. But whoever has a stolen subkey can write any time into one.
    """
    packet = needed("openpgp", "pysequoia.packet")
    parts = _parts_of_subkey(packet, certificate, key)
    if not parts:
        return None
    subkey, *signatures = parts
    name = f"the OpenPGP subkey {key.upper()}"
    kinds = packet.SignatureType
    if any(one.signature_type == kinds.SubkeyRevocation for one in signatures):
        return RefusedError(f"{name} is revoked", Code.SIGNATURE_REVOKED)
    bindings = [one for one in signatures if one.signature_type == kinds.SubkeyBinding and one.signature_created]
    if bindings:
        period = max(bindings, key=lambda one: one.signature_created).key_validity_period
        if period and _is_past(subkey.key_created + period):
            return RefusedError(f"{name} has expired", Code.SIGNATURE_EXPIRED)
    return None


def _parts_of_subkey(packet: Any, certificate: Any, key: str) -> list[Any]:  # noqa: ANN401 - the library's
    """Return the packet of a subkey, and those of its signatures; nothing for another key."""
    found: list[Any] = []
    for part in packet.PacketPile.from_bytes(bytes(certificate)):
        if part.tag == packet.Tag.PublicSubkey and is_same(key, part.fingerprint):
            found = [part]
        elif found and part.tag != packet.Tag.Signature:
            break
        elif found:
            found.append(part)
    return found


def _is_past(moment: datetime | None) -> bool:
    from datetime import datetime, timezone

    return moment is not None and moment <= datetime.now(timezone.utc)


def first_line(error: BaseException) -> str:
    """Return what an error of Sequoia says, without its backtrace."""
    return str(error).partition("\n")[0].strip()


def last_line(error: BaseException) -> str:
    """Return the cause that an error of Sequoia names."""
    causes = str(error).partition("Stack backtrace:")[0].strip().splitlines()
    return causes[-1].strip() if causes else ""
