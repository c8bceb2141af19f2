"""The arguments: what is verified, and what is refused."""

from __future__ import annotations

import os

import pytest

import checksig as package
from checksig._cli import main
from checksig._cli._commands import every
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
        (["create", "", "--force"], "ROOT or FILE"),
    ],
    ids=" ".join,
)
def test_an_empty_argument_is_refused(arguments: list[str], named: str, tree: Tree) -> None:
    """`--root "$UNSET"` must not verify other files than those that were meant, nor `-o "$UNSET"` write them."""
    done = checksig(*arguments, cwd=tree({"a": b"1"}))
    assert (2, b"") == (done.returncode, done.stdout)
    assert f"{ERROR}{named} is empty" == lines(done.stderr)[0]


ODD = ["", "9" * 40, "-1", "nan", "inf", "1e999", "0", "\udcff", "a\nb", "*" * 5000]
"""Empty, huge, negative, no number, not UTF-8, of two lines, long."""


@posix
@pytest.mark.parametrize("value", ODD, ids=[f"{value[:8]!a}" for value in ODD])
@pytest.mark.parametrize(
    "of",
    [(command, option.names[-1]) for command, about in every().items() for option in about.options if option.metavar],
)
def test_any_value_of_an_option_works_or_is_refused(
    of: tuple[str, str],
    value: str,
    tree: Tree,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Whatever it is, and if it is given twice: the command works or says why not, and nothing else happens."""
    command, option = of
    root = tree({"a": b"1"})
    monkeypatch.chdir(root)
    monkeypatch.setenv("XDG_DATA_HOME", str(root.parent / "data"))  # where archives have their databases
    monkeypatch.setenv("HOME", str(root.parent / "home"))
    for words in ([f"{option}={value}"], [f"{option}={value}"] * 2):
        status = main([*command.split(), *words, "SHA256SUMS" if command == "list" else "."])
        out, err = capfd.readouterr()
        assert status in {0, 1, 2}
        assert 0 == status or "checksig: " in err or '"type": "summary"' in out
        assert "internal" not in err
        assert b"1" == (root / "a").read_bytes()


def test_a_hidden_option_is_never_offered() -> None:
    """`--verbose` has a meaning beside `--version` alone."""
    done = checksig("--ver")
    assert [f"{ERROR}option '--ver' is ambiguous", "checksig: hint: did you mean --version?"] == lines(done.stderr)


def test_extra_with_recursion_is_a_usage_error_before_anything_is_looked_for(tree: Tree) -> None:
    """Nothing is said about the lists."""
    root = tree({"a": b"1"})
    (root / "notes.md5").write_bytes(b"prose")
    assert b"notes.md5" in checksig("-r", ".", cwd=root).stderr
    said = lines(checksig("--extra", "-r", ".", cwd=root).stderr)
    assert [
        f"{ERROR}--extra can't be combined with --recursive",
        "checksig: hint: see `checksig verify --help`",
    ] == said


@posix
@pytest.mark.parametrize("options", [(), ("-r",)])
def test_what_is_called_like_a_list_and_is_no_file_spoils_no_run(options: tuple[str, ...], tree: Tree) -> None:
    """`create` leaves it out, and `verify` warns of it; alone it is an error."""
    root = tree({"d/a": b"1"})
    (root / "SHA256SUMS").unlink()
    os.mkfifo(root / "fifo.sha256")
    for name, target in {"dangling.md5": "nowhere", "loop.sha512": "loop.sha512", "directory.sha1": "d"}.items():
        (root / name).symlink_to(target)
    alone = checksig(*options, ".", cwd=root)
    assert (2, True) == (alone.returncode, ERROR.encode() in alone.stderr)
    assert 0 == checksig("create", ".", cwd=root).returncode
    done = checksig(*options, ".", cwd=root)
    assert (0, b"") == (done.returncode, done.stdout)
    warning, summary = lines(done.stderr)
    assert warning.startswith("checksig: warning: 4 files have names of lists, but no entries, and were not used: ")
    assert "checksig: OK: 1 file verified" == summary


@posix
def test_a_list_that_can_not_be_read_ends_the_run(tree: Tree) -> None:
    """Unlike what is no file: it may have entries that fail."""
    root = tree({"a": b"1"})
    (root.parent / "elsewhere.md5").write_bytes(b"0" * 32 + b"  a\n")
    (root / "link.md5").symlink_to("../elsewhere.md5")
    done = checksig(".", cwd=root)
    assert (2, True) == (done.returncode, b"link.md5: leads outside the root" in done.stderr)


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
    (line,) = lines(alone.stdout)
    assert f"checksig {package.__version__}, engine {package.__version__}" == line.partition(" (")[0]
    assert alone.stdout == among.stdout


def test_version_shows_with_verbose_what_the_engine_holds() -> None:
    """The line of `--version` comes first; each bound is beside what it is for."""
    done = checksig("--version", "--verbose")
    first, *held = lines(done.stdout)
    assert [first] == lines(checksig("--version").stdout)
    assert "running jobs: 0" in held
    assert [line for line in held if line.startswith("threads: 0, at most ")]


def test_a_command_line_without_a_command_is_refused() -> None:
    """It shows the help; with status 0 that would look like a verdict."""
    done = checksig()
    assert (2, b"") == (done.returncode, done.stdout)
    assert checksig("--help").stdout == done.stderr
