"""Whether an argument can be what it is, and what the engine gets of it.

Names, such as those of algorithms, are the engine's to know: it says which ones there are.
"""

from __future__ import annotations

import operator
import os
from collections.abc import Mapping

from checksig._text import to_engine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, NoReturn, TypeVar

    T = TypeVar("T", bound="str | list[str]")

MOST_JOBS = 1024


def path(name: str, given: object) -> str:
    """Return a path, which is not empty."""
    return _not_empty(name, any_path(name, given))


def any_path(name: str, given: object) -> str:
    """Return a path, which may be empty."""
    if not isinstance(given, (str, bytes)):
        if isinstance(given, os.PathLike):
            given = type(given).__fspath__(given)  # os.fspath would not say which argument returns something else
        if not isinstance(given, (str, bytes)):
            refuse(name, "a path", given)
    try:
        return to_engine(given)
    except UnicodeEncodeError as e:  # of a str that no file name is
        msg = f"{name} can't be a file name: {e}"
        raise ValueError(msg) from None


def paths(name: str, given: object) -> list[str]:
    """Return the paths, none of which is empty."""
    if isinstance(given, (str, bytes, os.PathLike)):
        return [path(name, given)]
    return [path(name, one) for one in each(name, "a path, or an iterable of paths", given)]


def files(given: object) -> list[str]:
    """Return the paths of the files that are chosen, none for None alone."""
    return [] if given is None else _not_empty("files", paths("files", given))


def directory(root: str, *others: object) -> str:
    """Return where relative paths start now: the caller may change it before they are used."""
    if os.path.isabs(root) and all(other is None or _is_absolute(other) for other in others):
        return ""  # there are none
    try:
        return to_engine(os.getcwd())
    except OSError:  # it was deleted, which matters only to a relative path
        return ""


def _is_absolute(given: object) -> bool:
    return isinstance(given, str) and os.path.isabs(given)


def patterns(given: object, name: str = "only") -> list[str]:
    """Return patterns for names, none for None alone."""
    if given is None:
        return []
    must = "a str, or an iterable of str"
    several = [given] if isinstance(given, str) else each(name, must, given)
    return _not_empty(name, [any_path(name, text(name, must, one)) for one in several])


def exclusions(given: object) -> list[str]:
    """Return patterns of what is left out, of which there may be none."""
    if given is None:
        return []
    must = "a str, or an iterable of str"
    if isinstance(given, str):
        return [_not_empty("exclude", any_path("exclude", given))]
    return [any_path("exclude", text("exclude", must, one)) for one in each("exclude", must, given)]


def algorithm(given: object) -> str:
    """Return the name of an algorithm, "" for None."""
    if given is None:
        return ""
    name = text("algorithm", "a str such as 'sha256'", given)
    return _not_empty("algorithm", name)


def algorithms(given: object) -> list[str]:
    """Return the names of algorithms, none for None alone."""
    if given is None:
        return []
    must = "a str such as 'sha256', or an iterable of str"
    several = [given] if isinstance(given, str) else each("algorithm", must, given)
    return _not_empty("algorithm", [_not_empty("algorithm", text("algorithm", must, one)) for one in several])


def list_format(given: object) -> str:
    """Return the name of a list format, "" for None."""
    if given is None:
        return ""
    return _not_empty("list_format", text("list_format", "a str such as 'coreutils'", given))


def flag(name: str, given: object) -> bool:
    """Return a bool. What is only true or false to Python, such as ``"no"`` or None, may be meant otherwise."""
    if not isinstance(given, bool):
        refuse(name, "True or False", given)
    return given


def extra_files(given: object) -> str:
    """Return which extra files are reported, "" for none."""
    if isinstance(given, str):
        return _not_empty("extra", given)
    if not isinstance(given, bool):
        refuse("extra", "True, False, 'all' or 'files'", given)
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
        if isinstance(given, bool):
            raise TypeError
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
    """Return an int, which a bool is not."""
    if isinstance(given, bool) or not hasattr(given, "__index__"):
        refuse(name, must, given)
    return operator.index(given)


def text(name: str, must: str, given: object) -> str:
    """Return a str."""
    if not isinstance(given, str):
        refuse(name, must, given)
    return given


def filled(name: str, given: object) -> str:
    """Return a str, which is not empty."""
    return _not_empty(name, text(name, "a str", given))


def each(name: str, must: str, given: object) -> Iterator[Any]:
    """Iterate over what is an iterable, but not one of bytes, nor a mapping: its values would be lost."""
    if isinstance(given, (bytes, bytearray, memoryview, Mapping)):
        refuse(name, must, given)
    try:
        return iter(given)  # type: ignore[call-overload, no-any-return]
    except TypeError:
        refuse(name, must, given)


def _not_empty(name: str, given: T) -> T:
    if not given:
        msg = f"{name} is empty"
        raise ValueError(msg)
    return given


def refuse(name: str, must: str, given: object) -> NoReturn:
    """Raise `TypeError` for what an argument is not."""
    msg = f"{name} must be {must}, not {type(given).__name__}"
    raise TypeError(msg) from None
