"""Documents in JSON and XML: which reader one is for, and what that reads.

The module of a reader of JSON has MARKS, of which every document of its format has one; `recognises`, which looks
at the whole document; and `files`. That of a reader of XML has `is_root`, for the root element; ROOT, its
local name; `wanted`, which selects events; and `xml_files`.
"""

from __future__ import annotations

import sys
from typing import Any

from checksig._entries import Entries
from checksig._readers import READERS
from checksig._readers._malformed import MalformedError
from checksig._readers._start import START, is_json, is_xml, start_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from checksig._entries import File

MOST = 1 << 30
"""Bytes of a document: as an object of Python it takes several times as many."""


def _modules(attribute: str) -> dict[str, Any]:
    """Return the modules of the readers that have an attribute."""
    found = {}
    for format_, module in READERS.items():
        path = f"{__package__}.{module}"
        __import__(path)
        if hasattr(sys.modules[path], attribute):
            found[format_] = sys.modules[path]
    return found


class Recognised:
    """A document of a known *format*. One in JSON is *parsed*, which takes longer than all else."""

    def __init__(self, format_: str, parsed: dict[str, Any] | None = None) -> None:
        self.format, self.parsed = format_, parsed


def recognised(file: BinaryIO) -> Recognised | None:
    """Return the format of an open file, None if it is of none of those here.

    :raises MalformedError: it may be of one, but is damaged, or it is of several.
    """
    start = start_of(file)
    if is_xml(start):
        from checksig._readers import _xml

        root, doctype = _xml.root(start)
        found = [name for name, of in _modules("is_root").items() if _is_for(of, root, doctype)]
        return Recognised(found[0]) if found else None
    if not is_json(start) or not _has_mark(file):
        return None
    from checksig._readers import _json

    document = _json.load(_content(file))
    found = [name for name, of in _modules("MARKS").items() if of.recognises(document)]
    if len(found) > 1:
        raise MalformedError(reason=f"may be of several formats: {' or '.join(found)}; choose one with --list-format")
    return Recognised(found[0], document) if found else None


def _is_for(of: Any, root: str, doctype: str) -> bool:  # noqa: ANN401 - a module
    """Say whether a document is for a reader: by its root, or by the document type that hides it."""
    return bool(of.is_root(root)) if root else doctype == of.ROOT


_CHUNK = 1 << 20
_LONGEST_MARK = 64


def _has_mark(file: BinaryIO) -> bool:
    """Say whether a reader may know the file, without making an object of it. Leaves it at its start."""
    marks = [mark for of in _modules("MARKS").values() for mark in of.MARKS]
    before, size = b"", 0
    while size <= MOST:
        chunk = file.read(_CHUNK)
        size += len(chunk)
        text = before + chunk
        if not chunk or any(mark in text for mark in marks):
            break
        before = chunk[-_LONGEST_MARK:]
    file.seek(0)
    return bool(chunk) and size <= MOST


def _content(file: BinaryIO) -> bytes:
    file.seek(0)
    content = file.read(MOST + 1)
    if len(content) > MOST:
        raise MalformedError(reason=f"larger than {MOST >> 30} GiB")
    return content


def files(known: Recognised, file: BinaryIO, *, strict: bool) -> Entries:
    """Read a document.

    :raises MalformedError: it is damaged, or of another format.
    """
    if known.parsed is None:
        content = _content(file)
        if is_xml(content[:START]):
            return Entries(_xml_files(known.format, content))
        from checksig._readers import _json

        known.parsed = _json.load(content)
    of = _modules("MARKS").get(known.format)
    if of is None or not of.recognises(known.parsed):
        raise MalformedError(reason=f"not a document of the format {known.format}")
    return Entries(of.files(known.parsed, strict=strict))


def _xml_files(format_: str, content: bytes) -> Iterator[File]:
    from checksig._readers import _xml

    of = _modules("is_root").get(format_)
    root, _ = _xml.root(content[:START])
    if of is None or (root and not of.is_root(root)):
        raise MalformedError(reason=f"not a document of the format {format_}")
    events = _xml.Events(content, of.wanted)
    try:
        yield from of.xml_files(events)
    except MalformedError as e:
        e.line = e.line or events.line()
        raise
