"""The packages that only some schemes need."""

from __future__ import annotations

import importlib

from checksig._errors import Code
from checksig._signatures._verified import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def needed(extra: str, module: str) -> Any:  # noqa: ANN401 - a module
    """Import a module that an extra of checksig brings.

    :raises RefusedError: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as e:
        missing = f"{module.partition('.')[0]} can't be imported ({e})"
        raise RefusedError(
            f"this signature needs an extra of checksig: pip install 'checksig[{extra}]'; {missing}", Code.EXTRA_MISSING
        ) from e
