"""Runs the command line on a terminal of its own, and reads what is left on the screen."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pexpect = pytest.importorskip("pexpect", reason="needs pexpect, which plays the user at the terminal")
pyte = pytest.importorskip("pyte", reason="needs pyte, which is the terminal's screen")

ROWS, COLUMNS = 24, 100
COLOUR = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE")
SCROLLED_OFF = 1000
"""How many rows that left the screen at its top are kept."""

MAIN = """
import sys
{setup}
from checksig._cli import main
sys.exit(main({arguments!r}))
"""


class Screen(NamedTuple):
    """What a command left behind."""

    status: int | None
    """Its exit status, None if a signal ended it."""
    written: str
    """All that it wrote, and the terminal's echo of Ctrl-C."""
    rows: list[str]
    """What the user can read at the end, scrolled off or not, without empty rows."""
    cursor_is_visible: bool


def on_a_terminal(
    arguments: list[str],
    directory: Path,
    *,
    setup: str = "",
    term: str = "xterm",
    interrupt_at: str = "",
    number: int | None = None,
    columns: int = COLUMNS,
    environment: Mapping[str, str] | None = None,
) -> Screen:
    """Run the command line, and return what is left.

    *setup* is run first, by the Python that is the command. As soon as the pattern *interrupt_at* was
    written, Ctrl-C is pressed, or the signal *number* is sent.
    """
    command = [sys.executable, "-c", MAIN.format(setup=setup, arguments=arguments)]
    child = start(command, directory, columns, **{"TERM": term, **(environment or {})})
    written = ""
    try:
        if interrupt_at:
            child.expect(interrupt_at)
            written = child.before + child.after
            child.sendintr() if number is None else child.kill(number)
        child.expect(pexpect.EOF)
        written += child.before
        child.wait()
    finally:
        child.close(force=True)
    return Screen(child.exitstatus, written, *_read(written, columns))


def start(command: list[str], directory: Path, columns: int = COLUMNS, /, **environment: str) -> Any:
    """Start a command on a terminal of its own, or skip the test if the system provides none."""
    inherited = {name: os.environ[name] for name in os.environ.keys() - {"COLUMNS", "LINES", *COLOUR}}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of a fork beside threads
            return pexpect.spawn(
                command[0],
                command[1:],
                cwd=str(directory),
                env={**inherited, **environment},
                dimensions=(ROWS, columns),
                encoding="utf-8",
                timeout=60,
            )
    except OSError as e:
        pytest.skip(f"needs a terminal, and the system provides none: {e}")


def _read(written: str, columns: int) -> tuple[list[str], bool]:
    """Return what a terminal shows that was sent *written*, and whether it shows its cursor."""
    screen = pyte.HistoryScreen(columns, ROWS, history=SCROLLED_OFF)
    pyte.Stream(screen).feed(written)
    gone = ["".join(row[column].data for column in range(columns)) for row in screen.history.top]
    return [row.rstrip() for row in [*gone, *screen.display] if row.strip()], not screen.cursor.hidden
