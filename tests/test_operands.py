"""What the operands of `verify` are taken for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import checksig as package
from checksig._cli._operands import STDIN, beneath, groups, sort
from checksig._cli._usage import UsageError
from command import COMMAND, finish, objects
from conftest import Tree, digest, gnu_line, linux, posix

Shown = list[tuple[str, Any, list[str]]]


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a directory with a list, data and directories with more of them."""
    line = gnu_line("data", b"1").decode()
    more = line + gnu_line("listed", b"").decode()
    for name, text in {
        "SHA256SUMS": more,
        "named.md5": "what",
        "list": f"# a comment\n{line}",
        "data": "1",
        "a/SHA256SUMS": more,
        "a/data": "1",
        "a/b/x.sha256": line,
        "a/b/y.sha256": line,
        "c/data": "1",
        "none/data": "1",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def unheard(_: object) -> None:
    """Take a warning."""


def sorted_(paths: list[str]) -> list[tuple[str, str]]:
    return sort(paths, lambda _: None)


def grouped(words: str, root: str | None = None) -> Shown:
    operands = sort(words.split(), unheard, root)
    return [(group.root, group.lists, group.files) for group in groups(operands, root)]


@pytest.mark.parametrize(
    ("words", "root", "expected"),
    [
        ("", None, [(".", None, [])]),
        ("", "a", [("a", None, [])]),
        ("a", None, [("a", None, [])]),
        ("SHA256SUMS", None, [(".", ["SHA256SUMS"], [])]),
        ("named.md5", None, [(".", ["named.md5"], [])]),
        ("list", None, [(".", ["list"], [])]),
        ("a/SHA256SUMS", None, [("a", ["a/SHA256SUMS"], [])]),
        ("a/SHA256SUMS", ".", [(".", ["a/SHA256SUMS"], [])]),
        ("list a SHA256SUMS", None, [(".", ["list", "SHA256SUMS"], []), ("a", None, [])]),
        ("a/b/x.sha256 list a/b/y.sha256", None, [("a/b", ["a/b/x.sha256", "a/b/y.sha256"], []), (".", ["list"], [])]),
        ("data", None, [(".", None, ["data"])]),
        ("data a/data a/../data", None, [(".", None, ["data", "a/../data"]), ("a", None, ["a/data"])]),
        ("data", "a", [("a", None, ["data"])]),
        ("list data", None, [(".", ["list"], ["data"])]),
        ("listed", None, [(".", None, ["listed"])]),
        ("a/listed data listed", None, [("a", None, ["a/listed"]), (".", None, ["data", "listed"])]),
        ("listed", "a", [("a", None, ["listed"])]),
        ("data gone list", None, [(".", ["list"], ["data", "gone"])]),
        ("a data", None, [("a", None, []), (".", None, ["data"])]),
        (". ./SHA256SUMS a/../named.md5", None, [(".", None, [])]),
        (". list", None, [(".", None, []), (".", ["list"], [])]),
        ("a/b/../b a/b/x.sha256 SHA256SUMS", None, [("a/b/../b", None, []), (".", ["SHA256SUMS"], [])]),
        ("-", None, [(".", ["-"], [])]),
        ("- list a/data", None, [(".", ["-", "list"], ["a/data"])]),
        ("-", "a", [("a", ["-"], [])]),
        ("/dev/fd/63", None, [(".", ["/dev/fd/63"], [])]),
    ],
)
@pytest.mark.usefixtures("there")
def test_operands(words: str, root: str | None, expected: Shown) -> None:
    """A directory is a root, a list a list by its name or its content, and anything else a file that lists name."""
    assert expected == grouped(words, root)


@pytest.mark.parametrize(
    ("words", "root", "reason"),
    [
        ("gone", None, "gone: no such file or directory"),
        ("data gone a", None, "gone: no such file or directory"),
        ("listed gone", None, "gone: no such file or directory"),
        ("listed none/listed", None, "none/listed: no such file or directory"),
        ("listed", "c", "listed: no such file or directory"),
        ("gone\x1b", None, r"$'gone\033': no such file or directory"),
        ("data/x", None, "data/x: "),
        ("a", "c", "a is a directory, which can't be combined with --root"),
        ("list a/SHA256SUMS data", None, "data is not a checksum list, and lists in several directories are given"),
    ],
)
@pytest.mark.usefixtures("there")
def test_operands_that_make_no_sense_together_are_refused(words: str, root: str | None, reason: str) -> None:
    """Nothing is verified then."""
    with pytest.raises(UsageError, match=f"^{re.escape(reason)}"):
        grouped(words, root)


@pytest.mark.usefixtures("there")
def test_a_list_that_a_list_names_is_not_taken_for_a_list_without_a_word() -> None:
    """It may be meant as data."""
    warnings: list[package.WarningText] = []
    sort(["list", "SHA256SUMS", "a", "data"], warnings.append)
    assert [] == warnings
    Path("x.md5").write_text(f"{digest(b'', 'md5')}  list\n")
    sort(["list", "SHA256SUMS", "a", "data"], warnings.append)
    assert [("list_is_listed", True)] == [(warning.code, "to verify list itself" in warning) for warning in warnings]


@pytest.mark.usefixtures("there")
def test_a_list_in_a_bag_is_not_left_out_beside_the_bag() -> None:
    """The bag does not use it."""
    assert [(".", None, [])] == grouped(". SHA256SUMS")
    Path("bagit.txt").touch()
    assert [(".", None, []), (".", ["SHA256SUMS"], [])] == grouped(". SHA256SUMS")


@pytest.mark.usefixtures("there")
def test_an_operand_of_check_is_a_list(there: Path) -> None:
    """As for coreutils: not a file that another list names."""
    (there / "damaged.txt").write_text(f"SHA256 (data) = {digest(b'1')[1:]}\n")
    (there / "SHA256SUMS").write_bytes(gnu_line("damaged.txt", (there / "damaged.txt").read_bytes()))
    for words, status in ((["damaged.txt"], 0), (["-c", "damaged.txt"], 2), (["verify", "-c", "damaged.txt"], 2)):
        assert status == finish([*COMMAND, *words], cwd=there).returncode


@pytest.mark.usefixtures("there")
def test_a_file_that_is_only_called_like_a_list_is_a_file_if_a_list_names_it() -> None:
    """Without an entry it is data, or it may be a damaged list."""
    for content in ("", "see the web site", digest(b"1")[1:] + "  a"):
        Path("named.md5").write_text(content)
        assert [(".", ["named.md5"], [])] == grouped("named.md5")
        Path("x.md5").write_text(f"{digest(content.encode(), 'md5')}  named.md5\n")
        assert [(".", None, ["named.md5"])] == grouped("named.md5")
        assert [(".", ["x.md5"], ["named.md5"])] == grouped("x.md5 named.md5")
        Path("x.md5").unlink()


@pytest.mark.usefixtures("there")
def test_what_is_only_called_like_a_list_is_not_found_beneath_a_root() -> None:
    """Unless it may be a damaged list, and no list in its directory or above names it."""
    warnings: list[package.WarningText] = []
    for name, content in {"c/README.md5": "prose", "c/empty.md5": "", "c/lost.md5": ""}.items():
        Path(name).write_text(content)
    Path("c.sha1").write_text(f"{digest(b'', 'sha1')}  c/empty.md5\n")
    found = beneath([], None, warnings.append)
    assert [["c/lost.md5"]] == [group.lists for group in found if group.root == "c"]
    assert ["lists_skipped"] == [warning.code for warning in warnings]
    assert all(os.path.join(name) in warnings[0] for name in ("c/README.md5", "c/empty.md5", "named.md5"))


def test_an_empty_operand_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^ROOT, LIST or FILE is empty$"):
        sorted_(["a", ""])


@given(st.lists(st.sampled_from(["a", "b", "a/1.md5", "a/2.md5", "b/1.md5", "./a/1.md5", "1.md5", "./1.md5"])))
def test_each_list_is_verified_once_where_it_belongs(
    tmp_path_factory: pytest.TempPathFactory, paths: list[str]
) -> None:
    """Lists of one directory share a job, in their order, and a directory is a job of its own."""
    there = tmp_path_factory.getbasetemp() / "lists"
    for name in ("a/1.md5", "a/2.md5", "b/1.md5", "1.md5"):
        (there / name).parent.mkdir(parents=True, exist_ok=True)
        (there / name).touch()
    old = Path.cwd()
    os.chdir(there)
    try:
        found = groups(sorted_(paths or ["a"]), None)
    finally:
        os.chdir(old)
    named = [str(path) for group in found for path in group.lists or ()]
    wanted = [path for path in paths if "md5" in path and os.path.dirname(os.path.normpath(path)) not in paths]
    assert sorted(wanted) == sorted(named)
    assert [path for path in paths if path in named and "a/" in path] == [p for p in named if "a/" in p]
    keys = [(os.path.realpath(there / group.root), group.lists is None) for group in found]
    assert len(set(keys)) == len(keys)


# Lists in directories below


@pytest.mark.parametrize(
    ("words", "root", "expected"),
    [
        (
            "",
            None,
            [
                (".", ["SHA256SUMS"], []),
                ("a", ["a/SHA256SUMS"], []),
                ("a/b", ["a/b/x.sha256", "a/b/y.sha256"], []),
            ],
        ),
        ("a/b a", None, [("a/b", ["a/b/x.sha256", "a/b/y.sha256"], []), ("a", ["a/SHA256SUMS"], [])]),
        ("a", "c", [("c", ["a/SHA256SUMS"], []), ("c", ["a/b/x.sha256", "a/b/y.sha256"], [])]),
    ],
)
@pytest.mark.usefixtures("there")
def test_lists_below_are_verified_each_for_its_directory(words: str, root: str | None, expected: Shown) -> None:
    assert expected == [(g.root, g.lists, g.files) for g in beneath(sorted_(words.split()), root, unheard)]


@pytest.mark.usefixtures("there")
def test_what_is_no_directory_has_nothing_below() -> None:
    with pytest.raises(UsageError, match=r"^list is not a directory, which --recursive needs$"):
        beneath(sorted_(["a", "list"]), None, unheard)
    with pytest.raises(package.ManifestError, match="no checksum list found") as caught:
        beneath(sorted_(["none"]), None, unheard)
    assert "no_list" == caught.value.code


@posix
def test_a_directory_that_can_not_be_searched_is_an_error(there: Path, without_rights: list[str]) -> None:
    """A list in it might have been verified."""
    (there / "a" / "b").chmod(0)
    command = [*without_rights, sys.executable, "-m", "checksig", "verify", "-r"]
    done = subprocess.run(command, capture_output=True, cwd=there, check=False)
    assert 2 == done.returncode
    assert b"a/b: can't search for checksum lists: permission denied" in done.stderr


# Standard input and pipes


def fed(text: bytes, *arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Verify a list from standard input."""
    with tempfile.TemporaryFile() as file:
        file.write(text)
        file.seek(0)
        return finish([*COMMAND, "verify", STDIN, *arguments], stdin=file, **options)


@pytest.mark.parametrize("copies", [1, 20_000])
def test_a_list_may_come_from_standard_input(tree: Tree, tmp_path: Path, copies: int) -> None:
    """Names are relative to the working directory or to --root; a long list waits in a file, which does not stay."""
    root = tree({"a": b"1"}, changed={"b": b"2"})
    text = (root / "SHA256SUMS").read_bytes() * copies
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    env = {**os.environ, "TMPDIR": os.fspath(temporary), "TEMP": os.fspath(temporary)}
    for where, more in ((root, []), (tmp_path, ["--root", os.fspath(root)])):
        done = fed(text, *more, "--json", cwd=where, env=env)
        assert 1 == done.returncode
        first, *_, summary = objects(done.stdout)
        assert ("b", STDIN, 2) == (first["path"], first["manifest"], first["line"])
        assert 2 * copies == summary["files"]
    assert [] == list(temporary.iterdir())


def test_check_without_a_path_reads_standard_input(tree: Tree) -> None:
    """As with coreutils: whoever pipes a list means that one, and not those in the current directory."""
    root = tree({"a": b"1"})
    piped = gnu_line("a", b"other")
    for words in (["-c"], ["--check", "--warn"], ["verify", "-c"], ["--status", "--check"]):
        done = finish([*COMMAND, *words], input=piped, cwd=root, stdin=None)
        assert 1 == done.returncode, done.stderr
    assert b"a: FAILED (mismatch)" == finish([*COMMAND, "-c"], input=piped, cwd=root, stdin=None).stdout.strip()
    assert 0 == finish([*COMMAND, "-c", "SHA256SUMS"], input=piped, cwd=root, stdin=None).returncode
    done = finish([*COMMAND, "-c", "-r"], input=piped, cwd=root, stdin=None)
    assert (2, b"") == (done.returncode, done.stdout)


@linux
def test_closed_standard_input_under_its_own_name_is_no_internal_error(tree: Tree) -> None:
    """The error is about the path."""
    script = f"exec {sys.executable} -m checksig verify /dev/stdin <&-"
    done = subprocess.run(["sh", "-c", script], cwd=tree({"a": b"1"}), capture_output=True, check=False)
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"checksig: error: /dev/stdin: No such file or directory" in done.stderr


@posix
def test_a_list_may_come_from_a_pipe_of_the_shell(tree: Tree) -> None:
    root = tree({"a": b"1"})
    script = f"{sys.executable} -m checksig verify <(cat SHA256SUMS)"
    if subprocess.run(["bash", "-c", "true <(true)"], capture_output=True, check=False).returncode:
        pytest.skip("needs bash")
    done = subprocess.run(["bash", "-c", script], cwd=root, capture_output=True, check=False)
    assert (0, b"") == (done.returncode, done.stdout)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", b"-: the list has no entries"),
        (b"what\n", b"-:1: no valid entry"),
        (b"\xff\xfe\0" * 9, b"-:1: no valid entry: not valid UTF-16"),
    ],
)
def test_standard_input_without_a_list_is_an_error(tmp_path: Path, text: bytes, message: bytes) -> None:
    done = fed(text, cwd=tmp_path)
    assert (2, b"") == (done.returncode, done.stdout)
    assert done.stderr.startswith(b"checksig: error: " + message)


@posix
def test_closed_standard_input_is_a_usage_error(tmp_path: Path) -> None:
    script = f"exec {sys.executable} -m checksig verify - <&-"
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, check=False)
    assert 2 == done.returncode
    assert b"error: standard input is closed" in done.stderr


def test_names_say_nothing_about_the_algorithm_of_standard_input(tree: Tree) -> None:
    """What has no tag has the usual algorithm of its length, or the one of --algorithm."""
    root = tree({"a": b"1"})
    text = f"{digest(b'1', 'sha3_256')}  a\n".encode()
    assert 1 == fed(text, cwd=root).returncode
    assert 0 == fed(text, "--algorithm", "sha3-256", cwd=root).returncode
