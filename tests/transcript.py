r"""Runs the transcripts: text files that show files, a command, what it prints and its exit status.

::

    # A sentence that says what holds. "posix:" or "linux:" before it: only there.
    + a.txt=hello              a file; \n, \x1b and \xff as in Python's bytes
    + d/                       a folder
    + link -> a.txt            a symbolic link
    + SHA256SUMS: a.txt d/b    a list of files made above, true at that moment
    + list=DIGEST  {here}/a    {here} is the absolute path of where the files are, also in what is printed
    $ checksig verify          run where the files are
    a.txt: OK                  a line of standard output
    ! checksig: 1 file verified    a line of standard error
    exit 0

A file may show several commands, and lay more files between them.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def checksig(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "checksig", *arguments]
    return subprocess.run(command, capture_output=True, check=False, timeout=120, **options)  # type: ignore[call-overload,no-any-return]


def run(text: str, folder: Path) -> str:
    """Run the commands of a transcript in *folder*. Returns the transcript as it should have been."""
    out: list[str] = []
    for line in text.splitlines():
        if line.startswith("+ "):
            lay(line[2:].replace("{here}", str(folder)), folder)
        if line.startswith(("#", "+ ", "$ ")) or not line:
            out.append(line)
        if line.startswith("$ "):
            out += _run(line[2:], folder)
    return "\n".join(out) + "\n"


def _run(command: str, folder: Path) -> list[str]:
    name, *arguments = shlex.split(command)
    assert name == "checksig"
    done = checksig(*arguments, cwd=folder, stdin=subprocess.DEVNULL, env={**os.environ, "COLUMNS": "80"})
    out, err = (stream.decode().splitlines() for stream in (done.stdout, done.stderr))
    printed = [*out, *(f"! {line}" for line in err), f"exit {done.returncode}"]
    return [line.replace(str(folder), "{here}") for line in printed]


def lay(what: str, folder: Path) -> None:
    """Make what a line after the plus sign says."""
    if what.endswith("/"):
        (folder / what).mkdir(parents=True)
    elif " -> " in what:
        name, target = what.split(" -> ")
        (folder / name).symlink_to(target)
    elif "=" in what:
        name, content = what.split("=", 1)
        path = folder / os.fsdecode(_bytes(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_bytes(content))
    else:
        name, names = what.split(":")
        lines = [_entry(folder / name, file) for file in names.split()]
        (folder / name).write_bytes(b"".join(lines))


def _entry(path: Path, name: str) -> bytes:
    """Write an entry of the list at *path*, whose name says the algorithm."""
    algorithm = next(a for a in ("md5", "sha1", "sha256", "sha512") if a in path.name.lower())
    file = os.fsdecode(_bytes(name))
    content = (path.parent / file).read_bytes()
    return f"{hashlib.new(algorithm, content).hexdigest()}  ".encode() + os.fsencode(file) + b"\n"


def _bytes(text: str) -> bytes:
    return text.encode("latin-1").decode("unicode_escape").encode("latin-1")
