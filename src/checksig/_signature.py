"""One list of arguments for functions that differ in what they return."""

from __future__ import annotations

from types import FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ParamSpec, TypeVar

    P = ParamSpec("P")
    M = TypeVar("M")
    R = TypeVar("R")


def takes(model: Callable[P, M]) -> Callable[[Callable[[M], R]], Callable[P, R]]:
    """Make a function with the arguments of *model*, from one that takes what *model* returns.

    Type checkers see them, and so do `inspect.signature`, `typing.get_type_hints`, `help`, and a
    `TypeError` for a wrong argument, which names the function that was called.
    """

    def give(function: Callable[[M], R]) -> Callable[P, R]:
        called = _renamed(model, function.__name__)
        called.__annotations__["return"] = function.__annotations__["return"]

        def wrapper(*arguments: P.args, **options: P.kwargs) -> R:
            return function(called(*arguments, **options))

        for name in ("__module__", "__name__", "__qualname__", "__doc__"):
            setattr(wrapper, name, getattr(function, name))
        wrapper.__annotations__ = {**called.__annotations__}
        wrapper.__dict__["__wrapped__"] = called  # inspect follows it, and takes long to import
        return wrapper

    return give


def _renamed(function: Any, name: str) -> Any:  # noqa: ANN401 - a function, with the parameters of *model*
    copy = FunctionType(function.__code__, function.__globals__, name, function.__defaults__)
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__annotations__ = {**function.__annotations__}
    copy.__qualname__ = name
    return copy
