"""The programs that checksig is measured against, and how each is asked to verify a list."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from data import Dataset
from measure import HERE, cores

OURS = "checksig"
COREUTILS = frozenset({"md5", "sha1", "sha224", "sha256", "sha384", "sha512"})


class Peer(NamedTuple):
    """A program, and the command with which it verifies a dataset."""

    label: str
    program: str
    """What must be there."""
    algorithms: frozenset[str]
    """Those it has, as Python names them."""
    command: Callable[[Dataset, str], list[str]]


def checksig() -> str:
    """Path of the command that is installed beside this Python."""
    return str(Path(sys.executable).with_name("checksig"))


def ours(data: Dataset, algorithm: str, *options: str) -> list[str]:
    return [checksig(), "verify", "--quiet", *options, "--root", str(data.directory), str(data.sums(algorithm))]


def coreutils(data: Dataset, algorithm: str) -> list[str]:
    return [f"{algorithm}sum", "--quiet", "-c", str(data.sums(algorithm))]


def coreutils_xargs(data: Dataset, algorithm: str, processes: int = 0) -> list[str]:
    pipe = f'printf "%s\\n" "$@" | {algorithm}sum --quiet -c'
    return [*xargs(data, data.sums(algorithm), processes or cores()), "sh", "-c", pipe, "sh"]


def openssl(data: Dataset, algorithm: str) -> list[str]:
    return [*xargs(data, data.names, cores()), "openssl", "dgst", "-r", f"-{algorithm}"]


def rhash(data: Dataset, algorithm: str) -> list[str]:
    return ["rhash", f"--{algorithm}", "--skip-ok", "-c", str(data.sums(algorithm))]


def hashdeep(data: Dataset, algorithm: str) -> list[str]:
    return ["hashdeep", "-c", algorithm, "-l", "-a", "-k", str(data.hashdeep(algorithm)), "-f", str(data.names)]


def hashlib_threads(data: Dataset, algorithm: str) -> list[str]:
    return [sys.executable, str(HERE / "hashlib_threads.py"), algorithm, str(data.sums(algorithm)), str(cores())]


def b3sum(data: Dataset, _algorithm: str) -> list[str]:
    return ["b3sum", "--quiet", "-c", str(blake3_list(data))]


def blake3_list(data: Dataset) -> Path:
    """Path of the list for b3sum, which nothing but b3sum can make."""
    path = data.sums("blake3")
    if not path.exists():
        made = path.with_suffix(".new")
        with made.open("wb") as file:
            command = ["xargs", "-a", str(data.names), "-d", "\\n", "b3sum"]
            subprocess.run(command, cwd=data.directory, stdout=file, stderr=subprocess.DEVNULL, check=False)
        made.rename(path)
    return path


def xargs(data: Dataset, lines: Path, processes: int) -> list[str]:
    """Hand out *lines* to some processes, in eight parts for each: none waits long at the end."""
    part = min(500, -(-data.entries() // (8 * processes)))
    return ["xargs", "-a", str(lines), "-d", "\\n", "-n", str(part), "-P", str(processes)]


def peers(floor: Path) -> dict[str, Peer]:
    """All of them, by the names for ``--peers``; *floor* is the program that only opens, reads and closes."""

    def only_read(data: Dataset, _algorithm: str) -> list[str]:
        return [str(floor), str(cores()), str(data.names)]

    parallel = f"xargs -P{cores()}"
    return {
        OURS: Peer("checksig verify", checksig(), COREUTILS, ours),
        "sum": Peer("{algorithm}sum -c", "sha1sum", COREUTILS, coreutils),
        "sum-xargs": Peer(f"{parallel} {{algorithm}}sum -c", "sha1sum", COREUTILS, coreutils_xargs),
        "openssl": Peer(f"{parallel} openssl dgst", "openssl", COREUTILS, openssl),
        "rhash": Peer("rhash -c", "rhash", COREUTILS, rhash),
        "hashdeep": Peer("hashdeep -a", "hashdeep", frozenset({"md5", "sha1", "sha256"}), hashdeep),
        "hashlib": Peer(f"hashlib, {cores()} threads", sys.executable, COREUTILS, hashlib_threads),
        "b3sum": Peer("b3sum -c (the ceiling)", "b3sum", COREUTILS, b3sum),
        "floor": Peer(f"{cores()} threads only read (the floor)", str(floor), COREUTILS, only_read),
    }


NOT_THE_SAME_WORK = (
    "openssl prints digests and compares none; "
    "b3sum digests with BLAKE3, whatever the others digest with; "
    "the floor (benchmarks/floor.c) opens, reads and closes the files, and digests nothing"
)


def absent(peer: Peer) -> bool:
    return shutil.which(peer.program) is None


VERSIONS = (
    ("checksig", [checksig(), "--version"]),
    ("coreutils", ["sha1sum", "--version"]),
    ("openssl", ["openssl", "version"]),
    ("rhash", ["rhash", "--version"]),
    ("hashdeep", ["hashdeep", "-V"]),
    ("b3sum", ["b3sum", "--version"]),
)


def versions() -> list[str]:
    """What is there, as it names itself."""
    found = [f"Python {sys.version.split()[0]}"]
    for name, command in VERSIONS:
        if shutil.which(command[0]):
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]
            found.append(said if name in said.lower() else f"{name} {said}")
    return found
