"""One list of arguments for functions that differ in what they return."""

from __future__ import annotations

from types import FunctionType
from typing import cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec, TypeVar

    P = ParamSpec("P")
    R = TypeVar("R")


def takes(model: Callable[P, object]) -> Callable[[Callable[..., R]], Callable[P, R]]:
    """Give a function that hands its arguments on to *model* the signature of that.

    Type checkers see it, and so do `inspect.signature` and `help`.
    """
    of = cast("FunctionType", model)

    def give(function: Callable[..., R]) -> Callable[P, R]:
        shown = FunctionType(of.__code__, of.__globals__, of.__name__, of.__defaults__)
        shown.__kwdefaults__ = of.__kwdefaults__
        shown.__annotations__ = {**of.__annotations__, "return": function.__annotations__["return"]}
        function.__dict__["__wrapped__"] = shown  # inspect follows it, and takes long to import
        return function

    return give
