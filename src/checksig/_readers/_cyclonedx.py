"""CycloneDX 1 documents, in JSON or XML: the hashes of components that are files."""

from __future__ import annotations

from typing import Any

from checksig._readers._json import listed_digests, mapping, objects
from checksig._readers._malformed import MalformedError, digests, name, text
from checksig._readers._xml import END, NOTHING, START_AND_END

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._entries import File
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
            if "components" in one:
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
    kind = one.get("type")
    if kind == "file":
        return True
    if "type" not in one:
        raise MalformedError(at, "'type' is missing")
    if text(kind, f"{at}/type") not in _TYPES:
        raise MalformedError(at and f"{at}/type", f"the type {kind!r} is unknown")
    return False


def _file(one: dict[str, Any], at: str) -> File:
    try:
        path = name(one.get("name"), "/name")
        return path, listed_digests(one, "hashes", ("alg", "content"), _LACKING), None
    except MalformedError as e:
        e.beneath(at)
        raise


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
    __slots__ = ("depth", "hashes", "is_file", "may_lack_digest", "names")

    def __init__(self, path: Path, attributes: dict[str, str]) -> None:
        self.is_file, self.depth = _is_file(attributes, ""), len(path)
        self.may_lack_digest = path == _SUBJECT
        self.names: list[str] = []
        self.hashes: list[tuple[str, str]] = []

    def file(self) -> File | None:
        """Return the file that it is, if it is one to be verified."""
        if not self.is_file or (self.may_lack_digest and not self.hashes):
            return None
        if len(self.names) != 1:
            raise MalformedError(reason="a file needs one name")
        return name(self.names[0], ""), digests(self.hashes, _LACKING), None


def xml_files(events: Iterable[Event]) -> Iterator[File]:
    """Yield the components that are files, also those in others."""
    components: list[_Component] = []
    for path, attributes, content, _ in events:
        if content is None:
            components.append(_Component(path, attributes))
            continue
        component, depth = components[-1], len(path)
        if depth == component.depth:
            done = components.pop().file()
            if done:
                yield done
        elif depth == component.depth + 1 and path[-1] == "name":
            component.names.append(content.strip())
        elif depth == component.depth + 2 and path[-1] == "hash":  # in hashes: `wanted` names no other
            component.hashes.append((attributes.get("alg", ""), content.strip()))
