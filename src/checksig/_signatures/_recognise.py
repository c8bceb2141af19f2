"""What a text is: a signature of which scheme, alone or together with a list."""

from __future__ import annotations

from checksig._named import NamedTuple, named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@named
class Kind(NamedTuple):
    """The scheme of a signature, and whether what it signs is in it."""

    scheme: str
    has_list: bool


_SIGNATURE_PACKET = frozenset({0x88, 0x89, 0x8A, 0xC2})
"""How a signature of OpenPGP begins that is not in armour (RFC 9580, section 4.2)."""

_MEDIA_TYPE = "application/vnd.dev.sigstore.bundle"


def kind_of(text: bytes) -> Kind | None:
    """Return the kind of a signature, by its content; None if it is not one that is known."""
    if text.startswith(b"untrusted comment:"):
        lines = text.split(b"\n", 3)
        is_minisign = len(lines) > 2 and lines[2].startswith(b"trusted comment:")
        return Kind("minisign", False) if is_minisign else Kind("signify", len(lines) > 2 and any(lines[2:]))
    if text.startswith(b"-----BEGIN SSH SIGNATURE-----"):
        return Kind("ssh", False)
    if text.startswith(b"-----BEGIN PGP SIGNED MESSAGE-----"):
        return Kind("openpgp", True)
    if text.startswith(b"-----BEGIN PGP SIGNATURE-----") or text[:1] in {bytes([b]) for b in _SIGNATURE_PACKET}:
        return Kind("openpgp", False)
    return _in_json(text) if text.lstrip(b" \t\r\n").startswith(b"{") else None


def _in_json(text: bytes) -> Kind | None:
    import json

    try:
        document: Any = json.loads(text)
    except (ValueError, RecursionError):
        return Kind("sigstore", False) if _MEDIA_TYPE.encode() in text else None
    if not isinstance(document, dict):
        return None
    if "dsseEnvelope" in document:
        return Kind("sigstore", True)
    media_type = document.get("mediaType")
    is_bundle = isinstance(media_type, str) and media_type.startswith(_MEDIA_TYPE)
    return Kind("sigstore", False) if is_bundle or "base64Signature" in document else None
