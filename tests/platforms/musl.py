"""Linux with musl on this very machine: a CPython compiled with Debian's musl-gcc from Debian's source packages.

Neither Debian nor PyPI has one, and Alpine's packages are elsewhere.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import zipfile
from functools import partial
from pathlib import Path

import builds
import common
import debian
from checksig_build import targets
from interpreter import Interpreter, furnish, install, smoke

SUITE, PYTHON = "trixie", "python3.13"
ZLIB = "bookworm", "zlib"  # an older one: not every mirror has a version with a plus sign
COMPILING = 1800.0  # seconds
COMPILER = """#!/bin/sh
case " $* " in *print-multiarch*) echo {machine}-linux-musl; exit;; esac
exec {compiler} "$@"
"""
"""musl-gcc that says for which C library it compiles: CPython's build asks."""

NOT_COMPILED = (
    "_bz2 _ctypes _curses _curses_panel _dbm _gdbm _hashlib _lzma _sqlite3 _ssl _tkinter _uuid _zstd nis readline"
)
"""The modules of Python that need more than a C library and zlib. Neither pip nor checksig needs them here."""


def platforms() -> list[common.Platform]:
    compiled = f"CPython compiled with musl-gcc from Debian {SUITE}'s source of {PYTHON}, in a venv, with pip's newest"
    emulated = "this machine's CPython, and the wheel's program under qemu-user"
    return [
        common.Platform("musl", compiled, partial(run, PYTHON), by_name_alone=True),
        common.Platform("musl-aarch64", emulated, partial(run_program, "linux-arm64-musl", "qemu-aarch64-static")),
    ]


def run_program(name: str, emulator: str) -> str:
    """Unpack the wheel, and start its program in the emulator: there is no musl Python for the machine."""
    row = targets.platforms()[name]
    qemu = common.need("qemu-user-static", emulator)
    place = common.fresh(common.WORK / name)
    with zipfile.ZipFile(builds.wheel(row)) as archive:
        archive.extractall(place / "packages")
    program = place / "packages" / "checksig" / "_checksig-engine"
    real = program.rename(program.with_name("real-engine"))
    real.chmod(0o755)
    program.write_text(f"#!/bin/sh\nexec {shlex.quote(qemu)} {shlex.quote(str(real))}\n")
    program.chmod(0o755)
    shutil.copy(common.HERE / "smoke.py", place)
    shutil.copytree(common.PROJECT / "examples" / "logs", place / "logs")
    return smoke(Interpreter([sys.executable], place, row, env={"PYTHONPATH": str(place / "packages")}))


def run(package: str) -> str:
    machine = os.uname().machine
    row = targets.find(libc="musl", python=f"linux_{machine}")
    if row is None:
        msg = f"there is no wheel for musl on {machine}"
        raise common.Skip(msg)
    home = common.CACHE / "roots" / f"{SUITE}-{package}-musl"
    done = home / "complete"
    if not done.exists():
        compile_all(package, common.fresh(home))
        done.touch()
    place = common.fresh(common.WORK / "musl")
    python = Interpreter([str(home / "bin" / package)], place, row)
    packages = furnish(python)
    python("-m", "venv", "--without-pip", place / "venv")
    python = Interpreter([str(place / "venv" / "bin" / "python")], place, row)
    refuse_glibc(python)
    install(python, packages, "checksig")
    return smoke(python)


def refuse_glibc(python: Interpreter) -> None:
    """Fail unless the interpreter's process has musl in it, and nothing of glibc."""
    loaded = python("-c", "print(open('/proc/self/maps').read())")
    if "musl" not in loaded or "libc.so.6" in loaded:
        msg = f"{python.command[0]} isn't a Python with musl:\n{loaded}"
        raise common.Failure(msg)


def compile_all(package: str, home: Path) -> None:
    """Compile zlib, by which pip reads wheels, and CPython."""
    compiler, make = common.need("musl-tools", "musl-gcc"), common.need("make", "make")
    place = common.fresh(common.WORK / "musl-source")
    wrapper = place / "musl-compiler"
    wrapper.write_text(COMPILER.format(machine=os.uname().machine, compiler=compiler))
    wrapper.chmod(0o755)
    env = {"CC": str(wrapper), "CFLAGS": "-O2 -fPIC", "PKG_CONFIG": "/bin/false"}
    zlib = debian.unpack_source(debian.source(*ZLIB), place / "zlib")
    common.run(["./configure", "--static", f"--prefix={home}"], env=env, cwd=zlib)
    common.run([make, "-s", "install"], env=env, cwd=zlib)
    source = debian.unpack_source(debian.source(SUITE, package), place / "python")
    env |= {"CPPFLAGS": f"-I{home}/include", "LDFLAGS": f"-L{home}/lib"}
    left_out = [f"py_cv_module_{name}=n/a" for name in NOT_COMPILED.split()]
    options = [f"--prefix={home}", "--without-ensurepip", "--disable-test-modules", *left_out]
    common.run(["./configure", "-q", *options], env=env, cwd=source)
    common.run([make, "-s", f"-j{os.cpu_count()}"], env=env, cwd=source, patience=COMPILING)
    common.run([make, "-s", "altinstall", "TESTSUBDIRS="], env=env, cwd=source, patience=COMPILING)
