"""JSON, read strictly: what two parsers may read differently is refused."""

from __future__ import annotations

import json
from typing import Any

from checksig._readers._malformed import MalformedError, digests, refuse, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn


def load(content: bytes) -> dict[str, Any]:
    """Return the object that a document is.

    :raises MalformedError: it is no JSON in UTF-8, or not an object, or has a key twice, a number that is none,
        or too many levels.
    """
    damaged = False

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal damaged
        found = dict(pairs)
        if len(found) < len(pairs):
            damaged = True
            return _Ambiguous(pairs)
        return found

    try:
        document = json.loads(content.decode("utf-8-sig"), object_pairs_hook=unique, parse_constant=_constant)
    except UnicodeDecodeError as e:
        line = content.count(b"\n", 0, e.start) + 1
        raise MalformedError(reason=f"not valid UTF-8 (byte {e.start})", line=line) from None
    except json.JSONDecodeError as e:
        reason = f"not valid JSON: {e.msg[:1].lower()}{e.msg[1:]}"
        raise MalformedError(reason=reason, line=e.lineno) from None
    except RecursionError:
        raise MalformedError(reason="too many levels of arrays and objects") from None
    except ValueError:  # Python reads no longer ones
        raise MalformedError(reason="a number has too many digits") from None
    if damaged:
        _refuse_twice(document)
    if not isinstance(document, dict):
        refuse("", "an object", document)
    return document


class _Ambiguous(dict[str, Any]):
    """An object that has a key twice. Where it is, is known only when all around it has been read."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        seen: set[str] = set()
        self.twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]


def _refuse_twice(document: object) -> None:
    """Raise for the first object that has a key twice. One in a value that is lost has another one around it."""
    waiting: list[tuple[object, str]] = [(document, "")]
    while waiting:
        value, at = waiting.pop()
        if isinstance(value, _Ambiguous):
            place = f"{at}/{pointer(value.twice)}"
            raise MalformedError(place, f"the key {value.twice!r} occurs twice in an object")
        if isinstance(value, dict):
            waiting += reversed([(below, f"{at}/{pointer(key)}") for key, below in value.items()])
        elif isinstance(value, list):
            waiting += reversed([(below, f"{at}/{i}") for i, below in enumerate(value)])


def _constant(word: str) -> NoReturn:
    raise MalformedError(reason=f"{word} is not JSON")


def objects(document: dict[str, Any], key: str, at: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the objects in an array of an object, with the place of each. The array may be missing."""
    for one, place in values(document, key, at):
        if not isinstance(one, dict):
            refuse(place, "an object", one)
        yield one, place


def values(document: dict[str, Any], key: str, at: str = "") -> Iterator[tuple[Any, str]]:
    """Yield the values in an array of an object, with the place of each. The array may be missing."""
    array = document.get(key, [])
    if not isinstance(array, list):
        refuse(f"{at}/{pointer(key)}", "an array", array)
    at = f"{at}/{pointer(key)}/"
    for i, one in enumerate(array):
        yield one, f"{at}{i}"


def mapping(document: dict[str, Any], key: str, at: str = "") -> dict[str, Any]:
    """Return the object under a key, which must be there."""
    value = document.get(key)
    if not isinstance(value, dict):
        if key not in document:
            raise MalformedError(at, f"{key!r} is missing")
        refuse(f"{at}/{pointer(key)}", "an object", value)
    return value


def listed_digests(
    file: dict[str, Any], at: str, key: str, names: tuple[str, str], lacking: frozenset[str]
) -> list[tuple[str, str]]:
    """Return the digests of a file, which are objects in the array *key*.

    *names* are those of an object's fields with the algorithm and with the digest; *lacking* is as in `digests`.
    """
    algorithm, content = names
    found = [
        (text(one.get(algorithm), f"{place}/{algorithm}"), one.get(content), f"{place}/{content}")
        for one, place in objects(file, key, at)
    ]
    if not found:
        raise MalformedError(at, "the file has no digest")
    return digests(found, lacking)


def pointer(key: str) -> str:
    """Return a key as a JSON pointer has it (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
