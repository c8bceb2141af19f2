"""For PyInstaller, which asks here, by the entry point in pyproject.toml, where the hook is."""

from __future__ import annotations

import os


def hook_dirs() -> list[str]:
    """Return the directories with hooks."""
    return [os.path.dirname(__file__)]
