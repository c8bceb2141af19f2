"""cfv reads what checksig writes, and its lists are read as it meant them: `nox -s readers`."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from subprocess import CompletedProcess
from zlib import crc32

import pytest

import checksig
from checksig import Entry, ManifestError
from command import checksig as checksig_command
from command import finish
from conftest import posix

pytest.importorskip("cfv", reason="needs cfv: nox -s readers")
pytestmark = posix

NAMES = ("plain.txt", "a b", "d/deep", "ä", "(", "MD5 (x) = y", "#hash", "*star", "comma,", 'quo"te')
HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a directory with a file of each name, which is its content too."""
    root = tmp_path / "root"
    (root / "d").mkdir(parents=True)
    for name in NAMES:
        (root / name).write_text(name)
    return root


def cfv(root: Path, *arguments: str) -> CompletedProcess[bytes]:
    done = finish([sys.executable, str(Path(sys.executable).with_name("cfv")), *arguments], cwd=root)
    assert b" files, " in done.stdout, done  # it ran to its end
    return done


def digest(name: str, algorithm: str) -> str:
    return f"{crc32(name.encode()):08x}" if algorithm == "crc32" else hashlib.new(algorithm, name.encode()).hexdigest()


def damage(root: Path) -> None:
    (root / "a b").write_text("b a")


@pytest.mark.parametrize(
    ("kind", "algorithm"), [*zip(HASHES, HASHES, strict=True), ("bsdmd5", "md5"), ("sfv", "crc32")]
)
def test_what_cfv_writes_is_read(kind: str, algorithm: str, root: Path) -> None:
    """All names and digests; and a file that is damaged then is found."""
    path = root.parent / "list"
    cfv(root, "-C", "-rr", "-t", kind, "-f", str(path), ".")
    found = {str(entry.path).removeprefix("./"): entry.digests for entry in checksig.read_list(path)}
    assert {name: {algorithm: digest(name, algorithm)} for name in NAMES} == found
    assert checksig.verify(root, path).ok
    damage(root)
    assert ["./a b"] == [result.path for result in checksig.verify(root, path).failures]


@pytest.mark.parametrize("algorithm", [*HASHES, "crc32"])
def test_cfv_reads_what_is_written(algorithm: str, root: Path) -> None:
    """Lists of coreutils, and SFV; and it finds a file that is damaged then."""
    path = root.parent / ("list.sfv" if algorithm == "crc32" else f"list.{algorithm}")
    written = path.with_name(f"written.{algorithm}")
    checksig.create(root, algorithm=algorithm, output=written)
    to = "sfv" if algorithm == "crc32" else "coreutils"
    assert 0 == checksig_command("list", str(written), "--to", to, "--output", str(path)).returncode
    done = cfv(root, "-T", "-f", str(path))
    assert (0, True) == (done.returncode, f"{len(NAMES)} files, {len(NAMES)} OK".encode() in done.stdout), done
    damage(root)
    assert 0 != cfv(root, "-T", "-f", str(path)).returncode


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("crc", "a table for people: where a name ends is seen by its columns alone"),
        ("csv", "three columns without a header, which may be anything"),
        ("csv2", "has no digest, only sizes"),
        ("csv4", "as csv, with the directory in another column"),
        ("sfvmd5", "an MD5 in a list of CRC-32; without an algorithm, NAME HEX is read as SHA-256 only, as pooch does"),
    ],
)
def test_what_cfv_alone_reads_is_refused(kind: str, why: str, root: Path) -> None:
    """It is named as no list, and no line of it is guessed."""
    path = root.parent / "list"
    cfv(root, "-C", "-rr", "-t", kind, "-f", str(path), ".")
    with pytest.raises(ManifestError) as caught:
        checksig.read_list(path)
    assert caught.value.code in {"not_a_list", "no_entry"}, why


@pytest.mark.parametrize(
    ("name", "line", "why"),
    [
        ("back\\slash", b"\\{}  back\\\\slash\n", "cfv knows no escapes of coreutils"),
        ("new\nline", b"\\{}  new\\nline\n", "cfv knows no escapes of coreutils"),
    ],
)
def test_names_that_cfv_does_not_read(name: str, line: bytes, why: str, root: Path) -> None:
    """They are written as coreutils reads them."""
    for other in NAMES:
        (root / other).unlink()
    (root / name).write_text("hello")
    path = checksig.create(root, algorithm="md5", output=root.parent / "list.md5")
    assert line.replace(b"{}", hashlib.md5(b"hello").hexdigest().encode()) == path.read_bytes()
    assert 0 != cfv(root, "-T", "-f", str(path)).returncode, why


def test_a_comment_in_sfv_is_none_for_both(root: Path) -> None:
    """A name like a comment is written so that cfv finds the file too."""
    (root / ";c").write_text("hello")
    path, crc = root.parent / "list.sfv", f"{crc32(b'hello'):08X}"
    (root.parent / "list.crc32").write_text(f"{crc}  ;c\n")
    assert 0 == checksig_command("list", str(root.parent / "list.crc32"), "--to", "sfv", "-o", str(path)).returncode
    assert f"; SFV\n./;c {crc}\n" == path.read_text()
    assert 0 == cfv(root, "-T", "-f", str(path)).returncode
    assert [Entry("./;c", {"crc32": crc.lower()})] == checksig.read_list(path)
