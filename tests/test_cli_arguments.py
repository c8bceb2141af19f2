"""The arguments: what is verified, what is refused, and what a shell completes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import checksig as package
from command import ERROR, checksig, lines
from conftest import Tree, posix


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["verify", "--root", "", "SHA256SUMS"], "--root"),
        (["verify", "--root=", "SHA256SUMS"], "--root"),
        (["verify", "--algorithm", ""], "--algorithm"),
        (["verify", "--jobs", ""], "--jobs"),
        (["verify", ""], "ROOT, LIST or FILE"),
        (["verify", "SHA256SUMS", ""], "ROOT, LIST or FILE"),
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


COMPLETIONS = [
    ("ver", ["verify"]),
    ("", ["create", "verify"]),
    ("--", ["--version", "--help"]),
    ("verify --ignore", ["--ignore-missing"]),
    ("verify --no", ["--no-strict", "--no-progress"]),
    ("verify --algorithm sha51", ["sha512", "sha512-256"]),
    ("create --algorithm=sha3-5", ["--algorithm=sha3-512"]),
    ("verify --extra=", ["--extra=all", "--extra=files"]),
    ("verify --extra=f", ["--extra=files"]),
    ("verify --extra f", []),
    ("create -o x", []),
    ("verify ver", []),
    ("verify -- --j", []),
    ("verify --json -- --algorithm sha", []),
    ("-- ver", ["verify"]),
    ("-- verify --js", ["--json"]),
]


@pytest.mark.parametrize(("words", "expected"), COMPLETIONS)
def test_completion(words: str, expected: list[str]) -> None:
    """The shell is offered commands, options and algorithms, and else completes paths."""
    offered = lines(checksig(*words.split(" "), env={**os.environ, "_CHECKSIG_COMPLETE": "words"}).stdout)
    assert [line.split("\t")[0] for line in offered] == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell: str) -> None:
    """The one line of the documentation gives the shell a script."""
    done = checksig(env={**os.environ, "_CHECKSIG_COMPLETE": f"{shell}_source"})
    assert 0 == done.returncode
    assert b"_CHECKSIG_COMPLETE" in done.stdout


def test_completion_for_no_shell_names_the_scripts() -> None:
    """A misspelt one is a usage error."""
    done = checksig(env={**os.environ, "_CHECKSIG_COMPLETE": "tcsh_source"})
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"bash_source, zsh_source, fish_source" in done.stderr


@posix
@pytest.mark.parametrize(("words", "expected"), COMPLETIONS)
def test_completion_in_bash(words: str, expected: list[str]) -> None:
    """The script, loaded by the bash that is there, completes the same. That takes names and values apart."""
    if not shutil.which("bash"):
        pytest.skip("needs bash")
    typed = ["checksig", *(part for word in words.split(" ") for part in re.split("(=)", word))]
    code = """
        checksig() { "$PYTHON" -m checksig "$@"; }
        eval "$(_CHECKSIG_COMPLETE=bash_source checksig)"
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _checksig checksig && printf '%s\\n' "${COMPREPLY[@]}"
    """
    command = ["bash", "-c", code, "bash", *typed]
    done = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHON": sys.executable})
    assert (lines(done.stdout) if expected else []) == [word.rpartition("=")[2] for word in expected]


@posix
def test_completed_names_of_files_are_sorted(tmp_path: Path) -> None:
    """The order of options is the command's, and that of paths the shell's."""
    if not shutil.which("bash"):
        pytest.skip("needs bash")
    from terminal import start  # which skips a module without pexpect

    for name in ("file-c", "file-a", "file-d", "file-b"):
        (tmp_path / name).touch()
    settings = {"PYTHON": sys.executable, "PS1": "$ ", "TERM": "dumb", "INPUTRC": "/dev/null"}
    shell = start(["bash", "--norc", "--noprofile", "-i"], tmp_path, **settings)
    try:
        shell.sendline('checksig() { "$PYTHON" -m checksig "$@"; }; bind "set show-all-if-ambiguous on"')
        shell.sendline('eval "$(_CHECKSIG_COMPLETE=bash_source checksig)"; echo rea""dy')
        shell.expect("ready")
        shell.send("checksig verify file-\t")
        shell.expect(r"file-a\s+file-b\s+file-c\s+file-d")
        shell.send("\x15checksig verify --j\t")
        shell.expect(r"--jobs\s+--json")
    finally:
        shell.close(force=True)


def test_a_command_line_without_a_command_is_refused() -> None:
    """It shows the help; with status 0 that would look like a verdict."""
    done = checksig()
    assert (2, b"") == (done.returncode, done.stdout)
    assert checksig("--help").stdout == done.stderr
