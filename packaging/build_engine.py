"""Builds the Go engine into one library: `python packaging/build_engine.py OUT`.

With --helper it builds the helper program instead, the same engine for a process of its own.

For this Python's platform, or the one that GOOS and GOARCH name. CC, CGO_CPPFLAGS, CGO_CFLAGS,
CGO_LDFLAGS (or CPPFLAGS, CFLAGS, LDFLAGS), GOFLAGS, GOEXPERIMENT and MACOSX_DEPLOYMENT_TARGET count:
docs/packaging.md. Beside OUT is the header that Go writes, for C programs. A library for this
machine is loaded once, to see that it works.

The one recipe: distributions run this file, and setup.py gives the same environment to setuptools-golang.
Standard library only.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from checksig_build import BuildError
from checksig_build.compiler import compiler_for
from checksig_build.go import go_env, go_join, go_split, require_go
from checksig_build.helper import helper_trouble, static_compiler
from checksig_build.library import load_trouble, release
from checksig_build.modules import staging
from checksig_build.targets import chosen_target, macos_version, refuse_musl

if TYPE_CHECKING:
    from checksig_build.targets import Target

ROOT = Path(__file__).resolve().parent.parent


def build(out: Path) -> None:
    """Build the library *out*, for the chosen platform."""
    goal, wanted = chosen_target(), release(ROOT / "src" / "checksig")
    refuse_musl(goal)
    require_go()
    with staging(ROOT / "go") as source:
        environment = go_environment(goal, wanted.version, source / "link")
        run_go(["-buildmode=c-shared", "-o", str(out.absolute()), "./cmd/libchecksig"], source, environment)
    refuse_trouble(out, load_trouble(out.absolute(), wanted) if goal.is_native else "")


def build_helper(out: Path, goal: Target) -> None:
    """Build the helper program *out*."""
    wanted = release(ROOT / "src" / "checksig")
    require_go()
    with staging(ROOT / "go") as source:
        environment = helper_environment(goal, wanted.version, source / "link")
        run_go(["-o", str(out.absolute()), "./cmd/checksig-engine"], source, environment)
    refuse_trouble(out, helper_trouble(out.absolute(), wanted) if goal.is_native else "")


def run_go(arguments: list[str], source: Path, environment: dict[str, str]) -> None:
    command = ["go", "build", *arguments]
    done = subprocess.run(command, cwd=source, env={**os.environ, **environment}, check=False)
    if done.returncode != 0:
        msg = "`go build` failed, see what it says above"
        raise BuildError(msg)


def refuse_trouble(out: Path, trouble: str) -> None:
    if trouble:
        msg = f"{out} was built but {trouble}"
        raise BuildError(msg)


def go_environment(goal: Target, version: str, link: Path) -> dict[str, str]:
    """Return what Go is to be called with, where the directory *link* is go/link."""
    return _environment(goal, compiler_for(goal), linker_flags(goal, version, link))


def helper_environment(goal: Target, version: str, link: Path) -> dict[str, str]:
    """Return what Go is to be called with for the helper program."""
    compiler, is_static = static_compiler(goal)
    mode, external = ("-linkmode=external", ["-static"]) if is_static else ("", macos_stubs(goal, link))
    extldflags = go_join([f"-extldflags={' '.join(external)}"]) if external else ""
    return _environment(
        goal, compiler, f"{strip(goal)} -buildid= -X main.version={version} {mode} {extldflags}".strip()
    )


def _environment(goal: Target, compiler: str, ldflags: str) -> dict[str, str]:
    return {
        **cgo_flags(goal.goos),
        "CC": compiler,
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


def linker_flags(goal: Target, version: str, link: Path) -> str:
    """Return our -ldflags; *link* holds what the C linker reads."""
    external = macos_stubs(goal, link)
    if goal.goos == "darwin":  # the name by which dyld knows it: no directory of the build
        external.append("-Wl,-install_name,@rpath/_checksig.dylib")
    if goal.goos == "linux" and not re.search(r"\s", str(link)):
        # Go can't hand over a path with a blank; without the list the library works as well.
        external.append(f"-Wl,--version-script={link}/exports.map")
    extldflags = go_join([f"-extldflags={' '.join(external)}"])
    # Go would interrupt the program's own threads with SIGURG, and so call its handlers, to preempt what they run.
    settings = "-X runtime.godebugDefault=asyncpreemptoff=1"
    return f"{strip(goal)} -buildid= -X main.version={version} {settings} {extldflags}"


def macos_stubs(goal: Target, link: Path) -> list[str]:
    """Return where zig finds what stands in for the SDK of macOS: it knows libSystem alone."""
    return [f"-L{link}/macos -F{link}/macos"] if is_zigs_mac(goal) else []


def strip(goal: Target) -> str:
    # -s would let zig 0.17 write what happens to be in its memory into a Mac's table of indirect symbols.
    return "-w" if is_zigs_mac(goal) else "-s -w"


def is_zigs_mac(goal: Target) -> bool:
    return goal.goos == "darwin" and sys.platform != "darwin"


def go_flags(ours: str) -> str:
    """Return GOFLAGS for the build: *ours*, of -ldflags, then the user's, which win.

    Of several -ldflags Go heeds only the last one, so they become one.
    """
    asked = [re.sub(r"^--", "-", flag) for flag in go_split(go_env("GOFLAGS"))]
    ldflags = [flag.partition("=")[2] for flag in asked if flag.startswith("-ldflags=")]
    others = [flag for flag in asked if not flag.startswith("-ldflags=")]
    return go_join(["-trimpath", "-buildvcs=false", *others, f"-ldflags={' '.join([ours, *ldflags])}"])


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Build the Go engine into one library.")
    parser.add_argument("--helper", action="store_true", help="build the helper program instead")
    parser.add_argument("out", type=Path, metavar="OUT", help="the file to write, such as _checksig.so")
    options = parser.parse_args(argv)
    try:
        if options.helper:
            build_helper(options.out, chosen_target())
        else:
            build(options.out)
    except BuildError as e:
        sys.exit(f"error: {e}")


if __name__ == "__main__":
    main()
