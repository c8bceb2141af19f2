"""Linux x86_64 of other ages: Debian's Pythons with their own C library, in a chroot."""

from __future__ import annotations

import os
import platform
import shutil
import stat
from functools import partial
from pathlib import Path

import common
import debian
from checksig_build import targets
from interpreter import Interpreter, furnish, install, smoke

# Name of the platform: suite, and the package that is the interpreter and is called so.
PYTHONS = {
    "sid-3.14": ("sid", "python3.14"),
    "sid-3.15": ("sid", "python3.15"),
    "sid-pypy": ("sid", "pypy3"),
}


def platforms() -> list[common.Platform]:
    return [
        common.Platform(name, f"Debian {suite}'s {package} in a chroot", partial(run, suite, package))
        for name, (suite, package) in PYTHONS.items()
    ]


def run(suite: str, package: str) -> str:
    if platform.machine() != "x86_64" or os.geteuid() != 0 or not shutil.which("chroot"):
        msg = "needs root, for chroot, on x86_64"
        raise common.Skip(msg)
    root = debian.root(suite, "amd64", package, "libc-bin")  # and the locale C.UTF-8, for PyPy
    give_null(root)
    python = enter(root, f"/usr/bin/{package}", common.fresh(root / "work"))
    packages = furnish(python)
    python("-m", "venv", "--without-pip", python.place / "venv")
    python = enter(root, "/work/venv/bin/python", python.place)
    install(python, packages, "checksig")
    return smoke(python)


@common.one_at_a_time
def give_null(root: Path) -> None:
    """Make the one device that Python can't do without when it starts programs."""
    path = root / "dev" / "null"
    if path.exists():
        return
    path.parent.mkdir(exist_ok=True)
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    except OSError as e:
        msg = f"can't make {path}: {e.strerror}"
        raise common.Skip(msg) from e


def enter(root: Path, path: str, place: Path) -> Interpreter:
    """Return the interpreter at *path* inside a root."""
    return Interpreter(
        ["chroot", str(root), path],
        place,
        targets.platforms()["linux-x86_64"],
        seen=lambda p: "/" + p.relative_to(root).as_posix(),
        env={"HOME": "/work", "TMPDIR": "/work", "LC_ALL": "C.UTF-8"},
    )
