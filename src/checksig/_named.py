"""Named tuples that are written as with `typing.NamedTuple`, which takes longer to import than many a run."""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NamedTuple, TypeVar

    T = TypeVar("T")
else:
    NamedTuple = object

__all__ = ["NamedTuple", "named"]


def named(kind: type[T]) -> type[T]:
    """Make a named tuple of a class that has its fields as annotations, with its other names."""
    fields, names = kind.__annotations__, vars(kind)
    defaults = [names[field] for field in fields if field in names]
    make: Any = namedtuple  # noqa: PYI024 - see above
    made: type[T] = make(kind.__name__, fields, defaults=defaults, module=kind.__module__)
    made.__annotations__, made.__doc__ = fields, kind.__doc__
    for name, value in names.items():
        if name not in fields and not name.startswith("__"):
            setattr(made, name, value)
    return made
