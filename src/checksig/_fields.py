"""What `help` says about fields: the strings below them, which Python drops, so they are read from the source."""

from __future__ import annotations

import ast
import inspect
import sys
from itertools import pairwise


def document(kind: type, module: str) -> None:
    """Give the fields of a class, a tuple's or slots, the docs that are below them in its *module*."""
    docs = _below(kind.__name__, module)
    if issubclass(kind, tuple):
        for name, doc in docs.items():
            vars(kind)[name].__doc__ = doc
    else:
        kind.__slots__ = docs  # type: ignore[attr-defined]  # where inspect looks for the docs of slots


def _below(name: str, module: str) -> dict[str, str]:
    """Return the strings below the fields of a class, by the fields' names; nothing where there is no source."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except OSError:  # as in a program that was packed without it
        return {}
    (body,) = (node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    return {
        ast.unparse(field.target): ast.literal_eval(doc)
        for field, doc in ((field, below.value) for field, below in pairwise(body) if isinstance(below, ast.Expr))
        if isinstance(field, ast.AnnAssign) and isinstance(doc, ast.Constant)
    }
