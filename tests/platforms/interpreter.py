"""An interpreter of any platform: how the wheel is installed into it and tried."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import builds
import common
from checksig_build.targets import Platform


@dataclass(frozen=True)
class Interpreter:
    """A Python of some platform.

    *command* starts it from here, *inside* starts it from within; *place* is a directory for its
    files, and *seen* tells what it calls one of these.
    """

    command: list[str]
    place: Path
    wheel: Platform
    inside: list[str] = field(default_factory=list)
    seen: Callable[[Path], str] = str
    env: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str | Path) -> str:
        """Run it. A path among the arguments is made one that it knows."""
        words = [self.seen(a) if isinstance(a, Path) else a for a in arguments]
        return common.run([*self.command, *words], env=self.env, cwd=self.place)


def furnish(python: Interpreter) -> Path:
    """Put all that is needed where the interpreter sees it. Returns the directory of packages."""
    packages = python.place / "packages"
    shutil.copytree(builds.packages(python.wheel), packages)
    shutil.copy(builds.wheel(python.wheel), packages)
    shutil.copy(common.HERE / "smoke.py", python.place)
    shutil.copytree(common.PROJECT / "examples" / "logs", python.place / "logs")
    return packages


def install(python: Interpreter, packages: Path, *what: str, pip: Path | None = None) -> None:
    """Install with the pip from PyPI, run by the interpreter itself: out of its wheel, or unpacked in *pip*."""
    pip = pip or next(packages.glob("pip-*.whl")) / "pip"
    options = ["--no-index", "--no-compile", "--disable-pip-version-check", "--no-warn-script-location", "-q"]
    python(pip, "install", *options, "--find-links", packages, *what)


def smoke(python: Interpreter) -> str:
    scratch = python.place / "scratch"
    scratch.mkdir()
    said = python(python.place / "smoke.py", python.place / "logs", scratch, *python.inside)
    return said.splitlines()[-1]
