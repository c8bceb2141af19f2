"""How Go and the C compiler are called: the environment of the build, with the user's flags in it."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from .compiler import compiler_for
from .go import go_env, go_join, go_split
from .target import macos_version

if TYPE_CHECKING:
    from pathlib import Path

    from .target import Target


def go_environment(goal: Target, ldflags: str) -> dict[str, str]:
    return {
        **cgo_flags(goal.goos),
        "CC": compiler_for(goal),
        "CGO_ENABLED": "1",  # Go turns it off by itself when it builds for another platform
        "GOOS": goal.goos,
        "GOARCH": goal.goarch,
        "GOFLAGS": go_flags(ldflags),
        "GOEXPERIMENT": experiments(go_env("GOVERSION"), os.environ.get("GOEXPERIMENT", "")),
        "GOTOOLCHAIN": "local",  # never a download that nobody asked for
        "GOWORK": "off",
        "MACOSX_DEPLOYMENT_TARGET": macos_version(),
    }


def experiments(version: str, asked: str) -> str:
    """Return GOEXPERIMENT: the user's, or else what keeps the library small.

    Go 1.27's new encoding/json is a sixth of the wheel, and a request has a dozen fields. Other
    releases don't have it yet, or may not know the older one any more.
    """
    return asked or ("nojsonv2" if version.startswith("go1.27.") else "")


def cgo_flags(goos: str) -> dict[str, str]:
    """Return the C flags: those that the user or the distribution sets, by cgo's name or the plain one.

    Without any, Go would add -g, to the link too, where it keeps zig from stripping.
    """
    flags = {
        f"CGO_{name}": os.environ.get(f"CGO_{name}") or os.environ.get(name) or default
        for name, default in [("CPPFLAGS", ""), ("CFLAGS", "-O2 -g0"), ("LDFLAGS", "-O2")]
    }
    if goos == "linux":  # some distributions' gcc adds an id unasked; theirs, when asked for, comes later and wins
        flags["CGO_LDFLAGS"] = f"-Wl,--build-id=none {flags['CGO_LDFLAGS']}"
    return flags


def linker_flags(goal: Target, name: str, version: str, folder: Path) -> str:
    """Return our -ldflags for a library called *name*, where *folder* holds what the C linker reads."""
    by_zig = goal.goos == "darwin" and sys.platform != "darwin"
    external = []
    if goal.goos == "darwin":  # the name in which dyld knows it: no folder of the build
        external.append(f"-Wl,-install_name,@rpath/{name}")
    if by_zig:  # it knows libSystem alone
        external.append(f"-L{folder}/macos -F{folder}/macos")
    if goal.goos == "linux" and not re.search(r"\s", str(folder)):
        # Go can't hand over a path with a blank; without the list the library works as well.
        external.append(f"-Wl,--version-script={folder}/exports.map")
    # -s would let zig 0.17 write what happens to be in its memory into a Mac's table of indirect symbols.
    strip = "-w" if by_zig else "-s -w"
    extldflags = go_join([f"-extldflags={' '.join(external)}"])
    return f"{strip} -buildid= -X main.version={version} {extldflags}"


def go_flags(ours: str) -> str:
    """Return GOFLAGS for the build: *ours*, of -ldflags, then the user's, which win.

    Of several -ldflags Go heeds only the last one, so they become one.
    """
    asked = [re.sub(r"^--", "-", flag) for flag in go_split(go_env("GOFLAGS"))]
    ldflags = [flag.partition("=")[2] for flag in asked if flag.startswith("-ldflags=")]
    others = [flag for flag in asked if not flag.startswith("-ldflags=")]
    return go_join(["-trimpath", "-buildvcs=false", *others, f"-ldflags={' '.join([ours, *ldflags])}"])
