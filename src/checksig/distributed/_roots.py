"""Whether a worker has the root that the coordinator has: a file system may not be mounted there.

Devices have other numbers on each machine, and so can inodes, but the root of a network file system mostly has the same
one everywhere; if not, the names in it are the same.
"""

from __future__ import annotations

import hashlib
import os
import socket
from itertools import islice
from typing import NamedTuple

_MOST_NAMES = 10_000
"""Names that a root is recognised by; one that has more is recognised by its inode alone."""


class Identity(NamedTuple):
    """A directory, as one machine sees it."""

    host: str
    device: int
    inode: int
    names: str
    """The digest of the names in it; "" if there are too many, or none was wanted."""
    is_empty: bool


def identify(root: str, *, names: bool) -> Identity:
    """Look at a directory, and also at the *names* in it, which takes longer.

    :raises OSError: it can't be read.
    """
    status = os.stat(root)
    found = _names(root, _MOST_NAMES + 1 if names else 1)
    digest = hashlib.sha256(b"\0".join(sorted(found))).hexdigest() if names and len(found) <= _MOST_NAMES else ""
    return Identity(socket.gethostname(), status.st_dev, status.st_ino, digest, not found)


def _names(root: str, most: int) -> list[bytes]:
    with os.scandir(root) as entries:
        return [os.fsencode(entry.name) for entry in islice(entries, most)]


def is_same(one: Identity, other: Identity) -> bool:
    """Say whether both are surely the same directory, seen on one machine."""
    return one[:3] == other[:3]


def may_be_same(one: Identity, other: Identity) -> bool:
    """Say whether both can be the same directory."""
    if is_same(one, other):
        return True
    if one.is_empty != other.is_empty:
        return False
    return one.inode == other.inode or bool(one.names and one.names == other.names)


def exists(root: str, name: str) -> bool:
    """Say whether there is something by a name of a list, which a worker says is missing."""
    return os.path.exists(os.path.join(root, name))
