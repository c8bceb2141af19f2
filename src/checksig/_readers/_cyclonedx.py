"""CycloneDX 1 documents, in JSON or XML: the hashes of components that are files."""

from __future__ import annotations

from typing import Any

from checksig._readers._json import objects
from checksig._readers._malformed import MalformedError, digests, name, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._readers._malformed import File
    from checksig._readers._xml import Event

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


class _Component:
    def __init__(self, event: Event) -> None:
        self.is_file = event.attributes.get("type") == "file"
        self.line, self.depth = event.line, len(event.path)
        self.names: list[str] = []
        self.hashes: list[tuple[str, str, str]] = []

    def file(self) -> File:
        if len(self.names) != 1:
            raise MalformedError(reason="a file needs one name", line=self.line)
        return name(self.names[0].strip(), ""), digests(self.hashes), None


def xml_files(events: Iterable[Event]) -> Iterator[File]:
    """Yield the components that are files, also those in others."""
    components: list[_Component] = []
    for event in events:
        if event.path[:2] != ("bom", "components"):
            continue
        is_component = event.path[-1] == "component" and event.path[-2] == "components"
        if event.text is None:
            if is_component:
                components.append(_Component(event))
        elif is_component:
            done = components.pop()
            if done.is_file:
                yield done.file()
        elif components:
            _add(components[-1], event, event.text.strip())


def _add(component: _Component, event: Event, text: str) -> None:
    below = event.path[component.depth :]
    if below == ("name",):
        component.names.append(text)
    elif below == ("hashes", "hash"):
        component.hashes.append((event.attributes.get("alg", ""), text, ""))
