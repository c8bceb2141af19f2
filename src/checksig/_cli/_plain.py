"""Arguments of ``checksig verify`` that are plain to see.

click takes longer to import than thousands of files to verify. So what needs no parser doesn't wait
for one; whatever isn't written out in full, or may be wrong, is click's.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

DEFAULTS = {
    "algorithm": None,
    "extra": False,
    "ignore_missing": False,
    "jobs": None,
    "json": False,
    "progress": None,
    "quiet": False,
    "root": None,
    "strict": True,
    "timeout": None,
    "verbose": False,
}
FLAGS = {
    "--extra": ("extra", True),
    "--ignore-missing": ("ignore_missing", True),
    "--json": ("json", True),
    "--no-progress": ("progress", False),
    "--no-strict": ("strict", False),
    "--quiet": ("quiet", True),
    "--strict": ("strict", True),
    "--verbose": ("verbose", True),
    "-q": ("quiet", True),
    "-v": ("verbose", True),
}
VALUES = {"--algorithm": "algorithm", "--root": "root"}


def parse(arguments: Sequence[str]) -> dict[str, Any] | None:
    """Return the options of ``verify``, as click would, or None where click has to look."""
    if arguments[:1] != ["verify"]:
        return None
    options: dict[str, Any] = dict(DEFAULTS)
    paths = []
    words = iter(arguments[1:])
    for word in words:
        if word in VALUES:
            value = next(words, "-")
            if value.startswith("-"):
                return None
            options[VALUES[word]] = value
        elif word in FLAGS:
            name, given = FLAGS[word]
            options[name] = given
        elif word.startswith("-"):
            return None
        else:
            paths.append(word)
    return {**options, "paths": tuple(paths)}
