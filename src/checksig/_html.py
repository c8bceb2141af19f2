"""Tables for notebooks."""

from __future__ import annotations

from html import escape

from checksig._text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], more: int) -> str:
    """Return a table as HTML. *more* is the number of rows left out."""
    parts = [f"<p>{escape(title)}</p>"]
    if rows:
        parts.append(f"<table>{_row('th', heads)}{''.join(_row('td', row) for row in rows)}</table>")
    if more:
        parts.append(f"<p>and {more:,} more</p>")
    return "".join(parts)


def _row(tag: str, cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(plain(cell))}</{tag}>' for cell in cells)}</tr>"
