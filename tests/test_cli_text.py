"""What is printed for people, and what `create` writes: the verdicts of coreutils, in lines that fool nobody."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checksig import FileResult, _lists
from checksig._cli._output import Text
from checksig._text import shell_quoted
from command import COMMAND, ERROR, checksig, finish, lines, objects
from conftest import Tree, gnu_line, linux, posix


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="coreutils is the oracle")
@posix
def test_fails_the_files_that_coreutils_fails(tree: Tree) -> None:
    """`sha256sum -c` and `checksig verify` name the same files, in the same order."""
    root = tree({f"good/{i}": b"%d" % i for i in range(40)}, changed={f"bad/{i} {i}": b"%d" % i for i in range(40)})
    (root / "bad" / "7 7").unlink()
    (root / "good" / "7").unlink()
    oracle = finish(["sha256sum", "-c", "SHA256SUMS"], cwd=root, env={**os.environ, "LC_ALL": "C"})
    ours = checksig("verify", cwd=root)
    assert 1 == oracle.returncode == ours.returncode
    failing = [line.split(": FAILED")[0] for line in lines(oracle.stdout) if ": FAILED" in line]
    assert failing == [line.split(": FAILED")[0] for line in lines(ours.stdout)]
    assert 41 == len(failing)


@pytest.mark.parametrize(
    ("program", "algorithm"),
    [("sha256sum", "sha256"), ("md5deep", "md5"), ("sha256deep", "sha256")],
    ids=["sha256sum", "md5deep", "sha256deep"],
)
@posix
def test_verifies_absolute_names_that_other_programs_write(program: str, algorithm: str, tree: Tree) -> None:
    """Every file of a list with absolute names is verified, and only the changed one fails."""
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}")
    root = tree({"a": b"1", "d/b": b"2", "d/e/c": b"3"})
    (root / "SHA256SUMS").unlink()
    files = [str(path) for path in sorted(root.rglob("*")) if path.is_file()]
    written = finish([program, *files], cwd="/").stdout
    (root / f"list.{algorithm}").write_bytes(written)
    assert 3 == written.count(os.fsencode(root))
    done = checksig("verify", "--extra", "--verbose", cwd=root)
    verified = sorted(lines(done.stdout))  # hashdeep writes as its threads are done
    assert (0, [f"{file}: OK" for file in files]) == (done.returncode, verified)
    (root / "d" / "b").write_bytes(b"other")
    done = checksig("verify", "--extra", cwd=root)
    assert (1, [f"{root}/d/b: FAILED (mismatch)"]) == (done.returncode, lines(done.stdout))


@given(st.builds(FileResult, path=st.text(), manifest=st.text(), line=st.none() | st.integers(1)), st.text())
def test_a_verdict_is_one_printable_line(result: FileResult, root: str) -> None:
    """Whatever names and reasons hold, a terminal gets printable characters and no second line."""
    assert Text(several_roots=True)._line(root, result).isprintable()


@linux
@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "1"}, [r"\xfc good", r"\xe9", r"$'\xff'"]),
        (
            {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
            [r"$'\xc3\xbc good'", r"$'\xc3\xa9'", r"$'\xff'"],
        ),
    ],
    ids=["ascii", "C"],
)
def test_characters_that_the_output_lacks_are_escaped(settings: dict[str, str], names: list[str], tree: Tree) -> None:
    """A name that the encoding or the locale can't show is still printed, and its file found."""
    good, bad, byte = (os.fsdecode(name) for name in ("ü good".encode(), "é".encode(), b"\xff"))
    root = tree({good: b"1"}, changed={bad: b"1", byte: b"1"})
    done = checksig("verify", "--verbose", cwd=root, env={**os.environ, **settings})
    assert 1 == done.returncode
    outcomes = ["OK", "FAILED (mismatch)", "FAILED (mismatch)"]
    verdicts = [line for line in lines(done.stdout) if not line.startswith("    ")]
    assert [f"{name}: {outcome}" for name, outcome in zip(names, outcomes, strict=True)] == verdicts


def test_create_writes_what_coreutils_would(tree: Tree) -> None:
    """The list holds each file, by the oracle's line, in the order of names."""
    root = tree({"b": b"2", "a/z": b"1", "a b": b"3"})
    assert 0 == checksig("create", "--force", cwd=root).returncode
    expected = b"".join(gnu_line(n, d) for n, d in [("a b", b"3"), ("a/z", b"1"), ("b", b"2")])
    assert expected == (root / "SHA256SUMS").read_bytes()


@posix
def test_create_prints_the_path_as_verdicts_print_names(tree: Tree) -> None:
    """In the shell's notation if it could fool a terminal."""
    done = checksig("create", "--output", "new\nline", cwd=tree({"a": b"1"}))
    assert [r"$'new\nline'"] == lines(done.stdout)


def test_create_of_an_empty_directory_writes_nothing(tmp_path: Path) -> None:
    """A list without an entry would give no verdict, so none is written."""
    done = checksig("create", cwd=tmp_path)
    assert 2 == done.returncode
    (line,) = lines(done.stderr)
    assert line.startswith(ERROR)
    assert [] == list(tmp_path.iterdir())


def test_create_names_files_it_cannot_read(tree: Tree, without_rights: list[str]) -> None:
    """A file that can't be read is named, nothing is written, and the exit status is 1."""
    root = tree({"a": b"1", "b": b"2"})
    (root / "a").chmod(0)
    command = [*without_rights, *COMMAND, "create", "--algorithm", "sha512", "--all"]
    done = finish(command, cwd=root)
    assert (1, [b"a: FAILED (unreadable: permission denied)"]) == (done.returncode, done.stdout.splitlines())
    (line,) = lines(done.stderr)
    assert line.startswith(ERROR)
    done = finish([*command, "--json"], cwd=root)
    result, summary = objects(done.stdout)
    assert ("a", True) == (result["path"], result["fails"])
    assert (1, 1, None) == (done.returncode, summary["exit_status"], summary["output"])
    assert {"a", "b", "SHA256SUMS"} == {path.name for path in root.iterdir()}


def test_a_directory_that_cannot_be_searched_is_none_of_the_listed_files(tree: Tree, without_rights: list[str]) -> None:
    """The summary counts it apart: of the files all are verified."""
    root = tree({"a": b"1", "b": b"2"}, changed={"c": b"3"})
    for name in ("closed", "shut"):
        (root / name).mkdir(mode=0)
    done = finish([*without_rights, *COMMAND, "verify", "--extra"], cwd=root)
    assert 1 == done.returncode
    assert ["checksig: FAILED: 1 of 3 files: 1 mismatch; 2 directories could not be searched"] == lines(done.stderr)
    (root / "shut").rmdir()
    (root / "SHA256SUMS").write_bytes(gnu_line("a", b"1") + gnu_line("b", b"2") + gnu_line("c", b"3"))
    done = finish([*without_rights, *COMMAND, "verify", "--extra"], cwd=root)
    assert ["checksig: FAILED: 1 directory could not be searched; 3 files verified"] == lines(done.stderr)


NAMES = [
    "a b",
    "é",
    "\\",
    "it's",
    '"',
    " a",
    "a ",
    "$'a'",
    "a\nb\r\t'\\",
    "\x1b[1m",
    "\u202e",
    "\xa0",
    "\ufffd",
    "\U0001f600",
]


@posix
@settings(deadline=None)
@given(st.sampled_from(NAMES) | st.text(st.characters(min_codepoint=1, max_codepoint=0x24F), min_size=1, max_size=4))
def test_a_message_quotes_names_as_verdicts_do(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    """Those of the engine too. Of characters that are new in Unicode, one of the two may not know yet."""
    root = tmp_path_factory.getbasetemp() / "quoted"
    root.mkdir(exist_ok=True)
    (root / "SHA256SUMS").write_bytes(gnu_line("a", b""))
    error = _lists._error("", 60, str(root), files=[f"x/{name}"])
    assert error is not None
    assert f"no entry for {shell_quoted(f'x/{name}')}" == error.reason


@linux
def test_an_error_quotes_paths_as_verdicts_do(tmp_path: Path) -> None:
    """A path with control characters or other bytes reads back in a shell, wherever it is named."""
    name, shown = os.fsdecode(b"d\x1b\xff"), r"$'d\033\xff'"
    (tmp_path / name).mkdir()
    for words, said in {
        (name,): f"{shown}: no checksum list found",
        (f"{name}1",): "unknown command",
        ("verify", f"{name}/1"): r"$'d\033\xff/1': no such file or directory",
        ("verify", "--root", name, name): f"{shown} is a directory, which",
        ("verify", "-r", "--report", f"csv:{name}"): f"can't write the report {shown}: not a regular file",
        ("create", name, name): f"{shown} is a directory, which",
        ("update", "a", name): f"got another: {shown}",
        ("create", "-o", f"{name}.md5", "-a", "sha1"): r"the name of output $'d\033\xff.md5' says md5",
    }.items():
        done = checksig(*words, cwd=tmp_path)
        assert 2 == done.returncode
        assert said in lines(done.stderr)[0]
