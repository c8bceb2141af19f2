"""Writes src/checksig/_words.py: the words of the engine that is installed, for modules that don't load it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

MODULE = Path(__file__).parent.parent / "src" / "checksig" / "_words.py"

START = '"""The words that the engine knows. `nox -s words` writes this file: don\'t edit it."""\n'


def module_text(words: dict[str, Any]) -> str:
    """Return the module for what the engine describes."""
    listed = [row["name"] for row in words["algorithms"] if row.pop("listed")]
    tables = {
        "STATUSES": words["statuses"],
        "ALGORITHMS": {row.pop("name"): row for row in words["algorithms"]},
        "LISTED": listed,
        "FORMATS": {row.pop("name"): row for row in words["formats"]},
        "ERRORS": {row["code"]: row["kind"] for row in words["errors"]},
        "WARNINGS": words["warnings"],
    }
    return START + "".join(_table(name, rows) for name, rows in tables.items())


def _table(name: str, rows: list[str] | dict[str, Any]) -> str:
    items = [f"{k!r}: {v!r}" for k, v in rows.items()] if isinstance(rows, dict) else map(repr, rows)
    begin, end = "{}" if isinstance(rows, dict) else "()"
    lines = "".join(f"    {item},\n" for item in items).replace("'", '"')
    return f"\n{name} = {begin}\n{lines}{end}\n"


if __name__ == "__main__":
    from checksig._engine import engine

    MODULE.write_text(module_text(engine().describe()), encoding="utf-8", newline="\n")
