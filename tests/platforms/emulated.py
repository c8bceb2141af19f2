"""Linux on other machines: Debian's Python of the architecture, its instructions emulated by qemu-user."""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path

import common
import debian
from checksig_build import targets
from interpreter import Interpreter, furnish, install, smoke

SUITE, PYTHON = "trixie", "python3.13"


def platforms() -> list[common.Platform]:
    how = f"Debian {SUITE}'s {PYTHON} under qemu-user"
    rows = [row for row in targets.platforms().values() if row.qemu]
    return [common.Platform(row.machine, how, partial(run, row), by_name_alone=bool(row.gcc)) for row in rows]


def run(row: targets.Platform) -> str:
    qemu = common.need("qemu-user-static", f"qemu-{row.qemu}-static", f"qemu-{row.qemu}")
    if row.gcc:
        compiler, headers = row.gcc_packages
        common.need(compiler, row.gcc)
        common.need(headers, f"/usr/{row.gcc.removesuffix('-gcc')}/include/stdlib.h")
    root = debian.root(SUITE, row.debian, PYTHON)
    place = common.fresh(common.WORK / row.machine)
    start = [qemu, "-L", str(root)]
    bare = Interpreter([*start, f"{root}/usr/bin/{PYTHON}"], place, row)
    packages = furnish(bare)
    pip = unpack_pip(packages, place)
    translate(root / "usr" / "lib" / PYTHON)
    translate(pip)
    bare("-m", "venv", "--without-pip", place / "venv")
    command = [*start, str(place / "venv" / "bin" / "python")]
    python = Interpreter(command, place, row, inside=command, env={"LC_ALL": "C.UTF-8"})
    install(python, packages, "checksig", pip=pip)
    return smoke(python)


def unpack_pip(packages: Path, place: Path) -> Path:
    """Unpack the wheel that pip is run from. Returns what to run."""
    with zipfile.ZipFile(next(packages.glob("pip-*.whl"))) as archive:
        archive.extractall(place / "pip")
    return place / "pip" / "pip"


@common.one_at_a_time
def translate(directory: Path) -> None:
    """Write the bytecode with the same Python for this machine: emulated it takes minutes.

    It is the same for every machine.
    """
    done = directory / "__pycache__" / "complete"
    if done.exists():
        return
    native = debian.root(SUITE, "amd64", PYTHON)
    loader = [
        str(native / "lib64" / "ld-linux-x86-64.so.2"),
        "--library-path",
        str(native / "usr/lib/x86_64-linux-gnu"),
    ]
    common.run([*loader, str(native / "usr" / "bin" / PYTHON), "-m", "compileall", "-q", str(directory)])
    done.touch()
