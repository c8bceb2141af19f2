"""CycloneDX 1 documents, in JSON or XML: the hashes of components that are files."""

from __future__ import annotations

from typing import Any

from checksig._readers._json import listed_digests, mapping, objects
from checksig._readers._malformed import MalformedError, digests, name, text
from checksig._readers._xml import END, NOTHING, START_AND_END

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._readers._malformed import File
    from checksig._readers._xml import Event, Path

MARKS = (b'"CycloneDX"',)

_SPACE = "http://cyclonedx.org/schema/bom/"

_LACKING = frozenset({"streebog-256", "streebog-512"})

_TYPES = frozenset(
    {"application", "framework", "library", "container", "platform", "operating-system", "device", "device-driver"}
    | {"firmware", "file", "machine-learning-model", "data", "cryptographic-asset"}
)


def recognises(document: dict[str, Any]) -> bool:
    """Say whether a document is of CycloneDX."""
    return document.get("bomFormat") == "CycloneDX"


ROOT = "bom"


def is_root(root: str) -> bool:
    """Say whether an element is the root of such a document."""
    return root.startswith(_SPACE) and root.endswith(" bom")


def files(document: dict[str, Any], *, strict: bool) -> Iterator[File]:  # noqa: ARG001 - all readers have it
    """Yield the components that are files, also those in others.

    What the document describes is one if it has a digest.
    """
    if not text(document.get("specVersion"), "/specVersion").startswith("1."):
        raise MalformedError(place="/specVersion", reason="expected a version 1.x")
    subject = _subject(document)
    if subject and _is_file(subject, "/metadata/component") and subject.get("hashes", []) != []:
        yield _file(subject, "/metadata/component")
    waiting = [objects(document, "components"), objects(subject, "components", "/metadata/component")]
    while waiting:
        for one, at in waiting[-1]:
            if _is_file(one, at):
                yield _file(one, at)
            waiting.append(objects(one, "components", at))
            break
        else:
            waiting.pop()


def _subject(document: dict[str, Any]) -> dict[str, Any]:
    """Return the component that the document describes, {} if it says none."""
    metadata = mapping(document, "metadata") if "metadata" in document else {}
    return mapping(metadata, "component", "/metadata") if "component" in metadata else {}


def _is_file(one: dict[str, Any], at: str) -> bool:
    """Say whether a component is a file. One of an unknown type might be."""
    if "type" not in one:
        raise MalformedError(at, "'type' is missing")
    kind = text(one["type"], f"{at}/type")
    if kind not in _TYPES:
        raise MalformedError(at and f"{at}/type", f"the type {kind!r} is unknown")
    return kind == "file"


def _file(one: dict[str, Any], at: str) -> File:
    path = name(one.get("name"), f"{at}/name")
    return path, listed_digests(one, at, "hashes", ("alg", "content"), _LACKING), None


_SUBJECT = ("bom", "metadata", "component")
"""The component that the document describes."""

_OF_LISTS = {"components", "component", "hashes", "hash"}


def _outside(path: Path) -> int:
    """Refuse what may be a component in a place for none."""
    if path[:2] == ("bom", "components") or len(path) <= 3:
        _check(path)
    return NOTHING


def _check(path: Path) -> None:
    is_stray = path[-1] == "component" and path[1:2] == ("components",) and path[-2] not in _MAY_HAVE
    if is_stray or (path[-1] not in _OF_LISTS and path[-1].lower() in _OF_LISTS):
        raise MalformedError(reason=f"the element {path[-1]!r} is unknown here")


_MAY_HAVE = {"components", "ancestors", "descendants", "variants"}
"""The elements that have components. Those of a pedigree are other files."""


def wanted(path: Path) -> int:
    """Say which events of an element are looked at."""
    if path[:3] not in {("bom", "components", "component"), _SUBJECT}:
        return _outside(path)
    if path == _SUBJECT or path[-2:] == ("components", "component"):
        return START_AND_END
    _check(path)
    return END if path[-2:] in {("component", "name"), ("hashes", "hash")} else NOTHING


class _Component:
    def __init__(self, event: Event) -> None:
        at = {"type": event.attributes["type"]} if "type" in event.attributes else {}
        self.is_file, self.depth = _is_file(at, ""), len(event.path)
        self._may_lack_digest = event.path == _SUBJECT
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

    def file(self) -> File | None:
        """Return the file that it is, if it is one to be verified."""
        if not self.is_file or (self._may_lack_digest and not self.hashes):
            return None
        if len(self.names) != 1:
            raise MalformedError(reason="a file needs one name")
        return name(self.names[0], ""), digests(self.hashes, _LACKING), None


def xml_files(events: Iterable[Event]) -> Iterator[File]:
    """Yield the components that are files, also those in others."""
    components: list[_Component] = []
    for event in events:
        if event.text is None:
            components.append(_Component(event))
        elif len(event.path) > components[-1].depth:
            components[-1].add(event)
        else:
            done = components.pop().file()
            if done:
                yield done
