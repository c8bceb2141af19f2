"""Whether a finished library is the engine: its header, and what it says of itself when loaded."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

# What a library's header calls a machine -> GOARCH.
ELF_MACHINES = {
    3: "386",
    21: "ppc64le",
    22: "s390x",
    40: "arm",
    62: "amd64",
    183: "arm64",
    243: "riscv64",
    258: "loong64",
}
MACHO_MACHINES = {0x01000007: "amd64", 0x0100000C: "arm64"}
PE_MACHINES = {0x014C: "386", 0x8664: "amd64", 0xAA64: "arm64"}


class Kind(NamedTuple):
    """What the header of a library tells."""

    format: str
    goarch: str  # "" for one that isn't known here
    is_shared: bool


class Release(NamedTuple):
    """What the Python half asks of the engine."""

    version: str
    abi: int | None  # None where it doesn't say


def release(version: str, native: Path) -> Release:
    """Return the release of *version*, whose *native* module has the ABI number."""
    number = native.is_file() and re.search(r"(?m)^_?ABI\b[^=\n]*= *(\d+)", native.read_text("utf-8"))
    return Release(version, int(number[1]) if number else None)


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
        return f"has ABI {abi}, but src/checksig/_native.py asks for {wanted.abi}"
    return "" if version == wanted.version else f"is of version {version}, and this is checksig {wanted.version}"


def kind_of(library: Path) -> Kind | None:
    """Read the header of *library*, None where it is no ELF, Mach-O or PE file."""
    with library.open("rb") as f:
        head = f.read(4096)

    def number(at: int, size: int, order: Literal["little", "big"] = "little") -> int:
        return int.from_bytes(head[at : at + size], order)

    if head.startswith(b"\x7fELF"):
        order: Literal["little", "big"] = "big" if head[5:6] == b"\x02" else "little"
        return Kind("ELF", ELF_MACHINES.get(number(18, 2, order), ""), number(16, 2, order) == 3)
    if head.startswith(b"\xcf\xfa\xed\xfe"):
        return Kind("Mach-O", MACHO_MACHINES.get(number(4, 4), ""), number(12, 4) == 6)
    pe = number(60, 4)
    if head.startswith(b"MZ") and head[pe : pe + 4] == b"PE\0\0":
        return Kind("PE", PE_MACHINES.get(number(pe + 4, 2), ""), bool(number(pe + 22, 2) & 0x2000))
    return None


def place(library: Path, data: bytes | None = None) -> None:
    """Write *library*, and remove what an earlier build, of another target perhaps, left in its place."""
    library.parent.mkdir(parents=True, exist_ok=True)
    for stale in library.parent.glob(f"{library.stem}.*"):
        stale.unlink()
    if data is not None:
        library.write_bytes(data)
