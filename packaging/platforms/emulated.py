"""Linux on other machines: Debian's Python of the architecture, its instructions emulated by qemu-user."""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path
from typing import NamedTuple

import builds
import common
import debian
from interpreter import Interpreter, furnish, install, smoke


class Machine(NamedTuple):
    """Names of one architecture: Debian's, qemu's and the wheel's."""

    debian: str
    qemu: str
    wheel: str


SUITE, PYTHON = "trixie", "python3.13"
MACHINES = [
    Machine("arm64", "aarch64", "aarch64"),
    Machine("armhf", "arm", "armv7l"),
    Machine("riscv64", "riscv64", "riscv64"),
    Machine("s390x", "s390x", "s390x"),
]


def platforms() -> list[common.Platform]:
    how = f"Debian {SUITE}'s {PYTHON} under qemu-user"
    return [common.Platform(machine.wheel, how, partial(run, machine)) for machine in MACHINES]


def run(machine: Machine) -> str:
    qemu = common.need(f"qemu-{machine.qemu}-static", "qemu-user-static", f"qemu-{machine.qemu}")
    root = debian.root(SUITE, machine.debian, PYTHON)
    place = common.fresh(common.WORK / machine.wheel)
    kind = builds.LINUX[machine.wheel]
    start = [qemu, "-L", str(root)]
    bare = Interpreter([*start, f"{root}/usr/bin/{PYTHON}"], place, kind)
    packages = furnish(bare)
    pip = unpack_pip(packages, place)
    translate(root / "usr" / "lib" / PYTHON)
    translate(pip)
    bare("-m", "venv", "--without-pip", place / "venv")
    command = [*start, str(place / "venv" / "bin" / "python")]
    python = Interpreter(command, place, kind, inside=command, env={"LC_ALL": "C.UTF-8"})
    install(python, packages, "checksig", pip=pip)
    return smoke(python)


def unpack_pip(packages: Path, place: Path) -> Path:
    """Unpack the wheel that pip is run from. Returns what to run."""
    with zipfile.ZipFile(next(packages.glob("pip-*.whl"))) as archive:
        archive.extractall(place / "pip")
    return place / "pip" / "pip"


def translate(folder: Path) -> None:
    """Write the bytecode with the same Python for this machine: emulated it takes minutes.

    It is the same for every machine.
    """
    done = folder / "__pycache__" / "complete"
    if done.exists():
        return
    native = debian.root(SUITE, "amd64", PYTHON)
    loader = [
        str(native / "lib64" / "ld-linux-x86-64.so.2"),
        "--library-path",
        str(native / "usr/lib/x86_64-linux-gnu"),
    ]
    common.run([*loader, str(native / "usr" / "bin" / PYTHON), "-m", "compileall", "-q", str(folder)])
    done.touch()
