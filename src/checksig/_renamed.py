"""Which directory was renamed, by the old and the new name of a file in it."""

from __future__ import annotations


def cleaned(name: str) -> str:
    """Return a name of a list without ``./`` and ``//``. One with ``..`` stays as it is: it may lead elsewhere."""
    elements = name.split("/")
    if ".." in elements:
        return name
    return ("/" if name.startswith("/") else "") + "/".join(e for e in elements if e not in {"", "."})


def renamed(path: str, moved_to: str, moved_with: str) -> tuple[str, str]:
    """Return the old name *moved_with* of the directory with which a file moved, and the new one.

    The names of the file may end with its directory and a slash.
    """
    old, at = cleaned(path), len(moved_to)
    if path.endswith("/"):
        old += "/"
    while "/" in moved_to[:at]:
        at = moved_to.rindex("/", 0, at)
        if not old.endswith(moved_to[at:]):
            break
        if old.removesuffix(moved_to[at:]).endswith(moved_with):
            return moved_with, moved_to[:at]
    return path, moved_to  # impossible: both end in the same elements
