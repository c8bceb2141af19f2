"""Files that moved: missing by their listed names, and found among those that no list names."""

from __future__ import annotations

import os
import pickle
import zlib
from pathlib import Path

import pytest

import checksig
from checksig import FileResult, Status
from checksig._cli._renamed import Directories
from checksig._renamed import cleaned, renamed
from command import checksig as run
from command import lines, objects
from conftest import Tree, linux


def moved(report: checksig.Report) -> list[tuple[str, str, str | None, str | None]]:
    return [(r.path, str(r.status), r.moved_to, r.moved_with) for r in report.failures]


def test_a_renamed_file_is_moved_and_neither_missing_nor_extra(tree: Tree) -> None:
    """It fails the run, has its new name, and the digest and size of the file that has it."""
    root = tree({"a": b"one", "b": b"two"})
    (root / "b").rename(root / "new")
    report = checksig.verify(root, extra=True, moved=True)
    assert [("b", "moved", "new", None)] == moved(report)
    (result,) = report.results
    assert (True, 3, result.expected) == (result.fails, result.size, result.actual)
    assert (1, 0, 0) == (report.counts[Status.MOVED], report.counts[Status.MISSING], report.counts[Status.EXTRA])
    assert {"moved_to": "new", "moved_with": None}.items() <= result.as_dict().items()
    assert result == pickle.loads(pickle.dumps(result))
    with pytest.raises(checksig.VerificationError) as caught:
        report.raise_for_failures()
    assert f'"{root / "b"}" - moved to "new"' == str(caught.value)


def test_without_it_nothing_else_is_said(tree: Tree) -> None:
    """The fields are None, and no dict nor JSON has them."""
    root = tree({"a": b"one"})
    (root / "a").rename(root / "b")
    for result in checksig.verify(root, extra=True).results:
        assert (None, None) == (result.moved_to, result.moved_with)
        assert not {"moved_to", "moved_with"} & result.as_dict().keys()
    assert b"moved_" not in run("verify", "--json", "--extra", str(root)).stdout
    assert (None, None) == FileResult("a", Status.OK, False, None, None, None, None, None, None, "")[10:]


def test_moved_needs_extra(tree: Tree) -> None:
    """Without it the argument is refused, by the function and by the command."""
    root = tree({"a": b"one"})
    with pytest.raises(ValueError, match=r"^moved: needs extra"):
        checksig.verify(root, moved=True)
    with pytest.raises(TypeError, match=r"^moved must be True or False, not str"):
        checksig.verify(root, extra=True, moved="yes")  # type: ignore[arg-type]
    assert 2 == run("verify", "--moved", str(root)).returncode
    assert 2 == run("verify", "--moved", "--installed").returncode


def test_a_renamed_directory_is_one_line_of_text_and_many_of_json(tree: Tree) -> None:
    """It says how many files; in several batches too, and each has its line in every other format."""
    names = [f"old/{i // 10}/{i}" for i in range(2500)]
    root = tree({name: name.encode() for name in names} | {"keep": b"1"})
    (root / "old").rename(root / "new")
    done = run("verify", "--extra", "--moved", str(root))
    assert (1, ["old/: FAILED (moved to new/, 2500 files)"]) == (done.returncode, lines(done.stdout))
    assert "checksig: FAILED: 2500 of 2501 files: 2500 moved" == lines(done.stderr)[-1]
    *results, summary = objects(run("verify", "--json", "--extra", "--moved", str(root)).stdout)
    assert {(name, name.replace("old", "new"), "old") for name in names} == {
        (r["path"], r["moved_to"], r["moved_with"]) for r in results
    }
    assert 2500 == summary["counts"]["moved"]
    for format_ in ("csv", "github", "junit"):
        found = run("verify", "--extra", "--moved", "--format", format_, str(root)).stdout
        assert 2500 == found.count(b"new/"), format_


def test_directories_of_several_roots_and_lists_have_their_own_lines(tmp_path: Path) -> None:
    """The root is before the name, and the list behind it."""
    for root in ("x", "y"):
        for name in ("old/a", "old/b"):
            (tmp_path / root / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / root / name).write_text(name)
    checksig.create(tmp_path / "x")
    checksig.create(tmp_path / "y", algorithm=("sha1", "sha256"))
    for root in ("x", "y"):
        (tmp_path / root / "old").rename(tmp_path / root / "new")
    done = run("verify", "--extra", "--moved", "x", "y", cwd=tmp_path)
    assert [
        "x/old/: FAILED (moved to new/, 2 files)",
        "y/old/: FAILED (moved to new/, 2 files) [y/SHA1SUMS]",
        "y/old/: FAILED (moved to new/, 2 files) [y/SHA256SUMS]",
    ] == sorted(lines(done.stdout))


@linux
def test_names_of_any_bytes_move(tmp_path: Path) -> None:
    """The new name has its bytes, and is quoted for a terminal."""
    (tmp_path / "a").write_bytes(b"one")
    checksig.create(tmp_path)
    new = os.fsencode(tmp_path) + b"/\xff\n'"
    os.rename(tmp_path / "a", new)
    (result,) = checksig.verify(tmp_path, extra=True, moved=True).results
    assert b"\xff\n'" == os.fsencode(result.moved_to or "")
    assert [r"a: FAILED (moved to $'\xff\n\'')"] == lines(run("verify", "--extra", "--moved", str(tmp_path)).stdout)


def test_little_content_is_evidence_only_with_the_same_name(tmp_path: Path) -> None:
    """Neither an empty file nor an equal CRC-32 has moved to a file of another name."""
    (tmp_path / "SHA256SUMS").write_text("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  empty\n")
    (tmp_path / "x.sfv").write_text(f"crc {zlib.crc32(b'1'):08X}\n")
    for name, data in (("other", b""), ("another", b"1")):
        (tmp_path / name).write_bytes(data)
    report = checksig.verify(tmp_path, extra=True, moved=True)
    assert ["extra", "extra", "missing", "missing"] == sorted(str(r.status) for r in report.results)
    (tmp_path / "d").mkdir()
    (tmp_path / "other").rename(tmp_path / "d" / "empty")
    (tmp_path / "another").rename(tmp_path / "d" / "crc")
    report = checksig.verify(tmp_path, extra=True, moved=True)
    assert ["d/crc", "d/empty"] == sorted(r.moved_to or "" for r in report.results)


def test_a_damaged_copy_has_not_moved(tree: Tree) -> None:
    """Only the listed content is found."""
    root = tree(changed={"a": b"two"})
    (root / "a").rename(root / "b")
    assert [("a", "missing", None, None), ("b", "extra", None, None)] == moved(
        checksig.verify(root, extra=True, moved=True)
    )


def test_what_is_excluded_is_not_where_a_file_moved(tree: Tree) -> None:
    """Excluded files are not read."""
    root = tree({"a": b"one"})
    (root / "cache").mkdir()
    (root / "a").rename(root / "cache" / "a")
    assert [("a", "missing", None, None)] == moved(checksig.verify(root, extra=True, moved=True, exclude="cache/"))


@pytest.mark.parametrize(
    ("path", "moved_to", "moved_with", "new"),
    [
        ("old/a", "new/a", "old", "new"),
        ("./old//d/a", "new/d/a", "old", "new"),
        ("x/old/d/a", "x/new/d/a", "x/old", "x/new"),
        ("a/b/c", "b/b/c", "a", "b"),
        ("b/a/x", "a/x", "b/a", "a"),
        ("old/d/", "new/d/", "old", "new"),
    ],
)
def test_the_new_name_of_a_directory_follows_from_that_of_a_file(
    path: str, moved_to: str, moved_with: str, new: str
) -> None:
    """Whatever the list writes between the elements."""
    assert (moved_with, new) == renamed(path, moved_to, moved_with)


def test_directories_are_counted_together() -> None:
    """Files in several directories below belong to the one that was renamed."""
    found = Directories()
    for name in ("a", "d/b", "d/c"):
        found.add("r", "l", f"./old/{name}", f"new/{name}", "old")
    assert [("r", "l", "old", "new", 3)] == list(found.taken())
    assert [] == list(found.taken())


@pytest.mark.parametrize(
    ("name", "clean"), [("./a//b/.", "a/b"), ("/a/./b", "/a/b"), ("a/../b", "a/../b"), ("a", "a"), ("..a/b.", "..a/b.")]
)
def test_names_are_cleaned_as_the_engine_does(name: str, clean: str) -> None:
    """Except for those that lead up."""
    assert clean == cleaned(name)
