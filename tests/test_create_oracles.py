"""What `checksig create` writes, read by the programs whose formats these are."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from command import checksig
from conftest import posix

PROGRAMS = {
    "md5sum -c --strict": ["-o", "list.md5"],
    "sha256sum -c --strict": ["-a", "sha256", "-a", "md5"],
    "cksum -c --strict": ["-a", "sha256", "-a", "md5", "-o", "sums"],
    "hashdeep -r -l -a -v -k": ["-a", "md5", "-a", "sha256", "-o", "sums.hashdeep"],
    "hashdeep -r -l -a -k": ["--list-format", "hashdeep"],
    "rhash -c": ["-o", "sums.sfv"],
    "rhash --bsd -c": ["-a", "sha512", "-a", "sha3-256", "-o", "sums"],
    "cksfv -q -f": ["--list-format", "sfv"],
    "cfv -q -T -f": ["-o", "sums.sfv"],
}


@posix
@pytest.mark.parametrize("program", PROGRAMS)
def test_the_program_of_a_format_verifies_the_list(program: str, tmp_path: Path) -> None:
    """It finds all files in the list, and that one is damaged."""
    words = program.split()
    if not shutil.which(words[0]):
        pytest.skip(f"{words[0]} is not installed")
    root = tmp_path / "root"
    for name in ("a", "b c", "d/e"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    done = checksig("create", "-q", *PROGRAMS[program], str(root), cwd=tmp_path)
    assert (0, b"") == (done.returncode, done.stderr)
    (path,) = [found for found in (*tmp_path.glob("*"), *root.glob("*")) if is_list_for(words[0], found)]
    moved = path.rename(tmp_path / path.name)  # out of the root, which hashdeep searches
    operands = ["a", "b c", "d"] if words[0] == "hashdeep" else []
    command = [*words, str(moved), *operands]
    assert 0 == returned(command, root), moved.read_text()
    (root / "d" / "e").write_text("e/d")
    assert 0 != returned(command, root)


def is_list_for(program: str, path: Path) -> bool:
    """Say whether it is the list that a program reads, of several that were written."""
    names = {"sums", "list.md5", "sums.sfv", "sums.hashdeep", "checksums.sfv", "checksums.hashdeep"}
    return path.name in names or path.name == f"{program.upper()}S"


def returned(command: list[str], directory: Path) -> int:
    """Return the exit status."""
    return subprocess.run(command, cwd=directory, capture_output=True, check=False, timeout=60).returncode
