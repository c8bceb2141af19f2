"""``checksig --version``."""

from __future__ import annotations

from checksig._cli import Exit
from checksig._cli._streams import put, say
from checksig._errors import EngineError
from checksig._native import engine
from checksig._version import __version__


def print_version() -> int:
    """Print the versions of the package and of the engine, which tells whether that can be loaded."""
    try:
        version = engine().version()
    except EngineError as e:
        put(f"checksig {__version__}, no engine")
        say(f"error: {e}")
        return Exit.NO_VERDICT
    put(f"checksig {__version__}, engine {version}")
    return Exit.OK
