"""``info/paths.json`` of conda packages. Names are relative to the package, above ``info``."""

from __future__ import annotations

from typing import Any

from checksig._readers._json import each
from checksig._readers._malformed import MalformedError, digests, name, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import File

MARKS = (b'"paths_version"',)


def recognises(document: dict[str, Any]) -> bool:
    """Say whether a document lists the paths of a package."""
    return "paths_version" in document and "paths" in document


def files(document: dict[str, Any], *, strict: bool) -> Iterator[File]:  # noqa: ARG001 - all readers have it
    """Yield the files and links to files. Directories have no content."""
    if document.get("paths_version") != 1 or document["paths_version"] is True:
        raise MalformedError(place="/paths_version", reason="expected 1")
    if "paths" not in document:
        raise MalformedError(reason="'paths' is missing")
    yield from each(document, "paths", _file)


def _file(one: dict[str, Any]) -> File | None:
    path = name(one.get("_path"), "/_path")
    kind = one.get("path_type")
    if kind == "directory":
        return None
    if kind not in ("hardlink", "softlink"):  # and no set: it may be unhashable
        raise MalformedError(place="/path_type", reason="expected 'hardlink', 'softlink' or 'directory'")
    if "sha256" not in one:
        raise MalformedError(reason="the file has no digest")
    found = digests([("sha256", one["sha256"])], frozenset(), lambda _: "/sha256")
    has_size = kind == "hardlink" and "size_in_bytes" in one
    return path, found, size(one["size_in_bytes"], "/size_in_bytes") if has_size else None
