"""What people see on a terminal, and programs in a pipe don't: colour, names of verified files, failures at once."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from command import checksig, lines
from conftest import Tree, digest, posix
from terminal import on_a_terminal

pytestmark = posix

COLOUR = re.compile("\x1b")
FAILED = "\x1b[1;31mFAILED\x1b[0m"


@pytest.mark.parametrize(
    ("arguments", "environment", "coloured"),
    [
        ([], {}, True),
        (["--color=never"], {}, False),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"NO_COLOR": ""}, True),
        (["--color"], {"NO_COLOR": "1"}, True),
        ([], {"TERM": "dumb"}, False),
        ([], {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
    ids=str,
)
def test_a_terminal_has_colour_unless_it_is_not_wanted(
    arguments: list[str],
    environment: dict[str, str],
    coloured: bool,  # noqa: FBT001 - of a table
    logs: Path,
) -> None:
    """The words have it, and what can be read is the same."""
    screen = on_a_terminal(["verify", *arguments], logs, environment=environment)
    assert coloured == (FAILED in screen.written) == bool(COLOUR.search(screen.written))
    assert "httpd-08.log: FAILED (mismatch)" == screen.rows[0]
    assert "httpd-08.log: " in screen.written


@pytest.mark.parametrize(
    ("arguments", "environment", "coloured"),
    [
        ([], {}, False),
        (["--color=auto"], {}, False),
        (["--color"], {}, True),
        (["--color=always"], {"NO_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"CLICOLOR_FORCE": "1"}, True),
        ([], {"FORCE_COLOR": "0"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color=never"], {"FORCE_COLOR": "1"}, False),
        (["--json", "--color"], {}, False),
    ],
    ids=str,
)
def test_a_pipe_has_colour_only_if_it_is_wanted(
    arguments: list[str],
    environment: dict[str, str],
    coloured: bool,  # noqa: FBT001 - of a table
    logs: Path,
) -> None:
    """The conventions of the environment, and the option before them."""
    inherited = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"}}
    done = checksig("verify", *arguments, cwd=logs, env={**inherited, **environment})
    assert 1 == done.returncode
    assert coloured == bool(COLOUR.search(done.stdout.decode()))


def test_a_name_has_no_colour(tree: Tree) -> None:
    """Be it called as a word that has some."""
    done = checksig("verify", "--color", cwd=tree(changed={"FAILED": b"1", "error: OK": b"2"}))
    assert [f"FAILED: {FAILED} (mismatch)", f"error: OK: {FAILED} (mismatch)"] == lines(done.stdout)


@pytest.mark.parametrize(("arguments"), [["--ignore-missing"], ["--only", "a?"], ["a0", "a1"]], ids=" ".join)
def test_few_verified_files_of_many_are_named(arguments: list[str], tree: Tree) -> None:
    """With --ignore-missing or a selection a terminal says which files were there; a pipe has nothing new."""
    root = tree({"a0": b"1", "a1": b"2", **{f"b{i}": b"3" for i in range(3)}})
    for i in range(3):
        (root / f"b{i}").unlink()
    screen = on_a_terminal(["verify", *arguments], root)
    assert 0 == screen.status
    assert [f"a{i}: OK (SHA-256, from SHA256SUMS)" for i in range(2)] == screen.rows[:2]
    assert b"" == checksig("verify", *arguments, cwd=root).stdout


@pytest.mark.parametrize(("number", "named"), [(10, 10), (11, 0)])
def test_many_verified_files_are_not_named(number: int, named: int, tree: Tree) -> None:
    """Ten are."""
    screen = on_a_terminal(["verify", "--ignore-missing"], tree({f"a{i}": b"1" for i in range(number)}))
    assert named == sum(": OK (" in row for row in screen.rows)
    assert f"checksig: OK: {number} files verified" == screen.rows[-1]


def test_a_terminal_has_failures_as_they_are_found(big: Path) -> None:
    """A missing file is named before the large one that is listed first has been read; a pipe waits."""
    (big / "SHA256SUMS").write_text(f"{digest(b'')}  file\n" + f"{digest(b'')}  gone\n" * 16)
    screen = on_a_terminal(["verify", "--color=never"], big, interrupt_at="gone: FAILED")
    assert 130 == screen.status


@pytest.mark.parametrize("columns", [200, 80, 40])
def test_a_run_reads_well_at_any_width(columns: int, logs: Path) -> None:
    """No line is longer than the terminal is wide but names and warnings; nothing of the bar is left."""
    setup = "from checksig._cli import _progress; _progress._DELAY = _progress._BETWEEN_FRAMES = 0"
    screen = on_a_terminal(["verify"], logs, columns=columns, setup=setup)
    assert "httpd-08.log: FAILED (mismatch)" == screen.rows[0]
    assert "checksig: FAILED: 1 of 10 files: 1 mismatch"[:columns] in screen.rows
    assert not any("%" in row for row in screen.rows)
