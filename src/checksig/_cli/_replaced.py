"""What `create --force` says of a list that it replaced."""

from __future__ import annotations

import time
from collections import Counter

from checksig._cli._totals import MOST_LISTS
from checksig._difference import KINDS, kind_of
from checksig._text import count, shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._job import Replaced

_NAMED = 3
"""Names of each kind of change."""

_FIRST = ("changed", "removed", "moved", "added", "not_comparable")
"""The kinds in the order in which they may be what nobody wanted."""


def summaries(replaced: Sequence[Replaced]) -> Iterator[str]:
    """Yield a line on each list: of several, on those that differ."""
    shown = [one for one in replaced if len(replaced) == 1 or any(_parts(one))]
    yield from map(_summary, shown[:MOST_LISTS])
    if len(shown) > MOST_LISTS:
        yield f"and {count(len(shown) - MOST_LISTS, 'more list')}"


def _summary(replaced: Replaced) -> str:
    since = f"since the list of {time.strftime('%Y-%m-%d', time.localtime(replaced.modified))}"
    return f"{shell_quoted(replaced.path)}: {', '.join(_parts(replaced)) or 'no difference'} {since}"


def _parts(replaced: Replaced) -> Iterator[str]:
    counts = _counts(replaced)
    for kind in _FIRST:
        if counts[kind]:
            names = [_named(name, to) for status, name, to in replaced.first if kind_of(status) == kind]
            more = ["…"] if counts[kind] > len(names[:_NAMED]) else []
            yield f"{counts[kind]} {kind.replace('_', ' ')} ({', '.join([*names[:_NAMED], *more])})"


def _named(name: str, to: str | None) -> str:
    return f"{shell_quoted(name)} -> {shell_quoted(to)}" if to else shell_quoted(name)


def as_dict(replaced: Replaced) -> dict[str, object]:
    """Return what the JSON says of a list."""
    modified = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(replaced.modified))
    return {"path": replaced.path, "modified": modified, "counts": _counts(replaced)}


def _counts(replaced: Replaced) -> dict[str, int]:
    """Return the number of changes of each kind."""
    counts: Counter[str] = Counter()
    for status, number in replaced.counts.items():
        counts[kind_of(status)] += number
    return {kind: counts[kind] for kind in (*KINDS, "same")}
