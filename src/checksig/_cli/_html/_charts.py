"""Charts of plain numbers: where their bars begin and how wide they are. The templates draw them."""

from __future__ import annotations

from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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


def percent(number: int, whole: int) -> str:
    """Return a share that is neither 0 % nor 100 % but for none and for all."""
    if number == whole:
        return "100 %"
    rounded = f"{100 * number / whole:.1f} %"
    return {"100.0 %": "> 99.9 %", "0.0 %": "< 0.1 %"}.get(rounded, rounded)


WIDTH, HEIGHT = 1000, 100
"""Of charts of time, in units of their own: they are stretched to their places."""

LEAST_HEIGHT = 4
"""How high what is not 0 is at least."""


class Over(NamedTuple):
    """A time, from *start* to *end*, in which numbers change. Only the highest of those at one place is drawn."""

    start: float
    end: float

    def strokes(self, points: Iterable[tuple[float, int]], most: int) -> str:
        """Return a path with a stroke for each number."""
        return "".join(f"M{x} {HEIGHT}V{_y(y, most)}" for x, (y, _) in self._places(points).items() if y)

    def steps(self, points: Iterable[tuple[float, int]], most: int) -> str:
        """Return a path that stays at each number until the next one, and at the last until the end."""
        path, at = f"M0 {HEIGHT}", 0
        for x, (highest, last) in self._places(points).items():
            for y in (highest, last):
                if y != at:
                    path += f"H{x}V{_y(y, most)}"
                    at = y
        return f"{path}H{WIDTH}"

    def _places(self, points: Iterable[tuple[float, int]]) -> dict[int, tuple[int, int]]:
        """Return the highest and the last number at each place."""
        places: dict[int, tuple[int, int]] = {}
        length = self.end - self.start
        for time, number in points:
            x = round(WIDTH * (time - self.start) / length) if length else 0
            places[x] = max(number, places.get(x, (0, 0))[0]), number
        return places


def _y(number: int, most: int) -> str:
    return f"{HEIGHT - (number and max(LEAST_HEIGHT, HEIGHT * number / most)):.4g}"
