"""What is left out, by patterns: the same for `create` and for `verify`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

import checksig
from checksig._cli._excludes import take
from checksig._cli._usage import UsageError
from command import checksig as run
from command import finish, lines, objects
from conftest import Tree, linux

FILES = {"a.txt": b"1", "b.tmp": b"2", "cache/c": b"3", "d/cache/e": b"4", "d/keep.tmp": b"5", "build/f": b"6"}


def listed(text: str) -> list[str]:
    return [line.split("  ", 1)[1] for line in text.splitlines()]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A directory with FILES, and no list."""
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        (["*.tmp"], ["a.txt", "build/f", "cache/c", "d/cache/e"]),
        (["*.tmp", "!keep.tmp"], ["a.txt", "build/f", "cache/c", "d/cache/e", "d/keep.tmp"]),
        (["cache/", "/build"], ["a.txt", "b.tmp", "d/keep.tmp"]),
        ("d", ["a.txt", "b.tmp", "build/f", "cache/c"]),
        ([], sorted(FILES)),
        (["# nothing", ""], sorted(FILES)),
    ],
)
def test_what_create_leaves_out_verify_does_not_miss(root: Path, patterns: str | list[str], names: list[str]) -> None:
    """The list has the other files, and with the same patterns nothing is extra."""
    path = checksig.create(root, exclude=patterns)
    assert names == listed(path.read_text())
    report = checksig.verify(root, exclude=patterns, extra=True)
    assert (True, len(names), ()) == (report.ok, report.files, report.warnings)
    without = checksig.verify(root, extra=True)
    assert sorted(FILES.keys() - names) == [result.path for result in without.failures]


def test_entries_that_are_left_out_are_counted_in_a_warning(tree: Tree) -> None:
    """They are not verified, be they right or wrong, and no run passes in which all are."""
    root = tree({"a": b"1"}, changed={"b": b"2"})
    report = asyncio.run(checksig.averify(root, exclude="b"))
    assert (True, ["entries_excluded"], ["1 entry excluded"]) == (
        report.ok,
        [warning.code for warning in report.warnings],
        list(report.warnings),
    )
    with pytest.raises(checksig.ManifestError, match="all entries are excluded") as caught:
        checksig.verify(root, exclude="*")
    assert "not_listed" == caught.value.code


def test_a_name_that_leads_elsewhere_is_not_left_out(tree: Tree) -> None:
    """No pattern makes a hostile entry pass."""
    root = tree({"a": b"1"})
    with (root / "SHA256SUMS").open("a") as text:
        text.write(f"{'0' * 64}  ../b\n")
    report = checksig.verify(root, exclude="b")
    assert ["outside_root"] == [result.status for result in report.failures]


@pytest.mark.parametrize("function", [checksig.verify, checksig.create])
def test_a_pattern_that_can_not_be_read_is_an_error(function: object, root: Path) -> None:
    """It names the argument, the pattern and what is wrong."""
    with pytest.raises(ValueError, match=r'^exclude: "\[a" is not a valid pattern: "\[" without "\]"'):
        function(root, exclude=["a", "[a"])  # type: ignore[operator]


def test_a_bag_has_all_of_its_files(tmp_path: Path) -> None:
    """Neither `create` nor `verify` leaves any out."""
    (tmp_path / "a").write_bytes(b"1")
    with pytest.raises(ValueError, match="exclude can't be combined with bagit"):
        checksig.create(tmp_path, bagit=True, in_place=True, exclude="b")
    checksig.create(tmp_path, bagit=True, in_place=True)
    with pytest.raises(checksig.ManifestError, match="nothing of it can be excluded"):
        checksig.verify(tmp_path, exclude="a")


# The command line


def test_options_are_read_in_their_order(root: Path, tmp_path: Path) -> None:
    """The lines of files come first, and those that include come last."""
    (root / "patterns").write_bytes(b"\xef\xbb\xbf# by the archive\r\n*.tmp\r\npatterns\r\n")
    options = ("--exclude-from", "patterns", "--include", "keep.tmp", "--exclude", "/build")
    done = run("create", *options, "--output", "-", cwd=root)
    assert (0, ["a.txt", "cache/c", "d/cache/e", "d/keep.tmp"]) == (done.returncode, listed(done.stdout.decode()))
    done = run("create", *options, cwd=root)
    assert 0 == done.returncode, done.stderr
    done = run("verify", *options, "--extra", cwd=tmp_path)
    assert (0, ["checksig: OK: 4 files verified"]) == (done.returncode, lines(done.stderr))


def test_patterns_may_come_from_standard_input(root: Path) -> None:
    """As `git ls-files --others --ignored --exclude-standard` and the like write them."""
    done = run("create", "--exclude-from", "-", "-o", "-", cwd=root, input=b"*.tmp\ncache\n", stdin=None)
    assert (0, ["a.txt", "build/f"]) == (done.returncode, listed(done.stdout.decode()))


def test_patterns_are_relative_to_each_root(tmp_path: Path) -> None:
    """With --recursive that is the directory of each list."""
    for name in ("x", "y"):
        (tmp_path / name / "build").mkdir(parents=True)
        (tmp_path / name / "a").write_bytes(b"1")
        (tmp_path / name / "build" / "b").write_bytes(b"2")
        checksig.create(tmp_path / name)
        (tmp_path / name / "build" / "b").unlink()
    done = run("verify", "--recursive", "--json", "--exclude", "/build", cwd=tmp_path)
    assert (0, 2) == (done.returncode, objects(done.stdout)[-1]["files"])


def test_excluded_directories_are_not_searched_for_lists(tmp_path: Path) -> None:
    """A damaged list in one does not matter."""
    for name in ("x", ".git"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_bytes(b"1")
        checksig.create(tmp_path / name)
    (tmp_path / ".git" / "a").write_bytes(b"2")
    assert 1 == run("verify", "--recursive", cwd=tmp_path).returncode
    done = run("verify", "--recursive", "--exclude", ".git/", cwd=tmp_path)
    assert (0, ["checksig: OK: 1 file verified"]) == (done.returncode, lines(done.stderr))


@linux
def test_another_file_system_is_left_out(root: Path) -> None:
    """Only if that is asked for: a file system that is mounted beneath the root."""
    mount = "mount -t tmpfs none cache && touch cache/other &&"
    checksig = f'"{sys.executable}" -m checksig'
    shell = f"{mount} {checksig} create -x -o - && echo && {checksig} create -q && {checksig} verify -x --extra -v"
    done = finish(["unshare", "-m", "sh", "-c", shell], cwd=root)
    if b"unshare:" in done.stderr or b"mount:" in done.stderr:
        pytest.skip("may not mount")
    first, _, second = done.stdout.decode().partition("\n\n")
    assert (0, sorted(FILES.keys() - {"cache/c"})) == (done.returncode, listed(first)), done.stderr
    assert "cache/other: OK" in second.splitlines()


def test_wrong_uses_are_errors(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """They say what is wrong, and nothing is written."""
    wide = tmp_path_factory.mktemp("patterns") / "utf-16"
    wide.write_text("*.tmp\n", encoding="utf-16")
    for words, said in (
        (("create", "--exclude", "["), b'"[" is not a valid pattern'),
        (("create", "--exclude", "*"), b"no files to list that are not excluded"),
        (("create", "--exclude-from", "nowhere"), b"nowhere: no such file or directory"),
        (("create", "--exclude="), b"--exclude is empty"),
        (("create", "--exclude", " "), b"a pattern is blank"),
        (("create", "--include", "#a"), b"#a is a comment"),
        (("create", "--exclude", "./build"), b"write /build"),
        (("create", "--exclude-from", "utf-16"), b"utf-16: not a text in UTF-8"),
        (("verify", "--installed", "--exclude", "a"), b"--exclude can't be combined with --installed"),
    ):
        done = run(*(str(wide) if word == "utf-16" else word for word in words), cwd=root)
        assert (2, True) == (done.returncode, said in done.stderr), done.stderr
    assert sorted(FILES) == sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_the_options_are_one_argument(tmp_path: Path) -> None:
    """What is not UTF-8 in a file is kept."""
    (tmp_path / "patterns").write_bytes(b"\xff\n")
    options: dict[str, object] = {
        "exclude_from": [str(tmp_path / "patterns")],
        "include": ["b"],
        "exclude": ["a"],
        "other": 1,
    }
    take(options)
    assert {"exclude": ["\udcff", "", "a", "!b"], "other": 1} == options
    with pytest.raises(UsageError):
        take({"exclude_from": [str(tmp_path)]})


def test_a_run_that_leaves_all_out_gives_no_verdict(root: Path) -> None:
    """Nothing is written, and nothing passes; a list that exists keeps its entries."""
    with pytest.raises(checksig.ManifestError, match="no files to list that are not excluded"):
        checksig.create(root, exclude="*")
    with pytest.raises(checksig.ManifestError, match="not excluded"):
        checksig.create(root, exclude="*", files=root / "a.txt")
    path = checksig.create(root)
    before = path.read_bytes()
    with pytest.raises(checksig.ManifestError, match="all entries are excluded"):
        checksig.verify(root, exclude="*", extra=True)
    report = checksig.update(path, exclude="*")
    assert (True, before) == (report.ok, path.read_bytes())


@pytest.mark.parametrize(
    "pattern", ["a" * 10_000, "*a" * 5_000, "a/" * 5_000 + "*", "[ab]" * 2_500, "**/" * 3_000 + "x"]
)
def test_a_pattern_of_10000_characters_costs_little(pattern: str, root: Path) -> None:
    """It matches nothing here, and a run ends soon."""
    (root / ("a" * 200)).write_bytes(b"")
    path = checksig.create(root, exclude=pattern, timeout=10)
    assert checksig.verify(root, exclude=pattern, extra=True, timeout=10).ok
    assert len(FILES) + 1 == len(listed(path.read_text()))
