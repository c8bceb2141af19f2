"""Charts of plain numbers: where their bars begin and how wide they are. The templates draw them."""

from __future__ import annotations

from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST = 0.6
"""How narrow, in percent of the chart, what is not 0 may be: one in a million can be seen."""


class Part(NamedTuple):
    """A part of a bar. *x* and *width* are percent of the chart."""

    kind: str
    x: str
    width: str


def bar(numbers: Mapping[str, int], most: int = 0) -> list[Part]:
    """Divide a bar by *numbers*, which have the kinds as keys.

    It is as long as the chart is wide, or, if *most* is given, as its share of that.
    """
    present = {kind: number for kind, number in numbers.items() if number}
    whole = sum(present.values())
    shares = {kind: max(LEAST, 100 * number / max(whole, most)) for kind, number in present.items()}
    scale = min(1.0, 100 / sum(shares.values())) if shares else 1.0
    parts, x = [], 0.0
    for kind, share in shares.items():
        parts.append(Part(kind, f"{x:.2f}%", f"{share * scale:.2f}%"))
        x += share * scale
    return parts
