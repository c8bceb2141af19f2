"""Readers of other packages, which they have as entry points. docs/python.md says what a reader is."""

from __future__ import annotations

from typing import Any

from checksig._entries import Entries
from checksig._entry import Entry
from checksig._manifests import entry as checked
from checksig._readers._malformed import MalformedError, digests

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from importlib.metadata import EntryPoint
    from typing import BinaryIO, TypeVar

    from checksig._entries import File

    T = TypeVar("T")

GROUP = "checksig.formats"

FAILED = "reader_failed"


def _entry_points() -> list[EntryPoint]:
    from importlib.metadata import entry_points  # takes longer than to verify thousands of files

    return sorted(entry_points(group=GROUP), key=lambda point: point.name)


class Reader:
    """A reader of another package. What it raises is a `MalformedError` that names it."""

    def __init__(self, point: EntryPoint) -> None:
        self.name = point.name
        package = point.dist.name if point.dist else point.value
        self._called = f"the reader {point.name!r} of {package}"
        self._reader = self._guarded("can't be loaded", point.load)

    def _guarded(self, what: str, call: Callable[[], T]) -> T:
        try:
            return call()
        except MalformedError:
            raise
        except Exception as e:
            reason = f"{self._called} {what}: {type(e).__name__}: {e}".rstrip(": ")
            raise MalformedError(reason=reason, code=FAILED) from e

    def recognises(self, start: bytes) -> bool:
        """Say whether a file that begins so is of this format."""
        return self._guarded("failed", lambda: bool(self._reader.recognises(start)))

    def files(self, file: BinaryIO, algorithm: str) -> Entries:
        """Read a file. *algorithm* is that of digests that say none, "" for the one by their length."""
        return self._guarded("failed", lambda: Entries(self._file(i, one, algorithm) for i, one in self._entries(file)))

    def _entries(self, file: BinaryIO) -> Iterable[tuple[int, Any]]:
        return enumerate(self._reader.read(file), 1)

    def _file(self, number: int, entry: object, algorithm: str) -> File:
        place = f"entry {number} of {self._called}"
        if not isinstance(entry, Entry):
            raise MalformedError(place, f"must be an Entry, not {type(entry).__name__}", code=FAILED)
        try:
            path, pairs, size = checked(*entry)
        except (TypeError, ValueError) as e:
            raise MalformedError(place, str(e), code=FAILED) from e
        if not path or "\0" in path:
            raise MalformedError(place, "the name is empty, or has a NUL", code=FAILED)
        named = [(name or algorithm or _by_length(digest), digest) for name, digest in pairs]
        return path, digests(named, None, lambda _: place), size


_BY_LENGTH = {32: "md5", 40: "sha1", 56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}


def _by_length(digest: str) -> str:
    return _BY_LENGTH.get(len(digest), f"{len(digest)} hex digits")


def named(name: str) -> Reader | None:
    """Return the reader of this name.

    :raises MalformedError: it can't be loaded, or there are several.
    """
    return _only([Reader(point) for point in _entry_points() if point.name == name])


def recognising(start: bytes) -> Reader | None:
    """Return the reader for a file that begins so.

    :raises MalformedError: a reader failed, or there are several.
    """
    return _only([reader for reader in map(Reader, _entry_points()) if reader.recognises(start)])


def _only(readers: list[Reader]) -> Reader | None:
    if len(readers) > 1:
        names = " or ".join(dict.fromkeys(reader.name for reader in readers))
        raise MalformedError(reason=f"several readers are for this file: {names}", code=FAILED)
    return readers[0] if readers else None


def names() -> list[str]:
    """Return the names of all readers."""
    return [point.name for point in _entry_points()]
