"""Documents in JSON and XML: which reader one is for, and what that reads.

The module of a reader of JSON has MARKS, of which every document of its format has one; `recognises`, which looks
at the whole document; and `files`. That of a reader of XML has `is_root`, for the root element; ROOT, its
local name; `wanted`, which selects events; and `xml_files`.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from checksig._readers import READERS
from checksig._readers._malformed import MalformedError
from checksig._readers._start import START, is_json, is_xml, start_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from checksig._readers._malformed import File
    from checksig._readers._xml import Event

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


def recognised(file: BinaryIO) -> str | None:
    """Return the format of an open file, None if it is of none of those here.

    :raises MalformedError: it may be of one, but is damaged, or it is of several.
    """
    start = start_of(file)
    if is_xml(start):
        from checksig._readers import _xml

        root, doctype = _xml.root(start)
        found = [name for name, of in _modules("is_root").items() if _is_for(of, root, doctype)]
        return found[0] if found else None
    if not is_json(start) or not _has_mark(file):
        return None
    from checksig._readers import _json

    document = _json.load(_content(file))
    found = [name for name, of in _modules("MARKS").items() if of.recognises(document)]
    if len(found) > 1:
        raise MalformedError(reason=f"may be of several formats: {' or '.join(found)}; choose one with --list-format")
    return found[0] if found else None


def _is_for(of: Any, root: str, doctype: str) -> bool:  # noqa: ANN401 - a module
    """Say whether a document is for a reader: by its root, or by the document type that hides it."""
    return bool(of.is_root(root)) if root else doctype == of.ROOT


_CHUNK = 1 << 20
_LONGEST_MARK = 64


def _has_mark(file: BinaryIO) -> bool:
    """Say whether a reader may know the file, without making an object of it. Leaves it at its start."""
    marks = [re.escape(mark) for of in _modules("MARKS").values() for mark in of.MARKS]
    find = re.compile(b"|".join(marks)).search
    before, size = b"", 0
    while size <= MOST:
        chunk = file.read(_CHUNK)
        size += len(chunk)
        if not chunk or find(before + chunk):
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


def files(format_: str, file: BinaryIO, *, strict: bool) -> list[File]:
    """Read a document of a format.

    :raises MalformedError: it is damaged, or of another format.
    """
    content = _content(file)
    if is_xml(content[:START]):
        return list(_xml_files(format_, content))
    from checksig._readers import _json

    of = _modules("MARKS").get(format_)
    document = _json.load(content)
    if of is None or not of.recognises(document):
        raise MalformedError(reason=f"not a document of the format {format_}")
    return list(of.files(document, strict=strict))


def _xml_files(format_: str, content: bytes) -> Iterator[File]:
    from checksig._readers import _xml

    of = _modules("is_root").get(format_)
    root, _ = _xml.root(content[:START])
    if of is None or (root and not of.is_root(root)):
        raise MalformedError(reason=f"not a document of the format {format_}")
    wanted, line = of.wanted, 1

    def events() -> Iterator[Event]:
        nonlocal line
        for event in _xml.events(content, wanted):
            if event.text is None:
                line = event.line  # of what is wrong, if anything of it is
            yield event

    try:
        yield from of.xml_files(events())
    except MalformedError as e:
        e.line = e.line or line
        raise
