"""The arguments: what is verified, what is refused, and what a shell completes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import checksig as package
from checksig._cli import _commands
from checksig._cli._run import UsageError, groups
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


def test_an_empty_root_is_refused(tree: Tree) -> None:
    """`--root "$UNSET"` must not verify other files than those that were meant."""
    done = checksig("verify", "--root", "", "SHA256SUMS", cwd=tree({"a": b"1"}))
    assert 2 == done.returncode
    assert b"--root" in done.stderr


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
    assert "jobs: 0" in held
    assert [line for line in held if line.startswith("threads: 0, at most ")]


def test_algorithms_are_those_of_the_engine() -> None:
    """Help and completion know every algorithm that the engine knows."""
    with pytest.raises(ValueError, match="unknown") as caught:
        package.verify(algorithm="x")
    assert str(caught.value).split("known are ")[1] == ", ".join(_commands.ALGORITHMS)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("checksig ver", ["plain,verify"]),
        ("checksig --ver", ["plain,--version"]),
        ("checksig verify --ignore", ["plain,--ignore-missing"]),
        ("checksig verify --algorithm sha51", ["plain,sha512", "plain,sha512-256"]),
        ("checksig create -o x", ["file,x"]),
    ],
)
def test_completion(words: str, expected: list[str]) -> None:
    """The shell is offered commands, options, algorithms and files."""
    count = str(len(words.split()) - 1)
    environment = {**os.environ, "_CHECKSIG_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": count}
    assert expected == lines(checksig(env=environment).stdout)


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_completion_script(shell: str) -> None:
    """The one line of the documentation gives the shell a script. (For bash it asks the bash that is there.)"""
    done = checksig(env={**os.environ, "_CHECKSIG_COMPLETE": f"{shell}_source"})
    assert 0 == done.returncode
    assert f"_CHECKSIG_COMPLETE={shell}_complete".encode() in done.stdout


def test_a_command_line_without_a_command_is_refused() -> None:
    """Help with status 0 would look like a verdict."""
    done = checksig()
    assert (2, b"") == (done.returncode, done.stdout)
    assert lines(done.stderr)[0].startswith(ERROR)
