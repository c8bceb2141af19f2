"""Warnings of weak digests, which several runs on parts of a list have given, as the one of a run on the whole."""

from __future__ import annotations

import re

from checksig._report import WarningText
from checksig._words import ALGORITHMS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

CODE = "weak_digest"

_CLAUSE = re.compile(r"(.+) detects? (.+)")


def joined(warnings: Iterable[WarningText]) -> list[WarningText]:
    """Return *warnings*, of which those of weak digests are one, in the place of the first."""
    found: list[WarningText] = []
    tags: dict[str, set[str]] = {}
    place = -1
    for warning in warnings:
        if warning.code != CODE:
            found.append(warning)
            continue
        if place < 0:
            place = len(found)
            found.append(warning)
        for clause in warning.split("; "):
            match = _CLAUSE.fullmatch(clause)
            if match:
                tags.setdefault(match[2], set()).update(re.split(", | and ", match[1]))
    if tags:
        clauses = [f"{_detect(names)} {what}" for what, names in sorted(tags.items())]
        found[place] = WarningText("; ".join(clauses), CODE)
    return found


def _detect(names: set[str]) -> str:
    order = [str(row["tag"]) for row in ALGORITHMS.values()]
    *others, last = sorted(names, key=lambda tag: order.index(tag) if tag in order else len(order))
    return f"{', '.join(others)} and {last} detect" if others else f"{last} detects"
