"""Whether an argument can be what it is, and what the engine gets of it.

Names, such as those of algorithms, are the engine's to know: it says which ones there are.
"""

from __future__ import annotations

import operator
import os

from checksig._text import to_engine
from checksig._types import ListContent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, NoReturn, TypeVar

    from checksig._types import Manifests, StrPaths

    T = TypeVar("T", bound="str | bytes")

MOST_JOBS = 1024


def path(name: str, given: object) -> str:
    """Return a path, which is not empty."""
    if not isinstance(given, (str, bytes, os.PathLike)):
        _refuse(name, "a path", given)
    return to_engine(_not_empty(name, os.fspath(given)))


def paths(name: str, given: StrPaths) -> list[str]:
    """Return the paths, none of which is empty."""
    if isinstance(given, (str, bytes, os.PathLike)):
        return [path(name, given)]
    try:
        several = iter(given)
    except TypeError:
        _refuse(name, "a path, or an iterable of paths", given)
    return [path(name, one) for one in several]


def manifests(given: Manifests | None) -> list[str | dict[str, str]] | None:
    """Return the paths of lists, or their contents; None stays None."""
    if given is None:
        return None
    if isinstance(given, (str, bytes, os.PathLike, ListContent)):
        return [_manifest(given)]
    try:
        several: Iterable[object] = iter(given)
    except TypeError:
        _refuse("manifest", "a path, or an iterable of paths", given)
    return [_manifest(one) for one in several]


def _manifest(given: object) -> str | dict[str, str]:
    if isinstance(given, ListContent):
        content = given.content.decode("utf-8", "surrogateescape")
        return {"path": path("manifest", given.path), "bytes": content}
    return path("manifest", given)


def algorithm(given: object) -> str:
    """Return the name of an algorithm, "" for None."""
    if given is None:
        return ""
    name = _str("algorithm", "a str such as 'sha256'", given)
    return _not_empty("algorithm", name)


def extra_files(given: object) -> str:
    """Return which extra files are reported, "" for none."""
    if isinstance(given, str):
        return _not_empty("extra", given)
    return "all" if given else ""


def keep(given: object) -> str:
    """Return which verdicts are kept."""
    return _str("keep", "'failures' or 'all'", given)


def jobs(given: object) -> int | None:
    """Return a number of workers; None stays None."""
    if given is None:
        return None
    try:
        number = operator.index(given)  # type: ignore[arg-type]
    except TypeError:
        _refuse("jobs", "an int", given)
    if not 1 <= number <= MOST_JOBS:
        shown = f"{number}" if abs(number) < 1 << 64 else "out of range"  # Python may refuse to print a longer one
        msg = f"jobs is {shown}, but must be from 1 to {MOST_JOBS}"
        raise ValueError(msg)
    return number


def waiting(progress: object, timeout: object) -> dict[str, Any]:
    """Return the arguments that are not the engine's."""
    if progress is not None and not callable(progress):
        _refuse("progress", "callable", progress)
    return {"progress": progress, "timeout": None if timeout is None else _seconds(timeout)}


def _seconds(given: Any) -> float:  # noqa: ANN401 - whatever adds to a float is a number
    try:
        number = float(given + 0.0)
    except OverflowError as e:
        msg = "timeout is too large"
        raise ValueError(msg) from e
    except TypeError:
        _refuse("timeout", "a number of seconds", given)
    if not number >= 0:
        msg = f"timeout is {number:g}, but must be 0 or more seconds"
        raise ValueError(msg)
    return number


def _str(name: str, must: str, given: object) -> str:
    if not isinstance(given, str):
        _refuse(name, must, given)
    return given


def _not_empty(name: str, given: T) -> T:
    if not given:
        msg = f"{name} is empty"
        raise ValueError(msg)
    return given


def _refuse(name: str, must: str, given: object) -> NoReturn:
    msg = f"{name} must be {must}, not {type(given).__name__}"
    raise TypeError(msg) from None
