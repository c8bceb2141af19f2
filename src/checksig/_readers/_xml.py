"""XML, read strictly: a document type, by which entities come, is refused."""

from __future__ import annotations

import contextlib
from itertools import chain
from operator import length_hint
from xml.parsers import expat

from checksig._readers._malformed import MalformedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import NoReturn, TypeAlias

    Path: TypeAlias = tuple[str, ...]
    """The names of the elements from the root to one, without namespaces."""

    Event: TypeAlias = tuple[Path, dict[str, str], str | None, int]
    """The start or the end of an element: its path and attributes, then at its start None and the line, at its end
    the text, if there are no elements in it, and 0."""

_CHUNK = 1 << 16
_DEEPEST = 64
"""Levels of elements. No list has more than ten."""

START_AND_END, END, NOTHING = 2, 1, 0
"""Which events of an element are wanted."""


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
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        self._parser = parser
        self.root = ""
        """The name of the root element, after its namespace and a space, if it has one."""
        self.events: list[Event] = []
        self._wanted = wanted
        self._handle_elements()

    def _handle_elements(self) -> None:
        """Set what is called several times for each of maybe a million files: it looks nothing up in objects."""
        parser, add = self._parser, self.events.append
        node = _Node((), NOTHING)
        around: list[_Node] = []
        attributes_around: list[dict[str, str]] = []
        text: list[str] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal node
            around.append(node)
            attributes_around.append(attributes)
            node = node.below.get(name) or self._new(node, name)
            if node.wanted == START_AND_END:
                add((node.path, attributes, None, parser.CurrentLineNumber))
            text.clear()

        def end(_: str) -> None:
            nonlocal node
            attributes = attributes_around.pop()
            if node.wanted:
                add((node.path, attributes, "".join(text), 0))
            text.clear()
            node = around.pop()

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text.append

    def _new(self, above: _Node, name: str) -> _Node:
        self.root = self.root or name
        if len(above.path) >= _DEEPEST:
            raise MalformedError(reason="too many levels of elements", line=self._line)
        path = (*above.path, name.rpartition(" ")[2])
        try:
            node = above.below[name] = _Node(path, self._wanted(path))
        except MalformedError as e:
            e.line = self._line
            raise
        return node

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


class Events:
    """The starts and ends of the elements of a document whose paths are *wanted*.

    Iterating raises `MalformedError` if it is not XML, or has a document type, too many levels, or an element that
    `wanted` refuses.
    """

    def __init__(self, content: bytes, wanted: Callable[[Path], int]) -> None:
        self._content, self._wanted = content, wanted
        self._line = 1
        self._batch: list[Event] = []
        self._left: Iterator[Event] = iter(())

    def __iter__(self) -> Iterator[Event]:
        return chain.from_iterable(self._batches())

    def _batches(self) -> Iterator[Iterator[Event]]:
        parser = _Parser(self._wanted)
        for at in range(0, len(self._content) + 1, _CHUNK):
            chunk = self._content[at : at + _CHUNK]
            parser.feed(chunk, last=len(chunk) < _CHUNK)
            self._line = self.line()
            self._batch = parser.events.copy()
            parser.events.clear()
            self._left = iter(self._batch)
            yield self._left

    def line(self) -> int:
        """Return the line of the last start that was taken."""
        taken = self._batch[: len(self._batch) - length_hint(self._left)]
        return next((line for _, _, text, line in reversed(taken) if text is None), self._line)
