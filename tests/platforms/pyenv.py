"""Linux on this very machine: every CPython of pyenv, each with the pip it came with."""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path

import common
from checksig_build.targets import this_platform
from interpreter import Interpreter, furnish, smoke

OLDEST = (3, 10)


def platforms() -> list[common.Platform]:
    found = [
        common.Platform(name, "pyenv's, in a venv, with its own pip", partial(run, path, name))
        for path in pythons()
        for name in [f"pyenv-{path.parts[-3]}"]
    ]
    return found or [common.Platform("pyenv", "pyenv's, in a venv, with its own pip", none)]


def none() -> str:
    msg = "no CPython from 3.10 on in pyenv's directory of versions"
    raise common.Skip(msg)


def pythons() -> list[Path]:
    """Return the interpreters that are new enough, oldest first."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = []
    for path in root.glob("versions/*/bin/python"):
        version = re.match(r"(\d+)\.(\d+)\.(\d+)", path.parts[-3])
        if version and tuple(map(int, version.groups())) >= OLDEST:
            found.append((tuple(map(int, version.groups())), path.parts[-3], path))
    return [path for *_, path in sorted(found)]


def run(path: Path, name: str) -> str:
    """Install into a venv with the pip that this Python brings."""
    place = common.fresh(common.WORK / name)
    common.run([str(path), "-m", "venv", str(place / "venv")])
    row = this_platform().platform
    if not row or not row.wheel:
        msg = f"there is no wheel for {this_platform().text}"
        raise common.Skip(msg)
    python = Interpreter([str(place / "venv/bin/python")], place, row)
    packages = furnish(python)
    python("-m", "pip", "install", "-q", "--no-index", "--no-compile", "--find-links", packages, "checksig")
    return smoke(python)
