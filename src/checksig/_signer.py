"""Who signed a checksum list."""

from __future__ import annotations

from checksig._named import NamedTuple, named
from checksig._text import FieldDocs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_NAMES = {
    "minisign": "minisign key",
    "signify": "signify key",
    "ssh": "SSH key",
    "openpgp": "OpenPGP key",
    "sigstore": "Sigstore certificate",
}


@named
class Signer(NamedTuple):
    """Who signed a checksum list, by a signature that was verified.

    All fields are part of what was signed, or come from what the caller trusts.
    """

    scheme: str
    """``"minisign"``, ``"signify"``, ``"ssh"``, ``"openpgp"`` or ``"sigstore"``."""
    key_id: str
    """The key as its tools name it: a key ID or a fingerprint."""
    identity: str | None
    """Whose key it is, as the trusted file or the certificate says, such as a mail address; None if nothing does."""
    comment: str | None
    """What the signer added: minisign's trusted comment; or the issuer that attests a Sigstore identity; else None."""
    time: str | None
    """When it was signed, in UTC, such as ``"2026-11-25T12:00:00Z"``; None if the signature doesn't say."""
    manifest: str
    """The path of the list."""
    signature: str
    """The path of the signature, which is that of the list if the list contains it."""

    @property
    def phrase(self) -> str:
        """Who it is in words, such as ``minisign key 3147A81075D34F1D``."""
        key = f"{_NAMES[self.scheme]} {self.key_id}"
        name = f"{self.identity} ({key})" if self.identity else key
        at = f" at {self.time}" if self.time else ""
        if not self.comment:
            return f"{name}{at}"
        said = f"as {self.comment} attests" if self.scheme == "sigstore" else f"who says: {self.comment}"
        return f"{name}{at}, {said}"

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        return dict(self._asdict())


Signer.__doc__ = FieldDocs(Signer.__doc__, __name__)  # type: ignore[assignment]
Signer.__module__ = "checksig"  # where users import it from
