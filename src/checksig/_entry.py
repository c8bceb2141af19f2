"""What a line of a checksum list says, given in memory instead."""

from __future__ import annotations

import os  # noqa: TC003
from collections.abc import Mapping  # noqa: TC003 - typing.get_type_hints() looks here
from typing import NamedTuple

from checksig._text import FieldDocs


class Entry(NamedTuple):
    """A file and its expected content: what a line of a checksum list says."""

    path: str | bytes | os.PathLike[str] | os.PathLike[bytes]
    """The name, relative to the root."""
    digests: str | Mapping[str, str]
    """The digest, as ``"sha256:HEX"``, or HEX alone; or several, as a mapping of algorithms to HEX."""
    size: int | None = None
    """The size in bytes; None if it is not known."""


Entry.__doc__ = FieldDocs(Entry.__doc__, __name__)  # type: ignore[assignment]
Entry.__module__ = "checksig"  # where users import it from
