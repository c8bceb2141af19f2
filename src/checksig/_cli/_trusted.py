"""Whom the options of `verify` name as signers."""

from __future__ import annotations

from checksig._cli._signature_options import KEYS
from checksig._cli._usage import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from checksig._trust import Trust

_NEEDS = (
    ("namespace", ("allowed_signers",)),
    ("revoked_keys", ("allowed_signers",)),
    ("issuer", ("identity",)),
    ("trust_root", ("issuer",)),
    ("identity", ("allowed_signers", "issuer")),
)
"""Options that mean nothing without one of others."""

_NAMING = "name whom you trust: --key, --allowed-signers, --keyring, or --identity with --issuer"


def signed_by(options: dict[str, Any]) -> dict[str, Any]:
    """Take the options that are about signatures out of *options*, and return the arguments of `verify` for them.

    :raises UsageError: one makes no sense without another.
    """
    given = {key: options.pop(key) for key in KEYS if options.get(key)}
    for key in KEYS:
        options.pop(key, None)
    for key, others in _NEEDS:
        if key in given and not any(other in given for other in others):
            reason = f"{_option(key)} requires {' or '.join(map(_option, others))}"
            raise UsageError(reason)
    trust = _trust(given)
    signature = given.get("signature")
    if signature == "none":
        _check_none(given)
        return {}
    if not trust:
        for key in ("require_signature", "signature_only", "require_all", "signature"):
            if key in given:
                reason = f"{_option(key)} requires a key"
                raise UsageError(reason, _NAMING)
        return {}
    return {
        "trust": trust,
        "signature": None if signature == "auto" else signature,
        "require_all": bool(given.get("require_all")),
    }


def _check_none(given: dict[str, Any]) -> None:
    for key in ("require_signature", "require_all", "signature_only"):
        if key in given:
            reason = f"{_option(key)} and --signature none can't be combined"
            raise UsageError(reason)


def _trust(given: dict[str, Any]) -> Sequence[Trust]:
    from checksig._trust import AllowedSigners, Minisign, OpenPGP, Signify, Sigstore

    trust: list[Trust] = []
    for key in given.get("key", ()):
        trust += [Minisign(key), Signify(key)]  # which have the same keys
    if "allowed_signers" in given:
        namespace, revoked = given.get("namespace", "file"), given.get("revoked_keys")
        trust.append(AllowedSigners(given["allowed_signers"], given.get("identity"), namespace, revoked))
    if "keyring" in given:
        trust.append(OpenPGP(given["keyring"]))
    if "issuer" in given:
        trust.append(Sigstore(given["identity"], given["issuer"], given.get("trust_root")))
    return trust


def _option(key: str) -> str:
    return f"--{key.replace('_', '-')}"
