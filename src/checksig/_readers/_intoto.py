"""in-toto statements (v0.1 and v1): the digests of their subjects.

The signature of an envelope around one (DSSE, also in a bundle of Sigstore) is not checked, so that
envelope is read only if the caller does without.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from checksig._readers._json import each, load, mapping, pointer
from checksig._readers._malformed import MalformedError, digests, name, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import File

MARKS = (b'"_type"', b'"payloadType"')

_STATEMENT = "https://in-toto.io/Statement/"
_PAYLOAD = "application/vnd.in-toto+json"


def recognises(document: dict[str, Any]) -> bool:
    """Say whether a document is a statement, or an envelope of one."""
    kind = document.get("_type")
    envelope = document.get("dsseEnvelope", document)
    return (isinstance(kind, str) and kind.startswith(_STATEMENT)) or (
        isinstance(envelope, dict) and envelope.get("payloadType") == _PAYLOAD
    )


def files(document: dict[str, Any], *, strict: bool) -> Iterator[File]:
    """Yield the subjects."""
    at = ""
    if "_type" not in document:
        document, at = _opened(document, strict=strict), "payload"
    kind = text(document.get("_type"), f"{at}/_type")
    if kind not in {f"{_STATEMENT}v0.1", f"{_STATEMENT}v1"}:
        raise MalformedError(place=f"{at}/_type", reason="expected a statement of version v0.1 or v1")
    yield from each(document, "subject", _subject, at)


def _subject(one: dict[str, Any]) -> File:
    path = name(one.get("name"), "/name")
    given = list(mapping(one, "digest").items())
    if not given:
        raise MalformedError(reason="the subject has no digest")
    # The specification says to ignore what is unknown.
    return path, digests(given, None, lambda i: f"/digest/{pointer(given[i][0])}"), None


def _opened(document: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    """Return the statement in an envelope."""
    if strict:
        reason = "a signed envelope (DSSE), whose signature is not checked; allow it with --no-strict"
        raise MalformedError(reason=reason, code="signature_unchecked")
    envelope = mapping(document, "dsseEnvelope") if "dsseEnvelope" in document else document
    try:
        payload = base64.b64decode(text(envelope.get("payload"), "/payload").encode(), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise MalformedError(place="/payload", reason="not valid base64") from None
    return load(payload)
