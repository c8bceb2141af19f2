"""Lists signed with Sigstore, by a private instance of it, and one signature of the public one."""

from __future__ import annotations

import copy
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sigstore", reason="needs checksig[sigstore]")

from cryptography import x509

import checksig
from checksig import _trust
from checksig._errors import Code
from checksig._signatures import _sigstore
from checksig._signatures._verified import Mark, RefusedError, Verified
from conftest import posix
from sigstore_root import (
    BUNDLE_1,
    ISSUER,
    MAIL,
    NOW,
    PUBLIC_CONTENT,
    PUBLIC_IDENTITY,
    PUBLIC_ISSUER,
    STATEMENT,
    Instance,
    Key,
    Wanted,
    b64,
    public,
    raw,
    unb64,
)

LIST = f"{hashlib.sha256(b'hello').hexdigest()}  a\n{hashlib.sha256(b'world').hexdigest()}  b\n".encode()
IN_TOTO = json.dumps(
    {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "a", "digest": {"sha256": hashlib.sha256(b"hello").hexdigest()}}],
        "predicateType": "https://example.org/p",
    }
).encode()

INSTANCE, OTHER = Instance(), Instance()
HOUR = timedelta(hours=1)
TIME = "2026-03-04T05:06:07Z"

Document = dict[str, Any]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("roots")
    for name, instance in (("root.json", INSTANCE), ("other.json", OTHER)):
        (path / name).write_text(json.dumps(instance.trusted_root()))
    return path


@pytest.fixture
def trusted(directory: Path) -> list[_trust.Sigstore]:
    return [_trust.Sigstore(MAIL, ISSUER, directory / "root.json")]


def verify(signature: Document | bytes, content: bytes | None, trusted: list[_trust.Sigstore]) -> Verified:
    text = signature if isinstance(signature, bytes) else json.dumps(signature).encode()
    return _sigstore.verify(text, content, trusted, require_all=False)


def refused(signature: Document | bytes, content: bytes | None, trusted: list[_trust.Sigstore]) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        verify(signature, content, trusted)
    assert 1 == len(caught.value.reason.splitlines())
    return caught.value


def edited(document: Document, path: str, value: Any) -> Document:
    """Return a copy with another value at a JSON pointer; None takes it away, and a function changes it."""
    copied: Document = json.loads(json.dumps(document))
    *above, last = path.split("/")[1:]
    at: Any = copied
    for key in above:
        at = at[int(key)] if isinstance(at, list) else at[key]
    end: Any = int(last) if isinstance(at, list) else last
    if value is None:
        del at[end]
    else:
        at[end] = value(at[end]) if callable(value) else value
    return copied


def flipped(text: str) -> str:
    """Change a bit of what is in base64."""
    data = bytearray(unb64(text))
    data[-1] ^= 1
    return b64(bytes(data))


ENTRY = "/verificationMaterial/tlogEntries/0"
PROOF = f"{ENTRY}/inclusionProof"
CHAIN = "/verificationMaterial/x509CertificateChain/certificates"


def detached(**wanted: Any) -> Document:
    return INSTANCE.detached(LIST, Wanted(**wanted))


def as_old(document: Document) -> Document:
    """Return a bundle in the form of version 0.1."""
    chain = {"certificates": [document["verificationMaterial"]["certificate"]]}
    with_chain = edited(document, "/verificationMaterial/x509CertificateChain", chain)
    return {**edited(with_chain, "/verificationMaterial/certificate", None), "mediaType": BUNDLE_1}


def by(**keys: Key) -> Instance:
    """Return the instance with other keys of logs than its trust root has."""
    instance = copy.copy(INSTANCE)
    for name, key in keys.items():
        setattr(instance, name, key)
    return instance


def forged(key: Key) -> Key:
    """Return a key that has the number of another one."""
    made = Key()
    made.id = key.id
    return made


def mark(document: Document, time: str | None = TIME) -> Mark:
    certificate = unb64(document["verificationMaterial"]["certificate"]["rawBytes"])
    return Mark(hashlib.sha256(certificate).hexdigest(), MAIL, ISSUER, time)


# What is verified.


GOOD: dict[str, tuple[Document, bytes | None]] = {
    "A signature beside the list is verified.": (INSTANCE.detached(LIST), LIST),
    "The list in an envelope is verified.": (INSTANCE.envelope(IN_TOTO), None),
    "A signature with a timestamp, as the second version of the log needs it, is verified.": (
        INSTANCE.stamped(LIST),
        LIST,
    ),
    "A signature is verified without the digest beside it.": (
        edited(INSTANCE.detached(LIST), "/messageSignature/messageDigest", None),
        LIST,
    ),
    "A signature of an empty list is verified.": (INSTANCE.detached(b""), b""),
    "The last second of a certificate counts.": (detached(start=NOW - timedelta(minutes=10)), LIST),
    "The issuer may be in the older extension alone.": (detached(issuer_v2=None), LIST),
    "The issuer may be in the newer extension alone.": (detached(issuer=None), LIST),
    "The identity may be a URL.": (detached(name=x509.UniformResourceIdentifier(MAIL)), LIST),
}


@pytest.mark.parametrize("sentence", GOOD)
def test_a_good_signature_is_verified(sentence: str, trusted: list[_trust.Sigstore]) -> None:
    """The report says by which certificate, by whom, as who attests, and when."""
    document, content = GOOD[sentence]
    expected = Verified(IN_TOTO if content is None else content, 0, [mark(document)])
    assert expected == verify(document, content, trusted)


def test_an_old_bundle_with_all_proofs_is_verified(trusted: list[_trust.Sigstore]) -> None:
    """Bundles of version 0.1 may have them, though they need not."""
    document = INSTANCE.detached(LIST)
    assert [mark(document)] == verify(as_old(document), LIST, trusted).marks


def test_the_files_of_a_model_are_a_list(trusted: list[_trust.Sigstore]) -> None:
    """That is how model_signing signs one."""
    digest = hashlib.sha256(b"hello")
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "model", "digest": {"sha256": hashlib.sha256(digest.digest()).hexdigest()}}],
        "predicateType": "https://model_signing/signature/v1.0",
        "predicate": {
            "serialization": {"method": "files", "hash_type": "sha256", "allow_symlinks": False},
            "resources": [{"name": "a", "algorithm": "sha256", "digest": digest.hexdigest()}],
        },
    }
    verified = verify(INSTANCE.envelope(json.dumps(statement).encode()), None, trusted)
    expected = [checksig.Entry("a", {"sha256": digest.hexdigest()})]
    assert expected == checksig.read_list(io.BytesIO(verified.content))


def test_one_of_several_trusted_identities_is_enough(directory: Path, trusted: list[_trust.Sigstore]) -> None:
    """They may be of different instances, of which one made the certificate."""
    document = INSTANCE.detached(LIST)
    others = [
        _trust.Sigstore("other@example.org", ISSUER, directory / "root.json"),
        _trust.Sigstore(MAIL, ISSUER, directory / "other.json"),
        _trust.Sigstore(MAIL, ISSUER),
    ]
    for all_ in ([*others, *trusted], [*trusted, *others]):
        assert [mark(document)] == verify(document, LIST, all_).marks
    assert Code.SIGNATURE_UNTRUSTED == refused(document, LIST, others).code


def test_of_several_instances_the_one_that_signed_gives_the_reason(
    directory: Path, trusted: list[_trust.Sigstore]
) -> None:
    """The others only know that they did not."""
    other = _trust.Sigstore(MAIL, ISSUER, directory / "other.json")
    for all_ in ([other, *trusted], [*trusted, other]):
        assert "not a signature of this list" == refused(INSTANCE.detached(b"other"), LIST, all_).reason


def test_a_trust_root_may_be_in_a_configuration(tmp_path: Path) -> None:
    """Other programs take the file in which it stands with the addresses for signers."""
    path = tmp_path / "config.json"
    config = {
        "mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
        "trustedRoot": INSTANCE.trusted_root(),
        "signingConfig": {"mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json"},
    }
    path.write_text(json.dumps(config))
    document = INSTANCE.detached(LIST)
    assert [mark(document)] == verify(document, LIST, [_trust.Sigstore(MAIL, ISSUER, path)]).marks


def test_the_time_is_told_only_if_it_is_verified(trusted: list[_trust.Sigstore]) -> None:
    """Of two timestamps, one may be of an unknown authority."""
    document = INSTANCE.stamped(LIST, [NOW, NOW + timedelta(minutes=1)])
    assert [mark(document, None)] == verify(document, LIST, trusted).marks


# What is not.


BAD, UNTRUSTED, MALFORMED = Code.SIGNATURE_BAD, Code.SIGNATURE_UNTRUSTED, Code.SIGNATURE_MALFORMED
EXPIRED = Code.SIGNATURE_EXPIRED

STRANGER = "that the trust root does not know"

DETACHED: dict[str, tuple[Document | bytes, str, str]] = {
    "The signature is of another list.": (INSTANCE.detached(LIST + b"\n"), BAD, "not a signature of this list"),
    "The list had other line ends when it was signed.": (
        INSTANCE.detached(LIST.replace(b"\n", b"\r\n")),
        BAD,
        "not a signature of this list",
    ),
    "The digest of another list is left out.": (
        edited(INSTANCE.detached(b"other"), "/messageSignature/messageDigest", None),
        BAD,
        "not a signature of this list",
    ),
    "The signature is by another key than that of the certificate.": (
        edited(detached(), "/messageSignature/signature", b64(Key().sign(LIST))),
        BAD,
        "not a signature of this list",
    ),
    "Another identity signed.": (
        detached(name=x509.RFC822Name("other@example.org")),
        UNTRUSTED,
        f"signed by other@example.org, as {ISSUER} attests, which is not trusted",
    ),
    "The identity is in other letters.": (
        detached(name=x509.RFC822Name(MAIL.upper())),
        UNTRUSTED,
        f"signed by {MAIL.upper()}, as",
    ),
    "Another issuer attests the identity.": (
        detached(issuer="https://evil.example.org", issuer_v2="https://evil.example.org"),
        UNTRUSTED,
        f"signed by {MAIL}, as https://evil.example.org attests, which is not trusted",
    ),
    "Another issuer attests the identity, in the newer extension.": (
        detached(issuer=None, issuer_v2="https://evil.example.org"),
        UNTRUSTED,
        f"signed by {MAIL}, as https://evil.example.org attests, which is not trusted",
    ),
    "No issuer attests the identity.": (
        detached(issuer=None, issuer_v2=None),
        UNTRUSTED,
        f"signed by {MAIL}, as nobody attests, which is not trusted",
    ),
    "Another identity signed another list.": (
        INSTANCE.detached(b"other", Wanted(name=x509.RFC822Name("other@example.org"))),
        BAD,
        "not a signature of this list",
    ),
    "The certificate is of another instance.": (OTHER.detached(LIST), UNTRUSTED, STRANGER),
    "The certificate is another one, by the same authority.": (
        edited(detached(), "/verificationMaterial/certificate", detached()["verificationMaterial"]["certificate"]),
        BAD,
        "not a signature of this list",
    ),
    "The certificate had expired.": (detached(start=NOW - HOUR), EXPIRED, "when its certificate was not valid"),
    "The certificate was not valid yet.": (detached(start=NOW + HOUR), EXPIRED, "when its certificate was not valid"),
    "The certificate had expired when it was timestamped.": (
        INSTANCE.stamped(LIST, [NOW + HOUR]),
        EXPIRED,
        "when its certificate was not valid",
    ),
    "The certificate had expired at one of two timestamps.": (
        INSTANCE.stamped(LIST, [NOW, NOW + HOUR]),
        EXPIRED,
        "when its certificate was not valid",
    ),
    "The certificate is in no log of certificates.": (
        detached(has_timestamp=False),
        BAD,
        "not in a log of certificates",
    ),
    "The certificate is in another log of certificates.": (
        by(certificates=Key()).detached(LIST),
        UNTRUSTED,
        STRANGER,
    ),
    "The certificate has a forged timestamp of the log of certificates.": (
        by(certificates=forged(INSTANCE.certificates)).detached(LIST),
        BAD,
        "not in a log of certificates",
    ),
    "The issuer is no text, which sigstore does not expect.": (
        detached(issuer="\udcff"),
        BAD,
        "can't decode byte 0xff",
    ),
    "The entry is missing.": (edited(detached(), ENTRY, None), MALFORMED, "expected exactly one log entry"),
    "There are two entries.": (
        edited(detached(), "/verificationMaterial/tlogEntries", lambda entries: entries * 2),
        MALFORMED,
        "expected exactly one log entry",
    ),
    "The entry is of another signature by the same signer.": (
        edited(detached(), "/verificationMaterial/tlogEntries", detached()["verificationMaterial"]["tlogEntries"]),
        BAD,
        "of another signature",
    ),
    "The entry is of another log.": (by(log=Key()).detached(LIST), UNTRUSTED, STRANGER),
    "The entry is by a forged log.": (
        by(log=forged(INSTANCE.log)).detached(LIST),
        BAD,
        "proof that it has the entry is not valid",
    ),
    "The proof of inclusion is missing.": (
        edited(detached(), PROOF, None),
        MALFORMED,
        "/inclusionProof: Field required",
    ),
    "The proof of inclusion has another hash.": (
        edited(detached(), f"{PROOF}/hashes/0", flipped),
        BAD,
        "proof that it has the entry is not valid",
    ),
    "The proof of inclusion has too few hashes.": (
        edited(detached(), f"{PROOF}/hashes", []),
        BAD,
        "proof that it has the entry is not valid",
    ),
    "The proof of inclusion is of another place.": (
        edited(detached(), f"{PROOF}/logIndex", "0"),
        BAD,
        "proof that it has the entry is not valid",
    ),
    "The proof of inclusion is outside of the log.": (
        edited(detached(), f"{PROOF}/logIndex", "2"),
        MALFORMED,
        "logIndex 2 must be less than treeSize 2",
    ),
    "The checkpoint is missing.": (edited(detached(), f"{PROOF}/checkpoint", None), MALFORMED, "with checkpoint"),
    "The checkpoint is not signed.": (
        edited(detached(), f"{PROOF}/checkpoint/envelope", lambda text: text.partition("\u2014")[0]),
        BAD,
        "proof that it has the entry is not valid",
    ),
    "The checkpoint is by another key.": (
        edited(detached(), f"{PROOF}/checkpoint/envelope", OTHER.checkpoint(b"0" * 32)),
        BAD,
        "proof that it has the entry is not valid",
    ),
    "The checkpoint is of another state of the log.": (
        edited(detached(), f"{PROOF}/checkpoint/envelope", INSTANCE.checkpoint(b"0" * 32)),
        BAD,
        "proof that it has the entry is not valid",
    ),
    "The promise is missing.": (
        edited(detached(), f"{ENTRY}/inclusionPromise", None),
        MALFORMED,
        "must contain an inclusion promise or signed timestamp",
    ),
    "The promise is changed.": (
        edited(detached(), f"{ENTRY}/inclusionPromise/signedEntryTimestamp", flipped),
        BAD,
        "proof that it has the entry is not valid",
    ),
    "The time is not the one that was promised.": (
        edited(detached(), f"{ENTRY}/integratedTime", lambda text: str(int(text) + 1)),
        BAD,
        "proof that it has the entry is not valid",
    ),
    "The time is missing.": (
        edited(detached(), f"{ENTRY}/integratedTime", None),
        BAD,
        "nothing that is trusted says when it was signed",
    ),
    "The time is one that no calendar has.": (
        edited(detached(), f"{ENTRY}/integratedTime", str((1 << 64) - 1)),
        MALFORMED,
        "not a valid bundle",
    ),
    "The timestamp is of another signature.": (
        edited(
            INSTANCE.stamped(LIST),
            "/verificationMaterial/timestampVerificationData",
            INSTANCE.stamped(LIST)["verificationMaterial"]["timestampVerificationData"],
        ),
        BAD,
        "nothing that is trusted says when it was signed",
    ),
    "The timestamp is by another authority.": (
        edited(
            INSTANCE.stamped(LIST),
            "/verificationMaterial/timestampVerificationData/rfc3161Timestamps/0/signedTimestamp",
            b64(OTHER.timestamp(LIST, NOW)),
        ),
        BAD,
        "nothing that is trusted says when it was signed",
    ),
    "The timestamp is none.": (
        edited(
            INSTANCE.stamped(LIST),
            "/verificationMaterial/timestampVerificationData/rfc3161Timestamps/0/signedTimestamp",
            b64(b"0"),
        ),
        MALFORMED,
        "Invalid Timestamp Response",
    ),
    "The bundle is signed by a key without a certificate.": (
        edited(
            edited(detached(), "/verificationMaterial/certificate", None),
            "/verificationMaterial/publicKey",
            {"hint": "1"},
        ),
        UNTRUSTED,
        "signed by a key alone, without a certificate of an identity, which is not trusted",
    ),
    "The certificate is none.": (
        edited(detached(), "/verificationMaterial/certificate/rawBytes", b64(b"0")),
        MALFORMED,
        "not a valid bundle",
    ),
    "A bundle of version 0.1 lacks the proof of inclusion.": (
        edited(as_old(detached()), PROOF, None),
        MALFORMED,
        "a bundle of version 0.1 without what newer ones prove; let the signer make one of version 0.3",
    ),
    "The bundle is of an unknown version.": (
        {**detached(), "mediaType": "application/vnd.dev.sigstore.bundle.v0.9+json"},
        MALFORMED,
        "/mediaType: ",
    ),
    "The bundle is of cosign, before it made bundles of Sigstore.": (
        {"base64Signature": "MEUCIQ==", "cert": "LS0t", "rekorBundle": {"SignedEntryTimestamp": "MEQ="}},
        MALFORMED,
        "the old format of cosign",
    ),
    "The bundle has a field of no meaning.": (
        {**detached(), "comment": "x"},
        MALFORMED,
        "/comment: Extra inputs are not permitted",
    ),
    "The bundle has two signatures.": (
        {**INSTANCE.detached(LIST), "dsseEnvelope": INSTANCE.envelope(IN_TOTO)["dsseEnvelope"]},
        MALFORMED,
        "contains a list of its own",
    ),
    "The bundle has no signature.": (
        edited(detached(), "/messageSignature", None),
        MALFORMED,
        "Exactly one of messageSignature or dsseEnvelope must be set",
    ),
    "A bundle with a list in it is no signature of another one.": (
        INSTANCE.envelope(IN_TOTO),
        MALFORMED,
        "contains a list of its own, as a DSSE envelope",
    ),
    "The bundle is empty.": (b"", MALFORMED, "the bundle is empty"),
    "The bundle is a blank line.": (b"\n", MALFORMED, "the bundle is empty"),
    "The bundle is no JSON.": (b"-----BEGIN SSH SIGNATURE-----\n", MALFORMED, "not valid JSON"),
    "The bundle is no object.": (b"[]", MALFORMED, "must be an object, not an array"),
    "The bundle is something else in JSON.": (b'{"mediaType": 1}', MALFORMED, "not a bundle of Sigstore"),
    "A key occurs twice.": (
        json.dumps(detached()).replace('"messageSignature"', '"messageSignature": {}, "messageSignature"').encode(),
        MALFORMED,
        "/messageSignature: the key 'messageSignature' occurs twice in an object",
    ),
}


@pytest.mark.parametrize("sentence", DETACHED)
def test_a_bad_signature_is_refused(sentence: str, trusted: list[_trust.Sigstore]) -> None:
    """The reason is one line, and the code says of what kind it is."""
    document, code, reason = DETACHED[sentence]
    error = refused(document, LIST, trusted)
    assert (code, True) == (error.code, reason in error.reason), error.reason
    assert "" == error.path


ENVELOPES: dict[str, tuple[Document, str, str]] = {
    "A detached signature is no list.": (
        INSTANCE.detached(LIST),
        MALFORMED,
        "a detached signature of Sigstore, which contains no list; give the list",
    ),
    "The payload is changed.": (
        edited(INSTANCE.envelope(IN_TOTO), "/dsseEnvelope/payload", b64(IN_TOTO.replace(b'"a"', b'"b"'))),
        BAD,
        "not a signature of the list in it",
    ),
    "The payload has another type than was signed.": (
        edited(INSTANCE.envelope(IN_TOTO, kind="text/plain"), "/dsseEnvelope/payloadType", STATEMENT),
        BAD,
        "not a signature of the list in it",
    ),
    "The payload is of another type than in-toto's.": (
        INSTANCE.envelope(LIST, kind="text/plain"),
        MALFORMED,
        "the envelope contains no in-toto statement, but something of the type 'text/plain'",
    ),
    "The envelope has two signatures.": (
        edited(INSTANCE.envelope(IN_TOTO), "/dsseEnvelope/signatures", lambda found: found * 2),
        BAD,
        "exactly one signature",
    ),
    "The envelope has no signature.": (
        edited(INSTANCE.envelope(IN_TOTO), "/dsseEnvelope/signatures", []),
        BAD,
        "exactly one signature",
    ),
    "The entry is of a detached signature.": (
        edited(INSTANCE.envelope(IN_TOTO), "/verificationMaterial", INSTANCE.detached(IN_TOTO)["verificationMaterial"]),
        BAD,
        "not a signature of the list in it",
    ),
    "The entry is of another envelope.": (
        edited(
            INSTANCE.envelope(IN_TOTO),
            "/verificationMaterial/tlogEntries",
            INSTANCE.envelope(IN_TOTO + b"\n")["verificationMaterial"]["tlogEntries"],
        ),
        BAD,
        "of another signature",
    ),
    "Another identity signed the envelope.": (
        INSTANCE.envelope(IN_TOTO, Wanted(name=x509.RFC822Name("other@example.org"))),
        UNTRUSTED,
        "signed by other@example.org",
    ),
    "Another identity signed a payload of another type.": (
        INSTANCE.envelope(LIST, Wanted(name=x509.RFC822Name("other@example.org")), "text/plain"),
        MALFORMED,
        "no in-toto statement",
    ),
    "The envelope is of another instance.": (OTHER.envelope(IN_TOTO), UNTRUSTED, STRANGER),
}


@pytest.mark.parametrize("sentence", ENVELOPES)
def test_a_bad_list_in_an_envelope_is_refused(sentence: str, trusted: list[_trust.Sigstore]) -> None:
    """It is verified before anything of it is read."""
    document, code, reason = ENVELOPES[sentence]
    error = refused(document, None, trusted)
    assert (code, True) == (error.code, reason in error.reason), error.reason


@pytest.mark.parametrize("sentence", [*GOOD][:3])
def test_a_truncated_bundle_is_refused(sentence: str, trusted: list[_trust.Sigstore]) -> None:
    """At whatever byte it is cut."""
    document, content = GOOD[sentence]
    text = json.dumps(document).encode()
    for end in range(0, len(text), 7):
        assert MALFORMED == refused(text[:end], content, trusted).code


def strings(value: Any, at: str = "") -> Iterator[str]:
    """Name the strings in a document."""
    if isinstance(value, str):
        yield at
    elif isinstance(value, (dict, list)):
        for key, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from strings(below, f"{at}/{key}")


CHANGES: list[Callable[[str], str]] = [
    lambda text: f"{text}0",
    lambda text: text[:-5],
    lambda text: ("A" if text[0] != "A" else "B") + text[1:],
    lambda text: text[:-6] + ("A" if text[-6:-5] != "A" else "B") + text[-5:],
    lambda _: "",
    lambda _: "7",
]


def meaning(text: str) -> bytes:
    """Return what is in base64, of which Python ignores what is after the end."""
    try:
        return unb64(text)
    except ValueError:
        return text.encode()


@pytest.mark.parametrize("sentence", [*GOOD][:3])
def test_any_change_of_a_bundle_is_refused(sentence: str, trusted: list[_trust.Sigstore]) -> None:
    """But for the numbers that the log does not sign: of its key, and of the entry in its second version."""
    document, content = GOOD[sentence]
    expected = verify(document, content, trusted)
    passed = set()

    def changed(text: str, change: Callable[[str], str]) -> str:
        return change(text) if meaning(change(text)) != meaning(text) else "other"

    for place in strings(document):
        for change in CHANGES:
            try:
                found = verify(edited(document, place, lambda text: changed(text, change)), content, trusted)  # noqa: B023 - called at once
            except RefusedError:
                continue
            assert expected == found
            passed.add(place)
    assert passed <= ({f"{ENTRY}/logIndex", f"{ENTRY}/logId/keyId"} if "second" in sentence else set())


def test_the_authority_itself_signs_no_list(trusted: list[_trust.Sigstore]) -> None:
    """Releases of sigstore refuse its certificate for different reasons."""
    document = edited(detached(), "/verificationMaterial/certificate/rawBytes", raw(INSTANCE.root))
    assert refused(document, LIST, trusted).code in {BAD, UNTRUSTED}


def test_nobody_is_trusted_by_default() -> None:
    """Without an identity and its issuer, nothing is verified."""
    refused(INSTANCE.detached(LIST), LIST, [])
    for identity, issuer in (("", ISSUER), (MAIL, "")):
        with pytest.raises(ValueError, match="empty"):
            _trust.Sigstore(identity, issuer)


# The trust root.


def with_root(path: Path, root: Document | str, document: Document | None = None) -> RefusedError:
    path.write_text(root if isinstance(root, str) else json.dumps(root))
    error = refused(document or INSTANCE.detached(LIST), LIST, [_trust.Sigstore(MAIL, ISSUER, path)])
    assert str(path) == error.path
    return error


AUTHORITY = "/certificateAuthorities/0"

ROOTS: dict[str, tuple[Document | str, str]] = {
    "The trust root is empty.": ("", "not valid JSON"),
    "The trust root is cut short.": (json.dumps(INSTANCE.trusted_root())[:-1], "not valid JSON"),
    "The trust root is something else.": ({"a": 1}, "/mediaType: Field required"),
    "The trust root is of an unknown version.": (
        {**INSTANCE.trusted_root(), "mediaType": "application/vnd.dev.sigstore.trustedroot.v0.2+json"},
        "unsupported trusted root format",
    ),
    "The trust root is a bundle.": (INSTANCE.detached(LIST), "not a trust root of Sigstore: "),
    "The trust root has no logs.": ({**INSTANCE.trusted_root(), "tlogs": []}, "has no transparency log"),
    "The trust root has no logs of certificates.": (
        {**INSTANCE.trusted_root(), "ctlogs": []},
        "no log of certificates",
    ),
    "The trust root has no authorities.": (
        {**INSTANCE.trusted_root(), "certificateAuthorities": []},
        "has no certificate authority",
    ),
    "The trust root has an authority without a certificate.": (
        edited(INSTANCE.trusted_root(), f"{AUTHORITY}/certChain/certificates/0/rawBytes", b64(b"0")),
        "not a usable trust root: error parsing asn1 value",
    ),
    "The trust root has a time of no zone.": (
        edited(INSTANCE.trusted_root(), f"{AUTHORITY}/validFor/start", "2026-01-01T00:00:00"),
        "not a usable trust root: can't compare",
    ),
    "The trust root is a private key.": ("-----BEGIN EC PRIVATE KEY-----\n", "is a private key"),
}


@pytest.mark.parametrize("sentence", ROOTS)
def test_a_bad_trust_root_is_refused(sentence: str, tmp_path: Path) -> None:
    """The error is about its file."""
    root, reason = ROOTS[sentence]
    error = with_root(tmp_path / "root.json", root)
    assert (Code.KEY_UNUSABLE, True) == (error.code, reason in error.reason), error.reason


def test_a_trust_root_that_cannot_be_read_is_refused(tmp_path: Path, trusted: list[_trust.Sigstore]) -> None:
    """Also if the signature is by somebody else who is trusted."""
    for path in (tmp_path, tmp_path / "missing"):
        error = refused(INSTANCE.detached(LIST), LIST, [*trusted, _trust.Sigstore(MAIL, ISSUER, path)])
        assert (Code.KEY_UNUSABLE, str(path)) == (error.code, error.path)


@pytest.mark.parametrize("part", ["tlogs", "ctlogs", "authorities"])
def test_what_a_trust_root_has_counts_while_it_was_in_use(part: str, tmp_path: Path) -> None:
    """A key that was retired can still be stolen; sigstore itself would take it."""
    instance = copy.copy(INSTANCE)
    names = {"tlogs": "transparency log", "ctlogs": "log of certificates", "authorities": "certificate authority"}
    for start, end in ((None, NOW - timedelta(seconds=1)), (NOW + timedelta(seconds=1), None)):
        instance.periods = {part: (start, end)}
        error = with_root(tmp_path / "root.json", instance.trusted_root())
        assert (EXPIRED, True) == (error.code, f"no {names[part]} that was in use" in error.reason)
    for start, end in ((None, NOW), (NOW, None), (NOW, NOW)):
        instance.periods = {part: (start, end)}
        (tmp_path / "root.json").write_text(json.dumps(instance.trusted_root()))
        assert verify(INSTANCE.detached(LIST), LIST, [_trust.Sigstore(MAIL, ISSUER, tmp_path / "root.json")]).marks


@pytest.mark.parametrize("part", ["tlogs", "ctlogs", "certificateAuthorities"])
def test_what_was_retired_does_not_count_beside_what_is_in_use(part: str, tmp_path: Path) -> None:
    """A trust root usually has both."""
    path = tmp_path / "root.json"
    for end, is_verified in ((NOW, True), (NOW - timedelta(seconds=1), False)):
        instance = copy.copy(INSTANCE)
        instance.periods = dict.fromkeys(("tlogs", "ctlogs", "authorities"), (None, end))
        root = {**INSTANCE.trusted_root(), part: [*instance.trusted_root()[part], *OTHER.trusted_root()[part]]}
        path.write_text(json.dumps(root))
        trusted = [_trust.Sigstore(MAIL, ISSUER, path)]
        document = INSTANCE.detached(LIST)
        if is_verified:
            assert [mark(document)] == verify(document, LIST, trusted).marks
        else:
            error = refused(document, LIST, trusted)
            assert (UNTRUSTED, True) == (error.code, STRANGER in error.reason)


def test_when_something_was_signed_is_read_as_sigstore_reads_it(tmp_path: Path) -> None:
    """It takes names of fields in two spellings, so that a time could be hidden from another reader."""
    document = detached()
    entry = document["verificationMaterial"]["tlogEntries"][0]
    entry["integrated_time"], entry["inclusion_promise"] = entry.pop("integratedTime"), entry.pop("inclusionPromise")
    instance = copy.copy(INSTANCE)
    instance.periods = {"authorities": (None, NOW - timedelta(seconds=1))}
    assert EXPIRED == with_root(tmp_path / "root.json", instance.trusted_root(), document).code


def test_an_authority_of_timestamps_counts_while_it_was_in_use(tmp_path: Path) -> None:
    """Sigstore sees to that."""
    instance = copy.copy(INSTANCE)
    instance.periods = {"timestamps": (None, NOW - timedelta(seconds=1))}
    (tmp_path / "root.json").write_text(json.dumps(instance.trusted_root()))
    error = refused(INSTANCE.stamped(LIST), LIST, [_trust.Sigstore(MAIL, ISSUER, tmp_path / "root.json")])
    assert (BAD, True) == (error.code, "nothing that is trusted says when it was signed" in error.reason)


# The public instance.


def test_a_signature_of_the_public_instance_is_verified() -> None:
    """The trust root is the one that sigstore brings."""
    number = "246cd8f949a0d30f1366fb4c6140ee8ebadcd1cfe6ddc1ea6585a50d87968097"
    expected = Mark(number, PUBLIC_IDENTITY, PUBLIC_ISSUER, "2024-11-19T17:37:00Z")
    trusted = [_trust.Sigstore(PUBLIC_IDENTITY, PUBLIC_ISSUER)]
    assert Verified(PUBLIC_CONTENT, 0, [expected]) == verify(public(), None, trusted)


def test_a_signature_of_the_public_instance_by_somebody_else_is_refused(trusted: list[_trust.Sigstore]) -> None:
    """All else is well, so the error says who signed."""
    error = refused(public(), None, [_trust.Sigstore(MAIL, PUBLIC_ISSUER), *trusted])
    assert (UNTRUSTED, True) == (error.code, f"{PUBLIC_IDENTITY}, as {PUBLIC_ISSUER} attests" in error.reason)


ALONE = """
import sys

def hook(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "os.mkdir", "os.rename", "subprocess.Popen"):
        raise SystemExit(f"{event}: {arguments}")
    if event == "open" and arguments[1] and set(arguments[1]) & set("wax+"):
        raise SystemExit(f"{event}: {arguments}")

sys.dont_write_bytecode = True
sys.addaudithook(hook)
from checksig._signatures import _sigstore
from checksig._trust import Sigstore

text = sys.stdin.buffer.read()
print(_sigstore.verify(text, None, [Sigstore(*sys.argv[1:])], require_all=False).marks[0].time)
"""


@posix
@pytest.mark.parametrize("is_public", [True, False])
def test_nothing_is_downloaded_or_written(is_public: bool, directory: Path, tmp_path: Path) -> None:  # noqa: FBT001 - pytest's
    """Not into an empty home either, to which sigstore copies its trust root; nor are warnings to standard error."""
    with_root = edited(
        as_old(INSTANCE.envelope(IN_TOTO)), CHAIN, lambda chain: [*chain, {"rawBytes": raw(INSTANCE.root)}]
    )
    document, given, time = (
        (public(), [PUBLIC_IDENTITY, PUBLIC_ISSUER], "2024-11-19T17:37:00Z")
        if is_public
        else (with_root, [MAIL, ISSUER, str(directory / "root.json")], TIME)
    )
    result = subprocess.run(
        [sys.executable, "-c", ALONE, *given],
        input=json.dumps(document).encode(),
        env={**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": "", "XDG_DATA_HOME": ""},
        capture_output=True,
        check=False,
    )
    assert (f"{time}\n".encode(), b"") == (result.stdout, result.stderr)
    assert [] == [*tmp_path.iterdir()]
