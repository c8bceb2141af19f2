"""JSON, read strictly: what two parsers may read differently is refused."""

from __future__ import annotations

import gc
import json
from typing import Any

from checksig._readers._malformed import MalformedError, digests, refuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import NoReturn, TypeVar

    T = TypeVar("T")


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
        text = content.decode("utf-8-sig")
        with _no_collection():
            document = json.loads(text, object_pairs_hook=unique, parse_constant=_constant)
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


class _no_collection:  # noqa: N801 - a function, but for what contextlib takes
    """Puts off the collection of cycles while a million objects are made, of which none is in one.

    It would look at each several times, for half of the whole time.
    """

    def __enter__(self) -> None:
        self._was_on = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if self._was_on:
            gc.enable()


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


def each(document: dict[str, Any], key: str, read: Callable[[dict[str, Any]], T | None], at: str = "") -> Iterator[T]:
    """Yield what *read* returns for each object in an array of an object, unless None. The array may be missing.

    The places of its errors are in the object.
    """
    for i, one in enumerate(array(document, key, at)):
        try:
            if not isinstance(one, dict):
                refuse("", "an object", one)
            found = read(one)
        except MalformedError as e:
            e.beneath(f"{at}/{pointer(key)}/{i}")
            raise
        if found is not None:
            yield found


def objects(document: dict[str, Any], key: str, at: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the objects in an array of an object, with the place of each. The array may be missing."""
    place = f"{at}/{pointer(key)}/"
    for i, one in enumerate(array(document, key, at)):
        if not isinstance(one, dict):
            refuse(f"{place}{i}", "an object", one)
        yield one, f"{place}{i}"


def array(document: dict[str, Any], key: str, at: str = "") -> list[Any]:
    """Return an array of an object. It may be missing."""
    found = document.get(key, [])
    if not isinstance(found, list):
        refuse(f"{at}/{pointer(key)}", "an array", found)
    return found


def mapping(document: dict[str, Any], key: str, at: str = "") -> dict[str, Any]:
    """Return the object under a key, which must be there."""
    value = document.get(key)
    if not isinstance(value, dict):
        if key not in document:
            raise MalformedError(at, f"{key!r} is missing")
        refuse(f"{at}/{pointer(key)}", "an object", value)
    return value


def listed_digests(
    file: dict[str, Any], key: str, names: tuple[str, str], lacking: frozenset[str]
) -> list[tuple[str, str]]:
    """Return the digests of a file, which are objects in the array *key*.

    *names* are those of an object's fields with the algorithm and with the digest; *lacking* is as in `digests`.
    """
    algorithm, content = names
    found = []
    for i, one in enumerate(array(file, key)):
        if not isinstance(one, dict):
            refuse(f"/{key}/{i}", "an object", one)
        spelling = one.get(algorithm)
        if not isinstance(spelling, str):
            refuse(f"/{key}/{i}/{algorithm}", "a string", spelling)
        found.append((spelling, one.get(content)))
    return digests(found, lacking, lambda i: f"/{key}/{i}/{content}")


def pointer(key: str) -> str:
    """Return a key as a JSON pointer has it (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
