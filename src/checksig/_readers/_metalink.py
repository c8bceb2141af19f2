"""Metalinks: version 4 (RFC 5854), and version 3, which has the hashes one level deeper."""

from __future__ import annotations

from checksig._readers._malformed import MOST_BYTES, MalformedError, digests, name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._readers._malformed import File
    from checksig._readers._xml import Event

_ROOTS = {"urn:ietf:params:xml:ns:metalink metalink", "http://www.metalinker.org/ metalink"}
_FILES = {("metalink", "file"), ("metalink", "files", "file")}


def is_root(root: str) -> bool:
    """Say whether an element is the root of such a document."""
    return root in _ROOTS


class _File:
    def __init__(self, event: Event) -> None:
        self.line = event.line
        self.name = event.attributes.get("name")
        self.size: int | None = None
        self.hashes: list[tuple[str, str, str]] = []

    def file(self) -> File:
        return name(self.name, "") if self.name else self._nameless(), digests(self.hashes), self.size

    def _nameless(self) -> str:
        raise MalformedError(reason="the file has no name", line=self.line)

    def add(self, below: tuple[str, ...], event: Event) -> None:
        """Take what an element at its end says. Hashes of pieces are deeper."""
        text = (event.text or "").strip()
        if below == ("size",):
            self.size = _size(text, self.size)
        elif below in {("hash",), ("verification", "hash")}:
            self.hashes.append((event.attributes.get("type", ""), text, ""))


def _size(text: str, before: int | None) -> int:
    if before is not None:
        raise MalformedError(reason="the file has two sizes")
    if not text.isascii() or not text.isdigit() or len(text) > 19 or int(text) > MOST_BYTES:
        raise MalformedError(reason="the size is not a number of bytes")
    return int(text)


def xml_files(events: Iterable[Event]) -> Iterator[File]:
    """Yield the files."""
    file: _File | None = None
    depth = 0
    for event in events:
        if event.path in _FILES:
            if event.text is None:
                file, depth = _File(event), len(event.path)
            elif file:
                yield file.file()
                file = None
        elif file and event.text is not None:
            file.add(event.path[depth:], event)
