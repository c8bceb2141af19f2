"""A private Sigstore: an authority of certificates, their log, a log of signatures, and what clients know of them.

All of it is of keys that are made here, and signs whatever a test wants, also what the real ones never would.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=timezone.utc)
MAIL, ISSUER = "signer@example.org", "https://accounts.example.org"
STATEMENT = "application/vnd.in-toto+json"

BUNDLE_3 = "application/vnd.dev.sigstore.bundle.v0.3+json"
BUNDLE_1 = "application/vnd.dev.sigstore.bundle+json;version=0.1"

ISSUER_OID = x509.ObjectIdentifier("1.3.6.1.4.1.57264.1.1")
ISSUER_V2_OID = x509.ObjectIdentifier("1.3.6.1.4.1.57264.1.8")
TIMESTAMPS_OID = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")

MINUTES = timedelta(minutes=10)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def unb64(text: str) -> bytes:
    return base64.b64decode(text)


def canonical(document: dict[str, Any]) -> bytes:
    """Write JSON as RFC 8785 has it: for ASCII and integers, that is all."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def der(tag: int, *parts: bytes) -> bytes:
    """Encode an element of ASN.1."""
    content = b"".join(parts)
    size = len(content).to_bytes(4, "big").lstrip(b"\0")
    length = bytes([len(content)]) if len(content) < 0x80 else bytes([0x80 | len(size)]) + size
    return bytes([tag]) + length + content


class Key:
    """A key of a signer or a log."""

    def __init__(self) -> None:
        self.private: EllipticCurvePrivateKey = generate_private_key(SECP256R1())

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message, ECDSA(SHA256()))

    @cached_property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @cached_property
    def id(self) -> bytes:
        return hashlib.sha256(self.public).digest()


@dataclass
class Wanted:
    """What a certificate says, and what the logs do about it."""

    name: x509.GeneralName = field(default_factory=lambda: x509.RFC822Name(MAIL))
    issuer: str | None = ISSUER
    issuer_v2: str | None = ISSUER
    start: datetime = NOW - timedelta(minutes=1)
    has_timestamp: bool = True
    time: datetime = NOW


class Instance:
    """An instance of Sigstore."""

    def __init__(self) -> None:
        self.authority, self.certificates, self.log, self.stamper = Key(), Key(), Key(), Key()
        self.root = self._certificate(self._authority())
        self._stamper_root = Key()
        self.periods: dict[str, tuple[datetime | None, datetime | None]] = {}

    # Certificates.

    def _authority(self) -> x509.CertificateBuilder:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an authority")])
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.authority.private.public_key())
            .serial_number(1)
            .not_valid_before(NOW - timedelta(days=365))
            .not_valid_after(NOW + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage(signs_certificates=True), critical=True)
            .add_extension(identifier(self.authority), critical=False)
        )

    def _certificate(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        return builder.sign(self.authority.private, SHA256())

    def certificate(self, key: Key, wanted: Wanted) -> x509.Certificate:
        """Certify a key for ten minutes, after the log of certificates has got to know of it."""
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(self.root.subject)
            .public_key(key.private.public_key())
            .serial_number(2)
            .not_valid_before(wanted.start)
            .not_valid_after(wanted.start + MINUTES)
            .add_extension(usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
            .add_extension(identifier(key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.authority.private.public_key()), critical=False
            )
            .add_extension(x509.SubjectAlternativeName([wanted.name]), critical=True)
        )
        if wanted.issuer is not None:
            builder = add(builder, ISSUER_OID, wanted.issuer.encode("utf-8", "surrogateescape"))
        if wanted.issuer_v2 is not None:
            builder = add(builder, ISSUER_V2_OID, der(0x0C, wanted.issuer_v2.encode()))
        if wanted.has_timestamp:
            before = self._certificate(builder).tbs_certificate_bytes
            builder = add(builder, TIMESTAMPS_OID, self._timestamps(before, wanted.start))
        return self._certificate(builder)

    def _timestamps(self, certificate: bytes, time: datetime) -> bytes:
        """Return the list of one signed certificate timestamp (RFC 6962, 3.2)."""
        stamp = int(time.timestamp() * 1000).to_bytes(8, "big")
        entry = self.authority.id + len(certificate).to_bytes(3, "big") + certificate
        signed = self.certificates.sign(b"\0\0" + stamp + b"\0\1" + entry + b"\0\0")
        one = b"\0" + self.certificates.id + stamp + b"\0\0\4\3" + counted(signed)
        return der(0x04, counted(counted(one)))

    # The log of signatures.

    def entry(self, kind: str, version: str, body: dict[str, Any]) -> dict[str, Any]:
        """Log something as the second of two entries."""
        content = canonical({"kind": kind, "apiVersion": version, "spec": body})
        sibling, leaf = (hashlib.sha256(b"\0" + one).digest() for one in (b"another", content))
        root = hashlib.sha256(b"\1" + sibling + leaf).digest()
        return {
            "logIndex": "1",
            "logId": {"keyId": b64(self.log.id)},
            "kindVersion": {"kind": kind, "version": version},
            "inclusionProof": {
                "logIndex": "1",
                "rootHash": b64(root),
                "treeSize": "2",
                "hashes": [b64(sibling)],
                "checkpoint": {"envelope": self.checkpoint(root)},
            },
            "canonicalizedBody": b64(content),
        }

    def checkpoint(self, root: bytes) -> str:
        note = f"rekor.example.org - 1\n2\n{b64(root)}\n"
        return f"{note}\n\u2014 rekor.example.org {b64(self.log.id[:4] + self.log.sign(note.encode()))}\n"

    def promise(self, entry: dict[str, Any], time: datetime) -> dict[str, Any]:
        """Return an entry with the time at which it was logged, and the signature of that."""
        seconds = int(time.timestamp())
        signed = canonical(
            {
                "body": entry["canonicalizedBody"],
                "integratedTime": seconds,
                "logID": self.log.id.hex(),
                "logIndex": int(entry["logIndex"]),
            }
        )
        promise = {"signedEntryTimestamp": b64(self.log.sign(signed))}
        return {**entry, "integratedTime": str(seconds), "inclusionPromise": promise}

    # Bundles.

    def detached(self, content: bytes, wanted: Wanted | None = None) -> dict[str, Any]:
        """Sign a list that stays a file of its own."""
        key, wanted = Key(), wanted or Wanted()
        certificate = self.certificate(key, wanted)
        digest, signed = hashlib.sha256(content).digest(), key.sign(content)
        body = {
            "data": {"hash": {"algorithm": "sha256", "value": digest.hex()}},
            "signature": {"content": b64(signed), "publicKey": {"content": pem(certificate)}},
        }
        message = {"messageDigest": {"algorithm": "SHA2_256", "digest": b64(digest)}, "signature": b64(signed)}
        entry = self.promise(self.entry("hashedrekord", "0.0.1", body), wanted.time)
        return {**bundle(certificate, entry), "messageSignature": message}

    def envelope(self, content: bytes, wanted: Wanted | None = None, kind: str = STATEMENT) -> dict[str, Any]:
        """Sign a list in an envelope that contains it."""
        key, wanted = Key(), wanted or Wanted()
        certificate = self.certificate(key, wanted)
        signed = key.sign(encoded(kind, content))
        envelope = {"payload": b64(content), "payloadType": kind, "signatures": [{"sig": b64(signed)}]}
        body = {
            "envelopeHash": {"algorithm": "sha256", "value": hashlib.sha256(canonical(envelope)).hexdigest()},
            "payloadHash": {"algorithm": "sha256", "value": hashlib.sha256(content).hexdigest()},
            "signatures": [{"signature": b64(signed), "verifier": pem(certificate)}],
        }
        entry = self.promise(self.entry("dsse", "0.0.1", body), wanted.time)
        return {**bundle(certificate, entry), "dsseEnvelope": envelope}

    def stamped(self, content: bytes, times: Sequence[datetime] = (NOW,)) -> dict[str, Any]:
        """Sign a list that stays a file of its own, with an entry of the log's second version, which has no time."""
        key = Key()
        certificate = self.certificate(key, Wanted())
        digest, signed = hashlib.sha256(content).digest(), key.sign(content)
        output = {"algorithm": "SHA2_256", "digest": b64(digest)}
        verifier = {
            "x509Certificate": {"rawBytes": raw(certificate)},
            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
        }
        body = {"hashedRekordV002": {"data": output, "signature": {"content": b64(signed), "verifier": verifier}}}
        made = bundle(certificate, self.entry("hashedrekord", "0.0.2", body))
        stamps = [{"signedTimestamp": b64(self.timestamp(signed, time))} for time in times]
        made["verificationMaterial"]["timestampVerificationData"] = {"rfc3161Timestamps": stamps}
        return {**made, "messageSignature": {"messageDigest": output, "signature": b64(signed)}}

    # Timestamps.

    @cached_property
    def stampers(self) -> list[x509.Certificate]:
        """The certificates of the authority of timestamps, the root last."""
        root = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "timestamps")])
        made = []
        for number, key, critical in ((4, self.stamper, True), (3, self._stamper_root, False)):
            builder = (
                x509.CertificateBuilder()
                .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a stamp")]) if critical else root)
                .issuer_name(root)
                .public_key(key.private.public_key())
                .serial_number(number)
                .not_valid_before(NOW - timedelta(days=365))
                .not_valid_after(NOW + timedelta(days=3650))
                .add_extension(x509.BasicConstraints(ca=not critical, path_length=None), critical=True)
                .add_extension(usage(signs_certificates=not critical), critical=True)
                .add_extension(identifier(key), critical=False)
            )
            if critical:
                purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
                authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._stamper_root.private.public_key())
                builder = builder.add_extension(purpose, critical=True).add_extension(authority, critical=False)
            made.append(builder.sign(self._stamper_root.private, SHA256()))
        return made

    def timestamp(self, message: bytes, time: datetime) -> bytes:
        """Return the response of an authority of timestamps (RFC 3161, 2.4.2)."""
        certificate = self.stampers[0]
        sha256, of_time = der(0x30, oid("2.16.840.1.101.3.4.2.1")), oid("1.2.840.113549.1.9.16.1.4")
        imprint = der(0x30, sha256, der(0x04, hashlib.sha256(message).digest()))
        when = der(0x18, time.strftime("%Y%m%d%H%M%SZ").encode())
        content = der(0x30, number(1), oid("1.3.6.1.4.1.57264.2"), imprint, number(7), when, number(9))
        own = der(0x30, der(0x30, der(0x30, der(0x04, certificate.fingerprint(SHA256())))))
        signed_too = [
            der(0x30, oid("1.2.840.113549.1.9.3"), der(0x31, of_time)),
            der(0x30, oid("1.2.840.113549.1.9.4"), der(0x31, der(0x04, hashlib.sha256(content).digest()))),
            der(0x30, oid("1.2.840.113549.1.9.16.2.47"), der(0x31, own)),
        ]
        attributes = b"".join(sorted(signed_too))
        signer = der(0x30, certificate.issuer.public_bytes(), number(certificate.serial_number))
        ecdsa = der(0x30, oid("1.2.840.10045.4.3.2"))
        signed = der(0x04, self.stamper.sign(der(0x31, attributes)))
        info = der(0x30, number(1), signer, sha256, der(0xA0, attributes), ecdsa, signed)
        encapsulated = der(0x30, of_time, der(0xA0, der(0x04, content)))
        certificates = der(0xA0, certificate.public_bytes(Encoding.DER))
        data = der(0x30, number(3), der(0x31, sha256), encapsulated, certificates, der(0x31, info))
        token = der(0x30, oid("1.2.840.113549.1.7.2"), der(0xA0, data))
        return der(0x30, der(0x30, number(0)), token)

    # What clients know.

    def trusted_root(self) -> dict[str, Any]:
        """Return the trust root. `periods` says when something is in use, by default always."""
        return {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [self._log("rekor", self.log, "tlogs")],
            "certificateAuthorities": [self._authority_of("fulcio", [self.root], "authorities")],
            "ctlogs": [self._log("ctfe", self.certificates, "ctlogs")],
            "timestampAuthorities": [self._authority_of("tsa", self.stampers, "timestamps")],
        }

    def _log(self, host: str, key: Key, name: str) -> dict[str, Any]:
        public = {
            "rawBytes": b64(key.public),
            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
            "validFor": self._period(name),
        }
        return {
            "baseUrl": f"https://{host}.example.org",
            "hashAlgorithm": "SHA2_256",
            "publicKey": public,
            "logId": {"keyId": b64(key.id)},
        }

    def _authority_of(self, host: str, certificates: list[x509.Certificate], name: str) -> dict[str, Any]:
        return {
            "subject": {"organization": "example.org", "commonName": host},
            "uri": f"https://{host}.example.org",
            "certChain": {"certificates": [{"rawBytes": raw(one)} for one in certificates]},
            "validFor": self._period(name),
        }

    def _period(self, name: str) -> dict[str, str]:
        start, end = self.periods.get(name, (None, None))
        period = {"start": (start or NOW - timedelta(days=300)).isoformat()}
        return {**period, "end": end.isoformat()} if end else period


def bundle(certificate: x509.Certificate, entry: dict[str, Any]) -> dict[str, Any]:
    """Return a bundle that still lacks the signature."""
    material = {"certificate": {"rawBytes": raw(certificate)}, "tlogEntries": [entry]}
    return {"mediaType": BUNDLE_3, "verificationMaterial": material}


def raw(certificate: x509.Certificate) -> str:
    return b64(certificate.public_bytes(Encoding.DER))


def pem(certificate: x509.Certificate) -> str:
    return b64(certificate.public_bytes(Encoding.PEM))


def counted(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def encoded(kind: str, content: bytes) -> bytes:
    """Return what is signed for an envelope."""
    return f"DSSEv1 {len(kind)} {kind} {len(content)} ".encode() + content


def number(value: int) -> bytes:
    return der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    first, second, *others = map(int, dotted.split("."))
    content = bytearray()
    for part in (40 * first + second, *others):
        septets = [part & 0x7F]
        while part := part >> 7:
            septets.append(part & 0x7F | 0x80)
        content += bytes(reversed(septets))
    return der(0x06, bytes(content))


def add(builder: x509.CertificateBuilder, oid_: x509.ObjectIdentifier, value: bytes) -> x509.CertificateBuilder:
    return builder.add_extension(x509.UnrecognizedExtension(oid_, value), critical=False)


def identifier(key: Key) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key.private.public_key())


def usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


# One of the public good instance: what PyPI has of gitlab_oidc_project-0.0.3.tar.gz, as a bundle.

PUBLIC_IDENTITY = "https://gitlab.com/facutuesca/gitlab-oidc-project//.gitlab-ci.yml@refs/heads/main"
PUBLIC_ISSUER = "https://gitlab.com"
PUBLIC_CONTENT = (
    b'{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"gitlab_oidc_project-0.0.3.tar.gz",'
    b'"digest":{"sha256":"c1ca9b0d85df1606451098233018534497bf584362e10e4a8c21dfaea92c02a8"}}],'
    b'"predicateType":"https://docs.pypi.org/attestations/publish/v1","predicate":null}'
)
_PUBLIC_CERTIFICATE = (
    "MIIF1DCCBVugAwIBAgIUHl3MO/hxGtgk/PZ8bUcn9V1/Ql4wCgYIKoZIzj0EAwMwNzEVMBMGA1UEChMMc2lnc3RvcmUuZGV2MR4w"
    "HAYDVQQDExVzaWdzdG9yZS1pbnRlcm1lZGlhdGUwHhcNMjQxMTE5MTczNjU5WhcNMjQxMTE5MTc0NjU5WjAAMFkwEwYHKoZIzj0C"
    "AQYIKoZIzj0DAQcDQgAEPDlszbJKMqT8XFwsOTP0BFSjBRQr8BG00z416LHErJLwqt+xFdFxWgEX0wbqzY/zarEHAStTP56YmrEv"
    "RJTdQ6OCBHowggR2MA4GA1UdDwEB/wQEAwIHgDATBgNVHSUEDDAKBggrBgEFBQcDAzAdBgNVHQ4EFgQUAEYvjlQjVNj1tQNLDw1v"
    "+jjRT3MwHwYDVR0jBBgwFoAU39Ppz1YkEZb5qNjpKFWixi4YZD8wXwYDVR0RAQH/BFUwU4ZRaHR0cHM6Ly9naXRsYWIuY29tL2Zh"
    "Y3V0dWVzY2EvZ2l0bGFiLW9pZGMtcHJvamVjdC8vLmdpdGxhYi1jaS55bWxAcmVmcy9oZWFkcy9tYWluMCAGCisGAQQBg78wAQEE"
    "Emh0dHBzOi8vZ2l0bGFiLmNvbTAiBgorBgEEAYO/MAEIBBQMEmh0dHBzOi8vZ2l0bGFiLmNvbTBhBgorBgEEAYO/MAEJBFMMUWh0"
    "dHBzOi8vZ2l0bGFiLmNvbS9mYWN1dHVlc2NhL2dpdGxhYi1vaWRjLXByb2plY3QvLy5naXRsYWItY2kueW1sQHJlZnMvaGVhZHMv"
    "bWFpbjA4BgorBgEEAYO/MAEKBCoMKDcyZjdjNjNiNzVlYjU1ZWE4MDg2NDk2MmYwZTY0NWM5MzQxNGRhMzQwHQYKKwYBBAGDvzAB"
    "CwQPDA1naXRsYWItaG9zdGVkMEEGCisGAQQBg78wAQwEMwwxaHR0cHM6Ly9naXRsYWIuY29tL2ZhY3V0dWVzY2EvZ2l0bGFiLW9p"
    "ZGMtcHJvamVjdDA4BgorBgEEAYO/MAENBCoMKDcyZjdjNjNiNzVlYjU1ZWE4MDg2NDk2MmYwZTY0NWM5MzQxNGRhMzQwHwYKKwYB"
    "BAGDvzABDgQRDA9yZWZzL2hlYWRzL21haW4wGAYKKwYBBAGDvzABDwQKDAg1NTIzNTY2NDAtBgorBgEEAYO/MAEQBB8MHWh0dHBz"
    "Oi8vZ2l0bGFiLmNvbS9mYWN1dHVlc2NhMBgGCisGAQQBg78wAREECgwIMTI4ODU4MDEwYQYKKwYBBAGDvzABEgRTDFFodHRwczov"
    "L2dpdGxhYi5jb20vZmFjdXR1ZXNjYS9naXRsYWItb2lkYy1wcm9qZWN0Ly8uZ2l0bGFiLWNpLnltbEByZWZzL2hlYWRzL21haW4w"
    "OAYKKwYBBAGDvzABEwQqDCg3MmY3YzYzYjc1ZWI1NWVhODA4NjQ5NjJmMGU2NDVjOTM0MTRkYTM0MBQGCisGAQQBg78wARQEBgwE"
    "cHVzaDBTBgorBgEEAYO/MAEVBEUMQ2h0dHBzOi8vZ2l0bGFiLmNvbS9mYWN1dHVlc2NhL2dpdGxhYi1vaWRjLXByb2plY3QvLS9q"
    "b2JzLzg0MTU3NTQ5NDkwFwYKKwYBBAGDvzABFgQJDAdwcml2YXRlMIGJBgorBgEEAdZ5AgQCBHsEeQB3AHUA3T0wasbHETJjGR4c"
    "mWc3AqJKXrjePK3/h4pygC8p7o4AAAGTRX+9KQAABAMARjBEAiAmmQwhQX2nP9vsK12F+RQxv0x+iTRuB7uF3BDmQ0r1YwIgPVcL"
    "b14rgXdmj1JXamu1qCYNvlWbJeaJDpJE/3JtiEEwCgYIKoZIzj0EAwMDZwAwZAIwKvO/AAywpJGaBdJ2SZ2nJYcCi36MeID4BpBq"
    "5mN7shyCUzjiB6EVqhYxZaERGNOgAjAOgMyByDiuIa4CqUCXa32E639XEULbNfMAnMdEumsFC6RJ+aEldYS7Rq4tZ+GDjAo="
)
_PUBLIC_SIGNATURE = "MEQCICOoGOIOMMQASTuQInuDuimGzz4hQyHIXyf4ttsXhcIsAiB+BEJsKn2Y0cnO7Jfu+ajGSWszuFC+AzqY3ZldDpQvVg=="
_PUBLIC_ENVELOPE_HASH = "35486a3f524c3b1595a6360b3484003ac4628823e4e21a574a9d88a676004690"
_PUBLIC_HASHES = [
    "ou7HYOC/wjAzYv/5XVk7Dj7rwfJxmoXLKanK5kVbXB8=",
    "uS1ExhqHy/LavONWCe+3ZkJtTZsogfnEHW/N2QS8APo=",
    "0MOwvYwuDyGm8t9NOhLozfWwxieRm1cinUfykuBwUZs=",
    "yByu3shb/r+bv1TUvtb0o+GWnleoOVD3w5ypLetYvFA=",
    "ybI3cJVONWy02Pl1TrgP7ah1Sx5rY4F4mKKfpxjeWoY=",
    "FdHKii91opeRT8Tzx7nKjZO/OA9UgHPPVOicwvp939o=",
    "DpDOpGhoNhkb7mHanMmlbtfD7xzzhh5AU5MwyWOGLDI=",
    "yHaIr00Cr8UwHagETV3qXuwei/B6CgyHrzcxTpFYwpA=",
    "HdjiYX8LA9CwwDDzSy7LwCMkXLwAYQdvYIbxEn7wwOs=",
    "E2rLOYPJFKiizYiyu07QLqkMVTVL7i2ZgXiQywdI9KQ=",
    "4lUF0YOu9XkIDXKXA0wMSzd6VeDY3TZAgmoOeWmS2+Y=",
    "gf+9m552B3PnkWnO0o4KdVvjcT3WVHLrCbf1DoVYKFw=",
]
_PUBLIC_ROOT = "XLhUYuDAJiP6uPyhU+vxECyT4VAbtpWYAVdp/r/0IJQ="
_PUBLIC_CHECKPOINT = (
    "rekor.sigstore.dev - 1193050959916656506\n28041513\nXLhUYuDAJiP6uPyhU+vxECyT4VAbtpWYAVdp/r/0IJQ=\n\n"
    "\u2014 rekor.sigstore.dev "
    "wNI9ajBEAiB+O4uYsXgc7d0dkLvz/Suu0QszPI4cBCf3SwGYfFyjnwIgA1J8mDSavgv1sadUfe410TumS/LJlvx65+QNJ7VBvoc=\n"
)
_PUBLIC_PROMISE = "MEYCIQDjqijkErZKeE5/se4xQqFQ5kP675QB4CtWuWPjH2MBNAIhAICIsptracjrLUF0kvySUhAiWRkbfCdpC0V5ZYx8Bzhg"


def public() -> dict[str, Any]:
    """Return the bundle."""
    certificate = x509.load_der_x509_certificate(unb64(_PUBLIC_CERTIFICATE))
    body = {
        "envelopeHash": {"algorithm": "sha256", "value": _PUBLIC_ENVELOPE_HASH},
        "payloadHash": {"algorithm": "sha256", "value": hashlib.sha256(PUBLIC_CONTENT).hexdigest()},
        "signatures": [{"signature": _PUBLIC_SIGNATURE, "verifier": pem(certificate)}],
    }
    entry = {
        "logIndex": "149945774",
        "logId": {"keyId": "wNI9atQGlz+VWfO6LRygH4QUfY/8W4RFwiT5i5WRgB0="},
        "kindVersion": {"kind": "dsse", "version": "0.0.1"},
        "integratedTime": "1732037820",
        "inclusionPromise": {"signedEntryTimestamp": _PUBLIC_PROMISE},
        "inclusionProof": {
            "logIndex": "28041512",
            "rootHash": _PUBLIC_ROOT,
            "treeSize": "28041513",
            "hashes": _PUBLIC_HASHES,
            "checkpoint": {"envelope": _PUBLIC_CHECKPOINT},
        },
        "canonicalizedBody": b64(canonical({"kind": "dsse", "apiVersion": "0.0.1", "spec": body})),
    }
    envelope = {
        "payload": b64(PUBLIC_CONTENT),
        "payloadType": STATEMENT,
        "signatures": [{"sig": _PUBLIC_SIGNATURE}],
    }
    return {**bundle(certificate, entry), "dsseEnvelope": envelope}
