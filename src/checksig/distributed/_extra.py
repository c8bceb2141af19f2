"""The ranges of names in which workers look for files that no list names."""

from __future__ import annotations

from itertools import pairwise

from checksig._text import to_engine
from checksig.distributed._ranges import bounds
from checksig.distributed._task import Search

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from checksig._plan import Plan
    from checksig._span import Span

_RANGES = 4
"""Ranges for each worker, where each of them may have to read all lists."""


def searches(plan: Plan, root: str, workers: int, options: dict[str, Any]) -> list[Search]:
    """Return what is to be searched: all names beneath *root*, which is cut as the lists are.

    Where names are in no order, the names in the tree are cut instead, and a worker reads all lists that may have names
    of its range.
    """
    if _is_in_order(plan):
        begins = ["", *(span.least or "" for span in plan[1:])]
        spans: list[tuple[Span, ...]] = [(span,) for span in plan]
    else:
        files = -(-plan.entries // (_RANGES * workers))
        begins = ["", *bounds(root, max(files, 1), options)]
        spans = []
    ends = [*begins[1:], ""]
    if not spans:
        spans = [_meeting(plan, begin, end) for begin, end in zip(begins, ends, strict=True)]
    return [Search(*one) for one in zip(spans, begins, ends, strict=True)]


def _is_in_order(plan: Plan) -> bool:
    """Say whether all names of each span come before those of the next one."""
    if any(span.least is None for span in plan):
        return False
    return all(_key(one.most) < _key(next_.least) for one, next_ in pairwise(plan))


def _meeting(plan: Plan, begin: str, end: str) -> tuple[Span, ...]:
    """Return the spans that may have names in a range; one of them, if none has."""
    found = [span for span in plan if _meets(span, _key(begin), _key(end))]
    return tuple(found or plan[:1])


def _meets(span: Span, begin: bytes, end: bytes) -> bool:
    if span.least is None:
        return True
    return _key(span.most) >= begin and (not end or _key(span.least) < end)


def _key(name: str | None) -> bytes:
    """Return the bytes of a name, by which names are in order."""
    return to_engine(name or "").encode("utf-8", "surrogateescape")
