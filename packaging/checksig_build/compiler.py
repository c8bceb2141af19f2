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

from setuptools.errors import PlatformError

from .go import go_join, go_split

if TYPE_CHECKING:
    from .target import Target

REQUIREMENT = "ziglang>=0.17,<0.18"
ZIG_CPUS = {"amd64": "x86_64", "arm64": "aarch64", "386": "x86", "ppc64le": "powerpc64le"}
ZIG_SYSTEMS = {"linux": "linux-gnu.2.17", "darwin": "macos.13.0", "windows": "windows-gnu"}
ZIG_EXCEPTIONS = {
    ("linux", "arm"): "arm-linux-gnueabihf.2.17",
    ("linux", "riscv64"): "riscv64-linux-gnu.2.31",  # the first glibc zig knows there
}


def compiler_for(goal: Target) -> str:
    """Return the C compiler as Go takes it in CC: a command and its arguments."""
    return asked_compiler() or system_compiler(goal) or require_zig(goal)


def asked_compiler() -> str:
    """Return CC, which has to work, "" where it isn't set."""
    asked = os.environ.get("CC", "").strip()
    trouble = link_trouble(go_split(asked)) if asked else ""
    if trouble:
        msg = f"CC={asked!r} can't link a shared library; set one that can, or unset CC\n{trouble}"
        raise PlatformError(msg)
    return asked


def system_compiler(goal: Target) -> str:
    """Return the machine's own C compiler for *goal*, "" where it has none that links."""
    if not goal.is_native:
        return ""
    names = ("clang", "gcc", "cc") if goal.goos == "darwin" else ("gcc", "clang", "cc")
    return next((name for name in names if shutil.which(name) and not link_trouble([name])), "")


def require_zig(goal: Target) -> str:
    if (goal.goos, goal.goarch) == ("linux", "386"):
        # Go wants two relocations on one place added up, and zig's linker lets the second one win.
        msg = (
            "with zig a library for linux/386 builds and then crashes at its first call. "
            "Install gcc for it and set CC, such as CC=i686-linux-gnu-gcc from Debian's gcc-i686-linux-gnu"
        )
        raise PlatformError(msg)
    compiler = zig_compiler(goal)
    if not compiler:
        msg = (
            f"no C compiler for {goal.goos}/{goal.goarch} that can link a shared library. "
            "Install one (gcc or clang, and the C library's headers) or set CC, "
            "or let pip bring one: build with network and without --no-build-isolation, "
            f"or install {REQUIREMENT!r} first"
        )
        raise PlatformError(msg)
    return compiler


def zig_compiler(goal: Target) -> str:
    """Return the command for the zig in the package `ziglang`, "" where it isn't installed."""
    package = importlib.util.find_spec("ziglang")
    if not package or not package.submodule_search_locations:
        return ""
    zig = Path(package.submodule_search_locations[0], "zig.exe" if os.name == "nt" else "zig")
    cpu = ZIG_CPUS.get(goal.goarch, goal.goarch)
    triple = ZIG_EXCEPTIONS.get((goal.goos, goal.goarch), f"{cpu}-{ZIG_SYSTEMS.get(goal.goos, goal.goos)}")
    # Go can't tell one zig from another. Its cache goes by this command, and with the version in
    # it never yields what another zig has compiled, which doesn't link.
    version = f"-DCHECKSIG_ZIG={importlib.metadata.version('ziglang')}"
    return go_join([str(zig), "cc", "-target", triple, version])


def link_trouble(compiler: list[str]) -> str:
    """Say why *compiler* can't make a shared library, "" where it can."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "probe.c")
        source.write_text("#include <stdlib.h>\nvoid *probe(void) { return malloc(1); }\n")
        command = [*compiler, "-shared", "-fPIC", "-o", str(Path(folder, "probe.out")), str(source)]
        try:
            run = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        except OSError as e:
            return str(e)
        return "" if run.returncode == 0 else run.stderr.strip() or f"exit status {run.returncode}"
