"""The functions on one file, and digests given in memory instead of a list."""

from __future__ import annotations

import asyncio
import io
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import checksig
from checksig import Entry, Status
from conftest import Tree, digest, posix

ABC = digest(b"abc")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    return path


# One file


@pytest.mark.parametrize(
    ("expected", "status", "detail"),
    [
        (ABC, Status.OK, ""),
        (ABC.upper(), Status.OK, ""),
        (f"sha256:{ABC}", Status.OK, ""),
        (f"SHA-256:{ABC}", Status.OK, ""),
        (f"md5:{digest(b'abc', 'md5')}", Status.OK, ""),
        ({"md5": digest(b"abc", "md5"), "sha256": ABC}, Status.OK, ""),
        ({"md5": digest(b"abc", "md5"), "sha256": digest(b"")}, Status.MISMATCH, ""),
        (f"sha3-256:{ABC}", Status.MISMATCH, ""),
        (digest(b""), Status.MISMATCH, ""),
    ],
)
def test_a_file_is_verified_against_a_digest(file: Path, expected: Any, status: Status, detail: str) -> None:
    result = checksig.verify_file(file, expected)
    assert (status, status is not Status.OK, detail) == (result.status, result.fails, result.detail)
    assert (os.fspath(file), 3, None, None) == (result.path, result.size, result.manifest, result.line)


def test_a_digest_without_an_algorithm_takes_the_given_one(file: Path) -> None:
    expected = digest(b"abc", "sha3_256")
    assert Status.MISMATCH is checksig.verify_file(file, expected).status
    assert Status.OK is checksig.verify_file(file, expected, algorithm="sha3-256").status
    assert Status.OK is checksig.verify_file(file, f"sha256:{ABC}", algorithm="sha3-256").status


@posix
@pytest.mark.usefixtures("file")
def test_links_are_followed_wherever_they_lead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path is the caller's own, unlike one in a list."""
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "link").symlink_to("../file")
    monkeypatch.chdir(tmp_path / "d")
    for path in ("link", "../file", b"../d/link", Path("link")):
        assert not checksig.verify_file(path, ABC).fails
        assert ABC == checksig.file_digest(path)
    assert "../file" == checksig.verify_file("../file", ABC).path


@posix
def test_what_is_no_readable_file_has_a_verdict_and_no_digest(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for name, status in (
        ("gone", Status.MISSING),
        ("fifo", Status.NOT_REGULAR),
        (".", Status.NOT_REGULAR),
        ("/", Status.NOT_REGULAR),
    ):
        result = checksig.verify_file(tmp_path / name, ABC)
        assert (status, True) == (result.status, result.fails)
        with pytest.raises(checksig.VerificationError, match=status.phrase):
            checksig.file_digest(tmp_path / name)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("", ABC), ValueError, "path is empty"),
        ((7, ABC), TypeError, "path must be a path, not int"),
        (("f", 7), TypeError, "digest must be a str such as 'sha256:HEX', or a mapping"),
        (("f", None), TypeError, "digest must be a str such as 'sha256:HEX', or a mapping"),
        (("f", {"md5": 7}), TypeError, "digest must be a str"),
        (("f", ""), ValueError, "digest: the name has no digest"),
        (("f", {}), ValueError, "digest: the name has no digest"),
        (("f", "sha256:"), ValueError, "digest: the name has no digest"),
        (("f", "zz"), ValueError, 'digest: the digest contains "z", which is not a hex digit'),
        (("f", f" {ABC}"), ValueError, 'digest: the digest contains " ", which is not a hex digit'),
        (("f", f"{ABC}\n"), ValueError, r'digest: the digest contains "\n", which is not a hex digit'),
        (("f", ABC[2:]), ValueError, "digest: no supported algorithm has digests of 62 hex digits"),
        (("f", ABC[1:]), ValueError, "digest: odd number of hex digits"),
        (("f", f"sha1:{ABC}"), ValueError, "digest: the digest has 64 hex digits, but sha1 has 40"),
        (("f", f"crc9:{ABC}"), ValueError, 'digest: unknown algorithm "crc9" (supported: md5, sha1'),
        (("f", f":{ABC}"), ValueError, "digest: the algorithm is empty"),
        (("f", {"": ABC}), ValueError, "digest: the algorithm is empty"),
        (("f", {7: ABC}), TypeError, "digest: the algorithm must be a str such as 'sha256', not int"),
    ],
)
def test_what_can_not_be_verified_is_refused(arguments: tuple[Any, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        checksig.verify_file(*arguments)
    assert str(caught.value).startswith(message)


@posix
@pytest.mark.skipif(sys.platform == "darwin", reason="the working directory can't be deleted there")
def test_a_relative_path_without_a_working_directory_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(checksig.ManifestError, match=r"^file: the working directory no longer exists") as caught:
        checksig.file_digest("file")
    assert "working_directory_gone" == caught.value.code
    assert ABC == checksig.file_digest(file)


# Digests in memory


def test_every_form_of_a_manifest_gives_the_same_verdicts(tree: Tree) -> None:
    root = tree({"a": b"1", "d/b": b"2"}, changed={"c": b"3"})
    names = {"a": b"1", "d/b": b"2", "c": b"what it was", "gone": b""}
    text = "".join(f"{digest(data)}  {name}\n" for name, data in names.items())
    (root / "SHA256SUMS").write_text(text)
    digests = {name: digest(data) for name, data in names.items()}
    forms: list[Any] = [
        None,
        root / "SHA256SUMS",
        digests,
        {name.encode(): f"sha256:{value}" for name, value in digests.items()},
        [Entry(name, {"sha256": value}) for name, value in digests.items()],
        (Entry(Path(name), value, None) for name, value in digests.items()),
        io.StringIO(text),
        io.BytesIO(text.encode()),
        [io.StringIO(text)],
        [{name: value} for name, value in digests.items()],
    ]
    expected = [("c", Status.MISMATCH), ("gone", Status.MISSING)]
    for form in forms:
        report = checksig.verify(root, form)
        assert expected == [(result.path, result.status) for result in report.failures]
        assert 4 == report.files
    assert expected == [(r.path, r.status) for r in checksig.verify(root / "SHA256SUMS").failures]


def test_the_position_of_an_entry_stands_for_its_line(tree: Tree) -> None:
    root = tree({"a": b"1"})
    report = checksig.verify(root, [Entry("a", digest(b"1")), Entry("b", digest(b"1"))])
    assert [("b", None, 2)] == [(result.path, result.manifest, result.line) for result in report]


def test_an_entry_may_have_a_size(tree: Tree) -> None:
    root = tree({"a": b"1"})
    assert checksig.verify(root, Entry("a", digest(b"1"), 1))
    (result,) = checksig.verify(root, Entry("a", digest(b"1"), 2))
    assert ("mismatch", "size is 1 bytes, expected 2") == (result.status, result.detail)


def test_names_in_memory_stay_beneath_the_root(tree: Tree) -> None:
    root = tree({"a": b"1"})
    report = checksig.verify(root / "..", {"../a": ABC, "/etc/passwd": ABC})
    assert [Status.OUTSIDE_ROOT] * 2 == [result.status for result in report]


@pytest.mark.parametrize(
    ("manifest", "error", "message"),
    [
        ([Entry("a", ABC), Entry("b", "")], ValueError, 'manifest: entry 2, "b": the name has no digest'),
        ([Entry("a", ABC), Entry("", ABC)], ValueError, 'manifest: entry 2, "": the name is empty'),
        (Entry("a\0", ABC), ValueError, r'manifest: entry 1, "a\x00": the name contains a NUL byte'),
        (Entry("a", ABC, -1), ValueError, "manifest: the size of 'a' is out of range"),
        (Entry("a", ABC, 1 << 63), ValueError, "manifest: the size of 'a' is out of range"),
        (Entry("a", ABC, 1.5), TypeError, "manifest: the size of 'a' must be an int or None, not float"),  # type: ignore[arg-type]
        (Entry("a", ABC, True), TypeError, "manifest: the size of 'a' must be an int or None, not bool"),
        ({7: ABC}, TypeError, "manifest: the name of an entry must be a path, not int"),
        ({"\ud800": ABC}, ValueError, "manifest: the name of an entry can't be a file name: "),
        ({"a": 7}, TypeError, "manifest: the digest of 'a' must be a str such as 'sha256:HEX', or a mapping"),
        ({"a": {"md5": 7}}, TypeError, "manifest: the digest of 'a' must be a str of hex digits, not int"),
        ({"a": {7: ABC}}, TypeError, "manifest: the algorithm of 'a' must be a str such as 'sha256', not int"),
        ({"a": {"": ABC}}, ValueError, "manifest: the algorithm of 'a' is empty"),
        ({"a": f":{ABC}"}, ValueError, "manifest: the algorithm of 'a' is empty"),
        ({"a": "zz"}, ValueError, 'manifest: entry 1, "a": the digest contains "z"'),
        ({"a": "crc9:00"}, ValueError, 'manifest: entry 1, "a": unknown algorithm "crc9"'),
        ({"a": {}}, ValueError, 'manifest: entry 1, "a": the name has no digest'),
        ([{"a": ABC}, {}], ValueError, "manifest has no entries"),
        ([[Entry("a", ABC)]], TypeError, "manifest must be a path, an open file"),
        ([Entry("a", ABC), 7], TypeError, "manifest must be a path, an open file"),
    ],
)
def test_what_is_no_entry_is_refused(manifest: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        checksig.verify(".", manifest)
    assert str(caught.value).startswith(message)


def test_a_file_that_reads_something_else_is_refused() -> None:
    class Odd:
        def read(self) -> int:
            return 7

    with pytest.raises(TypeError, match=r"^manifest must be a file whose read\(\) returns str or bytes, not int"):
        checksig.verify(".", Odd())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^manifest: the file has text that no list has: "):
        checksig.verify(".", io.StringIO("\ud800"))


def test_the_name_of_an_open_file_says_its_algorithm(tree: Tree, tmp_path: Path) -> None:
    root = tree({"a": b"1"})
    (tmp_path / "x.sha3-256").write_text(f"{digest(b'1', 'sha3_256')}  a\n")
    with (tmp_path / "x.sha3-256").open() as file:
        assert checksig.verify(root, file)


@given(st.dictionaries(st.text(min_size=1).filter(lambda s: "\0" not in s), st.binary(min_size=16, max_size=16)))
def test_names_in_memory_come_back_as_they_are(entries: dict[str, bytes]) -> None:
    """Whatever a name is made of, none is lost, split or read as something else."""
    names = [name for name in entries if not any("\ud800" <= c <= "\udfff" for c in name)]
    if names:
        report = checksig.verify(".", {name: entries[name].hex() for name in names}, keep="all")
        assert names == [result.path for result in report]


# Selection, and what else is new with it


def test_only_some_names_are_verified(tree: Tree) -> None:
    root = tree({"a.iso": b"1", "d/b.iso": b"2"}, changed={"c.txt": b"3"})
    assert 2 == checksig.verify(root, only="*.iso").files
    assert checksig.verify(root, only=["a.iso", "d/*"])
    report = checksig.verify(root, only=("a.*", "x.*"))
    assert [("x.*", Status.NOT_LISTED, None)] == [(r.path, r.status, r.manifest) for r in report.failures]
    assert 1 == report.counts[Status.NOT_LISTED]
    with pytest.raises(checksig.ManifestError, match="no entry for x") as caught:
        checksig.verify(root, only=["x"])
    assert "not_listed" == caught.value.code
    with pytest.raises(checksig.ManifestError, match=f"^{re.escape(str(root))}: no entry for x$"):
        checksig.verify(root, {"a.iso": ABC}, only="x")  # there is no list that could be named


def test_a_list_can_be_made_in_a_coroutine(tree: Tree) -> None:
    root = tree({"a": b"1"})
    path = asyncio.run(checksig.acreate(root, algorithm="sha512"))
    assert (root / "SHA512SUMS", True) == (path, checksig.verify(root, path).ok)
    with pytest.raises(checksig.ManifestError, match="already exists"):
        asyncio.run(checksig.acreate(root, algorithm="sha512"))


def test_the_root_of_a_report_is_the_directory_of_the_list(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(changed={"a": b"1"})
    assert os.fspath(root) == checksig.verify(root / "SHA256SUMS").root
    monkeypatch.chdir(root)
    assert "." == checksig.verify("SHA256SUMS").root
    with pytest.raises(checksig.VerificationError, match=r'a" - mismatch$'):
        checksig.check_signatures("SHA256SUMS")
