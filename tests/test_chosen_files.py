"""`checksig create FILE...`, `--files-from` and `--files0-from`: only what is named is listed, or verified."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import checksig
from command import checksig as command
from command import lines, objects
from conftest import digest, posix


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Five files, in two directories."""
    (tmp_path / "d").mkdir()
    for name in ("a", "b b", ".hidden", "d/c", "d/e"):
        (tmp_path / name).write_text(name)
    return tmp_path


def entry(name: str) -> str:
    return f"{digest(name.encode())}  {name}"


def test_each_file_gets_a_list_of_its_own(tree: Path) -> None:
    """In the directory of the file, so that it verifies there."""
    done = command("create", "a", "b b", os.path.join("d", "c"), cwd=tree)
    names = ["a.sha256", "b b.sha256", os.path.join("d", "c.sha256")]
    assert (0, names) == (done.returncode, lines(done.stdout))
    assert ["checksig: 3 files listed"] == lines(done.stderr)
    assert f"{digest(b'd/c')}  c\n" == (tree / "d" / "c.sha256").read_text()
    assert 0 == command("verify", ".", "d", cwd=tree).returncode
    again = command("create", "a", "a.sha256", cwd=tree)
    assert (2, "checksig: hint: to replace it, add --force") == (again.returncode, lines(again.stderr)[-1])
    forced = command("create", "--force", "a", "a.sha256", cwd=tree)
    assert (0, ["a.sha256"]) == (forced.returncode, lines(forced.stdout))


def test_a_file_that_cant_be_listed_does_not_prevent_the_lists_of_others(tree: Path) -> None:
    done = command("create", "a", "nothing", cwd=tree)
    assert (1, ["nothing: FAILED (missing)", "a.sha256"]) == (done.returncode, lines(done.stdout))
    assert ["checksig: 1 file listed", "checksig: error: 1 file could not be listed"] == lines(done.stderr)
    with pytest.raises(checksig.VerificationError, match="nothing"):
        checksig.create(tree, files=[tree / "b b", tree / "nothing"], sidecars=True)
    assert (tree / "b b.sha256").exists()


@pytest.mark.parametrize(
    ("words", "where", "names"),
    [
        (["-o", "SUMS.sha256", "d/c", "a"], "SUMS.sha256", ["a", "d/c"]),
        (["-o", "d/SUMS.sha256", "d/e"], "d/SUMS.sha256", ["e"]),
        (["-o", "d/SUMS.sha256", "--root", ".", "d/e"], "d/SUMS.sha256", ["d/e"]),
        (["--root", "d", "d/e", "d/c"], "d/SHA256SUMS", ["c", "e"]),
        (["-o", "-", "a", ".hidden"], "", [".hidden", "a"]),
    ],
)
def test_one_list_has_all_files_that_are_named_and_no_other(
    words: list[str], where: str, names: list[str], tree: Path
) -> None:
    """Their names are relative to the directory of the list, or to --root."""
    done = command("create", *words, cwd=tree)
    text = (tree / where).read_bytes() if where else done.stdout
    assert (0, names) == (done.returncode, [line.split("  ")[1] for line in lines(text)])


@pytest.mark.parametrize(
    ("option", "text"), [("--files-from", "a\n\nd/c\n"), ("--files0-from", "a\0d/c\0"), ("--files0-from", "a\0d/c")]
)
def test_names_come_from_a_file_or_from_standard_input(option: str, text: str, tree: Path) -> None:
    (tree / "names").write_text(text, newline="")
    for source, given in (("names", b""), ("-", text.encode())):
        done = command("create", option, source, "-o", "-", cwd=tree, input=given, stdin=None)
        assert (0, [entry("a"), entry("d/c")]) == (done.returncode, lines(done.stdout))


@posix
def test_what_find_prints_is_listed_as_it_is(tree: Path) -> None:
    """Also names that are not UTF-8, or have line ends."""
    for name in (b"\xff", b"new\nline"):
        Path(os.fsdecode(os.path.join(os.fsencode(tree), name))).write_bytes(name)
    found = subprocess.run(["find", ".", "-type", "f", "-print0"], cwd=tree, stdout=subprocess.PIPE, check=True).stdout
    done = command("create", "--files0-from", "-", "-o", "SHA256SUMS", cwd=tree, input=found, stdin=None)
    assert 0 == done.returncode
    whole = command("create", "-o", "-", cwd=tree)
    assert (tree / "SHA256SUMS").read_bytes() == whole.stdout


def test_verify_takes_files_from_a_file_too(tree: Path) -> None:
    """Each is looked up, never taken for a list or a directory; one that no list names fails the run."""
    assert 0 == command("create", cwd=tree).returncode
    (tree / "d" / "c").write_text("changed")
    for names, status, failed in (
        (b"a\n.hidden\n", 0, []),
        (b"d/c\n", 1, ["d/c: FAILED (mismatch)"]),
        (b"a\nnothing\n", 1, ["nothing: FAILED (not listed)"]),
        (b"SHA256SUMS\na\n", 1, ["SHA256SUMS: FAILED (not listed)"]),
    ):
        done = command("verify", "SHA256SUMS", "--files-from", "-", cwd=tree, input=names, stdin=None)
        assert (status, failed) == (done.returncode, lines(done.stdout)), names


@pytest.mark.parametrize(
    ("words", "given", "message"),
    [
        (["create", "--files-from", "-"], b"", "-: names no file"),
        (["create", "--files-from", "-"], b"\n\n", "-: names no file"),
        (["verify", "--files-from", "-"], b"", "-: names no file"),
        (["create", "--files-from", "-"], b"a\0b\0", "-: has NUL bytes"),
        (["create", "--files0-from", "-"], b"a\nb\n", "-: no NUL ends a name"),
        (["create", "--files0-from", "-"], b"a\0\0b\0", "-: name 2 is empty"),
        (["create", "--files-from", "none"], b"", "none: no such file or directory"),
        (
            ["create", "--files-from", "-", "--exclude-from", "-"],
            b"a\n",
            "standard input can't be read for two purposes",
        ),
        (["verify", "--files-from", "-", "-"], b"a\n", "standard input can't be read for two purposes"),
        (["create", "d", "a"], b"", "d is a directory, which can't be combined with another ROOT or with FILEs"),
        (["create", "d", "--files-from", "-"], b"a\n", "d is a directory, which can't be combined with"),
        (["create", "--root", ".", "d"], b"", "d can't be combined with --root"),
        (["create", "a", ""], b"", "ROOT or FILE is empty"),
        (["create", "-o", "d/SUMS.sha256", "a"], b"", "a: not beneath d, the directory that the list is for"),
        (["create", "-o", "SUMS", "a", "none/x"], b"", "none/x: no such file or directory"),
        (["create", "--bagit", "a"], b"", "files can't be combined with bagit"),
    ],
)
def test_files_that_make_no_list_are_an_error(words: list[str], given: bytes, message: str, tree: Path) -> None:
    """Nothing is written: an empty list of names never means all files."""
    done = command(*words, cwd=tree, input=given, stdin=None)
    assert (2, b"") == (done.returncode, done.stdout)
    assert message in lines(done.stderr)[0]
    assert {"a", "b b", ".hidden", "d"} == set(os.listdir(tree))


def test_a_file_that_is_named_twice_is_listed_once(tree: Path) -> None:
    """By whatever path: it has one list."""
    done = command("create", "a", "./a", os.path.join("d", "..", "a"), cwd=tree)
    assert (0, ["a.sha256"]) == (done.returncode, lines(done.stdout))


def test_a_named_file_that_is_excluded_is_told(tree: Path) -> None:
    done = command("create", "--exclude", "a", "-o", "-", "a", "b b", cwd=tree)
    assert (0, [entry("b b")]) == (done.returncode, lines(done.stdout))
    assert "checksig: warning: 1 file that was named is excluded" == lines(done.stderr)[0]


def test_json_says_which_lists_were_written(tree: Path) -> None:
    done = command("create", "--json", "-a", "md5", "-a", "sha1", "a", "d/c", cwd=tree)
    summary = objects(done.stdout)[-1]
    outputs = ["a.md5", "a.sha1", os.path.join("d", "c.md5"), os.path.join("d", "c.sha1")]
    assert (True, outputs, ["md5", "sha1"], 2) == tuple(summary[k] for k in ("ok", "outputs", "algorithms", "files"))


def test_python_lists_files_too(tree: Path) -> None:
    """The default is all files; none at all is an error."""
    path = checksig.create(tree, files=[tree / "a", tree / "d" / "c"])
    assert f"{entry('a')}\n{entry('d/c')}\n" == path.read_text()
    assert tree / "a.md5" == checksig.create(tree, files=tree / "a", sidecars=True, algorithm="md5")
    for files, reason in (([], "files is empty"), ([""], "files is empty")):
        with pytest.raises(ValueError, match=reason):
            checksig.create(tree, files=files)
    with pytest.raises(ValueError, match="sidecars needs files"):
        checksig.create(tree, sidecars=True)
    with pytest.raises(checksig.ManifestError, match="not directly in"):
        checksig.create(tree, files=tree / "d" / "c", sidecars=True)
