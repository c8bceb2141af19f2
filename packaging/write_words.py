"""Writes src/checksig/_words.py: the words of the engine that is installed, for modules that don't load it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MODULE = Path(__file__).parent.parent / "src" / "checksig" / "_words.py"

START = '''\
"""The words that the engine knows. `nox -s words` writes this file: don't edit it."""

from __future__ import annotations

from typing import NamedTuple


class Algorithm(NamedTuple):
    """A digest algorithm, by its name."""

    tag: str
    """As lists in the format of BSD have it."""
    bytes: int
    """Of a digest."""
    weak: bool
    """Whether a verdict by it carries a warning."""


class Format(NamedTuple):
    """A format of checksum lists, by its name."""

    reads: bool
    writes: bool

'''


def module_text(words: dict[str, Any]) -> str:
    """Return the module for what the engine describes."""
    return START + "".join(
        [
            *_collection("STATUSES", map(_literal, words["statuses"])),
            *_collection("ALGORITHMS", (_named("Algorithm", **row) for row in words["algorithms"]), "{}"),
            *_collection("FORMATS", (_named("Format", **row) for row in words["formats"]), "{}"),
            *_collection("ERRORS", (f"{_literal(e['code'])}: {_literal(e['kind'])}" for e in words["errors"]), "{}"),
            '"""The codes of errors, and the kind of each."""\n',
            *_collection("WARNINGS", map(_literal, words["warnings"])),
            '"""The codes of warnings."""\n',
        ]
    )


def _collection(name: str, items: Iterable[str], brackets: str = "()") -> Iterator[str]:
    yield f"\n{name} = {brackets[0]}\n"
    yield from (f"    {item},\n" for item in items)
    yield f"{brackets[1]}\n"


def _named(kind: str, name: str, **fields: object) -> str:
    return f"{_literal(name)}: {kind}({', '.join(map(_literal, fields.values()))})"


def _literal(value: object) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)


if __name__ == "__main__":
    from checksig._engine import engine

    MODULE.write_text(module_text(engine().describe()), encoding="utf-8", newline="\n")
