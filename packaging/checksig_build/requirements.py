"""What pip must bring for the build: as little as this machine can do with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from . import compiler, go
from .given import given_library
from .helper import makes_no_library
from .modules import is_vendored
from .targets import chosen_target

if TYPE_CHECKING:
    from pathlib import Path

GOLANG = "setuptools-golang>=2.9,<3"


def build_requirements() -> list[str]:
    """Return what the build needs beside setuptools: nothing, where a library is given."""
    if given_library():
        return []
    return [*([] if makes_no_library(chosen_target()) else [GOLANG]), *missing_tools()]


def sdist_requirements(sources: Path) -> list[str]:
    """Return what an sdist of the Go *sources* needs: Go, where their modules have yet to be fetched."""
    return [go.REQUIREMENT] if go.go_trouble() and not is_vendored(sources) else []


def missing_tools() -> list[str]:
    """Return what pip must bring before this machine can build: nothing, where it has Go and a C compiler."""
    found = os.environ.get("CC") or compiler.system_compiler(chosen_target())
    return [*([go.REQUIREMENT] if go.go_trouble() else []), *([] if found else [compiler.REQUIREMENT])]
