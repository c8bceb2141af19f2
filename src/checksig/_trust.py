"""Whom a caller trusts to sign checksum lists: keys, and names that keys are bound to."""

from __future__ import annotations

from collections.abc import Iterable

from checksig import _arguments
from checksig._types import StrPath, StrPaths  # noqa: TC001 - typing.get_type_hints() looks here

PRIVATE = ("RWRTY0Iy", "RWQAAEIy", "RWRCSwAA")
"""How private keys of minisign and signify begin, which somebody may give by mistake."""


def _shown(value: object) -> str:
    return "<a private key>" if any(start in str(value) for start in PRIVATE) else repr(value)


class Trust:
    """A key or an identity that a signature may be of. Files are read when a list is verified."""

    scheme = ""

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={_shown(value)}" for name, value in vars(self).items() if value is not None)
        return f"{type(self).__name__}({given})"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))


Trusted = Trust | Iterable[Trust]
"""Whom signatures may be of."""


class Minisign(Trust):
    """A minisign key.

    :param key: the path of the public key, or the key itself, as the 56 characters that begin with ``RW``.
    """

    scheme = "minisign"

    def __init__(self, key: StrPath) -> None:
        self.key = _arguments.path("key", key)


class Signify(Trust):
    """A key of OpenBSD's signify.

    :param key: as for `Minisign`.
    """

    scheme = "signify"

    def __init__(self, key: StrPath) -> None:
        self.key = _arguments.path("key", key)


class AllowedSigners(Trust):
    """SSH keys that an allowed-signers file binds to principals (ssh-keygen(1)).

    Ed25519 keys need nothing else; RSA and ECDSA keys, and certificates, need ``checksig[ssh]``.

    :param path: the allowed-signers file.
    :param identity: the principal that must have signed; by default any that the file names.
    :param namespace: what the signature must be for; ssh-keygen has no default, and its manual says ``file``.
    :param revoked: a file with public keys, or a key revocation list of ssh-keygen, whose keys are not trusted.
    """

    scheme = "ssh"

    def __init__(
        self, path: StrPath, identity: str | None = None, namespace: str = "file", revoked: StrPath | None = None
    ) -> None:
        self.path = _arguments.path("path", path)
        self.identity = None if identity is None else _arguments.filled("identity", identity)
        self.namespace = _arguments.filled("namespace", namespace)
        self.revoked = None if revoked is None else _arguments.path("revoked", revoked)


class OpenPGP(Trust):
    """OpenPGP certificates, all of which are trusted. Needs ``checksig[openpgp]``.

    :param keyring: the path of a file with certificates, armoured or binary, or an iterable of several.
    """

    scheme = "openpgp"

    def __init__(self, keyring: StrPaths) -> None:
        self.keyring = tuple(_arguments.paths("keyring", keyring))
        if not self.keyring:
            msg = "keyring is empty"
            raise ValueError(msg)


class Sigstore(Trust):
    """An identity that Sigstore's certificates attest. Needs ``checksig[sigstore]``.

    :param identity: the signer, such as a mail address, or the URL of a workflow of GitHub Actions.
    :param issuer: the OpenID Connect issuer that knows the identity, such as ``https://accounts.google.com``.
    :param trust_root: the path of a trusted root in JSON; by default that of the public good instance, as sigstore
        brings it. Nothing is downloaded.
    """

    scheme = "sigstore"

    def __init__(self, identity: str, issuer: str, trust_root: StrPath | None = None) -> None:
        self.identity = _arguments.filled("identity", identity)
        self.issuer = _arguments.filled("issuer", issuer)
        self.trust_root = None if trust_root is None else _arguments.path("trust_root", trust_root)


for _public in (Minisign, Signify, AllowedSigners, OpenPGP, Sigstore):
    _public.__module__ = "checksig"  # where users import them from
