"""Where the database of an archive is, if nobody says."""

from __future__ import annotations

import hashlib
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_DIGITS = 16
"""Of a digest of the root's path: two archives of one name have two databases."""


def default_place(root: str) -> str:
    """Return the path of the database of the archive at the real path *root*.

    It is in the user's data directory: the root is not to be changed, and its parent often can't be written.
    """
    digest = hashlib.sha256(os.fsencode(root)).hexdigest()[:_DIGITS]
    name = os.path.basename(root) or "root"
    return os.path.join(data_directory(sys.platform, os.environ), "checksig", "track", f"{name[:80]}-{digest}.sqlite")


def files_of(database: str) -> list[str]:
    """Return the paths of a database and of what SQLite and a run make beside it."""
    return [database + end for end in ("", "-wal", "-shm", "-journal", ".lock")]


def data_directory(platform: str, environment: Mapping[str, str]) -> str:
    """Return where programs of a user keep their data."""
    if platform == "win32":
        return environment.get("LOCALAPPDATA") or os.path.expanduser(r"~\AppData\Local")
    if platform == "darwin":
        return os.path.expanduser("~/Library/Application Support")
    named = environment.get("XDG_DATA_HOME", "")
    return named if os.path.isabs(named) else os.path.expanduser("~/.local/share")
