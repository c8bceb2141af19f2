"""Lists of every format, through the package: which one reads them, and what that says."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

import checksig
from checksig import Status
from checksig._readers import READERS
from checksig._words import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

HELLO = hashlib.sha256(b"hello").hexdigest()
MD5 = hashlib.md5(b"hello").hexdigest()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a directory with two files."""
    (tmp_path / "d").mkdir()
    (tmp_path / "a.txt").write_bytes(b"hello")
    (tmp_path / "d" / "b.txt").write_bytes(b"hello")
    return tmp_path


@pytest.mark.parametrize(
    "content",
    [
        f"{HELLO} a.txt\n{HELLO} d/b.txt\n",
        f"{HELLO}\ta.txt\n{HELLO}\td/b.txt\n",
        f"sha256:{HELLO}  a.txt\nsha256:{HELLO}  d/b.txt\n",
        f"a.txt {HELLO}\nd/b.txt md5:{MD5}\n",
        f"{HELLO}  a.txt\0{HELLO}  d/b.txt\0",
        f"         5  {HELLO}  a.txt\n         5  {HELLO}  d/b.txt\n",
        f"%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n5,{MD5},{HELLO},a.txt\n5,{MD5},{HELLO},d/b.txt\n",
        f"SHA256    (a.txt) = {HELLO}\nSHA256    (d/b.txt) = {HELLO}\n",
        f"\ufeff{HELLO} *a.txt\r\n{HELLO} *d/b.txt\r\n".encode("utf-16-le"),
        f"\ufeff{HELLO} *a.txt\r\n{HELLO} *d/b.txt\r\n".encode("utf-32-be"),
    ],
)
def test_a_list_is_read_by_the_format_that_it_shows(root: Path, content: str | bytes) -> None:
    """Both files are verified, and found to be damaged when they are."""
    (root / "list").write_bytes(content.encode() if isinstance(content, str) else content)
    assert 2 == checksig.verify(root, root / "list").counts[Status.OK]
    (root / "d" / "b.txt").write_bytes(b"olleh")
    assert [("d/b.txt", Status.MISMATCH)] == [(r.path, r.status) for r in checksig.verify(root, root / "list").failures]


def test_the_caller_may_say_the_format(root: Path) -> None:
    """What the content would show then doesn't count."""
    (root / "list").write_text(f"{HELLO} a.txt\n")
    assert checksig.verify(root, root / "list", list_format="one-space")
    with pytest.raises(checksig.ManifestError) as caught:
        checksig.verify(root, root / "list", list_format="coreutils")
    assert ("no_entry", 1) == (caught.value.code, caught.value.line)


def test_an_unknown_format_is_refused_with_the_names_of_all(root: Path) -> None:
    """Something else than a name is a TypeError."""
    with pytest.raises(ValueError, match=f'unknown list format "gnu" \\(known: {", ".join([*FORMATS, *READERS])}\\)'):
        checksig.verify(root, {"a.txt": HELLO}, list_format="gnu")
    with pytest.raises(ValueError, match="list_format is empty"):
        checksig.verify(root, list_format="")
    with pytest.raises(TypeError, match="list_format must be a str such as 'coreutils', not int"):
        checksig.verify(root, list_format=1)  # type: ignore[arg-type]


def test_backslashes_are_slashes_if_the_caller_says_so(root: Path) -> None:
    """Without that, they are part of a name."""
    (root / "list").write_text(f"{HELLO} *.\\d\\b.txt\n")
    assert checksig.verify(root, root / "list", backslash=True)
    assert [(".\\d\\b.txt", True)] == [(r.path, r.fails) for r in checksig.verify(root, root / "list").failures]


def test_a_digest_alone_is_that_of_the_file_that_its_list_is_named_for(root: Path) -> None:
    """A warning says so."""
    (root / "a.txt.sha256").write_text(HELLO)
    report = checksig.verify(root / "a.txt.sha256")
    assert (True, ["name_from_list"]) == (report.ok, [w.code for w in report.warnings])
    (root / "digest").write_text(HELLO)
    with pytest.raises(checksig.ManifestError) as caught:
        checksig.verify(root, root / "digest")
    assert "no_name" == caught.value.code


@pytest.mark.parametrize("strict", [True, False])
def test_an_entry_of_an_unsupported_algorithm_fails(root: Path, *, strict: bool) -> None:
    """It is counted among the entries."""
    (root / "list").write_text(f"SM3 (a.txt) = {HELLO}\nSHA256 (d/b.txt) = {HELLO}\n")
    report = checksig.verify(root, root / "list", strict=strict)
    (failure,) = report.failures
    assert ("a.txt", Status.UNSUPPORTED, None, 1) == (failure.path, failure.status, failure.algorithm, failure.line)
    assert (False, 2) == (report.ok, report.files)


@pytest.mark.parametrize("size", ["-1", "18446744073709551616", "5.0", ""])
def test_a_size_that_is_none_makes_its_line_malformed(root: Path, size: str) -> None:
    """No other number is guessed."""
    (root / "list").write_text(f"%%%% HASHDEEP-1.0\n%%%% size,md5,filename\n5,{MD5},d/b.txt\n{size},{MD5},a.txt\n")
    assert [(Status.MALFORMED, 4)] == [(r.status, r.line) for r in checksig.verify(root, root / "list").failures]
