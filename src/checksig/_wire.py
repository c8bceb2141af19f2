"""A request as the engine reads it: JSON, and after a NUL the entries of lists, of which there may be a million."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def encode(request: dict[str, Any]) -> bytes:
    """Return the text of a request."""
    blocks: list[bytes] = []
    if request.get("manifests"):
        lists = [_without_entries(one, blocks) for one in request["manifests"]]
        request = {**request, "manifests": lists}
    text = json.dumps(request).encode()
    return b"".join([text, b"\0", *blocks]) if blocks else text


def _without_entries(given: str | dict[str, Any], blocks: list[bytes]) -> str | dict[str, Any]:
    """Return a list whose entries, if it has any, are in *blocks* instead."""
    if isinstance(given, str) or "entries" not in given:
        return given
    blocks += given["entries"].block()
    return {**given, "entries": given["entries"].header()}
