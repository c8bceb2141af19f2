"""The arguments: what is verified, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import checksig as package
from checksig._cli._run import groups
from checksig._cli._usage import UsageError
from command import ERROR, checksig, lines
from conftest import Tree


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the directories and lists that the next test names."""
    root = tmp_path_factory.mktemp("there")
    for name in ("a/1", "a/2", "b/1", "1"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).touch()
    return root


@given(st.lists(st.sampled_from(["a", "b", "a/1", "a/2", "b/1", "./a/1", "1", "./1"])))
def test_each_path_is_verified_once_where_it_belongs(there: Path, paths: list[str]) -> None:
    """Lists of one directory share a job, in their order, and a directory is a job of its own."""
    old = Path.cwd()
    os.chdir(there)
    try:
        found = groups(paths or ["a"], None)
    finally:
        os.chdir(old)
    named = [path for group in found for path in group.lists or ()]
    assert sorted(path for path in paths if "1" in path or "2" in path) == sorted(named)
    assert [path for path in paths if path in named and "a/" in path] == [p for p in named if "a/" in p]
    keys = [(os.path.realpath(there / group.root), group.lists is None) for group in found]
    assert len(set(keys)) == len(keys)


def test_a_path_that_does_not_exist_is_a_usage_error() -> None:
    """It is refused before anything is verified."""
    with pytest.raises(UsageError, match="/nowhere at all"):
        groups(["/nowhere at all"], None)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["verify", "--root", "", "SHA256SUMS"], "--root"),
        (["verify", "--root=", "SHA256SUMS"], "--root"),
        (["verify", "--algorithm", ""], "--algorithm"),
        (["verify", "--jobs", ""], "--jobs"),
        (["verify", ""], "ROOT or LIST"),
        (["verify", "SHA256SUMS", ""], "ROOT or LIST"),
        (["create", "-o", "", "--force"], "-o"),
        (["create", "--output=", "--force"], "--output"),
        (["create", "", "--force"], "ROOT"),
    ],
    ids=" ".join,
)
def test_an_empty_argument_is_refused(arguments: list[str], named: str, tree: Tree) -> None:
    """`--root "$UNSET"` must not verify other files than those that were meant, nor `-o "$UNSET"` write them."""
    done = checksig(*arguments, cwd=tree({"a": b"1"}))
    assert (2, b"") == (done.returncode, done.stdout)
    assert f"{ERROR}{named} is empty" == lines(done.stderr)[0]


def test_a_hidden_option_is_never_offered() -> None:
    """`--verbose` has a meaning beside `--version` alone."""
    done = checksig("--ver")
    assert [f"{ERROR}option '--ver' is ambiguous", "checksig: hint: did you mean --version?"] == lines(done.stderr)


def test_create_hints_at_force_only_where_it_helps(tree: Tree) -> None:
    """It replaces a list, and does not make a directory of a root that is a file."""
    root = tree({"a": b"1"})
    assert b"--force" in checksig("create", cwd=root).stderr
    done = checksig("create", "SHA256SUMS", cwd=root)
    assert 2 == done.returncode
    assert b"--force" not in done.stderr


def test_version_names_package_and_engine() -> None:
    """`--version` alone, and among other arguments, prints one line."""
    alone, among = checksig("--version"), checksig("--version", "verify")
    assert 0 == alone.returncode == among.returncode
    assert [f"checksig {package.__version__}, engine {package.__version__}"] == lines(alone.stdout)
    assert alone.stdout == among.stdout


def test_version_shows_with_verbose_what_the_engine_holds() -> None:
    """The line of `--version` comes first; each bound is beside what it is for."""
    done = checksig("--version", "--verbose")
    first, *held = lines(done.stdout)
    assert [first] == lines(checksig("--version").stdout)
    assert "running jobs: 0" in held
    assert [line for line in held if line.startswith("threads: 0, at most ")]


def test_a_command_line_without_a_command_is_refused() -> None:
    """Help with status 0 would look like a verdict."""
    done = checksig()
    assert (2, b"") == (done.returncode, done.stdout)
    assert lines(done.stderr)[0].startswith(ERROR)
