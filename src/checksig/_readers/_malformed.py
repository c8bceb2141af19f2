"""What a reader raises, and what it says about digests, sizes and names."""

from __future__ import annotations

import re
from binascii import a2b_hex
from functools import lru_cache
from typing import Any

from checksig._words import ALGORITHMS as _ALGORITHMS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

ALGORITHMS: dict[str, dict[str, Any]] = {**_ALGORITHMS}

_DIGITS: dict[str, int] = {name: 2 * row["bytes"] for name, row in ALGORITHMS.items()}


class MalformedError(Exception):
    """A document is damaged, or not to be used. *place* is a JSON pointer or empty, *line* a number or 0.

    Whoever reads a part of a document gives the place in that part, and who handed it out puts `beneath` what it is:
    no place is made but of what is wrong.
    """

    def __init__(self, place: str = "", reason: str = "", *, line: int = 0, code: str = "malformed") -> None:
        super().__init__(place, reason)
        self.place, self.line, self.code = place, line, code
        self._reason = reason

    @property
    def reason(self) -> str:
        """What is wrong, and where."""
        return f"{self.place}: {self._reason}" if self.place else self._reason

    def beneath(self, place: str) -> MalformedError:
        """Put the place beneath another one."""
        self.place = place + self.place
        return self


def refuse(place: str, must: str, value: object) -> NoReturn:
    """Raise for a value that is of another type than it *must* be."""
    raise MalformedError(place, f"must be {must}, not {_kind(value)}")


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return kinds.get(type(value), "a number")


def text(value: Any, place: str) -> str:  # noqa: ANN401 - as JSON has it
    """Return a string."""
    if not isinstance(value, str):
        refuse(place, "a string", value)
    return value


_NO_NAME = re.compile("[\0\ud800-\udfff]")


def name(value: Any, place: str) -> str:  # noqa: ANN401
    """Return the name of a file."""
    if type(value) is str and value.isascii() and value and "\0" not in value:
        return value  # as most are, of maybe a million
    if not text(value, place):
        raise MalformedError(place, "the name is empty")
    if _NO_NAME.search(value):
        what = "a NUL" if "\0" in value else "a lone surrogate, which stands for no character"
        raise MalformedError(place, f"the name has {what}")
    return str(value)


MOST_BYTES = (1 << 63) - 1


def size(value: Any, place: str) -> int:  # noqa: ANN401
    """Return a number of bytes."""
    if type(value) is not int:
        refuse(place, "a number of bytes", value)
    if not 0 <= value <= MOST_BYTES:
        raise MalformedError(place, "the size is out of range")
    return int(value)


@lru_cache
def algorithm(spelling: str) -> str | None:
    """Return the name of an algorithm by one of its spellings, such as ``SHA-256``; None if it is unsupported."""
    known = {row["tag"].lower(): name for name, row in ALGORITHMS.items()}
    word = _word(spelling)
    word = re.sub(r"^sha-?2?-?(?=(224|256|384|512)(-|$))|^sha-(?=1$)", "sha", word)
    word = {"blake2b-512": "blake2b", "blake2s-256": "blake2s"}.get(word, word)
    return word if word in ALGORITHMS else known.get(word)


def _word(spelling: str) -> str:
    return re.sub(r"[_/]", "-", spelling.strip().lower())


def digests(
    given: Sequence[tuple[str, Any]], lacking: frozenset[str] | None, place: Callable[[int], str] = lambda _: ""
) -> list[tuple[str, str]]:
    """Return the digests of a file that can be verified: of each an algorithm and the hex digits.

    :param lacking: the algorithms that the format has and checksig lacks, as `_word` spells them; None if the format
        may have any.
    :param place: where the digest with this number is, from 0.
    :raises MalformedError: one is damaged, unknown or occurs twice, there is none, or none can be verified.
    """
    found: dict[str, str] = {}
    unsupported: list[str] = []
    try:
        for spelling, value in given:
            known = algorithm(spelling)
            if known is None:
                if lacking is not None and _word(spelling) not in lacking:
                    raise MalformedError(reason=f"the algorithm {spelling!r} is unknown")
                unsupported.append(spelling)
            elif known in found:
                raise MalformedError(reason=f"another digest of {known}")
            else:
                found[known] = digits(value, known)
    except MalformedError as e:
        e.beneath(place(len(found) + len(unsupported)))
        raise
    if found:
        return list(found.items())
    if unsupported:
        reason = f"no digest of a supported algorithm, only of {', '.join(map(repr, unsupported))}"
        raise MalformedError(place(len(given) - 1), reason, code="unsupported_algorithm")
    raise MalformedError(reason="the file has no digest")


def digits(value: Any, known: str) -> str:  # noqa: ANN401
    """Return the hex digits of a digest of a known algorithm."""
    try:
        if len(a2b_hex(value)) * 2 == _DIGITS[known] and type(value) is str:
            return value
    except (TypeError, ValueError):
        pass
    if not _HEX(text(value, "")):
        raise MalformedError(reason="the digest contains a character that is not a hex digit")
    raise MalformedError(reason=f"the digest has {len(value)} hex digits, but {known} has {_DIGITS[known]}")


_HEX = re.compile("[0-9A-Fa-f]*").fullmatch
