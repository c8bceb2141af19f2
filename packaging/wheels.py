"""Builds the wheels of all platforms into dist/ on one Linux machine: `nox -s wheels -- [TARGET...]`.

The sdist first, then every wheel from that sdist: cross-compiled with zig, held to its tag by the
tool that cibuildwheel uses for the platform, and looked into by check_wheel.py.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from check_wheel import check
from checksig_build.compiler import zig_compiler
from checksig_build.target import Target as Goal

if TYPE_CHECKING or sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
# Also what the tools write themselves into a zip file has this date: 1980-01-01, its earliest.
ENVIRONMENT = {**os.environ, "SOURCE_DATE_EPOCH": "315532800", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


class Target(NamedTuple):
    """One table of targets.toml."""

    name: str
    goos: str
    goarch: str
    tag: str
    repair: str


def targets() -> dict[str, Target]:
    table = tomllib.loads(Path(__file__).with_name("targets.toml").read_text("utf-8"))
    return {name: Target(name, **values) for name, values in table.items()}


def run(*command: str | Path, env: Mapping[str, str] = ENVIRONMENT) -> None:
    """Run a module of this Python, silently unless it fails."""
    done = subprocess.run(
        [sys.executable, "-m", *map(str, command)],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"{done.stdout}\n{command[0]} failed, exit status {done.returncode}")


def only(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


def build_sdist(dist: Path) -> Path:
    """Build the sdist; what another version has left in *dist* goes, since all there is one release."""
    with tempfile.TemporaryDirectory() as folder:
        run("build", "--sdist", "--no-isolation", "--outdir", folder, ".")
        sdist = only(Path(folder), "*.tar.gz")
        run("twine", "check", "--strict", sdist)
        dist.mkdir(parents=True, exist_ok=True)
        for old in dist.glob("checksig-*"):
            if not old.name.startswith(sdist.name.removesuffix(".tar.gz") + "-"):
                old.unlink()
        return Path(shutil.move(sdist, dist / sdist.name))


def zig(target: Target) -> str:
    """Return the compiler for *target*: zig also for this machine, whose own one asks for its own glibc."""
    compiler = zig_compiler(Goal(target.goos, target.goarch, target.tag))
    if not compiler:
        sys.exit("no zig here, which compiles for all platforms: install the packages of the group `wheels`")
    return compiler


def build_wheel(target: Target, sdist: Path, folder: Path) -> Path:
    """Build the wheel of *target* as pip does for those who install from the sdist."""
    environment = {
        **ENVIRONMENT,
        "CC": zig(target),
        "GOOS": target.goos,
        "GOARCH": target.goarch,
    }
    run("pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, sdist, env=environment)
    return only(folder, "*.whl")


def repair(target: Target, wheel: Path, folder: Path) -> Path:
    """Hold *wheel* to the tag that *target* promises; the tool fails where the engine breaks it."""
    if target.repair == "auditwheel":  # --only-plat: no tag broader than the one meant
        # It takes by name only the tags of the machine it runs on, and else finds the best one there is.
        tag = target.tag if target.tag.endswith(f"_{platform.machine()}") else "auto"
        # Without a patcher it can't change the engine; nothing but libc is linked, so it needn't.
        options = ("--plat", tag, "--only-plat", "--patcher", "none")
        run("auditwheel", "repair", *options, "--wheel-dir", folder, wheel)
    elif target.repair == "delvewheel":  # --analyze-existing: or it looks at no DLL
        run("delvewheel", "repair", "--analyze-existing", "--wheel-dir", folder, wheel)
    else:
        run("repairwheel", "--output-dir", folder, wheel)
    repaired = only(folder, "*.whl")
    if target.tag not in repaired.stem.rpartition("-")[2].split("."):
        sys.exit(f"{target.repair} made {repaired.name}, expected the tag {target.tag}")
    return repaired


def make(target: Target, sdist: Path, dist: Path) -> Path:
    """Build, repair and check one wheel; it is in *dist* only where nothing is wrong with it."""
    with tempfile.TemporaryDirectory() as folder:
        built = build_wheel(target, sdist, Path(folder, "built"))
        repaired = repair(target, built, Path(folder, "repaired"))
        findings = check(repaired)
        if findings:
            sys.exit("\n".join(findings))
        run("twine", "check", "--strict", repaired)
        return Path(shutil.move(repaired, dist / repaired.name))


def main(argv: list[str] | None = None) -> None:
    known = targets()
    parser = argparse.ArgumentParser(description="Build the wheels of all platforms into dist/.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"one of {', '.join(known)}; all of them")
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", help="another folder than dist/")
    options = parser.parse_args(argv)
    unknown = set(options.targets) - set(known)
    if unknown:
        parser.error(f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    dist = options.dist.resolve()
    sdist = build_sdist(dist)
    for name in options.targets or known:
        start = time.monotonic()
        wheel = make(known[name], sdist, dist)
        size, seconds = wheel.stat().st_size / 1e6, time.monotonic() - start
        print(f"{name:14} {wheel.name} {size:.2f} MB, {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
