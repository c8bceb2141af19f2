"""The platform that a wheel is for: Go's names, the wheel's tag, and which one is meant."""

from __future__ import annotations

import os
import platform
import re
import sysconfig
from typing import NamedTuple

from setuptools.command.bdist_wheel import get_platform
from setuptools.errors import OptionError, PlatformError

SUFFIXES = {"darwin": ".dylib", "windows": ".dll"}  # and .so for all others
SYSTEMS = {"linux": "linux", "manylinux": "linux", "macosx": "darwin", "win": "windows"}
# The end of a platform's name -> GOARCH.
MACHINES = {
    "x86_64": "amd64",
    "amd64": "amd64",
    "aarch64": "arm64",
    "arm64": "arm64",
    "i686": "386",
    "win32": "386",
    "armv7l": "arm",
    "ppc64le": "ppc64le",
    "riscv64": "riscv64",
    "s390x": "s390x",
    "loongarch64": "loong64",
}
LINUX_MACHINES = {"amd64": "x86_64", "arm64": "aarch64", "386": "i686", "arm": "armv7l", "loong64": "loongarch64"}
WINDOWS_TAGS = {"amd64": "win_amd64", "arm64": "win_arm64", "386": "win32"}
MACOS_FLOOR = (13, 0)  # of Go 1.27


class Target(NamedTuple):
    """What the wheel is for: Go's names for it, and the wheel's platform tag."""

    goos: str
    goarch: str
    tag: str

    @property
    def is_native(self) -> bool:
        return (self.goos, self.goarch) == go_platform(get_platform(None))

    @property
    def suffix(self) -> str:
        return SUFFIXES.get(self.goos, ".so")


def chosen_target(asked: str | None = None) -> Target:
    """GOOS and GOARCH decide, then *asked* (a wheel's platform tag), then this interpreter."""
    goos, goarch = go_platform(asked or get_platform(None))
    goos, goarch = os.environ.get("GOOS") or goos, os.environ.get("GOARCH") or goarch
    if asked and (goos, goarch) != go_platform(asked):
        msg = f"the wheel is to be tagged {asked}, but GOOS and GOARCH say {goos}/{goarch}: make them agree"
        raise OptionError(msg)
    return Target(goos, goarch, re.sub(r"[-. ]", "_", asked.lower()) if asked else tag(goos, goarch))


def go_platform(name: str) -> tuple[str, str]:
    """GOOS and GOARCH of a platform named as Python or a wheel does."""
    name = re.sub(r"[-. ]", "_", name.lower())
    if name.endswith("universal2"):  # what runs now decides: the library is for one machine
        name = f"macosx_{platform.machine()}"
    system = re.match(r"[a-z]+", name)
    goos = SYSTEMS.get(system[0], system[0]) if system else ""
    return goos, next((arch for end, arch in MACHINES.items() if name.endswith(end)), "")


def tag(goos: str, goarch: str) -> str:
    """Return the wheel's platform tag where nobody asked for another."""
    if goos == "windows":
        return WINDOWS_TAGS.get(goarch, f"win_{goarch}")
    if goos == "darwin":
        return f"macosx_{macos_version().replace('.', '_')}_{'x86_64' if goarch == 'amd64' else goarch}"
    return f"{goos}_{LINUX_MACHINES.get(goarch, goarch)}"


def macos_version() -> str:
    """Return the oldest macOS that the library is for: Go's floor, unless a later one is asked for."""
    asked = re.match(r"(\d+)(?:\.(\d+))?", os.environ.get("MACOSX_DEPLOYMENT_TARGET", ""))
    version = max(MACOS_FLOOR, (int(asked[1]), int(asked[2] or 0))) if asked else MACOS_FLOOR
    return "{}.{}".format(*version)


def on_musl() -> bool:
    return "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or "")


def refuse_musl(goal: Target) -> None:
    if goal.is_native and on_musl():
        msg = (
            "checksig doesn't work on musl (Alpine): a Go library can't be loaded there, "
            "see https://github.com/golang/go/issues/54805. Use a system with glibc, such as Debian"
        )
        raise PlatformError(msg)
