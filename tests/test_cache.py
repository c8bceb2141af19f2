"""`no_cache` leaves the system's cache as it was: `fincore` of util-linux tells what of a file is in it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import checksig
from command import checksig as command
from conftest import digest

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is in its cache"),
    pytest.mark.skipif(not shutil.which("fincore"), reason="there is no fincore"),
]
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
KIB, MIB = 1 << 10, 1 << 20

SIZES = {"none": 0, "tiny": 1, "small": 5000, "large": 3 * MIB + 1, "half": 12 * MIB}
"""Files, and their bytes."""


def pages(path: Path) -> int:
    """Count the pages of a file that are in the cache."""
    said = subprocess.run(
        ["fincore", "--bytes", "--noheadings", "--output", "PAGES", path], capture_output=True, text=True, check=True
    )
    return int(said.stdout)


def drop(path: Path) -> None:
    """Write a file to the disk, and take it out of the cache."""
    fd = os.open(path, os.O_RDWR)
    os.fsync(fd)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(fd)


def make(directory: Path, sizes: dict[str, int]) -> None:
    """Write files, and their list."""
    for name, size in sizes.items():
        (directory / name).write_bytes(os.urandom(size))
    (directory / "SHA256SUMS").write_text("".join(f"{digest((directory / n).read_bytes())}  {n}\n" for n in sizes))


def forget(directory: Path, sizes: dict[str, int]) -> None:
    """Take the files out of the cache."""
    for name in sizes:
        drop(directory / name)
    if any(pages(directory / name) for name in sizes):
        pytest.skip("this file system is in memory")


def several_times(check: Callable[[], None]) -> None:
    """Let a check fail four times.

    The kernel may reclaim pages at any moment, as DAMON does, and other programs may empty the whole cache. What
    the package does wrong happens every time.
    """
    for _ in range(4):
        with contextlib.suppress(AssertionError):
            return check()
    return check()


Read = Callable[[Path, bool], object]
"""Reads the files of a root, and leaves the cache as it was if it is told to."""


def verifies(*options: str) -> Read:
    return lambda root, no_cache: run("verify", *options, *["--no-cache"] * no_cache, str(root))


def creates(algorithm: str) -> Read:
    options = ("--algorithm", algorithm, "--output", "-")
    return lambda root, no_cache: run("create", *options, *["--no-cache"] * no_cache, str(root))


def run(*words: str) -> None:
    assert 0 == command(*words).returncode


def makes_a_bag(root: Path, no_cache: bool) -> None:  # noqa: FBT001 - as the others
    data = root / "data"
    data.mkdir()
    for name in SIZES:
        (root / name).rename(data / name)
    checksig.create(root, bagit=True, force=True, no_cache=no_cache)
    for name in SIZES:
        (data / name).rename(root / name)
    data.rmdir()


def digests(root: Path, no_cache: bool) -> None:  # noqa: FBT001
    for name in SIZES:
        checksig.file_digest(root / name, no_cache=no_cache)


def verifies_each(root: Path, no_cache: bool) -> None:  # noqa: FBT001
    for name in SIZES:
        assert checksig.verify_file(root / name, "0" * 64, no_cache=no_cache).fails


READERS: dict[str, Read] = {
    "verify": verifies(),
    "verify with one worker": verifies("--jobs=1"),
    "verify with sizes first": verifies("--progress"),
    "create": creates("sha256"),
    "create on several cores": creates("blake3"),
    "create without lanes": creates("sha3-256"),
    "a bag": makes_a_bag,
    "file_digest": digests,
    "verify_file": verifies_each,
}


@pytest.mark.parametrize("reader", READERS)
def test_the_cache_has_afterwards_what_it_had_before(tmp_path: Path, reader: str) -> None:
    """What was not in it is not in it, and what others had read stays. Without the option all that was read stays."""
    make(tmp_path, SIZES)

    def now() -> dict[str, int]:
        return {name: pages(tmp_path / name) for name in SIZES}

    def check() -> None:
        forget(tmp_path, SIZES)
        with (tmp_path / "half").open("rb") as other:
            os.posix_fadvise(other.fileno(), 0, 0, os.POSIX_FADV_RANDOM)  # nothing is read ahead
            os.pread(other.fileno(), 5 * MIB, 7 * MIB)
        before = now()
        assert 5 * MIB // PAGE == before["half"]
        READERS[reader](tmp_path, True)
        assert before == now()
        READERS[reader](tmp_path, False)
        everything = {name: -(-size // PAGE) for name, size in SIZES.items()}
        assert everything == now()
        READERS[reader](tmp_path, True)
        assert everything == now()

    several_times(check)


@pytest.mark.parametrize("algorithm", ["sha256", "blake3"])
def test_a_large_file_does_not_fill_the_cache_meanwhile(tmp_path: Path, algorithm: str) -> None:
    """It is dropped behind the reads, step by step, also where several cores read it."""
    path, size = tmp_path / "large", 512 * MIB
    with path.open("wb") as file:
        file.truncate(size)  # zeros that take no room on the disk, but in the cache
    most, done = [0], threading.Event()

    def watch() -> None:
        while not done.is_set():
            most.append(pages(path))

    watcher = threading.Thread(target=watch)
    watcher.start()
    checksig.file_digest(path, algorithm, no_cache=True)
    done.set()
    watcher.join()
    assert 0 < max(most) < size // PAGE // 4
    assert 0 == pages(path)


@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="gives up rights")
def test_of_a_file_of_another_user_the_kernel_tells_nothing(tmp_path: Path) -> None:
    """So its pages stay, and the digest is right."""
    make(tmp_path, {"f": 5000})
    forget(tmp_path, {"f": 5000})
    for directory in (tmp_path, *tmp_path.parents):
        if directory.stat().st_uid == 0:
            directory.chmod(directory.stat().st_mode | 0o055)  # for a user without rights
    code = """if True:
        import os, resource, signal, sys, checksig, checksig._api, checksig._engine._process
        checksig.file_digest
        os.setgroups([]); os.setgid(64999); os.setuid(64999)
        print(checksig.file_digest(sys.argv[1], no_cache=True))
    """
    said = subprocess.run([sys.executable, "-c", code, tmp_path / "f"], capture_output=True, text=True, check=True)
    assert digest((tmp_path / "f").read_bytes()) == said.stdout.strip()
    assert 2 == pages(tmp_path / "f")
