"""Documents that other libraries write are read as they were meant: `nox -s readers`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import checksig
from checksig import Entry
from checksig._readers._malformed import ALGORITHMS, _word, algorithm

XS = "{http://www.w3.org/2001/XMLSchema}"
SHA1, SHA256, SHA512 = (hashlib.new(name, b"hello").hexdigest() for name in ("sha1", "sha256", "sha512"))


def test_cyclonedx_python_lib_writes_what_is_read(tmp_path: Path) -> None:
    """In JSON and in XML, by every version of the schema that has both."""
    pytest.importorskip("cyclonedx", reason="needs cyclonedx-python-lib: nox -s readers")
    from cyclonedx.model import HashAlgorithm, HashType
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output import make_outputter
    from cyclonedx.schema import OutputFormat, SchemaVersion

    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=SHA256), HashType(alg=HashAlgorithm.SHA_1, content=SHA1)]
    library = Component(type=ComponentType.LIBRARY, name="library", hashes=hashes)
    bom = Bom(components=[Component(type=ComponentType.FILE, name="d/ä & b", hashes=hashes), library])
    for version in (SchemaVersion.V1_2, SchemaVersion.V1_4, SchemaVersion.V1_6):
        for format_ in (OutputFormat.JSON, OutputFormat.XML):
            path = tmp_path / f"{version.name}-{format_.name}"
            path.write_text(make_outputter(bom, format_, version).output_as_string(), encoding="utf-8")
            assert [Entry("d/ä & b", {"sha256": SHA256, "sha1": SHA1})] == [
                Entry(path, {name: digests[name] for name in ("sha256", "sha1")}, size)
                for path, digests, size in checksig.read_list(path)
                if not isinstance(digests, str)
            ]


def test_spdx_tools_writes_what_is_read(tmp_path: Path) -> None:
    """It writes documents of SPDX 2.3."""
    pytest.importorskip("spdx_tools", reason="needs spdx-tools: nox -s readers")
    from spdx_tools.spdx.model import Actor, ActorType, Checksum, ChecksumAlgorithm, CreationInfo, Document, File
    from spdx_tools.spdx.writer.write_anything import write_file

    creators = [Actor(ActorType.TOOL, "checksig")]
    now = datetime.now(tz=timezone.utc)
    info = CreationInfo("SPDX-2.3", "SPDXRef-DOCUMENT", "name", "https://example.org/name", creators, now)
    sums = [Checksum(ChecksumAlgorithm.SHA1, SHA1), Checksum(ChecksumAlgorithm.SHA3_256, "0" * 64)]
    path = tmp_path / "name.spdx.json"
    write_file(Document(info, files=[File("./a", "SPDXRef-a", sums)]), str(path), validate=False)
    assert [Entry("./a", {"sha1": SHA1, "sha3-256": "0" * 64})] == checksig.read_list(path)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_ocfl_py_writes_what_is_verified(version: str, tmp_path: Path) -> None:
    """Of an object with files and fixity; a file that is damaged is found."""
    ocfl = pytest.importorskip("ocfl", reason="needs ocfl-py: nox -s readers")
    (tmp_path / "source" / "d").mkdir(parents=True)
    (tmp_path / "source" / "a").write_bytes(b"hello")
    (tmp_path / "source" / "d" / "b").write_bytes(b"world")
    object_ = tmp_path / "object"
    ocfl.Object(identifier="x", spec_version=version, fixity=["md5"]).create(
        str(tmp_path / "source"), metadata=ocfl.VersionMetadata(), objdir=str(object_)
    )
    report = checksig.verify(object_ / "inventory.json", keep="all")
    assert (True, ["v1/content/a", "v1/content/d/b"]) == (report.ok, sorted(result.path for result in report))
    (object_ / "v1" / "content" / "a").write_bytes(b"olleh")
    assert ["v1/content/a"] == [result.path for result in checksig.verify(object_ / "inventory.json").failures]


def test_in_toto_attestation_writes_what_is_read(tmp_path: Path) -> None:
    """It writes statements of version 1."""
    pytest.importorskip("in_toto_attestation", reason="needs in-toto-attestation: nox -s readers")
    from google.protobuf.json_format import MessageToJson
    from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
    from in_toto_attestation.v1.statement import Statement

    subject = ResourceDescriptor(name="a", digest={"sha256": SHA256, "sha512": SHA512})
    path = tmp_path / "statement.json"
    path.write_text(MessageToJson(Statement([subject.pb], "https://example.org/p", {"x": 1}).pb))
    (entry,) = checksig.read_list(path)
    assert ("a", {"sha256": SHA256, "sha512": SHA512}) == (entry.path, entry.digests)


def test_the_algorithms_of_cyclonedx_are_those_of_its_schemas() -> None:
    """Those in JSON and in XML, of all versions; so are the types of components."""
    schema = pytest.importorskip("cyclonedx.schema", reason="needs cyclonedx-python-lib: nox -s readers")
    from checksig._readers import _cyclonedx

    resources = Path(schema.__file__).parent / "_res"
    algorithms, types = set(), set()
    for path in resources.glob("bom-*.schema.json"):
        definitions = json.loads(path.read_text())["definitions"]
        algorithms |= set(definitions["hash-alg"]["enum"])
        types |= set(definitions["component"]["properties"]["type"]["enum"])
    for path in resources.glob("bom-*.xsd"):
        algorithms |= enumerated(path, "hashAlg")
        types |= enumerated(path, "classification")
    assert lacking(algorithms) == _cyclonedx._LACKING
    assert types == _cyclonedx._TYPES


def enumerated(path: Path, name: str) -> set[str]:
    """Return the values of a type in an XML schema."""
    (found,) = (e for e in ET.parse(path).iter(f"{XS}simpleType") if e.get("name") == name)
    return {value for element in found.iter(f"{XS}enumeration") if (value := element.get("value"))}


def lacking(names: Iterable[str]) -> set[str]:
    """Return those that are no algorithms of checksig."""
    return {_word(name) for name in names if algorithm(name) is None}


def test_the_algorithms_of_spdx_are_those_of_its_tools() -> None:
    """As documents of SPDX 2.3 have them, which is the last version that is read."""
    checksum = pytest.importorskip("spdx_tools.spdx.model.checksum", reason="needs spdx-tools: nox -s readers")
    from checksig._readers import _spdx

    names = {one.name for one in checksum.ChecksumAlgorithm}
    assert lacking(names) == _spdx._LACKING
    assert {"BLAKE2B_384", "SHA3_512", "SHA1"} <= names  # it is that list


def test_the_algorithms_of_ocfl_are_all_read() -> None:
    """Those of the specification and of the community extension 0009, in whose example the size is one too."""
    ocfl = pytest.importorskip("ocfl.digest", reason="needs ocfl-py: nox -s readers")
    names = {name for name in ocfl.DIGEST_REGEXES if not name.endswith("-spec-ex")} | {"sha512/256"}
    assert {"md5", "sha1", "sha512", "blake2b-160"} < names
    assert set() == lacking(names)
    for name in names - {"sha512/256"}:
        known = algorithm(name)
        assert known is not None
        assert ocfl.DIGEST_REGEXES[name] == f"^[0-9a-fA-F]{{{2 * ALGORITHMS[known]['bytes']}}}$"
