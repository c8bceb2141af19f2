"""Which wheel a platform gets: the one in dist/, or else one built for it."""

from __future__ import annotations

import runpy
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import common

PATIENCE = 1200.0  # seconds for a build: the first of a target compiles its C library too


class Kind(NamedTuple):
    """What a wheel is for: in its tag, and in Go's words."""

    system: str
    machine: str
    goos: str
    goarch: str

    def fits(self, name: str) -> bool:
        """Tell by its name whether a wheel is of this kind."""
        tags = name.removesuffix(".whl").rpartition("-")[2].split(".")
        return any("musl" not in t and self.system in t and t.endswith(f"_{self.machine}") for t in tags)


LINUX = {
    "x86_64": Kind("linux", "x86_64", "linux", "amd64"),
    "aarch64": Kind("linux", "aarch64", "linux", "arm64"),
    "armv7l": Kind("linux", "armv7l", "linux", "arm"),
    "riscv64": Kind("linux", "riscv64", "linux", "riscv64"),
    "s390x": Kind("linux", "s390x", "linux", "s390x"),
}
WINDOWS = Kind("win", "amd64", "windows", "amd64")


def wheel(kind: Kind) -> Path:
    """Return the wheel for a kind: the one in dist/ that is newer than its sources, or one built now."""
    built = common.CACHE / "wheels"
    if not (found := newest(common.PROJECT / "dist", kind) or newest(built, kind)):
        build(kind, built)
        found = newest(built, kind)
    if not found:
        msg = f"the build made no wheel for {kind.goos}/{kind.goarch}"
        raise common.Failure(msg)
    return found


def newest(folder: Path, kind: Kind) -> Path | None:
    """Return the wheel that runs most widely: a manylinux one before a plain one."""
    changed = max(path.stat().st_mtime for path in sources())
    found = [path for path in folder.glob("checksig-*.whl") if kind.fits(path.name) and path.stat().st_mtime > changed]
    return max(found, key=lambda path: ("manylinux" in path.name, path.stat().st_mtime), default=None)


def sources() -> list[Path]:
    """Return all that a wheel is made of."""
    trees = [path for tree in ("go", "src") for path in (common.PROJECT / tree).rglob("*")]
    kept = [path for path in trees if path.suffix in {".go", ".py", ".mod", ".c", ".h", ".s"}]
    return [*kept, common.PROJECT / "setup.py", common.PROJECT / "pyproject.toml"]


def build(kind: Kind, folder: Path) -> None:
    """Build with zig, whose libraries run on any glibc from 2.17 on; a native compiler's wouldn't."""
    env = {"GOOS": kind.goos, "GOARCH": kind.goarch, "CC": zig_compiler(kind), "CGO_ENABLED": "1"}
    shutil.rmtree(common.PROJECT / "build", ignore_errors=True)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "--disable-pip-version-check",
    ]
    common.run([*pip, "-w", str(folder), str(common.PROJECT)], env=env, patience=PATIENCE)


def zig_compiler(kind: Kind) -> str:
    """Ask setup.py how it calls zig for a target."""
    project = runpy.run_path(str(common.PROJECT / "setup.py"))
    return str(project["zig_compiler"](project["Target"](kind.goos, kind.goarch, "")))


def packages(kind: Kind) -> Path:
    """Return a folder with the wheel and what it needs, pip among it, all from PyPI."""
    made = wheel(kind)
    folder = common.CACHE / "packages" / f"{kind.goos}-{kind.goarch}"
    if not any(folder.glob("pip-*.whl")):
        download(folder, "pip", "colorama", *requirements(made))
    for old in folder.glob("checksig-*.whl"):
        old.unlink()
    shutil.copy(made, folder)
    return folder


def requirements(made: Path) -> list[str]:
    """Return what a wheel says that it needs, as pip takes it."""
    import email
    import zipfile

    with zipfile.ZipFile(made) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name)).get_all("Requires-Dist", [])


def download(folder: Path, *what: str, options: tuple[str, ...] = ()) -> None:
    pip = [sys.executable, "-m", "pip", "download", "-q", "--only-binary=:all:", "--disable-pip-version-check"]
    common.run([*pip, *options, "-d", str(folder), *what])
