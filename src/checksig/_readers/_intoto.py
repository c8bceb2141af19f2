"""in-toto statements (v0.1 and v1): the digests of their subjects.

The one subject of a statement of model_signing is a whole model, whose files are in the predicate.

The signature of an envelope around one (DSSE, also in a bundle of Sigstore) is not checked, so that
envelope is read only if the caller does without.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

from checksig._readers._json import array, each, load, mapping, objects, pointer
from checksig._readers._malformed import MalformedError, algorithm, digests, digits, name, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import File

MARKS = (b'"_type"', b'"payloadType"')

_STATEMENT = "https://in-toto.io/Statement/"
_PAYLOAD = "application/vnd.in-toto+json"
_MODEL = "https://model_signing/signature/v1.0"


def recognises(document: dict[str, Any]) -> bool:
    """Say whether a document is a statement, or an envelope of one."""
    kind = document.get("_type")
    envelope = document.get("dsseEnvelope", document)
    return (isinstance(kind, str) and kind.startswith(_STATEMENT)) or (
        isinstance(envelope, dict) and envelope.get("payloadType") == _PAYLOAD
    )


def files(document: dict[str, Any], *, strict: bool) -> Iterator[File]:
    """Yield the subjects, or the files of the model that is the subject."""
    at = ""
    if "_type" not in document:
        document, at = _opened(document, strict=strict), "payload"
    kind = text(document.get("_type"), f"{at}/_type")
    if kind not in {f"{_STATEMENT}v0.1", f"{_STATEMENT}v1"}:
        raise MalformedError(place=f"{at}/_type", reason="expected a statement of version v0.1 or v1")
    if document.get("predicateType") == _MODEL:
        yield from _model(document, at)
    else:
        yield from each(document, "subject", _subject, at)


def _subject(one: dict[str, Any]) -> File:
    path = name(one.get("name"), "/name")
    given = list(mapping(one, "digest").items())
    if not given:
        raise MalformedError(reason="the subject has no digest")
    # The specification says to ignore what is unknown.
    return path, digests(given, None, lambda i: f"/digest/{pointer(given[i][0])}"), None


def _model(document: dict[str, Any], at: str) -> list[File]:
    """Return the files of a model. The digest of the model is that of theirs, one after the other."""
    predicate = mapping(document, "predicate", at)
    method = mapping(predicate, "serialization", f"{at}/predicate").get("method")
    if method != "files":
        place = f"{at}/predicate/serialization/method"
        raise MalformedError(place, f"must be 'files', for the digests to be of whole files, not {method!r}")
    found = list(each(predicate, "resources", _resource, f"{at}/predicate"))
    whole = hashlib.sha256(b"".join(bytes.fromhex(value) for _, [(_, value)], _ in found)).hexdigest()
    if len(array(document, "subject", at)) != 1:
        raise MalformedError(place=f"{at}/subject", reason="must be one model")
    for subject, below in objects(document, "subject", at):
        given, place = mapping(subject, "digest", below).get("sha256"), f"{below}/digest/sha256"
        if text(given, place).lower() != whole:
            raise MalformedError(place, "is not the digest of the files in the predicate")
    return found


def _resource(one: dict[str, Any]) -> File:
    path, spelling = name(one.get("name"), "/name"), text(one.get("algorithm"), "/algorithm")
    if path == ".":
        raise MalformedError(place="/name", reason="the model is a single file, whose name is not in the list")
    known = algorithm(spelling)
    if known is None:
        raise MalformedError(place="/algorithm", reason=f"{spelling!r} is not a supported digest of whole files")
    try:
        return path, [(known, digits(one.get("digest"), known))], None
    except MalformedError as e:
        e.beneath("/digest")
        raise


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
