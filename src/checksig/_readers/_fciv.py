"""The XML of Microsoft's File Checksum Integrity Verifier: MD5 and SHA-1 in base64.

Its names have backslashes, for which the caller has an option.
"""

from __future__ import annotations

import base64
import binascii

from checksig._readers._malformed import MalformedError, digests, name
from checksig._readers._xml import END, NOTHING, START_AND_END

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._entries import File
    from checksig._readers._xml import Event, Path

_ENTRY = ("FCIV", "FILE_ENTRY")


ROOT = "FCIV"


def is_root(root: str) -> bool:
    """Say whether an element is the root of such a document."""
    return root == "FCIV"


def wanted(path: Path) -> int:
    """Say which events of an element are looked at. There are no others."""
    if path == _ENTRY:
        return START_AND_END
    if path == _ENTRY[:1]:
        return NOTHING
    if path[:-1] == _ENTRY and path[-1] in {"name", "MD5", "SHA1"}:
        return END
    raise MalformedError(reason=f"the element {path[-1]!r} is unknown here")


def xml_files(events: Iterable[Event]) -> Iterator[File]:
    """Yield the files."""
    names: list[str] = []
    found: list[tuple[str, str]] = []
    for path, _, text, _ in events:
        if text is None:
            names, found = [], []
        elif path == _ENTRY:
            if len(names) != 1:
                raise MalformedError(reason="an entry needs one name")
            yield name(names[0].strip(), ""), digests(found, frozenset()), None
        elif path[-1] == "name":
            names.append(text)
        else:
            found.append((path[-1], _hex(text.strip())))


def _hex(text: str) -> str:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True).hex()
    except (binascii.Error, UnicodeEncodeError):
        raise MalformedError(reason="the digest is not valid base64") from None
