"""``checksig --version``."""

from __future__ import annotations

import sys

from checksig._cli import Exit
from checksig._errors import EngineError
from checksig._native import engine
from checksig._version import __version__


def print_version() -> int:
    """Print the versions of the package and of the engine, which tells whether that can be loaded."""
    try:
        version = engine().version()
    except EngineError as e:
        print(f"checksig {__version__}, no engine")
        print(f"checksig: error: {e}", file=sys.stderr)
        return Exit.NO_VERDICT
    print(f"checksig {__version__}, engine {version}")
    return Exit.OK
