"""The C compiler for a target: the one asked for, else the machine's own, else zig."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from . import BuildError
from .go import go_join, go_split

if TYPE_CHECKING:
    from .targets import Target

REQUIREMENT = "ziglang>=0.17,<0.18"


def compiler_for(goal: Target) -> str:
    """Return the C compiler as Go takes it in CC: a command and its arguments."""
    return asked_compiler() or system_compiler(goal) or require_zig(goal)


def asked_compiler() -> str:
    """Return CC, which has to work, "" where it isn't set."""
    asked = os.environ.get("CC", "").strip()
    trouble = link_trouble(go_split(asked)) if asked else ""
    if trouble:
        msg = f"CC={asked!r} can't link a shared library; set one that can, or unset CC\n{trouble}"
        raise BuildError(msg)
    return asked


def system_compiler(goal: Target) -> str:
    """Return the machine's own C compiler for *goal*, "" where it has none that links."""
    if not goal.is_native:
        return ""
    names = ("clang", "gcc", "cc") if goal.goos == "darwin" else ("gcc", "clang", "cc")
    return next((name for name in names if shutil.which(name) and not link_trouble([name])), "")


def require_zig(goal: Target) -> str:
    if goal.row and goal.row.no_zig:
        msg = f"no C compiler for {goal.goos}/{goal.goarch}, and zig makes none: {goal.row.no_zig}"
        raise BuildError(msg)
    compiler = zig_compiler(goal)
    if not compiler:
        msg = (
            f"no C compiler for {goal.goos}/{goal.goarch} that can link a shared library. "
            "Install one (gcc or clang, and the C library's headers) or set CC, "
            "or let pip bring one: build with network and without --no-build-isolation, "
            f"or install {REQUIREMENT!r} first"
        )
        raise BuildError(msg)
    return compiler


def zig_compiler(goal: Target) -> str:
    """Return the command for the zig in the package `ziglang`, "" where there is none for *goal*."""
    return zig_command(goal, goal.row.zig if goal.row else "")


def zig_command(goal: Target, name: str) -> str:
    """Return the command for *name*, which is *goal* as zig calls it."""
    package = importlib.util.find_spec("ziglang")
    if not goal.row or not name or not package or not package.submodule_search_locations:
        return ""
    zig = Path(package.submodule_search_locations[0], "zig.exe" if os.name == "nt" else "zig")
    # Go can't tell one zig from another. Its cache goes by this command, and with the version in
    # it never yields what another zig has compiled, which doesn't link.
    version = f"-DCHECKSIG_ZIG={importlib.metadata.version('ziglang')}"
    return go_join([str(zig), "cc", "-target", name, version])


def link_trouble(compiler: list[str]) -> str:
    """Say why *compiler* can't make a shared library, "" where it can."""
    with tempfile.TemporaryDirectory() as directory:
        source = Path(directory, "probe.c")
        source.write_text("#include <stdlib.h>\nvoid *probe(void) { return malloc(1); }\n")
        command = [*compiler, "-shared", "-fPIC", "-o", str(Path(directory, "probe.out")), str(source)]
        try:
            run = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        except OSError as e:
            return str(e)
        return "" if run.returncode == 0 else run.stderr.strip() or f"exit status {run.returncode}"
