"""What travels: a task to a worker, and its answer back.

An executor gets nothing but `pickle.loads` and bytes that call `work` when they are loaded. So a worker without
checksig fails like any task; Dask's would die of a function that it can't import, one after the other. A task is bytes
within these until the worker has seen that the coordinator has the same version. What refuses it is plain, since
another version may not know `Answer`.
"""

from __future__ import annotations

import hashlib
import pickle
from typing import NamedTuple

from checksig._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeAlias

    from checksig._job import LeftOut, Part, Tally
    from checksig._report import Report
    from checksig._span import Span

    Asked: TypeAlias = "Span | Range | Search"
    """What a task is about."""
    from checksig.distributed._roots import Identity

REFUSED = "checksig: another version"
"""How a refusal begins, which is a tuple: this, the version there, and the worker."""

Address = tuple[str, int]
"""A host and a port."""


class Line(NamedTuple):
    """How to reach the coordinator."""

    addresses: tuple[Address, ...]
    key: bytes


class Range(NamedTuple):
    """Names beneath the root of which a list is to be made: from *begin* on and before *end*, which "" leaves open."""

    begin: str
    end: str


class Search(NamedTuple):
    """Names beneath the root, as of a `Range`, among which those are looked for that no list has."""

    spans: tuple[Span, ...]
    """Those parts of lists that may have names in the range."""
    begin: str
    end: str


class Task(NamedTuple):
    """What a worker is to do."""

    run: str
    """Which run it belongs to."""
    number: int
    """Of all tasks of the run."""
    attempt: int
    """How often it was given out before; no two tasks are the same to an executor that remembers results."""
    asked: Asked
    """A span to verify, a range to list, or one to search."""
    root: str
    """Its path, which is absolute, as all paths are: workers may have another working directory."""
    options: dict[str, Any]
    line: Line | None


class Found(NamedTuple):
    """What a worker has found."""

    worker: str
    report: Report
    tally: Tally
    root: Identity | None
    """The root as the worker sees it, if that matters: if files are missing, or names are looked for."""
    has_begin: bool = True
    """Whether there is something by the name with which a range begins."""
    parts: Sequence[Part] = ()
    """For a range, that of each list."""
    left_out: Sequence[LeftOut] = ()
    """For a range, what warnings say of it."""


class Answer(NamedTuple):
    """What a worker says about a task: what it found, or the error that it ended with."""

    run: str
    number: int
    digest: str
    worker: str
    outcome: Found | Exception


class _Call:
    """A call of a function, which happens where it is unpickled."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self._parts = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._parts


def digest_of(asked: Asked) -> str:
    """Return what tells one thing that is asked from another."""
    return hashlib.sha256(pickle.dumps(asked)).hexdigest()


def call_with(function: Callable[[str, bytes], object], task: Task) -> bytes:
    """Return a pickle that is loaded by calling a function of a worker with our version and the task."""
    return pickle.dumps(_Call(function, __version__, pickle.dumps(task)))


def unpack(payload: bytes) -> Task:
    """Return the task. It comes by the executor, which runs any code that it is given anyway."""
    task = pickle.loads(payload)  # noqa: S301
    assert isinstance(task, Task)  # noqa: S101 - for the type checker
    return task
