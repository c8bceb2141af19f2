"""Metalinks: version 4 (RFC 5854), and version 3, which has the hashes one level deeper."""

from __future__ import annotations

from checksig._readers._malformed import MOST_BYTES, MalformedError, digests, name
from checksig._readers._xml import END, NOTHING, START_AND_END

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._entries import File
    from checksig._readers._xml import Event, Path

_ROOTS = {"urn:ietf:params:xml:ns:metalink metalink", "http://www.metalinker.org/ metalink"}
_FILES = {("metalink", "file"), ("metalink", "files", "file")}
_IN_FILES = {"size", "hash"}
_PIECES = {("pieces", "hash"), ("verification", "pieces", "hash")}

_LACKING = frozenset({"md2", "md4", "rmd160", "tiger", "shake128", "shake256"})
"""Of the names of IANA for version 4, and those of version 3."""


ROOT = "metalink"


def is_root(root: str) -> bool:
    """Say whether an element is the root of such a document."""
    return root in _ROOTS


def wanted(path: Path) -> int:
    """Say which events of an element are looked at. Hashes of pieces are none of a file.

    Foreign elements are ignored, but nothing that may be a file or a hash is.
    """
    if path in _FILES:
        return START_AND_END
    above = path[:-2] if path[-2:] == ("verification", "hash") else path[:-1]
    if above in _FILES and path[-1] in _IN_FILES:
        return END
    if path[-1].lower() in {"file", "hash"} and not _is_of_piece(path):
        raise MalformedError(reason=f"the element {path[-1]!r} is unknown here")
    return NOTHING


def _is_of_piece(path: Path) -> bool:
    return any(path == (*file, *below) for file in _FILES for below in _PIECES)


def xml_files(events: Iterable[Event]) -> Iterator[File]:
    """Yield the files."""
    size: int | None = None
    hashes: list[tuple[str, str]] = []
    for path, attributes, text, _ in events:
        if text is None:
            size, hashes = None, []
        elif path[-1] == "hash":
            hashes.append((attributes.get("type", ""), text.strip()))
        elif path[-1] == "size":
            size = _size(text.strip(), size)
        else:
            if "name" not in attributes:
                raise MalformedError(reason="the file has no name")
            yield name(attributes["name"], ""), digests(hashes, _LACKING), size


def _size(text: str, before: int | None) -> int:
    if before is not None:
        raise MalformedError(reason="the file has two sizes")
    if not text.isascii() or not text.isdigit() or len(text) > 19 or int(text) > MOST_BYTES:
        raise MalformedError(reason="the size is not a number of bytes")
    return int(text)
