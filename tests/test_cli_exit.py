"""The exit status if something other than a file is wrong: 2, since Python's own 1 would mean a failed file."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from checksig import _cli
from checksig._cli import _dispatch
from command import ERROR, checksig, finish, lines, objects
from conftest import posix


@posix
@pytest.mark.parametrize("command", ["verify", "create"])
def test_a_deleted_working_directory_is_named_as_the_reason(command: str, tmp_path: Path) -> None:
    """And not that output can't be written."""
    (tmp_path / "gone").mkdir()
    code = f"import os, sys; os.rmdir(os.getcwd()); from checksig._cli import main; sys.exit(main(['{command}']))"
    done = finish([sys.executable, "-c", code], cwd=tmp_path / "gone")
    assert 2 == done.returncode
    (line, *_) = lines(done.stderr)
    assert line.startswith(ERROR)
    assert "no such file or directory" in line.lower()
    assert not re.search("output|internal error", line)


@posix
@pytest.mark.parametrize("command", ["verify", "create"])
def test_a_deleted_working_directory_has_a_code(command: str, tmp_path: Path) -> None:
    """Programs get it as any other error, by each command."""
    (tmp_path / "gone").mkdir()
    words = [command, "--json"]
    code = f"import os, sys; os.rmdir(os.getcwd()); from checksig._cli import main; sys.exit(main({words}))"
    done = finish([sys.executable, "-c", code], cwd=tmp_path / "gone")
    error, _ = objects(done.stdout)
    assert (2, b"", "working_directory_gone") == (done.returncode, done.stderr, error["code"])


@pytest.mark.parametrize("arguments", [["--version"], ["verify"], ["verify", "a", "b"], ["create", "a"]], ids=" ".join)
def test_a_missing_engine_is_no_verdict(arguments: list[str], without_engine: dict[str, str], tmp_path: Path) -> None:
    """Without its engine the command says so once, and the exit status is 2."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    done = checksig(*arguments, cwd=tmp_path, env=without_engine)
    assert 2 == done.returncode
    (line,) = lines(done.stderr)
    assert line.startswith(ERROR)
    assert re.search("the (engine library|helper program of the engine) is missing", line)


def test_a_bug_is_no_verdict(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An exception that nobody expects is named, with its place, in one line."""

    def broken(_arguments: list[str]) -> int:
        [].pop()
        return 0

    monkeypatch.setattr(_dispatch, "run", broken)
    assert 2 == _cli.main(["verify", "--jobs=1"])
    said = capsys.readouterr().err
    assert re.fullmatch(rf"{ERROR}internal error at test_cli_exit\.py:\d+: IndexError.*\n", said)
