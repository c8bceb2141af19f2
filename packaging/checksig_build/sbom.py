"""The wheel's SBOM (PEP 770): what is linked into the library, as the library itself tells."""

from __future__ import annotations

import json
import re

from . import BuildError
from .modules import LICENCES


def sbom(version: str, library: bytes) -> str:
    """Return the CycloneDX SBOM of checksig *version*, without what differs from build to build."""
    go, modules = go_build_info(library)
    this = component("checksig", version, f"pkg:pypi/checksig@{version}", "MIT")
    # The names by which scanners look for faults in Go's runtime and standard library.
    cpe = f"cpe:2.3:a:golang:go:{go}:*:*:*:*:*:*:*"
    parts = [
        component("stdlib", go, f"pkg:golang/stdlib@{go}", "BSD-3-Clause", cpe=cpe),
        *(component(path, number, f"pkg:golang/{path}@{number}", LICENCES.get(path, "")) for path, number in modules),
    ]
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": this},
        "components": parts,
        "dependencies": [
            {"ref": this["bom-ref"], "dependsOn": [part["bom-ref"] for part in parts]},
            *({"ref": part["bom-ref"]} for part in parts),
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def component(name: str, version: str, purl: str, licence: str = "", **more: str) -> dict[str, object]:
    licences = {"licenses": [{"license": {"id": licence}}]} if licence else {}
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, **licences, "purl": purl, **more}


def go_build_info(library: bytes) -> tuple[str, list[tuple[str, str]]]:
    """Return the version of Go that built *library*, and each module in it with its version.

    Read from the library, as `go version -m` does, so that it is true also of one built elsewhere.
    """
    start = library.find(b"\xff Go buildinf:")
    if start < 0:
        msg = "the library has no Go build information, which the SBOM in the wheel is made from"
        raise BuildError(msg)
    version, end = text_at(library, start + 32)
    modules = re.findall(r"(?m)^dep\t(\S+)\t(\S+)", text_at(library, end)[0])
    # An experiment may follow, as in go1.27.3-X:nojsonv2, which scanners don't know.
    return re.split("[ -]", version.removeprefix("go"), maxsplit=1)[0], modules


def text_at(library: bytes, at: int) -> tuple[str, int]:
    """Return the text at *at*, in bytes from 0, and where it ends: Go writes its length before it."""
    length = shift = 0
    while True:  # the length is a varint, the lowest 7 bits first
        byte = library[at]
        length, shift, at = length | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return library[at : at + length].decode("utf-8", "replace"), at + length
