"""Whether an argument can be what it is, and what the engine gets of it.

Names, such as those of algorithms, are the engine's to know: it says which ones there are.
"""

from __future__ import annotations

import operator
import os

from checksig._text import to_engine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, NoReturn, TypeVar

    from checksig._types import Patterns, StrPath, StrPaths

    T = TypeVar("T", bound="str | bytes")

MOST_JOBS = 1024


def path(name: str, given: object) -> str:
    """Return a path, which is not empty."""
    if not isinstance(given, (str, bytes, os.PathLike)):
        refuse(name, "a path", given)
    return to_engine(_not_empty(name, os.fspath(given)))


def paths(name: str, given: StrPaths) -> list[str]:
    """Return the paths, none of which is empty."""
    if isinstance(given, (str, bytes, os.PathLike)):
        return [path(name, given)]
    try:
        several = iter(given)
    except TypeError:
        refuse(name, "a path, or an iterable of paths", given)
    return [path(name, one) for one in several]


def directory(root: StrPath, *others: object) -> str:
    """Return where relative paths start now: the caller may change it before they are used."""
    if os.path.isabs(root) and all(other is None for other in others):
        return ""  # there are none
    try:
        return to_engine(os.getcwd())
    except OSError:  # it was deleted, which matters only to a relative path
        return ""


def patterns(given: Patterns | None) -> list[str]:
    """Return patterns for names."""
    if given is None:
        return []
    if isinstance(given, str):
        return [to_engine(given)]
    try:
        several: Iterable[object] = iter(given)
    except TypeError:
        refuse("only", "a str, or an iterable of str", given)
    return [to_engine(text("only", "a str, or an iterable of str", one)) for one in several]


def algorithm(given: object) -> str:
    """Return the name of an algorithm, "" for None."""
    if given is None:
        return ""
    name = text("algorithm", "a str such as 'sha256'", given)
    return _not_empty("algorithm", name)


def list_format(given: object) -> str:
    """Return the name of a list format, "" for None."""
    if given is None:
        return ""
    return _not_empty("list_format", text("list_format", "a str such as 'coreutils'", given))


def extra_files(given: object) -> str:
    """Return which extra files are reported, "" for none."""
    if isinstance(given, str):
        return _not_empty("extra", given)
    return "all" if given else ""


def keep(given: object) -> str:
    """Return which verdicts are kept."""
    return text("keep", "'failures' or 'all'", given)


def jobs(given: object) -> int | None:
    """Return a number of workers; None stays None."""
    if given is None:
        return None
    number = integer("jobs", "an int", given)
    if not 1 <= number <= MOST_JOBS:
        shown = f"{number}" if abs(number) < 1 << 64 else "out of range"  # Python may refuse to print a longer one
        msg = f"jobs is {shown}, but must be from 1 to {MOST_JOBS}"
        raise ValueError(msg)
    return number


def waiting(progress: object, timeout: object) -> dict[str, Any]:
    """Return the arguments that are not the engine's."""
    if progress is not None and not callable(progress):
        refuse("progress", "callable", progress)
    return {"progress": progress, "timeout": None if timeout is None else _seconds(timeout)}


def _seconds(given: Any) -> float:  # noqa: ANN401 - whatever adds to a float is a number
    try:
        number = float(given + 0.0)
    except OverflowError as e:
        msg = "timeout is too large"
        raise ValueError(msg) from e
    except TypeError:
        refuse("timeout", "a number of seconds", given)
    if not number >= 0:
        msg = f"timeout is {number:g}, but must be 0 or more seconds"
        raise ValueError(msg)
    return number


def integer(name: str, must: str, given: object) -> int:
    """Return an int."""
    try:
        return operator.index(given)  # type: ignore[arg-type]
    except TypeError:
        refuse(name, must, given)


def text(name: str, must: str, given: object) -> str:
    """Return a str."""
    if not isinstance(given, str):
        refuse(name, must, given)
    return given


def _not_empty(name: str, given: T) -> T:
    if not given:
        msg = f"{name} is empty"
        raise ValueError(msg)
    return given


def refuse(name: str, must: str, given: object) -> NoReturn:
    """Raise `TypeError` for what an argument is not."""
    msg = f"{name} must be {must}, not {type(given).__name__}"
    raise TypeError(msg) from None
