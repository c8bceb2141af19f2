"""Which archives a user has: for those who look for the database of one that has another path now."""

from __future__ import annotations

import contextlib
import os

from checksig._text import shell_quoted
from checksig.track._database import readable
from checksig.track._errors import ArchiveError
from checksig.track._place import default_place
from checksig.track._settings import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 5
"""Databases that are named."""


def databases() -> Iterator[tuple[str, str]]:
    """Yield the databases in the data directory that can be read, each with the path of its root, in order of names."""
    directory = os.path.dirname(default_place(os.sep))
    names: list[str] = []
    with contextlib.suppress(OSError):
        names = sorted(os.listdir(directory))
    for name in names:
        path = os.path.join(directory, name)
        if name.endswith(".sqlite"):
            with contextlib.suppress(ArchiveError), readable(path) as connection:
                yield path, load(connection, path).root.path


def hint() -> str:
    """Return a sentence on those databases, those of roots that are gone first, or "" if there are none."""
    found = sorted(databases(), key=lambda one: os.path.isdir(one[1]))
    if not found:
        return ""
    said = [f"{shell_quoted(path)} of {shell_quoted(root)}" for path, root in found[:_MOST]]
    more = f", and {len(found) - _MOST} more" if len(found) > _MOST else ""
    return f"; there is {', '.join(said)}{more}"
