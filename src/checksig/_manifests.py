"""The forms of a manifest that are more than a path: open files, contents, mappings and entries."""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import starmap

from checksig import _arguments
from checksig._entry import Entry
from checksig._span import Span, as_manifest
from checksig._types import ListContent, ListFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from checksig._entries import File
    from checksig._types import Manifests


def several(given: Manifests, *, or_spans: bool = False) -> list[str | dict[str, Any]]:
    """Return paths of lists, contents or entries, and with *or_spans* also parts of lists."""
    is_one = hasattr(given, "read") or isinstance(given, (Mapping, Entry, ListContent, ListFile, Span))
    lists: list[str | dict[str, Any]] = []
    entries = []
    for one in [given] if is_one else _arguments.each("manifest", _MANIFEST, given):
        if isinstance(one, Entry):
            entries.append(one)
        elif isinstance(one, Mapping):
            lists.append(_entries((name, digests, None) for name, digests in one.items()))
        elif or_spans and isinstance(one, Span):
            lists.append(as_manifest(one))
        else:
            lists.append(_manifest(one))
    return [*lists, _entries(entries)] if entries else lists


_MANIFEST = "a path, an open file, a mapping of names to digests, an Entry, a Span, or an iterable of these"


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
        try:
            text = text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError as e:
            msg = f"manifest: the file has text that no list has: {e}"
            raise ValueError(msg) from None
    if not isinstance(text, (bytes, bytearray, memoryview)):
        _arguments.refuse("manifest", "a file whose read() returns str or bytes", text)
    return ListContent(name, text)


def _entries(given: Iterable[tuple[object, object, object]]) -> dict[str, Any]:
    from checksig._entries import Entries

    return {"path": "", "entries": Entries(starmap(entry, given))}


def entry(name: Any, digests: object, size: Any) -> File:  # noqa: ANN401 - they are checked
    """Return an entry that a caller gives."""
    is_plain = type(name) is str and name.isascii()  # as most are, of maybe a million
    path = name if is_plain else _arguments.any_path("manifest: the name of an entry", name)
    if size is not None:
        called = f"manifest: the size of {path!r}"
        size = _arguments.integer(called, "an int or None", size)
        if not 0 <= size < 1 << 63:
            msg = f"{called} is out of range"
            raise ValueError(msg)
    return path, pairs(digests, "manifest", path), size


def pairs(given: object, argument: str, path: str = "") -> list[tuple[str, str]]:
    """Return algorithms and hex digits; "" leaves an algorithm open. Errors are about *path* in *argument*."""
    if isinstance(given, str):
        algorithm, colon, digits = given.partition(":")
        if not colon:
            return [("", given)]
        if algorithm:
            return [(algorithm, digits)]
        several: Iterable[tuple[object, object]] = [(algorithm, digits)]
    elif isinstance(given, Mapping):
        several = given.items()
    else:
        _arguments.refuse(_called("digest", argument, path), _DIGEST, given)
    return [_pair(algorithm, digits, argument, path) for algorithm, digits in several]


_DIGEST = "a str such as 'sha256:HEX', or a mapping of algorithms to hex digits"


def _pair(algorithm: object, digits: object, argument: str, path: str) -> tuple[str, str]:
    if not isinstance(algorithm, str):
        _arguments.refuse(_called("algorithm", argument, path), "a str such as 'sha256'", algorithm)
    if not isinstance(digits, str):
        _arguments.refuse(_called("digest", argument, path), "a str of hex digits", digits)
    if not algorithm:
        msg = f"{_called('algorithm', argument, path)} is empty"
        raise ValueError(msg)
    return algorithm, digits


def _called(what: str, argument: str, path: str) -> str:
    if path:
        return f"{argument}: the {what} of {path!r}"
    return argument if what == argument else f"{argument}: the {what}"
