"""The XML of Microsoft's File Checksum Integrity Verifier: MD5 and SHA-1 in base64.

Its names have backslashes, for which the caller has an option.
"""

from __future__ import annotations

import base64
import binascii

from checksig._readers._malformed import MalformedError, digests, name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._readers._malformed import File
    from checksig._readers._xml import Event

_ENTRY = ("FCIV", "FILE_ENTRY")


def is_root(root: str) -> bool:
    """Say whether an element is the root of such a document."""
    return root == "FCIV"


def xml_files(events: Iterable[Event]) -> Iterator[File]:
    """Yield the files."""
    names: list[str] = []
    found: list[tuple[str, str, str]] = []
    for event in events:
        if event.text is None:
            continue
        below = event.path[2:] if event.path[:2] == _ENTRY else None
        if below == ("name",):
            names.append(event.text)
        elif below in {("MD5",), ("SHA1",)}:
            found.append((below[0], _hex(event.text.strip()), ""))
        elif below == ():
            if len(names) != 1:
                raise MalformedError(reason="an entry needs one name")
            yield name(names[0].strip(), ""), digests(found), None
            names, found = [], []


def _hex(text: str) -> str:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True).hex()
    except (binascii.Error, UnicodeEncodeError):
        raise MalformedError(reason="the digest is not valid base64") from None
