"""``info/paths.json`` of conda packages. Names are relative to the package, above ``info``."""

from __future__ import annotations

from typing import Any

from checksig._readers._json import objects
from checksig._readers._malformed import MalformedError, digests, name, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._readers._malformed import File

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
    for one, at in objects(document, "paths"):
        path = name(one.get("_path"), f"{at}/_path")
        kind = one.get("path_type")
        if kind == "directory":
            continue
        if kind not in ("hardlink", "softlink"):  # and no set: it may be unhashable
            raise MalformedError(place=f"{at}/path_type", reason="expected 'hardlink', 'softlink' or 'directory'")
        if "sha256" not in one:
            raise MalformedError(at, "the file has no digest")
        found = digests([("sha256", one["sha256"], f"{at}/sha256")], frozenset())
        has_size = "size_in_bytes" in one and kind == "hardlink"
        yield path, found, size(one["size_in_bytes"], f"{at}/size_in_bytes") if has_size else None
