"""A request as the engine reads it: JSON, and after a NUL entries or records, of which there may be a million."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LISTS = frozenset({"manifests", "digests"})
"""What of a request is not the same when it is empty and when it is left out."""


def encode(request: dict[str, Any]) -> bytes:
    """Return the text of a request."""
    blocks: list[bytes] = []
    # What is false or empty means the same to the engine as nothing, except for these: a short text is read faster.
    said = {name: value for name, value in request.items() if value or (name in _LISTS and value is not None)}
    if "manifests" in said:
        said["manifests"] = [_without_entries(one, blocks) for one in said["manifests"]]
    if "records" in said:
        blocks += said["records"].block()
        said["records"] = len(said["records"])
    text = json.dumps(said).encode()
    return b"".join([text, b"\0", *blocks]) if blocks else text


def _without_entries(given: str | dict[str, Any], blocks: list[bytes]) -> str | dict[str, Any]:
    """Return a list whose entries, if it has any, are in *blocks* instead."""
    if isinstance(given, str) or "entries" not in given:
        return given
    blocks += given["entries"].block()
    return {**given, "entries": given["entries"].header()}
