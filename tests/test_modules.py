"""The modules of the package among each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import checksig

PACKAGE = Path(checksig.__file__).parent


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_name(path): path for path in PACKAGE.rglob("*.py")}


def imported(path: Path) -> Iterator[str]:
    """Name the modules that a file imports anywhere: in functions too, and for types alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name in MODULES else node.module for name in names)


def test_no_module_imports_itself_by_way_of_others() -> None:
    """The arrows between modules run one way."""
    graph = {name: {*imported(path)} & MODULES.keys() for name, path in MODULES.items()}
    assert "checksig._report" in graph["checksig._job"]
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle
