"""Bundles of Sigstore: a signature, a certificate that binds its key to an identity for minutes, and an entry of a log.

The package sigstore verifies them; here it is kept from the network and from its cache, and what it leaves out is
added: it trusts the keys of a root also for times at which the root itself says that they were not in use.
"""

from __future__ import annotations

import json
from base64 import b64encode

from checksig._errors import Code
from checksig._readers._json import load
from checksig._readers._malformed import MalformedError
from checksig._signatures._extras import needed
from checksig._signatures._files import read_key
from checksig._signatures._verified import Mark, RefusedError, Verified, malformed, untrusted, utc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from typing import Any

    from cryptography.x509 import Certificate
    from sigstore.models import Bundle, TrustedRoot
    from sigstore.verify import Verifier
    from sigstore.verify.policy import VerificationPolicy

    from checksig._trust import Sigstore

_STATEMENT = "application/vnd.in-toto+json"
_CONFIG = "application/vnd.dev.sigstore.clienttrustconfig"
_BUNDLE = "application/vnd.dev.sigstore.bundle"
_OLD_BUNDLE = f"{_BUNDLE}+json;version=0.1"

_LONGEST = 200
"""Characters of a message of sigstore's that are worth reading: some print a whole object."""


def verify(text: bytes, content: bytes | None, trusted: Sequence[Sigstore], *, require_all: bool) -> Verified:  # noqa: ARG001 - there is one signature
    """Verify a bundle by an identity: a detached signature, or an envelope that contains the list."""
    try:
        return _verify(text, content, trusted)
    except RefusedError:
        raise
    except Exception as e:  # whatever the package did not expect, it has not verified anything
        reason = f"sigstore can't verify it: {_first_line(e) or type(e).__name__}"
        raise RefusedError(reason) from e


def _verify(text: bytes, content: bytes | None, trusted: Sequence[Sigstore]) -> Verified:
    _check_kind(_document(text), detached=content is not None)
    needed("sigstore", "sigstore_models.trustroot.v1")  # which sigstore 3 lacks
    needed("sigstore", "sigstore.verify")
    _hush()
    roots = {one.trust_root: _trust_root(one.trust_root) for one in trusted}
    signed = _Signed(text, content)
    refused: list[RefusedError] = []
    for path, root in roots.items():
        found = signed.by_root(root, path or "", [one for one in trusted if one.trust_root == path])
        if not isinstance(found, RefusedError):
            return found
        refused.append(found)
    # Of several roots, the one that knows the authority says more than the others.
    raise next((e for e in refused if not isinstance(e, _StrangerError)), refused[0])


def _hush() -> None:
    """Keep warnings of sigstore's from standard error, unless the program has its own way with them."""
    import logging

    logger = logging.getLogger("sigstore")
    if not logger.hasHandlers():
        logger.addHandler(logging.NullHandler())


class _StrangerError(RefusedError):
    """The signature is of another instance of Sigstore than the trust root, or the root is too old for it."""

    def __init__(self, what: str) -> None:
        reason = f"{what} that the trust root does not know, or not for that time; maybe a newer root does"
        super().__init__(reason, Code.SIGNATURE_UNTRUSTED)


def _first_line(error: Exception) -> str:
    line = (str(error).splitlines() or [""])[0].strip().rstrip(":")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


# What is in a bundle.


def _document(text: bytes) -> dict[str, Any]:
    """Return a bundle as strictly read JSON, so that nothing in it has two meanings."""
    if not text.strip():
        raise malformed("the bundle is empty")
    try:
        return load(text)
    except MalformedError as e:
        raise malformed(e.reason) from None


def _check_kind(document: dict[str, Any], *, detached: bool) -> None:
    """Refuse what is no bundle, and a bundle of what it is not to be of."""
    if "base64Signature" in document:
        reason = "the old format of cosign, from before Sigstore's bundles; let the signer use --new-bundle-format"
        raise malformed(reason)
    if not str(document.get("mediaType")).startswith(_BUNDLE):
        raise malformed("not a bundle of Sigstore")
    material = document.get("verificationMaterial")
    if isinstance(material, dict) and "publicKey" in material:
        raise untrusted("a key alone, without a certificate of an identity")
    if detached and "dsseEnvelope" in document:
        reason = (
            "contains a list of its own, as a DSSE envelope, and is no signature of another one; give it as the list"
        )
        raise malformed(reason)
    if not detached and "dsseEnvelope" not in document:
        raise malformed("a detached signature of Sigstore, which contains no list; give the list")


def _bundle(text: bytes) -> Bundle:
    from sigstore.models import Bundle

    try:
        return Bundle.from_json(text)
    except Exception as e:  # noqa: BLE001 - of several packages
        if _is_old(text):
            reason = "a bundle of version 0.1 without what newer ones prove; let the signer make one of version 0.3"
            raise malformed(f"{reason} ({_invalid(e)})") from None
        raise malformed(f"not a valid bundle: {_invalid(e)}") from None


def _is_old(text: bytes) -> bool:
    return bool(load(text).get("mediaType") == _OLD_BUNDLE)


def _invalid(error: Exception) -> str:
    """Say what of a document is invalid: pydantic's own message has it in its second line."""
    cause = error if hasattr(error, "errors") else error.__context__
    errors: Callable[[], list[dict[str, Any]]] | None = getattr(cause, "errors", None)
    if errors is None:
        return _first_line(error) or type(error).__name__
    first = errors()[0]
    place = "".join(f"/{part}" for part in first["loc"])
    what = str(first["msg"]).removeprefix("Value error, ")
    return f"{place}: {what}" if place else what


def _times(bundle: Bundle) -> tuple[list[datetime], datetime | None]:
    """Return the times that a bundle has for its signature, and one that is verified with it.

    The first is that of the log, which counts only with the promise that it is signed in; the others are of
    timestamps, of which sigstore takes some that it can verify and ignores the rest: one alone must be verified.
    """
    from datetime import datetime, timezone

    entry = _entry(bundle)
    seconds = int(entry.get("integratedTime") or 0) if entry.get("inclusionPromise") else 0
    logged = [datetime.fromtimestamp(seconds, tz=timezone.utc)] if seconds else []
    data = bundle.verification_material.timestamp_verification_data
    times = logged + [stamp.tst_info.gen_time for stamp in (data.rfc3161_timestamps if data else [])]
    return times, times[0] if logged or len(times) == 1 else None


def _entry(bundle: Bundle) -> dict[str, Any]:
    """Return the entry of the log as sigstore has read it, for which it takes two spellings of each name."""
    entry: dict[str, Any] = json.loads(bundle.to_json())["verificationMaterial"]["tlogEntries"][0]
    return entry


class _Signed:
    """A signature that is still to be verified."""

    def __init__(self, text: bytes, content: bytes | None) -> None:
        self._content = content
        self._bundle = _bundle(text)
        self._certificate: Certificate = self._bundle.signing_certificate
        try:
            self._times, self._time = _times(self._bundle)
        except Exception as e:  # noqa: BLE001 - of several packages
            raise malformed(f"not a valid bundle: {_first_line(e)}") from None

    def by_root(self, root: TrustedRoot, path: str, trusted: Sequence[Sigstore]) -> Verified | RefusedError:
        """Return what is signed, and by whom; or why it is not verified with this root."""
        try:
            return self._verified(root, path, trusted)
        except RefusedError as e:
            return e

    def _verified(self, root: TrustedRoot, path: str, trusted: Sequence[Sigstore]) -> Verified:
        from cryptography.hazmat.primitives.hashes import SHA256
        from sigstore.errors import VerificationError
        from sigstore.verify.policy import AnyOf

        part, verifier = _verifier(root, self._times, path)
        try:
            content = self._run(verifier, AnyOf([_policy(one) for one in trusted]))
        except VerificationError as e:
            raise self._reason(e, verifier, part, trusted) from None
        signer = next(one for one in trusted if _is_of(self._certificate, one))
        time = None if self._time is None else utc(self._time.timestamp())
        fingerprint = self._certificate.fingerprint(SHA256()).hex()
        return Verified(content, 0, [Mark(fingerprint, signer.identity, signer.issuer, time)])

    def _run(self, verifier: Verifier, policy: VerificationPolicy) -> bytes:
        """Verify the signature, all that is in the bundle, and that the certificate is what the policy wants."""
        if self._content is not None:
            verifier.verify_artifact(self._content, self._bundle, policy)
            return self._content
        kind, payload = verifier.verify_dsse(self._bundle, policy)
        if kind != _STATEMENT:
            raise malformed(f"the envelope contains no in-toto statement, but something of the type {kind!r}")
        return bytes(payload)

    def _reason(
        self, error: Exception, verifier: Verifier, root: TrustedRoot, trusted: Sequence[Sigstore]
    ) -> RefusedError:
        """Say why a signature is not verified; that somebody else signed only if all else is well."""
        from sigstore.errors import CertValidationError, VerificationError

        if isinstance(error, CertValidationError):
            return self._of_certificate()
        if not any(_is_of(self._certificate, one) for one in trusted):
            try:
                self._run(verifier, _Anyone())
            except VerificationError as e:
                error = e
            else:
                return untrusted(_who(self._certificate))
        return self._of_log(root) or RefusedError(_plain(_first_line(error)))

    def _of_certificate(self) -> RefusedError:
        start, end = self._certificate.not_valid_before_utc, self._certificate.not_valid_after_utc
        if all(start <= time <= end for time in self._times):
            return _StrangerError("has a certificate of an authority")
        return RefusedError("signed when its certificate was not valid", Code.SIGNATURE_EXPIRED)

    def _of_log(self, root: TrustedRoot) -> RefusedError | None:
        """Return the error if a log that the signature says it is in is none of the trust root."""
        from cryptography.x509 import PrecertificateSignedCertificateTimestamps

        known = json.loads(root._inner.to_json())  # noqa: SLF001 - nothing public has the logs
        if not _has(known["tlogs"], _entry(self._bundle)["logId"]["keyId"]):
            return _StrangerError("has its entry in a transparency log")
        lists = [one.value for one in self._certificate.extensions]
        lists = [one for one in lists if isinstance(one, PrecertificateSignedCertificateTimestamps)]
        if not all(_has(known["ctlogs"], b64encode(one.log_id).decode()) for stamps in lists for one in stamps):
            return _StrangerError("has its certificate in a log of certificates")
        return None


def _has(logs: list[dict[str, Any]], number: str) -> bool:
    return any({"keyId": number} in (one["logId"], one.get("checkpointKeyId")) for one in logs)


_PLAIN = {
    "Signature is invalid for input": "not a signature of this list",
    "Bundle message digest mismatch": "not a signature of this list",
    "DSSE: invalid signature": "not a signature of the list in it",
    "failed to verify SCT": "its certificate is not in a log of certificates that the trust root knows",
    "invalid log entry": "the transparency log's proof that it has the entry is not valid",
    "log entry": "the entry in the transparency log is of another signature",
    "not enough sources of verified time": "nothing that is trusted says when it was signed",
    "transparency log entry is inconsistent": "the entry in the transparency log is of another signature",
}
"""What messages of sigstore's mean, by their beginnings; others are handed on."""


def _plain(message: str) -> str:
    found = (plain for start, plain in _PLAIN.items() if message.startswith(start))
    return next(found, f"sigstore refuses it: {message}")


# Who signed.


class _Anyone:
    """A policy to find out what else is wrong with a signature; nothing that passes it counts as verified."""

    def verify(self, _: Certificate) -> None:
        pass


def _policy(one: Sigstore) -> VerificationPolicy:
    """Return what a certificate must have. Newer ones have the issuer in two extensions, and may lack the older."""
    from sigstore.verify.policy import AllOf, AnyOf, Identity, OIDCIssuer, OIDCIssuerV2

    return AllOf([Identity(identity=one.identity), AnyOf([OIDCIssuer(one.issuer), OIDCIssuerV2(one.issuer)])])


def _is_of(certificate: Certificate, one: Sigstore) -> bool:
    from sigstore.errors import VerificationError

    try:
        _policy(one).verify(certificate)
    except VerificationError:
        return False
    return True


_ISSUER, _ISSUER_V2 = "1.3.6.1.4.1.57264.1.1", "1.3.6.1.4.1.57264.1.8"
_DER_STRING = 2
"""Bytes before a string of less than 128 in DER."""


def _who(certificate: Certificate) -> str:
    """Name whom a certificate is of."""
    from cryptography import x509

    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    identities = [str(name.value) for name in names]
    extensions = {one.oid.dotted_string: one.value for one in certificate.extensions}
    if _ISSUER in extensions:
        issuer = extensions[_ISSUER].value
    elif _ISSUER_V2 in extensions:
        issuer = extensions[_ISSUER_V2].value[_DER_STRING:]
    else:
        issuer = b"nobody"
    return f"{' and '.join(identities)}, as {issuer.decode('utf-8', 'replace')} attests"


# What is trusted.


def _trust_root(path: str | None) -> TrustedRoot:
    """Return a trust root from a file, or the one that sigstore brings.

    Sigstore's own way to the latter makes directories in the user's home, and prefers what it finds there.
    """
    from sigstore.models import TrustedRoot
    from sigstore_models.trustroot import v1

    given = None if path is None else read_key(path)
    try:
        text = _embedded() if given is None else given
        document = load(text)
        if str(document.get("mediaType")).startswith(_CONFIG):  # as model_signing and others take it
            return TrustedRoot(v1.ClientTrustConfig.from_json(text).trusted_root)
        return TrustedRoot(v1.TrustedRoot.from_json(text))
    except MalformedError as e:
        reason = e.reason
    except Exception as e:  # noqa: BLE001 - of several packages
        reason = _invalid(e)
    raise RefusedError(f"not a trust root of Sigstore: {reason}", Code.KEY_UNUSABLE, path or "")


def _embedded() -> bytes:
    from importlib.resources import files

    directory = files("sigstore._store") / "https%3A%2F%2Ftuf-repo-cdn.sigstore.dev"
    return (directory / "trusted_root.json").read_bytes()


_PARTS = {
    "certificate_authorities": "certificate authority",
    "tlogs": "transparency log",
    "ctlogs": "log of certificates",
}


def _verifier(root: TrustedRoot, times: Sequence[datetime], path: str) -> tuple[TrustedRoot, Verifier]:
    """Return the part of a trust root that counts for a signature, and what verifies by it."""
    from sigstore.verify import Verifier

    try:
        part = _in_use(root, times, path)
        return part, Verifier(trusted_root=part)
    except RefusedError:
        raise
    except Exception as e:  # noqa: BLE001 - of several packages
        raise RefusedError(f"not a usable trust root: {_first_line(e)}", Code.KEY_UNUSABLE, path) from None


def _in_use(root: TrustedRoot, times: Sequence[datetime], path: str) -> TrustedRoot:
    """Return the part of a trust root that was in use when something was signed.

    Authorities of timestamps are left to sigstore, which does look at their periods.
    """
    from sigstore.models import TrustedRoot

    inner, kept = root._inner, {}  # noqa: SLF001 - nothing public has the periods
    for part, name in _PARTS.items():
        all_ = getattr(inner, part)
        if not all_:
            raise RefusedError(f"the trust root has no {name}", Code.KEY_UNUSABLE, path)
        kept[part] = [one for one in all_ if _covers(one, times)]
        if not kept[part]:
            reason = f"the trust root has no {name} that was in use when this was signed"
            raise RefusedError(reason, Code.SIGNATURE_EXPIRED, path)
    return TrustedRoot(inner.model_copy(update=kept))


def _covers(one: Any, times: Sequence[datetime]) -> bool:  # noqa: ANN401 - of several types
    period = one.valid_for if hasattr(one, "valid_for") else one.public_key.valid_for
    return period is None or all(period.start <= time and (period.end is None or time <= period.end) for time in times)
