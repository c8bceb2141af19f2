"""Bad input of every kind has its verdict or error: never a hang, never a traceback of ours."""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import checksig
from checksig import Status
from conftest import Tree, digest, gnu_line, linux, posix

SOON = 20.0
"""Seconds after which a run counts as hung."""


def only(root: Path, name: str, listed: bytes = b"") -> checksig.FileResult:
    """Verify one entry, and return its verdict."""
    (root / "SHA256SUMS").write_bytes(gnu_line(name, listed))
    (result,) = checksig.verify(root, timeout=SOON, keep="all").results
    return result


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's path may have 107 characters only
    try:
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(path.name)
    finally:
        os.chdir(here)


@posix
@pytest.mark.parametrize(
    ("make", "status"),
    [
        (make_fifo, Status.NOT_REGULAR),
        (make_socket, Status.NOT_REGULAR),
        (Path.mkdir, Status.NOT_REGULAR),
        (lambda path: path.symlink_to("/dev/zero"), Status.OUTSIDE_ROOT),
        (lambda path: path.symlink_to("nothing"), Status.MISSING),
        (lambda path: path.symlink_to(path.name), Status.UNREADABLE),
        (lambda _: None, Status.MISSING),
    ],
    ids=["FIFO", "socket", "directory", "link to a device", "dangling link", "link to itself", "nothing"],
)
def test_anything_but_a_regular_file(make: Callable[[Path], None], status: Status, tmp_path: Path) -> None:
    """Whatever a name leads to has its verdict, and no time is spent waiting for it."""
    make(tmp_path / "it")
    assert status is only(tmp_path, "it").status


@linux
@pytest.mark.parametrize("name", ["null", "zero", "tty", "urandom"])
def test_devices(name: str, tmp_path: Path) -> None:
    """A device is not read, even if it is beneath the root."""
    (tmp_path / "list").write_bytes(gnu_line(name, b""))
    (result,) = checksig.verify("/dev", tmp_path / "list", timeout=SOON).results
    assert result.status in {Status.NOT_REGULAR, Status.UNREADABLE}


@linux
def test_a_read_that_fails(tmp_path: Path) -> None:
    """The verdict has the system's own words for an error while reading."""
    (tmp_path / "list").write_bytes(gnu_line("self/mem", b""))
    (result,) = checksig.verify("/proc", tmp_path / "list", timeout=SOON).results
    assert (Status.UNREADABLE, "input/output error") == (result.status, result.detail)


def test_a_file_without_permission(tree: Tree, without_rights: list[str]) -> None:
    """A file that may not be read is unreadable, and create writes no list without it."""
    root = tree({"a": b"1", "b": b"2"})
    (root / "b").chmod(0)
    code = (
        "import checksig, sys\n"
        "for r in checksig.verify(sys.argv[1]).results: print(r.path, r.status.value, r.detail)\n"
        "try: checksig.create(sys.argv[1], algorithm='md5')\n"
        "except checksig.VerificationError as e: print(e)\n"
    )
    command = [*without_rights, sys.executable, "-c", code, str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert ["b unreadable permission denied", f'"{root}/b" - unreadable'] == done.stdout.splitlines()
    assert {"a", "b", "SHA256SUMS"} == {p.name for p in root.iterdir()}


@contextlib.contextmanager
def touching(path: Path) -> Iterator[None]:
    """Change the time of a file again and again."""
    done = threading.Event()

    def touch() -> None:
        for nanoseconds in itertools.count(1):
            os.utime(path, ns=(nanoseconds, nanoseconds))
            if done.is_set():
                return

    toucher = threading.Thread(target=touch)
    toucher.start()
    try:
        yield
    finally:
        done.set()
        toucher.join()


@posix
def test_every_verdict_is_given_and_counted(tmp_path: Path) -> None:
    """A tree with one file of each kind has each verdict once, among the results and in the counts.

    But for those that take a selection or `moved`, or that `update` and `track` give.
    """
    root = tmp_path / "root"
    names = {
        "same": Status.OK,
        "other": Status.MISMATCH,
        "gone": Status.MISSING,
        "loop": Status.UNREADABLE,
        "directory": Status.NOT_REGULAR,
        "../outside": Status.OUTSIDE_ROOT,
        "moving": Status.CHANGED,
    }
    (root / "directory").mkdir(parents=True)
    (root / "same").write_bytes(b"")
    (root / "other").write_bytes(b"other")
    (root / "loop").symlink_to("loop")
    (tmp_path / "outside").write_bytes(b"")
    (root / "more").write_bytes(b"")
    with (root / "moving").open("wb") as f:
        f.truncate(256 << 20)
    rest = b"malformed\nSM3 (rare) = " + digest(b"").encode() + b"\n"
    (root / "SHA256SUMS").write_bytes(b"".join(gnu_line(name, b"") for name in names) + rest)
    with touching(root / "moving"):
        report = checksig.verify(root, extra=True, keep="all", timeout=60)
    names["rare"] = Status.UNSUPPORTED
    expected = [*names.items(), ("more", Status.EXTRA)]
    expected.insert(-2, ("", Status.MALFORMED))
    assert expected == [(result.path, result.status) for result in report.results]
    elsewhere = {Status.NOT_LISTED, Status.MOVED, Status.ADDED, Status.MODIFIED, Status.ROTTEN}
    assert {status: int(status not in elsewhere) for status in Status} == report.counts
    assert len(names) == report.files


def test_what_options_forgive_is_no_failure(tree: Tree) -> None:
    """With keep="all" it is among the results all the same."""
    root = tree({"a": b"1"})
    with (root / "SHA256SUMS").open("a") as f:
        f.write(f"{digest(b'')}  gone\nwhat\n")
    report = checksig.verify(root, keep="all", ignore_missing=True, strict=False)
    assert [Status.OK, Status.MISSING, Status.MALFORMED] == [result.status for result in report.results]
    assert (True, ()) == (report.ok, report.failures)


@posix
@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("/etc/hosts", Status.OUTSIDE_ROOT),
        ("../outside", Status.OUTSIDE_ROOT),
        ("d/../../outside", Status.OUTSIDE_ROOT),
        ("../root/a", Status.OUTSIDE_ROOT),
        ("d/../../root/a", Status.OUTSIDE_ROOT),
        ("none/../a", Status.MISSING),
        ("a/../a", Status.MISSING),
        ("d/../a", Status.OK),
        ("-", Status.OK),
        ("new\nline", Status.OK),
        ("back\\slash", Status.OK),
        ("x" * 4000, Status.UNREADABLE),
        ("x/" * 2000 + "x", Status.MISSING),
        ("a/", Status.MISSING),
        ("d/", Status.NOT_REGULAR),
        (".", Status.NOT_REGULAR),
        ("..", Status.OUTSIDE_ROOT),
    ],
)
def test_awkward_names(name: str, status: Status, tmp_path: Path) -> None:
    """A name means what the system makes of it beneath the root, and a dash does not mean standard input."""
    (tmp_path / "outside").write_bytes(b"")
    root = tmp_path / "root"
    (root / "d").mkdir(parents=True)
    for good in ("a", "-", "new\nline", "back\\slash"):
        (root / good).write_bytes(b"")
    assert status is only(root, name).status


@pytest.fixture
def latin_1(tmp_path: Path) -> dict[str, str]:
    """The environment of a process whose file names are ISO 8859-1."""
    name = "en_US.ISO-8859-1"
    try:
        subprocess.run(["localedef", "-i", "en_US", "-f", "ISO-8859-1", tmp_path / name], check=True, timeout=60)
    except (OSError, subprocess.CalledProcessError) as e:
        pytest.skip(f"can't make a locale here: {e}")
    return {"LOCPATH": str(tmp_path), "LC_ALL": name, "PYTHONUTF8": "0"}


@linux
def test_names_under_a_locale_of_single_bytes(tree: Tree, latin_1: dict[str, str]) -> None:
    """What Python calls "é" there is the byte 0xE9 of the name, and not two bytes of UTF-8."""
    root = tree({os.fsdecode(b"d\xe9/f"): b"1", "g": b"2"})
    (root / "SHA256SUMS").rename(root / os.fsdecode(b"d\xe9/list\xe9"))
    code = """
        import checksig, os, sys
        assert sys.getfilesystemencoding() == "iso8859-1"
        os.chdir(sys.argv[1])
        report = checksig.verify(".", "d\\xe9/list\\xe9", keep="all")
        print(report.ok, *(ascii(r.path) + ascii(r.manifest) for r in report.results))
        print(ascii(str(checksig.create("d\\xe9"))))
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(root)]
    done = subprocess.run(command, env={**os.environ, **latin_1}, capture_output=True, text=True, check=False)
    manifest = r"'d\xe9/list\xe9'"
    assert [rf"True 'd\xe9/f'{manifest} 'g'{manifest}", r"'d\xe9/SHA256SUMS'"] == done.stdout.splitlines(), done.stderr


@pytest.mark.parametrize(
    "line",
    [
        b"what is this",
        digest(b"")[:-1].encode() + b"  a",
        digest(b"")[:-2].encode() + b"  a",
        digest(b"").replace("e", "g").encode() + b"  a",
        digest(b"").encode() + b" a",
        digest(b"").encode() + b"  ",
        digest(b"").encode() + b"  a\0b",
        digest(b"").encode(),
        b"\\" + digest(b"").encode() + b"  a\\x",
        b"SIZE (a) = 12",
        b"SHA256 (a) = " + digest(b"", "md5").encode(),
        b"x" * 70_000,
    ],
    ids=[
        "words",
        "odd",
        "short",
        "not hex",
        "one space",
        "no name",
        "NUL",
        "digest only",
        "bad escape",
        "unknown tag",
        "tag lies",
        "long",
    ],
)
def test_a_malformed_line_fails_the_run_by_its_number(line: bytes, tmp_path: Path) -> None:
    """Whatever is wrong with a line, its number is reported, and the other entries are judged."""
    good = gnu_line("a", b"")
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "SHA256SUMS").write_bytes(good + line + b"\n" + good)
    report = checksig.verify(tmp_path, timeout=SOON)
    assert not report
    assert 2 == report.counts[Status.OK]
    assert [(Status.MALFORMED, 2)] == [(r.status, r.line) for r in report.results]
    assert report.results[0].detail
    assert checksig.verify(tmp_path, strict=False)


def write_sparse(path: Path) -> None:
    with path.open("wb") as f:
        f.truncate(1 << 30)


def write_one_line(path: Path) -> None:
    with path.open("wb") as f:
        for _ in range(256):
            f.write(b"x" * (1 << 20))


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (lambda _: None, "no such file|cannot find|not found"),  # each system's own words
        (lambda path: path.write_bytes(b""), "no entries"),
        (Path.mkdir, "directory"),
        (lambda path: path.write_bytes(bytes(range(256)) * 100), "no valid entry|not a checksum list"),
        (lambda path: path.write_text(digest(b"") + "  a\n", encoding="utf-16-le"), "UTF-16LE"),
        (write_one_line, "longer than"),
        (write_sparse, "NUL|UTF-16|longer than"),
    ],
    ids=["missing", "empty", "directory", "binary", "UTF-16", "one line of 256 MB", "a gigabyte of NUL"],
)
def test_anything_but_a_list(write: Callable[[Path], None], reason: str, tmp_path: Path) -> None:
    """The error says what is wrong with it, and soon."""
    write(tmp_path / "list")
    started = time.monotonic()
    with pytest.raises(checksig.ManifestError, match=reason) as caught:
        checksig.verify(tmp_path, tmp_path / "list", timeout=60)
    assert str(tmp_path / "list") == caught.value.path
    assert time.monotonic() - started < SOON


@linux
@pytest.mark.parametrize("write", [write_one_line, write_sparse], ids=["one line of 256 MB", "a gigabyte of NUL"])
def test_a_large_file_for_a_list_takes_little_memory(write: Callable[[Path], None], tmp_path: Path) -> None:
    """It is not read into memory to find out that it is not one."""
    write(tmp_path / "list")
    code = """
        import checksig, re, sys
        try:
            checksig.verify(sys.argv[1], sys.argv[1] + "/list")
        except checksig.ManifestError:
            print(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert int(done.stdout) < 100_000  # kB at most, of which the process has 20,000 without it


@posix
def test_a_fifo_for_a_list(tmp_path: Path) -> None:
    """The error does not wait until somebody writes to it."""
    os.mkfifo(tmp_path / "list")
    with pytest.raises(checksig.ManifestError, match="FIFO"):
        checksig.verify(tmp_path, tmp_path / "list", timeout=SOON)


@pytest.mark.parametrize("bom", [b"\xef\xbb\xbf", b""], ids=["BOM", "no BOM"])
@pytest.mark.parametrize("end", [b"\r\n", b"\n"], ids=["CRLF", "LF"])
def test_lists_of_other_systems(bom: bytes, end: bytes, tree: Tree) -> None:
    """A byte order mark and CRLF change nothing, and the last line needs no end."""
    root = tree({"a": b"1", "b": b"2"})
    text = (root / "SHA256SUMS").read_bytes()
    (root / "SHA256SUMS").write_bytes(bom + text.rstrip(b"\n").replace(b"\n", end))
    report = checksig.verify(root)
    assert report
    assert 2 == report.files


@posix
def test_a_fifo_for_a_root(tmp_path: Path) -> None:
    """No function waits until somebody writes to it."""
    os.mkfifo(tmp_path / "fifo")
    for function, reason in ((checksig.verify, "is a FIFO"), (checksig.create, "not a directory")):
        with pytest.raises(checksig.ManifestError, match=reason):
            function(tmp_path / "fifo", timeout=SOON)


def test_a_root_that_is_not_a_directory(tmp_path: Path) -> None:
    """A root that is a file, or does not exist, is named even if the list is fine."""
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "list").write_bytes(gnu_line("a", b""))
    for root in (tmp_path / "a", tmp_path / "none"):
        with pytest.raises(checksig.ManifestError, match="can't open the root directory") as caught:
            checksig.verify(root, tmp_path / "list")
        assert str(root) == caught.value.path


@posix
def test_a_kill_leaves_the_old_list_or_the_new(tree: Tree) -> None:
    """Whenever create is killed, there is one whole list."""
    root = tree({f"f{i:04}": b"x" for i in range(3000)})
    old = gnu_line("old", b"")
    path = root / "SHA256SUMS"
    new = checksig.create(root, force=True).read_bytes()
    code = "import sys, checksig; print(flush=True)\nwhile True: checksig.create(sys.argv[1], force=True)"
    for delay in range(12):
        path.write_bytes(old)
        process = subprocess.Popen([sys.executable, "-c", code, str(root)], stdout=subprocess.PIPE)
        with process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(delay / 100)
            process.kill()
        assert path.read_bytes() in {old, new}
