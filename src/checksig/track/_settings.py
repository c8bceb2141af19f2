"""What an archive is, as it was said at its beginning."""

from __future__ import annotations

import json
import os

from checksig._errors import Code
from checksig._named import NamedTuple, named
from checksig._words import ALGORITHMS
from checksig.track._errors import ArchiveError
from checksig.track._root import Root

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3


@named
class Settings(NamedTuple):
    """The settings of an archive."""

    root: Root
    algorithms: tuple[str, ...]
    exclude: tuple[str, ...]
    """Patterns, as the engine has them."""
    one_file_system: bool

    def save(self, connection: sqlite3.Connection) -> None:
        """Store them, within the transaction that is open."""
        values = {
            "root": os.fsencode(self.root.path),
            "place": json.dumps(self.root[1:]).encode(),  # an identifier may not fit into a number of SQLite
            "algorithms": json.dumps(self.algorithms).encode(),
            "exclude": json.dumps(self.exclude).encode(),
            "one_file_system": json.dumps(self.one_file_system).encode(),
        }
        connection.executemany("INSERT OR REPLACE INTO settings VALUES (?, ?)", values.items())


def load(connection: sqlite3.Connection, path: str) -> Settings:
    """Return the settings of the database at *path*.

    :raises ArchiveError: it is damaged.
    """
    try:
        values = dict(connection.execute("SELECT name, value FROM settings").fetchall())
        root = Root(os.fsdecode(values["root"]), *json.loads(values["place"]))
        algorithms, exclude = (tuple(json.loads(values[name])) for name in ("algorithms", "exclude"))
        settings = Settings(root, algorithms, exclude, json.loads(values["one_file_system"]))
        unknown = [name for name in algorithms if name not in ALGORITHMS]
    except (KeyError, ValueError, TypeError) as e:
        raise ArchiveError(path, f"the database is damaged: {e!r}", Code.DATABASE_UNREADABLE) from None
    if unknown or not algorithms:
        reason = f"the database has digests of unknown algorithms: {', '.join(unknown)}"
        raise ArchiveError(path, reason, Code.DATABASE_NEWER)
    return settings
