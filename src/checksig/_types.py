"""The types of arguments."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Literal

StrPath = str | bytes | os.PathLike[str] | os.PathLike[bytes]
"""A path as `os.fspath` takes it."""

Manifests = StrPath | Iterable[StrPath]
"""One list, or several."""

Keep = Literal["failures", "all"]
"""Which verdicts a report holds."""
