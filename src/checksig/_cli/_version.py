"""``checksig --version``."""

from __future__ import annotations

import sys

from checksig._cli._exit import Exit
from checksig._cli._streams import put, say
from checksig._engine import engine
from checksig._errors import EngineError
from checksig._version import __version__

_NAMES = {"jobs": "running jobs"}
"""What is held, where it isn't called as the engine calls it; --jobs is something else."""


def print_version(*, verbose: bool) -> int:
    """Print the versions of the package and of the engine, if that can be loaded.

    *verbose* is for reports of bugs: it prints where the engine is and what it holds in its process.
    """
    try:
        loaded = engine()
        version = loaded.version()
    except EngineError as e:
        put(f"checksig {__version__}, no engine")
        say(f"error: {e}")
        return Exit.NO_VERDICT
    put(f"checksig {__version__}, engine {version}{'' if loaded.way == 'library' else f' ({loaded.way})'}")
    if verbose:
        put(f"python: {sys.version.split()[0]} on {sys.platform}")
        put(f"engine: {loaded.path}")
        for what, held in loaded.holdings().items():
            put(f"{_NAMES.get(what, what)}: {f'{held[0]}, at most {held[1]}' if isinstance(held, list) else held}")
    return Exit.OK
