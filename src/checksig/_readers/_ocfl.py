"""Inventories of OCFL objects, versions 1.0 and 1.1: the content files and their digests.

Names are relative to the object's root, where the inventory is. What `fixity` says of a file is verified too.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from checksig._readers._json import mapping, pointer
from checksig._readers._malformed import MalformedError, digests, name, refuse, size, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import File

MARKS = (b'"digestAlgorithm"',)

_SIZE = "size"
"""The name of a size among the algorithms of `fixity` (community extension 0009)."""

_TYPE = re.compile(r"https://ocfl\.io/(\d+\.\d+)/spec/#inventory")


def recognises(document: dict[str, Any]) -> bool:
    """Say whether a document is an inventory."""
    kind = document.get("type")
    return isinstance(kind, str) and _TYPE.fullmatch(kind) is not None


def files(document: dict[str, Any], *, strict: bool) -> Iterator[File]:  # noqa: ARG001 - all readers have it
    """Yield the content files."""
    _check_version(document)
    algorithm = text(document.get("digestAlgorithm"), "/digestAlgorithm")
    listed = mapping(document, "manifest")
    of: dict[str, str] = {}
    for path, digest in _block(listed, "/manifest"):
        if path in of:
            raise MalformedError(_at("/manifest", digest), "the path occurs twice in the manifest")
        of[path] = digest
    _check_head(document, listed)
    sizes: dict[str, int] = {}
    others = _fixity(document, algorithm, of, sizes)
    for path, digest in of.items():
        given = [(algorithm, digest), *others.get(path, ())]
        at = partial(_place, algorithm, given)
        yield path, digests(given, frozenset(), at), sizes.get(path)


def _place(algorithm: str, given: list[tuple[str, str]], number: int) -> str:
    """Return where a digest of a file is."""
    other, digest = given[number]
    return _at(f"/fixity/{pointer(other)}" if other != algorithm else "/manifest", digest)


def _at(block: str, digest: str) -> str:
    return f"{block}/{pointer(digest)}"


def _fixity(
    document: dict[str, Any], algorithm: str, of: dict[str, str], sizes: dict[str, int]
) -> dict[str, list[tuple[str, str]]]:
    """Return the other digests of files, by algorithms, and add to *sizes*."""
    fixity = document.get("fixity", {})
    if not isinstance(fixity, dict):
        refuse("/fixity", "an object", fixity)
    found: dict[str, list[tuple[str, str]]] = {}
    for other in fixity:
        at = f"/fixity/{pointer(other)}"
        for path, digest in _block(mapping(fixity, other, "/fixity"), at):
            if path not in of:
                raise MalformedError(_at(at, digest), f"{path!r} is not in the manifest")
            if other == _SIZE:
                number = _size(digest, _at(at, digest))
                if sizes.setdefault(path, number) != number:
                    raise MalformedError(_at(at, digest), f"another size of {path!r}")
            elif other != algorithm:
                found.setdefault(path, []).append((other, digest))
            elif digest.lower() != of[path].lower():
                raise MalformedError(_at(at, digest), f"the manifest has another digest of {path!r}")
    return found


def _size(text: str, place: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 19:
        raise MalformedError(place, "the size is not a number of bytes")
    return size(int(text), place)


def _check_version(document: dict[str, Any]) -> None:
    kind = _TYPE.fullmatch(text(document.get("type"), "/type"))
    if not kind or kind[1] not in {"1.0", "1.1"}:
        raise MalformedError(place="/type", reason="expected an inventory of OCFL 1.0 or 1.1")


def _block(block: dict[str, Any], at: str) -> Iterator[tuple[str, str]]:
    """Yield each path with its digest."""
    seen = set()
    for digest, paths in block.items():
        lower = digest.lower()
        if lower in seen:
            raise MalformedError(_at(at, digest), "the digest occurs twice, in lower and in upper case")
        seen.add(lower)
        if not isinstance(paths, list):
            refuse(_at(at, digest), "an array", paths)
        try:
            for path in paths:
                yield name(path, ""), digest
        except MalformedError as e:
            e.beneath(_at(at, digest))
            raise


def _check_head(document: dict[str, Any], listed: dict[str, Any]) -> None:
    """Check that the newest version has no content that the manifest lacks."""
    head = text(document.get("head"), "/head")
    at = f"/versions/{pointer(head)}"
    state = mapping(mapping(mapping(document, "versions"), head, "/versions"), "state", at)
    lower: set[str] = set()
    for digest in state:
        if digest in listed:
            continue
        lower = lower or {digest.lower() for digest in listed}
        if digest.lower() not in lower:
            raise MalformedError(place=f"{at}/state/{pointer(digest)}", reason="the digest is not in the manifest")
