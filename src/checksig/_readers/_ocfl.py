"""Inventories of OCFL objects, versions 1.0 and 1.1: the content files and their digests.

Names are relative to the object's root, where the inventory is. What `fixity` says of a file is verified too.
"""

from __future__ import annotations

import re
from typing import Any

from checksig._readers._json import mapping, pointer
from checksig._readers._malformed import MalformedError, digests, name, refuse, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._readers._malformed import File

MARKS = (b'"digestAlgorithm"',)

_LACKING = frozenset({"size"})
"""Of the community extensions 0001 and 0009."""

_TYPE = re.compile(r"https://ocfl\.io/(\d+\.\d+)/spec/#inventory")


def recognises(document: dict[str, Any]) -> bool:
    """Say whether a document is an inventory."""
    kind = document.get("type")
    return isinstance(kind, str) and _TYPE.fullmatch(kind) is not None


def files(document: dict[str, Any], *, strict: bool) -> Iterator[File]:  # noqa: ARG001 - all readers have it
    """Yield the content files."""
    _check_version(document)
    algorithm = text(document.get("digestAlgorithm"), "/digestAlgorithm")
    of: dict[str, list[tuple[str, str, str]]] = {}
    listed = mapping(document, "manifest")
    for path, digest, place in _block(listed, "/manifest"):
        if path in of:
            raise MalformedError(place, "the path occurs twice in the manifest")
        of[path] = [(algorithm, digest, place)]
    _check_head(document, {digest.lower() for digest in listed})
    fixity = document.get("fixity", {})
    if not isinstance(fixity, dict):
        refuse("/fixity", "an object", fixity)
    for other in fixity:
        for path, digest, place in _block(mapping(fixity, other, "/fixity"), f"/fixity/{pointer(other)}"):
            if path not in of:
                raise MalformedError(place, f"{path!r} is not in the manifest")
            if other != algorithm:
                of[path].append((other, digest, place))
            elif digest.lower() != of[path][0][1].lower():
                raise MalformedError(place, f"the manifest has another digest of {path!r}")
    for path, found in of.items():
        yield path, digests(found, _LACKING), None


def _check_version(document: dict[str, Any]) -> None:
    kind = _TYPE.fullmatch(text(document.get("type"), "/type"))
    if not kind or kind[1] not in {"1.0", "1.1"}:
        raise MalformedError(place="/type", reason="expected an inventory of OCFL 1.0 or 1.1")


def _block(block: dict[str, Any], at: str) -> Iterator[tuple[str, str, str]]:
    """Yield each path with its digest and its place."""
    seen = set()
    for digest, paths in block.items():
        place = f"{at}/{pointer(digest)}"
        if digest.lower() in seen:
            raise MalformedError(place, "the digest occurs twice, in lower and in upper case")
        seen.add(digest.lower())
        if not isinstance(paths, list):
            refuse(place, "an array", paths)
        for path in paths:
            yield name(path, place), digest, place


def _check_head(document: dict[str, Any], listed: set[str]) -> None:
    """Check that the newest version has no content that the manifest lacks."""
    head = text(document.get("head"), "/head")
    at = f"/versions/{pointer(head)}"
    state = mapping(mapping(mapping(document, "versions"), head, "/versions"), "state", at)
    for digest in state:
        if digest.lower() not in listed:
            raise MalformedError(place=f"{at}/state/{pointer(digest)}", reason="the digest is not in the manifest")
