"""Lists in JSON and XML: what is read, and what is refused."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import checksig
from checksig import Entry, ManifestError
from checksig._readers import READERS
from checksig._readers._documents import MOST
from conftest import posix

SHA1, SHA256, SHA512, MD5 = (hashlib.new(name, b"hello").hexdigest() for name in ("sha1", "sha256", "sha512", "md5"))


def b64(digits: str) -> str:
    return base64.b64encode(bytes.fromhex(digits)).decode()


OCFL: dict[str, Any] = {
    "id": "urn:example:1",
    "type": "https://ocfl.io/1.0/spec/#inventory",
    "digestAlgorithm": "sha512",
    "head": "v1",
    "manifest": {SHA512: ["v1/content/a", "v1/content/b"]},
    "versions": {"v1": {"created": "2026-01-01T00:00:00Z", "state": {SHA512: ["a", "b"]}}},
    "fixity": {"md5": {MD5: ["v1/content/a"]}, "size": {"5": ["v1/content/b"]}},
}
CONDA: dict[str, Any] = {
    "paths": [
        {"_path": "bin/a", "path_type": "hardlink", "sha256": SHA256, "size_in_bytes": 5},
        {"_path": "bin/b", "path_type": "softlink", "sha256": SHA256, "size_in_bytes": 1},
        {"_path": "share", "path_type": "directory"},
    ],
    "paths_version": 1,
}
SPDX: dict[str, Any] = {
    "spdxVersion": "SPDX-2.3",
    "files": [
        {
            "fileName": "./a",
            "checksums": [
                {"algorithm": "SHA1", "checksumValue": SHA1},
                {"algorithm": "SHA256", "checksumValue": SHA256.upper()},
                {"algorithm": "MD4", "checksumValue": "00"},
            ],
        }
    ],
    "packages": [{"name": "p", "checksums": [{"algorithm": "SHA1", "checksumValue": SHA1}]}],
}
CYCLONEDX: dict[str, Any] = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {"component": {"type": "file", "name": "whole"}},
    "components": [
        {
            "type": "library",
            "name": "lib",
            "components": [{"type": "file", "name": "b", "hashes": [{"alg": "SHA-1", "content": SHA1}]}],
        },
        {
            "type": "file",
            "name": "a",
            "hashes": [{"alg": "SHA-256", "content": SHA256}, {"alg": "MD5", "content": MD5}],
        },
    ],
}
STATEMENT: dict[str, Any] = {
    "_type": "https://in-toto.io/Statement/v1",
    "subject": [
        {"name": "a", "digest": {"sha256": SHA256, "gitCommit": SHA1}},
        {"name": "b", "digest": {"sha512": SHA512}},
    ],
    "predicateType": "https://slsa.dev/provenance/v1",
    "predicate": {},
}
ENVELOPE: dict[str, Any] = {
    "payloadType": "application/vnd.in-toto+json",
    "payload": base64.b64encode(json.dumps(STATEMENT).encode()).decode(),
    "signatures": [{"sig": ""}],
}
MODEL: dict[str, Any] = {
    "_type": "https://in-toto.io/Statement/v1",
    "subject": [
        {
            "name": "model",
            "digest": {"sha256": hashlib.sha256(bytes.fromhex(SHA256) + bytes.fromhex(SHA512)).hexdigest()},
        }
    ],
    "predicateType": "https://model_signing/signature/v1.0",
    "predicate": {
        "serialization": {"method": "files", "hash_type": "sha256", "allow_symlinks": False},
        "resources": [
            {"name": "a", "algorithm": "sha256", "digest": SHA256},
            {"name": "b", "algorithm": "blake2b", "digest": SHA512},
        ],
    },
}
METALINK_4 = f"""<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink">
  <file name="a">
    <size>5</size>
    <hash type="sha-256">{SHA256}</hash>
    <hash type="md5">
      {MD5}
    </hash>
    <pieces length="2" type="sha-1"><hash>{SHA1}</hash><hash>{SHA1}</hash></pieces>
    <url>https://example.org/a</url>
  </file>
</metalink>
"""
METALINK_3 = f"""<metalink version="3.0" xmlns="http://www.metalinker.org/"><files><file name="a&amp;b"><size>5</size>
<verification><hash type="sha1">{SHA1}</hash><pieces type="sha1" length="2"><hash piece="0">{SHA1}</hash></pieces>
</verification></file></files></metalink>"""
FCIV = f"""<?xml version="1.0" encoding="utf-8"?>
<FCIV><FILE_ENTRY><name>d\\a</name><MD5>{b64(MD5)}</MD5><SHA1>{b64(SHA1)}</SHA1></FILE_ENTRY>
<FILE_ENTRY><name>b</name><MD5>{b64(MD5)}</MD5></FILE_ENTRY></FCIV>"""
CYCLONEDX_XML = f"""<bom xmlns="http://cyclonedx.org/schema/bom/1.4" version="1"><metadata><component type="file">
<name>whole</name></component></metadata><components><component type="library"><name>lib</name>
<components><component type="file"><name>b</name><hashes><hash alg="SHA-1">{SHA1}</hash></hashes></component>
</components></component><component type="file"><name>a</name>
<hashes><hash alg="SHA-256">{SHA256}</hash></hashes></component></components></bom>"""

Documents = dict[str, tuple[str, "str | dict[str, Any]", list[Entry]]]

DOCUMENTS: Documents = {
    "OCFL": (
        "ocfl",
        OCFL,
        [Entry("v1/content/a", {"sha512": SHA512, "md5": MD5}), Entry("v1/content/b", {"sha512": SHA512}, 5)],
    ),
    "conda": ("conda", CONDA, [Entry("bin/a", {"sha256": SHA256}, 5), Entry("bin/b", {"sha256": SHA256})]),
    "SPDX": ("spdx", SPDX, [Entry("./a", {"sha1": SHA1, "sha256": SHA256})]),
    "CycloneDX": (
        "cyclonedx",
        CYCLONEDX,
        [Entry("b", {"sha1": SHA1}), Entry("a", {"sha256": SHA256, "md5": MD5})],
    ),
    "CycloneDX XML": ("cyclonedx", CYCLONEDX_XML, [Entry("b", {"sha1": SHA1}), Entry("a", {"sha256": SHA256})]),
    "in-toto": ("in-toto", STATEMENT, [Entry("a", {"sha256": SHA256}), Entry("b", {"sha512": SHA512})]),
    "model_signing": ("in-toto", MODEL, [Entry("a", {"sha256": SHA256}), Entry("b", {"blake2b": SHA512})]),
    "Metalink 4": ("metalink", METALINK_4, [Entry("a", {"sha256": SHA256, "md5": MD5}, 5)]),
    "Metalink 3": ("metalink", METALINK_3, [Entry("a&b", {"sha1": SHA1}, 5)]),
    "FCIV": ("fciv", FCIV, [Entry("d\\a", {"md5": MD5, "sha1": SHA1}), Entry("b", {"md5": MD5})]),
}


def content(document: str | dict[str, Any]) -> bytes:
    return (document if isinstance(document, str) else json.dumps(document)).encode()


def file(document: str | bytes | dict[str, Any]) -> io.BytesIO:
    return io.BytesIO(document if isinstance(document, bytes) else content(document))


def refused(document: str | bytes | dict[str, Any], **options: Any) -> ManifestError:
    with pytest.raises(ManifestError) as caught:
        checksig.read_list(file(document), **options)
    assert "<file>" == caught.value.path
    return caught.value


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_are_known_by_their_content(name: str) -> None:
    """The format need not be said; and if it is, the same is read."""
    format_, document, expected = DOCUMENTS[name]
    assert expected == checksig.read_list(file(document))
    assert expected == checksig.read_list(file(document), list_format=format_)


def test_every_reader_has_a_document() -> None:
    """Of each format there is one above."""
    assert set(READERS) == {format_ for format_, _, _ in DOCUMENTS.values()}


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("before", ["\ufeff", " \r\n\t"])
def test_what_may_be_before_a_document(before: str, name: str) -> None:
    """That is a mark of UTF-8, or blanks; but XML with its declaration begins with that."""
    _, document, expected = DOCUMENTS[name]
    text = content(document).decode()
    if text.startswith("<?xml") and before.isspace():
        text = text.partition("?>")[2]
    assert expected == checksig.read_list(file(before + text))


@pytest.mark.parametrize("name", [name for name, row in DOCUMENTS.items() if isinstance(row[1], str)])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_xml_may_be_in_utf_16(encoding: str, name: str) -> None:
    """It needs a mark then."""
    _, document, expected = DOCUMENTS[name]
    assert isinstance(document, str)
    text = document.replace("utf-8", "utf-16").replace("UTF-8", "utf-16")
    mark = b"" if encoding == "utf-16" else b"\xfe\xff"
    assert expected == checksig.read_list(file(mark + text.encode(encoding)))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_truncated_document_is_refused(name: str) -> None:
    """Wherever it ends, there is an error, and neither another exception nor some of the entries."""
    format_, document, expected = DOCUMENTS[name]
    whole = content(document).rstrip()
    for end in range(len(whole)):
        assert refused(whole[:end], list_format=format_).code in {"malformed", "no_entry"}
        if end % 7 == 0:
            refused(whole[:end])
    assert expected == checksig.read_list(file(whole))


def changed(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy of a document with another value at a JSON pointer."""
    copy = json.loads(json.dumps(document))
    *above, last = path.split("/")[1:]
    at = copy
    for key in above:
        at = at[int(key)] if isinstance(at, list) else at[key]
    if isinstance(at, list):
        at[int(last)] = value
    else:
        at[last] = value
    return dict(copy)


WITHOUT_EFFECT = {"id", "created", "predicateType", "metadata", "packages", "signatures"}


def pointers(value: Any, at: str = "") -> Iterator[str]:
    """Yield the places of all values in a document that readers look at."""
    if at:
        yield at
    if isinstance(value, (dict, list)):
        for key, below in value.items() if isinstance(value, dict) else enumerate(value):
            if key not in WITHOUT_EFFECT:
                yield from pointers(below, f"{at}/{key}")


WRONG = [None, True, 1.5, -1, 1 << 70, "", "no such thing", "\ud800", "a\0b", [], [1], {}, {"a": 1}]


@pytest.mark.parametrize("name", [name for name, row in DOCUMENTS.items() if isinstance(row[1], dict)])
def test_values_of_a_wrong_type_are_refused_or_without_effect(name: str) -> None:
    """Whatever is in a place, the entries are those of the document, some fewer, or there is an error."""
    format_, document, _ = DOCUMENTS[name]
    assert isinstance(document, dict)
    known = {"a", "b", "./a", "bin/a", "bin/b", "v1/content/a", "v1/content/b", "no such thing"}
    tried = 0
    for place in pointers(document):
        for wrong in WRONG:
            found: list[Entry] = []
            with contextlib.suppress(ManifestError):
                found = checksig.read_list(file(changed(document, place, wrong)), list_format=format_)
            assert {entry.path for entry in found} <= known, (place, wrong)
            tried += 1
    assert tried > 50


CASES: dict[str, tuple[str | bytes | dict[str, Any], str]] = {
    "a digest that is too short": (
        changed(SPDX, "/files/0/checksums/1/checksumValue", SHA256[1:]),
        "/files/0/checksums/1/checksumValue: the digest has 63 hex digits, but sha256 has 64",
    ),
    "a digest that is none": (
        changed(CONDA, "/paths/1/sha256", "g" * 64),
        "/paths/1/sha256: the digest contains a character that is not a hex digit",
    ),
    "a size that is too large": (
        changed(CONDA, "/paths/0/size_in_bytes", 1 << 63),
        "/paths/0/size_in_bytes: the size is out of range",
    ),
    "a negative size": (
        changed(CONDA, "/paths/0/size_in_bytes", -1),
        "/paths/0/size_in_bytes: the size is out of range",
    ),
    "a fractional size": (changed(CONDA, "/paths/0/size_in_bytes", 5.0), "must be a number of bytes"),
    "a boolean size": (changed(CONDA, "/paths/0/size_in_bytes", True), "must be a number of bytes, not a boolean"),
    "an empty name": (changed(SPDX, "/files/0/fileName", ""), "/files/0/fileName: the name is empty"),
    "a NUL in a name": (changed(SPDX, "/files/0/fileName", "a\0"), "the name has a NUL"),
    "a lone surrogate in a name": (changed(SPDX, "/files/0/fileName", "a\udc80"), "the name has a lone surrogate"),
    "a digest that occurs twice": (
        changed(SPDX, "/files/0/checksums/2", {"algorithm": "SHA-256", "checksumValue": SHA256}),
        "/files/0/checksums/2/checksumValue: another digest of sha256",
    ),
    "no digest": (changed(CYCLONEDX, "/components/1/hashes", []), "/components/1: the file has no digest"),
    "another version of SPDX": (
        changed(SPDX, "/spdxVersion", "SPDX-3.0"),
        "/spdxVersion: expected SPDX-2.0 to SPDX-2.3",
    ),
    "another version of CycloneDX": (changed(CYCLONEDX, "/specVersion", "2.0"), "/specVersion: expected a version 1.x"),
    "another version of OCFL": (
        changed(OCFL, "/type", "https://ocfl.io/2.0/spec/#inventory"),
        "/type: expected an inventory of OCFL",
    ),
    "another version of conda": (changed(CONDA, "/paths_version", 2), "/paths_version: expected 1"),
    "another version of in-toto": (
        changed(STATEMENT, "/_type", "https://in-toto.io/Statement/v2"),
        "/_type: expected a statement",
    ),
    "shards of a model": (
        changed(MODEL, "/predicate/serialization/method", "shards"),
        "/predicate/serialization/method: must be 'files', for the digests to be of whole files, not 'shards'",
    ),
    "a digest of a shard of a model": (
        changed(MODEL, "/predicate/resources/1/algorithm", "file-sha256-1000000"),
        "/predicate/resources/1/algorithm: 'file-sha256-1000000' is not a supported digest of whole files",
    ),
    "an unknown algorithm of a model": (
        changed(MODEL, "/predicate/resources/0/algorithm", "sha257"),
        "/predicate/resources/0/algorithm: 'sha257' is not a supported digest of whole files",
    ),
    "a digest of a model's file that is too short": (
        changed(MODEL, "/predicate/resources/0/digest", SHA256[1:]),
        "/predicate/resources/0/digest: the digest has 63 hex digits, but sha256 has 64",
    ),
    "a model that is one file": (
        changed(MODEL, "/predicate/resources/0/name", "."),
        "/predicate/resources/0/name: the model is a single file, whose name is not in the list",
    ),
    "a model of which a file is missing": (
        changed(MODEL, "/predicate/resources", MODEL["predicate"]["resources"][:1]),
        "/subject/0/digest/sha256: is not the digest of the files in the predicate",
    ),
    "a model with another digest": (
        changed(MODEL, "/subject/0/digest/sha256", SHA256),
        "/subject/0/digest/sha256: is not the digest of the files in the predicate",
    ),
    "a model without a digest": (
        changed(MODEL, "/subject/0/digest", {}),
        "/subject/0/digest/sha256: must be a string, not null",
    ),
    "two models": (changed(MODEL, "/subject", MODEL["subject"] * 2), "/subject: must be one model"),
    "a model without a predicate": (changed(MODEL, "/predicate", None), "/predicate: must be an object, not null"),
    "a digest of the head that is not in the manifest": (
        changed(OCFL, "/versions/v1/state", {SHA512: ["a"], "00": ["b"]}),
        "/versions/v1/state/00: the digest is not in the manifest",
    ),
    "a head that is not there": (changed(OCFL, "/head", "v2"), "/versions: 'v2' is missing"),
    "a path that the manifest lacks": (
        changed(OCFL, "/fixity/md5", {MD5: ["v1/content/c"]}),
        f"/fixity/md5/{MD5}: 'v1/content/c' is not in the manifest",
    ),
    "a path twice in the manifest": (
        changed(OCFL, "/manifest", {SHA512: ["v1/content/a", "v1/content/a"]}),
        "the path occurs twice in the manifest",
    ),
    "a digest in both cases": (
        changed(OCFL, "/manifest", {SHA512: ["v1/content/a"], SHA512.upper(): ["v1/content/b"]}),
        "the digest occurs twice, in lower and in upper case",
    ),
    "a fixity that contradicts the manifest": (
        changed(OCFL, "/fixity", {"sha512": {"0" * 128: ["v1/content/a"]}}),
        "the manifest has another digest of 'v1/content/a'",
    ),
    "a size of an OCFL object that is none": (
        changed(OCFL, "/fixity/size", {"5.0": ["v1/content/a"]}),
        "/fixity/size/5.0: the size is not a number of bytes",
    ),
    "two sizes of a file of an OCFL object": (
        changed(OCFL, "/fixity/size", {"5": ["v1/content/a"], "6": ["v1/content/a"]}),
        "/fixity/size/6: another size of 'v1/content/a'",
    ),
    "a size of 2^63 in an OCFL object": (
        changed(OCFL, "/fixity/size", {str(1 << 63): ["v1/content/a"]}),
        "the size is out of range",
    ),
    "a key that occurs twice": (
        '{"spdxVersion": "SPDX-2.3", "files": [], "files": []}',
        "/files: the key 'files' occurs twice in an object",
    ),
    "a key that occurs twice further down": (
        json.dumps({**SPDX, "a/b": [0, {"c": 1}]}).replace('{"c": 1}', '{"c": {"e": 1, "e": 2}, "d": 1, "c": 1}'),
        "/a~1b/1/c: the key 'c' occurs twice in an object",
    ),
    "NaN": ('{"spdxVersion": "SPDX-2.3", "files": NaN}', "NaN is not JSON"),
    "a number without end": (
        '{"spdxVersion": "SPDX-2.3", "files": ' + "9" * 10_000 + "}",
        "a number has too many digits",
    ),
    "depth": ('{"spdxVersion": ' + "[" * 100_000 + "]" * 100_000 + "}", "too many levels"),
    "bytes that are not UTF-8": (b'{"spdxVersion": "SPDX-2.3",\n"files": "\xff"}', "not valid UTF-8 (byte 38)"),
    "something after the document": (content(SPDX) + b"{}", "not valid JSON: extra data"),
    "a document type": (
        METALINK_4.replace("<metalink", "<!DOCTYPE metalink [<!ENTITY a 'b'>]>\n<metalink"),
        "a document type (DTD) is refused",
    ),
    "an external entity": (
        METALINK_4.replace("<metalink", "<!DOCTYPE metalink SYSTEM 'file:///etc/passwd'>\n<metalink"),
        "a document type (DTD) is refused",
    ),
    "an entity": (METALINK_4.replace(SHA256, "&digest;"), "not valid XML: undefined entity"),
    "deep XML": (METALINK_4.replace("<size>5</size>", "<a>" * 100 + "</a>" * 100), "too many levels of elements"),
    "an encoding that is none": (METALINK_4.replace("UTF-8", "UTF-99"), "not valid XML: unknown encoding"),
    "a size of words": (METALINK_4.replace("<size>5", "<size>five"), "the size is not a number of bytes"),
    "a size of 2^63": (METALINK_4.replace("<size>5", f"<size>{1 << 63}"), "the size is not a number of bytes"),
    "two sizes": (METALINK_4.replace("<size>5</size>", "<size>5</size><size>5</size>"), "the file has two sizes"),
    "a file without a name": (METALINK_4.replace('name="a"', ""), "the file has no name"),
    "a file without a hash": (METALINK_4.replace("hash", "other"), "the file has no digest"),
    "base64 that is none": (FCIV.replace(b64(SHA1), "!!!!"), "the digest is not valid base64"),
    "base64 of another length": (FCIV.replace(b64(SHA1), b64(MD5)), "the digest has 32 hex digits, but sha1 has 40"),
    "an entry without a name": (FCIV.replace("<name>b</name>", ""), "an entry needs one name"),
    "a component with two names": (
        CYCLONEDX_XML.replace("<name>a</name>", "<name>a</name><name>c</name>"),
        "a file needs one name",
    ),
    "an unknown algorithm in SPDX": (
        changed(SPDX, "/files/0/checksums/2/algorithm", "SHA257"),
        "/files/0/checksums/2/checksumValue: the algorithm 'SHA257' is unknown",
    ),
    "an unknown algorithm in CycloneDX": (
        changed(CYCLONEDX, "/components/1/hashes/1/alg", "SHA-257"),
        "/components/1/hashes/1/content: the algorithm 'SHA-257' is unknown",
    ),
    "an unknown algorithm in OCFL": (
        changed(OCFL, "/fixity", {"md-5": {MD5: ["v1/content/a"]}}),
        f"/fixity/md-5/{MD5}: the algorithm 'md-5' is unknown",
    ),
    "an unknown algorithm in Metalink": (
        METALINK_4.replace('type="md5"', 'type="sha-2"'),
        "the algorithm 'sha-2' is unknown",
    ),
    "an empty algorithm in Metalink": (METALINK_4.replace('type="md5"', "type=''"), "the algorithm '' is unknown"),
    "a hash without an algorithm": (METALINK_4.replace(' type="md5"', ""), "the algorithm '' is unknown"),
    "a file in capitals": (
        METALINK_4.replace("</metalink>", f"<File name='b'><hash type='md5'>{MD5}</hash></File></metalink>"),
        "the element 'File' is unknown here",
    ),
    "a file in an unknown element": (
        METALINK_4.replace("</metalink>", f"<x><file name='b'><hash type='md5'>{MD5}</hash></file></x></metalink>"),
        "the element 'file' is unknown here",
    ),
    "a hash in an unknown element": (
        METALINK_4.replace("<url>", "<x><hash>00</hash></x><url>"),
        "the element 'hash' is unknown here",
    ),
    "a component of an unknown type": (
        changed(CYCLONEDX, "/components/1/type", "File"),
        "/components/1/type: the type 'File' is unknown",
    ),
    "a component without a type": (
        changed(CYCLONEDX, "/components/1", {"name": "a", "hashes": []}),
        "/components/1: 'type' is missing",
    ),
    "a component of an unknown type in XML": (
        CYCLONEDX_XML.replace('type="library"', 'type="File"'),
        "the type 'File' is unknown",
    ),
    "a component without a type in XML": (CYCLONEDX_XML.replace(' type="library"', ""), "'type' is missing"),
    "an unknown algorithm in XML": (CYCLONEDX_XML.replace("SHA-256", "SHA-257"), "the algorithm 'SHA-257' is unknown"),
    "a component in an unknown element": (
        CYCLONEDX_XML.replace("</components></bom>", '<x><component type="file"/></x></components></bom>'),
        "the element 'component' is unknown here",
    ),
    "components in capitals": (
        CYCLONEDX_XML.replace("</bom>", "<Components></Components></bom>"),
        "the element 'Components' is unknown here",
    ),
    "an algorithm that FCIV lacks": (
        FCIV.replace("</FILE_ENTRY>", f"<SHA256>{b64(SHA256)}</SHA256></FILE_ENTRY>"),
        "the element 'SHA256' is unknown here",
    ),
}
"""Damaged documents, and what is said about each."""

FORMAT_OF = {"<FCIV": "fciv", "<metalink": "metalink", "<bom": "cyclonedx"}


@pytest.mark.parametrize("name", CASES)
def test_a_damaged_document_is_refused_with_its_reason(name: str) -> None:
    """The reason has the place: a JSON pointer, or the number of a line."""
    document, reason = CASES[name]
    text = document if isinstance(document, str) else ""
    forced = next((format_ for start, format_ in FORMAT_OF.items() if start in text), None)
    error = refused(document, list_format=forced)
    assert reason in error.reason
    assert "malformed" == error.code
    assert not forced or error.line > 0


SUBJECT: dict[str, Any] = {"type": "file", "name": "whole", "hashes": [{"alg": "MD5", "content": MD5}]}
SUBJECT_XML = f'<component type="file"><name>whole</name><hashes><hash alg="MD5">{MD5}</hash></hashes></component>'


@pytest.mark.parametrize(
    "document",
    [
        changed(CYCLONEDX, "/metadata/component", SUBJECT),
        changed(CYCLONEDX, "/metadata/component", {"type": "data", "components": [SUBJECT]}),
        CYCLONEDX_XML.replace("<metadata>", "<metadata><!--").replace("</metadata>", f"-->{SUBJECT_XML}</metadata>"),
    ],
)
def test_what_a_cyclonedx_document_describes_is_verified_if_it_has_a_digest(document: Any) -> None:
    """It may be a file, or have files."""
    assert {"whole": {"md5": MD5}}.items() <= {e.path: e.digests for e in checksig.read_list(file(document))}.items()


def test_algorithms_that_a_format_has_and_checksig_lacks_are_left_out() -> None:
    """The file has a digest of another one."""
    document = METALINK_4.replace("</file>", '<hash type="md2">00</hash></file>')
    assert DOCUMENTS["Metalink 4"][2] == checksig.read_list(file(document))


def test_the_line_of_what_is_wrong_in_xml_is_told() -> None:
    """It is that where the file begins."""
    assert 3 == refused(METALINK_4.replace(SHA256, SHA256[1:])).line
    assert 2 == refused(FCIV.replace(b64(SHA1), "!!!!")).line


def test_a_file_without_a_supported_digest_is_refused() -> None:
    """It could not be verified, and nothing is left out without a word, strict or not."""
    document = changed(SPDX, "/files/0/checksums", [{"algorithm": "MD4", "checksumValue": "00"}])
    for strict in (True, False):
        error = refused(document, strict=strict)
        assert ("unsupported_algorithm", True) == (error.code, "only of 'MD4'" in error.reason)


@pytest.mark.parametrize(
    "document", [ENVELOPE, {"mediaType": "application/vnd.dev.sigstore.bundle+json", "dsseEnvelope": ENVELOPE}]
)
def test_a_signed_envelope_is_read_only_if_that_is_allowed(document: dict[str, Any]) -> None:
    """Its signature is not checked."""
    error = refused(document)
    assert ("signature_unchecked", True) == (error.code, "DSSE" in error.reason)
    assert DOCUMENTS["in-toto"][2] == checksig.read_list(file(document), strict=False)


@pytest.mark.parametrize("payload", ["!", base64.b64encode(b"{").decode(), base64.b64encode(b"[]").decode(), 1, None])
def test_a_damaged_payload_is_refused(payload: object) -> None:
    """It is read as strictly as the envelope."""
    assert "malformed" == refused({**ENVELOPE, "payload": payload}, strict=False).code


@pytest.mark.parametrize(
    "document",
    [
        {"a": 1},
        {"_type": "x"},
        {"paths_version": 1},
        "<html><body/></html>",
        '<?xml version="1.0"?><feed/>',
        "{}",
        "{",
        "<",
        "[]",
    ],
)
def test_other_documents_are_no_lists(document: Any) -> None:
    """What the engine says of them stands."""
    assert refused(document).code in {"not_a_list", "no_entry"}


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE {}>",
        "<!DOCTYPE {} SYSTEM 'file:///etc/passwd'>",
        "<!DOCTYPE {} [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]>",
        "<!DOCTYPE x>",
    ],
)
@pytest.mark.parametrize(("root", "document"), [("metalink", METALINK_3), ("bom", CYCLONEDX_XML), ("FCIV", FCIV)])
def test_a_document_type_is_told_of_every_document(root: str, document: str, doctype: str) -> None:
    """The format need not be said for that."""
    at = document.index(f"<{root}")
    error = refused(document[:at] + doctype.format(root) + document[at:])
    assert ("malformed", "a document type (DTD) is refused") == (error.code, error.reason)


def test_a_document_of_two_formats_is_refused() -> None:
    """Which one is meant is not guessed."""
    both = {**SPDX, **CYCLONEDX}
    assert "may be of several formats: cyclonedx or spdx" in refused(both).reason
    assert DOCUMENTS["SPDX"][2] == checksig.read_list(file(both), list_format="spdx")


@pytest.mark.parametrize("name", [*READERS, "coreutils"])
def test_a_format_that_is_forced_reads_no_other(name: str) -> None:
    """The document is refused."""
    for format_, document, _ in DOCUMENTS.values():
        if format_ != name:
            refused(document, list_format=name)


def test_a_document_without_files_is_refused() -> None:
    """There is nothing to verify."""
    assert "no_entry" == refused({"spdxVersion": "SPDX-2.3"}).code


def test_backslashes_in_names_are_slashes_if_that_is_said() -> None:
    """As in the lists of Windows."""
    assert ["d/a", "b"] == [entry.path for entry in checksig.read_list(file(FCIV), backslash=True)]


@pytest.fixture
def object_(tmp_path: Path) -> Path:
    """An OCFL object."""
    for name in ("a", "b"):
        (tmp_path / "object" / "v1" / "content").mkdir(parents=True, exist_ok=True)
        (tmp_path / "object" / "v1" / "content" / name).write_bytes(b"hello")
    (tmp_path / "object" / "inventory.json").write_bytes(content(OCFL))
    return tmp_path / "object"


def forms(object_: Path) -> dict[str, Callable[..., checksig.Report]]:
    inventory = object_ / "inventory.json"
    return {
        "a manifest": lambda **options: checksig.verify(object_, inventory, **options),
        "one of several": lambda **options: checksig.verify(object_, [inventory], **options),
        "a file": lambda **options: checksig.verify(object_, io.BytesIO(inventory.read_bytes()), **options),
        "the root": lambda **options: checksig.verify(inventory, **options),
    }


@pytest.mark.parametrize("form", ["a manifest", "one of several", "a file", "the root"])
@pytest.mark.parametrize("list_format", [None, "ocfl"])
def test_files_are_verified_by_a_document(list_format: str | None, form: str, object_: Path) -> None:
    """It is given as any other list is; all digests of a file count."""
    verify = forms(object_)[form]
    report = verify(list_format=list_format, keep="all")
    assert (True, 2, str(object_)) == (report.ok, report.counts[checksig.Status.OK], str(report.root))
    assert [1, 2] == [result.line for result in report]
    (object_ / "v1" / "content" / "a").write_bytes(b"other")
    assert ["v1/content/a"] == [result.path for result in verify(list_format=list_format).failures]


def test_a_document_is_no_extra_file(object_: Path) -> None:
    """It is a list as any other."""
    assert checksig.verify(object_, object_ / "inventory.json", extra=True).ok


def test_a_document_is_found_beside_lists(object_: Path) -> None:
    """Both are verified, in their order, whichever comes first."""
    (object_ / "list").write_text(f"{SHA256}  v1/content/a\n")
    given = [object_ / "inventory.json", object_ / "list", object_ / "inventory.json"]
    report = checksig.verify(object_, given, keep="all")
    assert (True, 5) == (report.ok, len(report))
    assert [
        Path(path).name for path in ("inventory.json", "inventory.json", "list", "inventory.json", "inventory.json")
    ] == [Path(result.manifest or "").name for result in report]


def test_names_stay_beneath_the_root(object_: Path) -> None:
    """The engine's rules are for all entries."""
    (object_.parent / "secret").write_bytes(b"hello")
    (result,) = checksig.verify(object_, file(changed(SPDX, "/files/0/fileName", "../secret")))
    assert checksig.Status.OUTSIDE_ROOT is result.status


def test_a_refused_document_stays_refused(object_: Path) -> None:
    """Whoever asks the job again hears the same."""
    with checksig.iter_verify(object_, file(content(SPDX)[:-1])) as job:
        for ask in (lambda: next(job), job.report, lambda: next(job)):
            with pytest.raises(ManifestError, match="not valid JSON"):
                ask()


def test_a_cancelled_job_does_not_begin_again(object_: Path) -> None:
    """Neither does a closed one."""
    for end in (checksig.Job.cancel, checksig.Job.close):
        job = checksig.iter_verify(object_, object_ / "inventory.json")
        end(job)
        with pytest.raises(checksig.JobCancelled):
            job.report()
        job.close()


def test_threads_that_share_a_job_begin_again_once(object_: Path) -> None:
    """Each verdict goes to one of them."""
    from concurrent.futures import ThreadPoolExecutor

    files = [changed(SPDX, "/files/0/fileName", f"{i}")["files"][0] for i in range(5000)]
    with checksig.iter_verify(object_, file({**SPDX, "files": files})) as job, ThreadPoolExecutor(4) as pool:
        found = [result.path for part in pool.map(lambda _: list(job), range(4)) for result in part]
    assert sorted(map(str, range(5000))) == sorted(found)


def test_a_relative_document_is_that_of_the_working_directory_of_the_call(
    object_: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the caller goes meanwhile doesn't matter."""
    monkeypatch.chdir(object_)
    with checksig.iter_verify(".", "inventory.json") as job:
        os.chdir("/")
        assert job.report().ok


def test_async_code_verifies_by_a_document(object_: Path) -> None:
    """It is awaited as any other list is."""
    import asyncio

    assert asyncio.run(checksig.averify(object_, object_ / "inventory.json")).ok


def test_a_format_of_documents_is_found_by_no_name(object_: Path) -> None:
    """The list has to be given."""
    with pytest.raises(ManifestError, match="give the path of a list") as caught:
        checksig.verify(object_, list_format="ocfl")
    assert "no_list" == caught.value.code


@posix
def test_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    """It is no list, of whatever format."""
    os.mkfifo(tmp_path / "fifo")
    for list_format in (None, "spdx"):
        with pytest.raises(ManifestError) as caught:
            checksig.read_list(tmp_path / "fifo", list_format=list_format)
        assert "list_unreadable" == caught.value.code


def test_a_file_that_is_too_large_is_no_document(tmp_path: Path) -> None:
    """It is not even looked through."""
    path = tmp_path / "large"
    with path.open("wb") as large:
        large.write(b'{"spdxVersion": ')
        large.truncate(MOST + 2)
    before = time.monotonic()
    with pytest.raises(ManifestError):
        checksig.read_list(path, list_format="coreutils")
    assert time.monotonic() - before < 60


@pytest.mark.parametrize("name", ["SPDX", "Metalink 4"])
def test_a_document_is_read_at_a_good_speed(name: str) -> None:
    """100,000 files take seconds, also on a machine that does other things."""
    number = 100_000
    if name == "SPDX":
        document: Any = {**SPDX, "files": [changed(SPDX, "/files/0/fileName", "a")["files"][0]] * number}
    else:
        start, middle, end = METALINK_4.partition(
            METALINK_4[METALINK_4.index("  <file") : METALINK_4.index("</metalink>")]
        )
        document = start + middle * number + end
    text = content(document)
    before = time.process_time()
    assert number == len(checksig.read_list(file(text)))
    assert time.process_time() - before < 30  # and not minutes, as if it were quadratic


def test_in_toto_ignores_algorithms_that_it_does_not_know() -> None:
    """Its specification says so, where another one is known."""
    document = changed(STATEMENT, "/subject/0/digest", {"sha256": SHA256, "sha/257": SHA256})
    assert {"sha256": SHA256} == checksig.read_list(file(document))[0].digests


def test_the_files_of_a_model_are_read_from_an_envelope() -> None:
    """That is how model_signing writes them; the places in it are those in the payload."""

    def enveloped(document: dict[str, Any]) -> io.BytesIO:
        payload = base64.b64encode(json.dumps(document).encode()).decode()
        return file({"dsseEnvelope": {**ENVELOPE, "payload": payload}})

    assert DOCUMENTS["model_signing"][2] == checksig.read_list(enveloped(MODEL), strict=False)
    with pytest.raises(ManifestError, match="payload/predicate/serialization/method: must be 'files'"):
        checksig.read_list(enveloped(changed(MODEL, "/predicate/serialization/method", "shards")), strict=False)


def test_the_digest_of_a_model_may_be_in_capitals() -> None:
    """As may those of its files."""
    upper = json.dumps(MODEL).replace(SHA256, SHA256.upper())
    digest = MODEL["subject"][0]["digest"]["sha256"]
    document = upper.replace(digest, digest.upper())
    assert ["a", "b"] == [entry.path for entry in checksig.read_list(file(document))]
