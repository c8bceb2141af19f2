"""XML, read strictly: a document type, by which entities come, is refused."""

from __future__ import annotations

import contextlib
from xml.parsers import expat

from checksig._readers._malformed import MalformedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn, TypeAlias

    Path: TypeAlias = tuple[str, ...]

_CHUNK = 1 << 16
_DEEPEST = 64
"""Levels of elements. No list has more than ten."""


class Event:
    """The start or the end of an element.

    *path* are the names of the elements from the root to this one, without namespaces. At the end of an
    element *text* is what was directly in it; at the start it is None.
    """

    __slots__ = ("attributes", "line", "path", "text")

    def __init__(self, path: Path, attributes: dict[str, str], text: str | None, line: int) -> None:
        self.path, self.attributes, self.text, self.line = path, attributes, text, line


class _Parser:
    def __init__(self) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        self.root = ""
        """The name of the root element, after its namespace and a space, if it has one."""
        self.events: list[Event] = []
        self._parser = parser
        self._open: list[tuple[Path, dict[str, str], list[str]]] = [((), {}, [])]

    def feed(self, data: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as e:
            raise MalformedError(reason=f"not valid XML: {expat.ErrorString(e.code)}", line=e.lineno) from None
        except (LookupError, ValueError) as e:  # of an encoding that is none
            raise MalformedError(reason=f"not valid XML: {e}", line=self._line) from None

    @property
    def _line(self) -> int:
        return self._parser.CurrentLineNumber

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        above = self._open[-1][0]
        self.root = self.root or name
        if len(above) == _DEEPEST:
            raise MalformedError(reason="too many levels of elements", line=self._line)
        path = (*above, name.rpartition(" ")[2])
        self._open.append((path, attributes, []))
        self.events.append(Event(path, attributes, None, self._line))

    def _end(self, _: str) -> None:
        path, attributes, texts = self._open.pop()
        self.events.append(Event(path, attributes, "".join(texts), self._line))

    def _characters(self, text: str) -> None:
        self._open[-1][2].append(text)

    def _doctype(self, *_: object) -> NoReturn:
        raise MalformedError(reason="a document type (DTD) is refused", line=self._line)


def root(start: bytes) -> str:
    """Return the name of the root element of a text that begins so, after its namespace; "" if there is none."""
    parser = _Parser()
    with contextlib.suppress(MalformedError):  # maybe behind the root
        parser.feed(start, last=False)
    return parser.root


def events(content: bytes) -> Iterator[Event]:
    """Yield the starts and ends of the elements of a document.

    :raises MalformedError: it is not XML, or has a document type or too many levels.
    """
    parser = _Parser()
    for at in range(0, len(content), _CHUNK):
        parser.feed(content[at : at + _CHUNK], last=False)
        yield from parser.events
        parser.events.clear()
    parser.feed(b"", last=True)
    yield from parser.events
