"""What pip must bring for the build: as little as this machine can do with."""

from __future__ import annotations

import os

from . import compiler, go
from .given import given_library
from .targets import chosen_target, on_musl

GOLANG = "setuptools-golang>=2.9,<3"


def build_requirements() -> list[str]:
    """Return what the build needs beside setuptools: nothing, where a library is given, or none will be built."""
    return [] if given_library() or on_musl() else [GOLANG, *missing_tools()]


def missing_tools() -> list[str]:
    """Return what pip must bring before this machine can build: nothing, where it has Go and a C compiler."""
    if on_musl():  # the build stops there with the reason; downloads would only hide it
        return []
    found = os.environ.get("CC") or compiler.system_compiler(chosen_target())
    return [*([go.REQUIREMENT] if go.go_trouble() else []), *([] if found else [compiler.REQUIREMENT])]
