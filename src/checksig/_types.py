"""The types of arguments."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Literal

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


Manifests = StrPath | ListContent | Iterable[StrPath | ListContent]
"""One list, or several."""

StrPaths = StrPath | Iterable[StrPath]
"""One path, or several."""

Extra = bool | Literal["all", "files"]
"""Which files that no list names a report has: none, all, or regular files alone."""

Keep = Literal["failures", "all"]
"""Which verdicts a report holds."""
