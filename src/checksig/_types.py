"""The types of arguments."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Literal

from checksig._report import Progress

StrPath = str | bytes | os.PathLike[str] | os.PathLike[bytes]
"""A path as `os.fspath` takes it."""

Manifests = StrPath | Iterable[StrPath]
"""One list, or several."""

Keep = Literal["failures", "all"]
"""Which verdicts a report holds."""

OnProgress = Callable[[Progress], object]
"""Is told how far a job has come."""
