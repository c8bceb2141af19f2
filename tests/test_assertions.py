"""The tests themselves: an assertion has the expected value first, so that every failure reads alike."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def equations(test: ast.expr) -> Iterator[ast.Compare]:
    """Find what an assertion demands to be equal, and not what chooses or filters."""
    if isinstance(test, ast.BoolOp):
        for value in test.values:
            yield from equations(value)
    elif isinstance(test, ast.IfExp):
        yield from equations(test.body)
        yield from equations(test.orelse)
    elif isinstance(test, ast.Compare) and any(isinstance(operator, ast.Eq) for operator in test.ops):
        yield test


def is_literal(node: ast.expr) -> bool:
    return not any(isinstance(part, ast.Name) for part in ast.walk(node))


def swapped(source: str) -> list[int]:
    """Return the lines of assertions that have a literal last, and another value first."""
    assertions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert))
    found = (equation for assertion in assertions for equation in equations(assertion.test))
    return [e.lineno for e in found if is_literal(e.comparators[-1]) and not is_literal(e.left)]


@pytest.mark.parametrize(
    ("assertion", "lines"),
    [
        ("1 == f(x)", []),
        ("[] == [line for line in found if line == 'a']", []),
        ("expected == f(x)", []),
        ("f(x) == 1", [1]),
        ("1 == f(x) if y == 2 else x == (3, 'b')", [1]),
        ("y and f'{x}' == 'text'", [1]),
    ],
)
def test_a_literal_behind_another_value_is_found(assertion: str, lines: list[int]) -> None:
    """Be it a number, a text or several of them."""
    assert lines == swapped(f"assert {assertion}")


def test_assertions_have_the_expected_value_first() -> None:
    """As pytest shows it: the expected value on the left, what came on the right."""
    found = {path.name: swapped(path.read_text("utf-8")) for path in HERE.rglob("*.py")}
    assert {} == {name: lines for name, lines in found.items() if lines}
