"""Where the library of the engine lies, and what to do where it can't be loaded."""

from __future__ import annotations

import os
import sys

_SUFFIXES = {"darwin": ".dylib", "win32": ".dll", "cygwin": ".dll"}

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

PROGRAM = os.path.join(PACKAGE, "_checksig-engine")
"""The helper program, which has the engine for a process of its own."""

_SYSTEM = os.path.join(PACKAGE, "_checksig.path")
"""In place of the library, where a packager has it installed elsewhere: the file that says where."""


def library_path() -> str:
    """Where the library of this platform lies: in the package, or else where the build recorded."""
    try:
        with open(_SYSTEM, "rb") as f:
            return os.fsdecode(f.read())
    except (FileNotFoundError, NotADirectoryError):  # the latter in a zip archive
        return os.path.join(PACKAGE, "_checksig" + _SUFFIXES.get(sys.platform, ".so"))


def is_there() -> bool:
    """Say whether this installation has the engine as a library, or is to have it: a wheel for musl has not."""
    return is_of_system() or os.path.exists(library_path())


def is_of_system() -> bool:
    """Say whether a packager has the library in a package of its own."""
    return os.path.exists(_SYSTEM)


def remedy() -> str:
    """Say how this checksig comes to a library that it can load."""
    if os.path.isfile(PROGRAM) and not is_there():
        return "this installation has the engine as a helper program instead: do without CHECKSIG_ENGINE=library"
    import sysconfig

    if "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or ""):
        return (
            "musl (Alpine) can't load Go libraries (golang/go#54805); install checksig from a wheel for musllinux, "
            "which has the engine as a program, or build it with `pip install .`"
        )
    if getattr(sys, "frozen", False):
        return (
            "the program that contains checksig was packed without it; "
            "PyInstaller packs it by checksig's own hook, and any other packer must be told to add this file"
        )
    if os.path.isfile(os.path.dirname(PACKAGE)):
        return "a system can't load a library from an archive, so unpack checksig into a directory"
    if is_of_system():
        return f"this build of checksig loads it from there ({_SYSTEM}), so install the matching system package"
    return f"{_installed()}install checksig from a wheel for this platform, or build it with `pip install .`"


def _installed() -> str:
    """Say which platform the wheel was for that these modules came in, "" where that isn't known."""
    import glob
    import re

    directory = glob.escape(os.path.dirname(PACKAGE))
    for path in glob.glob(os.path.join(directory, "checksig-*.dist-info", "WHEEL")):
        with open(path, encoding="utf-8") as f:
            tags = re.findall(r"(?m)^Tag: \S+-(\S+)$", f.read())
        return f"this one was installed from a wheel for {' or '.join(tags)}; "
    return ""
