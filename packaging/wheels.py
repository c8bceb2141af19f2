"""Builds the wheels of all platforms into dist/ on one Linux machine: `nox -s wheels -- [TARGET...]`.

The sdist first, then every wheel from that sdist: cross-compiled with zig, held to its tag by the
tool that cibuildwheel uses for the platform, and looked into by check_wheel.py, check-wheel-contents and twine.
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
from typing import TYPE_CHECKING

from check_wheel import check
from checksig_build.compiler import zig_compiler
from checksig_build.targets import Platform, Target, platforms

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
# Also what the tools write themselves into a zip file has this date: 1980-01-01, its earliest.
ENVIRONMENT = {**os.environ, "SOURCE_DATE_EPOCH": "315532800", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


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


def only(directory: Path, pattern: str) -> Path:
    (path,) = directory.glob(pattern)
    return path


def build_sdist(dist: Path) -> Path:
    """Build the sdist; what another version has left in *dist* goes, since all there is one release."""
    with tempfile.TemporaryDirectory() as directory:
        run("build", "--sdist", "--no-isolation", "--outdir", directory, ".")
        sdist = only(Path(directory), "*.tar.gz")
        run("twine", "check", "--strict", sdist)
        dist.mkdir(parents=True, exist_ok=True)
        for old in dist.glob("checksig-*"):
            if not old.name.startswith(sdist.name.removesuffix(".tar.gz") + "-"):
                old.unlink()
        return Path(shutil.move(sdist, dist / sdist.name))


def compiler_for(target: Platform) -> str:
    """Return the compiler for *target*: zig also for this machine, whose own one asks for its own glibc."""
    if target.gcc:
        return target.gcc
    compiler = zig_compiler(Target(target.goos, target.goarch, target.wheel))
    if not compiler:
        sys.exit("no zig here, which compiles for all platforms: install the packages of the group `wheels`")
    return compiler


def build_wheel(target: Platform, sdist: Path, directory: Path) -> Path:
    """Build the wheel of *target* as pip does for those who install from the sdist."""
    environment = {**ENVIRONMENT, "CC": compiler_for(target), "GOOS": target.goos, "GOARCH": target.goarch}
    # What GOOS and GOARCH don't say: the C library.
    options = [f"--config-settings=--build-option=--plat-name={target.wheel}"] if target.libc else []
    run("pip", "wheel", "--no-deps", "--no-build-isolation", *options, "--wheel-dir", directory, sdist, env=environment)
    return only(directory, "*.whl")


def repair(target: Platform, wheel: Path, directory: Path) -> Path:
    """Hold *wheel* to the tag of *target*; the tool fails where the engine breaks it."""
    if target.libc == "musl":  # a static program, of which auditwheel can't say what it needs: nothing
        return wheel
    if target.goos == "linux":  # --only-plat: no tag broader than the one meant
        # It takes by name only the tags of the machine it runs on, and else finds the best one there is.
        tag = target.wheel if target.wheel.endswith(f"_{platform.machine()}") else "auto"
        # Without a patcher it can't change the engine; nothing but libc is linked, so it needn't.
        options = ("--plat", tag, "--only-plat", "--patcher", "none")
        run("auditwheel", "repair", *options, "--wheel-dir", directory, wheel)
    elif target.goos == "windows":  # --analyze-existing: or it looks at no DLL
        run("delvewheel", "repair", "--analyze-existing", "--wheel-dir", directory, wheel)
    else:  # delocate, which the releases use, runs on a Mac alone
        run("repairwheel", "--output-dir", directory, wheel)
    repaired = only(directory, "*.whl")
    if target.wheel not in repaired.stem.rpartition("-")[2].split("."):
        sys.exit(f"the repaired wheel is {repaired.name}, expected the tag {target.wheel}")
    return repaired


def make(target: Platform, sdist: Path, dist: Path) -> Path:
    """Build, repair and check one wheel; it is in *dist* only where nothing is wrong with it."""
    with tempfile.TemporaryDirectory() as directory:
        built = build_wheel(target, sdist, Path(directory, "built"))
        repaired = repair(target, built, Path(directory, "repaired"))
        findings = check(repaired)
        if findings:
            sys.exit("\n".join(findings))
        run("check_wheel_contents", repaired)
        run("twine", "check", "--strict", repaired)
        return Path(shutil.move(repaired, dist / repaired.name))


def main(argv: list[str] | None = None) -> None:
    known = {name: row for name, row in platforms().items() if row.wheel}
    parser = argparse.ArgumentParser(description="Build the wheels of all platforms into dist/.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"one of {', '.join(known)}; all of them")
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", help="another directory than dist/")
    options = parser.parse_args(argv)
    unknown = set(options.targets) - set(known)
    if unknown:
        parser.error(f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    dist = options.dist.resolve()
    sdist = build_sdist(dist)
    for name in options.targets or known:
        if known[name].gcc and not shutil.which(known[name].gcc):
            packages = " and ".join(known[name].gcc_packages)
            missing = f"{name}: there is no {known[name].gcc} here; it takes Debian's {packages}"
            if name in options.targets:
                sys.exit(missing)
            print(missing, flush=True)
            continue
        start = time.monotonic()
        wheel = make(known[name], sdist, dist)
        size, seconds = wheel.stat().st_size / 1e6, time.monotonic() - start
        print(f"{name:14} {wheel.name} {size:.2f} MB, {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
