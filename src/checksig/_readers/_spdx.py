"""SPDX 2 documents in JSON: the checksums of their files. Names are relative to the top of the package."""

from __future__ import annotations

from typing import Any

from checksig._readers._json import each, listed_digests
from checksig._readers._malformed import MalformedError, name, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import File

MARKS = (b'"spdxVersion"',)

_LACKING = frozenset({"md2", "md4", "md6", "adler32"})


def recognises(document: dict[str, Any]) -> bool:
    """Say whether a document is of SPDX."""
    return "spdxVersion" in document


def files(document: dict[str, Any], *, strict: bool) -> Iterator[File]:  # noqa: ARG001 - all readers have it
    """Yield the files."""
    if not text(document.get("spdxVersion"), "/spdxVersion").startswith("SPDX-2."):
        raise MalformedError(place="/spdxVersion", reason="expected SPDX-2.0 to SPDX-2.3")
    yield from each(document, "files", _file)


def _file(one: dict[str, Any]) -> File:
    path = name(one.get("fileName"), "/fileName")
    return path, listed_digests(one, "checksums", ("algorithm", "checksumValue"), _LACKING), None
