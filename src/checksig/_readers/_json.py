"""JSON, read strictly: what two parsers may read differently is refused."""

from __future__ import annotations

import json
from typing import Any

from checksig._readers._malformed import MalformedError, refuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn


def load(content: bytes) -> dict[str, Any]:
    """Return the object that a document is.

    :raises MalformedError: it is no JSON in UTF-8, or not an object, or has a key twice, a number that is none,
        or too many levels.
    """
    try:
        document = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_constant)
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
    if not isinstance(document, dict):
        refuse("", "an object", document)
    return document


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise MalformedError(reason=f"the key {key!r} occurs twice in an object")
            seen.add(key)
    return found


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


def pointer(key: str) -> str:
    """Return a key as a JSON pointer has it (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
