"""The forms of a manifest that are more than a path: open files, contents, mappings and entries."""

from __future__ import annotations

import os
from collections.abc import Mapping

from checksig import _arguments
from checksig._entry import Entry
from checksig._text import to_engine
from checksig._types import ListContent, ListFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from checksig._types import Manifests


def several(given: Manifests) -> list[str | dict[str, Any]]:
    """Return paths of lists, contents or entries."""
    if isinstance(given, Mapping):
        return [_entries(Entry(name, digests) for name, digests in given.items())]
    if isinstance(given, Entry):
        return [_entries([given])]
    if isinstance(given, (str, bytes, os.PathLike, ListContent, ListFile)) or hasattr(given, "read"):
        return [_manifest(given)]
    try:
        all_: Iterable[object] = iter(given)
    except TypeError:
        _arguments.refuse("manifest", _MANIFEST, given)
    lists, entries = [], []
    for one in all_:
        if isinstance(one, Entry):
            entries.append(one)
        else:
            lists.append(_manifest(one))
    return [*lists, _entries(entries)] if entries else lists


_MANIFEST = "a path, an open file, a mapping of names to digests, an Entry, or an iterable of these"


def _manifest(given: object) -> str | dict[str, Any]:
    if hasattr(given, "read"):
        given = _content(given)
    if isinstance(given, ListContent):
        content = given.content.decode("utf-8", "surrogateescape")
        return {"path": _arguments.path("manifest", given.path), "bytes": content}
    if isinstance(given, ListFile):
        return {"path": _arguments.path("manifest", given.path), "file": _arguments.path("manifest", given.file)}
    if not isinstance(given, (str, bytes, os.PathLike)):
        _arguments.refuse("manifest", _MANIFEST, given)
    return _arguments.path("manifest", given)


def _content(file: Any) -> ListContent:  # noqa: ANN401 - whatever reads is a file
    """Read an open file. Its name may say the algorithm, as that of a list does."""
    text = file.read()
    name = getattr(file, "name", None)
    if not isinstance(name, (str, bytes)) or not name:
        name = "<file>"
    if isinstance(text, str):
        text = text.encode("utf-8", "surrogateescape")
    if not isinstance(text, (bytes, bytearray, memoryview)):
        _arguments.refuse("manifest", "a file whose read() returns str or bytes", text)
    return ListContent(name, text)


def _entries(given: Iterable[Entry]) -> dict[str, Any]:
    return {"path": "", "entries": [_entry(*entry) for entry in given]}


def _entry(name: object, digests: object, size: object) -> list[object]:
    if not isinstance(name, (str, bytes, os.PathLike)):
        _arguments.refuse("manifest", "made of entries whose names are paths", name)
    if size is not None:
        size = _arguments.integer("manifest", "made of entries whose sizes are an int or None", size)
        if not 0 <= size < 1 << 63:
            msg = f"manifest: the size of {name!r} is out of range"
            raise ValueError(msg)
    if isinstance(digests, Mapping):
        pairs = [(_digest(a), _digest(digest)) for a, digest in digests.items()]
    else:
        pairs = [_pair(digests)]
    return [to_engine(os.fspath(name)), pairs, size]


def _pair(given: object) -> tuple[str, str]:
    """Return the algorithm and the hex digits of ``ALGORITHM:HEX`` or ``HEX``; "" leaves the algorithm open."""
    before, colon, after = _digest(given).partition(":")
    return (before, after) if colon else ("", before)


def _digest(given: object) -> str:
    return _arguments.text("digest", "a str such as 'sha256:HEX'", given)
