"""The types of arguments."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping

StrPath = str | bytes | os.PathLike[str] | os.PathLike[bytes]
"""A path as `os.fspath` takes it."""


class ListContent:
    """A list given by its content, as anything like bytes.

    *path* is its name, by which it may say its algorithm; nothing is read there.
    """

    def __init__(self, path: StrPath, content: bytes | bytearray | memoryview) -> None:
        try:
            self.path, self.content = path, bytes(memoryview(content))
        except TypeError:
            msg = f"content must be bytes, not {type(content).__name__}"
            raise TypeError(msg) from None


class ListFile:
    """A list in a file whose path is not shown to the user: *path* is."""

    def __init__(self, path: str, file: str) -> None:
        self.path, self.file = path, file


Digests = str | Mapping[str, str]
"""``"sha256:HEX"``, HEX alone, or several as a mapping of algorithms to HEX."""


TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, Protocol

    from checksig._entry import Entry
    from checksig._span import Span

    class Readable(Protocol):
        """An open file."""

        def read(self) -> str | bytes:
            """Return the rest of the file."""

else:  # a protocol takes long to make, and a named tuple too
    Readable, Entry, Span = io.IOBase, tuple, tuple


_List = StrPath | ListContent | ListFile | Readable | Entry | Span | Mapping[str, Digests]
Manifests = _List | Iterable[_List]
"""One list, or several: paths, open files, a mapping of names to digests, entries, or spans of a plan."""

Patterns = str | Iterable[str]
"""One shell pattern for names, or several."""

Algorithms = str | Iterable[str]
"""The name of one algorithm, or of several."""

StrPaths = StrPath | Iterable[StrPath]
"""One path, or several."""

if TYPE_CHECKING:
    Extra = bool | Literal["all", "files"]
    """Which files that no list names a report has: none, all, or regular files alone."""

    Keep = Literal["failures", "all"]
    """Which verdicts a report holds."""
else:  # it takes long to import what makes a literal
    Extra, Keep = bool | str, str
