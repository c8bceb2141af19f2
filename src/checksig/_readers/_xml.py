"""XML, read strictly: a document type, by which entities come, is refused."""

from __future__ import annotations

import contextlib
from typing import NamedTuple
from xml.parsers import expat

from checksig._readers._malformed import MalformedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import NoReturn, TypeAlias

    Path: TypeAlias = tuple[str, ...]

_CHUNK = 1 << 16
_DEEPEST = 64
"""Levels of elements. No list has more than ten."""

START_AND_END, END, NOTHING = 2, 1, 0
"""Which events of an element are wanted."""


class Event(NamedTuple):
    """The start or the end of an element."""

    path: Path
    """The names of the elements from the root to this one, without namespaces."""
    attributes: dict[str, str]
    text: str | None
    """At the end of an element without others the text in it; at the start None."""
    line: int


class _Node:
    """The elements with one path."""

    __slots__ = ("below", "path", "wanted")

    def __init__(self, path: Path, wanted: int) -> None:
        self.path, self.wanted = path, wanted
        self.below: dict[str, _Node] = {}


class _Parser:
    def __init__(self, wanted: Callable[[Path], int]) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        self._parser = parser
        self.root = ""
        """The name of the root element, after its namespace and a space, if it has one."""
        self.events: list[Event] = []
        self._wanted = wanted
        self._node = _Node((), NOTHING)
        self._open: list[tuple[_Node, dict[str, str]]] = []
        self._text = ""

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
        self._open.append((self._node, attributes))
        self._node = node = self._node.below.get(name) or self._new(name)
        self._text = ""
        if node.wanted == START_AND_END:
            self.events.append(Event(node.path, attributes, None, self._line))

    def _new(self, name: str) -> _Node:
        self.root = self.root or name
        if len(self._open) > _DEEPEST:
            raise MalformedError(reason="too many levels of elements", line=self._line)
        path = (*self._node.path, name.rpartition(" ")[2])
        try:
            node = self._node.below[name] = _Node(path, self._wanted(path))
        except MalformedError as e:
            e.line = self._line
            raise
        return node

    def _end(self, _: str) -> None:
        node = self._node
        self._node, attributes = self._open.pop()
        if node.wanted:
            self.events.append(Event(node.path, attributes, self._text, self._line))
        self._text = ""

    def _characters(self, text: str) -> None:
        self._text += text

    def _doctype(self, *_: object) -> NoReturn:
        raise MalformedError(reason="a document type (DTD) is refused", line=self._line)


class _RootParser(_Parser):
    """Looks at the root only: a document type says which document is refused for it."""

    def __init__(self) -> None:
        super().__init__(lambda _: NOTHING)
        self.doctype = ""
        self._parser.StartDoctypeDeclHandler = self._named

    def _named(self, name: str, *_: object) -> None:
        self.doctype = name.rpartition(":")[2]


def root(start: bytes) -> tuple[str, str]:
    """Return the name of the root element of a text that begins so, after its namespace, and its document type.

    Each is "" if there is none, and the root if the document type has entities: these are not expanded.
    """
    parser = _RootParser()
    with contextlib.suppress(MalformedError):  # maybe behind the root
        parser.feed(start, last=False)
    return parser.root, parser.doctype


def events(content: bytes, wanted: Callable[[Path], int]) -> Iterator[Event]:
    """Yield the starts and ends of the elements of a document whose paths are *wanted*.

    :raises MalformedError: it is not XML, or has a document type, too many levels, or an element that `wanted` refuses.
    """
    parser = _Parser(wanted)
    for at in range(0, len(content), _CHUNK):
        parser.feed(content[at : at + _CHUNK], last=False)
        yield from parser.events
        parser.events.clear()
    parser.feed(b"", last=True)
    yield from parser.events
