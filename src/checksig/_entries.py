"""Entries on their way to the engine."""

from __future__ import annotations

from array import array

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, TypeAlias

    File: TypeAlias = tuple[str, Sequence[tuple[str, str]], int | None]
    """An entry: the name, the algorithms, which may be "", with their digests in hex, and the size if it is known."""


class Entries:
    """Entries of a list, in columns: no object is kept for each of maybe a million."""

    def __init__(self, files: Iterable[File]) -> None:
        self._names: list[str] = []
        self._sizes, self._counts = array("q"), array("q")
        self._digests: list[str] = []
        self._algorithms = array("q")
        self._known: dict[str, int] = {}
        add_name, add_size, add_count = self._names.append, self._sizes.append, self._counts.append
        add_digits, add_algorithm, known = self._digests.append, self._algorithms.append, self._known
        for name, digests, size in files:
            add_name(name)
            add_size(-1 if size is None else size)
            add_count(len(digests))
            for algorithm, digits in digests:
                add_digits(digits)
                add_algorithm(known.setdefault(algorithm, len(known)))

    def __len__(self) -> int:
        return len(self._names)

    def header(self) -> dict[str, Any]:
        """Return what a request has in JSON about these entries."""
        return {"files": len(self._names), "digests": len(self._digests), "algorithms": list(self._known)}

    def block(self) -> list[bytes]:
        """Return what follows the request, as ``go/internal/wire/entries.go`` has it."""
        name_lengths, names = _joined(self._names, "surrogateescape")
        lengths, digests = _joined(self._digests, "replace")  # what is lost there is no hex digit
        columns = (name_lengths, self._sizes, self._counts, self._algorithms, lengths)
        return [*(column.tobytes() for column in columns), names, digests]


def _joined(texts: list[str], errors: str) -> tuple[array[int], bytes]:
    """Return the lengths of texts, in bytes, and all of them as one."""
    joined = "".join(texts)
    if joined.isascii():
        return array("q", map(len, texts)), joined.encode()
    encoded = [text.encode("utf-8", errors) for text in texts]
    return array("q", map(len, encoded)), b"".join(encoded)
