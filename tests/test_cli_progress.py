"""How far a run is: a bar on a terminal, and else lines for a log."""

from __future__ import annotations

import re
import signal
import sys
from pathlib import Path

import pytest

from command import INTERRUPTED, checksig, finish, lines
from conftest import posix
from terminal import on_a_terminal

AT_ONCE = "from checksig._cli import _progress; _progress._DELAY = _progress._BETWEEN_FRAMES = 0"
"""Lets a bar appear from the first moment on, and not only in runs that take a while."""


@posix
def test_progress_is_a_bar_that_goes_away(logs: Path) -> None:
    """On a terminal a bar counts the files; in the end only what is printed without it is left."""
    screen = on_a_terminal(["verify"], logs, setup=AT_ONCE)
    elsewhere = checksig("verify", cwd=logs)
    assert 1 == screen.status
    assert " of 10 files" in screen.written
    assert lines(elsewhere.stdout) + lines(elsewhere.stderr) == screen.rows


@posix
@pytest.mark.parametrize("arguments", [["--no-progress"], ["--quiet"], ["--json"]], ids=" ".join)
def test_no_progress_where_it_is_not_wanted(arguments: list[str], logs: Path) -> None:
    """With --no-progress, --quiet and --json a terminal gets plain lines."""
    screen = on_a_terminal(["verify", "--color=never", *arguments], logs, setup=AT_ONCE)
    assert screen.written.endswith("\r\n")
    assert None is re.search("\x1b|\r(?!\n)", screen.written)


@posix
@pytest.mark.parametrize(("term", "setup"), [("dumb", AT_ONCE), ("xterm", "")], ids=["dumb terminal", "short run"])
def test_no_bar_where_it_is_of_no_use(term: str, setup: str, logs: Path) -> None:
    """A terminal that can't move its cursor gets none, and a run that is over at once shows none."""
    screen = on_a_terminal(["verify", "--color=never"], logs, term=term, setup=setup)
    assert screen.written.endswith("\r\n")
    assert None is re.search("\x1b|\r(?!\n)", screen.written)


@posix
def test_a_killed_command_leaves_the_cursor_visible(big: Path) -> None:
    """At no moment has the bar hidden it and not yet shown it again."""
    screen = on_a_terminal(["verify"], big, interrupt_at="0 %", number=signal.SIGKILL, setup=AT_ONCE)
    assert screen.cursor_is_visible


@posix
def test_progress_does_not_garble_verdicts(big: Path) -> None:
    """Failures appear whole above the bar, which Ctrl-C clears away together with its own echo."""
    text = "".join(f"{'0' * 64}  missing-{i}\n" for i in range(64))
    (big / "SHA256SUMS").write_text(f"{text}{'0' * 64}  file\n")
    screen = on_a_terminal(
        ["verify", "--color=never"], big, interrupt_at="(?s)missing-63.*64 of 65 files", setup=AT_ONCE
    )
    assert 130 == screen.status
    *verdicts, last = screen.rows
    assert sorted(f"missing-{i}: FAILED (missing)" for i in range(64)) == sorted(verdicts)
    assert f"{INTERRUPTED} after 64 of 65 files, 64 failed so far" == last
    assert "\x1b" not in screen.written  # which could hide the cursor


def test_progress_elsewhere_is_lines(logs: Path) -> None:
    """If standard error is not a terminal, --progress writes lines for a log, and no escapes."""
    code = "from checksig._cli import _progress as p, main; p._BETWEEN_LINES = 0; main(['verify', '--progress'])"
    done = finish([sys.executable, "-c", code], cwd=logs)
    assert ["httpd-08.log: FAILED (mismatch)"] == lines(done.stdout)
    first, *_ = lines(done.stderr)
    assert re.fullmatch(r"checksig: \d+ %, \d+ of 10 files, [\d.]+ (k?B )?of 35.1 kB(, .*)?", first)
