"""A part of a checksum list, as a manifest."""

from __future__ import annotations

import os
from typing import NamedTuple

from checksig._arguments import path as checked_path
from checksig._text import FieldDocs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Span(NamedTuple):
    """A part of a checksum list that is verified by itself: one of those that :func:`plan` returns.

    It is a *manifest* for :func:`verify`, in each process that finds the list by the same path and unchanged; otherwise
    that raises `ManifestError` with the code ``"list_changed"``. A span is read as the plan was asked to. It can be
    pickled.
    """

    manifest: str
    """The path of the list."""
    line: int
    """The number of its first line in the list, counted from 1."""
    entries: int
    """The number of its entries."""
    bytes: int | None
    """The size of its files; None if the list does not give it for each of them."""
    start: int
    """The position in the list at which it begins, in bytes."""
    end: int
    """The position at which it ends."""
    digest: str
    """The SHA-256 of what is read of the list, as ``"sha256:HEX"``."""
    least: str | None
    """The first of its names in the order of their bytes; None if one is not written plainly, such as ``"./a"``."""
    most: str | None
    """The last of its names; None likewise."""
    list_size: int
    """The size of the list in bytes."""
    list_digest: str
    """The SHA-256 of the list, as ``"sha256:HEX"``."""
    head: int
    """How many bytes at the start of the list say how its other lines are read; they are read too."""
    line_format: str | None
    """The format of its lines; None if each line of the list depends on others, so that the whole list is read."""
    last_line: int | None
    """The number of its last line, if the whole list is read; otherwise None."""
    directory: str
    """The directory in which the path of the list starts; empty if the path is absolute."""
    algorithm: str
    """The *algorithm* by which the list is read; empty if there is none."""
    list_format: str
    """The *list_format* by which it is read; empty if there is none."""
    backslash: bool
    """Whether each backslash in its names means a slash."""


Span.__doc__ = FieldDocs(Span.__doc__, __name__)  # type: ignore[assignment]
Span.__module__ = "checksig"  # where users import it from


def as_manifest(span: Span) -> dict[str, Any]:
    """Return what a request has of a span, and what it brings along for `settled`."""
    part = {
        "format": span.line_format or "",
        "head": span.head,
        "from": span.start,
        "to": span.end,
        "line": span.line,
        "last": span.last_line or 0,
        "sum": span.digest.removeprefix("sha256:"),
        "entries": span.entries,
        "of": span.list_size,
    }
    brings = (span.directory, span.algorithm, span.list_format, span.backslash)
    return {"path": checked_path("manifest", span.manifest), "span": part, "brings": brings}


def settled(request: dict[str, Any]) -> dict[str, Any]:
    """Return *request* with what its spans bring along: how lists are read, and where their paths start.

    :raises ValueError: they are not of one plan.
    """
    lists = [{} if isinstance(one, str) else dict(one) for one in request["manifests"]]
    brought = {one.pop("brings", None) for one in lists}
    if len(brought) != 1:
        msg = "manifest: spans can be verified together only if they are of one plan, and no other lists are given"
        raise ValueError(msg)
    directory, algorithm, list_format, backslash = brought.pop()
    reading = {"algorithm": algorithm, "list_format": list_format, "backslash": backslash}
    for name, value in reading.items():
        if request[name] and request[name] != value:
            msg = f"{name}: a span is read as the plan was asked to; give it to plan()"
            raise ValueError(msg)
    settled = {**request, "manifests": lists, **reading}
    if directory:
        settled["root"] = os.path.join(request["directory"], request["root"])
        settled["directory"] = checked_path("manifest", directory)
    return settled
