"""CycloneDX 1 documents, in JSON or XML: the hashes of components that are files."""

from __future__ import annotations

from typing import Any

from checksig._readers._json import objects
from checksig._readers._malformed import MalformedError, digests, name, text
from checksig._readers._xml import END, NOTHING, START_AND_END

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._readers._malformed import File
    from checksig._readers._xml import Event, Path

MARKS = (b'"CycloneDX"',)

_SPACE = "http://cyclonedx.org/schema/bom/"


def recognises(document: dict[str, Any]) -> bool:
    """Say whether a document is of CycloneDX."""
    return document.get("bomFormat") == "CycloneDX"


def is_root(root: str) -> bool:
    """Say whether an element is the root of such a document."""
    return root.startswith(_SPACE) and root.endswith(" bom")


def files(document: dict[str, Any], *, strict: bool) -> Iterator[File]:  # noqa: ARG001 - all readers have it
    """Yield the components that are files, also those in others. What the document describes is none."""
    if not text(document.get("specVersion"), "/specVersion").startswith("1."):
        raise MalformedError(place="/specVersion", reason="expected a version 1.x")
    waiting = [objects(document, "components")]
    while waiting:
        for one, at in waiting[-1]:
            if one.get("type") == "file":
                yield _file(one, at)
            waiting.append(objects(one, "components", at))
            break
        else:
            waiting.pop()


def _file(one: dict[str, Any], at: str) -> File:
    path = name(one.get("name"), f"{at}/name")
    found = [
        (text(hash_.get("alg"), f"{place}/alg"), hash_.get("content"), f"{place}/content")
        for hash_, place in objects(one, "hashes", at)
    ]
    if not found:
        raise MalformedError(at, "the file has no digest")
    return path, digests(found), None


def wanted(path: Path) -> int:
    """Say which events of an element are looked at."""
    if path[:2] != ("bom", "components"):
        return NOTHING
    if path[-2:] == ("components", "component"):
        return START_AND_END
    return END if path[-2:] in {("component", "name"), ("hashes", "hash")} else NOTHING


class _Component:
    def __init__(self, event: Event) -> None:
        self.is_file, self.depth = event.attributes.get("type") == "file", len(event.path)
        self.names: list[str] = []
        self.hashes: list[tuple[str, str, str]] = []

    def add(self, event: Event) -> None:
        """Take what an element at its end says."""
        text = (event.text or "").strip()
        below = event.path[self.depth :]
        if below == ("name",):
            self.names.append(text)
        elif below == ("hashes", "hash"):
            self.hashes.append((event.attributes.get("alg", ""), text, ""))

    def file(self) -> File:
        if len(self.names) != 1:
            raise MalformedError(reason="a file needs one name")
        return name(self.names[0], ""), digests(self.hashes), None


def xml_files(events: Iterable[Event]) -> Iterator[File]:
    """Yield the components that are files, also those in others."""
    components: list[_Component] = []
    for event in events:
        if event.text is None:
            components.append(_Component(event))
        elif len(event.path) > components[-1].depth:
            components[-1].add(event)
        else:
            done = components.pop()
            if done.is_file:
                yield done.file()
