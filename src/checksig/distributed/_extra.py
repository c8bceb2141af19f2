"""The ranges of names in which workers look for files that no list names."""

from __future__ import annotations

import os
from itertools import pairwise

from checksig._text import name_of, to_engine
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
    else:
        files = -(-plan.entries // (_RANGES * workers))
        begins = ["", *bounds(root, max(files, 1), options)]
    ends = [*begins[1:], ""]
    return [Search(_spans(plan, root, begin, end), begin, end) for begin, end in zip(begins, ends, strict=True)]


def _is_in_order(plan: Plan) -> bool:
    """Say whether all names of each span come before those of the next one."""
    if any(span.least is None for span in plan):
        return False
    return all(_key(one.most) < _key(next_.least) for one, next_ in pairwise(plan))


def _spans(plan: Plan, root: str, begin: str, end: str) -> tuple[Span, ...]:
    """Return the spans by which it is seen what is extra in a range; one of them, if none has names in it.

    A link in the range is not extra if a listed name leads through it. Such a name can come after the range only if the
    name of the link is the start of that with which the next range begins.
    """
    ranges = [(_key(begin), _key(end))]
    first, after = ranges[0]
    for length in range(1, len(after)):
        link = after[:length]
        if first <= link and os.path.islink(os.path.join(root, name_of(link.decode("utf-8", "surrogateescape")))):
            ranges.append((link + b"/", link + b"0"))
    found = [span for span in plan if any(_meets(span, *one) for one in ranges)]
    return tuple(found or plan[:1])


def _meets(span: Span, begin: bytes, end: bytes) -> bool:
    """Say whether a span may have names in a range."""
    if span.least is None:
        return True
    return _key(span.most) >= begin and (not end or _key(span.least) < end)


def _key(name: str | None) -> bytes:
    """Return the bytes of a name, by which names are in order."""
    return to_engine(name or "").encode("utf-8", "surrogateescape")
