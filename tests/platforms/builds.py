"""Which wheel a platform gets: the one of nox -s wheels in dist/, or else one built in the same way."""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

import common
from checksig_build.targets import Platform, parse_tag

PATIENCE = 1200.0  # seconds for a build: the first of a target compiles its C library too


def fits(platform: Platform, name: str) -> bool:
    """Tell by its name whether a wheel is one of nox -s wheels for a platform."""
    tags = map(parse_tag, name.removesuffix(".whl").rpartition("-")[2].split("."))
    return any(tag.platform == platform and tag.family != "linux" for tag in tags)


@common.one_at_a_time
def wheel(platform: Platform) -> Path:
    """Return the wheel for a platform: the one in dist/ that is newer than its sources, or one built now."""
    built = common.PROJECT / ".nox" / "platforms-wheels"
    if not (found := newest(common.PROJECT / "dist", platform) or newest(built, platform)):
        build(platform, built)
        found = newest(built, platform)
    if not found:
        msg = f"the build made no wheel that is newer than its sources for {platform.name}"
        raise common.Failure(msg)
    return found


def newest(directory: Path, platform: Platform) -> Path | None:
    """Return the newest wheel for a platform in *directory*, None where none is newer than its sources."""
    changed = max(path.stat().st_mtime for path in sources())
    found = [
        path
        for path in directory.glob("checksig-*.whl")
        if fits(platform, path.name) and path.stat().st_mtime > changed
    ]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def sources() -> list[Path]:
    """Return all that a wheel is made of."""
    trees = [path for tree in ("go", "src", "packaging") for path in (common.PROJECT / tree).rglob("*")]
    kept = [path for path in trees if path.suffix in {".go", ".py", ".mod", ".map", ".c", ".h", ".s", ".toml"}]
    return [*kept, common.PROJECT / "setup.py", common.PROJECT / "pyproject.toml"]


def build(platform: Platform, directory: Path) -> None:
    """Build as nox -s wheels does."""
    script = common.PROJECT / "packaging" / "wheels.py"
    common.run([sys.executable, str(script), "--dist", str(directory), platform.name], patience=PATIENCE)


def packages(platform: Platform) -> Path:
    """Return a directory with what the wheel needs, and pip, from PyPI."""
    return downloaded(platform.name, "pip", "colorama", *requirements(wheel(platform)))


def requirements(made: Path) -> list[str]:
    """Return what a wheel says that it needs, as pip takes it."""
    import email
    import zipfile

    with zipfile.ZipFile(made) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name)).get_all("Requires-Dist", [])


@common.one_at_a_time
def downloaded(name: str, *what: str, options: tuple[str, ...] = ()) -> Path:
    """Return a directory with packages from PyPI, that of an earlier run if it asked for the same."""
    directory = common.CACHE / "dependencies" / f"{name}-{zlib.crc32(repr(what).encode()):08x}"
    if not directory.exists():
        _download(directory, what, options)
    return directory


def _download(directory: Path, what: tuple[str, ...], options: tuple[str, ...]) -> None:
    """Make the directory: a complete one, or none."""
    pip = [sys.executable, "-m", "pip", "download", "-q", "--only-binary=:all:", "--disable-pip-version-check"]
    new = common.fresh(directory.with_name(f"{directory.name}.new"))
    common.fetch([*pip, *options, "-d", str(new), *what])
    new.rename(directory)
