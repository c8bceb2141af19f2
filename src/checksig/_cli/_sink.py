"""Where a format writes."""

from __future__ import annotations

from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Sink(NamedTuple):
    """Where a format writes. Bytes go to standard output or a file as they are."""

    put: Callable[[str], object]
    put_bytes: Callable[[bytes], object]
    say: Callable[[str], object]
