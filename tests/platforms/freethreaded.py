"""Linux on this very machine: a free-threaded CPython, compiled from Debian's source package.

Nobody packages one for Debian or PyPI.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import common
import debian
import pyenv

SUITE, PACKAGE = "trixie", "python3.13"
COMPILING = 1800.0  # seconds
NEEDED = {  # by CPython's build, beside a compiler: what tells that it is there, and Debian's package
    "/usr/include/zlib.h": "zlib1g-dev",
    "/usr/include/*/ffi.h": "libffi-dev",
}


def platforms() -> list[common.Platform]:
    how = f"CPython compiled from Debian {SUITE}'s source of {PACKAGE}, free-threaded, in a venv, with its own pip"
    return [common.Platform("free-threaded", how, partial(run, PACKAGE), by_name_alone=True)]


def run(package: str) -> str:
    home = common.CACHE / "roots" / f"{SUITE}-{package}t"
    done = home / "complete"
    if not done.exists():
        compile_python(debian.source(SUITE, package), common.fresh(home))
        done.touch()
    return pyenv.run(home / "bin" / f"{package}t", "free-threaded")


def compile_python(archive: Path, home: Path) -> None:
    """Configure, make and install as CPython's own documentation has it."""
    compiler, make = common.need("gcc", "gcc"), common.need("make", "make")
    for pattern, package in NEEDED.items():
        common.need(package, pattern)
    source = debian.unpack_source(archive, common.fresh(common.WORK / "free-threaded-source"))
    common.run(["./configure", "-q", "--disable-gil", f"--prefix={home}", f"CC={compiler}"], cwd=source)
    common.run([make, "-s", f"-j{os.cpu_count()}"], cwd=source, patience=COMPILING)
    common.run([make, "-s", "altinstall", "TESTSUBDIRS="], cwd=source, patience=COMPILING)
