"""The platforms: the table targets.toml, platform tags, and the platform that a wheel is for."""

from __future__ import annotations

import configparser
import functools
import os
import platform
import re
import sys
import sysconfig
from pathlib import Path
from typing import NamedTuple

from . import BuildError

TABLE = Path(__file__).resolve().parent.parent / "targets.toml"
SUFFIXES = {"darwin": ".dylib", "windows": ".dll"}  # and .so for all others
SYSTEMS = {"linux": "linux", "manylinux": "linux", "musllinux": "linux", "macosx": "darwin", "win": "windows"}
LEGACY = {"manylinux1": "manylinux_2_5", "manylinux2010": "manylinux_2_12", "manylinux2014": "manylinux_2_17"}
TAG = re.compile(r"(manylinux|musllinux|macosx|linux|win)(?:_(\d+)(?:_(\d+))?)?_?(\w+)")


class Platform(NamedTuple):
    """One row of the table, which describes the columns."""

    name: str
    python: str
    goarch: str
    header: str
    libc: str = ""
    zig: str = ""
    no_zig: str = ""
    gcc: str = ""
    wheel: str = ""
    runner: str = ""
    pythons: str = ""
    debian: str = ""
    qemu: str = ""
    conda: str = ""

    @property
    def goos(self) -> str:
        return parse_tag(self.python).goos

    @property
    def machine(self) -> str:
        return parse_tag(self.python).machine

    @property
    def gcc_packages(self) -> tuple[str, str]:
        """Return Debian's names of the packages with *gcc*, and with the headers of the C library for it."""
        return f"gcc-{self.gcc.removesuffix('-gcc')}", f"libc6-dev-{self.debian}-cross"


@functools.cache
def platforms() -> dict[str, Platform]:
    """Return the table, by the names that `nox -s wheels` takes."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(TABLE.read_text("utf-8"))
    rows = {name: {key: value[1:-1] for key, value in parser[name].items()} for name in parser.sections()}
    return {name: Platform(name, **row) for name, row in rows.items()}


def find(**wanted: str) -> Platform | None:
    """Return the platform with these values, None where the table has none."""
    rows = platforms().values()
    return next((row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())), None)


class Tag(NamedTuple):
    """A platform as Python or a wheel calls it, taken apart."""

    text: str
    family: str = ""  # manylinux, musllinux, linux, macosx or win; "" for one that isn't known
    version: tuple[int, int] | None = None  # of glibc, musl or macOS
    machine: str = ""

    @property
    def platform(self) -> Platform | None:
        system = {"manylinux": "linux", "musllinux": "linux"}.get(self.family, self.family)
        names = (f"{system}_{self.machine}", f"{system}{self.machine}")
        return next(filter(None, (find(python=name, libc=self.libc) for name in names)), None)

    @property
    def libc(self) -> str:
        return "musl" if self.family == "musllinux" else ""

    @property
    def goos(self) -> str:
        return SYSTEMS.get(self.family, "")


def parse_tag(name: str) -> Tag:
    """Take apart a platform such as manylinux_2_17_x86_64, macosx-13.0-arm64 or win32."""
    text = re.sub(r"[-. ]", "_", name.lower())
    if text.endswith("universal2"):  # what runs now decides: the library is for one machine
        text = text.removesuffix("universal2") + platform.machine()
    legacy, _, machine = text.partition("_")
    match = TAG.fullmatch(f"{LEGACY[legacy]}_{machine}" if legacy in LEGACY else text)
    if not match:
        return Tag(text)
    return Tag(text, match[1], (int(match[2]), int(match[3] or 0)) if match[2] else None, match[4])


def this_platform() -> Tag:
    """Return the platform of this Python: a 32-bit one on a 64-bit Linux says that it is a 64-bit one."""
    name = sysconfig.get_platform()
    if sys.maxsize < 1 << 32:
        name = {"linux-x86_64": "linux-i686", "linux-aarch64": "linux-armv7l"}.get(name, name)
    return parse_tag(name)


class Target(NamedTuple):
    """What the wheel is for: Go's names for it, "" for Go's own default, and the wheel's platform tag."""

    goos: str
    goarch: str
    tag: str

    @property
    def is_native(self) -> bool:
        return (self.goos, self.goarch) == go_names(this_platform())

    @property
    def suffix(self) -> str:
        return SUFFIXES.get(self.goos, ".so")

    @property
    def libc(self) -> str:
        """Return "musl" where that is the C library, as the tag says or this Python."""
        return parse_tag(self.tag).libc or ("musl" if self.is_native and on_musl() else "")

    @property
    def row(self) -> Platform | None:
        return find(goos=self.goos, goarch=self.goarch, libc=self.libc) or find(goos=self.goos, goarch=self.goarch)


def go_names(tag: Tag) -> tuple[str, str]:
    """Return GOOS and GOARCH of a platform."""
    return tag.goos, tag.platform.goarch if tag.platform else ""


def chosen_target(asked: str | None = None) -> Target:
    """GOOS and GOARCH decide, then *asked* (a wheel's platform tag), then this Python."""
    tag = parse_tag(asked) if asked else this_platform()
    goos, goarch = names = go_names(tag)
    goos, goarch = os.environ.get("GOOS") or goos, os.environ.get("GOARCH") or goarch
    if asked and (goos, goarch) != names:
        msg = f"the wheel is to be tagged {asked}, but GOOS and GOARCH say {goos}/{goarch}: make them agree"
        raise BuildError(msg)
    if asked or ((goos, goarch) == names and not tag.platform):
        return Target(goos, goarch, tag.text)
    return Target(goos, goarch, default_tag(goos, goarch))


def default_tag(goos: str, goarch: str) -> str:
    """Return the wheel's platform tag where nobody asked for another."""
    row = find(goos=goos, goarch=goarch)
    if row is None:
        return f"{goos}_{goarch}"
    return row.python.replace("macosx", f"macosx_{macos_version().replace('.', '_')}")


def macos_version() -> str:
    """Return the oldest macOS that the library is for: that of the wheels, unless a later one is asked for."""
    floor = parse_tag(platforms()["macos-arm64"].wheel).version or (0, 0)
    asked = re.match(r"(\d+)(?:\.(\d+))?", os.environ.get("MACOSX_DEPLOYMENT_TARGET", ""))
    return "{}.{}".format(*max(floor, (int(asked[1]), int(asked[2] or 0))) if asked else floor)


def on_musl() -> bool:
    return "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or "")


def refuse_musl(goal: Target) -> None:
    if goal.libc == "musl":
        msg = (
            "musl (Alpine) can't load a Go library, see https://github.com/golang/go/issues/54805. "
            "Build the helper program instead, as is done there by default: docs/packaging.md"
        )
        raise BuildError(msg)
