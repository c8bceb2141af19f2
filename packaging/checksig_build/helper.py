"""The helper program: which of the two engines a build makes, its compiler, and what a finished one says of itself."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from . import BuildError
from .compiler import asked_compiler, compiler_for, system_compiler, zig_command
from .go import go_split

if TYPE_CHECKING:
    from .library import Release
    from .targets import Target

ENGINES = "CHECKSIG_BUILD_ENGINES"
NAME = "_checksig-engine"

CHOICES = {"library": (True, False), "process": (False, True), "both": (True, True)}


def has_helper(goal: Target) -> bool:
    """Say whether there is a helper program for *goal*."""
    return goal.goos != "windows"


def choice(goal: Target, *, editable: bool = False) -> str:
    """Return what the variable says, or else which engines a build makes.

    A wheel has the library alone; on musl, which can't load one, the helper program; and on macOS both, since
    no child of fork can use the library there. Who works on a checkout gets both.
    """
    asked = os.environ.get(ENGINES)
    if asked or goal.libc == "musl":
        return asked or "process"
    return "both" if goal.goos == "darwin" or (editable and has_helper(goal)) else "library"


def wanted_engines(goal: Target, *, editable: bool) -> tuple[bool, bool]:
    """Return whether the library is to be built, and whether the helper program is."""
    asked = choice(goal, editable=editable)
    if asked not in CHOICES:
        msg = f"{ENGINES}={asked} is none of {', '.join(CHOICES)}"
        raise BuildError(msg)
    if asked != "library" and not has_helper(goal):
        msg = f"{ENGINES}={asked}, but {goal.goos} has the engine only as a library"
        raise BuildError(msg)
    return CHOICES[asked]


def makes_no_library(goal: Target) -> bool:
    """Say whether the helper program is all that a build makes."""
    return choice(goal) == "process"


def static_compiler(goal: Target) -> tuple[str, bool]:
    """Return the C compiler for the helper program, as Go takes it, and whether it links statically.

    On Linux one file is to run with any C library, and with none.
    """
    if goal.goos != "linux":
        return compiler_for(goal), False
    asked = asked_compiler()
    candidates = [asked] if asked else [*_own_compilers(goal), zig_command(goal, _musl(goal))]
    static = (one for one in candidates if one and not static_trouble(go_split(one)))
    found = next(static, "")
    return found or compiler_for(goal), bool(found)


def _own_compilers(goal: Target) -> list[str]:
    musl = "musl-gcc" if goal.is_native and shutil.which("musl-gcc") else ""  # its programs are the smaller ones
    return [musl, system_compiler(goal)]


def _musl(goal: Target) -> str:
    """Return zig's name for *goal* with musl in the place of glibc."""
    return re.sub(r"-gnu(\w*)\.[\d.]+$", r"-musl\1", goal.row.zig) if goal.row else ""


def static_trouble(compiler: list[str]) -> str:
    """Say why *compiler* can't make a static program, "" where it can."""
    with tempfile.TemporaryDirectory() as directory:
        source = Path(directory, "probe.c")
        source.write_text("#include <pthread.h>\nint main(void) { return pthread_self() == 0; }\n")
        command = [*compiler, "-static", "-o", str(Path(directory, "probe.out")), str(source), "-lpthread"]
        try:
            run = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        except OSError as e:
            return str(e)
        return "" if run.returncode == 0 else run.stderr.strip() or f"exit status {run.returncode}"


def helper_trouble(program: Path, wanted: Release) -> str:
    """Say why the Python half of *wanted* won't work with the helper *program*, "" where it will."""
    ours, theirs = socket.socketpair()
    with ours, subprocess.Popen([program], stdin=theirs.fileno(), stdout=subprocess.DEVNULL) as running:
        theirs.close()
        ours.settimeout(10)
        try:
            hello = ours.recv(1000)[9:]
        except OSError as e:
            running.kill()
            return f"doesn't say hello: {e}"
        ours.close()
    said = f'"version":"{wanted.version}"'.encode()
    return "" if said in hello else f"says {hello.decode(errors='replace')!r}, and this is checksig {wanted.version}"
