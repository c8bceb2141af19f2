"""Which wheel a platform gets: the one of nox -s wheels in dist/, or else one built in the same way."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import NamedTuple

import common

PATIENCE = 1200.0  # seconds for a build: the first of a target compiles its C library too


class Kind(NamedTuple):
    """What a wheel is for: its name in targets.toml, and what its tag starts and ends with."""

    target: str
    system: str
    machine: str

    def fits(self, name: str) -> bool:
        """Tell by its name whether a wheel is of this kind."""
        tags = name.removesuffix(".whl").rpartition("-")[2].split(".")
        return any(re.fullmatch(f"{self.system}_(.*_)?{self.machine}", tag) for tag in tags)


LINUX = {
    "x86_64": Kind("linux-x86_64", "manylinux[0-9]*", "x86_64"),
    "aarch64": Kind("linux-arm64", "manylinux[0-9]*", "aarch64"),
    "armv7l": Kind("linux-armv7l", "manylinux[0-9]*", "armv7l"),
    "riscv64": Kind("linux-riscv64", "manylinux[0-9]*", "riscv64"),
    "s390x": Kind("linux-s390x", "manylinux[0-9]*", "s390x"),
}
WINDOWS = Kind("windows-amd64", "win", "amd64")


def wheel(kind: Kind) -> Path:
    """Return the wheel for a kind: the one in dist/ that is newer than its sources, or one built now."""
    built = common.PROJECT / ".nox" / "platforms-wheels"
    if not (found := newest(common.PROJECT / "dist", kind) or newest(built, kind)):
        build(kind, built)
        found = newest(built, kind)
    if not found:
        msg = f"the build made no wheel that is newer than its sources for {kind.target}"
        raise common.Failure(msg)
    return found


def newest(folder: Path, kind: Kind) -> Path | None:
    """Return the newest wheel of a kind in *folder*, None where there is none that is newer than its sources."""
    changed = max(path.stat().st_mtime for path in sources())
    found = [path for path in folder.glob("checksig-*.whl") if kind.fits(path.name) and path.stat().st_mtime > changed]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def sources() -> list[Path]:
    """Return all that a wheel is made of."""
    trees = [path for tree in ("go", "src", "packaging/checksig_build") for path in (common.PROJECT / tree).rglob("*")]
    kept = [path for path in trees if path.suffix in {".go", ".py", ".mod", ".map", ".c", ".h", ".s"}]
    scripts = (common.PROJECT / "packaging").glob("*.py")
    return [*kept, *scripts, common.PROJECT / "setup.py", common.PROJECT / "pyproject.toml"]


def build(kind: Kind, folder: Path) -> None:
    """Build as nox -s wheels does."""
    script = common.PROJECT / "packaging" / "wheels.py"
    common.run([sys.executable, str(script), "--dist", str(folder), kind.target], patience=PATIENCE)


def packages(kind: Kind) -> Path:
    """Return a folder with what the wheel needs, and pip, from PyPI."""
    folder = common.CACHE / "dependencies" / kind.target
    if not folder.exists():
        download(folder, "pip", "colorama", *requirements(wheel(kind)))
    return folder


def requirements(made: Path) -> list[str]:
    """Return what a wheel says that it needs, as pip takes it."""
    import email
    import zipfile

    with zipfile.ZipFile(made) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name)).get_all("Requires-Dist", [])


def download(folder: Path, *what: str, options: tuple[str, ...] = ()) -> None:
    """Make a folder with packages from PyPI: a complete one, or none."""
    pip = [sys.executable, "-m", "pip", "download", "-q", "--only-binary=:all:", "--disable-pip-version-check"]
    new = common.fresh(folder.with_name(f"{folder.name}.new"))
    common.fetch([*pip, *options, "-d", str(new), *what])
    new.rename(folder)
