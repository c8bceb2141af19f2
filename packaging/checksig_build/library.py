"""Whether a finished library is the engine: its header, and what it says of itself when loaded."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Literal, NamedTuple

from . import BuildError
from .targets import find

if TYPE_CHECKING:
    from pathlib import Path


class Kind(NamedTuple):
    """What the header of a library tells."""

    header: str  # as targets.toml has it
    is_shared: bool


class Release(NamedTuple):
    """What the Python half asks of the engine."""

    version: str
    abi: int | None  # None where it doesn't say


def release(package: Path) -> Release:
    """Return the release of the Python half, whose modules are in *package*."""
    version = re.search(r"""(?m)^__version__\b[^=\n]*= *["'](.+)["']""", (package / "_version.py").read_text("utf-8"))
    number = re.search(r"(?m)^_?ABI\b[^=\n]*= *(\d+)", (package / "_engine/_ctypes.py").read_text("utf-8"))
    if not version:
        msg = f'{package / "_version.py"} has no line such as __version__ = "1.0"'
        raise BuildError(msg)
    return Release(version[1], int(number[1]) if number else None)


def load_trouble(library: Path, wanted: Release) -> str:
    """Say why the Python half of *wanted* won't work with *library*, "" where it will.

    Another process loads it: a fault there must not end this one.
    """
    probe = (
        "import ctypes, sys; lib = ctypes.CDLL(sys.argv[1]); print(lib.checksig_abi()); "
        "lib.checksig_version.restype = ctypes.c_char_p; print(lib.checksig_version().decode())"
    )
    run = subprocess.run([sys.executable, "-c", probe, str(library)], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        reason = run.stderr.strip().rpartition("\n")[2] or f"exit status {run.returncode}"
        return f"doesn't load in {sys.executable}: {reason}"
    abi, version = run.stdout.splitlines()
    if wanted.abi is not None and int(abi) != wanted.abi:
        return f"has ABI {abi}, but src/checksig/_engine/_ctypes.py asks for {wanted.abi}"
    return "" if version == wanted.version else f"is of version {version}, and this is checksig {wanted.version}"


def kind_of(data: bytes) -> Kind | None:
    """Read the header of a library, None where it is no ELF, Mach-O or PE file for one machine."""

    def number(at: int, size: int, order: Literal["little", "big"] = "little") -> int:
        return int.from_bytes(data[at : at + size], order)

    if data.startswith(b"\x7fELF"):
        order: Literal["little", "big"] = "big" if number(5, 1) == 2 else "little"
        ends = {"big": "MSB", "little": "LSB"}[order]
        return Kind(f"ELF{32 * number(4, 1)} {ends} {number(18, 2, order)}", number(16, 2, order) == 3)
    if data.startswith(b"\xcf\xfa\xed\xfe"):
        return Kind(f"Mach-O 0x{number(4, 4):08x}", number(12, 4) == 6)
    pe = number(60, 4)
    if data.startswith(b"MZ") and data[pe : pe + 4] == b"PE\0\0":
        return Kind(f"PE 0x{number(pe + 4, 2):04x}", bool(number(pe + 22, 2) & 0x2000))
    return None


def machine_of(kind: Kind) -> str:
    """Name what a library is for: a platform of the table, or else the header."""
    found = find(header=kind.header)
    return f"{found.goos}/{found.goarch}" if found else kind.header


def place(library: Path, data: bytes | None = None) -> None:
    """Write *library*, and remove what an earlier build, of another target perhaps, left in its place."""
    library.parent.mkdir(parents=True, exist_ok=True)
    for stale in library.parent.glob(f"{library.stem}.*"):
        stale.unlink()
    if data is not None:
        library.write_bytes(data)
