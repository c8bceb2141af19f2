"""What is not as recorded, as the database has it."""

from __future__ import annotations

from itertools import starmap

from checksig._report import Status
from checksig._words import ALGORITHMS
from checksig.track._report import Difference

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any


def differences(connection: sqlite3.Connection, algorithms: Sequence[str]) -> tuple[Difference, ...]:
    """Return all differences, in the order of names."""
    rows = connection.execute("""
        SELECT d.name, d.verdict, d.moved_to, d.detail, d.run, d.size, d.mtime, d.digests, f.size, f.mtime, f.digests
        FROM differences d LEFT JOIN files f ON f.name = d.name ORDER BY d.name
    """)
    return tuple(starmap(_maker(algorithms), rows))


def names_found(connection: sqlite3.Connection) -> Iterator[bytes]:
    """Yield the names that the recorded files had when they were found last."""
    query = "SELECT coalesce(d.moved_to, f.name) FROM files f LEFT JOIN differences d ON d.name = f.name"
    for (name,) in connection.execute(query):
        yield name


def _maker(algorithms: Sequence[str]) -> Callable[..., Difference]:
    def make(  # noqa: PLR0917 - the columns of a row
        name: bytes,
        verdict: str,
        moved_to: bytes | None,
        detail: str,
        run: int,
        size: int | None,
        mtime: int | None,
        digests: bytes | None,
        old_size: int | None,
        old_mtime: int | None,
        old_digests: bytes | None,
    ) -> Difference:
        algorithm, expected, actual = _differing(algorithms, old_digests, digests)
        to = None if moved_to is None else shown(moved_to)
        status = Status(verdict)
        return Difference(
            shown(name), status, to, algorithm, expected, actual, old_size, size, old_mtime, mtime, detail, run
        )

    return make


def _differing(
    algorithms: Sequence[str], old: bytes | None, new: bytes | None
) -> tuple[str | None, str | None, str | None]:
    """Return the first algorithm whose digests differ, or the first of all, with both digests in hex."""
    if not old:
        return None, None, None
    both = zip(split(algorithms, old), split(algorithms, new), strict=True)
    pairs = [(name, one, other) for (name, one), (_, other) in both]
    name, one, other = next((pair for pair in pairs if pair[2] and pair[1] != pair[2]), pairs[0])
    return name, one, other or None


def split(algorithms: Sequence[str], digests: bytes | None) -> Iterator[tuple[str, str]]:
    """Yield each algorithm with its digest in hex, "" if there is none."""
    at = 0
    for name in algorithms:
        length = size_of(name)
        yield name, (digests or b"")[at : at + length].hex()
        at += length


def size_of(algorithm: str) -> int:
    """Return how many bytes a digest has."""
    size: Any = ALGORITHMS[algorithm]["bytes"]
    return int(size)


def shown(name: bytes) -> str:
    """Return a name of the database as Python has names."""
    from checksig._text import name_of

    text = name.decode("utf-8", "surrogateescape")
    return name_of(text)
