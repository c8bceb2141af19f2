r"""Runs the transcripts: text files that lay files, run commands and show what these print.

::

    # A sentence that says what holds. "posix:" or "linux:" before it: only there.
    + a.txt=hello              a file; \n, \x1b and \xff as in Python's bytes
    + list=                    an empty file
    | {sha256 hello}  a.txt    a line at the end of the file above
    + d/                       a directory
    + link -> a.txt            a symbolic link
    + SHA256SUMS: a.txt d/b    a list of files laid above, true at that moment
    $ checksig verify          run where the files are
    a.txt: OK                  a line of standard output
    ! checksig: 1 file verified    a line of standard error
    exit 0

A file may run several commands, and lay more files between them. In what is laid and in what is
printed alike::

    {sha256 hello}    the digest of "hello", which may have escapes as a file's content has
    {wrong sha256}    a digest that no file has
    {here}            the absolute path of the directory that the files are in
    {today}           the date, which is only in what is printed
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from command import checksig

LAYS = ("+ ", "| ")
DIGEST = re.compile(r"\{(wrong|md5|sha[0-9-]+) ([^{}]*)\}")


def run(text: str, directory: Path) -> str:
    """Run the commands of a transcript in *directory*. Returns the transcript as it should have been."""
    out: list[str] = []
    laid: list[str] = []
    for line in text.splitlines():
        if line.startswith(LAYS):
            laid.append(line)
        if line.startswith(("#", *LAYS, "$ ")) or not line:
            out.append(line)
        if line.startswith("$ "):
            lay(laid, directory)
            laid.clear()
            out += (_written(printed, text, directory) for printed in _printed_by(line[2:], directory))
    return "\n".join(out) + "\n"


def _printed_by(command: str, directory: Path) -> Iterator[str]:
    name, *arguments = shlex.split(command)
    assert "checksig" == name
    done = checksig(*arguments, cwd=directory, env={**os.environ, "COLUMNS": "80", "PYTHONUTF8": "1"})
    yield from done.stdout.decode().splitlines()
    yield from (f"! {line}" for line in done.stderr.decode().splitlines())
    yield f"exit {done.returncode}"


def _written(printed: str, text: str, directory: Path) -> str:
    """Put the notation of *text* in the place of what it is for."""
    for match in DIGEST.finditer(text):
        printed = printed.replace(_digest(match), match[0])
    for seconds_ago in (0, 24 * 60 * 60):  # a file may have been laid before midnight
        printed = printed.replace(time.strftime("%Y-%m-%d", time.localtime(time.time() - seconds_ago)), "{today}")
    return printed.replace(str(directory), "{here}")


def _read(text: str, directory: Path) -> str:
    return DIGEST.sub(_digest, text).replace("{here}", str(directory))


def _digest(match: re.Match[str]) -> str:
    first, second = match.groups()
    algorithm, data = (second, b"what no file has") if first == "wrong" else (first, _bytes(second))
    return hashlib.new(algorithm.replace("-", "_"), data).hexdigest()


def lay(lines: Iterable[str], directory: Path) -> None:
    """Make the files that lines after a plus sign or a bar describe."""
    path = directory
    for line in lines:
        kind, what = line[:2], _read(line[2:], directory)
        if kind == "| ":
            path.write_bytes(path.read_bytes() + _bytes(what) + b"\n")
        else:
            path = _make(what, directory)


def _make(what: str, directory: Path) -> Path:
    """Make what a line after a plus sign describes. Returns where it is."""
    match = re.fullmatch("(.*?)(=|: | -> |/$)(.*)", what)
    assert match, what
    name, kind, content = match.groups()
    path = directory / os.fsdecode(_bytes(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "=":
        path.write_bytes(_bytes(content))
    elif kind == ": ":
        path.write_bytes(b"".join(_entry(path, file) for file in content.split()))
    elif kind == " -> ":
        path.symlink_to(content)
    else:
        path.mkdir()
    return path


def _entry(path: Path, name: str) -> bytes:
    """Write an entry of the list at *path*, whose name says the algorithm."""
    algorithm = next(a for a in ("md5", "sha1", "sha256", "sha512") if a in path.name.lower())
    file = os.fsdecode(_bytes(name))
    content = (path.parent / file).read_bytes()
    return f"{hashlib.new(algorithm, content).hexdigest()}  ".encode() + os.fsencode(file) + b"\n"


def _bytes(text: str) -> bytes:
    return text.encode("latin-1").decode("unicode_escape").encode("latin-1")
