"""The progress bar on terminals of all widths."""

from __future__ import annotations

import os
import re
import struct
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from checksig import Progress
from checksig._cli import _progress
from checksig._cli._progress import Bar

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")


class Terminal:
    """A terminal, and what is sent to it."""

    def __init__(self) -> None:
        try:
            self._own, end = os.openpty()
        except OSError as e:
            pytest.skip(f"needs a terminal, and the system provides none: {e}")
        self.stream = os.fdopen(end, "w", encoding="utf-8")

    def resize(self, columns: int) -> None:
        import fcntl
        import termios

        fcntl.ioctl(self._own, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def sent(self) -> list[str]:
        """Return what was sent since the last call, by lines. Each begins and ends at the first column."""
        before, *found, after = os.read(self._own, 1 << 16).decode().split("\r")
        assert "" == before == after
        return found

    def close(self) -> None:
        self.stream.close()
        os.close(self._own)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """Standard error is a terminal, and bars are drawn whenever they can."""
    opened = Terminal()
    monkeypatch.setattr(_progress, "sys", SimpleNamespace(stderr=opened.stream))  # pytest has sys.stderr itself
    monkeypatch.setattr(_progress, "_DELAY", 0)
    monkeypatch.setattr(_progress, "_BETWEEN_FRAMES", 0)
    yield opened
    opened.close()


@pytest.mark.parametrize("columns", [1, 2, 10, 20, 40, 80, 200])
def test_a_bar_is_one_line_of_any_width(columns: int, terminal: Terminal) -> None:
    """It is shorter than the line by one column: some terminals begin another line at the last."""
    terminal.resize(columns)
    bar = Bar()
    for progress in (Progress(0, 0, 0, 0), Progress(3, 10**9, 4, 2 * 10**9), Progress(4, 3 * 10**9, 4, 2 * 10**9)):
        bar.update(progress)
        (line,) = terminal.sent()
        assert len(line) == max(columns - 1, 1)
        assert line.isprintable()


@pytest.mark.parametrize("columns", range(1, 110))
def test_a_narrow_bar_has_fewer_fields_and_each_of_them_whole(columns: int, terminal: Terminal) -> None:
    """No number is cut, and the time left is what goes last."""
    terminal.resize(columns)
    bar = Bar()
    bar.failed = 2
    start = time.monotonic() - 10
    bar._frames.append((start, 0))
    bar.update(Progress(2345, 10**9, 5678, 4 * 10**9))
    text = terminal.sent()[0].strip()
    fields = ["25 %", "2345 of 5678 files", "1.0 of 4.0 GB", "100 MB/s", "30 s left", "2 failed"]
    shown = [field for field in re.sub(r"^\[[#.]*\] ", "", text).split(", ") if field]
    assert [field for field in fields if field in shown] == shown
    assert ("30 s left" in shown) == (columns > len("30 s left"))
    assert ("2 failed" in shown) == (columns > len("25 %, 30 s left, 2 failed"))


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        (200, f"[{'#' * 9}{'.' * 29}] 25 %, 2345 of 5678 files, 1.0 of 4.0 GB, 100 MB/s, 30 s left, 2 failed"),
        (80, "[#.....] 25 %, 2345 of 5678 files, 1.0 of 4.0 GB, 100 MB/s, 30 s left, 2 failed"),
        (40, "[##.........] 25 %, 30 s left, 2 failed"),
    ],
)
def test_a_bar_says_how_far_the_run_is(columns: int, line: str, terminal: Terminal) -> None:
    """Files, bytes, the rate, the time left, and failures."""
    terminal.resize(columns)
    bar = Bar()
    bar.failed = 2
    bar._frames.append((time.monotonic() - 10, 0))
    bar.update(Progress(2345, 10**9, 5678, 4 * 10**9))
    assert line == terminal.sent()[0].rstrip()


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7300, "2 h 1 min")]
)
def test_a_time_is_in_the_units_that_matter(seconds: float, text: str) -> None:
    """Two of them at the most."""
    assert text == _progress.duration(seconds)


def test_a_bar_takes_the_width_that_the_terminal_has_now(terminal: Terminal) -> None:
    """A resize counts from the next frame on."""
    bar = Bar()
    for columns in (100, 40, 70):
        terminal.resize(columns)
        bar.update(Progress(1, 1, 2, 2))
        (line,) = terminal.sent()
        assert len(line) == columns - 1


def test_a_bar_that_is_cleared_leaves_blanks_and_comes_again(terminal: Terminal) -> None:
    """What is printed meanwhile stays, and what is cleared twice is blanked once."""
    terminal.resize(60)
    bar = Bar()
    bar.clear()
    bar.update(Progress(1, 1, 2, 2))
    (line,) = terminal.sent()
    bar.clear()
    bar.clear()
    (blanks,) = terminal.sent()
    assert (59, " " * 59) == (len(line), blanks)
    bar.update(Progress(2, 2, 2, 2))
    assert 1 == len(terminal.sent())
