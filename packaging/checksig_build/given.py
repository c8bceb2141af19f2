"""The library that a packager gives in place of one that is built here."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from . import BuildError
from .library import kind_of, load_trouble, machine_of
from .targets import find

if TYPE_CHECKING:
    from .library import Release
    from .targets import Target

# A library to copy instead of building one, and one to load from where the system has it.
PREBUILT = "CHECKSIG_PREBUILT_LIB"
SYSTEM = "CHECKSIG_SYSTEM_LIB"


def given_library() -> str:
    """Return the variable by which the packager gives a library, "" where it is to be built."""
    return next((name for name in (PREBUILT, SYSTEM) if os.environ.get(name)), "")


def refuse_both() -> None:
    if os.environ.get(PREBUILT) and os.environ.get(SYSTEM):
        msg = f"{PREBUILT} says to copy a library, and {SYSTEM} to ship none: set one of them"
        raise BuildError(msg)


def prebuilt_library(goal: Target, wanted: Release) -> bytes:
    """Return the library that the packager has built."""
    library = Path(os.environ[PREBUILT])
    trouble = prebuilt_trouble(library, goal, wanted)
    if trouble:
        raise refused(PREBUILT, trouble)
    return library.read_bytes()


def system_library(goal: Target) -> bytes:
    """Return the path where the system has the library, which need not be there while this is built."""
    path = os.environ[SYSTEM]
    flavour = PureWindowsPath if goal.goos == "windows" else PurePosixPath
    if not flavour(path).is_absolute():
        raise refused(SYSTEM, "is no absolute path")
    return os.fsencode(path)


def prebuilt_trouble(library: Path, goal: Target, wanted: Release) -> str:
    """Say why *library* can't be the engine of a wheel for *goal*, "" where it can."""
    if not library.is_absolute():
        return "is no absolute path"
    if not library.is_file():
        return "is no file"
    data = library.read_bytes()
    trouble = kind_trouble(data, goal)
    if trouble:
        return trouble
    if b"checksig_abi\0" not in data:
        return "has no function checksig_abi: it is another library"
    return load_trouble(library, wanted) if goal.is_native else ""


def kind_trouble(data: bytes, goal: Target) -> str:
    """Say why the library *data* is by its header none for *goal*, "" where it is one."""
    kind = kind_of(data)
    if not kind or not kind.is_shared:
        return "is no shared library for one machine (ELF, Mach-O or PE)"
    if find(header=kind.header) == goal.row:
        return ""
    return f"is for {machine_of(kind)}, and this wheel is for {goal.goos}/{goal.goarch}"


def refused(name: str, trouble: str) -> BuildError:
    return BuildError(
        f"{name}={os.environ[name]} {trouble}. Give the engine of this very release, "
        f"built as docs/packaging.md says, or unset {name} to have it built"
    )
